//! Why a text or a number is no date, time, timestamp, UUID or decimal.

use std::fmt;

/// Why a text or a number is not a value of a logical type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LogicalError {
    /// The text does not have the form; the form that was expected.
    Form(&'static str),
    /// It has the form, and there is no such value; what the values are.
    Range(&'static str),
    /// A second 60: such instants have no number here.
    LeapSecond,
    /// Digits would be lost; what is kept.
    Digits(&'static str),
}

impl LogicalError {
    /// What was expected, for the label beside a place.
    pub fn expected(&self) -> &'static str {
        match self {
            LogicalError::Form(expected)
            | LogicalError::Range(expected)
            | LogicalError::Digits(expected) => expected,
            LogicalError::LeapSecond => "seconds from 00 to 59",
        }
    }
}

impl fmt::Display for LogicalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LogicalError::Form(expected) => write!(f, "not of the form expected: {expected}"),
            LogicalError::Range(expected) => write!(f, "out of range: expected {expected}"),
            LogicalError::LeapSecond => f.write_str("leap seconds have no place in the calendar"),
            LogicalError::Digits(expected) => {
                write!(f, "digits would be lost: expected {expected}")
            }
        }
    }
}

impl std::error::Error for LogicalError {}
