//! Messages into a bounded buffer, from which a task sends them.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tg_schema::Topic;
use tg_schema::pubsub::{Error, Receipt};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{timeout, timeout_at};

use crate::health::Health;
use crate::metrics::Counter;
use crate::payload::Payload;
use crate::pipeline::Pipeline;
use crate::producer::{Encoded, Producer, ProducerBuilder, SendOptions, Shared};
use crate::pubsub::{IntoTopic, PubSub};
use crate::service::Drained;
use crate::time;

/// What [`Publisher::publish`] does when the buffer is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhenFull {
    /// It waits for room.
    #[default]
    Wait,
    /// It fails with [`Error::Full`].
    Fail,
}

/// Sends in the background: [`Publisher::publish`] answers when the message is in a bounded buffer. Whether it was
/// sent, [`Publisher::flush`] and [`Publisher::close`] tell. Clones share the buffer.
///
/// When the last clone is dropped without a close, what is in the buffer is still sent, as far as it goes within the
/// producer's time for one send.
///
/// ```
/// use std::time::Duration;
/// use tg_pubsub::{Error, PubSub};
/// use tg_schema::tg_schema;
///
/// #[tg_schema]
/// struct Line {
///     text: String,
/// }
///
/// async fn lines(pubsub: &PubSub) -> Result<(), Error> {
///     let publisher = pubsub.publisher::<Line>("q1/tg/flow/lines").capacity(100).open().await?;
///     for n in 0..1000 {
///         publisher.publish(&Line { text: n.to_string() }).await?;
///     }
///     publisher.flush().await
/// }
/// ```
pub struct Publisher<T> {
    inner: Arc<Inner>,
    producer: Producer<T>,
}

impl<T> Clone for Publisher<T> {
    fn clone(&self) -> Self {
        Publisher {
            inner: self.inner.clone(),
            producer: self.producer.clone(),
        }
    }
}

/// What is left of a publisher for who ends everything: it lasts as long as its task.
pub(crate) struct Buffer {
    /// Not strong: when the last publisher is dropped, the task is to know.
    commands: mpsc::WeakSender<Command>,
    /// Ends with the task.
    alive: watch::Receiver<()>,
}

impl Buffer {
    /// Takes no more messages, and ends when what was taken is sent or has failed. Tells the first failure.
    pub(crate) async fn close(self: Arc<Self>) -> Result<(), Error> {
        let mut alive = self.alive.clone();
        let told = match self.commands.upgrade() {
            Some(commands) => {
                let (answer, answered) = oneshot::channel();
                // Where it was closed before, who did that is told.
                match commands.send(Command::Close(answer)).await {
                    Ok(()) => answered.await.unwrap_or(Ok(())),
                    Err(_) => Ok(()),
                }
            }
            None => Ok(()),
        };
        drop(self);
        // Nothing is ever sent.
        while alive.changed().await.is_ok() {}
        told
    }
}

struct Inner {
    commands: mpsc::Sender<Command>,
    capacity: usize,
    when_full: WhenFull,
    /// Messages that were accepted and have no outcome.
    pending: Arc<AtomicUsize>,
    failure: Failure,
    task: Mutex<Option<JoinHandle<()>>>,
    /// Ends with the task.
    alive: watch::Receiver<()>,
}

/// The first failure of a message of which nobody was told yet. It outlives a task that is cut off.
#[derive(Clone, Default)]
struct Failure(Arc<Mutex<Option<Error>>>);

impl Failure {
    fn keep(&self, error: Error) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get_or_insert(error);
    }
    fn take(&self) -> Option<Error> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.take()
    }
    /// Tells who asked, or the next one who asks where that one has gone.
    fn tell(&self, asked: oneshot::Sender<Result<(), Error>>) {
        if let Err(Err(error)) = asked.send(self.take().map_or(Ok(()), Err)) {
            self.keep(error);
        }
    }
}

enum Command {
    Send(Encoded),
    /// Tells the first failure since the last time when everything before is done.
    Flush(oneshot::Sender<Result<(), Error>>),
    /// The same, and ends.
    Close(oneshot::Sender<Result<(), Error>>),
}

/// A publisher in the making; see [`PubSub::publisher`].
#[must_use]
pub struct PublisherBuilder<T> {
    pubsub: PubSub,
    producer: ProducerBuilder<T>,
    capacity: usize,
    in_flight: usize,
    when_full: WhenFull,
}

impl PubSub {
    /// A publisher of messages of type `T`.
    pub fn publisher<T: Payload>(&self, topic: impl IntoTopic) -> PublisherBuilder<T> {
        PublisherBuilder {
            pubsub: self.clone(),
            producer: self.producer(topic),
            capacity: 1_000,
            in_flight: 256,
            when_full: WhenFull::default(),
        }
    }
}

