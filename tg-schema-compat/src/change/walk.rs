//! The walk through two versions of a message.

mod record;
mod side;

use std::collections::HashSet;

use super::past::Past;
use super::{Both, Change, EnumSide, FieldSide, Index, MessagePair, Spot, TypeSide, What};
use crate::engine::avro::{Graph, Id, Refusal, Shape};
use crate::engine::stack::{self, Budget, TooLarge};
use crate::loss::pairing;
use crate::report::{Branch, Ways};
use crate::version::{Message, Version};
use side::{enumeration, root};
pub(super) use side::{held, of, side};

/// Things that two versions have in common or not, of one message.
const MAX_LISTED: usize = 200_000;

/// One version, ready to be walked.
#[derive(Clone, Copy)]
pub(crate) struct Walked<'v> {
    pub version: &'v Version,
    pub message: &'v Message,
    pub index: &'v Index,
    pub graph: &'v Graph,
    /// Why registries cannot read the text; the types are those of the definition then.
    pub refusal: Option<&'v Refusal>,
}

/// Everything that two versions of a message have in common or not. The past of the message tells fields apart that
/// might be one under two names.
pub(crate) fn between<'v>(
    old: Walked<'v>,
    new: Walked<'v>,
    past: &'v Past<'v>,
) -> Result<Vec<Change<'v>>, TooLarge> {
    stack::walk(|budget| {
        let mut walk = Walk {
            old,
            new,
            past,
            seen: HashSet::new(),
            found: Vec::new(),
            path: String::new(),
            branches: Vec::new(),
            whole: None,
            read: Ways::FULL,
            later: Vec::new(),
            budget,
        };
        walk.message()?;
        while let Some(later) = walk.later.pop() {
            walk.path = later.path;
            walk.branches = later.branches;
            walk.read = later.read;
            walk.pair(later.pair.0, later.pair.1, &later.at)?;
        }
        match walk.found.len() {
            0..MAX_LISTED => Ok(walk.found),
            _ => Err(TooLarge::Long),
        }
    })
}

struct Walk<'v, 'b> {
    old: Walked<'v>,
    new: Walked<'v>,
    past: &'v Past<'v>,
    seen: HashSet<(Id, Id)>,
    found: Vec<Change<'v>>,
    path: String,
    /// Branches of unions that lead to the path.
    branches: Vec<Branch>,
    /// The types of the change that is emitted next.
    whole: Option<Both<Id>>,
    /// Whether readers get what is at the path.
    read: Ways,
    /// What not all readers get. What is inside is told where all get it, if it is anywhere else too.
    later: Vec<Later<'v>>,
    budget: &'b mut Budget,
}

/// Two types that are looked at when all others were.
struct Later<'v> {
    path: String,
    branches: Vec<Branch>,
    read: Ways,
    pair: (Id, Id),
    at: At<'v>,
}

/// Where the walk is in both versions.
#[derive(Clone)]
struct At<'v> {
    fields: Option<Both<FieldSide<'v>>>,
    inside: String,
}

type Step = Result<(), TooLarge>;

