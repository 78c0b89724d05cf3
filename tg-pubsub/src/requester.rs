//! Requests on one topic, responses on another.

use std::sync::Arc;
use std::time::Duration;

use tg_schema::pubsub::{Error, Feature};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::error::Elapsed;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::backoff::Backoff;
use crate::health::{Health, LinkState, Probe};
use crate::incoming::Incoming;
use crate::metrics::{Counter, Gauge, Level, Role, Series, Timing};
use crate::payload::Payload;
use crate::producer::{Producer, ProducerBuilder, SendOptions};
use crate::pubsub::{IntoTopic, PubSub};
use crate::random::Names;
use crate::service::Drained;
use crate::subscriber::{ID, Subscriber, SubscriberBuilder, Waiter};
use crate::time;

/// Sends requests and waits for their responses, thousands at a time. The property `id` binds a response to its
/// request. Who asks is subscribed before the request is sent, to a subscription of its own that goes away with it.
///
/// ```
/// use tg_pubsub::{Error, PubSub};
/// use tg_schema::tg_schema;
///
/// #[tg_schema]
/// struct Prompt {
///     text: String,
/// }
/// #[tg_schema]
/// struct Answer {
///     text: String,
/// }
///
/// async fn ask(pubsub: &PubSub) -> Result<String, Error> {
///     let requester = pubsub
///         .requester::<Prompt, Answer>("q1/tg/request/prompt", "q1/tg/response/prompt")
///         .open()
///         .await?;
///     let answer = requester.request(&Prompt { text: "hello".into() }).await?;
///     Ok(answer.into_value().text)
/// }
/// ```
pub struct Requester<Q, R> {
    producer: Producer<Q>,
    subscriber: Subscriber<R>,
    ids: Names,
    places: Semaphore,
    capacity: usize,
    timeout: Duration,
    service_return: Duration,
    /// Whether the broker keeps requests for subscriptions to come.
    history: bool,
    /// What the time-out of a request is called that was sent.
    unanswered: &'static str,
    series: Arc<dyn Series>,
}

/// What is not done in time.
const REQUEST: &str = "request";
/// The same, where the broker told that nobody was there.
const UNHEARD: &str = "request, which no subscription got";
/// How long a service is waited for, and the pauses between requests to one that is not there.
const RETURN: Duration = Duration::from_secs(5);
const PAUSES: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1));

/// A requester in the making; see [`PubSub::requester`].
#[must_use]
pub struct RequesterBuilder<Q, R> {
    pubsub: PubSub,
    producer: ProducerBuilder<Q>,
    subscriber: SubscriberBuilder<R>,
    ids: Names,
    label: String,
    capacity: usize,
    timeout: Duration,
    service_return: Duration,
}

impl PubSub {
    /// A requester that sends `Q` and receives `R`.
    pub fn requester<Q: Payload, R: Payload>(
        &self,
        requests: impl IntoTopic,
        responses: impl IntoTopic,
    ) -> RequesterBuilder<Q, R> {
        let ids = Names::new();
        let subscription = format!("requester-{}", ids.prefix());
        let label = format!("{}-requester", Q::name());
        RequesterBuilder {
            pubsub: self.clone(),
            producer: self.producer(requests).label(&label),
            subscriber: self
                .subscriber(responses, subscription)
                .temporary()
                .own(ids.prefix())
                .consumer(|c| c.label(&label)),
            ids,
            label,
            capacity: 10_000,
            timeout: Duration::from_secs(300),
            service_return: RETURN,
        }
    }
}

