//! What stands in front of an Avro message: the single-object header, the Confluent header.

use tg_schema_model::Fingerprint;
pub use tg_schema_model::fingerprint::single_object_header;

use crate::error::{Error, Problem};

/// First bytes of a single-object message.
pub const SINGLE_OBJECT_MARKER: [u8; 2] = [0xC3, 0x01];
/// Bytes before the message in single-object encoding: marker and CRC-64-AVRO, little-endian.
pub const SINGLE_OBJECT_HEADER: usize = Fingerprint::HEADER_LEN;
/// Bytes before the message in Confluent framing: a zero byte and the schema id, big-endian.
pub const CONFLUENT_HEADER: usize = 5;

/// The schema fingerprint and the message of single-object bytes.
pub fn split_single_object(bytes: &[u8]) -> Result<(u64, &[u8]), Error> {
    let Some((header, message)) = bytes.split_first_chunk::<SINGLE_OBJECT_HEADER>() else {
        return Err(Error::new(Problem::End {
            expected: "a single-object header of 10 bytes",
        })
        .at(bytes.len()));
    };
    let [a, b, fingerprint @ ..] = *header;
    if [a, b] != SINGLE_OBJECT_MARKER {
        return Err(Error::unexpected(
            "the single-object marker c3 01",
            format!("{a:02x} {b:02x}"),
        )
        .at(0));
    }
    Ok((u64::from_le_bytes(fingerprint), message))
}

/// The header of a message in Confluent framing.
pub fn confluent_header(id: u32) -> [u8; CONFLUENT_HEADER] {
    let [a, b, c, d] = id.to_be_bytes();
    [0, a, b, c, d]
}

/// The schema id and the message of bytes in Confluent framing.
pub fn split_confluent(bytes: &[u8]) -> Result<(u32, &[u8]), Error> {
    let Some((&[zero, a, b, c, d], message)) = bytes.split_first_chunk::<CONFLUENT_HEADER>() else {
        return Err(Error::new(Problem::End {
            expected: "a Confluent header of 5 bytes",
        })
        .at(bytes.len()));
    };
    if zero != 0 {
        return Err(Error::unexpected(
            "the zero byte of Confluent framing",
            format!("byte {zero:02x}"),
        )
        .at(0));
    }
    Ok((u32::from_be_bytes([a, b, c, d]), message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_split_again() {
        let mut bytes = single_object_header(0x0102_0304_0506_0708).to_vec();
        assert_eq!(bytes, [0xC3, 1, 8, 7, 6, 5, 4, 3, 2, 1]);
        bytes.push(42);
        assert_eq!(
            split_single_object(&bytes),
            Ok((0x0102_0304_0506_0708, &[42][..]))
        );
        let mut bytes = confluent_header(258).to_vec();
        assert_eq!(bytes, [0, 0, 0, 1, 2]);
        bytes.push(42);
        assert_eq!(split_confluent(&bytes), Ok((258, &[42][..])));
    }

    #[test]
    fn short_and_foreign_headers_are_errors() {
        for n in 0..SINGLE_OBJECT_HEADER {
            assert!(split_single_object(&vec![0xC3; n]).is_err());
        }
        for n in 0..CONFLUENT_HEADER {
            assert!(split_confluent(&vec![0; n]).is_err());
        }
        assert!(split_single_object(&[0; 12]).is_err());
        assert!(split_confluent(&[1; 12]).is_err());
    }
}
