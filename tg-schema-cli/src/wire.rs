//! Bytes as they are typed and piped: hex, base64, raw; and messages in every form on the wire.

use std::io::{IsTerminal, Read};
use std::path::PathBuf;

use tg_schema_compat::replay::CONTAINER;
use tg_schema_dynamic::{Codec, Value};

use crate::arguments::{Bytes, Message, Wire};
use crate::exit::Failure;
use crate::writer::Writer;

/// Largest message that is read.
const MAX_MESSAGE: u64 = 1 << 30;

/// Reads a file, or standard input.
pub fn input(file: Option<&PathBuf>, form: Bytes) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let (name, read) = match file.filter(|path| path.as_os_str() != "-") {
        Some(path) => {
            let opened = std::fs::File::open(path).map_err(|e| Failure::io("read", path, &e))?;
            (
                path.display().to_string(),
                opened.take(MAX_MESSAGE + 1).read_to_end(&mut bytes),
            )
        }
        None => {
            let stdin = std::io::stdin();
            if stdin.is_terminal() {
                eprintln!("reading from the terminal; end with Ctrl-D");
            }
            (
                "standard input".to_owned(),
                stdin.lock().take(MAX_MESSAGE + 1).read_to_end(&mut bytes),
            )
        }
    };
    read.map_err(|e| Failure::new(format!("cannot read {name}: {e}")))?;
    if bytes.len() as u64 > MAX_MESSAGE {
        return Err(Failure::new(format!(
            "{name} is larger than {MAX_MESSAGE} bytes"
        )));
    }
    match form {
        Bytes::Raw => Ok(bytes),
        Bytes::Hex => from_hex(&bytes).map_err(|e| Failure::help(format!("{name}: {e}"), IN)),
        Bytes::Base64 => from_base64(bytes).map_err(|e| Failure::help(format!("{name}: {e}"), IN)),
    }
}

const IN: &str = "`--in hex`, `--in base64` or `--in raw` tells how the bytes are written";

/// Bytes in the form that was asked for, with a line break where they are text.
pub fn output(bytes: Vec<u8>, form: Bytes) -> Vec<u8> {
    let mut out = match form {
        Bytes::Raw => return bytes,
        Bytes::Hex => tg_schema_model::fingerprint::hex(&bytes),
        Bytes::Base64 => base64_simd::STANDARD.encode_to_string(bytes),
    };
    out.push('\n');
    out.into_bytes()
}

/// The usual form of bytes on this wire.
pub fn usual(wire: Wire) -> Bytes {
    if wire == Wire::Json {
        Bytes::Raw
    } else {
        Bytes::Hex
    }
}

fn from_hex(text: &[u8]) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(text.len() / 2);
    let mut half: Option<u8> = None;
    for (at, &c) in text.iter().enumerate() {
        let digit = match c {
            b'0'..=b'9' => c - b'0',
            b'a'..=b'f' => c - b'a' + 10,
            b'A'..=b'F' => c - b'A' + 10,
            _ if c.is_ascii_whitespace() && half.is_none() => continue,
            _ if text[at..].trim_ascii().is_empty() => break,
            _ => {
                return Err(format!(
                    "character {} is not a hexadecimal digit: {:?}",
                    at + 1,
                    char::from(c)
                ));
            }
        };
        match half.take() {
            Some(high) => out.push(high << 4 | digit),
            None => half = Some(digit),
        }
    }
    match half {
        None => Ok(out),
        Some(_) => {
            Err("a digit is missing: the last byte has only one hexadecimal digit".to_owned())
        }
    }
}

fn from_base64(mut text: Vec<u8>) -> Result<Vec<u8>, String> {
    text.retain(|c| !c.is_ascii_whitespace());
    base64_simd::STANDARD
        .decode_to_vec(text)
        .map_err(|_| "this is not base64 with padding".to_owned())
}

/// A message as it travels.
pub fn encode(codec: &Codec, value: &Value, message: &Message) -> Result<Vec<u8>, Failure> {
    check_id(message)?;
    let bytes = match (message.wire, message.schema_id) {
        (Wire::Avro, _) => codec.write_avro(value),
        (Wire::SingleObject, _) => codec.write_single_object(value),
        (Wire::Json, _) => codec.write_json(value),
        (Wire::Confluent, Some(id)) => codec.write_confluent(id, value),
        (Wire::Confluent, None) => {
            return Err(Failure::help(
                "Confluent framing starts with the schema id of the registry",
                "give it: `--schema-id N`",
            ));
        }
    };
    bytes.map_err(|e| Failure::new(e.to_string()))
}

/// A message from what travelled, perhaps of another writer.
pub fn decode(
    codec: &Codec,
    bytes: &[u8],
    message: &Message,
    writer: Option<&Writer>,
) -> Result<Value, Failure> {
    check_id(message)?;
    let value = match (message.wire, writer) {
        (Wire::Avro, None) => codec.read_avro(bytes),
        (Wire::Avro, Some(writer)) => codec.resolve(&writer.plan, bytes),
        (Wire::SingleObject, None) => codec.read_single_object(bytes),
        (Wire::SingleObject, Some(writer)) => {
            codec.resolve_single_object(&writer.plan, writer.fingerprint, bytes)
        }
        (Wire::Json, _) => codec.read_json(bytes),
        (Wire::Confluent, writer) => {
            let read = match writer {
                None => codec.read_confluent(bytes),
                Some(writer) => codec.resolve_confluent(&writer.plan, bytes),
            };
            if let Ok((found, _)) = read {
                same_id(found, message)?;
            }
            read.map(|(_, value)| value)
        }
    };
    value.map_err(|e| match writer {
        _ if bytes.starts_with(CONTAINER) => Failure::help(
            format!("{e:#}"),
            "the input begins as a container file does, which holds a schema and many messages; `decode` reads a single one",
        ),
        Some(writer) => writer.failure(&e),
        None => Failure::new(format!("{e:#}")),
    })
}

/// Whether a message is of the schema that was asked for.
pub fn same_id(found: u32, message: &Message) -> Result<(), Failure> {
    match message.schema_id {
        Some(expected) if found != expected => Err(Failure::new(format!(
            "the message names schema id {found}, not {expected}"
        ))),
        _ => Ok(()),
    }
}

/// Whether a schema id has a place on this wire.
pub fn check_id(message: &Message) -> Result<(), Failure> {
    match message.schema_id {
        Some(_) if message.wire != Wire::Confluent => Err(Failure::help(
            "only Confluent framing has a schema id",
            "drop `--schema-id`, or add `--wire confluent`",
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_passes_over_white_space_between_bytes() {
        assert_eq!(from_hex(b" 00 fF\n7a"), Ok(vec![0, 255, 0x7a]));
        assert_eq!(from_hex(b""), Ok(vec![]));
        assert!(from_hex(b"0 0").unwrap_err().contains("character 2"));
        assert!(from_hex(b"00 0x").unwrap_err().contains("character 5"));
        for text in [&b"abc"[..], b"abc\n", b" a"] {
            assert!(from_hex(text).unwrap_err().contains("digit is missing"));
        }
    }

    #[test]
    fn base64_and_back() {
        assert_eq!(output(vec![0, 1, 254], Bytes::Base64), b"AAH+\n");
        assert_eq!(from_base64(b"AA\nH+\n".to_vec()), Ok(vec![0, 1, 254]));
        assert!(from_base64(b"AAH".to_vec()).is_err());
        assert_eq!(output(vec![10], Bytes::Hex), b"0a\n");
        assert_eq!(output(vec![10], Bytes::Raw), [10]);
    }
}
