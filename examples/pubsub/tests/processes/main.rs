//! The programs as their users run them: two processes over brokers, one over memory, and wrong configurations.

mod away;
mod support;
mod told;

use tg_test_brokers::{Setup, mosquitto, signal};

use support::*;

/// Eight requests, and a signal while all of them are being answered: they are finished before the service ends.
fn two_processes_and_a_clean_end(backend: &str, place: &[&str], kind: &str) {
    // On a loaded machine the first may be answered before the signal comes.
    let all_in_hand = (0..5).any(|_| signal_while_it_answers(backend, place, kind));
    assert!(all_in_hand, "the signal never came while all were answered");
}

/// Whether all were being answered when the signal came.
fn signal_while_it_answers(backend: &str, place: &[&str], kind: &str) -> bool {
    let start = |path: &str, more: &[&str]| {
        let broker = ["--pubsub-backend", backend];
        let all = broker.iter().chain(place).chain(more);
        Running::start(path, &all.copied().collect::<Vec<_>>())
    };
    let mut service = start(SERVICE, &["--metrics", "--delay", "3000"]);
    service.wait_for("service: ready");
    let client = start(CLIENT, &["--requests", "8", "--timeout", "120"]);
    for _ in 0..8 {
        service.wait_for("service: completing");
    }
    signal(service.child.id(), kind).expect("a signal");
    let (code, said) = client.end();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("client: 8 of 8 answered"), "{said}");
    assert!(
        said.contains("client: story number 8 begins … and so on. (8 words)"),
        "{said}"
    );
    let (code, said) = service.end();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("service: draining, "), "{said}");
    assert!(said.contains("service: drained, 0 messages left"), "{said}");
    let counted = format!(
        "tg_consumer_processing_count_total{{processor=\"service\",flow=\"\",name=\"text-completion\",\
         backend=\"{backend}\",status=\"success\"}} 8"
    );
    assert!(said.contains(&counted), "{said}");
    said.contains("service: draining, 8 in progress")
}

#[test]
fn over_mosquitto() {
    let Some(broker) = mosquitto(Setup::default()) else {
        return;
    };
    let port = broker.port().to_string();
    let place = ["--mqtt-host", "127.0.0.1", "--mqtt-port", &port];
    for kind in ["INT", "TERM"] {
        two_processes_and_a_clean_end("mqtt", &place, kind);
    }
}

#[cfg(feature = "pulsar")]
#[test]
fn over_pulsar() {
    let Some(broker) = tg_test_brokers::pulsar(tg_test_brokers::PulsarSetup::default()) else {
        return;
    };
    let url = broker.url();
    for kind in ["INT", "TERM"] {
        two_processes_and_a_clean_end("pulsar", &["--pulsar-host", &url], kind);
    }
    // The messages are of registered types.
    let schema = broker
        .admin()
        .done("GET", "schemas/tg/request/text-completion/schema", None);
    let schema = schema.expect("a schema");
    assert!(schema.contains("\"version\":0"), "{schema}");
    assert!(schema.contains("TextCompletionRequest"), "{schema}");
}

#[test]
fn one_process_over_memory() {
    let arguments = [
        "--pubsub-backend",
        "memory",
        "--requests",
        "20",
        "--metrics",
    ];
    let out = output(DEMO, &arguments);
    let said = text(&out.stdout);
    assert_eq!(out.status.code(), Some(0), "{said}{}", text(&out.stderr));
    assert!(said.contains("client: 20 of 20 answered"), "{said}");
    assert!(said.contains("demo: drained, 0 messages left"), "{said}");
    assert!(
        said.contains("tg_requester_requests_total{processor=\"demo\""),
        "{said}"
    );
}

#[test]
fn a_signal_ends_the_process_over_memory_too() {
    let arguments = ["--pubsub-backend", "memory", "--delay", "500"];
    let mut demo = Running::start(DEMO, &arguments);
    demo.wait_for("service: completing");
    signal(demo.child.id(), "INT").expect("a signal");
    let (code, said) = demo.end();
    assert_eq!(code, Some(0), "{said}");
    // The requester too is ended in order, and what was not answered is told.
    assert!(said.contains(" of 10 answered"), "{said}");
    assert!(said.contains("demo: drained, 0 messages left"), "{said}");
}

/// Who does not want to wait for a handler any longer asks twice.
#[test]
fn a_second_signal_ends_the_process_at_once() {
    let Some(broker) = mosquitto(Setup::default()) else {
        return;
    };
    let port = broker.port().to_string();
    let arguments = over_mqtt(&port);
    let delay = ["--delay", "600000"];
    let mut service = Running::start(SERVICE, &[&arguments[..], &delay].concat());
    service.wait_for("service: ready");
    let _client = Running::start(CLIENT, &[&arguments[..], &["--requests", "1"]].concat());
    service.wait_for("service: completing");
    signal(service.child.id(), "INT").expect("a signal");
    service.wait_for("service: draining, 1 in progress");
    signal(service.child.id(), "INT").expect("a signal");
    let (code, said) = service.end();
    assert_eq!(code, Some(1));
    assert!(
        !said.contains("drained"),
        "it waited for the handler: {said}"
    );
}
