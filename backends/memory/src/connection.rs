//! The broker that handles share, and a handle's link to it.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use tg_schema::pubsub::Error;

use crate::config::Config;
use crate::faults::Plan;
use crate::member::{End, refused};
use crate::topic::{Topic, number};

/// A broker: everything that handles of one name share.
#[derive(Debug)]
pub(crate) struct Broker {
    pub(crate) name: Option<String>,
    pub(crate) config: Arc<Config>,
    topics: Mutex<BTreeMap<String, Arc<Topic>>>,
    /// Grows when all links are cut.
    pub(crate) links: AtomicU64,
    pub(crate) handles: AtomicUsize,
    pub(crate) producers: AtomicUsize,
    pub(crate) consumers: AtomicUsize,
    pub(crate) plan: Plan,
}

impl Broker {
    pub(crate) fn new(name: Option<&str>, config: Config) -> Self {
        Broker {
            name: name.map(str::to_owned),
            config: Arc::new(config),
            topics: Mutex::default(),
            links: AtomicU64::new(0),
            handles: AtomicUsize::new(0),
            producers: AtomicUsize::new(0),
            consumers: AtomicUsize::new(0),
            plan: Plan::default(),
        }
    }
    /// The broker of this name in this process, made where there is none.
    pub(crate) fn named(name: &str, config: Option<Config>) -> Result<Arc<Self>, Error> {
        static NAMED: OnceLock<Mutex<HashMap<String, Weak<Broker>>>> = OnceLock::new();
        let named = NAMED.get_or_init(Mutex::default);
        let mut named = named.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(broker) = named.get(name).and_then(Weak::upgrade) {
            if config.is_some() {
                return Err(Error::InvalidOption {
                    name: "config".to_owned(),
                    message: format!("memory://{name} is open with its own; open it without one"),
                });
            }
            return Ok(broker);
        }
        named.retain(|_, broker| broker.strong_count() > 0);
        let broker = Arc::new(Broker::new(Some(name), config.unwrap_or_default()));
        named.insert(name.to_owned(), Arc::downgrade(&broker));
        Ok(broker)
    }
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Topic>>> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
    pub(crate) fn topic_name(&self, topic: &tg_schema::Topic) -> String {
        tg_schema_model::topic::memory::name(topic)
    }
    pub(crate) fn known_topic(&self, topic: &tg_schema::Topic) -> Option<Arc<Topic>> {
        self.lock().get(&self.topic_name(topic)).cloned()
    }
    /// The topic, made where it does not exist.
    pub(crate) fn topic(&self, topic: &tg_schema::Topic) -> Result<Arc<Topic>, Error> {
        let name = self.topic_name(topic);
        let mut topics = self.lock();
        if let Some(topic) = topics.get(&name) {
            return Ok(topic.clone());
        }
        if topics.len() >= self.config.max_topics {
            return Err(refused(format!(
                "the list of topics is full: it holds {} (`Config::max_topics`)",
                self.config.max_topics
            )));
        }
        let topic = Arc::new(Topic::new(name.clone(), &self.config));
        topics.insert(name, topic.clone());
        Ok(topic)
    }
    pub(crate) fn delete_topic(&self, topic: &tg_schema::Topic) {
        let removed = self.lock().remove(&self.topic_name(topic));
        if let Some(topic) = removed {
            topic.delete();
        }
    }
    pub(crate) fn topics(&self) -> Vec<Arc<Topic>> {
        self.lock().values().cloned().collect()
    }
    /// Cuts every link. Data stays.
    pub(crate) fn disconnect(&self) {
        self.links.fetch_add(1, Ordering::AcqRel);
        for topic in self.topics() {
            topic.end_members(End::Disconnected, |_| true);
        }
    }
}

/// What a handle, its producers and its consumers share.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) broker: Arc<Broker>,
    pub(crate) number: u64,
    closed: AtomicBool,
}

impl Connection {
    pub(crate) fn new(broker: Arc<Broker>) -> Self {
        broker.handles.fetch_add(1, Ordering::Relaxed);
        Connection {
            broker,
            number: number(),
            closed: AtomicBool::new(false),
        }
    }
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }
    pub(crate) fn check_open(&self) -> Result<(), Error> {
        match self.is_closed() {
            true => Err(Error::Closed { what: "backend" }),
            false => Ok(()),
        }
    }
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        for topic in self.broker.topics() {
            topic.end_members(End::Closed("backend"), |m| {
                m.connection.number == self.number
            });
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.broker.handles.fetch_sub(1, Ordering::Relaxed);
    }
}
