//! The tree: what a set of definitions says, with every name resolved.
//!
//! Plain structs with public fields, in the order in which a reader meets them. References between
//! types are indices into the lists of [`Schema`], so recursion needs no pointers.

use crate::check::{Allow, Check};
use crate::diagnostic::Span;
use crate::origin::{Origin, Unresolved};
use crate::topic::Topic;
use crate::value::Value;

/// Most fields of a record in a definition, a Rust struct or a Python class.
pub const MAX_FIELDS: usize = 50_000;

/// Most symbols of an enum in a definition, or in an Avro schema that is compared with another one.
pub const MAX_SYMBOLS: usize = 20_000;

/// Index of a module in [`Schema::modules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleId(pub usize);
/// Index of a record in [`Schema::records`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub usize);
/// Index of an enum in [`Schema::enums`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnumId(pub usize);

/// Everything that was defined, in the order of the definitions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    /// One per definition file, sorted by path.
    pub modules: Vec<Module>,
    /// All records of all modules.
    pub records: Vec<Record>,
    /// All enums of all modules.
    pub enums: Vec<Enum>,
    /// All topics of all modules.
    pub topics: Vec<TopicDefinition>,
}

/// One definition file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Module {
    /// `["services", "llm"]` for `services/llm.toml`. Folders are parent modules.
    pub path: Vec<String>,
    /// Documentation of the file.
    pub doc: Option<String>,
    /// Avro namespace of the types in this file that name none of their own.
    pub namespace: Option<String>,
    /// What the file defines, in its order.
    pub items: Vec<Item>,
    /// Classes, enums and topics that a migration found and could not define.
    pub unresolved: Vec<Unresolved>,
    /// Findings that are accepted of records that do not stand here: they are gone, say.
    pub allow: Vec<Allow>,
    /// Where the file starts.
    pub span: Span,
    /// Place of the namespace.
    pub namespace_span: Span,
    /// Whether a part of the file could not be read. That was reported, so that nothing is said of what
    /// seems to be missing.
    pub partial: bool,
}

/// Places of parts that a definition need not have. Where one is not known, the name's stands for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// The namespace, which may be that of the module.
    pub namespace: Span,
    /// The former names, one each.
    pub aliases: Vec<Span>,
    /// The name of a record or an enum in a field's type.
    pub named: Span,
}

impl Places {
    /// The place of the alias at `index`, else `other`.
    pub fn alias(&self, index: usize, other: Span) -> Span {
        let known = self.aliases.get(index).copied();
        known.unwrap_or(Span::NONE).or(other)
    }
}

/// One definition in a module: an index into the lists of [`Schema`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Item {
    /// A record.
    Record(RecordId),
    /// An enum.
    Enum(EnumId),
    /// A topic: index into [`Schema::topics`].
    Topic(usize),
}

/// A record: an ordered list of named fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// Module that defines it.
    pub module: usize,
    /// Name without namespace.
    pub name: String,
    /// Effective Avro namespace: the record's own, else the module's. `None`: no namespace.
    pub namespace: Option<String>,
    /// Documentation.
    pub doc: Option<String>,
    /// Former names (Avro aliases, with or without namespace).
    pub aliases: Vec<String>,
    /// Field names that were used once and must not come back.
    pub reserved: Vec<String>,
    /// Which wire habits it keeps.
    pub profile: Profile,
    /// Why it should not be used any more.
    pub deprecated: Option<String>,
    /// What an old Record declaration said beyond the presence rows.
    pub pulsar: RecordPulsar,
    /// Where an old definition stood.
    pub origin: Option<Origin>,
    /// Whether Rust code has to expect further fields (`#[non_exhaustive]`). Annotated Rust says it of each type;
    /// elsewhere it is an option of the generator, and not known here.
    pub non_exhaustive: Option<bool>,
    /// Fields that a migration found and could not define.
    pub unresolved: Vec<Unresolved>,
    /// What may change, and which findings are accepted.
    pub check: Option<Box<Check>>,
    /// Fields in wire order.
    pub fields: Vec<Field>,
    /// Place of the name.
    pub span: Span,
    /// Further places.
    pub places: Places,
}

