//! Which primitive types are read as which others.

use super::Node;
use super::problem::Reason;
use crate::avro::{Kind, Logical, Primitive};

/// How one primitive type is read as another, if it is.
pub(super) fn promotion(reader: &Primitive, writer: &Primitive) -> Option<Result<Node, Reason>> {
    if let (
        Some(Logical::Decimal { precision, scale }),
        Some(Logical::Decimal {
            precision: digits,
            scale: point,
        }),
    ) = (reader.logical, writer.logical)
        && (precision, scale) != (digits, point)
    {
        return Some(Err(Reason::decimals((precision, scale), (digits, point))));
    }
    Some(Ok(match (reader.kind, writer.kind) {
        (a, b) if a == b => Node::Same,
        (Kind::Long, Kind::Int) => Node::Same,
        (Kind::Float | Kind::Double, Kind::Int) => Node::Int,
        (Kind::Float | Kind::Double, Kind::Long) => Node::Long,
        (Kind::Double, Kind::Float) => Node::Float,
        (Kind::String, Kind::Bytes) | (Kind::Bytes, Kind::String) => Node::Same,
        _ => return None,
    }))
}
