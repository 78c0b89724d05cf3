//! Paths into texts: which files are read, and what characters their bytes stand for.
//!
//! Whatever cannot be read is a finding with its place, and the rest goes on.

mod decode;
mod encoding;
mod find;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use tg_schema_model::{Diagnostic, Diagnostics, SourceId, Sources, Span};

pub use decode::Doubt;
pub use find::Skipped;

use crate::progress::Progress;

/// Largest file that is read, in bytes.
pub const MAX_FILE_SIZE: u64 = 16 * 1024 * 1024;

/// A Python file that was read.
#[derive(Clone, Debug)]
pub struct Text {
    /// As it was found: the PATH argument, and the way from there.
    pub path: PathBuf,
    /// The folder and names by which Python knows it: absolute, without links in the folders above.
    pub real: PathBuf,
    /// Module path of its definitions, from the argument that it was found under.
    pub module: Vec<String>,
    /// Which of the PATH arguments it was found under.
    pub root: usize,
    /// Its text in [`Sources`].
    pub source: SourceId,
    /// Which characters of the text are not those of the file.
    pub doubt: Doubt,
}

/// All that was read.
#[derive(Debug, Default)]
pub struct Texts {
    /// The texts, for places in reports.
    pub sources: Sources,
    /// The Python files, sorted by path.
    pub files: Vec<Text>,
    /// The folders among the arguments, absolute; one an argument.
    pub roots: Vec<PathBuf>,
    /// Folders that were passed over.
    pub skipped: Skipped,
    /// Whether anything could not be read.
    pub partial: bool,
}

/// Reads every Python file under `paths`.
pub fn read(paths: &[PathBuf], progress: &Progress, findings: &mut Diagnostics) -> Texts {
    let mut texts = Texts::default();
    let found = find::find(paths, findings);
    texts.skipped = found.skipped;
    texts.roots = found.roots;
    texts.partial = findings.has_errors();
    progress.expect(found.files.len());
    for file in found.files {
        progress.step();
        let content = contents(&file.path);
        texts.add(file, content, findings);
    }
    texts
}

/// A Python file whose content somebody else has read: from a repository, say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Name for reports.
    pub path: PathBuf,
    /// The folder and names by which Python knows it, from a root that all files share.
    pub real: PathBuf,
    /// Module path of its definitions.
    pub module: Vec<String>,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The texts of files that are read already, below one folder.
pub fn take(root: &Path, files: Vec<Given>, findings: &mut Diagnostics) -> Texts {
    let mut texts = Texts {
        roots: vec![root.to_owned()],
        ..Texts::default()
    };
    for given in files {
        let file = find::Found {
            path: given.path,
            real: given.real,
            module: given.module,
            root: 0,
        };
        texts.add(file, Ok(given.bytes), findings);
    }
    texts
}

impl Texts {
    fn add(
        &mut self,
        file: find::Found,
        content: Result<Vec<u8>, String>,
        findings: &mut Diagnostics,
    ) {
        let name = file.path.display().to_string();
        let bytes = match content {
            Ok(bytes) => bytes,
            Err(message) => {
                let source = self.sources.add(name, "");
                findings.push(unread(source, message));
                self.partial = true;
                return;
            }
        };
        let decoded = decode::decode(bytes);
        let source = self.sources.add(name, decoded.text);
        if let Some(fault) = decoded.fault {
            self.partial = true;
            findings.push(
                Diagnostic::error(
                    Span::new(source, fault.range),
                    fault.message,
                    fault.expected,
                )
                .code("UNREADABLE_TEXT")
                .help("save the file as UTF-8, or name its encoding in the first line"),
            );
        }
        self.files.push(Text {
            path: file.path,
            real: file.real,
            module: file.module,
            root: file.root,
            source,
            doubt: decoded.doubt,
        });
    }
}

fn unread(source: SourceId, message: String) -> Diagnostic {
    Diagnostic::error(Span::new(source, 0..0), message, "")
        .code("UNREADABLE_FILE")
        .help("nothing in it was looked at")
}

/// The bytes of a regular file of bearable size.
fn contents(path: &Path) -> Result<Vec<u8>, String> {
    let cannot = |error: std::io::Error| format!("cannot read {}: {error}", path.display());
    // A pipe would wait for a writer: what it is comes first.
    let about = std::fs::metadata(path).map_err(cannot)?;
    if !about.is_file() {
        return Err(format!("{} is not a regular file", path.display()));
    }
    let file = File::open(path).map_err(cannot)?;
    let mut bytes = Vec::with_capacity(about.len().min(MAX_FILE_SIZE) as usize + 1);
    file.take(MAX_FILE_SIZE + 1)
        .read_to_end(&mut bytes)
        .map_err(cannot)?;
    if bytes.len() as u64 > MAX_FILE_SIZE {
        return Err(format!(
            "{} is larger than {MAX_FILE_SIZE} bytes",
            path.display()
        ));
    }
    Ok(bytes)
}
