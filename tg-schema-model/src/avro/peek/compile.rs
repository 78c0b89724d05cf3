//! A schema and paths into steps.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::error::{self, error};
use super::wanted::{self, Fields, Wanted};
use super::{Action, Plan, Step, Take};
use crate::avro::resolution::{Finished, Size, Skips};
use crate::avro::{AvroError, Enum, Kind, Logical, Name, Record, Schema};
use crate::logical::Decimal;

/// Looks for fields in a writer's schema.
///
/// # Errors
/// The schema is no record or has no such field, a path goes on behind what has no fields, a field is asked
/// for twice or with a part of it, or none is. The message names the path. Also where the plan would be
/// larger than [`MAX_SIZE`](crate::avro::resolution::MAX_SIZE), and where the schema refers to a type that
/// it does not define.
///
/// # Example
/// ```
/// use tg_schema_model::avro::{self, peek};
///
/// let writer = avro::parse(r#"{"type": "record", "name": "Request", "fields": [
///     {"name": "limit", "type": "int"}, {"name": "operation", "type": "string"},
///     {"name": "body", "type": "bytes"}]}"#)?;
/// let plan = peek::compile(&writer, &["operation"])?;
/// let names: Vec<&str> = plan.steps.iter().map(|step| plan.name(step)).collect();
/// assert_eq!(names, ["limit", "operation"]);
/// let error = peek::compile(&writer, &["operatoin"]).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`operatoin`: the record Request has no field `operatoin`; did you mean `operation`?"
/// );
/// # Ok::<(), avro::AvroError>(())
/// ```
pub fn compile(writer: &Schema, fields: &[&str]) -> Result<Plan, AvroError> {
    let wanted = wanted::tree(fields)?;
    let Schema::Record(record) = writer else {
        let kind = error::kind(writer);
        return Err(error(format!(
            "the writer's schema is {kind}: fields can be asked for of a record"
        )));
    };
    let types = writer.definitions();
    let mut compiler = Compiler {
        types: &types,
        skips: Skips::new(&types),
        size: Size::new(),
        path: Vec::new(),
        names: Vec::new(),
        known_names: HashMap::new(),
        symbols: Vec::new(),
        known_enums: HashMap::new(),
    };
    let steps = compiler.record(record, &wanted, false)?;
    let mut skips = compiler.skips.finish();
    Ok(Plan {
        record: record.name.name.clone(),
        fields: fields.iter().map(|&field| field.to_owned()).collect(),
        steps: joined(steps, &mut skips),
        skips: skips.skips,
        names: compiler.names,
        symbols: compiler.symbols,
    })
}

struct Compiler<'a> {
    types: &'a BTreeMap<&'a Name, &'a Schema>,
    skips: Skips<'a>,
    size: Size,
    /// To the record at hand.
    path: Vec<&'a str>,
    names: Vec<String>,
    known_names: HashMap<&'a str, u32>,
    symbols: Vec<Box<[Arc<str>]>>,
    known_enums: HashMap<&'a Name, u32>,
}

impl<'a> Compiler<'a> {
    /// The steps of a record; `more`: something is asked for behind it.
    fn record(
        &mut self,
        record: &'a Record,
        wanted: &Fields<'_>,
        more: bool,
    ) -> Result<Box<[Step]>, AvroError> {
        self.size.spend(record.fields.len())?;
        let names: HashSet<&str> = record.fields.iter().map(|f| f.name.as_str()).collect();
        if let Some(unknown) = wanted.keys().find(|name| !names.contains(*name)) {
            return Err(error::unknown(&self.path, unknown, record));
        }
        let mut left = wanted.len();
        let mut steps = Vec::new();
        for field in &record.fields {
            if left == 0 && !more {
                break;
            }
            let action = match wanted.get(field.name.as_str()) {
                None => Action::Skip(self.skips.over(&field.schema, &mut self.size)?),
                Some(Wanted::Value(place)) => {
                    left -= 1;
                    Action::Take {
                        place: index(*place),
                        take: self.take(&field.schema)?,
                    }
                }
                Some(Wanted::Fields(fields)) => {
                    left -= 1;
                    self.path.push(&field.name);
                    let action = self.inside(&field.schema, fields, more || left > 0)?;
                    self.path.pop();
                    action
                }
            };
            let name = self.name(&field.name);
            steps.push(Step { name, action });
        }
        Ok(steps.into())
    }

    /// Some fields of a field.
    fn inside(
        &mut self,
        schema: &'a Schema,
        wanted: &Fields<'_>,
        more: bool,
    ) -> Result<Action, AvroError> {
        let schema = self.definition(schema)?;
        match schema {
            Schema::Record(record) => {
                return Ok(Action::Record(self.record(record, wanted, more)?));
            }
            Schema::Union(branches) => {
                let mut others = branches.iter().zip(0..).filter(|(b, _)| !b.is_null());
                if let (Some((branch, at)), None) = (others.next(), others.next())
                    && let Schema::Record(record) = self.definition(branch)?
                {
                    return Ok(Action::Optional {
                        branches: index(branches.len()),
                        record: at,
                        steps: self.record(record, wanted, more)?,
                    });
                }
            }
            _ => {}
        }
        let name = wanted.keys().next().copied().unwrap_or_default();
        Err(error::no_fields(&self.path, name, schema))
    }

