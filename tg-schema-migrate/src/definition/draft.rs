//! Definition files before they are text.

use tg_schema_model::Unresolved;

/// All modules.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// In the order in which they are written.
    pub modules: Vec<ModuleDraft>,
    /// The module path of each file.
    pub paths: Vec<Vec<String>>,
}

/// One file.
#[derive(Clone, Debug, Default)]
pub struct ModuleDraft {
    /// Its path.
    pub path: Vec<String>,
    /// Documentation.
    pub doc: Option<String>,
    /// Records.
    pub records: Vec<RecordDraft>,
    /// Enums.
    pub enums: Vec<EnumDraft>,
    /// Topics.
    pub topics: Vec<TopicDraft>,
    /// Records and enums in the order of the old text.
    pub order: Vec<Slot>,
    /// What could not be defined.
    pub unresolved: Vec<Unresolved>,
}

/// A definition of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// Index into the records.
    Record(usize),
    /// Index into the enums.
    Enum(usize),
    /// Index into the topics.
    Topic(usize),
}

/// Where something stood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// `file:line`.
    pub place: String,
    /// What stood there.
    pub expression: Option<String>,
    /// The least verdict of its row.
    pub verdict: Option<&'static str>,
    /// A further reason.
    pub note: Option<String>,
    /// What old producers send where nothing is set, in words, where the definition cannot hold it.
    pub unset: Option<String>,
    /// What the field was before it was tightened, as keys of TOML.
    pub former: Option<String>,
    /// The function or class around, as Python writes it.
    pub scope: Option<String>,
    /// Place of the later class that has the name.
    pub shadowed_by: Option<String>,
}

/// A record.
#[derive(Clone, Debug, Default)]
pub struct RecordDraft {
    /// The class.
    pub class: usize,
    /// Its name.
    pub name: String,
    /// Namespace.
    pub namespace: Option<String>,
    /// Documentation.
    pub doc: Option<String>,
    /// `_sorted_fields`.
    pub sorted_fields: bool,
    /// Nested definitions are repeated.
    pub repeat_definitions: bool,
    /// Where it stood.
    pub origin: Origin,
    /// Fields that could be defined, in order.
    pub fields: Vec<FieldDraft>,
    /// Fields that could not.
    pub unresolved: Vec<Unresolved>,
    /// The text that the client registers.
    pub text: Option<String>,
    /// Why there is none.
    pub reason: Option<String>,
    /// How many fields the client has.
    pub count: usize,
}

/// A field.
#[derive(Clone, Debug, Default)]
pub struct FieldDraft {
    /// Its name.
    pub name: String,
    /// The type expression.
    pub ty: String,
    /// The default, as a value of TOML.
    pub default: Option<String>,
    /// `nullable`.
    pub nullable: bool,
    /// `pulsar.required`.
    pub required: Option<bool>,
    /// `pulsar.required_default`.
    pub required_default: bool,
    /// `pulsar.raw`.
    pub raw: Option<String>,
    /// Documentation.
    pub doc: Option<String>,
    /// Where it stood.
    pub origin: Origin,
    /// The symbols of the enum that the type names.
    pub symbols: Option<Vec<String>>,
    /// The classes that the type names.
    pub names: Vec<usize>,
}

/// An enum.
#[derive(Clone, Debug, Default)]
pub struct EnumDraft {
    /// The class.
    pub class: usize,
    /// Its name.
    pub name: String,
    /// Symbols.
    pub symbols: Vec<String>,
    /// Python values as values of TOML, where all can be told.
    pub values: Vec<String>,
    /// Documentation.
    pub doc: Option<String>,
    /// Where it stood.
    pub origin: Origin,
}

/// A topic.
#[derive(Clone, Debug, Default)]
pub struct TopicDraft {
    /// Its name.
    pub name: String,
    /// The class that travels on it.
    pub class: usize,
    /// The record as it is written.
    pub record: String,
    /// Neutral address.
    pub address: String,
    /// The address as it was.
    pub legacy: String,
    /// Documentation.
    pub doc: Option<String>,
    /// Where it stood.
    pub origin: Origin,
}
