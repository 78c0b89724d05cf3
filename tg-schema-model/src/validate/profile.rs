//! What the profile `pulsar-record` allows and what it costs, and what a plain record needs for Avro.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::json;
use crate::name::is_avro_namespace;
use crate::pulsar;
use crate::schema::{Field, Presence, Profile, Record, RecordId, RecordPulsar, Schema, Type};

pub(super) fn check(schema: &Schema, record: &Record, found: &mut Diagnostics) {
    let old = record.profile == Profile::PulsarRecord;
    if !old {
        no_pulsar_table(record, found);
    }
    for field in &record.fields {
        if old {
            refers_to_its_like(schema, field, found);
            shadowed_name(field, found);
            raw(field, found);
            required_default(field, found);
        } else {
            namespace_reaches(schema, record, field, found);
        }
    }
}

/// The Python client's words mean nothing outside the profile.
fn no_pulsar_table(record: &Record, found: &mut Diagnostics) {
    let mut refuse = |what: String, span: Span| {
        found.push(
            Diagnostic::error(span, what, "`pulsar` only in records with the profile")
                .help("remove `pulsar`, or write `profile = \"pulsar-record\"` in the record"),
        );
    };
    if record.pulsar != RecordPulsar::default() {
        refuse(
            format!(
                "the record {:?} has `pulsar` and not the profile",
                record.name
            ),
            record.span,
        );
    }
    for field in &record.fields {
        if field.pulsar.required.is_some()
            || field.pulsar.required_default
            || field.pulsar.raw.is_some()
        {
            refuse(
                format!(
                    "the field {:?} has `pulsar` and its record not the profile",
                    field.name
                ),
                field.span,
            );
        }
    }
}

/// Text is rendered in the root's profile, so everything below must have it.
fn refers_to_its_like(schema: &Schema, field: &Field, found: &mut Diagnostics) {
    if let Type::Record(id) = field.ty.leaf()
        && schema.record(*id).profile != Profile::PulsarRecord
        && !super::is_partial(schema, schema.record(*id).module)
    {
        let name = &schema.record(*id).name;
        found.push(
            Diagnostic::error(
                field.places.named.or(field.type_span),
                format!("a record with the profile \"pulsar-record\" refers to {name:?}, which has it not"),
                "a record with the profile",
            )
            .help(format!("write `profile = \"pulsar-record\"` in {name} too")),
        );
    }
}

fn shadowed_name(field: &Field, found: &mut Diagnostics) {
    if let Some(fate) = pulsar::fate(&field.name) {
        found.push(
            Diagnostic::warning(
                field.span,
                format!(
                    "the field {:?} cannot be set by Python producers: {fate}",
                    field.name
                ),
                "a name that is an ordinary field in Python",
            )
            .help("it stays registered; new producers send it, and old ones never did"),
        );
    }
}

fn raw(field: &Field, found: &mut Diagnostics) {
    let Some(text) = &field.pulsar.raw else {
        return;
    };
    found.push(match json::parse(text) {
        Ok(_) => Diagnostic::warning(
            field.type_span,
            format!(
                "the registered type of {:?} is kept as the client wrote it",
                field.name
            ),
            "a type that Avro readers accept",
        )
        .help("a broker that checks compatibility may refuse it; it cannot be read as Avro"),
        Err(e) => Diagnostic::error(
            field.type_span,
            format!("`raw` of {:?} is no JSON: {e}", field.name),
            "the JSON text of the registered type",
        )
        .help("copy the value of `type` from the registered schema"),
    });
}

/// Defaults that the client registers and nobody can read, or that it cannot register at all.
fn required_default(field: &Field, found: &mut Diagnostics) {
    if !field.pulsar.required_default || field.pulsar.raw.is_some() {
        return;
    }
    let default = field.presence.default();
    let by_row = matches!(field.presence, Presence::Required | Presence::Default(_));
    let required = field.pulsar.required.unwrap_or(by_row);
    if required && default.is_none() && field.ty != Type::Boolean {
        found.push(
            Diagnostic::warning(
                field.span,
                format!(
                    "{:?} is registered with default null and a type without null",
                    field.name
                ),
                "a default, or no `required_default`",
            )
            .help("most Avro readers refuse the schema"),
        );
    } else if !pulsar::registers_default(field) {
        found.push(
            Diagnostic::warning(
                field.span,
                format!(
                    "the Python client cannot register the default of {:?}",
                    field.name
                ),
                "`required_default` without a default of bytes or of a record",
            )
            .help("it raises TypeError; no schema of this form was ever registered"),
        );
    }
}

/// In Avro a type without namespace takes that of the record around it, and so would have two names.
fn namespace_reaches(schema: &Schema, record: &Record, field: &Field, found: &mut Diagnostics) {
    let Some(namespace) = &record.namespace else {
        return;
    };
    let (name, target, module) = match field.ty.leaf() {
        Type::Record(id) => {
            let target = schema.record(*id);
            (&target.name, &target.namespace, target.module)
        }
        Type::Enum(id) => {
            let target = schema.enumeration(*id);
            (&target.name, &target.namespace, target.module)
        }
        _ => return,
    };
    // One that is not legal is wrong in itself.
    let legal = || is_avro_namespace(namespace);
    if target.is_none() && !super::is_partial(schema, module) && legal() {
        found.push(
            Diagnostic::error(
                field.places.named.or(field.type_span),
                format!(
                    "{:?} has the namespace {namespace:?} and refers to {name:?}, which has none",
                    record.name
                ),
                "a type with a namespace",
            )
            .help(format!(
                "give {name} a namespace, for instance `namespace = {namespace:?}`"
            )),
        );
    }
}

