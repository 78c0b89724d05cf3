//! Thirteen changes of the kinds that the messages of the case study went through after they were moved, each of
//! which removes or renames fields. Eleven pass Avro's rules in both directions and lose data all the same:
//! every one of them has to be told, at its place and by the right rule.

mod told;

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::report::{Compared, Report, Severity, Ways};
use tg_schema_compat::version::Version;
use tg_schema_gen::load::from_texts;

struct Pair {
    /// What was done.
    name: &'static str,
    /// The fields, `record` by `record`: before and after.
    old: &'static str,
    new: &'static str,
    /// What Avro says.
    avro: Ways,
    /// The record, the rule, the path and its severity.
    told: &'static [(&'static str, &'static str, &'static str, Severity)],
}

const FULL: Ways = Ways::FULL;
const NONE: Ways = Ways {
    backward: false,
    forward: false,
};
use Severity::{Breaking, Loss};

const PAIRS: [Pair; 13] = [
    Pair {
        name: "a field that clients read is dropped from two answers",
        old: "[record.GraphAnswer.fields]\nresponse = \"string?\"\nchunk = \"string?\"\n\
              [record.DocumentAnswer.fields]\nresponse = \"string?\"\nchunk = \"string?\"",
        new: "[record.GraphAnswer.fields]\nresponse = \"string?\"\n\
              [record.DocumentAnswer.fields]\nresponse = \"string?\"",
        avro: FULL,
        told: &[
            ("GraphAnswer", "FIELD_REMOVED", "chunk", Loss),
            ("DocumentAnswer", "FIELD_REMOVED", "chunk", Loss),
        ],
    },
    Pair {
        name: "a list of lists becomes a list under a name in the singular",
        old: "[record.EntityVectors.fields]\nentity = \"string?\"\nvectors = { type = \"array<array<double>>\", default = [] }",
        new: "[record.EntityVectors.fields]\nentity = \"string?\"\nvector = { type = \"array<double>\", default = [] }",
        avro: FULL,
        told: &[
            ("EntityVectors", "FIELD_REMOVED", "vectors", Loss),
            ("EntityVectors", "FIELD_ADDED", "vector", Severity::Info),
        ],
    },
    Pair {
        name: "a field is renamed and keeps its type",
        old: "[record.ChunkVectors.fields]\nvectors = { type = \"array<double>\", default = [] }",
        new: "[record.ChunkVectors.fields]\nvector = { type = \"array<double>\", default = [] }",
        avro: FULL,
        told: &[("ChunkVectors", "FIELD_RENAME_SUSPECTED", "vector", Loss)],
    },
    Pair {
        name: "the owner is dropped from metadata that every message has",
        old: "[record.Metadata.fields]\nid = \"string?\"\nuser = { type = \"string\", default = \"\" }\n\
              [record.Document.fields]\nmetadata = \"Metadata?\"\ntext = \"string?\"",
        new: "[record.Metadata.fields]\nid = \"string?\"\n\
              [record.Document.fields]\nmetadata = \"Metadata?\"\ntext = \"string?\"",
        avro: FULL,
        told: &[
            ("Metadata", "FIELD_REMOVED", "user", Loss),
            ("Document", "FIELD_REMOVED", "metadata.user", Loss),
        ],
    },
    Pair {
        name: "three optional fields of an answer become one with a kind beside it",
        old: "[record.AgentAnswer.fields]\nanswer = \"string?\"\nthought = \"string?\"\nobservation = \"string?\"",
        new: "[record.AgentAnswer.fields]\ncontent = \"string?\"\nkind = \"string?\"",
        avro: FULL,
        told: &[
            ("AgentAnswer", "FIELD_REMOVED", "answer", Loss),
            ("AgentAnswer", "FIELD_REMOVED", "thought", Loss),
            ("AgentAnswer", "FIELD_REMOVED", "observation", Loss),
        ],
    },
    Pair {
        name: "the name of a class becomes the name of a blueprint",
        old: "[record.FlowRequest.fields]\nclass_name = \"string?\"\nflow_id = \"string?\"",
        new: "[record.FlowRequest.fields]\nblueprint_name = \"string?\"\nflow_id = \"string?\"",
        avro: FULL,
        told: &[(
            "FlowRequest",
            "FIELD_RENAME_SUSPECTED",
            "blueprint_name",
            Loss,
        )],
    },
    Pair {
        name: "text in a list becomes a reference to it",
        old: "[record.Chunk.fields]\nchunk = \"bytes?\"\n[record.Chunks.fields]\nchunks = \"array<Chunk>?\"",
        new: "[record.Chunk.fields]\nchunk_id = \"string?\"\n[record.Chunks.fields]\nchunks = \"array<Chunk>?\"",
        avro: FULL,
        told: &[
            ("Chunk", "FIELD_REMOVED", "chunk", Loss),
            ("Chunks", "FIELD_REMOVED", "chunks[].chunk", Loss),
        ],
    },
    Pair {
        name: "two names are swapped for shorter ones at once",
        old: "[record.ConfigRequest.fields]\nconfig_type = \"string?\"\nconfig_key = \"string?\"\nvalues = \"map<string>?\"",
        new: "[record.ConfigRequest.fields]\ntype = \"string?\"\nkey = \"string?\"\nvalues = \"map<string>?\"",
        avro: FULL,
        told: &[
            ("ConfigRequest", "FIELD_RENAME_SUSPECTED", "type", Loss),
            ("ConfigRequest", "FIELD_RENAME_SUSPECTED", "key", Loss),
        ],
    },
    Pair {
        name: "a field moves into a record of its own",
        old: "[record.Page.fields]\ntitle = \"string?\"\nnumber = \"int?\"",
        new: "[record.Place.fields]\nnumber = \"int?\"\n[record.Page.fields]\ntitle = \"string?\"\nplace = \"Place?\"",
        avro: FULL,
        told: &[
            ("Page", "FIELD_REMOVED", "number", Loss),
            ("Place", "SCHEMA_ADDED", "", Severity::Info),
        ],
    },
    Pair {
        name: "a name comes back with an alias, which old readers do not know",
        old: "[record.Scores.fields]\nlimit = \"int?\"",
        new: "[record.Scores.fields]\nmax_results = { type = \"int?\", aliases = [\"limit\"] }",
        avro: FULL,
        told: &[("Scores", "FIELD_RENAMED_ALIAS", "max_results", Loss)],
    },
    Pair {
        name: "a list of maps becomes a list of records under another name",
        old: "[record.Rows.fields]\nvalues = { type = \"array<map<string>>\", default = [] }",
        new: "[record.Row.fields]\ncells = \"map<string>?\"\n[record.Rows.fields]\nrows = { type = \"array<Row>\", default = [] }",
        avro: FULL,
        told: &[("Rows", "FIELD_REMOVED", "values", Loss)],
    },
    Pair {
        name: "a record is replaced by another one, with other fields",
        old: "[record.Value.fields]\nvalue = \"string?\"\nis_uri = { type = \"boolean\", default = false }\n\
              [record.Triple.fields]\nsubject = \"Value?\"",
        new: "[record.Term.fields]\nkind = \"string?\"\niri = \"string?\"\n[record.Triple.fields]\nsubject = \"Term?\"",
        avro: NONE,
        told: &[
            ("Triple", "RECORD_RENAMED", "subject", Breaking),
            ("Triple", "FIELD_REMOVED", "subject.is_uri", Loss),
        ],
    },
    Pair {
        name: "a required field is renamed",
        old: "[record.Query.fields]\nquestion = \"string\"",
        new: "[record.Query.fields]\nquery = \"string\"",
        avro: NONE,
        told: &[("Query", "FIELD_RENAME_SUSPECTED", "query", Breaking)],
    },
];

