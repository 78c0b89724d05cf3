//! The verdict of registries with Confluent's interface: Java's
//! `SchemaCompatibility.checkReaderWriterCompatibility`, step by step.
//!
//! Each pair of places in the two texts is compared once. A pair that is met again while it is being compared
//! counts as compatible, and one that was compared before gives the same findings with the same locations, also
//! where another path leads to it. What the branches of a union disagree about is not reported; only that no
//! branch fits.
//!
//! ```
//! use tg_schema_compat::engine::avro::{Defaults, Graph};
//! use tg_schema_compat::engine::confluent::{Kind, can_read};
//!
//! let graph = |text| Graph::parse(text, Defaults::Checked).unwrap();
//! let (int, long) = (graph(r#""int""#), graph(r#""long""#));
//! assert!(can_read(&long, &int).unwrap().is_compatible());
//! let verdict = can_read(&int, &long).unwrap();
//! assert_eq!(verdict.incompatibilities[0].kind, Kind::TypeMismatch);
//! assert_eq!(
//!     verdict.incompatibilities[0].message,
//!     "reader type: INT not compatible with writer type: LONG"
//! );
//! ```

pub(crate) mod checker;

use super::avro::{Graph, Id};
use super::stack::{TooLarge, walk};
use checker::{Checker, Stop};

/// Incompatibilities that a verdict lists.
pub const MAX_LISTED: usize = 1_000;

/// Whether one schema reads what another wrote, and if not, why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Every reason, in the order in which Java finds them.
    pub incompatibilities: Vec<Incompatibility>,
    /// Whether there are more than are listed.
    pub more: bool,
}

impl Verdict {
    /// Whether the reader reads all that the writer writes.
    pub fn is_compatible(&self) -> bool {
        self.incompatibilities.is_empty() && !self.more
    }
}

/// Why a reader cannot read what a writer wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incompatibility {
    /// What kind of reason.
    pub kind: Kind,
    /// JSON pointer into the reader's schema, as Java gives it.
    pub location: String,
    /// The facts, as Java gives them.
    pub message: String,
    /// The part of the reader's schema.
    pub reader: Id,
    /// The part of the writer's schema.
    pub writer: Id,
}

/// What is incompatible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Names of records, enums or fixed types.
    NameMismatch,
    /// Sizes of fixed types.
    FixedSizeMismatch,
    /// The reader's enum lacks symbols, and has no default for them.
    MissingEnumSymbols,
    /// A field that the writer does not have has no default.
    ReaderFieldMissingDefaultValue,
    /// Types of which one does not become the other.
    TypeMismatch,
    /// The reader's union has no branch for a type of the writer.
    MissingUnionBranch,
    /// A field may be one of several fields of the writer; Java throws.
    AmbiguousField,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 7] = [
        Kind::NameMismatch,
        Kind::FixedSizeMismatch,
        Kind::MissingEnumSymbols,
        Kind::ReaderFieldMissingDefaultValue,
        Kind::TypeMismatch,
        Kind::MissingUnionBranch,
        Kind::AmbiguousField,
    ];
    /// Java's name for it; the last kind is an exception there.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::NameMismatch => "NAME_MISMATCH",
            Kind::FixedSizeMismatch => "FIXED_SIZE_MISMATCH",
            Kind::MissingEnumSymbols => "MISSING_ENUM_SYMBOLS",
            Kind::ReaderFieldMissingDefaultValue => "READER_FIELD_MISSING_DEFAULT_VALUE",
            Kind::TypeMismatch => "TYPE_MISMATCH",
            Kind::MissingUnionBranch => "MISSING_UNION_BRANCH",
            Kind::AmbiguousField => "AMBIGUOUS_FIELD",
        }
    }
}

/// Whether `reader` reads all that `writer` writes.
pub fn can_read(reader: &Graph, writer: &Graph) -> Result<Verdict, TooLarge> {
    can_read_part((reader, reader.root), (writer, writer.root))
}

/// Whether a part of `reader` reads all that a part of `writer` writes.
pub(crate) fn can_read_part(
    (reader, to): (&Graph, Id),
    (writer, from): (&Graph, Id),
) -> Result<Verdict, TooLarge> {
    walk(|budget| {
        let mut checker = Checker::new(reader, writer, budget);
        match checker.fresh(to, from) {
            Ok(outcome) => Ok(checker.verdict(outcome)),
            Err(Stop::TooLarge(limit)) => Err(limit),
            Err(Stop::Ambiguous(found)) => Ok(Verdict {
                incompatibilities: vec![*found],
                more: false,
            }),
        }
    })
}
