//! Symbols of enums, by name or by the value that an old Python enum had.

use std::borrow::Cow;

use crate::descriptor::{EnumDescriptor, PythonValue};
use crate::error::{Error, ErrorKind};
use crate::json::JsonReader;

impl<'a> JsonReader<'a> {
    /// A symbol: its index, or the text of one that the open enum does not know.
    pub(crate) fn symbol(
        &mut self,
        e: &EnumDescriptor,
    ) -> Result<Result<usize, Cow<'a, str>>, Error> {
        let start = {
            self.space();
            self.at
        };
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
