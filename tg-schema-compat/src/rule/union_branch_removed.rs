//! A branch of a union that is gone.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use super::{Part, see};
use crate::change::Change;
use crate::change::What;
use crate::loss::Direction;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "UNION_BRANCH_REMOVED",
        level: Level::Error,
        title: "a union has lost a branch",
        what: "A union of Avro lacks a branch that the old version has, under every name and in every related type.",
        why: "New readers cannot read a value of that branch, and refuse any union that has it. But readers that take \
               records by their fields, such as those with Avro's library for Java, read a record of that branch as another \
               record of the union where the fields fit: what that has no field for is passed over, and the rest is read \
               as what it is there. Such a loss is told here. Old readers are not disturbed. Null is not counted here: see \
               FIELD_NOW_REQUIRED.",
        example: r#"Before:

```json
{"type": "record", "name": "Order", "fields": [
  {"name": "ref", "type": ["int", "string", "boolean"]}]}
```

After:

```json
{"type": "record", "name": "Order", "fields": [
  {"name": "ref", "type": ["int", "string"]}]}
```"#,
        remedy: "Keep the branch until no message that has it is stored anywhere.",
    },
    owns: &[
        Cause::Type,
        Cause::Gone,
        Cause::Precision,
        Cause::Meaning,
        Cause::SymbolRemoved,
    ],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::BranchRemoved(branch) = &change.what else {
        return None;
    };
    let text = branch.graph.type_text(branch.id);
    let [own, suspect] = see::foreign(change, branch, Direction::Backward);
    Some(
        Words::new(format!("{} is {text} no more", change.name()))
            .from_to(text.clone(), "")
            .own(own)
            .suspect(suspect)
            .about(Part::Type)
            .fix(format!("keep {text} among the types of {}", change.name())),
    )
}
