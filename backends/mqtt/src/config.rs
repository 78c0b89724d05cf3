//! Where the broker is, and how to talk to it.

use std::fmt;
use std::time::Duration;

use tg_pubsub_backend::pem::Pem;
use tg_schema::pubsub::Error;

use crate::names;

/// A broker that speaks MQTT 5, and how to talk to it.
///
/// ```
/// use tg_pubsub_mqtt::{Mqtt, MqttConfig};
///
/// let mut config = MqttConfig::new("localhost", 1883);
/// config.username = Some("service".to_owned());
/// config.password = Some("a secret".to_owned());
/// assert!(!format!("{config:?}").contains("a secret"));
/// let backend = Mqtt::new(config)?;
/// # let _ = backend;
/// # Ok::<(), tg_schema::pubsub::Error>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct MqttConfig {
    /// Name or address of the broker.
    pub host: String,
    /// Its port: 1883 by convention, 8883 with TLS.
    pub port: u16,
    /// Who we are to the broker.
    pub username: Option<String>,
    /// The secret that goes with [`MqttConfig::username`]. It is sent in the clear unless [`MqttConfig::tls`] is set.
    pub password: Option<String>,
    /// How the connection is encrypted. `None`: not at all.
    pub tls: Option<Tls>,
    /// Name of this instance of the program, the same after a restart and different from that of every other instance:
    /// the broker gives unsettled messages back to it. `None`: the host's name.
    pub instance: Option<String>,
    /// Time between two signs of life, in whole seconds; a dead link is noticed within two of them. 15 s by default.
    pub keep_alive: Duration,
    /// How long the broker keeps a durable subscription of which no consumer is connected, in whole seconds. A week by
    /// default; [`Duration::MAX`] is for ever.
    pub session_expiry: Duration,
    /// Most bytes of a packet, both ways: the message, its properties and its topic. 16 MiB by default. Where the
    /// broker announces less, that counts.
    pub max_packet: u32,
    /// Most messages of one connection that are sent and not confirmed, 1 to 1,000. 1,000 by default. Where the broker
    /// announces less, that counts.
    pub in_flight: u16,
    /// How long a lost connection is taken up again before everything that waits for it fails. 8 s by default. Within
    /// this time the protocol's session is resumed: what was sent and not confirmed is sent again.
    pub resume: Duration,
    /// How long a connection may take to be established. 5 s by default.
    pub connect_timeout: Duration,
    /// Most messages of quality `q0` that wait in a consumer; more are dropped. 1,000 by default.
    pub q0_buffer: usize,
}

/// How a connection is encrypted. The broker's certificate is always checked, and its name against
/// [`MqttConfig::host`].
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Tls {
    /// Certificates of the authorities that are trusted, PEM. `None`: those of the operating system.
    pub authorities: Option<Pem>,
    /// Our certificate, and the chain to its authority, PEM.
    pub certificate: Option<Pem>,
    /// The private key that goes with [`Tls::certificate`], PEM.
    pub key: Option<Pem>,
}

/// A [`Tls`] whose files were read.
#[derive(Clone)]
#[cfg_attr(not(feature = "tls"), expect(dead_code, reason = "refused"))]
pub(crate) struct Encryption {
    pub(crate) authorities: Option<Vec<u8>>,
    pub(crate) identity: Option<(Vec<u8>, Vec<u8>)>,
}

const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);

impl Default for MqttConfig {
    fn default() -> Self {
        MqttConfig::new("localhost", 1883)
    }
}

