//! A message that arrived, without its settlement.

use std::sync::Arc;

use tg_schema::pubsub::{Bytes, Delivery, Format, Meta, Properties, Writer};

/// A message that arrived: its value and what came with it.
#[derive(Clone, Debug)]
pub struct Incoming<T> {
    pub(crate) value: T,
    pub(crate) head: Arc<Head>,
    /// As the broker counts, or as was counted here.
    pub(crate) attempt: u32,
}

/// Everything of a delivery but its settlement.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) payload: Bytes,
    pub(crate) format: Format,
    pub(crate) writer: Option<Writer>,
    pub(crate) properties: Properties,
    pub(crate) meta: Meta,
}

impl Head {
    pub(crate) fn of(delivery: &mut Delivery) -> Self {
        Head {
            payload: std::mem::take(&mut delivery.payload),
            format: delivery.format,
            writer: delivery.writer.take(),
            properties: std::mem::take(&mut delivery.properties),
            meta: std::mem::take(&mut delivery.meta),
        }
    }
}

impl<T> Incoming<T> {
    /// The message.
    pub fn value(&self) -> &T {
        &self.value
    }
    /// The message alone.
    pub fn into_value(self) -> T {
        self.value
    }
    /// What travelled beside it.
    pub fn properties(&self) -> &Properties {
        &self.head.properties
    }
    /// What the broker says of it.
    pub fn meta(&self) -> &Meta {
        &self.head.meta
    }
    /// The key by which messages keep their order.
    pub fn key(&self) -> Option<&str> {
        self.head.meta.key.as_deref()
    }
    /// Which attempt to process it this is, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }
    pub(crate) fn head(&self) -> Arc<Head> {
        self.head.clone()
    }
    /// Its bytes, without the broker's frame.
    pub fn payload(&self) -> &Bytes {
        &self.head.payload
    }
}
