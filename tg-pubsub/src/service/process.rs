//! One message in the hands of a handler, to its settlement.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, interval_at, sleep_until, timeout, timeout_at};
use tracing::Instrument;

use super::builder::How;
use super::{Control, stopped};
use crate::consumer::Shared;
use crate::handler::{HandlerError, caught, guarded};
use crate::incoming::{Head, Incoming};
use crate::metrics::{Counter, Timing};
use crate::payload::{Payload, read};
use crate::policy::AckPolicy;
use crate::received::{NotSettled, Received, Unsettled};
use crate::time;

/// What is done with a message.
pub(super) trait Process<T>: Send + Sync + 'static {
    fn process(&self, received: Received<T>) -> impl Future<Output = ()> + Send;
}

/// Settles by the policy and what the handler said.
pub(super) struct Automatic<T, H> {
    handler: H,
    how: How,
    control: Arc<Control>,
    of: PhantomData<fn(T)>,
}

/// The handler settles.
pub(super) struct Manual<T, H> {
    handler: H,
    how: How,
    of: PhantomData<fn(T)>,
}

impl<T, H> Automatic<T, H> {
    pub(super) fn new(handler: H, how: How, control: Arc<Control>) -> Self {
        Automatic {
            handler,
            how,
            control,
            of: PhantomData,
        }
    }
}
impl<T, H> Manual<T, H> {
    pub(super) fn new(handler: H, how: How) -> Self {
        Manual {
            handler,
            how,
            of: PhantomData,
        }
    }
}

/// How an attempt ended.
enum Attempt {
    Done,
    Failed(String),
    Rejected(String),
    /// To be delivered again without counting as failed.
    PutOff(Duration),
}

impl<T, H, F> Process<T> for Automatic<T, H>
where
    T: Payload,
    H: Fn(Incoming<T>) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), HandlerError>> + Send + 'static,
{
    async fn process(&self, received: Received<T>) {
        let (incoming, unsettled) = received.into_parts();
        if self.how.ack == AckPolicy::AckFirst {
            return self.ack_first(incoming, unsettled).await;
        }
        let mut unsettled = unsettled;
        let mut incoming = incoming;
        loop {
            let attempt = self.attempt(incoming, &mut unsettled).await;
            let series = &unsettled.consumer.series;
            match &attempt {
                Attempt::Done => series.count(Counter::Succeeded, 1),
                Attempt::Failed(_) | Attempt::Rejected(_) => series.count(Counter::Failed, 1),
                Attempt::PutOff(_) => {}
            }
            let Attempt::Failed(reason) = attempt else {
                return self.settle(attempt, unsettled).await;
            };
            let retry = unsettled.consumer.retry;
            let here = self.how.in_place && self.how.ack == AckPolicy::NackOnError;
            if !here || retry.exhausted(unsettled.attempt) {
                return self.settle(Attempt::Failed(reason), unsettled).await;
            }
            // Those of its key wait behind it: it is tried again here rather than after them.
            let pause = retry.backoff.delay(unsettled.attempt);
            match self.pause(pause, &mut unsettled).await {
                Some(again) => {
                    unsettled.attempt = unsettled.attempt.saturating_add(1);
                    incoming = again;
                    incoming.attempt = unsettled.attempt;
                }
                None => return self.settle(self.put_off(pause), unsettled).await,
            }
        }
    }
}