/// A type as the Python client names it: records by their own namespace, enums without one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Old {
    Record(usize),
    Enum(usize),
}

/// Most records that one registered text is searched through.
const MAX_RECORDS: usize = 10_000;

/// Follows the client as it writes each record, and looks where its short names lead.
pub(super) fn registered_names(schema: &Schema, found: &mut Diagnostics) {
    let old = |record: &Record| record.profile == Profile::PulsarRecord;
    let records = schema.records.iter().filter(|r| old(r));
    let spaced = records.map(|r| &r.namespace).any(Option::is_some);
    if !spaced && schema.enums.iter().all(|e| e.namespace.is_none()) && one_name_each(schema) {
        // Without namespaces every name is its full name.
        return;
    }
    let mut reported = BTreeSet::new();
    for id in schema.record_ids() {
        let record = schema.record(id);
        // A root that repeats definitions never refers to one by its name.
        if old(record) && !record.pulsar.repeat_definitions {
            Registered {
                schema,
                defined: BTreeSet::new(),
                seen: BTreeMap::new(),
                around: Vec::new(),
            }
            .walk(id, &mut reported, found);
        }
    }
}

/// Whether no two records or enums have one name.
fn one_name_each(schema: &Schema) -> bool {
    let records = schema.records.iter().map(|r| &r.name);
    let mut names = records.chain(schema.enums.iter().map(|e| &e.name));
    let mut seen = BTreeSet::new();
    names.all(|name| seen.insert(name))
}

/// What was written so far of one registered text.
struct Registered<'a> {
    schema: &'a Schema,
    /// Full names as Avro readers understand them.
    defined: BTreeSet<String>,
    /// Names as the client remembers them.
    seen: BTreeMap<String, Old>,
    /// Records whose fields are being written, from the outside inwards.
    around: Vec<Open<'a>>,
}

/// A record whose fields are being written.
struct Open<'a> {
    record: usize,
    /// Indices of the fields that are still to come, the next one last.
    left: Vec<usize>,
    /// Namespace that holds inside.
    namespace: Option<&'a str>,
}

impl Registered<'_> {
    fn walk(
        &mut self,
        root: RecordId,
        reported: &mut BTreeSet<(usize, usize)>,
        found: &mut Diagnostics,
    ) {
        let schema = self.schema;
        self.enter(Old::Record(root.0));
        while let Some(open) = self.around.last_mut() {
            let (record, namespace) = (open.record, open.namespace);
            let Some(index) = open.left.pop() else {
                self.around.pop();
                continue;
            };
            let field = &schema.records[record].fields[index];
            let ty = match field.ty.leaf() {
                Type::Record(id) => Old::Record(id.0),
                Type::Enum(id) => Old::Enum(id.0),
                _ => continue,
            };
            let name = self.name(ty);
            match self.seen.get(&name) {
                // Verbatim text was reported for itself.
                _ if field.pulsar.raw.is_some() => {}
                None if self.seen.len() >= MAX_RECORDS => return,
                None => self.enter(ty),
                Some(other) => {
                    let leads = *other == ty;
                    let reads = resolved(&name, namespace);
                    if (!leads || !self.defined.contains(&reads))
                        && reported.insert((record, index))
                    {
                        report(field, &name, leads.then_some(reads), found);
                    }
                }
            }
        }
    }

    /// Writes a definition; the fields of a record come next.
    fn enter(&mut self, ty: Old) {
        let namespace = self.around.last().and_then(|open| open.namespace);
        let name = self.name(ty);
        self.defined.insert(resolved(&name, namespace));
        self.seen.insert(name, ty);
        if let Old::Record(id) = ty {
            let record = &self.schema.records[id];
            let mut left: Vec<usize> = (0..record.fields.len()).collect();
            if record.pulsar.sorted_fields {
                left.sort_by_key(|&index| &record.fields[index].name);
            }
            left.reverse();
            self.around.push(Open {
                record: id,
                left,
                namespace: record.namespace.as_deref().or(namespace),
            });
        }
    }

    fn name(&self, ty: Old) -> String {
        match ty {
            Old::Record(id) => self.schema.records[id].full_name(),
            Old::Enum(id) => self.schema.enums[id].name.clone(),
        }
    }
}

/// The full name that an Avro reader makes of a name inside a namespace.
fn resolved(name: &str, namespace: Option<&str>) -> String {
    match namespace {
        Some(namespace) if !name.contains('.') => format!("{namespace}.{name}"),
        _ => name.to_owned(),
    }
}

fn report(field: &Field, name: &str, reads: Option<String>, found: &mut Diagnostics) {
    let place = field.places.named.or(field.type_span);
    found.push(match reads {
        Some(reads) => Diagnostic::warning(
            place,
            format!("the registered schema says {name:?} where Avro readers look for {reads:?}"),
            "a type of the same namespace",
        )
        .help("the Python client leaks the namespace around a repeated type; Avro readers refuse the schema"),
        None => Diagnostic::warning(
            place,
            format!("the registered schema says {name:?}, which is another type of that name there"),
            "a name that no other type of the message has",
        )
        .help("the Python client writes the second of two types with one name as a reference to the first"),
    });
}

#[cfg(test)]
mod tests;
