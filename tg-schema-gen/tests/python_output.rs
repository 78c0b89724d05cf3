//! The Python package of a schema that is as awkward as validation lets it be, run by Python.
//!
//! `TG_SCHEMA_PYTHON_BIN` names another interpreter than `python3`. Where there is none, nothing is
//! checked, and the test says so.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use tg_schema_gen::python::{Options, render};
use tg_schema_model::{
    Encoding, Enum, EnumId, Field, FieldPulsar, Item, Module, Presence, Record, RecordId, Schema,
    Span, Symbol, TopicDefinition, Type, Value,
};

fn field(name: &str, ty: Type, presence: Presence) -> Field {
    Field {
        name: name.into(),
        ty,
        presence,
        encoding: Encoding::Base64,
        doc: Some(HOSTILE.into()),
        aliases: Vec::new(),
        deprecated: Some("so \"\"\" it \\ goes".into()),
        pulsar: FieldPulsar::default(),
        origin: None,
        span: Span::NONE,
        type_span: Span::NONE,
        default_span: Span::NONE,
        places: Default::default(),
    }
}

const HOSTILE: &str = "\"\"\"; import os\n\"\"\"\\\n'''\t\r\0\u{202e} {x} %s \\N{BULLET} é\n  \"";

/// Records named like what the module needs, with fields named like that too.
fn awkward() -> Schema {
    let names = [
        "Topic",
        "Enum",
        "Final",
        "dataclass",
        "field",
        "wire",
        "datetime",
        "str",
        "None",
        "annotations",
        "list",
        "Value",
        "Record",
        "TopicError",
        "_wire",
        "__init__",
        "lambda",
    ];
    let record = |module: usize, name: &str, fields: Vec<Field>| Record {
        module,
        name: name.into(),
        namespace: Some(format!("m{module}")),
        doc: Some(HOSTILE.into()),
        fields,
        ..Record::default()
    };
    let color = |module: usize| Enum {
        module,
        name: "Color".into(),
        namespace: Some(format!("m{module}")),
        doc: Some(HOSTILE.into()),
        symbols: ["red", "RED", "mro", "_x", "__y__", "None", "name", "_1"]
            .map(|name| Symbol {
                name: name.into(),
                span: Span::NONE,
            })
            .into(),
        ..Enum::default()
    };
    let list = |ty: Type| Type::Array(Box::new(ty));
    let text = |s: &str| Value::String(s.into());
    let mut records = Vec::new();
    for module in 0..2 {
        for name in names {
            let other = (1 - module) * names.len();
            records.push(record(
                module,
                name,
                vec![
                    field(
                        "list",
                        list(Type::String),
                        Presence::Default(Value::Array(vec![text("a\"\\")])),
                    ),
                    field(
                        "dict",
                        Type::Map(Box::new(Type::Long)),
                        Presence::Default(Value::Map(BTreeMap::new())),
                    ),
                    field(
                        "field",
                        list(Type::Int),
                        Presence::Default(Value::Array(Vec::new())),
                    ),
                    field("str", Type::String, Presence::Default(text(HOSTILE))),
                    field(
                        "float",
                        Type::Double,
                        Presence::Default(Value::Double(f64::INFINITY)),
                    ),
                    field(
                        "bytes",
                        Type::Bytes,
                        Presence::Default(Value::Bytes(vec![0, 34, 92, 255])),
                    ),
                    field("datetime", Type::TimestampMs, Presence::Optional),
                    field(
                        "decimal",
                        Type::Decimal {
                            precision: 4,
                            scale: 2,
                        },
                        Presence::Optional,
                    ),
                    field("uuid", Type::Uuid, Presence::Optional),
                    field("wire", Type::Record(RecordId(5)), Presence::Optional),
                    field(
                        "Value",
                        Type::Record(RecordId(other + 11)),
                        Presence::Optional,
                    ),
                    field(
                        "Color",
                        Type::Enum(EnumId(module)),
                        Presence::Default(Value::Enum("RED".into())),
                    ),
                    field(
                        "theirs",
                        Type::Enum(EnumId(1 - module)),
                        Presence::Default(Value::Enum("red".into())),
                    ),
                    field(
                        "values",
                        list(Type::Record(RecordId(module * names.len() + 11))),
                        Presence::Default(Value::Array(vec![Value::Record(vec![
                            ("str".into(), text("x")),
                            ("class".into(), Value::Boolean(true)),
                            ("values".into(), Value::Array(Vec::new())),
                        ])])),
                    ),
                    field(
                        "self",
                        Type::Boolean,
                        Presence::NullableDefault(Value::Boolean(true)),
                    ),
                    field(
                        "encode",
                        Type::Boolean,
                        Presence::Default(Value::Boolean(true)),
                    ),
                    field(
                        "TOPIC",
                        Type::Boolean,
                        Presence::Default(Value::Boolean(true)),
                    ),
                    field(
                        "__x",
                        Type::Boolean,
                        Presence::Default(Value::Boolean(true)),
                    ),
                    field(
                        "_x_",
                        Type::Boolean,
                        Presence::Default(Value::Boolean(true)),
                    ),
                    field("class", Type::Boolean, Presence::Required),
                    field("lambda", Type::Float, Presence::Default(Value::Float(0.1))),
                    field(
                        "año",
                        Type::Boolean,
                        Presence::Default(Value::Boolean(true)),
                    ),
                ],
            ));
        }
    }
    let items = |module: usize| {
        let records = (0..names.len()).map(|n| Item::Record(RecordId(module * names.len() + n)));
        records
            .chain([
                Item::Enum(EnumId(module)),
                Item::Topic(module * 2),
                Item::Topic(module * 2 + 1),
            ])
            .collect()
    };
    let topic = |module: usize, name: &str| TopicDefinition {
        module,
        name: name.into(),
        record: RecordId(11),
        address: format!("q1/tg/flow/{name}{module}")
            .parse()
            .expect("a topic"),
        doc: Some(HOSTILE.into()),
        legacy: Some("persistent://\"\"\"\\".into()),
        origin: None,
        span: Span::NONE,
        address_span: Span::NONE,
    };
    let module = |path: &[&str], items: Vec<Item>| Module {
        path: path.iter().map(|p| (*p).to_owned()).collect(),
        doc: Some(HOSTILE.into()),
        items,
        ..Module::default()
    };
    Schema {
        modules: vec![
            module(&["wire", "class"], items(0)),
            module(&["wire", "class", "deep", "topic"], items(1)),
        ],
        records,
        enums: vec![color(0), color(1)],
        topics: vec![
            topic(0, "color"),
            topic(0, "value"),
            topic(1, "color"),
            topic(1, "None"),
        ],
    }
}

