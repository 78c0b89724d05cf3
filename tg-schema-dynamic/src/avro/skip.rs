//! The way over values that the reader has no field for.

use tg_schema_model::avro::resolution::{Plan, Skip, SkipId};

use super::decode::Decoder;
use super::resolve::foreign;
use crate::error::Error;

/// Jumps over one value.
pub(super) fn skip(
    own: &mut Decoder<'_>,
    plan: &Plan,
    id: SkipId,
    depth: usize,
) -> Result<(), Error> {
    const BRANCH: &str = "the index of a union branch";
    match plan.skips.get(id.0 as usize).ok_or_else(foreign)? {
        Skip::Nothing => {}
        Skip::Fixed(n) => {
            let n = usize::try_from(*n).unwrap_or(usize::MAX);
            own.bytes.take(n, "bytes of a fixed number")?;
        }
        Skip::Varint => {
            own.bytes.long("a variable-length integer")?;
        }
        Skip::Prefixed => {
            own.bytes.octets("a string or bytes")?;
        }
        Skip::Array(item) => {
            let depth = own.deeper(depth)?;
            let empty = plan.is_empty_skip(*item);
            blocks(own, empty, |own| skip(own, plan, *item, depth))?;
        }
        Skip::Map(value) => {
            let depth = own.deeper(depth)?;
            blocks(own, false, |own| {
                own.bytes.octets("a map key")?;
                skip(own, plan, *value, depth)
            })?;
        }
        Skip::Record(parts) => {
            let depth = own.deeper(depth)?;
            for part in parts {
                skip(own, plan, *part, depth)?;
            }
        }
        Skip::Union(branches) => {
            let branch = own.index(BRANCH, branches.len())?;
            let branch = branches.get(branch).ok_or_else(foreign)?;
            skip(own, plan, *branch, depth)?;
        }
    }
    Ok(())
}

/// Jumps over the items of all blocks. An item that is not empty has a byte, or ends in an error.
fn blocks<'a>(
    own: &mut Decoder<'a>,
    empty: bool,
    mut item: impl FnMut(&mut Decoder<'a>) -> Result<(), Error>,
) -> Result<(), Error> {
    while let Some((count, size)) = own.head()? {
        match size {
            Some(size) => {
                own.bytes.take(size, "a block of items")?;
            }
            None if empty => {}
            None => {
                for _ in 0..count {
                    item(own)?;
                }
            }
        }
    }
    Ok(())
}
