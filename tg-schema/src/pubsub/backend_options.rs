//! Options of one backend: names and values that only that backend knows.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::Error;

/// Options of backends, each by the name of its backend, a dot and its own name: `mqtt.keep-alive`. A backend refuses
/// names under its own prefix that it does not know, and leaves the other prefixes alone.
///
/// `Debug` shows no texts: they may hold anything, a password too.
#[derive(Clone, Default, PartialEq)]
pub struct BackendOptions(BTreeMap<String, OptionValue>);

/// The value of an option.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum OptionValue {
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A time.
    Duration(Duration),
    /// A text. Where an option is of another kind, it is read: `true`, `12`, `250ms`, `1.5s`, `2m`. What is yes or no may be
    /// written in any of the usual words: `1`, `true`, `yes`, `on`, and `0`, `false`, `no`, `off`.
    Text(String),
}

/// The kind of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OptionKind {
    /// Yes or no.
    Boolean,
    /// A whole number between two bounds, which are included.
    Integer {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// A time.
    Duration,
    /// A text.
    Text,
}

/// An option that a backend knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionSpec {
    /// Name without the prefix.
    pub name: &'static str,
    /// What values it takes.
    pub kind: OptionKind,
    /// What it does, one sentence.
    pub doc: &'static str,
}

impl BackendOptions {
    /// None.
    pub const fn new() -> Self {
        BackendOptions(BTreeMap::new())
    }
    /// Sets an option by its full name.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<OptionValue>) {
        self.0.insert(name.into(), value.into());
    }
    /// Full names and values, sorted.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &OptionValue)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v))
    }
    /// Whether none is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// These, and what `others` has besides.
    #[must_use]
    pub fn or(mut self, others: &BackendOptions) -> Self {
        for (name, value) in &others.0 {
            self.0.entry(name.clone()).or_insert_with(|| value.clone());
        }
        self
    }

    /// Those of one backend, each checked against what that backend knows and brought to its kind.
    ///
    /// ```
    /// use tg_schema::pubsub::{BackendOptions, OptionKind, OptionSpec, OptionValue};
    ///
    /// const KNOWN: &[OptionSpec] = &[OptionSpec {
    ///     name: "keep-alive",
    ///     kind: OptionKind::Duration,
    ///     doc: "Time between two signs of life.",
    /// }];
    /// let mut options = BackendOptions::new();
    /// options.set("mqtt.keep-alive", "5s");
    /// let given = options.of("mqtt", KNOWN)?;
    /// assert_eq!(given.get("keep-alive"), Some(&OptionValue::Duration(std::time::Duration::from_secs(5))));
    /// options.set("mqtt.keepalive", "5s");
    /// let error = options.of("mqtt", KNOWN).unwrap_err();
    /// assert_eq!(error.to_string(), "mqtt.keepalive: no such option; mqtt has: keep-alive");
    /// # Ok::<(), tg_schema::pubsub::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidOption`]: an unknown name, or a value of another kind.
    pub fn of(
        &self,
        prefix: &str,
        known: &[OptionSpec],
    ) -> Result<BTreeMap<&'static str, OptionValue>, Error> {
        let mut given = BTreeMap::new();
        for (full, value) in &self.0 {
            let Some(name) = full.strip_prefix(prefix).and_then(|r| r.strip_prefix('.')) else {
                continue;
            };
            let invalid = |message: String| Error::InvalidOption {
                name: full.clone(),
                message,
            };
            let Some(spec) = known.iter().find(|s| s.name == name) else {
                let names: Vec<_> = known.iter().map(|s| s.name).collect();
                let names = match names.is_empty() {
                    true => "none".to_owned(),
                    false => names.join(", "),
                };
                return Err(invalid(format!("no such option; {prefix} has: {names}")));
            };
            given.insert(spec.name, spec.kind.read(value).map_err(invalid)?);
        }
        Ok(given)
    }
}

impl fmt::Debug for BackendOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (name, value) in &self.0 {
            match value {
                OptionValue::Text(_) => map.entry(name, &"***"),
                value => map.entry(name, value),
            };
        }
        map.finish()
    }
}

impl OptionKind {
    /// Brings a value to this kind: a text is read, and a number is held against its bounds.
    ///
    /// # Errors
    /// What was expected, and what was found.
    pub fn read(self, value: &OptionValue) -> Result<OptionValue, String> {
        let read = match (self, value) {
            (OptionKind::Boolean, OptionValue::Boolean(b)) => Some(OptionValue::Boolean(*b)),
            (OptionKind::Boolean, OptionValue::Text(t)) => boolean(t).map(OptionValue::Boolean),
            (OptionKind::Integer { .. }, OptionValue::Integer(i)) => Some(OptionValue::Integer(*i)),
            (OptionKind::Integer { .. }, OptionValue::Text(t)) => {
                t.parse().ok().map(OptionValue::Integer)
            }
            (OptionKind::Duration, OptionValue::Duration(d)) => Some(OptionValue::Duration(*d)),
            (OptionKind::Duration, OptionValue::Text(t)) => duration(t).map(OptionValue::Duration),
            (OptionKind::Text, OptionValue::Text(t)) => Some(OptionValue::Text(t.clone())),
            _ => None,
        };
        let expected = match self {
            OptionKind::Boolean => "true or false (yes or no, on or off, 1 or 0)".to_owned(),
            OptionKind::Integer { min, max } => format!("a whole number from {min} to {max}"),
            OptionKind::Duration => "a time, such as 250ms, 1.5s or 2m".to_owned(),
            OptionKind::Text => "a text".to_owned(),
        };
        match (self, read) {
            (OptionKind::Integer { min, max }, Some(OptionValue::Integer(i)))
                if !(min..=max).contains(&i) =>
            {
                Err(format!("expected {expected}, found {i}"))
            }
            (_, Some(value)) => Ok(value),
            (_, None) => Err(format!("expected {expected}, found {value}")),
        }
    }
}

