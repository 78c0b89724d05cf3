//! The client's words: which kind of tie each name is, and what takes its place.

mod replacement;

use std::ops::RangeInclusive;

use tg_schema_model::rule::Rule;

use crate::rule::audit as rules;
pub use replacement::replacement;

/// What an object of the client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Object {
    /// `pulsar.Client`.
    Client,
    /// `pulsar.Producer`.
    Producer,
    /// `pulsar.Consumer`.
    Consumer,
    /// `pulsar.Reader`.
    Reader,
    /// `pulsar.TableView`.
    TableView,
    /// `pulsar.Message`.
    Message,
    /// Several of them.
    Messages,
    /// `pulsar.MessageId`.
    MessageId,
}

impl Object {
    /// Of a dotted name in the client.
    pub fn of(path: &str) -> Option<Self> {
        Some(match path.rsplit('.').next()? {
            "Client" => Object::Client,
            "Producer" => Object::Producer,
            "Consumer" => Object::Consumer,
            "Reader" => Object::Reader,
            "TableView" => Object::TableView,
            "Message" => Object::Message,
            "Messages" => Object::Messages,
            "MessageId" => Object::MessageId,
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
            Object::TableView => "pulsar.TableView",
            Object::Message => "pulsar.Message",
            Object::Messages => "pulsar.Messages",
            Object::MessageId => "pulsar.MessageId",
        }
    }
    /// What a method of it gives.
    pub fn result(self, method: &str) -> Option<Object> {
        Some(match (self, method) {
            (Object::Client, "create_producer") => Object::Producer,
            (Object::Client, "subscribe") => Object::Consumer,
            (Object::Client, "create_reader") => Object::Reader,
            (Object::Client, "create_table_view") => Object::TableView,
            (Object::Consumer, "receive") | (Object::Reader, "read_next") => Object::Message,
            (Object::Consumer, "batch_receive") => Object::Messages,
            (Object::Consumer, "get_last_message_id")
            | (Object::Message, "message_id")
            | (Object::Producer, "send")
            | (Object::MessageId, "deserialize") => Object::MessageId,
            _ => return None,
        })
    }
    /// The kind of tie that calling a method is.
    pub fn method(self, method: &str) -> Option<&'static Rule> {
        Some(match (self, method) {
            (Object::Client, "create_producer") => &rules::pulsar_producer::RULE,
            (Object::Client, "subscribe") => &rules::pulsar_consumer::RULE,
            (Object::Client, "create_reader" | "create_table_view") => &rules::pulsar_reader::RULE,
            (Object::Client, "get_topic_partitions" | "get_service_info") => {
                &rules::client_option::RULE
            }
            (Object::Producer, "send" | "send_async") => &rules::producer_call::RULE,
            (Object::Client, "close" | "shutdown")
            | (
                Object::Producer,
                "flush" | "close" | "is_connected" | "last_sequence_id" | "producer_name" | "topic",
            )
            | (
                Object::Consumer,
                "close" | "unsubscribe" | "is_connected" | "topic" | "subscription_name"
                | "consumer_name",
            )
            | (Object::Reader, "close" | "is_connected" | "topic")
            | (Object::TableView, "close") => &rules::connection_call::RULE,
            (
                Object::Consumer,
                "acknowledge"
                | "acknowledge_cumulative"
                | "negative_acknowledge"
                | "receive"
                | "batch_receive"
                | "redeliver_unacknowledged_messages"
                | "seek"
                | "get_last_message_id"
                | "pause_message_listener"
                | "resume_message_listener",
            )
            | (Object::Reader, "read_next" | "has_message_available" | "seek")
            | (Object::TableView, "get" | "for_each" | "for_each_and_listen")
            | (
                Object::Message,
                "value" | "data" | "properties" | "message_id" | "partition_key" | "ordering_key"
                | "publish_timestamp" | "event_timestamp" | "redelivery_count" | "schema_version"
                | "topic_name" | "producer_name" | "encryption_context" | "has_null_value",
            )
            | (
                Object::MessageId,
                "serialize" | "deserialize" | "ledger_id" | "entry_id" | "batch_index"
                | "partition",
            ) => &rules::message_call::RULE,
            _ => return None,
        })
    }
}

