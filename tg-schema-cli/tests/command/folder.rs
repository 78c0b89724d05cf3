//! A folder of its own for each test, and the command run in it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use tg_schema_model::{Json, json};

pub const CHAT: &str = r#"doc = "Talk."
namespace = "demo"

[record.Question]
doc = "Ask."

[record.Question.fields]
prompt = "string"
system = "string?"
count = { type = "int", default = 1, doc = "How many answers." }
tone = "Tone"
tags = "array<Tag>"

[record.Tag.fields]
name = "string"
weight = "long"

[enum.Tone]
symbols = ["plain", "formal"]

[topic.questions]
record = "Question"
address = "q1/demo/chat/questions"
"#;

/// Everything that a run left.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
    pub bytes: Vec<u8>,
}

impl Run {
    /// The run ended with this code.
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }
    #[track_caller]
    pub fn says(self, part: &str) -> Self {
        assert!(self.out.contains(part), "{part:?} is not in {self:#?}");
        self
    }
    #[track_caller]
    pub fn complains(self, part: &str) -> Self {
        assert!(self.err.contains(part), "{part:?} is not in {self:#?}");
        self
    }
    #[track_caller]
    pub fn silent(self) -> Self {
        assert!(self.err.is_empty(), "{self:#?}");
        self
    }
    #[track_caller]
    pub fn json(&self) -> Json {
        json::parse(&self.out).unwrap_or_else(|e| panic!("{e}: {self:#?}"))
    }
}

pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("tg-schema-command-{}-{n}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
    /// With `schemas/chat.toml`.
    pub fn chat() -> Self {
        let folder = Folder::new();
        folder.put("schemas/chat.toml", CHAT);
        folder
    }
    pub fn path(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }
    pub fn put(&self, path: &str, text: &str) {
        let place = self.path(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, text).unwrap();
    }
    #[track_caller]
    pub fn get(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
    }
    pub fn has(&self, path: &str) -> bool {
        self.path(path).exists()
    }
    pub fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).unwrap();
    }
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tg-schema"));
        command
            .args(arguments)
            .current_dir(&self.0)
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE");
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
    pub fn run(&self, arguments: &[&str]) -> Run {
        self.pipe(arguments, b"")
    }
    pub fn pipe(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        // The command may end without reading.
        let _ = child.stdin.take().unwrap().write_all(input);
        let output = child.wait_with_output().unwrap();
        Run {
            code: output.status.code().unwrap(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
            bytes: output.stdout,
        }
    }
    /// Every file below `path` with its content.
    pub fn all(&self, path: &str) -> BTreeMap<String, Vec<u8>> {
        fn walk(at: &Path, base: &Path, out: &mut BTreeMap<String, Vec<u8>>) {
            for entry in fs::read_dir(at).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() && !path.is_symlink() {
                    walk(&path, base, out);
                } else {
                    let name = path
                        .strip_prefix(base)
                        .unwrap()
                        .to_string_lossy()
                        .into_owned();
                    out.insert(name, fs::read(&path).unwrap_or_default());
                }
            }
        }
        let mut out = BTreeMap::new();
        walk(&self.path(path), &self.path(path), &mut out);
        out
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
