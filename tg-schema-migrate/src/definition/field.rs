//! A class into a record, and its fields into what the definition language has for them.

use std::rc::Rc;

use ruff_text_size::{Ranged, TextRange};
use tg_schema_model::{Diagnostics, Json, Open, Unresolved};

use super::Names;
use super::default::{self, Written};
use super::doc::{self, Places};
use super::draft::{EnumDraft, FieldDraft, Origin, RecordDraft};
use super::remark::{Remarks, listed};
use super::values::Values;
use crate::interpret::{Class, Program, Site, UNDECODED, is_mixed};
use crate::record::{self, Field, Habits, Item, Plain, Problem, Shape};

/// Longest expression that is kept.
const MAX_EXPRESSION: usize = 240;

/// The record of a class.
pub(super) fn record<'a>(
    program: Program<'a>,
    names: &Names<'a>,
    class: &Rc<Class<'a>>,
    name: &str,
    module: &[String],
    habits: Habits,
    findings: &mut Diagnostics,
) -> RecordDraft {
    let mut draft = RecordDraft {
        class: class.id,
        name: name.to_owned(),
        namespace: record::namespace(class).ok().flatten(),
        doc: doc::of_record(program, class),
        sorted_fields: record::sorted(class).unwrap_or(false) || habits.sorted_fields,
        repeat_definitions: habits.repeat_definitions,
        origin: own_code(class, names.origin(class)),
        ..RecordDraft::default()
    };
    let fields = match record::fields(class) {
        Ok(fields) => fields,
        Err(problem) => {
            draft
                .reason
                .get_or_insert(problem.told(program, class.site));
            return draft;
        }
    };
    draft.count = fields.len();
    let mut fields = fields;
    if draft.sorted_fields {
        // The client sorts the schema, and writes Avro by it: this is their order on the wire.
        fields.sort_by(|a, b| a.0.cmp(&b.0));
    }
    let places = Places::of(class);
    let mut remarks = Remarks { program, findings };
    remarks.class(class);
    for (name, value) in fields {
        let place = places.place(class, &name, &value);
        let origin = Origin {
            place: program.place(place.0),
            expression: Some(shortened(program.snippet(place.1))),
            ..Origin::default()
        };
        let made = record::field(&value, 0).and_then(|field| {
            let made = defined(names, module, &field)?;
            Ok((field, made))
        });
        match made {
            Ok((field, mut made)) => {
                made.name = name.clone();
                made.doc = places.doc(program, place.0);
                let Origin {
                    note,
                    unset,
                    verdict,
                    ..
                } = made.origin;
                made.origin = Origin {
                    note,
                    unset,
                    verdict,
                    ..origin
                };
                remarks.field(class, &name, &field, &value, place.1);
                draft.fields.push(made);
            }
            Err(problem) => {
                let reason = problem.told(program, place.1);
                remarks.left_open(class, &name, place.1, &problem, &reason);
                draft.unresolved.push(Unresolved {
                    kind: Open::Field,
                    name,
                    place: origin.place,
                    expression: origin.expression,
                    reason,
                    ..Unresolved::default()
                });
            }
        }
    }
    draft
}

/// What the row of a Record says of its code.
fn own_code(class: &Rc<Class>, origin: Origin) -> Origin {
    let own = record::beside(class);
    if own.is_empty() {
        return origin;
    }
    let mut note = format!("no generated type has its own code: {}", listed(&own));
    let builds = record::builds(class);
    if builds {
        note.push_str(
            "; its constructor may fill fields that nobody has set, and new messages leave them out",
        );
    }
    Origin {
        note: Some(note),
        verdict: builds.then_some("lossy"),
        ..origin
    }
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(MAX_EXPRESSION) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// The presence row and the rest of a field.
fn defined<'a>(
    names: &Names<'a>,
    module: &[String],
    field: &Field<'a>,
) -> Result<FieldDraft, Problem> {
    let mut draft = FieldDraft::default();
    let ty = type_text(names, module, field, &mut draft)?;
    record::askable(field)?;
    if let Some(raw) = raw(field) {
        draft.raw = Some(raw.compact_spaced());
    }
    if matches!(field.shape, Shape::Plain(Plain::Null)) {
        draft.ty = "string?".to_owned();
        draft.required_default = field.required_default;
        draft.origin.note = Some("it can hold nothing but null".to_owned());
        return Ok(draft);
    }
    draft.required_default = field.required_default;
    let written = match (&field.shape, &field.default) {
        (Shape::Record(_), Some(_)) if !field.required_default => {
            draft.origin.note = Some(
                "its default counts only where the attribute is set to None or a message holds null: that is None now"
                    .to_owned(),
            );
            draft.origin.verdict = Some("lossy");
            draft.origin.unset = given(field);
            Written::None
        }
        (Shape::Record(_), None) => {
            draft.origin.unset = given(field);
            Written::None
        }
        _ => default::written(names.program, field),
    };
    match written {
        Written::None => {
            draft.ty = if field.required { ty } else { format!("{ty}?") };
        }
        // A boolean that nobody sets is false; where it must be there, readers never look for that.
        Written::Value(_)
            if field.default.is_none() && field.required && !field.required_default =>
        {
            draft.ty = ty;
        }
        Written::Value(text) => {
            draft.ty = ty;
            draft.default = Some(text);
            draft.nullable = !field.required;
        }
        Written::Lost { reason, .. } if field.required_default || reason.contains(UNDECODED) => {
            return Err(Problem::unknown(reason, field.site));
        }
        Written::Lost { reason, default } => {
            draft.ty = if field.required { ty } else { format!("{ty}?") };
            draft.origin.note = Some(reason);
            draft.origin.unset = Some(default);
        }
    }
    Ok(draft)
}

