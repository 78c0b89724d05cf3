//! The backend's end of a delivery.

use std::sync::Arc;
use std::time::Duration;

use tg_schema::pubsub::{Answer, Error, Settle, Settlement};

use crate::inbox::{Held, Inbox};

pub(crate) struct Settling {
    inbox: Arc<Inbox>,
    held: Held,
    settled: bool,
}

impl Settling {
    pub(crate) fn new(inbox: Arc<Inbox>, held: Held) -> Self {
        Settling {
            inbox,
            held,
            settled: false,
        }
    }
}

impl Settle for Settling {
    fn settle(&mut self, settlement: Settlement) -> Answer<'_, Result<(), Error>> {
        let settled = self.inbox.settle(&self.held, &settlement);
        self.settled |= settled.is_ok();
        Answer::now(settled)
    }

    /// MQTT knows no limit of time.
    fn extend(&mut self, _: Duration) -> Answer<'_, Result<(), Error>> {
        Answer::now(self.inbox.is_live(&self.held))
    }
}

impl Drop for Settling {
    fn drop(&mut self) {
        if !self.settled {
            // Where it cannot be given back any more, the broker delivers it again.
            let _lost = self.inbox.give_back(&self.held, None);
        }
    }
}
