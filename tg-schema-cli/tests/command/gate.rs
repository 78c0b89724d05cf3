//! `tg-schema check`: what is required, what is accepted, and the lock.

use crate::folder::{Folder, Run};
use tg_schema_model::Json;

const OLD: &str = "[record.A.fields]\na = \"string\"\nb = \"int?\"\n";
const NEW: &str = "[record.A.fields]\na = \"string\"\n";

/// A folder whose lock has a release with one field more than its definitions.
fn changed() -> Folder {
    let folder = Folder::new();
    folder.put("schemas/m.toml", OLD);
    folder.run(&["check", "--accept"]).ends(0);
    assert!(
        folder
            .get("tg-schema.lock")
            .contains("[[record.\"A\"]]\nsince = 1\n")
    );
    folder.put("schemas/m.toml", NEW);
    folder
}

/// A check on a day, given in seconds since 1970.
fn on(folder: &Folder, day: u64, arguments: &[&str]) -> Run {
    let mut command = folder.command(&["check"]);
    let output = command
        .args(arguments)
        .env("SOURCE_DATE_EPOCH", (day * 86_400).to_string());
    let output = output.output().expect("a run");
    Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
        bytes: output.stdout,
    }
}

/// What accepts the first finding that can be accepted.
fn allow(report: &Json) -> Option<String> {
    let records = report.get("records")?.as_array()?.iter();
    let mut findings = records
        .filter_map(|r| r.get("findings")?.as_array())
        .flatten();
    findings
        .find_map(|f| f.get("allow")?.as_str())
        .map(str::to_owned)
}

#[test]
fn what_is_required_decides() {
    let folder = changed();
    let run = folder.run(&["check"]).ends(1);
    run.says("  [[record.A.check.allow]]\n  rule = \"FIELD_REMOVED\"\n  path = \"b\"\n");
    folder
        .run(&[
            "check",
            "--require",
            "avro=none,json=none,pulsar=none,loss=any",
        ])
        .ends(0);
    // Each key of the argument wins for itself.
    folder.put(
        "tg-schema.toml",
        "[check]\nrequire = [\"loss=any\", \"json=none\"]\n",
    );
    folder.run(&["check"]).ends(0);
    folder.run(&["check", "--require", "loss=none"]).ends(1);
    folder
        .run(&["check", "--require", "los=none"])
        .ends(2)
        .complains("did you mean `loss`?");
    folder.put("tg-schema.toml", "[check]\nrequire = [\"json=ful\"]\n");
    folder
        .run(&["check"])
        .ends(2)
        .complains("tg-schema.toml:2:12\n")
        .complains("did you mean `full`?");
    folder.remove("tg-schema.toml");
    let own = "[record.A.check]\nrequire = \"loss=any\"\n";
    folder.put("schemas/m.toml", &format!("{own}{NEW}"));
    let run = folder.run(&["check"]).ends(0);
    assert!(!run.out.contains("check.allow"), "{run:#?}");
    // What a record says of itself is an exception from what is required of all, whoever requires it.
    folder.run(&["check", "--require", "loss=none"]).ends(0);
    let others = "[record.B.fields]\na = \"string\"\n";
    folder.put("schemas/n.toml", &format!("{others}b = \"int?\"\n"));
    folder.run(&["check", "--accept"]).ends(0);
    folder.put("schemas/n.toml", others);
    let run = folder.run(&["check", "--require", "loss=none"]).ends(1);
    assert!(!run.out.contains("loss=none: A:"), "{run:#?}");
    run.says("loss=none: B:");
    folder.put(
        "schemas/m.toml",
        &format!("{}{NEW}", own.replace("any", "some")),
    );
    folder
        .run(&["check"])
        .ends(2)
        .complains("schemas/m.toml:2:12");
}

/// Annotated Rust says it too.
#[test]
fn what_a_struct_requires_decides() {
    let folder = Folder::new();
    let of = |settings: &str, field: &str| {
        format!("#[tg_schema({settings})]\nstruct A {{\n    a: String,{field}\n}}\n")
    };
    folder.put("old/m.rs", &of("", "\n    b: Option<i32>,"));
    folder.put("new/m.rs", &of("", ""));
    let call = ["check", "new", "--against", "old"];
    folder.run(&call).ends(1).says("loss=none: A:");
    folder.put("new/m.rs", &of("require = \"loss=any\"", ""));
    folder.run(&call).ends(0);
    folder.put("new/m.rs", &of("require = \"loss=some\"", ""));
    let place = "new/m.rs:1:23";
    folder.run(&call).ends(2).complains(place);
}

