//! Avro schemas that are edited as they are written: where a type or field stands in the text, and what another version
//! has there instead.

pub(super) mod candidate;
pub(super) mod plan;

use std::collections::{HashMap, HashSet};

use tg_schema_model::avro::import::File;
use tg_schema_model::avro::{Kind, Name, Rules, parse_with};
use tg_schema_model::edit::Edit;
use tg_schema_model::json::parse_deep;
use tg_schema_model::json::patch::{self, Patch};
use tg_schema_model::{Json, SourceId};

use crate::change::FieldSide;
use crate::check::Ready;
use crate::engine::avro::{Field, Graph, Id, MAX_JSON_DEPTH, Record, Shape};
use crate::version::{Version, schema};

/// The text of a schema, and where its types stand.
pub(super) struct Text<'v> {
    source: SourceId,
    graph: &'v Graph,
    json: Json,
    /// JSON pointers to the types; of those with a name to their definitions.
    places: HashMap<Id, String>,
    /// Where types stand by their names alone.
    references: Vec<(Id, String)>,
}

impl<'v> Text<'v> {
    /// The text of a message that is an Avro schema, as it is written.
    pub(super) fn of(ready: &Ready<'v>, name: &str) -> Option<Self> {
        let version = ready.version;
        let message = version.messages.iter().find(|m| m.name == name)?;
        let source = message.source?;
        let graph = message.graph().ok()?;
        let json = parse_deep(&message.text, MAX_JSON_DEPTH).ok()?;
        let (mut places, mut references) = (HashMap::new(), Vec::new());
        let mut open = vec![(graph.root, String::new(), &json)];
        while let Some((id, place, json)) = open.pop() {
            let inside = |key: &str| Some((format!("{place}/{key}"), json.get(key)?));
            match (graph.shape(id), json) {
                (Shape::Union(branches), Json::Array(items)) => {
                    for (at, (branch, json)) in branches.iter().zip(items).enumerate() {
                        open.push((*branch, format!("{place}/{at}"), json));
                    }
                }
                // A type in an object of its own.
                (_, Json::Object(_)) if !matches!(json.get("type"), Some(Json::String(_))) => {
                    open.extend(inside("type").map(|(place, json)| (id, place, json)));
                    continue;
                }
                (Shape::Record(record), Json::Object(_)) => {
                    let fields = json.get("fields").and_then(Json::as_array)?;
                    for (at, (field, json)) in record.fields.iter().zip(fields).enumerate() {
                        let place = format!("{place}/fields/{at}/type");
                        open.push((field.ty, place, json.get("type")?));
                    }
                }
                (Shape::Array(part), _) => {
                    open.extend(inside("items").map(|(place, json)| (*part, place, json)));
                }
                (Shape::Map(part), _) => {
                    open.extend(inside("values").map(|(place, json)| (*part, place, json)));
                }
                // A name alone; the definition is elsewhere.
                (shape, Json::String(_)) if shape.name().is_some() => {
                    references.push((id, place));
                    continue;
                }
                _ => {}
            }
            places.insert(id, place);
        }
        Some(Text {
            source,
            graph,
            json,
            places,
            references,
        })
    }

    fn at(&self, id: Id) -> Option<&str> {
        self.places.get(&id).map(String::as_str)
    }

    fn get(&self, place: &str) -> Option<&Json> {
        let mut steps = place.split('/').skip(1);
        steps.try_fold(&self.json, |json, step| match json {
            Json::Array(items) => items.get(step.parse::<usize>().ok()?),
            json => json.get(step),
        })
    }

