//! The codecs beside the peers. `benches/run` calls this; `--help` says how.

use std::fs;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use tg_schema_benches::case::Key;
use tg_schema_benches::options::{Action, HELP, Options, no_case};
use tg_schema_benches::report::Report;
use tg_schema_benches::{chart, instructions, rounds, shapes};

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    // Cargo gives it to every bench, behind all others. It is no value of an option that lacks one.
    arguments.pop_if(|last| last == "--bench");
    let options = match Options::of(arguments.into_iter()) {
        Ok(options) => options,
        Err(message) => return wrong(&message),
    };
    if options.action == Action::Help {
        print!("{HELP}");
        return ExitCode::SUCCESS;
    }
    if let Action::Repeat(name, times) = &options.action {
        return repeat(name, *times);
    }
    let keys = shapes::cases(|_| true, 0).into_iter().map(|case| case.key);
    let chosen = match options.chosen(keys) {
        Ok(chosen) => chosen,
        Err(message) => return wrong(&message),
    };
    match run(&options, &chosen) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Only the case's own shape is set up, so that little else is counted.
fn repeat(name: &str, times: u64) -> ExitCode {
    let shape = name.split('/').next();
    let mut cases = shapes::cases(|name| Some(name) == shape, 0);
    let named = cases.iter_mut().find(|case| case.key.to_string() == name);
    match named {
        Some(case) => {
            instructions::counted(&mut *case.run, times);
            ExitCode::SUCCESS
        }
        None => {
            let keys = shapes::cases(|_| true, 0).into_iter().map(|case| case.key);
            wrong(&no_case(name, &keys.collect::<Vec<_>>()))
        }
    }
}

fn wrong(message: &str) -> ExitCode {
    eprintln!("{message}\n\n{HELP}");
    ExitCode::from(2)
}

fn run(options: &Options, chosen: &[Key]) -> Result<(), String> {
    match &options.action {
        Action::Instructions if options.cases.is_empty() => instructions::run_small(chosen),
        Action::Instructions => instructions::run(chosen.to_vec()),
        Action::List => {
            chosen.iter().for_each(|key| println!("{key}"));
            Ok(())
        }
        _ => time(options, chosen),
    }
}

fn time(options: &Options, chosen: &[Key]) -> Result<(), String> {
    let set_up = |layout| {
        let mut cases = shapes::cases(|_| true, layout);
        cases.retain(|case| chosen.contains(&case.key));
        cases
    };
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
    if let Some(out) = &options.out {
        let json = serde_json::to_string_pretty(&report.json()).map_err(|e| e.to_string())?;
        fs::create_dir_all(out)
            .and_then(|()| fs::write(out.join("report.txt"), report.text()))
            .and_then(|()| fs::write(out.join("report.json"), json))
            .and_then(|()| fs::write(out.join("report.svg"), chart::svg(&report)))
            .map_err(|e| format!("{}: {e}", out.display()))?;
    }
    Ok(())
}
