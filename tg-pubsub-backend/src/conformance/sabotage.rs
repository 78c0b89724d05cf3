//! Backends that break a promise, to show that the suite notices.

mod consumer;
mod spoiled;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tg_schema::Topic;
use tg_schema::pubsub::{
    BackendConsumer, BackendProducer, Error, PubSubBackend, SchemaInfo, Settle,
};

use consumer::SpoiledConsumer;
use spoiled::Spoiled;

/// Declares what can be spoiled: variants and what they do in one table.
macro_rules! sabotages {
    ($($variant:ident $title:literal,)+) => {
        /// A promise that a backend breaks.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Sabotage {
            $(#[doc = $title] $variant,)+
        }
        impl Sabotage {
            /// What it does, one sentence.
            pub const fn title(self) -> &'static str {
                match self { $(Sabotage::$variant => $title,)+ }
            }
        }
    };
}

sabotages! {
    Corrupts "The last byte of a message is another.",
    NullsEmpty "An empty text arrives as null.",
    ReplacesBytes "Bytes that are no UTF-8 are replaced.",
    LosesProperties "Properties with an empty value are lost.",
    Swaps "Neighbours change places.",
    LosesKeys "Keys are lost.",
    KeepsAcknowledged "Acknowledging does nothing.",
    AcknowledgesEarly "A message is acknowledged when it is handed out.",
    LosesNacked "Negative acknowledgement acknowledges.",
    HurriesNacked "A delay is not waited for.",
    ForgetsAttempts "Every delivery is the first.",
    KeepsRejected "Rejecting delivers again.",
    SettlesAfterLoss "After the link was lost, settling settles nothing and says `Ok`.",
    Multiplies "Consumers of one subscription do not compete.",
    MergesSubscriptions "All subscriptions of a topic are one.",
    SharesAll "Every consumer is shared.",
    ForgetsHistory "A new subscription begins with the latest.",
    RepeatsHistory "A new subscription begins with the earliest.",
    ForgetsSubscriptions "A consumer that is opened again is a new subscription.",
    NeverConfirms "Sending never answers.",
    ConfirmsUnsent "Messages are confirmed and not sent.",
    LosesIdentities "Identities are lost, so that repetitions arrive.",
    FetchesAll "Everything is fetched at once.",
    LosesCancelled "A message whose `receive` was dropped is lost.",
    ServesOne "Of several tasks that receive, one gets something.",
    HidesLoss "A lost link is not told.",
    StaysDown "Nothing can be opened after a link was lost.",
    LetsIn "Whoever comes is let in.",
    TakesAnySize "A message of any size is taken.",
    TakesAnyName "A subscription of any name is taken.",
    ClosesForGood "Closing deletes the subscription.",
    NeverUnsubscribes "Unsubscribing deletes nothing.",
    KeepsDropped "What is dropped unsettled comes again only after closing.",
    DelaysDropped "What is dropped unsettled comes again after four seconds.",
    DelaysNacked "A negative acknowledgement without a delay takes three seconds.",
    DelaysRejected "Rejecting delivers again after a second.",
    ShiftsTimes "Messages tell times that are an hour off.",
    InflatesSizes "A message tells ten times its size.",
    Leaks "What is closed stays open.",
    KeepsTemporary "A temporary subscription stays.",
    ForgetsTopics "Creating a topic creates none.",
    NeverCloses "A backend that is closed goes on.",
    TakesAnyOption "Options that nobody knows are taken.",
    FlushesNothing "Flushing answers at once.",
    MixesKeys "The wrong key gets a message.",
    ClaimsLess "A feature is declared to be refused, and is not.",
    ForgetsTimes "No message tells when it was published.",
    ForgetsRoutes "No receipt tells of subscriptions.",
    ExtendsNothing "Asking for more time does nothing, and a message comes again after a second.",
    IgnoresMembers "What a member left is kept for its handle, whatever the member of another is called.",
    RefusesExtension "More time is never given.",
    LosesAllProperties "All properties are lost.",
    EndsWhenIdle "A consumer that nothing comes to is closed.",
    FreezesSchemas "A schema is taken only if it is the first one of its topic, to the letter.",
    TakesAnySchema "Any schema is taken.",
    OneAtATime "Nothing can be opened while something else is being opened.",
    Repeats "Messages come again before they are settled, and say so: that breaks no promise, and no case may mind it on `q1` where many messages flow.",
    StretchesDelays "A delay takes four times as long.",
    MergesTenants "Topics that differ in their tenant only are one.",
    ForgetsSizes "No message tells its size.",
    RefusesLongTopics "Topics with long names are refused.",
}

