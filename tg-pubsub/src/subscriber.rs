//! One consumer, many waiters.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tg_schema::Topic;
use tg_schema::pubsub::{Error, Feature};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::consumer::{Consumer, ConsumerBuilder, Shared};
use crate::health::{Health, Probe};
use crate::incoming::{Head, Incoming};
use crate::metrics::{Counter, Role};
use crate::payload::{Payload, read};
use crate::pipeline::Pipeline;
use crate::policy::DeadLetters;
use crate::pubsub::{IntoTopic, PubSub};
use crate::received::{Outcome, Unsettled};
use crate::time;
use crate::waiters::{FullWaiter, Mailbox, Waiters};

/// The property by which messages find their waiters.
pub const ID: &str = "id";

/// Most acknowledgements that are under way.
const ACKS: usize = 256;

/// Receives for many waiters: a message goes to who waits for its property `id`, and to who waits for everything.
/// Every message is acknowledged; one that nobody waits for is counted.
///
/// It ends where a repetition cannot heal what happened: the broker does not let it in any more ([`Error::Auth`]), or
/// another consumer took an exclusive subscription over. Who waits gets what is there and then that error, and so does
/// who begins to wait later; another subscriber is needed then.
///
/// ```
/// use std::time::Duration;
/// use tg_pubsub::{Error, PubSub};
/// use tg_schema::tg_schema;
///
/// #[tg_schema]
/// struct Answer {
///     text: String,
/// }
///
/// async fn wait(pubsub: &PubSub) -> Result<String, Error> {
///     let subscriber = pubsub.subscriber::<Answer>("q1/tg/response/prompt", "me").open().await?;
///     let waiter = subscriber.wait_for("42")?;
///     let answer = waiter.recv_timeout(Duration::from_secs(5)).await?;
///     Ok(answer.into_value().text)
/// }
/// ```
pub struct Subscriber<T> {
    waiters: Arc<Waiters<T>>,
    consumer: Arc<Shared>,
    task: Mutex<Option<JoinHandle<()>>>,
    capacity: usize,
    /// Deletes the subscription when it is closed.
    unsubscribe: bool,
}

/// A subscriber in the making; see [`PubSub::subscriber`].
#[must_use]
pub struct SubscriberBuilder<T> {
    pubsub: PubSub,
    consumer: ConsumerBuilder<T>,
    capacity: usize,
    full: FullWaiter,
    temporary: bool,
    own: Option<String>,
}

impl PubSub {
    /// A subscriber to messages of type `T`.
    pub fn subscriber<T: Payload>(
        &self,
        topic: impl IntoTopic,
        subscription: impl Into<String>,
    ) -> SubscriberBuilder<T> {
        let consumer = self.consumer(topic, subscription);
        SubscriberBuilder {
            pubsub: self.clone(),
            consumer: consumer
                .dead_letters(DeadLetters::Off)
                .role(Role::Subscriber)
                .asking(Feature::Properties),
            capacity: 100,
            full: FullWaiter::default(),
            temporary: false,
            own: None,
        }
    }
}

impl<T: Payload> SubscriberBuilder<T> {
    /// Most messages that wait for one waiter. 100 by default.
    pub fn capacity(mut self, messages: usize) -> Self {
        self.capacity = messages.max(1);
        self
    }
    /// What happens to a message for a waiter that has as many as it may have.
    pub fn when_full(mut self, full: FullWaiter) -> Self {
        self.full = full;
        self
    }
    /// A subscription that goes away when the subscriber is closed. Its name must not be used by another.
    pub fn temporary(mut self) -> Self {
        self.consumer = self.consumer.temporary().alone();
        self.temporary = true;
        self
    }
    /// Changes the consumer underneath.
    pub fn consumer(
        mut self,
        change: impl FnOnce(ConsumerBuilder<T>) -> ConsumerBuilder<T>,
    ) -> Self {
        self.consumer = change(self.consumer);
        self
    }
    /// Identities that begin like this were waited for here: a message of one that nobody waits for is late.
    pub(crate) fn own(mut self, prefix: impl Into<String>) -> Self {
        self.own = Some(prefix.into());
        self
    }

