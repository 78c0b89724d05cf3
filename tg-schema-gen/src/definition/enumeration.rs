//! `[enum.Name]`.

use std::collections::HashSet;
use std::fmt::Display;

use tg_schema_model::{Enum, EnumPulsar, Span, Symbol, Value};

use super::file::Defaults;
use super::key;
use super::node::{Data, Entry, Node, Table};
use super::reader::{Named, Reader, all_quoted, did_you_mean, quoted};

impl<'d> Reader<'d, '_> {
    pub(crate) fn enumeration(
        &mut self,
        named: &Named<'d>,
        defaults: Defaults<'_>,
    ) -> Option<Enum> {
        let name = named.name;
        let owner = format_args!("enum `{name}`");
        let table = self.table(named.node, &owner)?;
        self.check_keys(table, key::ENUM, named.item, &owner, enum_advice);
        let symbols = self.symbols(table, &owner);
        // What is missing may be one that could not be read.
        let known = if self.unread(table, "symbols") {
            &[]
        } else {
            symbols.as_slice()
        };
        let (namespace, aliases, places) = self.naming(table, &owner, defaults);
        Some(Enum {
            module: 0,
            name: name.to_owned(),
            namespace,
            doc: self.doc(table, &owner),
            aliases,
            default: self.enum_default(table, known, &owner),
            open: self.flag(table, "open", &owner),
            pulsar: EnumPulsar {
                values: self.enum_values(table, known, &owner),
            },
            non_exhaustive: None,
            origin: self.origin(table, &owner),
            symbols,
            span: named.span,
            places,
        })
    }

    fn symbols(&mut self, table: Table<'d>, owner: &dyn Display) -> Vec<Symbol> {
        self.strings(table, "symbols", owner)
            .into_iter()
            .map(|(name, span)| Symbol { name, span })
            .collect()
    }

    fn enum_default(
        &mut self,
        table: Table<'d>,
        symbols: &[Symbol],
        owner: &dyn Display,
    ) -> Option<usize> {
        let (text, node) = self.text(table, "default", owner)?;
        let found = symbols.iter().position(|s| s.name == text);
        if found.is_none() && !symbols.is_empty() {
            self.no_symbol(text, node.part(0..text.len()), symbols, owner);
        }
        found
    }

    fn no_symbol(&mut self, text: &str, span: Span, symbols: &[Symbol], owner: &dyn Display) {
        let (label, help) = symbol_advice(text, symbols);
        self.error(
            span,
            format!("`{text}` is no symbol of {owner}"),
            label,
            help,
        );
    }

    /// `pulsar = { values = … }`: one Python value a symbol, as a list or by symbol.
    fn enum_values(
        &mut self,
        table: Table<'d>,
        symbols: &[Symbol],
        owner: &dyn Display,
    ) -> Vec<Value> {
        let Some(entry) = table.get("pulsar") else {
            return Vec::new();
        };
        let what = format_args!("`pulsar` of {owner}");
        let Some(table) = self.table(&entry.node, &what) else {
            return Vec::new();
        };
        self.check_keys(table, key::ENUM_PULSAR, false, &what, |_| None);
        let Some(entry) = table.get("values") else {
            return Vec::new();
        };
        let what = format_args!("`values` of {owner}");
        let before = self.diagnostics.0.len();
        let found = match &entry.node.data {
            Data::Array(items) | Data::Tables(items) => self.aligned(items, symbols, &what, entry),
            _ if symbols.is_empty() => Vec::new(),
            Data::Table(id) => {
                let values = self.of(*id);
                self.by_symbol(values, symbols, owner, entry)
            }
            _ => {
                self.wrong_kind(&entry.node, &what, "an array or a table");
                Vec::new()
            }
        };
        let mut seen = HashSet::new();
        for (value, span) in &found {
            let text = match value {
                Value::Long(n) => format!("{n}"),
                other => format!("{other:?}"),
            };
            if !seen.insert(text) {
                self.error(
                    *span,
                    format!("two symbols of {owner} have this value"),
                    "expected a value of its own for each symbol",
                    None,
                );
            }
        }
        let good = self.diagnostics.0.len() == before;
        if good {
            found.into_iter().map(|(value, _)| value).collect()
        } else {
            Vec::new()
        }
    }

    fn aligned(
        &mut self,
        items: &'d [Node<'d>],
        symbols: &[Symbol],
        what: &dyn Display,
        entry: &Entry,
    ) -> Vec<(Value, Span)> {
        if items.len() != symbols.len() && !symbols.is_empty() {
            self.error(
                entry.node.span,
                format!("{what} does not fit its symbols"),
                format!("expected {} values, found {}", symbols.len(), items.len()),
                None,
            );
        }
        items
            .iter()
            .filter_map(|item| Some((self.python_value(item, what)?, item.span)))
            .collect()
    }

    fn by_symbol(
        &mut self,
        values: Table<'d>,
        symbols: &[Symbol],
        owner: &dyn Display,
        entry: &Entry,
    ) -> Vec<(Value, Span)> {
        let what = format_args!("`values` of {owner}");
        let known: HashSet<&str> = symbols.iter().map(|s| s.name.as_str()).collect();
        for value in values.entries() {
            if !known.contains(&*value.key) {
                self.no_symbol(&value.key, value.key_span, symbols, owner);
            }
        }
        let missing: Vec<&str> = symbols
            .iter()
            .map(|s| s.name.as_str())
            .filter(|name| values.get(name).is_none())
            .collect();
        if !missing.is_empty() {
            self.error(
                entry.key_span,
                format!("{what} leaves symbols out"),
                format!("expected also {}", all_quoted(missing)),
                None,
            );
        }
        symbols
            .iter()
            .filter_map(|symbol| {
                let item = &values.get(&symbol.name)?.node;
                Some((self.python_value(item, &what)?, item.span))
            })
            .collect()
    }

    fn python_value(&mut self, item: &'d Node<'d>, what: &dyn Display) -> Option<Value> {
        match &item.data {
            Data::String { text, .. } => Some(Value::String(text.clone().into_owned())),
            Data::Integer(text) => match text.parse() {
                Ok(value) => Some(Value::Long(value)),
                Err(_) => {
                    self.error(
                        item.span,
                        format!("an item of {what} is out of range"),
                        "expected an integer of 64 bits",
                        None,
                    );
                    None
                }
            },
            _ => {
                self.wrong_kind(
                    item,
                    &format_args!("an item of {what}"),
                    "an integer or a string",
                );
                None
            }
        }
    }
}

/// Label and help for a word that is no symbol.
pub(crate) fn symbol_advice(text: &str, symbols: &[Symbol]) -> (String, Option<String>) {
    const SHOWN: usize = 8;
    let mut seen = HashSet::new();
    let names = symbols.iter().map(|s| s.name.as_str());
    let names: Vec<&str> = names.filter(|name| seen.insert(*name)).collect();
    let label = if names.len() > SHOWN {
        let shown = quoted(names.iter().take(SHOWN));
        format!("expected one of its {} symbols: {shown}, …", names.len())
    } else {
        format!("expected {}", quoted(&names))
    };
    let help = did_you_mean(text, names);
    (label, help)
}

fn enum_advice(entry: &Entry) -> Option<String> {
    match &*entry.key {
        "values" => Some(
            "the names are `symbols`; old Python values are `pulsar = { values = [1, 2] }`"
                .to_owned(),
        ),
        "variants" | "members" => Some("the names are `symbols`".to_owned()),
        _ => None,
    }
}
