//! An attempt to build a link. It goes on when who waits for it gives up, for the next one who needs the link: whoever
//! looks for a message now and then, and never for as long as an attempt takes, would else begin one after the other and
//! see none end.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::ready;

use tg_schema::pubsub::Error;
use tokio::task::{JoinError, JoinHandle};

/// The attempt that is under way, if one is.
pub(super) struct Attempt<L: ?Sized> {
    running: Mutex<Option<JoinHandle<Built<L>>>>,
    what: &'static str,
}

pub(super) type Built<L> = Result<Box<L>, Error>;

impl<L: ?Sized + Send + 'static> Attempt<L> {
    /// None yet; `what` it is that is built, for errors.
    pub(super) fn new(what: &'static str) -> Self {
        Attempt {
            running: Mutex::new(None),
            what,
        }
    }

    fn running(&self) -> MutexGuard<'_, Option<JoinHandle<Built<L>>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The end of the attempt that is under way, or of the one that this begins where none is. Dropping the future
    /// leaves it under way. To be awaited by one at a time.
    pub(super) async fn ended<F>(&self, begin: impl Fn() -> F) -> Built<L>
    where
        F: Future<Output = Built<L>> + Send + 'static,
    {
        let ended = poll_fn(|context| {
            let mut running = self.running();
            let task = running.get_or_insert_with(|| tokio::spawn(begin()));
            let ended = ready!(Pin::new(task).poll(context));
            *running = None;
            std::task::Poll::Ready(ended)
        });
        ended.await.unwrap_or_else(|error| Err(self.broken(&error)))
    }

    /// Gives it up, with the link where it was built and nobody took it.
    pub(super) fn give_up(&self) {
        let running = self.running().take();
        if let Some(task) = running {
            task.abort();
        }
    }

    fn broken(&self, error: &JoinError) -> Error {
        match error.is_panic() {
            true => Error::Broker {
                backend: "tg-pubsub".to_owned(),
                message: format!(
                    "the backend that was to make a {} panicked: {error}",
                    self.what
                ),
                retryable: false,
            },
            false => Error::Closed { what: self.what },
        }
    }
}

impl<L: ?Sized> Drop for Attempt<L> {
    fn drop(&mut self) {
        let running = self.running.get_mut();
        if let Some(task) = running.unwrap_or_else(PoisonError::into_inner) {
            task.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::time::{sleep, timeout};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn who_comes_later_gets_what_an_earlier_one_began() {
        let attempt = Attempt::<str>::new("link");
        let begin = |text: &'static str| {
            move || async move {
                sleep(3 * SECOND).await;
                Ok(text.into())
            }
        };
        for _ in 0..2 {
            assert!(
                timeout(SECOND, attempt.ended(begin("first")))
                    .await
                    .is_err()
            );
        }
        let built = timeout(2 * SECOND, attempt.ended(begin("second"))).await;
        assert_eq!(&*built.expect("in time").expect("a link"), "first");
        let built = attempt.ended(begin("third")).await;
        assert_eq!(&*built.expect("a link"), "third");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_given_up_or_dropped_ends() {
        let alive = Arc::new(());
        let begin = || {
            let alive = alive.clone();
            async move {
                let _alive = alive;
                std::future::pending().await
            }
        };
        for dropped in [false, true] {
            let attempt = Attempt::<str>::new("link");
            assert!(timeout(SECOND, attempt.ended(begin)).await.is_err());
            assert_eq!(Arc::strong_count(&alive), 2);
            if dropped {
                drop(attempt);
            } else {
                attempt.give_up();
            }
            while Arc::strong_count(&alive) > 1 {
                tokio::task::yield_now().await;
            }
        }
    }

    #[tokio::test]
    async fn a_panic_is_told() {
        let attempt = Attempt::<str>::new("link");
        let told = attempt.ended(|| async { panic!("on purpose") }).await;
        let told = told.expect_err("no link");
        assert!(!told.is_retryable(), "{told}");
        assert!(told.to_string().contains("on purpose"), "{told}");
    }
}