    /// Gives a type that is defined here another name, and all that refer to it.
    fn rename(&self, id: Id, was: &Name) -> Option<Vec<Patch>> {
        let (place, is) = (self.at(id)?, self.graph.shape(id).name()?);
        let moved = was.namespace != is.namespace;
        let as_written = |place: &str| {
            let short = !moved && !self.get(place)?.as_str()?.contains('.');
            Some(Json::str(if short { was.name.clone() } else { was.full() }))
        };
        let name = format!("{place}/name");
        let mut patches = vec![Patch::set(&*name, as_written(&name)?)];
        // A name without a dot is in the null namespace where this is said.
        if moved && was.namespace.is_none() {
            patches.push(Patch::set(format!("{place}/namespace"), Json::str("")));
        }
        for (_, place) in self.references.iter().filter(|(of, _)| *of == id) {
            patches.push(Patch::set(&**place, as_written(place)?));
        }
        Some(patches)
    }

    /// A record of this text as a type.
    fn id(&self, record: &Record) -> Option<Id> {
        let same = |shape: &Shape| matches!(shape, Shape::Record(r) if std::ptr::eq(r, record));
        self.graph
            .nodes
            .iter()
            .position(|node| same(&node.shape))
            .map(Id)
    }

    fn record(&self, record: &Record) -> Option<&str> {
        self.at(self.id(record)?)
    }

    fn field(&self, side: &FieldSide<'_>) -> Option<String> {
        let at = side.record.record.place(&side.field.name)?;
        Some(format!("{}/fields/{at}", self.record(side.record.record)?))
    }

    /// Types that are defined here, with their full names and places.
    fn definitions(&self) -> impl Iterator<Item = (Id, String, &str)> {
        let places = self.places.iter();
        places.filter_map(|(id, place)| Some((*id, self.graph.shape(*id).name()?.full(), &**place)))
    }

    /// A type of another version as this text would have it at a place, instead of what is there or behind it. What it
    /// defines is a name alone where the text has the same later on.
    fn type_of(
        &self,
        graph: &Graph,
        id: Id,
        (place, instead): (&str, bool),
    ) -> Option<(Json, Vec<Patch>)> {
        let (mut known, mut later) = (HashSet::new(), HashMap::new());
        for (id, name, own) in self.definitions() {
            match (is_below(own, place), in_order(own).lt(in_order(place))) {
                (true, _) if instead => {}
                (true, _) | (false, true) => {
                    known.insert(name);
                }
                (false, false) => {
                    later.insert(name, (id, own));
                }
            }
        }
        let (mut patches, mut seen, mut open) = (Vec::<Patch>::new(), HashSet::new(), vec![id]);
        while let Some(id) = open.pop() {
            let name = graph.shape(id).name().map(|name| name.full());
            if name.as_ref().is_some_and(|name| known.contains(name)) || !seen.insert(id) {
                continue;
            }
            if let Some((name, (is, at))) = name.and_then(|name| later.remove_entry(&name))
                && !patches.iter().any(|patch| is_below(at, &patch.path))
            {
                let none = HashSet::new();
                if graph.part_to_json(id, &none).ok()? != self.graph.part_to_json(is, &none).ok()? {
                    known.insert(name);
                    continue;
                }
                patches.retain(|patch| !is_below(&patch.path, at));
                patches.push(Patch::set(at, Json::str(name)));
            }
            open.extend(graph.parts(id));
        }
        Some((graph.part_to_json(id, &known).ok()?, patches))
    }

    fn field_of(&self, graph: &Graph, field: &Field) -> Option<Json> {
        let known = self.definitions().map(|(_, name, _)| name).collect();
        graph.field_to_json(field, &known).ok()
    }

    /// The first place in a list of fields of this text where all types with a name that a former field is made of have
    /// been defined, as far as fields of the list define them.
    fn behind_definitions(&self, list: &str, former: &FieldSide<'_>) -> usize {
        let graph = former.record.graph;
        let (mut names, mut seen) = (HashSet::new(), HashSet::new());
        let mut open = vec![former.field.ty];
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                names.extend(graph.shape(id).name().map(|name| name.full()));
                open.extend(graph.parts(id));
            }
        }
        let defined = self.definitions().filter_map(|(_, name, place)| {
            let field = place.strip_prefix(list)?.split('/').nth(1)?;
            names.contains(&name).then(|| field.parse::<usize>().ok())?
        });
        defined.max().map_or(0, |last| last + 1)
    }

    fn edit(&self, patches: Vec<Patch>) -> Vec<Edit> {
        vec![Edit::SetSchema {
            source: self.source,
            patches,
        }]
    }
}

