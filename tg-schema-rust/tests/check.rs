//! What the macro can know of one item.

use proc_macro2::TokenStream;
use tg_schema_model::{Severity, SourceId, Span};
use tg_schema_rust::item::Item;
use tg_schema_rust::{lower, read};

/// Messages of all problems of an item.
fn check(attribute: &str, text: &str) -> Vec<String> {
    let input: syn::Item = syn::parse_str(text).expect("an item");
    let attribute: TokenStream = attribute.parse().expect("tokens");
    let mut places = 0;
    let mut place = |_| {
        places += 1;
        Span::new(SourceId(0), places..places + 1)
    };
    let item = read::item(&input, attribute, &mut place)
        .expect("readable")
        .item;
    said(&item, text)
}

/// Messages of all problems that are found in what could be read of a wrong item, those of reading first.
fn check_partial(attribute: &str, text: &str) -> Vec<String> {
    let input: syn::Item = syn::parse_str(text).expect("an item");
    let attribute: TokenStream = attribute.parse().expect("tokens");
    let (annotated, errors) = read::partial(&input, attribute, &mut |_| Span::NONE);
    assert!(!errors.is_empty(), "{text} is right");
    let mut messages: Vec<String> = errors.into_iter().map(|e| e.message).collect();
    let annotated = annotated.expect("a struct or enum");
    assert_eq!(annotated.types.len(), fields(&annotated.item));
    messages.extend(said(&annotated.item, text));
    messages
}

fn fields(item: &Item) -> usize {
    match item {
        Item::Record(record) => record.fields.len(),
        Item::Enum(_) => 0,
    }
}

fn said(item: &Item, text: &str) -> Vec<String> {
    assert!(matches!(item, Item::Record(_)) || text.contains("enum"));
    let errors = lower::check(item)
        .0
        .into_iter()
        .filter(|d| d.severity == Severity::Error);
    errors
        .map(|d| format!("{} {} {}", d.message, d.label, d.help.unwrap_or_default()))
        .collect()
}

#[test]
fn a_good_item_has_no_problems() {
    let text = "struct S { a: Other, b: Vec<Other>, c: Option<Box<S>>, #[tg(default = {x: 1})] d: Other, \
                #[tg(default = [])] e: Vec<a::b::Third>, #[tg(default = \"X\")] f: Kind }";
    assert_eq!(
        check("topic = \"q1/tg/flow/x\", reserved(\"z\")", text),
        Vec::<String>::new()
    );
    assert_eq!(
        check("profile = \"pulsar-record\"", "struct S { a: Other }"),
        Vec::<String>::new()
    );
    assert_eq!(
        check(
            "",
            "enum E { A, #[tg(default)] B, #[tg(unknown)] C(String) }"
        ),
        Vec::<String>::new()
    );
}

#[test]
fn defaults_must_fit() {
    for (default, ty) in [
        ("\"x\"", "i32"),
        ("1.0", "i64"),
        ("3000000000", "i32"),
        ("1", "bool"),
        ("[1, \"x\"]", "Vec<i32>"),
        ("{ a: 1 }", "Vec<i32>"),
        ("[{ a: 1 }, 3]", "Vec<BTreeMap<String, i32>>"),
        ("\"2026-02-30\"", "Date"),
        ("\"!\"", "Vec<u8>"),
        ("nan", "f64"),
        ("null", "i32"),
    ] {
        let problems = check(
            "",
            &format!("struct S {{ #[tg(default = {default})] a: {ty} }}"),
        );
        assert_eq!(problems.len(), 1, "{default} in {ty}: {problems:?}");
        assert!(
            problems[0].starts_with("the default of `a` does not fit"),
            "{problems:?}"
        );
    }
}

#[test]
fn the_rules_of_the_model_hold() {
    for (attribute, text) in [
        ("name = \"no-name\"", "struct S { a: i32 }"),
        ("namespace = \"a..b\"", "struct S { a: i32 }"),
        ("", "struct S { #[tg(rename = \"9\")] a: i32 }"),
        ("", "struct S { a: i32, #[tg(rename = \"a\")] b: i32 }"),
        ("", "struct S { a: i32, #[tg(alias = \"a\")] b: i32 }"),
        ("reserved(\"a\")", "struct S { a: i32 }"),
        ("", "struct S { a: Box<S> }"),
        ("", "enum E { A, #[tg(rename = \"A\")] B }"),
        ("", "enum E { #[tg(rename = \"a-b\")] B }"),
    ] {
        assert!(!check(attribute, text).is_empty(), "{attribute} {text}");
    }
}