/// The usual words, in any case.
fn boolean(text: &str) -> Option<bool> {
    const YES: [&str; 6] = ["true", "1", "yes", "on", "y", "t"];
    const NO: [&str; 6] = ["false", "0", "no", "off", "n", "f"];
    let is = |words: [&str; 6]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    match (is(YES), is(NO)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// `250ms`, `1.5s`, `2m`, `1h`.
fn duration(text: &str) -> Option<Duration> {
    const UNITS: [(&str, f64); 4] = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];
    let (number, unit) = UNITS
        .iter()
        .find_map(|(suffix, unit)| text.strip_suffix(suffix).map(|n| (n, unit)))?;
    if !number.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    Duration::try_from_secs_f64(number.parse::<f64>().ok()? * unit).ok()
}

impl fmt::Display for OptionValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OptionValue::Boolean(b) => b.fmt(f),
            OptionValue::Integer(i) => i.fmt(f),
            OptionValue::Duration(d) => write!(f, "{d:?}"),
            OptionValue::Text(t) => write!(f, "{t:?}"),
        }
    }
}
impl From<bool> for OptionValue {
    fn from(value: bool) -> Self {
        OptionValue::Boolean(value)
    }
}
impl From<i64> for OptionValue {
    fn from(value: i64) -> Self {
        OptionValue::Integer(value)
    }
}
impl From<Duration> for OptionValue {
    fn from(value: Duration) -> Self {
        OptionValue::Duration(value)
    }
}
impl From<&str> for OptionValue {
    fn from(value: &str) -> Self {
        OptionValue::Text(value.to_owned())
    }
}
impl From<String> for OptionValue {
    fn from(value: String) -> Self {
        OptionValue::Text(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[OptionSpec] = &[
        OptionSpec {
            name: "clean",
            kind: OptionKind::Boolean,
            doc: "",
        },
        OptionSpec {
            name: "count",
            kind: OptionKind::Integer { min: 1, max: 9 },
            doc: "",
        },
        OptionSpec {
            name: "wait",
            kind: OptionKind::Duration,
            doc: "",
        },
        OptionSpec {
            name: "who",
            kind: OptionKind::Text,
            doc: "",
        },
    ];

    fn given(name: &str, value: impl Into<OptionValue>) -> Result<Option<OptionValue>, String> {
        let mut options = BackendOptions::new();
        options.set(format!("b.{name}"), value);
        options.set("other.unknown", 1);
        let given = options.of("b", KNOWN).map_err(|e| e.to_string())?;
        Ok(given.get(name).cloned())
    }

    #[test]
    fn values_are_brought_to_their_kind() {
        assert_eq!(given("clean", "true"), Ok(Some(true.into())));
        assert_eq!(given("clean", false), Ok(Some(false.into())));
        for yes in ["1", "true", "TRUE", "yes", "on", "On", "y", "t"] {
            assert_eq!(given("clean", yes), Ok(Some(true.into())), "{yes}");
        }
        for no in ["0", "false", "False", "no", "off", "OFF", "n", "f"] {
            assert_eq!(given("clean", no), Ok(Some(false.into())), "{no}");
        }
        assert_eq!(given("count", "9"), Ok(Some(9.into())));
        assert_eq!(
            given("wait", "250ms"),
            Ok(Some(Duration::from_millis(250).into()))
        );
        assert_eq!(
            given("wait", "1.5s"),
            Ok(Some(Duration::from_millis(1500).into()))
        );
        assert_eq!(
            given("wait", "2m"),
            Ok(Some(Duration::from_secs(120).into()))
        );
        assert_eq!(given("who", "me"), Ok(Some("me".into())));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        for (name, value, error) in [
            (
                "clean",
                OptionValue::from(1),
                "b.clean: expected true or false (yes or no, on or off, 1 or 0), found 1",
            ),
            (
                "clean",
                "2".into(),
                "b.clean: expected true or false (yes or no, on or off, 1 or 0), found \"2\"",
            ),
            (
                "count",
                "10".into(),
                "b.count: expected a whole number from 1 to 9, found 10",
            ),
            (
                "count",
                "x".into(),
                "b.count: expected a whole number from 1 to 9, found \"x\"",
            ),
            (
                "wait",
                "5".into(),
                "b.wait: expected a time, such as 250ms, 1.5s or 2m, found \"5\"",
            ),
            (
                "wait",
                "-5s".into(),
                "b.wait: expected a time, such as 250ms, 1.5s or 2m, found \"-5s\"",
            ),
            ("who", true.into(), "b.who: expected a text, found true"),
            (
                "nobody",
                "x".into(),
                "b.nobody: no such option; b has: clean, count, wait, who",
            ),
        ] {
            assert_eq!(given(name, value), Err(error.to_owned()));
        }
    }
}
