//! What a connection is made with: the configuration, and the options of one producer or consumer over it.

use std::time::Duration;

use tg_schema::pubsub::{BackendOptions, Error, OptionKind, OptionSpec, OptionValue};

use crate::config::{Encryption, MqttConfig, invalid};

/// The options of a producer or a consumer; their names begin with `mqtt.`. Those that say nothing about the one are
/// accepted there too, so that one set serves both.
pub const OPTIONS: &[OptionSpec] = &[
    OptionSpec {
        name: "keep-alive",
        kind: OptionKind::Duration,
        doc: "Time between two signs of life, in whole seconds, at least 1 s.",
    },
    OptionSpec {
        name: "resume",
        kind: OptionKind::Duration,
        doc: "How long a lost connection is taken up again before everything that waits for it fails.",
    },
    OptionSpec {
        name: "connect-timeout",
        kind: OptionKind::Duration,
        doc: "How long a connection may take to be established.",
    },
    OptionSpec {
        name: "session-expiry",
        kind: OptionKind::Duration,
        doc: "Consumers: how long the broker keeps a durable subscription of which no consumer is connected, in whole seconds.",
    },
    OptionSpec {
        name: "in-flight",
        kind: OptionKind::Integer { min: 1, max: 1_000 },
        doc: "Producers: most messages of one connection that are sent and not confirmed.",
    },
    OptionSpec {
        name: "own-connection",
        kind: OptionKind::Boolean,
        doc: "Producers: a connection for this producer alone, instead of the one that all share.",
    },
    OptionSpec {
        name: "q0-buffer",
        kind: OptionKind::Integer {
            min: 1,
            max: 1_000_000,
        },
        doc: "Consumers: most messages of quality q0 that wait; more are dropped.",
    },
];

/// A checked configuration.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) username: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) encryption: Option<Encryption>,
    pub(crate) keep_alive: Duration,
    pub(crate) session_expiry: Duration,
    pub(crate) max_packet: u32,
    pub(crate) in_flight: u16,
    pub(crate) resume: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) q0_buffer: usize,
    pub(crate) own_connection: bool,
}

/// What a connection of producers is made with. Those who want the same share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Manner {
    keep_alive: Duration,
    resume: Duration,
    connect_timeout: Duration,
    in_flight: u16,
}

impl Settings {
    /// What producers notice of these.
    pub(crate) fn manner(&self) -> Manner {
        Manner {
            keep_alive: self.keep_alive,
            resume: self.resume,
            connect_timeout: self.connect_timeout,
            in_flight: self.in_flight,
        }
    }

    pub(crate) fn of(config: &MqttConfig) -> Result<Self, Error> {
        config.check()?;
        let settings = Settings {
            host: config.host.clone(),
            port: config.port,
            username: config.username.clone(),
            password: config.password.clone(),
            encryption: config.encryption()?,
            keep_alive: config.keep_alive,
            session_expiry: config.session_expiry,
            max_packet: config.max_packet,
            in_flight: config.in_flight,
            resume: config.resume,
            connect_timeout: config.connect_timeout,
            q0_buffer: config.q0_buffer,
            own_connection: false,
        };
        settings.check()?;
        Ok(settings)
    }

    /// These with the options of one producer or consumer. `None`: the options change nothing.
    pub(crate) fn with(&self, options: &BackendOptions) -> Result<Option<Self>, Error> {
        let given = options.of(crate::NAME, OPTIONS)?;
        let mut settings = self.clone();
        let changed = !given.is_empty();
        for (name, value) in given {
            match (name, value) {
                ("keep-alive", OptionValue::Duration(d)) => settings.keep_alive = d,
                ("resume", OptionValue::Duration(d)) => settings.resume = d,
                ("connect-timeout", OptionValue::Duration(d)) => settings.connect_timeout = d,
                ("session-expiry", OptionValue::Duration(d)) => settings.session_expiry = d,
                ("in-flight", OptionValue::Integer(n)) => {
                    settings.in_flight = u16::try_from(n).unwrap_or(u16::MAX);
                }
                ("own-connection", OptionValue::Boolean(own)) => settings.own_connection = own,
                ("q0-buffer", OptionValue::Integer(n)) => {
                    settings.q0_buffer = usize::try_from(n).unwrap_or(usize::MAX);
                }
                (name, value) => {
                    return Err(invalid(name, format!("{value} is of the wrong kind")));
                }
            }
        }
        settings.check()?;
        Ok(changed.then_some(settings))
    }

