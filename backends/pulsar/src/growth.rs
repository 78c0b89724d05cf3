//! The partitions that a topic has, and those that are added while it is used.
//!
//! Brokers tell nobody that there are more, so they are asked from time to time. There are never fewer.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::sleep;

use crate::client::{Pool, Role, count_partitions};
use crate::failure::Failure;
use crate::names;

/// A producer or a consumer that is being opened.
pub(crate) type Opening<T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send>>;

/// Opens what is added: given the name of a partition, and how many there are.
type Open<T> = Box<dyn Fn(String, u32) -> Opening<T> + Send + Sync>;

/// A producer or a consumer of each partition, in their order.
pub(crate) struct Parts<T> {
    /// `None`: it was closed.
    parts: Mutex<Option<Vec<Arc<T>>>>,
    /// What looks for more.
    follower: Mutex<Option<AbortHandle>>,
    /// One was added, or there will be none.
    pub(crate) grown: Notify,
}

/// Where more come from.
pub(crate) struct More<T> {
    pub(crate) pool: Arc<Pool>,
    pub(crate) role: Role,
    pub(crate) topic: String,
    pub(crate) open: Open<T>,
}

impl<T: Send + Sync + 'static> Parts<T> {
    pub(crate) fn new(parts: Vec<T>) -> Self {
        let parts = parts.into_iter().map(Arc::new).collect();
        Parts {
            parts: Mutex::new(Some(parts)),
            follower: Mutex::default(),
            grown: Notify::new(),
        }
    }

    fn parts(&self) -> MutexGuard<'_, Option<Vec<Arc<T>>>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn follower(&self) -> MutexGuard<'_, Option<AbortHandle>> {
        self.follower.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Those that there are now. None: it was closed.
    pub(crate) fn all(&self) -> Vec<Arc<T>> {
        self.parts().clone().unwrap_or_default()
    }
    /// The one whose number is the rest of this one.
    pub(crate) fn at(&self, place: usize) -> Option<Arc<T>> {
        let parts = self.parts();
        let parts = parts.as_ref()?;
        parts.get(place.checked_rem(parts.len())?).cloned()
    }
    /// Takes all out; none is added any more.
    pub(crate) fn end(&self) -> Vec<Arc<T>> {
        if let Some(follower) = self.follower().take() {
            follower.abort();
        }
        let parts = self.parts().take().unwrap_or_default();
        self.grown.notify_waiters();
        parts
    }
    /// How many there are. `None`: it was closed.
    fn count(&self) -> Option<usize> {
        self.parts().as_ref().map(Vec::len)
    }
    fn add(&self, part: T) {
        if let Some(parts) = &mut *self.parts() {
            parts.push(Arc::new(part));
        }
        self.grown.notify_waiters();
    }

    /// Adds what the topic gets, as long as somebody uses this.
    pub(crate) fn follow(self: &Arc<Self>, more: More<T>) {
        let parts = Arc::downgrade(self);
        let task = tokio::spawn(async move {
            loop {
                sleep(more.pool.settings.partition_check).await;
                match grow(&parts, &more).await {
                    Some(Ok(())) => {}
                    Some(Err(why)) => {
                        // Where that goes on, those that are there fail too, and say so.
                        let (topic, why) = (&more.topic, why.text());
                        tracing::warn!(topic, why, "its partitions cannot be followed now");
                    }
                    None => return,
                }
            }
        });
        *self.follower() = Some(task.abort_handle());
    }
}

/// Adds what there is more. `None`: nobody uses it any more.
async fn grow<T: Send + Sync + 'static>(
    parts: &Weak<Parts<T>>,
    more: &More<T>,
) -> Option<Result<(), Failure>> {
    parts.upgrade()?.count()?;
    let count = match count_partitions(&more.pool, more.role, &more.topic).await {
        Ok(count) => count,
        Err(why) => return Some(Err(why)),
    };
    let known = parts.upgrade()?.count()?;
    for name in names::partitions(&more.topic, count).skip(known) {
        let part = match (more.open)(name, count).await {
            Ok(part) => part,
            Err(why) => return Some(Err(why)),
        };
        tracing::info!(topic = more.topic, count, "a partition was added");
        parts.upgrade()?.add(part);
    }
    Some(Ok(()))
}
