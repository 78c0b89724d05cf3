//! Entries as a broker sends them into messages: compressed payloads, batches, and chunks of large messages.
//!
//! There is no input and no output here, and nothing that a producer writes is believed: sizes and counts are checked
//! against [`Limits`] before memory is taken for them.

mod batch;
mod chunks;
mod compression;
mod error;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use pulsar::message::proto::{KeyValue, MessageIdData, MessageMetadata};
use tg_schema::pubsub::Properties;
use tokio::time::Instant;

use crate::acked::EntryId;

use chunks::{Chunk, Chunks, Progress};
pub(crate) use chunks::{Dropped, cost as chunk_cost};
pub(crate) use error::{Refused, UnpackError};

/// How much a producer may ask of us.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// Most bytes of a message or a batch when its chunks are together and it is no longer compressed.
    pub(crate) message: usize,
    /// Most messages of one batch.
    pub(crate) batch: usize,
    /// Most bytes of all chunks that wait for others of their messages.
    pub(crate) chunk_bytes: usize,
    /// Most messages of which chunks wait for others.
    pub(crate) chunk_sets: usize,
    /// How long chunks wait for the next one of their message.
    pub(crate) chunk_age: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            message: 64 << 20,
            batch: 100_000,
            chunk_bytes: 128 << 20,
            chunk_sets: 100,
            chunk_age: Duration::from_secs(60),
        }
    }
}

/// A message.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Unpacked {
    /// The entry that it is in; the last of [`Unpacked::chunks`] where it came in several.
    pub(crate) id: MessageIdData,
    /// The entries of its chunks, in order. Settling the message settles all of them. Empty where it came in one.
    pub(crate) chunks: Vec<MessageIdData>,
    /// Its place in the batch, and how many messages that has, those included that are not delivered. `None`: it is
    /// in no batch.
    pub(crate) batch: Option<Place>,
    /// How often it was delivered to the subscription before.
    pub(crate) redelivery_count: u32,
    pub(crate) payload: Bytes,
    pub(crate) properties: Properties,
    /// The key. One that was sent as base64 is decoded where it is text.
    pub(crate) key: Option<String>,
    /// When it happened, by the program that sent it.
    pub(crate) event_time: Option<SystemTime>,
    /// When it was sent, by the clock of the producer.
    pub(crate) publish_time: Option<SystemTime>,
    pub(crate) producer_name: Arc<str>,
    pub(crate) sequence_id: u64,
    /// The broker's name of the schema that it was sent with.
    pub(crate) schema_version: Option<Bytes>,
    /// There is no value, as opposed to one of no bytes.
    pub(crate) null_value: bool,
    /// Why nobody can read it. The payload is what came then, or nothing.
    pub(crate) unreadable: Option<String>,
}

/// A message's place in its batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) index: u32,
    pub(crate) size: u32,
}

/// What came of an entry.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Entry {
    /// The messages that are to be delivered. Those of a batch that are not here are settled already. None at all, and
    /// nothing in [`Entry::dropped`]: the entry [waits](Entry::waits), or there is nothing to deliver in it.
    pub(crate) messages: Vec<Unpacked>,
    /// The entry is a chunk that waits for others.
    pub(crate) waits: bool,
    /// Entries that will not become messages.
    pub(crate) dropped: Vec<Dropped>,
}

/// Turns the entries of one consumer into messages.
#[derive(Debug)]
pub(crate) struct Unpacker {
    limits: Limits,
    chunks: Chunks,
}

impl Unpacker {
    pub(crate) fn new(limits: Limits) -> Self {
        Unpacker {
            chunks: Chunks::new(&limits),
            limits,
        }
    }

