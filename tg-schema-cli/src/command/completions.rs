//! `tg-schema completions`: the completions of a shell.

use clap::CommandFactory;

use crate::arguments::{self, Arguments};
use crate::console::Console;
use crate::exit::{Exit, Failure};

pub fn run(arguments: &arguments::Completions, console: &mut Console) -> Result<Exit, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Arguments::command(),
        "tg-schema",
        &mut text,
    );
    console.result(&text);
    Ok(Exit::Clean)
}
