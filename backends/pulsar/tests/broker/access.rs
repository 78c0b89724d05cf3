//! Who is let in, over which way.

use std::time::Duration;

use tg_pubsub_pulsar::{Pulsar, PulsarConfig};
use tg_schema::Topic;
use tg_schema::pubsub::{
    BackendConsumer, BackendProducer, ConsumerOptions, Error, Outgoing, ProducerOptions,
    PubSubBackend,
};
use tg_test_brokers::{Proxy, PulsarSetup};
use tokio::time::{sleep, timeout};

use crate::support::*;

/// The error of opening a producer. It comes at once: what is not repeated is counted where that matters.
async fn refusal(config: PulsarConfig, topic: &Topic) -> Error {
    let backend = Pulsar::new(config).expect("a configuration");
    let options = ProducerOptions::default();
    let refused = backend.create_producer(topic, None, options).await;
    let refused = refused.err().expect("refused");
    let health = backend.health().await;
    if matches!(refused, Error::Auth { .. }) && !refused.to_string().contains("may not") {
        assert_eq!(health.err().map(|e| e.kind()), Some("auth"));
    }
    refused
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_are_checked_at_once_and_shown_nowhere() {
    let Some(broker) = own_broker(PulsarSetup::default().auth()) else {
        return;
    };
    let proxy = Proxy::new(broker.port()).expect("a proxy");
    let topic = topic(1);
    let expired = broker.expired_token("admin").expect("a token");
    let foreign = broker.foreign_token("admin").expect("a token");
    for token in [&expired, &foreign, "no token at all", ""] {
        let before = proxy.accepted();
        let config = config(proxy.port()).token(token);
        let shown = format!("{config:?}");
        let error = refusal(config, &topic).await;
        assert_eq!(error.kind(), "auth", "{error}");
        let text = error.to_string();
        println!("{text}");
        assert!(text.contains("PULSAR_API_KEY"), "{text}");
        assert!(text.contains(&proxy.port().to_string()), "{text}");
        for told in [text, shown] {
            assert!(token.is_empty() || !told.contains(token), "{told}");
        }
        // One attempt for the producer and one for the health.
        sleep(Duration::from_secs(1)).await;
        assert_eq!(proxy.accepted() - before, 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_does_what_it_may_and_no_more() {
    let Some(broker) = own_broker(PulsarSetup::default().auth()) else {
        return;
    };
    tokio::task::block_in_place(|| broker.admin().permit("tg/flow", "joe")).expect("permitted");
    let token = broker.token("joe").expect("a token");
    let backend = Pulsar::new(config(broker.port()).token(&token)).expect("a configuration");
    let allowed = topic(1);
    let consumer = consumer(&backend, &allowed, "s").await;
    let sender = producer(&backend, &allowed).await;
    send(&*sender, "x").await;
    receive(&*consumer).await.ack().await.expect("acknowledged");
    let forbidden: Topic = "q1/tg/request/x".parse().expect("a topic");
    let error = refusal(config(broker.port()).token(&token), &forbidden).await;
    assert_eq!(error.kind(), "auth", "{error}");
    let text = error.to_string();
    assert!(
        text.contains("grant-permission") && !text.contains(&token),
        "{text}"
    );
    let options = ConsumerOptions::default();
    let error = backend
        .create_consumer(&forbidden, "s", None, options)
        .await;
    assert_eq!(error.err().map(|e| e.kind()), Some("auth"));
}

/// A consumer and a producer that are used.
async fn open(
    backend: &Pulsar,
) -> Result<(Box<dyn BackendConsumer>, Box<dyn BackendProducer>), Error> {
    let topic = topic(1);
    let (receiving, sending) = (ConsumerOptions::default(), ProducerOptions::default());
    let consumer = backend.create_consumer(&topic, "s", None, receiving);
    let consumer = consumer.await?;
    let sender = backend.create_producer(&topic, None, sending).await?;
    sender.send(Outgoing::new("x")).await?;
    consumer.receive().await?.ack().await.map_err(|e| e.error)?;
    Ok((consumer, sender))
}

/// A broker asks for a new token when one has expired, and ends the connection of whoever has none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_expires_meanwhile_ends_what_it_opened() {
    let setup = PulsarSetup::default().auth();
    let setup = setup.set("authenticationRefreshCheckSeconds", "1");
    let Some(broker) = own_broker(setup) else {
        return;
    };
    let mut opened = None;
    // On a machine that is too slow for the first one it takes another.
    for seconds in [10, 60] {
        let token = broker.short_token("admin", seconds).expect("a token");
        let backend = Pulsar::new(config(broker.port()).token(&token)).expect("a configuration");
        match open(&backend).await {
            Ok((consumer, sender)) => opened = Some((token, backend, consumer, sender)),
            Err(error) => println!("a token of {seconds} s: {error}"),
        }
        if opened.is_some() {
            break;
        }
    }
    let (token, _backend, consumer, sender) = opened.expect("a producer and a consumer");
    let ended = end(&*consumer).await;
    assert_eq!(ended.kind(), "auth", "{ended}");
    assert!(!ended.to_string().contains(&token), "{ended}");
    // Its connection is another one, and is looked at in another second.
    let refused = async {
        loop {
            if let Err(refused) = sender.send(Outgoing::new("y")).await {
                return refused;
            }
            sleep(Duration::from_millis(100)).await;
        }
    };
    let refused = timeout(SOON, refused).await.expect("an end in time");
    assert_eq!(refused.kind(), "auth", "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn encrypted_connections_check_the_broker() {
    let Some(broker) = own_broker(PulsarSetup::default().tls()) else {
        return;
    };
    let made = broker.certificates().expect("certificates");
    let topic = topic(1);
    let trusting = |url: String, authority: &std::path::Path| {
        patient(PulsarConfig::new(url)).authorities(authority)
    };
    let backend = Pulsar::new(trusting(broker.tls_url(), &made.authority)).expect("a backend");
    let consumer = consumer(&backend, &topic, "s").await;
    let sender = producer(&backend, &topic).await;
    send(&*sender, "x").await;
    receive(&*consumer).await.ack().await.expect("acknowledged");
    // Large messages come in many records.
    sender
        .send(Outgoing::new(vec![7; 3_000_000]))
        .await
        .expect("confirmed");
    assert_eq!(receive(&*consumer).await.payload.len(), 3_000_000);
    for error in [
        refusal(trusting(broker.tls_url(), &made.stranger), &topic).await,
        refusal(patient(PulsarConfig::new(broker.tls_url())), &topic).await,
    ] {
        assert_eq!(error.kind(), "auth", "{error}");
        let text = error.to_string();
        assert!(
            text.contains("certificate") && text.contains("PULSAR_CA_FILE"),
            "{text}"
        );
    }
    // Its certificate is of another name.
    let elsewhere = format!("pulsar+ssl://localhost.localdomain:{}", broker.tls_port());
    let error = refusal(trusting(elsewhere, &made.authority), &topic).await;
    assert!(matches!(error.kind(), "auth" | "connection"), "{error}");
    // Plain words to an encrypted port, and the other way round.
    let error = refusal(config(broker.tls_port()), &topic).await;
    assert_eq!(error.kind(), "connection", "{error}");
    assert!(
        error.to_string().contains("begins with pulsar+ssl://"),
        "{error}"
    );
    let plain = format!("pulsar+ssl://127.0.0.1:{}", broker.port());
    let error = refusal(trusting(plain, &made.authority), &topic).await;
    assert_eq!(error.kind(), "connection", "{error}");
    assert!(
        error.to_string().contains("begins with pulsar://"),
        "{error}"
    );
}

/// Topics are looked up where the configuration says, and used where the listener is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listener_is_asked_for_by_its_name() {
    let Some(broker) = own_broker(PulsarSetup::default().listeners()) else {
        return;
    };
    let topic = topic(1);
    for port in [broker.port(), broker.external_port()] {
        let external = config(port).listener("external");
        let backend = Pulsar::new(external).expect("a configuration");
        let consumer = consumer(&backend, &topic, "s").await;
        let sender = producer(&backend, &topic).await;
        send(&*sender, "x").await;
        receive(&*consumer).await.ack().await.expect("acknowledged");
    }
    // The way to where it was looked up carries nothing more, and is not needed.
    let proxy = Proxy::new(broker.port()).expect("a proxy");
    let external = config(proxy.port()).listener("external");
    let backend = Pulsar::new(external).expect("a configuration");
    let consumer = consumer(&backend, &topic, "s").await;
    let sender = producer(&backend, &topic).await;
    proxy.freeze();
    let (sent, delivery) = tokio::join!(
        timeout(SOON, sender.send(Outgoing::new("elsewhere"))),
        receive(&*consumer)
    );
    sent.expect("in time").expect("confirmed");
    assert_eq!(text(&delivery), "elsewhere");
    delivery.ack().await.expect("acknowledged");
    // A name that the broker does not have never comes to be one that it has: nothing tries again.
    let nobody = config(broker.port()).listener("nobody");
    let error = refusal(nobody, &topic).await;
    let text = error.to_string();
    assert!(
        text.contains("\"nobody\"") && text.contains("PULSAR_LISTENER"),
        "{text}"
    );
    assert!(!error.is_retryable(), "{text}");
}
