//! `tg-schema check`: what a change of definitions breaks, for whom, and in which direction.

mod accept;
mod fix;
mod gate;
mod options;
mod replay;
mod verify;
mod versions;
mod write;

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::engine::json::Peer;
use tg_schema_compat::fix::{Proposal, propose};
use tg_schema_compat::proof::prove;
use tg_schema_compat::render::words;
use tg_schema_compat::report::Report;

use crate::arguments;
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::project;
use gate::Gate;
use versions::Versions;

pub fn run(arguments: &arguments::Check, console: &mut Console) -> Result<Exit, Failure> {
    let config = project::config()?;
    let mut options = options::read(arguments, &config)?;
    let gate = Gate::read(arguments, &config)?;
    if arguments.accept {
        accept::mend(&versions::lock(arguments, &config), console)?;
    }
    let mut versions = Versions::read(arguments, &config)?;
    for note in &versions.notes {
        console.warning(note);
    }
    if versions.only_one_message() {
        let names = versions.new.messages.iter().map(|m| m.name.clone());
        options.only = names.collect();
    }
    let asked = !(arguments.peers.is_empty() && config.check.peers.is_empty());
    if !asked && versions.against.iter().any(|version| version.python) {
        options.peers.push(Peer::PythonRecord);
    }
    let (mut report, mut proposals) = compare(&versions, &options, &gate)?;
    if let Some(name) = arguments.only.iter().find(|name| !has(&report, name)) {
        return Err(Failure::help(
            format!("there is no record {name}"),
            "write its name alone, or with its namespace",
        ));
    }
    if arguments.fix {
        fix::writable(arguments)?;
        let mut written = Vec::new();
        // What does not go together in one round is tried again in the next.
        for _ in 0..fix::MAX_ROUNDS {
            // What the gate lets pass was meant.
            if report.objections.is_empty() {
                break;
            }
            let Some(changed) = fix::write(&report, &versions.new, &proposals)? else {
                break;
            };
            for file in &changed.files {
                console.line(&format!("changed {file}"));
            }
            for mended in &changed.mended {
                console.line(&format!("  {}", words::mended(mended)));
            }
            written.push(changed);
            versions.new = versions::newest(arguments, &config)?;
            (report, proposals) = compare(&versions, &options, &gate)?;
        }
        report.written = written;
        for reason in fix::unwritten(&versions.new, &proposals) {
            console.warning(&reason);
        }
    }
    fix::show(&mut report, &versions.new, &proposals);
    prove(&mut report, &versions.new, &versions.against);
    let replay = replay::read(&arguments.replay, &report, &versions, console)?;
    report
        .objections
        .extend(replay.iter().flat_map(replay::objections));
    let mut exit = match report.objections.is_empty() {
        true => Exit::Clean,
        false => Exit::Findings,
    };
    // A verdict that messages disprove is a fault of ours, whatever was asked.
    if let Some(messages) = arguments.verify
        && verify::attack(&report, &versions, messages, console)
    {
        exit = Exit::Failed;
    }
    // What cannot be accepted is told in place of a report that says that all is well.
    let release = match arguments.accept && exit == Exit::Clean {
        true => Some(accept::release(&versions)?),
        false => None,
    };
    write::report(&report, replay.as_ref(), &versions, exit, console);
    if let Some(release) = release {
        release.put(console)?;
    }
    // The program ends, and all of it with it.
    std::mem::forget((report, versions));
    Ok(exit)
}

/// Whether a record of that name, with its namespace or without it, was compared.
fn has(report: &Report, name: &str) -> bool {
    let wanted = Options {
        only: vec![name.to_owned()],
        ..Options::default()
    };
    let is = |full: &String| wanted.wants(full);
    let mut records = report.records.iter();
    records.any(|r| is(&r.record) || [&r.old, &r.new].into_iter().flatten().any(is))
}

/// The report, judged, and the edits that were proven to mend something.
fn compare(
    versions: &Versions,
    options: &Options,
    gate: &Gate,
) -> Result<(Report, Vec<Proposal>), Failure> {
    let (new, against) = (&versions.new, &versions.against);
    let told = |problem: tg_schema_compat::check::Problem| Failure::new(problem.to_string());
    let mut report = check(new, against, options).map_err(told)?;
    gate.suppress(&mut report, versions, options)?;
    let proposals = propose(&mut report, new, against, options);
    gate.judge(&mut report, versions)?;
    Ok((report, proposals))
}
