use super::*;

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const QUESTION: &str = "[record.Question.fields]\nprompt = \"string\"\n";

struct Project(PathBuf);

impl Project {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("tg-schema-build-{}-{n}", std::process::id()));
        fs::create_dir_all(path.join("schemas/deep")).unwrap();
        let project = Project(path);
        project.put("schemas/chat.toml", QUESTION);
        project
    }
    /// Writes a file that looks an hour old, so that stamps trust it.
    fn put(&self, path: &str, text: &str) {
        let place = self.0.join(path);
        fs::write(&place, text).unwrap();
        self.age();
    }
    fn age(&self) {
        fn walk(at: &Path, time: SystemTime) {
            if at.is_dir() {
                fs::read_dir(at)
                    .unwrap()
                    .for_each(|e| walk(&e.unwrap().path(), time));
            }
            fs::File::open(at).unwrap().set_modified(time).unwrap();
        }
        walk(
            &self.0.join("schemas"),
            SystemTime::now() - Duration::from_secs(3600) + Duration::from_millis(1),
        );
    }
    fn build(&self) -> Build {
        Build::new()
            .inputs([self.0.join("schemas")])
            .out_dir(self.0.join("out"))
    }
    fn run(&self, build: &Build) -> (Result<Report, BuildError>, String) {
        let mut lines = Vec::new();
        let report = build.run_with(&mut lines);
        (report, String::from_utf8(lines).unwrap())
    }
    fn stamp(&self) -> Option<String> {
        fs::read_dir(self.0.join("out"))
            .ok()?
            .map(|e| e.unwrap().path())
            .find(|p| {
                p.file_name()
                    .unwrap()
                    .to_string_lossy()
                    .starts_with(".tg-schema-stamp")
            })
            .map(|p| fs::read_to_string(p).unwrap())
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn files_and_folders_are_watched_and_the_result_can_be_included() {
    let project = Project::new();
    let (report, lines) = project.run(&project.build());
    let report = report.unwrap();
    assert!(
        report.written.contains(&"rust/mod.rs".to_owned()),
        "{report:?}"
    );
    assert!(report.written.iter().all(|p| p.starts_with("rust/")));
    assert!(project.0.join("out/rust/mod.rs").is_file());
    let watched: Vec<&str> = lines.lines().collect();
    let line = |path: &str| format!("cargo:rerun-if-changed={}", project.0.join(path).display());
    assert!(watched.contains(&line("schemas").as_str()), "{lines}");
    assert!(
        watched.contains(&line("schemas/chat.toml").as_str()),
        "{lines}"
    );
}

#[test]
fn nothing_is_done_when_nothing_changed() {
    let project = Project::new();
    let (first, lines) = project.run(&project.build());
    let count = first.unwrap().written.len();
    let stamp = project.stamp().expect("a stamp");
    // The stamp is trusted: a file of the same size and time is not even read.
    let chat = project.0.join("schemas/chat.toml");
    let time = fs::metadata(&chat).unwrap().modified().unwrap();
    fs::write(&chat, QUESTION.replace("prompt", "answer")).unwrap();
    fs::File::open(&chat).unwrap().set_modified(time).unwrap();
    let (second, again) = project.run(&project.build());
    let second = second.unwrap();
    assert_eq!((second.written.len(), second.unchanged), (0, count));
    assert_eq!(project.stamp().unwrap(), stamp);
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&lines), sorted(&again));
}

#[test]
fn every_kind_of_change_is_seen() {
    let project = Project::new();
    let written = |build: &Build| project.run(build).0.unwrap().written.len();
    let removed = |build: &Build| project.run(build).0.unwrap().removed.len();
    let build = project.build();
    assert!(written(&build) > 0);

    project.put("schemas/chat.toml", &QUESTION.replace("prompt", "answer"));
    fs::File::open(project.0.join("schemas/chat.toml"))
        .unwrap()
        .set_modified(SystemTime::now())
        .unwrap();
    assert!(written(&build) > 0, "same size, another time");
    project.age();
    assert_eq!(written(&build), 0);

    project.put(
        "schemas/deep/more.toml",
        &QUESTION.replace("Question", "More"),
    );
    assert!(written(&build) > 0, "a new file in a folder that had none");
    fs::remove_file(project.0.join("schemas/deep/more.toml")).unwrap();
    assert!(removed(&build) > 0, "a file that went away");

    project.age();
    assert_eq!(written(&build), 0);
    fs::write(project.0.join("out/rust/mod.rs"), "edited").unwrap();
    assert_eq!(written(&build), 1, "an output that was edited");
    fs::remove_file(project.0.join("out/rust/mod.rs")).unwrap();
    assert_eq!(written(&build), 1, "an output that was removed");

    assert!(
        written(&project.build().non_exhaustive(true)) > 0,
        "another option"
    );
    assert!(
        written(&project.build().targets([Target::Rust, Target::Avro])) > 0,
        "another target"
    );
}

