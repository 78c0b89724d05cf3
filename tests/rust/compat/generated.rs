//! Changed definitions as Python packages, and messages for their readers with what `check` says of them.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use tg_schema_compat::version::Version;
use tg_schema_dynamic::{Random, random_schema};
use tg_schema_gen::output;
use tg_schema_gen::python::{self, Names, Options};
use tg_schema_gen::target::Target;
use tg_schema_model::{EnumId, Item, Json, RecordId, Schema, Sources, Type, validate};
use tg_schema_tests::agreement::{Way, ways};

#[path = "../../../tg-schema-compat/tests/change/mod.rs"]
mod change;

/// Changes that are made. Some of them are of nothing that a definition may say.
const CHANGES: u64 = 400;

/// Writes one package with both versions of all changes, and one line for a record of each.
pub fn lines(folder: &Path, out: &mut impl io::Write) -> io::Result<()> {
    let mut all = Schema::default();
    let mut pairs = Vec::new();
    for seed in 0..CHANGES {
        let old = random_schema(seed ^ 0x9E37);
        let mut random = Random::new(seed);
        let mut new = old.clone();
        for _ in 0..1 + random.below(3) {
            change::change(&mut new, &mut random);
        }
        if validate::check(&new).has_errors() {
            continue;
        }
        let at = [
            join(&mut all, &old, &[format!("change_{seed}"), "old".into()]),
            join(&mut all, &new, &[format!("change_{seed}"), "new".into()]),
        ];
        pairs.push((seed, old, new, at));
    }
    let package = Options {
        package: "changes".to_owned(),
    };
    let files: BTreeMap<String, String> = python::render(&all, &package).into_iter().collect();
    output::write(folder, &files, &[Target::Python])
        .map_err(|e| io::Error::other(format!("{e:?}")))?;
    let names = python::names(&all, &package);
    for (seed, old, new, at) in pairs {
        let mut random = Random::new(seed);
        let id = RecordId(random.below(old.records.len()));
        let old = Version::of_definitions("old", old, Sources::default());
        let new = Version::of_definitions("new", new, Sources::default());
        let [before, after] = at.map(|at| class(&all, &names, RecordId(at + id.0)));
        let ways = ways((&old, id), (&new, id), &mut random);
        let ways = ways.iter().map(|way| (way.direction.as_str(), told(way)));
        let line = Json::object([
            ("seed", Json::int(i64::try_from(seed).unwrap_or_default())),
            ("old", before),
            ("new", after),
            ("ways", Json::object(ways)),
        ]);
        writeln!(out, "{}", line.compact())?;
    }
    Ok(())
}

/// Puts the definitions of one schema below a path of another, and tells the index of its first record there.
fn join(all: &mut Schema, schema: &Schema, below: &[String]) -> usize {
    let (modules, records, enums) = (all.modules.len(), all.records.len(), all.enums.len());
    let topics = all.topics.len();
    for module in &schema.modules {
        let mut module = module.clone();
        module.path = [below, &module.path].concat();
        for item in &mut module.items {
            match item {
                Item::Record(id) => id.0 += records,
                Item::Enum(id) => id.0 += enums,
                Item::Topic(at) => *at += topics,
            }
        }
        all.modules.push(module);
    }
    for record in &schema.records {
        let mut record = record.clone();
        record.module += modules;
        for field in &mut record.fields {
            moved(&mut field.ty, records, enums);
        }
        all.records.push(record);
    }
    for item in &schema.enums {
        let mut item = item.clone();
        item.module += modules;
        all.enums.push(item);
    }
    for topic in &schema.topics {
        let mut topic = topic.clone();
        topic.module += modules;
        topic.record.0 += records;
        all.topics.push(topic);
    }
    records
}

fn moved(ty: &mut Type, records: usize, enums: usize) {
    match ty {
        Type::Record(RecordId(at)) => *at += records,
        Type::Enum(EnumId(at)) => *at += enums,
        Type::Array(ty) | Type::Map(ty) | Type::Optional(ty) => moved(ty, records, enums),
        _ => {}
    }
}

/// The module and the name of a record's class.
fn class(schema: &Schema, names: &Names, id: RecordId) -> Json {
    let module = &names.modules[schema.record(id).module];
    Json::Array(vec![Json::str(module), Json::str(&names.records[id.0])])
}

fn told(way: &Way) -> Json {
    let messages = way.messages.iter().map(|message| {
        Json::object([
            ("text", Json::str(&message.text)),
            ("read", message.read.as_ref().map_or(Json::Null, Json::str)),
            ("shown", Json::Bool(message.shown)),
            ("altered", Json::Bool(message.altered)),
            ("extreme", Json::Bool(message.extreme)),
        ])
    });
    Json::object([
        ("compatible", Json::Bool(way.compatible)),
        ("messages", Json::Array(messages.collect())),
    ])
}
