//! What a backend has opened, so that it ends with the backend.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tg_schema::pubsub::Error;

use crate::acked::Acked;
use crate::consumer::Consumer;
use crate::identities::Identities;
use crate::producer::Producer;
use crate::receiver::Receiver;
use crate::sender::Sender;

/// Most entries of one subscription that are settled in part and known.
const MAX_PARTLY: usize = 10_000;

#[derive(Default)]
pub(crate) struct Registry {
    closed: AtomicBool,
    open: Mutex<Open>,
    pub(crate) identities: Arc<Identities>,
}

/// What was opened and may have ended since.
#[derive(Default)]
struct Open {
    senders: Vec<Weak<Sender>>,
    receivers: Vec<Weak<Receiver>>,
    /// Which messages of batches were acknowledged, by topic and subscription: it outlives a consumer that lost its
    /// link.
    acked: HashMap<(String, String), Arc<Mutex<Acked>>>,
}

impl Registry {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn check_open(&self) -> Result<(), Error> {
        match self.closed.load(Ordering::Acquire) {
            true => Err(Error::Closed { what: "backend" }),
            false => Ok(()),
        }
    }

    /// A producer that ends with the backend.
    pub(crate) fn kept(&self, sender: Arc<Sender>) -> Producer {
        let mut open = self.open();
        open.senders.retain(|sender| sender.strong_count() > 0);
        open.senders.push(Arc::downgrade(&sender));
        Producer(sender)
    }

    /// A consumer that ends with the backend.
    pub(crate) fn held(&self, receiver: Arc<Receiver>) -> Consumer {
        let mut open = self.open();
        open.receivers
            .retain(|receiver| receiver.strong_count() > 0);
        open.receivers.push(Arc::downgrade(&receiver));
        Consumer(receiver)
    }

    /// What was acknowledged of the batches of a subscription.
    pub(crate) fn acked(&self, topic: &str, subscription: &str) -> Arc<Mutex<Acked>> {
        let mut open = self.open();
        open.acked.retain(|_, acked| {
            let used = Arc::strong_count(acked) > 1;
            used || !acked
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .is_empty()
        });
        let key = (topic.to_owned(), subscription.to_owned());
        let acked = open.acked.entry(key);
        Arc::clone(acked.or_insert_with(|| Arc::new(Mutex::new(Acked::new(MAX_PARTLY)))))
    }

    /// Opens nothing more. What was opened and is still there.
    pub(crate) fn close(&self) -> (Vec<Arc<Sender>>, Vec<Arc<Receiver>>) {
        self.closed.store(true, Ordering::Release);
        let Open {
            senders, receivers, ..
        } = std::mem::take(&mut *self.open());
        (
            senders.iter().filter_map(Weak::upgrade).collect(),
            receivers.iter().filter_map(Weak::upgrade).collect(),
        )
    }
}
