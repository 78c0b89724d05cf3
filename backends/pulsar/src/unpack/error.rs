//! Why an entry never becomes a message.

use std::fmt;

use pulsar::message::proto::{MessageIdData, MessageMetadata};

/// Entries that nobody will ever read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refused {
    /// The entries: several where the chunks of a message are meant.
    pub(crate) ids: Vec<MessageIdData>,
    /// Why.
    pub(crate) error: UnpackError,
}

impl Refused {
    pub(crate) fn one(id: MessageIdData, error: UnpackError) -> Self {
        Refused {
            ids: vec![id],
            error,
        }
    }
}

/// What is wrong with an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UnpackError {
    /// It would take more memory than is allowed.
    TooLarge {
        /// Bytes that it says it has.
        size: usize,
        /// Most bytes.
        max: usize,
    },
    /// A batch has more messages than is allowed, or than its bytes have room for.
    TooMany {
        /// Messages that it says it has.
        count: i64,
        /// Most messages.
        max: usize,
    },
    /// It is compressed in a way that this program was not built for.
    Compression(String),
    /// It is encrypted with one of these keys.
    Encrypted(String),
    /// Its bytes contradict themselves.
    Corrupt(String),
}

impl fmt::Display for UnpackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UnpackError::TooLarge { size, max } => {
                write!(
                    f,
                    "a message of {size} bytes, at most {max} are taken; the option `pulsar.chunk-bytes` raises that"
                )
            }
            UnpackError::TooMany { count, max } => {
                write!(f, "a batch of {count} messages where {max} are possible")
            }
            UnpackError::Compression(what) => f.write_str(what),
            UnpackError::Encrypted(keys) => write!(
                f,
                "a message that its producer encrypted ({keys}); messages with end-to-end encryption are not read"
            ),
            UnpackError::Corrupt(what) => write!(f, "a message that cannot be read: {what}"),
        }
    }
}

impl std::error::Error for UnpackError {}

pub(super) fn corrupt(what: impl Into<String>) -> UnpackError {
    UnpackError::Corrupt(what.into())
}

/// Most bytes of the names of keys that a text repeats.
const SHOWN: usize = 100;

/// Refuses what producers encrypted end to end.
pub(super) fn check_encryption(metadata: &MessageMetadata) -> Result<(), UnpackError> {
    let mut names = metadata.encryption_keys.iter().map(|k| k.key.as_str());
    let Some(first) = names.next() else {
        return Ok(());
    };
    let shown: String = first.chars().take(SHOWN).collect();
    Err(UnpackError::Encrypted(match names.count() {
        0 => format!("key {shown:?}"),
        more => format!("key {shown:?} and {more} more"),
    }))
}
