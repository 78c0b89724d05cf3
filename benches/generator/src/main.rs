//! Definitions into code, beside other generators: time, growth and memory.
//!
//! Rounds are interleaved, as for the codecs. Memory is the most that a process of its own ever held, and growth
//! is that of the processor time of such processes: where one process generates again and again, few records find
//! the memory of the round before, and many have given it back to the system.

mod definitions;
mod stage;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;
use std::{env, fs};

use serde_json::{Value, json};

use definitions::Definitions;
use rustix::time::{ClockId, clock_gettime};
use stage::{Prepared, Stage};

const HELP: &str = include_str!("../../help/generator.txt");

const SMALL: usize = 1_000;
const LARGE: usize = 10_000;

type Outcome<T> = Result<T, Box<dyn Error>>;

struct Options {
    quick: bool,
    ours: bool,
    out: PathBuf,
}

/// What the command line asks for.
enum Action {
    Measure(Options),
    /// What a process for memory alone is started with.
    Once(Stage, usize, PathBuf),
    Help,
}

fn action(mut arguments: impl Iterator<Item = String>) -> Result<Action, String> {
    let mut options = Options {
        quick: false,
        ours: false,
        out: PathBuf::from("."),
    };
    while let Some(argument) = arguments.next() {
        let mut next = || arguments.next().ok_or(format!("{argument} needs a value"));
        let number = |text: String| {
            let number = text.parse::<usize>();
            number.map_err(|_| format!("{argument}: {text} is no number"))
        };
        match argument.as_str() {
            "--quick" => options.quick = true,
            "--ours" => options.ours = true,
            "--out" => options.out = next()?.into(),
            "--once" => {
                let stage = Stage::ALL.get(number(next()?)?);
                let stage = *stage.ok_or("--once: there is no such stage")?;
                return Ok(Action::Once(stage, number(next()?)?, next()?.into()));
            }
            "--help" | "-h" => return Ok(Action::Help),
            _ => return Err(format!("there is no option {argument}")),
        }
    }
    Ok(Action::Measure(options))
}