impl Sabotage {
    /// A backend that breaks this promise.
    pub fn spoil(self, inner: Arc<dyn PubSubBackend>) -> Arc<dyn PubSubBackend> {
        Arc::new(Spoiled {
            inner,
            shared: Arc::new(Shared::new(self)),
        })
    }
}

/// What was opened with `ForgetsSubscriptions` and with what schema with `FreezesSchemas`, by all handles together: each
/// instance of a program has its own.
static OPENED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

fn opened() -> MutexGuard<'static, BTreeSet<String>> {
    OPENED.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Shared {
    sabotage: Sabotage,
    /// Which of all handles this is.
    handle: usize,
    count: AtomicUsize,
    lost: AtomicUsize,
    opening: AtomicBool,
    leaked: Mutex<Vec<Leak>>,
}

enum Leak {
    Producer { _it: Box<dyn BackendProducer> },
    Consumer { _it: Box<dyn BackendConsumer> },
    Settle { _it: Box<dyn Settle> },
}

impl Shared {
    fn new(sabotage: Sabotage) -> Self {
        static HANDLES: AtomicUsize = AtomicUsize::new(0);
        Shared {
            sabotage,
            handle: HANDLES.fetch_add(1, Ordering::Relaxed),
            count: AtomicUsize::new(0),
            lost: AtomicUsize::new(0),
            opening: AtomicBool::new(false),
            leaked: Mutex::new(Vec::new()),
        }
    }
    fn is(&self, sabotage: Sabotage) -> bool {
        self.sabotage == sabotage
    }
    fn count(&self) -> usize {
        self.count.fetch_add(1, Ordering::Relaxed)
    }
    fn leak(&self, leak: Leak) {
        self.leaked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(leak);
    }
    /// Remembers that a link was lost.
    fn notice<T>(&self, result: &Result<T, Error>) {
        if matches!(result, Err(Error::Connection { .. })) {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
    /// Looks at the topic and the schema of what is to be opened.
    fn admit(
        &self,
        topic: &Topic,
        schema: Option<SchemaInfo>,
    ) -> Result<Option<SchemaInfo>, Error> {
        const LONG: usize = 60;
        match (self.sabotage, schema) {
            (Sabotage::TakesAnySchema, _) => Ok(None),
            (Sabotage::RefusesLongTopics, _) if topic.to_string().len() > LONG => {
                Err(Error::NotFound {
                    what: topic.to_string(),
                    hint: "take a shorter name".to_owned(),
                })
            }
            (Sabotage::FreezesSchemas, Some(schema)) => {
                let first = format!("{topic} has ");
                let own = format!("{first}{}", schema.schemas.avro);
                let mut opened = opened();
                let others = opened.range(first.clone()..);
                let known = others.take_while(|o| o.starts_with(&first)).next();
                match known {
                    Some(known) if *known != own => Err(Error::SchemaRejected {
                        name: schema.name().to_owned(),
                        reason: "it is another one".to_owned(),
                    }),
                    _ => {
                        opened.insert(own);
                        Ok(Some(schema))
                    }
                }
            }
            (_, schema) => Ok(schema),
        }
    }
    /// Waits a moment, in which nothing else may be opened, with `OneAtATime`.
    async fn alone(&self) -> Result<(), Error> {
        if !self.is(Sabotage::OneAtATime) {
            return Ok(());
        }
        if self.opening.swap(true, Ordering::AcqRel) {
            return Err(Error::connection("spoiled", "something is being opened"));
        }
        tokio::task::yield_now().await;
        self.opening.store(false, Ordering::Release);
        Ok(())
    }
    fn down(&self) -> Result<(), Error> {
        match self.is(Sabotage::StaysDown) && self.lost.load(Ordering::Relaxed) > 0 {
            true => Err(Error::connection("spoiled", "down for good")),
            false => Ok(()),
        }
    }
}
