//! Who holds a session, by a mark in it.
//!
//! Not every broker says why it closes a connection, and one that was lost looks like one that another client with the
//! same identifier took over. So whoever holds an exclusive subscription marks the session: it subscribes to names to
//! which nobody sends. Who takes the session over removes the marks that it finds and sets the next one. Who takes a lost
//! connection up again removes its own mark, and the broker says whether it was there. The connection may be lost again
//! before that is known: so a mark has several copies, and each look takes another one.

use super::NO_SUBSCRIPTION;

/// Marks that follow on each other: enough for one not to come again before those that it is to be told from have looked.
const MARKS: usize = 4;
/// Copies of each. A client whose connection is lost so often soon after it was taken up gives up before they are used.
const COPIES: usize = 4;

/// Names of marks, the copies of one beside each other. No topic has them: a topic has three parts.
const NAMES: [&str; MARKS * COPIES] = [
    "tg-pubsub/holder-0",
    "tg-pubsub/holder-0-1",
    "tg-pubsub/holder-0-2",
    "tg-pubsub/holder-0-3",
    "tg-pubsub/holder-1",
    "tg-pubsub/holder-1-1",
    "tg-pubsub/holder-1-2",
    "tg-pubsub/holder-1-3",
    "tg-pubsub/holder-2",
    "tg-pubsub/holder-2-1",
    "tg-pubsub/holder-2-2",
    "tg-pubsub/holder-2-3",
    "tg-pubsub/holder-3",
    "tg-pubsub/holder-3-1",
    "tg-pubsub/holder-3-2",
    "tg-pubsub/holder-3-3",
];

/// What a holder knows of its mark.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// The own one.
    own: Option<usize>,
    /// Copies of it that the broker confirmed, and was not asked to take back since.
    left: usize,
    /// The broker takes none.
    refused: bool,
    asked: Option<Asked>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// Which marks there are: of those that held it before.
    All,
    /// Whether a copy of the own one is still there.
    Own,
}

/// What the broker's answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// Nobody else.
    Own,
    /// Another client took it over.
    Other,
}

impl Marks {
    /// There is a connection. `resumed`: with the session of before; `smoothly`: at the first attempt, so that the broker
    /// was there all the time and forgot nothing. What to take back; the answer to that is [`Marks::answered`]. Nothing:
    /// there is nothing to ask.
    pub(crate) fn connected(&mut self, resumed: bool, smoothly: bool) -> Vec<&'static str> {
        self.asked = None;
        if !resumed || self.refused {
            self.left = 0;
            return Vec::new();
        }
        // A broker that was away may have lost the mark and kept the session.
        let left = std::mem::take(&mut self.left);
        let copy = left.checked_sub(1).filter(|_| smoothly);
        let own = copy
            .zip(self.own)
            .and_then(|(copy, own)| copies(own).get(copy));
        let Some(own) = own else {
            // It holds the session from now on, be it again.
            self.asked = Some(Asked::All);
            return NAMES.to_vec();
        };
        self.left = left - 1;
        self.asked = Some(Asked::Own);
        // Two names, as what else is taken back is one.
        vec![own, NO_SUBSCRIPTION]
    }

    /// The broker said which of the names were subscribed to. `None`: that was no answer to a question from here.
    pub(crate) fn answered(&mut self, there: &[bool]) -> Option<Holder> {
        // What else is taken back is one name at a time.
        if there.len() < 2 {
            return None;
        }
        match self.asked.take()? {
            Asked::All => {
                let last = there.iter().rposition(|there| *there);
                self.own = Some(last.map_or(0, |last| (last / COPIES + 1) % MARKS));
                Some(Holder::Own)
            }
            Asked::Own => Some(match there.first() {
                Some(false) => Holder::Other,
                _ => Holder::Own,
            }),
        }
    }

    /// The mark to set with the subscription: the names of its copies. None where the broker takes none.
    pub(crate) fn mark(&mut self) -> &'static [&'static str] {
        match self.refused {
            true => &[],
            false => copies(*self.own.get_or_insert(0)),
        }
    }

    /// The broker took the mark, or takes none: then nothing is known of holders.
    pub(crate) fn subscribed(&mut self, marked: bool) {
        self.left = if marked { COPIES } else { 0 };
        self.refused |= !marked;
    }
}

