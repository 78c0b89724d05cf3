//! A whole schema as Rust files: one a module, and a root that puts them into a tree of inline modules,
//! so that the result can be included anywhere.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

use super::lift::{Lifting, module_ident, path};
use super::text::{SKIP, Text, quoted};
use super::{Traits, item};
use crate::item::Options;
use tg_schema_model::composition::float_free;
use tg_schema_model::{self as model, Schema};

/// How files are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileOptions {
    /// How items are written.
    pub options: Options,
}

/// Lints that generated code does not follow, of clippy's pedantic group too, and why.
const ALLOWED: &[(&str, &str)] = &[
    ("dead_code", "not every program uses every message"),
    ("deprecated", "implementations of a deprecated type name it"),
    ("non_snake_case", "a method is named after its field"),
    ("clippy::approx_constant", "a default is a number, not pi"),
    ("clippy::doc_markdown", "docs are the definition's words"),
    ("clippy::elidable_lifetime_names", "one text for all types"),
    ("clippy::enum_variant_names", "names are the definition's"),
    (
        "clippy::excessive_precision",
        "a default is printed as it is",
    ),
    ("clippy::float_cmp", "a default is compared exactly"),
    ("clippy::large_enum_variant", "sizes are the definition's"),
    (
        "clippy::many_single_char_names",
        "names are the definition's",
    ),
    ("clippy::match_same_arms", "one arm a field or symbol"),
    ("clippy::module_inception", "module names are file names"),
    (
        "clippy::module_name_repetitions",
        "names are the definition's",
    ),
    ("clippy::must_use_candidate", "constructors are plain"),
    (
        "clippy::needless_pass_by_value",
        "setters keep what they take",
    ),
    (
        "clippy::pub_underscore_fields",
        "names are the definition's",
    ),
    ("clippy::similar_names", "names are the definition's"),
    ("clippy::single_match_else", "one text for all types"),
    (
        "clippy::struct_excessive_bools",
        "fields are the definition's",
    ),
    ("clippy::struct_field_names", "names are the definition's"),
    (
        "clippy::too_many_arguments",
        "new takes every required field",
    ),
    ("clippy::too_many_lines", "one function a record"),
    ("clippy::type_complexity", "types are the definition's"),
    (
        "clippy::unreadable_literal",
        "constants are printed plainly",
    ),
    ("clippy::upper_case_acronyms", "names are the definition's"),
    (
        "clippy::used_underscore_binding",
        "names are the definition's",
    ),
    ("clippy::wildcard_in_or_patterns", "one text for all types"),
];

/// All files: paths below the output folder and their text.
pub fn files(schema: &Schema, options: &FileOptions) -> Vec<(String, String)> {
    let files = Files::new(schema, options);
    let mut bound = Bound::default();
    for piece in files.pieces() {
        bound.add(&piece, files.text(&piece));
    }
    files.bind(bound)
}

/// Some of the items of a module.
#[derive(Clone, Debug)]
pub struct Piece {
    module: usize,
    items: Range<usize>,
    /// Items of the whole module.
    of: usize,
}

impl Piece {
    /// How many items are in it.
    pub fn size(&self) -> usize {
        self.items.len()
    }
}

/// A large module is written in so many pieces, each of which has at least so many items.
const PIECES: usize = 16;
const LEAST: usize = 32;

/// About the bytes that the text of an item takes.
const USUAL_TEXT: usize = 3584;

/// The texts of modules, from those of their pieces.
#[derive(Debug, Default)]
pub struct Bound {
    /// By module.
    texts: BTreeMap<usize, String>,
}

impl Bound {
    /// Adds the text of the next piece. Those of a module come in their order.
    pub fn add(&mut self, piece: &Piece, text: String) {
        match self.texts.entry(piece.module) {
            Entry::Vacant(place) => {
                place.insert(text);
            }
            Entry::Occupied(mut place) => {
                let whole = place.get_mut();
                let sum = whole.len() + text.len();
                // Room for all that is to come is made once, by what came until now.
                if whole.capacity() < sum {
                    let all = sum.div_ceil(piece.items.end.max(1)) * piece.of;
                    whole.reserve_exact((all + all / 64).saturating_sub(whole.len()));
                }
                whole.push_str(&text);
            }
        }
    }
}

/// The file that puts the modules into a tree.
const ROOT: &str = "mod.rs";

/// File of a module. One that would take the place of the root (in a file system that does not tell `Mod`
/// from `mod` either) gets an underscore, and another as long as that is taken.
fn file_of(schema: &Schema, m: usize) -> String {
    let path = &schema.modules[m].path;
    let mut stem = path.join("/");
    let taken = |name: &str| {
        schema
            .modules
            .iter()
            .any(|o| o.path.len() == 1 && o.path[0].eq_ignore_ascii_case(name))
    };
    if format!("{stem}.rs").eq_ignore_ascii_case(ROOT) {
        stem.push('_');
        while taken(&stem) {
            stem.push('_');
        }
    }
    format!("{stem}.rs")
}

/// The files of a schema, in pieces that can be written at the same time.
pub struct Files<'s> {
    schema: &'s Schema,
    lifting: Lifting<'s>,
    /// By record: no float anywhere inside.
    eq: Vec<bool>,
    options: &'s Options,
}

impl<'s> Files<'s> {
    /// What all pieces are written from.
    pub fn new(schema: &'s Schema, options: &'s FileOptions) -> Self {
        Files {
            schema,
            lifting: Lifting::of(schema),
            eq: float_free(schema),
            options: &options.options,
        }
    }