impl<T, H, F> Automatic<T, H>
where
    T: Payload,
    H: Fn(Incoming<T>) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), HandlerError>> + Send + 'static,
{
    async fn ack_first(&self, incoming: Incoming<T>, unsettled: Unsettled) {
        let series = unsettled.consumer.series.clone();
        let consumer = unsettled.consumer.clone();
        match unsettled.ack_before().await {
            Ok(true) => {}
            // It comes again: not begun twice.
            Ok(false) => return,
            Err(failed) => return log(&failed),
        }
        let result = observed(&consumer, &self.how, incoming.head(), || {
            (self.handler)(incoming)
        });
        let counter = match result.await {
            Ok(()) => Counter::Succeeded,
            Err(HandlerError::RateLimited { .. }) => Counter::RateLimited,
            Err(_) => Counter::Failed,
        };
        series.count(counter, 1);
    }

    /// One attempt that counts, with the tries that something limits.
    async fn attempt(&self, mut incoming: Incoming<T>, unsettled: &mut Unsettled) -> Attempt {
        let since = Instant::now();
        loop {
            let consumer = unsettled.consumer.clone();
            let head = incoming.head();
            let call = observed(&consumer, &self.how, head, || (self.handler)(incoming));
            let result = match self.how.extend_every {
                None => call.await,
                Some(every) => extending(call, unsettled, every).await,
            };
            let after = match result {
                Ok(()) => return Attempt::Done,
                Err(HandlerError::Reject(reason)) => return Attempt::Rejected(reason),
                Err(HandlerError::Retry(reason)) => return Attempt::Failed(reason),
                Err(HandlerError::RateLimited { after }) => after,
            };
            unsettled.consumer.series.count(Counter::RateLimited, 1);
            let limit = self.how.rate_limit;
            let pause = after.unwrap_or(limit.retry);
            if since.elapsed().saturating_add(pause) > limit.timeout {
                return Attempt::Failed(format!("rate limited for {:?}", limit.timeout));
            }
            match self.pause(pause, unsettled).await {
                Some(again) => incoming = again,
                None => return self.put_off(pause),
            }
        }
    }

    /// What becomes of a message whose pause the end of the service cuts short. Where those of its key wait behind it, they
    /// go back at once, and it goes before them.
    fn put_off(&self, pause: Duration) -> Attempt {
        Attempt::PutOff(match self.how.in_place {
            true => Duration::ZERO,
            false => pause,
        })
    }

    /// Holds a message for a while, and gives it anew. `None`: the service stops.
    async fn pause(&self, pause: Duration, unsettled: &mut Unsettled) -> Option<Incoming<T>> {
        let due = time::after(pause);
        let mut stop = self.control.stop.subscribe();
        let waited = async {
            // Where the broker has no limit that can be moved, it has none that matters, or takes the message for lost
            // and delivers it again: nothing to do here.
            let _ = timeout_at(due, unsettled.extend(pause.saturating_mul(2))).await;
            sleep_until(due).await;
        };
        tokio::select! {
            biased;
            () = stopped(&mut stop) => return None,
            () = waited => {}
        }
        let head = unsettled.head.clone();
        // It was decoded before.
        let value = read(&head).ok()?;
        Some(Incoming {
            value,
            head,
            attempt: unsettled.attempt,
        })
    }

    async fn settle(&self, attempt: Attempt, unsettled: Unsettled) {
        let settled = match (attempt, self.how.ack) {
            (Attempt::PutOff(after), _) => unsettled.put_off(after).await,
            (Attempt::Done, _) | (_, AckPolicy::AckAlways | AckPolicy::AckFirst) => {
                unsettled.ack().await
            }
            (Attempt::Rejected(reason), _)
            | (Attempt::Failed(reason), AckPolicy::RejectOnError) => {
                unsettled.give_up(&reason).await
            }
            (Attempt::Failed(reason), AckPolicy::NackOnError) => {
                unsettled.fail(&reason, None).await
            }
        };
        if let Err(failed) = settled {
            log(&failed);
            let after = failed.received.consumer.retry.backoff.max();
            // Where even this fails, it is dropped unsettled, and comes again as soon as the broker can.
            let _ = (*failed.received).put_off(after).await;
        }
    }
}

/// Calls a handler in a span, with a limit of time where there is one, and measures it. A panic is a failure.
async fn observed<F>(
    consumer: &Shared,
    how: &How,
    head: Arc<Head>,
    call: impl FnOnce() -> F,
) -> Result<(), HandlerError>
where
    F: Future<Output = Result<(), HandlerError>>,
{
    let span = tracing::info_span!(
        target: "tg_pubsub",
        "process",
        otel.kind = "consumer",
        messaging.operation.name = "process",
        messaging.operation.type = "process",
        messaging.system = consumer.backend(),
        messaging.destination.name = %consumer.topic,
        messaging.destination.subscription.name = consumer.subscription,
        messaging.message.body.size = head.payload.len(),
    );
    let extract = || {
        if let Some(propagator) = &consumer.propagator {
            propagator.extract(&span, &head.properties);
        }
    };
    // A message without its trace is better than none.
    if let Err(panic) = caught("propagator", extract) {
        tracing::error!(topic = %consumer.topic, panic, "the context of a trace was not read");
    }
    drop(head);
    let started = consumer.series.enabled().then(Instant::now);
    let guarded = guarded("handler", call).instrument(span);
    let result = match how.timeout {
        None => guarded.await,
        Some(limit) => timeout(limit, guarded).await.unwrap_or_else(|_| {
            let reason = format!("the handler took longer than {limit:?}");
            Ok(Err(HandlerError::Retry(reason)))
        }),
    };
    if let Some(started) = started {
        consumer
            .series
            .observe(Timing::Processing, started.elapsed());
    }
    result.unwrap_or_else(|panic| {
        consumer.series.count(Counter::Panicked, 1);
        Err(HandlerError::Retry(panic))
    })
}

/// Asks for more time for a message until a call is over.
async fn extending<O>(
    call: impl Future<Output = O>,
    unsettled: &mut Unsettled,
    every: Duration,
) -> O {
    let mut call = pin!(call);
    let mut ticks = interval_at(time::after(every), every);
    loop {
        tokio::select! {
            biased;
            output = &mut call => return output,
            _ = ticks.tick() => {
                // A broker that does not answer must not hold the handler up; one that refuses redelivers.
                let _ = timeout(every, unsettled.extend(every.saturating_mul(2))).await;
            }
        }
    }
}

fn log(failed: &NotSettled<Unsettled>) {
    let consumer = &failed.received.consumer;
    tracing::error!(
        topic = %consumer.topic,
        subscription = consumer.subscription,
        error = %failed.error,
        "message not settled"
    );
}

impl<T, H, F> Process<T> for Manual<T, H>
where
    T: Payload,
    H: Fn(Received<T>) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), HandlerError>> + Send + 'static,
{
    async fn process(&self, received: Received<T>) {
        let consumer = received.unsettled.consumer.clone();
        let head = received.incoming.head();
        let result = observed(&consumer, &self.how, head, || (self.handler)(received));
        let counter = match result.await {
            Ok(()) => Counter::Succeeded,
            Err(HandlerError::RateLimited { .. }) => Counter::RateLimited,
            Err(_) => Counter::Failed,
        };
        consumer.series.count(counter, 1);
    }
}
