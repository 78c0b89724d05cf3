//! Drafts into texts that load, and whose records have the text that the client registers.
//!
//! Definitions are read back. What the language refuses is taken out and left open, with what refers to it,
//! until the rest loads; then each record's text is compared with the client's.

use std::collections::{BTreeSet, HashMap};

use tg_schema_gen::load::{self, Loaded};
use tg_schema_gen::migration::tighten::TightenError;
use tg_schema_gen::migration::{self, Table};
use tg_schema_model::crew;
use tg_schema_model::{Diagnostic, Json, Open, RecordId, Severity, Unresolved, json, pulsar};

use super::draft::{Draft, ModuleDraft, RecordDraft, Slot};
use super::tighten::tighten;
use super::{ClassReport, toml};

/// Rounds after which nothing more is tried.
const MAX_ROUNDS: usize = 64;
/// From this many files, or records, on a thread is worth its cost.
const MODULES_WORTH_A_THREAD: usize = 4;
const RECORDS_WORTH_A_THREAD: usize = 64;

/// Definitions that load.
pub struct Checked {
    /// Module path and text of each file.
    pub files: Vec<(Vec<String>, String)>,
    /// Each class.
    pub classes: Vec<ClassReport>,
    /// The definitions, loaded.
    pub loaded: Loaded,
    /// The migration table.
    pub table: Table,
    /// What is wrong with the rules of `--tighten`.
    pub rules: Vec<TightenError>,
    /// Rules of `--tighten` that change nothing, and why.
    pub idle: Vec<(String, &'static str)>,
}

/// Checks a draft, and takes out of it what cannot stand.
pub(crate) fn check(draft: &mut Draft, rules: &[String]) -> Checked {
    let (mut files, mut loaded) = load(draft);
    for _ in 0..MAX_ROUNDS {
        let refused = refused(draft, &loaded);
        if refused.is_empty() {
            break;
        }
        // From the end, so that places stay.
        for (module, slot, reason) in refused.into_iter().rev() {
            leave_open(draft, module, slot, &reason);
        }
        (files, loaded) = load(draft);
    }
    for _ in 0..MAX_ROUNDS {
        if !compare(draft, &loaded) {
            break;
        }
        (files, loaded) = load(draft);
    }
    let tightened = tighten(draft, rules);
    let mut rules = tightened.wrong.clone();
    if !tightened.changed.is_empty() {
        (files, loaded) = load(draft);
        let errors = loaded
            .diagnostics
            .0
            .iter()
            .filter(|d| d.severity == Severity::Error);
        rules.extend(errors.map(|error| TightenError {
            rule: tightened.cause(draft, &loaded, error),
            message: error.message.clone(),
            help: error.label.clone(),
        }));
    }
    let mut table = migration::table(&loaded.schema);
    let classes = reports(draft);
    if doubtful(draft, &classes, &table) {
        (files, loaded) = load(draft);
        table = migration::table(&loaded.schema);
    }
    Checked {
        files,
        classes,
        loaded,
        table,
        rules,
        idle: tightened.idle,
    }
}

/// Leaves classes open as a whole whose fields are all defined, and that have no text for another reason.
/// Whether there is any.
fn doubtful(draft: &mut Draft, classes: &[ClassReport], table: &Table) -> bool {
    let told: BTreeSet<(&str, u64, &str, &str)> = table
        .classes
        .iter()
        .filter(|class| class.sha256.is_some())
        .map(|class| {
            (
                class.file.as_str(),
                class.line,
                class.name.as_str(),
                class.module.as_str(),
            )
        })
        .collect();
    let mut any = false;
    for class in classes {
        let Some(reason) = class.reason.as_ref().filter(|_| class.text.is_none()) else {
            continue;
        };
        let module = class.module.join(".");
        if !told.contains(&(
            class.file.as_str(),
            class.line as u64,
            class.name.as_str(),
            module.as_str(),
        )) {
            continue;
        }
        if let Some(of) = draft.modules.iter_mut().find(|m| m.path == class.module) {
            any = true;
            of.unresolved.push(Unresolved {
                kind: Open::Class,
                name: class.name.clone(),
                place: format!("{}:{}", class.file, class.line),
                expression: None,
                reason: reason.clone(),
                ..Unresolved::default()
            });
        }
    }
    any
}

/// Module path and text of each file.
type Texts = Vec<(Vec<String>, String)>;

fn texts(draft: &Draft) -> Texts {
    let full = |module: &&ModuleDraft| {
        !module.order.is_empty() || !module.topics.is_empty() || !module.unresolved.is_empty()
    };
    let modules: Vec<&ModuleDraft> = draft.modules.iter().filter(full).collect();
    let mut files = crew::each(&modules, MODULES_WORTH_A_THREAD, |module| {
        (module.path.clone(), toml::file(module))
    });
    files.sort();
    files
}

const NO_NAMESPACE: &str = "its `_avro_namespace` is the empty text, which the client registers as `\"namespace\":\"\"` and a definition cannot hold; set it to None or take it out, which registers a text without that key";

/// The texts of a draft, and what they are read back as.
fn load(draft: &Draft) -> (Texts, Loaded) {
    let files = texts(draft);
    let named = files.iter().map(|(path, text)| {
        let name = format!("{}.toml", path.join("/"));
        (path.clone(), name, text.clone())
    });
    let loaded = load::from_texts(named.collect());
    (files, loaded)
}

/// What the definition language refuses, by module and place.
fn refused(draft: &Draft, loaded: &Loaded) -> Vec<(usize, Slot, String)> {
    let mut found: Vec<(usize, Slot, String)> = Vec::new();
    let errors = loaded
        .diagnostics
        .0
        .iter()
        .filter(|d| d.severity == Severity::Error);
    for error in errors {
        let Some((module, slot)) = place(draft, loaded, error) else {
            continue;
        };
        if !found.iter().any(|(m, s, _)| (*m, *s) == (module, slot)) {
            found.push((
                module,
                slot,
                format!("a definition cannot hold it: {}", error.message),
            ));
        }
    }
    found.sort_by_key(|(module, slot, _)| (*module, *slot));
    found
}

/// The definition that an error is in.
pub(super) fn place(draft: &Draft, loaded: &Loaded, error: &Diagnostic) -> Option<(usize, Slot)> {
    let source = loaded.sources.get(error.span.source)?;
    let path = source.name.strip_suffix(".toml")?;
    let module = draft
        .modules
        .iter()
        .position(|m| m.path.join("/") == path)?;
    let at = (error.span.start as usize).min(source.text.len());
    let head = source.text.get(..at)?;
    // An error on a name stands inside its header.
    let end = head.len() + source.text[at..].find('\n').unwrap_or(0);
    let line = source
        .text
        .get(..end)?
        .lines()
        .rev()
        .find(|line| line.starts_with('['))?;
    let of = &draft.modules[module];
    let record = of.records.iter().position(|r| {
        let head = format!("record.{}", toml::key(&r.name));
        line.trim_matches(['[', ']']) == head
            || line
                .trim_matches(['[', ']'])
                .starts_with(&format!("{head}."))
    });
    if let Some(at) = record {
        return Some((module, Slot::Record(at)));
    }
    let topic = of
        .topics
        .iter()
        .position(|t| format!("[topic.{}]", toml::key(&t.name)) == line);
    if let Some(at) = topic {
        return Some((module, Slot::Topic(at)));
    }
    let head = |name: &str| format!("[enum.{}]", toml::key(name));
    let at = of.enums.iter().position(|e| head(&e.name) == line)?;
    Some((module, Slot::Enum(at)))
}

/// Takes a definition out, and the fields and topics that refer to it.
fn leave_open(draft: &mut Draft, module: usize, slot: Slot, reason: &str) {
    let of = &mut draft.modules[module];
    if let Slot::Topic(at) = slot {
        let topic = of.topics.remove(at);
        of.unresolved.push(Unresolved {
            kind: Open::Topic,
            name: topic.name,
            place: topic.origin.place,
            expression: topic.origin.expression,
            legacy: Some(topic.legacy),
            reason: reason.to_owned(),
            ..Unresolved::default()
        });
        return;
    }
    let mut expression = None;
    let mut fields = 0;
    let (class, name, origin, kind) = match slot {
        Slot::Topic(_) => return,
        Slot::Record(at) => {
            let record = &mut of.records[at];
            record.text = None;
            record.reason = Some(reason.to_owned());
            expression = Some(written(record));
            fields = record.count;
            (
                record.class,
                record.name.clone(),
                record.origin.clone(),
                Open::Class,
            )
        }
        Slot::Enum(at) => {
            let one = &of.enums[at];
            (one.class, one.name.clone(), one.origin.clone(), Open::Enum)
        }
    };
    of.order.retain(|own| *own != slot);
    let why = format!("`{name}` ({}) is left open: {reason}", origin.place);
    of.unresolved.push(Unresolved {
        kind,
        name,
        place: origin.place,
        scope: origin.scope,
        shadowed_by: origin.shadowed_by,
        expression,
        fields,
        reason: reason.to_owned(),
        ..Unresolved::default()
    });
    for of in &mut draft.modules {
        for record in &mut of.records {
            let (keep, lost): (Vec<_>, Vec<_>) = std::mem::take(&mut record.fields)
                .into_iter()
                .partition(|field| !field.names.contains(&class));
            record.fields = keep;
            for field in lost {
                record.unresolved.push(Unresolved {
                    kind: Open::Field,
                    name: field.name,
                    place: field.origin.place,
                    expression: field.origin.expression,
                    reason: why.clone(),
                    ..Unresolved::default()
                });
            }
        }
        let (keep, lost): (Vec<_>, Vec<_>) = std::mem::take(&mut of.topics)
            .into_iter()
            .partition(|topic| topic.class != class);
        of.topics = keep;
        of.unresolved
            .extend(lost.into_iter().map(|topic| Unresolved {
                kind: Open::Topic,
                name: topic.name,
                place: topic.origin.place,
                expression: topic.origin.expression,
                legacy: Some(topic.legacy),
                reason: format!("its record {why}"),
                ..Unresolved::default()
            }));
    }
}

/// A class whose fields are told nowhere else, on one line.
fn written(record: &RecordDraft) -> String {
    let known = record.fields.iter();
    let known = known.map(|field| (&field.name, &field.origin.expression));
    let open = record.unresolved.iter();
    let open = open.map(|open| (&open.name, &open.expression));
    let fields: Vec<String> = known
        .chain(open)
        .map(|(name, expression)| format!("{name} = {}", expression.as_deref().unwrap_or("…")))
        .collect();
    format!("class {}: {}", record.name, fields.join("; "))
}

/// Compares every text; leaves fields open that make it another. Whether any had to be.
fn compare(draft: &mut Draft, loaded: &Loaded) -> bool {
    let mut changed = false;
    let reach = Reach::of(draft);
    let schema = &loaded.schema;
    let ids: HashMap<(&[String], &str), RecordId> = schema
        .record_ids()
        .filter_map(|id| {
            let of = schema.record(id);
            let module = schema.modules.get(of.module)?;
            Some(((module.path.as_slice(), of.name.as_str()), id))
        })
        .collect();
    let mut told: Vec<(usize, usize, RecordId)> = Vec::new();
    for (at, module) in draft.modules.iter().enumerate() {
        for slot in &module.order {
            let Slot::Record(record) = slot else { continue };
            let one = &module.records[*record];
            let id = ids.get(&(module.path.as_slice(), one.name.as_str()));
            if let Some(id) = id
                && one.text.is_some()
                && one.unresolved.is_empty()
            {
                told.push((at, *record, *id));
            }
        }
    }
    let differences = crew::each(&told, RECORDS_WORTH_A_THREAD, |(module, record, id)| {
        let one = &draft.modules[*module].records[*record];
        let text = pulsar::text(schema, *id);
        let other = one.text.as_ref().filter(|expected| text != **expected)?;
        (!reach.is_open(one.class)).then(|| differs(&text, other))
    });
    let wrong: Vec<(usize, usize, Option<usize>)> = told
        .into_iter()
        .zip(differences)
        .filter_map(|((module, record, _), path)| Some((module, record, path?)))
        .collect();
    for (module, record, path) in wrong {
        let one = &mut draft.modules[module].records[record];
        let field = path.filter(|at| *at < one.fields.len());
        let reason = match one.namespace.as_deref() {
            Some("") => NO_NAMESPACE,
            _ => "a definition cannot hold what is registered for it",
        };
        let reason = reason.to_owned();
        match field {
            Some(at) if one.fields[at].names.is_empty() => {
                let field = one.fields.remove(at);
                one.unresolved.push(Unresolved {
                    kind: Open::Field,
                    name: field.name,
                    place: field.origin.place,
                    expression: field.origin.expression,
                    reason,
                    ..Unresolved::default()
                });
                changed = true;
            }
            // What it holds is left open by itself; its own text is then not told.
            _ => {
                one.text = None;
                one.reason = Some(reason);
                changed = true;
            }
        }
    }
    changed
}

/// Which records hold one that lacks fields.
struct Reach<'d> {
    records: HashMap<usize, &'d RecordDraft>,
}

