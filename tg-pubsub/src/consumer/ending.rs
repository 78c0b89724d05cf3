//! How a consumer ends.

use std::time::Duration;

use tg_schema::pubsub::Error;
use tokio::time::{Instant, timeout_at};

use super::Shared;
use crate::link::Patience;
use crate::time;

impl Shared {
    /// Whether closing it leaves nothing with it that only it can get.
    pub(crate) fn keeps_place(&self) -> bool {
        match self.link.current() {
            Ok(Some(link)) => link.keeps_place(),
            // Nothing can be told to a broker that is away.
            Ok(None) | Err(_) => true,
        }
    }

    /// Takes no further part in the subscription, and waits until what the broker had given it is settled by those who
    /// receive. `false`: that was not so in time.
    pub(crate) async fn leave(&self, end: Instant) -> bool {
        let leaving = async {
            loop {
                let link = self.link.get(Patience::Until(end)).await?;
                match link.leave().await {
                    Err(Error::Connection { .. }) => {
                        let generation = link.generation;
                        drop(link);
                        // Who receives tells that it is lost, and another one is built.
                        self.link.gone(generation).await;
                    }
                    left => return left,
                }
            }
        };
        matches!(timeout_at(end, leaving).await, Ok(Ok(())))
    }

    pub(crate) async fn close(&self, within: Duration) -> Result<(), Error> {
        let end = time::after(within);
        let left = || time::until(end);
        let _late = timeout_at(end, self.letters.quiesce()).await;
        let dead = match &self.dead_letters {
            Some(dead) => dead.close(left()).await,
            None => Ok(()),
        };
        let closed = match self.link.close(end).await {
            Some(link) => link.close(left()).await,
            None => Ok(()),
        };
        time::of_the_whole(closed.and(dead), within)
    }

    pub(crate) async fn unsubscribe(&self, within: Duration) -> Result<(), Error> {
        let end = time::after(within);
        let _late = timeout_at(end, self.letters.quiesce()).await;
        if let Some(dead) = &self.dead_letters {
            // What could not be flushed is told by the one who sent it.
            let _ = dead.close(time::until(end)).await;
        }
        let Some(link) = self.link.close(end).await else {
            return Err(Error::Closed { what: "consumer" });
        };
        let timed_out = Error::Timeout {
            operation: "unsubscribe",
            after: within,
        };
        timeout_at(end, link.unsubscribe())
            .await
            .unwrap_or(Err(timed_out))
    }
}
