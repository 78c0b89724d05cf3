//! Something that every Record had, and the generated types have not.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "RECORD_METHOD",
    level: Level::Error,
    title: "something that every Record had and generated types have not",
    what: "\
        A method or attribute that comes from the old client's class `Record`: `schema()`, \
        `schema_info()`, `validate_type()`, `_fields`, or the object's `__dict__` (also as `vars(value)`); \
        a method, property or value that the class itself has beside its fields; and \
        `isinstance(value, Record)`.",
    why: "\
        The generated dataclasses do not inherit from `Record`, have fields and nothing else of the \
        class, and have slots in place of a dictionary: reading such an attribute raises \
        AttributeError.",
    example: r"```python
text = json.dumps(Response.schema())
values = vars(response)
```",
    remedy: "\
        Use `PULSAR_SCHEMA` or `AVRO_SCHEMA` of the class for the schema's text, `dataclasses.fields` \
        and `dataclasses.asdict` for fields and values, `to_json()` for what is sent. Keep the class's \
        own code beside the generated type: functions that take the message.",
};