impl<Q: Payload, R: Payload> RequesterBuilder<Q, R> {
    /// Its name in metrics. The type of the request, `-requester`, by default.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self.producer = self.producer.label(&self.label);
        self.subscriber = self.subscriber.consumer(|c| c.label(&self.label));
        self
    }
    /// Longest time from a request to its response, and from one response of a stream to the next. 300 s by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
    /// Most requests that wait for a response; one more waits for its turn, within its time. 10,000 by default.
    pub fn capacity(mut self, requests: usize) -> Self {
        self.capacity = requests.clamp(1, 1 << 28);
        self
    }
    /// How long a request is sent again, with growing pauses and within its time, while the broker tells that no
    /// subscription got it and keeps none for later ones: after an outage, a service may be about to take its subscription
    /// up again. Then the request fails with [`Error::NotFound`]; with [`Duration::ZERO`], at once. 5 s by default.
    pub fn service_return(mut self, within: Duration) -> Self {
        self.service_return = within;
        self
    }
    /// Changes the producer of requests.
    pub fn producer(
        mut self,
        change: impl FnOnce(ProducerBuilder<Q>) -> ProducerBuilder<Q>,
    ) -> Self {
        self.producer = change(self.producer);
        self
    }
    /// Changes the subscriber to responses.
    pub fn subscriber(
        mut self,
        change: impl FnOnce(SubscriberBuilder<R>) -> SubscriberBuilder<R>,
    ) -> Self {
        self.subscriber = change(self.subscriber);
        self
    }

    /// Connects.
    ///
    /// # Errors
    /// As [`ProducerBuilder::open`], and as [`ConsumerBuilder::open`](crate::ConsumerBuilder::open).
    pub async fn open(self) -> Result<Requester<Q, R>, Error> {
        let subscriber = self.subscriber.open().await?;
        let producer = self.producer.open().await?;
        let capabilities = self.pubsub.backend().capabilities(producer.topic());
        Ok(Requester {
            history: capabilities.has(Feature::Earliest),
            unanswered: capabilities.unanswered.unwrap_or(REQUEST),
            producer,
            subscriber,
            ids: self.ids,
            places: Semaphore::new(self.capacity),
            capacity: self.capacity,
            timeout: self.timeout,
            service_return: self.service_return,
            series: self.pubsub.series(Role::Requester, &self.label),
        })
    }
}

impl<Q: Payload, R: Payload> Requester<Q, R> {
    /// Sends a request and waits for its response.
    ///
    /// Dropping the future forgets the request; its response is late then.
    ///
    /// # Errors
    /// [`Error::Timeout`] where none came in time; as [`Producer::send`]; [`Error::Codec`] where it came and could not
    /// be decoded. [`Error::NotFound`] where the broker told that no subscription got the request, and keeps none for
    /// later ones; see [`RequesterBuilder::service_return`]. What ended the subscription to the responses and cannot be
    /// healed, such as [`Error::Auth`]: to the requests that wait and to every later one, so that another requester is
    /// needed.
    pub async fn request(&self, request: &Q) -> Result<Incoming<R>, Error> {
        self.request_with(request, SendOptions::new(), self.timeout)
            .await
    }

    /// As [`Requester::request`], with properties or a key, and another time.
    ///
    /// # Errors
    /// As [`Requester::request`].
    pub async fn request_with(
        &self,
        request: &Q,
        options: impl Into<SendOptions>,
        within: Duration,
    ) -> Result<Incoming<R>, Error> {
        let started = Instant::now();
        let pending = self.ask(request, options.into(), within).await?;
        let end = time::after_this(started, within);
        let response = timeout_at(end, pending.waiter.recv()).await;
        self.got(&pending, response, Some(started), within)
    }

    /// Sends a request and gives its responses one by one, up to the one that `last` says yes to. Where nobody takes
    /// them, they are kept up to the capacity of the subscriber; where one more had to be dropped, the stream gives
    /// [`Error::Full`] in its place and ends.
    ///
    /// # Errors
    /// As [`Requester::request`].
    pub async fn stream<L>(
        &self,
        request: &Q,
        options: impl Into<SendOptions>,
        last: L,
    ) -> Result<Replies<'_, Q, R, L>, Error>
    where
        L: FnMut(&R) -> bool,
    {
        let started = Instant::now();
        let pending = self.ask(request, options.into(), self.timeout).await?;
        Ok(Replies {
            requester: self,
            pending: Some(pending),
            last,
            started: Some(started),
        })
    }

