//! `tg-schema encode`: JSON to wire bytes.

use tg_schema_dynamic::Codec;

use crate::arguments;
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::{project, wire};

pub fn run(arguments: &arguments::Encode, console: &mut Console) -> Result<Exit, Failure> {
    let message = &arguments.message;
    let config = project::config()?;
    let loaded = project::load(project::inputs(&message.inputs, &config))?;
    let record = project::find_record(&loaded.schema, &message.record)?;
    let codec = Codec::new(&loaded.schema, record);

    let json = wire::input(message.file.as_ref(), arguments.input)?;
    let value = codec
        .read_json(&json)
        .map_err(|e| Failure::new(e.to_string()))?;
    let bytes = wire::encode(&codec, &value, message)?;
    let form = arguments.output.unwrap_or(wire::usual(message.wire));
    console.result(&wire::output(bytes, form));
    Ok(Exit::Clean)
}
