//! Topic strings into topics, with what travels on them.

mod support;

use support::{codes, of, one};
use tg_schema_model::Verdict;

fn topics(text: &str) -> Vec<String> {
    let migration = one(text);
    assert!(
        !migration.loaded.diagnostics.has_errors(),
        "{:?}",
        migration.loaded.diagnostics
    );
    let schema = &migration.loaded.schema;
    let topics = schema.topics.iter();
    topics
        .map(|t| format!("{} {} {}", t.name, t.address, schema.record(t.record).name))
        .collect()
}

const CLASSES: &str = "import pulsar\nfrom typing import Optional\nclass OrderPlaced(Record): x = String()\nclass Other(Record): x = String()\n";

#[test]
fn records_are_found_where_they_are_stated() {
    for (text, expected) in [
        (
            "order_placed_topic = 'persistent://t/n/placed'\nPublisher(order_placed_topic, Other)",
            "order_placed_topic q1/t/n/placed Other",
        ),
        (
            "ORDER_PLACED_QUEUE = f\"{'non-'}persistent://t/n/{1}\"\nPublisher(ORDER_PLACED_QUEUE, JsonSchema(Other))",
            "ORDER_PLACED_QUEUE q0/t/n/1 Other",
        ),
        (
            "def topic(q, kind='persistent'): return '%s://t/n/%s' % (kind, q)\nq = topic('p', kind='non-persistent')\nPAIR = (q, Other)",
            "q q0/t/n/p Other",
        ),
        (
            "T = 'persistent://t/n/q'\nc = pulsar.Client('pulsar://h')\np = c.create_producer(T, schema=JsonSchema(Other))",
            "T q1/t/n/q Other",
        ),
        (
            "class S:\n  def run(self):\n    c = pulsar.Client('x')\n    c.subscribe('persistent://t/n/a-b', 's', schema=AvroSchema(Other))",
            "a-b q1/t/n/a-b Other",
        ),
        (
            "T = 'persistent://t/n/q'\nPublisher(topic=T, schema=Other)",
            "T q1/t/n/q Other",
        ),
        (
            "T = 'persistent://t/n/q'\nSpec(input_queue=T, input_schema=Other, output_schema=OrderPlaced)",
            "T q1/t/n/q Other",
        ),
        (
            "class Topics:\n  ORDER_PLACED = 'persistent://t/n/q'\nMAP = {Topics.ORDER_PLACED: Other}",
            "ORDER_PLACED q1/t/n/q Other",
        ),
    ] {
        let found = topics(&format!("{CLASSES}{text}"));
        assert!(found.contains(&expected.to_owned()), "{text}: {found:?}");
    }
}

#[test]
fn topics_are_found_where_they_are_opened() {
    for (text, expected) in [
        (
            "def f(c: pulsar.Client): c.create_producer('persistent://t/n/q', schema=JsonSchema(Other))",
            &["q q1/t/n/q Other"][..],
        ),
        (
            "def f(c: 'Optional[pulsar.Client]'): pass\ndef g(c: pulsar.Client | None): c.create_reader('q', None, schema=JsonSchema(Other))",
            &["q q1/public/default/q Other"],
        ),
        (
            "class S:\n  T = 'persistent://t/n/attr'\n  def __init__(self, c: pulsar.Client):\n    self.c = c\n    self.d = pulsar.Client('x')\n  def a(self): self.c.create_producer(self.T, schema=JsonSchema(Other))\n  def b(self): self.d.create_producer('t/n/mid', schema=JsonSchema(Other))",
            &["T q1/t/n/attr Other", "mid q1/t/n/mid Other"],
        ),
        (
            "def f(c: pulsar.Client): c.subscribe(['persistent://a/b/c', 'persistent://a/b/d'], 's', schema=JsonSchema(Other))",
            &["c q1/a/b/c Other", "d q1/a/b/d Other"],
        ),
        (
            "TOPICS = {'a': 'persistent://t/n/a', 'b': 'persistent://t/n/b'}\ndef f(c: pulsar.Client):\n  for k, v in TOPICS.items(): c.subscribe(v, 's', schema=JsonSchema(Other))",
            &["TOPICS_a q1/t/n/a Other", "TOPICS_b q1/t/n/b Other"],
        ),
        (
            "def make(c, topic, schema): return c.create_producer(topic, schema=schema)\nmake(None, 'persistent://t/n/q', JsonSchema(Other))",
            &["q q1/t/n/q Other"],
        ),
        (
            "def f(client): client.subscribe(topic='short', schema=JsonSchema(Other))",
            &["short q1/public/default/short Other"],
        ),
    ] {
        assert_eq!(topics(&format!("{CLASSES}{text}")), expected, "{text}");
    }
}

