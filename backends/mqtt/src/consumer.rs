//! Receives from one subscription, over a connection of its own: the broker keeps the subscription by the client
//! identifier of that connection.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Waker};
use std::time::Duration;

use tg_pubsub_backend::in_time;
use tg_schema::Qos;
use tg_schema::pubsub::{Answer, BackendConsumer, Delivery, Error};
use tokio::runtime::Handle;
use tokio::task::coop::consume_budget;
use tokio::task::{JoinHandle, yield_now};
use tokio::time::{Instant, timeout};

use crate::client::{
    self, Client, Connection, Event, Holder, Kind, Limits, Marks, Rivals, is_mark, taken_over,
};
use crate::copies::Copies;
use crate::failure::Failure;
use crate::inbox::{Inbox, Taken};
use crate::members::{self, Leaving, Membership};
use crate::settings::Settings;

/// What a consumer subscribes to, and as whom.
pub(crate) struct Subscription {
    pub(crate) id: String,
    /// Whether another may have the identifier too.
    pub(crate) rivals: Arc<Mutex<Rivals>>,
    pub(crate) filter: String,
    pub(crate) qos: Qos,
    pub(crate) durable: bool,
    /// Whether its share of the messages goes on to wait for it when it was closed.
    pub(crate) keeps_place: bool,
    /// Over a shared subscription.
    pub(crate) competing: bool,
    /// Whoever opens it next takes it over.
    pub(crate) replaceable: bool,
    /// A new subscription begins with the message that the broker retains, if there is one.
    pub(crate) retained: bool,
    pub(crate) prefetch: u16,
    /// For q2.
    pub(crate) copies: Option<Arc<Mutex<Copies>>>,
}

pub(crate) struct Consumer(Arc<Receiver>);

/// The part of a consumer that the backend can end.
pub(crate) struct Receiver {
    inbox: Arc<Inbox>,
    client: Client,
    broker: String,
    id: String,
    filter: String,
    durable: bool,
    competing: bool,
    keeps_place: bool,
    /// It takes part no more: its subscription is not renewed.
    left: Arc<AtomicBool>,
    kind: Kind,
    settings: Settings,
    runtime: Handle,
    task: Mutex<Option<JoinHandle<()>>>,
    membership: Mutex<Option<Membership>>,
}

/// How a consumer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The broker keeps a durable subscription as it is.
    Keep,
    /// Its part of the subscription ends, and its session too where nothing is left in it.
    Leave,
    /// The broker drops the subscription with everything in it.
    Unsubscribe,
}

/// How long a consumer that was dropped may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

impl Consumer {
    /// Opens a consumer. When this answers, the subscription is live.
    pub(crate) async fn open(
        subscription: Subscription,
        settings: &Settings,
        membership: Membership,
    ) -> Result<Self, Failure> {
        let kind = match subscription.durable {
            true => Kind::Durable,
            false if subscription.competing || subscription.replaceable => Kind::Passing,
            false => Kind::Alone,
        };
        members::all_left(&settings.place(), &subscription.id, GOODBYE).await;
        let window = client::Window {
            out: 1,
            incoming: subscription.prefetch,
        };
        let (client, mut connection) = client::prepare(&subscription.id, kind, &window, settings)?;
        connection.expect_rivals(Arc::clone(&subscription.rivals));
        let inbox = Arc::new(Inbox::new(
            client.clone(),
            subscription.copies.clone(),
            settings.q0_buffer,
        ));
        let (durable, filter) = (subscription.durable, subscription.filter.clone());
        let (competing, keeps_place) = (subscription.competing, subscription.keeps_place);
        let left = Arc::<AtomicBool>::default();
        let (broker, id) = (settings.place(), subscription.id.clone());
        let mut session = Session {
            inbox: Arc::clone(&inbox),
            client: client.clone(),
            marks: subscription.replaceable.then(Marks::default),
            subscription,
            settings: settings.clone(),
            left: Arc::clone(&left),
            live: false,
        };
        let live = async {
            while !session.live {
                session.step(&mut connection).await?;
            }
            Ok(())
        };
        // A link that is lost on the way is taken up again.
        let within = settings.connect_timeout + settings.resume;
        match timeout(within, live).await {
            Ok(live) => live?,
            Err(_) => {
                return Err(Failure::Connection(format!(
                    "{} did not confirm the subscription within {within:?}",
                    settings.place()
                )));
            }
        }
        let task = tokio::spawn(session.drive(connection));
        Ok(Consumer(Arc::new(Receiver {
            inbox,
            client,
            broker,
            id,
            filter,
            durable,
            competing,
            keeps_place,
            left,
            kind,
            settings: settings.clone(),
            runtime: Handle::current(),
            task: Mutex::new(Some(task)),
            membership: Mutex::new(Some(membership)),
        })))
    }

    pub(crate) fn receiver(&self) -> Arc<Receiver> {
        Arc::clone(&self.0)
    }
}

/// What drives the connection of a consumer.
struct Session {
    inbox: Arc<Inbox>,
    client: Client,
    subscription: Subscription,
    settings: Settings,
    /// Of one that is alone, and may be replaced.
    marks: Option<Marks>,
    /// See [`Receiver`].
    left: Arc<AtomicBool>,
    live: bool,
}

