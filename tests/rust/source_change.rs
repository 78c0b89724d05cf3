//! Code that uses generated types, compiled with the types of another version: what the verdict on Rust code
//! says is what rustc says.

use std::path::{Path, PathBuf};
use std::process::Command;

use tg_schema_compat::engine::rust::{Grade, Options, Types, compare};
use tg_schema_gen::config::Config;
use tg_schema_gen::load::from_texts;
use tg_schema_gen::target::{self, Target};
use tg_schema_model::{RecordId, Schema};

/// A change, and code that compiles with the old version.
struct Case {
    name: &'static str,
    old: &'static str,
    new: &'static str,
    /// Takes values apart and makes them by the names that it needs.
    gentle: &'static str,
    /// Names everything.
    strict: &'static str,
    /// What is said of it; and for types that are `#[non_exhaustive]`.
    grade: (Grade, Grade),
}

const FIELDS: &str = "[record.R.fields]\na = \"int\"\nb = \"string?\"\n";
const GENTLE: &str =
    "pub fn read(r: R) -> (i32, Option<String>) { let R { a, b, .. } = r; (a, b) }";
const STRICT: &str = "pub fn write() -> R { R { a: 1, b: None } } \
    pub fn read(r: R) -> (i32, Option<String>) { let R { a, b } = r; (a, b) }";
const ENUM: &str = "[record.R.fields]\ne = \"E\"\n[enum.E]\nsymbols = [\"red\", \"dark_blue\"]\n";
const MATCH: &str = "pub fn read(r: &R) -> i32 { match r.e { E::Red => 1, E::DarkBlue => 2 } }";
const WILDCARD: &str =
    "pub fn read(r: R) -> (i32, E) { let e = r.e; (match e { E::DarkBlue => 2, _ => 1 }, e) }";

