//! Two versions of a message into the list of everything that differs: which rules then look at.
//!
//! Both are walked together, as registries see them; where definitions say what a message is, each side of a
//! change also has the parts of the definition. A pair of types is looked at once, where it is met first.

mod locate;
mod past;
mod present;
mod walk;

use tg_schema_model as model;

use crate::engine::avro::{Enum, Field, Fixed, Graph, Id, Record, Refusal};
use crate::loss::Direction;
use crate::report::{Branch, Format, Ways};
use crate::version::{Message, Version};

pub(crate) use locate::{Index, Spot, locate};
pub(crate) use past::Past;
pub(crate) use present::{present, remarkable, unreadable};
pub(crate) use walk::{Walked, between};

/// Something that two versions have in common or not, at one place.
#[derive(Clone, Debug)]
pub struct Change<'v> {
    /// What it is.
    pub what: What<'v>,
    /// The way to it by names of the new version where it has them: `lines[].item`.
    pub path: String,
    /// The same, but for the last name, which is that of the old version.
    pub former: String,
    /// Of a field that is gone: the names of new fields of its type, of which it may be one. Of a new field: the old
    /// field that registries see read there by an alias, although it goes on under its own name.
    pub may_be: Vec<&'v str>,
    /// Branches of unions that lead to it, the outermost first.
    pub branches: Vec<Branch>,
    /// Of types: those that stand at the place, the unions whose branches they are included.
    pub(crate) whole: Option<Both<Id>>,
    /// Whether readers get what is here: they do not where a field on the way has another name to them.
    pub read: Ways,
    /// The messages that were compared.
    pub(crate) messages: Both<Option<&'v Message>>,
    /// Where it is in the old version.
    pub(crate) old: Option<Spot>,
    /// Where it is in the new one.
    pub(crate) new: Option<Spot>,
}

impl<'v> Change<'v> {
    /// Something about a whole message.
    pub(crate) fn of_message(what: What<'v>) -> Self {
        Change {
            what,
            path: String::new(),
            former: String::new(),
            may_be: Vec::new(),
            branches: Vec::new(),
            whole: None,
            read: Ways::FULL,
            messages: Both {
                old: None,
                new: None,
            },
            old: None,
            new: None,
        }
    }

    /// Names of the generated types that it is about, without namespaces.
    pub(crate) fn types(&self) -> Vec<&'v str> {
        let short =
            |name: &'v crate::version::Message| name.name.rsplit('.').next().unwrap_or_default();
        match &self.what {
            What::MessageAdded(_, message) | What::MessageRemoved(_, message) => {
                vec![short(message)]
            }
            What::Message(pair) => vec![short(pair.messages.old), short(pair.messages.new)],
            What::Record(both) => vec![&both.old.record.name.name, &both.new.record.name.name],
            What::Enum(both) => vec![
                &both.old.definition.name.name,
                &both.new.definition.name.name,
            ],
            _ => Vec::new(),
        }
    }

    /// What it is about: the type of that name, else the field.
    pub fn subject(&self) -> String {
        match self.types().last() {
            Some(name) => format!("`{name}`"),
            None => self.name(),
        }
    }

    /// What it is about, in short: the last name of the path with what follows it.
    pub fn name(&self) -> String {
        match self.path.rsplit('.').next() {
            None | Some("") => "the message".to_owned(),
            Some(name) => format!("`{name}`"),
        }
    }
}

