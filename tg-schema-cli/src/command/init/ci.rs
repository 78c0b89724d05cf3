//! The check of a project for a code host: where it is in the repository, and what is in it.

use tg_schema_model::Json;

use crate::arguments::Ci;

/// The path from the root of the repository, and the text, for a project at a path below that root.
pub(super) fn check(ci: Ci, project: &str) -> Option<(String, String)> {
    let name = match project {
        "" => "tg-schema".to_owned(),
        _ => format!("tg-schema {project}"),
    };
    let legal = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' => c,
        _ => '-',
    };
    let file: String = name.chars().map(legal).collect();
    let (path, text) = match ci {
        Ci::Github => (
            format!(".github/workflows/{file}.yml"),
            include_str!("workflow.yml"),
        ),
        Ci::Gitlab => (format!(".gitlab/{file}.yml"), include_str!("gitlab.yml")),
        Ci::None => return None,
    };
    let text = match project {
        "" => text.to_owned(),
        _ => moved(text, &name, project, &path),
    };
    Some((path, text))
}

/// The text for a project in a folder: under a name of its own, and run in the folder.
fn moved(text: &str, name: &str, project: &str, path: &str) -> String {
    // A string of JSON is one of YAML.
    let string = |text: &str| Json::str(text).compact();
    let (name, folder) = (string(name), string(project));
    let enter = format!("cd '{}'", project.replace('\'', "'\\''"));
    let report = |file: &str| string(&format!("{project}/{file}"));
    let changes = [
        ("\nname: tg-schema\n", format!("\nname: {name}\n")),
        (
            "    runs-on: ubuntu-latest\n",
            format!(
                "    runs-on: ubuntu-latest\n    defaults:\n      run:\n        working-directory: {folder}\n"
            ),
        ),
        (".gitlab/tg-schema.yml", path.to_owned()),
        ("\ntg-schema:\n", format!("\n{name}:\n")),
        (
            "\n  script:\n",
            format!("\n  script:\n    - {}\n", string(&enter)),
        ),
        (
            "codequality: gl-code-quality-report.json",
            format!("codequality: {}", report("gl-code-quality-report.json")),
        ),
        (
            "junit: tg-schema-junit.xml",
            format!("junit: {}", report("tg-schema-junit.xml")),
        ),
    ];
    let changed = |text: String, (from, to): (&str, String)| text.replace(from, &to);
    changes.into_iter().fold(text.to_owned(), changed)
}