/// The names of a mark.
fn copies(mark: usize) -> &'static [&'static str] {
    NAMES.chunks(COPIES).nth(mark).unwrap_or_default()
}

/// Whether this is the name of a mark: whoever sends to it is not heard.
pub(crate) fn is_mark(topic: &[u8]) -> bool {
    NAMES.iter().any(|name| name.as_bytes() == topic)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a broker says of its names where a session has this mark.
    fn having(mark: Option<usize>) -> Vec<bool> {
        let there = |at: usize| Some(at / COPIES) == mark;
        (0..NAMES.len()).map(there).collect()
    }

    /// Whoever opens in a session with this mark, and the first name of the mark that it sets.
    fn opened(there: Option<usize>) -> (Marks, Option<&'static str>) {
        let mut marks = Marks::default();
        assert_eq!(marks.connected(true, false), NAMES);
        assert_eq!(marks.answered(&having(there)), Some(Holder::Own));
        let set = marks.mark().first().copied();
        marks.subscribed(true);
        (marks, set)
    }

    #[test]
    fn each_holder_sets_the_mark_after_the_one_that_it_found() {
        assert_eq!(opened(None).1, Some("tg-pubsub/holder-0"));
        assert_eq!(opened(Some(0)).1, Some("tg-pubsub/holder-1"));
        assert_eq!(opened(Some(3)).1, Some("tg-pubsub/holder-0"));
        let mut fresh = Marks::default();
        assert_eq!(fresh.connected(false, false), [""; 0]);
        assert_eq!(fresh.mark(), &NAMES[..COPIES]);
        // One of which only the last copy is left, after looks that were cut short.
        let mut next = Marks::default();
        next.connected(true, false);
        let mut last = having(None);
        last[2 * COPIES + COPIES - 1] = true;
        next.answered(&last);
        assert_eq!(next.mark(), &NAMES[3 * COPIES..]);
    }

    #[test]
    fn who_finds_its_mark_is_the_holder_and_who_does_not_was_replaced() {
        let (mut marks, _) = opened(Some(1));
        for (there, holder) in [(true, Holder::Own), (false, Holder::Other)] {
            let asked = marks.connected(true, true);
            assert_eq!(asked, ["tg-pubsub/holder-2-3", NO_SUBSCRIPTION]);
            // A sign of life was asked for meanwhile.
            assert_eq!(marks.answered(&[false]), None);
            assert_eq!(marks.answered(&[there, false]), Some(holder));
            assert_eq!(marks.answered(&[there, false]), None);
            marks.subscribed(true);
        }
    }

    #[test]
    fn a_look_that_is_cut_short_is_taken_up_with_another_copy() {
        let (mut marks, _) = opened(None);
        for copy in (1..COPIES).rev() {
            let name = format!("tg-pubsub/holder-0-{copy}");
            assert_eq!(marks.connected(true, true), [&name, NO_SUBSCRIPTION]);
        }
        let asked = marks.connected(true, true);
        assert_eq!(asked, ["tg-pubsub/holder-0", NO_SUBSCRIPTION]);
        assert_eq!(marks.answered(&[false, false]), Some(Holder::Other));
        // None is left: nothing can be known any more.
        assert_eq!(marks.connected(true, true), NAMES);
    }

    #[test]
    fn a_mark_that_may_be_missing_for_another_reason_says_nothing() {
        // The session is a new one.
        let (mut marks, _) = opened(None);
        assert_eq!(marks.connected(false, true), [""; 0]);
        assert_eq!(marks.answered(&[false, false]), None);
        assert_eq!(marks.mark(), &NAMES[..COPIES]);
        // The broker was away.
        marks.subscribed(true);
        assert_eq!(marks.connected(true, false), NAMES);
        assert_eq!(marks.answered(&having(None)), Some(Holder::Own));
        // The connection was lost before the mark was set again.
        assert_eq!(marks.connected(true, true), NAMES);
    }

    #[test]
    fn a_broker_that_takes_no_marks_is_not_asked() {
        let (mut marks, _) = opened(None);
        marks.subscribed(false);
        assert_eq!(marks.connected(true, true), [""; 0]);
        assert_eq!(marks.mark(), [""; 0]);
        assert!(is_mark(b"tg-pubsub/holder-3-1") && !is_mark(b"tg/holder-3"));
    }
}