impl MqttConfig {
    /// The broker at this address, without a user and without encryption.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        MqttConfig {
            host: host.into(),
            port,
            username: None,
            password: None,
            tls: None,
            instance: None,
            keep_alive: Duration::from_secs(15),
            session_expiry: WEEK,
            max_packet: 16 << 20,
            in_flight: 1_000,
            resume: Duration::from_secs(8),
            connect_timeout: Duration::from_secs(5),
            q0_buffer: 1_000,
        }
    }
    /// With a user and the secret that goes with it.
    #[must_use]
    pub fn user(mut self, name: impl Into<String>, password: impl Into<String>) -> Self {
        self.username = Some(name.into());
        self.password = Some(password.into());
        self
    }
    /// Encrypted.
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }
    /// As a named instance.
    #[must_use]
    pub fn instance(mut self, name: impl Into<String>) -> Self {
        self.instance = Some(name.into());
        self
    }

    /// What is wrong with it, before anything is connected.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.host.is_empty() || names::forbidden(&self.host).is_some() {
            return Err(invalid("host", "it is no name of a host"));
        }
        if !is_host(&self.host) {
            // It is not repeated: an address may hold a password.
            return Err(invalid(
                "host",
                "it is no name of a host and no IP address; the port has a setting of its own",
            ));
        }
        if self.port == 0 {
            return Err(invalid("port", "0 is no port"));
        }
        for (name, text) in [("username", &self.username), ("password", &self.password)] {
            if text.as_ref().is_some_and(|t| t.len() > names::MAX_STRING) {
                return Err(invalid(name, "longer than 65,535 bytes"));
            }
        }
        if let Some(c) = self.username.as_deref().and_then(names::forbidden) {
            return Err(invalid("username", format!("{c:?} cannot be sent")));
        }
        if self.password.is_some() && self.username.is_none() {
            return Err(invalid("username", "there is a password and no user"));
        }
        if self.max_packet < 1_024 {
            return Err(invalid("max-packet", "expected at least 1024 bytes"));
        }
        Ok(())
    }

    /// The name of this instance.
    pub(crate) fn instance_name(&self) -> Result<String, Error> {
        let (name, given) = match &self.instance {
            Some(name) => (name.clone(), true),
            None => (host_name().unwrap_or_default(), false),
        };
        match names::check_member(&name) {
            Ok(()) => Ok(name),
            Err(message) if given => Err(invalid("instance-id", message)),
            Err(message) => Err(invalid(
                "instance-id",
                format!("not set, and the host's name cannot be used: {message}"),
            )),
        }
    }

    /// Reads the files that encryption needs.
    pub(crate) fn encryption(&self) -> Result<Option<Encryption>, Error> {
        let Some(tls) = &self.tls else {
            return Ok(None);
        };
        if cfg!(not(feature = "tls")) {
            return Err(invalid(
                "tls",
                "tg-pubsub-mqtt was built without its cargo feature `tls`",
            ));
        }
        let read = |name: &str, pem: &Pem| pem.read().map_err(|why| invalid(name, why));
        let identity = match (&tls.certificate, &tls.key) {
            (None, None) => None,
            (Some(certificate), Some(key)) => {
                Some((read("tls.certificate", certificate)?, read("tls.key", key)?))
            }
            (Some(_), None) => return Err(invalid("tls.key", "a certificate needs its key")),
            (None, Some(_)) => {
                return Err(invalid("tls.certificate", "a key needs its certificate"));
            }
        };
        if identity.is_some() && tls.authorities.is_none() {
            return Err(invalid(
                "tls.authorities",
                "with a certificate of ours, the authorities to trust must be set",
            ));
        }
        let authorities = match &tls.authorities {
            Some(pem) => Some(read("tls.authorities", pem)?),
            None => None,
        };
        Ok(Some(Encryption {
            authorities,
            identity,
        }))
    }
}

impl Tls {
    /// Trusting the authorities that the operating system trusts.
    pub fn new() -> Self {
        Tls::default()
    }
    /// Trusting these authorities only.
    #[must_use]
    pub fn authorities(mut self, pem: impl Into<Pem>) -> Self {
        self.authorities = Some(pem.into());
        self
    }
    /// Showing the broker a certificate of ours.
    #[must_use]
    pub fn identity(mut self, certificate: impl Into<Pem>, key: impl Into<Pem>) -> Self {
        self.certificate = Some(certificate.into());
        self.key = Some(key.into());
        self
    }
}

/// The name that the operating system has for this machine.
fn host_name() -> Option<String> {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    read("/proc/sys/kernel/hostname")
        .or_else(|| read("/etc/hostname"))
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .or_else(|| std::env::var("HOSTNAME").ok())
        .or_else(|| std::env::var("COMPUTERNAME").ok())
}

pub(crate) fn invalid(name: &str, message: impl Into<String>) -> Error {
    Error::InvalidOption {
        name: format!("{}.{name}", crate::NAME),
        message: message.into(),
    }
}

const HIDDEN: &str = "(hidden)";

