//! Topic constants that know what travels on them.

use std::fmt;
use std::marker::PhantomData;

use tg_schema_model::topic::{Topic, TopicError};

/// A topic of a definition file and the message type `T` that travels on it.
pub struct TopicOf<T> {
    /// Neutral address, `q1/tg/flow/name`.
    pub address: &'static str,
    /// Address that older deployments use, verbatim; empty: none.
    pub legacy: &'static str,
    /// The message type.
    pub message: PhantomData<fn() -> T>,
}

impl<T> TopicOf<T> {
    /// The parts of the address. Addresses of generated constants were checked when they were generated.
    ///
    /// # Errors
    /// The address is not a topic.
    pub fn topic(&self) -> Result<Topic, TopicError> {
        self.address.parse()
    }
    /// Address that older deployments use, verbatim.
    pub fn legacy(&self) -> Option<&'static str> {
        (!self.legacy.is_empty()).then_some(self.legacy)
    }
}

impl<T> Clone for TopicOf<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for TopicOf<T> {}
impl<T> fmt::Debug for TopicOf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TopicOf")
            .field("address", &self.address)
            .field("legacy", &self.legacy)
            .finish()
    }
}
impl<T> fmt::Display for TopicOf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.address)
    }
}
