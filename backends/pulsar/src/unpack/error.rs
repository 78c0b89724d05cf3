//! Why an entry never becomes a message.

use std::fmt;

use bytes::Bytes;
use pulsar::message::proto::{MessageIdData, MessageMetadata};
use tg_schema::pubsub::Properties;

use super::Unpacked;

/// Entries that nobody will ever read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refused {
    /// The entries: several where the chunks of a message are meant.
    pub(crate) ids: Vec<MessageIdData>,
    /// Why.
    pub(crate) error: UnpackError,
    /// What came, where it is one entry or whole.
    pub(crate) payload: Bytes,
    pub(crate) properties: Properties,
    /// They are later chunks of a message, which is told of with its first one.
    pub(crate) is_rest: bool,
}

impl Refused {
    pub(crate) fn one(id: MessageIdData, error: UnpackError) -> Self {
        Refused::all(vec![id], error)
    }
    pub(crate) fn all(ids: Vec<MessageIdData>, error: UnpackError) -> Self {
        Refused {
            ids,
            error,
            payload: Bytes::new(),
            properties: Properties::new(),
            is_rest: false,
        }
    }
    /// With what came.
    pub(super) fn holding(self, payload: Bytes, properties: Properties) -> Self {
        Refused {
            payload,
            properties,
            ..self
        }
    }

    /// What is handed out in the place of the message.
    pub(crate) fn into_message(self, redelivery_count: u32) -> Unpacked {
        let several = self.ids.len() > 1;
        Unpacked {
            id: self.ids.last().cloned().unwrap_or_default(),
            chunks: if several { self.ids } else { Vec::new() },
            redelivery_count,
            payload: self.payload,
            properties: self.properties,
            unreadable: Some(self.error.to_string()),
            ..Unpacked::default()
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
