//! Names of modules, records and enums: legal, and different from each other in every target.

use std::collections::{BTreeMap, HashSet};

use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::name::{
    is_avro_full_name, is_avro_name, is_avro_namespace, is_avro_primitive, is_plain_type,
    python_ident, rust_module, rust_type, upper_camel,
};
use crate::schema::{Enum, Module, Places, Profile, Schema, Type, full_name};

/// What a legal name is.
pub(super) const AVRO_NAME: &str = "a letter or _, then letters, digits and _";

/// A record or an enum, as far as its name goes.
struct Named<'a> {
    kind: &'static str,
    module: usize,
    name: &'a str,
    namespace: Option<&'a str>,
    /// Known to Python clients alone, which register one text for each record.
    old: bool,
    aliases: &'a [String],
    span: Span,
    places: &'a Places,
}

impl Named<'_> {
    fn full_name(&self) -> String {
        full_name(self.namespace, self.name)
    }
    fn alias_span(&self, index: usize) -> Span {
        self.places.alias(index, self.span)
    }
}

/// Records, then enums.
fn named(schema: &Schema) -> Vec<Named<'_>> {
    let records = schema.records.iter().map(|r| Named {
        kind: "record",
        module: r.module,
        name: &r.name,
        namespace: r.namespace.as_deref(),
        old: r.profile == Profile::PulsarRecord,
        aliases: &r.aliases,
        span: r.span,
        places: &r.places,
    });
    let old = old_enums(schema);
    let enums = schema.enums.iter().zip(old).map(|(e, old)| Named {
        kind: "enum",
        module: e.module,
        name: &e.name,
        namespace: e.namespace.as_deref(),
        old,
        aliases: &e.aliases,
        span: e.span,
        places: &e.places,
    });
    records.chain(enums).collect()
}

/// By enum, whether it is one of old Records: an enum has no profile, so who refers to it tells.
fn old_enums(schema: &Schema) -> Vec<bool> {
    let mut plain = vec![false; schema.enums.len()];
    let remembers = |e: &Enum| !e.pulsar.values.is_empty() || e.origin.is_some();
    let mut old: Vec<bool> = schema.enums.iter().map(remembers).collect();
    for record in &schema.records {
        let list = match record.profile {
            Profile::Plain => &mut plain,
            Profile::PulsarRecord => &mut old,
        };
        for field in &record.fields {
            if let Type::Enum(id) = field.ty.leaf() {
                list[id.0] = true;
            }
        }
    }
    old.into_iter()
        .zip(plain)
        .map(|(old, plain)| old && !plain)
        .collect()
}

pub(super) fn check(schema: &Schema, found: &mut Diagnostics) {
    let types = named(schema);
    modules(schema, found);
    for ty in &types {
        legal(ty, found);
        if !inherits(schema, ty) {
            namespace(ty.namespace, ty.places.namespace.or(ty.span), found);
        }
        alias_names(ty, found);
    }
    one_name_each(schema, &types, found);
    one_full_name_each(schema, &types, found);
    aliases(&types, found);
}

/// Whether the namespace is that of the module, where it has been checked.
fn inherits(schema: &Schema, ty: &Named<'_>) -> bool {
    schema.modules.get(ty.module).is_some_and(|module| {
        module.namespace.as_deref() == ty.namespace && module.namespace_span == ty.places.namespace
    })
}

/// No two modules may become one, and every part of a path must become an identifier.
fn modules(schema: &Schema, found: &mut Diagnostics) {
    let mut seen: BTreeMap<Vec<String>, &Module> = BTreeMap::new();
    for module in &schema.modules {
        let place = module.namespace_span.or(module.span);
        namespace(module.namespace.as_deref(), place, found);
        super::empty_text(module.doc.as_deref(), "doc", module.span, found);
        let mut idents = Vec::new();
        for part in &module.path {
            match rust_module(part).filter(|_| is_avro_name(part)) {
                Some(ident) => idents.push(ident),
                None => found.push(
                    Diagnostic::error(
                        module.span,
                        format!("the file or folder name {part:?} cannot be the name of a module"),
                        "a letter or _, then letters, digits and _, and none of self, super, crate and _",
                    )
                    .help("rename the file or folder"),
                ),
            }
        }
        if idents.len() != module.path.len() {
            continue;
        }
        let Some(other) = seen.insert(idents, module) else {
            continue;
        };
        let dotted = module.dotted();
        let (message, expected) = if other.path != module.path {
            let other = other.dotted();
            (
                format!("the modules {other:?} and {dotted:?} have one name in generated code"),
                "a file name that differs in more than case and separators",
            )
        } else if other.span.source == module.span.source {
            (
                format!("the module {dotted:?} is there twice"),
                "one module a path",
            )
        } else {
            // Who reads files knows what they are called, and says that two of them are one module.
            continue;
        };
        found.push(
            Diagnostic::error(module.span, message, expected).help("rename one of the files"),
        );
    }
}