const CASES: &[Case] = &[
    Case {
        name: "an enum that becomes a record of its name",
        old: ENUM,
        new: "[record.R.fields]\ne = \"E\"\n[record.E.fields]\nred = \"int\"\n",
        gentle: WILDCARD,
        strict: MATCH,
        grade: (Grade::Breaking, Grade::Breaking),
    },
    Case {
        name: "a record in a list that becomes an enum of its name",
        old: "[record.R.fields]\nn = \"array<N>\"\n[record.N.fields]\nx = \"int\"\n",
        new: "[record.R.fields]\nn = \"array<N>\"\n[enum.N]\nsymbols = [\"x\"]\n",
        gentle: "pub fn read(r: R) -> i32 { r.n[0].x }",
        strict: "pub fn write() -> N { N { x: 1 } }",
        grade: (Grade::Breaking, Grade::Breaking),
    },
    Case {
        name: "a new optional field",
        old: FIELDS,
        new: "[record.R.fields]\na = \"int\"\nb = \"string?\"\nc = \"long?\"\n",
        gentle: "pub fn make() -> R { R::new(1).with_b(\"x\") } \
                 pub fn read(r: R) -> i32 { let R { a, .. } = r; a }",
        strict: STRICT,
        grade: (Grade::Soft, Grade::Ok),
    },
    Case {
        name: "a new required field",
        old: FIELDS,
        new: "[record.R.fields]\na = \"int\"\nb = \"string?\"\nc = \"long\"\n",
        gentle: GENTLE,
        strict: "pub fn make() -> R { R::new(1) }",
        grade: (Grade::Soft, Grade::Soft),
    },
    Case {
        name: "a field that is gone",
        old: FIELDS,
        new: "[record.R.fields]\na = \"int\"\n",
        gentle: GENTLE,
        strict: STRICT,
        grade: (Grade::Breaking, Grade::Breaking),
    },
    Case {
        name: "a field with a new name",
        old: FIELDS,
        new: "[record.R.fields]\na = \"int\"\nc = { type = \"string?\", aliases = [\"b\"] }\n",
        gentle: GENTLE,
        strict: STRICT,
        grade: (Grade::Breaking, Grade::Breaking),
    },
    Case {
        name: "another type",
        old: FIELDS,
        new: "[record.R.fields]\na = \"long\"\nb = \"string?\"\n",
        gentle: GENTLE,
        strict: STRICT,
        grade: (Grade::Breaking, Grade::Breaking),
    },
    Case {
        name: "an optional field that is required now",
        old: FIELDS,
        new: "[record.R.fields]\na = \"int\"\nb = { type = \"string\", default = \"\" }\n",
        gentle: GENTLE,
        strict: STRICT,
        grade: (Grade::Breaking, Grade::Breaking),
    },
    Case {
        name: "a default, an alias, another order of fields, another spelling",
        old: FIELDS,
        new: "[record.R.fields]\nb = { type = \"string?\", aliases = [\"z\"] }\nA = { type = \"int\", default = 3 }\n",
        gentle: GENTLE,
        strict: STRICT,
        grade: (Grade::Ok, Grade::Ok),
    },
    Case {
        name: "another precision of time, other digits",
        old: "[record.R.fields]\nt = \"timestamp_ms\"\nd = \"decimal(9,2)\"\n",
        new: "[record.R.fields]\nt = \"timestamp_us\"\nd = \"decimal(12,4)\"\n",
        gentle: "pub fn read(r: R) -> (tg_schema::Timestamp, tg_schema::Decimal) { (r.t, r.d) }",
        strict: "pub fn write(r: R) -> R { R { t: r.t, d: r.d } }",
        grade: (Grade::Ok, Grade::Ok),
    },
    Case {
        name: "a float",
        old: FIELDS,
        new: "[record.R.fields]\na = \"int\"\nb = \"string?\"\nc = \"double?\"\n",
        gentle: GENTLE,
        strict: "pub fn set() -> std::collections::HashSet<R> { [R::new(1)].into() }",
        grade: (Grade::Soft, Grade::Soft),
    },
    Case {
        name: "a record that contains itself now",
        old: "[record.R.fields]\nn = \"S?\"\n[record.S.fields]\na = \"int\"\n",
        new: "[record.R.fields]\nn = \"S?\"\n[record.S.fields]\na = \"int\"\nr = \"R?\"\n",
        gentle: "pub fn read(r: R) -> Option<S> { r.n }",
        strict: "pub fn read(s: S) -> i32 { let S { a } = s; a }",
        grade: (Grade::Breaking, Grade::Breaking),
    },
    Case {
        name: "a record with a new name",
        old: FIELDS,
        new: "[record.Q]\naliases = [\"R\"]\n[record.Q.fields]\na = \"int\"\nb = \"string?\"\n",
        gentle: GENTLE,
        strict: STRICT,
        grade: (Grade::Breaking, Grade::Breaking),
    },
    Case {
        name: "a new symbol",
        old: ENUM,
        new: "[record.R.fields]\ne = \"E\"\n[enum.E]\nsymbols = [\"red\", \"dark_blue\", \"grey\"]\n",
        gentle: WILDCARD,
        strict: MATCH,
        grade: (Grade::Soft, Grade::Ok),
    },
    Case {
        name: "a symbol that is gone",
        old: ENUM,
        new: "[record.R.fields]\ne = \"E\"\n[enum.E]\nsymbols = [\"red\"]\n",
        gentle: WILDCARD,
        strict: MATCH,
        grade: (Grade::Breaking, Grade::Breaking),
    },
    Case {
        name: "symbols in another order and spelling",
        old: ENUM,
        new: "[record.R.fields]\ne = \"E\"\n[enum.E]\nsymbols = [\"DARK_BLUE\", \"red\"]\n",
        gentle: WILDCARD,
        strict: MATCH,
        grade: (Grade::Ok, Grade::Ok),
    },
    Case {
        name: "an enum that is open now",
        old: ENUM,
        new: "[record.R.fields]\ne = \"E\"\n[enum.E]\nsymbols = [\"red\", \"dark_blue\"]\nopen = true\n",
        gentle: "pub fn read(r: &R) -> E { r.e }",
        strict: MATCH,
        grade: (Grade::Breaking, Grade::Breaking),
    },
];

/// Compiles with the runtime that these tests are linked with.
struct Rustc {
    deps: PathBuf,
    runtime: PathBuf,
    out: PathBuf,
}

impl Rustc {
    fn new() -> Self {
        let deps = std::env::current_exe()
            .unwrap()
            .parent()
            .unwrap()
            .to_path_buf();
        let out = deps.join("../tmp/source-change");
        std::fs::create_dir_all(&out).unwrap();
        let mut found: Vec<PathBuf> = std::fs::read_dir(&deps)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                let name = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                name.starts_with("libtg_schema-") && name.ends_with(".rlib")
            })
            .collect();
        let age = |path: &PathBuf| path.metadata().and_then(|m| m.modified()).ok();
        found.sort_by_key(|path| std::cmp::Reverse(age(path)));
        // Several builds of the runtime may lie there, each for other options.
        for runtime in found {
            let rustc = Rustc {
                deps: deps.clone(),
                runtime,
                out: out.clone(),
            };
            let probe = "pub fn probe(d: tg_schema::Date) -> tg_schema::Date { d }";
            if rustc.compile("probe", probe, &[]).is_ok() {
                return rustc;
            }
        }
        panic!("no build of the runtime beside the tests compiles");
    }

    /// The library, or the errors.
    fn compile(&self, name: &str, text: &str, uses: &[(&str, &Path)]) -> Result<PathBuf, String> {
        let source = self.out.join(format!("{name}.rs"));
        std::fs::write(&source, text).unwrap();
        let library = self.out.join(format!("lib{name}.rmeta"));
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let mut command = Command::new(rustc);
        command.args([
            "--edition",
            "2024",
            "--crate-type",
            "lib",
            "--emit",
            "metadata",
        ]);
        command
            .args(["--crate-name", name, "-A", "warnings", "-o"])
            .arg(&library)
            .arg(&source);
        command
            .arg("-L")
            .arg(format!("dependency={}", self.deps.display()));
        command.arg("-L").arg(&self.out);
        command
            .arg("--extern")
            .arg(format!("tg_schema={}", self.runtime.display()));
        for (name, library) in uses {
            command
                .arg("--extern")
                .arg(format!("{name}={}", library.display()));
        }
        let run = command.output().unwrap();
        match run.status.success() {
            true => Ok(library),
            false => Err(String::from_utf8_lossy(&run.stderr).into_owned()),
        }
    }
}

