//! Messages that are sent and not confirmed, in the order of their numbers.

use std::collections::VecDeque;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use pulsar::proto::{KeyValue, MessageIdData, MessageMetadata};
use tg_schema::pubsub::{Error, Outgoing, Receipt};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::chunking;
use crate::client::Packet;
use crate::failure::Failure;
use crate::identities::{Known, Sent};
use crate::unpack::chunk_cost;

#[cfg(test)]
mod tests;

/// A message under way, for whom waits for it.
pub(crate) struct Flight {
    pub(crate) sequence: u64,
    pub(crate) fate: oneshot::Receiver<Result<Receipt, Failure>>,
}

/// What became of a message that was to be sent.
pub(crate) enum Taken<'a> {
    /// It is to be put on the wire, in one packet after the other.
    New(Flight, &'a [Packet]),
    /// A message of this identity is on its way already.
    UnderWay(Flight),
    /// A message of this identity was confirmed before.
    Done(Receipt),
}

/// What fits into one packet, and whether more than that is sent in several.
#[derive(Clone, Copy)]
pub(crate) struct Limit {
    /// Most bytes of a packet.
    pub(crate) packet: usize,
    /// Larger messages go in chunks, as long as they take no more bytes of a consumer than this.
    pub(crate) chunks: Option<usize>,
}

impl Limit {
    fn packets(self, metadata: MessageMetadata, payload: Bytes) -> Result<Vec<Packet>, Error> {
        let whole = Packet::new(&metadata, payload.clone());
        let (size, max) = (whole.size(), self.packet);
        if size <= max {
            return Ok(vec![whole]);
        }
        let Some(room) = self.chunks else {
            return Err(Error::TooLarge { size, max });
        };
        let bytes = payload.len();
        let chunks = chunking::split(metadata, payload, max)?;
        if let Some((first, _)) = chunks.first() {
            let size = chunk_cost(first, bytes, chunks.len());
            if size > room {
                return Err(Error::TooLarge { size, max: room });
            }
        }
        Ok(chunks
            .into_iter()
            .map(|(metadata, part)| Packet::new(&metadata, part))
            .collect())
    }
}

/// What the broker knows of the producer.
#[derive(Default)]
pub(crate) struct Identity {
    pub(crate) producer: String,
    pub(crate) schema_version: Option<Vec<u8>>,
}

pub(crate) struct Unconfirmed {
    identity: Identity,
    next: u64,
    messages: VecDeque<Message>,
    /// For q2: identities of messages that were confirmed.
    known: Option<Known>,
    /// What a producer of this name sent before us, and was not told of.
    left: Sent,
}

pub(crate) struct Message {
    sequence: u64,
    /// One, or several chunks.
    packets: Vec<Packet>,
    /// How many of them are confirmed: brokers do so in order.
    confirmed: usize,
    /// Who waits for it: who sent it, and who sent it again.
    waiting: Vec<oneshot::Sender<Result<Receipt, Failure>>>,
    id: Option<String>,
    /// Room among the messages under way.
    _permit: OwnedSemaphorePermit,
}

impl Unconfirmed {
    /// `known` for q2, and what a producer of this name left.
    pub(crate) fn new(known: Option<Known>, left: Sent) -> Self {
        Unconfirmed {
            identity: Identity::default(),
            next: 0,
            messages: VecDeque::new(),
            known,
            left,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }
    /// What is to be sent again: of a message in chunks all of them, also those that the broker has. It delivers no
    /// chunk to a shared subscription whose first one is settled, and nothing behind it either.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &Packet)> {
        self.messages.iter().flat_map(|message| {
            let packets = message.packets.iter();
            packets.map(|packet| (message.sequence, packet))
        })
    }

    /// There is a link. `stored`: the last number that the broker has of this producer, where it de-duplicates.
    pub(crate) fn resume(&mut self, identity: Identity, stored: Option<u64>) {
        self.identity = identity;
        for message in &mut self.messages {
            message.confirmed = 0;
        }
        let left = std::mem::take(&mut self.left);
        let Some(stored) = stored else { return };
        if let Some(known) = &self.known {
            // All of it was sent in the order of its numbers, and nothing after it.
            left.stored(stored).for_each(|id| known.insert(id));
        }
        self.next = self.next.max(stored.saturating_add(1));
        while let Some(first) = self.messages.front()
            && first.sequence <= stored
        {
            self.settle(first.sequence, Ok(Receipt::new()));
        }
    }