impl<'d> Reach<'d> {
    fn of(draft: &'d Draft) -> Self {
        let records = draft.modules.iter().flat_map(|module| &module.records);
        Reach {
            records: records.map(|record| (record.class, record)).collect(),
        }
    }

    /// Whether the record of a class does.
    fn is_open(&self, class: usize) -> bool {
        self.open(class).is_some()
    }

    /// The first of them.
    fn open(&self, class: usize) -> Option<&'d RecordDraft> {
        let mut seen = BTreeSet::new();
        let mut waiting = vec![class];
        while let Some(class) = waiting.pop() {
            if seen.insert(class)
                && let Some(record) = self.records.get(&class)
            {
                if !record.unresolved.is_empty() {
                    return Some(record);
                }
                waiting.extend(record.fields.iter().flat_map(|f| f.names.iter().copied()));
            }
        }
        None
    }
}

/// The index of the first field in which two texts differ.
fn differs(ours: &str, theirs: &str) -> Option<usize> {
    let (ours, theirs) = (json::parse(ours).ok()?, json::parse(theirs).ok()?);
    let list = |tree: &Json| {
        tree.get("fields")
            .and_then(Json::as_array)
            .map(<[Json]>::to_vec)
    };
    let (ours, theirs) = (list(&ours)?, list(&theirs)?);
    ours.iter().zip(&theirs).position(|(a, b)| a != b)
}

