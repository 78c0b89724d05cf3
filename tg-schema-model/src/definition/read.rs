//! The object of one type in a full definition into a part.

use std::ops::Range;

use super::expression::{self, Names};
use super::part::{Kind, RecordPart, bare};
use crate::diagnostic::{Diagnostic, SourceId, Span};
use crate::json::{Json, Node, NodeKind};
use crate::schema::{
    Encoding, Enum, EnumPulsar, Field, FieldPulsar, Places, Presence, Profile, Record,
    RecordPulsar, Symbol, Type,
};
use crate::value::Value;

/// Where a text stands.
pub(super) struct Reader {
    pub(super) source: SourceId,
    pub(super) offset: usize,
}

type Read<T> = Result<T, Diagnostic>;

impl Reader {
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        let start = self.offset.saturating_add(range.start);
        Span::new(self.source, start..self.offset.saturating_add(range.end))
    }

    fn error(&self, node: &Node, message: impl Into<String>, label: &str) -> Diagnostic {
        Diagnostic::error(self.span(&node.span), message, label)
    }

    fn wrong(&self, node: &Node, expected: &str) -> Diagnostic {
        let label = format!("expected {expected}, found {}", node.to_json().kind());
        self.error(node, format!("this is not {expected}"), &label)
    }

    /// The values under the keys that an object may have, in the order of `known`.
    fn entries<'n, const N: usize>(
        &self,
        node: &'n Node,
        known: [&str; N],
    ) -> Read<[Option<&'n Node>; N]> {
        let NodeKind::Object(entries) = &node.kind else {
            return Err(self.wrong(node, "an object"));
        };
        let mut found = [None; N];
        for (key, value) in entries {
            let at = known.iter().position(|known| *known == key.name);
            let slot = at.and_then(|at| found.get_mut(at));
            let problem = match slot {
                Some(slot) if slot.is_none() => {
                    *slot = Some(value);
                    continue;
                }
                Some(_) => format!("the key `{}` is here twice", key.name),
                None => format!("unknown key `{}`", key.name),
            };
            let label = format!("expected one each of: {}", known.join(", "));
            return Err(Diagnostic::error(self.span(&key.span), problem, label));
        }
        Ok(found)
    }

    fn needed<'n>(&self, found: Option<&'n Node>, owner: &Node, key: &str) -> Read<&'n Node> {
        found.ok_or_else(|| {
            self.error(
                owner,
                format!("there is no `{key}`"),
                "expected that key here",
            )
        })
    }

    /// A string and the place of its content.
    fn string<'n>(&self, node: &'n Node) -> Read<(&'n str, Span)> {
        let NodeKind::String(text) = &node.kind else {
            return Err(self.wrong(node, "a string"));
        };
        let (start, end) = (node.span.start + 1, node.span.end.saturating_sub(1));
        Ok((text, self.span(&(start..end.max(start)))))
    }

    fn strings(&self, node: Option<&Node>) -> Read<Vec<(String, Span)>> {
        let Some(node) = node else {
            return Ok(Vec::new());
        };
        let text = |item| {
            self.string(item)
                .map(|(text, span)| (text.to_owned(), span))
        };
        self.array(node)?.iter().map(text).collect()
    }

    fn array<'n>(&self, node: &'n Node) -> Read<&'n [Node]> {
        match &node.kind {
            NodeKind::Array(items) => Ok(items),
            _ => Err(self.wrong(node, "an array")),
        }
    }

    fn flag(&self, node: Option<&Node>) -> Read<bool> {
        match node.map(|node| (node, &node.kind)) {
            None => Ok(false),
            Some((_, NodeKind::Bool(value))) => Ok(*value),
            Some((node, _)) => Err(self.wrong(node, "a boolean")),
        }
    }

    /// The name of a type: all of it, its namespace, the name in that, and its place.
    fn name(&self, node: &Node) -> Read<(String, Option<String>, String, Span)> {
        let (text, span) = self.string(node)?;
        let full = text.split('@').next().unwrap_or(text);
        let namespace = full
            .rsplit_once('.')
            .map(|(namespace, _)| namespace.to_owned());
        let name = bare(full);
        if name.is_empty() {
            return Err(self.error(node, "this is no name", "expected a full name"));
        }
        Ok((text.to_owned(), namespace, name.to_owned(), span))
    }

    pub(super) fn record(&self, node: &Node) -> Read<(String, Kind)> {
        let keys = [
            "record", "profile", "aliases", "reserved", "pulsar", "fields",
        ];
        let [name, profile, aliases, reserved, pulsar, fields] = self.entries(node, keys)?;
        let (whole, namespace, name, span) = self.name(self.needed(name, node, "record")?)?;
        let profile = match profile.map(|node| Ok((node, self.string(node)?.0))) {
            None => Profile::Plain,
            Some(Ok((_, "pulsar-record"))) => Profile::PulsarRecord,
            Some(Ok((node, _))) => return Err(self.wrong(node, "`pulsar-record`")),
            Some(Err(error)) => return Err(error),
        };
        let pulsar = match pulsar {
            None => RecordPulsar::default(),
            Some(node) => {
                let [sorted, repeat] =
                    self.entries(node, ["sorted_fields", "repeat_definitions"])?;
                RecordPulsar {
                    sorted_fields: self.flag(sorted)?,
                    repeat_definitions: self.flag(repeat)?,
                }
            }
        };
        let (aliases, places) = self.strings(aliases)?.into_iter().unzip();
        let reserved = self.strings(reserved)?;
        let mut part = RecordPart {
            record: Record {
                name,
                namespace,
                aliases,
                reserved: reserved.into_iter().map(|(name, _)| name).collect(),
                profile,
                pulsar,
                span,
                places: Places {
                    aliases: places,
                    ..Places::default()
                },
                ..Record::default()
            },
            names: Vec::new(),
            defaults: Vec::new(),
        };
        let mut names = Names::default();
        for field in self.array(self.needed(fields, node, "fields")?)? {
            let field = self.field(field, &mut part, &mut names)?;
            part.record.fields.push(field);
        }
        part.names = names.list;
        Ok((whole, Kind::Record(Box::new(part))))
    }

    fn field(&self, node: &Node, part: &mut RecordPart, names: &mut Names) -> Read<Field> {
        let keys = [
            "name", "type", "default", "nullable", "encoding", "aliases", "pulsar",
        ];
        let [name, ty, default, nullable, encoding, aliases, pulsar] = self.entries(node, keys)?;
        let (name, span) = self.string(self.needed(name, node, "name")?)?;
        let type_node = self.needed(ty, node, "type")?;
        let (text, type_span) = self.string(type_node)?;
        let ty = expression::read(text, names)
            .map_err(|problem| self.error(type_node, "this is no type", &problem))?;
        let (ty, presence) = match ty {
            Type::Optional(inner) => (*inner, Presence::Optional),
            ty => (ty, Presence::Required),
        };
        let nullable = self.flag(nullable)?;
        if let Some(default) = default {
            if presence == Presence::Optional {
                return Err(self.error(default, "an optional field has no default", "unexpected"));
            }
            let at = part.record.fields.len();
            part.defaults.push((at, nullable, default.to_json()));
        } else if nullable {
            return Err(self.error(node, "`nullable` needs a default", "expected one here"));
        }
        let usual = match part.record.profile {
            Profile::PulsarRecord if *ty.leaf() != Type::Bytes => Encoding::Utf8,
            _ => Encoding::Base64,
        };
        let encoding = match encoding.map(|node| Ok((node, self.string(node)?.0))) {
            None => usual,
            Some(Ok((_, "utf8"))) => Encoding::Utf8,
            Some(Ok((node, _))) => return Err(self.wrong(node, "`utf8`")),
            Some(Err(error)) => return Err(error),
        };
        let (aliases, places) = self.strings(aliases)?.into_iter().unzip();
        Ok(Field {
            name: name.to_owned(),
            ty,
            presence,
            encoding,
            doc: None,
            aliases,
            deprecated: None,
            pulsar: self.field_pulsar(pulsar)?,
            origin: None,
            span,
            type_span,
            default_span: default.map_or(type_span, |node| self.span(&node.span)),
            places: Places {
                aliases: places,
                ..Places::default()
            },
        })
    }

    fn field_pulsar(&self, node: Option<&Node>) -> Read<FieldPulsar> {
        let Some(node) = node else {
            return Ok(FieldPulsar::default());
        };
        let keys = ["required", "required_default", "default", "raw"];
        let [required, required_default, default, raw] = self.entries(node, keys)?;
        let required = match required {
            Some(_) => Some(self.flag(required)?),
            None => None,
        };
        Ok(FieldPulsar {
            required,
            required_default: self.flag(required_default)?,
            default: default.map(|node| node.to_json().compact()),
            raw: raw.map(|node| node.to_json().compact()),
        })
    }

    pub(super) fn enumeration(&self, node: &Node) -> Read<(String, Kind)> {
        let keys = ["enum", "symbols", "default", "aliases", "open", "pulsar"];
        let [name, symbols, default, aliases, open, pulsar] = self.entries(node, keys)?;
        let (whole, namespace, name, span) = self.name(self.needed(name, node, "enum")?)?;
        let symbols = self.strings(Some(self.needed(symbols, node, "symbols")?))?;
        let default = match default {
            None => None,
            Some(node) => {
                let (text, _) = self.string(node)?;
                let at = symbols.iter().position(|(symbol, _)| symbol == text);
                Some(at.ok_or_else(|| self.wrong(node, "one of the symbols"))?)
            }
        };
        let mut values = Vec::new();
        if let Some(node) = pulsar {
            let [found] = self.entries(node, ["values"])?;
            for node in self.array(self.needed(found, node, "values")?)? {
                values.push(match node.to_json() {
                    Json::String(text) => Value::String(text),
                    Json::Null => Value::Null,
                    json => json
                        .as_i64()
                        .map(Value::Long)
                        .ok_or_else(|| self.wrong(node, "a long or a string"))?,
                });
            }
        }
        let (aliases, places) = self.strings(aliases)?.into_iter().unzip();
        let part = Enum {
            name,
            namespace,
            aliases,
            symbols: symbols
                .into_iter()
                .map(|(name, span)| Symbol { name, span })
                .collect(),
            default,
            open: self.flag(open)?,
            pulsar: EnumPulsar { values },
            span,
            places: Places {
                aliases: places,
                ..Places::default()
            },
            ..Enum::default()
        };
        Ok((whole, Kind::Enum(Box::new(part))))
    }
}
