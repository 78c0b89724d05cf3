//! How fast messages travel, beside the client and the channel underneath; and what idle consumers and many topics cost.
//!
//! Sides take turns in one process, and a ratio is taken within each round before the median of the ratios is: what
//! disturbs the machine disturbs both sides.

mod memory;
mod mqtt;
mod ours;
mod pulsar;
mod pulsar_raw;
mod raw;
mod report;
mod resources;
mod rounds;

use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use report::{Comparison, Report};
use serde_json::Value;
use tg_test_brokers::{Mosquitto, Pulsar, PulsarSetup, Setup};

const HELP: &str = include_str!("../../help/pubsub.txt");
const PARTS: [&str; 5] = ["mqtt", "pulsar", "memory", "idle", "topics"];

/// Says to a process that another one started it.
const TOLD: &str = "--tell-runs";

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Outcome<T> = Result<T, Failure>;

struct Options {
    quick: bool,
    rounds: usize,
    only: Option<String>,
    /// One side of the part over MQTT alone.
    side: Option<usize>,
    /// How many processes measure over MQTT. A process has its luck: addresses, places in the scheduler.
    processes: usize,
    /// This is one of them, and tells another what it measured.
    told: bool,
    out: PathBuf,
}

fn main() -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("{message}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

/// None where help is asked for.
fn options(mut arguments: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options {
        quick: false,
        rounds: 41,
        only: None,
        side: None,
        processes: 5,
        told: false,
        out: PathBuf::from("."),
    };
    while let Some(argument) = arguments.next() {
        let mut next = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--quick" => (options.quick, options.rounds, options.processes) = (true, 3, 2),
            "--rounds" => options.rounds = number(&argument, &next()?)?,
            "--processes" => options.processes = number(&argument, &next()?)?,
            TOLD => options.told = true,
            "--only" => {
                let part = next()?;
                if !PARTS.contains(&part.as_str()) {
                    return Err(format!("--only: {part} is none of {}", PARTS.join(", ")));
                }
                options.only = Some(part);
            }
            "--side" => {
                let name = next()?;
                let which = mqtt::NAMES.iter().position(|known| *known == name);
                let known = mqtt::NAMES.join(", ");
                let which = which.ok_or(format!("--side: {name} is none of {known}"))?;
                options.side = Some(which);
            }
            "--out" => options.out = next()?.into(),
            "--help" | "-h" => return Ok(None),
            _ => return Err(format!("there is no option {argument}")),
        }
    }
    Ok(Some(options))
}

fn number(option: &str, text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(format!("{option}: {text} is no number from 1")),
    }
}

/// What processes of their own measure over MQTT, one after the other.
fn processes(options: &Options) -> Outcome<[Comparison; 2]> {
    let mut comparisons = mqtt::comparisons();
    for _ in 0..options.processes {
        let mut command = Command::new(std::env::current_exe()?);
        if options.quick {
            command.arg("--quick");
        }
        command.args([TOLD, "--rounds", &options.rounds.to_string()]);
        let process = command.stderr(Stdio::inherit()).output()?;
        if !process.status.success() {
            return Err(format!("a process that measured over MQTT: {}", process.status).into());
        }
        let told: [Value; 2] = serde_json::from_slice(&process.stdout)?;
        for (comparison, told) in comparisons.iter_mut().zip(&told) {
            comparison.add_runs(told)?;
        }
    }
    Ok(comparisons)
}

fn run(options: &Options) -> Outcome<()> {
    if let Some(missing) = Mosquitto::missing(&Setup::default()) {
        return Err(
            format!("{missing} is not installed (on Debian: apt-get install mosquitto)").into(),
        );
    }
    let broker = Mosquitto::start(Setup::default())?;
    let wanted = |part: &str| options.only.as_deref().is_none_or(|only| only == part);
    let mut report = Report {
        rounds: options.rounds,
        ..Report::default()
    };
    let messages = |many: usize| if options.quick { many / 20 } else { many };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    if let Some(which) = options.side {
        let alone = mqtt::alone(&broker, messages(4_000), options.rounds, which);
        println!("{}", runtime.block_on(alone)?);
        return Ok(());
    }
    let over_mqtt = mqtt::Messages {
        flood: messages(4_000),
        turns: messages(600),
    };
    if options.told {
        let measured = mqtt::measure(broker.port(), &over_mqtt, options.rounds);
        let told = runtime.block_on(measured)?.map(|c| c.runs());
        println!("{}", serde_json::to_string(&told)?);
        return Ok(());
    }
    std::fs::create_dir_all(&options.out)?;
    if wanted("idle") {
        let seconds = if options.quick { 1 } else { 5 };
        runtime.block_on(resources::idle(broker.port(), seconds, &mut report))?;
    }
    if wanted("topics") {
        let topics = if options.quick { 100 } else { 1_000 };
        runtime.block_on(resources::topics(broker.port(), topics, &mut report))?;
    }
    if wanted("mqtt") {
        report.comparisons.extend(processes(options)?);
    }
    if wanted("pulsar") {
        let setup = PulsarSetup::default().throughput();
        if let Some(missing) = Pulsar::missing(&setup) {
            return Err(format!("{missing} is not installed").into());
        }
        let broker = Pulsar::start(setup)?;
        let (flood, turns) = (messages(10_000), messages(600));
        runtime.block_on(pulsar::measure(&broker.url(), flood, turns, &mut report))?;
    }
    drop(runtime);
    if wanted("memory") {
        memory::measure(messages(200_000), &mut report)?;
    }
    let text = report.text();
    println!("{text}");
    std::fs::write(options.out.join("pubsub.txt"), text)?;
    let json = serde_json::to_string_pretty(&report.json())?;
    std::fs::write(options.out.join("pubsub.json"), json)?;
    Ok(())
}
