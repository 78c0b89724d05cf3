//! Who may connect, and what they may do.

use tg_pubsub_mqtt::{Mqtt, Tls};
use tg_schema::pubsub::{ConsumerOptions, Error, Outgoing, ProducerOptions, PubSubBackend};
use tg_test_brokers::{Folder, Proxy, Setup};
use tokio::time::sleep;

use crate::support::*;

#[tokio::test]
async fn a_wrong_password_is_an_error_without_the_password_and_without_a_storm() {
    let setup = Setup::default().user("joe", "right");
    let Some(mosquitto) = tg_test_brokers::mosquitto(setup) else {
        return;
    };
    let right = config(mosquitto.port()).user("joe", "right");
    let right = Mqtt::new(right).expect("a configuration");
    send(&*producer(&right, &topic(1)).await, "x").await;
    let proxy = Proxy::new(mosquitto.port()).expect("a proxy");
    let wrong = config(proxy.port()).user("joe", "wr0ng");
    let wrong = Mqtt::new(wrong).expect("a configuration");
    let topic = topic(1);
    let options = ConsumerOptions::default();
    let errors = [
        wrong
            .create_consumer(&topic, "s", None, options)
            .await
            .err(),
        wrong
            .create_producer(&topic, None, ProducerOptions::default())
            .await
            .err(),
        wrong.health().await.err(),
    ];
    for error in errors {
        let error = error.expect("refused");
        // At once: that nobody answered in time would be another error.
        assert!(matches!(error, Error::Auth { .. }) && !error.is_retryable());
        println!("wrong password: {error}");
        let shown = format!("{error} {error:?}");
        assert!(
            shown.contains("joe") && shown.contains("`password`"),
            "{shown}"
        );
        assert!(!shown.contains("wr0ng"), "{shown}");
    }
    sleep(QUIET).await;
    assert_eq!(proxy.accepted(), 3, "one attempt each");
}