/// Words that are types already.
fn is_type_word(name: &str) -> bool {
    let ours = [
        "date",
        "time_ms",
        "timestamp_ms",
        "timestamp_us",
        "uuid",
        "decimal",
    ];
    is_avro_primitive(name) || ours.contains(&name)
}

fn legal(ty: &Named<'_>, found: &mut Diagnostics) {
    let Named {
        kind, name, span, ..
    } = *ty;
    if is_plain_type(name) {
        return;
    }
    if !is_avro_name(name) {
        let mut wrong =
            Diagnostic::error(span, format!("{name:?} is no legal {kind} name"), AVRO_NAME);
        wrong.help = super::legal_form(name, upper_camel).map(|legal| format!("call it {legal:?}"));
        found.push(wrong);
    } else if is_type_word(name) {
        found.push(
            Diagnostic::error(
                span,
                format!("{name:?} is the name of a type already"),
                "a name that no type has",
            )
            .help(format!("call it {:?}, for instance", upper_camel(name))),
        );
    } else if rust_type(name).is_none() || python_ident(name).is_none() {
        found.push(
            Diagnostic::error(
                span,
                format!("no escape makes {name:?} the name of a Rust type"),
                "a name other than self, Self, super, crate and _",
            )
            .help("choose another name"),
        );
    }
}

fn namespace(namespace: Option<&str>, span: Span, found: &mut Diagnostics) {
    if let Some(text) = namespace
        && !is_avro_namespace(text)
    {
        let help = if text.is_empty() {
            "leave `namespace` out"
        } else {
            "write it like \"acme.orders\""
        };
        found.push(
            Diagnostic::error(
                span,
                format!("{text:?} is no legal namespace"),
                "names of letters, digits and _ with dots between them",
            )
            .help(help),
        );
    }
}

/// Types of one module need names of their own in Rust; on some systems their files need more.
fn one_name_each(schema: &Schema, types: &[Named<'_>], found: &mut Diagnostics) {
    let mut lower = HashSet::with_capacity(types.len());
    let differs = |ty: &Named<'_>| {
        is_plain_type(ty.name) && lower.insert((ty.module, ty.name.to_ascii_lowercase()))
    };
    if types.iter().all(differs) {
        return;
    }
    let mut seen: BTreeMap<(usize, String), &str> = BTreeMap::new();
    let mut files: BTreeMap<(usize, String), &str> = BTreeMap::new();
    for ty in types {
        let (module, name) = (ty.module, ty.name);
        let file = files.insert((module, name.to_lowercase()), name);
        let Some(ident) = rust_type(name) else {
            continue;
        };
        if let Some(other) = seen.insert((module, ident.clone()), name) {
            let message = if other == name {
                format!(
                    "{name:?} is defined twice in {:?}",
                    schema.modules[module].dotted()
                )
            } else {
                format!("{other:?} and {name:?} are both `{ident}` in Rust")
            };
            found.push(
                Diagnostic::error(
                    ty.span,
                    message,
                    "a name that nothing else in this file has",
                )
                .help("rename one of the two, or move it to another file"),
            );
        } else if let Some(other) = file {
            found.push(
                Diagnostic::warning(
                    ty.span,
                    format!("{other:?} and {name:?} differ only in case"),
                    "a name that differs in more than case",
                )
                .help("where file names ignore case, their schema files would be one"),
            );
        }
    }
}

