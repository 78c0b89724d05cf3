//! The text that is registered with Pulsar. The expected texts of the profile were printed by
//! pulsar-client 3.13.0 for the classes named beside them, white space taken out.

mod tree;

use tg_schema_model::json::{self, Json};
use tg_schema_model::{Presence, Profile, RecordId, Schema, Type, Value, avro, pulsar};
use tree::*;

/// One line; the layout itself is compared once, in `layout`.
fn line(schema: &Schema, id: RecordId) -> String {
    let text = pulsar::text(schema, id);
    let json = json::parse(&text).unwrap();
    assert_eq!(json.python(), text);
    json.compact()
}

/// `In { x = Integer() }`.
fn with_in() -> (Tree, Type) {
    let mut t = Tree::new();
    let id = t.pulsar("In", vec![optional("x", Type::Int)]);
    (t, Type::Record(id))
}

const IN: &str = r#"{"type":"record","name":"In","fields":[{"name":"x","type":["null","int"]}]}"#;

#[test]
fn layout() {
    let mut t = Tree::new();
    let ty = array(Type::String);
    let list = Value::Array(vec![Value::String("é\n😀".into())]);
    let fields = vec![
        required_default(default("a", ty.clone(), Value::Array(vec![]))),
        required_default(nullable("año", ty, list)),
    ];
    let id = t.pulsar("a.R", fields);
    let expected = r#"{
 "type": "record",
 "name": "R",
 "namespace": "a",
 "fields": [
  {
   "name": "a",
   "default": [],
   "type": {
    "type": "array",
    "items": "string"
   }
  },
  {
   "name": "a\u00f1o",
   "default": [
    "\u00e9\n\ud83d\ude00"
   ],
   "type": [
    "null",
    {
     "type": "array",
     "items": "string"
    }
   ]
  }
 ]
}"#;
    assert_eq!(pulsar::text(&t.0, id), expected);
    let empty = t.pulsar("Empty", vec![]);
    assert_eq!(
        pulsar::text(&t.0, empty),
        "{\n \"type\": \"record\",\n \"name\": \"Empty\",\n \"fields\": []\n}"
    );
}

#[test]
fn repeated_records_are_references() {
    // N1: a = In(); b = In()
    let (mut t, inner) = with_in();
    let id = t.pulsar(
        "N1",
        vec![optional("a", inner.clone()), optional("b", inner.clone())],
    );
    let expected = format!(
        r#"{{"type":"record","name":"N1","fields":[{{"name":"a","type":["null",{IN}]}},{{"name":"b","type":["null","In"]}}]}}"#
    );
    assert_eq!(line(&t.0, id), expected);
    // N3: a = In(required=True); c = In(required_default=True)
    let id = t.pulsar(
        "N3",
        vec![
            required("a", inner.clone()),
            required_default(optional("c", inner)),
        ],
    );
    let expected = format!(
        r#"{{"type":"record","name":"N3","fields":[{{"name":"a","type":{IN}}},{{"name":"c","default":null,"type":["null","In"]}}]}}"#
    );
    assert_eq!(line(&t.0, id), expected);
}

