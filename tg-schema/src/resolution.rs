//! Another writer's schema into a way to read its messages, kept for the next message.

use std::any::TypeId;
use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::marker::PhantomData;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use tg_schema_model::avro;
use tg_schema_model::avro::resolution::{self, Plan, Problem};

use crate::avro::AvroReader;
use crate::error::{Error, ErrorKind};
use crate::limits::Limits;
use crate::message::{Message, resolved};

/// How messages of one writer's schema are read as `T`, by the rules of schema resolution of Avro.
///
/// The two schemas are compared once. Reading a message then follows a list of steps and looks at neither:
/// fields are taken by name or by an alias of `T`, in whatever order they come; `T` puts its defaults in
/// for those that are missing; other fields are jumped over; numbers are widened.
///
/// Cloning is cheap: clones share the steps.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use tg_schema::{Message, Resolution, tg_schema};
///
/// #[tg_schema]
/// #[derive(Debug, PartialEq)]
/// struct Order {
///     id: i64,
///     #[tg(default = "unknown")]
///     customer: String,
/// }
///
/// let writer = r#"{"type": "record", "name": "Order", "fields": [
///     {"name": "note", "type": "string"}, {"name": "id", "type": "int"}]}"#;
/// let orders = Resolution::<Order>::of(writer)?;
/// assert!(orders.is_compatible());
/// let order = orders.decode(&[4, b'h', b'i', 14])?;
/// assert_eq!(order, Order { id: 7, customer: "unknown".into() });
/// # }
/// # Ok::<(), tg_schema::Error>(())
/// ```
pub struct Resolution<T> {
    plan: Arc<Plan>,
    reader: PhantomData<fn() -> T>,
}

impl<T: Message> Resolution<T> {
    /// Compares a writer's schema, as an `.avsc` file or a registry has it, with `T`.
    ///
    /// # Errors
    /// The text is no Avro schema, or it is larger than a plan may be. Schemas that do not fit are no
    /// error: [`Resolution::problems`] lists why, and messages that meet none of it can be read.
    pub fn of(writer: &str) -> Result<Self, Error> {
        plan::<T>(writer, None).map(Self::new)
    }
    fn new(plan: Arc<Plan>) -> Self {
        Resolution {
            plan,
            reader: PhantomData,
        }
    }
    /// Reads a message with the default limits.
    ///
    /// # Errors
    /// The bytes are no Avro of the writer's, or hold what `T` cannot read.
    // Where it is inlined, the result is copied once more in whoever takes the message out of it.
    #[inline(never)]
    pub fn decode(&self, bytes: &[u8]) -> Result<T, Error> {
        resolved(self, &mut AvroReader::new(bytes, Limits::DEFAULT))
    }
    /// Whether every message of the writer's can be read, as far as the schemas say.
    pub fn is_compatible(&self) -> bool {
        self.plan.is_compatible()
    }
    /// Where the two schemas do not fit.
    pub fn problems(&self) -> &[Problem] {
        &self.plan.problems
    }
    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }
}

/// The comparison with a writer, whose schema must have this fingerprint if one is given.
fn plan<T: Message>(writer: &str, crc64: Option<u64>) -> Result<Arc<Plan>, Error> {
    let failed = |what: &str, e: &dyn fmt::Display| {
        let message = format!("{what}: {e}");
        Error::new(ErrorKind::Resolution, message, None).in_record(T::descriptor().name)
    };
    let (schema, record) = T::descriptor()
        .schema()
        .map_err(|e| failed("no schema to read with", &e))?;
    let writer = avro::parse_with(writer, avro::Rules::Registered)
        .map_err(|e| failed("the writer's schema cannot be read", &e))?;
    if let Some(expected) = crc64 {
        let found = writer.fingerprint().crc64;
        if found != expected {
            let what = "the schema that was fetched is not the writer's";
            let why = format!(
                "its fingerprint is {found:016x}, asked for was {expected:016x}; look at what the schemas are stored under"
            );
            return Err(failed(what, &why));
        }
    }
    resolution::compile(&writer, &schema, record)
        .map(Arc::new)
        .map_err(|e| failed("the writer's schema cannot be compared", &e))
}

impl<T> Clone for Resolution<T> {
    fn clone(&self) -> Self {
        Resolution {
            plan: Arc::clone(&self.plan),
            reader: PhantomData,
        }
    }
}
impl<T: Message> fmt::Debug for Resolution<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolution")
            .field("reader", &T::descriptor().name)
            .field("is_compatible", &self.is_compatible())
            .finish_non_exhaustive()
    }
}

/// Resolutions that were made, the least recently used given up for new ones.
///
/// It is found by a hash of the writer's schema text, by the id that a registry gave it, or by its fingerprint,
/// always together with the type that reads. A schema that cannot be read is not kept. Both the number and the
/// memory of what is kept are bounded, because a writer's schema may come from anybody. All methods may be
/// called from any thread; schemas are compared outside the lock.
#[derive(Debug)]
pub struct Resolutions {
    /// Number and bytes of those that are kept at most.
    bounds: (usize, usize),
    /// Secret, so that nobody can find two texts of one hash.
    hashers: [RandomState; 2],
    plans: Mutex<Plans>,
}

#[derive(Debug, Default)]
struct Plans {
    of: HashMap<Key, Kept>,
    /// Counts up at every use.
    clock: u64,
    /// Bytes of all of them.
    memory: usize,
}