/// No two named types may have one Avro full name, but for those of old Records in different modules: what
/// is registered is one text for each record. Where one text has both, the profile's rules say so.
fn one_full_name_each<'n>(schema: &Schema, types: &[Named<'n>], found: &mut Diagnostics) {
    let mut names = HashSet::with_capacity(types.len());
    let differs = |ty: &Named<'n>| {
        let namespace = ty.namespace.filter(|namespace| !namespace.is_empty());
        is_plain_type(ty.name) && names.insert((namespace, ty.name))
    };
    if types.iter().all(differs) {
        return;
    }
    let mut seen: BTreeMap<String, (usize, bool)> = BTreeMap::new();
    let path = |module: usize| schema.modules.get(module).map(|m| &m.path);
    for ty in types {
        // Its namespace may be in the part that could not be read.
        if ty.namespace.is_none() && super::is_partial(schema, ty.module) {
            continue;
        }
        match seen.insert(ty.full_name(), (ty.module, ty.old)) {
            // One module was reported by the name alone, and two of one path for themselves.
            Some((module, old)) if path(module) != path(ty.module) && !(old && ty.old) => found
                .push(
                    Diagnostic::error(
                        ty.span,
                        format!(
                            "{:?} is the Avro name of two types, in {:?} and in {:?}",
                            ty.full_name(),
                            schema.modules[module].dotted(),
                            schema.modules[ty.module].dotted()
                        ),
                        "a full name that no other type has",
                    )
                    .help("rename one, or give one of them (or its file) another `namespace`"),
                ),
            _ => {}
        }
    }
}

fn alias_names(ty: &Named<'_>, found: &mut Diagnostics) {
    for (at, alias) in ty.aliases.iter().enumerate() {
        if !is_avro_full_name(alias) {
            found.push(
                Diagnostic::error(
                    ty.alias_span(at),
                    format!("the alias {alias:?} is no legal name"),
                    AVRO_NAME,
                )
                .help("write the former name, with its namespace in front if that was another"),
            );
        }
    }
}

