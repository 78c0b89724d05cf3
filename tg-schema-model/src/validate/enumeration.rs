//! Enums: symbols, the default, the variant for symbols that are not known.

use std::collections::{BTreeMap, BTreeSet};

use super::empty_text;
use super::name::AVRO_NAME;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::name::{is_avro_name, rust_variant, screaming_snake};
use crate::schema::{Enum, MAX_SYMBOLS, Schema, Symbol};
use crate::value::Value;

/// Variant of an open enum in generated Rust that keeps a symbol which is not known.
pub(super) const UNKNOWN: &str = "Unknown";

pub(super) fn check(schema: &Schema, found: &mut Diagnostics) {
    for definition in &schema.enums {
        empty_text(definition.doc.as_deref(), "doc", definition.span, found);
        if let Some(beyond) = definition.symbols.get(MAX_SYMBOLS) {
            found.push(too_many(definition, beyond));
            continue;
        }
        if !super::is_partial(schema, definition.module) {
            some_symbols(definition, found);
        }
        legal(definition, found);
        one_name_each(definition, found);
        default(definition, found);
        python_values(definition, found);
    }
}

fn too_many(definition: &Enum, beyond: &Symbol) -> Diagnostic {
    let (name, count) = (&definition.name, definition.symbols.len());
    Diagnostic::error(
        beyond.span,
        format!("the enum {name:?} has {count} symbols"),
        format!("at most {MAX_SYMBOLS} are read"),
    )
    .help("make it a string: what has so many values is data")
}

fn some_symbols(definition: &Enum, found: &mut Diagnostics) {
    if definition.symbols.is_empty() {
        found.push(
            Diagnostic::error(
                definition.span,
                format!("the enum {:?} has no symbols", definition.name),
                "at least one symbol",
            )
            .help("write `symbols = [\"…\"]`"),
        );
    }
}

fn legal(definition: &Enum, found: &mut Diagnostics) {
    for symbol in &definition.symbols {
        let name = &symbol.name;
        if !is_avro_name(name) {
            let mut wrong = Diagnostic::error(
                symbol.span,
                format!("{name:?} is no legal symbol"),
                AVRO_NAME,
            );
            wrong.help =
                super::legal_form(name, screaming_snake).map(|legal| format!("call it {legal:?}"));
            found.push(wrong);
            continue;
        }
        match rust_variant(name) {
            None if is_old(definition) => {}
            None => found.push(
                Diagnostic::error(
                    symbol.span,
                    format!("no escape makes the symbol {name:?} a Rust variant"),
                    "a symbol other than self and _",
                )
                .help("choose another name"),
            ),
            Some(variant) if definition.open && variant == UNKNOWN => found.push(
                Diagnostic::error(
                    symbol.span,
                    format!("the symbol {name:?} takes the variant of an open enum that keeps unknown symbols"),
                    format!("a symbol that is not `{UNKNOWN}` in Rust"),
                )
                .help("rename the symbol, or remove `open`"),
            ),
            Some(_) => {}
        }
    }
}

/// Whether an enum is one of old Python code, whose symbols nobody may rename: those that Rust cannot spell, or
/// does not tell apart, get names of their own there.
fn is_old(definition: &Enum) -> bool {
    definition.origin.is_some() || !definition.pulsar.values.is_empty()
}

/// No two symbols may have one name, on the wire or in Rust.
fn one_name_each(definition: &Enum, found: &mut Diagnostics) {
    let mut wire = BTreeSet::new();
    let mut rust: BTreeMap<String, &str> = BTreeMap::new();
    for symbol in &definition.symbols {
        let name = symbol.name.as_str();
        let other =
            rust_variant(name).and_then(|i| rust.insert(i.clone(), name).map(|other| (i, other)));
        let message = if !wire.insert(name) {
            format!(
                "the enum {:?} has the symbol {name:?} twice",
                definition.name
            )
        } else if let Some((variant, other)) = other.filter(|_| !is_old(definition)) {
            format!("the symbols {other:?} and {name:?} are both `{variant}` in Rust")
        } else {
            continue;
        };
        found.push(
            Diagnostic::error(symbol.span, message, "a name that no other symbol has")
                .help("rename one of the two"),
        );
    }
}

fn default(definition: &Enum, found: &mut Diagnostics) {
    if definition
        .default
        .is_some_and(|index| index >= definition.symbols.len())
    {
        found.push(
            Diagnostic::error(
                definition.span,
                format!(
                    "the default of the enum {:?} is none of its symbols",
                    definition.name
                ),
                "one of the symbols",
            )
            .help("add it to `symbols`, or choose one that is there"),
        );
    } else if definition.default.is_some() && definition.open {
        found.push(
            Diagnostic::warning(
                definition.span,
                format!(
                    "the enum {:?} is open and never keeps a symbol, because it has a default",
                    definition.name
                ),
                "either `default` or `open`",
            )
            .help("an unknown symbol reads as the default; remove `default` to keep it as text"),
        );
    }
}

