//! Sends to one topic.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use tg_pubsub_backend::in_time;
use tg_schema::pubsub::{
    Answer, BackendProducer, Bytes, Error, Outgoing, ProducerOptions, Receipt, Wire,
};
use tg_schema::{Qos, Topic};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::client::{Gone, Outcome, Publish, Unconfirmed, ValidatedTopic};
use crate::config::invalid;
use crate::failure::resuming;
use crate::large::Watched;
use crate::link::Link;
use crate::stamp::Stamps;
use crate::{names, packet};

pub(crate) struct Producer(Arc<Sender>);

/// What a producer and the answers of its sends share.
pub(crate) struct Sender {
    link: Arc<Link>,
    /// The topic's name as it stands in packets.
    name: Bytes,
    topic: ValidatedTopic,
    qos: Qos,
    /// Whether messages have a type, and with it are JSON.
    typed: bool,
    stamps: Stamps,
    max_packet: u32,
    /// One permit a message that is sent and not confirmed.
    in_flight: Semaphore,
    permits: u32,
    /// `None`: who sends keeps the time.
    send_timeout: Option<Duration>,
    closed: AtomicBool,
    /// Messages of q0 that were not sent.
    dropped: AtomicU64,
    runtime: Handle,
}

impl Producer {
    pub(crate) fn new(
        link: Arc<Link>,
        topic: &Topic,
        typed: bool,
        max_packet: u32,
        options: &ProducerOptions,
    ) -> Result<Self, Error> {
        let name = names::topic(topic);
        let validated =
            ValidatedTopic::new(name.clone()).map_err(|e| invalid("topic", e.to_string()))?;
        // More than the identifiers of packets cannot be under way.
        let permits = options.max_in_flight.clamp(1, usize::from(u16::MAX));
        Ok(Producer(Arc::new(Sender {
            max_packet: max_packet.min(link.limits.max_packet.unwrap_or(u32::MAX)),
            link,
            name: name.into(),
            topic: validated,
            qos: topic.qos(),
            typed,
            stamps: Stamps::default(),
            in_flight: Semaphore::new(permits),
            permits: u32::try_from(permits).unwrap_or(1),
            send_timeout: (!options.caller_keeps_time).then_some(options.send_timeout),
            closed: AtomicBool::new(false),
            dropped: AtomicU64::new(0),
            runtime: Handle::current(),
        })))
    }

    pub(crate) fn sender(&self) -> Arc<Sender> {
        Arc::clone(&self.0)
    }
}

/// Room for a message that is sent and not confirmed, until it is dropped.
struct Room {
    sender: Arc<Sender>,
    watched: Watched,
}

impl Drop for Room {
    fn drop(&mut self) {
        self.sender.link.large().arrived(&self.watched);
        self.sender.in_flight.add_permits(1);
    }
}

/// A message that is under way. Who asks waits for its fate; where nobody asks any more, a task does, so that it makes
/// room when it is confirmed.
struct Flight(Option<(Fate, Room)>);

type Fate = Pin<Box<dyn Future<Output = Outcome> + Send>>;

impl Future for Flight {
    type Output = Result<Receipt, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some((fate, _)) = &mut self.0 else {
            return Poll::Pending;
        };
        let outcome = ready!(fate.as_mut().poll(context));
        match self.0.take() {
            Some((_, room)) => Poll::Ready(room.sender.tell(outcome, &room.watched)),
            None => Poll::Pending,
        }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if let Some((fate, room)) = self.0.take() {
            let runtime = room.sender.runtime.clone();
            // A task and not this one: the message may be confirmed in a long while.
            runtime.spawn(async move { room.sender.tell(fate.await, &room.watched) });
        }
    }
}