#[tokio::test]
async fn what_a_user_may_not_do_is_refused_as_such() {
    let folder = Folder::new("acl").expect("a folder");
    let rules = folder.join("rules");
    std::fs::write(&rules, "user joe\ntopic write other/#\n").expect("written");
    let line = format!("acl_file {}", rules.display());
    let setup = Setup::default().user("joe", "right").line(&line);
    let Some(mosquitto) = tg_test_brokers::mosquitto(setup) else {
        return;
    };
    let config = config(mosquitto.port()).user("joe", "right");
    let backend = Mqtt::new(config).expect("a configuration");
    for qos in 1..3 {
        let topic = topic(qos);
        let sender = producer(&backend, &topic).await;
        let refused = sender.send(Outgoing::new("x")).await.expect_err("refused");
        assert!(matches!(refused, Error::Auth { .. }), "{refused:?}");
    }
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn encryption_checks_who_the_broker_is() {
    let mut setup = Setup::default().tls().user("joe", "right");
    setup.client_certificates = true;
    let Some(mosquitto) = tg_test_brokers::mosquitto(setup) else {
        return;
    };
    let made = mosquitto.certificates().expect("certificates");
    let ours = || {
        Tls::new()
            .authorities(made.authority.clone())
            .identity(made.client.clone(), made.client_key.clone())
    };
    let attempt = async |host: &str, tls: Option<Tls>| {
        let mut config = config(mosquitto.port()).user("joe", "right");
        config.host = host.to_owned();
        config.tls = tls;
        let backend = Mqtt::new(config).expect("a configuration");
        let topic = topic(1);
        let consumer = backend.create_consumer(&topic, "s", None, ConsumerOptions::default());
        let consumer = consumer.await?;
        send(&*producer(&backend, &topic).await, "x").await;
        receive(&*consumer).await.ack().await?;
        Ok::<(), Error>(())
    };
    for host in ["localhost", "127.0.0.1"] {
        attempt(host, Some(ours())).await.expect("trusted");
    }
    let text = std::fs::read(&made.authority).expect("a certificate");
    let tls = ours().authorities(text);
    attempt("localhost", Some(tls)).await.expect("trusted");
    for (what, tls, expected) in [
        (
            "another authority",
            Some(ours().authorities(made.stranger.clone())),
            "(`--mqtt-ca-file`)",
        ),
        (
            "no certificate of ours",
            Some(Tls::new().authorities(made.authority.clone())),
            "did not accept the encryption",
        ),
    ] {
        let error = attempt("localhost", tls).await.expect_err(what);
        assert!(matches!(error, Error::Auth { .. }), "{what}: {error:?}");
        assert!(error.to_string().contains(expected), "{what}: {error}");
    }
    let error = attempt("localhost", None).await.expect_err("not encrypted");
    assert_eq!(error.kind(), "connection", "{error}");
    // What of ours cannot be is told before anything is connected.
    for (certificate, key, expected) in [
        (&made.client, &made.client, "no private key in it"),
        (&made.client, &made.server_key, "KeyMismatch"),
        (&made.client_key, &made.client_key, "no certificate in it"),
        (&made.client, &made.client.join("none"), "cannot be read"),
    ] {
        let tls = ours().identity(certificate.clone(), key.clone());
        let error = match Mqtt::new(config(1).tls(tls)) {
            Ok(_) => panic!("{expected}: it was taken"),
            Err(error) => error.to_string(),
        };
        assert!(error.contains(expected), "{error}");
    }
}

/// Somebody answers who speaks MQTT 3.1.1, or something else, and keeps the connection.
/// A broker that expects the other kind of connection closes it without a word.
#[tokio::test]
async fn encryption_on_one_side_only_says_where_to_look() {
    let Some(plain) = broker() else { return };
    let Some(encrypted) = tg_test_brokers::mosquitto(Setup::default().tls()) else {
        return;
    };
    let made = encrypted.certificates().expect("certificates");
    let tls = Tls::new().authorities(made.authority.clone());
    for config in [
        config(encrypted.port()),
        config(plain.port()).tls(tls.clone()),
    ] {
        let backend = Mqtt::new(config).expect("a configuration");
        let options = ProducerOptions::default();
        let error = match backend.create_producer(&topic(1), None, options).await {
            Ok(_) => panic!("a producer"),
            Err(error) => error,
        };
        assert!(error.to_string().contains("`--mqtt-tls`"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_not_mqtt_5_is_told_at_once() {
    for answer in [&[0x20, 2, 0, 1][..], b"HTTP/1.1 400 Bad Request\r\n\r\n"] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a listener");
        let port = listener.local_addr().expect("an address").port();
        let server = tokio::spawn(async move {
            let mut kept = Vec::new();
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                stream.writable().await.expect("writable");
                stream.try_write(answer).expect("written");
                kept.push(stream);
            }
        });
        let backend = backend(port);
        let topic = topic(1);
        let options = ConsumerOptions::default();
        let refused = backend.create_consumer(&topic, "s", None, options).await;
        let health = backend.health().await.err();
        for error in [refused.err(), health] {
            let error = error.expect("refused");
            assert!(!error.is_retryable(), "{error}");
            let text = error.to_string();
            assert!(text.contains("does not speak MQTT 5"), "{text}");
            assert!(text.contains(&port.to_string()), "{text}");
            assert_eq!(text.matches("mqtt:").count(), 1, "{text}");
        }
        server.abort();
    }
}

/// Producers share a connection where they want the same of it.
#[tokio::test]
async fn options_that_agree_share_a_connection() {
    let Some(mosquitto) = broker() else { return };
    for (name, value, connections) in [
        ("mqtt.keep-alive", "5s", 1),
        ("mqtt.session-expiry", "60s", 0),
        ("mqtt.q0-buffer", "5", 0),
        ("mqtt.own-connection", "true", 4),
    ] {
        let proxy = Proxy::new(mosquitto.port()).expect("a proxy");
        let backend = backend(proxy.port());
        let topic = topic(1);
        let plain = producer(&backend, &topic).await;
        let mut producers = Vec::new();
        for _ in 0..4 {
            let options = ProducerOptions::default().option(name, value);
            let producer = backend.create_producer(&topic, None, options).await;
            producers.push(producer.expect("a producer"));
        }
        for producer in producers.iter().chain([&plain]) {
            send(&**producer, "x").await;
        }
        assert_eq!(proxy.accepted(), 1 + connections, "{name}");
    }
}
