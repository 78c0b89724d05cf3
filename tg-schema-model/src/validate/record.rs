//! The names inside a record: fields, aliases, names that must not come back.

use std::collections::{BTreeMap, BTreeSet};

use super::empty_text;
use super::name::AVRO_NAME;
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::name::{is_avro_name, is_identifier, is_plain_field, python_ident, rust_field, snake};
use crate::schema::{Profile, Record};

pub(super) fn check(record: &Record, found: &mut Diagnostics) {
    let (deprecated, span) = (record.deprecated.as_deref(), record.span);
    empty_text(record.doc.as_deref(), "doc", span, found);
    empty_text(deprecated, "deprecated", span, found);
    let plain = record.fields.iter().all(|f| is_plain_field(&f.name));
    for field in &record.fields {
        if !plain {
            legal(record, &field.name, "field", field.span, found);
        }
        for (at, alias) in field.aliases.iter().enumerate() {
            let span = field.places.alias(at, field.span);
            legal(record, alias, "alias", span, found);
        }
    }
    if !plain || is_one_twice(record) {
        one_name_each(record, found);
    }
    aliases(record, found);
    reserved(record, found);
}

/// Records with the profile may have what Python allowed and Avro does not.
fn legal(record: &Record, name: &str, kind: &str, span: Span, found: &mut Diagnostics) {
    if is_plain_field(name) {
        return;
    }
    if is_avro_name(name) {
        // Old records get a name of their own in Rust: what is registered must not depend on a language.
        let plain = record.profile == Profile::Plain;
        if plain && kind == "field" && rust_field(name).is_none() {
            found.push(
                Diagnostic::error(
                    span,
                    format!("no escape makes {name:?} the name of a Rust field"),
                    "a name other than self, Self, super, crate and _",
                )
                .help("choose another name"),
            );
        }
    } else if record.profile == Profile::PulsarRecord && is_identifier(name) {
        found.push(
            Diagnostic::warning(
                span,
                format!("Avro readers refuse the {kind} name {name:?}"),
                AVRO_NAME,
            )
            .help("it is kept because the record has the profile \"pulsar-record\""),
        );
    } else {
        let mut wrong =
            Diagnostic::error(span, format!("{name:?} is no legal {kind} name"), AVRO_NAME);
        wrong.help = super::legal_form(name, snake).map(|legal| format!("call it {legal:?}"));
        found.push(wrong);
    }
}

/// Whether a name is there twice. Names that no language changes differ where they differ at all.
fn is_one_twice(record: &Record) -> bool {
    let mut names: Vec<&str> = record.fields.iter().map(|f| f.name.as_str()).collect();
    names.sort_unstable();
    names.windows(2).any(|two| two[0] == two[1])
}

/// No two fields may have one name, on the wire or in a language. Old records get further names in the
/// languages: see [`crate::name::rust_fields`].
fn one_name_each(record: &Record, found: &mut Diagnostics) {
    let mut wire = BTreeSet::new();
    let mut rust: BTreeMap<String, &str> = BTreeMap::new();
    let mut python: BTreeMap<String, &str> = BTreeMap::new();
    for field in &record.fields {
        let name = field.name.as_str();
        let in_rust = rust_field(name)
            .and_then(|i| rust.insert(i.clone(), name).map(|other| (i, other, "Rust")));
        let in_python = python_ident(name).and_then(|i| {
            python
                .insert(i.clone(), name)
                .map(|other| (i, other, "Python"))
        });
        let in_language = in_rust.or(in_python);
        let in_language = in_language.filter(|_| record.profile == Profile::Plain);
        let message = if !wire.insert(name) {
            format!("{:?} has two fields {name:?}", record.name)
        } else if let Some((ident, other, language)) = in_language {
            format!("the fields {other:?} and {name:?} are both `{ident}` in {language}")
        } else {
            continue;
        };
        found.push(
            Diagnostic::error(field.span, message, "a name that no other field has")
                .help("rename one of the two"),
        );
    }
}

/// An alias must lead to one field.
fn aliases(record: &Record, found: &mut Diagnostics) {
    if record.fields.iter().all(|f| f.aliases.is_empty()) {
        return;
    }
    let names: BTreeSet<&str> = record.fields.iter().map(|f| f.name.as_str()).collect();
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for field in &record.fields {
        for (at, alias) in field.aliases.iter().enumerate() {
            let message = if *alias == field.name {
                format!("the field {alias:?} has its own name as an alias")
            } else if names.contains(alias.as_str()) {
                format!(
                    "the alias {alias:?} of {:?} is the name of another field",
                    field.name
                )
            } else if let Some(other) = seen.insert(alias, &field.name) {
                format!(
                    "the alias {alias:?} of {:?} is an alias of {other:?} already",
                    field.name
                )
            } else {
                continue;
            };
            found.push(
                Diagnostic::error(
                    field.places.alias(at, field.span),
                    message,
                    "aliases that nothing else is called",
                )
                .help("remove the alias"),
            );
        }
    }
}

