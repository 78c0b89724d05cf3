//! `tg-schema migrate`: Python Records into definitions.

mod survey;

use tg_schema_migrate::output::{self, OutputError};
use tg_schema_migrate::record::Habits;
use tg_schema_migrate::{ClassReport, Migration, Options, migrate_with};
use tg_schema_model::{Json, fingerprint};

use crate::arguments;
use crate::console::Console;
use crate::exit::{Exit, Failure};

pub fn run(arguments: &arguments::Migrate, console: &mut Console) -> Result<Exit, Failure> {
    let options = Options {
        habits: Habits {
            sorted_fields: arguments.sorted_fields,
            repeat_definitions: arguments.repeat_definitions,
        },
        tighten: arguments.tighten.clone(),
        callers: arguments.callers.clone(),
    };
    let asked = survey::asked(arguments)?;
    let (migration, surveyed) = migrate_with(&arguments.paths, &options, asked);
    if migration.read == 0 {
        return Err(nothing(migration, arguments));
    }
    console.diagnostics(&migration.sources, &migration.findings);
    let mut files: Vec<(String, String)> = migration
        .files
        .iter()
        .map(|(path, text)| (format!("{}.toml", path.join("/")), text.clone()))
        .collect();
    let registered = survey::registered(arguments, &migration)?;
    files.extend(survey::files(&surveyed, registered.as_ref()));
    files.sort();
    survey::may_write_patch(arguments, &surveyed)?;
    if let Some(out) = &arguments.out {
        let report = output::write(out, &files, arguments.force).map_err(failure)?;
        for path in &report.written {
            console.line(&format!("wrote {}", out.join(path).display()));
        }
    }
    for class in &migration.classes {
        let found = match &class.reason {
            None => "defined".to_owned(),
            Some(reason) => format!("open: {reason}"),
        };
        console.line(&format!(
            "{}:{} {} {found}",
            class.file, class.line, class.name
        ));
    }
    survey::tell(&migration.sources, &surveyed, registered.as_ref(), console);
    if let Some(applied) = &surveyed.applied {
        survey::write_patch(arguments, applied, console)?;
    }
    let differs = registered.as_ref().is_some_and(|r| !r.is_clean());
    let open = migration.classes.iter().any(|class| class.reason.is_some());
    let exit = match migration.partial || differs || (open && !arguments.allow_unresolved) {
        true => Exit::Findings,
        false => Exit::Clean,
    };
    let mut entries = vec![
        ("version", Json::int(1)),
        (
            "classes",
            Json::Array(migration.classes.iter().map(class).collect()),
        ),
    ];
    entries.extend(survey::entries(&surveyed, registered.as_ref()));
    console.report(exit, entries);
    Ok(exit)
}

fn nothing(migration: Migration, arguments: &arguments::Migrate) -> Failure {
    if migration.findings.has_errors() {
        return Failure::Definitions {
            sources: migration.sources,
            diagnostics: migration.findings,
        };
    }
    let names: Vec<String> = arguments
        .paths
        .iter()
        .map(|p| p.display().to_string())
        .collect();
    Failure::new(format!("there are no Python files in {}", names.join(", ")))
}

fn failure(error: OutputError) -> Failure {
    match error {
        OutputError::WouldOverwrite(_) => {
            Failure::help(error.to_string(), "`--force` writes over them")
        }
        other => Failure::new(other.to_string()),
    }
}

fn class(class: &ClassReport) -> Json {
    let or_null = |text: Option<String>| text.map_or(Json::Null, Json::String);
    let digest = |text: &String| fingerprint::hex(&fingerprint::sha256(text.as_bytes()));
    Json::object([
        ("file", Json::str(&class.file)),
        ("line", Json::Number(class.line.to_string())),
        ("name", Json::str(&class.name)),
        ("module", Json::String(class.module.join("."))),
        ("fields", Json::Number(class.fields.to_string())),
        ("sha256", or_null(class.text.as_ref().map(digest))),
        ("reason", or_null(class.reason.clone())),
    ])
}
