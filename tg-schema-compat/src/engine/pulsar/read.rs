//! Messages as the broker's resolution of two schemas reads them: Java's resolving decoder, which goes through a
//! message along that resolution, and throws where it leads to an error.

use std::borrow::Cow;

use tg_schema_dynamic::datum::Datum;

use super::resolver::{self, Action, Resolution};
use super::{Kind, Stop, Thrown, alias, walk};
use crate::engine::avro::{Graph, Id, Shape};
use crate::engine::stack::{self, TooLarge};

/// A reader of what one writer writes.
pub(crate) struct Reading<'g> {
    reader: &'g Graph,
    writer: Cow<'g, Graph>,
    resolution: Resolution,
}

/// Why a message is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// Where, by the names of the reader: `lines[].item`. Empty for the message itself.
    pub path: String,
    /// Java's words.
    pub text: String,
}

impl<'g> Reading<'g> {
    /// The reader; or what the resolution throws, where there is no reader.
    pub(crate) fn of(
        reader: &'g Graph,
        writer: &'g Graph,
    ) -> Result<Result<Self, Thrown>, TooLarge> {
        let made = stack::walk(|budget| {
            let made = alias::apply_to_read(writer, reader, budget).and_then(|(writer, _)| {
                let resolution = resolver::resolve(&writer, reader, budget)?;
                Ok((writer, resolution))
            });
            match made {
                Ok(made) => Ok(Ok(made)),
                Err(Stop::Throws(thrown)) => Ok(Err(thrown)),
                Err(Stop::TooLarge(limit)) => Err(limit),
            }
        });
        Ok(made?.map(|(writer, resolution)| Reading {
            reader,
            writer,
            resolution,
        }))
    }

    /// The first reason for which a message of the writer is refused, in the order of its bytes; none where it is read.
    pub(crate) fn refusal(&self, message: &Datum) -> Option<Refused> {
        self.first(message, &|_, _, _| None)
    }

    /// The first symbol of a message that its readers do not know. The broker never compares symbols.
    pub(crate) fn unknown_symbol(&self, message: &Datum) -> Option<Refused> {
        self.first(message, &|w, r, at| {
            let (Shape::Enum(from), Shape::Enum(to)) = (self.writer.shape(w), self.reader.shape(r))
            else {
                return None;
            };
            let symbol = from.symbols.get(at)?;
            let known = to.default.is_some() || to.symbols.contains(symbol);
            (!known).then(|| format!("no match for {symbol}"))
        })
    }

    /// The first reason, where `symbol` says what is wrong with a symbol of the writer's enum for the reader's.
    fn first(
        &self,
        message: &Datum,
        symbol: &dyn Fn(Id, Id, usize) -> Option<String>,
    ) -> Option<Refused> {
        let resolution = &self.resolution;
        let mut open = vec![(resolution.root, message, String::new())];
        while let Some((id, datum, path)) = open.pop() {
            match (resolution.actions.get(id.0)?, datum) {
                (Action::Error(kind, w, r), _) => {
                    return Some(self.error((*kind, *w, *r), path));
                }
                (Action::Enum(w, r), Datum::Enum(at)) => {
                    if let Some(text) = symbol(*w, *r, *at) {
                        return Some(Refused { path, text });
                    }
                }
                (Action::ReaderUnion(chosen), _) => open.push((*chosen, datum, path)),
                (Action::WriterUnion(branches), Datum::Union(at, value)) => {
                    open.push((*branches.get(*at)?, value, path));
                }
                (Action::Container(part, sign), Datum::Array(items)) => {
                    let path = format!("{path}{sign}");
                    open.extend(items.iter().rev().map(|item| (*part, item, path.clone())));
                }
                (Action::Container(part, sign), Datum::Map(entries)) => {
                    let path = format!("{path}{sign}");
                    let values = entries.values().rev();
                    open.extend(values.map(|value| (*part, value, path.clone())));
                }
                (Action::Record(adjust), Datum::Record(values)) => {
                    let Shape::Record(record) = self.reader.shape(adjust.reader) else {
                        continue;
                    };
                    for ((part, at), value) in adjust.fields.iter().zip(values).rev() {
                        let field = at.and_then(|at| record.fields.get(at));
                        let below = field.map_or(path.clone(), |f| below(&path, &f.name));
                        open.push((*part, value, below));
                    }
                }
                _ => {}
            }
        }
        None
    }

