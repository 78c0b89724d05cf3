//! What takes the place of something of the client's.

use tg_schema_model::rule::Rule;
use tg_schema_model::topic::pulsar::neutral;

/// What takes the place of something of a kind; `what` is its name in the client, `text` a string.
pub fn replacement(rule: &Rule, what: &str, text: &str) -> String {
    let last = what.rsplit('.').next().unwrap_or(what);
    match rule.id {
        "PULSAR_IMPORT" if what.starts_with("pulsar.schema") => {
            "the generated dataclasses; no schema objects are needed".into()
        }
        "PULSAR_IMPORT" => "get_pubsub(config) and the neutral names".into(),
        "PULSAR_CLIENT" => "get_pubsub(config)".into(),
        "PULSAR_PRODUCER" => "Producer of the record's type, or Publisher".into(),
        "PULSAR_CONSUMER" => "Consumer of the record's type, or Subscriber".into(),
        "PULSAR_READER" => "Consumer, exclusive, from earliest; unsubscribe at the end".into(),
        "SCHEMA_WRAPPER" => "nothing: the generated type brings its schema".into(),
        "CONSUMER_TYPE" => format!("the option `{}`", snake(last)),
        "INITIAL_POSITION" => format!("the option `{}`", snake(last)),
        "PULSAR_ENUM" => option(what),
        "PULSAR_EXCEPTION" => exception(last),
        "MESSAGE_CALL" => message(last).into(),
        "PRODUCER_CALL" if last == "send_async" => {
            "Producer.send(value, properties), awaited where its outcome counts".into()
        }
        "PRODUCER_CALL" => "Producer.send(value, properties)".into(),
        "SEND_OPTION" => send_option(last),
        "SEND_CALLBACK" => "the code behind an awaited Producer.send(value, properties)".into(),
        "MESSAGE_LISTENER" => {
            "a handler of the service layer, or a loop of Consumer.receive()".into()
        }
        "PULSAR_FUNCTION" => "a service with a Consumer and a Producer".into(),
        "TOPIC_URI" => match neutral(text) {
            Some(address) => format!("topic {address}"),
            None if text.starts_with("non-") => "topic(queue, qos=q0, tenant, namespace)".into(),
            None => "topic(queue, qos=q1, tenant, namespace)".into(),
        },
        "SERVICE_URL" => "get_pubsub(config), which reads PULSAR_HOST".into(),
        "PULSAR_LOGGER" => "nothing: the neutral layer logs as the rest of the program does".into(),
        "LISTENER_NAME" => "PULSAR_LISTENER (option `pulsar.listener`)".into(),
        "AUTHENTICATION" => "PULSAR_API_KEY, read by get_pubsub(config)".into(),
        "CHUNKING" => "option `pulsar.chunking`; other brokers refuse large messages".into(),
        "CLIENT_OPTION" => format!("option `pulsar.{}`, or a neutral one", snake(last)),
        "CONNECTION_CALL" => match last {
            "unsubscribe" => "Consumer.unsubscribe() only where the subscription shall go".into(),
            "flush" => "nothing: close(within) flushes".into(),
            _ => "close(within)".into(),
        },
        "COMMAND_LINE_FLAG" => "the flags of the neutral configuration".into(),
        "ENVIRONMENT_VARIABLE" => "get_pubsub(config), which reads the environment".into(),
        "WRAPPED_CLIENT" => "the same class on top of get_pubsub(config)".into(),
        "HANDED_THROUGH" => "one configuration object, handed to get_pubsub".into(),
        "CLIENT_PARAMETER" | "CLIENT_HELPER" => handed(what),
        "CLIENT_ATTRIBUTE" => {
            "a PubSubBackend, Consumer or Publisher, handed over by itself".into()
        }
        "CLIENT_CLASS" => match last {
            "Client" => "PubSubBackend".into(),
            "Reader" | "TableView" => "Consumer".into(),
            "Message" | "MessageBatch" => "Delivery".into(),
            other => format!("the neutral {other}"),
        },
        "CLIENT_SUBCLASS" => "follows its base class".into(),
        _ => rule.remedy.into(),
    }
}

/// What is handed over in the place of something of the client, or of a class that stands for it.
fn handed(what: &str) -> String {
    match what {
        "pulsar.Client" => "a PubSubBackend, from get_pubsub(config)".into(),
        "pulsar.Producer" => "a Producer of the record's type, or Publisher".into(),
        "pulsar.Consumer" | "pulsar.Reader" | "pulsar.TableView" => {
            "a Consumer of the record's type, or Subscriber".into()
        }
        "pulsar.Message" | "pulsar.Messages" => "a Delivery".into(),
        "pulsar.MessageId" => "nothing: positions are the broker's own".into(),
        _ => "the same class on top of get_pubsub(config)".into(),
    }
}