fn version(text: &str) -> Version {
    let file = (vec!["m".to_owned()], "m.toml".to_owned(), text.to_owned());
    let loaded = from_texts(vec![file]);
    assert!(
        !loaded.diagnostics.has_errors(),
        "{text}\n{:?}",
        loaded.diagnostics
    );
    Version::of_definitions("v", loaded.schema, loaded.sources)
}

fn record<'r>(report: &'r Report, name: &str) -> &'r Compared {
    let found = report.records.iter().find(|r| r.record == name);
    found.unwrap_or_else(|| panic!("no record {name}"))
}

#[test]
fn every_change_is_told() {
    let mut wrong = Vec::new();
    for pair in &PAIRS {
        let report = check(
            &version(pair.new),
            &[version(pair.old)],
            &Options::default(),
        )
        .unwrap();
        for (name, rule, path, severity) in pair.told {
            let record = record(&report, name);
            let told = record.findings.iter().any(|f| {
                (f.rule.page.id, f.path.as_str(), f.severity) == (*rule, *path, *severity)
            });
            if !told {
                wrong.push(format!(
                    "{}: no {rule} at {path}\n{}",
                    pair.name,
                    told::words(record)
                ));
            }
            for contradiction in told::contradictions(record) {
                wrong.push(format!("{}: {contradiction}", pair.name));
            }
        }
        let of_pair = report
            .records
            .iter()
            .filter_map(|r| r.matrix.as_ref()?.avro);
        let avro = of_pair.fold(Ways::FULL, Ways::and);
        if avro != pair.avro || !(report.loss || pair.avro != FULL) {
            wrong.push(format!(
                "{}: avro {}, loss {}",
                pair.name,
                avro.as_str(),
                report.loss
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let pass = PAIRS.iter().filter(|pair| pair.avro == FULL).count();
    assert_eq!((pass, PAIRS.len()), (11, 13));
}