    fn check(&self) -> Result<(), Error> {
        let second = Duration::from_secs(1);
        let longest = Duration::from_secs(u16::MAX.into());
        if !(second..=longest).contains(&self.keep_alive) {
            return Err(invalid("keep-alive", "expected from 1 s to 65,535 s"));
        }
        if self.session_expiry < second {
            return Err(invalid(
                "session-expiry",
                "expected at least 1 s; a subscription that ends with its consumers is one that is not durable",
            ));
        }
        if self.connect_timeout.is_zero() || self.connect_timeout > longest {
            return Err(invalid("connect-timeout", "expected from 1 ms to 65,535 s"));
        }
        if self.resume > longest {
            return Err(invalid("resume", "expected at most 65,535 s"));
        }
        if !(1..=1_000).contains(&self.in_flight) {
            return Err(invalid("in-flight", "expected from 1 to 1000"));
        }
        if self.q0_buffer == 0 {
            return Err(invalid("q0-buffer", "expected at least 1"));
        }
        Ok(())
    }

    /// As whom we connect, for messages.
    pub(crate) fn who(&self) -> String {
        match &self.username {
            Some(user) => format!("user {user:?}"),
            None => "nobody, since no user is set".to_owned(),
        }
    }

    /// The broker's address, for messages.
    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, value: impl Into<OptionValue>) -> Result<Option<Settings>, String> {
        let settings = Settings::of(&MqttConfig::default()).map_err(|e| e.to_string())?;
        let mut options = BackendOptions::new();
        options.set(name, value);
        settings.with(&options).map_err(|e| e.to_string())
    }

    #[test]
    fn options_change_the_configuration() {
        let changed = |name, value: OptionValue| with(name, value).expect("valid").expect("given");
        assert_eq!(
            changed("mqtt.keep-alive", "3s".into()).keep_alive,
            Duration::from_secs(3)
        );
        assert_eq!(changed("mqtt.in-flight", 7.into()).in_flight, 7);
        assert_eq!(changed("mqtt.q0-buffer", 7.into()).q0_buffer, 7);
        assert!(changed("mqtt.own-connection", true.into()).own_connection);
        assert!(with("kafka.x", 1).expect("another's").is_none());
        for name in ["resume", "connect-timeout", "session-expiry"] {
            let changed = with(&format!("mqtt.{name}"), "77s");
            let changed = changed.expect("valid").expect("given");
            let found = [
                changed.resume,
                changed.connect_timeout,
                changed.session_expiry,
            ];
            assert!(found.contains(&Duration::from_secs(77)), "{name}");
        }
    }

    #[test]
    fn each_option_is_known_and_documented() {
        for spec in OPTIONS {
            let value = match spec.kind {
                OptionKind::Duration => OptionValue::from("2s"),
                OptionKind::Integer { min, .. } => min.into(),
                OptionKind::Boolean => true.into(),
                _ => "x".into(),
            };
            assert!(with(&format!("mqtt.{}", spec.name), value).is_ok());
            assert!(spec.doc.ends_with('.'));
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (name, value, error) in [
            (
                "mqtt.keep-alive",
                OptionValue::from("500ms"),
                "mqtt.keep-alive: expected from 1 s to 65,535 s",
            ),
            (
                "mqtt.in-flight",
                1_001.into(),
                "mqtt.in-flight: expected a whole number from 1 to 1000, found 1001",
            ),
            (
                "mqtt.session-expiry",
                "0s".into(),
                "mqtt.session-expiry: expected at least 1 s; a subscription that ends with its consumers is one that \
                 is not durable",
            ),
        ] {
            assert_eq!(with(name, value).err().as_deref(), Some(error));
        }
        let unknown = with("mqtt.keepalive", 1).err();
        assert!(unknown.is_some_and(|e| e.starts_with("mqtt.keepalive: no such option")));
    }
}
