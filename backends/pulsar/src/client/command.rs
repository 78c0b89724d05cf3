//! Commands that we send.

use pulsar::proto::{
    AuthData, BaseCommand, CommandAck, CommandAuthResponse, CommandCloseConsumer,
    CommandCloseProducer, CommandConnect, CommandFlow, CommandGetSchema, CommandLookupTopic,
    CommandPartitionedTopicMetadata, CommandPing, CommandPong, CommandProducer,
    CommandRedeliverUnacknowledgedMessages, CommandSubscribe, CommandUnsubscribe, FeatureFlags,
    MessageIdData, ProtocolVersion, base_command, command_ack,
};

use base_command::Type;

fn of(kind: Type) -> BaseCommand {
    BaseCommand {
        r#type: kind.into(),
        ..BaseCommand::default()
    }
}

const AUTH_METHOD: &str = "token";
const VERSION: &str = concat!("tg-pubsub-pulsar-", env!("CARGO_PKG_VERSION"));

pub(crate) fn connect(token: Option<&str>, proxied: Option<String>) -> BaseCommand {
    BaseCommand {
        connect: Some(CommandConnect {
            client_version: VERSION.to_owned(),
            auth_method_name: token.map(|_| AUTH_METHOD.to_owned()),
            auth_data: token.map(|token| token.as_bytes().to_vec()),
            protocol_version: Some(ProtocolVersion::V19.into()),
            proxy_to_broker_url: proxied,
            feature_flags: Some(FeatureFlags {
                supports_auth_refresh: Some(true),
                ..FeatureFlags::default()
            }),
            ..CommandConnect::default()
        }),
        ..of(Type::Connect)
    }
}

pub(crate) fn auth_response(token: Option<&str>) -> BaseCommand {
    BaseCommand {
        auth_response: Some(CommandAuthResponse {
            client_version: Some(VERSION.to_owned()),
            response: Some(AuthData {
                auth_method_name: Some(AUTH_METHOD.to_owned()),
                auth_data: token.map(|token| token.as_bytes().to_vec()),
            }),
            protocol_version: Some(ProtocolVersion::V19.into()),
        }),
        ..of(Type::AuthResponse)
    }
}

pub(crate) fn ping() -> BaseCommand {
    BaseCommand {
        ping: Some(CommandPing {}),
        ..of(Type::Ping)
    }
}

pub(crate) fn pong() -> BaseCommand {
    BaseCommand {
        pong: Some(CommandPong {}),
        ..of(Type::Pong)
    }
}

pub(crate) fn lookup(
    topic: &str,
    request: u64,
    authoritative: bool,
    listener: Option<&str>,
) -> BaseCommand {
    BaseCommand {
        lookup_topic: Some(CommandLookupTopic {
            topic: topic.to_owned(),
            request_id: request,
            authoritative: Some(authoritative),
            advertised_listener_name: listener.map(str::to_owned),
            ..CommandLookupTopic::default()
        }),
        ..of(Type::Lookup)
    }
}

pub(crate) fn partitions(topic: &str, request: u64) -> BaseCommand {
    BaseCommand {
        partition_metadata: Some(CommandPartitionedTopicMetadata {
            topic: topic.to_owned(),
            request_id: request,
            ..CommandPartitionedTopicMetadata::default()
        }),
        ..of(Type::PartitionedMetadata)
    }
}

/// Asks for the latest schema of a topic.
pub(crate) fn get_schema(topic: &str, request: u64) -> BaseCommand {
    BaseCommand {
        get_schema: Some(CommandGetSchema {
            request_id: request,
            topic: topic.to_owned(),
            schema_version: None,
        }),
        ..of(Type::GetSchema)
    }
}

pub(crate) fn producer(producer: CommandProducer) -> BaseCommand {
    BaseCommand {
        producer: Some(producer),
        ..of(Type::Producer)
    }
}

pub(crate) fn close_producer(producer: u64, request: u64) -> BaseCommand {
    BaseCommand {
        close_producer: Some(CommandCloseProducer {
            producer_id: producer,
            request_id: request,
        }),
        ..of(Type::CloseProducer)
    }
}

pub(crate) fn subscribe(subscribe: CommandSubscribe) -> BaseCommand {
    BaseCommand {
        subscribe: Some(subscribe),
        ..of(Type::Subscribe)
    }
}

pub(crate) fn close_consumer(consumer: u64, request: u64) -> BaseCommand {
    BaseCommand {
        close_consumer: Some(CommandCloseConsumer {
            consumer_id: consumer,
            request_id: request,
        }),
        ..of(Type::CloseConsumer)
    }
}

pub(crate) fn unsubscribe(consumer: u64, request: u64) -> BaseCommand {
    BaseCommand {
        unsubscribe: Some(CommandUnsubscribe {
            consumer_id: consumer,
            request_id: request,
        }),
        ..of(Type::Unsubscribe)
    }
}

pub(crate) fn flow(consumer: u64, permits: u32) -> BaseCommand {
    BaseCommand {
        flow: Some(CommandFlow {
            consumer_id: consumer,
            message_permits: permits,
        }),
        ..of(Type::Flow)
    }
}

/// `request`: the broker is to confirm it.
pub(crate) fn ack(
    consumer: u64,
    ids: Vec<MessageIdData>,
    request: Option<u64>,
    error: Option<command_ack::ValidationError>,
) -> BaseCommand {
    BaseCommand {
        ack: Some(CommandAck {
            consumer_id: consumer,
            ack_type: command_ack::AckType::Individual.into(),
            message_id: ids,
            validation_error: error.map(Into::into),
            request_id: request,
            ..CommandAck::default()
        }),
        ..of(Type::Ack)
    }
}

pub(crate) fn redeliver(consumer: u64, ids: Vec<MessageIdData>) -> BaseCommand {
    BaseCommand {
        redeliver_unacknowledged_messages: Some(CommandRedeliverUnacknowledgedMessages {
            consumer_id: consumer,
            message_ids: ids,
            consumer_epoch: None,
        }),
        ..of(Type::RedeliverUnacknowledgedMessages)
    }
}
