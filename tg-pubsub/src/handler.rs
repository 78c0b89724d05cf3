//! What a handler says of a message, and how code of others is called so that a panic is its answer too.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Poll, ready};
use std::time::Duration;

/// Why a handler did not process a message. Any error becomes [`HandlerError::Retry`] by `?`.
///
/// ```
/// use tg_pubsub::HandlerError;
///
/// fn parse(text: &str) -> Result<u32, HandlerError> {
///     if text.is_empty() {
///         return Err(HandlerError::reject("empty"));
///     }
///     Ok(text.parse()?)
/// }
/// assert!(matches!(parse("x"), Err(HandlerError::Retry(_))));
/// assert!(matches!(parse(""), Err(HandlerError::Reject(_))));
///
/// // Boxed errors too, and those of crates that box them.
/// fn store(text: &str) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
///     Ok(text.parse()?)
/// }
/// fn handle(text: &str) -> Result<(), HandlerError> {
///     store(text)?;
///     Ok(())
/// }
/// assert!(matches!(handle("x"), Err(HandlerError::Retry(_))));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum HandlerError {
    /// It failed. Another attempt may succeed.
    Retry(String),
    /// Nobody will be able to process it.
    Reject(String),
    /// Something limits the rate. It is tried again and no attempt is counted.
    RateLimited {
        /// Not before this time has passed, where the handler knows.
        after: Option<Duration>,
    },
}

impl HandlerError {
    /// It failed for this reason.
    pub fn retry(reason: impl Into<String>) -> Self {
        HandlerError::Retry(reason.into())
    }
    /// Nobody will be able to process it, for this reason.
    pub fn reject(reason: impl Into<String>) -> Self {
        HandlerError::Reject(reason.into())
    }
    /// Something limits the rate.
    pub const fn rate_limited() -> Self {
        HandlerError::RateLimited { after: None }
    }
}

/// Errors, boxed ones, those of crates that box them (`anyhow`, `eyre`), and texts.
impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for HandlerError {
    fn from(error: E) -> Self {
        let error = error.into();
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        HandlerError::Retry(text)
    }
}

impl fmt::Display for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HandlerError::Retry(reason) | HandlerError::Reject(reason) => f.write_str(reason),
            HandlerError::RateLimited { .. } => f.write_str("rate limited"),
        }
    }
}

/// Runs a future that a call makes; a panic in either is the error, as a text. One in the end of a future that is cut
/// off is logged.
pub(crate) async fn guarded<F: Future>(
    whose: &'static str,
    call: impl FnOnce() -> F,
) -> Result<F::Output, String> {
    let future = pin!(Some(caught(whose, call)?));
    let mut held = Held { future, whose };
    poll_fn(move |context| {
        let polled = caught(whose, || match held.future.as_mut().as_pin_mut() {
            Some(future) => future.poll(context),
            None => Poll::Pending,
        });
        let output = match polled {
            Ok(poll) => Ok(ready!(poll)),
            Err(panic) => Err(panic),
        };
        // The first panic is the one to tell.
        let ended = held.end();
        Poll::Ready(output.and_then(|output| ended.map(|()| output)))
    })
    .await
}

/// A future of others, until it is dropped: what panics then is kept from whoever drops this.
struct Held<'a, F> {
    future: Pin<&'a mut Option<F>>,
    whose: &'static str,
}

impl<F> Held<'_, F> {
    fn end(&mut self) -> Result<(), String> {
        caught(self.whose, || self.future.set(None))
    }
}

impl<F> Drop for Held<'_, F> {
    fn drop(&mut self) {
        if let Err(panic) = self.end() {
            tracing::error!(panic, "what was cut off did not end in order");
        }
    }
}

/// Calls what is not ours; a panic is the error, as a text that says whose it was.
pub(crate) fn caught<T>(whose: &str, call: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| panic_text(whose, panic))
}

fn panic_text(whose: &str, panic: Box<dyn Any + Send>) -> String {
    let text = match panic.downcast_ref::<&str>() {
        Some(text) => Some((*text).to_owned()),
        None => panic.downcast_ref::<String>().cloned(),
    };
    // What a panic carries may itself panic when it is dropped, and so on.
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(another);
    }
    format!("the {whose} panicked: {}", text.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_error_is_a_retry_with_its_causes() {
        #[derive(Debug)]
        struct Outer(std::num::ParseIntError);
        impl fmt::Display for Outer {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("no number")
            }
        }
        impl Error for Outer {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(&self.0)
            }
        }
        let outer = || Outer("x".parse::<u8>().expect_err("no number"));
        let boxed: Box<dyn Error + Send + Sync> = Box::new(outer());
        let expected = "no number: invalid digit found in string";
        for error in [HandlerError::from(outer()), boxed.into()] {
            assert!(matches!(error, HandlerError::Retry(text) if text == expected));
        }
        assert!(matches!("late".into(), HandlerError::Retry(text) if text == "late"));
    }

    #[tokio::test]
    async fn panics_are_answers() {
        assert_eq!(guarded("handler", || async { 1 }).await, Ok(1));
        let in_future = guarded("handler", || async {
            tokio::task::yield_now().await;
            panic!("late {}", 2)
        });
        let error: Result<(), _> = in_future.await;
        assert_eq!(error, Err("the handler panicked: late 2".to_owned()));
        fn never() -> std::future::Ready<()> {
            panic!("at once")
        }
        let at_once = guarded("handler", never).await;
        assert_eq!(at_once, Err("the handler panicked: at once".to_owned()));
    }

    /// Panics when it is dropped.
    struct Fuse;

    impl Drop for Fuse {
        fn drop(&mut self) {
            panic!("too late");
        }
    }

    #[tokio::test]
    async fn panics_at_the_end_go_no_further() {
        let told = |text: &str| Err(format!("the handler panicked: {text}"));
        let at_its_end = guarded("handler", || async {
            let _fuse = Fuse;
        });
        assert_eq!(at_its_end.await, told("too late"));
        let payload = guarded("handler", || async { std::panic::panic_any(Fuse) });
        let payload: Result<(), _> = payload.await;
        assert_eq!(payload, told(""));
        let cut_off = guarded("handler", || async {
            let _fuse = Fuse;
            std::future::pending::<()>().await;
        });
        let timed_out = tokio::time::timeout(Duration::from_millis(1), cut_off).await;
        assert!(timed_out.is_err());
    }
}
