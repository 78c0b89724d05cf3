//! What is told of classes, fields and files.

mod support;

use support::{Folder, codes, of, one, reason};
use tg_schema_migrate::Options;

#[test]
fn what_the_client_does_silently_is_told() {
    for (text, expected) in [
        (
            "class R(Record):\n  default = String()",
            "SWALLOWED_FIELD_NAME",
        ),
        (
            "class R(Record):\n  _required = String()",
            "SWALLOWED_FIELD_NAME",
        ),
        (
            "class R(Record):\n  type = String()",
            "METHOD_SHADOWING_NAME",
        ),
        ("class R(Record):\n  a = String", "NOT_A_FIELD"),
        ("class R(Record):\n  a: int", "NOT_A_FIELD"),
        ("class R(Record):\n  a = int()", "NOT_A_FIELD"),
        ("class R(Record):\n  a = String(),", "NOT_A_FIELD"),
        (
            "class R(Record):\n  _namespace = 'a.b'",
            "NAMESPACE_LOOK_ALIKE",
        ),
        (
            "class R(Record):\n  a = String(required_default=True)",
            "REQUIRED_DEFAULT_WITHOUT_DEFAULT",
        ),
        (
            "class R(Record):\n  a = String(required=True, required_default=True)",
            "NULL_DEFAULT_ON_REQUIRED",
        ),
        (
            "class R(Record):\n  a = String(default='x')",
            "DEFAULT_NOT_REGISTERED",
        ),
        (
            "class R(Record):\n  a = String(default=f())",
            "NON_LITERAL_DEFAULT",
        ),
        (
            "class R(Record):\n  a = Float(default=float('inf'), required_default=True)",
            "NAN_DEFAULT",
        ),
        (
            "class R(Record):\n  a = Bytes(default=b'x', required_default=True)",
            "BYTES_DEFAULT",
        ),
        ("class R(Record):\n  a = Null()", "NULL_FIELD"),
        (
            "class R(Record):\n  created_at = Integer()",
            "NARROW_TIMESTAMP",
        ),
        (
            "class R(Record):\n  a = Array(String)",
            "BARE_CLASS_IN_COLLECTION",
        ),
        (
            "class R(Record):\n  a = String(doc='x')",
            "UNKNOWN_FIELD_ARGUMENT",
        ),
        ("class R(Record):\n  a = make()", "UNRESOLVED_FIELD"),
        (
            "class Record(Record):\n  a = String()",
            "RECORD_NAMED_RECORD",
        ),
        ("class R(Record):\n  a\u{f1}o = String()", "NON_ASCII_NAME"),
    ] {
        assert_eq!(codes(&one(text)), [expected], "{text}");
    }
    let several = [
        (
            "class E(Enum):\n  A = 'x'\nclass R(Record):\n  a = E",
            vec!["STRING_VALUED_ENUM"],
        ),
        (
            "class E(Enum):\n  A = 1\n  B = 1\nclass R(Record):\n  a = E",
            vec!["ENUM_ALIAS"],
        ),
        (
            "class E(Enum):\n  A = 1\nclass R(Record):\n  a = Array(CustomEnum(E))",
            vec!["ENUM_IN_COLLECTION"],
        ),
        (
            "class B(Record):\n  a = String()\nclass R(B):\n  b = String()",
            vec!["INHERITED_FIELDS_LOST"],
        ),
        (
            "class M:\n  a = String()\nclass R(Record, M):\n  b = String()",
            vec!["INHERITED_FIELDS_LOST"],
        ),
        (
            "class I(Record):\n  a = String()\nclass R(Record):\n  b = Array(Array(I()))",
            vec!["NESTED_COLLECTION"],
        ),
        (
            "class R(Record):\n  a = Long(1)",
            vec!["DEFAULT_NOT_REGISTERED", "POSITIONAL_DEFAULT"],
        ),
        (
            "from x import Base\nclass R(Base):\n  a = String()",
            vec!["UNRESOLVED_CLASS"],
        ),
    ];
    for (text, expected) in several {
        assert_eq!(codes(&one(text)), expected, "{text}");
    }
    let two = of(&[
        (
            "a.py",
            "from pulsar.schema import *\nclass R(Record): a = String()\n",
        ),
        (
            "b.py",
            "from pulsar.schema import *\nclass R(Record): b = String()\n",
        ),
    ]);
    assert_eq!(codes(&two), ["DUPLICATE_RECORD_NAME"]);
}

#[test]
fn faults_of_files_are_told_and_the_rest_goes_on() {
    let folder = Folder::new(&[
        ("bad.py", "class A(:\n"),
        (
            "good.py",
            "from pulsar.schema import *\nclass R(Record): a = String()\n",
        ),
        (
            "half.py",
            "from pulsar.schema import *\nclass H(Record):\n  a = = String()\nclass I(Record):\n  b = Long()\n",
        ),
    ]);
    std::fs::write(folder.0.join("latin.py"), b"x = '\xe9'\n").expect("a file");
    let migration = folder.migrate(&Options::default());
    assert!(migration.partial);
    let found = codes(&migration);
    assert!(
        found.contains(&"SYNTAX_ERROR") && found.contains(&"UNREADABLE_TEXT"),
        "{found:?}"
    );
    let texts: Vec<(&str, bool)> = migration
        .classes
        .iter()
        .map(|c| (c.name.as_str(), c.text.is_some()))
        .collect();
    assert_eq!(texts, [("R", true), ("H", false), ("I", true)]);
}

