//! Paths into everything that a migration gives.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use tg_schema_gen::load::Loaded;
use tg_schema_gen::migration::Table;
use tg_schema_gen::migration::tighten::TightenError;
use tg_schema_model::{Diagnostic, Diagnostics, Sources, Span};

use crate::definition::{self, ClassReport};
use crate::interpret::{self, Class, FileId, Kind, Observer, Outcome, Parsed, Program, Silent};
use crate::progress::Progress;
use crate::python::{self, Tree};
use crate::record::{self, Habits, Problem, Shape};
use crate::room;
use crate::source::{self, Given, Skipped, Texts};
use crate::topic::Topics;

/// What a migration is asked for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What old clients did otherwise.
    pub habits: Habits,
    /// Rules of `--tighten`.
    pub tighten: Vec<String>,
    /// Whom to tell how far it is.
    pub progress: Option<Arc<Progress>>,
    /// Folders of code that uses Records. They are read, and Records that they define are not migrated.
    pub callers: Vec<PathBuf>,
}

/// What a migration gives.
#[derive(Debug, Default)]
pub struct Migration {
    /// The Python texts, for the places in `findings`.
    pub sources: Sources,
    /// What was noticed, sorted by place.
    pub findings: Diagnostics,
    /// Module path and text of each definition file, sorted.
    pub files: Vec<(Vec<String>, String)>,
    /// The definitions, loaded.
    pub loaded: Loaded,
    /// Each class, sorted by place.
    pub classes: Vec<ClassReport>,
    /// How many Python files were read.
    pub read: usize,
    /// Folders that were passed over.
    pub skipped: Skipped,
    /// Whether a part of the sources could not be read.
    pub partial: bool,
    /// The migration table.
    pub table: Table,
    /// What is wrong with the rules of `--tighten`.
    pub rules: Vec<TightenError>,
    /// A program that ends soon forgets the migration, and saves the time that it takes to free them.
    #[allow(dead_code, reason = "held for their end alone")]
    trees: Trees,
}

/// Trees that nobody reads any more. They end beside whatever else is done: that takes time, and as deep a
/// stack as they are deep.
#[derive(Debug, Default)]
struct Trees(Vec<Tree>);

impl Drop for Trees {
    fn drop(&mut self) {
        let trees = std::mem::take(&mut self.0);
        if trees.is_empty() {
            return;
        }
        let thread = std::thread::Builder::new().stack_size(python::STACK / 8);
        let _ = thread.spawn(move || drop(trees));
    }
}

/// Someone who wants to know more of the code than its Records.
pub trait Look: Send {
    /// What listens to the interpreter.
    type Listener<'a>: Observer<'a>;
    /// What is found before the definitions are made, at the same time.
    type Early;
    /// What is found.
    type Found: Send;
    /// Someone to listen.
    fn listener<'a>(&self) -> Self::Listener<'a>;
    /// What the listener has heard.
    fn early<'a>(
        &self,
        program: Program<'a>,
        outcome: &Outcome<'a>,
        heard: &mut Self::Listener<'a>,
    ) -> Self::Early;
    /// The same, when the definitions are made.
    fn found<'a>(
        self,
        program: Program<'a>,
        outcome: &Outcome<'a>,
        heard: (Self::Listener<'a>, Self::Early),
        loaded: &Loaded,
    ) -> Self::Found;
}

/// Someone who does not.
struct NoLook;

impl Look for NoLook {
    type Listener<'a> = Silent;
    type Early = ();
    type Found = ();
    fn listener<'a>(&self) -> Self::Listener<'a> {
        Silent
    }
    fn early<'a>(&self, _: Program<'a>, _: &Outcome<'a>, _: &mut Silent) {}
    fn found<'a>(self, _: Program<'a>, _: &Outcome<'a>, _: (Silent, ()), _: &Loaded) {}
}

/// Reads Python, and makes definitions of its Records.
pub fn migrate(paths: &[PathBuf], options: &Options) -> Migration {
    migrate_with(paths, options, NoLook).0
}

