//! The files of suites into cases.

use std::collections::HashMap;
use std::path::Path;

use tg_schema_compat::report::{Format, Ways};
use tg_schema_compat::version::Version;
use tg_schema_model::Json;
use tg_schema_model::json::parse;

use crate::avsc::version;

/// The cases of a project.
pub struct Suite {
    /// Name of the file.
    pub name: String,
    /// Whose verdicts are expected.
    pub engine: Format,
    schemas: HashMap<String, String>,
    pub cases: Vec<Case>,
}

/// A schema after earlier ones.
#[derive(Debug)]
pub struct Case {
    pub mode: Mode,
    /// Names of the earlier schemas, oldest first.
    pub old: Vec<String>,
    /// Name of the new one.
    pub new: String,
    /// Whether a registry in that mode accepts it.
    pub accepted: bool,
    /// Why that is not what the project expects, where it is not.
    pub why: Option<String>,
}

/// What a registry asks for.
#[derive(Debug)]
pub struct Mode {
    backward: bool,
    forward: bool,
    /// Of all earlier schemas, and not of the last alone.
    pub transitive: bool,
}

impl Mode {
    fn of(word: &str) -> Self {
        let (word, transitive) = match word.strip_suffix("_TRANSITIVE") {
            Some(word) => (word, true),
            None => (word, false),
        };
        let (backward, forward) = match word {
            "BACKWARD" => (true, false),
            "FORWARD" => (false, true),
            "FULL" => (true, true),
            other => panic!("{other}"),
        };
        Mode {
            backward,
            forward,
            transitive,
        }
    }

    /// Whether a verdict is enough.
    pub fn accepts(&self, found: Ways) -> bool {
        (found.backward || !self.backward) && (found.forward || !self.forward)
    }
}

impl Suite {
    /// The text of a schema.
    pub fn text(&self, name: &str) -> String {
        self.schemas[name].clone()
    }

    /// Schemas as versions.
    pub fn versions(&self, names: &[String]) -> Vec<Version> {
        let numbered = names.iter().enumerate();
        numbered
            .map(|(at, name)| version(&format!("v{at}"), &self.text(name)))
            .collect()
    }

    fn read(path: &Path) -> Self {
        let tree = parse(&std::fs::read_to_string(path).unwrap()).unwrap();
        let word = |tree: &Json, key: &str| tree.get(key).and_then(Json::as_str).map(str::to_owned);
        let schemas = tree.get("schemas").and_then(Json::as_object).unwrap();
        let cases = tree.get("cases").and_then(Json::as_array).unwrap();
        let case = |case: &Json| {
            let accepted = case.get("accepted").and_then(Json::as_bool).unwrap();
            let (theirs, why) = (case.get("theirs"), word(case, "why"));
            assert_eq!(theirs.is_some(), why.is_some(), "{case:?}");
            assert_ne!(theirs.and_then(Json::as_bool), Some(accepted), "{case:?}");
            let old = case.get("old").and_then(Json::as_array).unwrap();
            Case {
                mode: Mode::of(&word(case, "mode").unwrap()),
                old: old.iter().map(|o| o.as_str().unwrap().to_owned()).collect(),
                new: word(case, "new").unwrap(),
                accepted,
                why,
            }
        };
        Suite {
            name: path.file_name().unwrap().to_string_lossy().into_owned(),
            engine: match word(&tree, "engine").unwrap().as_str() {
                "avro" => Format::Avro,
                "pulsar" => Format::Pulsar,
                other => panic!("{other}"),
            },
            schemas: schemas
                .iter()
                .map(|(name, schema)| (name.clone(), schema.compact()))
                .collect(),
            cases: cases.iter().map(case).collect(),
        }
    }
}

/// Every suite, by the names of their files.
pub fn suites() -> Vec<Suite> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suites");
    let files = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "json"));
    paths.sort();
    paths.iter().map(|path| Suite::read(path)).collect()
}
