//! What becomes of a message that was handed out.

use std::sync::Arc;
use std::time::Duration;

use tg_schema::pubsub::{Answer, Error, Settle, Settlement};

use crate::faults::Operation;
use crate::member::Member;

/// The broker's end of a delivery.
pub(crate) struct Settler {
    member: Arc<Member>,
    /// The message's place in the member's hands; it is this delivery's until it is settled.
    slot: usize,
    settled: bool,
}

impl Settler {
    pub(crate) fn new(member: Arc<Member>, slot: usize) -> Self {
        Settler {
            member,
            slot,
            settled: false,
        }
    }

    fn carry_out(&mut self, settlement: &Settlement) -> Result<(), Error> {
        let done = match settlement {
            Settlement::Nack { after } => self.give_back(*after),
            _ => self.finish(),
        };
        self.settled |= done.is_ok();
        done
    }

    /// The message is done with.
    fn finish(&self) -> Result<(), Error> {
        let member = &self.member;
        let topic = &member.topic;
        let (entry, blocked) = member.take_back(self.slot).ok_or(Error::Lost)?;
        entry.message.release(&topic.backlog);
        let keyed = member.keyed && entry.message.key.is_some();
        if blocked || keyed {
            topic.with(|core, wakes| {
                if let Some(subscription) = core.subscriptions.get_mut(&member.subscription) {
                    subscription.left(&entry);
                    if blocked {
                        subscription.wake_member(member.number, wakes);
                    }
                }
            });
        }
        Ok(())
    }

    /// The message is to be delivered again.
    fn give_back(&self, after: Option<Duration>) -> Result<(), Error> {
        let member = &self.member;
        member.topic.with(|core, wakes| {
            let subscription = core.subscriptions.get_mut(&member.subscription);
            let subscription = subscription.ok_or(Error::Lost)?;
            if after.is_some() && !subscription.can_hold() {
                return Err(Error::Full {
                    what: "subscription's hold of delayed messages",
                    capacity: member.topic.config.delayed_messages,
                });
            }
            let (entry, blocked) = member.take_back(self.slot).ok_or(Error::Lost)?;
            match after.filter(|after| !after.is_zero()) {
                None => subscription.again(entry, &core.log, wakes),
                Some(after) => subscription.again_after(entry, after, &core.log, wakes),
            }
            if blocked {
                subscription.wake_member(member.number, wakes);
            }
            Ok(())
        })
    }
}

fn operation(settlement: &Settlement) -> Operation {
    match settlement {
        Settlement::Nack { .. } => Operation::Nack,
        Settlement::Reject { .. } => Operation::Reject,
        _ => Operation::Ack,
    }
}

impl Settle for Settler {
    fn settle(&mut self, settlement: Settlement) -> Answer<'_, Result<(), Error>> {
        if !self.member.connection.broker.plan.armed() {
            return Answer::now(self.carry_out(&settlement));
        }
        Answer::later(async move {
            let plan = &self.member.connection.broker.plan;
            plan.apply(operation(&settlement)).await?;
            self.carry_out(&settlement)
        })
    }

    fn extend(&mut self, by: Duration) -> Answer<'_, Result<(), Error>> {
        // A message is never taken for lost while its consumer lives.
        let _ = by;
        Answer::now(match self.member.hands().end {
            Some(_) => Err(Error::Lost),
            None => Ok(()),
        })
    }
}

impl Drop for Settler {
    fn drop(&mut self) {
        if !self.settled {
            // Where the consumer ended, the message went back before.
            let _ = self.give_back(None);
        }
    }
}