impl<T: Payload> PublisherBuilder<T> {
    /// Most messages in the buffer. 1,000 by default.
    pub fn capacity(mut self, messages: usize) -> Self {
        // The channel underneath has a limit of its own, far beyond.
        self.capacity = messages.clamp(1, 1 << 24);
        self
    }
    /// Most messages that are being sent at the same time. 256 by default; 1 keeps their order over repetitions too.
    pub fn in_flight(mut self, messages: usize) -> Self {
        self.in_flight = messages.max(1);
        self
    }
    /// What happens when the buffer is full. [`WhenFull::Wait`] by default.
    pub fn when_full(mut self, when_full: WhenFull) -> Self {
        self.when_full = when_full;
        self
    }
    /// Changes the producer underneath.
    pub fn producer(
        mut self,
        change: impl FnOnce(ProducerBuilder<T>) -> ProducerBuilder<T>,
    ) -> Self {
        self.producer = change(self.producer);
        self
    }

    /// Connects and starts the task.
    ///
    /// # Errors
    /// As [`ProducerBuilder::open`].
    pub async fn open(self) -> Result<Publisher<T>, Error> {
        let pubsub = self.pubsub;
        let producer = self.producer.open().await?;
        let (commands, queue) = mpsc::channel(self.capacity);
        let pending = Arc::new(AtomicUsize::new(0));
        let failure = Failure::default();
        let (living, alive) = watch::channel(());
        let buffer = Arc::new(Buffer {
            commands: commands.downgrade(),
            alive: alive.clone(),
        });
        pubsub.register_buffer(&buffer);
        let task = Task {
            producer: producer.shared.clone(),
            queue,
            under_way: Pipeline::new(self.in_flight),
            pending: pending.clone(),
            failure: failure.clone(),
            _buffer: buffer,
            _living: living,
        };
        let inner = Inner {
            commands,
            capacity: self.capacity,
            when_full: self.when_full,
            pending,
            failure,
            task: Mutex::new(Some(tokio::spawn(task.run()))),
            alive,
        };
        Ok(Publisher {
            inner: Arc::new(inner),
            producer,
        })
    }
}

impl<T: Payload> Publisher<T> {
    /// Puts a message into the buffer.
    ///
    /// Dropping the future before it answers puts nothing into the buffer.
    ///
    /// # Errors
    /// [`Error::Codec`]; [`Error::Full`] with [`WhenFull::Fail`]; [`Error::Closed`].
    pub async fn publish(&self, message: &T) -> Result<(), Error> {
        self.publish_with(message, SendOptions::new()).await
    }

    /// As [`Publisher::publish`], with properties, a key or an identity.
    ///
    /// # Errors
    /// As [`Publisher::publish`].
    pub async fn publish_with(
        &self,
        message: &T,
        options: impl Into<SendOptions>,
    ) -> Result<(), Error> {
        if self.inner.when_full == WhenFull::Fail {
            return self.try_publish(message, options);
        }
        let encoded = self.producer.encode(message, options.into())?;
        let place = self.inner.commands.reserve().await.map_err(|_| closed())?;
        self.inner.pending.fetch_add(1, Ordering::Relaxed);
        place.send(Command::Send(encoded));
        Ok(())
    }

    /// Puts a message into the buffer where there is room.
    ///
    /// # Errors
    /// [`Error::Full`]; [`Error::Codec`]; [`Error::Closed`].
    pub fn try_publish(&self, message: &T, options: impl Into<SendOptions>) -> Result<(), Error> {
        let place = match self.inner.commands.try_reserve() {
            Ok(place) => place,
            Err(mpsc::error::TrySendError::Closed(())) => return Err(closed()),
            Err(mpsc::error::TrySendError::Full(())) => {
                self.producer.shared.count(Counter::Dropped);
                return Err(Error::Full {
                    what: "publisher",
                    capacity: self.inner.capacity,
                });
            }
        };
        let encoded = self.producer.encode(message, options.into())?;
        self.inner.pending.fetch_add(1, Ordering::Relaxed);
        place.send(Command::Send(encoded));
        Ok(())
    }
}

impl<T> Publisher<T> {
    /// The topic.
    pub fn topic(&self) -> &Topic {
        self.producer.topic()
    }
    /// Messages that were accepted and are not yet sent or failed.
    pub fn pending(&self) -> usize {
        self.inner.pending.load(Ordering::Relaxed)
    }
    /// How its link is.
    pub fn health(&self) -> Health {
        self.producer.health()
    }

