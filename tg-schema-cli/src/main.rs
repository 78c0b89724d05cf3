//! The `tg-schema` command: arguments, files and reporting around the crates that do the work.
#![forbid(unsafe_code)]

mod arguments;
mod command;
mod console;
mod draft;
mod exit;
mod fields;
mod http;
mod project;
mod registered;
mod report;
mod uri;
mod version;
mod wire;
mod writer;

use std::process::ExitCode;

use console::Console;
use exit::Exit;

fn main() -> ExitCode {
    let arguments = match arguments::parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() {
                Exit::Failed
            } else {
                Exit::Clean
            };
            arguments::tell(&error);
            return code.into();
        }
    };
    let mut console = Console::new(&arguments.global);
    let exit = match command::run(&arguments.command, &mut console) {
        Ok(exit) => exit,
        Err(failure) => {
            console.failure(&failure);
            Exit::Failed
        }
    };
    console.finish(exit).into()
}
