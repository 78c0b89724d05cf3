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
    assert!(matches!(item, Item::Record(_)) || text.contains("enum"));
    let errors = lower::check(&item)
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
