//! Building a link: one at a time, with growing pauses.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use tg_schema::pubsub::Error;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use super::attempt::Built;
use super::{Connect, Held, InUse, Patience, Supervised};
use crate::backoff::Backoff;
use crate::time;

/// Longest time of an attempt, for a backend that keeps none.
pub(super) const LONGEST: Duration = Duration::from_secs(120);

/// How building went so far.
#[derive(Default)]
pub(super) struct Builder {
    failures: u32,
    /// Not before then.
    due: Option<Instant>,
    built: Option<Instant>,
}

impl<C: Connect> Supervised<C> {
    /// Builds it, or waits until another has.
    pub(super) async fn build(&self, patience: Patience) -> Result<InUse<C::Link>, Error> {
        let mut changes = self.changes.subscribe();
        let mut builder = match patience {
            Patience::Once(_) => match self.builder.try_lock() {
                Ok(builder) => builder,
                Err(_) => return Err(self.down()),
            },
            _ => match timeout_at(patience.end(), self.builder.lock()).await {
                Ok(builder) => builder,
                Err(_) => return Err(self.down()),
            },
        };
        loop {
            if let Some(link) = self.current()? {
                return Ok(link);
            }
            builder.lost(self.backoff);
            if let Some(due) = builder.due {
                let early = due > Instant::now();
                if early && (matches!(patience, Patience::Once(_)) || due > patience.end()) {
                    if !matches!(patience, Patience::Once(_)) {
                        self.pause(patience.end(), &mut changes).await;
                        self.current()?;
                    }
                    return Err(self.down());
                }
                if early {
                    self.pause(due, &mut changes).await;
                    continue;
                }
            }
            let connected = tokio::select! {
                biased;
                // Nobody waits for a broker that hangs once it is not needed any more.
                () = self.closed() => {
                    self.attempt.give_up();
                    return Err(Error::Closed { what: C::WHAT });
                }
                connected = timeout_at(patience.end(), self.attempt.ended(|| self.connect())) => connected,
            };
            match connected {
                Ok(Ok(link)) => {
                    builder.due = None;
                    builder.built = Some(Instant::now());
                    return self.install(link);
                }
                Ok(Err(error)) => {
                    builder.failed(self.backoff);
                    tracing::warn!(
                        backend = self.connect.backend(),
                        what = C::WHAT,
                        failures = builder.failures,
                        %error,
                        "no link to the broker"
                    );
                    self.state().last_error = Some(error.to_string());
                    // Who opens a subscription that another holds is told; who had it before waits for it.
                    let busy = matches!(error, Error::Busy { .. }) && self.state().generation == 0;
                    if !error.is_retryable() || busy || matches!(patience, Patience::Once(_)) {
                        return Err(error);
                    }
                }
                // It goes on, for whoever comes next.
                Err(_) => return Err(self.down()),
            }
        }
    }

    /// An attempt that needs nobody who waits for it.
    fn connect(&self) -> impl Future<Output = Built<C::Link>> + Send + use<C> {
        let (connect, longest) = (self.connect.clone(), self.longest);
        async move {
            timeout(longest, connect.connect())
                .await
                .unwrap_or_else(|_| {
                    let why = format!("the broker did not answer within {longest:?}");
                    Err(Error::connection(connect.backend(), why))
                })
        }
    }

    /// Until then, or until it is closed.
    async fn pause(&self, until: Instant, changes: &mut watch::Receiver<u64>) {
        changes.borrow_and_update();
        if self.state().closed {
            return;
        }
        tokio::select! {
            () = sleep_until(until) => {}
            _ = changes.changed() => {}
        }
    }

    fn install(&self, link: Box<C::Link>) -> Result<InUse<C::Link>, Error> {
        let mut state = self.state();
        if state.closed {
            return Err(Error::Closed { what: C::WHAT });
        }
        let link = Arc::new(Held {
            link,
            dropped: AtomicU64::new(0),
        });
        let again = state.generation > 0;
        state.generation += 1;
        state.last_error = None;
        state.link = Some(link.clone());
        if again {
            state.reconnects += 1;
            self.told.series.count(self.told.reconnects, 1);
        }
        let changed = state.there(true);
        let generation = state.generation;
        drop(state);
        self.tell_there(changed);
        Ok(InUse {
            link,
            generation,
            _use: self.uses.enter(),
        })
    }
}

impl Builder {
    /// A link that was there is gone. One that lasted begins anew; one that did not counts as a failure, so that a
    /// broker that takes every link and drops it is not stormed.
    fn lost(&mut self, backoff: Backoff) {
        if let Some(built) = self.built.take() {
            if built.elapsed() >= backoff.max() {
                self.failures = 0;
                self.due = Some(time::after(backoff.spread()));
            } else {
                self.failed(backoff);
            }
        }
    }
    fn failed(&mut self, backoff: Backoff) {
        self.failures = self.failures.saturating_add(1);
        self.due = Some(time::after(backoff.delay(self.failures)));
    }
}
