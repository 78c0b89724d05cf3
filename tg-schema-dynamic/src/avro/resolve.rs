//! Avro binary of another writer to a value, by a plan.

use std::collections::BTreeMap;

use tg_schema_model::avro::resolution::{Node, NodeId, Plan, Step, Symbol};
use tg_schema_model::{EnumId, Field, Profile, RecordId, Schema, Type, Value};

use super::decode::{Decoder, least_size, make_room};
use super::skip::skip;
use crate::error::{Error, Problem};
use crate::limits::Limits;
use crate::memory;

/// Reads one message that fills `bytes` and was written with the plan's other schema.
pub(crate) fn resolve(
    schema: &Schema,
    record: RecordId,
    limits: Limits,
    plan: &Plan,
    bytes: &[u8],
) -> Result<Value, Error> {
    let mut own = Decoder::new(schema, limits, bytes);
    let ty = Type::Record(record);
    Resolver { plan }
        .value(&mut own, &ty, plan.root, 0)
        .and_then(|value| own.end(value))
        .map_err(|e| e.in_record(&schema.record(record).name))
}

/// The plan does not fit the record that it is used for.
pub(super) fn foreign() -> Error {
    Error::new(Problem::Invalid(
        "the plan was made for another record or schema".into(),
    ))
}

#[derive(Clone, Copy)]
struct Resolver<'p> {
    plan: &'p Plan,
}

impl<'p> Resolver<'p> {
    /// How the value is read, once it is known of which branch of the writer's union it is.
    fn node(self, own: &mut Decoder<'_>, mut id: NodeId) -> Result<(NodeId, &'p Node), Error> {
        const BRANCH: &str = "the index of a branch of the writer's union";
        loop {
            match self.plan.nodes.get(id.0 as usize).ok_or_else(foreign)? {
                Node::Union(branches) => {
                    let branch = own.index(BRANCH, branches.len())?;
                    id = *branches.get(branch).ok_or_else(foreign)?;
                }
                Node::Fail(problem) => {
                    let problem = self.plan.problems.get(*problem as usize);
                    let problem = problem.cloned().map(|p| Problem::Resolution(Box::new(p)));
                    let error = problem.map_or_else(foreign, Error::new);
                    return Err(error.at(own.bytes.at()));
                }
                node => return Ok((id, node)),
            }
        }
    }

    /// Whether values can be read at all: not where the node fails.
    fn check(self, own: &mut Decoder<'_>, id: NodeId) -> Result<(), Error> {
        match self.plan.nodes.get(id.0 as usize) {
            Some(Node::Fail(_)) => self.node(own, id).map(|_| ()),
            _ => Ok(()),
        }
    }

    fn value(
        self,
        own: &mut Decoder<'_>,
        ty: &Type,
        id: NodeId,
        depth: usize,
    ) -> Result<Value, Error> {
        let (id, node) = self.node(own, id)?;
        match (node, ty) {
            (Node::Same, ty) => own.value(ty, depth),
            (Node::Record { steps, .. }, &Type::Record(record)) => {
                let record = self.record(own, record, steps, depth);
                record.map(Value::Record)
            }
            (Node::Array(node), Type::Array(item)) => {
                self.array(own, item, *node, depth).map(Value::Array)
            }
            (Node::Map(node), Type::Map(item)) => self.map(own, item, *node, depth).map(Value::Map),
            (Node::Some(node), Type::Optional(inner)) => self.value(own, inner, *node, depth),
            (Node::None, Type::Optional(_)) => Ok(Value::Null),
            (Node::Enum(symbols), &Type::Enum(definition)) => {
                self.symbol(own, definition, id, symbols)
            }
            (node, ty) => number(own, node, ty),
        }
    }

    fn array(
        self,
        own: &mut Decoder<'_>,
        item: &Type,
        node: NodeId,
        depth: usize,
    ) -> Result<Vec<Value>, Error> {
        let depth = own.deeper(depth)?;
        let least = self.least(own.schema, item, node);
        let mut items = Vec::new();
        loop {
            let count = own.block(least, memory::ARRAY_ITEM)?;
            if count == 0 {
                return Ok(items);
            }
            self.check(own, node).map_err(|e| e.in_item(items.len()))?;
            make_room(&mut items, count);
            for _ in 0..count {
                let value = self.value(own, item, node, depth);
                items.push(value.map_err(|e| e.in_item(items.len()))?);
            }
        }
    }

