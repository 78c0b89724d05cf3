//! A field's type, encoding and default.

use super::empty_text;
use super::tree::layers;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::logical::Decimal;
use crate::schema::{Encoding, Field, Profile, Record, Schema, Type};
use crate::value::check_default;

pub(super) fn check(schema: &Schema, record: &Record, found: &mut Diagnostics) {
    for field in &record.fields {
        optional(schema, field, found);
        decimal(field, found);
        encoding(record, field, found);
        default(schema, record, field, found);
        empty_text(field.doc.as_deref(), "doc", field.span, found);
        empty_text(field.deprecated.as_deref(), "deprecated", field.span, found);
    }
}

/// `?` belongs to an element: a field's own is its presence, and there is no null within a null.
fn optional(schema: &Schema, field: &Field, found: &mut Diagnostics) {
    let twice = layers(&field.ty).any(|ty| match ty {
        Type::Optional(inner) => matches!(**inner, Type::Optional(_)),
        _ => false,
    });
    if twice || matches!(field.ty, Type::Optional(_)) {
        found.push(
            Diagnostic::error(
                field.type_span,
                format!("`{}` has a ? too many", schema.type_text(&field.ty)),
                "one ? for a value that may be missing",
            )
            .help("remove one of the two"),
        );
    }
}

fn decimal(field: &Field, found: &mut Diagnostics) {
    let Type::Decimal { precision, scale } = *field.ty.leaf() else {
        return;
    };
    if precision == 0 || precision > Decimal::MAX_PRECISION {
        found.push(
            Diagnostic::error(
                field.type_span,
                format!("a decimal cannot have {precision} digits"),
                format!("a precision from 1 to {}", Decimal::MAX_PRECISION),
            )
            .help("decimal(p,s): p digits in all, s of them after the point"),
        );
    } else if scale > precision {
        found.push(
            Diagnostic::error(
                field.type_span,
                format!(
                    "a decimal of {precision} digits cannot have {scale} of them after the point"
                ),
                format!("a scale from 0 to {precision}"),
            )
            .help("decimal(p,s): p digits in all, s of them after the point"),
        );
    }
}

/// The profile makes `utf8` the default, so there it says nothing about the field.
fn encoding(record: &Record, field: &Field, found: &mut Diagnostics) {
    let says = field.encoding == Encoding::Utf8 && record.profile == Profile::Plain;
    if says && *field.ty.leaf() != Type::Bytes {
        found.push(
            Diagnostic::error(
                field.span,
                format!("the field {:?} has an encoding and no bytes", field.name),
                "`encoding` only where the type has bytes in it",
            )
            .help("remove `encoding`; fields of records inside have their own"),
        );
    }
}

fn default(schema: &Schema, record: &Record, field: &Field, found: &mut Diagnostics) {
    let Some(value) = field.presence.default() else {
        return;
    };
    let non_finite = record.profile == Profile::PulsarRecord;
    if let Err(e) = check_default(schema, &field.ty, field.encoding, value, non_finite) {
        let place = e.place();
        let place = if place.is_empty() {
            String::new()
        } else {
            format!(" at {place}")
        };
        found.push(
            Diagnostic::error(
                field.default_span,
                format!(
                    "the default of {:?} does not fit its type{place}: {}",
                    field.name, e.message
                ),
                e.expected,
            )
            .help(format!("the type is {}", schema.type_text(&field.ty))),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Sample, field, with};
    use super::*;
    use crate::schema::{EnumId, Presence};
    use crate::value::Value;

    fn optional_of(ty: Type) -> Type {
        Type::Optional(Box::new(ty))
    }

    #[test]
    fn one_question_mark() {
        Sample::of(Type::Array(Box::new(optional_of(Type::Int)))).is_clean();
        Sample::of(optional_of(Type::Int)).has_error("`int?` has a ? too many");
        Sample::of(Type::Map(Box::new(optional_of(optional_of(Type::Int)))))
            .has_error("`map<int??>`");
    }

    #[test]
    fn decimals_have_digits() {
        let of = |precision, scale| {
            Sample::of(Type::Array(Box::new(Type::Decimal { precision, scale })))
        };
        of(1, 0).is_clean();
        of(38, 38).is_clean();
        of(0, 0).has_error("cannot have 0 digits");
        of(39, 2).has_error("cannot have 39 digits");
        of(4, 5).has_error("cannot have 5 of them");
    }

    #[test]
    fn encodings_have_bytes() {
        let utf8 = |ty| Sample::of(ty).last(|r| r.fields[0].encoding = Encoding::Utf8);
        utf8(Type::Array(Box::new(Type::Bytes))).is_clean();
        utf8(Type::String).has_error("an encoding and no bytes");
        utf8(Type::String)
            .last(|r| r.profile = Profile::PulsarRecord)
            .is_clean();
    }

    #[test]
    fn defaults_fit() {
        let of = |ty, value| {
            let list = vec![with(Presence::Default(value), field("it", ty))];
            Sample::new()
                .record("R", list)
                .enumeration("E", &["A"], |e| e.open = true)
        };
        let symbol = |name: &str| Value::Enum(name.into());
        of(Type::Int, Value::Int(1)).is_clean();
        of(Type::Int, Value::Long(1))
            .has_error("the default of \"it\" does not fit its type: found a long");
        of(Type::Enum(EnumId(0)), symbol("A")).is_clean();
        of(Type::Enum(EnumId(0)), symbol("B")).has_error("E has no symbol \"B\"");
        of(
            Type::Array(Box::new(Type::Enum(EnumId(0)))),
            Value::Array(vec![symbol("B")]),
        )
        .has_error("at [0]");
        let digits = Decimal::new(12345, 2).expect("a decimal");
        of(
            Type::Decimal {
                precision: 4,
                scale: 2,
            },
            Value::Decimal(digits),
        )
        .has_error("123.45 does not fit");
        let nan = of(Type::Double, Value::Double(f64::NAN));
        nan.has_error("NaN");
        nan.last(|r| r.profile = Profile::PulsarRecord).is_clean();
    }

    #[test]
    fn texts_say_something() {
        Sample::of(Type::Int)
            .last(|r| r.fields[0].doc = Some("\n".into()))
            .has_warning("`doc` is empty");
    }
}
