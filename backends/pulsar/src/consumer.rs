//! The consumer of a program: hands messages out, and takes their settlements.

use std::sync::Arc;
use std::time::Duration;

use tg_pubsub_backend::in_time;
use tg_schema::pubsub::{Answer, BackendConsumer, Delivery, Error, Format, Settle, Settlement};
use tokio::task::coop::consume_budget;

use crate::inbox::{Held, Taken};
use crate::receiver::Receiver;

pub(crate) struct Consumer(pub(crate) Arc<Receiver>);

impl Consumer {
    fn try_take(&self) -> Option<Result<Delivery, Error>> {
        match self.0.inbox.take() {
            Taken::Message(held) => {
                self.0.refill();
                Some(Ok(deliver(&self.0, held)))
            }
            Taken::Ended(why) => Some(Err(self.0.subject.error(why))),
            Taken::Nothing => None,
        }
    }

    /// The next message. Cancelling loses none: nothing is taken before it is returned.
    async fn take(&self) -> Result<Delivery, Error> {
        loop {
            // Whoever receives without an end lets others have their turn.
            consume_budget().await;
            // Registered before looking, so that what comes in between is not missed.
            let arrived = self.0.inbox.arrived.notified();
            tokio::pin!(arrived);
            arrived.as_mut().enable();
            if let Some(taken) = self.try_take() {
                return taken;
            }
            arrived.await;
        }
    }

    /// Closes it; the subscription stays.
    pub(crate) fn end(&self, within: Duration) -> Answer<'_, Result<(), Error>> {
        Answer::later(async move { in_time(self.0.close(within).await, "close", within) })
    }

    /// Closes it, and deletes the subscription.
    pub(crate) fn leave(&self) -> Answer<'_, Result<(), Error>> {
        Answer::later(self.0.unsubscribe())
    }
}

impl BackendConsumer for Consumer {
    fn try_receive(&self) -> Option<Result<Delivery, Error>> {
        self.try_take()
    }

    fn receive(&self) -> Answer<'_, Result<Delivery, Error>> {
        Answer::later(self.take())
    }

    fn close(self: Box<Self>, within: Duration) -> Answer<'static, Result<(), Error>> {
        Answer::later(async move { self.end(within).await })
    }

    fn unsubscribe(self: Box<Self>) -> Answer<'static, Result<(), Error>> {
        Answer::later(async move { self.leave().await })
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// A message that was taken, for whoever asked.
fn deliver(receiver: &Arc<Receiver>, held: Held) -> Delivery {
    let message = Arc::clone(&held.message);
    let attempts = held.attempts;
    let settle = Settling {
        receiver: Arc::clone(receiver),
        held,
        settled: false,
    };
    let mut delivery = Delivery::new(message.payload.clone(), Format::Json, Box::new(settle));
    delivery.properties = message.properties.clone();
    delivery.meta.attempt = attempts.max(1);
    delivery.meta.redelivered = attempts > 1;
    delivery.meta.key.clone_from(&message.key);
    delivery.meta.published = message.publish_time;
    delivery.meta.unreadable.clone_from(&message.unreadable);
    let (ledger, entry) = (message.id.ledger_id, message.id.entry_id);
    delivery.meta.id = Some(match message.batch {
        Some(place) => format!("{ledger}:{entry}:{}", place.index),
        None => format!("{ledger}:{entry}"),
    });
    delivery
}

/// The backend's end of a delivery.
struct Settling {
    receiver: Arc<Receiver>,
    held: Held,
    settled: bool,
}

impl Settle for Settling {
    fn settle(&mut self, settlement: Settlement) -> Answer<'_, Result<(), Error>> {
        if let Settlement::Nack { after } = settlement {
            let given = self.receiver.give_back(&self.held, after);
            self.settled |= given.is_ok();
            return Answer::now(given);
        }
        match self.receiver.acknowledge(&self.held) {
            Ok(confirmed) => {
                self.settled = true;
                Answer::later(confirmed)
            }
            Err(error) => Answer::now(Err(error)),
        }
    }

    /// Pulsar's brokers know no limit of time.
    fn extend(&mut self, _: Duration) -> Answer<'_, Result<(), Error>> {
        Answer::now(self.receiver.inbox.is_live(&self.held))
    }
}

impl Drop for Settling {
    fn drop(&mut self) {
        if !self.settled {
            // Where it cannot be given back any more, the broker delivers it again.
            let _lost = self.receiver.give_back(&self.held, None);
        }
    }
}
