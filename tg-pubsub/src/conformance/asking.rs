//! Requests, and what travels beside a message.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tg_pubsub_backend::conformance::ensure;
use tg_schema::pubsub::{Error, Properties};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tracing::Span;

use super::support::{CLOSE, Counts, Note, builder, clean, lock, note, until};
use super::{Context, Failure};
use crate::metrics::{Counter, Gauge};
use crate::{Propagator, PubSub, SendOptions};

pub(super) async fn requests(context: Context) -> Result<(), Failure> {
    /// Of each of two clients.
    const COUNT: usize = 500;
    const LATE: Duration = Duration::from_secs(1);
    let (requests, responses) = (context.topic("requests"), context.topic("responses"));
    let server = builder(&context).build();
    let responder = server
        .responder(&requests, "upper", &responses)
        .consumer(|consumer| consumer.options(context.options().prefetch(2 * COUNT)))
        .service(|service| service.concurrency(2 * COUNT))
        .respond(|request: crate::Incoming<Note>| async move {
            let text = request.into_value().text;
            if text == "late" {
                sleep(LATE).await;
            }
            Ok(note(text.to_uppercase()))
        })
        .await?;
    let counts = Counts::default();
    let mut requesters = Vec::new();
    for instance in ["one", "two"] {
        let backend = match instance {
            "one" => context.backend().clone(),
            other => context.connect(other).await?,
        };
        let client = PubSub::builder(backend).metrics(Arc::new(counts.clone()));
        let requester = client
            .build()
            .requester::<Note, Note>(&requests, &responses);
        let requester = requester.timeout(context.subject().redelivery).open();
        requesters.push(Arc::new(requester.await?));
    }
    let mut tasks = JoinSet::new();
    for (who, requester) in requesters.iter().enumerate() {
        for n in 0..COUNT {
            let requester = requester.clone();
            tasks.spawn(async move {
                let text = format!("request {n} of {who}");
                let response = requester.request(&note(&text)).await?.into_value().text;
                ensure!(
                    response == text.to_uppercase(),
                    "{text} was answered by {response}"
                );
                Ok::<(), Failure>(())
            });
        }
    }
    while let Some(done) = tasks.join_next().await {
        done.map_err(|e| Failure::from(e.to_string()))??;
    }
    ensure!(
        counts.of(Counter::Requested) == 2 * COUNT as u64,
        "{} requests are counted",
        counts.of(Counter::Requested)
    );
    let before = counts.of(Counter::LateReplies);
    if let Some(requester) = requesters.first() {
        let late = note("late");
        let late = requester.request_with(&late, SendOptions::new(), LATE / 4);
        match late.await {
            Err(Error::Timeout { .. }) => {}
            Err(e) => return Err(format!("expected a time-out, found {e}").into()),
            Ok(_) => return Err("a response came before it was sent".into()),
        }
    }
    until(&context, "the late response is counted", || {
        counts.of(Counter::LateReplies) > before
    })
    .await?;
    for requester in requesters {
        clean(requester.close(CLOSE).await)?;
    }
    ensure!(
        counts.level(Gauge::RequesterInFlight) == 0,
        "{} requests are counted as waiting after the end",
        counts.level(Gauge::RequesterInFlight)
    );
    clean(responder.drain(CLOSE).await)
}

/// Writes one context and keeps what it reads.
#[derive(Default)]
struct Fixed(Mutex<Vec<[Option<String>; 2]>>);

const PARENT: (&str, &str) = (
    "traceparent",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
);
const STATE: (&str, &str) = ("tracestate", "vendor=a:b;c,other=1");

impl Propagator for Fixed {
    fn inject(&self, _: &Span, properties: &mut Properties) {
        for (name, value) in [PARENT, STATE] {
            properties.insert(name, value);
        }
    }
    fn extract(&self, _: &Span, properties: &Properties) {
        let read = [PARENT, STATE].map(|(name, _)| properties.get(name).map(str::to_owned));
        lock(&self.0).push(read);
    }
}

pub(super) async fn traced(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let fixed = Arc::new(Fixed::default());
    let pubsub = builder(&context).propagator(fixed.clone()).build();
    let consumer = pubsub
        .consumer::<Note>(&topic, "s")
        .options(context.options())
        .open()
        .await?;
    let service = consumer.run(|_| async { Ok(()) })?;
    let producer = pubsub.producer::<Note>(&topic).open().await?;
    producer.send(&note("a")).await?;
    until(&context, "the message is processed", || {
        !lock(&fixed.0).is_empty()
    })
    .await?;
    let read = lock(&fixed.0).first().cloned();
    let expected = [PARENT, STATE].map(|(_, value)| Some(value.to_owned()));
    ensure!(
        read.as_ref() == Some(&expected),
        "the context {expected:?} was sent, {read:?} came"
    );
    clean(service.drain(CLOSE).await)
}
