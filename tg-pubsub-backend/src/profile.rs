//! What each broker does: a table of capabilities a quality of service, its limits, and how it names a topic.
//!
//! The backend of a broker answers with its own table; the memory backend takes that of another broker to behave
//! like it; documentation is made from them.

mod memory;

use tg_schema::pubsub::Capabilities;
use tg_schema::{Qos, Topic};

/// What is known of a broker without asking it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Profile {
    /// Name of its backend.
    pub name: &'static str,
    /// What the backend does for a topic of this quality of service.
    pub capabilities: fn(Qos) -> Capabilities,
    /// The broker's name for a topic.
    pub topic_name: fn(&Topic) -> String,
    /// What becomes of a second consumer that wants the subscription for itself.
    pub second_exclusive: SecondExclusive,
    /// Whether the count of attempts goes on when a message comes back from a consumer that is gone.
    pub attempts_survive: bool,
}

/// What becomes of a second consumer that wants the subscription for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondExclusive {
    /// It is refused.
    Refused,
    /// It takes over, and the first one loses its link.
    TakesOver,
    /// It waits until the first one is gone.
    Waits,
}

impl Profile {
    /// The backend inside the process.
    pub const MEMORY: Profile = memory::PROFILE;

    /// All brokers.
    pub const ALL: [Profile; 1] = [Profile::MEMORY];

    /// That of a backend.
    ///
    /// ```
    /// use tg_pubsub_backend::profile::Profile;
    /// use tg_schema::{Qos, pubsub::Feature};
    ///
    /// let memory = Profile::by_name("memory").expect("a known broker");
    /// assert!((memory.capabilities)(Qos::Q1).has(Feature::Failover));
    /// assert!(Profile::by_name("none").is_none());
    /// ```
    pub fn by_name(name: &str) -> Option<Profile> {
        Profile::ALL.into_iter().find(|p| p.name == name)
    }
}
