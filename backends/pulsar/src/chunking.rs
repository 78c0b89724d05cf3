//! A message above the broker's limit into chunks, as Pulsar's other clients write and read them: the same metadata
//! with each, a name that is the same for all, numbers, and the size of all together.
//!
//! All chunks of a message have its sequence number, and nothing else may be sent between them by the same producer.

use bytes::Bytes;
use prost::Message;
use pulsar::message::proto::MessageMetadata;
use tg_schema::pubsub::Error;

/// The chunks of a message, of which none is larger than `max` bytes with its metadata. `payload` is what is sent:
/// where it is compressed, it was compressed as a whole.
///
/// A message that fits stays one, without the fields of chunks.
///
/// # Errors
/// [`Error::TooLarge`] where the metadata leave no room, or no client could put the chunks together again.
pub(crate) fn split(
    metadata: MessageMetadata,
    payload: Bytes,
    max: usize,
) -> Result<Vec<(MessageMetadata, Bytes)>, Error> {
    let size = metadata.encoded_len().saturating_add(payload.len());
    if size <= max {
        return Ok(vec![(metadata, payload)]);
    }
    let too_large = || Error::TooLarge { size, max };
    let total = i32::try_from(payload.len()).map_err(|_| too_large())?;
    let uuid = format!("{}-{}", metadata.producer_name, metadata.sequence_id);
    let of = |number: i32, count: i32| MessageMetadata {
        uuid: Some(uuid.clone()),
        chunk_id: Some(number),
        num_chunks_from_msg: Some(count),
        total_chunk_msg_size: Some(total),
        ..metadata.clone()
    };
    // No number is written longer than the largest one.
    let room = max.saturating_sub(of(i32::MAX, i32::MAX).encoded_len());
    if room == 0 {
        return Err(too_large());
    }
    let count = i32::try_from(payload.len().div_ceil(room)).map_err(|_| too_large())?;
    let mut rest = payload;
    let parts = (0..count).map(|number| {
        let part = rest.split_to(room.min(rest.len()));
        (of(number, count), part)
    });
    Ok(parts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> MessageMetadata {
        MessageMetadata {
            producer_name: "p".to_owned(),
            sequence_id: 7,
            ..MessageMetadata::default()
        }
    }

    #[test]
    fn a_message_that_fits_stays_one() {
        let payload = Bytes::from_static(b"12345");
        let max = metadata().encoded_len() + payload.len();
        let whole = vec![(metadata(), payload.clone())];
        assert_eq!(split(metadata(), payload, max).expect("fits"), whole);
    }

    #[test]
    fn chunks_fit_and_say_what_they_are() {
        let payload = Bytes::from((0..=255).cycle().take(10_000).collect::<Vec<u8>>());
        for max in [60, 99, 1_000, 5_000, 9_999] {
            let chunks = split(metadata(), payload.clone(), max).expect("room");
            let mut joined = Vec::new();
            for (number, (metadata, part)) in chunks.iter().enumerate() {
                assert!(metadata.encoded_len() + part.len() <= max);
                assert_eq!(metadata.uuid.as_deref(), Some("p-7"));
                assert_eq!(metadata.chunk_id, i32::try_from(number).ok());
                assert_eq!(
                    metadata.num_chunks_from_msg,
                    i32::try_from(chunks.len()).ok()
                );
                assert_eq!(metadata.total_chunk_msg_size, Some(10_000));
                assert_eq!(metadata.sequence_id, 7);
                joined.extend_from_slice(part);
            }
            assert_eq!(joined, payload);
        }
    }

    #[test]
    fn metadata_that_leave_no_room() {
        let payload = Bytes::from(vec![0; 100]);
        let error = split(metadata(), payload, 20).expect_err("no room");
        let size = metadata().encoded_len() + 100;
        assert!(matches!(error, Error::TooLarge { size: s, max: 20 } if s == size));
    }
}