/// [`migrate`], and what somebody else finds in the same run.
pub fn migrate_with<L: Look>(
    paths: &[PathBuf],
    options: &Options,
    look: L,
) -> (Migration, L::Found) {
    let mut findings = Diagnostics::default();
    let progress = options.progress.clone().unwrap_or_default();
    let all: Vec<PathBuf> = paths.iter().chain(&options.callers).cloned().collect();
    let texts = source::read(&all, &progress, &mut findings);
    let own = paths.len();
    of_texts(texts, own, findings, &progress, options, look)
}

/// Makes definitions of the Records in files that are read already, below the folder `root`.
pub fn migrate_given(root: &Path, files: Vec<Given>, options: &Options) -> Migration {
    let mut findings = Diagnostics::default();
    let progress = options.progress.clone().unwrap_or_default();
    let texts = source::take(root, files, &mut findings);
    of_texts(texts, 1, findings, &progress, options, NoLook).0
}

/// The Records of the files under the first `roots` roots are defined.
fn of_texts<L: Look>(
    texts: Texts,
    roots: usize,
    mut findings: Diagnostics,
    progress: &Progress,
    options: &Options,
    look: L,
) -> (Migration, L::Found) {
    let parsed = Parsed::new(&texts, progress, &mut findings);
    let partial = texts.partial || parsed.trees.iter().any(|tree| !tree.errors.is_empty());
    let program = parsed.program(&texts, progress);
    let work = || {
        let mut heard = (Topics::default(), look.listener());
        let outcome = interpret::run(program, &mut heard);
        let (mut topics, mut heard) = heard;
        let mut wrong = Diagnostics(outcome.findings.0.clone());
        let own = |file: FileId| {
            let file = texts.files.get(file.at());
            file.is_some_and(|file| file.root < roots)
        };
        topics.keep(&own);
        let mut draft = define(program, &outcome, topics, &own, options, &mut wrong);
        let (checked, early) = std::thread::scope(|scope| {
            let check = || definition::check(&mut draft, &options.tighten);
            let checking = scope.spawn(|| on_a_large_stack(check));
            let early = look.early(program, &outcome, &mut heard);
            match checking.join() {
                Ok(checked) => (checked, early),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        });
        let found = look.found(program, &outcome, (heard, early), &checked.loaded);
        (checked, wrong, found)
    };
    let (checked, mut wrong, found) = on_a_large_stack(work);
    // A file that takes too long is one that was not looked at in full.
    let partial = partial || wrong.has_errors();
    findings.0.append(&mut wrong.0);
    findings.0.extend(checked.idle.iter().map(|(rule, why)| {
        let message = format!("--tighten {rule} changes nothing: {why}");
        Diagnostic::warning(Span::NONE, message, "")
            .code("TIGHTENED_NOTHING")
            .help("leave the rule out")
    }));
    findings.finish();
    let migration = Migration {
        findings,
        files: checked.files,
        loaded: checked.loaded,
        classes: checked.classes,
        read: texts.files.len(),
        skipped: texts.skipped,
        partial,
        sources: texts.sources,
        table: checked.table,
        rules: checked.rules,
        trees: Trees(parsed.trees),
    };
    (migration, found)
}

/// Trees are walked by recursion, as deep as they are.
fn on_a_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let waiting = Mutex::new(Some(work));
    let take = || waiting.lock().ok().and_then(|mut work| work.take());
    let run = || {
        room::ahead();
        take().map(|work| work())
    };
    for size in [python::STACK, python::STACK / 8] {
        let done = std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(size);
            match thread.spawn_scoped(scope, run).map(|thread| thread.join()) {
                Ok(Ok(done)) => done,
                Ok(Err(panic)) => std::panic::resume_unwind(panic),
                // There is no room for such a stack.
                Err(_) => None,
            }
        });
        if let Some(done) = done {
            return done;
        }
    }
    match run() {
        Some(done) => done,
        None => unreachable!("the work is taken by whoever does it"),
    }
}

