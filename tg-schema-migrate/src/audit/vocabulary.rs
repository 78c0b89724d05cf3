//! The client's words: which kind of tie each name is, and what takes its place.

use tg_schema_model::rule::Rule;
use tg_schema_model::topic::pulsar::neutral;

use crate::rule::audit as rules;

/// What an object of the client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Object {
    /// `pulsar.Client`.
    Client,
    /// `pulsar.Producer`.
    Producer,
    /// `pulsar.Consumer`.
    Consumer,
    /// `pulsar.Reader` or `pulsar.TableView`.
    Reader,
    /// `pulsar.Message`.
    Message,
}

impl Object {
    /// Of a dotted name in the client.
    pub fn of(path: &str) -> Option<Self> {
        Some(match path.rsplit('.').next()? {
            "Client" => Object::Client,
            "Producer" => Object::Producer,
            "Consumer" => Object::Consumer,
            "Reader" | "TableView" => Object::Reader,
            "Message" => Object::Message,
            _ => return None,
        })
    }
    /// Its name in the client.
    pub fn name(self) -> &'static str {
        match self {
            Object::Client => "pulsar.Client",
            Object::Producer => "pulsar.Producer",
            Object::Consumer => "pulsar.Consumer",
            Object::Reader => "pulsar.Reader",
            Object::Message => "pulsar.Message",
        }
    }
    /// What a method of it gives.
    pub fn result(self, method: &str) -> Option<Object> {
        Some(match (self, method) {
            (Object::Client, "create_producer") => Object::Producer,
            (Object::Client, "subscribe") => Object::Consumer,
            (Object::Client, "create_reader" | "create_table_view") => Object::Reader,
            (Object::Consumer, "receive") | (Object::Reader, "read_next") => Object::Message,
            _ => return None,
        })
    }
    /// The kind of tie that calling a method is.
    pub fn method(self, method: &str) -> Option<&'static Rule> {
        Some(match (self, method) {
            (Object::Client, "create_producer") => &rules::pulsar_producer::RULE,
            (Object::Client, "subscribe") => &rules::pulsar_consumer::RULE,
            (Object::Client, "create_reader" | "create_table_view") => &rules::pulsar_reader::RULE,
            (Object::Client, "close" | "shutdown") => &rules::connection_call::RULE,
            (Object::Client, "get_topic_partitions" | "get_service_info") => {
                &rules::client_option::RULE
            }
            (Object::Producer, "send" | "send_async") => &rules::producer_call::RULE,
            (
                Object::Producer,
                "flush" | "close" | "is_connected" | "last_sequence_id" | "producer_name" | "topic",
            ) => &rules::connection_call::RULE,
            (Object::Consumer, "close" | "unsubscribe" | "is_connected") => {
                &rules::connection_call::RULE
            }
            (Object::Reader, "close" | "is_connected") => &rules::connection_call::RULE,
            (Object::Consumer, _) | (Object::Message, _) | (Object::Reader, _)
                if METHODS.contains(&method) =>
            {
                &rules::message_call::RULE
            }
            _ => return None,
        })
    }
}

/// Methods of consumers, readers and messages that handle messages.
const METHODS: &[&str] = &[
    "acknowledge",
    "acknowledge_cumulative",
    "negative_acknowledge",
    "receive",
    "batch_receive",
    "redeliver_unacknowledged_messages",
    "seek",
    "get_last_message_id",
    "pause_message_listener",
    "resume_message_listener",
    "read_next",
    "has_message_available",
    "value",
    "data",
    "properties",
    "message_id",
    "partition_key",
    "ordering_key",
    "publish_timestamp",
    "event_timestamp",
    "redelivery_count",
    "schema_version",
    "topic_name",
    "producer_name",
    "encryption_context",
    "has_null_value",
];

/// The object that has a method of this name, where no other library has one of it.
pub fn distinctive(method: &str) -> Option<Object> {
    Some(match method {
        "create_producer" | "create_reader" | "create_table_view" => Object::Client,
        "acknowledge" | "acknowledge_cumulative" | "negative_acknowledge" => Object::Consumer,
        "redeliver_unacknowledged_messages" => Object::Consumer,
        _ => return None,
    })
}

/// Methods without arguments that are a message's, where the code around is known to use the client.
pub fn is_message_method(method: &str) -> bool {
    matches!(
        method,
        "value"
            | "data"
            | "properties"
            | "message_id"
            | "partition_key"
            | "publish_timestamp"
            | "event_timestamp"
            | "redelivery_count"
            | "schema_version"
            | "topic_name"
    )
}

