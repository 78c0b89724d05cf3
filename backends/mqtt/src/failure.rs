//! Why a connection ended: told to everybody who waits for it.

use tg_schema::pubsub::Error;

/// The end of a connection. An [`Error`] cannot be cloned, and many wait for one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The link was lost, or never came to be. Trying again is worth while.
    Connection(String),
    /// The broker does not let us in, or we do not trust it.
    Auth(String),
    /// The broker refused for a reason that a repetition does not change.
    Refused(String),
    /// The broker closed it over one packet that is too large. Trying the others again is worth while.
    TooLarge(String),
    /// We ended it.
    Closed,
}

impl Failure {
    /// Whether another attempt with the same settings may succeed.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self, Failure::Connection(_))
    }
    /// The error for somebody who waited; `what` is ended.
    pub(crate) fn error(&self, what: &'static str) -> Error {
        match self {
            Failure::Connection(message) | Failure::TooLarge(message) => {
                Error::connection(crate::NAME, message)
            }
            Failure::Auth(message) => Error::Auth {
                backend: crate::NAME.to_owned(),
                message: message.clone(),
            },
            Failure::Refused(message) => refused(message, false),
            Failure::Closed => Error::Closed { what },
        }
    }
}

/// A link was lost, and nobody knows yet for how long.
pub(crate) fn resuming() -> Error {
    Error::connection(
        crate::NAME,
        "the connection was lost and is being taken up again",
    )
}

/// The broker refused something.
pub(crate) fn refused(message: impl Into<String>, retryable: bool) -> Error {
    Error::Broker {
        backend: crate::NAME.to_owned(),
        message: message.into(),
        retryable,
    }
}