    /// The pieces of all modules, in their order.
    pub fn pieces(&self) -> Vec<Piece> {
        let of_module = |(module, count): (usize, usize)| {
            let size = count.div_ceil(PIECES).max(LEAST);
            let starts = (0..count.max(1)).step_by(size);
            starts.map(move |start| Piece {
                module,
                items: start..(start + size).min(count),
                of: count,
            })
        };
        let counts = self.schema.modules.iter().map(|m| m.items.len());
        counts.enumerate().flat_map(of_module).collect()
    }

    /// The text of a piece. The topics of a module stand behind its last item.
    pub fn text(&self, piece: &Piece) -> String {
        let module = &self.schema.modules[piece.module];
        let items = piece.items.clone();
        let mut t = Text::with_room(items.len() * USUAL_TEXT);
        if items.start == 0 {
            t.put(&[
                "// Generated by tg-schema from the definitions of `",
                &module.dotted(),
                "`. Do not edit.",
            ]);
        }
        for id in module.items.get(items.clone()).unwrap_or_default() {
            let Some(lifted) = self.lifting.item(id) else {
                continue;
            };
            let traits = Traits {
                eq: matches!(id, model::Item::Record(id) if self.eq[id.0]),
            };
            t.blank();
            item(&mut t, &lifted, self.options, traits);
        }
        if items.end == module.items.len() {
            for item in &module.items {
                if let model::Item::Topic(i) = item {
                    self.topic(&mut t, piece.module, &self.schema.topics[*i]);
                }
            }
        }
        t.out
    }

    /// The texts of the modules and the root as files, in the order of their paths.
    pub fn bind(self, bound: Bound) -> Vec<(String, String)> {
        let of_module = |(module, text)| (file_of(self.schema, module), text);
        let mut out: BTreeMap<_, _> = bound.texts.into_iter().map(of_module).collect();
        out.insert(ROOT.to_owned(), root_text(self.schema));
        out.into_iter().collect()
    }

    fn topic(&self, t: &mut Text, m: usize, topic: &model::TopicDefinition) {
        t.blank();
        match topic.doc.as_deref().filter(|d| !d.trim().is_empty()) {
            Some(doc) => t.doc(doc),
            None => t.doc(&format!("The topic `{}`.", topic.address)),
        }
        let record = self.schema.record(topic.record);
        let ty = format!("{}::TopicOf", self.options.crate_path);
        let name = model::name::rust_constant(&topic.name).unwrap_or_else(|| topic.name.clone());
        let of = path(self.schema, m, record.module, &record.name);
        let legacy = quoted(topic.legacy.as_deref().unwrap_or(""));
        let fields = [
            format!("address: {}", quoted(&topic.address.to_string())),
            format!("legacy: {legacy}"),
            "message: ::core::marker::PhantomData".to_owned(),
        ];
        let declared = format!("pub const {name}: {ty}<{of}> =");
        if t.fits(&format!("{declared} {ty} {{  ")) {
            t.literal(&format!("{declared} {ty}"), &fields, ";");
        } else {
            if !t.fits(&declared) {
                t.line(SKIP);
            }
            t.line(declared);
            t.deeper(|t| t.literal(&ty, &fields, ";"));
        }
    }
}

/// A folder or file of the tree of modules.
#[derive(Default)]
struct Node<'a> {
    children: BTreeMap<&'a str, Node<'a>>,
    module: Option<usize>,
}

fn root_text(schema: &Schema) -> String {
    let mut root = Node::default();
    for (m, module) in schema.modules.iter().enumerate() {
        let mut at = &mut root;
        for part in &module.path {
            at = at.children.entry(part).or_default();
        }
        at.module = Some(m);
    }
    let mut t = Text::at(0);
    t.line("// Generated by tg-schema. Do not edit: change the definitions and generate again.");
    t.line("//");
    t.line("// Include it where the modules should be: `include!(\"…/mod.rs\");`. It is clean under clippy and");
    t.line("// clippy::pedantic but for these lints:");
    for (lint, why) in ALLOWED {
        t.put(&["// - ", lint, ": ", why]);
    }
    for (name, node) in &root.children {
        t.blank();
        let mut inner = Vec::from([*name]);
        let doc = doc_of(schema, node, &inner);
        t.doc(&doc);
        t.block("#[allow(", ")]", |t| {
            for (i, (lint, _)) in ALLOWED.iter().enumerate() {
                t.put(&[lint, if i + 1 < ALLOWED.len() { "," } else { "" }]);
            }
        });
        module_tree(&mut t, schema, node, &mut inner);
    }
    t.out
}

fn doc_of(schema: &Schema, node: &Node<'_>, at: &[&str]) -> String {
    let doc = node.module.and_then(|m| schema.modules[m].doc.clone());
    doc.filter(|d| !d.trim().is_empty())
        .unwrap_or_else(|| format!("Definitions of `{}`.", at.join(".")))
}

fn module_tree<'a>(t: &mut Text, schema: &Schema, node: &Node<'a>, at: &mut Vec<&'a str>) {
    let name = at.last().copied().unwrap_or_default();
    t.block(format!("pub mod {} {{", module_ident(name)), "}", |t| {
        if let Some(m) = node.module {
            t.line(format!("include!({});", quoted(&file_of(schema, m))));
        }
        for (i, (name, child)) in node.children.iter().enumerate() {
            if i > 0 || node.module.is_some() {
                t.blank();
            }
            at.push(name);
            t.doc(&doc_of(schema, child, at));
            module_tree(t, schema, child, at);
            at.pop();
        }
    });
}
