//! What else `migrate` finds: what ties the code to Pulsar, how Records are used, what is registered.

use std::path::Path;

use tg_schema_gen::python;
use tg_schema_migrate::output;
use tg_schema_migrate::registered::{self, Class};
use tg_schema_migrate::{Migration, Survey, Surveyed, audit};
use tg_schema_model::{Diagnostics, Json, Severity, Sources, topic};

use crate::arguments::{self, Format};
use crate::console::Console;
use crate::exit::Failure;
use crate::project;

/// What the arguments ask for.
pub fn asked(arguments: &arguments::Migrate) -> Result<Survey, Failure> {
    let apply = match &arguments.apply_callers {
        Some(_) => {
            let mut options = python::Options::default();
            if let Some(package) = project::config()?.python_package {
                options.package = package;
            }
            Some(options)
        }
        None => None,
    };
    Ok(Survey {
        callers: !arguments.callers.is_empty(),
        apply,
        folder: std::env::current_dir().unwrap_or_default(),
    })
}

/// The classes beside what is registered.
pub fn registered(
    arguments: &arguments::Migrate,
    migration: &Migration,
) -> Result<Option<registered::Report>, Failure> {
    if arguments.registered.is_empty() {
        return Ok(None);
    }
    let classes = migration.classes.iter().filter_map(|class| {
        let place = format!("{}:{}", class.file, class.line);
        Some(Class::new(place, &class.name, class.text.clone()?))
    });
    let classes: Vec<Class> = classes.collect();
    let topics = migration.loaded.schema.topics.iter();
    let topics: Vec<String> = topics.map(|t| topic::pulsar::name(&t.address)).collect();
    let found = crate::registered::gather(&arguments.registered, &topics)?;
    Ok(Some(registered::compare(&classes, &found)))
}

/// The files of the report.
pub fn files(
    surveyed: &Surveyed,
    registered: Option<&registered::Report>,
) -> Vec<(String, String)> {
    let pretty = |json: Json| json.pretty(2).trim_end().to_owned() + "\n";
    let mut files = vec![
        (
            "migration/audit.txt".to_owned(),
            audit::text(&surveyed.audit),
        ),
        (
            "migration/audit.md".to_owned(),
            audit::markdown(&surveyed.audit),
        ),
        (
            "migration/audit.json".to_owned(),
            pretty(audit::json(&surveyed.audit)),
        ),
    ];
    if let Some(report) = &surveyed.callers {
        let path = "migration/callers.json".to_owned();
        files.push((path, pretty(report.json())));
    }
    if let Some(report) = registered {
        let path = "migration/registered.md".to_owned();
        files.push((path, registered::markdown(report)));
    }
    files
}

/// Problems, to where problems go.
pub fn problems(
    sources: &Sources,
    surveyed: &Surveyed,
    registered: Option<&registered::Report>,
    console: &mut Console,
) {
    if let Some(report) = registered {
        console.diagnostics(sources, &registered::errors(report, sources));
        if console.format() == Format::Sarif {
            console.diagnostics(sources, &registered::notes(report, sources));
        }
    }
    if console.format() == Format::Sarif {
        let ties = surveyed.audit.findings.iter().map(|f| f.diagnostic());
        console.diagnostics(sources, &Diagnostics(ties.collect()));
    }
    if let Some(report) = &surveyed.callers {
        let found = report.findings.iter().map(|f| f.diagnostic());
        console.diagnostics(sources, &Diagnostics(found.collect()));
    }
    if let Some(applied) = &surveyed.applied {
        let left = applied.left.iter().map(|left| left.diagnostic());
        console.diagnostics(sources, &Diagnostics(left.collect()));
    }
}

/// Whether a caller says what generated types refuse.
pub fn breaks(surveyed: &Surveyed) -> bool {
    let found = surveyed.callers.iter().flat_map(|report| &report.findings);
    found
        .map(|finding| finding.diagnostic())
        .any(|d| d.severity == Severity::Error)
}

/// Counts, for people.
pub fn tell(surveyed: &Surveyed, registered: Option<&registered::Report>, console: &mut Console) {
    if console.format() != Format::Text {
        return;
    }
    let ties = audit::summary(&surveyed.audit);
    lines("What ties the code to Pulsar", &ties, console);
    if let Some(report) = &surveyed.callers {
        lines("How Records are used", &report.summary(), console);
    }
    if let Some(report) = registered {
        lines("What is registered", &registered::text(report), console);
    }
}

fn lines(title: &str, text: &str, console: &mut Console) {
    console.line("");
    console.line(title);
    text.lines().for_each(|line| console.line(line));
}

/// Entries of the report for programs.
pub fn entries(
    surveyed: &Surveyed,
    registered: Option<&registered::Report>,
) -> Vec<(&'static str, Json)> {
    let mut entries = vec![("audit", audit::json(&surveyed.audit))];
    if let Some(report) = &surveyed.callers {
        entries.push(("callers", report.json()));
    }
    if let Some(report) = registered {
        entries.push(("registered", registered::json(report)));
    }
    if let Some(applied) = &surveyed.applied {
        let left = applied.left.iter().map(|left| {
            Json::object([
                ("file", Json::str(&left.file)),
                ("reason", Json::str(&left.reason)),
            ])
        });
        let applied = Json::object([
            ("changed", Json::strings(applied.changed.iter().cloned())),
            ("left", Json::Array(left.collect())),
        ]);
        entries.push(("applied", applied));
    }
    entries
}

/// Whether the patch may be written: nothing else is where it goes.
pub fn may_write_patch(arguments: &arguments::Migrate, surveyed: &Surveyed) -> Result<(), Failure> {
    let (Some(path), Some(applied)) = (&arguments.apply_callers, &surveyed.applied) else {
        return Ok(());
    };
    match std::fs::symlink_metadata(path) {
        Ok(about) if !about.is_file() => {
            return Err(Failure::help(
                format!("{} is no plain file", path.display()),
                "name a file for the patch",
            ));
        }
        _ => {}
    }
    match std::fs::read(path) {
        _ if applied.patch.is_empty() => Ok(()),
        Ok(old) if old != applied.patch.as_bytes() && !arguments.force => Err(Failure::help(
            format!("{} is there and has another content", path.display()),
            "`--force` writes over it",
        )),
        _ => Ok(()),
    }
}

/// Writes the patch.
pub fn write_patch(
    arguments: &arguments::Migrate,
    surveyed: &Surveyed,
    console: &mut Console,
) -> Result<(), Failure> {
    let (Some(path), Some(applied)) = (&arguments.apply_callers, &surveyed.applied) else {
        return Ok(());
    };
    let left = match applied.left.len() {
        1 => "1 file left as it is".to_owned(),
        left => format!("{left} files left as they are"),
    };
    if applied.patch.is_empty() {
        let looked = match arguments.callers.is_empty() {
            true => "; `--callers PATH` adds code to look at",
            false => "",
        };
        let line = format!(
            "{} is not written: there is nothing to change, {left}{looked}",
            path.display()
        );
        console.line(&line);
        return Ok(());
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let files = [(name.unwrap_or_default(), applied.patch.clone())];
    output::write(folder.unwrap_or(Path::new(".")), &files, true)
        .map_err(|error| Failure::new(error.to_string()))?;
    let changed = match applied.changed.len() {
        1 => "1 file changed".to_owned(),
        changed => format!("{changed} files changed"),
    };
    console.line(&format!("{}: {changed}, {left}", path.display()));
    Ok(())
}
