//! The connection over which producers send: a task drives it, and ends when it is closed or cannot be resumed.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tg_schema::pubsub::Error;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use crate::client::{self, Client, Connection, Event, Kind, Limits, Window};
use crate::failure::{Failure, refused};
use crate::large::{Large, Watched};
use crate::names;
use crate::settings::Settings;

/// An established connection. When the last producer lets go of it, it says goodbye.
pub(crate) struct Link {
    pub(crate) client: Client,
    pub(crate) limits: Limits,
    status: Arc<Status>,
    /// When the last question was asked that the broker has answered.
    asked: tokio::sync::Mutex<Option<Instant>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Status {
    end: Mutex<Option<Failure>>,
    /// It was lost and is being taken up again.
    down: AtomicBool,
    /// How many packets came from the broker.
    heard: AtomicU64,
    /// Large messages that are sent and not confirmed.
    large: Large,
}

impl Status {
    fn heard(&self) -> u64 {
        self.heard.load(Ordering::Relaxed)
    }
    fn get(&self) -> Option<Failure> {
        let status = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        status.clone()
    }
    fn set(&self, why: Failure) {
        let mut status = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        status.get_or_insert(why);
    }
}

/// How long a connection that nobody needs any more may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

impl Link {
    pub(crate) async fn open(instance: &str, settings: &Settings) -> Result<Self, Failure> {
        let id = names::fresh_id("tg-producer", instance);
        let window = Window {
            out: settings.in_flight,
            incoming: 1,
        };
        let (client, mut connection) = client::prepare(&id, Kind::Passing, &window, settings)?;
        let limits = established(&mut connection).await?;
        let status = Arc::new(Status::default());
        let task = tokio::spawn(drive(connection, Arc::clone(&status)));
        Ok(Link {
            client,
            limits,
            status,
            asked: tokio::sync::Mutex::new(None),
            task: Mutex::new(Some(task)),
        })
    }

    /// Waits for a sign of life that the broker gives from now on. Many who wait at once share a question.
    ///
    /// # Errors
    /// Why it ended; the broker is silent for longer than `within`.
    pub(crate) async fn answers(&self, within: Duration, broker: &str) -> Result<(), Failure> {
        let (now, heard) = (Instant::now(), self.status.heard());
        let answered = timeout(within, async {
            let mut asked = self.asked.lock().await;
            if asked.is_some_and(|asked| asked >= now) {
                return;
            }
            let asking = Instant::now();
            if let Ok(answered) = self.client.unsubscribe(client::NO_SUBSCRIPTION) {
                answered.await;
            }
            *asked = Some(asking);
        });
        match answered.await {
            // The answer comes also with the end of the connection.
            Ok(()) => self.ended().map_or(Ok(()), Err),
            // The question waits behind messages, which the broker takes one after the other.
            Err(_) if self.status.heard() != heard => Ok(()),
            Err(_) => Err(Failure::Connection(format!(
                "{broker} did not answer within {within:?}"
            ))),
        }
    }

    /// Whether it is lost and being taken up again.
    pub(crate) fn is_down(&self) -> bool {
        self.status.down.load(Ordering::Relaxed)
    }
    /// Why it ended, where it did.
    pub(crate) fn ended(&self) -> Option<Failure> {
        self.status.get()
    }
    /// Large messages under way.
    pub(crate) fn large(&self) -> &Large {
        &self.status.large
    }
    /// The error of somebody whose message was not confirmed.
    pub(crate) fn error(&self, watched: &Watched) -> Error {
        match self.status.get() {
            Some(Failure::TooLarge(why)) if self.large().is_culprit(watched) => {
                refused(format!("{why}: this one of {watched} bytes"), false)
            }
            Some(why) => why.error("producer"),
            None => Error::connection(
                crate::NAME,
                "the connection was lost, and with it the broker's session; whether the message arrived is unknown",
            ),
        }
    }

    /// Waits for everything that is under way, says goodbye and ends. `false`: that took too long.
    pub(crate) async fn close(&self, within: Duration) -> bool {
        let task = {
            let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
            task.take()
        };
        let Some(mut task) = task else {
            return true;
        };
        let _gone = self.client.disconnect(true, within);
        match timeout(within, &mut task).await {
            Ok(_) => true,
            Err(_) => {
                self.status.set(Failure::Closed);
                task.abort();
                false
            }
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // The task ends by itself after this.
        let _gone = self.client.disconnect(true, GOODBYE);
    }
}

/// Waits until a connection is there.
pub(crate) async fn established(connection: &mut Connection) -> Result<Limits, Failure> {
    loop {
        if let Event::Connected { limits, .. } = connection.next().await? {
            return Ok(limits);
        }
    }
}

async fn drive(mut connection: Connection, status: Arc<Status>) {
    let why = loop {
        match connection.next().await {
            Ok(Event::Lost) => status.down.store(true, Ordering::Relaxed),
            Ok(Event::Connected { .. }) => status.down.store(false, Ordering::Relaxed),
            Ok(_) => status.heard.store(connection.heard(), Ordering::Relaxed),
            Err(why) => break why,
        }
    };
    if why != Failure::Closed {
        tracing::debug!(?why, "a connection of producers has ended");
    }
    if matches!(why, Failure::TooLarge(_)) {
        status.large.blame();
    }
    // Before the connection is dropped, and with it everything that waits: who waits asks why.
    status.set(why);
    drop(connection);
}
