//! Why something failed or ended: told to everybody who waits for it.

use std::time::Duration;

use tg_schema::pubsub::Error;

/// A failure. An [`Error`] cannot be cloned, and many wait for one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The link was lost, or never came to be. Trying again is worth while.
    Connection(String),
    /// The broker cannot do it now.
    NotReady(String),
    /// Nothing came in time.
    Timeout(&'static str, Duration),
    /// The broker does not let us in, or not do this.
    Auth(String),
    /// Something does not exist: what, and how to make it.
    NotFound(String, String),
    /// Another consumer holds the subscription: what the broker said.
    Busy(String),
    /// A producer of this name is connected already.
    NameTaken(String),
    /// The broker does not accept the schema.
    Schema(String),
    /// The broker refused for a reason that a repetition does not change.
    Refused(String),
    /// The topic is divided into so many partitions, each of which is a topic to the broker.
    Divided(u32),
    /// We ended it.
    Closed,
}

/// For whom something failed.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    /// `producer`, `consumer`, `backend`.
    pub(crate) what: &'static str,
    /// The topic's name at the broker, and the subscription's.
    pub(crate) place: String,
    /// Name of the message type.
    pub(crate) schema: &'static str,
}

impl Subject {
    pub(crate) const BACKEND: Subject = Subject {
        what: "backend",
        place: String::new(),
        schema: "",
    };

    /// The error for somebody who waited.
    pub(crate) fn error(&self, failure: Failure) -> Error {
        match failure {
            Failure::Connection(message) => Error::connection(crate::NAME, message),
            Failure::NotReady(message) => broker(message, true),
            Failure::Timeout(operation, after) => Error::Timeout { operation, after },
            Failure::Auth(message) => Error::Auth {
                backend: crate::NAME.to_owned(),
                message,
            },
            Failure::NotFound(what, hint) => Error::NotFound { what, hint },
            Failure::Busy(message) => Error::Busy {
                what: self.place.clone(),
                hint: format!(
                    "close the other one, or open all of them as shared or failover; the broker says: {message}"
                ),
            },
            Failure::NameTaken(message) => broker(
                format!(
                    "another producer is in the way: {message}; producers of one topic need different names, and beside \
                     an exclusive one there is none"
                ),
                true,
            ),
            Failure::Schema(reason) => Error::SchemaRejected {
                name: match self.schema {
                    "" => self.place.clone(),
                    name => name.to_owned(),
                },
                reason,
            },
            Failure::Refused(message) => broker(message, false),
            Failure::Divided(count) => broker(
                format!("the topic was divided into {count} partitions meanwhile; open it again"),
                true,
            ),
            Failure::Closed => Error::Closed { what: self.what },
        }
    }
}

impl Failure {
    /// Whether another attempt with the same settings may succeed soon.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(
            self,
            Failure::Connection(_) | Failure::NotReady(_) | Failure::Timeout(..)
        )
    }
    /// Whether another attempt may succeed of somebody whose link was lost: the broker may not know that yet, and takes
    /// them for another one.
    pub(crate) fn is_passing_after_loss(&self) -> bool {
        self.is_passing() || matches!(self, Failure::Busy(_) | Failure::NameTaken(_))
    }
    /// What happened, for logs and for texts of other failures.
    pub(crate) fn text(&self) -> String {
        Subject::BACKEND.error(self.clone()).to_string()
    }
}

fn broker(message: String, retryable: bool) -> Error {
    Error::Broker {
        backend: crate::NAME.to_owned(),
        message,
        retryable,
    }
}
