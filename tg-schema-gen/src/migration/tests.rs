use std::collections::BTreeMap;

use tg_schema_model::shown::one_line;
use tg_schema_model::{Json, Severity, Verdict, json};

use super::*;
use crate::load::from_texts;

const DEFINITIONS: &str = include_str!("../../../tests/golden/migration/schemas/migrated.toml");

fn of(text: &str) -> Table {
    let name = "migrated.toml".to_owned();
    let loaded = from_texts(vec![(vec!["migrated".to_owned()], name, text.to_owned())]);
    let errors = loaded
        .diagnostics
        .0
        .iter()
        .filter(|d| d.severity == Severity::Error);
    let errors: Vec<String> = errors.map(|d| loaded.sources.render(d)).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    table(&loaded.schema)
}

/// A record in the profile with these fields, each with an origin.
fn fields(fields: &str) -> Table {
    of(&format!(
        "profile = \"pulsar-record\"\n[record.R]\norigin = \"a.py:1\"\n[record.R.fields]\n{fields}"
    ))
}

fn row<'t>(table: &'t Table, name: &str) -> &'t Row {
    let found = table.rows.iter().find(|row| match name.split_once('.') {
        Some((record, field)) => row.record == record && row.name == field,
        None => row.name == name && row.kind != Kind::Field,
    });
    found.unwrap_or_else(|| panic!("there is no row {name}"))
}

#[test]
fn verdicts_follow_from_what_the_old_class_did() {
    let table = of(DEFINITIONS);
    let verdict = |name: &str| row(&table, name).verdict;
    for name in [
        "Everything.text",
        "Everything.must",
        "Everything.tags",
        "Everything.both",
        "Everything.told",
        "Everything.flag",
        "Everything.long",
        "Everything.real",
        "Everything.data",
        "Everything.item",
        "Everything.fixed",
        "Everything.empty",
        "Everything.items",
        "Everything.nested",
        "Everything.color",
        "Everything.hostile",
        "Grown.name",
        "Item.name",
        "Item.sold",
        "Item.count",
        "Color",
        "items",
        "fresh",
    ] {
        assert_eq!(verdict(name), Verdict::Exact, "{name}");
    }
    for name in [
        "Everything.given",
        "Everything.theme",
        "Everything.colors",
        "Everything.default",
        "Everything._required",
        "Everything.python_type",
        "Grown.later",
        "Everything",
        "Broken",
        "Broken.schema",
        "Theme",
        "Tight.free",
    ] {
        assert_eq!(verdict(name), Verdict::Widened, "{name}");
    }
    for name in [
        "Everything.code",
        "Everything.some",
        "Tight.name",
        "Tight.word",
        "Tight.told",
        "Tight.flag",
        "Tight.item",
        "Tight.part",
        "asked",
        "kept",
    ] {
        assert_eq!(verdict(name), Verdict::Lossy, "{name}");
    }
    for name in ["Open.extra", "Open.known", "odd", "Made", "late"] {
        assert_eq!(verdict(name), Verdict::Manual, "{name}");
    }
    assert_eq!(table.rows.len(), 23 + 12 + 11 + 5);
}

#[test]
fn what_an_exact_row_says_is_refused_breaks_the_old_definition() {
    let table = of(DEFINITIONS);
    let mut told = 0;
    for row in table.rows.iter().filter(|row| row.kind == Kind::Field) {
        for sentence in row.reason.split_inclusive(". ") {
            let refused = sentence.contains("refused now") || sentence.contains("new ones refuse");
            let outside = sentence.starts_with("Not counted, since it breaks the old definition: ");
            assert_eq!(refused, outside, "{}: {sentence}", row.name);
            told += usize::from(outside);
        }
    }
    // Scalars and containers alike.
    for name in ["must", "tags", "long", "real"] {
        let row = row(&table, &format!("Everything.{name}"));
        assert_eq!(row.verdict, Verdict::Exact, "{name}");
        assert!(row.reason.contains("Not counted"), "{}", row.reason);
    }
    assert!(told > 8, "{told}");
}