impl<'v> Walk<'v, '_> {
    fn emit(&mut self, what: What<'v>, old: Option<Spot>, new: Option<Spot>) {
        if self.found.len() < MAX_LISTED {
            self.found.push(Change {
                what,
                path: self.path.clone(),
                former: self.path.clone(),
                may_be: Vec::new(),
                branches: self.branches.clone(),
                whole: self.whole.take(),
                read: self.read,
                messages: Both {
                    old: Some(self.old.message),
                    new: Some(self.new.message),
                },
                old,
                new,
            });
        }
    }

    /// The name that the change just emitted had in the old version; the path goes on behind `len`.
    fn called(&mut self, len: usize, name: &str) {
        if let Some(change) = self.found.last_mut().filter(|c| c.path == self.path) {
            change.former.truncate(len);
            if len > 0 {
                change.former.push('.');
            }
            change.former.push_str(name);
        }
    }

    fn message(&mut self) -> Step {
        let pair = MessagePair {
            versions: Both {
                old: self.old.version,
                new: self.new.version,
            },
            messages: Both {
                old: self.old.message,
                new: self.new.message,
            },
        };
        let (old, new) = (
            root(self.old.graph, self.old.message),
            root(self.new.graph, self.new.message),
        );
        self.emit(What::Message(pair), Some(old), Some(new));
        let old = (self.old.version, self.old.message);
        for topic in What::topics(old, (self.new.version, self.new.message)) {
            self.emit(topic, None, None);
        }
        let at = At {
            fields: None,
            inside: String::new(),
        };
        self.pair(self.old.graph.root, self.new.graph.root, &at)
    }

    /// Two types at one place.
    fn pair(&mut self, old: Id, new: Id, at: &At<'v>) -> Step {
        self.budget.enter()?;
        let (old_graph, new_graph) = (self.old.graph, self.new.graph);
        let (old_nullable, old_branches) = old_graph.branches(old);
        let (new_nullable, new_branches) = new_graph.branches(new);
        let side =
            |graph: &'v Graph, id: Id, nullable: bool, field: Option<FieldSide<'v>>| TypeSide {
                field,
                graph,
                id,
                nullable,
                is_whole: at.inside.is_empty(),
            };
        let old_side = |id| {
            side(
                old_graph,
                id,
                old_nullable,
                at.fields.as_ref().map(|f| f.old),
            )
        };
        let new_side = |id| {
            side(
                new_graph,
                id,
                new_nullable,
                at.fields.as_ref().map(|f| f.new),
            )
        };
        let spots = self.spots(at);
        let here = || Some(Both { old, new });
        match (old_branches.as_slice(), new_branches.as_slice()) {
            (&[a], &[b]) => {
                let both = Both {
                    old: old_side(a),
                    new: new_side(b),
                };
                self.whole = here();
                self.emit(What::Type(both), spots.0, spots.1);
                self.parts(a, b, at)?;
            }
            (a, b) => {
                let pairs = pairing::branches(old_graph, a, new_graph, b, self.budget)?;
                let whole = Both {
                    old: old_side(old),
                    new: new_side(new),
                };
                self.whole = here();
                self.emit(What::Type(whole), spots.0.clone(), spots.1.clone());
                for id in a.iter().filter(|id| !pairs.iter().any(|p| p.0 == **id)) {
                    let what = What::BranchRemoved(old_side(*id));
                    self.enter_branch(Some(*id), None);
                    self.whole = here();
                    self.emit(what, spots.0.clone(), spots.1.clone());
                    self.branches.pop();
                }
                for id in b.iter().filter(|id| !pairs.iter().any(|p| p.1 == **id)) {
                    let what = What::BranchAdded(new_side(*id));
                    self.enter_branch(None, Some(*id));
                    self.whole = here();
                    self.emit(what, spots.0.clone(), spots.1.clone());
                    self.branches.pop();
                }
                for (a, b, ways) in pairs {
                    // Null beside it, and what stands for nothing, are a matter of the whole.
                    let branch = |side: TypeSide<'v>| TypeSide {
                        nullable: false,
                        is_whole: false,
                        ..side
                    };
                    let both = Both {
                        old: branch(old_side(a)),
                        new: branch(new_side(b)),
                    };
                    let read = self.read;
                    self.read = read.and(ways);
                    self.enter_branch(Some(a), Some(b));
                    self.whole = here();
                    self.emit(What::Type(both), spots.0.clone(), spots.1.clone());
                    self.read = read;
                    self.parts(a, b, at)?;
                    self.branches.pop();
                }
            }
        }
        self.budget.leave();
        Ok(())
    }

    fn enter_branch(&mut self, old: Option<Id>, new: Option<Id>) {
        self.branches.push(Branch {
            union: self.path.clone(),
            old: old.map(|id| self.old.graph.shape(id).label()),
            new: new.map(|id| self.new.graph.shape(id).label()),
        });
    }

    fn spots(&self, at: &At<'v>) -> (Option<Spot>, Option<Spot>) {
        let spot = |side: &FieldSide<'v>| Spot {
            inside: at.inside.clone(),
            ..Spot::field(&side.record.owner(), &side.field.name)
        };
        match &at.fields {
            Some(fields) => (Some(spot(&fields.old)), Some(spot(&fields.new))),
            None => {
                let inside = |spot: Spot| Spot {
                    inside: at.inside.clone(),
                    ..spot
                };
                (
                    Some(inside(root(self.old.graph, self.old.message))),
                    Some(inside(root(self.new.graph, self.new.message))),
                )
            }
        }
    }

    fn inside(&mut self, part: &str, old: Id, new: Id, at: &At<'v>) -> Step {
        let len = self.path.len();
        self.path.push_str(part);
        let at = At {
            inside: format!("{}{part}", at.inside),
            ..at.clone()
        };
        self.pair(old, new, &at)?;
        self.path.truncate(len);
        Ok(())
    }

    /// What is inside two types that belong together.
    fn parts(&mut self, old: Id, new: Id, at: &At<'v>) -> Step {
        let fields = at.fields.as_ref();
        let whole = Some(Both { old, new });
        match (self.old.graph.shape(old), self.new.graph.shape(new)) {
            (Shape::Array(a), Shape::Array(b)) => self.inside("[]", *a, *b, at),
            (Shape::Map(a), Shape::Map(b)) => self.inside("{}", *a, *b, at),
            (Shape::Record(a), Shape::Record(b)) if self.seen.insert((old, new)) => {
                let is_root = old == self.old.graph.root && new == self.new.graph.root;
                let (before, after) = (fields.map(|f| f.old), fields.map(|f| f.new));
                let old = side(self.old, a, held(self.old, before), is_root);
                let new = side(self.new, b, held(self.new, after), is_root);
                self.record(old, new)
            }
            (Shape::Enum(a), Shape::Enum(b)) if self.seen.insert((old, new)) => {
                let (before, after) = (fields.map(|f| f.old), fields.map(|f| f.new));
                let old = enumeration(self.old, a, before);
                let new = enumeration(self.new, b, after);
                let spot = |side: &EnumSide<'_>| Some(Spot::field(&side.owner(), ""));
                let (was, is) = (spot(&old), spot(&new));
                self.whole = whole;
                self.emit(What::Enum(Both { old, new }), was, is);
                Ok(())
            }
            (Shape::Fixed(a), Shape::Fixed(b)) => {
                let both = Both {
                    old: (self.old.graph, a),
                    new: (self.new.graph, b),
                };
                let (old, new) = self.spots(at);
                self.whole = whole;
                self.emit(What::Fixed(both), old, new);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
