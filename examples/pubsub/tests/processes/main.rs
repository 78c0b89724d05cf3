//! The programs as their users run them: two processes over brokers, one over memory, and wrong configurations.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tg_test_brokers::{Setup, mosquitto, signal};

const LIMIT: Duration = Duration::from_secs(180);

/// A program without the settings of whoever runs the tests.
fn program<A: AsRef<OsStr>>(path: &str, arguments: &[A]) -> Command {
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

fn output(path: &str, arguments: &[&str]) -> Output {
    program(path, arguments).output().expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A process that is ended with the test, and what it prints.
struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Running {
    fn start<A: AsRef<OsStr>>(path: &str, arguments: &[A]) -> Self {
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

    fn wait_for(&mut self, wanted: &str) {
        loop {
            let line = self.line();
            assert!(!line.is_empty(), "it ended before it said {wanted:?}");
            if line.contains(wanted) {
                return;
            }
        }
    }

    /// Its exit code and what it still printed.
    fn end(mut self) -> (Option<i32>, String) {
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

const SERVICE: &str = env!("CARGO_BIN_EXE_service");
const CLIENT: &str = env!("CARGO_BIN_EXE_client");
const DEMO: &str = env!("CARGO_BIN_EXE_demo");

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
    let place = [
        "--pubsub-backend=mqtt",
        "--mqtt-host=127.0.0.1",
        "--mqtt-port",
        &port,
    ];
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
    let place = [
        "--pubsub-backend=mqtt",
        "--mqtt-host=127.0.0.1",
        "--mqtt-port",
        &port,
    ];
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
    let place = [
        "--pubsub-backend=mqtt",
        "--mqtt-host=127.0.0.1",
        "--mqtt-port",
        &port,
    ];
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

/// Both programs wait for a broker that is killed in the middle and comes back, and go on by themselves.
#[test]
fn a_broker_that_is_killed_and_comes_back_is_survived() {
    const REQUESTS: usize = 60;
    // It saves in each turn of its loop: what it confirmed in the last one it may lose.
    let setup = Setup::default().line("autosave_on_changes true");
    let Some(mut broker) = mosquitto(setup) else {
        return;
    };
    let port = broker.port().to_string();
    let place = [
        "--pubsub-backend=mqtt",
        "--mqtt-host=127.0.0.1",
        "--mqtt-port",
        &port,
    ];
    let slow = ["--instance-id=one", "--concurrency=2", "--delay=100"];
    let mut service = Running::start(SERVICE, &[&place[..], &slow].concat());
    service.wait_for("service: ready");
    let requests = REQUESTS.to_string();
    let many = ["--requests", &requests, "--timeout=60"];
    let mut client = Running::start(CLIENT, &[&place[..], &many].concat());
    client.wait_for("client: story number");
    broker.kill();
    std::thread::sleep(Duration::from_secs(1));
    broker.restart().expect("it starts again");
    let (code, said) = client.end();
    let answered = 1 + said.matches("client: story number").count();
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
    let place = [
        "--pubsub-backend=mqtt",
        "--mqtt-host=127.0.0.1",
        "--mqtt-port",
        &port,
    ];
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

/// Who does not want to wait for a handler any longer asks twice.
#[test]
fn a_second_signal_ends_the_process_at_once() {
    let Some(broker) = mosquitto(Setup::default()) else {
        return;
    };
    let port = broker.port().to_string();
    let place = ["--pubsub-backend", "mqtt", "--mqtt-host", "127.0.0.1"];
    let arguments = [&place[..], &["--mqtt-port", &port]].concat();
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
    let place = ["--mqtt-host", "127.0.0.1", "--mqtt-port", &port];
    let arguments = [&["--pubsub-backend", "mqtt"][..], &place].concat();
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
