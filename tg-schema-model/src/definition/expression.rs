//! The text of a type in a full definition into the type.

use std::collections::HashMap;

use crate::schema::{RecordId, Type};

/// Arrays, maps and nulls around a type.
const MAX_DEPTH: usize = 256;

/// Names in the order in which they are mentioned, each once.
#[derive(Default)]
pub(super) struct Names {
    pub(super) list: Vec<String>,
    at: HashMap<String, usize>,
}

impl Names {
    fn mention(&mut self, name: &str) -> RecordId {
        if let Some(&at) = self.at.get(name) {
            return RecordId(at);
        }
        let at = self.list.len();
        self.list.push(name.to_owned());
        self.at.insert(name.to_owned(), at);
        RecordId(at)
    }
}

/// Reads the text of a type. A name that it mentions goes to `names`, and stands in the type as the record
/// of its index there.
pub(super) fn read(text: &str, names: &mut Names) -> Result<Type, String> {
    let mut around: Vec<fn(Box<Type>) -> Type> = Vec::new();
    let mut rest = text;
    let mut optional = false;
    loop {
        if around.len() >= MAX_DEPTH {
            return Err(format!("it nests deeper than {MAX_DEPTH} levels"));
        }
        let inside = |start: &str| rest.strip_prefix(start)?.strip_suffix('>');
        if let Some(inner) = rest.strip_suffix('?') {
            if optional {
                return Err("it is optional twice".to_owned());
            }
            optional = true;
            rest = inner;
            around.push(Type::Optional);
            continue;
        }
        optional = false;
        if let Some(inner) = inside("array<") {
            rest = inner;
            around.push(Type::Array);
        } else if let Some(inner) = inside("map<") {
            rest = inner;
            around.push(Type::Map);
        } else {
            break;
        }
    }
    let mut ty = innermost(rest, names)?;
    for wrap in around.into_iter().rev() {
        ty = wrap(Box::new(ty));
    }
    Ok(ty)
}

fn innermost(word: &str, names: &mut Names) -> Result<Type, String> {
    Ok(match word {
        "string" => Type::String,
        "boolean" => Type::Boolean,
        "int" => Type::Int,
        "long" => Type::Long,
        "float" => Type::Float,
        "double" => Type::Double,
        "bytes" => Type::Bytes,
        "date" => Type::Date,
        "time_ms" => Type::TimeMs,
        "timestamp_ms" => Type::TimestampMs,
        "timestamp_us" => Type::TimestampUs,
        "uuid" => Type::Uuid,
        _ => match word.strip_prefix("decimal(") {
            Some(digits) => decimal(digits).ok_or_else(|| format!("`{word}` is no decimal"))?,
            None => named(word, names)?,
        },
    })
}

fn decimal(digits: &str) -> Option<Type> {
    let (precision, scale) = digits.strip_suffix(')')?.split_once(',')?;
    let (precision, scale) = (precision.parse().ok()?, scale.parse().ok()?);
    let fits = (1..=38).contains(&precision) && scale <= precision;
    fits.then_some(Type::Decimal { precision, scale })
}

fn named(word: &str, names: &mut Names) -> Result<Type, String> {
    let strange = |c: char| c.is_whitespace() || c.is_control() || "<>?(),".contains(c);
    if word.is_empty() || word.contains(strange) {
        return Err(format!("{word:?} is no name of a type"));
    }
    Ok(Type::Record(names.mention(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_what_is_none() {
        let mut names = Names::default();
        let mut read = |text: &str| super::read(text, &mut names);
        assert_eq!(
            read("array<map<a.B?>?>?"),
            Ok(Type::Optional(Box::new(Type::Array(Box::new(
                Type::Optional(Box::new(Type::Map(Box::new(Type::Optional(Box::new(
                    Type::Record(RecordId(0))
                ))))))
            )))))
        );
        assert_eq!(read("C"), Ok(Type::Record(RecordId(1))));
        assert_eq!(read("a.B"), Ok(Type::Record(RecordId(0))));
        let (precision, scale) = (9, 2);
        assert_eq!(read("decimal(9,2)"), Ok(Type::Decimal { precision, scale }));
        for wrong in [
            "",
            "?",
            "int??",
            "array<int",
            "array<>",
            "map<int>>",
            "decimal(2,9)",
            "decimal(9)",
            "a b",
            "x,y",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        let deep = format!("{}int{}", "array<".repeat(300), ">".repeat(300));
        assert!(read(&deep).is_err());
        assert_eq!(names.list, ["a.B", "C"]);
    }
}