    fn map(
        self,
        own: &mut Decoder<'_>,
        item: &Type,
        node: NodeId,
        depth: usize,
    ) -> Result<BTreeMap<String, Value>, Error> {
        let depth = own.deeper(depth)?;
        let least = 1 + self.least(own.schema, item, node);
        let mut entries = BTreeMap::new();
        loop {
            let count = own.block(least, memory::MAP_ENTRY)?;
            if count == 0 {
                return Ok(entries);
            }
            for _ in 0..count {
                let start = own.bytes.at();
                let key = own.bytes.text("a map key")?;
                let value = self.value(own, item, node, depth);
                let value = value.map_err(|e| e.in_key(key))?;
                own.enter(&mut entries, key, value, start)?;
            }
        }
    }

    /// A value of `ty?`.
    fn optional(
        self,
        own: &mut Decoder<'_>,
        ty: &Type,
        id: NodeId,
        depth: usize,
    ) -> Result<Option<Value>, Error> {
        match self.node(own, id)?.1 {
            Node::Same => own.optional(ty, depth),
            Node::None => Ok(None),
            Node::Some(node) => self.value(own, ty, *node, depth).map(Some),
            _ => Err(foreign()),
        }
    }

    fn record(
        self,
        own: &mut Decoder<'_>,
        id: RecordId,
        steps: &[Step],
        depth: usize,
    ) -> Result<Vec<(String, Value)>, Error> {
        let depth = own.deeper(depth)?;
        let schema = own.schema;
        let record = schema.record(id);
        own.spend(memory::of_record(record))?;
        let mut read: Vec<Option<Option<Value>>> = vec![None; record.fields.len()];
        for step in steps {
            match *step {
                Step::Skip(id) => skip(own, self.plan, id, depth)?,
                Step::Read { first, end, node } => {
                    let range = first as usize..end as usize;
                    let (Some(fields), Some(slots)) =
                        (record.fields.get(range.clone()), read.get_mut(range))
                    else {
                        return Err(foreign());
                    };
                    for (field, slot) in fields.iter().zip(slots) {
                        let value = self.field(own, field, record.profile, node, depth);
                        *slot = Some(value.map_err(|e| e.in_field(&field.name))?);
                    }
                }
            }
        }
        let mut entries = Vec::with_capacity(record.fields.len());
        for (field, value) in record.fields.iter().zip(read) {
            let value = match value {
                Some(value) => value,
                None => own.default(field).map_err(|e| e.in_field(&field.name))?,
            };
            if let Some(value) = value {
                entries.push((field.name.clone(), value));
            }
        }
        Ok(entries)
    }

    fn field(
        self,
        own: &mut Decoder<'_>,
        field: &Field,
        profile: Profile,
        node: NodeId,
        depth: usize,
    ) -> Result<Option<Value>, Error> {
        let value = match field.presence.nullable() {
            true => self.optional(own, &field.ty, node, depth)?,
            false => Some(self.value(own, &field.ty, node, depth)?),
        };
        own.present(field, profile, value)
    }

    fn symbol(
        self,
        own: &mut Decoder<'_>,
        definition: EnumId,
        node: NodeId,
        symbols: &[Option<Symbol>],
    ) -> Result<Value, Error> {
        let start = own.bytes.at();
        let definition = own.schema.enumeration(definition);
        let index = own.index("the index of a symbol of the writer's enum", symbols.len())?;
        match symbols.get(index).ok_or_else(foreign)? {
            Some(symbol) => {
                let symbol = definition.symbols.get(symbol.index as usize);
                Ok(Value::Enum(symbol.ok_or_else(foreign)?.name.clone()))
            }
            None => {
                let index = u32::try_from(index).unwrap_or(u32::MAX);
                let name = self.plan.unknown_symbol(node, index).unwrap_or_default();
                let problem = Problem::Symbol {
                    name: name.to_owned(),
                    reader: definition.name.clone(),
                };
                Err(Error::new(problem).at(start))
            }
        }
    }

    /// A number of bytes that no value goes under.
    fn least(self, schema: &Schema, ty: &Type, node: NodeId) -> usize {
        match node {
            NodeId::SAME => least_size(schema, ty),
            node => usize::from(self.plan.has_bytes(node)),
        }
    }
}

/// A number of another type.
fn number(own: &mut Decoder<'_>, node: &Node, ty: &Type) -> Result<Value, Error> {
    match (node, ty) {
        (Node::Int, Type::Float) => own.bytes.int("an int").map(|n| Value::Float(n as f32)),
        (Node::Int, Type::Double) => own.bytes.int("an int").map(|n| Value::Double(n.into())),
        (Node::Long, Type::Float) => own.bytes.long("a long").map(|n| Value::Float(n as f32)),
        (Node::Long, Type::Double) => own.bytes.long("a long").map(|n| Value::Double(n as f64)),
        (Node::Float, Type::Double) => {
            let n = f32::from_le_bytes(own.bytes.array("a float")?);
            Ok(Value::Double(n.into()))
        }
        _ => Err(foreign()),
    }
}