impl fmt::Debug for MqttConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MqttConfig")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("username", &self.username)
            .field("password", &self.password.as_ref().map(|_| HIDDEN))
            .field("tls", &self.tls)
            .field("instance", &self.instance)
            .field("keep_alive", &self.keep_alive)
            .field("session_expiry", &self.session_expiry)
            .field("max_packet", &self.max_packet)
            .field("in_flight", &self.in_flight)
            .field("resume", &self.resume)
            .field("connect_timeout", &self.connect_timeout)
            .field("q0_buffer", &self.q0_buffer)
            .finish()
    }
}
impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("authorities", &self.authorities)
            .field("certificate", &self.certificate)
            .field("key", &self.key.as_ref().map(|_| HIDDEN))
            .finish()
    }
}

/// Whether it may be the name of a host or an IP address. What the resolver makes of a name is its own affair.
fn is_host(text: &str) -> bool {
    let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
    // With the zone of a local address.
    let (address, _) = bare
        .unwrap_or(text)
        .split_once('%')
        .unwrap_or((bare.unwrap_or(text), ""));
    match address.parse::<std::net::Ipv6Addr>() {
        Ok(_) => true,
        Err(_) => !text.contains(|c: char| c.is_whitespace() || ":/@[]%?#".contains(c)),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        let tls = Tls::new()
            .authorities(b"PEM OF CA".to_vec())
            .identity(b"PEM OF CERT".to_vec(), b"PEM OF KEY".to_vec());
        let config = MqttConfig::new("h", 1).user("joe", "hunter2").tls(tls);
        let shown = format!("{config:?}");
        assert!(shown.contains("joe"), "{shown}");
        assert!(
            !shown.contains("hunter2") && !shown.contains("PEM OF"),
            "{shown}"
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        let wrong = |change: fn(&mut MqttConfig)| {
            let mut config = MqttConfig::default();
            change(&mut config);
            let checked = config
                .check()
                .and_then(|()| config.instance_name().map(|_| ()))
                .and_then(|()| config.encryption().map(|_| ()));
            checked.expect_err("wrong").to_string()
        };
        assert_eq!(
            wrong(|c| c.host = String::new()),
            "mqtt.host: it is no name of a host"
        );
        for host in [
            "broker.example:1883",
            "broker.example/mqtt",
            "user@broker.example",
            "my broker",
            "[::1",
        ] {
            let told = MqttConfig::new(host, 1883).check().expect_err(host);
            assert_eq!(
                told.to_string(),
                "mqtt.host: it is no name of a host and no IP address; the port has a setting of its own"
            );
        }
        for good in [
            "broker.example.",
            "my_broker",
            "b\u{fc}cher.example",
            "127.0.0.1",
            "::1",
            "[::1]",
            "fe80::1%eth0",
        ] {
            let config = MqttConfig::new(good, 1883);
            assert!(config.check().is_ok(), "{good}");
        }
        assert_eq!(wrong(|c| c.port = 0), "mqtt.port: 0 is no port");
        assert_eq!(
            wrong(|c| c.password = Some("p".into())),
            "mqtt.username: there is a password and no user"
        );
        assert_eq!(
            wrong(|c| c.username = Some("a\0".into())),
            "mqtt.username: '\\0' cannot be sent"
        );
        assert_eq!(
            wrong(|c| c.instance = Some("a b".into())),
            "mqtt.instance-id: ' ' is not allowed; letters of ASCII, digits, `.`, `_` and `-` are"
        );
        assert_eq!(
            wrong(|c| c.max_packet = 10),
            "mqtt.max-packet: expected at least 1024 bytes"
        );
        assert!(MqttConfig::default().check().is_ok());
    }

    #[cfg(feature = "tls")]
    #[test]
    fn certificates_come_with_their_keys() {
        let mut config = MqttConfig::default().tls(Tls::new());
        assert!(config.encryption().is_ok());
        config.tls = Some(Tls {
            certificate: Some(Pem::Text(vec![])),
            ..Tls::new()
        });
        let error = config.encryption().err().map(|e| e.to_string());
        assert_eq!(
            error.as_deref(),
            Some("mqtt.tls.key: a certificate needs its key")
        );
        config.tls = Some(Tls::new().authorities(PathBuf::from("/nowhere/ca.pem")));
        let error = config.encryption().err().map(|e| e.to_string());
        assert!(
            error.is_some_and(|e| e.starts_with("mqtt.tls.authorities: /nowhere/ca.pem cannot")),
        );
    }
}
