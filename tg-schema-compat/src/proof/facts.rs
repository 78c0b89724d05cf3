//! What happened to a message, by place: which of many facts is nearest to what is meant, without a look at all of them.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};

use tg_schema_dynamic::datum::Types;

use super::place::{self, Aim, general};
use super::{Fact, Want};

/// What may follow a place inside of it.
const STEPS: [char; 3] = ['.', '[', '{'];

/// Facts with an index of their places.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    all: Vec<Fact>,
    places: OnceCell<Places>,
    /// The first fact of each record about a field that one side alone has.
    alone: OnceCell<HashMap<String, usize>>,
}

/// Facts by their places without keys of maps, in their order.
#[derive(Clone, Debug, Default)]
struct Places {
    /// By the names of either side.
    any: BTreeMap<String, Vec<usize>>,
    /// The first of each, by the names of the reader.
    reader: HashMap<String, usize>,
}

impl From<Vec<Fact>> for Facts {
    fn from(all: Vec<Fact>) -> Self {
        Facts {
            all,
            ..Facts::default()
        }
    }
}

impl Facts {
    /// All of them, in their order.
    pub(crate) fn all(&self) -> &[Fact] {
        &self.all
    }

    /// The same, to be kept.
    pub(crate) fn into_all(self) -> Vec<Fact> {
        self.all
    }

    /// The fact that is nearest to what is meant, the first of these, and how near it is. `alone` is whether one side
    /// alone has the place that is meant: what is missing or dropped beside it comes last then, since the two may be one
    /// under two names. A message that is refused on the way to a place never gets there.
    pub(super) fn nearest(
        &self,
        aim: &Aim,
        want: Want,
        alone: bool,
        (writer, reader): (&Types<'_>, &Types<'_>),
    ) -> Option<(u8, &Fact)> {
        if self.all.is_empty() {
            return None;
        }
        let places = self.places.get_or_init(|| Places::of(&self.all));
        let at_it = |aim: &Aim| places.near(aim, &self.all);
        let named = aim.each().filter_map(at_it).min();
        let beside = || {
            let record = aim.record().filter(|_| alone)?;
            let known = self.alone.get_or_init(|| lone(&self.all, writer, reader));
            Some((3, *known.get(record)?))
        };
        let before = || {
            let on_the_way = aim.each().filter_map(|aim| places.before(aim));
            let refused = want == Want::Refused;
            Some((4, on_the_way.min().filter(|_| refused)?))
        };
        let (distance, at) = named.or_else(beside).or_else(before)?;
        Some((distance, self.all.get(at)?))
    }
}

/// The first fact of each record about a field that one of two schemas has.
fn lone(facts: &[Fact], writer: &Types<'_>, reader: &Types<'_>) -> HashMap<String, usize> {
    let mut found = HashMap::new();
    for (at, fact) in facts.iter().enumerate() {
        let place = fact.reader.as_str();
        let aim = Aim::new(place);
        let Some(record) = aim.record() else {
            continue;
        };
        if place::has(writer, place) != place::has(reader, place) {
            found.entry(record.to_owned()).or_insert(at);
        }
    }
    found
}

impl Places {
    fn of(facts: &[Fact]) -> Self {
        let mut places = Places::default();
        for (at, fact) in facts.iter().enumerate() {
            let reader = general(&fact.reader);
            if fact.writer != fact.reader {
                let writer = general(&fact.writer);
                if writer != reader {
                    places.any.entry(writer).or_default().push(at);
                }
            }
            places.any.entry(reader.clone()).or_default().push(at);
            places.reader.entry(reader).or_insert(at);
        }
        places
    }

    /// The first fact at the place itself (0), inside of it (1), or in the record around it with a word of the field (2).
    fn near(&self, aim: &Aim, facts: &[Fact]) -> Option<(u8, usize)> {
        if let Some(at) = self.any.get(aim.path()).and_then(|of| of.first()) {
            return Some((0, *at));
        }
        if let Some(at) = self.inside(aim.path()) {
            return Some((1, at));
        }
        let (record, field) = (aim.record()?, aim.field()?);
        let about = |at: &&usize| facts.get(**at).is_some_and(|f| f.text.contains(field));
        let at = self.any.get(record)?.iter().find(about)?;
        Some((2, *at))
    }

    fn inside(&self, path: &str) -> Option<usize> {
        let first = |of: &Vec<usize>| of.first().copied();
        // Everything is inside the message itself.
        if path.is_empty() {
            return self.any.values().filter_map(first).min();
        }
        let below = STEPS.iter().filter_map(|step| {
            let start = format!("{path}{step}");
            let range = self.any.range(start.clone()..);
            let range = range.take_while(|(place, _)| place.starts_with(&start));
            range.filter_map(|(_, of)| first(of)).min()
        });
        below.min()
    }

    /// The first fact at a place on the way to what is meant.
    fn before(&self, aim: &Aim) -> Option<usize> {
        let path = aim.path();
        let ends = path.char_indices().filter(|(_, c)| STEPS.contains(c));
        let ends = ends.map(|(at, _)| at).chain([path.len()]);
        let known = ends.filter_map(|end| self.reader.get(path.get(..end)?));
        known.min().copied()
    }
}

#[cfg(test)]
mod tests {
    use tg_schema_model::avro;

    use super::*;

    fn fact(reader: &str, writer: &str, text: &str) -> Fact {
        Fact {
            writer: writer.to_owned(),
            ..Fact::at(reader, text)
        }
    }

    #[test]
    fn the_nearest_is_found() {
        let schema = |fields: &[&str]| {
            let field = |name: &&str| format!(r#"{{"name": "{name}", "type": "int"}}"#);
            let fields: Vec<String> = fields.iter().map(field).collect();
            let text = r#"{"type": "record", "name": "R", "fields": ["#;
            avro::parse(&format!("{text}{}]}}", fields.join(", "))).unwrap()
        };
        let (old, new) = (schema(&["a", "b"]), schema(&["a", "c"]));
        let types = (&Types::of(&old), &Types::of(&new));
        let facts = Facts::from(vec![
            fact("m{x}.k", "m{y}.k", "of a map"),
            fact("a", "a", "of both"),
            fact("c", "c", "of one"),
            fact("l[].p", "l[].p", "of a list"),
            fact("l", "l", "no field q"),
            fact("new", "old", "of two names"),
        ]);
        let near = |path: &str, want, alone| {
            let found = facts.nearest(&Aim::new(path), want, alone, types);
            found.map(|(distance, fact)| (distance, fact.text.as_str()))
        };
        let refused = |path| near(path, Want::Refused, false);
        assert_eq!(refused("m{}.k"), Some((0, "of a map")));
        assert_eq!(refused("old"), Some((0, "of two names")));
        assert_eq!(refused("m"), Some((1, "of a map")));
        assert_eq!(refused(""), Some((1, "of a map")));
        assert_eq!(refused("l[]"), Some((1, "of a list")));
        assert_eq!(refused("l.q"), Some((2, "no field q")));
        // On the way to a place, and beside a field that one side has alone.
        assert_eq!(refused("a.x"), Some((4, "of both")));
        assert_eq!(near("a.x", Want::Changed, false), None);
        assert_eq!(refused("b"), None);
        assert_eq!(near("b", Want::Changed, true), Some((3, "of one")));
        let two = Aim::new("b").or("a");
        assert_eq!(
            facts.nearest(&two, Want::Changed, true, types).unwrap().0,
            0
        );
        assert!(
            Facts::default()
                .nearest(&two, Want::Refused, true, types)
                .is_none()
        );
    }
}