    /// The messages of an entry. `ack_set` has a bit for each message of a batch, set while it is not acknowledged; an
    /// empty one means that none is.
    ///
    /// # Errors
    /// Nobody will ever read it; the error says of which entries that is true.
    pub(crate) fn entry(
        &mut self,
        id: MessageIdData,
        metadata: MessageMetadata,
        payload: Bytes,
        redelivery_count: u32,
        ack_set: &[i64],
        now: Instant,
    ) -> Result<Entry, Refused> {
        if metadata.marker_type.is_some() {
            // The broker's own, about transactions and replication.
            return Ok(Entry::default());
        }
        if let Err(error) = error::check_encryption(&metadata) {
            return Err(Refused::one(id, error).holding(payload, properties(metadata.properties)));
        }
        if metadata.num_chunks_from_msg.unwrap_or(1) <= 1 {
            let messages = self.whole(
                &id,
                Vec::new(),
                metadata,
                payload,
                redelivery_count,
                ack_set,
            );
            return Ok(Entry {
                messages: messages?,
                ..Entry::default()
            });
        }
        let mut entry = Entry::default();
        let chunk = Chunk {
            id,
            metadata,
            payload,
            redelivery_count,
        };
        match self.chunks.add(chunk, now, &mut entry.dropped)? {
            Progress::Waits => entry.waits = true,
            Progress::Known => {}
            Progress::Complete(message) => {
                let last = message.ids.last().cloned().unwrap_or_default();
                let messages = self.whole(
                    &last,
                    message.ids,
                    message.metadata,
                    message.payload,
                    message.redelivery_count,
                    &[],
                );
                entry.messages = messages?;
            }
        }
        Ok(entry)
    }

    /// Chunks that waited too long.
    pub(crate) fn expire(&mut self, now: Instant) -> Vec<Dropped> {
        self.chunks.expire(now)
    }

    /// When [`Unpacker::expire`] has something to do, if no chunk comes before.
    pub(crate) fn next_expiry(&self) -> Option<Instant> {
        self.chunks.next_expiry()
    }

    /// Bytes that the chunks that wait are charged for.
    #[cfg(feature = "fuzzing")]
    pub(crate) fn chunk_bytes(&self) -> usize {
        self.chunks.bytes
    }

    /// The oldest entry that waits for others.
    pub(crate) fn oldest(&self) -> Option<EntryId> {
        self.chunks.oldest()
    }

    /// Forgets the chunks that wait: the broker delivers all that is unsettled again over a new connection.
    pub(crate) fn reset(&mut self) {
        self.chunks = Chunks::new(&self.limits);
    }

    /// The messages of an entry that is complete.
    fn whole(
        &self,
        id: &MessageIdData,
        chunks: Vec<MessageIdData>,
        metadata: MessageMetadata,
        payload: Bytes,
        redelivery_count: u32,
        ack_set: &[i64],
    ) -> Result<Vec<Unpacked>, Refused> {
        let came = payload.clone();
        let refused = |ids: Vec<MessageIdData>, error| match ids.is_empty() {
            true => Refused::one(id.clone(), error),
            false => Refused::all(ids, error),
        };
        let payload = match compression::decompress(&metadata, payload, self.limits.message) {
            Ok(payload) => payload,
            Err(error) => {
                return Err(refused(chunks, error).holding(came, properties(metadata.properties)));
            }
        };
        let batch = metadata.num_messages_in_batch;
        let template = Unpacked {
            id: id.clone(),
            chunks,
            batch: None,
            redelivery_count,
            payload: Bytes::new(),
            properties: Properties::new(),
            key: None,
            event_time: None,
            publish_time: time(Some(metadata.publish_time)),
            producer_name: metadata.producer_name.into(),
            sequence_id: metadata.sequence_id,
            schema_version: metadata.schema_version.map(Bytes::from),
            null_value: false,
            unreadable: None,
        };
        if let Some(count) = batch {
            let messages = batch::messages(&template, count, payload, ack_set, self.limits.batch);
            return messages.map_err(|error| {
                refused(template.chunks, error).holding(came, properties(metadata.properties))
            });
        }
        Ok(vec![Unpacked {
            payload,
            properties: properties(metadata.properties),
            key: key(metadata.partition_key, metadata.partition_key_b64_encoded),
            event_time: time(metadata.event_time),
            null_value: metadata.null_value.unwrap_or(false),
            ..template
        }])
    }
}

fn properties(pairs: Vec<KeyValue>) -> Properties {
    pairs.into_iter().map(|p| (p.key, p.value)).collect()
}

/// A key that was sent as base64 stays so where it is no text.
fn key(key: Option<String>, base64: Option<bool>) -> Option<String> {
    let key = key?;
    if base64 != Some(true) {
        return Some(key);
    }
    let decoded = base64_simd::STANDARD.decode_to_vec(key.as_bytes()).ok();
    let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    Some(text.unwrap_or(key))
}

/// Milliseconds since 1970; 0 is none.
fn time(milliseconds: Option<u64>) -> Option<SystemTime> {
    let after = Duration::from_millis(milliseconds.filter(|&ms| ms > 0)?);
    SystemTime::UNIX_EPOCH.checked_add(after)
}
