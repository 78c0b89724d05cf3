//! Fields without a value.

use tg_schema_model::{Field, Presence, Type};

use super::Peer;

/// How a writer sends a field that has no value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Nothing {
    pub(super) absent: bool,
    pub(super) null: bool,
    /// As an object of nulls.
    pub(super) unset: bool,
}

/// The same, of a field.
pub(super) fn nothing(peer: Peer, field: &Field) -> Nothing {
    let nothing = Nothing::default();
    if field.presence != Presence::Optional {
        return nothing;
    }
    match (peer, &field.ty) {
        (Peer::Tg, _) => Nothing {
            absent: true,
            ..nothing
        },
        // What is not set is false.
        (Peer::PythonRecord, Type::Boolean) => nothing,
        (Peer::PythonRecord, Type::Record(_)) => Nothing {
            unset: true,
            ..nothing
        },
        _ => Nothing {
            null: true,
            ..nothing
        },
    }
}
