//! `tg-schema fmt`.

use std::fs;

use crate::folder::{CHAT, Folder};
use tg_schema_model::Json;

const UNTIDY: &str = "# kept\n[record.A.fields]\nx   =   'int'   # this too\n";

#[test]
fn files_are_formatted_once_and_listed() {
    let folder = Folder::new();
    folder.put("schemas/a.toml", UNTIDY);
    folder.put("schemas/deep/b.toml", UNTIDY);
    folder
        .run(&["fmt", "--check"])
        .ends(1)
        .says("not formatted schemas/a.toml\n")
        .says("schemas/deep/b.toml\n");
    assert_eq!(folder.get("schemas/a.toml"), UNTIDY);
    folder
        .run(&["fmt"])
        .ends(0)
        .silent()
        .says("formatted schemas/a.toml\n")
        .says("2 formatted, 0 unchanged\n");
    let text = folder.get("schemas/a.toml");
    assert!(
        text.contains("# kept") && text.contains("# this too") && text != UNTIDY,
        "{text}"
    );
    assert_eq!(folder.get("schemas/deep/b.toml"), text);
    folder.run(&["fmt", "--check"]).ends(0);
    folder
        .run(&["fmt"])
        .ends(0)
        .says("0 formatted, 2 unchanged\n");
    assert_eq!(folder.all("schemas").len(), 2);
}

#[test]
fn paths_and_reports_for_programs() {
    let folder = Folder::new();
    folder.put("a.toml", UNTIDY);
    folder.put("b.toml", UNTIDY);
    let report = folder
        .run(&["fmt", "a.toml", "--check", "--format=json"])
        .ends(1)
        .silent()
        .json();
    assert_eq!(
        report.get("status").and_then(Json::as_str),
        Some("findings")
    );
    assert_eq!(report.get("changed"), Some(&Json::strings(["a.toml"])));
    folder.run(&["fmt", "a.toml", "-q"]).ends(0).silent();
    assert_ne!(folder.get("a.toml"), UNTIDY);
    assert_eq!(folder.get("b.toml"), UNTIDY);
    folder
        .run(&["fmt", "nothing.toml"])
        .ends(2)
        .complains("nothing.toml");
}

#[test]
fn standard_input() {
    let folder = Folder::new();
    let tidy = folder
        .pipe(&["fmt", "-"], UNTIDY.as_bytes())
        .ends(0)
        .silent()
        .out;
    assert_ne!(tidy, UNTIDY);
    assert_eq!(
        folder.pipe(&["fmt", "-"], tidy.as_bytes()).ends(0).out,
        tidy
    );
    folder
        .pipe(&["fmt", "-", "--check"], UNTIDY.as_bytes())
        .ends(1);
    folder
        .pipe(&["fmt", "-", "--check"], tidy.as_bytes())
        .ends(0);
    folder
        .pipe(&["fmt", "-"], b"x = [")
        .ends(2)
        .complains("<stdin>:1:");
    folder
        .pipe(&["fmt", "-"], b"x = '\xff'")
        .ends(2)
        .complains("standard input");
    folder
        .pipe(&["fmt", "-", "a.toml"], b"")
        .ends(2)
        .complains("alone");
}

#[test]
fn one_broken_file_keeps_all_as_they_are() {
    let folder = Folder::new();
    folder.put("schemas/a.toml", UNTIDY);
    folder.put("schemas/b.toml", "x = [\n");
    folder.put("schemas/c.toml", "y = = 2\n");
    let before = folder.all("");
    folder
        .run(&["fmt"])
        .ends(2)
        .complains("schemas/b.toml:")
        .complains("schemas/c.toml:1:");
    assert_eq!(folder.all(""), before);
}

#[test]
fn what_definitions_mean_does_not_matter() {
    let folder = Folder::new();
    folder.put("schemas/a.toml", "[record.A.fields]\nx   =  \"Nobody\"\n");
    folder.run(&["fmt"]).ends(0).says("formatted");
    folder.put("schemas/chat.toml", CHAT);
    folder.run(&["fmt", "schemas/chat.toml", "--check"]).ends(0);
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new();
    folder.put("real.toml", UNTIDY);
    fs::set_permissions(folder.path("real.toml"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.toml", folder.path("link.toml")).unwrap();
    folder.run(&["fmt", "link.toml"]).ends(0);
    assert!(folder.path("link.toml").is_symlink());
    assert_ne!(folder.get("real.toml"), UNTIDY);
    assert_eq!(
        fs::metadata(folder.path("real.toml"))
            .unwrap()
            .permissions()
            .mode()
            & 0o777,
        0o640
    );
    assert_eq!(folder.all("").len(), 2);
}

#[test]
fn what_is_read_only_stays_as_it_is() {
    let folder = Folder::new();
    folder.put("m.toml", UNTIDY);
    let path = folder.path("m.toml");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let run = folder.run(&["fmt", "m.toml"]).ends(2);
    run.complains("cannot write").complains("it is read-only");
    assert_eq!(folder.get("m.toml"), UNTIDY);
    assert_eq!(folder.all("").len(), 1);
}

#[test]
fn what_was_generated_stays_as_it_is() {
    let folder = Folder::chat();
    folder.put("Cargo.toml", "[package]\nname   = 'x'\n");
    folder.run(&["gen", "schemas", "-o", "out"]).ends(0);
    let before = folder.all("");
    for path in [".", "out", "out/pulsar"] {
        folder.run(&["fmt", path]).ends(0).says("0 formatted");
    }
    folder
        .run(&["fmt", "out/pulsar/chat/Question.json"])
        .ends(2)
        .complains("Question.json is no definition file");
    assert_eq!(folder.all(""), before);
    folder
        .run(&["gen", "schemas", "-o", "out", "--check"])
        .ends(0);
    folder.put("B.TOML", UNTIDY);
    folder
        .run(&["fmt", "."])
        .ends(0)
        .says("formatted ./B.TOML\n");
}