/// Whether a place is another one, or inside of it.
fn is_below(place: &str, other: &str) -> bool {
    let rest = place.strip_prefix(other);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What puts places into the order of the text: of each object one part at most has types.
fn in_order(place: &str) -> impl Iterator<Item = (usize, &str)> {
    let steps = place.split('/');
    steps.map(|step| (step.parse().unwrap_or(0), step))
}

/// A type with null, which comes first so that it may be the default.
fn optional(ty: &Json) -> Json {
    let null = Json::str("null");
    match ty {
        Json::Array(branches) => {
            let others = branches.iter().filter(|branch| **branch != null);
            Json::Array(std::iter::once(&null).chain(others).cloned().collect())
        }
        ty => Json::Array(vec![null, ty.clone()]),
    }
}

/// The plainest value of a type.
fn zero(graph: &Graph, id: Id) -> Option<Json> {
    Some(match graph.shape(id) {
        Shape::Primitive(kind) => match kind {
            Kind::Null => Json::Null,
            Kind::Boolean => Json::Bool(false),
            Kind::Int | Kind::Long => Json::int(0),
            Kind::Float | Kind::Double => Json::double(0.0),
            Kind::Bytes | Kind::String => Json::str(""),
        },
        Shape::Array(_) => Json::Array(Vec::new()),
        Shape::Map(_) => Json::Object(Vec::new()),
        Shape::Enum(known) => Json::str(known.default.as_ref().or(known.symbols.first())?),
        Shape::Union(branches) => return zero(graph, *branches.first()?),
        Shape::Record(_) | Shape::Fixed(_) | Shape::Unresolved(_) => return None,
    })
}

/// The version with other texts of its schemas; none where one of them is no schema then, or is one to fewer readers than it
/// was before.
pub(super) fn applied(new: &Version, edits: &[(SourceId, Vec<Patch>)]) -> Option<Version> {
    let mut version = match new.single {
        true => Version {
            schema: tg_schema_model::Schema::default(),
            ..new.clone()
        },
        false => new.clone(),
    };
    for (source, patches) in edits {
        let place = new
            .messages
            .iter()
            .position(|m| m.source == Some(*source))?;
        let former = new.messages.get(place)?;
        let text = patch::apply(&former.text, patches, MAX_JSON_DEPTH)?;
        let read = |text: &str| parse_with(text, Rules::Registered).is_ok();
        if read(&former.text) && !read(&text) {
            return None;
        }
        let known = new.sources.get(*source)?;
        let file = File {
            path: former.record.map_or_else(
                || vec![stem(&known.name).to_owned()],
                |id| module(new, id.0).unwrap_or_default(),
            ),
            source: version.sources.add(known.name.clone(), text),
        };
        let mut message = schema::message(&mut version, file).ok()?;
        message.schema_type.clone_from(&former.schema_type);
        if message.name != former.name {
            // One alone is compared whatever it is called; of several it would be another one.
            if !new.single {
                return None;
            }
            message.name.clone_from(&former.name);
        }
        *version.messages.get_mut(place)? = message;
    }
    Some(version)
}

fn module(version: &Version, record: usize) -> Option<Vec<String>> {
    let record = version.schema.records.get(record)?;
    let module = version.schema.modules.get(record.module)?;
    Some(module.path.clone())
}

/// The name of a file without folders and ending.
fn stem(name: &str) -> &str {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    name.split('.').next().unwrap_or(name)
}
