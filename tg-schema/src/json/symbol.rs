//! Symbols of enums, by name or by the value that an old Python enum had.

use std::borrow::Cow;

use crate::descriptor::{EnumDescriptor, PythonValue};
use crate::error::{Error, ErrorKind};
use crate::json::JsonReader;

/// Whether the text begins with another, of which most are short: a call to compare them takes longer.
#[inline(always)]
fn starts_with(text: &[u8], other: &[u8]) -> bool {
    let n = other.len();
    let head = text.get(..n).unwrap_or_default();
    match (
        head.first_chunk::<8>(),
        head.last_chunk::<8>(),
        other.first_chunk::<8>(),
        other.last_chunk::<8>(),
    ) {
        (Some(a), Some(z), Some(b), Some(y)) if n <= 16 => a == b && z == y,
        (None, ..) if n < 8 => match (
            head.first_chunk::<4>(),
            head.last_chunk::<4>(),
            other.first_chunk::<4>(),
            other.last_chunk::<4>(),
        ) {
            (Some(a), Some(z), Some(b), Some(y)) => a == b && z == y,
            _ => head == other,
        },
        _ => head == other,
    }
}

impl<'a> JsonReader<'a> {
    /// A symbol: its index, or the text of one that the open enum does not know.
    pub(crate) fn symbol(
        &mut self,
        e: &EnumDescriptor,
    ) -> Result<Result<usize, Cow<'a, str>>, Error> {
        self.space();
        if let Some(i) = self.known_symbol(e) {
            return Ok(Ok(i));
        }
        let start = self.at;
        let found =
            if self.here() != b'"' && e.values.iter().any(|v| matches!(v, PythonValue::Int(_))) {
                let n = self.long()?;
                (
                    e.values.iter().position(|v| *v == PythonValue::Int(n)),
                    None,
                )
            } else {
                let text = self.string()?;
                let known = e.symbols.iter().position(|s| *s == text);
                (
                    known.or_else(|| {
                        e.values
                            .iter()
                            .position(|v| matches!(v, PythonValue::Str(s) if *s == text))
                    }),
                    Some(text),
                )
            };
        match found {
            (Some(i), _) => Ok(Ok(i)),
            (None, Some(text)) if e.open => Ok(Err(text)),
            (None, text) => match e.default {
                Some(i) => {
                    self.unknown_symbols += 1;
                    Ok(Ok(i))
                }
                None => {
                    self.at = start;
                    Err(self.unknown_symbol(e, text.as_deref()))
                }
            },
        }
    }
    /// Takes a symbol of the definition that stands here without escapes.
    #[inline]
    fn known_symbol(&mut self, e: &EnumDescriptor) -> Option<usize> {
        let [b'"', text @ ..] = self.rest() else {
            return None;
        };
        let here = |s: &&&str| text.get(s.len()) == Some(&b'"') && starts_with(text, s.as_bytes());
        let (i, symbol) = e.symbols.iter().enumerate().find(|(_, s)| here(s))?;
        self.at += symbol.len() + 2;
        Some(i)
    }
    #[cold]
    #[inline(never)]
    fn unknown_symbol(&self, e: &EnumDescriptor, text: Option<&str>) -> Error {
        let shown: String = text
            .unwrap_or("a value that no member has")
            .chars()
            .take(64)
            .collect();
        self.error(
            ErrorKind::Symbol,
            format!("expected one of {}, found {shown:?}", e.symbols.join(", ")),
        )
    }
}