fn define<'a>(
    program: Program<'a>,
    outcome: &Outcome<'a>,
    topics: Topics<'a>,
    own: &dyn Fn(FileId) -> bool,
    options: &Options,
    findings: &mut Diagnostics,
) -> definition::Draft {
    let mut records: Vec<Rc<Class<'a>>> = Vec::new();
    let mut open: Vec<(Rc<Class<'a>>, String)> = Vec::new();
    let mut known: BTreeMap<usize, Result<String, Problem>> = BTreeMap::new();
    let mut texts: BTreeMap<(u32, u32, String), BTreeSet<String>> = BTreeMap::new();
    let likely = record::likely(program, &outcome.classes);
    for class in outcome.classes.iter().filter(|class| own(class.site.file)) {
        if record::is_record(class) && class.name == interpret::COMPUTED {
            let doubt = class.doubt.borrow();
            let reason = doubt.as_ref().map(|doubt| doubt.reason.clone());
            let reason = reason.unwrap_or_default();
            findings.push(
                Diagnostic::warning(
                    program.span(class.site),
                    "a Record is made here",
                    reason.as_str(),
                )
                .code("UNRESOLVED_CLASS")
                .help("define by hand what is registered, then take it out of `unresolved`"),
            );
            open.push((Rc::clone(class), reason));
        } else if record::is_record(class) {
            // A factory that is called twice alike makes one class.
            let place = (
                class.site.file.0,
                u32::from(class.site.range.start()),
                record::name(class),
            );
            let text = record::text(class, options.habits);
            let seen = texts.entry(place).or_default();
            if let Ok(text) = &text
                && !seen.insert(text.clone())
            {
                continue;
            }
            known.insert(class.id, text);
            records.push(Rc::clone(class));
        } else if likely.contains(&class.id) || record::has_only_the_metaclass(class) {
            let reason = match class.bases.iter().find_map(|base| base.why_unknown()) {
                Some(why) => format!("one of its bases is not known: {}", why.reason),
                None if record::has_only_the_metaclass(class) => format!(
                    "the client raises AttributeError: type object '{}' has no attribute 'schema'",
                    class.name
                ),
                None => "one of its bases is outside of the sources".to_owned(),
            };
            findings.push(
                Diagnostic::warning(
                    program.span(class.site),
                    format!("`{}` may be a Record", class.name),
                    reason.as_str(),
                )
                .code("UNRESOLVED_CLASS")
                .help("name the sources of its base too, or define it by hand"),
            );
            open.push((Rc::clone(class), reason));
        }
    }
    let enums = enums_of(&records);
    let all = records.iter().chain(&enums);
    let all = all.chain(open.iter().map(|(class, _)| class));
    let (mut draft, names) = definition::draft(
        program,
        definition::Classes {
            records: &records,
            enums: &enums,
            open: &open,
            texts: known,
            shadowed: shadowed(program, outcome, all),
        },
        options.habits,
        findings,
    );
    topics.define(program, &records, &names, &mut draft, own, findings);
    draft
}

/// Places of the later classes that took the names of earlier ones, by class.
fn shadowed<'c, 'a: 'c>(
    program: Program<'a>,
    outcome: &Outcome<'a>,
    classes: impl Iterator<Item = &'c Rc<Class<'a>>>,
) -> BTreeMap<usize, String> {
    let later = |class: &Rc<Class<'a>>| {
        let other = outcome.successor(class)?;
        Some((class.id, program.place(other.site)))
    };
    classes.filter_map(later).collect()
}

/// The enums that fields hold, in the order of first mention.
fn enums_of<'a>(records: &[Rc<Class<'a>>]) -> Vec<Rc<Class<'a>>> {
    let mut found: Vec<Rc<Class<'a>>> = Vec::new();
    for class in records {
        for (_, value) in record::fields(class).unwrap_or_default() {
            let Ok(field) = record::field(&value, 0) else {
                continue;
            };
            let mut shape = &field.shape;
            while let Shape::Array(item) | Shape::Map(item) = shape {
                match item.field() {
                    Some(inner) => shape = &inner.shape,
                    None => break,
                }
            }
            if let Shape::Enum(class) = shape
                && class.kind == Kind::Enum
                && !found.iter().any(|other| Rc::ptr_eq(other, class))
            {
                found.push(Rc::clone(class));
            }
        }
    }
    found
}
