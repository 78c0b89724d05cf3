//! Its consumers and what they hand out.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tg_schema::pubsub::{Answer, BackendConsumer, Delivery, Error, Feature, Settle, Settlement};
use tokio::time::{Instant, sleep_until};

use super::super::context::next;
use super::{Leak, Sabotage, Shared};

/// After this time without a message a consumer is closed, with `EndsWhenIdle`.
const IDLE: Duration = Duration::from_millis(50);
/// After this time a message comes again, with `ExtendsNothing`.
const DEADLINE: Duration = Duration::from_secs(1);
/// After this time what was dropped comes again, with `DelaysDropped`.
const LATE: Duration = Duration::from_secs(4);
const HOUR: Duration = Duration::from_secs(3600);

pub(super) struct SpoiledConsumer {
    pub(super) inner: Option<Box<dyn BackendConsumer>>,
    pub(super) shared: Arc<Shared>,
    pub(super) held: Mutex<VecDeque<Delivery>>,
    /// When the last message comes again, with `ExtendsNothing`.
    pub(super) due: Mutex<Option<(Instant, Delivery)>>,
    pub(super) turn: tokio::sync::Mutex<()>,
}

impl SpoiledConsumer {
    fn inner(&self) -> &dyn BackendConsumer {
        self.inner
            .as_deref()
            .expect("only `close` and `unsubscribe` take it")
    }
    fn held(&self) -> std::sync::MutexGuard<'_, VecDeque<Delivery>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn due(&self) -> std::sync::MutexGuard<'_, Option<(Instant, Delivery)>> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// What comes again because its time is over.
    async fn overdue(&self) -> Delivery {
        let at = self.due().as_ref().map(|(at, _)| *at);
        if let Some(at) = at {
            sleep_until(at).await;
        }
        let again = self.due().take();
        match again {
            Some((_, again)) => again,
            None => std::future::pending().await,
        }
    }
    async fn receive(&self) -> Result<Delivery, Error> {
        let shared = &self.shared;
        if let Some(held) = { self.held().pop_front() } {
            return Ok(held);
        }
        let turn = self.turn.lock().await;
        if shared.is(Sabotage::ServesOne) {
            // Whoever was first keeps the turn for ever.
            std::mem::forget(turn);
        } else {
            drop(turn);
        }
        let received = match shared.is(Sabotage::EndsWhenIdle) {
            true => tokio::time::timeout(IDLE, next(self.inner()))
                .await
                .unwrap_or(Err(Error::Closed { what: "consumer" })),
            false => tokio::select! {
                received = next(self.inner()) => received,
                again = self.overdue() => return Ok(again),
            },
        };
        let mut delivery = match received {
            Err(Error::Connection { .. }) if shared.is(Sabotage::HidesLoss) => {
                std::future::pending().await
            }
            other => {
                shared.notice(&other);
                other?
            }
        };
        match shared.sabotage {
            Sabotage::Swaps if shared.count() % 10 == 4 => {
                let after =
                    tokio::time::timeout(Duration::from_millis(50), next(self.inner())).await;
                if let Ok(after) = after {
                    self.held()
                        .push_back(std::mem::replace(&mut delivery, after?));
                }
            }
            Sabotage::AcknowledgesEarly => {
                delivery = acknowledged(delivery).await?;
            }
            Sabotage::LosesCancelled => {
                // Held by a future that may be dropped.
                delivery = acknowledged(delivery).await?;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            Sabotage::ForgetsAttempts => {
                delivery.meta.attempt = 1;
                delivery.meta.redelivered = false;
            }
            Sabotage::Repeats if shared.count() % 5 == 2 => {
                self.held().push_back(copy(&delivery));
            }
            Sabotage::ExtendsNothing => {
                let due = (Instant::now() + DEADLINE, copy(&delivery));
                *self.due() = Some(due);
            }
            Sabotage::ForgetsTimes => delivery.meta.published = None,
            Sabotage::ShiftsTimes => {
                let published = delivery.meta.published;
                delivery.meta.published = published.and_then(|at| at.checked_sub(HOUR));
            }
            Sabotage::ForgetsSizes => delivery.meta.wire_size = 0,
            Sabotage::InflatesSizes => delivery.meta.wire_size *= 10,
            _ => {}
        }
        match shared.sabotage {
            Sabotage::KeepsAcknowledged
            | Sabotage::RefusesExtension
            | Sabotage::ExtendsNothing
            | Sabotage::LosesNacked
            | Sabotage::HurriesNacked
            | Sabotage::StretchesDelays
            | Sabotage::KeepsDropped
            | Sabotage::DelaysDropped
            | Sabotage::DelaysNacked
            | Sabotage::KeepsRejected
            | Sabotage::DelaysRejected
            | Sabotage::SettlesAfterLoss => {
                let shared = shared.clone();
                delivery = delivery.wrap(|settle| {
                    Box::new(SpoiledSettle {
                        shared,
                        settled: false,
                        inner: Some(settle),
                    })
                });
            }
            _ => {}
        }
        Ok(delivery)
    }
}

impl BackendConsumer for SpoiledConsumer {
    fn receive(&self) -> Answer<'_, Result<Delivery, Error>> {
        Answer::later(SpoiledConsumer::receive(self))
    }
    fn fault(&self) -> Option<Error> {
        match self.shared.is(Sabotage::HidesLoss) {
            true => None,
            false => self.inner().fault(),
        }
    }
    fn dropped(&self) -> u64 {
        self.inner().dropped()
    }
    fn close(mut self: Box<Self>, within: Duration) -> Answer<'static, Result<(), Error>> {
        let Some(inner) = self.inner.take() else {
            return Answer::now(Ok(()));
        };
        match self.shared.sabotage {
            Sabotage::ClosesForGood => inner.unsubscribe(),
            Sabotage::Leaks => {
                self.shared.leak(Leak::Consumer { _it: inner });
                Answer::now(Ok(()))
            }
            _ => inner.close(within),
        }
    }
    fn unsubscribe(mut self: Box<Self>) -> Answer<'static, Result<(), Error>> {
        let Some(inner) = self.inner.take() else {
            return Answer::now(Ok(()));
        };
        match self.shared.is(Sabotage::NeverUnsubscribes) {
            true => inner.close(Duration::from_secs(5)),
            false => inner.unsubscribe(),
        }
    }
}

