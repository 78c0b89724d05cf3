//! Types of the reader and the writer, two by two, into nodes.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::name::{Fields, matches};
use super::place::Problems;
use super::problem::Reason;
use super::promotion::promotion;
use super::reduction::reduce;
use super::size::{Size, deeper};
use super::skip::Skips;
use super::{Node, NodeId, Plan, Step, Symbol, error};
use crate::avro::{AvroError, Enum, Name, Record, Schema};

type Types<'a> = BTreeMap<&'a Name, &'a Schema>;

/// The plan for a reader, which has no unions but those with null in front, and a writer.
pub(super) fn plan(reader: &Schema, writer: &Schema) -> Result<Plan, AvroError> {
    let (reader_types, writer_types) = (reader.definitions(), writer.definitions());
    let mut pairs = Pairs {
        reader_types: &reader_types,
        writer_types: &writer_types,
        size: Size::new(),
        drafts: Drafts {
            nodes: vec![Node::Same],
            alike: vec![true],
            unknown: BTreeMap::new(),
        },
        skips: Skips::new(&writer_types),
        known: HashMap::new(),
        open: VecDeque::new(),
        problems: Problems::default(),
    };
    if let Some(name) = reader.name() {
        pairs.problems.place.record = &name.name;
    }
    let root = pairs.node(reader, writer, 0)?;
    while let Some((id, reader, writer)) = pairs.open.pop_front() {
        pairs.fields(id, reader, writer)?;
    }
    Ok(reduce(
        pairs.drafts,
        root,
        pairs.skips.finish(),
        pairs.problems.list,
    ))
}

/// Nodes before they are reduced.
pub(super) struct Drafts {
    pub(super) nodes: Vec<Node>,
    /// Nodes that read as the reader would if what they consist of does.
    pub(super) alike: Vec<bool>,
    /// Names of symbols that a node has none for.
    pub(super) unknown: BTreeMap<(u32, u32), String>,
}

struct Pairs<'a> {
    reader_types: &'a Types<'a>,
    writer_types: &'a Types<'a>,
    size: Size,
    drafts: Drafts,
    skips: Skips<'a>,
    /// Records and enums that were met before.
    known: HashMap<(&'a Name, &'a Name), NodeId>,
    /// Records whose fields are still to be compared. One after the other, because records lead to each
    /// other further than the stack may grow.
    open: VecDeque<(NodeId, &'a Record, &'a Record)>,
    problems: Problems<'a>,
}

impl<'a> Pairs<'a> {
    fn node(
        &mut self,
        reader: &'a Schema,
        writer: &'a Schema,
        depth: usize,
    ) -> Result<NodeId, AvroError> {
        let depth = deeper(depth)?;
        let (reader, writer) = (
            definition(self.reader_types, reader)?,
            definition(self.writer_types, writer)?,
        );
        match (reader, writer) {
            (_, Schema::Union(branches)) => self.union(reader, branches, depth),
            (Schema::Union(branches), _) => match &branches[..] {
                [null, _] if null.is_null() && writer.is_null() => self.push(Node::None),
                [null, inner] if null.is_null() => {
                    let node = self.node(inner, writer, depth)?;
                    self.push(Node::Some(node))
                }
                _ => self.fail(Reason::types(reader, writer)),
            },
            (Schema::Primitive(of_reader), Schema::Primitive(of_writer)) => {
                match promotion(of_reader, of_writer) {
                    Some(Ok(Node::Same)) => Ok(NodeId::SAME),
                    Some(Ok(node)) => self.push(node),
                    Some(Err(reason)) => self.fail(reason),
                    None => self.fail(Reason::types(reader, writer)),
                }
            }
            (Schema::Array(of_reader), Schema::Array(of_writer)) => {
                let node = self.within("[]", &of_reader.items, &of_writer.items, depth)?;
                self.push(Node::Array(node))
            }
            (Schema::Map(of_reader), Schema::Map(of_writer)) => {
                let node = self.within("{}", &of_reader.values, &of_writer.values, depth)?;
                self.push(Node::Map(node))
            }
            (Schema::Enum(of_reader), Schema::Enum(of_writer)) => {
                match matches(&of_reader.name, &of_reader.aliases, &of_writer.name) {
                    true => self.enumeration(of_reader, of_writer),
                    false => self.fail(Reason::names(reader, writer)),
                }
            }
            (Schema::Record(of_reader), Schema::Record(of_writer)) => {
                match matches(&of_reader.name, &of_reader.aliases, &of_writer.name) {
                    true => self.record(of_reader, of_writer),
                    false => self.fail(Reason::names(reader, writer)),
                }
            }
            _ => self.fail(Reason::types(reader, writer)),
        }
    }

    /// What lists and maps hold.
    fn within(
        &mut self,
        part: &'static str,
        reader: &'a Schema,
        writer: &'a Schema,
        depth: usize,
    ) -> Result<NodeId, AvroError> {
        self.problems.place.inside.push(part);
        let node = self.node(reader, writer, depth)?;
        self.problems.place.inside.pop();
        Ok(node)
    }

    fn union(
        &mut self,
        reader: &'a Schema,
        branches: &'a [Schema],
        depth: usize,
    ) -> Result<NodeId, AvroError> {
        self.size.spend(branches.len())?;
        let nodes: Result<Vec<_>, _> = branches
            .iter()
            .map(|branch| self.node(reader, branch, depth))
            .collect();
        let nodes = nodes?;
        let alike = match nodes[..] {
            [null, inner] => {
                let node = |id: NodeId| &self.drafts.nodes[id.0 as usize];
                matches!((node(null), node(inner)), (Node::None, Node::Some(_)))
            }
            _ => false,
        };
        let id = self.push(Node::Union(nodes.into()))?;
        self.drafts.alike[id.0 as usize] = alike;
        Ok(id)
    }

