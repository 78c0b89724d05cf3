//! Defaults: nodes of the tree into values of their fields' types.
//!
//! Scalars are read by the model, which knows what text each type accepts. Containers are walked here,
//! so that every mistake inside a default is noted at its own place, and so that a record in a default
//! is completed with the defaults of its own fields, in whatever order they were written.

use std::collections::BTreeMap;

use tg_schema_model::value::{self, Reading};
use tg_schema_model::{
    Diagnostic, Diagnostics, Encoding, EnumId, Presence, RecordId, Schema, Span, Type, Value,
};

use super::enumeration::symbol_advice;
use super::node::{Data, Document, Node, TableId};
use super::reader::{all_quoted, did_you_mean, is_finite, quoted, scalar_json};

/// How deep a default may nest, the defaults of the records in it included.
pub(crate) const MAX_DEPTH: usize = 64;
/// How many values a default may hold, the defaults of the records in it included.
pub(crate) const MAX_VALUES: usize = 65_536;

/// A field's default while defaults are read.
pub(crate) enum State<'d> {
    /// The field has none.
    None,
    /// Not read yet.
    Written(&'d Document<'d>, &'d Node<'d>),
    /// Being read: found again, it contains itself.
    Running,
    /// Read, with the number of values in it and how deep they nest.
    Done(Value, usize, usize),
    /// Wrong, and reported.
    Refused,
}

/// What is known of a field while defaults are read.
pub(crate) struct Slot<'d> {
    pub(crate) state: State<'d>,
    /// Whether the field's type could be resolved. Nothing is said of values for those that could not.
    pub(crate) typed: bool,
    /// Whether an object may leave the field out.
    pub(crate) optional: bool,
}

/// Reads every default.
pub(crate) struct Defaults<'d, 's> {
    pub(crate) schema: &'s Schema,
    /// By record, by field.
    pub(crate) slots: Vec<Vec<Slot<'d>>>,
    pub(crate) diagnostics: &'s mut Diagnostics,
}

/// Where a value stands: its field's encoding and the levels above.
#[derive(Clone, Copy)]
struct Context<'d> {
    document: &'d Document<'d>,
    encoding: Encoding,
    depth: usize,
}