/// An alias must lead to one type.
fn aliases(types: &[Named<'_>], found: &mut Diagnostics) {
    if types.iter().all(|ty| ty.aliases.is_empty()) {
        return;
    }
    let names: BTreeMap<String, &Named<'_>> = types.iter().map(|ty| (ty.full_name(), ty)).collect();
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for ty in types {
        for (at, alias) in ty.aliases.iter().enumerate() {
            let full = if alias.contains('.') {
                alias.clone()
            } else {
                full_name(ty.namespace, alias)
            };
            let message = if full == ty.full_name() {
                format!("{:?} has its own name as an alias", ty.name)
            } else if let Some(other) = names.get(&full) {
                format!(
                    "the alias {alias:?} of {:?} is the name of the {} {:?}",
                    ty.name, other.kind, other.name
                )
            } else if let Some(other) = seen.get(&full) {
                format!(
                    "the alias {alias:?} of {:?} is an alias of {other:?} already",
                    ty.name
                )
            } else {
                seen.insert(full, ty.name);
                continue;
            };
            found.push(
                Diagnostic::error(
                    ty.alias_span(at),
                    message,
                    "aliases that nothing else is called",
                )
                .help("remove the alias"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Sample, field};
    use crate::schema::{EnumId, Field, Module, Profile, RecordId, Type};

    #[test]
    fn names_are_legal() {
        Sample::new().record("Fine_1", vec![]).is_clean();
        Sample::new()
            .record("my-record", vec![])
            .has_error("\"my-record\" is no legal record name");
        Sample::new()
            .record("string", vec![])
            .has_error("name of a type already");
        Sample::new()
            .enumeration("uuid", &["A"], |_| {})
            .has_error("name of a type already");
        Sample::new()
            .record("Self", vec![])
            .has_error("no escape makes \"Self\"");
        Sample::new()
            .record("_", vec![])
            .has_error("no escape makes \"_\"");
        Sample::new()
            .record("R", vec![])
            .last(|r| r.namespace = Some("a..b".into()))
            .has_error("namespace");
        Sample::new()
            .record("R", vec![])
            .last(|r| r.namespace = Some(String::new()))
            .has_error("namespace");
        Sample::new()
            .record("R", vec![])
            .last(|r| r.aliases = vec!["a-b".into()])
            .has_error("the alias \"a-b\"");
    }

    #[test]
    fn names_differ_also_after_case_conversion() {
        Sample::new()
            .record("A", vec![])
            .enumeration("A", &["X"], |_| {})
            .has_error("defined twice");
        Sample::new()
            .record("FooBar", vec![])
            .record("foo_bar", vec![])
            .has_error("both `FooBar` in Rust");
        Sample::new()
            .record("FooBar", vec![])
            .record("Foobar", vec![])
            .has_warning("differ only in case");
    }

    fn two_modules(first: &str, second: &str) -> Sample {
        let mut sample = Sample::new();
        sample.schema.modules[0].path = vec![first.into()];
        sample.schema.modules.push(Module {
            path: vec![second.into()],
            ..Default::default()
        });
        sample
    }

    #[test]
    fn modules_have_names_of_their_own() {
        two_modules("text", "text_2").is_clean();
        two_modules("Completion", "completion").has_error("one name in generated code");
        two_modules("a", "a").has_error("is there twice");
        two_modules("a", "self").has_error("\"self\" cannot be the name of a module");
        for name in ["", "a b", "a.b", "a-b", "1a", "é", "…"] {
            two_modules("a", name).has_error("cannot be the name of a module");
        }
    }

    #[test]
    fn full_names_are_unique() {
        let sample = two_modules("a", "b")
            .record("R", vec![])
            .record("R", vec![])
            .last(|r| r.module = 1);
        sample.has_error("\"R\" is the Avro name of two types, in \"a\" and in \"b\"");
        sample.last(|r| r.namespace = Some("x".into())).is_clean();
        // An empty namespace is none.
        let messages = two_modules("a", "b")
            .record("R", vec![])
            .record("R", vec![])
            .last(|r| (r.module, r.namespace) = (1, Some(String::new())))
            .messages();
        assert!(messages[1].contains("\"R\" is the Avro name of two types"));
    }

    #[test]
    fn old_records_of_different_modules_may_have_one_full_name() {
        let sample = || {
            two_modules("a", "b")
                .old_record("R", vec![])
                .old_record("R", vec![])
                .last(|r| r.module = 1)
        };
        sample().is_clean();
        sample()
            .last(|r| r.profile = Profile::Plain)
            .has_error("\"R\" is the Avro name of two types");
        sample()
            .last(|r| r.module = 0)
            .has_error("\"R\" is defined twice");
        let to = |id| field("it", Type::Record(RecordId(id)));
        let both = vec![
            to(0),
            Field {
                name: "other".into(),
                ..to(1)
            },
        ];
        sample()
            .old_record("Both", both)
            .has_warning("says \"R\", which is another type of that name there");
    }

    #[test]
    fn old_enums_of_different_modules_may_have_one_full_name() {
        let sample = |user: Profile| {
            two_modules("a", "b")
                .enumeration("E", &["A"], |_| {})
                .enumeration("E", &["B"], |e| e.module = 1)
                .old_record("First", vec![field("it", Type::Enum(EnumId(0)))])
                .record("Second", vec![field("it", Type::Enum(EnumId(1)))])
                .last(|r| r.profile = user)
        };
        sample(Profile::PulsarRecord).is_clean();
        sample(Profile::Plain).has_error("\"E\" is the Avro name of two types");
        two_modules("a", "b")
            .old_record("E", vec![])
            .enumeration("E", &["A"], |e| e.module = 1)
            .old_record("User", vec![field("it", Type::Enum(EnumId(0)))])
            .is_clean();
    }

    #[test]
    fn aliases_lead_to_one_type() {
        let aliases = |of_a: &[&str], of_b: &[&str]| {
            let owned = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
            Sample::new()
                .record("A", vec![])
                .last(|r| r.aliases = owned(of_a))
                .record("B", vec![])
                .last(|r| r.aliases = owned(of_b))
        };
        aliases(&["Old", "x.Old"], &["y.Old"]).is_clean();
        aliases(&["A"], &[]).has_error("its own name");
        aliases(&["B"], &[]).has_error("is the name of the record \"B\"");
        aliases(&["Old"], &["Old"]).has_error("an alias of \"A\" already");
        aliases(&["Old", "Old"], &[]).has_error("an alias of \"A\" already");
    }
}
