//! Chunks into the messages that they are parts of.
//!
//! Chunks of several producers come in turns, some twice, and some never. What is kept of them is bounded in bytes, in
//! messages and in age. An entry that will not be a part of a message is told, so that it can be settled.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use prost::Message;
use pulsar::message::proto::{MessageIdData, MessageMetadata};
use tokio::time::Instant;

use super::error::corrupt;
use super::{Limits, Refused, UnpackError};
use crate::acked::EntryId;

/// What a chunk costs beside its bytes, so that empty ones are bounded too.
const OVERHEAD: usize = 256;
/// Before the broker delivers again what there is no room for: it would do so at once.
const PAUSE: Duration = Duration::from_secs(1);
/// Most messages that wait for that.
const MAX_PAUSED: usize = 10_000;
/// A chunk smaller than this is copied: it may hold a much larger buffer of what was read.
const COPIED: usize = 64 << 10;

/// An entry with a part of a message.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) id: MessageIdData,
    pub(super) metadata: MessageMetadata,
    pub(super) payload: Bytes,
    pub(super) redelivery_count: u32,
}

/// Entries that will not become a message.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dropped {
    pub(crate) ids: Vec<MessageIdData>,
    /// Why; it tells whether they are to be acknowledged.
    pub(crate) why: Why,
}

/// Why entries will not become a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// The producer sent the chunk twice, and one of the two is kept. To be acknowledged.
    Duplicate,
    /// The producer began the message anew, or another one in its name. To be acknowledged.
    Replaced,
    /// The other chunks did not come in time. To be acknowledged.
    Expired,
    /// There is no room to wait for the other chunks. To be given back to the broker, which delivers them again.
    NoRoom,
}

impl Why {
    /// Whether the entries are done with, as opposed to: they are to be delivered again.
    pub(crate) fn is_final(self) -> bool {
        self != Why::NoRoom
    }
}

/// What a chunk did.
#[derive(Debug)]
pub(super) enum Progress {
    /// Others are missing.
    Waits,
    /// It will not be needed; why is with what was dropped.
    Known,
    /// It was the last one.
    Complete(Box<Whole>),
}

/// A message of which all chunks are here.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) ids: Vec<MessageIdData>,
    pub(super) metadata: MessageMetadata,
    pub(super) payload: Bytes,
    pub(super) redelivery_count: u32,
}

/// The name of a message: that of its producer and the one it gave.
type Name = (String, String);

#[derive(Debug)]
pub(super) struct Chunks {
    sets: HashMap<Name, Set>,
    /// What there was no room for, and when that is told; the oldest first.
    paused: VecDeque<(Instant, Vec<MessageIdData>)>,
    /// How many messages began.
    begun: u64,
    /// Bytes that all of them are charged for.
    pub(super) bytes: usize,
    max_bytes: usize,
    max_sets: usize,
    max_message: usize,
    max_age: Duration,
}

/// The chunks of one message.
#[derive(Debug)]
struct Set {
    metadata: MessageMetadata,
    count: u32,
    total: usize,
    parts: BTreeMap<u32, (MessageIdData, Bytes)>,
    /// Bytes of the parts.
    filled: usize,
    /// Bytes that it is charged for.
    cost: usize,
    redelivery_count: u32,
    touched: Instant,
    /// Its place among those that began.
    begun: u64,
}

/// What a chunk says of itself, checked.
struct Header {
    name: Name,
    number: u32,
    count: u32,
    total: usize,
}

impl Chunks {
    pub(super) fn new(limits: &Limits) -> Self {
        Chunks {
            sets: HashMap::new(),
            paused: VecDeque::new(),
            begun: 0,
            bytes: 0,
            max_bytes: limits.chunk_bytes,
            max_sets: limits.chunk_sets.max(1),
            max_message: limits.message.min(limits.chunk_bytes),
            max_age: limits.chunk_age,
        }
    }