const CHECK: &str = r#"
import dataclasses, importlib, pkgutil, sys, typing
sys.path.insert(0, sys.argv[1])
import messages
from messages import wire
count = 0
for found in pkgutil.walk_packages(messages.__path__, "messages."):
    module = importlib.import_module(found.name)
    for name in getattr(module, "__all__", ()):
        getattr(module, name)
    for item in {id(item): item for item in vars(module).values()}.values():
        if isinstance(item, type) and dataclasses.is_dataclass(item) and issubclass(item, wire.Record):
            if item.__module__ != module.__name__:
                continue
            count += 1
            typing.get_type_hints(item)
            leaf = item(class_=False, float=1.5)
            message = item(class_=True, float=0.5, Value=None, values=[], list=["x"])
            for one in (leaf, message):
                for inner in one.values:
                    inner.float, inner.class_ = 1.0, True
                assert item.decode(one.encode()) == one, one
                assert item.decode_avro(one.encode_avro()) == one, one
            assert b'"__x":true' in message.encode() and '"año":true'.encode() in message.encode()
            assert message.Color.value == "RED" and message.theirs.value == "red"
            assert message.str == item(class_=True).str and message.str.startswith('"""; import os')
            try:
                item(class_=False).encode()
            except messages.EncodeError as error:
                assert error.path.endswith(".float"), error
            else:
                raise AssertionError("an infinity was written")
assert count == 34, count
print("checked", count)
"#;

fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

fn write(folder: &Path, schema: &Schema) {
    for (path, text) in render(schema, &Options::default()) {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, text).expect("a file");
    }
}

fn python() -> Option<String> {
    let name = std::env::var("TG_SCHEMA_PYTHON_BIN").unwrap_or_else(|_| "python3".into());
    let script = "import sys; sys.exit(sys.version_info < (3, 10))";
    let runs = Command::new(&name)
        .args(["-c", script])
        .status()
        .is_ok_and(|s| s.success());
    if !runs {
        eprintln!("NOT CHECKED: `{name}` is no Python 3.10 or later");
    }
    runs.then_some(name)
}

#[test]
fn python_runs_what_was_rendered() {
    let folder = scratch("python-awkward");
    write(&folder, &awkward());
    let Some(python) = python() else {
        return;
    };
    let done = Command::new(&python)
        .args(["-B", "-W", "error", "-c", CHECK])
        .arg(&folder)
        .output()
        .expect("python runs");
    let (out, err) = (
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr),
    );
    assert!(done.status.success(), "{out}\n{err}");
    assert_eq!(out.trim(), "checked 34");
}

#[test]
fn mypy_agrees() {
    let folder = scratch("python-awkward-mypy");
    write(&folder, &awkward());
    let Some(python) = python() else {
        return;
    };
    let has = Command::new(&python)
        .args(["-c", "import mypy"])
        .output()
        .is_ok_and(|o| o.status.success());
    if !has {
        eprintln!("NOT CHECKED: `{python}` has no mypy");
        return;
    }
    let done = Command::new(&python)
        .args([
            "-m",
            "mypy",
            "--strict",
            "--python-version",
            "3.10",
            "messages",
        ])
        .current_dir(&folder)
        .output()
        .expect("mypy runs");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stdout)
    );
}

#[test]
fn an_empty_schema_is_a_package() {
    let folder = scratch("python-empty");
    write(&folder, &Schema::default());
    let Some(python) = python() else {
        return;
    };
    let script = "import sys; sys.path.insert(0, sys.argv[1]); import messages.pubsub; print(messages.Topic.parse('q1/a/b/c'))";
    let done = Command::new(&python)
        .args(["-B", "-c", script])
        .arg(&folder)
        .output()
        .expect("python runs");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    assert_eq!(String::from_utf8_lossy(&done.stdout).trim(), "q1/a/b/c");
}
