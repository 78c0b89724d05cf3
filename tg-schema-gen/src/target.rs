//! A schema into rendered files: which targets there are, and which file holds what.
//!
//! | target | files |
//! |---|---|
//! | `rust` | `rust/mod.rs` and one file a module |
//! | `python` | `python/…`, a package |
//! | `pulsar` | `pulsar/<module>/<Record>.json`: exactly the text to register |
//! | `avro` | `avro/<module>/<Record>.avsc` |
//! | `docs` | `docs/README.md` and one page a module, to browse |
//! | `migration` | `migration/table.{txt,md,json,csv,html}`, where something came out of a migration |
//!
//! Nothing is written here: see [`crate::output`].

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use tg_schema_model::{Diagnostic, Diagnostics, Record, RecordId, Schema, avro, pulsar};
use tg_schema_rust::write::{self, FileOptions};

use crate::config::Config;
use crate::docs::{self, Docs};
use crate::migration;
use crate::output::Files;
use crate::python;
use tg_schema_model::crew;

/// A language or broker that is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Target {
    /// Structs with their codecs.
    Rust,
    /// Dataclasses with their codecs.
    Python,
    /// Schema texts to register with Pulsar.
    Pulsar,
    /// Avro schema files.
    Avro,
    /// Pages that describe the messages.
    Docs,
    /// The migration table. A project without origins has none.
    Migration,
}

impl Target {
    /// All of them.
    pub const ALL: [Target; 6] = [
        Target::Rust,
        Target::Python,
        Target::Pulsar,
        Target::Avro,
        Target::Docs,
        Target::Migration,
    ];

    /// Its name, which is its folder's name too.
    pub fn name(self) -> &'static str {
        match self {
            Target::Rust => "rust",
            Target::Python => "python",
            Target::Pulsar => "pulsar",
            Target::Avro => "avro",
            Target::Docs => "docs",
            Target::Migration => "migration",
        }
    }
    /// The target with this name.
    pub fn from_name(name: &str) -> Option<Target> {
        Target::ALL.into_iter().find(|t| t.name() == name)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that is not the name of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTarget(pub String);

impl fmt::Display for UnknownTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "unknown target `{}`, expected one of {}",
            self.0,
            Target::ALL.map(Target::name).join(", ")
        )
    }
}

impl std::error::Error for UnknownTarget {}

impl FromStr for Target {
    type Err = UnknownTarget;
    fn from_str(name: &str) -> Result<Self, UnknownTarget> {
        Target::from_name(name).ok_or_else(|| UnknownTarget(name.to_owned()))
    }
}

/// Renders `targets`. Either everything is rendered, or everything that is in the way is told.
pub fn render(schema: &Schema, targets: &[Target], config: &Config) -> Result<Files, Diagnostics> {
    collisions(schema, targets)?;
    let wanted = |target: &Target| targets.contains(target);
    let least = if schema.records.len() < WORTH_A_THREAD {
        usize::MAX
    } else {
        1
    };
    let mut files = Files::new();
    // What takes longest comes first. The memory of its pieces is used again by what follows.
    if wanted(&Target::Rust) {
        code(schema, config, least, &mut files);
    }
    let docs = wanted(&Target::Docs).then(|| Docs::new(schema));
    let pieces = docs.as_ref().map(Docs::pieces).unwrap_or_default();
    let mut jobs = Vec::new();
    let whole = [Target::Python, Target::Migration].into_iter();
    jobs.extend(whole.filter(wanted).map(Job::Whole));
    for target in [Target::Avro, Target::Pulsar].into_iter().filter(wanted) {
        let starts = (0..schema.records.len()).step_by(RECORDS);
        jobs.extend(starts.map(|start| Job::Records(target, start)));
    }
    jobs.extend(pieces.iter().map(Job::Page));
    let open = migration::any_open(schema);
    let done = crew::each(&jobs, least, |job| match (job, &docs) {
        (Job::Whole(target), _) => Done::Files(self::whole(schema, *target, config)),
        (Job::Records(target, start), _) => Done::Files(of_records(schema, *target, *start, open)),
        (Job::Page(piece), Some(docs)) => Done::Page(docs.text(piece)),
        (Job::Page(_), None) => Done::Files(Vec::new()),
    });
    let mut pages = Vec::with_capacity(pieces.len());
    for done in done {
        match done {
            Done::Files(some) => files.extend(some),
            Done::Page(text) => pages.push(text),
        }
    }
    if let Some(docs) = docs {
        docs.bind(&pieces, pages, &mut files);
    }
    Ok(files)
}

