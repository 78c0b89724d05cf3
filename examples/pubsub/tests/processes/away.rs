//! Brokers that are not there, or not for a while, and services that go.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;

use tg_test_brokers::{Setup, mosquitto, signal};

use crate::support::*;

/// Both programs wait for a broker that is killed in the middle and comes back, and go on by themselves.
#[test]
fn a_broker_that_is_killed_and_comes_back_is_survived() {
    const REQUESTS: usize = 60;
    const BEFORE: usize = 9;
    // It saves in each turn of its loop: what it confirmed in the last one it may lose.
    let setup = Setup::default().line("autosave_on_changes true");
    let Some(mut broker) = mosquitto(setup) else {
        return;
    };
    let port = broker.port().to_string();
    let place = over_mqtt(&port);
    let slow = ["--instance-id=one", "--concurrency=2", "--delay=100"];
    let mut service = Running::start(SERVICE, &[&place[..], &slow].concat());
    service.wait_for("service: ready");
    let requests = REQUESTS.to_string();
    let many = ["--requests", &requests, "--timeout=60"];
    let mut client = Running::start(CLIENT, &[&place[..], &many].concat());
    // Until it has saved the turn in which it confirmed all requests, and some after it.
    for _ in 0..BEFORE {
        client.wait_for("client: story number");
    }
    broker.kill();
    std::thread::sleep(Duration::from_secs(1));
    broker.restart().expect("it starts again");
    let (code, said) = client.end();
    let answered = BEFORE + said.matches("client: story number").count();
    println!(
        "broker killed for 1 s: {answered} of {REQUESTS} requests answered, exit code {code:?}"
    );
    assert!(answered + 2 >= REQUESTS, "{said}");
    let all = format!("client: {answered} of {REQUESTS} answered");
    assert!(said.contains(&all), "{said}");
    assert_eq!(code, Some(i32::from(answered < REQUESTS)), "{said}");
    signal(service.child.id(), "INT").expect("a signal");
    let (code, said) = service.end();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("service: drained, 0 messages left"), "{said}");
}

/// A service that ended in order and comes back under another name answers everything.
#[test]
fn no_share_of_the_requests_is_left_behind() {
    let Some(broker) = mosquitto(Setup::default()) else {
        return;
    };
    let port = broker.port().to_string();
    let place = over_mqtt(&port);
    for first in [&[][..], &["--instance-id=first", "--unsubscribe"]] {
        let mut service = Running::start(SERVICE, &[&place[..], first].concat());
        service.wait_for("service: ready");
        signal(service.child.id(), "TERM").expect("a signal");
        let (code, said) = service.end();
        assert_eq!(code, Some(0), "{said}");
        let second = ["--instance-id=second", "--unsubscribe"];
        let mut service = Running::start(SERVICE, &[&place[..], &second].concat());
        service.wait_for("service: ready");
        let out = output(CLIENT, &place);
        let said = text(&out.stdout);
        assert!(said.contains("client: 10 of 10 answered"), "{said}");
        signal(service.child.id(), "TERM").expect("a signal");
        assert_eq!(service.end().0, Some(0));
    }
}

/// A port of this machine where nobody listens, and nobody else can.
fn deaf() -> (tokio::net::TcpSocket, String) {
    let deaf = tokio::net::TcpSocket::new_v4().expect("a socket");
    let anywhere = "127.0.0.1:0".parse().expect("an address");
    deaf.bind(anywhere).expect("a port");
    let port = deaf.local_addr().expect("an address").port().to_string();
    (deaf, port)
}

#[test]
fn a_broker_that_is_not_there_is_told_while_the_program_waits_for_it() {
    let (_deaf, port) = deaf();
    let arguments = over_mqtt(&port);
    for (name, path) in [("service", SERVICE), ("client", CLIENT), ("demo", DEMO)] {
        let mut child = program(path, &arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let said = child.stderr.take().expect("a pipe");
        // Warnings of the runtime come before it.
        let line = BufReader::new(said)
            .lines()
            .map(|line| line.expect("text"))
            .find(|line| line.starts_with(&format!("{name}: ")))
            .expect("a word of the program's own");
        let told = "the broker does not answer: mqtt: no connection: 127.0.0.1";
        assert!(line.starts_with(&format!("{name}: {told}")), "{line}");
        // It waits, until it is asked to end.
        signal(child.id(), "INT").expect("a signal");
        let out = child.wait_with_output().expect("it ended");
        let said = text(&out.stdout);
        assert_eq!(out.status.code(), Some(0), "{name}: {said}");
        assert_eq!(said, format!("{name}: drained, 0 messages left\n"));
    }
}
