//! What goes wrong between a program and a broker.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::TopicError;

/// An operation on a broker failed.
///
/// No text of an error holds a password, a token or a key.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// Nothing happened in time. Whether a message was sent is unknown.
    Timeout {
        /// What was waited for: `receive`, `send`, `connect`.
        operation: &'static str,
        /// How long.
        after: Duration,
    },
    /// It was closed before.
    Closed {
        /// What: `producer`, `consumer`, `backend`.
        what: &'static str,
    },
    /// The broker cannot be reached, or the link to it was lost. Trying again is worth while.
    Connection {
        /// Name of the backend.
        backend: String,
        /// Where to, and what happened.
        message: String,
        /// The client's error.
        source: Option<Box<dyn StdError + Send + Sync>>,
    },
    /// The broker does not let us in, or not do this. Trying again with the same credentials is useless.
    Auth {
        /// Name of the backend.
        backend: String,
        /// Who was refused, what the broker said, which setting to look at.
        message: String,
    },
    /// A tenant, namespace, topic or subscription does not exist.
    NotFound {
        /// What.
        what: String,
        /// How to make it.
        hint: String,
    },
    /// The address is no topic on this broker.
    InvalidTopic(TopicError),
    /// An option, a subscription's name or another argument is wrong.
    InvalidOption {
        /// Its name.
        name: String,
        /// What is wrong with it, and what is expected.
        message: String,
    },
    /// The message is larger than the broker takes, or the producer is to send. Nothing was sent.
    TooLarge {
        /// Bytes of the message.
        size: usize,
        /// Most bytes.
        max: usize,
    },
    /// The backend cannot do what was asked for.
    Unsupported {
        /// What.
        feature: String,
        /// Name of the backend.
        backend: String,
        /// What to do instead.
        hint: String,
    },
    /// The broker or its registry does not accept the schema.
    SchemaRejected {
        /// The message type.
        name: String,
        /// What was said.
        reason: String,
    },
    /// A message could not be written or read.
    Codec(crate::Error),
    /// The link over which a message came is gone; it cannot be settled any more and is delivered again.
    Lost,
    /// Another consumer holds the subscription for itself.
    Busy {
        /// The topic and the subscription.
        what: String,
        /// What to do.
        hint: String,
    },
    /// A bounded queue is full.
    Full {
        /// What is full.
        what: &'static str,
        /// How much it holds.
        capacity: usize,
    },
    /// The broker refused for a reason of its own.
    Broker {
        /// Name of the backend.
        backend: String,
        /// What it said.
        message: String,
        /// Whether trying again is worth while.
        retryable: bool,
    },
}

