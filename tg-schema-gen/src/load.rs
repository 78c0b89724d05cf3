//! Files into the model.
//!
//! A folder is walked in the order of its names; a file's module path is its path below that folder,
//! without extension. Hidden entries, `*.schema.json` (the editors' schema) and `tg-schema.toml` are no
//! definitions.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use tg_schema_model::{Diagnostic, Diagnostics, Schema, SourceId, Sources, Span, name};

use crate::definition::{self, File, Notation};

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
}

/// Why files could not be read. What is wrong *in* them is in [`Loaded::diagnostics`].
#[derive(Debug)]
#[non_exhaustive]
pub enum LoadError {
    /// No such file or folder.
    Missing(PathBuf),
    /// A file that was named, but is no definition.
    Unsupported(PathBuf),
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
                "{} is no definition file: expected .toml or .json",
                path.display()
            ),
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

/// A file that was found, and its module path.
struct Found {
    path: PathBuf,
    module: Vec<String>,
    notation: Notation,
}

/// Reads files and folders as one project.
pub fn load(inputs: &[PathBuf]) -> Result<Loaded, LoadError> {
    let mut found = Vec::new();
    for input in inputs {
        let about = std::fs::metadata(input).map_err(|error| refused(input, error))?;
        if about.is_dir() {
            let mut above = Vec::new();
            walk(input, &mut Vec::new(), &mut above, &mut found)?;
        } else {
            let name = file_name(input);
            let (stem, notation) =
                named(&name).ok_or_else(|| LoadError::Unsupported(input.clone()))?;
            found.push(Found {
                path: input.clone(),
                module: vec![stem.to_owned()],
                notation,
            });
        }
    }
    found.sort_by(|a, b| (&a.module, &a.path).cmp(&(&b.module, &b.path)));
    found.dedup_by(|a, b| a.module == b.module && a.path == b.path);
    let mut texts = Texts::default();
    for one in found {
        let bytes = contents(&one.path)?;
        texts.add_bytes(
            one.module,
            &one.path.display().to_string(),
            one.notation,
            bytes,
        );
        texts.loaded.files.push(one.path);
    }
    Ok(texts.finish())
}

/// Reads texts as one project: each with its module path and a file name, whose extension tells the
/// notation (TOML where it tells nothing).
pub fn from_texts(texts: Vec<(Vec<String>, String, String)>) -> Loaded {
    let mut texts = texts;
    texts.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    let mut read = Texts::default();
    for (module, name, text) in texts {
        let notation = Notation::of(&name).unwrap_or(Notation::Toml);
        read.loaded.files.push(PathBuf::from(&name));
        read.add(module, &name, notation, text);
    }
    read.finish()
}

#[derive(Default)]
struct Texts {
    loaded: Loaded,
    files: Vec<File>,
    modules: HashMap<Vec<String>, String>,
}

impl Texts {
    fn add_bytes(&mut self, module: Vec<String>, name: &str, notation: Notation, bytes: Vec<u8>) {
        match String::from_utf8(bytes) {
            Ok(text) => self.add(module, name, notation, text),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                let source = self.loaded.sources.add(name, text);
                let span = Span::new(source, at..at + char::REPLACEMENT_CHARACTER.len_utf8());
                self.loaded.diagnostics.push(Diagnostic::error(
                    span,
                    format!("{name} is not UTF-8: byte {at} starts no character"),
                    "expected UTF-8 text",
                ));
            }
        }
    }

    fn add(&mut self, module: Vec<String>, name: &str, notation: Notation, text: String) {
        let source = self.loaded.sources.add(name, text);
        self.check_module(&module, name, source);
        self.files.push(File {
            path: module,
            source,
            notation,
        });
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
        for part in module.iter().filter(|part| !name::is_avro_name(part)) {
            self.loaded.diagnostics.push(
                Diagnostic::error(
                    start,
                    format!("`{part}` is no module name"),
                    "the file's path gives the module its name",
                )
                .help("rename the file or folder: a letter or `_`, then letters, digits and `_`"),
            );
        }
    }

    fn finish(self) -> Loaded {
        let mut loaded = self.loaded;
        loaded.schema = definition::read(&self.files, &loaded.sources, &mut loaded.diagnostics);
        loaded
    }
}

/// Collects the definition files of a folder.
fn walk(
    folder: &Path,
    module: &mut Vec<String>,
    above: &mut Vec<PathBuf>,
    found: &mut Vec<Found>,
) -> Result<(), LoadError> {
    // A link back to a folder above would never end.
    let real = std::fs::canonicalize(folder).map_err(|error| refused(folder, error))?;
    if above.contains(&real) {
        return Ok(());
    }
    if above.len() >= MAX_DEPTH {
        return Err(LoadError::TooMany(folder.to_owned()));
    }
    above.push(real);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| refused(folder, error))? {
        names.push(entry.map_err(|error| refused(folder, error))?.file_name());
    }
    names.sort();
    for name in names {
        let path = folder.join(&name);
        let name = name.to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        let about = match std::fs::metadata(&path) {
            Ok(about) => about,
            // A link that leads nowhere is no definition.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(refused(&path, error)),
        };
        if about.is_dir() {
            module.push(name.into_owned());
            walk(&path, module, above, found)?;
            module.pop();
        } else if let Some((stem, notation)) = named(&name)
            && !set_aside(&name)
        {
            if found.len() >= MAX_FILES {
                return Err(LoadError::TooMany(path));
            }
            let mut module = module.clone();
            module.push(stem.to_owned());
            found.push(Found {
                path,
                module,
                notation,
            });
        }
    }
    above.pop();
    Ok(())
}

/// Stem and notation of a file that may be a definition.
fn named(name: &str) -> Option<(&str, Notation)> {
    let (stem, extension) = name.rsplit_once('.')?;
    match extension {
        "toml" => Some((stem, Notation::Toml)),
        "json" => Some((stem, Notation::Json)),
        _ => None,
    }
}

/// Files that stand among definitions and are none.
fn set_aside(name: &str) -> bool {
    name.ends_with(".schema.json") || name == "tg-schema.toml"
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn refused(path: &Path, error: io::Error) -> LoadError {
    match error.kind() {
        io::ErrorKind::NotFound => LoadError::Missing(path.to_owned()),
        _ => LoadError::Io(path.to_owned(), error),
    }
}

fn contents(path: &Path) -> Result<Vec<u8>, LoadError> {
    let file = std::fs::File::open(path).map_err(|error| refused(path, error))?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE_SIZE + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| refused(path, error))?;
    if bytes.len() as u64 > MAX_FILE_SIZE {
        return Err(LoadError::TooLarge(path.to_owned()));
    }
    Ok(bytes)
}
