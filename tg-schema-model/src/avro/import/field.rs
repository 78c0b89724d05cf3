//! A field of an Avro record into a field of the model, its default apart.

use std::collections::BTreeMap;

use super::place::Text;
use crate::avro::{Field, Kind, Logical, Name, Primitive, Schema};
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::json::Json;
use crate::schema::{self, Encoding, FieldPulsar, Places, Presence, Type};

/// A field that has a default that is not null, beside the field: the default in Avro's encoding.
pub(super) type Draft<'t> = Option<&'t Json>;

/// Reads the fields of one record.
pub(super) struct Reader<'a> {
    pub(super) text: &'a Text<'a>,
    /// Name of the record.
    pub(super) owner: &'a str,
    pub(super) types: &'a BTreeMap<&'a Name, Type>,
    /// Whether a server keeps it: there the default of a union may be of its second type.
    pub(super) registered: bool,
    pub(super) diagnostics: &'a mut Diagnostics,
}

/// Which field is at hand.
#[derive(Clone, Copy)]
struct At<'t> {
    field: &'t Field,
    path: &'t str,
}

impl Reader<'_> {
    /// Those that the model can hold. What is wrong with the others is noted.
    pub(super) fn fields<'t>(
        &mut self,
        fields: &'t [Field],
        path: &str,
    ) -> (Vec<schema::Field>, Vec<Draft<'t>>) {
        let mut read = Vec::with_capacity(fields.len());
        let mut defaults = Vec::with_capacity(fields.len());
        for (i, field) in fields.iter().enumerate() {
            let path = format!("{path}/fields/{i}");
            let at = At { field, path: &path };
            if let Some((ty, nullable)) = self.presence(at) {
                read.push(self.field(at, ty, nullable));
                let default = field.default.as_ref();
                defaults.push(default.filter(|value| !(nullable && value.is_null())));
            }
        }
        (read, defaults)
    }

    fn field(&self, at: At<'_>, ty: Type, nullable: bool) -> schema::Field {
        let span = |part: &str| self.text.span(&format!("{}/{part}", at.path));
        schema::Field {
            name: at.field.name.clone(),
            ty,
            presence: match nullable {
                true => Presence::Optional,
                false => Presence::Required,
            },
            encoding: Encoding::default(),
            doc: at.field.doc.clone(),
            aliases: at.field.aliases.clone(),
            deprecated: None,
            pulsar: FieldPulsar::default(),
            origin: None,
            span: span("name"),
            type_span: span("type"),
            default_span: match at.field.default {
                Some(_) => span("default"),
                None => span("type"),
            },
            places: Places {
                aliases: self
                    .text
                    .items(&format!("{}/aliases", at.path), at.field.aliases.len()),
                ..Places::default()
            },
        }
    }

    fn error(&mut self, span: Span, message: String, label: &str, help: &str) {
        self.diagnostics
            .push(Diagnostic::error(span, message, label).help(help));
    }

    /// How a field is called in messages.
    fn name(&self, field: &Field) -> String {
        format!("`{}.{}`", self.owner, field.name)
    }

    /// The type, and whether it may be null.
    fn presence(&mut self, at: At<'_>) -> Option<(Type, bool)> {
        let mut path = format!("{}/type", at.path);
        let Schema::Union(branches) = &at.field.schema else {
            let ty = self.ty(at, &at.field.schema, &mut path)?;
            return Some((ty, false));
        };
        let inner = self.nullable(at, branches, &path)?;
        let name = self.name(at.field);
        match &at.field.default {
            Some(Json::Null) => {}
            Some(_) if self.registered => {}
            None => self.diagnostics.push(
                Diagnostic::warning(
                    self.text.span(at.path),
                    format!("{name} may be null and has no default"),
                    "written schemas have the default null here",
                )
                .help("add `\"default\": null`, which is what readers of older messages need too"),
            ),
            Some(_) => {
                self.error(
                    self.text.span(&format!("{}/default", at.path)),
                    format!("the default of {name} is not of the first type of its union"),
                    "expected null",
                    "for a value that is never null, take the type out of the union; for one that reads null as this \
                     default, write the record as a definition with `default` and `nullable = true`",
                );
                return None;
            }
        }
        path.push_str("/1");
        Some((self.ty(at, inner, &mut path)?, true))
    }

    /// `T` of `["null", T]`.
    fn nullable<'t>(
        &mut self,
        at: At<'_>,
        branches: &'t [Schema],
        path: &str,
    ) -> Option<&'t Schema> {
        let name = self.name(at.field);
        let span = self.text.span(path);
        match branches {
            [null, inner] if null.is_null() => return Some(inner),
            [_, null] if null.is_null() => self.error(
                span,
                format!("{name} has null as the second type of its union"),
                "expected `[\"null\", …]`",
                "put null first and make it the default, as a new version of the schema: the order decides the bytes, \
                 and Avro readers resolve between the two; a value that is never null needs no union",
            ),
            _ => self.error(
                span,
                format!("{name} is a union that no definition can say"),
                "expected `[\"null\", …]` with one other type",
                "make it a record with one optional field for each type",
            ),
        }
        None
    }

    fn ty(&mut self, at: At<'_>, tree: &Schema, path: &mut String) -> Option<Type> {
        match tree {
            Schema::Primitive(p) => self.primitive(at, p, path),
            Schema::Array(a) => Some(Type::Array(self.element(at, &a.items, path, "/items")?)),
            Schema::Map(m) => Some(Type::Map(self.element(at, &m.values, path, "/values")?)),
            Schema::Record(_) | Schema::Enum(_) | Schema::Ref(_) | Schema::Fixed(_) => {
                let found = tree.name().and_then(|name| self.types.get(name)).cloned();
                if found.is_none() {
                    let name = self.name(at.field);
                    self.error(
                        self.text.span(path),
                        format!("{name} is a fixed, which no definition can say"),
                        "expected another type",
                        "write \"bytes\", or a logical type on it",
                    );
                }
                found
            }
            Schema::Union(branches) => {
                self.nullable(at, branches, path)?;
                None
            }
        }
    }

    /// What is inside an array or a map.
    fn element(
        &mut self,
        at: At<'_>,
        tree: &Schema,
        path: &mut String,
        part: &str,
    ) -> Option<Box<Type>> {
        let back = path.len();
        path.push_str(part);
        let ty = match tree {
            Schema::Union(branches) => {
                let inner = self.nullable(at, branches, path)?;
                path.push_str("/1");
                Type::Optional(Box::new(self.ty(at, inner, path)?))
            }
            other => self.ty(at, other, path)?,
        };
        path.truncate(back);
        Some(Box::new(ty))
    }

    fn primitive(&mut self, at: At<'_>, p: &Primitive, path: &str) -> Option<Type> {
        let base = match p.kind {
            Kind::Null => {
                let name = self.name(at.field);
                self.error(
                    self.text.span(path),
                    format!("{name} is always null"),
                    "expected another type",
                    "leave the field out",
                );
                return None;
            }
            Kind::Boolean => Type::Boolean,
            Kind::Int => Type::Int,
            Kind::Long => Type::Long,
            Kind::Float => Type::Float,
            Kind::Double => Type::Double,
            Kind::Bytes => Type::Bytes,
            Kind::String => Type::String,
        };
        match p.logical {
            Some(logical) => {
                if let Some(ty) = logical_type(logical) {
                    return Some(ty);
                }
                self.not_kept(at, logical.as_str(), p.kind, path);
            }
            None => {
                let other = p.properties.iter().find(|(key, _)| key == "logicalType");
                if let Some((_, value)) = other {
                    self.not_kept(at, value.as_str().unwrap_or(value.kind()), p.kind, path);
                }
            }
        }
        Some(base)
    }

    fn not_kept(&mut self, at: At<'_>, logical: &str, kind: Kind, path: &str) {
        let name = self.name(at.field);
        self.diagnostics.push(
            Diagnostic::warning(
                self.text.span(path),
                format!("the logical type \"{logical}\" of {name} is not kept"),
                format!("read as a plain {}", kind.as_str()),
            )
            .help(
                "kept are date, time-millis, timestamp-millis, timestamp-micros, uuid on a string, and decimal on \
                 bytes with at most 38 digits",
            ),
        );
    }
}

/// The type of the model that has this meaning.
fn logical_type(logical: Logical) -> Option<Type> {
    Some(match logical {
        Logical::Date => Type::Date,
        Logical::TimeMillis => Type::TimeMs,
        Logical::TimestampMillis => Type::TimestampMs,
        Logical::TimestampMicros => Type::TimestampUs,
        Logical::Uuid => Type::Uuid,
        Logical::Decimal { precision, scale } if precision <= 38 => Type::Decimal {
            precision: u8::try_from(precision).ok()?,
            scale: u8::try_from(scale).ok()?,
        },
        _ => return None,
    })
}
