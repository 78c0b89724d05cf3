//! What is asked of a backend against what it can do, in one place.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use tg_schema::Topic;
use tg_schema::pubsub::{BackendOptions, Error, Feature, PubSubBackend};

use crate::factory::{check_options, is_name};
use crate::metrics::{Counter, Series};

/// Most downgrades that are remembered; beyond that they are only counted.
const REMEMBERED: usize = 10_000;

/// Checks requests, and remembers what was warned of.
pub(crate) struct Negotiation {
    strict: bool,
    prefixes: Vec<String>,
    warned: Mutex<HashSet<(Feature, Topic)>>,
}

impl Negotiation {
    pub(crate) fn new(strict: bool, prefixes: Vec<String>) -> Self {
        Negotiation {
            strict,
            prefixes,
            warned: Mutex::new(HashSet::new()),
        }
    }

    /// Whether the backend does this, or something less that is allowed: that is warned of once for each feature and
    /// topic, and counted each time.
    pub(crate) fn check(
        &self,
        backend: &dyn PubSubBackend,
        topic: &Topic,
        asked: impl IntoIterator<Item = Feature>,
        series: &dyn Series,
        counter: Counter,
    ) -> Result<(), Error> {
        let capabilities = backend.capabilities(topic);
        for downgrade in capabilities.check(backend.name(), asked, self.strict)? {
            series.count(counter, 1);
            if self.remember(downgrade.feature, topic) {
                tracing::warn!(
                    backend = backend.name(),
                    %topic,
                    feature = downgrade.feature.title(),
                    instead = downgrade.instead,
                    "the backend does less than was asked for"
                );
            }
        }
        Ok(())
    }

    fn remember(&self, feature: Feature, topic: &Topic) -> bool {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        warned.len() < REMEMBERED && warned.insert((feature, topic.clone()))
    }

    /// Whether each option belongs to a backend that is known, and is one of those that it has where it is compiled in. The
    /// backend in use looks at its own.
    pub(crate) fn options(&self, options: &BackendOptions, in_use: &str) -> Result<(), Error> {
        for (name, _) in options.iter() {
            let prefix = name.split_once('.').map(|(prefix, _)| prefix);
            if !prefix.is_some_and(|p| self.prefixes.iter().any(|known| known == p)) {
                let shown = if is_name(name) { name } else { "option" };
                return Err(Error::InvalidOption {
                    name: shown.to_owned(),
                    message: format!(
                        "an option begins with the name of its backend and a dot; backends are: {}",
                        self.prefixes.join(", ")
                    ),
                });
            }
        }
        check_options(options, Some(in_use))
    }
}