#[test]
fn a_partition_becomes_its_topic_and_the_row_says_so() {
    let open = |legacy: &str| {
        format!(
            "[[unresolved]]\ntopic = \"t\"\nplace = \"a.py:1\"\nlegacy = \"{legacy}\"\nreason = \"no record\"\n"
        )
    };
    let table = of(&open("persistent://a/b/x-partition-3"));
    let found = row(&table, "t");
    assert_eq!(found.verdict, Verdict::Manual);
    assert_eq!(found.definition, "q1/a/b/x");
    assert_eq!(
        found.wire,
        "persistent://a/b/x-partition-3 → persistent://a/b/x"
    );
    assert!(
        found.reason.starts_with("Left open: no record. ")
            && found
                .reason
                .contains("is one partition, and q1/a/b/x the whole topic"),
        "{}",
        found.reason
    );
    // Nothing is said where the address stays.
    let table = of(&open("persistent://a/b/x"));
    let found = row(&table, "t");
    assert_eq!(found.wire, "unknown");
    assert_eq!(found.reason, "Left open: no record.");
    let table = of("[record.R.fields]\na = \"string\"\n\
         [topic.t]\nrecord = \"R\"\naddress = \"q1/a/b/x\"\nlegacy = \"a/b/x-partition-0\"\norigin = { place = \"a.py:1\" }");
    let found = row(&table, "t");
    assert_eq!(found.verdict, Verdict::Lossy);
    assert_eq!(found.wire, "a/b/x-partition-0 → persistent://a/b/x");
    assert!(
        found.reason.contains("is one partition"),
        "{}",
        found.reason
    );
}