fn reserved(record: &Record, found: &mut Diagnostics) {
    for name in &record.reserved {
        let old = record.profile == Profile::PulsarRecord && is_identifier(name);
        if !old && (!is_avro_name(name) || rust_field(name).is_none()) {
            found.push(
                Diagnostic::error(
                    record.span,
                    format!(
                        "{:?} reserves {name:?}, which no field can be called",
                        record.name
                    ),
                    AVRO_NAME,
                )
                .help("write in `reserved` the names of fields that were removed"),
            );
        }
    }
    for field in &record.fields {
        if record.reserved.contains(&field.name) {
            found.push(
                Diagnostic::error(
                    field.span,
                    format!(
                        "the name {:?} is reserved: it was used once and must not come back",
                        field.name
                    ),
                    "a name that is not in `reserved`",
                )
                .help("old messages may still carry the old field; choose a new name"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Sample, field};
    use crate::schema::{Field, Type};

    fn fields(names: &[&str]) -> Vec<Field> {
        names.iter().map(|name| field(name, Type::Int)).collect()
    }

    fn with_aliases(of_a: &[&str], of_b: &[&str]) -> Sample {
        let mut list = fields(&["a", "b"]);
        list[0].aliases = of_a.iter().map(|n| (*n).to_owned()).collect();
        list[1].aliases = of_b.iter().map(|n| (*n).to_owned()).collect();
        Sample::new().record("R", list)
    }

    #[test]
    fn field_names_are_legal() {
        Sample::new()
            .record("R", fields(&["type", "class", "_id", "id", "userName"]))
            .is_clean();
        Sample::new()
            .record("R", fields(&["a-b"]))
            .has_error("\"a-b\" is no legal field name");
        Sample::new()
            .record("R", fields(&["año"]))
            .has_error("\"año\" is no legal field name");
        Sample::new()
            .old_record("R", fields(&["año"]))
            .has_warning("Avro readers refuse the field name");
        Sample::new()
            .old_record("R", fields(&["a b"]))
            .has_error("\"a b\" is no legal field name");
        for name in ["self", "Self", "super", "crate", "_"] {
            Sample::new()
                .record("R", fields(&[name]))
                .has_error("no escape");
            Sample::new().old_record("R", fields(&[name])).is_clean();
        }
        with_aliases(&["x-y"], &[]).has_error("\"x-y\" is no legal alias name");
    }

    #[test]
    fn field_names_differ_also_after_case_conversion() {
        Sample::new()
            .record("R", fields(&["a", "a"]))
            .has_error("\"R\" has two fields \"a\"");
        Sample::new()
            .record("R", fields(&["userName", "user_name"]))
            .has_error("both `user_name` in Rust");
        Sample::new()
            .record("R", fields(&["class", "class_"]))
            .has_error("both `class_` in Python");
        Sample::new()
            .old_record("R", fields(&["userName", "user_name", "class", "class_"]))
            .is_clean();
        Sample::new()
            .old_record("R", fields(&["a", "a"]))
            .has_error("\"R\" has two fields \"a\"");
    }

    #[test]
    fn aliases_lead_to_one_field() {
        with_aliases(&["x"], &["y"]).is_clean();
        with_aliases(&["a"], &[]).has_error("its own name");
        with_aliases(&["b"], &[]).has_error("the name of another field");
        with_aliases(&["x"], &["x"]).has_error("an alias of \"a\" already");
    }

    #[test]
    fn reserved_names_do_not_come_back() {
        let sample = with_aliases(&["old"], &[]).last(|r| r.reserved = vec!["old".into()]);
        sample.is_clean();
        sample
            .last(|r| r.reserved.push("a".into()))
            .has_error("\"a\" is reserved");
        for name in ["9bad", "a-b", "self", ""] {
            let sample = with_aliases(&[], &[]);
            sample
                .last(|r| r.reserved = vec![name.into()])
                .has_error("which no field can be called");
        }
    }

    #[test]
    fn texts_say_something() {
        Sample::new()
            .record("R", vec![])
            .last(|r| r.doc = Some(" ".into()))
            .has_warning("`doc` is empty");
        let deprecated = Sample::new()
            .record("R", vec![])
            .last(|r| r.deprecated = Some(String::new()));
        deprecated.has_warning("`deprecated` is empty");
    }
}
