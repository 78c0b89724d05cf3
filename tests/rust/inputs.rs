//! Annotated Rust and Avro schemas as inputs say what definitions say.

use tg_schema_dynamic::random_schema;
use tg_schema_gen::{Config, Loaded, Target, load, output, target};
use tg_schema_model::avro::{self, import};
use tg_schema_model::{Diagnostics, Schema, Sources, definition, validate};

const OTHERS: [Target; 4] = [Target::Python, Target::Pulsar, Target::Avro, Target::Docs];

fn read(files: &[(&str, &str)]) -> Loaded {
    let texts = files.iter().map(|(name, text)| {
        let stem = name.split('.').next().unwrap_or(name);
        (
            vec![stem.to_owned()],
            (*name).to_owned(),
            (*text).to_owned(),
        )
    });
    let loaded = load::from_texts(texts.collect());
    assert_eq!(loaded.diagnostics.0, [], "{files:?}");
    loaded
}

/// The records of `equality.rs` as they are annotated there, and their definitions.
fn both() -> (Loaded, Loaded) {
    let rust = include_str!("equality.rs");
    let (head, rest) = rust.split_once("/// Where a parcel is.").unwrap();
    assert!(head.starts_with("//! "));
    let (parcel, rest) = rest.split_once("#[tg_schema(values(1, 2))]").unwrap();
    let (old, _) = rest.split_once("fn same_texts").unwrap();
    let parcel = format!("//! Parcels on their way.\n\n/// Where a parcel is.{parcel}");
    let old =
        format!("//! Messages of an old Record code base.\n\n#[tg_schema(values(1, 2))]{old}");
    let annotated = read(&[("parcel.rs", &parcel), ("old.rs", &old)]);

    let parcel = include_str!("../golden/schemas/parcel.toml");
    let (parcel, _) = parcel.split_once("[topic.parcels]").unwrap();
    // A topic of a struct is named after it.
    let parcel = format!(
        "{parcel}[topic.parcel]\nrecord = \"Parcel\"\naddress = \"q1/shop/parcels/moved\"\n"
    );
    let old = include_str!("../golden/schemas/old.toml");
    let defined = read(&[("parcel.toml", &parcel), ("old.toml", old)]);
    (annotated, defined)
}

fn texts(schema: &Schema, text: fn(&Schema, tg_schema_model::RecordId) -> String) -> Vec<String> {
    schema.record_ids().map(|id| text(schema, id)).collect()
}

/// The text of a schema is written without the tree where that can be done.
#[test]
fn schema_texts_are_those_of_their_trees() {
    let mut compared = 0;
    let mut same = |schema: &Schema| {
        for id in schema.record_ids() {
            let tree = avro::schema(schema, id).to_json().pretty(2);
            assert_eq!(avro::text(schema, id), tree);
            compared += 1;
        }
    };
    for seed in 0..300 {
        let mut schema = random_schema(seed);
        same(&schema);
        // Types without namespace inside one, and types of one full name.
        for (at, record) in schema.records.iter_mut().enumerate() {
            record.namespace = [None, Some("a.b".to_owned())][(at + seed as usize) % 2].clone();
        }
        same(&schema);
        for record in schema.records.iter_mut().skip(1).step_by(3) {
            record.name = "Same".to_owned();
        }
        same(&schema);
    }
    assert!(compared > 1_000);
}

#[test]
fn annotated_rust_is_the_same_model() {
    let (annotated, defined) = both();
    let (annotated, defined) = (annotated.schema, defined.schema);
    let modules = |s: &Schema| s.modules.iter().map(|m| m.dotted()).collect::<Vec<_>>();
    assert_eq!(modules(&annotated), ["old", "parcel"]);
    assert_eq!(modules(&annotated), modules(&defined));
    let written = texts(&annotated, definition::text);
    assert_eq!(written.len(), 3);
    assert_eq!(written, texts(&defined, definition::text));
}

#[test]
fn annotated_rust_gives_the_same_files() {
    let (annotated, defined) = both();
    let files = |loaded: &Loaded| target::render(&loaded.schema, &OTHERS, &Config::default());
    let (annotated, defined) = (files(&annotated).unwrap(), files(&defined).unwrap());
    assert!(annotated.len() > 8);
    let names = |files: &output::Files| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&annotated), names(&defined));
    for (name, text) in &annotated {
        assert_eq!(Some(text), defined.get(name), "{name}");
    }
}

/// Any schema as Avro texts and back says the same in Avro.
#[test]
fn avro_schemas_come_back() {
    let (mut same, mut refused) = (0, 0);
    for seed in 0..600 {
        let schema = random_schema(seed);
        for id in schema.record_ids() {
            let text = avro::text(&schema, id);
            // A Record may have registered what no Avro reader takes.
            let Ok(tree) = avro::parse(&text) else {
                refused += 1;
                continue;
            };
            let mut sources = Sources::default();
            let file = import::File {
                path: vec!["file".to_owned()],
                source: sources.add("file.avsc", text.as_str()),
            };
            let (mut read, mut found) = (Schema::default(), Diagnostics::default());
            import::import(&[file], &sources, &mut read, &mut found);
            assert_eq!(found.0, [], "{seed}\n{text}");
            assert!(!validate::check(&read).has_errors(), "{seed}\n{text}");
            let again = read.find_records(&schema.record(id).name);
            let again = match again.as_slice() {
                [one] => *one,
                other => panic!("{seed}: {other:?}"),
            };
            assert_eq!(avro::text(&read, again), text, "{seed}");
            assert_eq!(
                avro::canonical_text(&read, again),
                tree.canonical(),
                "{seed}"
            );
            same += 1;
        }
    }
    assert!(same > 1500 && refused < same / 20, "{same} {refused}");
}

/// The files of one folder, which repeat each other's types, are one schema again.
#[test]
fn generated_avro_files_come_back_together() {
    let golden = crate::definitions::root().join("schemas");
    let schema = load::load(&[golden]).unwrap().schema;
    let files = target::render(&schema, &[Target::Avro], &Config::default()).unwrap();
    let texts = files.iter().map(|(path, text)| {
        let module = path.trim_end_matches(".avsc").split('/').map(str::to_owned);
        (module.collect(), path.clone(), text.clone())
    });
    let loaded = load::from_texts(texts.collect());
    let again = target::render(&loaded.schema, &[Target::Avro], &Config::default());
    assert!(
        !loaded.diagnostics.has_errors(),
        "{:?}",
        loaded.diagnostics.0
    );
    let texts = |files: &output::Files| {
        let mut texts: Vec<String> = files.values().cloned().collect();
        texts.sort();
        texts
    };
    assert_eq!(texts(&again.unwrap()), texts(&files));
}
