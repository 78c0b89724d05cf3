//! `tg-schema man`: manual pages, from the same text as `--help`.

use std::path::Path;

use clap::CommandFactory;
use clap_mangen::Man;
use tg_schema_model::Json;

use crate::arguments::{self, Arguments};
use crate::console::Console;
use crate::exit::{Exit, Failure};

pub fn run(arguments: &arguments::Man, console: &mut Console) -> Result<Exit, Failure> {
    let mut command = Arguments::command();
    command.build();
    let Some(folder) = &arguments.out else {
        console.result(&page(command)?);
        return Ok(Exit::Clean);
    };
    std::fs::create_dir_all(folder).map_err(|e| Failure::io("create the folder", folder, &e))?;
    let mut written = Vec::new();
    let subcommands: Vec<clap::Command> = command.get_subcommands().cloned().collect();
    for command in std::iter::once(command).chain(subcommands) {
        let name = command
            .get_display_name()
            .unwrap_or(command.get_name())
            .to_owned();
        let path = folder.join(format!("{name}.1"));
        write(&path, &page(command)?)?;
        console.line(&format!("wrote {}", path.display()));
        written.push(path.display().to_string());
    }
    console.report(Exit::Clean, [("written", Json::strings(written))]);
    Ok(Exit::Clean)
}

fn page(command: clap::Command) -> Result<Vec<u8>, Failure> {
    let mut page = Vec::new();
    match Man::new(command).render(&mut page) {
        Ok(()) => Ok(page),
        Err(e) => Err(Failure::new(format!("cannot render the manual page: {e}"))),
    }
}

fn write(path: &Path, page: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, page).map_err(|e| Failure::io("write", path, &e))
}