    fn enumeration(&mut self, reader: &'a Enum, writer: &'a Enum) -> Result<NodeId, AvroError> {
        let key = (&reader.name, &writer.name);
        if let Some(&id) = self.known.get(&key) {
            return Ok(id);
        }
        if reader.symbols == writer.symbols {
            self.known.insert(key, NodeId::SAME);
            return Ok(NodeId::SAME);
        }
        self.size
            .spend(reader.symbols.len() + writer.symbols.len())?;
        let places: HashMap<&str, u32> =
            reader.symbols.iter().map(String::as_str).zip(0..).collect();
        let place = |symbol: &str| places.get(symbol).copied();
        let default = reader.default.as_deref().and_then(place);
        let mut unknown = Vec::new();
        let symbols = writer.symbols.iter().zip(0_u32..).map(|(symbol, at)| {
            let known = place(symbol).map(|index| (index, false));
            let found = known.or(default.map(|index| (index, true)));
            if found.is_none() {
                unknown.push((at, symbol.as_str()));
            }
            found.map(|(index, unknown)| Symbol { index, unknown })
        });
        let node = Node::Enum(symbols.collect());
        let id = self.push(node)?;
        self.known.insert(key, id);
        if !unknown.is_empty() {
            let names: Vec<&str> = unknown.iter().map(|&(_, name)| name).collect();
            self.problems
                .add(Reason::symbols(&names, &reader.name.name));
            let names = unknown.into_iter();
            let names = names.map(|(at, name)| ((id.0, at), name.to_owned()));
            self.drafts.unknown.extend(names);
        }
        Ok(id)
    }

    /// A record, its fields still to come.
    fn record(&mut self, reader: &'a Record, writer: &'a Record) -> Result<NodeId, AvroError> {
        let key = (&reader.name, &writer.name);
        if let Some(&id) = self.known.get(&key) {
            return Ok(id);
        }
        let id = self.push(record(Vec::new()))?;
        self.known.insert(key, id);
        self.open.push_back((id, reader, writer));
        Ok(id)
    }

    fn fields(
        &mut self,
        id: NodeId,
        reader: &'a Record,
        writer: &'a Record,
    ) -> Result<(), AvroError> {
        let aliases: usize = reader.fields.iter().map(|field| field.aliases.len()).sum();
        self.size
            .spend(reader.fields.len() + aliases + writer.fields.len())?;
        self.problems.place.record = &reader.name.name;
        let mut failed = None;
        let mut readers: Vec<Option<u32>> = vec![None; writer.fields.len()];
        let mut found = Fields::of(writer);
        for (field, index) in reader.fields.iter().zip(0..) {
            self.problems.place.field = Some(&field.name);
            let reason = match found.take(field) {
                Ok(Some(at)) => {
                    readers[at] = Some(index);
                    continue;
                }
                Ok(None) if field.default.is_some() => continue,
                Ok(None) => Reason::missing(&field.name, writer),
                Err(reason) => reason,
            };
            let problem = self.problems.add(reason);
            failed.get_or_insert(problem);
        }
        let mut steps = Vec::with_capacity(writer.fields.len());
        for (field, index) in writer.fields.iter().zip(readers) {
            steps.push(match index {
                Some(index) => {
                    let of_reader = &reader.fields[index as usize];
                    self.problems.place.field = Some(&of_reader.name);
                    let node = self.node(&of_reader.schema, &field.schema, 0)?;
                    Step::Read {
                        first: index,
                        end: index + 1,
                        node,
                    }
                }
                None if failed.is_some() => continue,
                None => Step::Skip(self.skips.over(&field.schema, &mut self.size)?),
            });
        }
        let in_order =
            |(step, at): (&Step, u32)| matches!(step, Step::Read { first, .. } if *first == at);
        let alike = steps.len() == reader.fields.len() && steps.iter().zip(0..).all(in_order);
        let (node, alike) = match failed {
            Some(problem) => (Node::Fail(problem), false),
            None => (record(steps), alike),
        };
        self.drafts.nodes[id.0 as usize] = node;
        self.drafts.alike[id.0 as usize] = alike;
        Ok(())
    }

    fn push(&mut self, node: Node) -> Result<NodeId, AvroError> {
        self.size.spend(1)?;
        let id = NodeId(u32::try_from(self.drafts.nodes.len()).unwrap_or(u32::MAX));
        let alike = matches!(node, Node::Array(_) | Node::Map(_));
        self.drafts.nodes.push(node);
        self.drafts.alike.push(alike);
        Ok(id)
    }

    fn fail(&mut self, reason: Reason) -> Result<NodeId, AvroError> {
        let problem = self.problems.add(reason);
        self.push(Node::Fail(problem))
    }
}

/// A record whose steps are not what they will be.
fn record(steps: Vec<Step>) -> Node {
    Node::Record {
        steps: steps.into(),
        read: Box::default(),
        runs: Box::default(),
        forms: Box::default(),
    }
}

/// What a reference leads to.
fn definition<'a>(types: &Types<'a>, schema: &'a Schema) -> Result<&'a Schema, AvroError> {
    match schema {
        Schema::Ref(name) => match types.get(name) {
            Some(Schema::Ref(_)) | None => Err(error(format!("{name} is not defined"))),
            Some(schema) => Ok(schema),
        },
        schema => Ok(schema),
    }
}
