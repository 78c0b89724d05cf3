//! References that lead nowhere and types that are nested too deeply.

use std::iter::successors;

use super::MAX_TYPE_DEPTH;
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::schema::{Item, Schema, Type};

/// A type, what it encloses, and so on to the innermost.
pub(super) fn layers(ty: &Type) -> impl Iterator<Item = &Type> {
    successors(Some(ty), |ty| match ty {
        Type::Array(inner) | Type::Map(inner) | Type::Optional(inner) => Some(inner),
        _ => None,
    })
}

pub(super) fn check(schema: &Schema, found: &mut Diagnostics) {
    modules(schema, found);
    for record in &schema.records {
        for field in &record.fields {
            depth(&field.ty, field.type_span, found);
            reference(schema, field.ty.leaf(), field.type_span, found);
        }
    }
    for topic in &schema.topics {
        reference(schema, &Type::Record(topic.record), topic.span, found);
    }
}

fn modules(schema: &Schema, found: &mut Diagnostics) {
    let exists = |item: &Item| match *item {
        Item::Record(id) => id.0 < schema.records.len(),
        Item::Enum(id) => id.0 < schema.enums.len(),
        Item::Topic(index) => index < schema.topics.len(),
    };
    for module in &schema.modules {
        if !module.items.iter().all(exists) {
            nowhere(module.span, "an item of the module", found);
        }
    }
    let homes = schema.records.iter().map(|r| (r.module, r.span));
    let homes = homes.chain(schema.enums.iter().map(|e| (e.module, e.span)));
    for (module, span) in homes.chain(schema.topics.iter().map(|t| (t.module, t.span))) {
        if module >= schema.modules.len() {
            nowhere(span, "its module", found);
        }
    }
}

fn reference(schema: &Schema, ty: &Type, span: Span, found: &mut Diagnostics) {
    match ty {
        Type::Record(id) if id.0 >= schema.records.len() => nowhere(span, "a record", found),
        Type::Enum(id) if id.0 >= schema.enums.len() => nowhere(span, "an enum", found),
        _ => {}
    }
}

fn nowhere(span: Span, what: &str, found: &mut Diagnostics) {
    found.push(
        Diagnostic::error(
            span,
            format!("the tree refers to {what} that is not in it"),
            "an index of the tree",
        )
        .help("this is a fault of the program that made the tree"),
    );
}

fn depth(ty: &Type, span: Span, found: &mut Diagnostics) {
    if layers(ty).nth(MAX_TYPE_DEPTH).is_some() {
        found.push(
            Diagnostic::error(
                span,
                "the type is nested too deeply",
                format!("at most {MAX_TYPE_DEPTH} types in one another"),
            )
            .help("give a part of it a name: put it in a record"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;
    use crate::schema::{EnumId, RecordId};

    fn nested(times: usize) -> Type {
        (0..times).fold(Type::Int, |ty, _| Type::Array(Box::new(ty)))
    }

    #[test]
    fn types_nest_only_so_deep() {
        Sample::of(nested(MAX_TYPE_DEPTH - 1)).is_clean();
        Sample::of(nested(MAX_TYPE_DEPTH)).has_error("the type is nested too deeply");
    }

    #[test]
    fn references_lead_somewhere() {
        Sample::of(Type::Record(RecordId(9))).has_error("refers to a record");
        Sample::of(Type::Array(Box::new(Type::Enum(EnumId(0))))).has_error("refers to an enum");
        let mut sample = Sample::of(Type::Int);
        sample.schema.records[0].module = 1;
        sample.has_error("refers to its module");
        let mut sample = Sample::of(Type::Int);
        sample.schema.modules[0].items.push(Item::Topic(0));
        sample.has_error("refers to an item");
    }
}
