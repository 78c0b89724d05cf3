//! Fields of an annotated struct.

use tg_schema_model::{Encoding, Field, Profile, Record, Schema, Span, name};

use super::attribute::Wanted;
use super::item::{literal, quoted};
use super::script::{Item, Part, Script};
use super::{Replacements, replacement, unknown};
use crate::item::{FieldItem, PresenceItem, Shape};
use crate::read::case::Case;
use crate::write::lift;

impl Script<'_> {
    /// Makes a field what another one says.
    pub(super) fn set_field(
        &self,
        item: &Item,
        schema: &Schema,
        record: &Record,
        (was, is): (&Field, &Field),
    ) -> Replacements {
        let part = item.part(was.span).ok_or_else(unknown)?;
        let lifted = |field| lift::field(schema, record.module, "".into(), field, false);
        let (before, after) = (lifted(was), lifted(is));
        let mut found = self.set_type(part, &before, &after)?;
        let retyped = before.shape != after.shape;
        let wanted = settings(&before, record.profile).into_iter();
        let wanted = wanted.zip(settings(&after, record.profile));
        let wanted = wanted
            .filter(|(old, new)| old.text != new.text || retyped && new.keys.contains(&"type"));
        found.extend(self.set_part(part, wanted.map(|(_, new)| new).collect())?);
        Ok(found)
    }

    fn set_type(&self, part: &Part, before: &FieldItem<'_>, after: &FieldItem<'_>) -> Replacements {
        let optional = |item: &FieldItem<'_>| item.presence == PresenceItem::Optional;
        let (was, is) = (optional(before), optional(after));
        let ty = part.ty.clone();
        if before.shape != after.shape {
            self.without_comments(&ty)?;
            let mut text = rust_type(&after.shape, self.part(ty.clone()).contains("HashMap"));
            if is {
                text = format!("Option<{text}>");
            }
            return Ok(vec![replacement(ty, text)]);
        }
        Ok(match (was, is) {
            (false, true) => vec![
                replacement(ty.start..ty.start, "Option<"),
                replacement(ty.end..ty.end, ">"),
            ],
            (true, false) => {
                let inner = part.inner.clone().ok_or_else(unknown)?;
                self.without_comments(&ty)?;
                vec![
                    replacement(ty.start..inner.start, ""),
                    replacement(inner.end..ty.end, ""),
                ]
            }
            _ => Vec::new(),
        })
    }

    /// Puts a field into a struct.
    pub(super) fn add_field(
        &self,
        item: &Item,
        schema: &Schema,
        record: &Record,
        field: &Field,
        at: usize,
    ) -> Replacements {
        let at = at.min(record.fields.len());
        let before = at.checked_sub(1).and_then(|at| record.fields.get(at));
        let behind = match before {
            Some(field) => Some(item.part(field.span).ok_or_else(unknown)?),
            None => None,
        };
        let beside = behind.or(item.parts.first());
        let visibility = beside.map_or("pub", |part| self.part(part.visibility.clone()));
        let idents = item.parts.iter().map(|part| part.ident.as_str());
        let (_, text) = line(
            schema,
            record,
            field,
            (visibility, &idents.collect::<Vec<_>>()),
            self.case(item),
        );
        Ok(self.insert(item, behind, &text))
    }

    /// Takes the field or variant at a place out.
    pub(super) fn remove_part(&self, item: &Item, at: Span) -> Replacements {
        let part = item.part(at).ok_or_else(unknown)?;
        Ok(vec![self.take_out(part)?])
    }

    /// How names of the item's parts follow from Rust's.
    pub(super) fn case(&self, item: &Item) -> Case {
        let setting = item.own.settings.iter().find(|s| s.key == "rename_all");
        let text = setting.and_then(|s| self.part(s.range.clone()).split('"').nth(1));
        text.and_then(Case::of).unwrap_or(Case::AsIs)
    }
}

impl Item {
    /// The field or variant that has a place.
    pub(super) fn part(&self, span: Span) -> Option<&Part> {
        let at = span.range().start;
        self.parts.iter().find(|part| part.range.contains(&at))
    }
}

/// The name of a field in Rust and its lines, without the comma behind it. `others` are the names of its struct's fields.
pub(super) fn line(
    schema: &Schema,
    record: &Record,
    field: &Field,
    (visibility, others): (&str, &[&str]),
    case: Case,
) -> (String, String) {
    let ident = name::rust_fields([field.name.as_str()])
        .pop()
        .unwrap_or_default();
    let mut ident = ident.into_owned();
    while others.contains(&ident.as_str()) {
        ident.push('_');
    }
    let lifted = lift::field(schema, record.module, ident.into(), field, false);
    let mut own: Vec<String> = Vec::new();
    let bare = lifted.ident.strip_prefix("r#").unwrap_or(&lifted.ident);
    if case.apply(bare) != field.name {
        own.push(format!("rename = {}", quoted(&field.name)));
    }
    let settings = settings(&lifted, record.profile).into_iter();
    own.extend(settings.filter_map(|setting| setting.text));
    let mut ty = rust_type(&lifted.shape, false);
    if lifted.presence == PresenceItem::Optional {
        ty = format!("Option<{ty}>");
    }
    let space = if visibility.is_empty() { "" } else { " " };
    let mut text = documentation(field.doc.as_deref());
    if !own.is_empty() {
        text.push_str(&format!("#[tg({})]\n", own.join(", ")));
    }
    text.push_str(&format!("{visibility}{space}{}: {ty}", lifted.ident));
    (lifted.ident.into_owned(), text)
}