    /// Takes a chunk. What is given up for it goes to `dropped`.
    pub(super) fn add(
        &mut self,
        chunk: Chunk,
        now: Instant,
        dropped: &mut Vec<Dropped>,
    ) -> Result<Progress, Refused> {
        let header = match self.header(&chunk) {
            Ok(header) => header,
            Err(error) => {
                return Err(Refused {
                    is_rest: chunk.metadata.chunk_id > Some(0),
                    ..Refused::one(chunk.id, error)
                });
            }
        };
        if let Some(set) = self.sets.get(&header.name) {
            let known = set.parts.get(&header.number).map(|(id, _)| id);
            match known {
                // Delivered again.
                Some(id) if same_entry(id, &chunk.id) => return Ok(Progress::Waits),
                // A producer that sends a message again says the same time with it.
                Some(_) if header.number > 0 || set.is_of_time(&chunk) => {
                    let ids = vec![chunk.id];
                    let why = Why::Duplicate;
                    dropped.push(Dropped { ids, why });
                    return Ok(Progress::Known);
                }
                Some(_) => dropped.extend(self.give_up(&header.name, Why::Replaced)),
                None if (set.count, set.total) != (header.count, header.total) => {
                    let error = corrupt("a chunk does not belong to those before it");
                    return Err(Refused {
                        is_rest: header.number > 0,
                        ..Refused::one(chunk.id, error)
                    });
                }
                None => {}
            }
        }
        self.keep(header, chunk, now)
    }

    /// Chunks that waited too long, and those that there was no room for a while ago.
    pub(super) fn expire(&mut self, now: Instant) -> Vec<Dropped> {
        let mut dropped = Vec::new();
        while let Some((due, _)) = self.paused.front()
            && (*due <= now || self.paused.len() > MAX_PAUSED)
        {
            let Some((_, ids)) = self.paused.pop_front() else {
                break;
            };
            let why = Why::NoRoom;
            dropped.push(Dropped { ids, why });
        }
        let old = |set: &Set| now.saturating_duration_since(set.touched) >= self.max_age;
        let names = self.sets.iter().filter(|(_, set)| old(set));
        let names: Vec<Name> = names.map(|(name, _)| name.clone()).collect();
        let expired = names
            .iter()
            .filter_map(|name| self.give_up(name, Why::Expired));
        dropped.extend(expired);
        dropped
    }

    /// When the next chunks have waited too long.
    pub(super) fn next_expiry(&self) -> Option<Instant> {
        let oldest = self.sets.values().map(|set| set.touched).min();
        let expires = oldest.and_then(|oldest| oldest.checked_add(self.max_age));
        let paused = self.paused.front().map(|(due, _)| *due);
        [expires, paused].into_iter().flatten().min()
    }

    /// The oldest entry that is kept, or is to be given back.
    pub(super) fn oldest(&self) -> Option<EntryId> {
        let kept = self.sets.values().flat_map(|set| set.parts.values());
        let kept = kept.map(|(id, _)| (id.ledger_id, id.entry_id));
        let paused = self.paused.iter().flat_map(|(_, ids)| ids);
        kept.chain(paused.map(|id| (id.ledger_id, id.entry_id)))
            .min()
    }

    fn header(&self, chunk: &Chunk) -> Result<Header, UnpackError> {
        let metadata = &chunk.metadata;
        let incomplete = || corrupt("a chunk without its number, its total size or its name");
        let number = |n: Option<i32>| n.and_then(|n| u32::try_from(n).ok()).ok_or_else(incomplete);
        let header = Header {
            name: (
                metadata.producer_name.clone(),
                metadata.uuid.clone().ok_or_else(incomplete)?,
            ),
            number: number(metadata.chunk_id)?,
            count: number(metadata.num_chunks_from_msg)?,
            total: number(metadata.total_chunk_msg_size)? as usize,
        };
        let (size, max) = (header.total, self.max_message);
        if size > max {
            return Err(UnpackError::TooLarge { size, max });
        }
        if header.number >= header.count || metadata.num_messages_in_batch.is_some() {
            return Err(corrupt("a chunk with a wrong number, or of a batch"));
        }
        Ok(header)
    }

