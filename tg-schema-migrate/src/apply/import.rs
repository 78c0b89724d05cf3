//! Imports of migrated classes: which there are, and what takes their place.

use std::collections::BTreeMap;
use std::rc::Rc;

use ruff_python_ast::{Alias, Stmt, StmtImportFrom};
use ruff_text_size::{Ranged, TextRange};

use super::{Code, Migrated, Refusal, class_use, statements};
use crate::interpret::{Class, FileId, Site};
use crate::patch::Edit;

/// A migrated class that a file imports.
pub struct Use<'a> {
    /// The alias in the statement, the attribute by which the class is reached, or `from … import *`.
    pub alias: TextRange,
    /// What it is called in the file; nothing where it is reached through a module.
    pub name: Option<String>,
    /// The class.
    pub class: Rc<Class<'a>>,
}

/// All of a file that it does something with, in the order of the text. A file's own classes are none.
pub fn uses<'a>(code: &Code<'_, 'a>, migrated: &Migrated, file: FileId) -> Vec<Use<'a>> {
    let mut uses = Vec::new();
    statements(&code.program.tree(file).body, &mut |statement| {
        if let Stmt::ImportFrom(s) = statement {
            for alias in &s.names {
                if let Some(class) = imported(code, migrated, file, alias) {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    uses.push(Use {
                        alias: alias.range(),
                        name: Some(name.to_string()),
                        class,
                    });
                }
            }
        }
    });
    for (site, class) in &code.notes.reached {
        if site.file == file && class.site.file != file && migrated.of(class).is_some() {
            uses.push(Use {
                alias: site.range,
                name: None,
                class: Rc::clone(class),
            });
        }
    }
    for star in code.notes.stars.iter().filter(|site| site.file == file) {
        let made = code.notes.made.iter();
        let made = made.filter(|(site, made)| {
            let class = &made.class;
            site.file == file && class.site.file != file && migrated.of(class).is_some()
        });
        // Which of them is told does not matter, as long as it is always the same.
        if let Some((_, made)) = made.min_by_key(|(site, _)| site.range.start()) {
            uses.push(Use {
                alias: star.range,
                name: None,
                class: Rc::clone(&made.class),
            });
        }
    }
    let mut uses = class_use::used(code, file, uses);
    uses.sort_by_key(|u| u.alias.start());
    uses
}

fn imported<'a>(
    code: &Code<'_, 'a>,
    migrated: &Migrated,
    file: FileId,
    alias: &Alias,
) -> Option<Rc<Class<'a>>> {
    let site = Site {
        file,
        range: alias.range(),
    };
    let class = code.notes.imported.get(&site)?;
    migrated.of(class).map(|_| Rc::clone(class))
}

/// The statements anew.
pub fn edits<'a>(
    code: &Code<'_, 'a>,
    migrated: &Migrated,
    file: FileId,
    uses: &[Use<'a>],
) -> Result<Vec<Edit>, Refusal> {
    if let Some(one) = uses.iter().find(|u| u.name.is_none()) {
        let why = "it reaches a class through a module".to_owned();
        return Err((one.alias, why));
    }
    let text = code.program.text(file);
    let taken = |alias: &Alias| {
        let mut all = uses.iter().filter(|one| one.alias == alias.range());
        all.next().map(|one| &one.class)
    };
    let mut wanted: Vec<&StmtImportFrom> = Vec::new();
    statements(&code.program.tree(file).body, &mut |statement| {
        if let Stmt::ImportFrom(s) = statement
            && s.names.iter().any(|alias| taken(alias).is_some())
        {
            wanted.push(s);
        }
    });
    let mut edits = Vec::new();
    for statement in wanted {
        let range = statement.range();
        let indent = alone(text, range).ok_or_else(|| {
            let why =
                "an import shares its line with something else, or has a comment in it".to_owned();
            (range, why)
        })?;
        let (mut kept, mut moved) = (Vec::new(), BTreeMap::<&str, Vec<String>>::new());
        for alias in &statement.names {
            match taken(alias).and_then(|class| migrated.of(class)) {
                Some(generated) => {
                    let bound = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    let item = match bound == generated.class {
                        true => bound.to_owned(),
                        false => format!("{} as {bound}", generated.class),
                    };
                    moved.entry(&generated.module).or_default().push(item);
                }
                None => kept.push(text[alias.range()].to_owned()),
            }
        }
        let end = if text[range.end().to_usize()..].starts_with("\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        let mut lines = Vec::new();
        if !kept.is_empty() {
            let dots = ".".repeat(statement.level as usize);
            let module = statement.module.as_ref().map_or("", |m| m.as_str());
            lines.push(from(&format!("{dots}{module}"), &kept, &indent, end));
        }
        for (module, items) in &moved {
            lines.push(from(module, items, &indent, end));
        }
        edits.push(Edit {
            range: range.to_std_range(),
            text: lines.join(&format!("{end}{indent}")),
        });
    }
    Ok(edits)
}

/// Longest line that is written.
const WIDTH: usize = 100;

fn from(module: &str, items: &[String], indent: &str, end: &str) -> String {
    let line = format!("from {module} import {}", items.join(", "));
    if indent.len() + line.len() <= WIDTH {
        return line;
    }
    let items: Vec<String> = items
        .iter()
        .map(|item| format!("{indent}    {item},{end}"))
        .collect();
    format!("from {module} import ({end}{}{indent})", items.concat())
}

/// The white space before a statement that has its lines for itself, and no comment within it. One behind it stays.
fn alone(text: &str, range: TextRange) -> Option<String> {
    let (start, end) = (range.start().to_usize(), range.end().to_usize());
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line..start];
    let behind = text[end..].split('\n').next().unwrap_or("").trim();
    let clean = before.chars().all(|c| c == ' ' || c == '\t')
        && (behind.is_empty() || behind.starts_with('#'))
        && !text[range].contains(['#', ';'])
        && !text[range].contains("\\\n");
    clean.then(|| before.to_owned())
}
