use super::*;

fn field(ty: &str) -> FieldDefinition {
    FieldDefinition {
        ty: ty.into(),
        ..FieldDefinition::default()
    }
}

fn with(ty: &str, default: &str, nullable: bool) -> FieldDefinition {
    FieldDefinition {
        default: Some(default.into()),
        nullable,
        ..field(ty)
    }
}

fn apply(rules: &[&str], place: &str, definition: FieldDefinition) -> Result<Tightened, String> {
    let mut rules = Rules::parse(rules).map_err(|e| e[0].to_string())?;
    let parts: Vec<&str> = place.rsplitn(3, '.').collect();
    let [field, record, module] = parts[..] else {
        panic!("{place}");
    };
    rules
        .apply(module, record, field, definition)
        .map_err(|e| e.to_string())
}

/// `keys` of the field now.
fn keys(rule: &str, definition: FieldDefinition) -> String {
    let tightened = apply(&[rule], "m.A.b", definition).unwrap();
    tightened.field.keys()
}

#[test]
fn each_presence_is_tightened() {
    assert_eq!(keys("A.b=required", field("string?")), "type = \"string\"");
    assert_eq!(
        keys("A.b=required", with("boolean", "false", true)),
        "type = \"boolean\""
    );
    assert_eq!(
        keys("A.b=default:x", field("string?")),
        "type = \"string\", default = \"x\", nullable = true"
    );
    assert_eq!(
        keys("A.b=default:x", field("string")),
        "type = \"string\", default = \"x\""
    );
    assert_eq!(
        keys("A.b=default:true", with("boolean", "false", true)),
        "type = \"boolean\", default = true, nullable = true"
    );
    let former = apply(&["A.b=required"], "m.A.b", field("int?"))
        .unwrap()
        .former;
    assert_eq!(former, Some(field("int?")));
    for same in [
        ("A.b=required", field("int")),
        ("A.b=default:1", with("int", "1", true)),
    ] {
        let tightened = apply(&[same.0], "m.A.b", same.1.clone()).unwrap();
        assert_eq!((tightened.former, tightened.field), (None, same.1));
    }
}

