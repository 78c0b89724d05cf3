//! The comparison of two graphs, pair by pair.

use std::collections::HashMap;

use tg_schema_model::avro::Name;

use super::{Incompatibility, Kind, MAX_LISTED, Verdict};
use crate::engine::avro::{Field, Graph, Id, Record, Shape};
use crate::engine::stack::{Budget, TooLarge};

/// Parts of locations that one comparison remembers.
const MAX_REMEMBERED: usize = 4_000_000;

/// Why a comparison ends early.
pub(super) enum Stop {
    TooLarge(TooLarge),
    Ambiguous(Box<Incompatibility>),
}

impl From<TooLarge> for Stop {
    fn from(limit: TooLarge) -> Self {
        Stop::TooLarge(limit)
    }
}

pub(super) type Checked<T> = Result<T, Stop>;

/// A part of a location.
#[derive(Clone, Copy, Debug)]
enum Token {
    Word(&'static str),
    Index(usize),
}

/// What a pair was found to be: the reasons, in order. None: compatible.
type Outcome = Vec<Reason>;

#[derive(Clone, Copy, Debug)]
enum Reason {
    /// One of [`Checker::facts`].
    Fact(usize),
    /// All those of another pair: one of [`Checker::outcomes`].
    Of(usize),
    /// One that is not remembered.
    Forgotten,
}

/// An incompatibility before it is put into words.
struct Fact {
    kind: Kind,
    location: Vec<Token>,
    reader: Id,
    writer: Id,
    /// Which field of the reader's record, or which type of the writer's graph, where it is about one.
    which: usize,
}

pub(super) struct Checker<'g, 'b> {
    reader: &'g Graph,
    writer: &'g Graph,
    budget: &'b mut Budget,
    /// The outcome of each pair; none while it is being compared.
    memo: HashMap<(Id, Id), Option<usize>>,
    outcomes: Vec<Outcome>,
    facts: Vec<Fact>,
    remembered: usize,
    location: Vec<Token>,
    /// Where in `location` the present comparison began.
    base: usize,
}

/// Fields of a record that are looked at for [`Checker::is_unlike`].
const MAX_PLAIN: usize = 8;

/// [`Checker::outcomes`] begins with the empty one.
const COMPATIBLE: usize = 0;

impl<'g, 'b> Checker<'g, 'b> {
    pub(super) fn new(reader: &'g Graph, writer: &'g Graph, budget: &'b mut Budget) -> Self {
        Checker {
            reader,
            writer,
            budget,
            memo: HashMap::new(),
            outcomes: vec![Vec::new()],
            facts: Vec::new(),
            remembered: 0,
            location: Vec::new(),
            base: 0,
        }
    }

    /// Compares two types as if they were the whole of two schemas.
    pub(super) fn fresh(&mut self, r: Id, w: Id) -> Checked<usize> {
        let base = std::mem::replace(&mut self.base, self.location.len());
        let outcome = self.pair(r, w)?;
        self.base = base;
        Ok(outcome)
    }

    fn at(&mut self, token: Token, r: Id, w: Id) -> Checked<usize> {
        self.location.push(token);
        let outcome = self.pair(r, w)?;
        self.location.pop();
        Ok(outcome)
    }

    fn pair(&mut self, r: Id, w: Id) -> Checked<usize> {
        // Most fields are like this, and there is nothing to remember.
        if let (Shape::Primitive(a), Shape::Primitive(b)) =
            (self.reader.shape(r), self.writer.shape(w))
            && (a == b || b.promotes_to(*a))
        {
            return Ok(COMPATIBLE);
        }
        match self.memo.get(&(r, w)) {
            Some(Some(outcome)) => return Ok(*outcome),
            Some(None) => return Ok(COMPATIBLE),
            None => {}
        }
        self.budget.enter()?;
        self.memo.insert((r, w), None);
        let outcome = self.compare(r, w)?;
        let index = match outcome.is_empty() {
            true => COMPATIBLE,
            false => {
                self.outcomes.push(outcome);
                self.outcomes.len() - 1
            }
        };
        self.memo.insert((r, w), Some(index));
        self.budget.leave();
        Ok(index)
    }

