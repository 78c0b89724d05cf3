//! A folder with a package in Python, its patch, and what comes out when it is applied.

use std::path::{Path, PathBuf};
use std::process::Command;

use tg_schema_gen::{load, python as generated};
use tg_schema_migrate::Progress;
use tg_schema_migrate::apply::{Applied, Code, Target, apply};
use tg_schema_migrate::callers::{Notes, Tightened, callers};
use tg_schema_migrate::interpret::{Parsed, run};
use tg_schema_migrate::source;
use tg_schema_model::{Diagnostics, Schema};

pub const SCHEMA: &str = "\
from enum import Enum
from pulsar.schema import Record, String, Array, Integer

class Color(Enum):
    RED = 1
    GREEN = 2

class Item(Record):
    name = String()
    color = Color

class Order(Record):
    customer = String()
    items = Array(Item())
    total = Integer()

TOPIC = 'orders'
";

const DEFINITIONS: &str = r#"
[enum.Color]
symbols = ["RED", "GREEN"]
[record.Item.fields]
name = "string?"
color = "Color?"
[record.Order.fields]
customer = "string?"
items = "array<Item>?"
total = "int?"
"#;

/// A package of its own: its Records, and the code that uses them.
pub struct Shop(pub PathBuf);

impl Shop {
    pub fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let folder = std::env::temp_dir().join(format!("tg-apply-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let shop = Shop(folder);
        shop.put("shop/__init__.py", "");
        shop.put("shop/schema.py", SCHEMA);
        files.iter().for_each(|(path, text)| shop.put(path, text));
        shop
    }
    pub fn put(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    pub fn get(&self, path: &str) -> String {
        std::fs::read_to_string(self.0.join(path)).unwrap()
    }
    #[track_caller]
    pub fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(&self.0)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .unwrap_or_else(|e| panic!("{program}: {e}"));
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {arguments:?}: {error}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
    pub fn schema(&self) -> Schema {
        let path = vec!["schema".to_owned()];
        let texts = vec![(path, "schema.toml".to_owned(), DEFINITIONS.to_owned())];
        let loaded = load::from_texts(texts);
        assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
        loaded.schema
    }
    pub fn patch(&self) -> Applied {
        let mut findings = Diagnostics::default();
        let progress = Progress::default();
        let texts = source::read(&[self.0.join("shop")], &progress, &mut findings);
        let parsed = Parsed::new(&texts, &progress, &mut findings);
        let program = parsed.program(&texts, &progress);
        let mut notes = Notes::default();
        let outcome = run(program, &mut notes);
        let report = callers(program, &outcome, &notes, &Tightened::default());
        let code = Code {
            program,
            outcome: &outcome,
            notes: &notes,
            report: &report,
        };
        let path = |text: &source::Text| {
            let path = text.path.strip_prefix(&self.0).ok()?;
            Some(path.to_str()?.to_owned())
        };
        let target = Target {
            schema: &self.schema(),
            options: &generated::Options::default(),
            path: &path,
        };
        apply(&code, &target)
    }
    /// Applies the patch and writes the generated package beside.
    #[track_caller]
    pub fn apply(&self, patch: &str) {
        self.put("the.patch", patch);
        self.run("git", &["init", "-q"]);
        self.run("git", &["apply", "--check", "the.patch"]);
        self.run("git", &["apply", "the.patch"]);
        let options = generated::Options::default();
        for (path, text) in generated::render(&self.schema(), &options) {
            self.put(&path, &text);
        }
    }
    pub fn left(&self, applied: &Applied) -> Vec<(String, String)> {
        let left = applied.left.iter().map(|left| {
            let file = Path::new(&left.file).strip_prefix(&self.0).unwrap();
            (file.display().to_string(), left.reason.clone())
        });
        left.collect()
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
