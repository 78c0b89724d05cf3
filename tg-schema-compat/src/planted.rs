//! Mistakes that tests plant into the engines, to see whether attacks find them.

use std::cell::RefCell;

use crate::engine::json::{Effect, Kind, Peer};
use crate::loss::{self, Direction};
use crate::report::Format;

/// A mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Mistake {
    /// The engine of JSON does not find something for readers of this peer, or finds less.
    Json(Peer, Kind, Effect, Option<Effect>),
    /// Nobody sees a loss.
    Loss(loss::Kind, Direction),
    /// A report does not tell what the engine of JSON finds for readers or writers of this peer.
    Silent(Peer, Kind, Direction),
    /// A report does not tell of it on one wire.
    Told(Format, loss::Kind, Direction),
}

thread_local! {
    static PLANTED: RefCell<Option<Mistake>> = const { RefCell::new(None) };
    static MET: RefCell<Vec<Mistake>> = const { RefCell::new(Vec::new()) };
}

/// Does something with a mistake in the engines.
pub(crate) fn with<T>(mistake: Option<Mistake>, work: impl FnOnce() -> T) -> T {
    PLANTED.set(mistake);
    let done = work();
    PLANTED.set(None);
    done
}

/// Where a mistake could be planted since this was asked for last.
pub(crate) fn met() -> Vec<Mistake> {
    MET.take()
}

/// Whether the mistake is made here.
pub(crate) fn is(mistake: Mistake) -> bool {
    MET.with_borrow_mut(|met| {
        if !met.contains(&mistake) {
            met.push(mistake);
        }
    });
    PLANTED.with_borrow(|planted| *planted == Some(mistake))
}

/// What a finding of the engine of JSON is with the mistake; none where it is not found.
pub(crate) fn finding(peer: Peer, kind: Kind, effect: Effect) -> Option<Effect> {
    let less = [None, Some(Effect::Fills), Some(Effect::Ignores)];
    for instead in less {
        if instead != Some(effect) && is(Mistake::Json(peer, kind, effect, instead)) {
            return instead;
        }
    }
    Some(effect)
}
