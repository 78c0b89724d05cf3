//! Messages into confirmed messages, over links that come and go.
//!
//! What is not confirmed is kept, and sent again in its order and under its numbers when a lost link was taken up again;
//! a broker that de-duplicates drops what it had already.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pulsar::proto::Schema;
use tg_schema::Qos;
use tg_schema::pubsub::{Error, Outgoing, ProducerOptions, Receipt};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::client::{Pool, Seat};
use crate::failure::{Failure, Subject};
use crate::identities::{Identities, Left};
use crate::resume;
use crate::unconfirmed::{Limit, Taken, Unconfirmed};

pub(crate) use crate::unconfirmed::Flight;

mod link;

pub(crate) struct Sender {
    pool: Arc<Pool>,
    /// Its name at the broker.
    topic: String,
    pub(crate) qos: Qos,
    pub(crate) subject: Subject,
    schema: Option<Schema>,
    state: Mutex<State>,
    /// One permit a message that is sent and not confirmed.
    pub(crate) in_flight: Arc<Semaphore>,
    permits: u32,
    pub(crate) send_timeout: Duration,
    max_message: AtomicUsize,
    /// Whether larger messages go in chunks, and how much room they may take of a consumer. What is not kept is not worth
    /// it.
    pub(crate) chunks: Option<usize>,
    closed: AtomicBool,
    runtime: Handle,
    identities: Arc<Identities>,
}

struct State {
    link: Link,
    end: Option<Failure>,
    /// Name by which the broker knows it; empty until the broker gave one.
    name: String,
    named_by_user: bool,
    /// The broker's number of the times that somebody had the topic for itself.
    epoch: Option<u64>,
    messages: Unconfirmed,
}

/// Where it sits.
#[derive(Default)]
struct Link {
    /// Number of the attempt that made it.
    number: u64,
    seat: Option<Seat>,
    /// Somebody takes it up again.
    resuming: bool,
    /// It ended before it was known.
    ended: bool,
}

/// What was begun.
pub(crate) enum Started {
    Done(Receipt),
    UnderWay(Flight),
}

impl Sender {
    pub(crate) async fn open(
        pool: Arc<Pool>,
        topic: String,
        qos: Qos,
        schema: Option<Schema>,
        subject: Subject,
        options: &ProducerOptions,
        identities: Arc<Identities>,
    ) -> Result<Arc<Self>, Failure> {
        let permits = options.max_in_flight.clamp(1, MAX_IN_FLIGHT);
        let (known, left) = match qos {
            Qos::Q2 => {
                let left = identities.take(&topic, options.name.as_deref());
                (Some(identities.known(&topic)), left)
            }
            Qos::Q0 | Qos::Q1 => (None, None),
        };
        let (before, left) = left.map(|l| (l.name, l.sent)).unwrap_or_default();
        let name = options.name.clone().unwrap_or(before);
        let sender = Arc::new(Sender {
            topic,
            qos,
            subject,
            schema,
            state: Mutex::new(State {
                link: Link::default(),
                end: None,
                named_by_user: options.name.is_some(),
                name,
                epoch: None,
                messages: Unconfirmed::new(known, left),
            }),
            in_flight: Arc::new(Semaphore::new(permits)),
            permits: u32::try_from(permits).unwrap_or(1),
            send_timeout: options.send_timeout,
            max_message: AtomicUsize::new(0),
            chunks: (pool.settings.chunking && qos != Qos::Q0).then_some(pool.settings.chunk_bytes),
            closed: AtomicBool::new(false),
            runtime: Handle::current(),
            identities,
            pool,
        });
        let patience = sender.pool.settings.connect_timeout;
        let opened = resume::attempts(patience, resume::not_ready, || sender.attach()).await;
        match opened {
            Ok(()) => Ok(sender),
            Err(why) => {
                sender.end(why.clone());
                Err(why)
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
    pub(crate) fn max_message(&self) -> usize {
        self.max_message.load(Ordering::Relaxed)
    }
    /// Whether the link is lost and being taken up again.
    pub(crate) fn is_down(&self) -> bool {
        self.state().link.seat.is_none()
    }

    /// Puts a message on its way.
    pub(crate) fn start(
        &self,
        message: Outgoing,
        permit: OwnedSemaphorePermit,
    ) -> Result<Started, Error> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Error::Closed { what: "producer" });
        }
        let mut state = self.state();
        if let Some(why) = &state.end {
            return Err(self.subject.error(why.clone()));
        }
        if self.qos == Qos::Q0 && state.link.seat.is_none() {
            return Ok(Started::Done(Receipt::new()));
        }
        let State { link, messages, .. } = &mut *state;
        let limit = Limit {
            packet: self.max_message(),
            chunks: self.chunks,
        };
        let (flight, packets) = match messages.take(message, permit, limit)? {
            Taken::New(flight, packets) => (flight, packets),
            Taken::UnderWay(flight) => return Ok(Started::UnderWay(flight)),
            Taken::Done(receipt) => return Ok(Started::Done(receipt)),
        };
        if let Some(seat) = &link.seat {
            for packet in packets {
                seat.connection.send(seat.id, flight.sequence, packet);
            }
        }
        match self.qos {
            // Best effort: nobody waits for what the broker says.
            Qos::Q0 => Ok(Started::Done(Receipt::new())),
            Qos::Q1 | Qos::Q2 => Ok(Started::UnderWay(flight)),
        }
    }

