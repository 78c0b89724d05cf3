//! What users are told: wrong configurations, refusals, warnings.

use tg_test_brokers::{Setup, mosquitto};

use crate::support::*;

#[test]
fn wrong_backends_and_flags_are_told_with_exit_code_2() {
    for (arguments, expected) in [
        (
            &["--pubsub-backend", "pigeon"][..],
            "there is no backend `pigeon`",
        ),
        (
            &["--pubsub-backend", "kafka"],
            "this version has no backend `kafka`",
        ),
        // The default is the original system's.
        #[cfg(not(feature = "pulsar"))]
        (&[], "the backend `pulsar` is not compiled in"),
        #[cfg(feature = "pulsar")]
        (&["--pulsar-host", "http://x"], "pulsar.host: "),
        (
            &["--mqtt-port", "x"],
            "--mqtt-port: expected a whole number",
        ),
        (
            &["--pubsub-backend=mqtt", "--pubsub-option=mqtt.nope=1"],
            "mqtt.nope: no such option",
        ),
        // Of a backend that is not in use.
        (
            &["--pubsub-backend=memory", "--pubsub-option=mqtt.nope=1"],
            "mqtt.nope: no such option",
        ),
        (
            &["--pubsub-backend=memory", "--pubsub-strict=maybe"],
            "--pubsub-strict: expected true or false",
        ),
    ] {
        for (name, path) in [("service", SERVICE), ("client", CLIENT), ("demo", DEMO)] {
            let out = output(path, arguments);
            let said = text(&out.stderr);
            assert_eq!(out.status.code(), Some(2), "{arguments:?}: {said}");
            assert!(said.contains(expected), "{arguments:?}: {said}");
            if said.contains("Usage") {
                assert!(said.contains(&format!("Usage: {name} ")), "{said}");
            }
        }
    }
}

#[test]
fn a_variable_that_is_yes_or_no_takes_the_usual_words() {
    for (word, code) in [("1", 0), ("off", 0), ("maybe", 2)] {
        let mut demo = program(DEMO, &["--pubsub-backend=memory"]);
        let out = demo.env("PUBSUB_STRICT", word).output().expect("it runs");
        let said = text(&out.stderr);
        assert_eq!(out.status.code(), Some(code), "{word}: {said}");
    }
}

/// The lines of standard error that the program itself wrote.
fn errors<'a>(name: &str, said: &'a str) -> Vec<&'a str> {
    let own = format!("{name}: ");
    said.lines()
        .filter_map(|line| line.strip_prefix(&own))
        .collect()
}

#[test]
fn a_wrong_password_is_told_once_and_the_program_ends_in_order() {
    let Some(broker) = mosquitto(Setup::default().user("joe", "right")) else {
        return;
    };
    let port = broker.port().to_string();
    let place = over_mqtt(&port);
    let user = [
        "--mqtt-username=joe",
        "--mqtt-password=hunter2",
        "--metrics",
    ];
    let arguments = [&place[..], &user].concat();
    for (name, path) in [("service", SERVICE), ("client", CLIENT), ("demo", DEMO)] {
        let out = output(path, &arguments);
        let (said, wrong) = (text(&out.stdout), text(&out.stderr));
        assert_eq!(out.status.code(), Some(1), "{said}{wrong}");
        let told = errors(name, &wrong);
        assert!(
            told.len() == 1 && told[0].starts_with("mqtt: access refused: "),
            "{wrong}"
        );
        assert!(
            told[0].contains("joe") && !wrong.contains("hunter2"),
            "{wrong}"
        );
        let drained = format!("{name}: drained, 0 messages left");
        assert!(said.contains(&drained), "{said}");
    }
}

#[test]
fn a_request_that_is_too_large_is_told_with_both_sizes() {
    let Some(broker) = mosquitto(Setup::default().line("max_packet_size 4000")) else {
        return;
    };
    let port = broker.port().to_string();
    let place = over_mqtt(&port);
    let long = "x".repeat(5_000);
    let out = output(
        DEMO,
        &[&place[..], &["--prompt", &long, "--metrics"]].concat(),
    );
    let (said, wrong) = (text(&out.stdout), text(&out.stderr));
    assert_eq!(out.status.code(), Some(1), "{said}{wrong}");
    let told = errors("demo", &wrong);
    let expected = "10 of 10 requests failed: the message has 50";
    assert!(told.len() == 1 && told[0].starts_with(expected), "{wrong}");
    assert!(told[0].ends_with("are taken; nothing was sent"), "{wrong}");
    assert!(said.contains("client: 0 of 10 answered"), "{said}");
    assert!(said.contains("demo: drained, 0 messages left"), "{said}");
    let counted = "tg_producer_errors_total{processor=\"demo\"";
    assert!(said.contains(counted), "{said}");
}

#[test]
fn what_is_done_in_part_is_warned_of_and_strictly_refused() {
    let Some(broker) = mosquitto(Setup::default()) else {
        return;
    };
    let port = broker.port().to_string();
    let place = over_mqtt(&port);
    let lowered = "while offline, without an instance id";
    let out = output(DEMO, &place);
    let wrong = text(&out.stderr);
    assert_eq!(out.status.code(), Some(0), "{wrong}");
    assert!(wrong.contains("WARN") && wrong.contains(lowered), "{wrong}");
    let mut quiet = program(DEMO, &place);
    let out = quiet.env("RUST_LOG", "error").output().expect("it runs");
    assert_eq!(text(&out.stderr), "");

    let strict = [&place[..], &["--pubsub-strict"]].concat();
    let out = output(DEMO, &strict);
    let wrong = text(&out.stderr);
    assert_eq!(out.status.code(), Some(2), "{wrong}");
    let told = errors("demo", &wrong);
    assert!(told.len() == 1 && told[0].contains(lowered), "{wrong}");
    assert!(told[0].contains("--instance-id"), "{wrong}");
    let named = [&strict[..], &["--instance-id=one"]].concat();
    let out = output(DEMO, &named);
    let wrong = text(&out.stderr);
    assert_eq!((out.status.code(), &*wrong), (Some(0), ""));
}

/// What is not answered hides neither what was nor the metrics, and its reason is told once.
#[test]
fn requests_without_an_answer_are_counted_and_the_program_ends_in_order() {
    let arguments = [
        "--pubsub-backend=memory",
        "--prompt= ",
        "--timeout=1",
        "--metrics",
    ];
    let out = output(DEMO, &arguments);
    let (said, wrong) = (text(&out.stdout), text(&out.stderr));
    assert_eq!(out.status.code(), Some(1), "{said}{wrong}");
    assert_eq!(
        errors("demo", &wrong),
        ["10 of 10 requests failed: request: nothing within 1s"],
        "{wrong}"
    );
    assert!(said.contains("client: 0 of 10 answered"), "{said}");
    assert!(said.contains("demo: drained, 0 messages left"), "{said}");
    assert!(
        said.contains("tg_requester_timeouts_total{processor=\"demo\""),
        "{said}"
    );
}

/// Each request is a task: more of them than memory holds would end the process.
#[test]
fn more_requests_than_a_client_sends_at_once_are_refused() {
    for path in [CLIENT, DEMO] {
        let out = output(path, &["--pubsub-backend=memory", "--requests=100001"]);
        let said = text(&out.stderr);
        assert_eq!(out.status.code(), Some(2), "{said}");
        assert!(said.contains("100001 is not in"), "{said}");
    }
}
