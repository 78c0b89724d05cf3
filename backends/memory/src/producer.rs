//! Sends to a topic of the broker in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tg_schema::Qos;
use tg_schema::pubsub::{
    Answer, BackendProducer, Capabilities, Error, Feature, Outgoing, ProducerOptions, Receipt, Wire,
};
use tokio::sync::Semaphore;

use crate::connection::Connection;
use crate::faults::{Operation, SendFault};
use crate::member::End;
use crate::message::Stored;
use crate::topic::{Put, Topic};
use crate::turn;

static WIRE: Wire = Wire::JSON;

pub(crate) struct Producer {
    connection: Arc<Connection>,
    topic: Arc<Topic>,
    qos: Qos,
    /// The broker's count of cuts when this was opened.
    link: u64,
    max_payload: usize,
    /// Whether receipts tell of subscriptions.
    tells_routed: bool,
    send_timeout: Duration,
    max_in_flight: u32,
    /// One permit a message whose confirmation is delayed.
    in_flight: Semaphore,
    /// Messages of q0 that were not stored.
    dropped: AtomicU64,
}

impl Producer {
    pub(crate) fn new(
        connection: &Arc<Connection>,
        link: u64,
        topic: Arc<Topic>,
        qos: Qos,
        capabilities: &Capabilities,
        options: &ProducerOptions,
    ) -> Self {
        let most = Semaphore::MAX_PERMITS.min(u32::MAX as usize);
        let max_in_flight = options.max_in_flight.clamp(1, most);
        connection.broker.producers.fetch_add(1, Ordering::Relaxed);
        Producer {
            connection: connection.clone(),
            topic,
            qos,
            link,
            max_payload: capabilities.max_payload.unwrap_or(usize::MAX),
            tells_routed: capabilities.has(Feature::Routed),
            send_timeout: options.send_timeout,
            max_in_flight: u32::try_from(max_in_flight).unwrap_or(u32::MAX),
            in_flight: Semaphore::new(max_in_flight),
            dropped: AtomicU64::new(0),
        }
    }

    fn check(&self) -> Result<(), Error> {
        self.connection.check_open()?;
        match self.connection.broker.links.load(Ordering::Acquire) == self.link {
            true => Ok(()),
            false => Err(End::Disconnected.error(&self.topic.name)),
        }
    }
    fn check_message(&self, message: &Outgoing) -> Result<(), Error> {
        self.check()?;
        let (size, max) = (message.payload.len(), self.max_payload);
        if size > max {
            return Err(Error::TooLarge { size, max });
        }
        let profile = self.topic.config.behaves_like();
        let refused = |name: &str, why: &str| Error::InvalidOption {
            name: format!("property {:?}", name.chars().take(40).collect::<String>()),
            message: why.to_owned(),
        };
        let text = |name: &str, value: &str| match (profile.refuses_text)(value) {
            Some(why) => Err(refused(name, why)),
            None => Ok(()),
        };
        for (name, value) in message.properties.iter() {
            if let Some(why) = (profile.refuses_property)(name) {
                return Err(refused(name, why));
            }
            text(name, name)?;
            text(name, value)?;
        }
        for (name, value) in [("key", &message.key), ("id", &message.id)] {
            if let Some(value) = value {
                text(name, value)?;
            }
        }
        Ok(())
    }
    fn put(&self, message: Outgoing) -> Result<Receipt, Error> {
        let put = self.topic.put(Stored::new(message), self.qos)?;
        Ok(self.receipt(put))
    }
    fn receipt(&self, put: Put) -> Receipt {
        let mut receipt = Receipt::new();
        receipt.routed = self.tells_routed.then_some(put.routed);
        receipt.dropped = put.dropped;
        if put.dropped {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        receipt.duplicate = put.duplicate && self.topic.config.behaves_like().tells_duplicates;
        receipt
    }

    async fn send_with_faults(&self, message: Outgoing) -> Result<Receipt, Error> {
        let permit = self.in_flight.acquire().await;
        self.check_message(&message)?;
        let plan = &self.connection.broker.plan;
        plan.failure(Operation::Send)?;
        let receipt = match plan.send_fault() {
            None => self.put(message),
            Some(SendFault::Drop) => Ok(self.receipt(Put {
                routed: true,
                duplicate: false,
                dropped: self.qos == Qos::Q0,
            })),
            Some(SendFault::Duplicate) => {
                let receipt = self.put(message.clone())?;
                // Past the memory of identities, which is what would keep the second one out.
                let qos = self.qos.min(Qos::Q1);
                self.topic.put(Stored::new(message), qos)?;
                Ok(receipt)
            }
            Some(SendFault::LoseConfirmation) => {
                self.put(message)?;
                Err(Error::connection(
                    "memory",
                    "the link was lost before the confirmation came",
                ))
            }
        };
        if let Some(delay) = plan.delay(Operation::Send) {
            tokio::time::sleep(delay.min(self.send_timeout)).await;
            self.check()?;
            if delay > self.send_timeout {
                return Err(Error::Timeout {
                    operation: "send",
                    after: self.send_timeout,
                });
            }
        }
        drop(permit);
        receipt
    }
    async fn flushed(&self) -> Result<(), Error> {
        self.connection.broker.plan.apply(Operation::Flush).await?;
        // Closed never: the permits come back when every message has its answer.
        let _all = self.in_flight.acquire_many(self.max_in_flight).await;
        self.check()
    }
}

impl BackendProducer for Producer {
    fn wire(&self) -> &Wire {
        &WIRE
    }

    fn max_payload(&self) -> Option<usize> {
        Some(self.max_payload).filter(|max| *max < usize::MAX)
    }

    fn send(&self, message: Outgoing) -> Answer<'_, Result<Receipt, Error>> {
        if self.connection.broker.plan.armed() {
            return Answer::later(self.send_with_faults(message));
        }
        let sent = self
            .check_message(&message)
            .and_then(|()| self.put(message));
        match turn::goes_on() {
            true => Answer::now(sent),
            false => Answer::later(async {
                turn::next().await;
                sent
            }),
        }
    }

    fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    fn fault(&self) -> Option<Error> {
        self.check().err()
    }

    fn flush(&self) -> Answer<'_, Result<(), Error>> {
        let quiet = self.in_flight.available_permits() == self.max_in_flight as usize;
        match quiet && !self.connection.broker.plan.armed() {
            true => Answer::now(self.check()),
            false => Answer::later(self.flushed()),
        }
    }

    fn close(self: Box<Self>, within: Duration) -> Answer<'static, Result<(), Error>> {
        // A dropped `send` is over at once, and the others borrow this: nothing can be under way.
        let _ = within;
        Answer::now(Ok(()))
    }
}

impl Drop for Producer {
    fn drop(&mut self) {
        let producers = &self.connection.broker.producers;
        producers.fetch_sub(1, Ordering::Relaxed);
    }
}
