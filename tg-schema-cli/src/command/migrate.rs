//! `tg-schema migrate`: Python Records into definitions and the migration table.

mod survey;

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use tg_schema_gen::migration::{self, Form};
use tg_schema_migrate::output::{self, OutputError};
use tg_schema_migrate::record::Habits;
use tg_schema_migrate::{Migration, Options, Progress, migrate_with};
use tg_schema_model::{Json, json};

use crate::arguments::{self, Format};
use crate::console::Console;
use crate::exit::{Exit, Failure};

/// Largest table that is compared with, in bytes.
const MAX_TABLE: u64 = 256 * 1024 * 1024;

pub fn run(arguments: &arguments::Migrate, console: &mut Console) -> Result<Exit, Failure> {
    there(arguments)?;
    let progress = Arc::new(Progress::default());
    let options = Options {
        habits: Habits {
            sorted_fields: arguments.sorted_fields,
            repeat_definitions: arguments.repeat_definitions,
        },
        tighten: arguments.tighten.clone(),
        progress: Some(Arc::clone(&progress)),
        callers: arguments.callers.clone(),
    };
    let asked = survey::asked(arguments)?;
    let (migration, surveyed) = watched(&progress, || {
        migrate_with(&arguments.paths, &options, asked)
    });
    usable(&migration, arguments)?;
    console.diagnostics(&migration.sources, &migration.findings);
    let registered = survey::registered(arguments, &migration)?;
    survey::may_write_patch(arguments, &surveyed)?;
    if let Some(out) = &arguments.out {
        let mut files = files(&migration);
        files.extend(survey::files(&surveyed, registered.as_ref()));
        files.sort();
        written(out, &files, arguments.force, console)?;
    }
    let difference = match &arguments.check {
        Some(path) => check(path, &migration)?,
        None => Vec::new(),
    };
    for line in &difference {
        console.finding(line);
    }
    let differs = registered.as_ref().is_some_and(|r| !r.is_clean());
    let open = migration.table.summary.unresolved > 0;
    let exit = match migration.partial
        || differs
        || survey::breaks(&surveyed)
        || !difference.is_empty()
        || (open && !arguments.allow_unresolved)
    {
        true => Exit::Findings,
        false => Exit::Clean,
    };
    let checked = arguments.check.as_ref().map(|_| difference.as_slice());
    survey::problems(&migration.sources, &surveyed, registered.as_ref(), console);
    let mut more = survey::entries(&surveyed, registered.as_ref());
    let skipped = migration.skipped.counts().into_iter();
    let skipped = skipped.map(|(key, _, count)| (key, Json::int(count as i64)));
    more.push(("skipped", Json::object(skipped)));
    told(
        &migration,
        arguments.out.is_some(),
        checked,
        more,
        exit,
        console,
    );
    survey::tell(&surveyed, registered.as_ref(), console);
    if let Some(line) = migration.skipped.told() {
        console.line("");
        console.line(&line);
    }
    survey::write_patch(arguments, &surveyed, console)?;
    // The program ends, and all of it with it: to free it piece by piece takes longer than a tenth of the run.
    std::mem::forget((migration, surveyed));
    Ok(exit)
}

/// Whether everything that was named is there.
fn there(arguments: &arguments::Migrate) -> Result<(), Failure> {
    let named = arguments.paths.iter().chain(&arguments.callers);
    let missing = named.filter(|path| {
        let about = std::fs::metadata(path);
        about.is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
    });
    let missing: Vec<String> = missing.map(|path| path.display().to_string()).collect();
    match missing.is_empty() {
        true => Ok(()),
        false => Err(Failure::help(
            format!("there is no file or folder {}", missing.join(", ")),
            "name files and folders that are there",
        )),
    }
}

/// Does work with a bar on standard error, where that is a terminal and the work is long.
fn watched<T>(progress: &Progress, work: impl FnOnce() -> T) -> T {
    const LONG: Duration = Duration::from_millis(700);
    const TICK: Duration = Duration::from_millis(100);
    if !std::io::stderr().is_terminal() {
        return work();
    }
    let (done, waiting) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            if waiting.recv_timeout(LONG) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let bar = ProgressBar::new(progress.all());
            if let Ok(style) = ProgressStyle::with_template("reading Python {wide_bar} {percent}%")
            {
                bar.set_style(style);
            }
            while waiting.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                bar.set_length(progress.all());
                bar.set_position(progress.done());
            }
            bar.finish_and_clear();
        });
        let result = work();
        drop(done);
        result
    })
}

