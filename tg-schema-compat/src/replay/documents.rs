//! JSON documents one after the other, or the items of one array.

use tg_schema_dynamic::limits;
use tg_schema_model::Json;
use tg_schema_model::json::parse_deep;

use super::source::Source;
use super::{At, Options, Problem, Tally, Verdict};

/// Reads every document.
pub(super) fn read(
    source: &mut Source<'_>,
    tally: &mut Tally<'_, '_>,
    options: &Options,
) -> Result<(), Problem> {
    let mut splitter = Splitter {
        line: 1,
        place: Place::Outside,
    };
    if source.first()? == b'[' {
        splitter.place = Place::Start;
        while splitter.byte(source)?.is_some_and(|byte| byte != b'[') {}
    }
    let mut document = Vec::new();
    while let Some(line) = splitter.next(source, &mut document, options.message_bytes)? {
        let text = document.as_slice();
        let parsed = parsed(text);
        tally.message(
            At::Line(line),
            |_, reader| match &parsed {
                Ok(json) => reader.json(text, json),
                Err(error) => Verdict::Failed(error.clone()),
            },
            || String::from_utf8_lossy(text).into_owned(),
        )?;
    }
    Ok(())
}

fn parsed(text: &[u8]) -> Result<Json, String> {
    let text = std::str::from_utf8(text).map_err(|e| format!("the message is no text: {e}"))?;
    parse_deep(text, limits::DEPTH).map_err(|e| e.to_string())
}

struct Splitter {
    line: u64,
    place: Place,
}

/// Where the next document is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Among documents one after the other.
    Outside,
    /// Behind the bracket that opens an array.
    Start,
    /// Behind an item.
    Behind,
    /// Behind a comma.
    Item,
}

impl Splitter {
    fn byte(&mut self, source: &mut Source<'_>) -> Result<Option<u8>, Problem> {
        let byte = source.next()?;
        if byte == Some(b'\n') {
            self.line += 1;
        }
        Ok(byte)
    }

    /// The next document, and the line where it starts. An object or array ends where its brackets do, anything
    /// else with the line, or in an array with the comma.
    fn next(
        &mut self,
        source: &mut Source<'_>,
        document: &mut Vec<u8>,
        limit: usize,
    ) -> Result<Option<u64>, Problem> {
        document.clear();
        let first = loop {
            let byte = self.byte(source)?;
            let expected = match (byte, self.place) {
                (None, Place::Outside) => return Ok(None),
                (None, _) => return Err(source.broken("the array has no end")),
                (Some(byte), _) if byte.is_ascii_whitespace() => continue,
                (Some(byte), Place::Outside) => break byte,
                (Some(b']'), Place::Start | Place::Behind) => {
                    // What follows the array are documents like any other.
                    self.place = Place::Outside;
                    continue;
                }
                (Some(b','), Place::Behind) => {
                    self.place = Place::Item;
                    continue;
                }
                (Some(_), Place::Behind) => "`,` or `]` behind an item",
                (Some(b',' | b']'), _) => "an item",
                (Some(byte), _) => break byte,
            };
            let line = self.line;
            return Err(source.broken(format!("expected {expected} of the array in line {line}")));
        };
        let line = self.line;
        let in_array = self.place != Place::Outside;
        if in_array {
            self.place = Place::Behind;
        }
        document.push(first);
        let bracketed = matches!(first, b'{' | b'[');
        let mut depth = usize::from(bracketed);
        let (mut quoted, mut escaped) = (first == b'"', false);
        while !bracketed || depth > 0 {
            let Some(&[byte]) = source.peek(1)?.first_chunk::<1>() else {
                break;
            };
            let ends = match (bracketed, in_array) {
                (true, _) => false,
                (false, true) => !quoted && matches!(byte, b',' | b']'),
                (false, false) => byte == b'\n',
            };
            if ends {
                break;
            }
            self.byte(source)?;
            if document.len() >= limit {
                let reason = format!("the message of line {line} has more than {limit} bytes");
                return Err(source.limit(reason));
            }
            document.push(byte);
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                _ if quoted => {}
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        Ok(Some(line))
    }
}
