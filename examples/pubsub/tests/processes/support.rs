//! The programs, run.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(180);

/// A program without the settings of whoever runs the tests.
pub fn program<A: AsRef<OsStr>>(path: &str, arguments: &[A]) -> Command {
    let mut command = Command::new(path);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if [
            "PUBSUB_",
            "MQTT_",
            "MEMORY_",
            "PULSAR_",
            "INSTANCE_",
            "RUST_LOG",
        ]
        .iter()
        .any(|p| name.starts_with(p))
        {
            command.env_remove(name);
        }
    }
    command.args(arguments);
    command
}

pub fn output(path: &str, arguments: &[&str]) -> Output {
    program(path, arguments).output().expect("it runs")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A process that is ended with the test, and what it prints.
pub struct Running {
    pub child: Child,
    lines: BufReader<ChildStdout>,
}

impl Running {
    pub fn start<A: AsRef<OsStr>>(path: &str, arguments: &[A]) -> Self {
        let mut child = program(path, arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("it starts");
        let out = child.stdout.take().expect("a pipe");
        Running {
            child,
            lines: BufReader::new(out),
        }
    }

    /// The next line; empty at the end.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("text");
        line.trim_end().to_owned()
    }

    pub fn wait_for(&mut self, wanted: &str) {
        loop {
            let line = self.line();
            assert!(!line.is_empty(), "it ended before it said {wanted:?}");
            if line.contains(wanted) {
                return;
            }
        }
    }

    /// Its exit code and what it still printed.
    pub fn end(mut self) -> (Option<i32>, String) {
        let mut rest = String::new();
        loop {
            let line = self.line();
            if line.is_empty() {
                break;
            }
            rest += &line;
            rest.push('\n');
        }
        let started = Instant::now();
        while started.elapsed() < LIMIT {
            if let Some(status) = self.child.try_wait().expect("a process") {
                return (status.code(), rest);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("it did not end; it said:\n{rest}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub const SERVICE: &str = env!("CARGO_BIN_EXE_service");
pub const CLIENT: &str = env!("CARGO_BIN_EXE_client");
pub const DEMO: &str = env!("CARGO_BIN_EXE_demo");

/// Flags that lead to an MQTT broker on this machine.
pub fn over_mqtt(port: &str) -> [&str; 4] {
    [
        "--pubsub-backend=mqtt",
        "--mqtt-host=127.0.0.1",
        "--mqtt-port",
        port,
    ]
}
