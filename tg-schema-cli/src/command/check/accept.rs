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

/// A release that is written beside the lock file.
pub struct Release<'v> {
    path: &'v Path,
    accepted: Accepted,
    /// None where the lock file is this text already.
    draft: Option<Draft>,
}

/// Writes the new version as a release beside the lock file.
pub fn release(versions: &Versions) -> Result<Release<'_>, Failure> {
    let path = &versions.lock;
    let (existing, accepted) = next(versions)?;
    let draft = match existing.as_deref() == Some(accepted.text.as_str()) {
        true => None,
        false => {
            let draft = Draft::write(path, &accepted.text);
            Some(draft.map_err(|e| Failure::io("write", path, &e))?)
        }
    };
    Ok(Release {
        path,
        accepted,
        draft,
    })
}

impl Release<'_> {
    /// Puts it in the place of the lock file, if that changes.
    pub fn put(self, console: &mut Console) -> Result<(), Failure> {
        let label = self.path.display();
        let release = self.accepted.release;
        let Some(draft) = self.draft else {
            console.line(&format!("{label}: release {release} is this one"));
            return Ok(());
        };
        draft
            .put()
            .map_err(|e| Failure::io("write", self.path, &e))?;
        let changes = match self.accepted.changes.len() {
            1 => "1 change".to_owned(),
            changes => format!("{changes} changes"),
        };
        console.line(&format!("{label}: release {release}, {changes}"));
        Ok(())
    }
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
