//! `tg-schema fmt`: definition files in their canonical form.

use std::io::Read;
use std::path::PathBuf;

use tg_schema_gen::definition::Notation;
use tg_schema_gen::{format, load};
use tg_schema_model::{Diagnostics, Json, SourceId, Sources};

use crate::arguments;
use crate::console::Console;
use crate::draft::Draft;
use crate::exit::{Exit, Failure};
use crate::project;

pub fn run(arguments: &arguments::Fmt, console: &mut Console) -> Result<Exit, Failure> {
    if arguments.paths.iter().any(|p| p.as_os_str() == "-") {
        return piped(arguments, console);
    }
    let config = project::config()?;
    let paths = files(project::inputs(&arguments.paths, &config))?;
    let changes = changes(&paths)?;
    for (path, text) in &changes {
        if arguments.check {
            console.finding(&format!("not formatted {}", path.display()));
        } else {
            Draft::write(path, text)
                .and_then(Draft::put)
                .map_err(|e| Failure::io("write", path, &e))?;
            console.line(&format!("formatted {}", path.display()));
        }
    }
    let (changed, good) = (changes.len(), paths.len() - changes.len());
    let verb = if arguments.check {
        "not formatted"
    } else {
        "formatted"
    };
    console.line(&format!("{changed} {verb}, {good} unchanged"));
    let exit = if arguments.check && changed > 0 {
        Exit::Findings
    } else {
        Exit::Clean
    };
    console.report(
        exit,
        [
            (
                "changed",
                Json::strings(changes.iter().map(|(p, _)| p.display().to_string())),
            ),
            ("unchanged", Json::Number(good.to_string())),
        ],
    );
    Ok(exit)
}

/// Standard input to standard output; with `--check` only the exit code.
fn piped(arguments: &arguments::Fmt, console: &mut Console) -> Result<Exit, Failure> {
    if arguments.paths.len() > 1 {
        return Err(Failure::new("`-` is standard input and stands alone"));
    }
    let mut text = String::new();
    std::io::stdin()
        .lock()
        .read_to_string(&mut text)
        .map_err(|e| Failure::new(format!("cannot read standard input: {e}")))?;
    let formatted = format::format(&text, Notation::Toml).map_err(|diagnostics| {
        let mut sources = Sources::default();
        sources.add("<stdin>", text.as_str());
        Failure::Definitions {
            sources,
            diagnostics,
        }
    })?;
    if !arguments.check {
        console.result(formatted.as_bytes());
    } else if formatted != text {
        console.finding("not formatted <stdin>");
        return Ok(Exit::Findings);
    }
    Ok(Exit::Clean)
}

/// Definition files below the paths. What is wrong in them is not asked here.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    project::present(paths)?;
    let mut files = load::definition_files(paths).map_err(|e| Failure::new(e.to_string()))?;
    files.sort();
    files.dedup();
    Ok(files)
}

/// The files that are not in canonical form, with that form. All of them can be read, or none is given.
fn changes(paths: &[PathBuf]) -> Result<Vec<(PathBuf, String)>, Failure> {
    let mut changes = Vec::new();
    let mut sources = Sources::default();
    let mut wrong = Diagnostics::default();
    for path in paths {
        let text = std::fs::read_to_string(path).map_err(|e| Failure::io("read", path, &e))?;
        let name = path.display().to_string();
        match format::format(&text, Notation::of(&name).unwrap_or(Notation::Toml)) {
            Ok(formatted) if formatted == text => {}
            Ok(formatted) => changes.push((path.clone(), formatted)),
            Err(diagnostics) => {
                let source = sources.add(name, text);
                wrong.0.extend(diagnostics.0.into_iter().map(|mut d| {
                    if d.span.source != SourceId::NONE {
                        d.span.source = source;
                    }
                    d
                }));
            }
        }
    }
    if wrong.has_errors() {
        return Err(Failure::Definitions {
            sources,
            diagnostics: wrong,
        });
    }
    Ok(changes)
}
