//! How large a plan may become, and how deep the types that it is made of.

use super::error;
use crate::avro::{AvroError, MAX_DEPTH};

/// What is left of [`super::MAX_SIZE`].
pub(in crate::avro) struct Size(usize);

impl Size {
    pub(in crate::avro) fn new() -> Self {
        Size(super::MAX_SIZE)
    }

    pub(in crate::avro) fn spend(&mut self, n: usize) -> Result<(), AvroError> {
        match self.0.checked_sub(n) {
            Some(left) => self.0 = left,
            None => {
                return Err(error(format!(
                    "the writer's schema is too large: a plan for it takes more than {} steps",
                    super::MAX_SIZE
                )));
            }
        }
        Ok(())
    }
}

/// One level further into a type of the reader's, of the writer's, or of both. What the parser reads and
/// what is rendered is never deeper than [`MAX_DEPTH`] on either side.
pub(super) fn deeper(depth: usize) -> Result<usize, AvroError> {
    match depth <= 2 * MAX_DEPTH {
        true => Ok(depth + 1),
        false => Err(error(format!(
            "the writer's schema has more than {MAX_DEPTH} types inside each other"
        ))),
    }
}
