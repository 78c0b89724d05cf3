//! Differences that are meant or are not ours, as far as random jobs meet them. Each has a case of its
//! name in `case.rs`, which shows it and says why.

use tg_schema_model::avro::{Name, Record, Schema};

use crate::Peer;
use crate::compare::Difference;

/// The name of the case that a difference is of.
pub fn of(difference: &Difference<'_>) -> Option<&'static str> {
    let java = difference.peer != Peer::Fastavro;
    let theirs = difference.theirs;
    let problems = &difference.job.plan.problems;
    let Some(ours) = difference.ours else {
        let decimals = problems
            .iter()
            .all(|p| p.message.contains("cannot be read as decimal"));
        return (java && theirs == "compatible" && decimals).then_some("decimals");
    };
    let error = |kind: &str| theirs.starts_with(&format!("error:{kind} "));
    match ours {
        Err(message) if theirs.starts_with("ok:") => {
            let says = |part| message.contains(part);
            if java && says("which has another name than the record") {
                Some("record_names")
            } else if !java && says("which has another name than") && has_bare_alias(difference) {
                Some("aliases_without_namespace")
            } else if says("cannot be read as decimal") {
                Some("decimals")
            } else if !java && says("has several fields that this could be") {
                Some("ambiguous_aliases")
            } else if java && has_moved_alias(difference) {
                Some("field_aliases_in_another_namespace")
            } else {
                None
            }
        }
        Ok(_) if java && error("AvroRuntimeException") => {
            if has_ambiguity(difference, |reader, writer| reader.name == writer.name) {
                Some("ambiguous_aliases_elsewhere")
            } else {
                has_ambiguity(difference, is_alias).then_some("ambiguous_aliases_under_an_alias")
            }
        }
        Ok(_) if java && error("AvroTypeException") && has_moved_enum(difference) => {
            Some("enums_of_another_namespace_in_a_union")
        }
        Ok(_) if java && !error("EOFException") && has_moved_alias(difference) => {
            Some("field_aliases_in_another_namespace")
        }
        Ok(_) if java && error("EOFException") => Some("items_larger_than_the_writers"),
        Ok(_) if difference.peer == Peer::Java && error("NullPointerException") => {
            (!problems.is_empty()).then_some("a_circle_with_what_cannot_be_read")
        }
        Ok(_) if difference.peer == Peer::JavaResolvingDecoder => {
            let lost = error("NullPointerException") || error("StackOverflowError");
            lost.then_some("recursion")
        }
        Ok(_) if !java && error("SchemaResolutionError") => {
            let inside = problems.iter().any(|p| p.path.contains(['[', '{']));
            inside.then_some("empty_list_of_another_type")
        }
        Ok(_) if !java && error("TypeError") => Some("references_read_as_optional"),
        _ => None,
    }
}

/// Whether some record of the writer's has a field under two of the names that the reader's record which is
/// `meant` has for one field.
fn has_ambiguity(difference: &Difference<'_>, meant: fn(&Record, &Record) -> bool) -> bool {
    any_pair(difference, |reader, writer| match (reader, writer) {
        (Schema::Record(reader), Schema::Record(writer)) if meant(reader, writer) => {
            reader.fields.iter().any(|field| {
                let names = [&field.name].into_iter().chain(&field.aliases);
                names.filter(|name| has_field(writer, name)).count() > 1
            })
        }
        _ => false,
    })
}

/// Whether the reader's record has the writer's name as an alias.
fn is_alias(reader: &Record, writer: &Record) -> bool {
    let namespace = reader.name.namespace.as_deref();
    let mut aliases = reader.aliases.iter();
    aliases.any(|alias| Name::resolve(alias, namespace) == writer.name)
}

/// Whether the two have an enum of one name in two namespaces.
fn has_moved_enum(difference: &Difference<'_>) -> bool {
    any_pair(difference, |reader, writer| {
        matches!((reader, writer), (Schema::Enum(_), Schema::Enum(_))) && moved(reader, writer)
    })
}

/// Whether the two have a record of one name in two namespaces, a field of which has an alias.
fn has_moved_alias(difference: &Difference<'_>) -> bool {
    any_pair(difference, |reader, writer| match (reader, writer) {
        (Schema::Record(of_reader), Schema::Record(of_writer)) if moved(reader, writer) => {
            let mut aliases = of_reader.fields.iter().flat_map(|field| &field.aliases);
            aliases.any(|alias| has_field(of_writer, alias))
        }
        _ => false,
    })
}

/// Whether the writer has a type that a reader's type has as an alias but for the namespace.
fn has_bare_alias(difference: &Difference<'_>) -> bool {
    any_pair(difference, |reader, writer| {
        let aliases = match reader {
            Schema::Record(r) => &r.aliases,
            Schema::Enum(e) => &e.aliases,
            _ => return false,
        };
        writer
            .name()
            .is_some_and(|name| aliases.contains(&name.name))
    })
}

fn any_pair(difference: &Difference<'_>, holds: impl Fn(&Schema, &Schema) -> bool) -> bool {
    let job = difference.job;
    let writers = job.writer.definitions();
    job.reader
        .definitions()
        .values()
        .any(|reader| writers.values().any(|writer| holds(reader, writer)))
}

fn has_field(record: &Record, name: &String) -> bool {
    record.fields.iter().any(|field| field.name == *name)
}

fn moved(reader: &Schema, writer: &Schema) -> bool {
    match (reader.name(), writer.name()) {
        (Some(reader), Some(writer)) => reader.name == writer.name && reader != writer,
        _ => false,
    }
}
