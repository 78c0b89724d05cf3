//! Everything of a program, to its end in the right order.

use std::time::Duration;

use tg_schema::pubsub::Answer;
use tokio::time::Instant;

use crate::consumer::Consumer;
use crate::payload::Payload;
use crate::pipeline::Pipeline;
use crate::producer::Producer;
use crate::publisher::Publisher;
use crate::requester::Requester;
use crate::responder::Responder;
use crate::service::{Drained, Service};
use crate::subscriber::Subscriber;
use crate::time;

/// What a program has open, to be ended together: nothing is received any more, handlers finish and settle, what they
/// sent is flushed, and only then is anything closed.
///
/// ```
/// use std::time::Duration;
/// use tg_pubsub::{Publisher, Raw, Service, Shutdown};
///
/// async fn end(service: Service, publisher: Publisher<Raw>) {
///     let mut shutdown = Shutdown::new();
///     shutdown.add(service).add(publisher);
///     let drained = shutdown.drain(Duration::from_secs(10)).await;
///     println!("{} messages were abandoned", drained.abandoned);
/// }
/// ```
#[derive(Default)]
#[must_use]
pub struct Shutdown(Vec<Box<dyn Part>>);

/// Something that is ended by a [`Shutdown`].
pub trait Part: Send + sealed::Part {}

impl<P: sealed::Part> Part for P {}

pub(crate) mod sealed {
    use super::{Answer, Drained, Instant};

    pub trait Part: Send {
        /// Receives nothing any more.
        fn stop(&self) {}
        /// Handlers finish.
        fn finish(&mut self, _end: Instant) -> Answer<'_, Drained> {
            Answer::now(Drained::default())
        }
        /// Flushes and closes.
        fn close(self: Box<Self>, end: Instant) -> Answer<'static, Drained>;
        /// Which are closed before others.
        fn rank(&self) -> u8;
    }
}

/// What is used by nobody else but handlers.
const SENDERS: u8 = 0;
/// What others may be using.
const RECEIVERS: u8 = 1;

fn drained(closed: Result<(), tg_schema::pubsub::Error>) -> Drained {
    let mut drained = Drained::default();
    if let Err(error) = closed {
        drained.failed(error);
    }
    drained
}

impl sealed::Part for Service {
    fn stop(&self) {
        self.begin_to_stop();
    }
    fn finish(&mut self, end: Instant) -> Answer<'_, Drained> {
        Answer::later(Service::finish(self, end))
    }
    fn close(self: Box<Self>, end: Instant) -> Answer<'static, Drained> {
        Answer::later(self.drain(time::until(end)))
    }
    fn rank(&self) -> u8 {
        RECEIVERS
    }
}
impl<R: Payload> sealed::Part for Responder<R> {
    fn stop(&self) {
        self.begin_to_stop();
    }
    fn finish(&mut self, end: Instant) -> Answer<'_, Drained> {
        Answer::later(Responder::finish(self, end))
    }
    fn close(self: Box<Self>, end: Instant) -> Answer<'static, Drained> {
        Answer::later(Responder::close(*self, end))
    }
    fn rank(&self) -> u8 {
        RECEIVERS
    }
}
impl<T: Payload> sealed::Part for Publisher<T> {
    fn close(self: Box<Self>, end: Instant) -> Answer<'static, Drained> {
        Answer::later(async move { Publisher::close(&self, time::until(end)).await })
    }
    fn rank(&self) -> u8 {
        SENDERS
    }
}
impl<T: Payload> sealed::Part for Producer<T> {
    fn close(self: Box<Self>, end: Instant) -> Answer<'static, Drained> {
        Answer::later(async move { drained(Producer::close(&self, time::until(end)).await) })
    }
    fn rank(&self) -> u8 {
        SENDERS
    }
}
impl<Q: Payload, R: Payload> sealed::Part for Requester<Q, R> {
    fn close(self: Box<Self>, end: Instant) -> Answer<'static, Drained> {
        Answer::later(async move { Requester::close(&self, time::until(end)).await })
    }
    fn rank(&self) -> u8 {
        SENDERS
    }
}
impl<T: Payload> sealed::Part for Subscriber<T> {
    fn close(self: Box<Self>, end: Instant) -> Answer<'static, Drained> {
        Answer::later(async move { drained(Subscriber::close(&self, time::until(end)).await) })
    }
    fn rank(&self) -> u8 {
        RECEIVERS
    }
}
impl<T: Payload> sealed::Part for Consumer<T> {
    fn close(self: Box<Self>, end: Instant) -> Answer<'static, Drained> {
        Answer::later(async move { drained(Consumer::close(&self, time::until(end)).await) })
    }
    fn rank(&self) -> u8 {
        RECEIVERS
    }
}

impl Shutdown {
    /// Nothing yet.
    pub fn new() -> Self {
        Shutdown::default()
    }
    /// Something more to be ended.
    pub fn add(&mut self, part: impl Part + 'static) -> &mut Self {
        self.0.push(Box::new(part));
        self
    }

    /// Ends everything within this time and tells what was not finished.
    pub async fn drain(mut self, within: Duration) -> Drained {
        let end = time::after(within);
        let mut drained = Drained::default();
        for part in &self.0 {
            part.stop();
        }
        let count = self.0.len();
        let mut finishing = Pipeline::new(count);
        for part in &mut self.0 {
            finishing.push(part.finish(end));
        }
        while let Some(finished) = finishing.next().await {
            drained.and(finished);
        }
        drop(finishing);
        for rank in [SENDERS, RECEIVERS] {
            let mut closing = Pipeline::new(count);
            for part in self.0.extract_if(.., |part| part.rank() == rank) {
                closing.push(part.close(end));
            }
            while let Some(closed) = closing.next().await {
                drained.and(closed);
            }
        }
        drained.of_the_whole(within)
    }
}

impl std::fmt::Debug for Shutdown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shutdown")
            .field("parts", &self.0.len())
            .finish()
    }
}
