//! What an inbox holds: messages that are ready, that wait for their time, that are handed out, and that are to come again
//! over the next connection.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, Mutex};

use tg_pubsub_backend::hold::Hold;
use tg_schema::pubsub::Error;
use tokio::time::Instant;

use crate::client::Publish;
use crate::copies::Copies;
use crate::failure::Failure;

/// By the identifiers of packets.
type ByPacket<T> = HashMap<u16, T, BuildHasherDefault<PacketHasher>>;

/// Hashes identifiers of packets. There are few enough that nobody can choose many which collide.
#[derive(Default)]
pub(super) struct PacketHasher(u64);

impl Hasher for PacketHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u16(byte.into());
        }
    }
    fn write_u16(&mut self, pkid: u16) {
        // An odd number of which the bits look random: identifiers that follow each other fall far apart.
        self.0 = (self.0 ^ u64::from(pkid)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

pub(super) struct State {
    /// Number of the connection, from 1.
    pub(super) connection: u64,
    pub(super) connected: bool,
    pub(super) end: Option<Failure>,
    pub(super) ready: VecDeque<Held>,
    /// Messages that wait for their time.
    pub(super) later: Hold<Held>,
    /// Unsettled messages of this connection, by their packets' identifiers.
    pub(super) open: ByPacket<Open>,
    /// Those of connections before that did not come again yet. The broker delivers them under the same identifiers.
    pub(super) before: ByPacket<Known>,
    /// Messages of q2 that are settled here, which the broker has not answered yet.
    pub(super) half: ByPacket<Arc<Publish>>,
    /// Those of connections before. The broker delivers again what it does not know to be settled.
    pub(super) half_before: ByPacket<u64>,
    /// For q2: the messages that were settled or are open, by their identities.
    pub(super) copies: Option<Arc<Mutex<Copies>>>,
    /// Most messages of quality q0 that are ready.
    pub(super) q0_buffer: usize,
    /// How many of those that are ready have this quality.
    pub(super) q0_ready: usize,
    pub(super) dropped: u64,
}

pub(super) struct Open {
    pub(super) publish: Arc<Publish>,
    pub(super) delivered: Delivered,
}

/// A message of a connection before.
pub(super) struct Known {
    pub(super) fingerprint: u64,
    pub(super) delivered: Delivered,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Delivered {
    /// How often it was handed out.
    pub(super) attempts: u32,
    /// Not before this time.
    pub(super) due: Option<Instant>,
}

/// A message that was received and is not settled.
#[derive(Clone)]
pub(crate) struct Held {
    pub(super) publish: Arc<Publish>,
    /// Deliveries of it so far.
    pub(super) attempts: u32,
    pub(super) connection: u64,
}

impl Held {
    /// Whether the broker waits for a settlement.
    pub(super) fn is_tracked(&self) -> bool {
        self.publish.pkid != 0
    }
}

impl State {
    pub(super) fn new(copies: Option<Arc<Mutex<Copies>>>, q0_buffer: usize) -> Self {
        State {
            connection: 0,
            connected: false,
            end: None,
            ready: VecDeque::new(),
            // What waits is unsettled, and the broker sends no more than the receive maximum of that.
            later: Hold::new(usize::from(u16::MAX), usize::MAX),
            open: ByPacket::default(),
            before: ByPacket::default(),
            half: ByPacket::default(),
            half_before: ByPacket::default(),
            copies,
            q0_buffer,
            q0_ready: 0,
            dropped: 0,
        }
    }

    /// What is known of a message of a connection before: of one that was settled by half, and of one that was open.
    pub(super) fn before(&mut self, pkid: u16) -> (Option<u64>, Option<Known>) {
        // After a lost connection only: most often there is nothing to look at.
        if self.half_before.is_empty() && self.before.is_empty() {
            return (None, None);
        }
        (self.half_before.remove(&pkid), self.before.remove(&pkid))
    }

    /// Whether everything that came is settled, and the broker knows.
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
            && self.half.is_empty()
            && self.ready.is_empty()
            && self.later.is_empty()
    }

    /// Counts a delivery.
    pub(super) fn hand_out(&mut self, mut held: Held) -> Held {
        held.attempts = held.attempts.saturating_add(1);
        if held.is_tracked()
            && held.connection == self.connection
            && let Some(open) = self.open.get_mut(&held.publish.pkid)
        {
            open.delivered = Delivered {
                attempts: held.attempts,
                due: None,
            };
        }
        held
    }

    pub(super) fn is_live(&self, held: &Held) -> Result<(), Error> {
        if self.end.is_some() {
            return Err(Error::Lost);
        }
        // The broker does not wait for messages of quality q0: they outlive their connection.
        let same = self.connected && held.connection == self.connection;
        match !held.is_tracked() || same && self.open.contains_key(&held.publish.pkid) {
            true => Ok(()),
            false => Err(Error::Lost),
        }
    }

    pub(super) fn wait(&mut self, due: Instant, held: Held) -> Result<(), Error> {
        let bytes = held.publish.payload.len();
        self.later.put(held, bytes, due).map_err(|_| Error::Full {
            what: "hold for messages that are delivered again later",
            capacity: usize::from(u16::MAX),
        })
    }
}
