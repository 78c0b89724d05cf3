//! Where Pulsar is, and how to talk to it.

use std::fmt;
use std::time::Duration;

use tg_pubsub_backend::pem::Pem;
use tg_schema::pubsub::Error;

/// A Pulsar cluster, and how to talk to it.
///
/// ```
/// use tg_pubsub_pulsar::{Pulsar, PulsarConfig};
///
/// let config = PulsarConfig::new("pulsar://localhost:6650").token("a secret");
/// assert!(!format!("{config:?}").contains("a secret"));
/// let backend = Pulsar::new(config)?;
/// # let _ = backend;
/// # Ok::<(), tg_schema::pubsub::Error>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct PulsarConfig {
    /// Address of the brokers or of a proxy: `pulsar://host:6650`, or `pulsar+ssl://host:6651` with TLS; several hosts
    /// are divided by commas.
    pub url: String,
    /// The token that says who we are. It is sent in the clear unless the address has TLS.
    pub token: Option<String>,
    /// Name of the advertised listener whose addresses brokers are to tell. `None`: the broker's usual one.
    pub listener: Option<String>,
    /// Certificates of the authorities that are trusted with TLS, PEM. `None`: those of the operating system. The
    /// broker's certificate is always checked, and its name against the host of the address.
    pub authorities: Option<Pem>,
    /// Address of the HTTP administration, `http://host:8080`. Needed only to create what does not exist.
    pub admin_url: Option<String>,
    /// Whether tenants and namespaces that do not exist are created, by the HTTP administration. No by default.
    pub create: bool,
    /// Time between two signs of life; a dead link is noticed within two of them. 15 s by default.
    pub keep_alive: Duration,
    /// How long a lost link is taken up again before everything that waits for it fails. 8 s by default.
    pub resume: Duration,
    /// How long a connection may take to be established. 5 s by default.
    pub connect_timeout: Duration,
    /// How long the broker may take to answer a request. 10 s by default.
    pub operation_timeout: Duration,
    /// How often the broker is asked whether a topic that has several partitions has more of them. 60 s by default.
    pub partition_check: Duration,
    /// Whether an acknowledgement waits until the broker confirmed it. Yes by default.
    pub ack_receipt: bool,
    /// Whether a message that is larger than the broker takes is sent in chunks, on `q1` and `q2`. No by default: it is
    /// refused with both sizes.
    pub chunking: bool,
    /// Most bytes of all chunks together that wait for the rest of their messages, in one consumer. 64 MiB by default.
    /// A producer refuses a message whose chunks take more: no consumer of the same settings could put them together.
    /// Larger messages are taken where it is larger.
    pub chunk_bytes: usize,
    /// Most messages of which some chunks came and others not, in one consumer. 100 by default.
    pub chunk_messages: usize,
    /// How long the chunks of a message wait for the rest of it. 60 s by default.
    pub chunk_age: Duration,
}

impl Default for PulsarConfig {
    fn default() -> Self {
        PulsarConfig::new("pulsar://localhost:6650")
    }
}

impl PulsarConfig {
    /// The cluster at this address, without a token.
    pub fn new(url: impl Into<String>) -> Self {
        PulsarConfig {
            url: url.into(),
            token: None,
            listener: None,
            authorities: None,
            admin_url: None,
            create: false,
            keep_alive: Duration::from_secs(15),
            resume: Duration::from_secs(8),
            connect_timeout: Duration::from_secs(5),
            operation_timeout: Duration::from_secs(10),
            partition_check: Duration::from_secs(60),
            ack_receipt: true,
            chunking: false,
            chunk_bytes: 64 << 20,
            chunk_messages: 100,
            chunk_age: Duration::from_secs(60),
        }
    }
    /// With a token that says who we are.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }
    /// Asking for the addresses of a named listener.
    #[must_use]
    pub fn listener(mut self, name: impl Into<String>) -> Self {
        self.listener = Some(name.into());
        self
    }
    /// Trusting these authorities only.
    #[must_use]
    pub fn authorities(mut self, pem: impl Into<Pem>) -> Self {
        self.authorities = Some(pem.into());
        self
    }
}

pub(crate) fn invalid(name: &str, message: impl Into<String>) -> Error {
    Error::InvalidOption {
        name: format!("{}.{name}", crate::NAME),
        message: message.into(),
    }
}

impl fmt::Debug for PulsarConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PulsarConfig")
            .field("url", &self.url)
            .field("token", &self.token.as_ref().map(|_| "(hidden)"))
            .field("listener", &self.listener)
            .field("authorities", &self.authorities)
            .field("admin_url", &self.admin_url)
            .field("create", &self.create)
            .field("keep_alive", &self.keep_alive)
            .field("resume", &self.resume)
            .field("connect_timeout", &self.connect_timeout)
            .field("operation_timeout", &self.operation_timeout)
            .field("partition_check", &self.partition_check)
            .field("ack_receipt", &self.ack_receipt)
            .field("chunking", &self.chunking)
            .field("chunk_bytes", &self.chunk_bytes)
            .field("chunk_messages", &self.chunk_messages)
            .field("chunk_age", &self.chunk_age)
            .finish()
    }
}
