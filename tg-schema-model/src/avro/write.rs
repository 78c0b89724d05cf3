//! An Avro schema tree into its JSON form.

use super::{Field, Fixed, Kind, Logical, Name, Primitive, Properties, Record, Schema};
use crate::json::Json;

impl Schema {
    /// The JSON form. A reference is the bare name where the enclosing namespace is its own, and a
    /// namespace is written only where it differs from the enclosing one.
    pub fn to_json(&self) -> Json {
        json(self, None)
    }
}

fn json(schema: &Schema, enclosing: Option<&str>) -> Json {
    match schema {
        Schema::Primitive(p) => primitive(p),
        Schema::Ref(name) => Json::String(name.written_in(enclosing)),
        Schema::Union(branches) => Json::Array(
            branches
                .iter()
                .map(|branch| json(branch, enclosing))
                .collect(),
        ),
        Schema::Array(a) => object("array", |entries| {
            entries.push(("items".into(), json(&a.items, enclosing)));
            entries.extend(a.properties.iter().cloned());
        }),
        Schema::Map(m) => object("map", |entries| {
            entries.push(("values".into(), json(&m.values, enclosing)));
            entries.extend(m.properties.iter().cloned());
        }),
        Schema::Record(r) => record(r, enclosing),
        Schema::Enum(e) => object("enum", |entries| {
            heading(&e.name, enclosing, e.doc.as_deref(), &e.aliases, entries);
            entries.push(("symbols".into(), Json::strings(&e.symbols)));
            if let Some(default) = &e.default {
                entries.push(("default".into(), Json::str(default)));
            }
            entries.extend(e.properties.iter().cloned());
        }),
        Schema::Fixed(f) => fixed(f, enclosing),
    }
}

fn object(kind: &str, fill: impl FnOnce(&mut Properties)) -> Json {
    let mut entries = vec![("type".to_owned(), Json::str(kind))];
    fill(&mut entries);
    Json::Object(entries)
}

fn heading(
    name: &Name,
    enclosing: Option<&str>,
    doc: Option<&str>,
    aliases: &[String],
    entries: &mut Properties,
) {
    entries.push(("name".into(), Json::str(&name.name)));
    if name.namespace.as_deref() != enclosing {
        let namespace = name.namespace.as_deref().unwrap_or("");
        entries.push(("namespace".into(), Json::str(namespace)));
    }
    tail(doc, aliases, entries);
}

fn tail(doc: Option<&str>, aliases: &[String], entries: &mut Properties) {
    if let Some(doc) = doc {
        entries.push(("doc".into(), Json::str(doc)));
    }
    if !aliases.is_empty() {
        entries.push(("aliases".into(), Json::strings(aliases)));
    }
}

fn primitive(p: &Primitive) -> Json {
    if p.logical.is_none() && p.properties.is_empty() {
        return Json::str(p.kind.as_str());
    }
    object(Kind::as_str(p.kind), |entries| {
        logical(p.logical, entries);
        entries.extend(p.properties.iter().cloned());
    })
}

fn logical(logical: Option<Logical>, entries: &mut Properties) {
    let Some(logical) = logical else { return };
    entries.push(("logicalType".into(), Json::str(logical.as_str())));
    if let Logical::Decimal { precision, scale } = logical {
        entries.push(("precision".into(), Json::int(precision)));
        entries.push(("scale".into(), Json::int(scale)));
    }
}

fn record(r: &Record, enclosing: Option<&str>) -> Json {
    let inside = r.name.namespace.as_deref();
    object("record", |entries| {
        heading(&r.name, enclosing, r.doc.as_deref(), &r.aliases, entries);
        let fields = r.fields.iter().map(|f| field(f, inside)).collect();
        entries.push(("fields".into(), Json::Array(fields)));
        entries.extend(r.properties.iter().cloned());
    })
}

fn field(f: &Field, enclosing: Option<&str>) -> Json {
    let mut entries = vec![
        ("name".to_owned(), Json::str(&f.name)),
        ("type".to_owned(), json(&f.schema, enclosing)),
    ];
    if let Some(default) = &f.default {
        entries.push(("default".into(), default.clone()));
    }
    tail(f.doc.as_deref(), &f.aliases, &mut entries);
    if let Some(order) = f.order {
        entries.push(("order".into(), Json::str(order.as_str())));
    }
    entries.extend(f.properties.iter().cloned());
    Json::Object(entries)
}

fn fixed(f: &Fixed, enclosing: Option<&str>) -> Json {
    object("fixed", |entries| {
        heading(&f.name, enclosing, f.doc.as_deref(), &f.aliases, entries);
        entries.push(("size".into(), Json::int(f.size)));
        logical(f.logical, entries);
        entries.extend(f.properties.iter().cloned());
    })
}
