//! `tg-schema.toml`: what would otherwise be typed after the command.
//!
//! ```toml
//! inputs  = ["schemas"]
//! out     = "generated"
//! targets = ["rust", "python", "pulsar", "avro", "docs"]
//!
//! [rust]
//! crate = "::tg_schema"
//! serde = "bridge"
//! non_exhaustive = false
//!
//! [python]
//! package = "messages"
//!
//! [check]
//! against = ["tg-schema.lock"]
//! require = ["avro=full", "loss=none"]
//! peers   = ["tg"]
//! ```
//!
//! Every key may be left out. Paths are relative to the file. A key that is not known is an error, so
//! that a misspelt one is never silently without effect.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use tg_schema_model::name;
use tg_schema_model::{Diagnostic, Diagnostics, SourceId, Sources, Span};
use tg_schema_rust::item;

use crate::definition::node::{Data, Document, Entry, Node, TableId};
use crate::definition::toml;
use crate::target::Target;

/// Name of the file that [`Config::find`] looks for.
pub const FILE_NAME: &str = "tg-schema.toml";

/// What is generated, from what, and to where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// The file that this was read from.
    pub path: Option<PathBuf>,
    /// Definition files, and folders of them.
    pub inputs: Vec<PathBuf>,
    /// Output folder.
    pub out: PathBuf,
    /// What is rendered.
    pub targets: Vec<Target>,
    /// How Rust is written.
    pub rust: item::Options,
    /// Name of the generated Python package. `None`: the generator's own default.
    pub python_package: Option<String>,
    /// What versions are compared with, and what a change may do.
    pub check: Check,
    /// The text of the file, for places in it.
    pub sources: Sources,
}

/// How versions are compared. What the words mean is the comparison's business.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Check {
    /// Baselines, oldest first, as they are written: paths are relative to the file.
    pub against: Vec<String>,
    /// What is required, one `key=value` each.
    pub require: Vec<Word>,
    /// The peers of JSON messages.
    pub peers: Vec<Word>,
}

/// A word and its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            path: None,
            inputs: vec![PathBuf::from("schemas")],
            out: PathBuf::from("generated"),
            targets: Target::ALL.to_vec(),
            rust: item::Options::default(),
            python_package: None,
            check: Check::default(),
            sources: Sources::default(),
        }
    }
}

/// Why a configuration could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The file says something wrong.
    Wrong {
        /// The text of the file.
        sources: Sources,
        /// Everything that is wrong.
        diagnostics: Diagnostics,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigError::Io { path, source } => {
                write!(f, "cannot read {}: {source}", path.display())
            }
            ConfigError::Wrong {
                sources,
                diagnostics,
            } => {
                let texts: Vec<String> = diagnostics.0.iter().map(|d| sources.render(d)).collect();
                f.write_str(texts.join("\n").trim_end())
            }
        }
    }
}

impl std::error::Error for ConfigError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ConfigError::Io { source, .. } => Some(source),
            ConfigError::Wrong { .. } => None,
        }
    }
}

impl Config {
    /// The nearest `tg-schema.toml` in `folder` or above it.
    pub fn find(folder: &Path) -> Option<PathBuf> {
        folder
            .ancestors()
            .map(|f| f.join(FILE_NAME))
            .find(|p| p.is_file())
    }

    /// Reads a file. Its paths come out relative to what `path` is relative to.
    pub fn read(path: &Path) -> Result<Config, ConfigError> {
        let io = |source| ConfigError::Io {
            path: path.to_owned(),
            source,
        };
        let text = std::fs::read_to_string(path).map_err(io)?;
        Config::parse(&text, path)
    }

    /// Reads the text of the file at `path`.
    pub fn parse(text: &str, path: &Path) -> Result<Config, ConfigError> {
        let mut sources = Sources::default();
        let source = sources.add(path.display().to_string(), text);
        let mut diagnostics = Diagnostics::default();
        let mut config = read(text, source, path, &mut diagnostics);
        diagnostics.finish();
        if diagnostics.has_errors() {
            Err(ConfigError::Wrong {
                sources,
                diagnostics,
            })
        } else {
            config.sources = sources;
            Ok(config)
        }
    }
}

