//! The place of a producer or a consumer on a connection. Whoever lets go of it without a word is closed at the broker
//! nevertheless, so that nothing stays there that nobody has.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::command;
use super::connection::Connection;
use super::routes::Sink;
use crate::failure::Failure;

/// What sits there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Producer,
    Consumer,
}

pub(crate) struct Seat {
    pub(crate) connection: Arc<Connection>,
    /// The number by which the broker knows it.
    pub(crate) id: u64,
    kind: Kind,
    /// The broker may have it.
    open: AtomicBool,
}

/// Most permits of one command.
const MOST: u32 = i32::MAX.cast_unsigned();

impl Seat {
    /// A place for something that the broker does not know yet. Events come to `sink` from now on.
    pub(crate) fn take(
        connection: Arc<Connection>,
        kind: Kind,
        sink: Arc<dyn Sink>,
    ) -> Result<Self, Failure> {
        let id = connection.number();
        let mut routes = connection.shared.routes();
        if let Some(why) = &routes.end {
            return Err(why.clone());
        }
        match kind {
            Kind::Producer => routes.producers.insert(id, sink),
            Kind::Consumer => routes.consumers.insert(id, sink),
        };
        drop(routes);
        Ok(Seat {
            connection,
            id,
            kind,
            open: AtomicBool::new(true),
        })
    }

    /// The broker has ended it already: nothing is to be said.
    pub(crate) fn forget(&self) {
        self.open.store(false, Ordering::Release);
    }

    /// Closes it at the broker.
    pub(crate) async fn close(&self, topic: &str) -> Result<(), Failure> {
        if !self.open.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        let closed = self
            .connection
            .ask("close", topic, |number| self.goodbye(number))
            .await;
        closed.map(drop)
    }

    /// Lets the broker send so many messages more to a consumer. It counts in 32 bits, of which one is a sign, and ends the
    /// connection where it is given a number that has more.
    pub(crate) fn grant(&self, permits: u64) {
        let mut left = permits;
        while left > 0 {
            let part = u32::try_from(left).unwrap_or(MOST).min(MOST);
            self.connection.tell(&command::flow(self.id, part));
            left -= u64::from(part);
        }
    }

    fn goodbye(&self, number: u64) -> pulsar::proto::BaseCommand {
        match self.kind {
            Kind::Producer => command::close_producer(self.id, number),
            Kind::Consumer => command::close_consumer(self.id, number),
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut routes = self.connection.shared.routes();
        match self.kind {
            Kind::Producer => routes.producers.remove(&self.id),
            Kind::Consumer => routes.consumers.remove(&self.id),
        };
        drop(routes);
        if self.open.load(Ordering::Acquire) {
            let number = self.connection.number();
            self.connection.tell(&self.goodbye(number));
        }
    }
}
