//! `tg-schema gen`: definitions into files.

use std::path::Path;

use tg_schema_gen::output::{self, Report};
use tg_schema_gen::target;
use tg_schema_model::Json;

use crate::arguments;
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::project::{self, below};

pub fn run(arguments: &arguments::Gen, console: &mut Console) -> Result<Exit, Failure> {
    let config = project::config()?;
    let inputs = project::inputs(&arguments.inputs, &config);
    let out = arguments.out.as_deref().unwrap_or(&config.out);
    let targets = if arguments.target.is_empty() {
        &config.targets
    } else {
        &arguments.target
    };

    output::outside(out, inputs).map_err(failure)?;
    let loaded = project::load(inputs)?;
    console.diagnostics(&loaded.sources, &loaded.diagnostics);
    let files = target::render(&loaded.schema, targets, &config).map_err(|diagnostics| {
        Failure::Definitions {
            sources: loaded.sources,
            diagnostics,
        }
    })?;
    drop(loaded.schema);

    if arguments.check {
        let found = output::check(out, &files, targets).map_err(failure)?;
        return Ok(checked(&found, out, console));
    }
    let report = output::write(out, &files, targets).map_err(failure)?;
    written(&report, out, console);
    Ok(Exit::Clean)
}

fn failure(error: output::OutputError) -> Failure {
    Failure::new(error.to_string())
}

fn written(report: &Report, out: &Path, console: &mut Console) {
    for path in &report.kept {
        console.warning(&format!(
            "{} is no longer generated, but was changed by hand: it stays and is yours now",
            below(out, path)
        ));
    }
    for path in &report.written {
        console.line(&format!("wrote {}", below(out, path)));
    }
    for path in &report.removed {
        console.line(&format!("removed {}", below(out, path)));
    }
    let (written, unchanged, removed) =
        (report.written.len(), report.unchanged, report.removed.len());
    console.line(&format!(
        "{} written, {unchanged} unchanged, {removed} removed",
        count(written)
    ));
    console.report(
        Exit::Clean,
        [
            ("out", Json::str(out.display().to_string())),
            ("written", Json::strings(report.written.iter().cloned())),
            ("unchanged", Json::Number(unchanged.to_string())),
            ("removed", Json::strings(report.removed.iter().cloned())),
            ("kept", Json::strings(report.kept.iter().cloned())),
        ],
    );
}

fn checked(found: &output::Freshness, out: &Path, console: &mut Console) -> Exit {
    let lists = [
        ("missing", &found.missing),
        ("changed", &found.changed),
        ("stale", &found.stale),
    ];
    for (what, paths) in lists {
        for path in paths {
            console.finding(&format!("{what} {}", below(out, path)));
        }
    }
    let bad: usize = lists.iter().map(|(_, paths)| paths.len()).sum();
    if bad == 0 {
        console.line(&format!("{} up to date", count(found.fresh)));
    } else {
        console.line(&format!(
            "{} out of date, {} up to date; run `tg-schema gen`",
            count(bad),
            found.fresh
        ));
    }
    let mut entries = vec![
        ("out", Json::str(out.display().to_string())),
        ("fresh", Json::Number(found.fresh.to_string())),
    ];
    entries.extend(lists.map(|(what, paths)| (what, Json::strings(paths.iter().cloned()))));
    let exit = if found.is_fresh() {
        Exit::Clean
    } else {
        Exit::Findings
    };
    console.report(exit, entries);
    exit
}

fn count(files: usize) -> String {
    if files == 1 {
        "1 file".to_owned()
    } else {
        format!("{files} files")
    }
}