#[test]
fn a_file_that_was_just_edited_gets_no_stamp() {
    let project = Project::new();
    fs::write(project.0.join("schemas/chat.toml"), QUESTION).unwrap();
    project.run(&project.build()).0.unwrap();
    assert_eq!(project.stamp(), None);
}

#[test]
fn every_error_is_in_the_text_and_nothing_is_written() {
    let project = Project::new();
    project.put(
        "schemas/chat.toml",
        "[record.A.fields]\nx = \"str\"\ny = \"sting\"\n",
    );
    let (result, lines) = project.run(&project.build());
    let error = result.unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("chat.toml:2:") && text.contains("chat.toml:3:"),
        "{text}"
    );
    assert!(text.contains("^^^"), "{text}");
    assert_eq!(format!("{error:?}"), text);
    assert!(
        lines.contains("chat.toml"),
        "what is wrong is watched, so that the fix is seen: {lines}"
    );
    assert!(!project.0.join("out").exists());
}

#[test]
fn missing_things_are_named() {
    let project = Project::new();
    let error = project
        .run(&project.build().inputs([project.0.join("nothing")]))
        .0
        .unwrap_err();
    assert!(matches!(error, BuildError::Load(_)), "{error}");
    let error = project
        .run(&project.build().config(project.0.join("none.toml")))
        .0
        .unwrap_err();
    assert!(error.to_string().contains("none.toml"), "{error}");
    let inside = project.build().out_dir(project.0.join("schemas/out"));
    assert!(matches!(project.run(&inside).0, Err(BuildError::Output(_))));
    if std::env::var_os("OUT_DIR").is_none() {
        let error = Build::new().cargo_lines(false).run().unwrap_err();
        assert!(matches!(error, BuildError::NoOutDir), "{error}");
    }
}

#[test]
fn a_configuration_is_used_and_watched_and_settings_win() {
    let project = Project::new();
    project.put("schemas/chat.toml", QUESTION);
    let path = project.0.join("tg-schema.toml");
    fs::write(&path, "inputs = ['schemas']\n[rust]\ncrate = '::wire'\n").unwrap();
    let build = Build::new().config(&path).out_dir(project.0.join("out"));
    let (report, lines) = project.run(&build);
    assert!(
        report
            .unwrap()
            .written
            .iter()
            .all(|p| p.starts_with("rust/"))
    );
    assert!(
        lines.contains(&format!("cargo:rerun-if-changed={}\n", path.display())),
        "{lines}"
    );
    let text = |name: &str| {
        fs::read_dir(project.0.join("out/rust"))
            .unwrap()
            .map(|e| fs::read_to_string(e.unwrap().path()).unwrap_or_default())
            .any(|t| t.contains(name))
    };
    assert!(text("::wire"));
    project.run(&build.crate_path("::other")).0.unwrap();
    assert!(text("::other") && !text("::wire"));
}

#[test]
fn a_name_with_a_line_break_is_one_line_to_cargo() {
    let mut lines = Vec::new();
    watch(&mut lines, Path::new("a\ncargo:rustc-link-lib=x")).unwrap();
    assert_eq!(
        String::from_utf8(lines).unwrap(),
        "cargo:rerun-if-changed=a cargo:rustc-link-lib=x\n"
    );
}

#[test]
fn a_rust_file_counts_from_its_first_annotation_on() {
    let project = Project::new();
    project.put("schemas/words.rs", "struct A {}\n");
    let (report, lines) = project.run(&project.build());
    assert!(report.is_ok_and(|r| !r.written.iter().any(|p| p.contains("words"))));
    assert!(lines.contains("schemas/words.rs"), "{lines}");
    assert!(project.stamp().is_some());
    project.put("schemas/words.rs", "#[tg_schema]\nstruct A {}\n");
    let (report, _) = project.run(&project.build());
    let written = report.expect("a report").written;
    assert!(written.contains(&"rust/words.rs".to_owned()), "{written:?}");
}
