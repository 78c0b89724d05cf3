//! An Avro schema tree into its JSON form, as a tree or as a text.

use super::{Enum, Field, Fixed, Logical, Name, Primitive, Properties, Record, Schema};
use crate::json::{Json, Layout, Sink, Tree, Writer};

/// Bytes that the schema of most records fits into.
pub(super) const USUAL_TEXT: usize = 4096;

impl Schema {
    /// The JSON form. A reference is the bare name where the enclosing namespace is its own, and a
    /// namespace is written only where it differs from the enclosing one.
    pub fn to_json(&self) -> Json {
        let mut tree = Tree::default();
        schema(self, None, &mut tree);
        tree.finish()
    }

    /// The text of [`Schema::to_json`] in a layout, without the tree between.
    pub(crate) fn to_text(&self, layout: Layout) -> String {
        let mut writer = Writer::new(layout).with_room(USUAL_TEXT);
        schema(self, None, &mut writer);
        writer.finish()
    }
}

pub(super) fn schema(schema: &Schema, enclosing: Option<&str>, out: &mut impl Sink) {
    let inside = |part: &Schema, out: &mut _| self::schema(part, enclosing, out);
    match schema {
        Schema::Primitive(p) => primitive(p, out),
        Schema::Ref(name) => out.string(&name.written_in(enclosing)),
        Schema::Union(branches) => {
            out.open_array();
            branches.iter().for_each(|branch| inside(branch, out));
            out.close_array();
        }
        Schema::Array(a) => object("array", &a.properties, out, |out| {
            out.key("items");
            inside(&a.items, out);
        }),
        Schema::Map(m) => object("map", &m.properties, out, |out| {
            out.key("values");
            inside(&m.values, out);
        }),
        Schema::Record(r) => record(r, enclosing, out),
        Schema::Enum(e) => enumeration(e, enclosing, out),
        Schema::Fixed(f) => fixed(f, enclosing, out),
    }
}

fn object<S: Sink>(kind: &str, rest: &Properties, out: &mut S, fill: impl FnOnce(&mut S)) {
    out.open_object();
    text("type", kind, out);
    fill(out);
    properties(rest, out);
    out.close_object();
}

pub(super) fn text(key: &str, text: &str, out: &mut impl Sink) {
    out.key(key);
    out.string(text);
}

fn number(key: &str, number: u32, out: &mut impl Sink) {
    out.key(key);
    out.number(&number.to_string());
}

fn texts(key: &str, texts: &[String], out: &mut impl Sink) {
    out.key(key);
    out.open_array();
    texts.iter().for_each(|text| out.string(text));
    out.close_array();
}

fn properties(rest: &Properties, out: &mut impl Sink) {
    for (key, value) in rest {
        out.key(key);
        out.value(value);
    }
}

fn heading(
    name: &Name,
    enclosing: Option<&str>,
    doc: Option<&str>,
    aliases: &[String],
    out: &mut impl Sink,
) {
    names(&name.name, name.namespace.as_deref(), enclosing, out);
    tail(doc, aliases, out);
}

pub(super) fn names(
    name: &str,
    namespace: Option<&str>,
    enclosing: Option<&str>,
    out: &mut impl Sink,
) {
    text("name", name, out);
    if namespace != enclosing {
        text("namespace", namespace.unwrap_or(""), out);
    }
}

pub(super) fn tail(doc: Option<&str>, aliases: &[String], out: &mut impl Sink) {
    if let Some(doc) = doc {
        text("doc", doc, out);
    }
    if !aliases.is_empty() {
        texts("aliases", aliases, out);
    }
}

fn primitive(p: &Primitive, out: &mut impl Sink) {
    if p.logical.is_none() && p.properties.is_empty() {
        return out.string(p.kind.as_str());
    }
    object(p.kind.as_str(), &p.properties, out, |out| {
        logical(p.logical, out);
    });
}

fn logical(logical: Option<Logical>, out: &mut impl Sink) {
    let Some(logical) = logical else { return };
    text("logicalType", logical.as_str(), out);
    if let Logical::Decimal { precision, scale } = logical {
        number("precision", precision, out);
        number("scale", scale, out);
    }
}

fn record(r: &Record, enclosing: Option<&str>, out: &mut impl Sink) {
    let inside = r.name.namespace.as_deref();
    object("record", &r.properties, out, |out| {
        heading(&r.name, enclosing, r.doc.as_deref(), &r.aliases, out);
        out.key("fields");
        out.open_array();
        r.fields.iter().for_each(|f| field(f, inside, out));
        out.close_array();
    });
}

fn field(f: &Field, enclosing: Option<&str>, out: &mut impl Sink) {
    out.open_object();
    text("name", &f.name, out);
    out.key("type");
    schema(&f.schema, enclosing, out);
    if let Some(default) = &f.default {
        out.key("default");
        out.value(default);
    }
    tail(f.doc.as_deref(), &f.aliases, out);
    if let Some(order) = f.order {
        text("order", order.as_str(), out);
    }
    properties(&f.properties, out);
    out.close_object();
}

fn enumeration(e: &Enum, enclosing: Option<&str>, out: &mut impl Sink) {
    object("enum", &e.properties, out, |out| {
        heading(&e.name, enclosing, e.doc.as_deref(), &e.aliases, out);
        texts("symbols", &e.symbols, out);
        if let Some(default) = &e.default {
            text("default", default, out);
        }
    });
}

fn fixed(f: &Fixed, enclosing: Option<&str>, out: &mut impl Sink) {
    object("fixed", &f.properties, out, |out| {
        heading(&f.name, enclosing, f.doc.as_deref(), &f.aliases, out);
        number("size", f.size, out);
        logical(f.logical, out);
    });
}
