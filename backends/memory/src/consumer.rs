//! Receives from a subscription of the broker in memory.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;

use tg_schema::pubsub::{Answer, BackendConsumer, Capabilities, Delivery, Error, Feature, Format};
use tokio::time::{Instant, Sleep};

use crate::faults::Operation;
use crate::member::{End, Member};
use crate::message::Entry;
use crate::settle::Settler;
use crate::subscription::Taken;
use crate::turn;

pub(crate) struct Consumer {
    member: Arc<Member>,
    tells: Tells,
    can_unsubscribe: Result<(), Error>,
}

/// What a delivery tells beside its payload, as the broker that is behaved like does.
#[derive(Clone, Copy, Debug)]
struct Tells {
    attempts: bool,
    published: bool,
    keys: bool,
    properties: bool,
}

impl Consumer {
    pub(crate) fn new(member: Arc<Member>, capabilities: &Capabilities) -> Self {
        let consumers = &member.connection.broker.consumers;
        consumers.fetch_add(1, Ordering::Relaxed);
        let can_unsubscribe = match capabilities.has(Feature::Unsubscribe) {
            true => Ok(()),
            false => Err(capabilities.unsupported("memory", Feature::Unsubscribe)),
        };
        Consumer {
            member,
            tells: Tells {
                attempts: capabilities.has(Feature::Attempts),
                published: capabilities.has(Feature::PublishTime),
                keys: capabilities.has(Feature::Keys),
                properties: capabilities.has(Feature::Properties),
            },
            can_unsubscribe,
        }
    }

    fn delivery(&self, slot: usize, entry: Entry) -> Delivery {
        let settle = Settler::new(self.member.clone(), slot);
        let message = &entry.message;
        let mut delivery = Delivery::new(message.payload.clone(), Format::Json, Box::new(settle));
        let tells = self.tells;
        if tells.properties && !message.properties.is_empty() {
            delivery.properties = message.properties.clone();
        }
        let meta = &mut delivery.meta;
        meta.redelivered = entry.attempts > 1;
        if tells.attempts {
            meta.attempt = entry.attempts;
        }
        if tells.keys {
            meta.key = message.key.as_deref().map(str::to_owned);
        }
        meta.id.clone_from(&message.id);
        meta.published = tells.published.then_some(message.published);
        delivery
    }
    fn ended(&self, end: End) -> Error {
        end.error(&self.member.topic.name)
    }

    /// The next message, or whether there is none.
    fn take(&self) -> Option<Result<Delivery, Error>> {
        let mut hands = self.member.hands();
        let taken = match (hands.end, hands.hand_out()) {
            (Some(end), _) => Taken::Ended(end),
            (None, Some((slot, entry))) => Taken::Message(slot, entry),
            (None, None) => Taken::Nothing,
        };
        drop(hands);
        if let Taken::Nothing = taken {
            return self.fetch(None).0;
        }
        self.answer(taken)
    }
    fn answer(&self, taken: Taken) -> Option<Result<Delivery, Error>> {
        match taken {
            Taken::Message(slot, entry) => Some(Ok(self.delivery(slot, entry))),
            Taken::Ended(end) => Some(Err(self.ended(end))),
            Taken::Nothing => None,
        }
    }
    /// Asks the subscription. Where nothing is there and a call is given, that one is noted as waiting.
    fn fetch(
        &self,
        wait: Option<(Option<u64>, &Context<'_>)>,
    ) -> (Option<Result<Delivery, Error>>, Option<Noted>) {
        let member = &self.member;
        let (taken, noted) = member.topic.with(|core, wakes| {
            let Some(subscription) = core.subscriptions.get_mut(&member.subscription) else {
                let end = member.hands().end;
                return (Taken::Ended(end.unwrap_or(End::Deleted)), None);
            };
            let taken = subscription.take(member, &core.log, wakes);
            let Some((known, context)) = wait else {
                return (taken, None);
            };
            if !matches!(taken, Taken::Nothing) {
                if let Some(waiter) = known {
                    subscription.served(waiter, wakes);
                }
                return (taken, None);
            }
            let noted = Noted {
                waiter: subscription.wait(member.number, known, context.waker(), wakes),
                due: subscription.next_due(),
            };
            (taken, Some(noted))
        });
        (self.answer(taken), noted)
    }

    async fn receive_with_faults(&self) -> Result<Delivery, Error> {
        let plan = &self.member.connection.broker.plan;
        plan.apply(Operation::Receive).await?;
        Receive::new(self).await
    }
}

/// A call that was noted as waiting.
struct Noted {
    waiter: u64,
    /// When the next message that is held comes back.
    due: Option<Instant>,
}

impl BackendConsumer for Consumer {
    fn try_receive(&self) -> Option<Result<Delivery, Error>> {
        let plan = &self.member.connection.broker.plan;
        if plan.armed() {
            if plan.delay(Operation::Receive).is_some() {
                return None;
            }
            if let Err(error) = plan.failure(Operation::Receive) {
                return Some(Err(error));
            }
        }
        self.take()
    }