/// Wire habits of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Profile {
    /// The neutral wire contract alone.
    #[default]
    Plain,
    /// `pulsar-record`: the broker's and the old producers' view of a Python `Record` is kept.
    PulsarRecord,
}

/// `pulsar` sub-table of a record, in the Python client's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RecordPulsar {
    /// `_sorted_fields = True`: registered fields are sorted by name.
    pub sorted_fields: bool,
    /// Nested definitions are repeated in full (clients before 2.8.1).
    pub repeat_definitions: bool,
}

/// One field of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Name on the wire.
    pub name: String,
    /// Type without the outermost `?`: that is [`Field::presence`].
    pub ty: Type,
    /// Which row of the presence table holds.
    pub presence: Presence,
    /// How bytes anywhere inside this field travel in JSON. Effective value, profile considered.
    pub encoding: Encoding,
    /// Documentation.
    pub doc: Option<String>,
    /// Former names.
    pub aliases: Vec<String>,
    /// Why it should not be used any more.
    pub deprecated: Option<String>,
    /// What an old Record declaration said beyond the presence rows.
    pub pulsar: FieldPulsar,
    /// Where an old definition stood.
    pub origin: Option<Box<Origin>>,
    /// Place of the name.
    pub span: Span,
    /// Place of the type expression.
    pub type_span: Span,
    /// Place of the default, else of the type.
    pub default_span: Span,
    /// Further places.
    pub places: Places,
}

impl Field {
    /// A required field with nothing beside its name and its type.
    pub fn new(name: impl Into<String>, ty: Type) -> Self {
        Field {
            name: name.into(),
            ty,
            presence: Presence::Required,
            encoding: Encoding::default(),
            doc: None,
            aliases: Vec::new(),
            deprecated: None,
            pulsar: FieldPulsar::default(),
            origin: None,
            span: Span::NONE,
            type_span: Span::NONE,
            default_span: Span::NONE,
            places: Places::default(),
        }
    }
}

/// A row of the presence table.
#[derive(Clone, Debug, PartialEq)]
pub enum Presence {
    /// `"T"`: always written; absent or null is an error.
    Required,
    /// `{ type = "T", default = D }`: always written; absent or null reads as D. Avro: `T`, default D.
    Default(Value),
    /// `"T?"`: written when there is a value. Avro: `["null", T]`, default null.
    Optional,
    /// `{ type = "T", default = D, nullable = true }`: always written; absent or null reads as D.
    /// Avro: `["null", T]`, default null.
    NullableDefault(Value),
}

impl Presence {
    /// The default value, where the row has one.
    pub fn default(&self) -> Option<&Value> {
        match self {
            Presence::Default(v) | Presence::NullableDefault(v) => Some(v),
            Presence::Required | Presence::Optional => None,
        }
    }
    /// Whether the Avro type is a union with null.
    pub fn nullable(&self) -> bool {
        matches!(self, Presence::Optional | Presence::NullableDefault(_))
    }
}

/// How bytes travel in JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Standard alphabet with padding (RFC 4648 §4).
    #[default]
    Base64,
    /// As text; bytes that are not UTF-8 are an error.
    Utf8,
}

/// `pulsar` sub-table of a field, in the Python client's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FieldPulsar {
    /// `required=`. `None`: as the presence row says (rows without null are required).
    pub required: Option<bool>,
    /// `required_default=True`: the registered entry has a `default` key.
    pub required_default: bool,
    /// The registered default as compact JSON, where its text says more than its value
    /// ([`crate::value::as_registered`]).
    pub default: Option<String>,
    /// JSON text that stands for the registered `type` value, verbatim, where the client wrote a
    /// form that no Avro type expresses.
    pub raw: Option<String>,
}