fn reports(draft: &Draft) -> Vec<ClassReport> {
    let reach = Reach::of(draft);
    let mut all: Vec<ClassReport> = Vec::new();
    let mut told: BTreeSet<(String, usize, String)> = BTreeSet::new();
    let split = |place: &str| match place.rsplit_once(':') {
        Some((file, line)) => (file.to_owned(), line.parse().unwrap_or(0)),
        None => (place.to_owned(), 0),
    };
    for module in &draft.modules {
        for record in &module.records {
            let (file, line) = split(&record.origin.place);
            let inside = || {
                let inner = reach.open(record.class)?;
                let (name, place) = (&inner.name, &inner.origin.place);
                let why = migration::fields_open(&inner.unresolved)?;
                Some(format!("`{name}` ({place}), which is inside of it: {why}"))
            };
            let reason = record
                .reason
                .clone()
                .or_else(|| migration::fields_open(&record.unresolved))
                .or_else(inside);
            told.insert((file.clone(), line, record.name.clone()));
            all.push(ClassReport {
                file,
                line,
                name: record.name.clone(),
                module: module.path.clone(),
                fields: record.count,
                text: record.text.clone().filter(|_| reason.is_none()),
                reason,
            });
        }
        for open in module.unresolved.iter().filter(|o| o.kind == Open::Class) {
            let (file, line) = split(&open.place);
            if all
                .iter()
                .any(|c: &ClassReport| (&c.file, c.line, &c.name) == (&file, line, &open.name))
            {
                continue;
            }
            all.push(ClassReport {
                file,
                line,
                name: open.name.clone(),
                module: module.path.clone(),
                fields: open.fields,
                text: None,
                reason: Some(open.reason.clone()),
            });
        }
    }
    all.sort_by(|a, b| {
        (&a.file, a.line, &a.name, &a.module).cmp(&(&b.file, b.line, &b.name, &b.module))
    });
    all
}