/// The object that has a method of this name, where no other library has one of it, and how many arguments
/// the method takes.
pub fn distinctive(method: &str) -> Option<(Object, RangeInclusive<usize>)> {
    const MANY: usize = 64;
    Some(match method {
        "create_producer" | "create_table_view" => (Object::Client, 1..=MANY),
        "create_reader" => (Object::Client, 2..=MANY),
        "get_topic_partitions" => (Object::Client, 1..=1),
        "acknowledge" | "acknowledge_cumulative" | "negative_acknowledge" => {
            (Object::Consumer, 1..=1)
        }
        "redeliver_unacknowledged_messages"
        | "batch_receive"
        | "pause_message_listener"
        | "resume_message_listener" => (Object::Consumer, 0..=0),
        "has_message_available" => (Object::Reader, 0..=0),
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
            | "ordering_key"
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
        | "BatchReceivePolicy"
        | "DeadLetterPolicy"
        | "DeadLetterPolicyBuilder"
        | "EncryptionContext"
        | "EncryptionKey"
        | "AbstractCryptoKeyReader"
        | "ServiceInfo"
        | "ServiceInfoProvider"
        | "SchemaInfo"
        | "SchemaType"
        | "TopicRegex"
        | "ClientConfiguration"
        | "ProducerConfiguration"
        | "ConsumerConfiguration"
        | "ReaderConfiguration"
        | "TableViewConfiguration"
        | "MessageBuilder"
        | "ConsumerBatchReceivePolicy"
        | "ConsumerDeadLetterPolicy"
        | "CryptoKeyReader"
        | "AutoClusterFailover"
        | "Result" => &rules::pulsar_enum::RULE,
        "Function" | "Context" | "SerDe" | "IdentitySerDe" | "PickleSerDe" => {
            &rules::pulsar_function::RULE
        }
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
        Some(
            "Schema"
                | "JsonSchema"
                | "AvroSchema"
                | "BytesSchema"
                | "StringSchema"
                | "ProtobufNativeSchema"
        )
    )
}

/// The kind of tie that a keyword argument of a method of the client's is; nothing for those that are told
/// of by their value.
pub fn keyword(object: Object, name: &str) -> Option<&'static Rule> {
    match object {
        Object::Client => option_of_client(name),
        Object::Producer => option_of_send(name),
        _ => None,
    }
}

fn option_of_client(name: &str) -> Option<&'static Rule> {
    Some(match name {
        "topic" | "subscription_name" | "schema" | "consumer_type" | "initial_position"
        | "service_url" | "start_message_id" => return None,
        "message_listener"
        | "reader_listener"
        | "consumer_listener"
        | "consumer_event_listener" => &rules::message_listener::RULE,
        "listener_name" => &rules::listener_name::RULE,
        "logger" | "log_conf_file_path" => &rules::pulsar_logger::RULE,
        "authentication" => &rules::authentication::RULE,
        _ if name.contains("chunk") => &rules::chunking::RULE,
        _ => &rules::client_option::RULE,
    })
}

fn option_of_send(name: &str) -> Option<&'static Rule> {
    Some(match name {
        "callback" => &rules::send_callback::RULE,
        "properties"
        | "partition_key"
        | "ordering_key"
        | "sequence_id"
        | "replication_clusters"
        | "disable_replication"
        | "event_timestamp"
        | "deliver_at"
        | "deliver_after" => &rules::send_option::RULE,
        _ => return None,
    })
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
            ("pulsar.Function", Some("PULSAR_FUNCTION")),
            ("pulsar.ServiceInfo", Some("PULSAR_ENUM")),
            ("pulsar.Client.subscribe", None),
            ("pulsar.schema.String", None),
            ("os.Timeout", None),
        ] {
            assert_eq!(name(path).map(|r| r.id), id, "{path}");
        }
    }

    #[test]
    fn arguments_are_of_a_kind() {
        for (object, argument, id) in [
            (Object::Client, "message_listener", Some("MESSAGE_LISTENER")),
            (
                Object::Client,
                "max_pending_chunked_message",
                Some("CHUNKING"),
            ),
            (Object::Client, "properties", Some("CLIENT_OPTION")),
            (Object::Client, "topic", None),
            (Object::Producer, "properties", Some("SEND_OPTION")),
            (Object::Producer, "callback", Some("SEND_CALLBACK")),
            (Object::Producer, "timeout", None),
            (Object::Consumer, "timeout_millis", None),
        ] {
            let found = keyword(object, argument).map(|r| r.id);
            assert_eq!(found, id, "{argument}");
        }
    }
}
