//! What a connection is made with: the configuration, and the options of one producer or consumer over it.

use std::time::Duration;

use pulsar::proto::ProducerAccessMode;
use tg_schema::pubsub::{BackendOptions, Error, OptionKind, OptionSpec, OptionValue};

use crate::client::{Address, Encryptor, service};
use crate::config::{PulsarConfig, invalid};

/// The options of a producer or a consumer; their names begin with `pulsar.`. Those that say nothing about the one are
/// accepted there too, so that one set serves both.
pub const OPTIONS: &[OptionSpec] = &[
    OptionSpec {
        name: "keep-alive",
        kind: OptionKind::Duration,
        doc: "Time between two signs of life, at least 100 ms.",
    },
    OptionSpec {
        name: "resume",
        kind: OptionKind::Duration,
        doc: "How long a lost link is taken up again before everything that waits for it fails.",
    },
    OptionSpec {
        name: "connect-timeout",
        kind: OptionKind::Duration,
        doc: "How long a connection may take to be established.",
    },
    OptionSpec {
        name: "operation-timeout",
        kind: OptionKind::Duration,
        doc: "How long the broker may take to answer a request.",
    },
    OptionSpec {
        name: "partition-check",
        kind: OptionKind::Duration,
        doc: "How often the broker is asked whether a topic has more partitions, where it has several.",
    },
    OptionSpec {
        name: "create",
        kind: OptionKind::Boolean,
        doc: "Create the tenant and the namespace where they do not exist, by the HTTP administration.",
    },
    OptionSpec {
        name: "admin-url",
        kind: OptionKind::Text,
        doc: "Address of the HTTP administration, as `http://localhost:8080`.",
    },
    OptionSpec {
        name: "access",
        kind: OptionKind::Text,
        doc: "Producers: `shared` with others, `exclusive` where there is none, or `fencing`, which puts others out.",
    },
    OptionSpec {
        name: "ack-receipt",
        kind: OptionKind::Boolean,
        doc: "Consumers: an acknowledgement waits until the broker confirmed it.",
    },
    OptionSpec {
        name: "chunking",
        kind: OptionKind::Boolean,
        doc: "Producers: a message that is larger than the broker takes is sent in chunks, on q1 and q2.",
    },
    OptionSpec {
        name: "chunk-bytes",
        kind: OptionKind::Integer {
            min: 1,
            max: 1 << 40,
        },
        doc: "Consumers: most bytes of all chunks that wait for the rest of their messages. Producers: of one message.",
    },
    OptionSpec {
        name: "chunk-messages",
        kind: OptionKind::Integer {
            min: 1,
            max: 1_000_000,
        },
        doc: "Consumers: most messages of which only some chunks came.",
    },
    OptionSpec {
        name: "chunk-age",
        kind: OptionKind::Duration,
        doc: "Consumers: how long the chunks of a message wait for the rest of it.",
    },
];

/// A checked configuration.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) service: Vec<Address>,
    pub(crate) token: Option<String>,
    pub(crate) listener: Option<String>,
    /// Where the address says that connections are encrypted.
    pub(crate) encryption: Option<Encryptor>,
    #[cfg_attr(
        not(feature = "admin"),
        expect(dead_code, reason = "the administration asks")
    )]
    pub(crate) authorities: Option<Vec<u8>>,
    pub(crate) admin_url: Option<String>,
    pub(crate) create: bool,
    pub(crate) keep_alive: Duration,
    pub(crate) resume: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) operation_timeout: Duration,
    pub(crate) partition_check: Duration,
    pub(crate) access: ProducerAccessMode,
    pub(crate) ack_receipt: bool,
    pub(crate) chunking: bool,
    pub(crate) chunk_bytes: usize,
    pub(crate) chunk_messages: usize,
    pub(crate) chunk_age: Duration,
}

/// Longer than anybody waits, and far from where clocks end.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

