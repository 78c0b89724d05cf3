//! Callers of Records into callers of generated dataclasses, as a patch to review.
//!
//! Imports of migrated classes come from the generated package, and arguments that Records have always
//! ignored are left out. A file is changed in everything or not at all: what is not fully understood
//! is named with the reason. A class is changed in every file that uses it or in none (`together`), for
//! files hand objects to each other. What is left out on purpose:
//! * files that define Records, or use the client's schema objects, or hand a class on as a value;
//! * files with anything in them that [`crate::callers`] found and that is not surely repaired by deleting
//!   an argument;
//! * classes with code of their own, and enums whose members are texts or numbers too;
//! * files that look into `__dict__` of objects, or expect the TypeError of a Record (`record_use`);
//! * packages' `__init__.py`, and files that import classes without using them: others take them from there.

mod argument;
mod class_use;
mod import;
mod names;
mod record_use;
mod together;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::rc::Rc;

use ruff_python_ast::Stmt;
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::TextRange;
use tg_schema_gen::python;
use tg_schema_model::{Diagnostic, Schema, Span};

pub use names::Migrated;

use crate::callers::{Notes, Report};
use crate::interpret::{Class, FileId, Kind, Outcome, Program, Site, is_mixed};
use crate::patch::{self, Edit};
use crate::record::beside;
use crate::rule::apply::not_applied;
use crate::source::Text;
use together::Groups;

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The patch; empty where nothing is changed.
    pub patch: String,
    /// The files that it changes.
    pub changed: Vec<String>,
    /// Files in which something is to be changed, and is not.
    pub left: Vec<Left>,
}

/// A file that is left as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The file, as it was found.
    pub file: String,
    /// The place that decided it.
    pub span: Span,
    /// Why, in words that follow the name of the file.
    pub reason: String,
}

impl Left {
    /// For reports of problems.
    pub fn diagnostic(&self) -> Diagnostic {
        Diagnostic::warning(
            self.span,
            format!("{} is left as it is", self.file),
            &self.reason,
        )
        .code(not_applied::RULE.id)
        .help(not_applied::RULE.remedy)
    }
}

/// Why a file is left: the place, and the reason.
type Refusal = (TextRange, String);

/// What is known of the code.
pub struct Code<'w, 'a> {
    /// The files.
    pub program: Program<'a>,
    /// What the interpreter left behind.
    pub outcome: &'w Outcome<'a>,
    /// What it told.
    pub notes: &'w Notes<'a>,
    /// What callers do wrong.
    pub report: &'w Report,
}

/// How files are written and what they become.
pub struct Target<'t> {
    /// The definitions that the Records were migrated to.
    pub schema: &'t Schema,
    /// The package that will be generated from them.
    pub options: &'t python::Options,
    /// The path by which the patch knows a file, from the folder where it is applied; nothing where there
    /// is none, or where the bytes of the file are not those of the text.
    pub path: &'t dyn Fn(&Text) -> Option<String>,
}

/// What comes of one file: its path and its part of the patch, or why it is left.
type Part = Result<(String, String), Refusal>;