    /// What becomes of a message of best effort while the broker is away: nothing.
    pub(crate) fn start_none(&self) -> Result<Receipt, Error> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Error::Closed { what: "producer" });
        }
        match &self.state().end {
            Some(why) => Err(self.subject.error(why.clone())),
            None => Ok(Receipt::new()),
        }
    }

    /// Nobody waits for this message any more.
    pub(crate) fn give_up(&self, sequence: u64) {
        self.state().messages.settle(sequence, Err(Failure::Closed));
    }
    pub(crate) fn timed_out(&self) -> Error {
        Error::Timeout {
            operation: "send",
            after: self.send_timeout,
        }
    }
    /// The error of somebody whose message was not confirmed.
    pub(crate) fn error(&self) -> Error {
        let why = self.state().end.clone();
        self.subject.error(why.unwrap_or(Failure::Closed))
    }

    /// Waits until nothing is under way.
    pub(crate) async fn flush(&self) -> Result<(), Error> {
        let all = self.in_flight.acquire_many(self.permits).await;
        drop(all.map_err(|_| Error::Closed { what: "producer" })?);
        match &self.state().end {
            Some(why) => Err(self.subject.error(why.clone())),
            None => Ok(()),
        }
    }

    /// Takes no more messages, waits for those that are under way, and leaves. `false`: that took longer than `within`.
    pub(crate) async fn close(&self, within: Duration) -> bool {
        self.closed.store(true, Ordering::Release);
        let closing = async {
            let _flushed = self.in_flight.acquire_many(self.permits).await;
            let seat = self.state().link.seat.take();
            if let Some(seat) = seat {
                // Where the link is gone, the broker has closed it.
                let _gone = seat.close(&self.topic).await;
            }
        };
        let in_time = timeout(within, closing).await.is_ok();
        self.end(Failure::Closed);
        self.in_flight.close();
        in_time
    }

    /// Ends it without a word: what is under way fails.
    pub(crate) fn abandon(self: &Arc<Self>) {
        self.closed.store(true, Ordering::Release);
        if self.state().end.is_some() {
            return;
        }
        // What was sent is confirmed first: a message that comes to the broker after its producer has left makes it end
        // the connection of all.
        let sender = Arc::clone(self);
        self.runtime
            .spawn(async move { sender.close(GOODBYE).await });
    }

    /// Leaves what is not confirmed to the next one.
    fn leave(&self, state: &mut State) {
        if self.qos == Qos::Q2 {
            let left = Left {
                name: state.name.clone(),
                named_by_user: state.named_by_user,
                sent: state.messages.sent(),
            };
            self.identities.leave(&self.topic, left);
        }
    }

    fn end(&self, why: Failure) {
        let mut state = self.state();
        state.end.get_or_insert_with(|| why.clone());
        let seat = state.link.seat.take();
        // Before anybody is told, who may send it again at once.
        self.leave(&mut state);
        let failed = state.messages.drain();
        drop(state);
        drop(seat);
        for message in failed {
            message.fail(&why);
        }
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        // Opening it may have been given up.
        self.leave(&mut self.state());
    }
}

/// Most messages that a broker takes from one connection without confirming them.
const MAX_IN_FLIGHT: usize = 50_000;
/// How long a producer that was dropped may take to leave.
const GOODBYE: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use tokio::net::TcpListener;

    use super::*;
    use crate::config::PulsarConfig;
    use crate::identities::Sent;
    use crate::settings::Settings;

    /// What was left to it is there for another one.
    #[tokio::test]
    async fn one_whose_opening_is_given_up_leaves_what_it_took() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let config = PulsarConfig::new(format!("pulsar://127.0.0.1:{port}"));
        let settings = Settings::of(&config).expect("settings");
        let left = || Left {
            name: "n".to_owned(),
            named_by_user: true,
            sent: Sent {
                unconfirmed: vec![(7, "a".to_owned())],
                next: 8,
            },
        };
        let identities = Arc::<Identities>::default();
        identities.leave("t", left());
        let mut options = ProducerOptions::default();
        options.name = Some("n".to_owned());
        {
            let mut opening = pin!(Sender::open(
                Arc::new(Pool::new(settings)),
                "t".to_owned(),
                Qos::Q2,
                None,
                Subject::BACKEND,
                &options,
                Arc::clone(&identities),
            ));
            tokio::select! {
                _ = &mut opening => panic!("nobody answers"),
                came = listener.accept() => drop(came.expect("a client")),
            }
            assert_eq!(identities.take("t", Some("n")), None, "it has it");
        }
        assert_eq!(identities.take("t", Some("n")), Some(left()));
    }
}
