//! Branches of unions that a message goes through.

use tg_schema_model::avro::Schema;

use super::super::place::tokens;
use crate::loss::Direction;
use crate::report::Branch;

/// Branches of a writer's unions, by how many steps lead to the union.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(in crate::proof) struct Through(Vec<(usize, String)>);

impl Through {
    /// Those that the writer of a direction has.
    pub(in crate::proof) fn of(branches: &[Branch], direction: Direction) -> Self {
        let own = branches.iter().filter_map(|branch| {
            let label = match direction {
                Direction::Backward => branch.old.as_ref(),
                Direction::Forward => branch.new.as_ref(),
            };
            Some((tokens(&branch.union).len(), label?.clone()))
        });
        Through(own.collect())
    }

    /// Whether any branch will do.
    pub(in crate::proof) fn is_any(&self) -> bool {
        self.0.is_empty()
    }

    /// Which of the branches of a union messages go through.
    pub(super) fn branch(&self, steps: usize, branches: &[Schema]) -> Option<usize> {
        let (_, wanted) = self.0.iter().find(|(at, _)| *at == steps)?;
        let mut all = branches.iter();
        all.position(|branch| match branch.name() {
            Some(name) => name.full() == *wanted,
            None => word(branch) == wanted,
        })
    }
}

/// What a type without a name is called.
fn word(schema: &Schema) -> &str {
    match schema {
        Schema::Primitive(primitive) => primitive.kind.as_str(),
        Schema::Array(_) => "array",
        Schema::Map(_) => "map",
        _ => "",
    }
}
