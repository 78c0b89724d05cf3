//! What becomes of a change in the union that it is in.

use crate::change::{Change, What};
use crate::engine::avro::{Graph, Id};
use crate::engine::{confluent, pulsar};
use crate::loss::Direction;
use crate::report::Format;

/// Whether a registry or the broker finds nothing in the unions whose branches change: another branch takes what is written.
pub(super) fn is_read_otherwise(change: &Change<'_>, format: Format, direction: Direction) -> bool {
    let at_a_union = matches!(
        change.what,
        What::Type(_) | What::BranchAdded(_) | What::BranchRemoved(_)
    );
    let (Some(before), Some(after), Some(whole)) =
        (change.messages.old, change.messages.new, &change.whole)
    else {
        return false;
    };
    let (Ok(old), Ok(new)) = (before.graph(), after.graph()) else {
        return false;
    };
    let (old, new) = ((old, whole.old), (new, whole.new));
    let is_choice = |(graph, id): (&Graph, Id)| graph.branches(id).1.len() > 1;
    if !at_a_union || !(is_choice(old) || is_choice(new)) {
        return false;
    }
    let (reader, writer) = match direction {
        Direction::Backward => (new, old),
        Direction::Forward => (old, new),
    };
    match format {
        Format::Avro => {
            confluent::can_read_part(reader, writer).is_ok_and(|verdict| verdict.is_compatible())
        }
        _ => pulsar::reads_part(reader, writer) == Some(true),
    }
}
