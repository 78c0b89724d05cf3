//! The new version as a release in the lock file.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use tg_schema_compat::lock::{self, Accepted};

use super::versions::Versions;
use crate::console::Console;
use crate::draft::Draft;
use crate::exit::Failure;
use crate::version;

/// Writes the lock file with the blocks of both sides of a merge, if that left conflicts in it.
pub fn mend(path: &Path, console: &mut Console) -> Result<(), Failure> {
    let Some(text) = existing(path)? else {
        return Ok(());
    };
    let label = path.display().to_string();
    let merged =
        lock::merged(&label, &text).map_err(|(sources, diagnostics)| Failure::Definitions {
            sources,
            diagnostics,
        })?;
    if let Some(text) = merged {
        Draft::write(path, &text)
            .and_then(Draft::put)
            .map_err(|e| Failure::io("write", path, &e))?;
        console.line(&format!(
            "{label}: the blocks of both sides of a merge are kept"
        ));
    }
    Ok(())
}

/// Writes the lock file, if it changes.
pub fn accept(versions: &Versions, console: &mut Console) -> Result<(), Failure> {
    let path = &versions.lock;
    let (existing, accepted) = next(versions)?;
    let label = path.display().to_string();
    if existing.as_deref() == Some(accepted.text.as_str()) {
        console.line(&format!(
            "{label}: release {} is this one",
            accepted.release
        ));
        return Ok(());
    }
    Draft::write(path, &accepted.text)
        .and_then(Draft::put)
        .map_err(|e| Failure::io("write", path, &e))?;
    let changes = match accepted.changes.len() {
        1 => "1 change".to_owned(),
        changes => format!("{changes} changes"),
    };
    console.line(&format!("{label}: release {}, {changes}", accepted.release));
    Ok(())
}

/// The text of the lock file, where there is one, and the one that has the new version as its last release.
pub fn next(versions: &Versions) -> Result<(Option<String>, Accepted), Failure> {
    let path = &versions.lock;
    let existing = existing(path)?;
    let label = path.display().to_string();
    let accepted = lock::accept(&label, existing.as_deref(), &versions.new);
    let accepted = accepted.map_err(|(sources, diagnostics)| Failure::Definitions {
        sources,
        diagnostics,
    })?;
    Ok((existing, accepted))
}

/// The text of the lock file, where there is one.
fn existing(path: &Path) -> Result<Option<String>, Failure> {
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        _ => version::text(path).map(Some),
    }
}
