//! Messages into a few of their fields, without reading the rest.

mod peeked;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use tg_schema_model::avro::peek::{self, Plan};
use tg_schema_model::avro::{self, render};

use crate::error::{Error, ErrorKind};
use crate::message::{Decoder, Message};

pub use peeked::Peeked;

/// Reads chosen fields of Avro messages, for routing and filtering.
///
/// A field is named by its path: names on the wire with dots between them. A path goes into records,
/// optional ones among them, and ends at a field of any type; it does not go into arrays and maps. The
/// fields are looked for in the schema once. Reading then jumps over what is not asked for, and **ends
/// behind the last field that is**: whether the message goes on well after that is not looked at. What is
/// jumped over is checked to have an end, not to be UTF-8 or within range; where a block of items states its
/// size, that is believed.
///
/// Values are what the message holds. So a nullable field with a default is [`Peeked::Null`] where the
/// message has null, as in a [view](crate::View), and a record that an old Pulsar producer left unset is
/// not told from one whose fields hold nothing.
///
/// Nothing is allocated for a message but the vector of [`Peek::read`]; [`Peek::read_array`] does without.
/// Cloning is cheap: clones share the steps.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use tg_schema::{Message, Peek, Peeked, tg_schema};
///
/// #[tg_schema]
/// struct Metadata {
///     id: String,
///     tenant: Option<String>,
/// }
///
/// #[tg_schema]
/// struct Request {
///     operation: String,
///     body: Vec<u8>,
///     metadata: Option<Metadata>,
///     vectors: Vec<f64>,
/// }
///
/// let route = Peek::of::<Request>(&["metadata.tenant", "operation"])?;
/// # let metadata = Metadata { id: "7".into(), tenant: Some("acme".into()) };
/// # let request = Request {
/// #     operation: "embed".into(), body: vec![0; 5000], metadata: Some(metadata), vectors: vec![],
/// # };
/// # let bytes = request.to_avro()?;
/// let [tenant, operation] = route.read_array(&bytes)?;
/// let queue = match (tenant.as_str(), operation.as_str()) {
///     (Some("acme"), Some("embed")) => "large",
///     _ => "shared",
/// };
/// assert_eq!(queue, "large");
/// # }
/// # Ok::<(), tg_schema::Error>(())
/// ```
#[derive(Clone)]
pub struct Peek {
    plan: Arc<Plan>,
}

impl Peek {
    /// Looks for fields in the schema that `T` writes.
    ///
    /// # Errors
    /// [`ErrorKind::Field`]: there is no such field, a path goes on where there are no fields, a field is
    /// asked for twice or with a part of it, or none is.
    pub fn of<T: Message>(fields: &[&str]) -> Result<Self, Error> {
        let no_schema = |why: &dyn fmt::Display| {
            let message = format!("no schema to look for fields in: {why}");
            Error::new(ErrorKind::Field, message, None).in_record(T::descriptor().name)
        };
        let (schema, record) = T::descriptor().schema().map_err(|e| no_schema(&e))?;
        if render::nests_too_deep(&schema, record) {
            return Err(no_schema(&"it holds too many types inside each other"));
        }
        Self::compile(&render::schema(&schema, record), fields)
    }
    /// Looks for fields in a writer's schema, as an `.avsc` file or a registry has it: a record, with
    /// anything in it that Avro allows. Fields have the names that the writer gave them.
    ///
    /// ```
    /// use tg_schema::{Peek, Peeked};
    ///
    /// let writer = r#"{"type": "record", "name": "Order", "fields": [
    ///     {"name": "note", "type": "string"}, {"name": "id", "type": ["null", "int"]}]}"#;
    /// let ids = Peek::of_schema(writer, &["id"])?;
    /// assert_eq!(ids.read(&[4, b'h', b'i', 2, 14])?, [Peeked::Int(7)]);
    /// assert_eq!(ids.read(&[4, b'h', b'i', 0])?, [Peeked::Null]);
    /// # Ok::<(), tg_schema::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Resolution`]: the text is no Avro schema. Else as [`Peek::of`].
    pub fn of_schema(writer: &str, fields: &[&str]) -> Result<Self, Error> {
        let schema = avro::parse_with(writer, avro::Rules::Registered).map_err(|e| {
            let message = format!("the writer's schema cannot be read: {e}");
            Error::new(ErrorKind::Resolution, message, None)
        })?;
        Self::compile(&schema, fields)
    }
    fn compile(schema: &avro::Schema, fields: &[&str]) -> Result<Self, Error> {
        match peek::compile(schema, fields) {
            Ok(plan) => Ok(Peek {
                plan: Arc::new(plan),
            }),
            Err(e) => Err(Error::new(ErrorKind::Field, e.to_string(), None)),
        }
    }
    /// The paths of the fields, in the order of their values.
    pub fn fields(&self) -> &[String] {
        &self.plan.fields
    }
    /// The values of the fields, in the order in which they were asked for, with the default limits.
    ///
    /// The message has no frame; [`crate::confluent_frame`] and [`crate::single_object_frame`] take one
    /// off.
    ///
    /// # Errors
    /// The bytes are no Avro of the schema, as far as they were looked at.
    pub fn read<'a>(&self, bytes: &'a [u8]) -> Result<Vec<Peeked<'a>>, Error> {
        Decoder::new().peek(self, bytes)
    }
    /// As [`Peek::read`], into a vector whose room is used again. What it held is gone.
    ///
    /// # Errors
    /// As [`Peek::read`]. The vector is empty then.
    pub fn read_into<'a>(&self, out: &mut Vec<Peeked<'a>>, bytes: &'a [u8]) -> Result<(), Error> {
        Decoder::new().peek_into(self, bytes, out)
    }
    /// As [`Peek::read`], without allocating anything.
    ///
    /// # Errors
    /// As [`Peek::read`], and where the array has not the length of [`Peek::fields`].
    pub fn read_array<'a, const N: usize>(
        &self,
        bytes: &'a [u8],
    ) -> Result<[Peeked<'a>; N], Error> {
        let mut out = [const { Peeked::Null }; N];
        if N != self.plan.fields.len() {
            let fields = self.plan.fields.len();
            let message = format!("{fields} fields were asked for, the array has {N} places");
            return Err(Error::new(ErrorKind::Field, message, None).in_record_of(&self.plan.record));
        }
        Decoder::new().peek_slice(self, bytes, &mut out)?;
        Ok(out)
    }
    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }
}

impl fmt::Debug for Peek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peek")
            .field("record", &self.plan.record)
            .field("fields", &self.plan.fields)
            .finish_non_exhaustive()
    }
}
