//! An address by its parts, with defaults.

use super::{Qos, Topic, TopicError};

/// Starts an address by its queue: `q1/tg/flow/{queue}` unless more is said.
///
/// ```
/// # use tg_schema_model::topic::{Qos, topic};
/// let address = topic("config").qos(Qos::Q2).namespace("config").build()?;
/// assert_eq!(address.to_string(), "q2/tg/config/config");
/// # Ok::<(), tg_schema_model::topic::TopicError>(())
/// ```
pub fn topic(queue: impl Into<String>) -> TopicBuilder {
    TopicBuilder {
        qos: Qos::Q1,
        tenant: "tg".into(),
        namespace: "flow".into(),
        queue: queue.into(),
    }
}

/// An address in the making; see [`topic`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct TopicBuilder {
    qos: Qos,
    tenant: String,
    namespace: String,
    queue: String,
}

impl TopicBuilder {
    /// Sets the quality of service.
    pub fn qos(mut self, qos: Qos) -> Self {
        self.qos = qos;
        self
    }
    /// Sets the tenant.
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.tenant = tenant.into();
        self
    }
    /// Sets the namespace.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        self
    }
    /// Checks the parts.
    pub fn build(self) -> Result<Topic, TopicError> {
        Topic::new(self.qos, &self.tenant, &self.namespace, &self.queue)
    }
}

#[cfg(test)]
mod tests {
    use super::super::TopicPart;
    use super::*;

    #[test]
    fn defaults_and_parts() {
        let text = |b: TopicBuilder| b.build().map(|t| t.to_string());
        assert_eq!(text(topic("x")), Ok("q1/tg/flow/x".into()));
        let full = topic("x").qos(Qos::Q0).tenant("acme").namespace("request");
        assert_eq!(text(full), Ok("q0/acme/request/x".into()));
        let error = topic("x").tenant("a/b").build().expect_err("a slash");
        assert_eq!((error.part, error.range), (TopicPart::Tenant, 3..6));
    }
}
