//! `tg-schema init`: the first files of a project.

mod ci;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use tg_schema_model::Json;

use crate::arguments;
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::project;

const FILES: [(&str, &str); 2] = [
    ("tg-schema.toml", include_str!("init/tg-schema.toml")),
    ("schemas/example.toml", include_str!("init/example.toml")),
];

/// A path below the root of a repository, as a person in the current folder would write it.
fn from_here(root: &Path, path: &str) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let way = match (root.strip_prefix(&here), here.strip_prefix(root)) {
        (Ok(down), _) => down.to_path_buf(),
        (_, Ok(up)) => up.components().map(|_| "..").collect(),
        _ => root.to_path_buf(),
    };
    way.join(path)
}

pub fn run(arguments: &arguments::Init, console: &mut Console) -> Result<Exit, Failure> {
    let folder = arguments
        .folder
        .strip_prefix(".")
        .unwrap_or(&arguments.folder);
    // Code hosts look at the root of a repository alone.
    let here = std::env::current_dir().unwrap_or_default();
    let repository = project::repository_of(here.join(folder));
    let check = ci::check(arguments.ci, &repository.path(""));
    let check = check.map(|(path, text)| (from_here(repository.root(), &path), text));
    let files = FILES.map(|(path, text)| (folder.join(path), text.to_owned()));
    let files: Vec<(PathBuf, String)> = files.into_iter().chain(check).collect();
    // A link that leads nowhere is there, too.
    let there: Vec<String> = files
        .iter()
        .map(|(path, _)| path)
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
    for (place, text) in files {
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
