//! A branch of a union that is new.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use super::{Part, see};
use crate::change::Change;
use crate::change::What;
use crate::loss::Direction;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "UNION_BRANCH_ADDED",
        level: Level::Error,
        title: "a union has a new branch",
        what: "A union of Avro has a branch that the old version has not, under no name and of no related type.",
        why: "Old readers cannot read a value of that branch, and refuse any union that has it. But readers that take \
               records by their fields, such as those with Avro's library for Java, read a record of that branch as another \
               record of the union where the fields fit: what that has no field for is passed over, and the rest is read \
               as what it is there. Such a loss is told here. New readers are not disturbed. Null is not counted here: see \
               FIELD_NOW_OPTIONAL.",
        example: r#"Before:

```json
{"type": "record", "name": "Order", "fields": [
  {"name": "ref", "type": ["int", "string"]}]}
```

After:

```json
{"type": "record", "name": "Order", "fields": [
  {"name": "ref", "type": ["int", "string", "boolean"]}]}
```"#,
        remedy: "Release readers first.",
    },
    owns: &[
        Cause::Type,
        Cause::Gone,
        Cause::Precision,
        Cause::Meaning,
        Cause::SymbolAdded,
    ],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::BranchAdded(branch) = &change.what else {
        return None;
    };
    let text = branch.graph.type_text(branch.id);
    let [own, suspect] = see::foreign(change, branch, Direction::Forward);
    Some(
        Words::new(format!("{} may be {text} now", change.name()))
            .from_to("", text)
            .own(own)
            .suspect(suspect)
            .about(Part::Type),
    )
}