/// The same message once more.
fn copy(delivery: &Delivery) -> Delivery {
    let bytes = delivery.payload.clone();
    let mut again = Delivery::new(bytes, delivery.format, Box::new(Nothing));
    again.meta.redelivered = true;
    again
}

/// A delivery that is settled before it is handed out.
async fn acknowledged(delivery: Delivery) -> Result<Delivery, Error> {
    let mut end = None;
    let delivery = delivery.wrap(|inner| {
        end = Some(inner);
        Box::new(Nothing)
    });
    if let Some(mut end) = end {
        end.settle(Settlement::Ack).await?;
    }
    Ok(delivery)
}

/// Settles nothing, since all is settled.
struct Nothing;

impl Settle for Nothing {
    fn settle(&mut self, _: Settlement) -> Answer<'_, Result<(), Error>> {
        Answer::now(Ok(()))
    }
    fn extend(&mut self, _: Duration) -> Answer<'_, Result<(), Error>> {
        Answer::now(Ok(()))
    }
}

struct SpoiledSettle {
    shared: Arc<Shared>,
    /// Somebody tried.
    settled: bool,
    /// Until it is dropped.
    inner: Option<Box<dyn Settle>>,
}

impl SpoiledSettle {
    fn inner(&mut self) -> &mut dyn Settle {
        self.inner.as_deref_mut().expect("only `drop` takes it")
    }
}

impl Settle for SpoiledSettle {
    fn settle(&mut self, settlement: Settlement) -> Answer<'_, Result<(), Error>> {
        let sabotage = self.shared.sabotage;
        self.settled = true;
        let inner = self.inner();
        let nack = |after| Settlement::Nack { after };
        match (sabotage, settlement) {
            (Sabotage::KeepsAcknowledged, Settlement::Ack) => Answer::now(Ok(())),
            (Sabotage::LosesNacked, Settlement::Nack { .. }) => inner.settle(Settlement::Ack),
            (Sabotage::HurriesNacked, Settlement::Nack { .. }) => inner.settle(nack(None)),
            (Sabotage::StretchesDelays, Settlement::Nack { after }) => {
                inner.settle(nack(after.map(|after| after.saturating_mul(4))))
            }
            (Sabotage::DelaysNacked, Settlement::Nack { after: None }) => {
                inner.settle(nack(Some(Duration::from_secs(3))))
            }
            (Sabotage::KeepsRejected, Settlement::Reject { .. }) => inner.settle(nack(None)),
            (Sabotage::DelaysRejected, Settlement::Reject { .. }) => {
                inner.settle(nack(Some(Duration::from_secs(1))))
            }
            (Sabotage::SettlesAfterLoss, settlement) => Answer::later(async move {
                match inner.settle(settlement).await {
                    Err(Error::Lost) => Ok(()),
                    other => other,
                }
            }),
            (_, settlement) => inner.settle(settlement),
        }
    }
    fn extend(&mut self, by: Duration) -> Answer<'_, Result<(), Error>> {
        match self.shared.sabotage {
            Sabotage::RefusesExtension => Answer::now(Err(Error::Unsupported {
                feature: Feature::Extend.title().to_owned(),
                backend: "spoiled".to_owned(),
                hint: "be faster".to_owned(),
            })),
            Sabotage::ExtendsNothing => Answer::now(Ok(())),
            _ => self.inner().extend(by),
        }
    }
}

impl Drop for SpoiledSettle {
    fn drop(&mut self) {
        if self.shared.is(Sabotage::KeepsDropped)
            && let Some(inner) = self.inner.take()
        {
            // Not dropped, it gives nothing back.
            self.shared.leak(Leak::Settle { _it: inner });
        }
        if self.shared.is(Sabotage::DelaysDropped)
            && !self.settled
            && let Some(mut inner) = self.inner.take()
        {
            tokio::spawn(async move {
                let after = Some(LATE);
                let _ = inner.settle(Settlement::Nack { after }).await;
            });
        }
    }
}
