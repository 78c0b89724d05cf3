//! Topics: one address, one record, one constant.

use std::collections::BTreeMap;

use super::{empty_text, is_plain};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::name::rust_constant;
use crate::schema::{Schema, TopicDefinition};
use crate::topic::{collides, kafka, memory};

pub(super) fn check(schema: &Schema, found: &mut Diagnostics) {
    for topic in &schema.topics {
        empty_text(topic.doc.as_deref(), "doc", topic.span, found);
        empty_text(topic.legacy.as_deref(), "legacy", topic.span, found);
    }
    constants(schema, found);
    addresses(schema, found);
    metrics_names(schema, found);
}

/// Constants of one module need names of their own.
fn constants(schema: &Schema, found: &mut Diagnostics) {
    let mut seen: BTreeMap<(usize, String), &str> = BTreeMap::new();
    for topic in &schema.topics {
        let name = topic.name.as_str();
        let Some(constant) = rust_constant(name).filter(|_| is_plain(name)) else {
            found.push(
                Diagnostic::error(
                    topic.span,
                    format!("{name:?} cannot be the name of a constant"),
                    "letters, digits, _ and -",
                )
                .help("rename the topic; its address stays"),
            );
            continue;
        };
        if let Some(other) = seen.insert((topic.module, constant.clone()), name) {
            let message = if other == name {
                format!("the topic {name:?} is defined twice")
            } else {
                format!("the topics {other:?} and {name:?} are both the constant `{constant}`")
            };
            found.push(
                Diagnostic::error(
                    topic.span,
                    message,
                    "a name that no other topic of this file has",
                )
                .help("rename one of the two; their addresses stay"),
            );
        }
    }
}

/// An address belongs to one topic, whatever its quality of service.
fn addresses(schema: &Schema, found: &mut Diagnostics) {
    let mut seen: BTreeMap<String, &TopicDefinition> = BTreeMap::new();
    for topic in &schema.topics {
        let Some(other) = seen.insert(memory::name(&topic.address), topic) else {
            continue;
        };
        let (name, address, span) = (&topic.name, &topic.address, topic.address_span);
        found.push(if collides(address, &other.address) {
            Diagnostic::error(
                span,
                format!(
                    "the topics {:?} and {name:?} differ only in quality of service",
                    other.name
                ),
                format!(
                    "an address other than that of {} ({})",
                    other.name, other.address
                ),
            )
            .help("MQTT, Kafka, RabbitMQ and Redis would put both in one place; rename one queue")
        } else if topic.record != other.record {
            Diagnostic::error(
                span,
                format!(
                    "{address} carries {} as {:?} and {} as {name:?}",
                    schema.record(other.record).name,
                    other.name,
                    schema.record(topic.record).name
                ),
                "an address that carries one record",
            )
            .help("rename one queue, or let both carry one record")
        } else {
            Diagnostic::warning(
                span,
                format!("the topics {:?} and {name:?} are one address", other.name),
                "an address that no other topic has",
            )
            .help("remove one of the two")
        });
    }
}

/// Kafka makes `.` and `_` one in the names of its metrics, and refuses the second topic.
fn metrics_names(schema: &Schema, found: &mut Diagnostics) {
    let mut seen: BTreeMap<String, &TopicDefinition> = BTreeMap::new();
    for topic in &schema.topics {
        let Some(other) = seen.insert(kafka::metrics_name(&topic.address), topic) else {
            continue;
        };
        if kafka::name(&other.address) != kafka::name(&topic.address) {
            found.push(
                Diagnostic::warning(
                    topic.address_span,
                    format!(
                        "Kafka cannot hold both {} and {}",
                        kafka::name(&other.address),
                        kafka::name(&topic.address)
                    ),
                    "an address that differs in more than . and _",
                )
                .help("Kafka refuses a topic whose name differs from another's only there"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use crate::schema::RecordId;

    fn topics(topics: &[(&str, &str)]) -> Sample {
        let start = Sample::new().record("A", vec![]).record("B", vec![]);
        topics
            .iter()
            .fold(start, |sample, (name, address)| sample.topic(name, address))
    }

    #[test]
    fn constants_have_names_of_their_own() {
        topics(&[("config", "q1/tg/flow/a"), ("config-2", "q1/tg/flow/b")]).is_clean();
        topics(&[("my-config", "q1/tg/flow/a"), ("my_config", "q1/tg/flow/b")])
            .has_error("`MY_CONFIG`");
        topics(&[("a", "q1/tg/flow/a"), ("a", "q1/tg/flow/b")]).has_error("defined twice");
        for name in ["", "é", "a!", "a.b", "_"] {
            topics(&[(name, "q1/tg/flow/a")]).has_error("cannot be the name of a constant");
        }
    }

    #[test]
    fn addresses_are_told_apart() {
        topics(&[("a", "q1/tg/flow/x"), ("b", "q0/tg/flow/x")])
            .has_error("only in quality of service");
        let mut sample = topics(&[("a", "q1/tg/flow/x"), ("b", "q1/tg/flow/x")]);
        sample.has_warning("are one address");
        sample.schema.topics[1].record = RecordId(1);
        sample.has_error("carries A as \"a\" and B as \"b\"");
        topics(&[("a", "q1/tg/flow/x.y"), ("b", "q1/tg/flow/x_y")])
            .has_warning("Kafka cannot hold both");
    }

    #[test]
    fn texts_say_something() {
        let mut sample = topics(&[("a", "q1/tg/flow/x")]);
        sample.schema.topics[0].legacy = Some(String::new());
        sample.has_warning("`legacy` is empty");
    }
}
