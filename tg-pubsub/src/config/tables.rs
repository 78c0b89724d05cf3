//! Every setting there is. The first of each backend's are the original system's, with its names and defaults.

use tg_schema::pubsub::OptionKind;

use super::Setting;

/// A backend that this project knows, compiled in or not.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Its name, which is also the cargo feature of `tg-pubsub` that compiles it in.
    pub name: &'static str,
    /// What it is, for help.
    pub doc: &'static str,
    /// Whether this version has it, and with it the cargo feature.
    pub written: bool,
    /// How to reach it.
    pub settings: &'static [Setting],
}

/// Variable that holds options for every producer and consumer, `backend.name=value`, divided by commas.
pub(super) const OPTIONS_ENV: &str = "PUBSUB_OPTIONS";

const PORT: OptionKind = OptionKind::Integer {
    min: 1,
    max: 65_535,
};

const fn text(
    name: &'static str,
    flag: &'static str,
    env: &'static str,
    default: Option<&'static str>,
    doc: &'static str,
) -> Setting {
    Setting {
        name,
        flag,
        env,
        default,
        kind: OptionKind::Text,
        secret: false,
        doc,
    }
}

const fn secret(
    name: &'static str,
    flag: &'static str,
    env: &'static str,
    doc: &'static str,
) -> Setting {
    Setting {
        secret: true,
        ..text(name, flag, env, None, doc)
    }
}

const fn kind(kind: OptionKind, setting: Setting) -> Setting {
    Setting { kind, ..setting }
}

/// Settings that are of no backend.
pub const GENERAL: &[Setting] = &[
    text(
        "pubsub.backend",
        "pubsub-backend",
        "PUBSUB_BACKEND",
        Some("pulsar"),
        "Broker to use",
    ),
    kind(
        OptionKind::Boolean,
        text(
            "pubsub.strict",
            "pubsub-strict",
            "PUBSUB_STRICT",
            Some("false"),
            "Refuse what the broker can only do in part, instead of a warning",
        ),
    ),
    text(
        "pubsub.instance-id",
        "instance-id",
        "INSTANCE_ID",
        None,
        "Name of this instance of the program, the same after a restart; the host's name by default, with which a \
         shared consumer over MQTT gives up its share when it ends",
    ),
];

