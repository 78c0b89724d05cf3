//! Files and folders on the disk into one project.

use std::fs;
use std::path::{Path, PathBuf};

use tg_schema_gen::load::{self, LoadError, MAX_FILE_SIZE, load};

/// A folder of its own for one test, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("tg-schema-load-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }
    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(&path, text).expect("a file");
        path
    }
    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const RECORD: &str = "[record.A.fields]\nx = \"int\"\n";

#[test]
fn folders_are_walked_in_order() {
    let folder = Folder::new("walk");
    folder.write(
        "z.toml",
        "namespace = \"z\"\n[record.A.fields]\nx = \"int\"\n",
    );
    folder.write("services/llm.toml", RECORD);
    folder.write(
        "services/agent.json",
        r#"{"record": [{"name": "B", "fields": [{"name": "a", "type": "llm.A"}]}]}"#,
    );
    folder.write(".hidden/a.toml", "not toml");
    folder.write(".b.toml", "not toml");
    folder.write("definition.schema.json", "not json");
    folder.write("tg-schema.toml", "not toml");
    folder.write("README.md", "not a definition");
    let loaded = load(&[folder.path().to_owned()]).expect("files");
    assert_eq!(loaded.diagnostics.0, []);
    let modules: Vec<String> = loaded.schema.modules.iter().map(|m| m.dotted()).collect();
    assert_eq!(modules, ["services.agent", "services.llm", "z"]);
    let expected =
        ["services/agent.json", "services/llm.toml", "z.toml"].map(|name| folder.path().join(name));
    assert_eq!(loaded.files, expected);
    let names: Vec<_> = loaded
        .sources
        .0
        .iter()
        .map(|s| PathBuf::from(&s.name))
        .collect();
    assert_eq!(names, expected);

    // A file that is named stands under its stem, and is read once.
    let file = folder.path().join("z.toml");
    let loaded = load(&[file.clone(), file]).expect("a file");
    assert_eq!(loaded.schema.modules[0].path, ["z"]);
    assert_eq!(loaded.schema.modules.len(), 1);
    assert!(load(&[]).expect("nothing").files.is_empty());
}

#[test]
fn two_files_are_not_one_module() {
    let folder = Folder::new("twice");
    folder.write("a.toml", RECORD);
    folder.write("a.json", "{}");
    folder.write("b-c/1d.toml", "");
    let loaded = load(&[folder.path().to_owned()]).expect("files");
    let message = |expected: &str| loaded.diagnostics.0.iter().find(|d| d.message == expected);
    for part in ["b-c", "1d"] {
        let expected = format!("the file or folder name {part:?} cannot be the name of a module");
        assert!(
            message(&expected).is_some(),
            "{expected}: {:?}",
            loaded.diagnostics
        );
    }
    assert_eq!(loaded.diagnostics.0.len(), 3, "{:?}", loaded.diagnostics);
    let found = message("two files are the module `a`").expect("a diagnostic");
    assert_eq!(
        loaded.sources.place(found.span),
        Some(format!("{}:1:1", folder.path().join("a.toml").display()))
    );
    let help = found.help.clone().unwrap_or_default();
    assert!(help.contains("a.json"), "{help}");
}

#[test]
fn bytes_that_are_no_text_have_a_place() {
    let folder = Folder::new("bytes");
    let path = folder.write("a.toml", b"doc = \"\xc3\xa9\"\ndoc2 = \"\xff\"\n");
    let loaded = load(std::slice::from_ref(&path)).expect("a file");
    let found = &loaded.diagnostics.0[0];
    assert!(
        found
            .message
            .ends_with("is not UTF-8: byte 19 starts no character"),
        "{}",
        found.message
    );
    let place = loaded.sources.place(found.span).unwrap_or_default();
    assert_eq!(place, format!("{}:2:9", path.display()));
}

