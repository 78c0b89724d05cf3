//! One definition file as a Python module: enums, dataclasses, topics, then the tables of the codecs.
//!
//! What other modules define is imported behind the classes: modules may refer to each other in
//! circles, and each finds the other's classes complete.

mod class;
mod reference;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use tg_schema_model::{Item, RecordId, Schema};

use super::imports::{self, Imports};
use super::layout::Layout;
use super::{HEADER, literal, package};

/// The text of the module at `index`.
pub(super) fn render(schema: &Schema, layout: &Layout, index: usize) -> String {
    let mut writer = Writer::new(schema, layout, index);
    let module = &schema.modules[index];
    let (mut enums, mut records, mut topics) = (String::new(), String::new(), String::new());
    for &item in &module.items {
        match item {
            Item::Enum(id) => enums.push_str(&writer.enumeration(id)),
            Item::Record(id) => records.push_str(&writer.record(id)),
            Item::Topic(topic) => topics.push_str(&writer.topic(topic)),
        }
    }
    for &item in &module.items {
        match item {
            Item::Enum(_) => writer.table_imports(None),
            Item::Record(id) => writer.table_imports(Some(id)),
            Item::Topic(_) => {}
        }
    }
    let mut out = format!("{HEADER}\n# ruff: noqa: E402, E501\n");
    out.push_str(&literal::docstring(
        &[module.doc.clone().unwrap_or_default()],
        "",
    ));
    out.push_str("\nfrom __future__ import annotations\n\n");
    let imports = writer.imports.text();
    if !imports.is_empty() {
        out.push_str(&format!("{imports}\n"));
    }
    out.push_str(&package::all(layout.modules[index].taken.iter()));
    out.push_str(&enums);
    out.push_str(&writer.aliases(&writer.enum_aliases));
    out.push_str(&records);
    if !topics.is_empty() {
        out.push_str(&format!("\n{topics}"));
    }
    if !writer.foreign.is_empty() {
        out.push_str(&format!("\n\n{}", writer.foreign_imports()));
    }
    out.push_str(&writer.aliases(&writer.record_aliases));
    let mut gap = if writer.foreign.is_empty() {
        "\n\n"
    } else {
        "\n"
    };
    // They have the texts of all schemas, each with everything inside it: by far the most of the module.
    for &item in &module.items {
        match item {
            Item::Enum(id) => {
                out.push_str(gap);
                out.push_str(&writer.enum_table(id));
            }
            Item::Record(id) => {
                out.push_str(gap);
                writer.record_table(id, &mut out);
            }
            Item::Topic(_) => continue,
        }
        gap = "";
    }
    out
}

/// The annotations of the fields of each record of the module at `index`.
pub(super) fn annotations(
    schema: &Schema,
    layout: &Layout,
    index: usize,
) -> Vec<(RecordId, Vec<String>)> {
    let mut writer = Writer::new(schema, layout, index);
    let records = schema.modules[index]
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Record(id) => Some((*id, writer.annotations(*id))),
            _ => None,
        });
    records.collect()
}

/// What is known while a module is written.
struct Writer<'s> {
    schema: &'s Schema,
    layout: &'s Layout,
    index: usize,
    imports: Imports,
    /// Classes of other modules: module and class there, name here.
    foreign: BTreeMap<(usize, String), String>,
    /// Names that stand for something at the top level of the module.
    taken: BTreeSet<String>,
    /// Attributes of all records of the module.
    attributes: BTreeSet<&'s str>,
    /// Second names of enums defined here, which a field's name hides: `_Color`.
    enum_aliases: BTreeSet<String>,
    /// Second names of all other classes that a field's name hides.
    record_aliases: BTreeSet<String>,
}

impl<'s> Writer<'s> {
    fn new(schema: &'s Schema, layout: &'s Layout, index: usize) -> Self {
        let mut writer = Writer {
            schema,
            layout,
            index,
            imports: Imports::default(),
            foreign: BTreeMap::new(),
            taken: layout.modules[index].taken.clone(),
            attributes: BTreeSet::new(),
            enum_aliases: BTreeSet::new(),
            record_aliases: BTreeSet::new(),
        };
        for &item in &schema.modules[index].items {
            if let Item::Record(id) = item {
                let attributes = layout.attributes[id.0].iter();
                writer.attributes.extend(attributes.map(String::as_str));
            }
        }
        writer.find_foreign();
        writer
    }

    /// The packages that the module is in.
    fn package(&self) -> &'s [String] {
        self.layout.modules[self.index].package()
    }

    /// How this module reaches the codec runtime.
    fn wire(&mut self) -> String {
        let place = imports::relative(self.package(), &[]);
        self.imports
            .relative(&place, "wire", |name| self.taken.contains(name))
    }

    /// How this module reaches `Topic`.
    fn topic_class(&mut self) -> String {
        let place = imports::relative(self.package(), &["topic".to_owned()]);
        self.imports
            .relative(&place, "Topic", |name| self.taken.contains(name))
    }

    /// The statements that import the classes of other modules.
    fn foreign_imports(&self) -> String {
        let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for ((module, class), local) in &self.foreign {
            let place = imports::relative(self.package(), &self.layout.modules[*module].path);
            let clause = if class == local {
                class.clone()
            } else {
                format!("{class} as {local}")
            };
            places.entry(place).or_default().insert(clause);
        }
        places
            .iter()
            .map(|(place, names)| imports::from(place, names))
            .collect()
    }

    /// `_Color = Color` for each.
    fn aliases(&self, names: &BTreeSet<String>) -> String {
        if names.is_empty() {
            return String::new();
        }
        let lines: String = names
            .iter()
            .map(|name| format!("{} = {name}\n", self.alias(name)))
            .collect();
        format!("\n\n{lines}")
    }
}
