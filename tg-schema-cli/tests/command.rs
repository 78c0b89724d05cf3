//! The built command, run in folders of its own.

#[path = "command/codec.rs"]
mod codec;
#[path = "command/explain.rs"]
mod explain;
#[path = "command/fields.rs"]
mod fields;
#[path = "command/fmt.rs"]
mod fmt;
#[path = "command/folder.rs"]
mod folder;
#[path = "command/gate.rs"]
mod gate;
#[path = "command/generate.rs"]
mod generate;
#[path = "command/help.rs"]
mod help;
#[path = "command/init.rs"]
mod init;
#[path = "command/inputs.rs"]
mod inputs;
#[path = "command/migrate.rs"]
mod migrate;
#[path = "command/show.rs"]
mod show;
#[path = "command/streams.rs"]
mod streams;
#[path = "command/survey.rs"]
mod survey;
#[path = "command/writer.rs"]
mod writer;