/// Makes the patch.
pub fn apply<'a>(code: &Code<'_, 'a>, target: &Target<'_>) -> Applied {
    let migrated = Migrated::new(code, target);
    let mut groups = Groups::of(code, &migrated);
    let mut parts: Vec<(FileId, Vec<import::Use<'a>>, Part)> = Vec::new();
    let mut unchanged: HashSet<FileId> = HashSet::new();
    for at in 0..code.program.files.len() {
        let file = FileId(at as u32);
        let uses = import::uses(code, &migrated, file);
        let done = match uses.is_empty() {
            true => None,
            false => Some(part(code, &migrated, target, file, &uses)),
        };
        if let Some(Ok(_)) = done {
            uses.windows(2)
                .for_each(|pair| groups.join(&pair[0].class, &pair[1].class));
        } else {
            let refusal = done.as_ref().and_then(|done| done.as_ref().err());
            stay(code, &migrated, file, &uses, refusal, &mut groups);
            unchanged.insert(file);
        }
        parts.extend(done.map(|done| (file, uses, done)));
    }
    faults(code, &migrated, &unchanged, &mut groups);
    dynamic(code, &migrated, &mut groups);
    own(code, &migrated, &mut groups);
    let mut applied = Applied::default();
    let mut patches: BTreeMap<String, String> = BTreeMap::new();
    for (file, uses, done) in parts {
        let name = code.program.files[file.at()].path.display().to_string();
        let blocked = |one: &import::Use<'a>| Some((one.alias, groups.reason(&one.class)?));
        let done = done.and_then(|part| uses.iter().find_map(blocked).map_or(Ok(part), Err));
        match done {
            Ok((path, part)) => {
                patches.insert(path, part);
                applied.changed.push(name);
            }
            Err((range, reason)) => applied.left.push(Left {
                file: name,
                span: code.program.span(Site { file, range }),
                reason,
            }),
        }
    }
    applied.patch = patches.into_values().collect();
    applied
}

/// A file that stays as it is: what it does something with stays too.
fn stay<'a>(
    code: &Code<'_, 'a>,
    migrated: &Migrated,
    file: FileId,
    uses: &[import::Use<'a>],
    refusal: Option<&Refusal>,
    groups: &mut Groups<'a>,
) {
    for (range, class) in together::touched(code, migrated, file, uses) {
        let (range, reason) = match refusal {
            Some((at, reason)) if at.is_empty() => (range, reason.as_str()),
            Some((at, reason)) => (*at, reason.as_str()),
            None => (range, "it uses the class where it defines or imports it"),
        };
        let place = code.program.place(Site { file, range });
        groups.block(&class, format!("{place} is in the way ({reason})"));
    }
}

/// Classes of which a schema of the old client may be that is made when the program runs.
fn dynamic<'a>(code: &Code<'_, 'a>, migrated: &Migrated, groups: &mut Groups<'a>) {
    let module = |file: FileId| code.outcome.modules.get(file.at())?.clone();
    let classes = code.outcome.classes.iter();
    for class in classes.filter(|class| migrated.of(class).is_some()) {
        let Some((schema, source)) = code.notes.dynamic.reaches(class, module) else {
            continue;
        };
        let place = code.program.place(schema);
        let why = match schema == source {
            true => format!("the class of the schema at {place} is not known"),
            false => format!(
                "the class of the schema at {place} is not known, and `{}` at {} may give this one",
                code.program.snippet(source),
                code.program.place(source)
            ),
        };
        groups.block(class, why);
    }
}

/// Classes that are more than a dataclass or an enum of names, and all of them where code asks for the client's Record.
fn own<'a>(code: &Code<'_, 'a>, migrated: &Migrated, groups: &mut Groups<'a>) {
    let asks = code.notes.ask_record.first();
    let classes = code.outcome.classes.iter();
    for class in classes.filter(|class| migrated.of(class).is_some()) {
        let place = || code.program.place(class.site);
        if let Some(name) = beside(class).first() {
            let why = format!(
                "`{name}` of the class at {} is in no generated type",
                place()
            );
            groups.block(class, why);
        } else if class.kind == Kind::Enum && is_mixed(class) {
            let why = format!(
                "members of the class at {} are texts or numbers too, and those of a generated enum are not",
                place()
            );
            groups.block(class, why);
        }
        if let Some(site) = asks {
            let place = code.program.place(*site);
            let why = format!("{place} asks for `Record`, which no generated type is");
            groups.block(class, why);
        }
    }
}