const KEYS: &[&str] = &["inputs", "out", "targets", "rust", "python", "check"];
const RUST_KEYS: &[&str] = &["crate", "serde", "non_exhaustive"];
const PYTHON_KEYS: &[&str] = &["package"];
const CHECK_KEYS: &[&str] = &["against", "require", "peers"];

/// A Rust path, absolute or from `crate`.
fn is_path(text: &str) -> bool {
    let parts = text.strip_prefix("::").unwrap_or(text);
    !parts.is_empty()
        && parts
            .split("::")
            .all(|p| is_identifier(p.strip_prefix("r#").unwrap_or(p)))
}

fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

struct Reader<'a> {
    document: &'a Document<'a>,
    folder: &'a Path,
    diagnostics: &'a mut Diagnostics,
}

fn read(text: &str, source: SourceId, path: &Path, diagnostics: &mut Diagnostics) -> Config {
    let document = toml::read(text, source, diagnostics);
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut config = Config {
        path: Some(path.to_owned()),
        ..Config::default()
    };
    for place in config.inputs.iter_mut().chain([&mut config.out]) {
        *place = folder.join(&*place);
    }
    Reader {
        document: &document,
        folder,
        diagnostics,
    }
    .file(&mut config);
    config
}

impl<'a> Reader<'a> {
    fn file(&mut self, config: &mut Config) {
        for entry in self.entries(Document::ROOT) {
            let node = &entry.node;
            match &*entry.key {
                "inputs" => config.inputs = self.list(node, Self::path),
                "out" => {
                    if let Some(path) = self.path(node) {
                        config.out = path;
                    }
                }
                "targets" => {
                    config.targets = self.list(node, Self::target);
                    config.targets.sort();
                    config.targets.dedup();
                }
                "rust" => self.rust(node, &mut config.rust),
                "python" => self.python(node, config),
                "check" => self.check(node, &mut config.check),
                _ => self.unknown(entry, KEYS),
            }
        }
    }

    fn rust(&mut self, node: &'a Node<'a>, rust: &mut item::Options) {
        for entry in self.table(node) {
            let node = &entry.node;
            match &*entry.key {
                "crate" => match self.text(node, "a path such as \"::tg_schema\"") {
                    Some(text) if is_path(text) => text.clone_into(&mut rust.crate_path),
                    Some(text) => self.wrong(
                        node,
                        format!("`{text}` is not a Rust path"),
                        "expected a path such as \"::tg_schema\"",
                    ),
                    None => {}
                },
                "serde" => match self.text(node, "\"bridge\" or \"none\"") {
                    Some("bridge") => rust.serde = item::Serde::Bridge,
                    Some("none") => rust.serde = item::Serde::None,
                    Some(other) => {
                        self.not_one_of(node, "kind of serde support", other, &["bridge", "none"])
                    }
                    None => {}
                },
                "non_exhaustive" => match node.data {
                    Data::Boolean(value) => rust.non_exhaustive = value,
                    _ => self.kind(node, "true or false"),
                },
                _ => self.unknown(entry, RUST_KEYS),
            }
        }
    }

    fn python(&mut self, node: &'a Node<'a>, config: &mut Config) {
        for entry in self.table(node) {
            let node = &entry.node;
            match &*entry.key {
                "package" => match self.text(node, "the name of a package") {
                    Some(text) if text.split('.').any(name::is_python_keyword) => self.wrong(
                        node,
                        format!("`{text}` is no package that Python can import"),
                        "expected names that are no keywords of Python",
                    ),
                    Some(text) if text.split('.').all(is_identifier) => {
                        config.python_package = Some(text.to_owned())
                    }
                    Some(text) => self.wrong(
                        node,
                        format!("`{text}` is not the name of a Python package"),
                        "expected letters, digits and `_`, in parts joined by dots",
                    ),
                    None => {}
                },
                _ => self.unknown(entry, PYTHON_KEYS),
            }
        }
    }