/// Whether there is anything to say at all.
fn usable(migration: &Migration, arguments: &arguments::Migrate) -> Result<(), Failure> {
    if !migration.rules.is_empty() {
        let rules: Vec<String> = migration.rules.iter().map(ToString::to_string).collect();
        return Err(Failure::new(rules.join("\n")));
    }
    if migration.read > 0 {
        return Ok(());
    }
    if migration.findings.has_errors() {
        return Err(Failure::Definitions {
            sources: migration.sources.clone(),
            diagnostics: migration.findings.clone(),
        });
    }
    let names: Vec<String> = arguments
        .paths
        .iter()
        .map(|p| p.display().to_string())
        .collect();
    Err(Failure::new(format!(
        "there are no Python files in {}",
        names.join(", ")
    )))
}

/// Definitions and the table in all its forms, by their paths below the output folder.
fn files(migration: &Migration) -> Vec<(String, String)> {
    let definitions = migration.files.iter();
    let mut files: Vec<(String, String)> = definitions
        .map(|(path, text)| (format!("{}.toml", path.join("/")), text.clone()))
        .collect();
    let list = output::list(files.iter().map(|(path, _)| path.as_str()));
    files.push((output::LIST.to_owned(), list));
    let forms = migration.table.render_all().into_iter();
    files.extend(forms.map(|(form, text)| (format!("migration/table.{}", form.extension()), text)));
    files
}

fn written(
    out: &Path,
    files: &[(String, String)],
    force: bool,
    console: &mut Console,
) -> Result<(), Failure> {
    let report = output::write(out, files, force).map_err(|error| match error {
        OutputError::WouldOverwrite(_) => {
            Failure::help(error.to_string(), "`--force` writes over them")
        }
        OutputError::LeftBehind(_) => Failure::help(
            error.to_string(),
            "`--force` removes them; or name the same PATHS as then: modules are called by the way from there",
        ),
        other => Failure::new(other.to_string()),
    })?;
    for path in &report.written {
        console.line(&format!("wrote {}", out.join(path).display()));
    }
    for path in &report.removed {
        console.line(&format!(
            "removed {}: its source is gone",
            out.join(path).display()
        ));
    }
    let (new, unchanged) = (report.written.len(), report.unchanged);
    console.line(&format!("{new} written, {unchanged} unchanged"));
    console.line("");
    Ok(())
}

/// What is another than in a table that was kept.
fn check(path: &Path, migration: &Migration) -> Result<Vec<String>, Failure> {
    let cannot = |error| Failure::io("read", path, &error);
    let size = std::fs::metadata(path).map_err(cannot)?.len();
    if size > MAX_TABLE {
        return Err(Failure::new(format!(
            "{} is larger than {MAX_TABLE} bytes",
            path.display()
        )));
    }
    let kept = std::fs::read_to_string(path).map_err(cannot)?;
    let name = path
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    if !migration::is_table(&name, &kept) {
        return Err(Failure::help(
            format!("{} is no migration table", path.display()),
            "`--check` takes a table that `migrate` wrote, such as migration/table.json below `--out`",
        ));
    }
    let difference = migration::compare(&migration.table, &name, &kept);
    Ok(difference.map_or_else(Vec::new, |found| found.lines()))
}

/// The table on standard output, in the form that was asked for; what needs attention alone, where it was written.
fn told(
    migration: &Migration,
    written: bool,
    checked: Option<&[String]>,
    more: Vec<(&'static str, Json)>,
    exit: Exit,
    console: &mut Console,
) {
    let table = &migration.table;
    let form = match console.format() {
        Format::Text if written => return console.result(table.brief().as_bytes()),
        Format::Text => Form::Text,
        Format::Markdown => Form::Markdown,
        Format::Csv => Form::Csv,
        Format::Html => Form::Html,
        // Others are refused before.
        _ => {
            let document = json::parse(&table.render(Form::Json));
            let mut entries = match document {
                Ok(Json::Object(entries)) => entries,
                _ => Vec::new(),
            };
            if let Some(lines) = checked {
                entries.push(("check".to_owned(), Json::strings(lines.iter().cloned())));
            }
            let entries = entries
                .iter()
                .map(|(key, value)| (key.as_str(), value.clone()));
            console.report(exit, entries.chain(more));
            return;
        }
    };
    console.result(table.render(form).as_bytes());
}