    /// Subscribes, then sends.
    async fn ask(
        &self,
        request: &Q,
        mut options: SendOptions,
        within: Duration,
    ) -> Result<Pending<'_, R>, Error> {
        let end = time::after(within);
        let place = match timeout_at(end, self.places.acquire()).await {
            Ok(Ok(place)) => place,
            Ok(Err(_)) => return Err(Error::Closed { what: "requester" }),
            Err(_) => {
                return Err(Error::Full {
                    what: "requester",
                    capacity: self.capacity,
                });
            }
        };
        let level = Level::raise(&self.series, Gauge::RequesterInFlight);
        let id = self.ids.next();
        let waiter = self.subscriber.wait_for(&id)?;
        options.properties.insert(ID, id);
        let send = self.send(request, options, end);
        let unheard = match timeout_at(end, send).await {
            Ok(sent) => sent?,
            Err(_) => return Err(self.timed_out(REQUEST, within)),
        };
        Ok(Pending {
            waiter,
            unheard,
            _place: place,
            _level: level,
        })
    }

    /// Sends, and again while nobody gets it and somebody may yet. `true`: nobody got it, and the broker keeps it.
    async fn send(&self, request: &Q, options: SendOptions, end: Instant) -> Result<bool, Error> {
        let mut counted = false;
        let mut tries = 0_u32;
        let mut hopeless = None;
        loop {
            let receipt = self.producer.send_with(request, options.clone()).await?;
            if !std::mem::replace(&mut counted, true) {
                self.series.count(Counter::Requested, 1);
            }
            let unheard = receipt.routed == Some(false);
            if !unheard || self.history {
                return Ok(unheard);
            }
            // From the first answer on: the broker itself may have been away before.
            let hopeless = *hopeless.get_or_insert_with(|| time::after(self.service_return));
            tries = tries.saturating_add(1);
            let again = time::after(PAUSES.delay(tries)).min(hopeless);
            if Instant::now() >= hopeless || again >= end {
                return Err(Error::NotFound {
                    what: format!("a subscription to the requests {}", self.producer.topic()),
                    hint: "start the service that answers them before; this broker forgets what nobody is subscribed to"
                        .to_owned(),
                });
            }
            sleep_until(again).await;
        }
    }

    /// `started`: when the call began whose first response this is.
    fn got(
        &self,
        pending: &Pending<'_, R>,
        response: Result<Result<Incoming<R>, Error>, Elapsed>,
        started: Option<Instant>,
        within: Duration,
    ) -> Result<Incoming<R>, Error> {
        match response {
            Ok(response) => {
                if let (Ok(_), Some(started)) = (&response, started) {
                    self.series.observe(Timing::Responding, started.elapsed());
                }
                response
            }
            Err(_) if pending.unheard => Err(self.timed_out(UNHEARD, within)),
            Err(_) => Err(self.timed_out(self.unanswered, within)),
        }
    }

    fn timed_out(&self, operation: &'static str, after: Duration) -> Error {
        self.series.count(Counter::RequestTimedOut, 1);
        Error::Timeout { operation, after }
    }
}

impl<Q, R> Requester<Q, R> {
    /// Requests that wait for a response.
    pub fn in_flight(&self) -> usize {
        self.subscriber.waiting()
    }
    /// How its links are: that of requests and that of responses.
    pub fn health(&self) -> [Health; 2] {
        [self.producer.shared.health(), self.subscriber.health()]
    }
    /// Whether both links are there.
    pub fn is_healthy(&self) -> bool {
        self.health().iter().all(|h| h.link == LinkState::Up)
    }

    /// Lets no further request begin, waits for those that are under way, deletes the subscription and closes. What
    /// is not answered in time is counted as abandoned.
    pub async fn close(&self, within: Duration) -> Drained {
        let end = time::after(within);
        let left = || time::until(end);
        let mut drained = Drained::default();
        let all = u32::try_from(self.capacity).unwrap_or(1 << 28);
        let idle = timeout_at(end, self.places.acquire_many(all)).await;
        self.places.close();
        if idle.is_err() {
            drained.abandoned = self.in_flight();
        }
        let results = [
            self.producer.close(left()).await,
            self.subscriber.close(left()).await,
        ];
        for error in results.into_iter().filter_map(Result::err) {
            if drained.abandoned == 0 {
                drained.failed(error);
            }
        }
        drained.of_the_whole(within)
    }
}

impl<Q, R> std::fmt::Debug for Requester<Q, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Requester")
            .field("requests", self.producer.topic())
            .field("responses", self.subscriber.topic())
            .field("in_flight", &self.in_flight())
            .finish_non_exhaustive()
    }
}

/// A request that waits for responses.
struct Pending<'a, R> {
    waiter: Waiter<R>,
    /// No subscription got it; one that is made later may.
    unheard: bool,
    _place: SemaphorePermit<'a>,
    _level: Level,
}

/// The responses to one request.
pub struct Replies<'a, Q, R, L> {
    requester: &'a Requester<Q, R>,
    /// Until the last one was given.
    pending: Option<Pending<'a, R>>,
    last: L,
    /// When the call began, until the first response.
    started: Option<Instant>,
}

impl<Q: Payload, R: Payload, L: FnMut(&R) -> bool> Replies<'_, Q, R, L> {
    /// The next response. `None` after the last one, and after an error. Dropping the future loses none.
    pub async fn next(&mut self) -> Option<Result<Incoming<R>, Error>> {
        let within = self.requester.timeout;
        let pending = self.pending.as_ref()?;
        let response = timeout_at(time::after(within), pending.waiter.recv()).await;
        let started = self.started.take();
        let response = self.requester.got(pending, response, started, within);
        let ended = match &response {
            Ok(response) => (self.last)(response.value()),
            Err(_) => true,
        };
        if ended {
            self.pending = None;
        }
        Some(response)
    }
}
