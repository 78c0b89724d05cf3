//! Identities of messages on `q2`: which were confirmed, and which may be at the broker under which number.
//!
//! They outlive a producer whose link could not be taken up again. The next one of its topic and name takes over what it
//! left, and the broker tells up to which number it has the messages of that name.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tg_pubsub_backend::dedup::Window;
use tokio::time::Instant;

/// Identities of a topic that are known again, and for how long.
const KNOWN: usize = 10_000;
const KNOWN_FOR: Duration = Duration::from_secs(600);
/// Most producers of which is kept what they left.
const MOST_LEFT: usize = 1_000;

/// The identities that were confirmed of late on one topic, by any producer of the backend.
#[derive(Clone)]
pub(crate) struct Known(Arc<Mutex<Window>>);

/// What a producer left that had not confirmed everything.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Left {
    /// Name by which the broker knows it.
    pub(crate) name: String,
    pub(crate) named_by_user: bool,
    pub(crate) sent: Sent,
}

/// What was sent under one name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sent {
    /// Numbers and identities of what was not confirmed, in their order.
    pub(crate) unconfirmed: Vec<(u64, String)>,
    /// The number after the last one.
    pub(crate) next: u64,
}

impl Sent {
    /// Identities of what the broker has, by the last number that it has of this name. Where that is a later one than ours,
    /// somebody else had the name meanwhile, and it says nothing of ours.
    pub(crate) fn stored(&self, last: u64) -> impl Iterator<Item = &str> {
        let there = self.unconfirmed.iter().filter(move |(n, _)| *n <= last);
        there
            .filter(move |_| last < self.next)
            .map(|(_, id)| id.as_str())
    }
}

/// All that a backend knows of them.
#[derive(Default)]
pub(crate) struct Identities(Mutex<State>);

#[derive(Default)]
struct State {
    known: HashMap<String, Known>,
    /// With the topic and the time, oldest first.
    left: Vec<(String, Instant, Left)>,
}

impl Known {
    pub(crate) fn new() -> Self {
        Known(Arc::new(Mutex::new(Window::new(KNOWN, KNOWN_FOR))))
    }
    fn window(&self) -> MutexGuard<'_, Window> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    pub(crate) fn contains(&self, id: &str) -> bool {
        self.window().contains(id, Instant::now())
    }
    pub(crate) fn insert(&self, id: &str) {
        self.window().insert(id, Instant::now());
    }
    /// Whether somebody has it, or it has something that is not too old.
    fn is_used(&self) -> bool {
        Arc::strong_count(&self.0) > 1 || {
            let mut window = self.window();
            // What is too old goes when it is asked.
            window.contains("", Instant::now());
            !window.is_empty()
        }
    }
}

impl Identities {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those of a topic.
    pub(crate) fn known(&self, topic: &str) -> Known {
        let mut state = self.state();
        if let Some(known) = state.known.get(topic) {
            return known.clone();
        }
        state.known.retain(|_, known| known.is_used());
        let known = Known::new();
        state.known.insert(topic.to_owned(), known.clone());
        known
    }

    /// Keeps what a producer of a topic leaves.
    pub(crate) fn leave(&self, topic: &str, left: Left) {
        if left.sent.unconfirmed.is_empty() {
            return;
        }
        let mut state = self.state();
        state.forget_old();
        if state.left.len() >= MOST_LEFT {
            state.left.remove(0);
        }
        state.left.push((topic.to_owned(), Instant::now(), left));
    }

    /// Takes what one left that had this name, or one that had no name of its own.
    pub(crate) fn take(&self, topic: &str, name: Option<&str>) -> Option<Left> {
        let mut state = self.state();
        state.forget_old();
        let at = state.left.iter().position(|(of, _, left)| {
            of == topic
                && match name {
                    Some(name) => left.named_by_user && left.name == name,
                    None => !left.named_by_user,
                }
        });
        at.map(|at| state.left.remove(at).2)
    }
}

impl State {
    fn forget_old(&mut self) {
        let now = Instant::now();
        let young = |since: Instant| now.saturating_duration_since(since) < KNOWN_FOR;
        self.left.retain(|(_, since, _)| young(*since));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(name: &str, named_by_user: bool) -> Left {
        Left {
            name: name.to_owned(),
            named_by_user,
            sent: Sent {
                unconfirmed: vec![(7, "a".to_owned())],
                next: 8,
            },
        }
    }

    #[test]
    fn producers_of_a_topic_know_what_the_others_confirmed() {
        let identities = Identities::default();
        identities.known("x").insert("a");
        assert!(identities.known("x").contains("a"));
        assert!(!identities.known("y").contains("a"));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_old_is_forgotten_with_its_topic() {
        let identities = Identities::default();
        identities.known("x").insert("a");
        identities.leave("x", left("n", true));
        let used = identities.known("y");
        tokio::time::advance(KNOWN_FOR).await;
        assert!(!identities.known("x").contains("a"));
        identities.known("z");
        let topics = identities.state().known.len();
        assert_eq!(topics, 2, "`y`, which is used, and `z`");
        drop(used);
        assert_eq!(identities.take("x", Some("n")), None);
    }

    #[test]
    fn what_was_left_goes_to_one_of_the_same_name() {
        let identities = Identities::default();
        identities.leave("x", left("mine", true));
        identities.leave("x", left("standalone-0-1", false));
        assert_eq!(identities.take("x", Some("standalone-0-1")), None);
        assert_eq!(identities.take("y", Some("mine")), None);
        let mut nothing = left("mine", true);
        nothing.sent.unconfirmed.clear();
        identities.leave("y", nothing);
        assert_eq!(identities.take("y", Some("mine")), None);
        assert_eq!(
            identities.take("x", None),
            Some(left("standalone-0-1", false))
        );
        assert_eq!(identities.take("x", Some("mine")), Some(left("mine", true)));
        assert_eq!(identities.take("x", Some("mine")), None);
    }

    #[test]
    fn few_are_kept() {
        let identities = Identities::default();
        for n in 0..=MOST_LEFT {
            identities.leave("x", left(&n.to_string(), true));
        }
        assert_eq!(identities.take("x", Some("0")), None);
        assert!(identities.take("x", Some("1")).is_some());
    }
}
