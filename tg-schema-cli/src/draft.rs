//! Texts that take the place of files, whole or not at all: these files are the user's work.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// A text beside the file whose place it is to take. It goes away where it does not.
pub struct Draft {
    beside: PathBuf,
    real: PathBuf,
}

impl Draft {
    /// Writes a text beside a file, which need not be there yet. Permissions stay; a link stays a link. A file that
    /// nobody may write to is left alone, though another could take its place.
    pub fn write(path: &Path, text: &str) -> io::Result<Self> {
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let there = fs::metadata(&real).ok();
        if there.as_ref().is_some_and(|m| m.permissions().readonly()) {
            let reason = "it is read-only";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, reason));
        }
        let mut beside = real.clone().into_os_string();
        // Others may write the same file.
        beside.push(format!(".{}.tmp", std::process::id()));
        let draft = Draft {
            beside: PathBuf::from(beside),
            real,
        };
        let mut file = fs::File::create(&draft.beside)?;
        file.write_all(text.as_bytes())?;
        if let Some(there) = there {
            file.set_permissions(there.permissions())?;
        }
        file.sync_all()?;
        Ok(draft)
    }

    /// Puts it in the file's place.
    pub fn put(self) -> io::Result<()> {
        fs::rename(&self.beside, &self.real)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Not there any more where it was put in its place.
        let _ = fs::remove_file(&self.beside);
    }
}
