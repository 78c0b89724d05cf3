//! An attempt to build a link. It goes on when who waits for it gives up, for the next one who needs the link: whoever
//! looks for a message now and then, and never for as long as an attempt takes, would else begin one after the other and
//! see none end. Where it is given up, it is over at once, with the names that it held at the broker.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tg_schema::pubsub::Error;
use tokio::sync::Notify;
use tokio::task::AbortHandle;

use crate::handler::caught;

pub(super) type Built<L> = Result<Box<L>, Error>;

/// The attempt that is under way, if one is.
pub(super) struct Attempt<L: ?Sized> {
    running: Mutex<Option<Running<L>>>,
}

struct Running<L: ?Sized> {
    shared: Arc<Shared<L>>,
    driver: AbortHandle,
}

/// What the attempt and its task share.
struct Shared<L: ?Sized> {
    stage: Mutex<Stage<L>>,
    ended: Notify,
}

enum Stage<L: ?Sized> {
    Working(Pin<Box<dyn Future<Output = Built<L>> + Send>>),
    /// Nobody took what came of it yet.
    Ended(Built<L>),
    /// It was taken, or given up.
    Over,
}

impl<L: ?Sized + Send + 'static> Attempt<L> {
    /// None yet.
    pub(super) fn new() -> Self {
        Attempt {
            running: Mutex::new(None),
        }
    }

    /// What came of the attempt that is under way, or of the one that this begins where none is. Dropping the future
    /// leaves it under way. To be awaited by one at a time.
    pub(super) async fn ended<F>(&self, begin: impl Fn() -> F) -> Built<L>
    where
        F: Future<Output = Built<L>> + Send + 'static,
    {
        let shared = {
            let mut running = lock(&self.running);
            // One whose runtime has ended comes to no end.
            running.take_if(|running| running.is_orphaned());
            let running = running.get_or_insert_with(|| Running::begin(begin()));
            running.shared.clone()
        };
        loop {
            if let Some(built) = shared.take() {
                *lock(&self.running) = None;
                return built;
            }
            shared.ended.notified().await;
        }
    }
}

impl<L: ?Sized> Attempt<L> {
    /// Gives it up, with the link where it was built and nobody took it.
    pub(super) fn give_up(&self) {
        let running = lock(&self.running).take();
        if let Some(running) = running {
            // Now, and not when the task's turn comes.
            drop(running.shared.end());
            running.driver.abort();
        }
    }
}

impl<L: ?Sized + Send + 'static> Running<L> {
    fn begin(work: impl Future<Output = Built<L>> + Send + 'static) -> Self {
        let shared = Arc::new(Shared {
            stage: Mutex::new(Stage::Working(Box::pin(work))),
            ended: Notify::new(),
        });
        let driven = shared.clone();
        let driver = tokio::spawn(poll_fn(move |context| driven.poll(context)));
        Running {
            shared,
            driver: driver.abort_handle(),
        }
    }

    fn is_orphaned(&self) -> bool {
        self.driver.is_finished() && matches!(*lock(&self.shared.stage), Stage::Working(_))
    }
}

impl<L: ?Sized> Shared<L> {
    fn end(&self) -> Stage<L> {
        std::mem::replace(&mut *lock(&self.stage), Stage::Over)
    }

    fn take(&self) -> Option<Built<L>> {
        let mut stage = lock(&self.stage);
        match std::mem::replace(&mut *stage, Stage::Over) {
            Stage::Ended(built) => Some(built),
            other => {
                *stage = other;
                None
            }
        }
    }

    fn poll(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut stage = lock(&self.stage);
        let Stage::Working(work) = &mut *stage else {
            return Poll::Ready(());
        };
        let built = match caught("backend", || work.as_mut().poll(context)) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(built)) => built,
            Err(panic) => Err(Error::Broker {
                backend: "tg-pubsub".to_owned(),
                message: panic,
                retryable: false,
            }),
        };
        let worked = std::mem::replace(&mut *stage, Stage::Ended(built));
        drop(stage);
        // Outside the lock: what the backend does when it is dropped is its own affair.
        drop(worked);
        self.ended.notify_one();
        Poll::Ready(())
    }
}

impl<L: ?Sized> Drop for Attempt<L> {
    fn drop(&mut self) {
        self.give_up();
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::runtime::Handle;
    use tokio::time::{sleep, timeout};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn who_comes_later_gets_what_an_earlier_one_began() {
        let attempt = Attempt::<str>::new();
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
            let attempt = Attempt::<str>::new();
            assert!(timeout(SECOND, attempt.ended(begin)).await.is_err());
            assert_eq!(Arc::strong_count(&alive), 2);
            if dropped {
                drop(attempt);
            } else {
                attempt.give_up();
            }
            assert_eq!(Arc::strong_count(&alive), 1, "at once");
            let tasks = || Handle::current().metrics().num_alive_tasks();
            while tasks() > 0 {
                tokio::task::yield_now().await;
            }
        }
    }

    #[test]
    fn an_attempt_does_not_outlive_its_runtime() {
        let runtime = || {
            let mut builder = tokio::runtime::Builder::new_current_thread();
            builder.enable_time().build().expect("a runtime")
        };
        let attempt = Attempt::<str>::new();
        let never = || std::future::pending::<Built<str>>();
        runtime().block_on(async {
            let waited = timeout(Duration::from_millis(1), attempt.ended(never));
            assert!(waited.await.is_err());
        });
        let built = runtime().block_on(attempt.ended(|| async { Ok("second".into()) }));
        assert_eq!(&*built.expect("a link"), "second");
    }

    #[tokio::test]
    async fn a_panic_is_told() {
        let attempt = Attempt::<str>::new();
        let told = attempt.ended(|| async { panic!("on purpose") }).await;
        let told = told.expect_err("no link");
        assert!(!told.is_retryable(), "{told}");
        assert!(told.to_string().contains("on purpose"), "{told}");
    }
}
