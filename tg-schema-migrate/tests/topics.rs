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

#[test]
fn records_are_found_by_name_and_by_use() {
    let classes = "import pulsar\nclass OrderPlaced(Record): x = String()\nclass Other(Record): x = String()\n";
    for (text, expected) in [
        (
            "order_placed_topic = 'persistent://t/n/placed'",
            "order_placed_topic q1/t/n/placed OrderPlaced",
        ),
        (
            "ORDER_PLACED_QUEUE = f\"{'non-'}persistent://t/n/{1}\"",
            "ORDER_PLACED_QUEUE q0/t/n/1 OrderPlaced",
        ),
        (
            "def topic(q, kind='persistent'): return '%s://t/n/%s' % (kind, q)\norder_placed_queue = topic('p', kind='non-persistent')",
            "order_placed_queue q0/t/n/p OrderPlaced",
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
            "class Topics:\n  ORDER_PLACED = 'persistent://t/n/q'",
            "ORDER_PLACED q1/t/n/q OrderPlaced",
        ),
    ] {
        assert_eq!(topics(&format!("{classes}{text}")), [expected], "{text}");
    }
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
    let migration =
        one("class R(Record): x = String()\nr_topic = 'persistent://t/n/q-partition-3'");
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
