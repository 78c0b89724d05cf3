//! What is wrong with a value, and where in the message.

use std::fmt;

/// One step from the message to the place that is meant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Segment {
    /// The message itself, by the name of its record.
    Record(String),
    /// A field.
    Field(String),
    /// An element of an array.
    Index(usize),
    /// An entry of a map.
    Key(String),
}

/// A value that does not fit its type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ValueError {
    /// Where: from the outside inwards.
    pub path: Vec<Segment>,
    /// What is wrong.
    pub message: String,
    /// What was expected there.
    pub expected: String,
}

impl ValueError {
    /// An error at the value itself.
    pub fn new(message: impl Into<String>, expected: impl Into<String>) -> Self {
        ValueError {
            path: Vec::new(),
            message: message.into(),
            expected: expected.into(),
        }
    }
    /// The same error seen from one step further out.
    #[must_use]
    pub fn inside(mut self, segment: Segment) -> Self {
        self.path.insert(0, segment);
        self
    }
    /// The place as text: `Record.field[3].other["key"]`; empty where the value itself is meant.
    pub fn place(&self) -> String {
        let mut out = String::new();
        for segment in &self.path {
            match segment {
                Segment::Record(name) | Segment::Field(name) => {
                    if !out.is_empty() {
                        out.push('.');
                    }
                    out.push_str(name);
                }
                Segment::Index(index) => out.push_str(&format!("[{index}]")),
                Segment::Key(key) => out.push_str(&format!("[{key:?}]")),
            }
        }
        out
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place();
        if !place.is_empty() {
            write!(f, "{place}: ")?;
        }
        write!(f, "{}", self.message)?;
        if !self.expected.is_empty() {
            write!(f, ", expected {}", self.expected)?;
        }
        Ok(())
    }
}

impl std::error::Error for ValueError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_reads_from_the_outside_inwards() {
        let error = ValueError::new("found a string", "an int")
            .inside(Segment::Key("k".into()))
            .inside(Segment::Index(3))
            .inside(Segment::Field("field".into()));
        assert_eq!(
            error.to_string(),
            "field[3][\"k\"]: found a string, expected an int"
        );
        let error = error.inside(Segment::Record("Record".into()));
        assert_eq!(error.place(), "Record.field[3][\"k\"]");
        assert_eq!(ValueError::new("found null", "").to_string(), "found null");
    }
}