#[test]
fn topics_that_are_opened_and_not_known_have_a_row_each() {
    for (text, expected) in [
        (
            "def f(c: pulsar.Client, tenant):\n  c.create_producer(f'persistent://{tenant}/n/a', schema=JsonSchema(Other))\n  c.create_producer(f'persistent://{tenant}/n/b', schema=JsonSchema(Other))",
            &["topic 8", "topic 9"][..],
        ),
        (
            "def f(c: pulsar.Client, tenant):\n  address = f'persistent://{tenant}/n/a'\n  c.create_producer(address)\n  c.subscribe(address, 's')",
            &["address 8"],
        ),
        (
            "def f(c: pulsar.Client, *more): c.subscribe(*more)",
            &["topic 7"],
        ),
        (
            "import re\ndef f(c: pulsar.Client): c.subscribe(re.compile('persistent://t/n/.*'), 's')",
            &["topic 8"],
        ),
        (
            "def f(x): x.subscribe(print)\ndef g(x): x.subscribe(x, 's')",
            &[],
        ),
        (
            "def f(x): x.connect('persistent://t/n/q')\nprint('persistent://t/n/no')",
            &["q 7"],
        ),
    ] {
        let migration = one(&format!("{CLASSES}{text}"));
        assert!(migration.loaded.schema.topics.is_empty(), "{text}");
        let open = migration.loaded.schema.modules[0].unresolved.iter();
        let open: Vec<String> = open
            .map(|o| format!("{} {}", o.name, o.place.rsplit(':').next().unwrap_or("")))
            .collect();
        assert_eq!(open, expected, "{text}");
    }
}

#[test]
fn a_name_alone_is_a_suggestion() {
    let migration = one(&format!(
        "{CLASSES}order_placed_queue = 'persistent://t/n/q'"
    ));
    assert!(migration.loaded.schema.topics.is_empty());
    let open = &migration.loaded.schema.modules[0].unresolved[0];
    assert_eq!(open.legacy.as_deref(), Some("persistent://t/n/q"));
    let (_, suggested) = open
        .reason
        .split_once("by its name it may carry OrderPlaced: ")
        .expect("a suggestion");
    assert_eq!(
        suggested,
        r#"topic.order_placed_queue = { record = "OrderPlaced", address = "q1/t/n/q", legacy = "persistent://t/n/q" }"#
    );
    let mut rows = migration.table.rows.iter();
    let row = rows.find(|row| row.open).expect("a row");
    assert_eq!(
        (row.registered.as_str(), row.definition.as_str()),
        ("persistent://t/n/q", "q1/t/n/q")
    );
    assert_eq!(row.verdict, Verdict::Manual);
}

#[test]
fn what_cannot_be_told_is_left_open() {
    for (text, code, reason) in [
        (
            "T = 'persistent://t/n/q'",
            "UNRESOLVED_TOPIC",
            "what travels on it",
        ),
        (
            "r_topic = 'persistent://t/c/n/q'",
            "TOPIC_ILLEGAL",
            "no neutral form",
        ),
        (
            "r_topic = 'persistent://t/n/a:b'",
            "TOPIC_ILLEGAL",
            "no neutral form",
        ),
        (
            "r_topic = 'persistent://t/n/non-persistent://x/y'",
            "TOPIC_SCHEME",
            "no neutral form",
        ),
        (
            "import os\nr_topic = f'persistent://t/n/{os.getenv(\"X\")}'",
            "UNRESOLVED_TOPIC",
            "the address is not known",
        ),
    ] {
        let migration = one(&format!("class R(Record): x = String()\n{text}"));
        assert!(migration.loaded.schema.topics.is_empty());
        assert!(
            codes(&migration).contains(&code),
            "{text}: {:?}",
            migration.findings
        );
        let open = &migration.loaded.schema.modules[0].unresolved;
        assert!(
            open.len() == 1 && open[0].reason.contains(reason),
            "{text}: {open:?}"
        );
    }
}

#[test]
fn an_address_that_moves_is_told() {
    let migration = one(
        "class R(Record): x = String()\nr_topic = 'persistent://t/n/q-partition-3'\nPublisher(r_topic, R)",
    );
    assert_eq!(codes(&migration), ["TOPIC_MOVED"]);
    let topic = &migration.loaded.schema.topics[0];
    assert_eq!(
        topic.legacy.as_deref(),
        Some("persistent://t/n/q-partition-3")
    );
    let row = &migration.table.rows[1];
    let (old, new) = ("persistent://t/n/q-partition-3", "persistent://t/n/q");
    assert_eq!(row.wire, format!("{old} → {new}"));
    assert!(
        row.verdict == Verdict::Lossy && !row.reason.contains("same topic"),
        "{row:?}"
    );
}

#[test]
fn an_address_of_two_records_is_left_open() {
    let migration = of(&[(
        "a.py",
        "from pulsar.schema import *\nclass A(Record): x = String()\nclass B(Record): x = String()\na_topic = 'persistent://t/n/q'\nb_topic = 'non-persistent://t/n/q'\n",
    )]);
    assert!(!migration.loaded.diagnostics.has_errors());
    assert_eq!(
        migration.loaded.schema.topics.len() + migration.loaded.schema.modules[0].unresolved.len(),
        2
    );
}