/// The files of the target `rust`.
fn code(schema: &Schema, config: &Config, least: usize, files: &mut Files) {
    let options = FileOptions {
        options: config.rust.clone(),
    };
    let code = write::Files::new(schema, &options);
    let mut bound = write::Bound::default();
    let pieces = code.pieces();
    let mut rest = &pieces[..];
    while !rest.is_empty() {
        let (some, others) = rest.split_at(at_once(rest));
        let texts = crew::each(some, least, |piece| code.text(piece));
        for (piece, text) in some.iter().zip(texts) {
            bound.add(piece, text);
        }
        rest = others;
    }
    files.extend(below(Target::Rust, code.bind(bound)));
}

/// How many of the pieces are written before they are put together: each text is in memory twice then.
fn at_once(pieces: &[write::Piece]) -> usize {
    let mut items = 0;
    let fits = |piece: &&write::Piece| {
        items += piece.size();
        items <= ITEMS_AT_ONCE
    };
    pieces.iter().take_while(fits).count().max(1)
}

/// Items, some kilobytes of text each, of which the pieces are written at the same time.
const ITEMS_AT_ONCE: usize = 2_560;

/// From this many records on a thread saves more than it costs.
const WORTH_A_THREAD: usize = 32;

/// Records whose schemas are written at one go.
const RECORDS: usize = 64;

/// What can be rendered by itself.
enum Job<'p> {
    Whole(Target),
    /// The schemas of some records, from this one on.
    Records(Target, usize),
    Page(&'p docs::Piece),
}

enum Done {
    Files(Vec<(String, String)>),
    Page(String),
}

/// All files of a target that is written at one go.
fn whole(schema: &Schema, target: Target, config: &Config) -> Vec<(String, String)> {
    let files = match target {
        Target::Migration => migration::files(schema),
        _ => python::render(schema, &python_options(config)),
    };
    below(target, files).collect()
}

/// Files below the folder of their target.
fn below(target: Target, files: Vec<(String, String)>) -> impl Iterator<Item = (String, String)> {
    let files = files.into_iter();
    files.map(move |(path, text)| (format!("{target}/{path}"), text))
}

/// The schema files of some records. What a migration left open, if there is `any`, has none: it would be
/// registered as if it were whole.
fn of_records(schema: &Schema, target: Target, start: usize, any: bool) -> Vec<(String, String)> {
    let ids = schema.record_ids().skip(start).take(RECORDS);
    let ids = ids.filter(|id| !any || migration::open(schema, *id).is_none());
    let mut avro = String::new();
    let file = |id: RecordId| {
        let record = schema.record(id);
        if target == Target::Pulsar {
            let path = record_path(schema, record, target, "json");
            return (path, pulsar::text(schema, id));
        }
        // With as much room as it needs: thousands of them stay until all is rendered.
        avro::render::text_into(schema, id, &mut avro);
        let text = [avro.as_str(), "\n"].concat();
        (record_path(schema, record, target, "avsc"), text)
    };
    ids.map(file).collect()
}

fn python_options(config: &Config) -> python::Options {
    let mut options = python::Options::default();
    if let Some(package) = &config.python_package {
        options.package.clone_from(package);
    }
    options
}

