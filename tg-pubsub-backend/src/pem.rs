//! Certificates and keys of a configuration: a text, or the file where it is.

use std::fmt;
use std::path::{Path, PathBuf};

/// Text in PEM, or the file where it is. What is shown of it for debugging is its length or the file, never the text.
///
/// ```
/// use tg_pubsub_backend::pem::Pem;
///
/// let key = Pem::from(b"-----BEGIN PRIVATE KEY-----".to_vec());
/// assert_eq!(format!("{key:?}"), "Text(27 bytes)");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub enum Pem {
    /// The text itself.
    Text(Vec<u8>),
    /// A file, read when a backend is made.
    File(PathBuf),
}

impl Pem {
    /// The text.
    ///
    /// # Errors
    /// The file cannot be read: which, and why.
    pub fn read(&self) -> Result<Vec<u8>, String> {
        match self {
            Pem::Text(text) => Ok(text.clone()),
            Pem::File(path) => {
                std::fs::read(path).map_err(|e| format!("{} cannot be read: {e}", path.display()))
            }
        }
    }
}

impl From<&Path> for Pem {
    fn from(path: &Path) -> Self {
        Pem::File(path.to_owned())
    }
}
impl From<PathBuf> for Pem {
    fn from(path: PathBuf) -> Self {
        Pem::File(path)
    }
}
impl From<Vec<u8>> for Pem {
    fn from(text: Vec<u8>) -> Self {
        Pem::Text(text)
    }
}

impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pem::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Pem::File(path) => write!(f, "File({})", path.display()),
        }
    }
}
