//! Pulsar's client for Python as the other end.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tg_schema_model::{Json, json};
use tokio::process::Command;

use crate::support::Broker;

/// The environment variable with the interpreter that has the client.
const PYTHON: &str = "TG_TEST_PYTHON";

/// A Python with Pulsar's client, and a broker for it.
pub struct Peer {
    python: PathBuf,
    url: String,
}

impl Peer {
    /// `None`: it is not installed, and the test is to be left out.
    pub fn new(broker: &Broker) -> Option<Peer> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let python = std::env::var_os(PYTHON).map(PathBuf::from);
        let python = python.unwrap_or_else(|| root.join("target/venv/bin/python"));
        let found = std::process::Command::new(&python)
            .args(["-c", "import pulsar"])
            .stderr(Stdio::null())
            .status();
        if !found.is_ok_and(|status| status.success()) {
            tg_test_brokers::skip(&format!(
                "there is no Python with `pulsar-client`; tests/run makes one, and {PYTHON} names another"
            ));
            return None;
        }
        let url = broker.url();
        Some(Peer { python, url })
    }

    /// Does something with a topic, and tells what came of it.
    pub async fn ask<'a>(
        &self,
        what: &str,
        topic: &str,
        details: impl IntoIterator<Item = (&'a str, Json)>,
    ) -> Json {
        let told = [("do", what), ("url", &self.url), ("topic", topic)];
        let told = told.map(|(name, value)| (name, Json::str(value)));
        let told = Json::object(told.into_iter().chain(details)).compact();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broker/peer.py");
        let done = Command::new(&self.python)
            .arg(script)
            .arg(told)
            .kill_on_drop(true)
            .output();
        let done = done.await.expect("Python runs");
        let said = String::from_utf8_lossy(&done.stdout);
        let errors = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{said}{errors}");
        let last = said.lines().last().unwrap_or_default();
        json::parse(last).unwrap_or_else(|e| panic!("{e}: {said}{errors}"))
    }

    /// Sends messages; all are confirmed.
    pub async fn produce<'a>(
        &self,
        topic: &str,
        count: i64,
        size: i64,
        details: impl IntoIterator<Item = (&'a str, Json)>,
    ) {
        let all = [("count", Json::int(count)), ("size", Json::int(size))];
        let done = self
            .ask("produce", topic, all.into_iter().chain(details))
            .await;
        let failed = done.get("failed").and_then(Json::as_array);
        assert_eq!(failed, Some(&[][..]), "{done:?}");
    }
}

/// Does something with Pulsar's client for Java, which comes with the broker. What it tells of messages, or `None`: Java
/// runs no program that is not compiled, and the test is to be left out.
pub async fn java(
    broker: &Broker,
    what: &str,
    topic: &str,
    details: &[usize],
) -> Option<Vec<String>> {
    let compiles = std::process::Command::new("java")
        .arg("--describe-module")
        .arg("jdk.compiler")
        .stdout(Stdio::null())
        .status();
    if !compiles.is_ok_and(|status| status.success()) {
        tg_test_brokers::skip(
            "Java has no compiler (on Debian: apt-get install openjdk-17-jdk-headless)",
        );
        return None;
    }
    let done = Command::new("java")
        .args([
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            broker.class_path(),
        ])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broker/Peer.java"))
        .args([what, &broker.url(), topic])
        .args(details.iter().map(usize::to_string))
        .kill_on_drop(true)
        .output();
    let done = done.await.expect("Java runs");
    let said = String::from_utf8_lossy(&done.stdout);
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}{errors}");
    // The client's log is there too.
    let told = said.lines().filter(|line| line.starts_with("message "));
    Some(told.map(str::to_owned).collect())
}

/// The bytes of a message, as the other end makes them.
pub fn body(number: usize, size: usize) -> Vec<u8> {
    let head = format!("{number}:").into_bytes();
    let letters = b"abcdefghijklmnopqrstuvwxyz".iter().copied().cycle();
    head.into_iter().chain(letters).take(size).collect()
}

/// Bytes that cannot be compressed, as the other end makes them.
pub fn noise(number: u64, size: usize) -> Vec<u8> {
    let mut state = number;
    let states = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state.to_le_bytes()
    });
    states.flatten().take(size).collect()
}
