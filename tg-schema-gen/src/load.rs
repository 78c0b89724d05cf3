//! Files into the model: definitions, annotated Rust and Avro schemas.
//!
//! A folder is walked in the order of its names; a file's module path is its path below that folder,
//! without extension. Hidden entries, `*.schema.json` (the editors' schema), `tg-schema.toml`, what was
//! generated and folders marked as a cache are no definitions, nor is JSON in a folder that defines
//! nothing. A file that is reached by two names is read once, under the longer of its module paths.
//!
//! A Rust file in a folder counts where it has an annotated item. `mod x;` is followed from it, and a
//! file that is reached in both ways is read once, under its path below the folder. `lib.rs`, `main.rs`
//! and `mod.rs` are the module of their folder; at the top of an input, where that has no name, they
//! keep their own.
//!
//! Names are looked up among their kind: definitions among definitions, Rust paths among Rust items,
//! and an Avro schema holds all that it names. What all of them define together is checked as one.

mod content;
mod find;
mod rust;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;

use tg_schema_model::avro::import;
use tg_schema_model::{Diagnostic, Diagnostics, Schema, SourceId, Sources, Span, validate};
use tg_schema_rust::read::file::SourceModule;
use tg_schema_rust::{lower, read};

use crate::definition::{self, Notation};
use find::Kind;

/// Largest definition file, in bytes.
pub const MAX_FILE_SIZE: u64 = 16 * 1024 * 1024;
/// Most definition files of one project.
pub const MAX_FILES: usize = 100_000;
/// How deep folders are walked.
pub const MAX_DEPTH: usize = 64;

/// What was read, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// Complete and checked where `diagnostics` has no error.
    pub schema: Schema,
    /// Every text, for the places in `diagnostics` and in the schema.
    pub sources: Sources,
    /// Everything that is wrong, sorted by place.
    pub diagnostics: Diagnostics,
    /// The files that were read, in the order of `sources`: what a build depends on.
    pub files: Vec<PathBuf>,
    /// Files in folders that were looked into and define nothing, Rust without an annotated item and
    /// other JSON: a build depends on them too, because that may change.
    pub skipped: Vec<PathBuf>,
}

/// Why files could not be read. What is wrong *in* them is in [`Loaded::diagnostics`].
#[derive(Debug)]
#[non_exhaustive]
pub enum LoadError {
    /// No such file or folder.
    Missing(PathBuf),
    /// A file that was named, but is none that can be read.
    Unsupported(PathBuf),
    /// A file that was named, and can be read, but is not written in the definition language.
    NoDefinition(PathBuf),
    /// A link to nothing, where a definition or a folder of them may have been.
    BrokenLink(PathBuf),
    /// A pipe or a device with the name of a definition file.
    NoFile(PathBuf),
    /// A file that is larger than [`MAX_FILE_SIZE`].
    TooLarge(PathBuf),
    /// More than [`MAX_FILES`] files, or folders deeper than [`MAX_DEPTH`]; where it was noticed.
    TooMany(PathBuf),
    /// The system refused.
    Io(PathBuf, io::Error),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Missing(path) => write!(f, "there is no {}", path.display()),
            LoadError::Unsupported(path) => write!(
                f,
                "{} is no definition file: expected .toml, .json, .rs or .avsc",
                path.display()
            ),
            LoadError::NoDefinition(path) => write!(
                f,
                "{} is no definition file: expected .toml or .json with `record`, `enum` or `topic`",
                path.display()
            ),
            LoadError::BrokenLink(path) => {
                write!(f, "{} is a link that leads nowhere", path.display())
            }
            LoadError::NoFile(path) => write!(f, "{} is not a regular file", path.display()),
            LoadError::TooLarge(path) => {
                write!(f, "{} is larger than {MAX_FILE_SIZE} bytes", path.display())
            }
            LoadError::TooMany(path) => write!(
                f,
                "more than {MAX_FILES} files, or more than {MAX_DEPTH} nested folders, at {}",
                path.display()
            ),
            LoadError::Io(path, error) => write!(f, "cannot read {}: {error}", path.display()),
        }
    }
}

impl std::error::Error for LoadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            LoadError::Io(_, error) => Some(error),
            _ => None,
        }
    }
}

/// A file that was found: what it says, and what is known of it without that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Module path.
    pub module: Vec<String>,
    /// Name for reports.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Whether it was named itself, not a folder that it is in: then it must define something.
    pub named: bool,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl File {
    /// Whether its name is that of an Avro schema.
    pub fn is_avro(&self) -> bool {
        Kind::of(&self.name) == Kind::Avro
    }
}

/// What the module of a file in a folder is called, by the name of the file; nothing where no file of such
/// a name is read.
pub fn module_name(file_name: &str) -> Option<String> {
    find::readable(file_name).map(|(name, _)| name)
}

