//! Who uses something, so that one can wait until all who did are done.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, watch};

/// Counts uses by generations. [`Uses::quiesce`] waits for the uses that began before it and for no later one, so
/// that it ends however busy the thing is.
pub(crate) struct Uses {
    current: Mutex<Use>,
    earlier: AsyncMutex<Vec<watch::Receiver<()>>>,
}

/// A use, until it is dropped.
#[derive(Clone)]
pub(crate) struct Use(Arc<watch::Sender<()>>);

impl Uses {
    pub(crate) fn new() -> Self {
        Uses {
            current: Mutex::new(Use(Arc::new(watch::Sender::new(())))),
            earlier: AsyncMutex::new(Vec::new()),
        }
    }

    /// Begins a use.
    pub(crate) fn enter(&self) -> Use {
        self.current
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Ends when all uses that began before are over. Cancel-safe: a later call waits for the same uses too.
    pub(crate) async fn quiesce(&self) {
        let mut earlier = self.earlier.lock().await;
        let fresh = Use(Arc::new(watch::Sender::new(())));
        let old = std::mem::replace(
            &mut *self.current.lock().unwrap_or_else(PoisonError::into_inner),
            fresh,
        );
        earlier.retain(|earlier| earlier.has_changed().is_ok());
        earlier.push(old.0.subscribe());
        drop(old);
        while let Some(use_) = earlier.last_mut() {
            // Nothing is ever sent: an error says that the last holder is gone.
            while use_.changed().await.is_ok() {}
            earlier.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Waker};

    use super::*;

    fn poll(waiting: &mut Pin<Box<impl Future>>) -> bool {
        let mut context = Context::from_waker(Waker::noop());
        waiting.as_mut().poll(&mut context).is_ready()
    }

    #[tokio::test]
    async fn waits_for_earlier_uses_only() {
        let uses = Uses::new();
        uses.quiesce().await;
        let first = uses.enter();
        let mut waiting = Box::pin(uses.quiesce());
        assert!(!poll(&mut waiting));
        drop(waiting);
        let second = uses.enter();
        let third = uses.enter();
        drop(third);
        // A cancelled wait is not forgotten.
        let mut waiting = Box::pin(uses.quiesce());
        assert!(!poll(&mut waiting));
        drop(first);
        assert!(!poll(&mut waiting));
        drop(second);
        assert!(poll(&mut waiting));
    }
}