#[test]
fn values_are_read_by_the_type() {
    let default = |ty: &str, text: &str| {
        let tightened = apply(&[&format!("A.b=default:{text}")], "m.A.b", field(ty))?;
        Ok::<_, String>(tightened.field.default.unwrap_or_default())
    };
    for (ty, text, toml) in [
        ("string?", "", "\"\""),
        ("string?", "a \"b\" = :\n", r#""a \"b\" = :\n""#),
        ("bytes?", "hi", "\"hi\""),
        ("int?", "-3", "-3"),
        ("double?", "1.5", "1.5"),
        ("boolean?", "true", "true"),
        ("array<string>?", r#"["a", "b"]"#, r#"["a", "b"]"#),
        ("map<array<int>>?", r#"{"a b": [1]}"#, r#"{ "a b" = [1] }"#),
        ("Part?", r#"{"x": 1}"#, "{ x = 1 }"),
        ("array<Part>?", "[]", "[]"),
        (
            "uuid?",
            "00000000-0000-4000-8000-000000000001",
            "\"00000000-0000-4000-8000-000000000001\"",
        ),
    ] {
        assert_eq!(default(ty, text).unwrap(), toml, "{ty} {text}");
    }
    for (ty, text, told) in [
        ("int?", "x", "JSON"),
        ("int?", "3000000000", "m.A.b (int)"),
        ("int?", "1.0", "m.A.b (int)"),
        ("array<string>?", "[1]", "m.A.b (array<string>)"),
        ("array<Part>?", "{}", "is no array"),
        ("Part?", "[]", "is no object"),
        ("boolean?", "False", "JSON"),
        ("map<Part?>?", r#"{"a": null}"#, "it holds null"),
        ("uuid?", "x", "m.A.b (uuid)"),
    ] {
        let error = default(ty, text).unwrap_err();
        assert!(
            error.starts_with(&format!("--tighten A.b=default:{text}: ")),
            "{error}"
        );
        assert!(error.contains(told), "{error}");
    }
    let color = || FieldDefinition {
        symbols: Some(vec!["RED".into(), "GREEN".into()]),
        ..field("Color?")
    };
    assert!(keys("A.b=default:RED", color()).contains("default = \"RED\""));
    let error = apply(&["A.b=default:GREN"], "m.A.b", color()).unwrap_err();
    assert!(error.ends_with("did you mean `GREEN`?"), "{error}");
}

#[test]
fn the_most_specific_rule_wins() {
    let rules = [
        "*.*=required",
        "A.*=default:a",
        "A.b=default:b",
        "x.y.A.b=default:c",
    ];
    for (place, expected) in [
        ("m.Other.z", "type = \"string\""),
        (
            "m.A.z",
            "type = \"string\", default = \"a\", nullable = true",
        ),
        (
            "m.A.b",
            "type = \"string\", default = \"b\", nullable = true",
        ),
        (
            "w.x.y.A.b",
            "type = \"string\", default = \"c\", nullable = true",
        ),
        (
            "xx.y.A.b",
            "type = \"string\", default = \"b\", nullable = true",
        ),
    ] {
        for _ in 0..2 {
            let mut rules = rules.to_vec();
            rules.rotate_left(1);
            let tightened = apply(&rules, place, field("string?")).unwrap();
            assert_eq!(tightened.field.keys(), expected, "{place}");
        }
    }
}

#[test]
fn rules_of_one_rank_must_agree() {
    let error = apply(
        &["A.*=required", "*.b=default:x"],
        "m.A.b",
        field("string?"),
    )
    .unwrap_err();
    assert!(error.contains("fits m.A.b just as well"), "{error}");
    assert!(error.contains("write a rule for `A.b`"), "{error}");
    assert!(
        apply(
            &["A.b=required", "A.b=default:x"],
            "m.A.b",
            field("string?")
        )
        .is_err()
    );
    assert!(
        apply(
            &["m.A.*=required", "A.b=default:x"],
            "m.A.b",
            field("string?")
        )
        .is_err()
    );
    for rules in [
        &["A.*=required", "*.b=required"][..],
        &["A.*=required", "*.b=default:x", "A.b=required"],
        &["*.b=default:x", "A.*=default:x", "*.*=required"],
    ] {
        assert!(apply(rules, "m.A.b", field("string?")).is_ok(), "{rules:?}");
    }
}

#[test]
fn rules_that_fit_nothing_are_told() {
    let mut rules =
        Rules::parse(&["Ordr.id=required", "*.nam=required", "Order.id=required"]).unwrap();
    for name in ["id", "name"] {
        rules.apply("m", "Order", name, field("string?")).unwrap();
    }
    let errors = rules.finish().unwrap_err();
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        [
            "--tighten Ordr.id=required: no field fits it; did you mean `Order.id`?",
            "--tighten *.nam=required: no field fits it; did you mean `*.name`?",
        ]
    );
    assert!(Rules::default().finish().is_ok());
}

#[test]
fn what_is_no_rule_is_told() {
    for text in [
        "",
        "A.b",
        "b=required",
        "A.b=",
        "A.b=optional",
        "A.b=default",
        "A b.c=required",
        "*.A.b=required",
        "..=required",
    ] {
        let errors = Rules::parse(&[text]).unwrap_err();
        assert_eq!(errors[0].rule, text);
        assert!(
            errors[0].to_string().contains("Class.field=required"),
            "{text}"
        );
    }
    assert_eq!(Rules::parse(&["a", "b"]).unwrap_err().len(), 2);
    assert!(Rules::parse(&[" A . b = required "]).is_ok());
}

#[test]
fn a_text_may_be_given_as_json() {
    for (given, default) in [
        ("q", "\"q\""),
        ("\"q\"", "\"q\""),
        ("\"\"", "\"\""),
        ("", "\"\""),
        (r#""a\u0062\"""#, "\"ab\\\"\""),
        ("\"null\"", "\"null\""),
        (r#""half"#, r#""\"half""#),
        (r#""a" and "b""#, r#""\"a\" and \"b\"""#),
    ] {
        assert_eq!(
            keys(&format!("A.b=default:{given}"), field("string?")),
            format!("type = \"string\", default = {default}, nullable = true")
        );
    }
    let color = FieldDefinition {
        symbols: Some(vec!["RED".into()]),
        ..field("Color?")
    };
    assert!(keys("A.b=default:\"RED\"", color).contains("default = \"RED\""));
}

#[test]
fn null_is_no_default() {
    for ty in ["string?", "long?", "array<string>?", "Other?"] {
        let error = apply(&["A.b=default:null"], "m.A.b", field(ty)).unwrap_err();
        assert!(error.contains("leave the field optional"), "{ty}: {error}");
    }
}

#[test]
fn rules_that_change_nothing_are_told() {
    let mut rules = Rules::parse(&["A.b=required", "A.*=default:1", "A.c=required"]).unwrap();
    for (name, ty) in [("b", "int"), ("c", "int?")] {
        rules.apply("m", "A", name, field(ty)).unwrap();
    }
    let idle = rules.idle();
    let idle: Vec<(&str, &str)> = idle.iter().map(|(rule, why)| (&**rule, *why)).collect();
    assert_eq!(
        idle,
        [
            ("A.b=required", "every field that it fits is so already"),
            (
                "A.*=default:1",
                "a more specific rule counts for every field that it fits"
            ),
        ]
    );
}