    /// Connects. When this answers, the subscription is live.
    ///
    /// # Errors
    /// As [`ConsumerBuilder::open`].
    pub async fn open(self) -> Result<Subscriber<T>, Error> {
        let consumer = self.consumer.open().await?;
        let capabilities = self.pubsub.backend().capabilities(consumer.topic());
        let waiters = Arc::new(Waiters::new());
        let shared = consumer.shared.clone();
        let task = Task {
            consumer,
            waiters: waiters.clone(),
            full: self.full,
            own: self.own,
        };
        Ok(Subscriber {
            waiters,
            consumer: shared,
            task: Mutex::new(Some(tokio::spawn(task.run()))),
            capacity: self.capacity,
            unsubscribe: self.temporary && capabilities.has(Feature::Unsubscribe),
        })
    }
}

impl<T> Subscriber<T> {
    /// Waits for messages whose property `id` is this. From now on they are kept for the waiter.
    ///
    /// # Errors
    /// [`Error::Busy`] where another waits for the same; [`Error::Closed`]; what ended the subscriber.
    pub fn wait_for(&self, id: impl Into<String>) -> Result<Waiter<T>, Error> {
        self.waiter(Some(id.into()))
    }
    /// Waits for every message.
    ///
    /// # Errors
    /// [`Error::Closed`]; what ended the subscriber.
    pub fn wait_for_all(&self) -> Result<Waiter<T>, Error> {
        self.waiter(None)
    }
    fn waiter(&self, id: Option<String>) -> Result<Waiter<T>, Error> {
        let mailbox = Mailbox::new(self.capacity);
        self.waiters.add(id.as_deref(), mailbox.clone())?;
        Ok(Waiter {
            mailbox,
            id,
            waiters: self.waiters.clone(),
        })
    }

    fn task(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The topic.
    pub fn topic(&self) -> &Topic {
        &self.consumer.topic
    }
    /// The subscription.
    pub fn subscription(&self) -> &str {
        &self.consumer.subscription
    }
    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.waiters.len()
    }
    /// How its link is.
    pub fn health(&self) -> Health {
        self.consumer.health()
    }

    /// Stops. Waiters get what is there for them, and then [`Error::Closed`]. A temporary subscription is deleted.
    ///
    /// # Errors
    /// [`Error::Timeout`] where that took longer; it is ended nevertheless.
    pub async fn close(&self, within: Duration) -> Result<(), Error> {
        let end = time::after(within);
        let closed = match self.unsubscribe {
            false => self.consumer.close(within).await,
            true => match self.consumer.unsubscribe(within).await {
                // Without a link, a temporary subscription is gone with it.
                Err(Error::Closed { .. }) => Ok(()),
                unsubscribed => unsubscribed,
            },
        };
        self.waiters.close();
        // The task ends by itself: its consumer is closed.
        let left = time::until(end);
        let task = self.task().take();
        if let Some(mut task) = task
            && timeout(left, &mut task).await.is_err()
        {
            task.abort();
        }
        closed
    }
}

impl<T> Drop for Subscriber<T> {
    fn drop(&mut self) {
        self.waiters.close();
        if let Some(task) = self.task().take() {
            task.abort();
        }
    }
}

impl<T> std::fmt::Debug for Subscriber<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscriber")
            .field("topic", self.topic())
            .field("subscription", &self.subscription())
            .field("waiting", &self.waiting())
            .finish_non_exhaustive()
    }
}

/// Waits for messages of one identity, or for all, until it is dropped.
pub struct Waiter<T> {
    mailbox: Arc<Mailbox<T>>,
    id: Option<String>,
    waiters: Arc<Waiters<T>>,
}

