//! Many futures under way in one task, begun in the order in which they came.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// At most `limit` futures. Each is looked at only when it woke, and for the first time in the order of
/// [`Pipeline::push`].
pub(crate) struct Pipeline<F> {
    limit: usize,
    slots: Vec<Option<Slot<F>>>,
    free: Vec<usize>,
    ready: Arc<Ready>,
}

struct Slot<F> {
    future: Pin<Box<F>>,
    alarm: Arc<Alarm>,
}

/// Places of futures that woke, and who is to be told.
#[derive(Default)]
struct Ready(Mutex<(VecDeque<usize>, Option<Waker>)>);

struct Alarm {
    place: usize,
    rung: AtomicBool,
    ready: Arc<Ready>,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }
    fn wake_by_ref(self: &Arc<Self>) {
        if self.rung.swap(true, Ordering::AcqRel) {
            return;
        }
        let waker = {
            let mut ready = self.ready.0.lock().unwrap_or_else(PoisonError::into_inner);
            ready.0.push_back(self.place);
            ready.1.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<F: Future> Pipeline<F> {
    pub(crate) fn new(limit: usize) -> Self {
        Pipeline {
            limit: limit.max(1),
            slots: Vec::new(),
            free: Vec::new(),
            ready: Arc::default(),
        }
    }
    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }
    pub(crate) fn is_full(&self) -> bool {
        self.len() >= self.limit
    }

    /// Puts a future under way. It begins when [`Pipeline::next`] is awaited.
    pub(crate) fn push(&mut self, future: F) {
        let place = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        let alarm = Arc::new(Alarm {
            place,
            rung: AtomicBool::new(false),
            ready: self.ready.clone(),
        });
        alarm.wake_by_ref();
        if let Some(slot) = self.slots.get_mut(place) {
            *slot = Some(Slot {
                future: Box::pin(future),
                alarm,
            });
        }
    }

    /// The output of one that ended. `None`: there is none. Cancel-safe.
    pub(crate) async fn next(&mut self) -> Option<F::Output> {
        poll_fn(|context| self.poll_next(context)).await
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<F::Output>> {
        if self.is_empty() {
            return Poll::Ready(None);
        }
        loop {
            let place = {
                let mut ready = self.ready.0.lock().unwrap_or_else(PoisonError::into_inner);
                match ready.0.pop_front() {
                    Some(place) => place,
                    None => {
                        ready.1 = Some(context.waker().clone());
                        return Poll::Pending;
                    }
                }
            };
            // One that ended may be woken again by what it left behind.
            let Some(entry) = self.slots.get_mut(place) else {
                continue;
            };
            let Some(slot) = entry else { continue };
            slot.alarm.rung.store(false, Ordering::Release);
            let waker = Waker::from(slot.alarm.clone());
            let poll = slot.future.as_mut().poll(&mut Context::from_waker(&waker));
            if let Poll::Ready(output) = poll {
                *entry = None;
                self.free.push(place);
                return Poll::Ready(Some(output));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::sleep;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn outputs_come_as_they_end_and_begin_in_order() {
        let begun = Arc::new(Mutex::new(Vec::new()));
        let mut pipeline = Pipeline::new(3);
        for (n, wait) in [(1, 30), (2, 10), (3, 20)] {
            let begun = begun.clone();
            assert!(!pipeline.is_full());
            pipeline.push(async move {
                begun.lock().expect("a lock").push(n);
                sleep(Duration::from_millis(wait)).await;
                n
            });
        }
        assert!(pipeline.is_full());
        let mut ended = Vec::new();
        while let Some(n) = pipeline.next().await {
            ended.push(n);
        }
        assert_eq!(ended, [2, 3, 1]);
        assert_eq!(*begun.lock().expect("a lock"), [1, 2, 3]);
        assert!(pipeline.is_empty());
    }

    #[tokio::test]
    async fn places_are_used_again_and_late_wakes_do_no_harm() {
        let mut pipeline = Pipeline::new(2);
        let mut sum = 0;
        for n in 0..1000 {
            pipeline.push(async move {
                // Wakes itself twice, once too often.
                tokio::task::yield_now().await;
                poll_fn(|context: &mut Context<'_>| {
                    context.waker().wake_by_ref();
                    Poll::Ready(())
                })
                .await;
                n
            });
            if pipeline.is_full() {
                sum += pipeline.next().await.expect("one under way");
            }
        }
        while let Some(n) = pipeline.next().await {
            sum += n;
        }
        assert_eq!(sum, 999 * 1000 / 2);
        assert!(pipeline.slots.len() <= 2);
    }
}
