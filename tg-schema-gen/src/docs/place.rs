//! Where each definition is described, and who uses it.

use tg_schema_model::{Item, RecordId, Schema, Type};

/// The page that leads to all others.
pub(super) const INDEX: &str = "README.md";

/// Places of pages, and uses of types.
pub(super) struct Places<'s> {
    schema: &'s Schema,
    /// Records and enums by index: the records that hold them, each once.
    holders: (Vec<Vec<RecordId>>, Vec<Vec<RecordId>>),
    /// Topics by the record that travels on them.
    topics: Vec<Vec<usize>>,
    /// Files of modules, without extension.
    pages: Vec<String>,
}

impl<'s> Places<'s> {
    pub(super) fn new(schema: &'s Schema) -> Self {
        let mut topics = vec![Vec::new(); schema.records.len()];
        for (at, topic) in schema.topics.iter().enumerate() {
            topics[topic.record.0].push(at);
        }
        Places {
            schema,
            holders: holders(schema),
            topics,
            pages: pages(schema),
        }
    }

    /// The records that have a record or an enum in one of their fields.
    pub(super) fn holders(&self, item: Item) -> &[RecordId] {
        match item {
            Item::Record(id) => &self.holders.0[id.0],
            Item::Enum(id) => &self.holders.1[id.0],
            Item::Topic(_) => &[],
        }
    }

    /// The topics that a record travels on.
    pub(super) fn topics(&self, record: RecordId) -> &[usize] {
        &self.topics[record.0]
    }

    /// The page of a module, below the folder of all pages.
    pub(super) fn page(&self, module: usize) -> String {
        format!("{}.md", self.pages[module])
    }

    /// From the page of a module back to the folder of all pages.
    pub(super) fn up(&self, module: usize) -> String {
        "../".repeat(self.pages[module].matches('/').count())
    }

    /// Writes a link to a definition, from the page of a module or from the index.
    pub(super) fn link(&self, item: Item, from: Option<usize>, out: &mut String) {
        let (module, name) = home(self.schema, item);
        let away = from != Some(module);
        out.push('[');
        if away && from.is_some() {
            for part in &self.schema.modules[module].path {
                escaped(part, out);
                out.push('.');
            }
        }
        escaped(name, out);
        out.push_str("](");
        if away {
            if let Some(from) = from {
                out.push_str(&self.up(from));
            }
            out.push_str(&self.pages[module]);
            out.push_str(".md");
        }
        out.push('#');
        anchor(self.schema, item, out);
        out.push(')');
    }
}

/// Module and name of a definition.
pub(super) fn home(schema: &Schema, item: Item) -> (usize, &str) {
    match item {
        Item::Record(id) => (schema.record(id).module, &schema.record(id).name),
        Item::Enum(id) => (schema.enumeration(id).module, &schema.enumeration(id).name),
        Item::Topic(at) => (schema.topics[at].module, &schema.topics[at].name),
    }
}

/// The name of a definition's place on its page. Topics may be called as types are.
pub(super) fn anchor(schema: &Schema, item: Item, out: &mut String) {
    out.push_str(match item {
        Item::Record(_) => "record-",
        Item::Enum(_) => "enum-",
        Item::Topic(_) => "topic-",
    });
    out.push_str(home(schema, item).1);
}

/// A name: of letters, digits and `_`, which would be emphasis.
pub(super) fn escaped(name: &str, out: &mut String) {
    for (at, part) in name.split('_').enumerate() {
        if at > 0 {
            out.push_str("\\_");
        }
        out.push_str(part);
    }
}

fn holders(schema: &Schema) -> (Vec<Vec<RecordId>>, Vec<Vec<RecordId>>) {
    let mut records = vec![Vec::new(); schema.records.len()];
    let mut enums = vec![Vec::new(); schema.enums.len()];
    for holder in schema.record_ids() {
        for field in &schema.record(holder).fields {
            let mut ty = &field.ty;
            while let Type::Array(inner) | Type::Map(inner) | Type::Optional(inner) = ty {
                ty = inner;
            }
            let list: &mut Vec<RecordId> = match ty {
                Type::Record(id) => &mut records[id.0],
                Type::Enum(id) => &mut enums[id.0],
                _ => continue,
            };
            if list.last() != Some(&holder) {
                list.push(holder);
            }
        }
    }
    (records, enums)
}

/// A module that would take the place of the index gets an underscore, and another as long as that is taken.
fn pages(schema: &Schema) -> Vec<String> {
    let index = INDEX.trim_end_matches(".md");
    let paths = schema.modules.iter().map(|m| m.path.join("/"));
    let mut pages: Vec<String> = paths.collect();
    if let Some(at) = pages.iter().position(|p| p.eq_ignore_ascii_case(index)) {
        let mut page = pages[at].clone() + "_";
        while pages.iter().any(|p| p.eq_ignore_ascii_case(&page)) {
            page.push('_');
        }
        pages[at] = page;
    }
    pages
}
