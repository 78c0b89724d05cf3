//! `Schema.equals` of the Java library: documentation, aliases and the default of an enum do not count.

use std::collections::HashSet;

use tg_schema_model::Json;

use super::text::same;
use super::{Field, Graph, Id, Node, Shape};
use crate::engine::stack::{Budget, TooLarge};

/// One comparison of two schemas; pairs of records that were begun are taken to be equal.
pub(crate) struct Equality<'g> {
    left: &'g Graph,
    right: &'g Graph,
    seen: HashSet<(Id, Id)>,
}

impl<'g> Equality<'g> {
    pub(crate) fn new(left: &'g Graph, right: &'g Graph) -> Self {
        Equality {
            left,
            right,
            seen: HashSet::new(),
        }
    }

    /// Whether the types are equal.
    pub(crate) fn of(&mut self, a: Id, b: Id, budget: &mut Budget) -> Result<bool, TooLarge> {
        if a == b && std::ptr::eq(self.left, self.right) {
            return Ok(true);
        }
        let (left, right) = (self.left.node(a), self.right.node(b));
        if !left.shape.same_type(&right.shape) || !properties(left, right) {
            return Ok(false);
        }
        budget.enter()?;
        let equal = match (&left.shape, &right.shape) {
            (Shape::Array(a), Shape::Array(b)) | (Shape::Map(a), Shape::Map(b)) => {
                self.of(*a, *b, budget)?
            }
            (Shape::Union(a), Shape::Union(b)) => {
                let mut equal = a.len() == b.len();
                for (a, b) in a.iter().zip(b) {
                    equal = equal && self.of(*a, *b, budget)?;
                }
                equal
            }
            (Shape::Enum(a), Shape::Enum(b)) => a.name == b.name && a.symbols == b.symbols,
            (Shape::Fixed(a), Shape::Fixed(b)) => a.name == b.name && a.size == b.size,
            (Shape::Record(x), Shape::Record(y)) if x.name == y.name => {
                if !self.seen.insert((a, b)) || x.open && y.open {
                    true
                } else {
                    x.open == y.open && self.fields(&x.fields, &y.fields, budget)?
                }
            }
            (Shape::Record(_), _) | (Shape::Unresolved(_), _) => false,
            _ => true,
        };
        budget.leave();
        Ok(equal)
    }

    fn fields(&mut self, a: &[Field], b: &[Field], budget: &mut Budget) -> Result<bool, TooLarge> {
        if a.len() != b.len() {
            return Ok(false);
        }
        for (a, b) in a.iter().zip(b) {
            let alike = a.name == b.name && a.order == b.order;
            let equal = alike
                && self.of(a.ty, b.ty, budget)?
                && defaults(a.default.as_ref(), b.default.as_ref())
                && entries(&a.properties, &b.properties);
            if !equal {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn defaults(a: Option<&Json>, b: Option<&Json>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => same(a, b),
        _ => false,
    }
}

fn properties(a: &Node, b: &Node) -> bool {
    entries(&a.properties, &b.properties)
}

fn entries(a: &[(String, Json)], b: &[(String, Json)]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0 && same(&a.1, &b.1))
}