impl<'d> Defaults<'d, '_> {
    /// The default of every field that has one, by record and field.
    pub(crate) fn read(mut self) -> Vec<Vec<Option<Value>>> {
        for record in self.schema.record_ids() {
            let fields = self.slots.get(record.0).map_or(0, Vec::len);
            for field in 0..fields {
                self.field(record, field, 0);
            }
        }
        self.slots
            .into_iter()
            .map(|slots| {
                slots
                    .into_iter()
                    .map(|slot| match slot.state {
                        State::Done(value, ..) => Some(value),
                        _ => None,
                    })
                    .collect()
            })
            .collect()
    }

    fn slot(&mut self, record: RecordId, field: usize) -> Option<&mut Slot<'d>> {
        self.slots.get_mut(record.0)?.get_mut(field)
    }

    /// Reads one field's default, unless that is done.
    fn field(&mut self, record: RecordId, field: usize, depth: usize) {
        let Some(slot) = self.slot(record, field) else {
            return;
        };
        let State::Written(document, node) = slot.state else {
            return;
        };
        if !slot.typed {
            slot.state = State::Refused;
            return;
        }
        slot.state = State::Running;
        let schema = self.schema;
        let Some(of) = schema
            .records
            .get(record.0)
            .and_then(|r| r.fields.get(field))
        else {
            return;
        };
        let context = Context {
            document,
            encoding: of.encoding,
            depth,
        };
        let mut count = 0;
        let found = self.value(&of.ty, node, context, &mut count);
        if let Some(slot) = self.slot(record, field) {
            slot.state = match found {
                Some(value) => {
                    let height = height(&value);
                    State::Done(value, count, height)
                }
                None => State::Refused,
            };
        }
    }

    fn refuse(
        &mut self,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
        help: Option<String>,
    ) {
        let mut found = Diagnostic::error(span, message, label);
        found.help = help;
        self.diagnostics.push(found);
    }

    /// Whether a type of this module may have more than could be read.
    fn is_partial(&self, module: usize) -> bool {
        let module = self.schema.modules.get(module);
        module.is_some_and(|module| module.partial)
    }

    fn wrong_kind(&mut self, node: &Node, ty: &Type) {
        if matches!(node.data, Data::Invalid) {
            return;
        }
        let text = self.schema.type_text(ty);
        let expected = self.expected(ty);
        self.refuse(
            node.span,
            format!("{} is no default for `{text}`", node.kind()),
            format!("expected {expected}"),
            None,
        );
    }

    /// What a type's default is written as.
    fn expected(&self, ty: &Type) -> String {
        match ty {
            Type::String => "a string".into(),
            Type::Boolean => "`true` or `false`".into(),
            Type::Int | Type::Long => "an integer".into(),
            Type::Float | Type::Double => "a number".into(),
            Type::Bytes => "a string".into(),
            Type::Date => "a date such as `2026-01-31`".into(),
            Type::TimeMs => "a time such as `13:05:09.250`".into(),
            Type::TimestampMs | Type::TimestampUs => {
                "a time stamp such as `2026-01-31T13:05:09Z`".into()
            }
            Type::Uuid => "a string with a UUID".into(),
            Type::Decimal { .. } => "a string such as `\"12.50\"`".into(),
            Type::Array(_) => "an array".into(),
            Type::Map(_) => "a table of keys and values".into(),
            Type::Optional(inner) => format!("{} or null", self.expected(inner)),
            Type::Record(_) => "a table of fields".into(),
            Type::Enum(_) => "a symbol as a string".into(),
        }
    }

    fn value(
        &mut self,
        ty: &Type,
        node: &'d Node<'d>,
        context: Context<'d>,
        count: &mut usize,
    ) -> Option<Value> {
        *count += 1;
        if *count > MAX_VALUES {
            self.too_large(node.span);
            return None;
        }
        if context.depth > MAX_DEPTH {
            self.too_deep(node.span);
            return None;
        }
        let inside = Context {
            depth: context.depth + 1,
            ..context
        };
        match (ty, &node.data) {
            (_, Data::Invalid) => None,
            (Type::Optional(_), Data::Null) => Some(Value::Null),
            (Type::Optional(inner), _) => self.value(inner, node, context, count),
            (Type::Array(item), Data::Array(items) | Data::Tables(items)) => {
                let found: Vec<_> = items
                    .iter()
                    .map(|node| self.value(item, node, inside, count))
                    .collect();
                found.into_iter().collect::<Option<_>>().map(Value::Array)
            }
            (Type::Map(item), Data::Table(id)) => {
                let found: Vec<_> = context
                    .document
                    .table(*id)
                    .entries()
                    .map(|e| {
                        Some((
                            e.key.clone().into_owned(),
                            self.value(item, &e.node, inside, count)?,
                        ))
                    })
                    .collect();
                found
                    .into_iter()
                    .collect::<Option<BTreeMap<_, _>>>()
                    .map(Value::Map)
            }
            (Type::Record(id), Data::Table(table)) => {
                self.record(*id, *table, node.span, inside, count)
            }
            (Type::Enum(id), Data::String { text, .. }) => self.symbol(*id, text, node),
            (Type::Float, Data::Float(text) | Data::Integer(text)) if !is_finite(text) => {
                text.parse().ok().map(Value::Float)
            }
            (Type::Double, Data::Float(text) | Data::Integer(text)) if !is_finite(text) => {
                text.parse().ok().map(Value::Double)
            }
            (Type::Array(_) | Type::Map(_) | Type::Record(_) | Type::Enum(_), _) => {
                self.wrong_kind(node, ty);
                None
            }
            _ => self.scalar(ty, node, context.encoding),
        }
    }

    fn scalar(&mut self, ty: &Type, node: &Node, encoding: Encoding) -> Option<Value> {
        let fits = matches!(
            (ty, &node.data),
            (Type::Boolean, Data::Boolean(_))
                | (Type::Int | Type::Long, Data::Integer(_))
                | (
                    Type::Float | Type::Double,
                    Data::Integer(_) | Data::Float(_)
                )
                | (
                    Type::Date | Type::TimeMs | Type::TimestampMs | Type::TimestampUs,
                    Data::Datetime(_) | Data::String { .. },
                )
                | (
                    Type::String | Type::Bytes | Type::Uuid | Type::Decimal { .. },
                    Data::String { .. },
                )
        );
        let json = match scalar_json(node) {
            Some(json) if fits => json,
            _ => {
                self.wrong_kind(node, ty);
                return None;
            }
        };
        match value::from_json(self.schema, ty, encoding, &json, &Reading::definition()) {
            Ok(value) => Some(value),
            Err(error) => {
                let text = self.schema.type_text(ty);
                let help = (*ty == Type::Bytes && encoding == Encoding::Base64).then(|| {
                    "for plain text in JSON, add `encoding = \"utf8\"` to the field".to_owned()
                });
                self.refuse(
                    node.span,
                    format!("no default for `{text}`: {}", error.message),
                    if error.expected.is_empty() {
                        format!("expected {}", self.expected(ty))
                    } else {
                        format!("expected {}", error.expected)
                    },
                    help,
                );
                None
            }
        }
    }

    fn symbol(&mut self, id: EnumId, text: &str, node: &Node) -> Option<Value> {
        let item = self.schema.enums.get(id.0)?;
        if item.symbols.iter().any(|s| s.name == text) {
            return Some(Value::Enum(text.to_owned()));
        }
        if self.is_partial(item.module) {
            return None;
        }
        let (label, help) = symbol_advice(text, &item.symbols);
        self.refuse(
            node.part(0..text.len()),
            format!("`{text}` is no symbol of enum `{}`", item.name),
            label,
            help,
        );
        None
    }

    fn record(
        &mut self,
        id: RecordId,
        table: TableId,
        span: Span,
        context: Context<'d>,
        count: &mut usize,
    ) -> Option<Value> {
        let schema = self.schema;
        let record = schema.records.get(id.0)?;
        let table = context.document.table(table);
        let mut good = true;
        for entry in table.entries() {
            if !record.fields.iter().any(|f| f.name == entry.key) {
                good = false;
                if self.is_partial(record.module) {
                    continue;
                }
                let names = || record.fields.iter().map(|f| f.name.as_str());
                self.refuse(
                    entry.key_span,
                    format!("record `{}` has no field `{}`", record.name, entry.key),
                    if record.fields.is_empty() {
                        "it has no fields".to_owned()
                    } else {
                        format!("expected {}", quoted(names().take(12)))
                    },
                    did_you_mean(&entry.key, names()),
                );
            }
        }
        let mut missing = Vec::new();
        let mut fields = Vec::with_capacity(record.fields.len());
        for (at, field) in record.fields.iter().enumerate() {
            let written = table.get(&field.name).map(|entry| &entry.node);
            let null = written.is_some_and(|node| matches!(node.data, Data::Null));
            let slot = self.slots.get(id.0).and_then(|slots| slots.get(at));
            if !slot.is_some_and(|slot| slot.typed) {
                good = false;
                continue;
            }
            let optional = slot.is_some_and(|slot| slot.optional);
            let value = match written {
                Some(node) if !(null && optional) => {
                    let inside = Context {
                        encoding: field.encoding,
                        ..context
                    };
                    self.value(&field.ty, node, inside, count)
                }
                _ if !optional => {
                    missing.push(field.name.as_str());
                    continue;
                }
                _ => match self.completion(id, at, span, context.depth, count) {
                    Some(value) => Some(value),
                    None if matches!(field.presence, Presence::Optional) => continue,
                    None => None,
                },
            };
            match value {
                Some(value) => fields.push((field.name.clone(), value)),
                None => good = false,
            }
        }
        if !missing.is_empty() {
            let names = all_quoted(&missing);
            self.refuse(
                span,
                format!("this `{}` lacks required fields", record.name),
                format!("expected also {names}"),
                None,
            );
            return None;
        }
        good.then_some(Value::Record(fields))
    }

    /// The default of a field that an object leaves out. `None`: it has none, or a refused one.
    fn completion(
        &mut self,
        record: RecordId,
        field: usize,
        span: Span,
        depth: usize,
        count: &mut usize,
    ) -> Option<Value> {
        self.field(record, field, depth);
        let (value, size, height) = match &self.slots.get(record.0)?.get(field)?.state {
            State::Done(value, size, height) => (value, *size, *height),
            State::Running => {
                let of = self.schema.records.get(record.0)?;
                let name = &of.fields.get(field)?.name;
                let message = format!("the default of `{}.{name}` contains itself", of.name);
                self.refuse(
                    span,
                    message,
                    format!("`{name}` is left out here, so its default is used"),
                    Some("make the field optional with `?`, or give the value here".to_owned()),
                );
                return None;
            }
            _ => return None,
        };
        if *count + size > MAX_VALUES {
            self.too_large(span);
            return None;
        }
        if depth + height > MAX_DEPTH {
            self.too_deep(span);
            return None;
        }
        *count += size;
        Some(value.clone())
    }

    fn too_deep(&mut self, span: Span) {
        self.refuse(
            span,
            "this default is nested too deeply",
            format!("more than {MAX_DEPTH} levels, with the defaults of its records"),
            None,
        );
    }

    fn too_large(&mut self, span: Span) {
        self.refuse(
            span,
            "this default is too large",
            format!("more than {MAX_VALUES} values, with the defaults of its records"),
            None,
        );
    }
}

/// How many containers stand inside each other. No value read here has more than [`MAX_DEPTH`].
fn height(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(height).max().unwrap_or(0),
        Value::Map(items) => 1 + items.values().map(height).max().unwrap_or(0),
        Value::Record(fields) => 1 + fields.iter().map(|(_, v)| height(v)).max().unwrap_or(0),
        _ => 0,
    }
}
