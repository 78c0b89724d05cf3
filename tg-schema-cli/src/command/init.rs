//! `tg-schema init`: the first files of a project.

use std::io::Write as _;

use tg_schema_model::Json;

use crate::arguments::{self, Ci};
use crate::console::Console;
use crate::exit::{Exit, Failure};

type File = (&'static str, &'static str);

const FILES: [File; 2] = [
    ("tg-schema.toml", include_str!("init/tg-schema.toml")),
    ("schemas/example.toml", include_str!("init/example.toml")),
];

/// The check for a code host.
fn check(ci: Ci) -> Option<File> {
    match ci {
        Ci::Github => Some((
            ".github/workflows/tg-schema.yml",
            include_str!("init/workflow.yml"),
        )),
        Ci::Gitlab => Some((".gitlab/tg-schema.yml", include_str!("init/gitlab.yml"))),
        Ci::None => None,
    }
}

pub fn run(arguments: &arguments::Init, console: &mut Console) -> Result<Exit, Failure> {
    let folder = arguments
        .folder
        .strip_prefix(".")
        .unwrap_or(&arguments.folder);
    let files: Vec<File> = FILES.into_iter().chain(check(arguments.ci)).collect();
    // A link that leads nowhere is there, too.
    let there: Vec<String> = files
        .iter()
        .map(|(path, _)| folder.join(path))
        .filter(|path| path.symlink_metadata().is_ok())
        .map(|path| path.display().to_string())
        .collect();
    if !there.is_empty() {
        return Err(Failure::help(
            format!(
                "nothing was written, because these exist: {}",
                there.join(", ")
            ),
            "`init` starts a project and never overwrites",
        ));
    }
    let mut written = Vec::new();
    for (path, text) in files {
        let place = folder.join(path);
        if let Some(parent) = place.parent() {
            std::fs::create_dir_all(parent)
                .map_err(|e| Failure::io("create the folder", parent, &e))?;
        }
        std::fs::File::create_new(&place)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|e| Failure::io("write", &place, &e))?;
        console.line(&format!("wrote {}", place.display()));
        written.push(place.display().to_string());
    }
    console.line("now run `tg-schema gen`");
    console.report(Exit::Clean, [("written", Json::strings(written))]);
    Ok(Exit::Clean)
}