    /// The value of a field.
    fn take(&mut self, schema: &'a Schema) -> Result<Take, AvroError> {
        self.size.spend(1)?;
        let schema = self.definition(schema)?;
        Ok(match schema {
            Schema::Primitive(p) => primitive(p.kind, p.logical),
            Schema::Fixed(f) => match f.logical {
                Some(Logical::Uuid) if f.size == 16 => Take::UuidBytes,
                Some(Logical::Decimal { precision, scale }) => {
                    decimal(precision, scale, Some(f.size)).unwrap_or(Take::Fixed(f.size))
                }
                _ => Take::Fixed(f.size),
            },
            Schema::Enum(e) => Take::Enum(self.enumeration(e)?),
            Schema::Union(branches) => {
                let mut several = false;
                for branch in branches {
                    several |= self.is_container(branch)?;
                }
                several &= branches.iter().filter(|b| !b.is_null()).count() > 1;
                if several {
                    return Ok(Take::Encoded(self.skips.over(schema, &mut self.size)?));
                }
                let takes: Result<_, _> = branches.iter().map(|b| self.take(b)).collect();
                Take::Union(takes?)
            }
            Schema::Record(_) | Schema::Array(_) | Schema::Map(_) => {
                Take::Encoded(self.skips.over(schema, &mut self.size)?)
            }
            Schema::Ref(name) => return Err(undefined(name)),
        })
    }

    fn is_container(&self, schema: &'a Schema) -> Result<bool, AvroError> {
        Ok(matches!(
            self.definition(schema)?,
            Schema::Record(_) | Schema::Array(_) | Schema::Map(_)
        ))
    }

    /// What a reference leads to.
    fn definition(&self, schema: &'a Schema) -> Result<&'a Schema, AvroError> {
        match schema {
            Schema::Ref(name) => match self.types.get(name) {
                Some(Schema::Ref(_)) | None => Err(undefined(name)),
                Some(schema) => Ok(schema),
            },
            schema => Ok(schema),
        }
    }

    fn enumeration(&mut self, e: &'a Enum) -> Result<u32, AvroError> {
        if let Some(&known) = self.known_enums.get(&e.name) {
            return Ok(known);
        }
        self.size.spend(e.symbols.len())?;
        let new = index(self.symbols.len());
        self.symbols
            .push(e.symbols.iter().map(|s| Arc::from(s.as_str())).collect());
        self.known_enums.insert(&e.name, new);
        Ok(new)
    }

    fn name(&mut self, name: &'a str) -> u32 {
        *self.known_names.entry(name).or_insert_with(|| {
            self.names.push(name.to_owned());
            index(self.names.len() - 1)
        })
    }
}

/// All that is counted here is bounded by the size of a plan.
fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn undefined(name: &Name) -> AvroError {
    error(format!("{name} is not defined"))
}

fn primitive(kind: Kind, logical: Option<Logical>) -> Take {
    match (kind, logical) {
        (Kind::Int, Some(Logical::Date)) => Take::Date,
        (Kind::Int, Some(Logical::TimeMillis)) => Take::TimeMillis,
        (Kind::Long, Some(Logical::TimestampMillis)) => Take::TimestampMillis,
        (Kind::Long, Some(Logical::TimestampMicros)) => Take::TimestampMicros,
        (Kind::String, Some(Logical::Uuid)) => Take::UuidText,
        (Kind::Bytes, Some(Logical::Decimal { precision, scale })) => {
            decimal(precision, scale, None).unwrap_or(Take::Bytes)
        }
        (Kind::Null, _) => Take::Null,
        (Kind::Boolean, _) => Take::Boolean,
        (Kind::Int, _) => Take::Int,
        (Kind::Long, _) => Take::Long,
        (Kind::Float, _) => Take::Float,
        (Kind::Double, _) => Take::Double,
        (Kind::Bytes, _) => Take::Bytes,
        (Kind::String, _) => Take::String,
    }
}

/// `None`: it has more digits than a [`Decimal`].
fn decimal(precision: u32, scale: u32, size: Option<u32>) -> Option<Take> {
    let precision = u8::try_from(precision).ok()?;
    let scale = u8::try_from(scale).ok()?;
    (precision <= Decimal::MAX_PRECISION).then_some(Take::Decimal {
        precision,
        scale,
        size,
    })
}

/// The steps without empty skips, and with one for neighbours of fixed sizes.
fn joined(steps: Box<[Step]>, skips: &mut Finished) -> Box<[Step]> {
    let mut joined: Vec<Step> = Vec::with_capacity(steps.len());
    for mut step in steps {
        match &mut step.action {
            Action::Skip(id) => {
                let size = skips.size(*id);
                if size == Some(0) {
                    continue;
                }
                if let Some(Step {
                    action: Action::Skip(before),
                    ..
                }) = joined.last_mut()
                    && let (Some(a), Some(b)) = (skips.size(*before), size)
                    && let Some(sum) = a.checked_add(b)
                {
                    *before = skips.fixed(sum);
                    continue;
                }
            }
            Action::Record(inside) | Action::Optional { steps: inside, .. } => {
                *inside = self::joined(std::mem::take(inside), skips);
            }
            Action::Take { .. } => {}
        }
        joined.push(step);
    }
    joined.into()
}