/// Whether a JSON text is a definition file, one with mistakes included: other tools write JSON too.
pub fn is_definition(json: &str) -> bool {
    content::defines(json, Notation::Json)
}

/// Whether a folder that has a file of this name is passed over: it is generated, or a cache.
pub fn marks_folder(file_name: &str) -> bool {
    find::MARKS.contains(&file_name)
}

/// Reads files and folders as one project.
pub fn load(inputs: &[PathBuf]) -> Result<Loaded, LoadError> {
    of_files(files(inputs)?, &mut beside)
}

/// The files among files and folders, in the order of their module paths, each read when it is asked for.
pub fn files(
    inputs: &[PathBuf],
) -> Result<impl Iterator<Item = Result<File, LoadError>> + use<>, LoadError> {
    let found = find::find(inputs)?.into_iter();
    Ok(found.map(|found| {
        Ok(File {
            name: found.path.display().to_string(),
            bytes: contents(&found.path)?,
            module: found.module,
            path: found.path,
            named: found.named,
        })
    }))
}

/// Reads files as one project, wherever they came from. `open` gives the text of a file that a Rust file
/// declares (`mod x;`), by its name.
pub fn of_files<E>(
    files: impl IntoIterator<Item = Result<File, E>>,
    open: &mut read::file::Load<'_>,
) -> Result<Loaded, E> {
    let mut texts = Texts::default();
    for file in files {
        let File {
            module,
            name,
            path,
            named,
            bytes,
        } = file?;
        let kind = Kind::of(&name);
        let may_be_other = kind == Kind::Definition(Notation::Json) && !named;
        match String::from_utf8(bytes) {
            Ok(text) if may_be_other && !content::defines(&text, Notation::Json) => {
                texts.loaded.skipped.push(path);
            }
            Ok(text) => texts.add(module, name, path, kind, named, text),
            Err(error) => texts.not_text(name, path, kind, named, error),
        }
    }
    Ok(texts.finish(open))
}

/// The text of a file that a Rust file on the disk declares, if there is one.
pub fn beside(name: &str) -> Result<Option<String>, String> {
    let path = Path::new(name);
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = contents(path).map_err(|error| error.to_string())?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(error) => Err(error.to_string()),
    }
}

/// The definition files, TOML and JSON, among files and folders: those that have a canonical form. Other
/// files in folders are passed over; one that is named is an error.
pub fn definition_files(inputs: &[PathBuf]) -> Result<Vec<PathBuf>, LoadError> {
    let mut files = Vec::new();
    for found in find::find(inputs)? {
        let defines = match found.kind {
            Kind::Definition(notation) => match std::str::from_utf8(&contents(&found.path)?) {
                Ok(text) => content::defines(text, notation),
                // What is wrong with it is told by whoever reads it.
                Err(_) => true,
            },
            Kind::Avro | Kind::Rust => false,
        };
        if defines {
            files.push(found.path);
        } else if found.named {
            return Err(LoadError::NoDefinition(found.path));
        }
    }
    Ok(files)
}

/// Reads texts as one project: each with its module path and a file name, whose extension tells what it is
/// (TOML where it tells nothing). They count as files of a folder; `mod x;` is followed among them.
pub fn from_texts(texts: Vec<(Vec<String>, String, String)>) -> Loaded {
    let mut texts = texts;
    texts.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    let mut read = Texts::default();
    for (module, name, text) in texts {
        let path = PathBuf::from(&name);
        read.add(module, name.clone(), path, Kind::of(&name), false, text);
    }
    let spare = std::mem::take(&mut read.spare);
    read.finish(&mut |name| Ok(spare.get(name).cloned()))
}

/// Texts by kind, before they are read.
#[derive(Default)]
struct Texts {
    loaded: Loaded,
    definitions: Vec<definition::File>,
    schemas: Vec<import::File>,
    rust: Vec<Source>,
    /// Texts of Rust files without annotated items, by name.
    spare: BTreeMap<String, String>,
    /// Module paths, and the files that are those modules.
    modules: HashMap<Vec<String>, String>,
}

/// A Rust file.
struct Source {
    file: read::file::File,
    path: PathBuf,
    named: bool,
}

impl Texts {
    fn add(
        &mut self,
        module: Vec<String>,
        name: String,
        path: PathBuf,
        kind: Kind,
        named: bool,
        text: String,
    ) {
        if kind == Kind::Rust {
            if !named && !rust::is_annotated(&text) {
                self.loaded.skipped.push(path);
                self.spare.insert(name, text);
                return;
            }
            let file = read::file::File {
                name,
                text,
                path: module,
            };
            self.rust.push(Source { file, path, named });
            return;
        }
        let sources = &mut self.loaded.sources;
        let source = match kind {
            Kind::Definition(Notation::Toml) => sources.add(&name, text),
            _ => sources.add_json(&name, &text),
        };
        self.check_module(&module, &name, source);
        self.loaded.files.push(path);
        match kind {
            Kind::Definition(notation) => self.definitions.push(definition::File {
                path: module,
                source,
                notation,
            }),
            Kind::Avro | Kind::Rust => self.schemas.push(import::File {
                path: module,
                source,
            }),
        }
    }

