//! Text to bytes, or back.

use tg_schema_model::rule::{self, Level};

use super::Part;
use super::see::{self, Step};
use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::Own;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_STRING_BYTES",
        level: Level::Error,
        title: "text became bytes, or bytes became text",
        what: "A field, its items or its values were a string and are bytes, or the other way round.",
        why: "Avro reads each as the other, so registries and the broker accept it. Bytes that are not UTF-8 are \
               then refused by some libraries and mangled by others. In JSON, bytes are base64 unless the field says \
               `encoding = \"utf8\"`: new readers take old text for base64 and refuse it or, worse, decode it.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
note = "string"
```

After:

```toml
[record.Order.fields]
id = "string"
note = "bytes"
```"#,
        remedy: "Give the bytes `encoding = \"utf8\"` if they are text; otherwise add a second field.",
    },
    owns: &[
        Cause::Type,
        Cause::Encoding,
        Cause::Code,
        Cause::Range,
        Cause::Precision,
    ],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let (step, types) = see::step(change)?;
    let (was, is) = (see::text(&types.old), see::text(&types.new));
    (step == Step::Text).then(|| {
        Words::new(format!(
            "{} was `{was}` and is `{is}`, and registries do not mind",
            change.name()
        ))
        .from_to(was, is)
        .own(Own::FINE)
        .about(Part::Type)
    })
}