impl Sender {
    /// The packet of a message, checked against what the broker takes.
    fn packet(&self, message: Outgoing) -> Result<(Publish, usize), Error> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Error::Closed { what: "producer" });
        }
        let stamp = self.stamps.at(SystemTime::now());
        let (publish, size) = packet::write(&self.name, self.qos, self.typed, message, stamp)?;
        if size > self.max_packet as usize {
            return Err(Error::TooLarge {
                size,
                max: self.max_packet as usize,
            });
        }
        Ok((publish, size))
    }

    /// Puts a message on its way.
    fn start(&self, (publish, size): (Publish, usize), mut room: Room) -> Result<Flight, Error> {
        room.watched = self.link.large().leaves(size, self.qos);
        let notice = self.link.client.publish(&self.topic, publish);
        if let Some(why) = self.link.ended() {
            // One that was queued after the end would wait for nothing.
            return Err(why.error("producer"));
        }
        let notice = notice.map_err(|Gone| self.link.error(&room.watched))?;
        Ok(Flight(Some((Box::pin(notice), room))))
    }

    /// What became of a message.
    fn tell(&self, outcome: Outcome, watched: &Watched) -> Result<Receipt, Error> {
        if self.qos == Qos::Q0 && outcome.is_err() {
            count_dropped(&self.dropped);
        }
        match outcome {
            Ok(confirmed) => {
                let mut receipt = Receipt::new();
                receipt.routed = confirmed.routed;
                Ok(receipt)
            }
            Err(Unconfirmed::Lost) => Err(self.link.error(watched)),
            Err(Unconfirmed::Refused(error)) => Err(error),
        }
    }

    /// The answer of a send, in time.
    fn within(
        &self,
        work: impl Future<Output = Result<Receipt, Error>> + Send + 'static,
    ) -> Answer<'static, Result<Receipt, Error>> {
        let Some(after) = self.send_timeout else {
            return Answer::later(work);
        };
        Answer::later(async move {
            timeout(after, work).await.unwrap_or(Err(Error::Timeout {
                operation: "send",
                after,
            }))
        })
    }

    fn send(self: &Arc<Self>, message: Outgoing) -> Answer<'static, Result<Receipt, Error>> {
        let publish = match self.packet(message) {
            Ok(publish) => publish,
            Err(error) => return Answer::now(Err(error)),
        };
        // Where there is room, it is on its way before anybody waits: messages keep the order of their calls.
        match self.in_flight.try_acquire() {
            Ok(permit) => match self.start(publish, self.room(permit)) {
                // Best effort: nobody confirms it.
                Ok(_) if self.qos == Qos::Q0 => Answer::now(Ok(Receipt::new())),
                Ok(flight) => self.within(flight),
                Err(error) => Answer::now(Err(error)),
            },
            // Best effort waits for its turn, and not for a broker that is away.
            Err(_) if self.qos == Qos::Q0 && self.link.is_down() => {
                Answer::now(match self.link.ended() {
                    Some(why) => Err(why.error("producer")),
                    None => {
                        count_dropped(&self.dropped);
                        let mut receipt = Receipt::new();
                        receipt.dropped = true;
                        Ok(receipt)
                    }
                })
            }
            Err(_) => {
                let sender = Arc::clone(self);
                self.within(async move {
                    let room = sender.wait_for_room().await?;
                    let flight = sender.start(publish, room)?;
                    match sender.qos {
                        Qos::Q0 => Ok(Receipt::new()),
                        Qos::Q1 | Qos::Q2 => flight.await,
                    }
                })
            }
        }
    }

    fn room(self: &Arc<Self>, permit: SemaphorePermit<'_>) -> Room {
        permit.forget();
        Room {
            sender: Arc::clone(self),
            watched: Watched::default(),
        }
    }

    async fn wait_for_room(self: &Arc<Self>) -> Result<Room, Error> {
        match self.in_flight.acquire().await {
            Ok(permit) => Ok(self.room(permit)),
            Err(_) => Err(Error::Closed { what: "producer" }),
        }
    }

    /// Waits until nothing is under way.
    async fn flush(&self) -> Result<(), Error> {
        let all = self.in_flight.acquire_many(self.permits).await;
        drop(all.map_err(|_| Error::Closed { what: "producer" })?);
        match self.link.ended() {
            Some(why) => Err(why.error("producer")),
            None => Ok(()),
        }
    }

    /// Takes no more messages and waits for those that are under way. `false`: that took longer than `within`.
    pub(crate) async fn close(&self, within: Duration) -> bool {
        self.closed.store(true, Ordering::Release);
        let flushed = timeout(within, self.in_flight.acquire_many(self.permits)).await;
        self.in_flight.close();
        flushed.is_ok()
    }
}

/// Counts a message of q0 that was not sent, and warns of it now and then.
fn count_dropped(dropped: &AtomicU64) {
    let dropped = dropped.fetch_add(1, Ordering::Relaxed) + 1;
    // Powers of two: seldom enough.
    if dropped.is_power_of_two() {
        tracing::warn!(
            dropped,
            "messages of quality q0 were dropped: the broker is away"
        );
    }
}

static WIRE: Wire = Wire::JSON;

impl BackendProducer for Producer {
    fn wire(&self) -> &Wire {
        &WIRE
    }

    fn max_payload(&self) -> Option<usize> {
        Some(packet::max_payload(self.0.max_packet, self.0.name.len()))
    }

    fn send(&self, message: Outgoing) -> Answer<'_, Result<Receipt, Error>> {
        self.0.send(message)
    }

    fn fault(&self) -> Option<Error> {
        match self.0.link.ended() {
            Some(why) => Some(why.error("producer")),
            None if self.0.link.is_down() => Some(resuming()),
            None => None,
        }
    }

    fn dropped(&self) -> u64 {
        self.0.dropped.load(Ordering::Relaxed)
    }

    fn flush(&self) -> Answer<'_, Result<(), Error>> {
        Answer::later(self.0.flush())
    }

    fn close(self: Box<Self>, within: Duration) -> Answer<'static, Result<(), Error>> {
        Answer::later(async move { in_time(self.0.close(within).await, "close", within) })
    }
}
