//! Why an output folder cannot become what it should be.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why the output folder was left as it was.
#[derive(Debug)]
#[non_exhaustive]
pub enum OutputError {
    /// A rendered path that does not stay inside the output folder, or that no file system can hold.
    UnsafePath(String),
    /// Things in the output folder that are in the way; all of them.
    InTheWay(Vec<Obstacle>),
    /// The output folder lies inside an input folder, so that outputs would be read as definitions.
    InsideInput {
        /// The output folder.
        out: PathBuf,
        /// The input folder.
        input: PathBuf,
    },
    /// The output folder is the one that an input file lies in. Named by its folder, that input would bring
    /// the outputs along.
    BesideInput {
        /// The output folder.
        out: PathBuf,
        /// The input file.
        input: PathBuf,
    },
    /// The manifest was written by a newer version of this crate.
    NewerManifest(PathBuf),
    /// The operating system refused.
    Io {
        /// What was tried, e.g. `write`.
        action: &'static str,
        /// On which path.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
        /// Whether every file that had been changed before was put back.
        restored: bool,
    },
}

/// One thing in the output folder that keeps a file from being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// Path below the output folder.
    pub path: String,
    /// What it is.
    pub reason: Reason,
}

/// What keeps a file from being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// A file with another content, which no earlier run wrote.
    Foreign,
    /// A symbolic link: what it points to may lie elsewhere.
    Link,
    /// A folder (or a device) where a file must be.
    NotAFile,
    /// A file where a folder must be.
    NotAFolder,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::Foreign => "was not written by tg-schema and has another content",
            Reason::Link => "is a symbolic link",
            Reason::NotAFile => "is not a file",
            Reason::NotAFolder => "is not a folder",
        })
    }
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OutputError::UnsafePath(path) => {
                write!(f, "the output path {path:?} is not a plain relative path")
            }
            OutputError::InTheWay(list) => {
                f.write_str("nothing was written, because these are in the way:")?;
                for o in list {
                    write!(f, "\n  {} {}", o.path, o.reason)?;
                }
                f.write_str("\nmove them away, or choose another output folder")
            }
            OutputError::InsideInput { out, input } => write!(
                f,
                "the output folder {} lies inside the input folder {}, where it would be read as definitions",
                out.display(),
                input.display()
            ),
            OutputError::BesideInput { out, input } => write!(
                f,
                "the output folder {} is the folder of the input {}, where outputs would be read as definitions",
                out.display(),
                input.display()
            ),
            OutputError::NewerManifest(path) => {
                write!(
                    f,
                    "{} was written by a newer version of tg-schema",
                    path.display()
                )
            }
            OutputError::Io {
                action,
                path,
                source,
                restored,
            } => {
                write!(f, "cannot {action} {}: {source}", path.display())?;
                if *restored {
                    Ok(())
                } else {
                    f.write_str("; some files could not be put back")
                }
            }
        }
    }
}

impl std::error::Error for OutputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            OutputError::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl OutputError {
    pub(super) fn io(action: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        OutputError::Io {
            action,
            path: path.into(),
            source,
            restored: true,
        }
    }
}
