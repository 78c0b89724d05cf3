//! Another writer's schema into a way to read its messages, kept for the next message.

use std::any::TypeId;
use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};
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
/// always together with the type that reads. A text is hashed whole at each look-up, about a nanosecond for three
/// bytes: for short messages of long schemas, keep the [`Resolution`]. A schema that cannot be read is not kept. Both the
/// number and the memory of what is kept are bounded, because a writer's schema may come from anybody. All methods may be
/// called from any thread; schemas are compared outside the lock.
#[derive(Debug)]
pub struct Resolutions {
    /// Number and bytes of those that are kept at most.
    bounds: (usize, usize),
    /// Secret, so that nobody can find two texts of one hash.
    hasher: RandomState,
    plans: Mutex<Plans>,
}

#[derive(Debug, Default)]
struct Plans {
    /// By the hash of their key, which is not hashed once more.
    of: HashMap<u64, Kept, BuildHasherDefault<AsItIs>>,
    /// Counts up at every use.
    clock: u64,
    /// Bytes of all of them.
    memory: usize,
}

#[derive(Debug)]
struct Kept {
    writer: Writer<Box<str>>,
    reader: TypeId,
    plan: Arc<Plan>,
    used: u64,
    /// In bytes.
    memory: usize,
}

impl Plans {
    fn find(&mut self, hash: u64, writer: &Writer<&str>, reader: TypeId) -> Option<Arc<Plan>> {
        self.clock += 1;
        let kept = self.of.get_mut(&hash)?;
        let found = kept.writer.is(writer) && kept.reader == reader;
        found.then(|| {
            kept.used = self.clock;
            Arc::clone(&kept.plan)
        })
    }
    /// Keeps a plan, in the place of another of the same hash: mostly that of a thread that was faster.
    fn insert(&mut self, hash: u64, mut kept: Kept, (capacity, room): (usize, usize)) {
        if kept.memory > room {
            return;
        }
        self.remove(hash);
        while self.of.len() >= capacity || kept.memory > room - self.memory {
            let oldest = self.of.iter().min_by_key(|(_, kept)| kept.used);
            let Some(oldest) = oldest.map(|(hash, _)| *hash) else {
                break;
            };
            self.remove(oldest);
        }
        self.memory += kept.memory;
        kept.used = self.clock;
        self.of.insert(hash, kept);
    }
    fn remove(&mut self, hash: u64) {
        if let Some(kept) = self.of.remove(&hash) {
            self.memory -= kept.memory;
        }
    }
}

/// What a plan is found by.
#[derive(Debug, Hash)]
enum Writer<T> {
    Text(T),
    Id(u32),
    Fingerprint(u64),
}

impl Writer<Box<str>> {
    fn is(&self, other: &Writer<&str>) -> bool {
        match (self, other) {
            (Writer::Text(a), Writer::Text(b)) => **a == **b,
            (Writer::Id(a), Writer::Id(b)) => a == b,
            (Writer::Fingerprint(a), Writer::Fingerprint(b)) => a == b,
            _ => false,
        }
    }
}

impl Writer<&str> {
    /// The same, to keep, and the bytes of its text.
    fn kept(&self) -> (Writer<Box<str>>, usize) {
        match *self {
            Writer::Text(text) => (Writer::Text(text.into()), text.len()),
            Writer::Id(id) => (Writer::Id(id), 0),
            Writer::Fingerprint(crc64) => (Writer::Fingerprint(crc64), 0),
        }
    }
}

/// The hash of a number that is a hash.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
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
            hasher: RandomState::new(),
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
        self.find::<T, Error>(Writer::Text(writer), None, || Ok(writer.into()))
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
        writer: Writer<&str>,
        crc64: Option<u64>,
        fetch: impl FnOnce() -> Result<String, E>,
    ) -> Result<Resolution<T>, E> {
        let reader = TypeId::of::<T>();
        let hash = self.hasher.hash_one((&writer, reader));
        if let Some(plan) = self.locked(|plans| plans.find(hash, &writer, reader)) {
            return Ok(Resolution::new(plan));
        }
        let plan = plan::<T>(&fetch()?, crc64)?;
        let (writer, text) = writer.kept();
        let kept = Kept {
            writer,
            reader,
            memory: plan.memory().saturating_add(text),
            plan: Arc::clone(&plan),
            used: 0,
        };
        self.locked(|plans| plans.insert(hash, kept, self.bounds));
        Ok(Resolution::new(plan))
    }
}

impl Default for Resolutions {
    fn default() -> Self {
        Resolutions::new(Self::CAPACITY)
    }
}
