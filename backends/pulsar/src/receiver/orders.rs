//! What becomes of messages, told to the broker.

use std::time::Duration;

use tg_schema::pubsub::Error;

use super::Receiver;
use crate::client::{Seat, command};
use crate::failure::Failure;
use crate::inbox::{Held, Orders};

impl Receiver {
    /// Tells the broker.
    pub(super) fn carry_out(&self, orders: Orders) {
        let Some(seat) = self.link().seat.clone() else {
            return;
        };
        carry_out(&seat, orders);
    }

    /// Acknowledges a message. What it gives is to be awaited.
    pub(crate) fn acknowledge(
        &self,
        held: &Held,
    ) -> Result<impl Future<Output = Result<(), Error>> + Send + use<'_>, Error> {
        let link = self.link();
        let ack = self.inbox.acknowledge(held)?;
        let mut asked = None;
        if let Some(seat) = &link.seat {
            let Seat { connection, id, .. } = &**seat;
            if self.ack_receipt && !ack.ids.is_empty() {
                let question =
                    connection.start(|request| command::ack(*id, ack.ids, Some(request), None));
                asked = Some(question.map_err(|_| Error::Lost)?);
            } else if !ack.ids.is_empty() {
                connection.tell(&command::ack(*id, ack.ids, None, None));
            }
            if let Some(permits) = ack.permits {
                seat.grant(permits);
            }
        } else if !self.best_effort {
            return Err(Error::Lost);
        }
        drop(link);
        let complete = ack.complete;
        Ok(async move {
            let Some(question) = asked else { return Ok(()) };
            match question.wait("acknowledge", &self.subscription.topic).await {
                Ok(_) => {
                    if let Some(entry) = complete {
                        self.inbox.forget(entry);
                    }
                    Ok(())
                }
                Err(Failure::Connection(_) | Failure::Closed | Failure::NotReady(_)) => {
                    Err(Error::Lost)
                }
                Err(why) => Err(self.subject.error(why)),
            }
        })
    }

    /// Gives a message back for another delivery.
    pub(crate) fn give_back(&self, held: &Held, after: Option<Duration>) -> Result<(), Error> {
        let orders = self.inbox.give_back(held, after)?;
        self.carry_out(orders);
        Ok(())
    }
}

pub(super) fn carry_out(seat: &Seat, orders: Orders) {
    let Seat { connection, id, .. } = seat;
    if !orders.settled.is_empty() {
        connection.tell(&command::ack(*id, orders.settled, None, None));
    }
    if !orders.again.is_empty() {
        connection.tell(&command::redeliver(*id, orders.again));
    }
    if let Some(permits) = orders.permits {
        seat.grant(permits);
    }
}
