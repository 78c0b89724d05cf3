//! A service that answers requests.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tg_schema::pubsub::{Error, Feature};
use tokio::time::Instant;

use crate::consumer::ConsumerBuilder;
use crate::handler::HandlerError;
use crate::health::{Health, Probe};
use crate::incoming::Incoming;
use crate::payload::Payload;
use crate::producer::{Producer, ProducerBuilder, SendOptions};
use crate::pubsub::{IntoTopic, PubSub};
use crate::service::{Drained, Service, ServiceBuilder};
use crate::subscriber::ID;
use crate::time;

/// Answers requests: it receives `Q`, and sends `R` with the `id` of the request. The request is acknowledged after
/// its responses were confirmed.
#[must_use = "a responder stops when it is dropped"]
pub struct Responder<R> {
    service: Service,
    producer: Producer<R>,
}

/// A responder in the making; see [`PubSub::responder`].
#[must_use]
pub struct ResponderBuilder<Q, R> {
    consumer: ConsumerBuilder<Q>,
    producer: ProducerBuilder<R>,
    service: Arc<Change<Q>>,
}

type Change<Q> = dyn Fn(ServiceBuilder<Q>) -> ServiceBuilder<Q> + Send + Sync;

impl PubSub {
    /// A responder that receives `Q` and sends `R`.
    pub fn responder<Q: Payload, R: Payload>(
        &self,
        requests: impl IntoTopic,
        subscription: impl Into<String>,
        responses: impl IntoTopic,
    ) -> ResponderBuilder<Q, R> {
        let consumer = self.consumer(requests, subscription);
        ResponderBuilder {
            consumer: consumer.asking(Feature::Properties),
            producer: self.producer(responses),
            service: Arc::new(|service| service),
        }
    }
}

impl<Q: Payload, R: Payload> ResponderBuilder<Q, R> {
    /// Changes the consumer of requests.
    pub fn consumer(
        mut self,
        change: impl FnOnce(ConsumerBuilder<Q>) -> ConsumerBuilder<Q>,
    ) -> Self {
        self.consumer = change(self.consumer);
        self
    }
    /// Changes the producer of responses.
    pub fn producer(
        mut self,
        change: impl FnOnce(ProducerBuilder<R>) -> ProducerBuilder<R>,
    ) -> Self {
        self.producer = change(self.producer);
        self
    }
    /// Changes the service: its concurrency, order, rate and policies.
    pub fn service(
        mut self,
        change: impl Fn(ServiceBuilder<Q>) -> ServiceBuilder<Q> + Send + Sync + 'static,
    ) -> Self {
        self.service = Arc::new(change);
        self
    }

    /// Starts it with a handler that gives one response.
    ///
    /// ```
    /// use tg_pubsub::{Error, HandlerError, PubSub, Responder};
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
    /// async fn serve(pubsub: &PubSub) -> Result<Responder<Answer>, Error> {
    ///     pubsub
    ///         .responder("q1/tg/request/prompt", "text-completion", "q1/tg/response/prompt")
    ///         .service(|service| service.concurrency(8))
    ///         .respond(|prompt| async move {
    ///             let prompt: Prompt = prompt.into_value();
    ///             Ok(Answer { text: prompt.text.to_uppercase() })
    ///         })
    ///         .await
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`ConsumerBuilder::open`], [`ProducerBuilder::open`] and [`ServiceBuilder::run`].
    pub async fn respond<H, F>(self, handler: H) -> Result<Responder<R>, Error>
    where
        H: Fn(Incoming<Q>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<R, HandlerError>> + Send + 'static,
    {
        self.stream(move |request, replies| {
            let response = handler(request);
            async move {
                replies.send(&response.await?).await?;
                Ok(())
            }
        })
        .await
    }

    /// Starts it with a handler that gives responses one by one.
    ///
    /// # Errors
    /// As [`ResponderBuilder::respond`].
    pub async fn stream<H, F>(self, handler: H) -> Result<Responder<R>, Error>
    where
        H: Fn(Incoming<Q>, Replier<R>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        let producer = self.producer.open().await?;
        let consumer = self.consumer.open().await?;
        let replies = producer.clone();
        let service = (self.service)(consumer.service()).run(move |request| {
            let id = request.properties().get(ID).map(str::to_owned);
            let answer = id.map(|id| {
                let replier = Replier {
                    producer: replies.clone(),
                    id,
                };
                handler(request, replier)
            });
            async move {
                match answer {
                    Some(answer) => answer.await,
                    None => Err(HandlerError::reject(format!(
                        "a request has the property {ID:?}; this one has not"
                    ))),
                }
            }
        })?;
        Ok(Responder { service, producer })
    }
}

/// Sends responses to one request.
pub struct Replier<R> {
    producer: Producer<R>,
    id: String,
}

impl<R: Payload> Replier<R> {
    /// Sends a response.
    ///
    /// # Errors
    /// As [`Producer::send`].
    pub async fn send(&self, response: &R) -> Result<(), Error> {
        self.send_with(response, SendOptions::new()).await
    }
    /// As [`Replier::send`], with further properties or a key.
    ///
    /// # Errors
    /// As [`Producer::send`].
    pub async fn send_with(
        &self,
        response: &R,
        options: impl Into<SendOptions>,
    ) -> Result<(), Error> {
        let mut options = options.into();
        options.properties.insert(ID, self.id.clone());
        self.producer.send_with(response, options).await?;
        Ok(())
    }
    /// The identity of the request.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl<R> Responder<R> {
    /// Stops receiving, lets handlers finish, flushes responses, and closes.
    pub async fn drain(mut self, within: Duration) -> Drained {
        let end = time::after(within);
        let mut drained = self.finish(end).await;
        drained.and(self.close(end).await);
        drained.of_the_whole(within)
    }
    /// The same responder, which deletes the subscription to its requests when it was drained; see
    /// [`Service::unsubscribing`].
    pub fn unsubscribing(mut self) -> Self {
        self.service = self.service.unsubscribing();
        self
    }
    pub(crate) fn begin_to_stop(&self) {
        self.service.begin_to_stop();
    }
    pub(crate) async fn finish(&mut self, end: Instant) -> Drained {
        self.service.finish(end).await
    }
    pub(crate) async fn close(self, end: Instant) -> Drained {
        let left = || time::until(end);
        let sent = self.producer.close(left()).await;
        let mut drained = self.service.drain(left()).await;
        if let Err(error) = sent {
            drained.failed(error);
        }
        drained
    }
    /// Stops receiving. Handlers finish.
    pub fn stop(&self) {
        self.service.stop();
    }
    /// Ends when it was stopped, or something happened that a repetition cannot heal.
    ///
    /// # Errors
    /// As [`Service::ended`].
    pub async fn ended(&mut self) -> Result<(), Error> {
        self.service.ended().await
    }
    /// Requests in the hands of handlers.
    pub fn active(&self) -> usize {
        self.service.active()
    }
    /// How its links are: that of requests and that of responses.
    pub fn health(&self) -> [Health; 2] {
        [self.service.health(), self.producer.shared.health()]
    }
}

impl<R> std::fmt::Debug for Responder<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Responder")
            .field("service", &self.service)
            .field("responses", self.producer.topic())
            .finish()
    }
}