    fn not_text(
        &mut self,
        name: String,
        path: PathBuf,
        kind: Kind,
        named: bool,
        error: FromUtf8Error,
    ) {
        let at = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
        if kind == Kind::Rust && !named && !rust::is_annotated(&text) {
            self.loaded.skipped.push(path);
            return;
        }
        let source = self.loaded.sources.add(&name, text);
        let span = Span::new(source, at..at + char::REPLACEMENT_CHARACTER.len_utf8());
        self.loaded.diagnostics.push(Diagnostic::error(
            span,
            format!("{name} is not UTF-8: byte {at} starts no character"),
            "expected UTF-8 text",
        ));
        self.loaded.files.push(path);
    }

    fn check_module(&mut self, module: &[String], name: &str, source: SourceId) {
        let start = Span::new(source, 0..0);
        if let Some(first) = self.modules.get(module) {
            self.loaded.diagnostics.push(
                Diagnostic::error(
                    start,
                    format!("two files are the module `{}`", module.join(".")),
                    "expected one file a module",
                )
                .help(format!(
                    "the other is {first}: rename or remove one of them"
                )),
            );
            return;
        }
        self.modules.insert(module.to_vec(), name.to_owned());
    }

    fn finish(mut self, open: &mut read::file::Load<'_>) -> Loaded {
        let found = &mut self.loaded;
        let mut schema =
            definition::unchecked(&self.definitions, &found.sources, &mut found.diagnostics);
        import::import(
            &self.schemas,
            &found.sources,
            &mut schema,
            &mut found.diagnostics,
        );
        let modules = self.rust(open);
        let found = &mut self.loaded;
        // This also puts all modules in the order of their paths.
        lower::append(&modules, &mut schema, &mut found.diagnostics);
        found.diagnostics.0.append(&mut validate::check(&schema).0);
        found.diagnostics.finish();
        self.loaded.schema = schema;
        self.loaded
    }

    /// Reads the Rust files and those that they declare.
    fn rust(&mut self, open: &mut read::file::Load<'_>) -> Vec<SourceModule> {
        let first = self.loaded.sources.0.len();
        let sources = std::mem::take(&mut self.rust);
        let files = sources.iter().map(|source| source.file.clone()).collect();
        let (modules, wrong) = read::file::modules(files, &mut self.loaded.sources, open);
        let named = sources.iter().enumerate().filter(|(_, s)| s.named);
        for (at, source) in named.filter(|_| !wrong.has_errors()) {
            if !rust::has_items(&source.file.path, &modules) {
                let start = Span::new(source_id(first + at), 0..0);
                self.loaded.diagnostics.push(
                    Diagnostic::error(
                        start,
                        format!("{} has no annotated item", source.file.name),
                        "expected a struct or an enum under `#[tg_schema]`",
                    )
                    .help("annotate its messages, or leave the file out of the inputs"),
                );
            }
        }
        self.loaded.diagnostics.0.extend(wrong.0);
        for module in modules.iter().filter(|module| !module.items.is_empty()) {
            let source = module.span.source;
            let name = self.loaded.sources.get(source).map(|s| s.name.clone());
            self.check_module(&rust::path(module), &name.unwrap_or_default(), source);
        }
        let followed = self.loaded.sources.0.iter().skip(first + sources.len());
        let followed: Vec<PathBuf> = followed.map(|s| PathBuf::from(&s.name)).collect();
        let direct = sources.into_iter().map(|source| source.path);
        self.loaded.files.extend(direct.chain(followed));
        modules
    }
}

fn source_id(at: usize) -> SourceId {
    SourceId(u32::try_from(at).unwrap_or(u32::MAX))
}

fn refused(path: &Path, error: io::Error) -> LoadError {
    match error.kind() {
        io::ErrorKind::NotFound => LoadError::Missing(path.to_owned()),
        _ => LoadError::Io(path.to_owned(), error),
    }
}

fn contents(path: &Path) -> Result<Vec<u8>, LoadError> {
    let file = std::fs::File::open(path).map_err(|error| refused(path, error))?;
    // Room for the end of the file too, so that it is found in one more read.
    let size = file.metadata().map_or(0, |about| about.len());
    let mut bytes = Vec::with_capacity(size.min(MAX_FILE_SIZE) as usize + 1);
    file.take(MAX_FILE_SIZE + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| refused(path, error))?;
    if bytes.len() as u64 > MAX_FILE_SIZE {
        return Err(LoadError::TooLarge(path.to_owned()));
    }
    Ok(bytes)
}