impl Session {
    /// Also where the session is resumed: one of a former process may lack the subscription or have it with another
    /// quality, and a broker that was killed may have lost it.
    fn subscribe(&mut self) -> Result<(), Failure> {
        let Subscription {
            filter,
            qos,
            retained,
            ..
        } = &self.subscription;
        if self.left.load(Ordering::Acquire) {
            // The broker may not have been told.
            let asked = self.client.take_back(&[filter]);
            return asked.map_err(|client::Gone| Failure::Closed);
        }
        let mark = self.marks.as_mut().map_or(&[][..], Marks::mark);
        let asked = self.client.subscribe(filter, *qos, *retained, mark);
        asked.map_err(|client::Gone| Failure::Closed)
    }

    async fn step(&mut self, connection: &mut Connection) -> Result<(), Failure> {
        match connection.next().await? {
            Event::Connected {
                resumed,
                smoothly,
                limits,
            } => {
                self.check(&limits)?;
                self.inbox.connected(resumed);
                let marks = self.marks.as_mut();
                let names = marks.map(|marks| marks.connected(resumed, smoothly));
                match names.filter(|names| !names.is_empty()) {
                    None => self.subscribe()?,
                    Some(names) => {
                        let asked = self.client.take_back(&names);
                        asked.map_err(|client::Gone| Failure::Closed)?;
                    }
                }
            }
            Event::Unsubscribed(there) => {
                let marks = self.marks.as_mut();
                match marks.and_then(|marks| marks.answered(&there)) {
                    None => {}
                    Some(Holder::Own) => self.subscribe()?,
                    Some(Holder::Other) => return Err(taken_over(&self.settings)),
                }
            }
            Event::Subscribed { answer, marked } => {
                answer?;
                if let Some(marks) = &mut self.marks {
                    marks.subscribed(marked);
                }
                self.live = true;
            }
            Event::Message(publish) if is_mark(&publish.topic) => {}
            Event::Message(publish) => self.inbox.arrive(publish),
            Event::Released(pkid) => self.inbox.released(pkid),
            Event::Lost => {
                self.inbox.lost();
                // What was settled before this was known must not reach the next connection.
                connection.forget();
            }
            Event::Other => {}
        }
        Ok(())
    }

    fn check(&self, limits: &Limits) -> Result<(), Failure> {
        let needed = match self.subscription.qos {
            Qos::Q0 => 0,
            Qos::Q1 => 1,
            Qos::Q2 => 2,
        };
        if limits.max_qos.is_some_and(|most| most < needed) {
            return Err(Failure::Refused(format!(
                "the broker takes no quality of service {needed}"
            )));
        }
        if self.subscription.competing && limits.no_shared {
            return Err(Failure::Refused(
                "the broker has no shared subscriptions".to_owned(),
            ));
        }
        Ok(())
    }

    async fn drive(mut self, mut connection: Connection) {
        loop {
            if let Err(why) = self.step(&mut connection).await {
                if why != Failure::Closed {
                    tracing::debug!(?why, filter = %self.subscription.filter, "a consumer has ended");
                }
                self.inbox.end(why);
                return;
            }
        }
    }
}

impl Receiver {
    /// Ends it in order, as it was opened to be. `false`: that took longer than `within`.
    pub(crate) async fn close(&self, within: Duration) -> bool {
        let ending = match self.keeps_place {
            true => Ending::Keep,
            false => Ending::Leave,
        };
        self.end(ending, within).await
    }

    /// Takes no further part in the subscription, and waits until what the broker had given it is settled.
    async fn leave(&self) -> Result<(), Error> {
        self.left.store(true, Ordering::Release);
        loop {
            // The broker sends what waits as soon as there is room, and answers after that: what is empty after the answer
            // stays so.
            let answered = self.client.unsubscribe(&self.filter);
            let answered = answered.map_err(|client::Gone| Failure::Closed.error("consumer"))?;
            if answered.await && self.inbox.is_empty() {
                return Ok(());
            }
            self.inbox.emptied().await?;
            // A connection that was lost a moment ago may not be known to be.
            yield_now().await;
        }
    }

    /// As [`Receiver::leave`], without waiting for what is not settled. Whether nothing is.
    async fn leave_now(&self) -> bool {
        self.left.store(true, Ordering::Release);
        match self.client.unsubscribe(&self.filter) {
            Ok(answered) => answered.await && self.inbox.is_empty(),
            Err(client::Gone) => false,
        }
    }