#[test]
fn what_is_not_understood_hides_nothing_else() {
    let text = "struct S { a: u64, #[tg(default = \"x\")] b: i32, #[tg(rename = \"a\")] c: i32, \
                #[tg(default = concat!(\"a\"))] d: String, #[tg(default = 1.5)] e: i64, \
                #[tg(default = MAX, alias = \"c-d\")] f: usize }";
    let problems = check_partial("namespace = \"a..b\", colour = 1", text);
    for (part, times) in [
        ("has no setting `colour`", 1),
        ("`u64` has no wire form", 1),
        ("`usize` has no wire form", 1),
        ("this is not a default", 2),
        ("is no legal namespace", 1),
        ("the default of `b` does not fit", 1),
        ("the default of `e` does not fit", 1),
        ("two fields \"a\"", 1),
        ("\"c-d\" is no legal alias", 1),
    ] {
        let found = problems.iter().filter(|p| p.contains(part)).count();
        assert_eq!(found, times, "{part}: {problems:#?}");
    }
    assert_eq!(problems.len(), 10, "{problems:#?}");
}

#[test]
fn what_is_not_understood_breaks_no_rule() {
    for (attribute, text) in [
        ("", "struct S { #[tg(default, nullable)] a: u64 }"),
        ("", "struct S { #[tg(default = 1)] a: Option<u64> }"),
        (
            "",
            "struct S { #[tg(encoding = \"utf8\")] a: &'static [u8] }",
        ),
        ("", "struct S { #[tg(encoding = \"utf8\")] a: String }"),
        ("default", "struct S { #[tg(default = MAX)] a: i32 }"),
        ("default", "struct S { a: u8 }"),
        ("", "struct S { #[tg(default = MAX)] a: Box<S> }"),
        (
            "profile = \"pulsar\", sorted_fields",
            "struct S { #[tg(required)] a: Other }",
        ),
        ("name = \"T\"", "struct S(i32);"),
        ("", "struct S;"),
        ("", "struct S<T> { a: i32 }"),
        ("", "enum E { A(i32) }"),
        ("", "enum E { A { a: i32 }, B }"),
        ("values(1, 2)", "enum E { A, B, C(String) }"),
        ("values(1)", "enum E { A, B }"),
        ("values(1)", "enum E { #[tg(value = 2)] A }"),
        ("", "enum E { #[tg(value = 2)] A, B }"),
    ] {
        let problems = check_partial(attribute, text);
        assert_eq!(problems.len(), 1, "{attribute} {text}: {problems:?}");
    }
}

#[test]
fn a_default_cannot_contain_itself() {
    let circles = |text: &str| {
        let problems = check("", text);
        let circle = |p: &String| p.starts_with("the default contains itself");
        assert!(problems.iter().all(circle), "{text}: {problems:?}");
        problems.len()
    };
    for (text, expected) in [
        ("struct S { #[tg(default = [{}])] n: Vec<S> }", 1),
        ("struct S { #[tg(default = [{}])] n: Vec<Self> }", 1),
        (
            "struct S { #[tg(default = [{ n: null }])] n: Vec<self::S> }",
            1,
        ),
        (
            "struct S { #[tg(default = [{ x: [] }])] x: Vec<S>, #[tg(default = [{ x: [] }])] a: Vec<S> }",
            1,
        ),
        (
            "struct S { #[tg(default = { a: [{ x: 1 }] })] n: HashMap<String, Vec<Option<Box<S>>>> }",
            1,
        ),
        (
            "struct S { #[tg(default = [{ b: [] }])] a: Vec<S>, #[tg(default = [{ a: [] }])] b: Vec<S> }",
            2,
        ),
        (
            "struct S { #[tg(default = [{ a: [], b: [] }])] a: Vec<S>, #[tg(default = [{ a: [], b: [] }])] b: Vec<S> }",
            0,
        ),
        (
            "struct S { #[tg(default = [{}])] a: Vec<S>, #[tg(default = [{ b: [] }])] b: Vec<S> }",
            2,
        ),
        (
            "struct S { #[tg(default = [{ old: [] }], alias = \"old\")] n: Vec<S> }",
            0,
        ),
        (
            "struct S { #[tg(default = [{ n: [] }, { n: [{ n: [] }] }])] n: Vec<S> }",
            0,
        ),
        ("struct S { #[tg(default = [{ n: [{}] }])] n: Vec<S> }", 1),
        (
            "struct S { #[tg(default = [])] n: Vec<S>, #[tg(default = [{}])] m: Vec<S> }",
            1,
        ),
        (
            "struct S { #[tg(default = [{ m: [] }])] m: Vec<S>, #[tg(default)] n: Vec<S> }",
            0,
        ),
        (
            "struct S { #[tg(default = [{}])] n: Vec<other::S>, m: Option<Box<S>> }",
            0,
        ),
    ] {
        assert_eq!(circles(text), expected, "{text}");
    }
}