impl Error {
    /// A lost or missing link.
    pub fn connection(backend: impl Into<String>, message: impl Into<String>) -> Self {
        Error::Connection {
            backend: backend.into(),
            message: message.into(),
            source: None,
        }
    }
    /// The same once more, for another who waits for the same thing; without the client's error.
    #[must_use]
    pub fn repeat(&self) -> Self {
        match self {
            Error::Timeout { operation, after } => Error::Timeout {
                operation,
                after: *after,
            },
            Error::Closed { what } => Error::Closed { what },
            Error::Connection {
                backend, message, ..
            } => Error::connection(backend, message),
            Error::Auth { backend, message } => Error::Auth {
                backend: backend.clone(),
                message: message.clone(),
            },
            Error::NotFound { what, hint } => Error::NotFound {
                what: what.clone(),
                hint: hint.clone(),
            },
            Error::InvalidTopic(error) => Error::InvalidTopic(error.clone()),
            Error::InvalidOption { name, message } => Error::InvalidOption {
                name: name.clone(),
                message: message.clone(),
            },
            Error::TooLarge { size, max } => Error::TooLarge {
                size: *size,
                max: *max,
            },
            Error::Unsupported {
                feature,
                backend,
                hint,
            } => Error::Unsupported {
                feature: feature.clone(),
                backend: backend.clone(),
                hint: hint.clone(),
            },
            Error::SchemaRejected { name, reason } => Error::SchemaRejected {
                name: name.clone(),
                reason: reason.clone(),
            },
            Error::Codec(error) => Error::Codec(error.clone()),
            Error::Lost => Error::Lost,
            Error::Busy { what, hint } => Error::Busy {
                what: what.clone(),
                hint: hint.clone(),
            },
            Error::Full { what, capacity } => Error::Full {
                what,
                capacity: *capacity,
            },
            Error::Broker {
                backend,
                message,
                retryable,
            } => Error::Broker {
                backend: backend.clone(),
                message: message.clone(),
                retryable: *retryable,
            },
        }
    }
    /// Whether the same call may succeed later.
    pub fn is_retryable(&self) -> bool {
        match self {
            Error::Timeout { .. }
            | Error::Connection { .. }
            | Error::Busy { .. }
            | Error::Full { .. } => true,
            Error::Broker { retryable, .. } => *retryable,
            _ => false,
        }
    }
    /// One word for the sort of the error: a label of metrics.
    pub const fn kind(&self) -> &'static str {
        match self {
            Error::Timeout { .. } => "timeout",
            Error::Closed { .. } => "closed",
            Error::Connection { .. } => "connection",
            Error::Auth { .. } => "auth",
            Error::NotFound { .. } => "not_found",
            Error::InvalidTopic(_) => "invalid_topic",
            Error::InvalidOption { .. } => "invalid_option",
            Error::TooLarge { .. } => "too_large",
            Error::Unsupported { .. } => "unsupported",
            Error::SchemaRejected { .. } => "schema_rejected",
            Error::Codec(_) => "codec",
            Error::Lost => "lost",
            Error::Busy { .. } => "busy",
            Error::Full { .. } => "full",
            Error::Broker { .. } => "broker",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Timeout { operation, after } => {
                write!(f, "{operation}: nothing within {after:?}")
            }
            Error::Closed { what } => write!(f, "the {what} is closed"),
            Error::Connection {
                backend, message, ..
            } => write!(f, "{backend}: no connection: {message}"),
            Error::Auth { backend, message } => write!(f, "{backend}: access refused: {message}"),
            Error::NotFound { what, hint } => write!(f, "{what} does not exist; {hint}"),
            Error::InvalidTopic(e) => write!(f, "invalid topic: {e}"),
            Error::InvalidOption { name, message } => write!(f, "{name}: {message}"),
            Error::TooLarge { size, max } => write!(
                f,
                "the message has {size} bytes, at most {max} are taken; nothing was sent"
            ),
            Error::Unsupported {
                feature,
                backend,
                hint,
            } => write!(f, "{backend} cannot do this: {feature}; {hint}"),
            Error::SchemaRejected { name, reason } => {
                write!(f, "the schema of {name} is not accepted: {reason}")
            }
            Error::Codec(e) => e.fmt(f),
            Error::Lost => f.write_str(
                "the connection over which the message came is gone; it is delivered again",
            ),
            Error::Busy { what, hint } => write!(f, "{what} is held by another consumer; {hint}"),
            Error::Full { what, capacity } => write!(f, "the {what} is full: it holds {capacity}"),
            Error::Broker {
                backend, message, ..
            } => write!(f, "{backend}: {message}"),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Error::Connection {
                source: Some(source),
                ..
            } => Some(&**source),
            _ => None,
        }
    }
}

impl From<crate::Error> for Error {
    fn from(e: crate::Error) -> Self {
        Error::Codec(e)
    }
}
impl From<TopicError> for Error {
    fn from(e: TopicError) -> Self {
        Error::InvalidTopic(e)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repetition_says_the_same() {
        let text = || "x".to_owned();
        let after = Duration::from_secs(1);
        let topic = "x".parse::<crate::Topic>().expect_err("no topic");
        let all = [
            Error::Timeout {
                operation: "send",
                after,
            },
            Error::Closed { what: "producer" },
            Error::Connection {
                backend: text(),
                message: text(),
                source: Some("source".into()),
            },
            Error::Auth {
                backend: text(),
                message: text(),
            },
            Error::NotFound {
                what: text(),
                hint: text(),
            },
            Error::InvalidTopic(topic),
            Error::InvalidOption {
                name: text(),
                message: text(),
            },
            Error::TooLarge { size: 2, max: 1 },
            Error::Unsupported {
                feature: text(),
                backend: text(),
                hint: text(),
            },
            Error::SchemaRejected {
                name: text(),
                reason: text(),
            },
            Error::Lost,
            Error::Busy {
                what: text(),
                hint: text(),
            },
            Error::Full {
                what: "queue",
                capacity: 1,
            },
            Error::Broker {
                backend: text(),
                message: text(),
                retryable: true,
            },
        ];
        for error in all {
            let again = error.repeat();
            assert_eq!(again.to_string(), error.to_string());
            assert_eq!(again.kind(), error.kind());
            assert_eq!(again.is_retryable(), error.is_retryable());
        }
    }
}
