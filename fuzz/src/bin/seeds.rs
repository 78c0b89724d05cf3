//! `seeds FOLDER`: random messages of every kind, for each target in a folder of its name. Always the same.

use std::path::Path;
use std::{env, fs, io};

use tg_schema_dynamic::{Random, random_writer};
use tg_schema_fuzz::KINDS;
use tg_schema_model::avro;

/// Messages of each kind.
const SEEDS: u64 = 12;

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).unwrap_or_else(|| "corpus".into());
    let folder = Path::new(&folder);
    let write = |target: &str, name: String, parts: &[&[u8]]| {
        fs::create_dir_all(folder.join(target))?;
        fs::write(folder.join(target).join(name), parts.concat())
    };
    for (i, kind) in (0u8..).zip(KINDS) {
        let text = (kind.schema)();
        let schema = avro::parse(text).map_err(io::Error::other)?;
        write("schema", format!("own-{i}"), &[text.as_bytes()])?;
        for seed in 0..SEEDS {
            let mut random = Random::new(seed).size(24);
            let name = format!("{i}-{seed}");
            let mut messages = || random.datum(&schema).unwrap_or_default();
            let (first, second) = (messages(), messages());
            let length = first.len().min(255) as u8;
            let first = &first[..length.into()];
            write("avro", name.clone(), &[&[i, length], first, &second])?;
            write("peek", name.clone(), &[&[i], &second])?;
            if let Some(json) = (kind.to_json)(&second) {
                write("json", name.clone(), &[&[i], &json])?;
            }
            let writer = random_writer(seed, &schema);
            let text = writer.to_json().compact();
            write("schema", name.clone(), &[text.as_bytes()])?;
            let message = Random::new(seed).size(24).datum(&writer);
            if let (Ok(length), Some(message)) = (u16::try_from(text.len()), message) {
                let length = length.to_le_bytes();
                let rest = [&length[..], text.as_bytes(), &message].concat();
                write("resolve", name.clone(), &[&[i], &rest])?;
                write("peek", format!("schema-{name}"), &[&[255], &rest])?;
            }
        }
    }
    for (i, seed) in tg_pubsub_pulsar::fuzzing::seeds().iter().enumerate() {
        write("pulsar", i.to_string(), &[seed])?;
    }
    Ok(())
}
