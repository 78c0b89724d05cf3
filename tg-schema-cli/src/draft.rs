//! Texts that take the place of files, whole or not at all: these files are the user's work.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A text beside the file whose place it is to take. It goes away where it does not.
pub struct Draft {
    beside: PathBuf,
    real: PathBuf,
}

impl Draft {
    /// Writes a text beside a file. Permissions stay; a link stays a link.
    pub fn write(path: &Path, text: &str) -> io::Result<Self> {
        let real = path.canonicalize()?;
        let mut beside = real.clone().into_os_string();
        beside.push(".tg-schema-new");
        let draft = Draft {
            beside: PathBuf::from(beside),
            real,
        };
        fs::write(&draft.beside, text)?;
        fs::set_permissions(&draft.beside, fs::metadata(&draft.real)?.permissions())?;
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
