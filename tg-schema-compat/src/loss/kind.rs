//! What can be lost, for whom, and the words for it.

use std::fmt;

/// Who reads whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// New readers and old messages.
    Backward,
    /// Old readers and new messages.
    Forward,
}

/// Something that is dropped or altered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// What.
    pub kind: Kind,
    /// Which readers are concerned.
    pub direction: Direction,
    /// The place, as `.field[]{}`, by the names of the new version where it has the field.
    pub path: String,
    /// The old field, symbol or value.
    pub old: String,
    /// The new one.
    pub new: String,
    /// Of 100: how alike the names of a suspected rename are.
    pub likeness: u8,
    /// The branch of a union that it is in, where readers take that for another one than what became of it.
    pub branch: Option<Branch>,
    /// The alias behind it, where that gives a field the value of another one.
    pub alias: Option<Alias>,
}

/// An alias that names a field which belongs to another one too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The place of the field that has the alias, as in [`Loss::path`].
    pub field: String,
    /// The place of the field that the value belongs to.
    pub source: String,
}

/// A branch of a union in one of the versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The place of the union, as in [`Loss::path`].
    pub union: String,
    /// The name of the branch.
    pub name: String,
}

/// What is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A field is gone: its values are passed over.
    FieldRemoved,
    /// A field is gone, and another one of its type is new: perhaps the same under another name. Values of
    /// each are passed over by readers of the other.
    RenameSuspected,
    /// A field has a new name, and readers that do not know it pass its values over.
    FieldRenamed,
    /// A field has a new name and the old one as an alias, in a record of another full name that has no alias: readers that
    /// take records by their fields, or by their names without a namespace, look for no alias then. They pass its values over.
    /// They are those of Avro's library for Java.
    AliasOutOfReach,
    /// The same of a field without a default: registries accept it, and these readers refuse every message with the record.
    AliasRefused,
    /// The value of a field goes to another one that asks for it by an alias: Avro's library for Java gives it to that one
    /// alone, and the field itself gets its default.
    TakenByAlias,
    /// The same of a field without a default: registries accept it, and these readers refuse every message with the record.
    RefusedByAlias,
    /// A branch of a union is looked for by its full name in Avro's library for Java: registries accept it, and these readers
    /// refuse every message with the branch.
    BranchRefused,
    /// A symbol of an enum in a union is looked for in the enum of its full name in that library: registries accept it where
    /// another enum of the union has it, and these readers refuse every message with it.
    SymbolRefused,
    /// Registries accept it, and the resolution of that library refuses messages, or does not end with a reader.
    Refused,
    /// Readers that know no aliases, such as JSON readers of other languages, see no value under the new name.
    AliasUnknown,
    /// Numbers lose digits.
    Precision,
    /// A number, bytes or a text are read as another quantity: milliseconds as microseconds, the bytes of a
    /// decimal as a text.
    Meaning,
    /// Symbols become the default of the reader's enum.
    SymbolsSubstituted,
    /// The default is another one: peers disagree on what a missing value means.
    DefaultChanged,
}

impl Kind {
    /// Whether values get lost, and not only ideas of them; for peers that follow Avro and the wire contract.
    pub const fn is_loss(self) -> bool {
        !matches!(self, Kind::DefaultChanged | Kind::AliasUnknown)
    }

    /// Whether registries accept it, and readers refuse every message with the record.
    pub const fn is_refused(self) -> bool {
        matches!(
            self,
            Kind::AliasRefused
                | Kind::RefusedByAlias
                | Kind::BranchRefused
                | Kind::SymbolRefused
                | Kind::Refused
        )
    }

    /// Whether it is of readers alone that follow aliases as Avro's library for Java does.
    pub const fn is_of_java(self) -> bool {
        self.is_refused() || matches!(self, Kind::AliasOutOfReach | Kind::TakenByAlias)
    }
}

impl Loss {
    /// One of a message as a whole, for a reason.
    pub(crate) fn of_message(kind: Kind, direction: Direction, reason: String) -> Self {
        Loss {
            kind,
            direction,
            path: String::new(),
            old: String::new(),
            new: reason,
            likeness: 0,
            branch: None,
            alias: None,
        }
    }

    /// Whether it is a loss for readers across the change, of whom `reads` says whether they accept messages
    /// in a direction at all.
    pub fn counts(&self, reads: impl Fn(Direction) -> bool) -> bool {
        self.kind.is_loss() && reads(self.direction)
    }
}

impl Loss {
    /// What is lost, without the place.
    pub fn facts(&self) -> String {
        let by_name = [Kind::AliasRefused, Kind::TakenByAlias, Kind::RefusedByAlias];
        match &self.alias {
            Some(Alias { field, source }) if !by_name.contains(&self.kind) => {
                let [field, source] = [field, source].map(|place| place.trim_start_matches('.'));
                format!(
                    "{}, where {field} gets the value of {source} by an alias",
                    self.words()
                )
            }
            _ => self.words(),
        }
    }

    fn words(&self) -> String {
        let Loss { old, new, .. } = self;
        match self.kind {
            Kind::FieldRemoved => format!("values of {old} are passed over"),
            Kind::RenameSuspected => {
                format!("{old} is gone and {new} is new; if it is the same, its values get lost")
            }
            Kind::FieldRenamed => {
                format!("values of {new} are passed over by readers that know {old}")
            }
            Kind::AliasOutOfReach => format!(
                "values of {new} do not reach {old} of readers: aliases of fields count in records of one name only"
            ),
            Kind::AliasRefused => format!(
                "registries accept it, and readers refuse messages: values of {new} do not reach {old}, which has no default: aliases of fields count in records of one name only"
            ),
            Kind::TakenByAlias => format!(
                "values of {old} reach {new} alone, by its alias, in readers with Avro's library for Java: {old} gets its default"
            ),
            Kind::RefusedByAlias => refused(&format!(
                "values of {old} reach {new} alone, by its alias, and {old} has no default"
            )),
            Kind::BranchRefused => refused("they look for types in a union by their full names"),
            Kind::SymbolRefused if !old.is_empty() => refused(&format!(
                "they look for {old} in the enum of its full name, {new}, which does not have it"
            )),
            // Of a message as a whole, the reason.
            Kind::SymbolRefused | Kind::Refused => refused(new),
            Kind::AliasUnknown => {
                format!("readers without aliases do not find values of {old} under {new}")
            }
            Kind::Precision => format!("digits are lost between {old} and {new}"),
            Kind::Meaning => format!("values of {old} and of {new} are read as each other"),
            Kind::SymbolsSubstituted => format!("{old} become {new}"),
            Kind::DefaultChanged => format!("the default was {old} and is {new}"),
        }
    }
}

/// What is said of all that registries accept and the library for Java refuses.
fn refused(why: &str) -> String {
    format!("registries accept it, and readers with Avro's library for Java refuse messages: {why}")
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.facts())
    }
}
