//! Two versions of a message into the list of everything that differs: which rules then look at.
//!
//! Both are walked together, as registries see them; where definitions say what a message is, each side of a
//! change also has the parts of the definition. A pair of types is looked at once, where it is met first.

mod locate;
mod walk;

use tg_schema_model as model;

use crate::engine::avro::{Enum, Field, Fixed, Graph, Id, Record};
use crate::report::Ways;
use crate::version::{Message, Version};

pub(crate) use locate::{Index, Spot, locate};
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
}

/// What is looked at.
#[derive(Clone, Debug)]
pub enum What<'v> {
    /// A message that only the new version has.
    MessageAdded(&'v Version, &'v Message),
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
    /// The topics of a message of both.
    Topics(Both<Vec<&'v model::TopicDefinition>>),
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
    /// Whether the place is the whole of the field, and not items or values.
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
    /// The same verdict of both.
    pub const fn both(backward: bool, forward: bool) -> Self {
        let ways = Ways { backward, forward };
        Own {
            avro: ways,
            pulsar: ways,
        }
    }
}
