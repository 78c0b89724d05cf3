//! A value that is there at once, or a future of it.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What a method of a backend returns: a future that costs no allocation where the answer is known at once.
///
/// ```
/// use tg_schema::pubsub::Answer;
///
/// fn length(text: &str) -> Answer<'_, usize> {
///     match text.is_empty() {
///         true => Answer::now(0),
///         false => Answer::later(async move { text.len() }),
///     }
/// }
/// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// # let answer = std::pin::pin!(length("abc"));
/// # assert_eq!(std::future::Future::poll(answer, &mut context), std::task::Poll::Ready(3));
/// ```
#[must_use = "futures do nothing unless they are awaited"]
pub struct Answer<'a, T>(State<'a, T>);

enum State<'a, T> {
    Now(Option<T>),
    Later(Pin<Box<dyn Future<Output = T> + Send + 'a>>),
}

impl<'a, T> Answer<'a, T> {
    /// The value itself.
    pub fn now(value: T) -> Self {
        Answer(State::Now(Some(value)))
    }
    /// What the future gives.
    pub fn later(future: impl Future<Output = T> + Send + 'a) -> Self {
        Answer(State::Later(Box::pin(future)))
    }
}

impl<T> Unpin for Answer<'_, T> {}

impl<T> Future for Answer<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        match &mut self.0 {
            State::Now(value) => match value.take() {
                Some(value) => Poll::Ready(value),
                // Polled again after it was ready, as no caller may; the future never wakes.
                None => Poll::Pending,
            },
            State::Later(future) => future.as_mut().poll(context),
        }
    }
}

impl<T> std::fmt::Debug for Answer<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            State::Now(_) => "Answer::Now",
            State::Later(_) => "Answer::Later",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    #[test]
    fn ready_once_then_pending() {
        let mut context = Context::from_waker(Waker::noop());
        let mut now = Answer::now(1);
        assert_eq!(Pin::new(&mut now).poll(&mut context), Poll::Ready(1));
        assert_eq!(Pin::new(&mut now).poll(&mut context), Poll::Pending);
        let mut later = Answer::later(async { 2 });
        assert_eq!(Pin::new(&mut later).poll(&mut context), Poll::Ready(2));
    }
}
