//! A fresh table against one that was kept: which rows came, went and changed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tg_schema_model::{Json, json};

use super::{Form, Table, csv};

/// What is not the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Rows and classes that the kept table does not have.
    pub added: Vec<String>,
    /// Those that only the kept table has.
    pub removed: Vec<String>,
    /// Those that differ, with the columns that do.
    pub changed: Vec<String>,
    /// Something else, such as the first line that differs.
    pub other: Option<String>,
}

impl Difference {
    /// The sentences of a report, one line each.
    pub fn lines(&self) -> Vec<String> {
        let told = |word: &'static str, list: &[String]| -> Vec<String> {
            list.iter().map(|what| format!("{word} {what}")).collect()
        };
        let mut lines = told("added:", &self.added);
        lines.extend(told("removed:", &self.removed));
        lines.extend(told("changed:", &self.changed));
        lines.extend(self.other.clone());
        lines
    }
}

/// Compares a table with the text of one that was kept in any form (`name` is that of its file). `None`: they
/// are the same. JSON and CSV are compared row by row, other forms line by line.
pub fn compare(table: &Table, name: &str, kept: &str) -> Option<Difference> {
    let form = Form::of(name, kept);
    let fresh = table.render(form);
    if same_lines(&fresh, kept) {
        return None;
    }
    let parts = match form {
        Form::Json => json_parts(&fresh).zip(json_parts(kept)),
        Form::Csv => csv_parts(&fresh).zip(csv_parts(kept)),
        Form::Text | Form::Markdown | Form::Html => None,
    };
    let mut found = Difference::default();
    if let Some((fresh, kept)) = parts {
        by_part(&fresh, &kept, &mut found);
    }
    if found == Difference::default() {
        found.other = Some(first_line(&fresh, kept));
    }
    Some(found)
}

/// Whether a text is a migration table at all, by what each form begins with or has to hold (`name` is that of its
/// file).
pub fn is_table(name: &str, kept: &str) -> bool {
    const TITLE: &str = "Migration table";
    let begins = |mark: &str| {
        let text = kept.trim_start_matches('\u{feff}').trim_start();
        text.strip_prefix(mark)
            .is_some_and(|rest| rest.starts_with(TITLE))
    };
    match Form::of(name, kept) {
        Form::Json => json_parts(kept).is_some(),
        Form::Csv => csv_parts(kept).is_some(),
        Form::Text => begins(""),
        Form::Markdown => begins("# "),
        Form::Html => kept.contains(&format!("<title>{TITLE}</title>")),
    }
}

/// Version control may have changed the line ends.
fn same_lines(a: &str, b: &str) -> bool {
    a == b || a.lines().eq(b.lines())
}

/// A row or a class by its name, with its cells by theirs.
type Parts = Vec<(String, BTreeMap<String, String>)>;

fn json_parts(text: &str) -> Option<Parts> {
    let document = json::parse(text).ok()?;
    let mut parts = Parts::new();
    for (list, kind) in [("classes", "text of class"), ("rows", "")] {
        for item in document.get(list)?.as_array()? {
            let cells = item.as_object()?.iter().map(|(key, value)| {
                let text = match value {
                    Json::Null => String::new(),
                    Json::String(text) => text.clone(),
                    other => other.compact(),
                };
                (key.clone(), text)
            });
            parts.push(part(kind, cells.collect()));
        }
    }
    Some(numbered(parts))
}

fn csv_parts(text: &str) -> Option<Parts> {
    let mut lines = csv::parse(text).into_iter();
    let header = lines.next()?;
    if !header.iter().any(|key| key == "name") {
        return None;
    }
    let parts = lines.map(|line| part("", header.iter().cloned().zip(line).collect()));
    Some(numbered(parts.collect()))
}

/// The name of a part does not have its line, because what moved is a change and no other row.
fn part(kind: &str, cells: BTreeMap<String, String>) -> (String, BTreeMap<String, String>) {
    let cell = |key: &str| cells.get(key).map_or("", String::as_str);
    let kind = if kind.is_empty() { cell("kind") } else { kind };
    let owner = [cell("module"), cell("record"), cell("name")];
    let owner: Vec<&str> = owner.into_iter().filter(|part| !part.is_empty()).collect();
    (format!("{kind} {}", owner.join(".")), cells)
}

/// Names of their own for parts that have one name.
fn numbered(parts: Parts) -> Parts {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let named = parts.into_iter().map(|(name, cells)| {
        let count = seen.entry(name.clone()).or_default();
        *count += 1;
        match *count {
            1 => (name, cells),
            n => (format!("{name} ({n})"), cells),
        }
    });
    named.collect()
}

fn by_part(fresh: &Parts, kept: &Parts, found: &mut Difference) {
    let old: HashMap<&str, &BTreeMap<String, String>> = kept
        .iter()
        .map(|(name, cells)| (name.as_str(), cells))
        .collect();
    let new: BTreeSet<&str> = fresh.iter().map(|(name, _)| name.as_str()).collect();
    for (name, cells) in fresh {
        match old.get(name.as_str()) {
            None => found.added.push(name.clone()),
            Some(before) if *before != cells => found.changed.push(changes(name, before, cells)),
            Some(_) => {}
        }
    }
    let gone = kept.iter().filter(|(name, _)| !new.contains(name.as_str()));
    found.removed.extend(gone.map(|(name, _)| name.clone()));
}

fn changes(
    name: &str,
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> String {
    let empty = String::new();
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let changed = keys.into_iter().filter_map(|key| {
        let (old, new) = (
            before.get(key).unwrap_or(&empty),
            after.get(key).unwrap_or(&empty),
        );
        (old != new).then(|| format!("{key} {old:?} → {new:?}"))
    });
    format!("{name}: {}", changed.collect::<Vec<_>>().join(", "))
}

fn first_line(fresh: &str, kept: &str) -> String {
    let (mut fresh, mut kept) = (fresh.lines(), kept.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (fresh.next(), kept.next()) {
            (Some(a), Some(b)) if a == b => {}
            (None, None) => return "differs in line ends alone".to_owned(),
            (new, old) => {
                let told = |line: Option<&str>| match line {
                    Some(line) => format!("{:?}", clipped(line)),
                    None => "the end".to_owned(),
                };
                return format!(
                    "line {number}: {} was kept, {} is right now",
                    told(old),
                    told(new)
                );
            }
        }
    }
}

/// At most 200 characters of a line.
fn clipped(line: &str) -> String {
    const LONGEST: usize = 200;
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