    fn error(&self, error: (Kind, Id, Id), path: String) -> Refused {
        let mismatch = walk::mismatch(&self.writer, self.reader, error, &path);
        Refused {
            text: mismatch.to_string(),
            path: match &mismatch.field {
                Some(field) => below(&path, field),
                None => path,
            },
        }
    }
}

fn below(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::avro::Defaults;
    use std::collections::BTreeMap;

    fn refusal(writer: &str, reader: &str, message: &Datum) -> Option<(String, String)> {
        let graph = |text: &str| Graph::parse(text, Defaults::Unchecked).unwrap();
        let (writer, reader) = (graph(writer), graph(reader));
        let reading = Reading::of(&reader, &writer).unwrap().unwrap();
        reading.refusal(message).map(|r| (r.path, r.text))
    }

    #[test]
    fn a_message_is_refused_where_it_meets_an_error_and_nowhere_else() {
        let writer = r#"{"type":"record","name":"R","fields":[{"name":"l","type":{"type":"array","items":
            ["null",{"type":"enum","name":"y.E","symbols":["A"]}]}}]}"#;
        let reader = writer.replace("y.E", "E");
        let of = |items: Vec<Datum>| Datum::Record(vec![Datum::Array(items)]);
        let null = || Datum::Union(0, Box::new(Datum::Null));
        let symbol = || Datum::Union(1, Box::new(Datum::Enum(0)));
        let other = reader.replace("\"null\",", "\"null\",\"int\",");
        assert_eq!(refusal(writer, &other, &of(vec![])), None);
        assert_eq!(refusal(writer, &other, &of(vec![null()])), None);
        let told = Some(("l[]".into(), "found y.E, expecting union".into()));
        assert_eq!(refusal(writer, &other, &of(vec![null(), symbol()])), told);
        // Two unions that are alike are not looked into.
        assert_eq!(refusal(writer, &reader, &of(vec![symbol()])), None);
    }

    #[test]
    fn aliases_of_fields_are_those_of_the_name_of_their_record() {
        let writer = r#"{"type":"record","name":"y.B","fields":[{"name":"b","type":"double"}]}"#;
        let reader = r#"{"type":"record","name":"y.B2","fields":[
            {"name":"b2","type":"double","aliases":["b"]}]}"#;
        let message = Datum::Record(vec![Datum::Double(0.0)]);
        let told = "found y.B, expecting y.B2, missing required field b2";
        let expected = Some(("b2".to_owned(), told.to_owned()));
        assert_eq!(refusal(writer, reader, &message), expected);
        let known = reader.replace("\"y.B2\"", "\"y.B2\",\"aliases\":[\"B\"]");
        assert_eq!(refusal(writer, &known, &message), None);
    }

    #[test]
    fn entries_and_skipped_fields() {
        let writer = r#"{"type":"record","name":"R","fields":[{"name":"gone","type":"int"},
            {"name":"m","type":{"type":"map","values":["int","string"]}}]}"#;
        let reader = r#"{"type":"record","name":"R","fields":[
            {"name":"m","type":{"type":"map","values":"int"}}]}"#;
        let of = |value: Datum| {
            Datum::Record(vec![
                Datum::Int(1),
                Datum::Map(BTreeMap::from([("k".to_owned(), value)])),
            ])
        };
        let int = Datum::Union(0, Box::new(Datum::Int(1)));
        let string = Datum::Union(1, Box::new(Datum::String(String::new())));
        assert_eq!(refusal(writer, reader, &of(int)), None);
        let told = Some(("m{}".to_owned(), "found string, expecting int".to_owned()));
        assert_eq!(refusal(writer, reader, &of(string)), told);
    }
}
