//! How a run ends: the exit code, and the failures that lead to it.

use std::path::Path;
use std::process::ExitCode;

use tg_schema_model::{Diagnostics, Sources};

/// The exit codes of every subcommand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing to complain about.
    Clean,
    /// Something was found that the run was asked to look for.
    Findings,
    /// The work could not be done.
    Failed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Failed => 2,
        })
    }
}

/// Why the work could not be done.
#[derive(Debug)]
pub enum Failure {
    /// Definitions or configuration are wrong.
    Definitions {
        /// The texts.
        sources: Sources,
        /// Everything that is wrong with them.
        diagnostics: Diagnostics,
    },
    /// Anything else.
    Other {
        /// What happened.
        message: String,
        /// What to do.
        help: Option<String>,
    },
}

impl Failure {
    /// A failure with nothing more to say.
    pub fn new(message: impl Into<String>) -> Self {
        Failure::Other {
            message: message.into(),
            help: None,
        }
    }
    /// A failure with advice.
    pub fn help(message: impl Into<String>, help: impl Into<String>) -> Self {
        Failure::Other {
            message: message.into(),
            help: Some(help.into()),
        }
    }
    /// What happened, in one line where that is enough.
    pub fn message(&self) -> String {
        match self {
            Failure::Definitions { diagnostics, .. } => {
                let messages = diagnostics.0.iter().map(|d| d.message.as_str());
                messages.collect::<Vec<_>>().join("; ")
            }
            Failure::Other { message, .. } => message.clone(),
        }
    }
    /// The operating system refused something on a path.
    pub fn io(action: &str, path: &Path, error: &std::io::Error) -> Self {
        Failure::new(format!("cannot {action} {}: {error}", path.display()))
    }
}