#[test]
fn the_same_sources_give_the_same_definitions() {
    let folder = Folder::new(&[(
        "a.py",
        "from pulsar.schema import *\nclass A(Record):\n  x = String()\nclass B(Record):\n  a = A()\n  b = f()\n",
    )]);
    let first = folder.migrate(&Options::default());
    let second = folder.migrate(&Options::default());
    assert_eq!(
        (first.files, first.findings),
        (second.files, second.findings)
    );
}

#[test]
fn a_class_that_a_schema_is_made_of_or_that_is_an_empty_record_is_told() {
    for text in [
        "from missing.lib import Record as R\nclass P(R):\n    pass\n",
        "from missing.lib import Record\nclass P(Record):\n    'An event.'\n    _avro_namespace = 'a'\n",
        "from missing.lib import *\nclass P(Record): ...\n",
        "from missing.lib import Base as Q, Text as T\nfrom pulsar.schema import JsonSchema\nclass P(Q):\n    a = T()\nschema = JsonSchema(P)\n",
        "from missing.lib import Base as Q, Text as T\nfrom pulsar.schema import AvroSchema\nclass P(Q):\n    a = T()\ndef f():\n    return AvroSchema(record_cls=P)\n",
        "from missing.lib import Base as Q, Text as T, Codec\nclass P(Q):\n    a = T()\ndef f(client):\n    client.subscribe('t', 's', schema=Codec(P))\n",
    ] {
        let migration = of(&[("a.py", text)]);
        assert!(codes(&migration).contains(&"UNRESOLVED_CLASS"), "{text}");
        assert!(reason(&migration, "P").contains("base"), "{text}");
    }
    for text in [
        "from orm import Model as M, Text as T\nclass P(M):\n    a = T()\n",
        "from missing.lib import Record as R\nclass P(R):\n    def f(self):\n        pass\n",
        "class Record: pass\nclass P(Record): pass\n",
        "from logging import LogRecord\nclass P(LogRecord): pass\n",
    ] {
        let migration = of(&[("a.py", text)]);
        assert!(!codes(&migration).contains(&"UNRESOLVED_CLASS"), "{text}");
    }
}

#[test]
fn a_class_whose_base_and_fields_are_not_known_is_told_where_something_says_that_it_is_a_record() {
    let told = |text: &str| {
        let migration = of(&[("a.py", text)]);
        let open = migration.classes.iter().filter(|c| c.text.is_none());
        open.map(|c| c.name.clone()).collect::<Vec<_>>().join(" ")
    };
    for (text, expected) in [
        // Beside Records of the client.
        (
            "from lib import Base, Money\nfrom pulsar.schema import Record\nclass P(Base):\n    a = Money()\n",
            "P",
        ),
        (
            "from lib import *\nimport pulsar.schema\nclass P(Base):\n    'Doc.'\n    a: int = Money()\n    def __init__(self): pass\n",
            "P",
        ),
        // A Record holds it, or its package is one of fields.
        (
            "from lib import Base\nfrom b import R\nclass P(Base): pass\nclass Q(R):\n    a = R()\n    p = [P()]\n",
            "",
        ),
        (
            "import lib\nfrom pulsar import schema as s\nclass P(lib.Base):\n    def f(self): pass\nclass Q(s.Record):\n    p = s.Array(P())\n",
            "P Q",
        ),
        // It shares its base with one, through others too.
        (
            "from lib import Base, Text\nfrom pulsar.schema import String\nclass A(Base): pass\nclass B(Base):\n    x = String()\nclass C(A): x = 5\n",
            "A B C",
        ),
        (
            "from lib import BaseRecord, Text\nclass P(BaseRecord):\n    a = Text()\n",
            "P",
        ),
        // What is known to be something else.
        (
            "from pydantic import BaseModel, Field\nfrom pulsar.schema import *\nclass P(BaseModel):\n    a: int = Field()\nschema = JsonSchema(P)\nclass Q(BaseModel): pass\n",
            "P",
        ),
        (
            "from lib import Base, Other, Session\nfrom pulsar.schema import JsonSchema\nclass P(Base):\n    a = Session()\n",
            "",
        ),
        (
            "from lib import Base, Log\nfrom pulsar.schema import *\nclass P(Base):\n    log = Log()\n    def run(self): pass\n",
            "",
        ),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
    // The same in another file, by the name of the package.
    let migration = of(&[
        (
            "a.py",
            "from lib.m import Event, Text\nclass P(Event):\n    a = Text()\n",
        ),
        (
            "b.py",
            "import lib\nfrom pulsar.schema import *\nclass Q(Record):\n    a = lib.fields.Text()\n",
        ),
    ]);
    let names: Vec<&str> = migration.classes.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["P", "Q"]);
    assert_eq!(
        reason(&migration, "P"),
        "one of its bases is outside of the sources"
    );
}
