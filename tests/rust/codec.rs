//! `generated-codec`: the generated Rust types as a filter, for tests in other languages.
//!
//! Each line of standard input is `operation module.Record hex`; each line of standard output is `ok hex`
//! or `error text`. Operations: `json`, `json-to-avro`, `avro-to-json`, `avro`, and
//! `pulsar-schema`, which reads nothing.

use std::collections::HashMap;
use std::io::{self, BufRead as _, Write as _};

use tg_schema_tests::{Operations, all, unhex};

fn main() -> io::Result<()> {
    let types: HashMap<&str, Operations> = all().into_iter().map(|o| (o.name, o)).collect();
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        match answer(&types, &line?) {
            Ok(bytes) => writeln!(out, "ok {}", tg_schema_model::fingerprint::hex(&bytes))?,
            Err(e) => writeln!(out, "error {}", e.replace('\n', " "))?,
        }
        out.flush()?;
    }
    Ok(())
}

fn answer(types: &HashMap<&str, Operations>, line: &str) -> Result<Vec<u8>, String> {
    let mut parts = line.split(' ');
    let (Some(operation), Some(name)) = (parts.next(), parts.next()) else {
        return Err("expected: operation module.Record hex".into());
    };
    let bytes = unhex(parts.next().unwrap_or("")).ok_or("the bytes are not hexadecimal")?;
    let of = types.get(name).ok_or_else(|| format!("no record {name}"))?;
    let run = match operation {
        "json" => of.json,
        "json-to-avro" => of.json_to_avro,
        "avro-to-json" => of.avro_to_json,
        "avro" => of.avro,
        "pulsar-schema" => return Ok((of.schemas)().pulsar.as_bytes().to_vec()),
        other => return Err(format!("no operation {other}")),
    };
    run(&bytes).map_err(|e| e.to_string())
}