/// What is looked at.
#[derive(Clone, Debug)]
pub enum What<'v> {
    /// A message that only the new version has.
    MessageAdded(&'v Version, &'v Message),
    /// A message whose schema registries cannot read.
    Unreadable {
        /// The message.
        message: &'v Message,
        /// Why.
        refusal: &'v Refusal,
    },
    /// A message that only the old version has.
    MessageRemoved(&'v Version, &'v Message),
    /// A message of both.
    Message(MessagePair<'v>),
    /// A record of both.
    Record(Both<RecordSide<'v>>),
    /// A field of both, by name or by alias.
    Field(Both<FieldSide<'v>>),
    /// A field that only the new version has.
    Added(FieldSide<'v>),
    /// A field that only the old version has.
    Removed(FieldSide<'v>),
    /// A field that is gone and one that is new, which may be the same one.
    Renamed {
        /// The fields.
        fields: Both<FieldSide<'v>>,
        /// Of 100: how alike their names are.
        likeness: u8,
    },
    /// A type of both: of a field, of items, of values.
    Type(Both<TypeSide<'v>>),
    /// A branch of a union that the other version's union has not.
    BranchAdded(TypeSide<'v>),
    /// A branch of a union that only the old version has.
    BranchRemoved(TypeSide<'v>),
    /// An enum of both.
    Enum(Both<EnumSide<'v>>),
    /// A fixed type of both.
    Fixed(Both<(&'v Graph, &'v Fixed)>),
    /// A topic of a message: of both by its name or its address, or of one of them.
    Topic(Both<Option<&'v model::TopicDefinition>>),
    /// A record of the new version, whatever the old one has.
    RecordPresent(RecordSide<'v>),
    /// A field of the new version, whatever the old one has.
    FieldPresent(FieldSide<'v>),
}

/// The same thing in both versions.
#[derive(Clone, Debug)]
pub struct Both<T> {
    /// In the old version.
    pub old: T,
    /// In the new one.
    pub new: T,
}

/// A message in two versions.
#[derive(Clone, Debug)]
pub struct MessagePair<'v> {
    /// The versions.
    pub versions: Both<&'v Version>,
    /// The messages.
    pub messages: Both<&'v Message>,
}

/// A record of one version.
#[derive(Clone, Copy, Debug)]
pub struct RecordSide<'v> {
    /// The types around it.
    pub graph: &'v Graph,
    /// The record.
    pub record: &'v Record,
    /// Its definition.
    pub defined: Option<&'v model::Record>,
    /// All definitions.
    pub schema: &'v model::Schema,
    /// Whether it is the message itself.
    pub is_root: bool,
    /// Whether nobody knows which modules its version's types are in.
    pub without_modules: bool,
}

/// A field of one version.
#[derive(Clone, Copy, Debug)]
pub struct FieldSide<'v> {
    /// The record that has it.
    pub record: RecordSide<'v>,
    /// The field.
    pub field: &'v Field,
    /// Its definition.
    pub defined: Option<&'v model::Field>,
}

/// A type of one version, as it stands at one place.
#[derive(Clone, Copy, Debug)]
pub struct TypeSide<'v> {
    /// The field that it is in, if it is in one.
    pub field: Option<FieldSide<'v>>,
    /// The types around it.
    pub graph: &'v Graph,
    /// The type.
    pub id: Id,
    /// Whether null stands beside it.
    pub nullable: bool,
    /// Whether the place is the whole of the field, and not items, values or one branch of a union.
    pub is_whole: bool,
}

/// An enum of one version.
#[derive(Clone, Copy, Debug)]
pub struct EnumSide<'v> {
    /// The field where it was met.
    pub field: Option<FieldSide<'v>>,
    /// The enum.
    pub definition: &'v Enum,
    /// Its definition.
    pub defined: Option<&'v model::Enum>,
}

impl<'v> What<'v> {
    /// The topics of a message in two versions, paired by address, else by name. Nothing is said where one of the
    /// versions tells of none.
    pub(crate) fn topics(old: (&'v Version, &Message), new: (&'v Version, &Message)) -> Vec<Self> {
        if old.0.only_schemas || new.0.only_schemas {
            return Vec::new();
        }
        let mut gone: Vec<_> = old.0.topics(old.1).collect();
        let mut added: Vec<_> = new.0.topics(new.1).collect();
        let new_topics = added.clone();
        let mut pairs = Vec::new();
        type Same = fn(&model::TopicDefinition, &model::TopicDefinition) -> bool;
        let same: [Same; 3] = [
            |a, b| a.name == b.name && a.address == b.address,
            |a, b| a.address == b.address,
            |a, b| a.name == b.name,
        ];
        for same in same {
            added.retain(|new| match gone.iter().position(|old| same(old, new)) {
                Some(at) => {
                    pairs.push((Some(gone.remove(at)), Some(*new)));
                    false
                }
                None => true,
            });
        }
        // One of each that are left: the constant has another name and the topic another address.
        if let ([old], [new]) = (gone.as_slice(), added.as_slice()) {
            pairs.push((Some(*old), Some(*new)));
        } else {
            pairs.extend(gone.into_iter().map(|old| (Some(old), None)));
            pairs.extend(added.into_iter().map(|new| (None, Some(new))));
        }
        // In the order of the definitions.
        pairs.sort_by_key(|(_, new)| {
            let mut all = new_topics.iter();
            let at = new.and_then(|new| all.position(|topic| std::ptr::eq(*topic, new)));
            at.unwrap_or(usize::MAX)
        });
        let changes = pairs.into_iter();
        changes
            .map(|(old, new)| What::Topic(Both { old, new }))
            .collect()
    }
}

impl RecordSide<'_> {
    /// Its full name, by its definition where there is one.
    pub(crate) fn owner(&self) -> String {
        match self.defined {
            Some(record) => record.full_name(),
            None => self.record.name.full(),
        }
    }
}

impl EnumSide<'_> {
    /// Its full name, by its definition where there is one.
    pub(crate) fn owner(&self) -> String {
        match self.defined {
            Some(definition) => definition.full_name(),
            None => self.definition.name.full(),
        }
    }
}

impl FieldSide<'_> {
    /// Whether null is among its values.
    pub fn is_nullable(&self) -> bool {
        self.record.graph.is_nullable(self.field.ty)
    }
    /// Its type in short: as a definition writes it, else as Avro does.
    pub fn type_text(&self) -> String {
        match self.defined {
            Some(field) => {
                let mark = if field.presence.nullable() { "?" } else { "" };
                format!("{}{mark}", self.record.schema.type_text(&field.ty))
            }
            None => self.record.graph.type_text(self.field.ty),
        }
    }
}

impl TypeSide<'_> {
    /// The type in short, as Avro's interface language writes it.
    pub fn text(&self) -> String {
        let mark = if self.nullable { "?" } else { "" };
        format!("{}{mark}", self.graph.type_text(self.id))
    }
}

/// What registries and the broker say of one change, all others left aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Own {
    /// Registries with Confluent's interface.
    pub avro: Ways,
    /// The Pulsar broker.
    pub pulsar: Ways,
}

impl Own {
    /// Nobody objects.
    pub const FINE: Own = Own {
        avro: Ways::FULL,
        pulsar: Ways::FULL,
    };
    /// What one of them says in a direction; others do not object.
    pub(crate) fn get(self, format: Format, direction: Direction) -> bool {
        match format {
            Format::Avro => self.avro.get(direction),
            Format::Pulsar => self.pulsar.get(direction),
            _ => true,
        }
    }
    /// The same verdict of both.
    pub const fn both(backward: bool, forward: bool) -> Self {
        let ways = Ways { backward, forward };
        Own {
            avro: ways,
            pulsar: ways,
        }
    }
}