/// Documentation comments, a line each.
pub(super) fn documentation(doc: Option<&str>) -> String {
    let lines = doc.into_iter().flat_map(str::lines);
    let line = |line: &str| match line.is_empty() {
        true => "///\n".to_owned(),
        false => format!("/// {line}\n"),
    };
    lines.map(line).collect()
}

/// What `#[tg(…)]` says of a field beside its name.
fn settings(field: &FieldItem<'_>, profile: Profile) -> Vec<Wanted> {
    let of = |key: &'static [&'static str], text: Option<String>| Wanted { keys: key, text };
    let (default, nullable) = match &field.presence {
        PresenceItem::Default(json) => (Some(json), false),
        PresenceItem::NullableDefault(json) => (Some(json), true),
        PresenceItem::Required | PresenceItem::Optional => (None, false),
    };
    let usual = match profile {
        Profile::Plain => Encoding::Base64,
        Profile::PulsarRecord => Encoding::Utf8,
    };
    let encoding = match field.encoding {
        Encoding::Base64 => "base64",
        Encoding::Utf8 => "utf8",
    };
    let is_set = field.encoding != usual && innermost(&field.shape) == &Shape::Bytes;
    let text = |key: &str, text: &Option<String>| {
        text.as_ref()
            .map(|text| format!("{key} = {}", quoted(text)))
    };
    let pulsar = &field.pulsar;
    vec![
        of(&["type"], logical(&field.shape)),
        of(
            &["default"],
            default.map(|json| format!("default = {}", literal(json))),
        ),
        of(&["nullable"], nullable.then(|| "nullable".to_owned())),
        of(
            &["encoding"],
            is_set.then(|| format!("encoding = \"{encoding}\"")),
        ),
        Wanted::names(&["alias", "aliases"], &field.aliases),
        of(&["deprecated"], text("deprecated", &field.deprecated)),
        of(
            &["required"],
            pulsar.required.map(|is| format!("required = {is}")),
        ),
        of(
            &["required_default"],
            pulsar
                .required_default
                .then(|| "required_default".to_owned()),
        ),
        of(&["raw"], text("raw", &pulsar.raw)),
    ]
}

/// The setting of a type that Rust's does not tell.
fn logical(shape: &Shape) -> Option<String> {
    match innermost(shape) {
        Shape::TimestampUs => Some("type = \"timestamp_us\"".to_owned()),
        Shape::Decimal { precision, scale } => {
            Some(format!("type = \"decimal({precision},{scale})\""))
        }
        _ => None,
    }
}

/// What lists, maps and options hold.
fn innermost(shape: &Shape) -> &Shape {
    let mut shape = shape;
    while let Shape::Array(inner)
    | Shape::Map(inner)
    | Shape::HashMap(inner)
    | Shape::Optional(inner)
    | Shape::Boxed(inner) = shape
    {
        shape = inner;
    }
    shape
}

/// A type as people write it; maps as `HashMap` where the field had one.
fn rust_type(shape: &Shape, hashed: bool) -> String {
    let of = |inner: &Shape| rust_type(inner, hashed);
    match shape {
        Shape::String => "String".to_owned(),
        Shape::Boolean => "bool".to_owned(),
        Shape::Int => "i32".to_owned(),
        Shape::Long => "i64".to_owned(),
        Shape::Float => "f32".to_owned(),
        Shape::Double => "f64".to_owned(),
        Shape::Bytes => "Vec<u8>".to_owned(),
        Shape::Date => "tg_schema::Date".to_owned(),
        Shape::TimeMs => "tg_schema::Time".to_owned(),
        Shape::TimestampMs | Shape::TimestampUs => "tg_schema::Timestamp".to_owned(),
        Shape::Uuid => "tg_schema::Uuid".to_owned(),
        Shape::Decimal { .. } => "tg_schema::Decimal".to_owned(),
        Shape::Array(inner) => format!("Vec<{}>", of(inner)),
        Shape::Map(inner) | Shape::HashMap(inner) => {
            let word = if hashed { "HashMap" } else { "BTreeMap" };
            format!("std::collections::{word}<String, {}>", of(inner))
        }
        Shape::Optional(inner) => format!("Option<{}>", of(inner)),
        Shape::Boxed(inner) => format!("Box<{}>", of(inner)),
        Shape::Named(path) => path.clone(),
    }
}
