//! What the service and its client share: messages, topics, flags, and how a program ends.
//!
//! No broker is named here, and none in the programs: `--pubsub-backend` chooses one.

mod client;
mod service;

/// The examples of the guide, compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/runtime.md")]
mod guide {}

use std::convert::Infallible;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use tg_pubsub::metrics::Prometheus;
use tg_pubsub::{Error, PubSub, PubSubArgs, Shutdown};
use tg_schema::tg_schema;

pub use client::{Client, Unanswered, ask};
pub use service::{Work, serve};

/// A text to complete.
#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
pub struct TextCompletionRequest {
    /// What was typed so far.
    pub prompt: String,
}

/// The completed text.
#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
pub struct TextCompletionResponse {
    /// The prompt and what follows it.
    pub text: String,
    /// Words in it.
    pub words: i32,
}

/// Topic of [`TextCompletionRequest`].
pub const REQUESTS: &str = "q1/tg/request/text-completion";
/// Topic of [`TextCompletionResponse`].
pub const RESPONSES: &str = "q1/tg/response/text-completion";

/// Longest time for a program to end in order.
const DRAIN: Duration = Duration::from_secs(10);

/// How often a program looks whether the broker answers.
const WATCH: Duration = Duration::from_secs(2);

/// Any failure of a program.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Flags of every program: the broker, and what is printed at the end.
#[derive(Debug, Parser)]
pub struct Common {
    #[command(flatten)]
    broker: PubSubArgs,
    /// Print metrics at the end, as text for Prometheus.
    #[arg(long)]
    metrics: bool,
}

/// A program at work: its broker, its metrics, and what it has to end.
pub struct Program {
    /// The broker that configuration names.
    pub pubsub: PubSub,
    /// What is ended in order.
    pub shutdown: Shutdown,
    /// What asks it to end.
    pub signals: Signals,
    metrics: Option<Prometheus>,
}

/// Runs a program and gives its exit code: 0 when it ended in order, 1 when something was left or went wrong, 2 when
/// it was configured wrongly. Whether its work succeeded or not, what it opened is ended in order.
pub async fn run(
    name: &str,
    common: Common,
    work: impl AsyncFnOnce(&mut Program) -> Result<(), Failure>,
) -> ExitCode {
    show_warnings();
    let prometheus = Prometheus::new();
    let config = common.broker.into_config();
    let pubsub = match PubSub::configured(&config) {
        Ok(builder) => builder
            .processor(name)
            .metrics(Arc::new(prometheus.clone()))
            .build(),
        Err(error) => {
            eprintln!("{name}: {error}");
            return ExitCode::from(2);
        }
    };
    let signals = match Signals::new() {
        Ok(signals) => signals,
        Err(error) => {
            eprintln!("{name}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut program = Program {
        pubsub,
        shutdown: Shutdown::new(),
        signals,
        metrics: common.metrics.then_some(prometheus),
    };
    let pubsub = program.pubsub.clone();
    let worked = tokio::select! {
        worked = work(&mut program) => worked,
        never = watch(name, &pubsub) => match never {},
    };
    let failed = match &worked {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {error}");
            match error.downcast_ref() {
                // Of one backend: it is looked at when something is opened.
                Some(Error::InvalidOption { .. } | Error::Unsupported { .. }) => ExitCode::from(2),
                _ => ExitCode::FAILURE,
            }
        }
    };
    let ended = program.end(name).await;
    match worked {
        Ok(()) => ended,
        Err(_) => failed,
    }
}

/// Warnings of the runtime, such as downgrades, go to standard error. `RUST_LOG` asks for more, or for less.
fn show_warnings() {
    let filter = tracing_subscriber::EnvFilter::builder()
        .with_default_directive(tracing_subscriber::filter::LevelFilter::WARN.into())
        .from_env_lossy();
    // Where somebody else shows them already, that is as good.
    let _there = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init();
}

/// Says when the broker does not answer, and when it does again. What the program needs of it waits, or fails in time.
async fn watch(name: &str, pubsub: &PubSub) -> Infallible {
    let mut answers = true;
    loop {
        tokio::time::sleep(WATCH).await;
        let broker = pubsub.health().await.broker;
        match &broker {
            Err(error) if answers => eprintln!("{name}: the broker does not answer: {error}"),
            Ok(_) if !answers => eprintln!("{name}: the broker answers again"),
            _ => {}
        }
        answers = broker.is_ok();
    }
}

impl Program {
    /// Receives nothing any more, lets handlers finish, flushes, closes, and says what was left. Who is asked once more to
    /// end waits for nothing.
    async fn end(mut self, name: &str) -> ExitCode {
        let ended = async {
            let drained = self.shutdown.drain(DRAIN).await;
            (drained, self.pubsub.close(DRAIN).await)
        };
        let (drained, closed) = tokio::select! {
            ended = ended => ended,
            () = self.signals.next() => {
                eprintln!("{name}: cut off; what is not finished is delivered again");
                return ExitCode::FAILURE;
            }
        };
        if let Some(metrics) = &self.metrics {
            print!("{}", metrics.render());
        }
        let error = drained.error.as_ref().or(closed.as_ref().err());
        if let Some(error) = error {
            eprintln!("{name}: {error}");
        }
        println!("{name}: drained, {} messages left", drained.abandoned);
        match drained.is_clean() && closed.is_ok() {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        }
    }
}

/// What asks a program to end: ctrl-c, and the signal TERM where there is one. From the first look on they do not kill the
/// program.
pub struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    term: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> Result<Self, Failure> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Signals {
                interrupt: signal(SignalKind::interrupt())?,
                term: signal(SignalKind::terminate())?,
            })
        }
        #[cfg(not(unix))]
        Ok(Signals {})
    }

    /// Ends with the next one.
    pub async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.term.recv() => {}
        }
        #[cfg(not(unix))]
        // Where it cannot be listened to, it goes on killing the program.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
