//! Who holds a session, by a mark in it.
//!
//! Not every broker says why it closes a connection, and one that was lost looks like one that another client with the
//! same identifier took over. So whoever holds an exclusive subscription marks the session: it subscribes to one of a
//! few names to which nobody sends. Who takes the session over removes the marks that it finds and sets the next one.
//! Who takes a lost connection up again removes its own mark, and the broker says whether it was there.

use super::NO_SUBSCRIPTION;

/// Names of marks, which no topic has: it has three parts. Enough for a mark not to come again before those that it is to be told from have looked.
const MARKS: [&str; 4] = [
    "tg-pubsub/holder-0",
    "tg-pubsub/holder-1",
    "tg-pubsub/holder-2",
    "tg-pubsub/holder-3",
];

/// What a holder knows of its mark.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// The own one.
    own: Option<usize>,
    /// The broker confirmed it, and was not asked to take it back since.
    set: bool,
    /// The broker takes none.
    refused: bool,
    asked: Option<Asked>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// Which marks there are: of those that held it before.
    All,
    /// Whether the own one is still there.
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
    pub(crate) fn connected(&mut self, resumed: bool, smoothly: bool) -> &'static [&'static str] {
        // A broker that was away may have lost the mark and kept the session.
        let sure = std::mem::take(&mut self.set) && smoothly;
        let own = self.own.filter(|_| sure).and_then(|own| OWN.get(own));
        let (asked, names): (_, &[&str]) = match own {
            _ if !resumed || self.refused => (None, &[]),
            Some(own) => (Some(Asked::Own), own),
            // It holds the session from now on, be it again.
            None => (Some(Asked::All), &MARKS),
        };
        self.asked = asked;
        names
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
                self.own = Some(last.map_or(0, |last| (last + 1) % MARKS.len()));
                Some(Holder::Own)
            }
            Asked::Own => Some(match there.first() {
                Some(false) => Holder::Other,
                _ => Holder::Own,
            }),
        }
    }

    /// The mark to set with the subscription.
    pub(crate) fn mark(&mut self) -> Option<&'static str> {
        if self.refused {
            return None;
        }
        MARKS.get(*self.own.get_or_insert(0)).copied()
    }

    /// The broker took the mark, or takes none: then nothing is known of holders.
    pub(crate) fn subscribed(&mut self, marked: bool) {
        self.set = marked;
        self.refused |= !marked;
    }
}

/// Whether this is the name of a mark: whoever sends to it is not heard.
pub(crate) fn is_mark(topic: &[u8]) -> bool {
    MARKS.iter().any(|mark| mark.as_bytes() == topic)
}

/// What asks for the own mark: two names, as what else is taken back is one.
const OWN: [[&str; 2]; MARKS.len()] = [
    [MARKS[0], NO_SUBSCRIPTION],
    [MARKS[1], NO_SUBSCRIPTION],
    [MARKS[2], NO_SUBSCRIPTION],
    [MARKS[3], NO_SUBSCRIPTION],
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever opens in a session with these marks, and the mark that it sets.
    fn opened(there: [bool; 4]) -> (Marks, Option<&'static str>) {
        let mut marks = Marks::default();
        assert_eq!(marks.connected(true, false), MARKS);
        assert_eq!(marks.answered(&there), Some(Holder::Own));
        let set = marks.mark();
        marks.subscribed(true);
        (marks, set)
    }

    #[test]
    fn each_holder_sets_the_mark_after_the_one_that_it_found() {
        assert_eq!(opened([false; 4]).1, Some(MARKS[0]));
        assert_eq!(opened([true, false, false, false]).1, Some(MARKS[1]));
        assert_eq!(opened([false, false, false, true]).1, Some(MARKS[0]));
        let mut fresh = Marks::default();
        assert_eq!(fresh.connected(false, false), [""; 0]);
        assert_eq!(fresh.mark(), Some(MARKS[0]));
    }

    #[test]
    fn who_finds_its_mark_is_the_holder_and_who_does_not_was_replaced() {
        let (mut marks, _) = opened([false, true, false, false]);
        for (there, holder) in [(true, Holder::Own), (false, Holder::Other)] {
            assert_eq!(marks.connected(true, true), [MARKS[2], NO_SUBSCRIPTION]);
            // A sign of life was asked for meanwhile.
            assert_eq!(marks.answered(&[false]), None);
            assert_eq!(marks.answered(&[there, false]), Some(holder));
            assert_eq!(marks.answered(&[there, false]), None);
            marks.subscribed(true);
        }
    }

    #[test]
    fn a_mark_that_may_be_missing_for_another_reason_says_nothing() {
        // The session is a new one.
        let (mut marks, _) = opened([false; 4]);
        assert_eq!(marks.connected(false, true), [""; 0]);
        assert_eq!(marks.answered(&[false, false]), None);
        assert_eq!(marks.mark(), Some(MARKS[0]));
        // The broker was away.
        marks.subscribed(true);
        assert_eq!(marks.connected(true, false), MARKS);
        assert_eq!(marks.answered(&[false; 4]), Some(Holder::Own));
        // The connection was lost while the mark was taken back.
        marks.subscribed(true);
        assert_eq!(marks.connected(true, true), [MARKS[0], NO_SUBSCRIPTION]);
        assert_eq!(marks.connected(true, true), MARKS);
        assert_eq!(marks.answered(&[false; 4]), Some(Holder::Own));
    }

    #[test]
    fn a_broker_that_takes_no_marks_is_not_asked() {
        let (mut marks, _) = opened([false; 4]);
        marks.subscribed(false);
        assert_eq!(marks.connected(true, true), [""; 0]);
        assert_eq!(marks.mark(), None);
        assert!(is_mark(b"tg-pubsub/holder-3") && !is_mark(b"tg/holder-3"));
    }
}
