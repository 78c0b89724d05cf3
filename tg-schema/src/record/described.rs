//! What a record says of itself and of its fields.

use crate::descriptor::{Descriptor, FieldDescriptor, PresenceDescriptor};
use crate::json::Keys;

/// All that is known of a record without one.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// What it says of itself.
    pub descriptor: Descriptor,
    /// The keys of its fields.
    pub keys: Keys,
    /// What follows from its fields.
    pub facts: Facts,
}

/// What follows from the fields of a record. The generator says it: compilers take long to find out.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Whether a record, enum, array or map is inside: what has none cannot recurse.
    pub nests: bool,
    /// Which of the first 64 fields have to come.
    pub required: u64,
    /// Bytes of memory that the defaults may cost, by the length of their text.
    pub cost: usize,
    /// What they do cost, where records and maps are among them.
    pub measured: Option<fn() -> usize>,
    /// Whether an old Record may write an unset instance of it: there is no field that says otherwise, one
    /// that is required and neither a boolean nor a record.
    pub can_be_unset: bool,
}

/// No fields.
pub const FACTS: Facts = Facts {
    nests: false,
    required: 0,
    cost: 0,
    measured: None,
    can_be_unset: false,
};

/// Whether a message without the field is none of the record's.
pub(crate) const fn is_required(field: &FieldDescriptor) -> bool {
    matches!(field.presence, PresenceDescriptor::Required)
}

/// Fewest bytes of a record: those of its fields.
pub const fn least(sizes: &[usize]) -> usize {
    let mut total = 0usize;
    let mut i = 0;
    while i < sizes.len() {
        total = total.saturating_add(sizes[i]);
        i += 1;
    }
    total
}

/// Rows of the presence table by the names that generated code has for them.
#[allow(non_upper_case_globals)]
pub mod row {
    use crate::descriptor::PresenceDescriptor as Row;

    /// A field that always has a value.
    pub const field: Row = Row::Required;
    /// A field that may have none.
    pub const optional: Row = Row::Optional;
    /// One of which an old Record may have written an unset instance.
    pub const instance: Row = Row::Optional;
    /// A field with a default.
    pub const default: Row = Row::Default;
    /// A field with a default, whose Avro type is a union with null.
    pub const nullable: Row = Row::NullableDefault;
}
