//! Why a text is not an Avro schema, and where.

use std::fmt;

/// Why a text is not an Avro schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AvroError {
    /// Where: a JSON pointer such as `/fields/3/type`; empty for the whole text.
    pub path: String,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for AvroError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "{path}: {}", self.message),
        }
    }
}

impl std::error::Error for AvroError {}