    fn receive(&self) -> Answer<'_, Result<Delivery, Error>> {
        if self.member.connection.broker.plan.armed() {
            return Answer::later(self.receive_with_faults());
        }
        if !turn::goes_on() {
            return Answer::later(async {
                turn::next().await;
                Receive::new(self).await
            });
        }
        match self.take() {
            Some(answer) => Answer::now(answer),
            None => Answer::later(Receive::new(self)),
        }
    }

    fn dropped(&self) -> u64 {
        self.member.dropped()
    }

    fn fault(&self) -> Option<Error> {
        let end = self.member.hands().end;
        end.map(|end| self.ended(end))
    }

    fn close(self: Box<Self>, within: Duration) -> Answer<'static, Result<(), Error>> {
        // Settlements take effect at once: there is nothing to wait for.
        let _ = within;
        self.member
            .topic
            .leave(&self.member, End::Closed("consumer"));
        Answer::now(Ok(()))
    }

    fn unsubscribe(mut self: Box<Self>) -> Answer<'static, Result<(), Error>> {
        let allowed = std::mem::replace(&mut self.can_unsubscribe, Ok(()));
        Answer::later(async move {
            allowed?;
            let plan = &self.member.connection.broker.plan;
            plan.apply(Operation::Unsubscribe).await?;
            if let Some(end @ (End::Disconnected | End::Replaced)) = self.member.hands().end {
                return Err(self.ended(end));
            }
            self.member.topic.unsubscribe(&self.member)
        })
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        self.member
            .topic
            .leave(&self.member, End::Closed("consumer"));
        let consumers = &self.member.connection.broker.consumers;
        consumers.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A call that waits for a message.
struct Receive<'a> {
    consumer: &'a Consumer,
    /// Its number, while it is noted as waiting.
    waiter: Option<u64>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl<'a> Receive<'a> {
    fn new(consumer: &'a Consumer) -> Self {
        Receive {
            consumer,
            waiter: None,
            timer: None,
        }
    }
}

impl Future for Receive<'_> {
    type Output = Result<Delivery, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let (answer, noted) = self.consumer.fetch(Some((self.waiter, context)));
            if let Some(answer) = answer {
                self.waiter = None;
                return Poll::Ready(answer);
            }
            let Some(noted) = noted else {
                return Poll::Pending;
            };
            self.waiter = Some(noted.waiter);
            let Some(due) = noted.due else {
                self.timer = None;
                return Poll::Pending;
            };
            let timer = self
                .timer
                .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(due)));
            if timer.deadline() != due {
                timer.as_mut().reset(due);
            }
            if timer.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            // The time has come: there is something to fetch.
            self.timer = None;
        }
    }
}

impl Drop for Receive<'_> {
    fn drop(&mut self) {
        let Some(waiter) = self.waiter else {
            return;
        };
        let member = &self.consumer.member;
        member.topic.with(|core, wakes| {
            if let Some(subscription) = core.subscriptions.get_mut(&member.subscription) {
                subscription.give_up(waiter, member, &core.log, wakes);
            }
        });
    }
}
