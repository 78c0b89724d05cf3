//! Fields of an old version as fields of the new one: what they refer to is found by full name.

use tg_schema_model::{Field, Places, Schema, Span, Type};

use crate::change::Index;

/// The old field in the new definitions; none where these lack a type of it.
pub(super) fn field(field: &Field, old: &Schema, new: &Index) -> Option<Field> {
    Some(Field {
        ty: ty(&field.ty, old, new)?,
        origin: None,
        span: Span::NONE,
        type_span: Span::NONE,
        default_span: Span::NONE,
        places: Places::default(),
        ..field.clone()
    })
}

fn ty(from: &Type, old: &Schema, new: &Index) -> Option<Type> {
    let inner = |part: &Type| Some(Box::new(ty(part, old, new)?));
    Some(match from {
        Type::Array(part) => Type::Array(inner(part)?),
        Type::Map(part) => Type::Map(inner(part)?),
        Type::Optional(part) => Type::Optional(inner(part)?),
        Type::Record(id) => Type::Record(new.record(&old.records.get(id.0)?.full_name())?),
        Type::Enum(id) => Type::Enum(new.enumeration(&old.enums.get(id.0)?.full_name())?),
        other => other.clone(),
    })
}