/// What an unset sub-record travels as that is declared with values of its fields, in words.
fn given(field: &Field) -> Option<String> {
    let Shape::Record(of) = &field.shape else {
        return None;
    };
    let values = || format!("an object with the declared value of {}", listed(&of.given));
    (!of.given.is_empty()).then(values)
}

/// The type expression without `?`.
fn type_text<'a>(
    names: &Names<'a>,
    module: &[String],
    field: &Field<'a>,
    draft: &mut FieldDraft,
) -> Result<String, Problem> {
    let named = |class: &Rc<Class<'a>>, draft: &mut FieldDraft| {
        draft.names.push(class.id);
        names
            .written(class.id, module)
            .ok_or_else(|| Problem::unknown(names.missing(class), field.site))
    };
    Ok(match &field.shape {
        Shape::Plain(plain) => plain.word().to_owned(),
        Shape::Enum(class) => {
            record::symbols(class)?;
            let members = class.members.borrow();
            draft.symbols = Some(members.iter().map(|m| m.name.to_string()).collect());
            named(class, draft)?
        }
        Shape::Record(of) => named(&of.class, draft)?,
        Shape::Array(item) | Shape::Map(item) => {
            let inner = match &**item {
                Item::Field(inner) => inner,
                Item::Late(error) => return Err(Problem::refused(error.clone(), field.site)),
            };
            let text = match inner.shape {
                Shape::Plain(Plain::Null) => "string".to_owned(),
                _ => type_text(names, module, inner, draft)?,
            };
            match field.shape {
                Shape::Array(_) => format!("array<{text}>"),
                _ => format!("map<{text}>"),
            }
        }
    })
}

/// The registered type, where no type expression says it: an enum in a list is the word `enum`.
fn raw(field: &Field<'_>) -> Option<Json> {
    let inner = verbatim(field)?;
    Some(match field.required {
        true => inner,
        false => Json::Array(vec![Json::str("null"), inner]),
    })
}

fn verbatim(field: &Field<'_>) -> Option<Json> {
    match &field.shape {
        Shape::Plain(Plain::Null) => Some(Json::str("null")),
        Shape::Array(item) => {
            let items = inner_verbatim(item)?;
            Some(Json::object([
                ("type", Json::str("array")),
                ("items", items),
            ]))
        }
        Shape::Map(item) => {
            let values = inner_verbatim(item)?;
            Some(Json::object([
                ("type", Json::str("map")),
                ("values", values),
            ]))
        }
        _ => None,
    }
}

fn inner_verbatim(item: &Item<'_>) -> Option<Json> {
    let inner = item.field()?;
    match inner.shape {
        Shape::Enum(_) => Some(Json::str("enum")),
        _ => verbatim(inner),
    }
}

/// JSON on one line, with spaces as a person writes them.
trait Spaced {
    fn compact_spaced(&self) -> String;
}

impl Spaced for Json {
    fn compact_spaced(&self) -> String {
        match self {
            Json::Array(items) => {
                let items: Vec<String> = items.iter().map(Spaced::compact_spaced).collect();
                format!("[{}]", items.join(", "))
            }
            Json::Object(entries) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(key, value)| {
                        format!("{}: {}", Json::str(key).compact(), value.compact_spaced())
                    })
                    .collect();
                format!("{{{}}}", entries.join(", "))
            }
            other => other.compact(),
        }
    }
}

/// The enum of a class.
pub(super) fn enumeration<'a>(
    program: Program<'a>,
    names: &Names<'a>,
    class: &Rc<Class<'a>>,
    name: &str,
) -> EnumDraft {
    let members = class.members.borrow();
    let values = Values::of(&members);
    let mut origin = names.origin(class);
    let mut notes: Vec<String> = values.note.into_iter().collect();
    if is_mixed(class) {
        notes.push("its members were texts or numbers too, and are members alone now".to_owned());
    }
    let own = record::beside(class);
    if !own.is_empty() {
        notes.push(format!(
            "no generated type has its own code: {}",
            listed(&own)
        ));
    }
    origin.note = (!notes.is_empty()).then(|| notes.join("; "));
    origin.verdict = values.verdict;
    EnumDraft {
        class: class.id,
        name: name.to_owned(),
        symbols: members.iter().map(|m| m.name.to_string()).collect(),
        values: values.written,
        doc: doc::of_enum(program, class),
        origin,
    }
}

/// `class Name(Base)`.
pub(super) fn head(program: Program, class: &Class) -> String {
    match class.def {
        Some(def) => {
            let end = def.arguments.as_ref().map_or(def.name.end(), |a| a.end());
            let range = TextRange::new(def.name.start(), end);
            let text = program.snippet(Site {
                file: class.site.file,
                range,
            });
            format!("class {}", shortened(text))
        }
        None => shortened(program.snippet(class.site)),
    }
}
