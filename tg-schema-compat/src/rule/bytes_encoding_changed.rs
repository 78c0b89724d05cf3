//! Bytes as text in another form.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::What;
use tg_schema_model::{Encoding, Field, Type};
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "BYTES_ENCODING_CHANGED",
        level: Level::Error,
        title: "bytes travel in JSON in another form",
        what: "The field says `encoding = \"utf8\"` and did not before, or the other way round.",
        why: "Avro carries bytes as they are, so registries see no change at all, and the broker stores no new \
               version. In JSON, readers of one form refuse or misread the text of the other.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
body = "bytes"
```

After:

```toml
[record.Order.fields]
id = "string"
body = { type = "bytes", encoding = "utf8" }
```"#,
        remedy: "Keep the encoding, or add a second field for the new one.",
    },
    owns: &[Cause::Encoding, Cause::Type],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Field(fields) = &change.what else {
        return None;
    };
    let (old, new) = (fields.old.defined?, fields.new.defined?);
    let is_bytes = |field: &Field| *field.ty.leaf() == Type::Bytes;
    if old.encoding == new.encoding || !is_bytes(old) || !is_bytes(new) {
        return None;
    }
    let word = |field: &Field| match field.encoding {
        Encoding::Base64 => "base64",
        Encoding::Utf8 => "utf8",
    };
    let (was, is) = (word(old), word(new));
    Some(
        Words::new(format!("{} was {was} in JSON and is {is}", change.name()))
            .from_to(was, is)
            .fix(format!("keep `encoding = \"{was}\"`")),
    )
}