impl<T> Waiter<T> {
    /// The next message, however long it takes. Dropping the future loses none.
    ///
    /// # Errors
    /// [`Error::Full`]: messages that belong here were dropped; see [`FullWaiter::Wait`]. [`Error::Codec`]: it came and could not be decoded. [`Error::Closed`]; what ended the subscriber.
    pub async fn recv(&self) -> Result<Incoming<T>, Error> {
        self.mailbox.take().await
    }
    /// The next message, within this time.
    ///
    /// # Errors
    /// [`Error::Timeout`]; as [`Waiter::recv`].
    pub async fn recv_timeout(&self, within: Duration) -> Result<Incoming<T>, Error> {
        let timed_out = Error::Timeout {
            operation: "receive",
            after: within,
        };
        timeout(within, self.recv()).await.unwrap_or(Err(timed_out))
    }
    /// What it waits for. `None`: everything.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

impl<T> Drop for Waiter<T> {
    fn drop(&mut self) {
        self.waiters.remove(self.id.as_deref(), &self.mailbox);
        self.mailbox.close();
    }
}

impl<T> std::fmt::Debug for Waiter<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Waiter")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

type Acking = Pin<Box<dyn Future<Output = ()> + Send>>;

struct Task<T> {
    consumer: Consumer<T>,
    waiters: Arc<Waiters<T>>,
    full: FullWaiter,
    own: Option<String>,
}

impl<T> Drop for Task<T> {
    /// However it ends, nobody waits for what will not come.
    fn drop(&mut self) {
        self.waiters.close();
    }
}

impl<T: Payload> Task<T> {
    async fn run(self) {
        let mut acks: Pipeline<Acking> = Pipeline::new(ACKS);
        loop {
            let received = tokio::select! {
                biased;
                Some(()) = acks.next(), if !acks.is_empty() => continue,
                received = self.consumer.receive_any(), if !acks.is_full() => received,
            };
            match received {
                Ok(outcome) => {
                    let unsettled = self.distribute(outcome).await;
                    acks.push(Box::pin(ack(unsettled)));
                }
                Err(Error::Closed { .. }) => break,
                // What heals is healed below: this does not.
                Err(error) => {
                    tracing::error!(topic = %self.consumer.topic(), %error, "subscriber has ended");
                    self.waiters.fail(Arc::new(error));
                    break;
                }
            }
        }
        while acks.next().await.is_some() {}
    }

    /// Hands a message to its waiters.
    async fn distribute(&self, outcome: Outcome<T>) -> Unsettled {
        let (mut first, unsettled) = match outcome {
            Outcome::Message(received) => {
                let (incoming, unsettled) = received.into_parts();
                (Some(Ok(incoming)), unsettled)
            }
            Outcome::Poison(poison) => (Some(Err(poison.error)), poison.unsettled),
        };
        let head = &unsettled.head;
        let series = &unsettled.consumer.series;
        let id = head.properties.get(ID);
        let mailboxes = self.waiters.find(id);
        if mailboxes.is_empty() {
            let own = id.zip(self.own.as_deref());
            let late = own.is_some_and(|(id, own)| id.starts_with(own));
            series.count(
                match late {
                    true => Counter::LateReplies,
                    false => Counter::Orphaned,
                },
                1,
            );
        }
        for mailbox in mailboxes {
            let item = first
                .take()
                .unwrap_or_else(|| again(head, unsettled.attempt));
            let counter = match mailbox.offer(item, self.full).await {
                true => Counter::WaiterReceived,
                false => Counter::WaiterDropped,
            };
            series.count(counter, 1);
        }
        unsettled
    }
}

/// The same message for one waiter more.
fn again<T: Payload>(head: &Arc<Head>, attempt: u32) -> Result<Incoming<T>, Error> {
    let value = read(head)?;
    Ok(Incoming {
        value,
        head: head.clone(),
        attempt,
    })
}

async fn ack(unsettled: Unsettled) {
    if let Err(failed) = unsettled.ack().await {
        tracing::warn!(error = %failed.error, "message not acknowledged; it comes again and finds nobody");
    }
}
