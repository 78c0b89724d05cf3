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
    for expected in ["`b-c` is no module name", "`1d` is no module name"] {
        assert!(
            message(expected).is_some(),
            "{expected}: {:?}",
            loaded.diagnostics
        );
    }
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
    std::os::unix::fs::symlink("nowhere", folder.path().join("a/broken.toml")).expect("a link");
    let loaded = load(&[folder.path().to_owned()]).expect("files");
    assert_eq!(loaded.files, [folder.path().join("a/b.toml")]);
    assert_eq!(loaded.diagnostics.0, []);
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
