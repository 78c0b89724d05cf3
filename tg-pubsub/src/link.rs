//! A link to the broker that is built again when it is lost.
//!
//! Whoever needs the link and finds it gone builds it, one at a time, with growing pauses. There is a task of its own only
//! while an attempt is under way: a program that does nothing costs nothing.

mod attempt;
mod build;

use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tg_schema::pubsub::{Answer, Error};
use tokio::sync::{Mutex as AsyncMutex, watch};
use tokio::time::{Instant, timeout_at};

use attempt::Attempt;
use build::{Builder, LONGEST};

use crate::backoff::Backoff;
use crate::health::LinkState;
use crate::metrics::{Counter, Gauge, Series};
use crate::time;
use crate::uses::{Use, Uses};

/// How a link is built.
pub(crate) trait Connect: Send + Sync + 'static {
    /// A producer or a consumer of a backend.
    type Link: ?Sized + Send + Sync + 'static;
    /// `producer` or `consumer`, for errors.
    const WHAT: &'static str;
    fn connect(&self) -> Answer<'_, Result<Box<Self::Link>, Error>>;
    /// Name of the backend.
    fn backend(&self) -> &str;
    /// What is wrong with a link, as it says itself.
    fn fault(link: &Self::Link) -> Option<Error>;
    /// Messages that a link dropped so far.
    fn dropped(link: &Self::Link) -> u64;
}

/// What is told of a link.
pub(crate) struct Told {
    pub(crate) series: Arc<dyn Series>,
    pub(crate) reconnects: Counter,
    pub(crate) state: Option<Gauge>,
    /// For messages that a link dropped, where it may drop any.
    pub(crate) dropped: Option<Counter>,
}

/// A link that outlives its connections.
pub(crate) struct Supervised<C: Connect> {
    pub(crate) connect: Arc<C>,
    backoff: Backoff,
    longest: Duration,
    told: Told,
    uses: Uses,
    state: Mutex<State<C::Link>>,
    /// Rises when the link is lost, replaced or closed: who waits on a link that is gone looks again.
    changes: watch::Sender<u64>,
    builder: AsyncMutex<Builder>,
    /// Awaited by who holds the builder.
    attempt: Attempt<C::Link>,
}

struct State<L: ?Sized> {
    link: Option<Arc<Held<L>>>,
    generation: u64,
    closed: bool,
    reconnects: u64,
    last_error: Option<String>,
    /// Whether the link is told to be there.
    told: bool,
}

/// A link, and what was told of it.
struct Held<L: ?Sized> {
    link: Box<L>,
    /// Of the messages that it dropped, those that were counted.
    dropped: AtomicU64,
}

/// A link in use.
pub(crate) struct InUse<L: ?Sized> {
    // Before `_use`: when the use is over, the link is not held any more.
    link: Arc<Held<L>>,
    pub(crate) generation: u64,
    _use: Use,
}

impl<L: ?Sized> State<L> {
    /// Notes whether the link is there; by how much the level of those that are changes.
    fn there(&mut self, there: bool) -> i64 {
        i64::from(there) - i64::from(std::mem::replace(&mut self.told, there))
    }
}

impl<L: ?Sized> Deref for InUse<L> {
    type Target = L;

    fn deref(&self) -> &L {
        &self.link.link
    }
}

/// How long to wait for a link.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Patience {
    /// One attempt, and none before its time.
    Once(Instant),
    /// Until then.
    Until(Instant),
    /// For ever.
    Forever,
}

impl Patience {
    fn end(self) -> Instant {
        match self {
            Patience::Once(end) | Patience::Until(end) => end,
            Patience::Forever => time::far_future(),
        }
    }
}