    /// Ends it. `false`: that took longer than `within`.
    pub(crate) async fn end(&self, ending: Ending, within: Duration) -> bool {
        let start = Instant::now();
        let task = {
            let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
            task.take()
        };
        let mut forget = ending == Ending::Unsubscribe;
        if ending == Ending::Leave && task.is_some() {
            let empty = timeout(within / 2, self.leave_now()).await;
            forget = empty == Ok(true);
            if !forget {
                tracing::warn!(
                    id = self.id,
                    broker = self.broker,
                    told = empty.is_ok(),
                    "a consumer without a name of its own has ended before everything that it was given was settled: the rest \
                     waits at the broker for the next one of the same name"
                );
            }
        }
        let within = within.saturating_sub(start.elapsed());
        // Settlements that were asked for are queued before the goodbye.
        self.inbox.end(Failure::Closed);
        let mut in_time = true;
        if let Some(mut task) = task {
            let leaving = async {
                let answered = self.last_words(forget).await;
                let _gone = self.client.disconnect(forget || !self.durable, within);
                let _ended = (&mut task).await;
                // Nobody else had the session up to the answer.
                if answered && (forget || self.kind == Kind::Alone) {
                    self.end_session(within).await;
                }
            };
            if timeout(within, leaving).await.is_err() {
                task.abort();
                in_time = false;
            }
        }
        if forget && in_time {
            self.inbox.forget_copies();
        }
        let membership = self.membership.lock();
        drop(membership.unwrap_or_else(PoisonError::into_inner).take());
        in_time
    }

    /// Waits until the broker knows what was settled. It answers neither a settlement nor a goodbye, and a successor
    /// whose connection it looks at first would get again what waits in this one.
    async fn last_words(&self, forget: bool) -> bool {
        let filter = match forget || !self.durable {
            true => self.filter.as_str(),
            false => client::NO_SUBSCRIPTION,
        };
        match self.client.unsubscribe(filter) {
            Ok(answered) => answered.await,
            Err(client::Gone) => false,
        }
    }

    /// Waits until the broker has dropped the session. It does not answer the goodbye that says so, and a successor whose
    /// connection it looks at first would get what is left in it. Who connects to begin anew is told when that is done.
    async fn end_session(&self, within: Duration) {
        let window = client::Window {
            out: 1,
            incoming: 1,
        };
        let connected = async {
            let (client, mut connection) =
                client::prepare(&self.id, Kind::Passing, &window, &self.settings)?;
            while !matches!(connection.next().await?, Event::Connected { .. }) {}
            let _gone = client.disconnect(true, within);
            while connection.next().await.is_ok() {}
            Ok::<(), Failure>(())
        };
        if let Err(why) = connected.await {
            tracing::debug!(?why, id = self.id, "a session may not be dropped yet");
        }
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        let receiver = Arc::clone(&self.0);
        let membership = receiver.membership.lock();
        drop(membership.unwrap_or_else(PoisonError::into_inner).take());
        let open = {
            let task = receiver.task.lock();
            task.unwrap_or_else(PoisonError::into_inner).is_some()
        };
        if open {
            receiver.inbox.end(Failure::Closed);
            let leaving = Leaving::begin(&receiver.broker, &receiver.id);
            self.0.runtime.spawn(async move {
                let _too_slow = receiver.end(Ending::Keep, GOODBYE).await;
                drop(leaving);
            });
        } else {
            // After `close`, nobody listens; after one that was given up, the connection ends by this.
            let _gone = receiver.client.disconnect(!receiver.durable, GOODBYE);
        }
    }
}

/// Whether the task may go on before others get their turn.
fn turn_goes_on() -> bool {
    let mut nobody = Context::from_waker(Waker::noop());
    pin!(consume_budget()).poll(&mut nobody).is_ready()
}

impl BackendConsumer for Consumer {
    fn try_receive(&self) -> Option<Result<Delivery, Error>> {
        let inbox = &self.0.inbox;
        match inbox.take() {
            Taken::Message(held) => Some(Ok(inbox.deliver(held))),
            Taken::Ended(why) => Some(Err(why.error("consumer"))),
            Taken::Wait(_) => None,
        }
    }

    fn receive(&self) -> Answer<'_, Result<Delivery, Error>> {
        // A task that never has to wait lets others have their turn when its budget is used up.
        match turn_goes_on().then(|| self.try_receive()).flatten() {
            Some(received) => Answer::now(received),
            None => Answer::later(async {
                consume_budget().await;
                self.0.inbox.receive().await
            }),
        }
    }

    fn fault(&self) -> Option<Error> {
        self.0.inbox.fault()
    }

    fn dropped(&self) -> u64 {
        self.0.inbox.dropped()
    }

    fn keeps_place(&self) -> bool {
        self.0.keeps_place
    }

    fn leave(&self) -> Answer<'_, Result<(), Error>> {
        // Of a subscription that another takes over, or that ends with it, nothing waits for it alone.
        match self.0.durable && self.0.competing {
            true => Answer::later(self.0.leave()),
            false => Answer::now(Ok(())),
        }
    }

    fn close(self: Box<Self>, within: Duration) -> Answer<'static, Result<(), Error>> {
        Answer::later(async move { in_time(self.0.close(within).await, "close", within) })
    }

    fn unsubscribe(self: Box<Self>) -> Answer<'static, Result<(), Error>> {
        Answer::later(async move {
            in_time(
                self.0.end(Ending::Unsubscribe, UNSUBSCRIBE).await,
                "unsubscribe",
                UNSUBSCRIBE,
            )
        })
    }
}

/// How long the end of a subscription may take.
const UNSUBSCRIBE: Duration = Duration::from_secs(10);
