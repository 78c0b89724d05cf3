//! Annotated Rust and Avro schemas beside definitions.

use std::fs;
use std::path::{Path, PathBuf};

use tg_schema_gen::load::{LoadError, Loaded, definition_files, from_texts, load};

/// A folder of its own for one test, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let path =
            std::env::temp_dir().join(format!("tg-schema-inputs-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        for (name, text) in files {
            let path = path.join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        Folder(path)
    }
    fn load(&self, inputs: &[&str]) -> Loaded {
        let inputs: Vec<PathBuf> = inputs.iter().map(|i| self.0.join(i)).collect();
        load(&inputs).expect("files")
    }
    fn names(&self, paths: &[PathBuf]) -> Vec<String> {
        let below = |path: &PathBuf| path.strip_prefix(&self.0).map(Path::to_owned);
        let text = |path: &PathBuf| below(path).expect("below").display().to_string();
        paths.iter().map(text).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Every record with its module, sorted.
fn records(loaded: &Loaded) -> Vec<String> {
    let schema = &loaded.schema;
    let name =
        |r: &tg_schema_model::Record| format!("{}.{}", schema.modules[r.module].dotted(), r.name);
    let mut names: Vec<String> = schema.records.iter().map(name).collect();
    names.sort();
    names
}

/// `place: message`, the folder left out of the place.
fn problems(loaded: &Loaded) -> Vec<String> {
    let lines = loaded.diagnostics.0.iter().map(|d| {
        let place = loaded.sources.place(d.span).unwrap_or_default();
        let place = place.rsplit('/').next().unwrap_or_default().to_owned();
        format!("{place}: {}", d.message)
    });
    lines.collect()
}

const TOML: &str = "[record.T.fields]\nx = \"int\"\n";
const AVSC: &str = r#"{"type":"record","name":"A","fields":[{"name":"x","type":"int"}]}"#;

#[test]
fn all_kinds_in_one_folder() {
    let folder = Folder::new(
        "kinds",
        &[
            ("t.toml", TOML),
            ("sub/a.avsc", AVSC),
            (
                "lib.rs",
                "mod inner;\nmod plain;\n#[tg_schema] struct L { i: inner::deep::D, s: crate::sub::s::S }",
            ),
            ("inner.rs", "pub mod deep { #[tg_schema] pub struct D {} }"),
            ("plain.rs", "pub struct P;"),
            ("sub/s.rs", "#[tg_schema] pub struct S {}"),
            ("sub/no_rust.rs", "this is { not Rust"),
            ("generated/.tg-schema-manifest", ""),
            ("generated/avro/A.avsc", AVSC),
            ("target/CACHEDIR.TAG", ""),
            ("target/x.rs", "#[tg_schema] struct X {}"),
        ],
    );
    let loaded = folder.load(&[""]);
    assert_eq!(problems(&loaded), Vec::<String>::new());
    let expected = ["inner.deep.D", "lib.L", "sub.a.A", "sub.s.S", "t.T"];
    assert_eq!(records(&loaded), expected);
    let modules: Vec<String> = loaded.schema.modules.iter().map(|m| m.dotted()).collect();
    assert_eq!(modules, ["inner.deep", "lib", "sub.a", "sub.s", "t"]);
    let files = [
        "sub/a.avsc",
        "t.toml",
        "inner.rs",
        "lib.rs",
        "sub/s.rs",
        "plain.rs",
    ];
    assert_eq!(folder.names(&loaded.files), files);
    let sources: Vec<PathBuf> = loaded.sources.0.iter().map(|s| (&s.name).into()).collect();
    assert_eq!(folder.names(&sources), files);
    let skipped = ["plain.rs", "sub/no_rust.rs"];
    assert_eq!(folder.names(&loaded.skipped), skipped);
}

#[test]
fn a_file_that_is_named() {
    let folder = Folder::new(
        "named",
        &[
            ("src/lib.rs", "pub mod a;"),
            ("src/a.rs", "mod b;\n#[tg_schema] struct A { b: b::B }"),
            ("src/a/b.rs", "#[tg_schema] pub struct B {}"),
            ("src/plain.rs", "struct P;"),
            ("s.avsc", AVSC),
            ("t.toml", TOML),
        ],
    );
    let loaded = folder.load(&["src/lib.rs"]);
    assert_eq!(problems(&loaded), Vec::<String>::new());
    assert_eq!(records(&loaded), ["a.A", "a.b.B"]);
    assert_eq!(
        folder.names(&loaded.files),
        ["src/lib.rs", "src/a.rs", "src/a/b.rs"]
    );
    for inputs in [&["src/a.rs"][..], &["src", "src/a.rs", "src/a/b.rs"]] {
        let loaded = folder.load(inputs);
        assert_eq!(problems(&loaded), Vec::<String>::new());
        assert_eq!(records(&loaded), ["a.A", "a.b.B"], "{inputs:?}");
    }
    let loaded = folder.load(&["src/plain.rs", "s.avsc"]);
    let expected = ["plain.rs:1:1: SRC has no annotated item"];
    let name = folder.0.join("src/plain.rs").display().to_string();
    let found: Vec<String> = problems(&loaded)
        .iter()
        .map(|p| p.replace(&name, "SRC"))
        .collect();
    assert_eq!(found, expected);

    let path = |name: &str| folder.0.join(name);
    assert_eq!(
        definition_files(std::slice::from_ref(&folder.0)).expect("files"),
        [path("t.toml")]
    );
    for name in ["s.avsc", "src/a.rs"] {
        let error = definition_files(&[path(name)]).expect_err(name);
        assert!(matches!(error, LoadError::NoDefinition(_)), "{error}");
    }
}

#[test]
fn the_whole_is_checked() {
    let topic = "[topic.t]\nrecord = \"T\"\naddress = \"q0/tg/flow/x\"\n";
    let folder = Folder::new(
        "whole",
        &[
            (
                "a.toml",
                &format!("[record.A.fields]\nx = \"int\"\n{TOML}{topic}"),
            ),
            ("b.avsc", AVSC),
            (
                "c.rs",
                "#[tg_schema(topic = \"q1/tg/flow/x\")]\nstruct T {}",
            ),
            ("d.rs", "#[tg_schema] struct D {}"),
            ("d.toml", "[record.X.fields]\nx = \"D\"\n"),
        ],
    );
    let found = problems(&folder.load(&["a.toml", "b.avsc", "c.rs"]));
    for part in ["b.avsc:1:25: ", "c.rs:2:8: ", "c.rs:1:21: "] {
        assert!(
            found.iter().any(|p| p.starts_with(part)),
            "{part} {found:?}"
        );
    }
    let found = problems(&folder.load(&["d.rs", "d.toml"]));
    assert!(
        found.contains(&"d.rs:1:1: two files are the module `d`".to_owned()),
        "{found:?}"
    );
    assert!(
        found.contains(&"d.toml:2:6: unknown type `D`".to_owned()),
        "{found:?}"
    );
}

#[test]
fn what_is_wrong_has_a_place() {
    let folder = Folder::new(
        "wrong",
        &[
            (
                "r.rs",
                "// é\n#[tg_schema]\nstruct R {\n    x: u64,\n    y: Gone,\n}\nmod none;\n",
            ),
            ("s.rs", "#[tg_schema]\nstruct S {\n    y: Gone,\n}\n"),
            (
                "a.avsc",
                "{\"type\": \"record\",\n \"name\": \"A\", \"fields\": [\n  {\"name\": \"x\", \"type\": \"nit\"}]}",
            ),
        ],
    );
    let found = problems(&folder.load(&["r.rs", "s.rs", "a.avsc"]));
    for part in ["a.avsc:3:25: ", "r.rs:4:8: ", "r.rs:7:5: ", "s.rs:3:8: "] {
        assert!(
            found.iter().any(|p| p.starts_with(part)),
            "{part} {found:?}"
        );
    }
    fs::write(folder.0.join("r.rs"), b"#[tg_schema] struct A { x: \xff }").expect("a file");
    let found = problems(&folder.load(&[""]));
    assert!(
        found
            .iter()
            .any(|p| p.starts_with("r.rs:1:28: ") && p.contains("UTF-8")),
        "{found:?}"
    );
}

#[test]
fn texts_follow_modules_among_themselves() {
    let text = |path: &[&str], name: &str, text: &str| {
        let path = path.iter().map(|p| (*p).to_owned()).collect();
        (path, name.to_owned(), text.to_owned())
    };
    let loaded = from_texts(vec![
        text(
            &["lib"],
            "src/lib.rs",
            "mod plain;\nmod a;\n#[tg_schema] struct L { a: a::A }",
        ),
        text(&["plain"], "src/plain.rs", "struct P;"),
        text(
            &["a", "mod"],
            "src/a/mod.rs",
            "#[tg_schema] pub struct A {}",
        ),
        text(&["s"], "s.avsc", &AVSC.replace("\"A\"", "\"S\"")),
        text(&["t"], "t", TOML),
    ]);
    assert_eq!(problems(&loaded), Vec::<String>::new());
    assert_eq!(
        records(&loaded),
        ["a.A", "lib.L", "s.S", "t.T"].map(str::to_owned)
    );
}