/// A type expression with names resolved.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// UTF-8 text.
    String,
    /// True or false.
    Boolean,
    /// 32-bit signed integer.
    Int,
    /// 64-bit signed integer.
    Long,
    /// 32-bit IEEE 754.
    Float,
    /// 64-bit IEEE 754.
    Double,
    /// Octets.
    Bytes,
    /// Calendar day. Avro `int`/`date`.
    Date,
    /// Time of day in milliseconds. Avro `int`/`time-millis`.
    TimeMs,
    /// UTC instant in milliseconds. Avro `long`/`timestamp-millis`.
    TimestampMs,
    /// UTC instant in microseconds. Avro `long`/`timestamp-micros`.
    TimestampUs,
    /// RFC 9562 UUID. Avro `string`/`uuid`.
    Uuid,
    /// Exact decimal number. Avro `bytes`/`decimal`.
    Decimal {
        /// Significant digits, 1 to 38.
        precision: u8,
        /// Digits after the point, 0 to `precision`.
        scale: u8,
    },
    /// Ordered items.
    Array(Box<Type>),
    /// String keys to values.
    Map(Box<Type>),
    /// An element of an array or map that may be null. Never the outermost type of a field, never
    /// directly inside another `Optional`.
    Optional(Box<Type>),
    /// A record.
    Record(RecordId),
    /// An enum.
    Enum(EnumId),
}

/// An enum: named symbols.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Enum {
    /// Module that defines it.
    pub module: usize,
    /// Name without namespace.
    pub name: String,
    /// Effective Avro namespace: the enum's own, else the module's.
    pub namespace: Option<String>,
    /// Documentation.
    pub doc: Option<String>,
    /// Former names.
    pub aliases: Vec<String>,
    /// Symbols in wire order.
    pub symbols: Vec<Symbol>,
    /// What a reader makes of a symbol that it does not know: index into `symbols`.
    pub default: Option<usize>,
    /// Whether an unknown symbol is kept as text.
    pub open: bool,
    /// What an old declaration said beyond the symbols.
    pub pulsar: EnumPulsar,
    /// Whether Rust code has to expect further variants, see [`Record::non_exhaustive`].
    pub non_exhaustive: Option<bool>,
    /// Where an old definition stood.
    pub origin: Option<Origin>,
    /// Place of the name.
    pub span: Span,
    /// Further places.
    pub places: Places,
}

/// One symbol of an enum.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Symbol {
    /// Its name on the wire.
    pub name: String,
    /// Place of the name.
    pub span: Span,
}

/// `pulsar` sub-table of an enum.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EnumPulsar {
    /// Python values of the symbols, one a symbol in their order ([`Value::Long`] or
    /// [`Value::String`]): old JSON messages carry them. Empty: none are known.
    pub values: Vec<Value>,
}

/// A named topic and what travels on it.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicDefinition {
    /// Module that defines it.
    pub module: usize,
    /// Name of the constant in generated code.
    pub name: String,
    /// Record that travels on it.
    pub record: RecordId,
    /// Neutral address.
    pub address: Topic,
    /// Documentation.
    pub doc: Option<String>,
    /// Address that older deployments use, verbatim.
    pub legacy: Option<String>,
    /// Where an old definition stood.
    pub origin: Option<Origin>,
    /// Place of the name.
    pub span: Span,
    /// Place of the address.
    pub address_span: Span,
}

