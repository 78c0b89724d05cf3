//! Whether all data of one type are read as another: what chooses the branch of a reader's union.

use std::collections::{HashMap, HashSet};

use tg_schema_model::avro::{Field, Name, Record, Schema};

use super::Resolution;

/// Types inside one another that are compared; beyond, they count as alike.
const DEPTH: usize = 400;

impl<'s> Resolution<'s, '_> {
    /// The branch of the reader's union that takes a type of the writer's: the one that is the same, by full
    /// name and then by bare name, else the first that it becomes; else the first of its kind, in which
    /// some data are refused. The library for Java takes the one of the full name whatever it refuses.
    pub(super) fn branch(&mut self, branches: &'s [Schema], w: &'s Schema) -> Option<usize> {
        let alike = |own: &Self, branch: &'s Schema, full: bool| {
            let r = own.reader.resolve(branch);
            match (r, w) {
                (Schema::Primitive(a), Schema::Primitive(b)) => a.kind == b.kind,
                _ if std::mem::discriminant(r) != std::mem::discriminant(w) => false,
                _ => match &own.renames {
                    None if full => r.name() == w.name(),
                    None => names(r, w),
                    Some(renames) if full => r.name() == w.name().map(|name| renames.called(name)),
                    // Also where names of records do not count, one of the same goes before others.
                    Some(renames) => {
                        let bare = |name: Option<&'_ Name>| name.map(|name| name.name.clone());
                        bare(r.name()) == bare(w.name().map(|name| renames.called(name)))
                    }
                },
            }
        };
        for full in [true, false] {
            for (at, branch) in branches.iter().enumerate() {
                let at_once = full && self.renames.is_some();
                if alike(self, branch, full) && (at_once || self.takes(branch, w, 0)) {
                    return Some(at);
                }
            }
        }
        let fitting = branches.iter().position(|branch| self.takes(branch, w, 0));
        let named = || {
            branches
                .iter()
                .position(|branch| alike(self, branch, false))
        };
        fitting.or_else(named).or_else(|| {
            // Of its kind, where its name does not count.
            let free = self.renames.is_some() && matches!(w, Schema::Record(_));
            let is = |branch| matches!(self.reader.resolve(branch), Schema::Record(_));
            branches.iter().position(|branch| free && is(branch))
        })
    }

    /// Whether a type of the writer's may be one of the reader's by its name.
    pub(super) fn names(&self, r: &Schema, w: &Schema) -> bool {
        let counts =
            self.renames.is_none() || !matches!((r, w), (Schema::Record(_), Schema::Record(_)));
        !counts || names(r, w)
    }

    /// The places of the writer's fields that a field may be.
    pub(super) fn sources(&mut self, field: &Field, writer: &'s Record) -> Vec<usize> {
        if let Some(renames) = &self.renames {
            let places = self.renamed.entry(std::ptr::from_ref(writer));
            let places = places.or_insert_with(|| renames.places(writer));
            return places.get(&field.name).cloned().unwrap_or_default();
        }
        self.named(field, writer)
    }

    /// The places of the writer's fields that a field would be by its names, where it is none of them because others have
    /// them as aliases.
    pub(super) fn given_away(&mut self, field: &Field, writer: &'s Record) -> Vec<usize> {
        match self.renames {
            Some(_) => self.named(field, writer),
            None => Vec::new(),
        }
    }

    /// The places of the writer's fields that have a name of a field.
    fn named(&mut self, field: &Field, writer: &'s Record) -> Vec<usize> {
        let places = self.places.entry(std::ptr::from_ref(writer));
        let places = places.or_insert_with(|| {
            let fields = writer.fields.iter().enumerate();
            fields
                .map(|(at, f)| (f.name.as_str(), at))
                .collect::<HashMap<_, _>>()
        });
        let mut found = Vec::new();
        for name in std::iter::once(&field.name).chain(&field.aliases) {
            if let Some(at) = places.get(name.as_str())
                && !found.contains(at)
            {
                found.push(*at);
            }
        }
        found
    }

    /// Whether a type takes all data of another.
    pub(super) fn takes(&mut self, r: &'s Schema, w: &'s Schema, depth: usize) -> bool {
        let (r, w) = (self.reader.resolve(r), self.writer.resolve(w));
        if depth > DEPTH {
            return true;
        }
        if let (Schema::Primitive(r), Schema::Primitive(w)) = (r, w) {
            return r.kind == w.kind || w.kind.promotes_to(r.kind);
        }
        let key = (std::ptr::from_ref(r), std::ptr::from_ref(w));
        if let Some(known) = self.fits.get(&key) {
            return *known;
        }
        self.fits.insert(key, true);
        let fits = self.compare(r, w, depth + 1);
        self.fits.insert(key, fits);
        fits
    }

    fn compare(&mut self, r: &'s Schema, w: &'s Schema, depth: usize) -> bool {
        match (r, w) {
            (_, Schema::Union(branches)) => branches.iter().all(|w| self.takes(r, w, depth)),
            (Schema::Union(branches), _) => branches.iter().any(|r| self.takes(r, w, depth)),
            (Schema::Array(a), Schema::Array(b)) => self.takes(&a.items, &b.items, depth),
            (Schema::Map(a), Schema::Map(b)) => self.takes(&a.values, &b.values, depth),
            (Schema::Fixed(a), Schema::Fixed(b)) => names(r, w) && a.size == b.size,
            (Schema::Enum(a), Schema::Enum(b)) => {
                let known: HashSet<&String> = a.symbols.iter().collect();
                let default = a.default.as_ref().is_some_and(|d| known.contains(d));
                names(r, w) && (default || b.symbols.iter().all(|s| known.contains(s)))
            }
            (Schema::Record(a), Schema::Record(b)) => {
                self.names(r, w)
                    && a.fields
                        .iter()
                        .all(|field| match self.sources(field, b)[..] {
                            [] => field.default.is_some(),
                            [at] => b.fields.get(at).is_some_and(|source| {
                                self.takes(&field.schema, &source.schema, depth)
                            }),
                            _ => false,
                        })
            }
            _ => false,
        }
    }
}

/// Whether a type of the writer's may be one of the reader's: the namespace does not matter, but under another
/// name it has to be an alias in full.
pub(super) fn names(r: &Schema, w: &Schema) -> bool {
    let (Some(reader), Some(writer)) = (r.name(), w.name()) else {
        return true;
    };
    reader.name == writer.name || is_alias(r, w)
}

/// Whether a type of the reader's has the full name of one of the writer's as an alias.
fn is_alias(r: &Schema, w: &Schema) -> bool {
    let (Some(reader), Some(writer)) = (r.name(), w.name()) else {
        return false;
    };
    let aliases = match r {
        Schema::Record(r) => &r.aliases,
        Schema::Enum(e) => &e.aliases,
        Schema::Fixed(f) => &f.aliases,
        _ => return false,
    };
    let full = |alias: &String| Name::resolve(alias, reader.namespace.as_deref());
    aliases.iter().any(|alias| full(alias) == *writer)
}
