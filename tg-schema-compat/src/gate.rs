//! What a change may do before a run ends with findings: `avro=full,pulsar=accepted,json=backward,rust=soft,loss=none`.
//!
//! | key | values, strictest first |
//! |---|---|
//! | `avro`, `json` | `full`, `backward`, `forward`, `none` |
//! | `pulsar` | `accepted` (what a broker with the strategy FULL accepts), `backward`, `forward`, `none` |
//! | `rust` | `ok`, `soft`, `any` |
//! | `loss` | `none`, `any` |
//! | `deployment` | `safe`, `any` |
//!
//! Of `backward` and `forward` neither is stricter. A key that is not given has its default: `full`, `accepted` and
//! `full`, `any` for Rust code, which its own compiler checks, `none` and `safe`.
//!
//! [`judge`] compares a report with what is required. Findings that are suppressed do not count, and neither does
//! the verdict of a format that they explain: a cell of the matrix is objected to if a finding that is not
//! suppressed breaks it, or if it is broken against a version where no finding explains it.

mod judge;

use std::fmt;
use std::str::FromStr;

use tg_schema_model::name::nearest;

pub use judge::{Overrides, judge, overrides};

/// One thing that is required.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// What it is asked of.
    pub key: &'static str,
    /// What is asked.
    pub value: &'static str,
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.key, self.value)
    }
}

/// A key with its values, strictest first, and the value that it has by itself.
struct Key {
    name: &'static str,
    values: &'static [&'static str],
    usual: &'static str,
}

const KEYS: [Key; 6] = [
    Key {
        name: "avro",
        values: &["full", "backward", "forward", "none"],
        usual: "full",
    },
    Key {
        name: "pulsar",
        values: &["accepted", "backward", "forward", "none"],
        usual: "accepted",
    },
    Key {
        name: "json",
        values: &["full", "backward", "forward", "none"],
        usual: "full",
    },
    Key {
        name: "rust",
        values: &["ok", "soft", "any"],
        usual: "any",
    },
    Key {
        name: "loss",
        values: &["none", "any"],
        usual: "none",
    },
    Key {
        name: "deployment",
        values: &["safe", "any"],
        usual: "safe",
    },
];

/// What is required, as far as somebody said it.
///
/// ```
/// use tg_schema_compat::gate::Requirements;
///
/// let project: Requirements = "json=backward,rust=soft".parse()?;
/// let record: Requirements = "json=none".parse()?;
/// assert_eq!(project.with(&record).to_string(), "json=none,rust=soft");
/// assert_eq!(project.get("loss"), Some("none"));
/// # Ok::<(), tg_schema_compat::gate::GateError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requirements {
    /// By the order of [`KEYS`].
    given: [Option<&'static str>; KEYS.len()],
}

impl Requirements {
    /// What is required under a key: what was given, else its default. None: there is no such key.
    pub fn get(&self, key: &str) -> Option<&'static str> {
        let mut keys = self.given.iter().zip(&KEYS);
        let (given, known) = keys.find(|(_, known)| known.name == key)?;
        Some(given.unwrap_or(known.usual))
    }

    /// These, where `over` does not say something else.
    #[must_use]
    pub fn with(&self, over: &Requirements) -> Requirements {
        let mut merged = self.clone();
        for (given, over) in merged.given.iter_mut().zip(&over.given) {
            *given = over.or(*given);
        }
        merged
    }

    /// All of them, those included that were not given.
    pub fn all(&self) -> impl Iterator<Item = Requirement> {
        let keys = self.given.into_iter().zip(&KEYS);
        keys.map(|(given, key)| Requirement {
            key: key.name,
            value: given.unwrap_or(key.usual),
        })
    }
}

impl fmt::Display for Requirements {
    /// What was given, in the order of the keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (given, key) in self.given.iter().zip(&KEYS) {
            if let Some(value) = given {
                write!(f, "{separator}{}={value}", key.name)?;
                separator = ",";
            }
        }
        Ok(())
    }
}

/// A text that says no requirements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateError {
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl fmt::Display for GateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.message, self.help)
    }
}

impl std::error::Error for GateError {}

impl FromStr for Requirements {
    type Err = GateError;

    /// Reads `key=value,key=value`. Each key may be given once, and blank space does not count.
    fn from_str(text: &str) -> Result<Self, GateError> {
        let mut read = Requirements::default();
        for part in text.split(',').map(str::trim) {
            let Some((key, value)) = part.split_once('=') else {
                return Err(GateError {
                    message: format!("{part:?} requires nothing"),
                    help: "write such as `avro=full,json=backward`".to_owned(),
                });
            };
            let (key, value) = (key.trim(), value.trim());
            let mut known = read.given.iter_mut().zip(&KEYS);
            let Some((given, known)) = known.find(|(_, known)| known.name == key) else {
                let names = KEYS.map(|key| key.name);
                return Err(unknown("key", key, &names));
            };
            let Some(value) = known.values.iter().find(|known| **known == value) else {
                return Err(unknown(&format!("value of `{key}`"), value, known.values));
            };
            if given.replace(value).is_some() {
                return Err(GateError {
                    message: format!("`{key}` is given twice"),
                    help: "give it once".to_owned(),
                });
            }
        }
        Ok(read)
    }
}

fn unknown(what: &str, word: &str, known: &[&'static str]) -> GateError {
    let quoted: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
    let expected = match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    };
    let near = nearest(word, known.iter().copied());
    GateError {
        message: format!("`{word}` is no {what}"),
        help: match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("expected {expected}"),
        },
    }
}

#[cfg(test)]
mod tests;
