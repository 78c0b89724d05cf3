//! The payload of a batch into its messages: each a length of four bytes, metadata, and as many bytes as that says.

use bytes::{Buf, Bytes};
use prost::Message;
use pulsar::message::proto::SingleMessageMetadata;

use super::error::corrupt;
use super::{Place, UnpackError, Unpacked, key, properties, time};

/// Fewest bytes of a message in a batch: the length of its metadata, and the one field that they must have.
const SMALLEST: usize = 4 + 2;

/// The messages that are neither acknowledged nor compacted away. `template` has what they have in common.
pub(super) fn messages(
    template: &Unpacked,
    count: i32,
    mut payload: Bytes,
    ack_set: &[i64],
    max: usize,
) -> Result<Vec<Unpacked>, UnpackError> {
    let max = max.min(payload.len() / SMALLEST);
    let size = match u32::try_from(count) {
        Ok(size) if size as usize <= max => size,
        _ => {
            let count = count.into();
            return Err(UnpackError::TooMany { count, max });
        }
    };
    let mut messages = Vec::with_capacity(size as usize);
    for index in 0..size {
        let (metadata, payload) = next(&mut payload, index)?;
        if metadata.compacted_out() || !is_set(ack_set, index) {
            continue;
        }
        messages.push(Unpacked {
            batch: Some(Place { index, size }),
            payload,
            null_value: metadata.null_value(),
            event_time: time(metadata.event_time),
            sequence_id: metadata.sequence_id.unwrap_or(template.sequence_id),
            key: key(metadata.partition_key, metadata.partition_key_b64_encoded),
            properties: properties(metadata.properties),
            ..template.clone()
        });
    }
    if payload.is_empty() {
        return Ok(messages);
    }
    let rest = payload.len();
    Err(corrupt(format!(
        "{rest} bytes follow the {size} messages of a batch"
    )))
}

/// Takes one message off.
fn next(payload: &mut Bytes, index: u32) -> Result<(SingleMessageMetadata, Bytes), UnpackError> {
    let short = || corrupt(format!("message {index} of a batch ends too early"));
    let length = payload.try_get_u32().map_err(|_| short())? as usize;
    if length > payload.len() {
        return Err(short());
    }
    let metadata = SingleMessageMetadata::decode(payload.split_to(length))
        .map_err(|e| corrupt(format!("message {index} of a batch: {e}")))?;
    let length = usize::try_from(metadata.payload_size).map_err(|_| short())?;
    if length > payload.len() {
        return Err(short());
    }
    let message = payload.split_to(length);
    Ok((metadata, message))
}

/// Whether a message is not acknowledged. Where there are no bits, none is.
fn is_set(ack_set: &[i64], index: u32) -> bool {
    let word = ack_set.get(index as usize / 64);
    ack_set.is_empty() || word.is_some_and(|word| word >> (index % 64) & 1 == 1)
}