    fn compare(&mut self, r: Id, w: Id) -> Checked<Outcome> {
        let mut outcome = Vec::new();
        match (self.reader.shape(r), self.writer.shape(w)) {
            (Shape::Union(_), Shape::Union(branches)) => {
                self.union(r, w, branches, &mut outcome)?
            }
            (_, Shape::Union(branches)) => {
                for (at, branch) in branches.iter().enumerate() {
                    let found = self.at(Token::Index(at), r, *branch)?;
                    self.merge(&mut outcome, found);
                }
            }
            (Shape::Union(branches), _) => {
                for branch in branches {
                    if self.is_unlike(*branch, w)? {
                        continue;
                    }
                    if self.fresh(*branch, w)? == COMPATIBLE {
                        return Ok(outcome);
                    }
                }
                self.fact(Kind::MissingUnionBranch, r, w, &mut outcome);
            }
            (Shape::Array(a), Shape::Array(b)) => {
                let found = self.at(Token::Word("items"), *a, *b)?;
                self.merge(&mut outcome, found);
            }
            (Shape::Map(a), Shape::Map(b)) => {
                let found = self.at(Token::Word("values"), *a, *b)?;
                self.merge(&mut outcome, found);
            }
            (Shape::Fixed(a), Shape::Fixed(b)) => {
                self.names(r, w, &mut outcome);
                if a.size != b.size {
                    self.fact_at("size", Kind::FixedSizeMismatch, r, w, &mut outcome);
                }
            }
            (Shape::Enum(a), Shape::Enum(b)) => {
                self.names(r, w, &mut outcome);
                self.budget.spend(a.symbols.len() + b.symbols.len())?;
                if a.default.is_none() && !missing_symbols(&a.symbols, &b.symbols).is_empty() {
                    self.fact_at("symbols", Kind::MissingEnumSymbols, r, w, &mut outcome);
                }
            }
            (Shape::Record(a), Shape::Record(b)) => {
                self.names(r, w, &mut outcome);
                self.fields((r, a), (w, b), &mut outcome)?;
            }
            (Shape::Primitive(a), Shape::Primitive(b)) if a == b || b.promotes_to(*a) => {}
            _ => self.fact(Kind::TypeMismatch, r, w, &mut outcome),
        }
        Ok(outcome)
    }

    /// Whether two types do not fit for their names, and nothing in them needs a look: what a union with many branches
    /// has most of, and nobody is told.
    fn is_unlike(&mut self, r: Id, w: Id) -> Checked<bool> {
        let (reader, writer) = (self.reader.shape(r), self.writer.shape(w));
        let is_plain = match (reader, writer) {
            (Shape::Enum(_), Shape::Enum(_)) | (Shape::Fixed(_), Shape::Fixed(_)) => true,
            // Fields of records are looked at whatever the names are: with aliases, that may end in an error.
            (Shape::Record(a), Shape::Record(b)) => {
                let of_reader = a.fields.iter().map(|field| field.ty);
                let is_primitive = |ty: Id| matches!(self.reader.shape(ty), Shape::Primitive(_));
                a.fields.iter().all(|field| field.aliases.is_empty())
                    && a.fields.len() <= MAX_PLAIN
                    && b.fields.len() <= MAX_PLAIN
                    && of_reader.into_iter().all(is_primitive)
                    && b.fields
                        .iter()
                        .all(|f| matches!(self.writer.shape(f.ty), Shape::Primitive(_)))
            }
            _ => false,
        };
        let is_unlike = is_plain && !names_match(reader, writer);
        if is_unlike {
            self.budget.step()?;
        }
        Ok(is_unlike)
    }

