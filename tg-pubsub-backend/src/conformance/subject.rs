//! The backend under test, and what can be done to its broker.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tg_schema::pubsub::{Error, PubSubBackend};

use super::Sabotage;
use super::made::Made;
use crate::profile::SecondExclusive;

/// A future in a box.
pub type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

type Connect = dyn Fn(String) -> Boxed<Result<Arc<dyn PubSubBackend>, Error>> + Send + Sync;
type Act = Arc<dyn Fn(String) -> Boxed<()> + Send + Sync>;

/// What a test may do to a broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hook {
    /// The process of an instance dies: its links are gone without a word.
    Crash,
    /// All links are cut; the broker goes on, and new links are possible at once.
    Cut,
    /// The broker is killed, and started again with what it had stored.
    Restart,
    /// A handle with wrong credentials can be had.
    Intruder,
}

impl Hook {
    /// What it does, after "a hook to".
    pub const fn title(self) -> &'static str {
        match self {
            Hook::Crash => "let an instance die",
            Hook::Cut => "cut all links",
            Hook::Restart => "kill and start the broker",
            Hook::Intruder => "connect with wrong credentials",
        }
    }
}

/// What a test may do to the broker of a [`Subject`].
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Hooks {
    /// See [`Hook::Crash`]. Given the name of the instance.
    pub crash: Option<Act>,
    /// See [`Hook::Cut`].
    pub cut: Option<Act>,
    /// See [`Hook::Restart`]: kills.
    pub kill: Option<Act>,
    /// See [`Hook::Restart`]: starts, and returns when the broker answers.
    pub start: Option<Act>,
    /// See [`Hook::Intruder`].
    pub intruder: Option<Arc<Connect>>,
}

/// A backend under test.
#[derive(Clone)]
pub struct Subject {
    name: String,
    connect: Arc<Connect>,
    /// What can be done to its broker.
    pub hooks: Hooks,
    /// How long a message may take to arrive. 10 s by default.
    pub patience: Duration,
    /// How long nothing must arrive to count as nothing. 300 ms by default.
    pub silence: Duration,
    /// How far the clocks of this machine and of whoever stamps messages, such as the broker, may be apart. 5 s by
    /// default.
    pub clock_skew: Duration,
    /// How long the messages of an instance that died may take to be delivered again. 30 s by default.
    pub redelivery: Duration,
    /// How long the broker waits for the settlement of a message before it delivers it again, where it waits no longer
    /// than some time. `None` by default: as long as the consumer lives.
    pub deadline: Option<Duration>,
    /// What becomes of a second exclusive consumer.
    pub second_exclusive: SecondExclusive,
    /// Whether the count of attempts goes on when a message comes back from a consumer that is gone.
    pub attempts_survive: bool,
    /// How long one case may take. 180 s by default.
    pub limit: Duration,
    /// How many topics the case of many topics opens. 1,000 by default.
    pub many: usize,
    /// A part of the names of topics, different in each run against one broker.
    pub run: String,
    /// How it is spoiled.
    pub(super) sabotage: Option<Sabotage>,
}

impl Subject {
    /// A backend by its name and its factory, which gives the handle of an instance of a program: instances are
    /// different programs, and one name is the same program, also after a restart.
    pub fn new<F>(
        name: impl Into<String>,
        connect: impl Fn(String) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Arc<dyn PubSubBackend>, Error>> + Send + 'static,
    {
        let stamp = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        Subject {
            name: name.into(),
            connect: Arc::new(move |instance| Box::pin(connect(instance))),
            hooks: Hooks::default(),
            patience: Duration::from_secs(10),
            silence: Duration::from_millis(300),
            clock_skew: Duration::from_secs(5),
            redelivery: Duration::from_secs(30),
            deadline: None,
            second_exclusive: SecondExclusive::Refused,
            attempts_survive: true,
            limit: Duration::from_secs(180),
            many: 1_000,
            run: format!("{:x}", stamp.as_micros()),
            sabotage: None,
        }
    }
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
    /// The same, spoiled.
    #[must_use]
    pub fn sabotaged(mut self, sabotage: Sabotage) -> Self {
        self.sabotage = Some(sabotage);
        self
    }
    /// With something that can be done to the broker, as an asynchronous function.
    #[must_use]
    pub fn crash<F: Future<Output = ()> + Send + 'static>(
        mut self,
        crash: impl Fn(String) -> F + Send + Sync + 'static,
    ) -> Self {
        self.hooks.crash = Some(Arc::new(move |i| Box::pin(crash(i))));
        self
    }
    /// With a way to cut all links.
    #[must_use]
    pub fn cut<F: Future<Output = ()> + Send + 'static>(
        mut self,
        cut: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self {
        self.hooks.cut = Some(Arc::new(move |_| Box::pin(cut())));
        self
    }
    /// With a way to kill the broker and to start it again.
    #[must_use]
    pub fn restart<K, S>(
        mut self,
        kill: impl Fn() -> K + Send + Sync + 'static,
        start: impl Fn() -> S + Send + Sync + 'static,
    ) -> Self
    where
        K: Future<Output = ()> + Send + 'static,
        S: Future<Output = ()> + Send + 'static,
    {
        self.hooks.kill = Some(Arc::new(move |_| Box::pin(kill())));
        self.hooks.start = Some(Arc::new(move |_| Box::pin(start())));
        self
    }
    /// With a way to get a handle that has wrong credentials.
    #[must_use]
    pub fn intruder<F>(mut self, connect: impl Fn(String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Arc<dyn PubSubBackend>, Error>> + Send + 'static,
    {
        self.hooks.intruder = Some(Arc::new(move |i| Box::pin(connect(i))));
        self
    }

    /// A handle as the factory makes it.
    pub(super) async fn plain(&self, instance: &str) -> Result<Arc<dyn PubSubBackend>, Error> {
        (self.connect)(instance.to_owned()).await
    }
    /// A handle for a case: what is made with it is noted, and it is spoiled where that is asked for.
    pub(super) async fn connect(
        &self,
        instance: &str,
        made: &Arc<Made>,
    ) -> Result<Arc<dyn PubSubBackend>, Error> {
        let backend = made.noting(self.plain(instance).await?, instance);
        Ok(match self.sabotage {
            Some(sabotage) => sabotage.spoil(backend),
            None => backend,
        })
    }
    /// Whether something can be done to the broker.
    pub fn can(&self, hook: Hook) -> bool {
        match hook {
            Hook::Crash => self.hooks.crash.is_some(),
            Hook::Cut => self.hooks.cut.is_some(),
            Hook::Restart => self.hooks.kill.is_some() && self.hooks.start.is_some(),
            Hook::Intruder => self.hooks.intruder.is_some(),
        }
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject")
            .field("name", &self.name)
            .field("sabotage", &self.sabotage)
            .finish_non_exhaustive()
    }
}