/// The kind of tie that a name of the client is, where it is more than a module or a part of one.
pub fn name(path: &str) -> Option<&'static Rule> {
    let rest = path
        .strip_prefix("pulsar.")
        .or_else(|| path.strip_prefix("_pulsar."))?;
    let rest = rest.strip_prefix("asyncio.").unwrap_or(rest);
    let first = rest.split('.').next()?;
    Some(match first {
        "ConsumerType" => &rules::consumer_type::RULE,
        "InitialPosition" => &rules::initial_position::RULE,
        "ConsoleLogger" | "FileLogger" | "LoggerLevel" | "Logger" => &rules::pulsar_logger::RULE,
        _ if first.starts_with("Authentication") && first != "AuthenticationError" => {
            &rules::authentication::RULE
        }
        "CompressionType"
        | "PartitionsRoutingMode"
        | "BatchingType"
        | "ProducerAccessMode"
        | "MessageId"
        | "RegexSubscriptionMode"
        | "ConsumerCryptoFailureAction"
        | "ProducerCryptoFailureAction"
        | "KeySharedMode"
        | "KeySharedPolicy"
        | "ConsumerKeySharedPolicy"
        | "ConsumerBatchReceivePolicy"
        | "ConsumerDeadLetterPolicy"
        | "CryptoKeyReader"
        | "AutoClusterFailover"
        | "Result" => &rules::pulsar_enum::RULE,
        "Client" | "Producer" | "Consumer" | "Reader" | "Message" | "MessageBatch"
        | "TableView"
            if rest == first =>
        {
            &rules::client_class::RULE
        }
        _ if is_exception(first) => &rules::pulsar_exception::RULE,
        _ => return None,
    })
}

/// Whether the client has an exception of this name.
fn is_exception(name: &str) -> bool {
    const OTHERS: &[&str] = &[
        "Timeout",
        "Interrupted",
        "AlreadyClosed",
        "ConsumerBusy",
        "ConsumerNotFound",
        "ConsumerNotInitialized",
        "IncompatibleSchema",
        "InvalidConfiguration",
        "InvalidMessage",
        "InvalidTopicName",
        "InvalidUrl",
        "MemoryBufferIsFull",
        "MessageTooBig",
        "NotConnected",
        "OperationNotSupported",
        "ProducerBusy",
        "ProducerFenced",
        "ProducerNotInitialized",
        "ProducerQueueIsFull",
        "ServiceUnitNotReady",
        "SubscriptionNotFound",
        "TopicNotFound",
        "TopicTerminated",
        "TransactionConflict",
        "TransactionNotFound",
        "ErrorGettingAuthenticationData",
    ];
    OTHERS.contains(&name) || name.ends_with("Error") || name.ends_with("Exception")
}

/// Whether a name of the client makes a schema.
pub fn is_schema(path: &str) -> bool {
    matches!(
        path.strip_prefix("pulsar.schema.")
            .or_else(|| path.strip_prefix("pulsar.")),
        Some("JsonSchema" | "AvroSchema" | "BytesSchema" | "StringSchema" | "ProtobufNativeSchema")
    )
}

/// The kind of tie that a keyword argument of the client's calls is; nothing for those that are told of
/// by their value.
pub fn keyword(name: &str) -> Option<&'static Rule> {
    Some(match name {
        "topic" | "subscription_name" | "schema" | "consumer_type" | "initial_position"
        | "service_url" | "properties" | "start_message_id" | "reader_listener" => return None,
        "listener_name" => &rules::listener_name::RULE,
        "logger" | "log_conf_file_path" => &rules::pulsar_logger::RULE,
        "authentication" => &rules::authentication::RULE,
        _ if name.contains("chunk") => &rules::chunking::RULE,
        _ => &rules::client_option::RULE,
    })
}

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
        "PRODUCER_CALL" => "Producer.send(value, properties)".into(),
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
    fn names_are_of_a_kind() {
        for (path, id) in [
            ("pulsar.ConsumerType.Shared", Some("CONSUMER_TYPE")),
            ("_pulsar.ConsumerType.Shared", Some("CONSUMER_TYPE")),
            ("pulsar.InitialPosition", Some("INITIAL_POSITION")),
            ("_pulsar.Timeout", Some("PULSAR_EXCEPTION")),
            ("pulsar.AuthenticationError", Some("PULSAR_EXCEPTION")),
            ("pulsar.AuthenticationToken", Some("AUTHENTICATION")),
            ("pulsar.LoggerLevel.Warn", Some("PULSAR_LOGGER")),
            ("pulsar.MessageId.earliest", Some("PULSAR_ENUM")),
            ("pulsar.Client", Some("CLIENT_CLASS")),
            ("pulsar.asyncio.Client", Some("CLIENT_CLASS")),
            ("pulsar.Client.subscribe", None),
            ("pulsar.schema.String", None),
            ("os.Timeout", None),
        ] {
            assert_eq!(name(path).map(|r| r.id), id, "{path}");
        }
    }

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
