//! `tg-schema init`.

use crate::folder::Folder;
use tg_schema_model::Json;

const FILES: [&str; 3] = [
    "tg-schema.toml",
    "schemas/example.toml",
    ".github/workflows/tg-schema.yml",
];

#[test]
fn a_new_project_generates_at_once() {
    let folder = Folder::new();
    let run = folder.run(&["init"]).ends(0).silent();
    for file in FILES {
        assert!(run.out.contains(&format!("wrote {file}\n")), "{run:?}");
        assert!(folder.has(file), "{file}");
    }
    folder.run(&["fmt", "--check"]).ends(0);
    folder.run(&["gen"]).ends(0).silent();
    folder.run(&["gen", "--check"]).ends(0);
    for target in ["rust", "python", "pulsar", "avro", "docs"] {
        assert!(folder.has(&format!("generated/{target}")), "{target}");
    }
}

#[test]
fn the_check_is_for_the_host_that_is_named() {
    let workflow = ".github/workflows/tg-schema.yml";
    let job = ".gitlab/tg-schema.yml";
    for (ci, there) in [
        ("github", [workflow].as_slice()),
        ("gitlab", &[job]),
        ("none", &[]),
    ] {
        let folder = Folder::new();
        let run = folder.run(&["init", "--ci", ci]).ends(0).silent();
        for file in [workflow, job] {
            assert_eq!(folder.has(file), there.contains(&file), "{ci} {file}");
            assert_eq!(run.out.contains(file), there.contains(&file), "{run:?}");
        }
    }
}

/// GitHub reads workflows at the root of a repository and nowhere else.
#[test]
fn the_check_of_a_folder_is_at_the_root_of_its_repository() {
    let folder = Folder::new();
    folder.put(".git/HEAD", "ref: refs/heads/main\n");
    folder.put("it's here/x", "");
    let run = folder.run(&["init", "it's here/ü"]).ends(0).silent();
    let path = ".github/workflows/tg-schema-it-s-here--.yml";
    assert!(run.out.contains(&format!("wrote {path}\n")), "{run:?}");
    let text = folder.get(path);
    assert!(
        text.contains("\nname: \"tg-schema it's here/ü\"\n"),
        "{text}"
    );
    let line =
        "    defaults:\n      run:\n        working-directory: \"it's here/ü\"\n    steps:\n";
    assert!(text.contains(line), "{text}");
    let mut command = folder.command(&["init", "--ci", "gitlab"]);
    let output = command
        .current_dir(folder.path("it's here"))
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let path = ".gitlab/tg-schema-it-s-here.yml";
    assert!(out.contains(&format!("wrote ../{path}\n")), "{out}");
    let text = folder.get(path);
    for line in [
        "#     - local: .gitlab/tg-schema-it-s-here.yml\n",
        "\n\"tg-schema it's here\":\n  image",
        r#"    - "cd 'it'\\''s here'""#,
        "      codequality: \"it's here/gl-code-quality-report.json\"\n",
        "      junit: \"it's here/tg-schema-junit.xml\"\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!folder.has("it's here/.github") && !folder.has("it's here/ü/.github"));
}

#[test]
fn the_documentation_shows_the_checks_as_they_are_written() {
    let page = include_str!("../../../docs/check-in-ci.md");
    for text in [
        include_str!("../../src/command/init/workflow.yml"),
        include_str!("../../src/command/init/gitlab.yml"),
    ] {
        assert!(page.contains(&format!("```yaml\n{text}```\n")), "{text}");
    }
}

#[test]
fn nothing_is_overwritten_and_nothing_is_added() {
    for file in FILES {
        let folder = Folder::new();
        folder.put(file, "mine");
        let before = folder.all("");
        folder
            .run(&["init"])
            .ends(2)
            .complains(file)
            .complains("never overwrites");
        assert_eq!(folder.all(""), before);
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_not_written_through() {
    let folder = Folder::new();
    std::os::unix::fs::symlink("elsewhere", folder.path("tg-schema.toml")).unwrap();
    folder.run(&["init"]).ends(2);
    assert!(!folder.has("elsewhere") && !folder.has("schemas"));
}

#[test]
fn another_folder_and_a_report_for_programs() {
    let folder = Folder::new();
    let report = folder
        .run(&["init", "sub/project", "--format", "json"])
        .ends(0)
        .silent()
        .json();
    assert_eq!(report.get("status").and_then(Json::as_str), Some("clean"));
    let written = report.get("written").and_then(Json::as_array).unwrap();
    assert_eq!(written.len(), 3);
    assert_eq!(written[0].as_str(), Some("sub/project/tg-schema.toml"));
    assert!(folder.has("sub/project/schemas/example.toml"));
}
