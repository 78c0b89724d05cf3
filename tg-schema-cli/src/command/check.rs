//! `tg-schema check`: what a change of definitions breaks.

use tg_schema_compat::version::Version;

use crate::arguments;
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::project;
use crate::version::Reader;

pub fn run(arguments: &arguments::Check, console: &mut Console) -> Result<Exit, Failure> {
    let config = project::config()?;
    let mut reader = Reader::new(&arguments.new, &config.inputs);
    let new = reader.newest(&arguments.new)?;
    let mut against: Vec<Version> = Vec::new();
    for name in &arguments.against {
        against.extend(reader.versions(name)?);
    }
    for note in &reader.notes {
        console.warning(note);
    }
    console.line(&format!("{}: {}", new.label, new.messages.len()));
    for version in &against {
        console.line(&format!("{}: {}", version.label, version.messages.len()));
    }
    Ok(Exit::Clean)
}