#[test]
fn repeated_definitions_of_old_clients() {
    let (mut t, inner) = with_in();
    let id = t.pulsar(
        "N1",
        vec![optional("a", inner.clone()), optional("b", array(inner))],
    );
    t.0.records[id.0].pulsar.repeat_definitions = true;
    let expected = format!(
        r#"{{"type":"record","name":"N1","fields":[{{"name":"a","type":["null",{IN}]}},{{"name":"b","type":["null",{{"type":"array","items":{IN}}}]}}]}}"#
    );
    assert_eq!(line(&t.0, id), expected);
    // A record inside itself ends, and so does doubling without end.
    t.0.records[0]
        .fields
        .push(optional("self", Type::Record(RecordId(0))));
    assert!(line(&t.0, id).contains(r#"{"name":"self","type":["null","In"]}"#));
    let mut last = Type::Int;
    let mut top = RecordId(0);
    for i in 0..40 {
        top = t.pulsar(
            &format!("D{i}"),
            vec![optional("a", last.clone()), optional("b", last)],
        );
        t.0.records[top.0].pulsar.repeat_definitions = true;
        last = Type::Record(top);
    }
    assert!(pulsar::text(&t.0, top).len() < 20_000_000);
}

#[test]
fn enums() {
    // E: a = Color; b = CustomEnum(Color); c = CustomEnum(Color, default=Color.RED, required=True,
    // required_default=True); d = CustomEnum(Color, default=Color.GREEN, required_default=True)
    let mut t = Tree::new();
    let color = Type::Enum(t.enumeration("ns.Color", &["RED", "GREEN"]));
    t.0.enums[0].default = Some(1);
    let symbol = |name: &str| Value::Enum(name.to_owned());
    let id = t.pulsar(
        "E",
        vec![
            optional("a", color.clone()),
            optional("b", color.clone()),
            required_default(default("c", color.clone(), symbol("RED"))),
            required_default(nullable("d", color.clone(), symbol("GREEN"))),
        ],
    );
    assert_eq!(
        line(&t.0, id),
        concat!(
            r#"{"type":"record","name":"E","fields":[{"name":"a","type":["null",{"type":"enum","name":"Color","#,
            r#""symbols":["RED","GREEN"]}]},{"name":"b","type":["null","Color"]},"#,
            r#"{"name":"c","default":"RED","type":"Color"},{"name":"d","default":"GREEN","type":["null","Color"]}]}"#
        )
    );
    // An enum that occurs first inside an array is defined there.
    let id = t.pulsar(
        "F",
        vec![optional("a", array(color.clone())), required("b", color)],
    );
    assert_eq!(
        line(&t.0, id),
        concat!(
            r#"{"type":"record","name":"F","fields":[{"name":"a","type":["null",{"type":"array","items":"#,
            r#"{"type":"enum","name":"Color","symbols":["RED","GREEN"]}}]},{"name":"b","type":"Color"}]}"#
        )
    );
}

#[test]
fn verbatim_types() {
    // EA: a = Array(CustomEnum(Color)), b = CustomEnum(Color), c = Null()
    let mut t = Tree::new();
    let color = Type::Enum(t.enumeration("Color", &["RED"]));
    let mut a = optional("a", array(color.clone()));
    a.pulsar.raw = Some(r#"["null", {"type": "array", "items": "enum"}]"#.into());
    let mut c = required_default(optional("c", Type::String));
    c.pulsar.raw = Some(r#"["null","null"]"#.into());
    let mut d = optional("d", color.clone());
    d.pulsar.raw = Some(r#"{"type":"enum","name":"Color","symbols":["RED"]}"#.into());
    let id = t.pulsar("EA", vec![a.clone(), optional("b", color.clone()), c]);
    assert_eq!(
        line(&t.0, id),
        concat!(
            r#"{"type":"record","name":"EA","fields":[{"name":"a","type":["null",{"type":"array","items":"enum"}]},"#,
            r#"{"name":"b","type":["null",{"type":"enum","name":"Color","symbols":["RED"]}]},"#,
            r#"{"name":"c","default":null,"type":["null","null"]}]}"#
        )
    );
    // A verbatim definition counts as written; text that is no JSON is not used.
    a.pulsar.raw = Some("[".into());
    let id = t.pulsar("EB", vec![d, optional("b", color), a]);
    assert_eq!(
        line(&t.0, id),
        concat!(
            r#"{"type":"record","name":"EB","fields":[{"name":"d","type":{"type":"enum","name":"Color","symbols":["RED"]}},"#,
            r#"{"name":"b","type":["null","Color"]},{"name":"a","type":["null",{"type":"array","items":"Color"}]}]}"#
        )
    );
}

#[test]
fn containers() {
    // CC: aa = Array(Array(Double())); ar = Array(In()); mm = Map(Map(String())); mr = Map(In());
    // am = Array(Map(String()))
    let (mut t, inner) = with_in();
    let id = t.pulsar(
        "CC",
        vec![
            optional("aa", array(array(Type::Double))),
            optional("ar", array(inner.clone())),
            optional("mm", map(map(Type::String))),
            optional("mr", map(inner)),
            optional("am", array(map(Type::String))),
        ],
    );
    let expected = [
        r#"{"type":"record","name":"CC","fields":[{"name":"aa","type":["null",{"type":"array","items":{"type":"array","items":"double"}}]},"#,
        r#"{"name":"ar","type":["null",{"type":"array","items":"#,
        IN,
        r#"}]},{"name":"mm","type":["null",{"type":"map","values":{"type":"map","values":"string"}}]},"#,
        r#"{"name":"mr","type":["null",{"type":"map","values":"In"}]},"#,
        r#"{"name":"am","type":["null",{"type":"array","items":{"type":"map","values":"string"}}]}]}"#,
    ];
    assert_eq!(line(&t.0, id), expected.concat());
    // MA: a = Array(String(), default=[], required=True, required_default=True);
    // m = Map(Integer(), default={'k': 1}, required_default=True)
    let entries = Value::Map([("k".to_owned(), Value::Int(1))].into());
    let id = t.pulsar(
        "MA",
        vec![
            required_default(default("a", array(Type::String), Value::Array(vec![]))),
            required_default(nullable("m", map(Type::Int), entries)),
        ],
    );
    assert_eq!(
        line(&t.0, id),
        concat!(
            r#"{"type":"record","name":"MA","fields":[{"name":"a","default":[],"type":{"type":"array","items":"string"}},"#,
            r#"{"name":"m","default":{"k":1},"type":["null",{"type":"map","values":"int"}]}]}"#
        )
    );
}

#[test]
fn booleans() {
    // MB: a = Boolean(required_default=True); b = Boolean(default=True); c = Boolean(default=True,
    // required_default=True); d = Boolean(default=False, required=True, required_default=True);
    // e = Boolean(required=True); f = Boolean(required=True, required_default=True)
    let mut t = Tree::new();
    let yes = || Value::Boolean(true);
    let no = || Value::Boolean(false);
    let id = t.pulsar(
        "MB",
        vec![
            required_default(optional("a", Type::Boolean)),
            nullable("b", Type::Boolean, yes()),
            required_default(nullable("c", Type::Boolean, yes())),
            required_default(default("d", Type::Boolean, no())),
            required("e", Type::Boolean),
            required_default(required("f", Type::Boolean)),
        ],
    );
    assert_eq!(
        line(&t.0, id),
        concat!(
            r#"{"type":"record","name":"MB","fields":[{"name":"a","default":false,"type":["null","boolean"]},"#,
            r#"{"name":"b","type":["null","boolean"]},{"name":"c","default":true,"type":["null","boolean"]},"#,
            r#"{"name":"d","default":false,"type":"boolean"},{"name":"e","type":"boolean"},"#,
            r#"{"name":"f","default":false,"type":"boolean"}]}"#
        )
    );
}

#[test]
fn all_eight_combinations() {
    let x = || Value::String("x".into());
    let entries = [
        (
            None,
            false,
            false,
            r#"{"name":"a","type":["null","string"]}"#,
        ),
        (
            Some(x()),
            false,
            false,
            r#"{"name":"a","type":["null","string"]}"#,
        ),
        (None, true, false, r#"{"name":"a","type":"string"}"#),
        (Some(x()), true, false, r#"{"name":"a","type":"string"}"#),
        (
            None,
            false,
            true,
            r#"{"name":"a","default":null,"type":["null","string"]}"#,
        ),
        (
            Some(x()),
            false,
            true,
            r#"{"name":"a","default":"x","type":["null","string"]}"#,
        ),
        (
            None,
            true,
            true,
            r#"{"name":"a","default":null,"type":"string"}"#,
        ),
        (
            Some(x()),
            true,
            true,
            r#"{"name":"a","default":"x","type":"string"}"#,
        ),
    ];
    for (value, is_required, with_default, entry) in entries {
        // The row says it, or `required` does against the row.
        for explicit in [false, true] {
            let row = match (value.clone(), is_required != explicit) {
                (None, true) => Presence::Required,
                (None, false) => Presence::Optional,
                (Some(value), true) => Presence::Default(value),
                (Some(value), false) => Presence::NullableDefault(value),
            };
            let mut field = field("a", Type::String, row);
            field.pulsar.required = explicit.then_some(is_required);
            field.pulsar.required_default = with_default;
            let mut t = Tree::new();
            let id = t.pulsar("S", vec![field]);
            let expected = format!(r#"{{"type":"record","name":"S","fields":[{entry}]}}"#);
            assert_eq!(line(&t.0, id), expected);
        }
    }
}

#[test]
fn numbers_as_python_writes_them() {
    for (value, text) in [
        (Value::Double(1e16), "1e+16"),
        (Value::Double(-0.0), "-0.0"),
        (Value::Double(1e-5), "1e-05"),
        (Value::Double(3.0), "3.0"),
        (Value::Double(f64::NAN), "NaN"),
        (Value::Double(f64::NEG_INFINITY), "-Infinity"),
        (Value::Float(0.1), "0.1"),
        (Value::Float(1e22), "1e+22"),
        (Value::Long(i64::MIN), "-9223372036854775808"),
        (Value::Int(-7), "-7"),
    ] {
        let ty = match value {
            Value::Double(_) => Type::Double,
            Value::Float(_) => Type::Float,
            Value::Long(_) => Type::Long,
            _ => Type::Int,
        };
        let mut t = Tree::new();
        let id = t.pulsar("N", vec![required_default(nullable("a", ty, value))]);
        let written = pulsar::text(&t.0, id);
        assert!(
            written.contains(&format!("   \"default\": {text},\n")),
            "{text}: {written}"
        );
    }
}

#[test]
fn namespaces_and_sorted_fields() {
    // NS: _avro_namespace = 'a.b'; z = String(); a = Integer(); n = In()
    // NS2: _avro_namespace = 'a.b'; _sorted_fields = True; z = NS(); a = NS(); m = In(); k = In()
    let (mut t, inner) = with_in();
    let fields = vec![
        optional("z", Type::String),
        optional("a", Type::Int),
        optional("n", inner.clone()),
    ];
    let ns = Type::Record(t.pulsar("a.b.NS", fields));
    let fields = vec![
        optional("z", ns.clone()),
        optional("a", ns),
        optional("m", inner.clone()),
        optional("k", inner),
    ];
    let id = t.pulsar("a.b.NS2", fields);
    t.0.records[id.0].pulsar.sorted_fields = true;
    let expected = [
        r#"{"type":"record","name":"NS2","namespace":"a.b","fields":[{"name":"a","type":["null","#,
        r#"{"type":"record","name":"NS","namespace":"a.b","fields":[{"name":"z","type":["null","string"]},"#,
        r#"{"name":"a","type":["null","int"]},{"name":"n","type":["null","#,
        IN,
        r#"]}]}]},{"name":"k","type":["null","In"]},{"name":"m","type":["null","In"]},{"name":"z","type":["null","a.b.NS"]}]}"#,
    ];
    assert_eq!(line(&t.0, id), expected.concat());
}

#[test]
fn one_set_of_names_for_records_and_enums() {
    let mut t = Tree::new();
    let color = Type::Enum(t.enumeration("Color", &["RED"]));
    let record = Type::Record(t.pulsar("Color", vec![]));
    let id = t.pulsar("R", vec![optional("a", record), optional("b", color)]);
    assert_eq!(
        line(&t.0, id),
        concat!(
            r#"{"type":"record","name":"R","fields":[{"name":"a","type":["null",{"type":"record","name":"Color","fields":[]}]},"#,
            r#"{"name":"b","type":["null","Color"]}]}"#
        )
    );
}

#[test]
fn recursion() {
    let mut t = Tree::new();
    let id = t.pulsar("Node", vec![]);
    t.0.records[0].fields = vec![
        optional("next", Type::Record(id)),
        optional("all", map(Type::Record(id))),
    ];
    assert_eq!(
        line(&t.0, id),
        concat!(
            r#"{"type":"record","name":"Node","fields":[{"name":"next","type":["null","Node"]},"#,
            r#"{"name":"all","type":["null",{"type":"map","values":"Node"}]}]}"#
        )
    );
}

#[test]
fn plain_records_give_their_avro_schema_without_documentation() {
    let mut t = Tree::new();
    let inner = Type::Record(t.plain("In", vec![required("day", Type::Date)]));
    let mut documented = optional("a", inner.clone());
    documented.doc = Some("what it is".into());
    documented.aliases = vec!["b".into()];
    let id = t.plain(
        "R",
        vec![documented, default("c", array(inner), Value::Array(vec![]))],
    );
    t.0.records[id.0].doc = Some("a record".into());
    assert_eq!(
        line(&t.0, id),
        concat!(
            r#"{"type":"record","name":"R","fields":[{"name":"a","type":["null",{"type":"record","name":"In","fields":["#,
            r#"{"name":"day","type":{"type":"int","logicalType":"date"}}]}],"default":null,"aliases":["b"]},"#,
            r#"{"name":"c","type":{"type":"array","items":"In"},"default":[]}]}"#
        )
    );
}

#[test]
fn random_plain_records_are_avro() {
    let mut n = Numbers(11);
    for _ in 0..300 {
        let schema = random(&mut n, Profile::Plain);
        let id = RecordId(n.below(schema.records.len()));
        let read = avro::parse(&pulsar::text(&schema, id)).unwrap();
        assert_eq!(read.canonical(), avro::canonical_text(&schema, id));
    }
}

#[test]
fn random_profile_records_name_each_type_once() {
    let mut n = Numbers(12);
    for _ in 0..300 {
        let schema = random(&mut n, Profile::PulsarRecord);
        let id = RecordId(n.below(schema.records.len()));
        let mut names = Vec::new();
        definitions(&pulsar::schema(&schema, id), &mut names);
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}

fn definitions(json: &Json, names: &mut Vec<String>) {
    if json.get("fields").or(json.get("symbols")).is_some() {
        let part = |key| json.get(key).and_then(Json::as_str).unwrap_or_default();
        names.push(format!("{}.{}", part("namespace"), part("name")));
    }
    for part in json.as_array().unwrap_or_default() {
        definitions(part, names);
    }
    for (_, part) in json.as_object().unwrap_or_default() {
        definitions(part, names);
    }
}