/// Every backend that this project knows.
pub const BACKENDS: &[Known] = &[
    Known {
        name: "memory",
        doc: "Inside this process; needs no server",
        written: true,
        settings: &[text(
            "memory.instance",
            "memory-instance",
            "MEMORY_INSTANCE",
            None,
            "Name by which parts of one process share what they send; each part has its own by default",
        )],
    },
    Known {
        name: "pulsar",
        doc: "Apache Pulsar",
        written: true,
        settings: &[
            text(
                "pulsar.host",
                "pulsar-host",
                "PULSAR_HOST",
                Some("pulsar://localhost:6650"),
                "Address of Pulsar",
            ),
            secret(
                "pulsar.api-key",
                "pulsar-api-key",
                "PULSAR_API_KEY",
                "Token for Pulsar",
            ),
            text(
                "pulsar.listener",
                "pulsar-listener",
                "PULSAR_LISTENER",
                None,
                "Name of the advertised listener of Pulsar to use",
            ),
            text(
                "pulsar.ca-file",
                "pulsar-ca-file",
                "PULSAR_CA_FILE",
                None,
                "Certificates (PEM) that sign Pulsar's, for pulsar+ssl://; those of the system by default",
            ),
            text(
                "pulsar.admin-url",
                "pulsar-admin-url",
                "PULSAR_ADMIN_URL",
                None,
                "Address of Pulsar's HTTP administration, for the option pulsar.create",
            ),
        ],
    },
    Known {
        name: "mqtt",
        doc: "MQTT 5",
        written: true,
        settings: &[
            text(
                "mqtt.host",
                "mqtt-host",
                "MQTT_HOST",
                Some("localhost"),
                "Host of the MQTT broker",
            ),
            kind(
                PORT,
                text(
                    "mqtt.port",
                    "mqtt-port",
                    "MQTT_PORT",
                    Some("1883"),
                    "Port of the MQTT broker",
                ),
            ),
            text(
                "mqtt.username",
                "mqtt-username",
                "MQTT_USERNAME",
                None,
                "User at the MQTT broker",
            ),
            secret(
                "mqtt.password",
                "mqtt-password",
                "MQTT_PASSWORD",
                "Password at the MQTT broker",
            ),
            kind(
                OptionKind::Boolean,
                text(
                    "mqtt.tls",
                    "mqtt-tls",
                    "MQTT_TLS",
                    Some("false"),
                    "Speak TLS with the MQTT broker",
                ),
            ),
            text(
                "mqtt.ca-file",
                "mqtt-ca-file",
                "MQTT_CA_FILE",
                None,
                "Certificates (PEM) that sign the MQTT broker's; those of the system by default",
            ),
            text(
                "mqtt.cert-file",
                "mqtt-cert-file",
                "MQTT_CERT_FILE",
                None,
                "Certificate (PEM) to show to the MQTT broker, with its chain; needs mqtt.key-file and mqtt.ca-file",
            ),
            text(
                "mqtt.key-file",
                "mqtt-key-file",
                "MQTT_KEY_FILE",
                None,
                "Private key (PEM) of mqtt.cert-file",
            ),
        ],
    },
    Known {
        name: "kafka",
        doc: "Apache Kafka with a schema registry",
        written: false,
        settings: &[
            text(
                "kafka.bootstrap-servers",
                "kafka-bootstrap-servers",
                "KAFKA_BOOTSTRAP_SERVERS",
                Some("localhost:9092"),
                "Addresses of Kafka brokers, divided by commas",
            ),
            text(
                "kafka.security-protocol",
                "kafka-security-protocol",
                "KAFKA_SECURITY_PROTOCOL",
                Some("PLAINTEXT"),
                "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL",
            ),
            text(
                "kafka.sasl-mechanism",
                "kafka-sasl-mechanism",
                "KAFKA_SASL_MECHANISM",
                None,
                "PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512",
            ),
            text(
                "kafka.sasl-username",
                "kafka-sasl-username",
                "KAFKA_SASL_USERNAME",
                None,
                "User at Kafka",
            ),
            secret(
                "kafka.sasl-password",
                "kafka-sasl-password",
                "KAFKA_SASL_PASSWORD",
                "Password at Kafka",
            ),
            text(
                "kafka.schema-registry-url",
                "schema-registry-url",
                "SCHEMA_REGISTRY_URL",
                Some("http://localhost:8081"),
                "Address of the schema registry",
            ),
        ],
    },
    Known {
        name: "rabbitmq",
        doc: "RabbitMQ",
        written: false,
        settings: &[
            text(
                "rabbitmq.host",
                "rabbitmq-host",
                "RABBITMQ_HOST",
                Some("localhost"),
                "Host of RabbitMQ",
            ),
            kind(
                PORT,
                text(
                    "rabbitmq.port",
                    "rabbitmq-port",
                    "RABBITMQ_PORT",
                    Some("5672"),
                    "Port of RabbitMQ",
                ),
            ),
            text(
                "rabbitmq.username",
                "rabbitmq-username",
                "RABBITMQ_USERNAME",
                Some("guest"),
                "User at RabbitMQ",
            ),
            secret(
                "rabbitmq.password",
                "rabbitmq-password",
                "RABBITMQ_PASSWORD",
                "Password at RabbitMQ; guest by default",
            ),
            text(
                "rabbitmq.vhost",
                "rabbitmq-vhost",
                "RABBITMQ_VHOST",
                Some("/"),
                "Virtual host at RabbitMQ",
            ),
        ],
    },
    Known {
        name: "redis",
        doc: "Redis Streams",
        written: false,
        settings: &[text(
            "redis.url",
            "redis-url",
            "REDIS_URL",
            Some("redis://localhost:6379"),
            "Address of Redis, with user and password where it asks for them",
        )],
    },
];