impl<C: Connect> Supervised<C> {
    /// `patience`: how long the first one waits who needs it; an attempt may take as long, and [`LONGEST`] at least.
    pub(crate) fn new(connect: C, backoff: Backoff, patience: Duration, told: Told) -> Self {
        Supervised {
            connect: Arc::new(connect),
            backoff,
            longest: patience.max(LONGEST),
            told,
            uses: Uses::new(),
            state: Mutex::new(State {
                link: None,
                generation: 0,
                closed: false,
                reconnects: 0,
                last_error: None,
                told: false,
            }),
            changes: watch::Sender::new(0),
            builder: AsyncMutex::default(),
            attempt: Attempt::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State<C::Link>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The link, where it is there.
    pub(crate) fn current(&self) -> Result<Option<InUse<C::Link>>, Error> {
        let state = self.state();
        if state.closed {
            return Err(Error::Closed { what: C::WHAT });
        }
        Ok(state.link.as_ref().map(|link| InUse {
            link: link.clone(),
            generation: state.generation,
            _use: self.uses.enter(),
        }))
    }

    /// The link; builds it where it is not there.
    pub(crate) async fn get(&self, patience: Patience) -> Result<InUse<C::Link>, Error> {
        match self.current()? {
            Some(link) => Ok(link),
            // In a box: it is seldom, and would make every send and every receive larger.
            None => Box::pin(self.build(patience)).await,
        }
    }

    /// The link of this generation is gone. Later generations are left alone.
    pub(crate) fn lost(&self, generation: u64, error: &Error) {
        let (old, changed) = {
            let mut state = self.state();
            if state.generation != generation || state.link.is_none() {
                return;
            }
            state.last_error = Some(error.to_string());
            (state.link.take(), state.there(false))
        };
        if let Some(held) = &old {
            self.tell_held(held);
        }
        self.tell_there(changed);
        tracing::warn!(backend = self.connect.backend(), what = C::WHAT, %error, "link to the broker lost");
        self.changes.send_modify(|n| *n += 1);
        // Outside the lock: what the backend does when it is dropped is its own affair.
        drop(old);
    }

    /// Ends when the link of this generation is gone.
    pub(crate) async fn gone(&self, generation: u64) {
        let mut changes = self.changes.subscribe();
        loop {
            {
                let state = self.state();
                if state.closed || state.generation != generation || state.link.is_none() {
                    return;
                }
            }
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    /// Ends with the link that is there now, without holding it: also when the whole is dropped.
    pub(crate) fn gone_later(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut changes = self.changes.subscribe();
        let there = {
            let state = self.state();
            !state.closed && state.link.is_some()
        };
        async move {
            if there {
                let _ = changes.changed().await;
            }
        }
    }

    /// Ends when it is closed for good.
    async fn closed(&self) {
        let mut changes = self.changes.subscribe();
        while !self.state().closed && changes.changed().await.is_ok() {}
    }

    /// Closes for good. The link is dropped when nobody uses it any more.
    pub(crate) fn end(&self) {
        drop(self.shut());
    }

    /// Counts what a link dropped and was not counted yet.
    pub(crate) fn tell_dropped(&self, link: &InUse<C::Link>) {
        self.tell_held(&link.link);
    }

    fn tell_held(&self, held: &Held<C::Link>) {
        let Some(counter) = self.told.dropped else {
            return;
        };
        let now = C::dropped(&held.link);
        let before = held.dropped.fetch_max(now, Ordering::Relaxed);
        if now > before {
            self.told.series.count(counter, now - before);
        }
    }

    /// Tells anew whether the link is there, and what it dropped: one that nobody uses may be lost, and nobody came to
    /// know.
    pub(crate) fn refresh(&self) {
        let Some(held) = self.state().link.clone() else {
            return;
        };
        self.tell_held(&held);
        let there = C::fault(&held.link).is_none();
        let changed = {
            let mut state = self.state();
            match &state.link {
                Some(now) if Arc::ptr_eq(now, &held) => state.there(there),
                // Another one was installed meanwhile, or none is left.
                _ => 0,
            }
        };
        self.tell_there(changed);
    }

    fn tell_there(&self, changed: i64) {
        if let (Some(gauge), true) = (self.told.state, changed != 0) {
            self.told.series.add(gauge, changed);
        }
    }

    fn shut(&self) -> Option<Arc<Held<C::Link>>> {
        let (link, changed) = {
            let mut state = self.state();
            state.closed = true;
            (state.link.take(), state.there(false))
        };
        self.tell_there(changed);
        self.changes.send_modify(|n| *n += 1);
        self.attempt.give_up();
        link
    }

    /// Closes for good and hands out the link, where it is there and nobody uses it any more before `end`.
    pub(crate) async fn close(&self, end: Instant) -> Option<Box<C::Link>> {
        let link = self.shut()?;
        let _ = timeout_at(end, self.uses.quiesce()).await;
        self.tell_held(&link);
        Arc::into_inner(link).map(|held| held.link)
    }

    pub(crate) fn health(&self) -> (LinkState, u64, Option<String>) {
        self.refresh();
        let (held, closed, reconnects, last_error) = {
            let state = self.state();
            let last_error = state.last_error.clone();
            (
                state.link.clone(),
                state.closed,
                state.reconnects,
                last_error,
            )
        };
        let Some(held) = held.filter(|_| !closed) else {
            let link = match closed {
                true => LinkState::Closed,
                false => LinkState::Down,
            };
            return (link, reconnects, last_error);
        };
        match C::fault(&held.link) {
            Some(fault) => (LinkState::Down, reconnects, Some(fault.to_string())),
            None => (LinkState::Up, reconnects, last_error),
        }
    }

    /// Name of the backend.
    pub(crate) fn backend(&self) -> &str {
        self.connect.backend()
    }

    fn down(&self) -> Error {
        let backend = self.connect.backend();
        let (last_error, generation) = {
            let state = self.state();
            (state.last_error.clone(), state.generation)
        };
        let why = match &last_error {
            // Said once: the new error begins like the old one.
            Some(error) => {
                let begin = Error::connection(backend, "").to_string();
                error.strip_prefix(&begin).unwrap_or(error).to_owned()
            }
            None if generation == 0 => "the broker did not answer in time".to_owned(),
            None => "the link is down and being built again".to_owned(),
        };
        Error::connection(backend, why)
    }
}

impl<C: Connect> Drop for Supervised<C> {
    fn drop(&mut self) {
        let (held, changed) = {
            let mut state = self.state();
            (state.link.take(), state.there(false))
        };
        if let Some(held) = &held {
            self.tell_held(held);
        }
        self.tell_there(changed);
    }
}