/// Python values: one a symbol, whole numbers or strings, all different.
fn python_values(definition: &Enum, found: &mut Diagnostics) {
    let Enum {
        name,
        symbols,
        span,
        pulsar,
        ..
    } = definition;
    if pulsar.values.is_empty() {
        return;
    }
    let mut wrong = |message: String, label: &str, help: &str| {
        found.push(Diagnostic::error(*span, message, label).help(help));
    };
    if pulsar.values.len() != symbols.len() {
        wrong(
            format!(
                "the enum {name:?} has {} symbols and {} Python values",
                symbols.len(),
                pulsar.values.len()
            ),
            "one value for each symbol",
            "list the values in the order of the symbols",
        );
    }
    for (index, value) in pulsar.values.iter().enumerate() {
        if !matches!(value, Value::Int(_) | Value::Long(_) | Value::String(_)) {
            wrong(
                format!("a Python value of the enum {name:?} is {}", value.kind()),
                "whole numbers or strings",
                "other values were never readable on the wire; leave `values` out",
            );
        } else if pulsar.values[..index].contains(value) {
            wrong(
                format!("the enum {name:?} has a Python value twice"),
                "values that differ",
                "in Python the second of two equal values is an alias; keep the first symbol",
            );
        }
    }
    let other_symbol = |(index, value): (usize, &Value)| match value {
        Value::String(text) => symbols
            .iter()
            .position(|s| s.name == *text)
            .filter(|at| *at != index),
        _ => None,
    };
    if let Some(at) = pulsar.values.iter().enumerate().find_map(other_symbol) {
        let symbol = &symbols[at].name;
        found.push(
            Diagnostic::warning(
                *span,
                format!(
                    "{symbol:?} is a symbol of the enum {name:?} and the Python value of another"
                ),
                "values that are no other symbol's name",
            )
            .help("on the wire it is read as the symbol"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    fn of(symbols: &[&str], change: impl FnOnce(&mut Enum)) -> Sample {
        Sample::new().enumeration("Color", symbols, change)
    }

    #[test]
    fn symbols_are_legal() {
        of(&["RED", "green", "type"], |_| {}).is_clean();
        of(&[], |_| {}).has_error("has no symbols");
        of(&["dark-blue"], |_| {}).has_error("\"dark-blue\" is no legal symbol");
        of(&["self"], |_| {}).has_error("no escape makes the symbol \"self\"");
        of(&["_"], |_| {}).has_error("no escape makes the symbol \"_\"");
        of(&["UNKNOWN"], |_| {}).is_clean();
        of(&["UNKNOWN"], |e| e.open = true).has_error("keeps unknown symbols");
    }

    #[test]
    fn more_symbols_than_are_read() {
        let symbols: Vec<String> = (0..=MAX_SYMBOLS).map(|at| format!("S{at}")).collect();
        let symbols: Vec<&str> = symbols.iter().map(String::as_str).collect();
        of(&symbols[..MAX_SYMBOLS], |_| {}).is_clean();
        of(&symbols, |_| {}).has_error("has 20001 symbols");
    }

    #[test]
    fn symbols_differ_also_after_case_conversion() {
        of(&["RED", "RED"], |_| {}).has_error("the symbol \"RED\" twice");
        of(&["DARK_BLUE", "DarkBlue"], |_| {}).has_error("both `DarkBlue` in Rust");
        of(&["DARK_BLUE", "DarkBlue", "self"], |e| {
            e.pulsar.values = vec![Value::Long(1), Value::Long(2), Value::Long(3)];
        })
        .is_clean();
    }

    #[test]
    fn the_default_is_a_symbol() {
        of(&["RED"], |e| e.default = Some(0)).is_clean();
        of(&["RED"], |e| e.default = Some(1)).has_error("is none of its symbols");
        let both = of(&["RED"], |e| {
            e.default = Some(0);
            e.open = true;
        });
        both.has_warning("never keeps a symbol");
    }

    #[test]
    fn python_values_match_the_symbols() {
        let text = |s: &str| Value::String(s.into());
        let values = |values: Vec<Value>| of(&["RED", "BLUE"], |e| e.pulsar.values = values);
        values(vec![Value::Long(1), Value::Long(2)]).is_clean();
        values(vec![text("RED"), text("b")]).is_clean();
        values(vec![Value::Long(1)]).has_error("2 symbols and 1 Python values");
        values(vec![Value::Long(1), Value::Long(1)]).has_error("a Python value twice");
        values(vec![Value::Long(1), Value::Double(1.0)]).has_error("is a double");
        values(vec![text("BLUE"), text("b")]).has_warning("\"BLUE\" is a symbol");
    }
}