impl Settings {
    pub(crate) fn of(config: &PulsarConfig) -> Result<Self, Error> {
        let service = service(config.url.trim()).map_err(|why| invalid("host", why))?;
        let tls = service.iter().any(|address| address.tls);
        if let Some(wrong) = config.token.as_deref().and_then(control) {
            return Err(invalid(
                "api-key",
                format!("{wrong:?} cannot be part of a token"),
            ));
        }
        let authorities = match &config.authorities {
            Some(_) if !tls => {
                return Err(invalid(
                    "ca-file",
                    "it is of no use without TLS; the address begins with pulsar+ssl:// then",
                ));
            }
            Some(pem) => Some(pem.read().map_err(|why| invalid("ca-file", why))?),
            None => None,
        };
        let encryption = match tls {
            true => Some(
                Encryptor::new(authorities.as_deref()).map_err(|why| invalid("ca-file", why))?,
            ),
            false => None,
        };
        let settings = Settings {
            service,
            token: config.token.clone().filter(|token| !token.is_empty()),
            listener: config.listener.clone().filter(|name| !name.is_empty()),
            encryption,
            authorities,
            admin_url: config.admin_url.clone(),
            create: config.create,
            keep_alive: config.keep_alive,
            resume: config.resume,
            connect_timeout: config.connect_timeout,
            operation_timeout: config.operation_timeout,
            partition_check: config.partition_check,
            access: ProducerAccessMode::Shared,
            ack_receipt: config.ack_receipt,
            chunking: config.chunking,
            chunk_bytes: config.chunk_bytes,
            chunk_messages: config.chunk_messages,
            chunk_age: config.chunk_age,
        };
        settings.check()?;
        Ok(settings)
    }

    /// These with the options of one producer or consumer, and whether connections are another matter by them. `None`:
    /// the options change nothing.
    pub(crate) fn with(&self, options: &BackendOptions) -> Result<Option<Self>, Error> {
        let given = options.of(crate::NAME, OPTIONS)?;
        let mut settings = self.clone();
        let changed = !given.is_empty();
        let number = |n: i64| usize::try_from(n).unwrap_or(usize::MAX);
        for (name, value) in given {
            match (name, value) {
                ("keep-alive", OptionValue::Duration(d)) => settings.keep_alive = d,
                ("resume", OptionValue::Duration(d)) => settings.resume = d,
                ("connect-timeout", OptionValue::Duration(d)) => settings.connect_timeout = d,
                ("operation-timeout", OptionValue::Duration(d)) => settings.operation_timeout = d,
                ("partition-check", OptionValue::Duration(d)) => settings.partition_check = d,
                ("create", OptionValue::Boolean(create)) => settings.create = create,
                ("admin-url", OptionValue::Text(url)) => settings.admin_url = Some(url),
                ("access", OptionValue::Text(text)) => settings.access = access(&text)?,
                ("ack-receipt", OptionValue::Boolean(wait)) => settings.ack_receipt = wait,
                ("chunking", OptionValue::Boolean(chunking)) => settings.chunking = chunking,
                ("chunk-bytes", OptionValue::Integer(n)) => settings.chunk_bytes = number(n),
                ("chunk-messages", OptionValue::Integer(n)) => settings.chunk_messages = number(n),
                ("chunk-age", OptionValue::Duration(d)) => settings.chunk_age = d,
                (name, value) => {
                    return Err(invalid(name, format!("{value} is of the wrong kind")));
                }
            }
        }
        settings.check()?;
        Ok(changed.then_some(settings))
    }

    /// Whether connections are made alike by both.
    pub(crate) fn connects_as(&self, other: &Settings) -> bool {
        let of = |s: &Settings| (s.keep_alive, s.connect_timeout, s.operation_timeout);
        of(self) == of(other)
    }

    fn check(&self) -> Result<(), Error> {
        let tenth = Duration::from_millis(100);
        for (name, value, least) in [
            ("keep-alive", self.keep_alive, tenth),
            ("connect-timeout", self.connect_timeout, tenth),
            ("operation-timeout", self.operation_timeout, tenth),
            ("partition-check", self.partition_check, tenth),
            ("resume", self.resume, Duration::ZERO),
            ("chunk-age", self.chunk_age, tenth),
        ] {
            if !(least..=LONGEST).contains(&value) {
                return Err(invalid(name, format!("expected from {least:?} to 24 h")));
            }
        }
        if self.chunk_bytes == 0 || self.chunk_messages == 0 {
            return Err(invalid(
                "chunk-bytes",
                "expected at least 1 byte and 1 message",
            ));
        }
        if self.create && self.admin_url.is_none() {
            return Err(invalid(
                "create",
                "the HTTP administration must be known for that; set `pulsar.admin-url`",
            ));
        }
        Ok(())
    }

    /// As whom we connect, for messages.
    pub(crate) fn who(&self) -> &'static str {
        match self.token {
            Some(_) => "the bearer of our token",
            None => "nobody, since no token is set,",
        }
    }

    /// The service's address, for messages.
    pub(crate) fn place(&self) -> String {
        let addresses: Vec<_> = self.service.iter().map(Address::to_string).collect();
        addresses.join(",")
    }
}