type Key = (Writer, TypeId);

#[derive(Debug)]
struct Kept {
    plan: Arc<Plan>,
    used: u64,
    /// In bytes.
    memory: usize,
}

impl Plans {
    fn insert(&mut self, key: Key, plan: Arc<Plan>, (capacity, room): (usize, usize)) {
        let memory = plan.memory();
        if memory > room {
            return;
        }
        // Another thread may have been faster.
        self.remove(&key);
        while self.of.len() >= capacity || memory > room - self.memory {
            let oldest = self.of.iter().min_by_key(|(_, kept)| kept.used);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else {
                break;
            };
            self.remove(&oldest);
        }
        self.memory += memory;
        let used = self.clock;
        self.of.insert(key, Kept { plan, used, memory });
    }
    fn remove(&mut self, key: &Key) {
        if let Some(kept) = self.of.remove(key) {
            self.memory -= kept.memory;
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Writer {
    /// Hash of its text.
    Text([u64; 2]),
    Id(u32),
    Fingerprint(u64),
}

impl Resolutions {
    /// Resolutions that are kept where nothing else is said.
    pub const CAPACITY: usize = 256;
    /// Bytes that all together may take where nothing else is said. Those of schemas that people write take some
    /// kilobytes each.
    pub const MEMORY: usize = 64 << 20;

    /// Keeps at most `capacity` resolutions, and at least one, in at most [`Resolutions::MEMORY`] bytes.
    pub fn new(capacity: usize) -> Self {
        Self::with_memory(capacity, Self::MEMORY)
    }
    /// As [`Resolutions::new`], in at most so many bytes. One that takes more by itself is not kept.
    pub fn with_memory(capacity: usize, bytes: usize) -> Self {
        Resolutions {
            bounds: (capacity.max(1), bytes),
            hashers: [RandomState::new(), RandomState::new()],
            plans: Mutex::default(),
        }
    }
    /// The one that [`Message::from_avro_of`] uses.
    pub fn global() -> &'static Resolutions {
        static GLOBAL: LazyLock<Resolutions> = LazyLock::new(Resolutions::default);
        &GLOBAL
    }
    /// How messages with this schema are read as `T`.
    ///
    /// # Errors
    /// As [`Resolution::of`].
    pub fn of<T: Message>(&self, writer: &str) -> Result<Resolution<T>, Error> {
        let hash = self.hashers.each_ref().map(|h| h.hash_one(writer));
        self.find::<T, Error>(Writer::Text(hash), None, || Ok(writer.into()))
    }
    /// How messages of the schema with this id in a registry are read as `T`. `fetch` gets its text, and
    /// is only called where it is not known yet. One `Resolutions` is for one registry.
    ///
    /// # Errors
    /// What `fetch` fails with, or as [`Resolution::of`].
    pub fn by_id<T: Message, E: From<Error>>(
        &self,
        id: u32,
        fetch: impl FnOnce() -> Result<String, E>,
    ) -> Result<Resolution<T>, E> {
        self.find(Writer::Id(id), None, fetch)
    }
    /// How messages of the schema with this CRC-64-AVRO fingerprint, as single-object frames have it, are
    /// read as `T`. `fetch` gets its text, and is only called where it is not known yet.
    ///
    /// Avro's fingerprints say nothing of logical types: of two writers that differ in the scale of a decimal
    /// alone, which one a message is of cannot be told from it, and the schema that was fetched first counts.
    ///
    /// # Errors
    /// What `fetch` fails with, or as [`Resolution::of`]; and where the text has another fingerprint, because
    /// all messages of that writer would be read wrongly from then on.
    pub fn by_fingerprint<T: Message, E: From<Error>>(
        &self,
        crc64: u64,
        fetch: impl FnOnce() -> Result<String, E>,
    ) -> Result<Resolution<T>, E> {
        self.find(Writer::Fingerprint(crc64), Some(crc64), fetch)
    }
    /// How many are kept now.
    pub fn len(&self) -> usize {
        self.locked(|plans| plans.of.len())
    }
    /// Bytes that they take now.
    pub fn memory(&self) -> usize {
        self.locked(|plans| plans.memory)
    }
    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn locked<R>(&self, f: impl FnOnce(&mut Plans) -> R) -> R {
        // What a panic can leave behind is a valid map.
        f(&mut self.plans.lock().unwrap_or_else(PoisonError::into_inner))
    }
    fn find<T: Message, E: From<Error>>(
        &self,
        writer: Writer,
        crc64: Option<u64>,
        fetch: impl FnOnce() -> Result<String, E>,
    ) -> Result<Resolution<T>, E> {
        let key = (writer, TypeId::of::<T>());
        let known = self.locked(|plans| {
            plans.clock += 1;
            let clock = plans.clock;
            plans.of.get_mut(&key).map(|kept| {
                kept.used = clock;
                Arc::clone(&kept.plan)
            })
        });
        if let Some(plan) = known {
            return Ok(Resolution::new(plan));
        }
        let plan = plan::<T>(&fetch()?, crc64)?;
        self.locked(|plans| plans.insert(key, Arc::clone(&plan), self.bounds));
        Ok(Resolution::new(plan))
    }
}

impl Default for Resolutions {
    fn default() -> Self {
        Resolutions::new(Self::CAPACITY)
    }
}