/// The definitions, and the text of their crate.
fn generated(definition: &str, non_exhaustive: bool) -> (Schema, String) {
    let text = (
        vec!["m".to_owned()],
        "m.toml".to_owned(),
        definition.to_owned(),
    );
    let loaded = from_texts(vec![text]);
    assert!(!loaded.diagnostics.has_errors(), "{definition}");
    let mut config = Config::default();
    config.rust.non_exhaustive = non_exhaustive;
    let files = target::render(&loaded.schema, &[Target::Rust], &config).unwrap();
    (loaded.schema, files["rust/m.rs"].clone())
}

#[test]
fn verdicts_on_rust_code() {
    let rustc = Rustc::new();
    let mut wrong = Vec::new();
    for (number, case) in CASES.iter().enumerate() {
        // Where it makes a difference that types are `#[non_exhaustive]`: in both versions, or from now on.
        let modes = [(false, false), (true, true), (false, true)];
        let differ = case.grade.0 != case.grade.1;
        for (was, is) in modes.into_iter().take(if differ { 3 } else { 1 }) {
            let options = Options {
                was_non_exhaustive: was,
                non_exhaustive: is,
                ..Options::default()
            };
            let ((old, old_text), (new, new_text)) =
                (generated(case.old, was), generated(case.new, is));
            let verdict = compare(
                (&Types::of(&old), RecordId(0)),
                (&Types::of(&new), RecordId(0)),
                options,
            );
            let (expected, mode) = match (was, is) {
                (true, _) => (case.grade.1, ", non-exhaustive"),
                (false, true) => (case.grade.0, ", non-exhaustive from now on"),
                (false, false) => (case.grade.0, ""),
            };
            let name = format!("{}{mode}", case.name);
            if verdict.grade() != expected {
                wrong.push(format!(
                    "{name}: expected {expected:?}, found {:?}",
                    verdict.findings
                ));
            }
            let suffix = format!("{number}_{}{}", u8::from(was), u8::from(is));
            let library = |version: &str, text: &str| {
                let library = rustc.compile(&format!("messages_{version}_{suffix}"), text, &[]);
                library.unwrap_or_else(|e| panic!("{name}: {e}"))
            };
            let (old, new) = (library("old", &old_text), library("new", &new_text));
            let code = |code: &str, library: &Path| {
                let text = format!("#![allow(unused)]\nuse messages::*;\n{code}\n");
                rustc.compile(&format!("code_{suffix}"), &text, &[("messages", library)])
            };
            // Outside of its crate, code cannot name everything of a type that is not exhaustive.
            let strict = code(case.strict, &old).is_ok();
            if !was && !strict {
                wrong.push(format!(
                    "{name}: the strict code does not compile to begin with"
                ));
            }
            if let Err(e) = code(case.gentle, &old) {
                wrong.push(format!(
                    "{name}: the gentle code does not compile to begin with: {e}"
                ));
            }
            let gentle = code(case.gentle, &new);
            let breaks = gentle.is_err();
            if breaks != (expected == Grade::Breaking) {
                wrong.push(format!(
                    "{name}: gentle code gives {gentle:?}, which is not {expected:?}"
                ));
            }
            let strict_new = if strict {
                code(case.strict, &new)
            } else {
                Ok(new.clone())
            };
            if strict && strict_new.is_ok() != (expected == Grade::Ok) {
                wrong.push(format!(
                    "{name}: strict code gives {strict_new:?}, which is not {expected:?}"
                ));
            }
            let codes: Vec<&str> = verdict
                .findings
                .iter()
                .flat_map(|f| f.codes)
                .copied()
                .collect();
            for errors in [gentle, strict_new].into_iter().filter_map(Result::err) {
                let known = codes
                    .iter()
                    .any(|code| errors.contains(&format!("error[{code}]")));
                if !known {
                    wrong.push(format!("{name}: none of {codes:?} in {errors}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