#[test]
fn what_is_accepted_ends() {
    let folder = changed();
    let report = on(&folder, 20_000, &["--format=json"]).ends(1).json();
    let paste = allow(&report).expect("something to paste");
    // As it stands it is refused.
    folder.put("schemas/m.toml", &format!("{NEW}\n{paste}"));
    on(&folder, 20_000, &[]).ends(2).complains("`until`");
    let filled = paste.replace("reason = \"\"", "reason = \"nobody reads it\"");
    let filled = filled.replace("until = \"YYYY-MM-DD\"", "until = \"2024-10-04\"");
    folder.put("schemas/m.toml", &format!("{NEW}\n{filled}"));
    // Day 20000 is 2024-10-04.
    let report = on(&folder, 20_000, &["--format=json"]).ends(0).json();
    assert_eq!(allow(&report), None);
    on(&folder, 20_001, &[]).ends(1).says("SUPPRESSION_EXPIRED");
    let mut command = folder.command(&["check"]);
    let output = command
        .env("SOURCE_DATE_EPOCH", "soon")
        .output()
        .expect("a run");
    assert_eq!(output.status.code(), Some(2));
    // With it, the release is kept; then there is nothing left to say.
    on(&folder, 20_000, &["--accept"]).ends(0);
    assert!(folder.get("tg-schema.lock").contains("since = 2\n"));
    on(&folder, 20_000, &[]).ends(0);
    let lock = folder.get("tg-schema.lock");
    on(&folder, 20_000, &["--accept"]).ends(0);
    assert_eq!(folder.get("tg-schema.lock"), lock);
    let names: Vec<_> = folder.all("").into_keys().collect();
    assert_eq!(names, ["schemas/m.toml", "tg-schema.lock"]);
}

/// `--only` leaves alone what is accepted of other records, be they still there or gone.
#[test]
fn what_is_accepted_of_a_record_that_is_not_looked_at_is_left_alone() {
    let folder = Folder::new();
    let gone = "\n[record.Gone.fields]\nid = \"int\"\n";
    folder.put("schemas/m.toml", &format!("{NEW}{gone}"));
    folder.run(&["check", "--accept"]).ends(0);
    folder.put("schemas/m.toml", NEW);
    let report = on(&folder, 20_000, &["--format=json"]).ends(1).json();
    let paste = allow(&report).expect("something to paste");
    let filled = paste.replace("reason = \"\"", "reason = \"nobody reads it\"");
    let filled = filled.replace("YYYY-MM-DD", "2024-10-04");
    folder.put("schemas/m.toml", &format!("{NEW}\n{filled}"));
    for only in [&[][..], &["--only", "A"], &["--only", "Gone"]] {
        on(&folder, 20_000, only).ends(0);
    }
    on(&folder, 20_001, &["--only", "A"]).ends(0);
    on(&folder, 20_001, &["--only", "Gone"]).ends(1);
}

#[test]
fn what_is_objected_to_is_not_kept() {
    let folder = changed();
    let lock = folder.get("tg-schema.lock");
    folder.run(&["check", "--accept"]).ends(1);
    assert_eq!(folder.get("tg-schema.lock"), lock);
    folder.put("tg-schema.lock", &format!("<<<<<<< HEAD\n{lock}"));
    folder
        .run(&["check"])
        .ends(2)
        .complains("tg-schema.lock:1:1")
        .complains("a merge left a conflict here");
}