#[test]
fn wire_changes_are_those_of_the_old_client() {
    let table = of(DEFINITIONS);
    let wire = |name: &str| row(&table, name).wire.as_str();
    assert_eq!(wire("Item.name"), "null → absent");
    assert_eq!(wire("Item.sold"), "none");
    assert_eq!(
        wire("Everything.item"),
        r#"unset: {"name":null,"sold":false,"count":null} → absent"#
    );
    assert_eq!(wire("Everything.must"), "null → refused");
    assert_eq!(wire("Everything.flag"), "none");
    assert_eq!(
        wire("Everything.color"),
        r#"null → absent; 1 → "RED", 2 → "GREEN", 3 → "BLUE", …"#
    );
    assert_eq!(wire("Theme"), r#""dark" → "DARK""#);
    assert_eq!(wire("Tight.word"), r#"null where nothing is set → """#);
    assert_eq!(
        wire("kept"),
        "non-persistent://shop/flow/kept → persistent://shop/flow/kept"
    );
}

#[test]
fn unset_sub_records_have_enums_by_value() {
    let table = of(r#"
profile = "pulsar-record"
[enum.Mode]
symbols = ["A", "B"]
pulsar = { values = [3, 4] }
[enum.Theme]
symbols = ["DARK"]
pulsar = { values = ["dark"] }
[enum.Bare]
symbols = ["X"]
[record.Tree]
origin = "w.py:7"
[record.Tree.fields]
mode = { type = "Mode", default = "B", nullable = true, origin = "w.py:8" }
modes = { type = "array<Mode>", default = ["A"], nullable = true, origin = "w.py:9" }
theme = { type = "map<Theme>", default = { k = "DARK" }, nullable = true, origin = "w.py:10" }
bare = { type = "Bare", default = "X", nullable = true, origin = "w.py:11" }
[record.Deep]
origin = "w.py:12"
[record.Deep.fields]
tree = { type = "Tree?", origin = "w.py:13" }
"#);
    assert_eq!(
        row(&table, "Deep.tree").wire,
        r#"unset: {"mode":4,"modes":[3],"theme":{"k":"dark"},"bare":"X"} → absent"#
    );
}

#[test]
fn types_are_those_of_the_targets() {
    let table = of(DEFINITIONS);
    let nested = row(&table, "Everything.nested");
    assert_eq!(nested.rust, "Option<BTreeMap<String, Vec<Item>>>");
    assert_eq!(nested.python, "dict[str, list[Item]] | None");
    assert_eq!(nested.definition, "map<array<Item>>?");
    let both = r#"["null",{"type":"map","values":{"type":"array","items":"shop.Item"}}]"#;
    assert_eq!(
        (nested.avro.as_str(), nested.registered.as_str()),
        (both, both)
    );
    let colors = row(&table, "Everything.colors");
    assert_eq!(
        colors.registered,
        r#"["null",{"type":"array","items":"enum"}]"#
    );
    let given = row(&table, "Everything.given");
    assert_eq!(given.default, r#"{"sold":false,"count":3}"#);
}

#[test]
fn what_has_no_origin_is_no_row() {
    let table = fields(
        "a = { type = \"string?\", origin = \"a.py:2\" }\n[record.S]\nfields.b = \"string?\"\n\
         [record.T]\norigin = \"a.py:9\"\nfields.c = \"int?\"\n[enum.E]\nsymbols = [\"A\"]",
    );
    assert_eq!(table.classes.len(), 2, "of T's fields nothing is known");
    let names: Vec<&str> = table.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["a"]);
    let loaded = from_texts(vec![(
        vec!["m".into()],
        "m.toml".into(),
        "[record.S]\nfields.b = \"int\"".into(),
    )]);
    assert!(!is_migrated(&loaded.schema) && files(&loaded.schema).is_empty());
    assert_eq!(super::table(&loaded.schema), Table::default());
}

#[test]
fn a_note_and_a_verdict_of_the_migration_count() {
    let table = fields(
        "a = { type = \"string?\", origin = { place = \"a.py:2\", verdict = \"lossy\", note = \"It was long\" } }\n\
         default = { type = \"string?\", origin = { place = \"a.py:3\", verdict = \"exact\" } }",
    );
    assert_eq!(row(&table, "R.a").verdict, Verdict::Lossy);
    assert!(row(&table, "R.a").reason.ends_with(" It was long."));
    assert_eq!(
        row(&table, "R.default").verdict,
        Verdict::Widened,
        "never below what is found"
    );
}

#[test]
fn texts_to_register_are_told_by_their_hashes() {
    let table = of(DEFINITIONS);
    let class = |name: &str| table.classes.iter().find(|c| c.name == name).expect(name);
    let empty = "{\n \"type\": \"record\",\n \"name\": \"Empty\",\n \"namespace\": \"shop\",\n \"fields\": []\n}";
    let hash = tg_schema_model::fingerprint::sha256(empty.as_bytes());
    let hash = tg_schema_model::fingerprint::hex(&hash);
    assert_eq!(class("Empty").sha256.as_deref(), Some(hash.as_str()));
    assert_eq!(
        (class("Empty").file.as_str(), class("Empty").line),
        ("shop/item.py", 9)
    );
    assert_eq!((class("Open").fields, class("Everything").fields), (2, 25));
    for (name, reason) in [
        ("Broken", "hides the method"),
        ("Open", "extra, known are left open"),
        ("Made", "left open: it is made"),
    ] {
        let class = class(name);
        assert_eq!(class.sha256, None);
        assert!(
            class.reason.as_deref().is_some_and(|r| r.contains(reason)),
            "{class:?}"
        );
    }
}

/// Every form has every row with every column.
#[test]
fn all_forms_say_the_same() {
    let table = of(DEFINITIONS);
    let document = json::parse(&table.render(Form::Json)).expect("JSON");
    let rows = document.get("rows").and_then(Json::as_array).expect("rows");
    assert_eq!(rows.len(), table.rows.len());
    let lines = csv::parse(&table.render(Form::Csv));
    assert_eq!(lines.len(), rows.len() + 1);
    let html = table.render(Form::Html);
    let body = html.split("<table id=\"rows\"").nth(1).expect("the rows");
    let html_rows: Vec<&str> = body.split("<tr>").skip(2).collect();
    assert_eq!(html_rows.len(), rows.len());
    let (text, markdown) = (table.render(Form::Text), table.render(Form::Markdown));
    for (at, row) in table.rows.iter().enumerate() {
        assert_eq!(html_rows[at].matches("<td>").count(), COLUMNS.len());
        assert_eq!(lines[at + 1].len(), COLUMNS.len());
        for (n, column) in COLUMNS.iter().enumerate() {
            let cell = (column.cell)(row);
            let in_json = rows[at].get(column.key).expect(column.key);
            assert_eq!(in_json.as_str().unwrap_or_default(), cell);
            let in_csv = &lines[at + 1][n];
            assert!(
                in_csv == cell || *in_csv == format!("'{cell}"),
                "{in_csv:?}"
            );
            assert!(text.contains(&one_line(cell)), "{cell:?}");
        }
        let place = row.place.replace('|', "\\|");
        assert!(markdown.contains(&place), "{place:?}");
    }
    for word in ["Registered", "Who breaks", "Read now"] {
        assert!(markdown.contains(word) && html.contains(word));
    }
}

#[test]
fn the_brief_text_leaves_out_what_is_exact() {
    let table = of(DEFINITIONS);
    let (text, brief) = (table.render(Form::Text), table.brief());
    let head = text.split("\nClasses").next().unwrap();
    assert!(brief.starts_with(head));
    assert!(brief.contains("\nRows that are not exact\n"));
    let blocks = |text: &str| -> Vec<String> {
        let head = |line: &&str| Verdict::ALL.iter().any(|v| line.starts_with(v.name()));
        text.lines().filter(head).map(str::to_owned).collect()
    };
    let (mut all, notable) = (blocks(&text), blocks(&brief));
    assert_eq!(all.len(), table.rows.len());
    all.retain(|line| !line.starts_with("exact"));
    assert_eq!(notable, all);
    for class in &table.classes {
        let told = format!("{}.{}  ", class.module, class.name);
        assert_eq!(brief.contains(&told), class.sha256.is_none(), "{told}");
    }
}

#[test]
fn every_column_and_verdict_has_its_line_in_the_page() {
    let page = include_str!("../../../docs/migration-table.md");
    let lines: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    let verdicts = Verdict::ALL.map(Verdict::name);
    for word in COLUMNS.iter().map(|column| column.key).chain(verdicts) {
        let head = |line: &&&str| {
            line.split(" | ")
                .next()
                .is_some_and(|h| h.contains(&format!("`{word}`")))
        };
        assert!(lines.iter().find(head).is_some(), "{word}");
    }
}

#[test]
fn the_summary_adds_up_in_every_form() {
    let table = of(DEFINITIONS);
    let summary = &table.summary;
    let by_kind: usize = Kind::ALL.iter().map(|k| summary.of_kind(*k)).sum();
    let by_verdict: usize = Verdict::ALL.iter().map(|v| summary.of_verdict(*v)).sum();
    assert_eq!((by_kind, by_verdict), (table.rows.len(), table.rows.len()));
    assert_eq!(
        summary.with_text + summary.without_text,
        table.classes.len()
    );
    assert_eq!((summary.unresolved, summary.tightened), (4, 7));
    for form in [Form::Text, Form::Markdown, Form::Html] {
        let text = table.render(form);
        assert!(
            text.contains("8 classes: 5 with a text to register, 3 without."),
            "{form:?}"
        );
        assert!(text.contains("4 rows left open, 7 tightened."), "{form:?}");
    }
}

#[test]
fn hostile_texts_stay_texts() {
    let table = of(DEFINITIONS);
    let html = table.render(Form::Html);
    assert_eq!(html.matches("<script>").count(), 1, "the page's own");
    assert!(!html.contains("<img") && !html.contains("<b>"));
    assert!(html.contains("&lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt;"));
    for form in [Form::Text, Form::Markdown, Form::Html] {
        assert!(!table.render(form).contains('\u{202e}'), "{form:?}");
    }
    let markdown = table.render(Form::Markdown);
    assert!(markdown.contains("&lt;img src=x onerror=alert(1)&gt; \\*bold\\* \\[link\\]"));
    let lines = csv::parse(&table.render(Form::Csv));
    let formulas = lines
        .iter()
        .flatten()
        .filter(|cell| cell.starts_with(['=', '+', '-', '@']));
    assert_eq!(formulas.count(), 0);
}

#[test]
fn a_kept_table_is_compared_in_its_form() {
    let table = of(DEFINITIONS);
    for form in Form::ALL {
        let name = format!("table.{}", form.extension());
        let text = table.render(form);
        assert_eq!(compare(&table, &name, &text), None, "{form:?}");
        assert!(
            is_table(&name, &text) && is_table("kept", &text),
            "{form:?}"
        );
        assert_eq!(
            compare(&table, "kept", &text),
            None,
            "{form:?} by its content"
        );
        assert_eq!(
            compare(
                &table,
                &name,
                &text.replace("\r\n", "\n").replace('\n', "\r\n")
            ),
            None
        );
    }
    let text = DEFINITIONS.replace("count = { type = \"int?\"", "counts = { type = \"int?\"");
    let text = text
        .replace("{ count = 3 }", "{ counts = 3 }")
        .replace("q1/shop/flow/fresh", "q2/shop/flow/fresh");
    let other = of(&text);
    for form in [Form::Json, Form::Csv] {
        let name = format!("table.{}", form.extension());
        let found = compare(&other, &name, &table.render(form)).expect("a difference");
        assert_eq!(found.added, ["field migrated.Item.counts"], "{form:?}");
        assert_eq!(found.removed, ["field migrated.Item.count"]);
        let changed = found.changed.join("\n");
        let topic =
            r#"topic migrated.Item.fresh: definition "q1/shop/flow/fresh" → "q2/shop/flow/fresh""#;
        assert!(changed.contains(topic), "{changed}");
        assert_eq!(found.lines().len(), found.changed.len() + 2);
    }
    for form in [Form::Text, Form::Markdown, Form::Html] {
        let name = format!("table.{}", form.extension());
        let found = compare(&other, &name, &table.render(form)).expect("a difference");
        let line = found.other.expect("a line");
        assert!(
            line.starts_with("line ") && line.contains("is right now"),
            "{line}"
        );
    }
    for junk in ["", "{", "x", "{\"rows\": 1}", "a,b\r\n\"", "\u{0}"] {
        for form in Form::ALL {
            let name = format!("table.{}", form.extension());
            assert!(
                compare(&table, &name, junk).is_some_and(|d| !d.lines().is_empty()),
                "{junk:?}"
            );
            assert!(!is_table(&name, junk), "{form:?} {junk:?}");
        }
    }
}

#[test]
fn a_field_outside_of_the_profile_is_told() {
    let table = of("[record.R]\norigin = \"a.py:1\"\n[record.R.fields]\n\
        a = { type = \"string?\", origin = \"a.py:2\" }");
    assert_eq!(row(&table, "R.a").verdict, Verdict::Lossy);
    assert!(row(&table, "R.a").reason.contains("not in the profile"));
}

#[test]
fn tightening_keeps_or_changes_the_registered_text() {
    let table = of(DEFINITIONS);
    let breaks: BTreeMap<&str, &str> = table
        .rows
        .iter()
        .filter(|row| row.tightened())
        .map(|row| (row.name.as_str(), row.breaks.as_str()))
        .collect();
    for name in ["word", "item", "free"] {
        assert!(
            breaks[name].ends_with("The registered text stays as it is."),
            "{name}"
        );
    }
    for name in ["name", "flag", "part"] {
        assert!(
            breaks[name].contains("The registered type changes from [\"null\""),
            "{name}"
        );
    }
    assert!(breaks["told"].contains("The registered default changes from \"x\" to \"y\""));
}

/// What a rule makes of a field can be written as a definition, which remembers the former one.
#[test]
fn rules_give_definitions_that_remember() {
    use tighten::{FieldDefinition, Rules};

    let load = |field: &str| {
        let text = format!(
            "profile = \"pulsar-record\"\n[record.Part]\norigin = \"a.py:1\"\nfields.x = \"int?\"\n\
             [record.R]\norigin = \"a.py:5\"\n[record.R.fields]\nf = {{ {field} }}\n"
        );
        let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text)]);
        let report: String = loaded
            .diagnostics
            .0
            .iter()
            .map(|d| loaded.sources.render(d))
            .collect();
        assert_eq!(report, "", "{field}");
        loaded.schema
    };
    let registered = |schema: &Schema| {
        let id = schema.find_records("R")[0];
        tg_schema_model::pulsar::text(schema, id)
    };
    for (ty, default, nullable, rule) in [
        ("string?", None, false, "R.f=required"),
        ("string?", None, false, "R.f=default:it is \"x\""),
        ("boolean", Some("false"), true, "R.f=default:true"),
        ("boolean", Some("false"), true, "*.*=required"),
        ("array<Part>?", None, false, "R.*=default:[]"),
        (
            "map<array<int>>?",
            None,
            false,
            "m.R.f=default:{\"a b\": [1]}",
        ),
        ("Part?", None, false, "R.f=default:{\"x\": 2}"),
        ("int", None, false, "R.f=default:7"),
    ] {
        let old = FieldDefinition {
            ty: ty.into(),
            default: default.map(str::to_owned),
            nullable,
            symbols: None,
        };
        let before = load(&old.keys());
        let mut rules = Rules::parse(&[rule]).expect(rule);
        let tightened = rules.apply("m", "R", "f", old).expect(rule);
        let former = tightened.former.expect(rule).keys();
        let field = format!(
            "{}, origin = {{ place = \"a.py:6\", {former} }}",
            tightened.field.keys()
        );
        let after = load(&field);
        assert_eq!(
            former_schema_of(&after),
            former_schema_of(&before),
            "{rule}"
        );
        assert_eq!(
            registered(&before) == registered(&after),
            !rule.ends_with("required"),
            "{rule}"
        );
        let table = table(&after);
        assert!(row(&table, "R.f").tightened(), "{rule}");
    }
}

/// The presence of the field `R.f` before it was tightened.
fn former_schema_of(schema: &Schema) -> tg_schema_model::Presence {
    let id = schema.find_records("R")[0];
    former(schema).record(id).fields[0].presence.clone()
}
