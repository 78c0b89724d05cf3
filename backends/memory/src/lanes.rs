//! Division of messages by key: a lane a member, and one for messages without a key.
//!
//! A key belongs to the member with the greatest hash of key and member, so that few keys move when members come and
//! go. While messages of a key are in a member's lane or hands, those that follow go to the same member: they keep
//! their order.

use std::collections::hash_map::Entry as Slot;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::member::Member;
use crate::message::Entry;

#[derive(Debug, Default)]
pub(crate) struct Lanes {
    /// By number of the member.
    lanes: HashMap<u64, VecDeque<Entry>>,
    /// Messages without a key: for whoever asks.
    common: VecDeque<Entry>,
    owners: HashMap<Arc<str>, Owner>,
    length: usize,
}

#[derive(Debug)]
struct Owner {
    member: u64,
    /// Messages of the key in the member's lane and hands.
    messages: usize,
}

impl Lanes {
    /// How many messages are in lanes.
    pub(crate) fn len(&self) -> usize {
        self.length
    }
    /// Puts a message into the lane that it belongs to.
    pub(crate) fn put(&mut self, entry: Entry, members: &[Arc<Member>]) {
        self.length += 1;
        let Some(key) = entry.message.key.clone() else {
            self.common.push_back(entry);
            return;
        };
        let member = match self.owners.entry(key) {
            Slot::Occupied(mut owner) => {
                let owner = owner.get_mut();
                owner.messages += 1;
                owner.member
            }
            Slot::Vacant(vacant) => {
                let member = owner_of(vacant.key(), members);
                vacant.insert(Owner {
                    member,
                    messages: 1,
                });
                member
            }
        };
        self.lanes.entry(member).or_default().push_back(entry);
    }
    /// The next message for a member.
    pub(crate) fn take(&mut self, member: u64) -> Option<Entry> {
        let lane = self.lanes.get_mut(&member);
        let own = lane.as_ref().and_then(|lane| lane.front()).map(|e| e.place);
        let common = self.common.front().map(|e| e.place);
        let entry = match (own, common) {
            (Some(own), common) if common.is_none_or(|c| own < c) => lane?.pop_front(),
            _ => self.common.pop_front(),
        }?;
        self.length -= 1;
        Some(entry)
    }
    /// The oldest message of all lanes.
    pub(crate) fn take_oldest(&mut self) -> Option<Entry> {
        let fronts = self.lanes.values_mut().chain([&mut self.common]);
        let oldest = fronts
            .filter(|lane| !lane.is_empty())
            .min_by_key(|lane| lane.front().map(|e| e.place))?;
        let entry = oldest.pop_front()?;
        self.length -= 1;
        self.left(&entry);
        Some(entry)
    }
    /// Whether there is a message for a member.
    pub(crate) fn has(&self, member: u64) -> bool {
        !self.common.is_empty() || self.lanes.get(&member).is_some_and(|l| !l.is_empty())
    }
    /// A message left the hands of its member.
    pub(crate) fn left(&mut self, entry: &Entry) {
        let Some(key) = &entry.message.key else {
            return;
        };
        let Slot::Occupied(mut owner) = self.owners.entry(key.clone()) else {
            return;
        };
        owner.get_mut().messages -= 1;
        if owner.get().messages == 0 {
            owner.remove();
        }
    }
    /// Takes every message out of the lanes, to be divided anew.
    pub(crate) fn clear(&mut self) -> Vec<Entry> {
        self.length = 0;
        let mut all: Vec<Entry> = std::mem::take(&mut self.common).into();
        for (_, lane) in std::mem::take(&mut self.lanes) {
            for entry in lane {
                self.left(&entry);
                all.push(entry);
            }
        }
        all
    }
}

/// Number of the member with the greatest hash.
fn owner_of(key: &str, members: &[Arc<Member>]) -> u64 {
    let best = members
        .iter()
        .max_by_key(|m| (hash(key, &m.label), m.number));
    best.map_or(0, |m| m.number)
}

/// FNV-1a of key and label, mixed so that every bit counts: the same in every process.
fn hash(key: &str, label: &str) -> u64 {
    let bytes = key.bytes().chain([0]).chain(label.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 32)
}
