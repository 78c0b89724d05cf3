//! Frames around an Avro body: which schema wrote it.

use crate::error::{Error, ErrorKind};

/// First two bytes of Avro's single-object encoding; the CRC-64-AVRO of the writer schema follows,
/// little-endian.
pub const SINGLE_OBJECT_MAGIC: [u8; 2] = [0xC3, 0x01];
/// First byte of a Confluent frame; the registry's schema id follows, 4 bytes big-endian.
pub const CONFLUENT_MAGIC: u8 = 0;

/// Splits a single-object frame into the writer's fingerprint and the body.
///
/// # Errors
/// Too short, or another magic.
pub fn single_object_frame(bytes: &[u8]) -> Result<(u64, &[u8]), Error> {
    let Some((head, body)) = bytes.split_first_chunk::<10>() else {
        return Err(Error::new(
            ErrorKind::End,
            "a single-object frame has at least 10 bytes",
            Some(bytes.len()),
        ));
    };
    let [a, b, crc @ ..] = *head;
    if [a, b] != SINGLE_OBJECT_MAGIC {
        return Err(Error::new(
            ErrorKind::Frame,
            "expected the single-object magic C3 01",
            Some(0),
        ));
    }
    Ok((u64::from_le_bytes(crc), body))
}

/// Splits a Confluent frame into the registry's schema id and the body.
///
/// # Errors
/// Too short, or another magic.
pub fn confluent_frame(bytes: &[u8]) -> Result<(u32, &[u8]), Error> {
    let Some((head, body)) = bytes.split_first_chunk::<5>() else {
        return Err(Error::new(
            ErrorKind::End,
            "a Confluent frame has at least 5 bytes",
            Some(bytes.len()),
        ));
    };
    let [magic, id @ ..] = *head;
    if magic != CONFLUENT_MAGIC {
        return Err(Error::new(
            ErrorKind::Frame,
            "expected the Confluent magic 00",
            Some(0),
        ));
    }
    Ok((u32::from_be_bytes(id), body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_split() {
        let (crc, body) = single_object_frame(&[0xC3, 1, 1, 0, 0, 0, 0, 0, 0, 0x80, 9]).unwrap();
        assert_eq!((crc, body), (0x8000_0000_0000_0001, &[9][..]));
        let (id, body) = confluent_frame(&[0, 0, 0, 1, 2, 9]).unwrap();
        assert_eq!((id, body), (258, &[9][..]));
    }

    #[test]
    fn wrong_frames_are_refused() {
        assert_eq!(
            single_object_frame(&[0xC3, 1]).unwrap_err().kind(),
            ErrorKind::End
        );
        assert_eq!(
            single_object_frame(&[0; 10]).unwrap_err().kind(),
            ErrorKind::Frame
        );
        assert_eq!(confluent_frame(&[0, 0]).unwrap_err().kind(), ErrorKind::End);
        assert_eq!(
            confluent_frame(&[1, 0, 0, 0, 0]).unwrap_err().kind(),
            ErrorKind::Frame
        );
    }
}