    fn check(&mut self, node: &'a Node<'a>, check: &mut Check) {
        for entry in self.table(node) {
            let node = &entry.node;
            match &*entry.key {
                "against" => {
                    let words = self.words(node).into_iter();
                    check.against = words.map(|word| word.text).collect();
                }
                "require" => check.require = self.words(node),
                "peers" => check.peers = self.words(node),
                _ => self.unknown(entry, CHECK_KEYS),
            }
        }
    }

    /// One string, or a list of them.
    fn words(&mut self, node: &'a Node<'a>) -> Vec<Word> {
        match node.data {
            Data::String { .. } => self.word(node).into_iter().collect(),
            _ => self.list(node, Self::word),
        }
    }

    fn word(&mut self, node: &'a Node<'a>) -> Option<Word> {
        let text = self.text(node, "a string")?;
        if text.is_empty() {
            self.wrong(node, "an empty string".into(), "expected some text");
            return None;
        }
        Some(Word {
            text: text.to_owned(),
            span: node.span,
        })
    }

    fn entries(&self, table: TableId) -> impl Iterator<Item = &'a Entry<'a>> + use<'a> {
        self.document.table(table).entries()
    }

    fn table(&mut self, node: &'a Node<'a>) -> impl Iterator<Item = &'a Entry<'a>> + use<'a> {
        let table = match node.data {
            Data::Table(id) => Some(id),
            _ => {
                self.kind(node, "a table");
                None
            }
        };
        let entries = table.map(|table| self.entries(table));
        entries.into_iter().flatten()
    }

    fn list<T>(
        &mut self,
        node: &'a Node<'a>,
        read: fn(&mut Self, &'a Node<'a>) -> Option<T>,
    ) -> Vec<T> {
        match &node.data {
            Data::Array(items) if items.is_empty() => {
                self.wrong(node, "an empty list".into(), "expected at least one string");
                Vec::new()
            }
            Data::Array(items) => items.iter().filter_map(|item| read(self, item)).collect(),
            _ => {
                self.kind(node, "an array of strings");
                Vec::new()
            }
        }
    }

    fn text(&mut self, node: &'a Node<'a>, expected: &str) -> Option<&'a str> {
        match &node.data {
            Data::String { text, .. } => Some(text),
            _ => {
                self.kind(node, expected);
                None
            }
        }
    }

    fn path(&mut self, node: &'a Node<'a>) -> Option<PathBuf> {
        let text = self.text(node, "a path as a string")?;
        if text.is_empty() {
            self.wrong(
                node,
                "an empty path".into(),
                "expected a path; `.` is this folder",
            );
            return None;
        }
        Some(self.folder.join(text))
    }

    fn target(&mut self, node: &'a Node<'a>) -> Option<Target> {
        let text = self.text(node, "the name of a target")?;
        let found = Target::from_name(text);
        if found.is_none() {
            self.not_one_of(node, "target", text, &Target::ALL.map(Target::name));
        }
        found
    }

    fn kind(&mut self, node: &Node, expected: &str) {
        if !matches!(node.data, Data::Invalid) {
            self.wrong(
                node,
                format!("{} where {expected} belongs", node.kind()),
                &format!("expected {expected}"),
            );
        }
    }

    fn wrong(&mut self, node: &Node, message: String, label: &str) {
        self.diagnostics
            .push(Diagnostic::error(node.span, message, label));
    }

    fn not_one_of(&mut self, node: &Node, what: &str, found: &str, words: &[&str]) {
        let label = format!("expected one of {}", words.join(", "));
        let d = Diagnostic::error(node.span, format!("unknown {what} `{found}`"), label);
        self.diagnostics.push(suggest(d, found, words));
    }

    fn unknown(&mut self, entry: &Entry, keys: &[&str]) {
        let label = format!("expected one of {}", keys.join(", "));
        let d = Diagnostic::error(
            entry.key_span,
            format!("unknown key `{}`", entry.key),
            label,
        );
        self.diagnostics.push(suggest(d, &entry.key, keys));
    }
}

fn suggest(d: Diagnostic, found: &str, words: &[&str]) -> Diagnostic {
    match name::nearest(found, words.iter().copied()) {
        Some(word) => d.help(format!("did you mean `{word}`?")),
        None => d,
    }
}

#[cfg(test)]
mod tests;