fn record_path(schema: &Schema, record: &Record, target: Target, extension: &str) -> String {
    let module = schema.modules.get(record.module);
    let folders = module.into_iter().flat_map(|m| &m.path);
    let length: usize = folders.clone().map(|part| part.len() + 1).sum();
    let file = record.name.len() + extension.len() + 2;
    let mut path = String::with_capacity(target.name().len() + length + file);
    path.push_str(target.name());
    for part in folders {
        path.push('/');
        path.push_str(part);
    }
    for piece in ["/", &record.name, ".", extension] {
        path.push_str(piece);
    }
    path
}

/// Two records whose files differ in the case of letters alone are one file on many systems.
fn collisions(schema: &Schema, targets: &[Target]) -> Result<(), Diagnostics> {
    let mut seen = HashSet::with_capacity(schema.records.len());
    let mut found = Diagnostics::default();
    for target in [Target::Pulsar, Target::Avro]
        .into_iter()
        .filter(|t| targets.contains(t))
        .take(1)
    {
        for record in &schema.records {
            let path = record_path(schema, record, target, "json").to_lowercase();
            if !seen.insert(path) {
                found.push(
                    Diagnostic::error(
                        record.span,
                        format!(
                            "the files of `{}` and of another record differ in case alone",
                            record.name
                        ),
                        "the same file on systems that do not tell upper case from lower case",
                    )
                    .help("rename one of the two, or its module"),
                );
            }
        }
    }
    found.finish();
    if found.has_errors() {
        Err(found)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use tg_schema_model::Module;

    fn schema(records: &[(usize, &str)]) -> Schema {
        Schema {
            modules: [["a", "b"], ["a", "B"]]
                .map(|p| Module {
                    path: p.map(str::to_owned).into(),
                    ..Module::default()
                })
                .into(),
            records: records
                .iter()
                .map(|&(module, name)| Record {
                    module,
                    name: name.into(),
                    ..Record::default()
                })
                .collect(),
            ..Schema::default()
        }
    }

    #[test]
    fn names_go_both_ways() {
        for target in Target::ALL {
            assert_eq!(target.name().parse(), Ok(target));
        }
        let error = "rsut".parse::<Target>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown target `rsut`, expected one of rust, python, pulsar, avro, docs, migration"
        );
    }

    #[test]
    fn a_record_is_one_file_in_its_modules_folder() {
        let files = render(
            &schema(&[(0, "Point")]),
            &[Target::Avro, Target::Pulsar],
            &Config::default(),
        )
        .unwrap();
        let paths: Vec<_> = files.keys().collect();
        assert_eq!(paths, ["avro/a/b/Point.avsc", "pulsar/a/b/Point.json"]);
        assert!(files["avro/a/b/Point.avsc"].ends_with("}\n"));
        assert!(files["pulsar/a/b/Point.json"].ends_with('}'));
    }

    #[test]
    fn a_large_module_is_one_text_however_many_pieces_are_written_at_once() {
        let names: Vec<String> = (0..2 * ITEMS_AT_ONCE + 1)
            .map(|n| format!("Record{n}"))
            .collect();
        let records: Vec<(usize, &str)> = names.iter().map(|name| (0, name.as_str())).collect();
        let mut large = schema(&records);
        large.modules[0].items = large
            .record_ids()
            .map(tg_schema_model::Item::Record)
            .collect();
        let files = render(&large, &[Target::Rust], &Config::default()).unwrap();
        let text = &files["rust/a/b.rs"];
        let structs: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("pub struct ")?.strip_suffix(" {}"))
            .collect();
        assert_eq!(structs, names);
        let alone: BTreeMap<_, _> = write::files(&large, &FileOptions::default())
            .into_iter()
            .collect();
        assert_eq!(alone.get("a/b.rs"), Some(text));
        assert_eq!(alone.len(), files.len());
    }

    #[test]
    fn files_that_differ_in_case_alone_are_refused() {
        let two = schema(&[(0, "Point"), (1, "POINT")]);
        let found = render(&two, &[Target::Avro, Target::Pulsar], &Config::default()).unwrap_err();
        assert_eq!(found.0.len(), 1);
        assert!(render(&two, &[], &Config::default()).unwrap().is_empty());
    }
}