    /// Every branch of the writer against all of the reader.
    fn union(&mut self, r: Id, w: Id, branches: &[Id], outcome: &mut Outcome) -> Checked<()> {
        for (at, branch) in branches.iter().enumerate() {
            self.location.push(Token::Index(at));
            if self.fresh(r, *branch)? != COMPATIBLE {
                self.fact_of(Kind::MissingUnionBranch, (r, w), branch.0, outcome);
            }
            self.location.pop();
        }
        Ok(())
    }

    fn fields(
        &mut self,
        (r, reader): (Id, &'g Record),
        (w, writer): (Id, &'g Record),
        outcome: &mut Outcome,
    ) -> Checked<()> {
        self.location.push(Token::Word("fields"));
        for (at, field) in reader.fields.iter().enumerate() {
            self.budget.step()?;
            self.location.push(Token::Index(at));
            match counterpart(writer, field) {
                Counterpart::One(other) => {
                    let found = self.at(Token::Word("type"), field.ty, other.ty)?;
                    self.merge(outcome, found);
                }
                Counterpart::None if field.default.is_some() => {}
                Counterpart::None => match self.reader.shape(field.ty) {
                    // Java compares the enum with the whole record here, which never fits.
                    Shape::Enum(e) if e.default.is_some() => {
                        let found = self.at(Token::Word("type"), field.ty, w)?;
                        self.merge(outcome, found);
                    }
                    _ => {
                        let kind = Kind::ReaderFieldMissingDefaultValue;
                        self.fact_of(kind, (r, w), at, outcome);
                    }
                },
                Counterpart::Several(names) => {
                    let message = format!(
                        "field {:?} of reader record {} matches several fields of the writer: {}",
                        field.name,
                        reader.name,
                        names.join(", ")
                    );
                    return Err(Stop::Ambiguous(Box::new(Incompatibility {
                        kind: Kind::AmbiguousField,
                        location: pointer(&self.location[self.base..]),
                        message,
                        reader: r,
                        writer: w,
                    })));
                }
            }
            self.location.pop();
        }
        self.location.pop();
        Ok(())
    }

    fn names(&mut self, r: Id, w: Id, outcome: &mut Outcome) {
        if !names_match(self.reader.shape(r), self.writer.shape(w)) {
            self.fact_at("name", Kind::NameMismatch, r, w, outcome);
        }
    }

    fn merge(&mut self, outcome: &mut Outcome, found: usize) {
        if found != COMPATIBLE {
            outcome.push(Reason::Of(found));
        }
    }

    fn fact(&mut self, kind: Kind, r: Id, w: Id, outcome: &mut Outcome) {
        self.fact_of(kind, (r, w), 0, outcome);
    }

    fn fact_at(&mut self, part: &'static str, kind: Kind, r: Id, w: Id, outcome: &mut Outcome) {
        self.location.push(Token::Word(part));
        self.fact(kind, r, w, outcome);
        self.location.pop();
    }

    fn fact_of(&mut self, kind: Kind, of: (Id, Id), which: usize, outcome: &mut Outcome) {
        let location = self.location.get(self.base..).unwrap_or_default();
        self.remembered += location.len() + 1;
        if self.remembered > MAX_REMEMBERED {
            return outcome.push(Reason::Forgotten);
        }
        outcome.push(Reason::Fact(self.facts.len()));
        self.facts.push(Fact {
            kind,
            location: location.to_vec(),
            reader: of.0,
            writer: of.1,
            which,
        });
    }

    /// What an outcome says, the outcomes that it refers to put in their places.
    pub(super) fn verdict(&self, outcome: usize) -> Verdict {
        let mut verdict = Verdict::default();
        let mut open = vec![Reason::Of(outcome)];
        while let Some(reason) = open.pop() {
            match reason {
                Reason::Of(other) => {
                    let reasons = self.outcomes.get(other).into_iter().flatten();
                    open.extend(reasons.rev());
                }
                _ if verdict.incompatibilities.len() >= MAX_LISTED => {
                    verdict.more = true;
                    break;
                }
                Reason::Forgotten => verdict.more = true,
                Reason::Fact(at) => {
                    let fact = self.facts.get(at);
                    verdict
                        .incompatibilities
                        .extend(fact.map(|f| self.worded(f)));
                }
            }
        }
        verdict
    }

    fn worded(&self, fact: &Fact) -> Incompatibility {
        let (reader, writer) = (
            self.reader.shape(fact.reader),
            self.writer.shape(fact.writer),
        );
        let message = match (fact.kind, reader, writer) {
            (Kind::FixedSizeMismatch, Shape::Fixed(r), Shape::Fixed(w)) => {
                format!("expected: {}, found: {}", w.size, r.size)
            }
            (Kind::MissingEnumSymbols, Shape::Enum(r), Shape::Enum(w)) => {
                format!("[{}]", missing_symbols(&r.symbols, &w.symbols).join(", "))
            }
            (Kind::ReaderFieldMissingDefaultValue, Shape::Record(r), _) => {
                let field = r.fields.get(fact.which);
                field.map_or_else(String::new, |f| f.name.clone())
            }
            (Kind::NameMismatch, _, writer) => format!("expected: {}", writer.label()),
            (Kind::MissingUnionBranch, _, Shape::Union(_)) => {
                let branch = self.writer.shape(Id(fact.which));
                format!("reader union lacking writer type: {}", branch.word())
            }
            (Kind::MissingUnionBranch, _, writer) => {
                format!("reader union lacking writer type: {}", writer.word())
            }
            (_, reader, writer) => format!(
                "reader type: {} not compatible with writer type: {}",
                reader.word(),
                writer.word()
            ),
        };
        Incompatibility {
            kind: fact.kind,
            location: pointer(&fact.location),
            message,
            reader: fact.reader,
            writer: fact.writer,
        }
    }
}

fn pointer(location: &[Token]) -> String {
    let mut text = String::from("/");
    for (at, token) in location.iter().enumerate() {
        if at > 0 {
            text.push('/');
        }
        match token {
            Token::Word(word) => text.push_str(word),
            Token::Index(index) => text.push_str(&index.to_string()),
        }
    }
    text
}

/// The symbols that the writer has and the reader has not, sorted.
fn missing_symbols<'w>(reader: &[String], writer: &'w [String]) -> Vec<&'w str> {
    let known: std::collections::HashSet<&String> = reader.iter().collect();
    let missing = writer.iter().filter(|symbol| !known.contains(symbol));
    let mut missing: Vec<&str> = missing.map(String::as_str).collect();
    missing.sort_unstable();
    missing
}

/// Whether names of two types match: namespaces do not count, unless an alias is at work.
pub(crate) fn names_match(reader: &Shape, writer: &Shape) -> bool {
    let (Some(r), Some(w)) = (reader.name(), writer.name()) else {
        return true;
    };
    // An alias without namespace, of a type that has one, never matches in Java.
    let meant = |alias: &Name| alias.namespace.is_some() || r.namespace.is_none();
    r.name == w.name
        || reader
            .aliases()
            .iter()
            .any(|alias| alias == w && meant(alias))
}

/// The field of the writer that a field of the reader is read from.
enum Counterpart<'w> {
    None,
    One(&'w Field),
    Several(Vec<&'w str>),
}

fn counterpart<'w>(writer: &'w Record, field: &Field) -> Counterpart<'w> {
    let names = std::iter::once(&field.name).chain(&field.aliases);
    let found: Vec<&Field> = names.filter_map(|name| writer.field(name)).collect();
    match *found.as_slice() {
        [] => Counterpart::None,
        [one] => Counterpart::One(one),
        _ => Counterpart::Several(found.iter().map(|f| f.name.as_str()).collect()),
    }
}