impl Schema {
    /// The record at `id`.
    pub fn record(&self, id: RecordId) -> &Record {
        &self.records[id.0]
    }
    /// The enum at `id`.
    pub fn enumeration(&self, id: EnumId) -> &Enum {
        &self.enums[id.0]
    }
    /// All record ids.
    pub fn record_ids(&self) -> impl Iterator<Item = RecordId> + use<> {
        (0..self.records.len()).map(RecordId)
    }
    /// All enum ids.
    pub fn enum_ids(&self) -> impl Iterator<Item = EnumId> + use<> {
        (0..self.enums.len()).map(EnumId)
    }
    /// Records whose bare name, `module.Name` or Avro full name is `name`. Where there is none, those that
    /// `name` means by the end of their module's path, as in a definition.
    pub fn find_records(&self, name: &str) -> Vec<RecordId> {
        let found = self.find(name, self.record_ids().map(Item::Record));
        let records = found.into_iter().filter_map(|item| match item {
            Item::Record(id) => Some(id),
            _ => None,
        });
        records.collect()
    }
    /// The records and enums that `name` means, as [`Schema::find_records`] does.
    pub fn find_types(&self, name: &str) -> Vec<Item> {
        let records = self.record_ids().map(Item::Record);
        self.find(name, records.chain(self.enum_ids().map(Item::Enum)))
    }
    fn find(&self, wanted: &str, items: impl Iterator<Item = Item>) -> Vec<Item> {
        let (mut exact, mut ends) = (Vec::new(), Vec::new());
        for item in items {
            let (module, name, full) = match item {
                Item::Record(id) => {
                    let r = self.record(id);
                    (r.module, &r.name, r.full_name())
                }
                Item::Enum(id) => {
                    let e = self.enumeration(id);
                    (e.module, &e.name, e.full_name())
                }
                Item::Topic(_) => continue,
            };
            let path = match wanted.strip_suffix(name.as_str()) {
                Some("") => {
                    exact.push(item);
                    continue;
                }
                Some(path) => path.strip_suffix('.'),
                None => None,
            };
            let dotted = self
                .modules
                .get(module)
                .map_or(String::new(), Module::dotted);
            if full == wanted || path.is_some_and(|path| path == dotted) {
                exact.push(item);
            } else if path
                .and_then(|path| dotted.strip_suffix(path))
                .is_some_and(|above| above.ends_with('.'))
            {
                ends.push(item);
            }
        }
        if exact.is_empty() { ends } else { exact }
    }
    /// The topics that carry `record`, in definition order.
    pub fn topics_of(&self, record: RecordId) -> impl Iterator<Item = &TopicDefinition> {
        self.topics.iter().filter(move |t| t.record == record)
    }
    /// A type expression as it is written in a definition.
    pub fn type_text(&self, ty: &Type) -> String {
        match ty {
            Type::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
            Type::Array(t) => format!("array<{}>", self.type_text(t)),
            Type::Map(t) => format!("map<{}>", self.type_text(t)),
            Type::Optional(t) => format!("{}?", self.type_text(t)),
            Type::Record(id) => self.record(*id).name.clone(),
            Type::Enum(id) => self.enumeration(*id).name.clone(),
            word => word.word().unwrap_or_default().to_owned(),
        }
    }
}

impl Type {
    /// The word that is the type in a definition, where one word is.
    pub fn word(&self) -> Option<&'static str> {
        Some(match self {
            Type::String => "string",
            Type::Boolean => "boolean",
            Type::Int => "int",
            Type::Long => "long",
            Type::Float => "float",
            Type::Double => "double",
            Type::Bytes => "bytes",
            Type::Date => "date",
            Type::TimeMs => "time_ms",
            Type::TimestampMs => "timestamp_ms",
            Type::TimestampUs => "timestamp_us",
            Type::Uuid => "uuid",
            Type::Decimal { .. }
            | Type::Array(_)
            | Type::Map(_)
            | Type::Optional(_)
            | Type::Record(_)
            | Type::Enum(_) => return None,
        })
    }
    /// The type inside all arrays, maps and nulls.
    pub fn leaf(&self) -> &Type {
        let mut ty = self;
        while let Type::Array(inner) | Type::Map(inner) | Type::Optional(inner) = ty {
            ty = inner;
        }
        ty
    }
}

/// `namespace.name`, or `name` where there is no namespace.
pub fn full_name(namespace: Option<&str>, name: &str) -> String {
    match namespace {
        Some(ns) if !ns.is_empty() => [ns, ".", name].concat(),
        _ => name.to_owned(),
    }
}