    /// Takes a message that is to be sent.
    pub(crate) fn take(
        &mut self,
        message: Outgoing,
        permit: OwnedSemaphorePermit,
        limit: Limit,
    ) -> Result<Taken<'_>, Error> {
        let (tell, fate) = oneshot::channel();
        let Outgoing {
            payload,
            properties,
            key,
            id,
            ..
        } = message;
        let id = id.filter(|_| self.known.is_some());
        if let (Some(known), Some(id)) = (&self.known, &id) {
            if known.contains(id) {
                let mut receipt = Receipt::new();
                receipt.duplicate = true;
                return Ok(Taken::Done(receipt));
            }
            let same = |m: &&mut Message| m.id.as_ref() == Some(id);
            if let Some(message) = self.messages.iter_mut().find(same) {
                message.waiting.push(tell);
                let sequence = message.sequence;
                return Ok(Taken::UnderWay(Flight { sequence, fate }));
            }
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let metadata = MessageMetadata {
            producer_name: self.identity.producer.clone(),
            sequence_id: self.next,
            publish_time: now.map_or(0, |now| u64::try_from(now.as_millis()).unwrap_or(u64::MAX)),
            properties: properties
                .into_iter()
                .map(|(key, value)| KeyValue { key, value })
                .collect(),
            partition_key: key,
            schema_version: self.identity.schema_version.clone(),
            ..MessageMetadata::default()
        };
        let packets = limit.packets(metadata, payload)?;
        let sequence = self.next;
        self.next += 1;
        self.messages.push_back(Message {
            sequence,
            packets,
            confirmed: 0,
            waiting: vec![tell],
            id,
            _permit: permit,
        });
        match self.messages.back() {
            Some(message) => Ok(Taken::New(Flight { sequence, fate }, &message.packets)),
            // It was put there just now.
            None => Err(Error::Closed { what: "producer" }),
        }
    }

    /// The broker took a packet over. The message is when it took all of them.
    pub(crate) fn confirm(&mut self, sequence: u64, receipt: Receipt) {
        if let Ok(at) = self.find(sequence)
            && let Some(message) = self.messages.get_mut(at)
        {
            message.confirmed += 1;
            if message.confirmed < message.packets.len() {
                return;
            }
        }
        self.settle(sequence, Ok(receipt));
    }

    /// What became of a message. One that is not known was settled before.
    pub(crate) fn settle(&mut self, sequence: u64, outcome: Result<Receipt, Failure>) {
        let at = self.find(sequence);
        let message = at.ok().and_then(|at| self.messages.remove(at));
        let Some(message) = message else { return };
        if let (Some(known), Some(id), Ok(_)) = (&self.known, &message.id, &outcome) {
            known.insert(id);
        }
        message.tell(outcome);
    }

    fn find(&self, sequence: u64) -> Result<usize, usize> {
        match self.messages.front() {
            // The broker confirms in order.
            Some(first) if first.sequence == sequence => Ok(0),
            _ => self
                .messages
                .binary_search_by_key(&sequence, |m| m.sequence),
        }
    }

    /// What was sent and not confirmed. Before there is a link, that is what was left to us.
    pub(crate) fn sent(&mut self) -> Sent {
        let left = std::mem::take(&mut self.left);
        if !left.unconfirmed.is_empty() {
            return left;
        }
        let messages = self.messages.iter();
        Sent {
            unconfirmed: messages
                .filter_map(|m| Some((m.sequence, m.id.clone()?)))
                .collect(),
            next: self.next,
        }
    }

    /// Takes out everything.
    pub(crate) fn drain(&mut self) -> Vec<Message> {
        std::mem::take(&mut self.messages).into()
    }
}

impl Message {
    fn tell(self, outcome: Result<Receipt, Failure>) {
        let mut waiting = self.waiting.into_iter();
        let first = waiting.next();
        for other in waiting {
            // Who does not wait any more does not want to know.
            let _gone = other.send(outcome.clone().map(|mut receipt| {
                receipt.duplicate = true;
                receipt
            }));
        }
        if let Some(first) = first {
            let _gone = first.send(outcome);
        }
    }
    pub(crate) fn fail(self, why: &Failure) {
        self.tell(Err(why.clone()));
    }
}

/// What a broker says of a message that it took over. One that it had already has no place.
pub(crate) fn receipt(id: Option<&MessageIdData>) -> Receipt {
    let mut receipt = Receipt::new();
    match id {
        Some(id) if id.ledger_id == u64::MAX => receipt.duplicate = true,
        Some(id) => receipt.id = Some(format!("{}:{}", id.ledger_id, id.entry_id)),
        None => {}
    }
    receipt
}
