//! The producer of a program: takes messages, and tells what became of them.

use std::sync::Arc;
use std::time::Duration;

use tg_pubsub_backend::{after, in_time};
use tg_schema::Qos;
use tg_schema::pubsub::{Answer, BackendProducer, Error, Outgoing, Receipt, Wire};
use tokio::time::{Instant, timeout_at};

use crate::sender::{Flight, Sender, Started};

pub(crate) struct Producer(pub(crate) Arc<Sender>);

/// Bytes of a message that its metadata may take.
const METADATA: usize = 10 * 1024;

pub(crate) static WIRE: Wire = Wire::JSON;

impl BackendProducer for Producer {
    fn wire(&self) -> &Wire {
        &WIRE
    }

    fn max_payload(&self) -> Option<usize> {
        let max = self.0.max_message().saturating_sub(METADATA);
        self.0.chunks.is_none().then_some(max)
    }

    fn send(&self, message: Outgoing) -> Answer<'_, Result<Receipt, Error>> {
        self.start(message)
    }

    fn flush(&self) -> Answer<'_, Result<(), Error>> {
        Answer::later(self.0.flush())
    }

    fn close(self: Box<Self>, within: Duration) -> Answer<'static, Result<(), Error>> {
        Answer::later(async move { self.end(within).await })
    }
}

impl Producer {
    /// Puts a message on its way; the answer outlives this.
    pub(crate) fn start(&self, message: Outgoing) -> Answer<'static, Result<Receipt, Error>> {
        send(&self.0, message)
    }
    /// Closes it.
    pub(crate) fn end(&self, within: Duration) -> Answer<'_, Result<(), Error>> {
        Answer::later(async move { in_time(self.0.close(within).await, "close", within) })
    }
}

impl Drop for Producer {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

fn send(sender: &Arc<Sender>, message: Outgoing) -> Answer<'static, Result<Receipt, Error>> {
    let sender = Arc::clone(sender);
    // Where there is room, it is on its way before anybody waits: messages keep the order of their calls.
    match Arc::clone(&sender.in_flight).try_acquire_owned() {
        Ok(permit) => match sender.start(message, permit) {
            Ok(Started::Done(receipt)) => Answer::now(Ok(receipt)),
            Ok(Started::UnderWay(flight)) => {
                let end = after(sender.send_timeout);
                Answer::later(async move { finish(&sender, flight, end).await })
            }
            Err(error) => Answer::now(Err(error)),
        },
        // Best effort waits for its turn, and not for a broker that is away.
        Err(_) if sender.qos == Qos::Q0 && sender.is_down() => Answer::now(sender.start_none()),
        Err(_) => Answer::later(async move {
            let end = after(sender.send_timeout);
            let permit = Arc::clone(&sender.in_flight).acquire_owned();
            let permit = match timeout_at(end, permit).await {
                Ok(permit) => permit.map_err(|_| Error::Closed { what: "producer" })?,
                Err(_) => return Err(sender.timed_out()),
            };
            match sender.start(message, permit)? {
                Started::Done(receipt) => Ok(receipt),
                Started::UnderWay(flight) => finish(&sender, flight, end).await,
            }
        }),
    }
}

async fn finish(sender: &Sender, mut flight: Flight, end: Instant) -> Result<Receipt, Error> {
    match timeout_at(end, &mut flight.fate).await {
        Ok(Ok(outcome)) => outcome.map_err(|why| sender.subject.error(why)),
        Ok(Err(_)) => Err(sender.error()),
        Err(_) => {
            // It holds up nobody any more. The broker may take it nevertheless.
            sender.give_up(flight.sequence);
            Err(sender.timed_out())
        }
    }
}