/// As a merge or a person may leave it.
#[test]
fn a_lock_without_a_release_is_a_start() {
    let folder = Folder::new();
    folder.put("schemas/m.toml", OLD);
    folder.run(&["check", "--accept"]).ends(0);
    let first = folder.get("tg-schema.lock");
    let named = ["check", "--accept", "--against", "tg-schema.lock"];
    for arguments in [&named[..2], &named] {
        folder.put("tg-schema.lock", "format = 1\n");
        folder
            .run(&["check"])
            .ends(2)
            .complains("there is no release in tg-schema.lock")
            .complains("`check --accept` makes the first");
        assert_eq!(folder.get("tg-schema.lock"), "format = 1\n");
        folder.run(arguments).ends(0).says("release 1, ");
        assert_eq!(folder.get("tg-schema.lock"), first);
        folder.run(&["check"]).ends(0);
    }
    // A snapshot without a schema is none.
    folder.put("empty.json", r#"{"type":"STRING","data":""}"#);
    folder
        .run(&["check", "--accept", "--against", "empty.json"])
        .ends(2)
        .complains("there is nothing to compare in empty.json");
}

/// `check` refuses a lock with marks of a conflict, and `check --accept` keeps both sides.
#[test]
fn a_conflict_of_two_branches_is_mended() {
    let folder = Folder::new();
    let release = |records: &str| {
        folder.put("schemas/m.toml", records);
        folder.run(&["check", "--accept"]).ends(0);
        folder.get("tg-schema.lock")
    };
    let base = release(NEW);
    let [b, c] = ["B", "C"].map(|name| format!("[record.{name}.fields]\nx = \"int\"\n"));
    let side = |record: &str| {
        folder.put("tg-schema.lock", &base);
        release(&format!("{NEW}{record}"))
            .strip_prefix(&base)
            .unwrap()
            .to_owned()
    };
    let (ours, theirs) = (side(&b), side(&c));
    folder.put(
        "tg-schema.lock",
        &format!("{base}<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> x\n"),
    );
    let run = folder.run(&["check"]).ends(2);
    run.complains("`tg-schema check --accept` keeps the blocks of both sides");
    folder.put("schemas/m.toml", &format!("{NEW}{b}{c}"));
    let run = folder.run(&["check", "--accept"]).ends(0);
    run.says("tg-schema.lock: the blocks of both sides of a merge are kept\n")
        .says("tg-schema.lock: release 2 is this one\n");
    folder.run(&["check"]).ends(0);
}

/// Code hosts know paths from the root of the repository, whatever the folder of the project is.
#[test]
fn code_hosts_are_told_paths_from_the_root() {
    let folder = Folder::new();
    folder.put(".git/HEAD", "ref: refs/heads/main\n");
    folder.put("a b/tg-schema.toml", "inputs = [\"schemas\"]\n");
    folder.put("a b/schemas/m.toml", NEW);
    folder.put("a b/old/m.toml", OLD);
    folder.put("a b/deep/x", "");
    let said = |here: &str, form: &str| {
        let mut command = folder.command(&["check", "--against", "../old", "--format", form]);
        let output = command.current_dir(folder.path(here)).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    folder.put("old/m.toml", OLD);
    for here in ["a b", "a b/deep"] {
        for (form, place) in [
            ("github", "::warning file=a b/schemas/m.toml,line=1,"),
            ("gitlab", "\"path\": \"a b/schemas/m.toml\""),
            ("sarif", "\"uri\": \"a%20b/schemas/m.toml\""),
        ] {
            let text = said(here, form);
            assert!(text.contains(place), "{here} {form}: {text}");
        }
        assert!(said(here, "text").contains(" --> "), "{here}");
    }
}

#[test]
fn all_fields_that_are_gone_come_back_in_one_round() {
    let folder = Folder::new();
    let fields = |kept: &dyn Fn(usize) -> bool| {
        let all = (0..60).filter(|at| kept(*at));
        let lines: String = all.map(|at| format!("f{at} = \"int?\"\n")).collect();
        format!("[record.R.fields]\n{lines}")
    };
    folder.put("old/m.toml", &fields(&|_| true));
    folder.put("new/m.toml", &fields(&|at| at % 7 == 3));
    let run = folder
        .run(&["check", "new", "--against", "old", "--fix"])
        .ends(0);
    assert_eq!(
        run.out.matches("changed new/m.toml").count(),
        1,
        "{}",
        run.out
    );
    let text = folder.get("new/m.toml");
    let names = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split(' ').next());
    let expected: Vec<String> = (0..60).map(|at| format!("f{at}")).collect();
    assert_eq!(names.collect::<Vec<_>>(), expected);
}

#[test]
fn a_version_that_is_compared_with_itself_is_replayed_once() {
    let folder = Folder::new();
    folder.put("m.toml", "[record.R.fields]\na = \"int\"\n");
    folder.put("recorded.jsonl", "{\"a\": \"x\"}\n");
    let arguments = [
        "check",
        "m.toml",
        "--against",
        "m.toml",
        "--replay",
        "recorded.jsonl",
    ];
    let run = folder.run(&arguments).ends(1);
    assert_eq!(
        run.out.matches("refuses 1 of 1 recorded messages").count(),
        1,
        "{}",
        run.out
    );
}