/// How a producer gets along with others of its topic.
fn access(text: &str) -> Result<ProducerAccessMode, Error> {
    match text {
        "shared" => Ok(ProducerAccessMode::Shared),
        "exclusive" => Ok(ProducerAccessMode::Exclusive),
        "fencing" => Ok(ProducerAccessMode::ExclusiveWithFencing),
        _ => Err(invalid(
            "access",
            format!("expected `shared`, `exclusive` or `fencing`, found {text:?}"),
        )),
    }
}

/// A character that cannot be sent in a header.
fn control(text: &str) -> Option<char> {
    text.chars().find(|c| c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, value: impl Into<OptionValue>) -> Result<Option<Settings>, String> {
        let settings = Settings::of(&PulsarConfig::default()).map_err(|e| e.to_string())?;
        let mut options = BackendOptions::new();
        options.set(name, value);
        settings.with(&options).map_err(|e| e.to_string())
    }

    #[test]
    fn options_change_the_configuration() {
        let changed = |name: &str, value: OptionValue| {
            let name = format!("pulsar.{name}");
            with(&name, value).expect("valid").expect("given")
        };
        let usual = Settings::of(&PulsarConfig::default()).expect("valid");
        let wanted = Duration::from_secs(77);
        for name in ["keep-alive", "connect-timeout", "operation-timeout"] {
            let changed = changed(name, "77s".into());
            let found = [
                changed.keep_alive,
                changed.connect_timeout,
                changed.operation_timeout,
            ];
            assert!(
                found.contains(&wanted) && !changed.connects_as(&usual),
                "{name}"
            );
        }
        let check = changed("partition-check", "77s".into());
        assert_eq!(check.partition_check, wanted);
        for name in ["resume", "chunk-age"] {
            let changed = changed(name, "77s".into());
            assert!(
                [changed.resume, changed.chunk_age].contains(&wanted),
                "{name}"
            );
            assert!(changed.connects_as(&usual), "{name}");
        }
        assert!(!changed("ack-receipt", false.into()).ack_receipt);
        assert!(changed("chunking", true.into()).chunking);
        assert_eq!(changed("chunk-bytes", 7.into()).chunk_bytes, 7);
        assert_eq!(changed("chunk-messages", 7.into()).chunk_messages, 7);
        for (text, mode) in [
            ("shared", ProducerAccessMode::Shared),
            ("exclusive", ProducerAccessMode::Exclusive),
            ("fencing", ProducerAccessMode::ExclusiveWithFencing),
        ] {
            assert_eq!(changed("access", text.into()).access, mode);
        }
        let url = changed("admin-url", "http://h:1".into()).admin_url;
        assert_eq!(url.as_deref(), Some("http://h:1"));
        assert!(with("kafka.x", 1).expect("another's").is_none());
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (name, value, error) in [
            (
                "pulsar.keep-alive",
                OptionValue::from("50ms"),
                "pulsar.keep-alive: expected from 100ms to 24 h",
            ),
            (
                "pulsar.access",
                "mine".into(),
                "pulsar.access: expected `shared`, `exclusive` or `fencing`, found \"mine\"",
            ),
            (
                "pulsar.create",
                true.into(),
                "pulsar.create: the HTTP administration must be known for that; set `pulsar.admin-url`",
            ),
            (
                "pulsar.chunk-bytes",
                0.into(),
                "pulsar.chunk-bytes: expected a whole number from 1 to 1099511627776, found 0",
            ),
        ] {
            assert_eq!(with(name, value).err().as_deref(), Some(error));
        }
        let unknown = with("pulsar.keepalive", 1).err();
        assert!(unknown.is_some_and(|e| e.starts_with("pulsar.keepalive: no such option")));
        for spec in OPTIONS {
            assert!(spec.doc.ends_with('.'), "{}", spec.name);
        }
    }

    #[test]
    fn configurations_that_contradict_themselves() {
        let wrong = |change: fn(&mut PulsarConfig)| {
            let mut config = PulsarConfig::default();
            change(&mut config);
            Settings::of(&config).err().expect("wrong").to_string()
        };
        let http = wrong(|c| c.url = "http://localhost:8080".to_owned());
        assert!(
            http.starts_with("pulsar.host: http is no protocol"),
            "{http}"
        );
        let secret = wrong(|c| c.token = Some("SECRET\n".to_owned()));
        assert!(
            secret.starts_with("pulsar.api-key: ") && !secret.contains("SECRET"),
            "{secret}"
        );
        let plain = wrong(|c| c.authorities = Some(crate::Pem::Text(Vec::new())));
        assert!(
            plain.starts_with("pulsar.ca-file: it is of no use without TLS"),
            "{plain}"
        );
        assert!(Settings::of(&PulsarConfig::default()).is_ok());
    }
}