/// Whether [`full_name`] of these is that name.
fn is_full_name(full: &str, namespace: Option<&str>, name: &str) -> bool {
    let before = full.strip_suffix(name);
    match namespace.filter(|namespace| !namespace.is_empty()) {
        Some(namespace) => before.and_then(|before| before.strip_suffix('.')) == Some(namespace),
        None => before == Some(""),
    }
}

impl Record {
    /// Whether that is its [`Record::full_name`].
    pub fn is_called(&self, full: &str) -> bool {
        is_full_name(full, self.namespace.as_deref(), &self.name)
    }
    /// Avro full name.
    pub fn full_name(&self) -> String {
        full_name(self.namespace.as_deref(), &self.name)
    }
}

impl Enum {
    /// Whether that is its [`Enum::full_name`].
    pub fn is_called(&self, full: &str) -> bool {
        is_full_name(full, self.namespace.as_deref(), &self.name)
    }
    /// Avro full name.
    pub fn full_name(&self) -> String {
        full_name(self.namespace.as_deref(), &self.name)
    }
    /// What an old Python `Record` sends for a symbol, where the definition says it.
    pub fn python_value(&self, symbol: &str) -> Option<&Value> {
        let at = self.symbols.iter().position(|known| known.name == symbol)?;
        self.pulsar.values.get(at)
    }
    /// What symbols that a reader does not know are read as.
    pub fn default_symbol(&self) -> Option<&Symbol> {
        self.symbols.get(self.default?)
    }
}

impl Module {
    /// `services.llm`.
    pub fn dotted(&self) -> String {
        self.path.join(".")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_called_by_its_full_name() {
        let called = |namespace: Option<&str>, full: &str| {
            let record = Record {
                name: "R".into(),
                namespace: namespace.map(str::to_owned),
                ..Record::default()
            };
            assert_eq!(record.is_called(full), record.full_name() == full, "{full}");
            record.is_called(full)
        };
        assert!(called(None, "R") && called(Some(""), "R") && called(Some("a.b"), "a.b.R"));
        for full in ["", "R", ".R", "b.R", "aR", "a.R.R", "a.b.RR", "x.a.b.R"] {
            assert!(!called(Some("a.b"), full), "{full}");
        }
        assert!(!called(None, ".R") && !called(None, "a.R") && !called(None, "RR"));
    }

    #[test]
    fn names_are_found_by_the_end_of_a_module_path() {
        let mut schema = Schema::default();
        for path in [&["example", "orders"][..], &["orders"], &["old", "borders"]] {
            let module = schema.modules.len();
            schema.modules.push(Module {
                path: path.iter().map(|part| (*part).to_owned()).collect(),
                ..Module::default()
            });
            schema.enums.push(Enum {
                module,
                name: "Status".into(),
                ..Enum::default()
            });
            schema.records.push(Record {
                module,
                name: format!("R{module}"),
                namespace: Some("a.b".into()),
                ..Record::default()
            });
        }
        let records = |name: &str| schema.find_records(name);
        assert_eq!(records("R0"), [RecordId(0)]);
        assert_eq!(records("a.b.R0"), [RecordId(0)]);
        assert_eq!(records("example.orders.R0"), [RecordId(0)]);
        assert_eq!(records("orders.R0"), [RecordId(0)]);
        assert_eq!(records("borders.R2"), [RecordId(2)]);
        for none in ["rders.R0", "b.R0", ".R0", "orders.example.R0", "XR0", ""] {
            assert_eq!(records(none), [], "{none}");
        }
        let types = |name: &str| schema.find_types(name);
        assert_eq!(types("Status").len(), 3);
        assert_eq!(types("orders.Status"), [Item::Enum(EnumId(1))]);
        assert_eq!(types("borders.Status"), [Item::Enum(EnumId(2))]);
        assert_eq!(types("a.b.R1"), [Item::Record(RecordId(1))]);
    }
}
