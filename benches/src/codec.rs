//! The codecs beside the peers. `benches/run` calls this; `--help` says how.

use std::fs;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use tg_schema_benches::report::Report;
use tg_schema_benches::rounds::{self, Effort};
use tg_schema_benches::{chart, instructions, shapes};

const HELP: &str = "\
Times every codec beside its peers, in interleaved rounds.

  --case TEXT       only cases whose name (shape/operation/who) contains TEXT; may be repeated.
                    Ratios need ours among them.
  --rounds N        rounds, 101 unless told
  --quick           few short rounds: to see that it works, not to quote
  --out FOLDER      where report.txt, report.json and report.svg go
  --list            names of the cases, and nothing else
  --instructions    counts instructions of the small cases instead, with valgrind
  --repeat CASE N   runs one case N times, for a profiler";

enum Action {
    Time,
    List,
    Instructions,
    Repeat(String, u64),
}

struct Options {
    action: Action,
    cases: Vec<String>,
    effort: Effort,
    out: Option<PathBuf>,
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options {
        action: Action::Time,
        cases: Vec::new(),
        effort: Effort {
            rounds: 101,
            layouts: 5,
            slice: 1e6,
        },
        out: None,
    };
    while let Some(argument) = arguments.next() {
        let mut next = || arguments.next().ok_or(format!("{argument} needs a value"));
        let number = |text: String| {
            text.parse::<u64>()
                .map_err(|_| format!("{text} is no number"))
        };
        match argument.as_str() {
            "--case" => options.cases.push(next()?),
            "--rounds" => options.effort.rounds = number(next()?)?.max(1) as usize,
            "--quick" => {
                options.effort = Effort {
                    rounds: 11,
                    layouts: 1,
                    slice: 2e5,
                }
            }
            "--out" => options.out = Some(next()?.into()),
            "--list" => options.action = Action::List,
            "--instructions" => options.action = Action::Instructions,
            "--repeat" => options.action = Action::Repeat(next()?, number(next()?)?),
            // What cargo gives every bench.
            "--bench" => {}
            "--help" => return Err(HELP.into()),
            _ => return Err(format!("unknown option {argument}\n\n{HELP}")),
        }
    }
    Ok(options)
}

fn main() -> ExitCode {
    match options(std::env::args().skip(1)).and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> Result<(), String> {
    if let Action::Repeat(name, times) = &options.action {
        // Only its own shape is set up, so that little else is counted.
        let shape = name.split('/').next();
        let mut cases = shapes::cases(|name| Some(name) == shape, 0);
        let mut named = cases
            .iter_mut()
            .filter(|case| case.key.to_string() == *name);
        let case = named.next().ok_or(format!("no case is called {name}"))?;
        (case.run)(*times);
        return Ok(());
    }
    if matches!(options.action, Action::Instructions) {
        return instructions::run(&options.cases);
    }
    let wanted = |name: String| {
        let given = &options.cases;
        given.is_empty() || given.iter().any(|text| name.contains(text.as_str()))
    };
    let set_up = |layout| {
        let mut cases = shapes::cases(|_| true, layout);
        cases.retain(|case| wanted(case.key.to_string()));
        cases
    };
    if matches!(options.action, Action::List) {
        for case in set_up(0) {
            println!("{}", case.key);
        }
        return Ok(());
    }

    let show = std::io::stderr().is_terminal();
    let times = rounds::run(set_up, options.effort, |done| {
        if show {
            eprint!("\r{done} of {} rounds", options.effort.rounds);
            let _ = std::io::stderr().flush();
        }
    });
    if show {
        eprintln!();
    }
    let report = Report::of(times);
    println!("{}", report.text());
    if let Some(out) = options.out {
        let json = serde_json::to_string_pretty(&report.json()).map_err(|e| e.to_string())?;
        fs::create_dir_all(&out)
            .and_then(|()| fs::write(out.join("report.txt"), report.text()))
            .and_then(|()| fs::write(out.join("report.json"), json))
            .and_then(|()| fs::write(out.join("report.svg"), chart::svg(&report)))
            .map_err(|e| format!("{}: {e}", out.display()))?;
    }
    Ok(())
}