fn main() -> ExitCode {
    let done = match action(env::args().skip(1)) {
        Ok(Action::Measure(options)) => run(&options),
        Ok(Action::Once(stage, records, scratch)) => once(stage, records, &scratch),
        Ok(Action::Help) => {
            print!("{HELP}");
            Ok(())
        }
        Err(message) => {
            eprintln!("{message}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Outcome<()> {
    fs::create_dir_all(&options.out)?;
    let scratch = scratch(&options.out).join(format!("generator-{}", std::process::id()));
    let report = measure(options, &scratch)?;
    fs::remove_dir_all(&scratch)?;
    let text = report.text();
    println!("{text}");
    fs::write(options.out.join("generator.txt"), text)?;
    let json = serde_json::to_string_pretty(&report.json())?;
    fs::write(options.out.join("generator.json"), json)?;
    Ok(())
}

/// In memory where the system has such a folder: how busy the disk is says nothing of a generator.
fn scratch(out: &Path) -> PathBuf {
    let memory = Path::new("/dev/shm");
    match memory.is_dir() {
        true => memory.to_owned(),
        false => out.to_owned(),
    }
}

struct Row {
    stage: Stage,
    small: f64,
    large: Option<f64>,
    /// In MiB, with the most records that there is a time for; none of what only writes.
    peak: Option<f64>,
    /// Exponent of the processor time from few records to many; 1 is linear.
    growth: Option<f64>,
}

struct Report {
    rows: Vec<Row>,
}

/// Milliseconds of each stage, in the order of the stages: the fastest of interleaved rounds, because the same
/// work is done each time and whatever is slower was disturbed.
fn rounds(stages: &[Prepared], count: usize) -> Outcome<Vec<f64>> {
    let mut times = vec![Vec::new(); stages.len()];
    for round in 0..count {
        for i in 0..stages.len() {
            // Each round begins with another stage.
            let i = (i + round) % stages.len();
            stages[i].before()?;
            let start = Instant::now();
            stages[i].run()?;
            times[i].push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    let fastest = |times: &Vec<f64>| times.iter().copied().fold(f64::INFINITY, f64::min);
    Ok(times.iter().map(fastest).collect())
}

fn measure(options: &Options, scratch: &Path) -> Outcome<Report> {
    let wanted = |stage: &Stage| !(options.ours && stage.is_peer());
    let stages: Vec<Stage> = Stage::ALL.into_iter().filter(wanted).collect();
    let small = times(&stages, SMALL, scratch, if options.quick { 3 } else { 11 })?;
    let without = |stage: &&Stage| !(options.quick && stage.is_peer());
    let some: Vec<Stage> = stages.iter().filter(without).copied().collect();
    let large = times(&some, LARGE, scratch, if options.quick { 1 } else { 3 })?;
    let rows = stages.iter().map(|stage| {
        let large = large.get(stage.name()).copied();
        let (mut peak, mut growth) = (None, None);
        if *stage != Stage::Floor {
            let few = alone(*stage, SMALL, scratch, 5)?;
            let many = large
                .map(|_| alone(*stage, LARGE, scratch, 3))
                .transpose()?;
            growth = many.map(|many| (many.processor / few.processor).log10());
            peak = Some(many.unwrap_or(few).peak);
        }
        Ok(Row {
            stage: *stage,
            small: small[stage.name()],
            large,
            peak,
            growth,
        })
    });
    Ok(Report {
        rows: rows.collect::<Outcome<_>>()?,
    })
}

fn times(
    stages: &[Stage],
    records: usize,
    scratch: &Path,
    count: usize,
) -> Outcome<BTreeMap<&'static str, f64>> {
    let definitions = Definitions::write(scratch, records)?;
    let prepared: Vec<Prepared> = stages
        .iter()
        .map(|stage| Prepared::new(*stage, &definitions, scratch))
        .collect::<Outcome<_>>()?;
    let times = rounds(&prepared, count)?;
    Ok(stages.iter().map(|stage| stage.name()).zip(times).collect())
}

/// What a process of its own takes.
#[derive(Clone, Copy)]
struct Alone {
    /// Most memory that it held, in MiB.
    peak: f64,
    /// Processor time of the stage, the system's part included, in milliseconds.
    processor: f64,
}

/// Runs the stage in some processes of its own: the least time that one took, and the most memory.
fn alone(stage: Stage, records: usize, scratch: &Path, count: usize) -> Outcome<Alone> {
    let index = Stage::ALL.iter().position(|other| *other == stage);
    let mut found: Option<Alone> = None;
    // The first leaves what the others find unchanged.
    for first in [true].into_iter().chain(vec![false; count]) {
        let output = Command::new(env::current_exe()?)
            .args([
                "--once",
                &index.unwrap_or(0).to_string(),
                &records.to_string(),
            ])
            .arg(scratch)
            .output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        let (peak, processor) = text.trim().split_once(' ').ok_or("expected two numbers")?;
        let (peak, processor) = (peak.parse::<f64>()? / 1024.0, processor.parse()?);
        if first {
            continue;
        }
        let before = found.unwrap_or(Alone { peak, processor });
        found = Some(Alone {
            peak: peak.max(before.peak),
            processor: before.processor.min(processor),
        });
    }
    found.ok_or_else(|| "no process was run".into())
}

/// Prints the most memory that the process held, in KiB, and the processor time of the stage.
fn once(stage: Stage, records: usize, scratch: &Path) -> Outcome<()> {
    let definitions = Definitions::paths(scratch, records);
    let prepared = match stage {
        // They find what an earlier process left.
        Stage::Unchanged | Stage::UnchangedCommand => Prepared::found(stage, &definitions, scratch),
        _ => Prepared::new(stage, &definitions, scratch)?,
    };
    prepared.before()?;
    let start = clock_gettime(ClockId::ProcessCPUTime);
    prepared.run()?;
    let taken = clock_gettime(ClockId::ProcessCPUTime) - start;
    let processor = taken.tv_sec as f64 * 1e3 + taken.tv_nsec as f64 / 1e6;
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next());
    println!("{} {processor}", kibibytes.unwrap_or("NaN"));
    Ok(())
}

/// What is wanted of the generator: the number, the bound, and whether more is better.
struct Goal {
    id: &'static str,
    what: &'static str,
    measured: Option<f64>,
    need: &'static str,
    bound: f64,
    unit: &'static str,
}

impl Goal {
    fn holds(&self) -> Option<bool> {
        self.measured.map(|measured| match self.need {
            "at least" => measured >= self.bound,
            _ => measured <= self.bound,
        })
    }
}

impl Report {
    fn row(&self, stage: Stage) -> Option<&Row> {
        self.rows.iter().find(|row| row.stage == stage)
    }

    fn goals(&self) -> Vec<Goal> {
        let fresh = self.row(Stage::Fresh);
        let times = |peer, ours| Some(self.row(peer)?.small / self.row(ours)?.small);
        let over = |peer| times(peer, Stage::Fresh);
        let growth = fresh.and_then(|row| row.growth);
        let at_least = |what, measured, bound| Goal {
            id: "P11",
            what,
            measured,
            need: "at least",
            bound,
            unit: "times as long",
        };
        let at_most = |id, what, measured, bound, unit| Goal {
            id,
            what,
            measured,
            need: "at most",
            bound,
            unit,
        };
        vec![
            at_least(
                "prost-build against rust + avro + docs, 1,000 records",
                over(Stage::Prost),
                12.0,
            ),
            at_least(
                "prost-build against rust alone, which is what it writes",
                times(Stage::Prost, Stage::FreshRust),
                12.0,
            ),
            at_least(
                "typify with builders, as its command writes, against rust + avro + docs",
                over(Stage::TypifyBuilders),
                20.0,
            ),
            at_least(
                "typify with builders against rust alone, which has builders too",
                times(Stage::TypifyBuilders, Stage::FreshRust),
                20.0,
            ),
            at_least(
                "typify without builders against rust + avro + docs",
                over(Stage::Typify),
                20.0,
            ),
            at_least(
                "typify without builders against rust alone",
                times(Stage::Typify, Stage::FreshRust),
                20.0,
            ),
            at_most(
                "P11",
                "growth of rust + avro + docs, 1,000 to 10,000 (1 is linear)",
                growth,
                1.15,
                "exponent",
            ),
            at_most(
                "P11",
                "memory of rust + avro + docs, 10,000 records",
                fresh.and_then(|row| row.peak),
                150.0,
                "MiB",
            ),
            at_most(
                "P12",
                "nothing changed, 1,000 records",
                self.row(Stage::Unchanged).map(|row| row.small),
                5.0,
                "ms",
            ),
        ]
    }

    fn text(&self) -> String {
        let mut out = format!(
            "Definitions into code, in process: the fastest of interleaved rounds.\n\n{:<38}{:>12}{:>13}{:>10}{:>12}\n",
            "", "1,000 / ms", "10,000 / ms", "growth", "peak / MiB"
        );
        for row in &self.rows {
            let large = row.large.map_or("-".into(), |large| format!("{large:.1}"));
            let peak = row.peak.map_or("-".into(), |peak| format!("{peak:.0}"));
            let growth = row
                .growth
                .map_or("-".into(), |growth| format!("{growth:.2}"));
            out += &format!(
                "{:<38}{:>12.2}{large:>13}{growth:>10}{peak:>12}\n",
                row.stage.name(),
                row.small
            );
        }
        out += "\nGoals\n\n";
        for goal in self.goals() {
            let measured = goal
                .measured
                .map_or("not measured".into(), |m| format!("{m:.2}"));
            let holds = match goal.holds() {
                None => "",
                Some(true) => "yes",
                Some(false) => "NO",
            };
            out += &format!(
                "{:<5}{:<74}{} {:<5}{:>14} {:<15}{holds}\n",
                goal.id, goal.what, goal.need, goal.bound, measured, goal.unit
            );
        }
        out
    }

    fn json(&self) -> Value {
        let row = |row: &Row| {
            json!({
                "stage": row.stage.name(), "small_ms": row.small, "large_ms": row.large,
                "growth": row.growth, "peak_mib": row.peak,
            })
        };
        let goal = |goal: &Goal| {
            json!({
                "id": goal.id, "what": goal.what, "measured": goal.measured, "need": goal.need,
                "bound": goal.bound, "unit": goal.unit, "holds": goal.holds(),
            })
        };
        json!({
            "records": [SMALL, LARGE],
            "stages": self.rows.iter().map(row).collect::<Vec<_>>(),
            "goals": self.goals().iter().map(goal).collect::<Vec<_>>(),
        })
    }
}