    /// Puts a chunk to those of its message.
    fn keep(&mut self, header: Header, chunk: Chunk, now: Instant) -> Result<Progress, Refused> {
        let mut cost = chunk.payload.len() + OVERHEAD;
        let begins = !self.sets.contains_key(&header.name);
        if begins {
            cost += beginning(&chunk.metadata);
        }
        // Those that began first are completed first: what comes later waits at the broker.
        if begins && self.sets.len() >= self.max_sets {
            return Ok(self.pause(vec![chunk.id], now));
        }
        while self.bytes.saturating_add(cost) > self.max_bytes {
            let latest = self.sets.iter().max_by_key(|(_, set)| set.begun);
            let latest = latest.map(|(name, _)| name.clone());
            match latest {
                Some(_) if begins => return Ok(self.pause(vec![chunk.id], now)),
                Some(latest) if latest != header.name => {
                    let ids = self.take(&latest).map(Set::into_ids);
                    self.pause(ids.unwrap_or_default(), now);
                }
                Some(_) if self.sets.len() > 1 => {
                    let ids = self.take(&header.name).map(Set::into_ids);
                    let mut ids = ids.unwrap_or_default();
                    ids.push(chunk.id);
                    return Ok(self.pause(ids, now));
                }
                // Alone it is too much, and always will be.
                _ => {
                    let error = UnpackError::TooLarge {
                        size: self.bytes.saturating_add(cost),
                        max: self.max_bytes,
                    };
                    return Err(self.refuse(&header.name, chunk.id, error));
                }
            }
        }
        let payload = match chunk.payload.len() {
            0..COPIED => Bytes::copy_from_slice(&chunk.payload),
            _ => chunk.payload,
        };
        self.begun += u64::from(begins);
        let set = self.sets.entry(header.name.clone()).or_insert_with(|| Set {
            metadata: chunk.metadata,
            count: header.count,
            total: header.total,
            parts: BTreeMap::new(),
            filled: 0,
            cost: 0,
            redelivery_count: 0,
            touched: now,
            begun: self.begun,
        });
        if set.filled + payload.len() > set.total {
            let error = corrupt("chunks are larger than the message that they are parts of");
            return Err(self.refuse(&header.name, chunk.id, error));
        }
        set.filled += payload.len();
        set.cost += cost;
        self.bytes += cost;
        set.touched = now;
        set.redelivery_count = set.redelivery_count.max(chunk.redelivery_count);
        set.parts.insert(header.number, (chunk.id, payload));
        if set.parts.len() < set.count as usize {
            return Ok(Progress::Waits);
        }
        match self.take(&header.name) {
            Some(set) => set.join().map(|whole| Progress::Complete(Box::new(whole))),
            None => Ok(Progress::Waits),
        }
    }

    fn take(&mut self, name: &Name) -> Option<Set> {
        let set = self.sets.remove(name)?;
        self.bytes = self.bytes.saturating_sub(set.cost);
        Some(set)
    }

    fn give_up(&mut self, name: &Name, why: Why) -> Option<Dropped> {
        let ids = self.take(name)?.into_ids();
        Some(Dropped { ids, why })
    }

    /// Entries that there is no room for.
    fn pause(&mut self, ids: Vec<MessageIdData>, now: Instant) -> Progress {
        self.paused.push_back((now + PAUSE, ids));
        Progress::Waits
    }

    /// All chunks of a message with the one that showed that it will never be one.
    fn refuse(&mut self, name: &Name, id: MessageIdData, error: UnpackError) -> Refused {
        let mut ids = self.take(name).map(Set::into_ids).unwrap_or_default();
        ids.push(id);
        Refused::all(ids, error)
    }
}

/// What the first chunk of a message costs more than the others.
fn beginning(metadata: &MessageMetadata) -> usize {
    let name = metadata.producer_name.len() + metadata.uuid.as_ref().map_or(0, String::len);
    OVERHEAD + metadata.encoded_len() + name
}

/// Of [`Limits::chunk_bytes`], what a message takes alone, in so many chunks with metadata such as these.
pub(crate) fn cost(metadata: &MessageMetadata, payload: usize, count: usize) -> usize {
    let chunks = count.saturating_mul(OVERHEAD);
    let all = payload.saturating_add(chunks);
    // Some of it is of the number of the chunk, which is written in 10 bytes at most.
    all.saturating_add(beginning(metadata)).saturating_add(10)
}

impl Set {
    fn is_of_time(&self, chunk: &Chunk) -> bool {
        self.metadata.publish_time == chunk.metadata.publish_time
    }

    fn into_ids(self) -> Vec<MessageIdData> {
        self.parts.into_values().map(|(id, _)| id).collect()
    }

    fn join(self) -> Result<Whole, Refused> {
        let (filled, total) = (self.filled, self.total);
        if filled != total {
            let error = corrupt(format!(
                "chunks of {filled} bytes where {total} were announced"
            ));
            return Err(Refused::all(self.into_ids(), error));
        }
        let mut payload = Vec::with_capacity(filled);
        let mut ids = Vec::with_capacity(self.parts.len());
        for (id, part) in self.parts.into_values() {
            payload.extend_from_slice(&part);
            ids.push(id);
        }
        Ok(Whole {
            ids,
            metadata: self.metadata,
            payload: payload.into(),
            redelivery_count: self.redelivery_count,
        })
    }
}

/// Whether two names of entries are of one entry.
fn same_entry(a: &MessageIdData, b: &MessageIdData) -> bool {
    let key = |id: &MessageIdData| (id.ledger_id, id.entry_id, id.partition.unwrap_or(-1));
    key(a) == key(b)
}
