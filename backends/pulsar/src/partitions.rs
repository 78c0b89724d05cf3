//! The partitions of a topic that is divided: one producer or consumer of each into one of all.
//!
//! Messages of one key go to one partition, by the hash that Java's producers use unless they are told another; those
//! without a key go to the partitions in turns. Order is kept within a partition.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use tg_schema::pubsub::{
    Answer, BackendConsumer, BackendProducer, Delivery, Error, Outgoing, Receipt, Wire,
};

use crate::consumer::Consumer;
use crate::growth::Parts;
use crate::producer::{Producer, WIRE};

/// Producers of all partitions.
pub(crate) struct Producers {
    parts: Arc<Parts<Producer>>,
    turn: AtomicUsize,
}

/// Consumers of all partitions.
pub(crate) struct Consumers {
    parts: Arc<Parts<Consumer>>,
    turn: AtomicUsize,
}

impl Producers {
    pub(crate) fn new(parts: Arc<Parts<Producer>>) -> Self {
        let turn = AtomicUsize::new(0);
        Producers { parts, turn }
    }

    /// Where a message goes. A repetition on `q2` goes to where the message went.
    fn part(&self, message: &Outgoing) -> Option<Arc<Producer>> {
        let place = match message.key.as_ref().or(message.id.as_ref()) {
            Some(key) => hash(key),
            None => self.turn.fetch_add(1, Ordering::Relaxed),
        };
        self.parts.at(place)
    }
}

impl BackendProducer for Producers {
    fn wire(&self) -> &Wire {
        &WIRE
    }

    fn max_payload(&self) -> Option<usize> {
        let parts = self.parts.all();
        parts.iter().filter_map(|part| part.max_payload()).min()
    }

    fn send(&self, message: Outgoing) -> Answer<'_, Result<Receipt, Error>> {
        match self.part(&message) {
            Some(part) => part.start(message),
            None => Answer::now(Err(Error::Closed { what: "producer" })),
        }
    }

    fn flush(&self) -> Answer<'_, Result<(), Error>> {
        let parts = self.parts.all();
        Answer::later(async move { all(parts.iter().map(|part| part.flush()).collect()).await })
    }

    fn close(self: Box<Self>, within: Duration) -> Answer<'static, Result<(), Error>> {
        let parts = self.parts.end();
        Answer::later(async move { all(parts.iter().map(|part| part.end(within)).collect()).await })
    }
}

impl Consumers {
    pub(crate) fn new(parts: Arc<Parts<Consumer>>) -> Self {
        let turn = AtomicUsize::new(0);
        Consumers { parts, turn }
    }

    /// All of them, each time from another one on.
    fn in_turn(&self) -> Vec<Arc<Consumer>> {
        let mut parts = self.parts.all();
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let first = turn.checked_rem(parts.len()).unwrap_or(0);
        parts.rotate_left(first);
        parts
    }

    /// The next message of any partition, also of one that is added while this waits. Nothing is taken from a part
    /// before it is returned.
    async fn next(&self) -> Result<Delivery, Error> {
        loop {
            let more = self.parts.grown.notified();
            tokio::pin!(more);
            // Registered before looking, so that none is missed.
            more.as_mut().enable();
            let parts = self.in_turn();
            if parts.is_empty() {
                return Err(Error::Closed { what: "consumer" });
            }
            let mut answers: Vec<_> = parts.iter().map(|part| part.receive()).collect();
            let received = poll_fn(|context| {
                for answer in &mut answers {
                    if let Poll::Ready(received) = Pin::new(answer).poll(context) {
                        return Poll::Ready(Some(received));
                    }
                }
                more.as_mut().poll(context).map(|()| None)
            });
            if let Some(received) = received.await {
                return received;
            }
        }
    }
}

impl BackendConsumer for Consumers {
    fn try_receive(&self) -> Option<Result<Delivery, Error>> {
        self.in_turn().iter().find_map(|part| part.try_receive())
    }

    fn receive(&self) -> Answer<'_, Result<Delivery, Error>> {
        Answer::later(self.next())
    }

    fn close(self: Box<Self>, within: Duration) -> Answer<'static, Result<(), Error>> {
        let parts = self.parts.end();
        Answer::later(async move { all(parts.iter().map(|part| part.end(within)).collect()).await })
    }

    fn unsubscribe(self: Box<Self>) -> Answer<'static, Result<(), Error>> {
        let parts = self.parts.end();
        Answer::later(async move { all(parts.iter().map(|part| part.leave()).collect()).await })
    }
}

impl Drop for Producers {
    fn drop(&mut self) {
        drop(self.parts.end());
    }
}

impl Drop for Consumers {
    fn drop(&mut self) {
        drop(self.parts.end());
    }
}

/// Waits for all, at the same time, and gives the first error.
async fn all(mut answers: Vec<Answer<'_, Result<(), Error>>>) -> Result<(), Error> {
    let mut outcome = Ok(());
    poll_fn(|context| {
        answers.retain_mut(|answer| match Pin::new(answer).poll(context) {
            Poll::Ready(Err(error)) if outcome.is_ok() => {
                outcome = Err(error);
                false
            }
            Poll::Ready(_) => false,
            Poll::Pending => true,
        });
        match answers.is_empty() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    })
    .await;
    outcome
}

/// Java's hash of a text, without its sign.
fn hash(key: &str) -> usize {
    let hash = key.encode_utf16().fold(0_u32, |hash, unit| {
        hash.wrapping_mul(31).wrapping_add(unit.into())
    });
    usize::try_from(hash & 0x7fff_ffff).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_go_where_java_sends_them() {
        for (key, expected) in [
            ("", 0),
            ("a", 97),
            ("hello", 99_162_322),
            ("polygenelubricants", 0),
            ("\u{1f600}", 1_772_899),
        ] {
            assert_eq!(hash(key), expected, "{key}");
        }
    }

    #[tokio::test]
    async fn all_are_waited_for_and_the_first_error_is_told() {
        let error = |what| Answer::now(Err(Error::Closed { what }));
        let (told, heard) = tokio::sync::oneshot::channel();
        let late = Answer::later(async move {
            let _ = told.send(());
            Ok(())
        });
        let outcome = all(vec![Answer::now(Ok(())), error("a"), error("b"), late]).await;
        assert!(matches!(outcome, Err(Error::Closed { what: "a" })));
        assert_eq!(heard.await, Ok(()));
        assert!(all(Vec::new()).await.is_ok());
    }
}