#[test]
fn what_cannot_be_opened_is_told() {
    let folder = Folder::new("errors");
    let missing = folder.path().join("none.toml");
    let error = load(std::slice::from_ref(&missing)).expect_err("no file");
    assert!(matches!(&error, LoadError::Missing(path) if *path == missing));
    assert_eq!(
        error.to_string(),
        format!("there is no {}", missing.display())
    );
    for name in ["a.txt", "toml", "b.yaml"] {
        let path = folder.write(name, RECORD);
        let error = load(&[path]).expect_err(name);
        assert!(matches!(error, LoadError::Unsupported(_)), "{error}");
    }
    let large = folder.write("large.toml", "#");
    fs::File::options()
        .write(true)
        .open(&large)
        .and_then(|file| file.set_len(MAX_FILE_SIZE + 1))
        .expect("a large file");
    assert!(matches!(load(&[large]), Err(LoadError::TooLarge(_))));
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_end() {
    let folder = Folder::new("links");
    folder.write("a/b.toml", RECORD);
    std::os::unix::fs::symlink(folder.path(), folder.path().join("a/again")).expect("a link");
    let loaded = load(&[folder.path().to_owned()]).expect("files");
    assert_eq!(loaded.files, [folder.path().join("a/b.toml")]);
    assert_eq!(loaded.diagnostics.0, []);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_in_a_folder_is_told() {
    use std::os::unix::fs::symlink;
    for name in ["x.toml", "x.JSON", "x.rs", "sub"] {
        let folder = Folder::new("broken-link");
        folder.write("a.toml", RECORD);
        let link = folder.path().join(name);
        symlink("nowhere", &link).expect("a link");
        let inputs = [folder.path().to_owned()];
        for error in [
            load(&inputs).expect_err(name),
            load::definition_files(&inputs).expect_err(name),
            load(std::slice::from_ref(&link)).expect_err(name),
        ] {
            assert!(matches!(&error, LoadError::BrokenLink(path) if *path == link));
            let text = error.to_string();
            assert!(text.ends_with("is a link that leads nowhere"), "{text}");
        }
    }
    let folder = Folder::new("sockets");
    folder.write("a.toml", RECORD);
    symlink("nowhere", folder.path().join("notes.md")).expect("a link");
    symlink("nowhere", folder.path().join(".#a.toml")).expect("a link");
    assert_eq!(
        load(&[folder.path().to_owned()])
            .expect("files")
            .files
            .len(),
        1
    );
    // A socket stands for everything that is neither a file nor a folder.
    let path = folder.path().join("s.toml");
    let _socket = std::os::unix::net::UnixListener::bind(&path).expect("a socket");
    for input in [folder.path().to_owned(), path.clone()] {
        let error = load(&[input]).expect_err("a socket");
        assert!(matches!(&error, LoadError::NoFile(at) if *at == path));
        assert!(error.to_string().ends_with("is not a regular file"));
    }
}

#[test]
fn extensions_have_any_case() {
    let folder = Folder::new("case");
    folder.write("a.TOML", RECORD);
    folder.write("b.Json", r#"{"enum": [{"name": "E", "symbols": ["x"]}]}"#);
    folder.write("x.Schema.JSON", "not json");
    let loaded = load(&[folder.path().to_owned()]).expect("files");
    assert_eq!(loaded.diagnostics.0, []);
    assert_eq!(
        (loaded.schema.records.len(), loaded.schema.enums.len()),
        (1, 1)
    );
}

#[test]
fn a_file_counts_once_by_whatever_name() {
    let folder = Folder::new("names");
    folder.write("s/a.toml", RECORD);
    folder.write("s/deep/b.toml", "[record.B.fields]\nx = \"a.A\"\n");
    folder.write("s/lib.rs", "mod m;");
    folder.write("s/m.rs", "mod n;\n#[tg_schema] pub struct M { n: n::N }");
    folder.write("s/m/n.rs", "#[tg_schema] pub struct N {}");
    let at = |name: &str| folder.path().join(name);
    for inputs in [
        &["s", "s/../s"][..],
        &["s/../s", "s"],
        &["s/deep", "s", "s/a.toml", "s/../s/deep/b.toml"],
        &["s/../s/m/n.rs", "s/./lib.rs", "s/../s/m.rs", "s"],
        &[
            "s/../s/m/n.rs",
            "s/lib.rs",
            "s/../s/m.rs",
            "s/a.toml",
            "s/deep/b.toml",
        ],
    ] {
        let paths: Vec<PathBuf> = inputs.iter().map(|name| at(name)).collect();
        let loaded = load(&paths).expect("files");
        assert_eq!(loaded.diagnostics.0, [], "{inputs:?}");
        let mut names: Vec<&str> = loaded.schema.records.iter().map(|r| &*r.name).collect();
        names.sort_unstable();
        assert_eq!(names, ["A", "B", "M", "N"], "{inputs:?}");
        let read = loaded.files.len() + loaded.skipped.len();
        assert_eq!(read, 5, "{inputs:?}");
    }
    let loaded = load(&[at("s/../s"), at("s")]).expect("files");
    assert_eq!(loaded.files[0], at("s/a.toml"));
}

#[test]
fn other_json_and_generated_files_are_no_definitions() {
    let folder = Folder::new("other");
    let a = folder.write("a.toml", RECORD);
    let schema = r#"{"type":"record","name":"A","namespace":"n","fields":[]}"#;
    let other = folder.write("pulsar/A.json", schema);
    folder.write("package.json", r#"{"name": "x"}"#);
    folder.write("Cargo.toml", "[package]\nname = \"x\"\n");
    let inputs = [folder.path().to_owned()];
    assert_eq!(
        load::definition_files(&inputs).expect("files"),
        std::slice::from_ref(&a)
    );
    let error = load::definition_files(std::slice::from_ref(&other)).expect_err("a schema");
    assert!(matches!(error, LoadError::NoDefinition(_)), "{error}");
    fs::remove_file(folder.path().join("Cargo.toml")).expect("it was there");
    let loaded = load(&inputs).expect("files");
    assert_eq!(loaded.diagnostics.0, []);
    assert_eq!(loaded.files, std::slice::from_ref(&a));
    assert_eq!(loaded.skipped, [folder.path().join("package.json"), other]);

    // What an input's own manifest names was written there; the rest is not.
    folder.write("avro/A.avsc", schema);
    let manifest = format!("tg-schema-manifest 1\n{:032} 9 avro/A.avsc\n", 0);
    folder.write(".tg-schema-manifest", manifest);
    assert_eq!(load(&inputs).expect("files").files, [a]);
}

/// Editors that write a mark of the byte order write it into any file.
#[test]
fn marks_of_the_byte_order_are_passed_over() {
    let folder = Folder::new("marks");
    folder.write("a.toml", format!("\u{feff}{RECORD}"));
    folder.write(
        "b.json",
        "\u{feff}{\"record\":{\"B\":{\"fields\":{\"x\":\"int\"}}}}",
    );
    folder.write(
        "c.avsc",
        "\u{feff}{\"type\":\"record\",\"name\":\"C\",\"fields\":[]}",
    );
    folder.write("other.json", "\u{feff}{\"name\":\"package\"}");
    let loaded = load(&[folder.path().to_owned()]).expect("files");
    assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
    let names = loaded.schema.records.iter().map(|r| r.name.as_str());
    assert_eq!(names.collect::<Vec<_>>(), ["A", "B", "C"]);
    assert_eq!(loaded.skipped.len(), 1);
}

#[test]
fn texts_are_sorted_by_module() {
    let text = |module: &str, name: &str| (vec![module.to_owned()], name.to_owned(), String::new());
    let loaded = load::from_texts(vec![text("b", "b.toml"), text("a", "a.toml")]);
    let modules: Vec<String> = loaded.schema.modules.iter().map(|m| m.dotted()).collect();
    assert_eq!(modules, ["a", "b"]);
    assert_eq!(
        loaded.files,
        [PathBuf::from("a.toml"), PathBuf::from("b.toml")]
    );
}