#[test]
fn addresses_of_settings_have_what_the_object_was_given() {
    let migration = one("\
import os, pulsar
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple
from pydantic import BaseModel
from pydantic_settings import BaseSettings
class K(Record): x = String()
@dataclass
class Data:
  kind: ClassVar[str] = 'persistent'
  tenant: str = 'acme'
  space: str = field(default='n')
  def topic(self, name): return f'{self.kind}://{self.tenant}/{self.space}/{name}'
class Pair(NamedTuple):
  tenant: str = 'acme'
  def topic(self, name): return 'persistent://' + self.tenant + '/n/' + name
class Model(BaseModel):
  tenant: str = 'acme'
  def topic(self, name): return f'persistent://{self.tenant}/n/{name}'
class Settings(BaseSettings):
  tenant: str = 'acme'
  def topic(self, name): return f'persistent://{self.tenant}/n/{name}'
class Own:
  tenant = 'acme'
  def __init__(self, tenant): self.tenant = tenant
  def topic(self, name): return f'persistent://{self.tenant}/n/{name}'
A = Data().topic('a')
B = Data('other', space='m').topic('b')
C = Pair('other').topic('c')
D = Model(tenant='other').topic('d')
E = Model().topic('e')
F = Settings().topic('f')
def run(client: pulsar.Client):
  client.create_producer(Own('other').topic('g'), schema=JsonSchema(K))
def open_it(client: pulsar.Client, data: Data):
  client.create_producer(Data(tenant='other').topic('h'), schema=JsonSchema(K))
");
    let rows = migration.table.rows.iter();
    let topics: Vec<String> = rows
        .filter(|row| row.kind.name() == "topic")
        .map(|row| format!("{} {} {}", row.name, row.registered, row.reason))
        .collect();
    let open = "Left open: what travels on it cannot be told from the source.";
    assert_eq!(
        topics,
        [
            format!("A persistent://acme/n/a {open}"),
            format!("B persistent://other/m/b {open}"),
            format!("C persistent://other/n/c {open}"),
            format!("D persistent://other/n/d {open}"),
            format!("E persistent://acme/n/e {open}"),
            "F  Left open: the address is not known: `pydantic_settings.BaseSettings` may set `tenant` of `Settings`.".to_owned(),
            "topic  Left open: the address is not known: it depends on the parameter `tenant` of `__init__`.".to_owned(),
            "h persistent://other/n/h The same topic on Pulsar.".to_owned(),
        ]
    );
}

#[test]
fn addresses_that_no_name_is_bound_to_have_a_row_each() {
    let migration = one("\
import os
def topic(q, kind='persistent'): return f'{kind}://t/n/{q}'
known = topic('known')
L1 = topic(os.environ['X'])
def wrap(s): return topic(s)
class W:
    def __init__(self, name):
        self.t = topic(name)
        self.r = f'persistent://t/n/{name}-resp'
def default(q='persistent://t/n/default'): return 'persistent://t/n/returned'
other = lambda: 'persistent://t/n/lambda'
choice = 'persistent://t/n/first' if os.environ['X'] else 'persistent://t/n/second'
if os.environ['X']:
    branch = 'persistent://t/n/one'
else:
    branch = 'persistent://t/n/two'
print('persistent://t/n/told', f'persistent://t/n/{other}')
def unused(q): return f'persistent://t/n/{q}'
");
    let rows = migration.table.rows.iter();
    let topics: Vec<String> = rows
        .filter(|row| row.place.starts_with("a.py") || row.place.contains("/a.py"))
        .map(|row| {
            let line = row.place.rsplit(':').next().unwrap_or("");
            format!("{line} {}", row.name)
        })
        .collect();
    assert_eq!(
        topics,
        [
            "5 known",
            "6 L1",
            "7 topic",
            "10 t",
            "11 r",
            "12 default",
            "12 returned",
            "13 lambda",
            "14 first",
            "14 choice",
            "14 second",
            "16 one",
            "18 branch",
            "20 topic"
        ]
    );
}

#[test]
fn what_a_topic_is_opened_to_is_no_topic() {
    let migration = of(&[(
        "a.py",
        "\
from pulsar.schema import *
class M(Record):
    x = String()
def serve(client):
    consumer = client.subscribe('persistent://t/n/q1', 'sub', schema=AvroSchema(M))
    reader = client.create_reader('persistent://t/n/q2', None, schema=AvroSchema(M))
    both = client.subscribe(['persistent://t/n/q3', 'persistent://t/n/q4'], 's', schema=AvroSchema(M))
",
    )]);
    let rows = migration.table.rows.iter();
    let topics: Vec<String> = rows
        .filter(|row| row.registered.contains('/') || row.definition.is_empty())
        .map(|row| format!("{} {}", row.name, row.verdict.name()))
        .collect();
    assert_eq!(topics, ["q1 exact", "q2 exact", "q3 exact", "q4 exact"]);
}