    /// Answers when everything that was accepted before is sent or has failed.
    ///
    /// # Errors
    /// The first failure of which no flush has told; [`Error::Closed`].
    pub async fn flush(&self) -> Result<(), Error> {
        self.command(Command::Flush).await?
    }

    /// Flushes and closes, for all clones. What is not sent within the time is abandoned and counted; the error is the
    /// first failure of what was tried before.
    pub async fn close(&self, within: Duration) -> Drained {
        let end = time::after(within);
        let mut drained = Drained::default();
        let closed = timeout_at(end, async {
            let told = self.command(Command::Close).await;
            // Where another began to close it before, what is in the buffer is still being sent.
            let mut alive = self.inner.alive.clone();
            while alive.changed().await.is_ok() {}
            told
        });
        match closed.await {
            Ok(Ok(Err(error))) => drained.failed(error),
            Ok(_) => {}
            Err(_) => {
                let task = self.task().take();
                if let Some(task) = task {
                    task.abort();
                    let _ = task.await;
                }
                drained.abandoned = self.inner.pending.swap(0, Ordering::Relaxed);
            }
        }
        if let Some(error) = self.inner.failure.take() {
            drained.failed(error);
        }
        let left = time::until(end);
        if let Err(error) = self.producer.close(left).await
            && drained.abandoned == 0
        {
            drained.failed(error);
        }
        drained.of_the_whole(within)
    }

    async fn command(
        &self,
        command: impl FnOnce(oneshot::Sender<Result<(), Error>>) -> Command,
    ) -> Result<Result<(), Error>, Error> {
        let (answer, answered) = oneshot::channel();
        let sent = self.inner.commands.send(command(answer)).await;
        sent.map_err(|_| closed())?;
        answered.await.map_err(|_| closed())
    }

    fn task(&self) -> std::sync::MutexGuard<'_, Option<JoinHandle<()>>> {
        let task = &self.inner.task;
        task.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn closed() -> Error {
    Error::Closed { what: "publisher" }
}

impl<T> std::fmt::Debug for Publisher<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Publisher")
            .field("topic", self.topic())
            .field("pending", &self.pending())
            .finish_non_exhaustive()
    }
}

type Sending = Pin<Box<dyn Future<Output = Result<Receipt, Error>> + Send>>;

struct Task {
    producer: Arc<Shared>,
    queue: mpsc::Receiver<Command>,
    under_way: Pipeline<Sending>,
    pending: Arc<AtomicUsize>,
    failure: Failure,
    _buffer: Arc<Buffer>,
    _living: watch::Sender<()>,
}

impl Task {
    async fn run(mut self) {
        loop {
            tokio::select! {
                biased;
                Some(sent) = self.under_way.next(), if !self.under_way.is_empty() => self.ended(sent),
                command = self.queue.recv(), if !self.under_way.is_full() => match command {
                    Some(Command::Send(encoded)) => {
                        let producer = self.producer.clone();
                        self.under_way.push(Box::pin(async move { producer.send(encoded).await }));
                    }
                    Some(Command::Flush(answer)) => {
                        self.finish().await;
                        self.failure.tell(answer);
                    }
                    Some(Command::Close(answer)) => {
                        self.queue.close();
                        self.rest().await;
                        self.failure.tell(answer);
                        return;
                    }
                    // All publishers were dropped: nobody is left to wait for longer.
                    None => {
                        let within = self.producer.send_timeout();
                        let _ = timeout(within, self.finish()).await;
                        return;
                    }
                },
            }
        }
    }

    fn ended(&mut self, sent: Result<Receipt, Error>) {
        self.pending.fetch_sub(1, Ordering::Relaxed);
        if let Err(error) = sent {
            tracing::warn!(topic = %self.producer.topic(), %error, "message not sent");
            self.failure.keep(error);
        }
    }

    /// Everything that is under way.
    async fn finish(&mut self) {
        while let Some(sent) = self.under_way.next().await {
            self.ended(sent);
        }
    }

    /// Everything that is still in the queue.
    async fn rest(&mut self) {
        while let Some(command) = self.queue.recv().await {
            match command {
                Command::Send(encoded) => {
                    if self.under_way.is_full()
                        && let Some(sent) = self.under_way.next().await
                    {
                        self.ended(sent);
                    }
                    let producer = self.producer.clone();
                    let sending = async move { producer.send(encoded).await };
                    self.under_way.push(Box::pin(sending));
                }
                Command::Flush(answer) | Command::Close(answer) => {
                    self.finish().await;
                    self.failure.tell(answer);
                }
            }
        }
        self.finish().await;
    }
}
