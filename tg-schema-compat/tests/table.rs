//! Every change of `table.md`, with the verdicts of every engine.

mod rows;

use rows::definition;
use tg_schema_compat::engine::avro::{Defaults, Graph};
use tg_schema_compat::engine::json::{self, Party, Peer};
use tg_schema_compat::engine::{confluent, pulsar, rust};
use tg_schema_compat::loss::{self, Direction};
use tg_schema_gen::load::from_texts;
use tg_schema_model::{Profile, RecordId, Schema, avro};

/// One version of a definition, and its text in a registry.
struct Version {
    schema: Schema,
    record: RecordId,
    graph: Graph,
}

impl Version {
    fn of(cell: &str) -> Self {
        let text = definition(cell);
        let loaded = from_texts(vec![(
            vec!["m".to_owned()],
            "m.toml".to_owned(),
            text.clone(),
        )]);
        let errors: Vec<String> = loaded
            .diagnostics
            .0
            .iter()
            .map(|d| format!("{d:?}"))
            .collect();
        assert!(errors.is_empty(), "{text}\n{}", errors.join("\n"));
        let schema = loaded.schema;
        let named = |name: &str| schema.find_records(name).first().copied();
        let record = named("R").or(named("Q")).expect("a record R or Q");
        let registered = match schema.record(record).profile {
            Profile::PulsarRecord => tg_schema_model::pulsar::text(&schema, record),
            Profile::Plain => avro::text(&schema, record),
        };
        let graph = Graph::parse(&registered, Defaults::Checked).unwrap();
        Version {
            schema,
            record,
            graph,
        }
    }

    fn party(&self) -> Party<'_> {
        Party {
            schema: &self.schema,
            record: self.record,
            peer: Peer::Tg,
        }
    }
}

fn letters(backward: bool, forward: bool) -> &'static str {
    match (backward, forward) {
        (true, true) => "FULL",
        (true, false) => "B",
        (false, true) => "F",
        (false, false) => "–",
    }
}

/// The verdicts of a row, as its cells have them.
fn verdicts(old: &Version, new: &Version) -> [String; 6] {
    let both =
        |verdict: &dyn Fn(&Version, &Version) -> bool| (verdict(new, old), verdict(old, new));
    let avro = both(&|reader, writer| {
        confluent::can_read(&reader.graph, &writer.graph)
            .unwrap()
            .is_compatible()
    });
    let broker = both(&|reader, writer| {
        pulsar::can_read(&reader.graph, &writer.graph)
            .unwrap()
            .is_compatible()
    });
    let read = |reader: &Version, writer: &Version| {
        json::can_read(reader.party(), writer.party()).unwrap()
    };
    let json = both(&|reader, writer| read(reader, writer).is_compatible());
    let changes = rust::compare(
        (&rust::Types::of(&old.schema), old.record),
        (&rust::Types::of(&new.schema), new.record),
        rust::Options::default(),
    );
    let losses = loss::between(&old.graph, &new.graph).unwrap();
    let lost = |direction: Direction| {
        let reads = |direction: Direction| match direction {
            Direction::Backward => avro.0 || json.0,
            Direction::Forward => avro.1 || json.1,
        };
        losses
            .iter()
            .any(|loss| loss.direction == direction && loss.counts(reads))
    };
    let stored = !pulsar::is_known_as(&new.graph, &old.graph).unwrap();
    [
        letters(avro.0, avro.1).to_owned(),
        letters(json.0, json.1).to_owned(),
        changes.grade().as_str().to_owned(),
        letters(broker.0, broker.1).to_owned(),
        letters(lost(Direction::Backward), lost(Direction::Forward)).to_owned(),
        (if stored { "yes" } else { "no" }).to_owned(),
    ]
}

fn mirrored(letters: &str) -> &str {
    match letters {
        "B" => "F",
        "F" => "B",
        other => other,
    }
}

#[test]
fn every_change() {
    let (mut wrong, mut rows) = (Vec::new(), 0);
    for row in rows::rows(include_str!("table.md")) {
        let [change, old, new, expected @ ..] = row.as_slice() else {
            panic!("{row:?}");
        };
        let (old, new) = (Version::of(old), Version::of(new));
        let found = verdicts(&old, &new);
        if found
            .iter()
            .map(String::as_str)
            .ne(expected.iter().copied())
        {
            wrong.push(format!("{change}: expected {expected:?}, found {found:?}"));
        }
        // Back again, every direction is the other one.
        let back = verdicts(&new, &old);
        for (at, what) in [(0, "avro"), (1, "json"), (3, "pulsar")] {
            let mirror = expected.get(at).map(|letters| mirrored(letters));
            // An alias helps in one direction only, and is gone on the way back.
            if !change.contains("alias") && mirror != Some(&back[at]) {
                wrong.push(format!("{change}, back again: {what} is {}", back[at]));
            }
        }
        rows += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rows > 70);
}