fn send_option(name: &str) -> String {
    match name {
        "properties" => "the properties of Producer.send(value, properties)".into(),
        "partition_key" | "ordering_key" => "the neutral option `key`".into(),
        "event_timestamp" => "a field of the record, or a property".into(),
        other => format!("option `pulsar.{other}`; other brokers have no such thing"),
    }
}

fn option(what: &str) -> String {
    let mut parts = what.split('.').skip(1);
    let name = parts.next().unwrap_or_default();
    match (name, parts.next()) {
        ("MessageId", Some(position @ ("earliest" | "latest"))) => {
            format!("the option `{position}`")
        }
        (_, Some(value)) => format!("option `pulsar.{}` = {}", snake(name), snake(value)),
        (_, None) => format!("option `pulsar.{}`", snake(name)),
    }
}

fn exception(name: &str) -> String {
    let neutral = match name {
        "Timeout" => "Timeout",
        "Interrupted" | "AlreadyClosed" => "Closed",
        "AuthenticationError" | "AuthorizationError" | "ErrorGettingAuthenticationData" => "Auth",
        "TopicNotFound" | "SubscriptionNotFound" | "ConsumerNotFound" => "NotFound",
        "InvalidTopicName" => "InvalidTopic",
        "MessageTooBig" => "TooLarge",
        "OperationNotSupported" | "NotAllowedError" => "Unsupported",
        "IncompatibleSchema" => "SchemaRejected",
        "ConnectError"
        | "NotConnected"
        | "ServiceUnitNotReady"
        | "LookupError"
        | "ReadError"
        | "InvalidUrl" => "Connection",
        "PulsarException" => "any of the neutral errors",
        _ => "Broker",
    };
    match neutral.contains(' ') {
        true => neutral.to_owned(),
        false => format!("the neutral error {neutral}"),
    }
}

fn message(method: &str) -> &'static str {
    match method {
        "acknowledge" | "acknowledge_cumulative" => "Delivery.ack()",
        "negative_acknowledge" | "redeliver_unacknowledged_messages" => "Delivery.nack(after)",
        "receive" | "batch_receive" | "read_next" => "Consumer.receive() with a time-out",
        "value" | "data" => "Delivery.value, decoded by its type",
        "properties" => "Delivery.properties",
        "seek" => "a new subscription at the position",
        "has_message_available" => "Consumer.receive() with a time-out",
        "pause_message_listener" | "resume_message_listener" => {
            "not calling Consumer.receive() for a while"
        }
        "for_each" | "for_each_and_listen" | "get" => "a Consumer from earliest, kept by key",
        "get_last_message_id"
        | "message_id"
        | "serialize"
        | "ledger_id"
        | "entry_id"
        | "batch_index"
        | "partition" => "nothing: positions are the broker's own",
        "redelivery_count" => "Delivery.attempt",
        _ => "what Delivery tells of the message, where the broker has it",
    }
}

/// `KeyShared` as `key_shared`.
fn snake(name: &str) -> String {
    tg_schema_model::name::snake(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacements_fit_what_is_there() {
        for (id, what, text, expected) in [
            (
                "CONSUMER_TYPE",
                "pulsar.ConsumerType.KeyShared",
                "",
                "the option `key_shared`",
            ),
            (
                "PULSAR_ENUM",
                "pulsar.MessageId.earliest",
                "",
                "the option `earliest`",
            ),
            (
                "PULSAR_ENUM",
                "pulsar.CompressionType.LZ4",
                "",
                "option `pulsar.compression_type` = lz4",
            ),
            (
                "PULSAR_EXCEPTION",
                "_pulsar.Timeout",
                "",
                "the neutral error Timeout",
            ),
            (
                "TOPIC_URI",
                "",
                "non-persistent://tg/flow/x",
                "topic q0/tg/flow/x",
            ),
            (
                "TOPIC_URI",
                "",
                "persistent://",
                "topic(queue, qos=q1, tenant, namespace)",
            ),
            (
                "SEND_OPTION",
                "ordering_key",
                "",
                "the neutral option `key`",
            ),
            (
                "SEND_OPTION",
                "deliver_after",
                "",
                "option `pulsar.deliver_after`; other brokers have no such thing",
            ),
            (
                "PRODUCER_CALL",
                "pulsar.Producer.send_async",
                "",
                "Producer.send(value, properties), awaited where its outcome counts",
            ),
            (
                "CLIENT_PARAMETER",
                "PulsarClient",
                "",
                "the same class on top of get_pubsub(config)",
            ),
            (
                "CLIENT_HELPER",
                "pulsar.Client",
                "",
                "a PubSubBackend, from get_pubsub(config)",
            ),
            (
                "CONNECTION_CALL",
                "pulsar.Producer.flush",
                "",
                "nothing: close(within) flushes",
            ),
        ] {
            let rule = crate::rule::find(id).unwrap();
            assert_eq!(replacement(rule, what, text), expected);
        }
    }
}