/// What callers do wrong in files that stay as they are, because they import no class themselves.
fn faults<'a>(
    code: &Code<'_, 'a>,
    migrated: &Migrated,
    unchanged: &HashSet<FileId>,
    groups: &mut Groups<'a>,
) {
    let classes = code.outcome.classes.iter();
    let classes = classes.filter(|class| migrated.of(class).is_some());
    let classes: HashMap<(String, &str), &Rc<Class<'a>>> = classes
        .map(|class| ((code.program.place(class.site), class.name.as_str()), class))
        .collect();
    let findings = code.report.findings.iter().chain(&code.report.doubts);
    for finding in findings.filter(|finding| unchanged.contains(&finding.site.file)) {
        let defined = (finding.defined.clone(), finding.class.as_str());
        if let Some(class) = classes.get(&defined) {
            let place = code.program.place(finding.site);
            let why = format!("{place} is in the way ({})", finding.message);
            groups.block(class, why);
        }
    }
}

/// What comes of one file that uses migrated classes.
fn part<'a>(
    code: &Code<'_, 'a>,
    migrated: &Migrated,
    target: &Target<'_>,
    file: FileId,
    uses: &[import::Use<'a>],
) -> Part {
    let edits = changed(code, migrated, file, uses)?;
    let path = (target.path)(&code.program.files[file.at()]).ok_or_else(|| {
        let why =
            "a patch cannot name it from here, or its bytes are not UTF-8 text as it was read";
        (TextRange::default(), why.to_owned())
    })?;
    let part = finished(code.program.text(file), &path, &edits)?;
    Ok((path, part))
}

/// The edits of one file.
fn changed<'a>(
    code: &Code<'_, 'a>,
    migrated: &Migrated,
    file: FileId,
    uses: &[import::Use<'a>],
) -> Result<Vec<Edit>, Refusal> {
    let tree = code.program.tree(file);
    if let Some(range) = tree.errors.first() {
        return Err((*range, "not all of it is Python".to_owned()));
    }
    let path: &Path = &code.program.files[file.at()].path;
    if path.file_name().is_some_and(|name| name == "__init__.py") {
        let range = uses[0].alias;
        return Err((
            range,
            "others may take the classes from a package".to_owned(),
        ));
    }
    if let Some((site, _)) = code
        .notes
        .clients
        .iter()
        .find(|(site, path)| site.file == file && path.starts_with("pulsar.schema"))
    {
        return Err((site.range, "it uses the client's schema objects".to_owned()));
    }
    if let Some(site) = code.notes.stars.iter().find(|site| site.file == file) {
        return Err((
            site.range,
            "which names it imports is not written".to_owned(),
        ));
    }
    let own = |c: &&Rc<Class<'a>>| c.site.file == file && c.kind == Kind::Record;
    if let Some(class) = code.outcome.classes.iter().find(own) {
        return Err((class.site.range, "it defines a Record".to_owned()));
    }
    class_use::check(code, migrated, file, uses)?;
    record_use::check(code, file)?;
    let mut edits = import::edits(code, migrated, file, uses)?;
    edits.extend(argument::edits(code, file)?);
    Ok(edits)
}

/// The part of the patch, if what comes out is Python.
fn finished(text: &str, path: &str, edits: &[Edit]) -> Result<String, Refusal> {
    let whole = TextRange::default();
    let failed = || (whole, "the changes do not fit together".to_owned());
    let new = patch::edited(text, edits).ok_or_else(failed)?;
    let parsed = parse_unchecked(&new, ParseOptions::from(Mode::Module));
    if !parsed.errors().is_empty() {
        return Err(failed());
    }
    patch::unified(path, text, edits).ok_or_else(failed)
}

/// Every statement, at any depth.
fn statements<'a>(body: &'a [Stmt], look: &mut dyn FnMut(&'a Stmt)) {
    struct Each<'l, 'a>(&'l mut dyn FnMut(&'a Stmt));
    impl<'a> ruff_python_ast::visitor::Visitor<'a> for Each<'_, 'a> {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            (self.0)(statement);
            ruff_python_ast::visitor::walk_stmt(self, statement);
        }
        fn visit_expr(&mut self, _: &'a ruff_python_ast::Expr) {}
    }
    ruff_python_ast::visitor::Visitor::visit_body(&mut Each(look), body);
}
