//! The state of links, for probes.

use std::time::Duration;

use crate::metrics::Role;

/// How a part of the system is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// What it is.
    pub role: Role,
    /// Its name in metrics.
    pub name: String,
    /// The topic.
    pub topic: String,
    /// The state of its link.
    pub link: LinkState,
    /// How often the link was built again.
    pub reconnects: u64,
    /// The last error of the link, while it is down.
    pub last_error: Option<String>,
}

/// The state of a link to the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// It is there.
    Up,
    /// It was lost and is being built again.
    Down,
    /// It was closed on purpose.
    Closed,
}

/// How everything that a [`PubSub`](crate::PubSub) opened is.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report {
    /// How long the broker took to answer, or why it did not.
    pub broker: Result<Duration, String>,
    /// What the broker said of itself; may be empty.
    pub detail: String,
    /// Everything that is open.
    pub parts: Vec<Health>,
}

impl Report {
    /// Whether the broker answered and no link is down.
    pub fn is_healthy(&self) -> bool {
        self.broker.is_ok() && self.parts.iter().all(|p| p.link != LinkState::Down)
    }
}

/// What can be asked how it is.
pub(crate) trait Probe: Send + Sync {
    fn health(&self) -> Health;
    /// The connection underneath was closed for good.
    fn end(&self);
}
