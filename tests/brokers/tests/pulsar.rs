//! Pulsar as the tests start, hurt and end it.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tg_test_brokers::{NAMESPACES, Pulsar, PulsarSetup, pulsar, shared_pulsar};

const SCHEMA: &str = r#"{"type":"JSON","properties":{},"schema":"{\"type\":\"record\",\"name\":\"R\",\"fields\":[]}"}"#;

fn listens(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[test]
fn it_has_its_namespaces_and_does_what_its_administration_is_told() {
    let Some(broker) = shared_pulsar() else {
        return;
    };
    assert!(listens(broker.port()));
    assert_eq!(
        broker.url(),
        format!("pulsar://127.0.0.1:{}", broker.port())
    );
    let admin = broker.admin();
    let there = admin.done("GET", "namespaces/tg", None).unwrap();
    for namespace in NAMESPACES {
        assert!(there.contains(&format!("\"{namespace}\"")), "{there}");
    }
    admin.create_tenant("other").unwrap();
    admin.create_namespace("other/own").unwrap();
    admin.create_namespace("other/own").unwrap();
    admin.set_compatibility("other/own", "BACKWARD").unwrap();
    admin.set_deduplication("other/own", true).unwrap();
    let topic = "persistent://other/own/x";
    admin.done("PUT", "persistent/other/own/x", None).unwrap();
    admin.unload(topic).unwrap();
    assert!(admin.stats(topic).unwrap().contains("\"subscriptions\""));
    admin.delete_topic(topic).unwrap();
    assert_eq!(
        admin
            .request("GET", "persistent/other/own/x/stats", None)
            .unwrap()
            .status,
        404
    );
    admin.delete_namespace("other/own").unwrap();
    let refused = admin.done("GET", "namespaces/other/own", None).unwrap_err();
    assert!(refused.contains("404"), "{refused}");
}

#[test]
fn what_it_saved_outlives_its_death() {
    let Some(mut broker) = pulsar(PulsarSetup::default()) else {
        return;
    };
    let path = "schemas/tg/flow/x/schema";
    broker.admin().done("POST", path, Some(SCHEMA)).unwrap();
    let (port, pid) = (broker.port(), broker.pid().unwrap());
    broker.kill();
    assert!(broker.pid().is_none() && !listens(port));
    broker.restart().unwrap();
    assert!(broker.port() == port && broker.pid() != Some(pid));
    assert!(
        broker
            .admin()
            .done("GET", path, None)
            .unwrap()
            .contains("\"version\":0")
    );
    broker.stop();
    assert!(!listens(port));
}

#[test]
fn tokens_tls_and_a_second_listener() {
    let setup = PulsarSetup::default()
        .auth()
        .tls()
        .listeners()
        .deduplication();
    let Some(broker) = pulsar(setup) else {
        return;
    };
    for port in [broker.port(), broker.tls_port(), broker.external_port()] {
        assert!(listens(port));
    }
    assert!(broker.tls_url().starts_with("pulsar+ssl://"));
    let status = |token: &str| {
        let head = format!("Authorization: Bearer {token}\r\n");
        get(broker.admin_port(), "/admin/v2/namespaces/tg", &head)
    };
    assert_eq!(status(&broker.token("admin").unwrap()), 200);
    assert_eq!(status(&broker.short_token("admin", 60).unwrap()), 200);
    assert_eq!(status(&broker.expired_token("admin").unwrap()), 401);
    assert_eq!(status(&broker.foreign_token("admin").unwrap()), 401);
    // It is known, and may not, until it may.
    let head = format!(
        "Authorization: Bearer {}\r\n",
        broker.token("worker").unwrap()
    );
    let may = || {
        get(
            broker.admin_port(),
            "/lookup/v2/topic/persistent/tg/flow/x",
            &head,
        )
    };
    assert_eq!(may(), 401);
    broker.admin().permit("tg/flow", "worker").unwrap();
    assert_eq!(may(), 200);
    let checked = |authority: &std::path::Path| {
        let done = Command::new("openssl")
            .args(["s_client", "-verify_return_error", "-connect"])
            .arg(format!("127.0.0.1:{}", broker.tls_port()))
            .arg("-CAfile")
            .arg(authority)
            .stdin(Stdio::null())
            .output();
        done.unwrap().status.success()
    };
    let made = broker.certificates().unwrap();
    assert!(checked(&made.authority) && !checked(&made.stranger));
}

/// The status of a request.
fn get(port: u16, path: &str, head: &str) -> u16 {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    write!(stream, "GET {path} HTTP/1.0\r\n{head}\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn one_that_a_killed_process_started_ends() {
    if Pulsar::missing(&PulsarSetup::default()).is_some() {
        return;
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_broker"))
        .args(["run", "pulsar", "maxMessageSize=100000"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = Vec::new();
    let output = child.stdout.as_mut().unwrap();
    while !said.ends_with(b"\n") {
        let mut byte = [0];
        output.read_exact(&mut byte).unwrap();
        said.extend(byte);
    }
    let said = String::from_utf8(said).unwrap();
    let port = said
        .split_once("port=")
        .unwrap()
        .1
        .split(' ')
        .next()
        .unwrap();
    let port = port.parse().unwrap();
    assert!(listens(port));
    child.kill().unwrap();
    child.wait().unwrap();
    let start = Instant::now();
    while listens(port) {
        assert!(start.elapsed() < Duration::from_secs(60), "it lives on");
        std::thread::sleep(Duration::from_millis(20));
    }
}
