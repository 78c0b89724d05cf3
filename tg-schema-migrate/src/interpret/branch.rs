//! Branches that may or may not be taken: each is run by itself and undone, then what they leave is joined.

use std::rc::Rc;

use ruff_python_ast::name::Name;

use super::hash::Quick;
use super::scope::{Bound, Change, Journal, Left, Scope};
use super::value::{Dict, List, Site, Value};
use super::{Flow, Frame, Interpreter};

/// One way through the code.
pub(super) type Arm<'b, 'a, 'o> =
    Box<dyn FnOnce(&mut Interpreter<'a, 'o>, &mut Frame<'a>) -> Flow<'a> + 'b>;

/// What a branch has changed so far.
#[derive(Default)]
pub(super) struct Touched<'a> {
    names: Vec<(Rc<Scope<'a>>, Name)>,
    lists: Vec<Rc<List<'a>>>,
    dicts: Vec<Rc<Dict<'a>>>,
}

/// What an arm has left of each name.
fn index<'l, 'a>(arm: &'l Left<'a>) -> Quick<(usize, &'l Name), Option<&'l Bound<'a>>> {
    let names = arm.names.iter();
    let entry = |(scope, name, bound): &'l (Rc<Scope<'a>>, Name, Option<Bound<'a>>)| {
        ((Rc::as_ptr(scope) as usize, name), bound.as_ref())
    };
    names.map(entry).collect()
}

impl<'a, 'o> Interpreter<'a, 'o> {
    /// Runs code whose effects are taken back; gives them.
    fn trial(
        &mut self,
        frame: &mut Frame<'a>,
        arm: impl FnOnce(&mut Self, &mut Frame<'a>) -> Flow<'a>,
    ) -> (Flow<'a>, Left<'a>) {
        self.journals.push(Journal::default());
        let flow = arm(self, frame);
        let journal = self.journals.pop().unwrap_or_default();
        (flow, journal.undo())
    }

    /// What the branch that runs has changed so far.
    pub(super) fn touched(&self) -> Touched<'a> {
        let mut touched = Touched::default();
        let mut seen: Quick<(usize, &Name), ()> = Quick::default();
        for change in self
            .journals
            .iter()
            .last()
            .into_iter()
            .flat_map(|j| &j.changes)
        {
            match change {
                Change::Bound(scope, name, _) | Change::Removed(scope, name, ..) => {
                    let key = (Rc::as_ptr(scope) as usize, name);
                    if seen.insert(key, ()).is_none() {
                        touched.names.push((Rc::clone(scope), name.clone()));
                    }
                }
                Change::Items(list, _) => touched.lists.push(Rc::clone(list)),
                Change::Entries(dict, _) => touched.dicts.push(Rc::clone(dict)),
            }
        }
        touched
    }

    /// Something that was broken off may have changed these.
    pub(super) fn lose(&mut self, touched: &Touched<'a>, site: Site) {
        for (scope, name) in &touched.names {
            let value = self.joined(name, false, &mut None, site);
            self.set(scope, name.clone(), Bound { value, site: None });
        }
        for list in &touched.lists {
            let lost = self.unknown("it is changed in one branch", site);
            self.change_list(list, |items| *items = vec![lost]);
        }
        for dict in &touched.dicts {
            let lost = self.unknown("it is changed in one branch", site);
            self.change_dict(dict, |entries| entries.push((lost.clone(), lost)));
        }
    }

    /// Lets observers see code that is never run.
    pub(super) fn never(
        &mut self,
        frame: &mut Frame<'a>,
        guard: bool,
        arm: impl FnOnce(&mut Self, &mut Frame<'a>) -> Flow<'a>,
    ) {
        // A main guard's code does run, where the file is a program.
        let dead = u32::from(!guard);
        self.dead += dead;
        let guarded = self.guarded;
        self.guarded.get_or_insert(self.classes.len());
        let (uncertain, returns) = (frame.uncertain, frame.returns.len());
        self.trial(frame, arm);
        frame.uncertain = uncertain;
        frame.returns.truncate(returns);
        self.dead -= dead;
        self.guarded = guarded;
    }

    /// Takes every arm, and joins what those leave behind that go on.
    pub(super) fn either(
        &mut self,
        frame: &mut Frame<'a>,
        site: Site,
        arms: Vec<Arm<'_, 'a, 'o>>,
    ) -> Flow<'a> {
        let mut live = Vec::new();
        let mut ends = Vec::new();
        for arm in arms {
            let (flow, left) = self.trial(frame, arm);
            match flow {
                Flow::Next => live.push(left),
                other => ends.push((other, left)),
            }
        }
        if live.is_empty() {
            return self.all_end(frame, ends, site);
        }
        for (end, left) in ends {
            match end {
                Flow::Return(value) => frame.returns.push(value),
                Flow::Break | Flow::Continue => {
                    frame.uncertain = true;
                    live.push(left);
                }
                _ => {}
            }
        }
        self.join(live, site);
        Flow::Next
    }

    fn all_end(
        &mut self,
        frame: &mut Frame<'a>,
        ends: Vec<(Flow<'a>, Left<'a>)>,
        site: Site,
    ) -> Flow<'a> {
        let mut result = Flow::Raise;
        let mut left = Vec::new();
        for (end, changes) in ends {
            match (&result, end) {
                (_, Flow::Raise) => continue,
                (Flow::Raise, end) => result = end,
                (Flow::Return(a), Flow::Return(b)) => {
                    if !a.same(&b) {
                        frame.returns.push(b);
                    }
                }
                (_, Flow::Return(value)) => frame.returns.push(value),
                (Flow::Return(_), end) => {
                    if let Flow::Return(value) = std::mem::replace(&mut result, end) {
                        frame.returns.push(value);
                    }
                }
                _ => frame.uncertain = true,
            }
            left.push(changes);
        }
        self.join(left, site);
        result
    }

    fn join(&mut self, mut arms: Vec<Left<'a>>, site: Site) {
        if arms.len() == 1 {
            if let Some(left) = arms.pop() {
                self.redo(left);
            }
            return;
        }
        self.join_names(&arms, site);
        for arm in &arms {
            for (list, now) in &arm.items {
                if !list.borrow().is_empty() || !now.is_empty() {
                    let lost = self.unknown("it is changed in one branch", site);
                    let lost = self.carry(lost, list.borrow().iter().chain(now));
                    self.change_list(list, |items| *items = vec![lost]);
                }
            }
            for (dict, _) in &arm.entries {
                let lost = self.unknown("it is changed in one branch", site);
                self.change_dict(dict, |entries| entries.push((lost.clone(), lost)));
            }
        }
    }

    fn join_names(&mut self, arms: &[Left<'a>], site: Site) {
        let mut place = None;
        let mut done: Quick<(usize, &Name), ()> = Quick::default();
        let indexes: Vec<Quick<(usize, &Name), Option<&Bound<'a>>>> =
            arms.iter().map(index).collect();
        for (at, arm) in arms.iter().enumerate() {
            for (scope, name, bound) in &arm.names {
                let key = (Rc::as_ptr(scope) as usize, name);
                if done.insert(key, ()).is_some() {
                    continue;
                }
                let before = scope.bound(name);
                // Arms before this one have not touched it.
                let mut each: Vec<Option<&Bound<'a>>> = vec![before.as_ref(); at];
                each.push(bound.as_ref());
                each.extend(indexes[at + 1..].iter().map(|own| match own.get(&key) {
                    Some(bound) => *bound,
                    None => before.as_ref(),
                }));
                let Some(first) = each.iter().flatten().next() else {
                    self.remove(scope, name);
                    continue;
                };
                let same = |other: &Option<&Bound<'a>>| {
                    other.is_some_and(|bound| bound.value.same(&first.value))
                };
                let joined = if each.iter().all(same) {
                    (*first).clone()
                } else {
                    let both = each.iter().all(Option::is_some);
                    let value = self.joined(name, both, &mut place, site);
                    let values = each.iter().flatten().map(|bound| &bound.value);
                    Bound {
                        value: self.carry(value, values),
                        site: first.site,
                    }
                };
                self.set(scope, name.clone(), joined);
            }
        }
    }

    /// The value of a name that branches bind differently.
    fn joined(
        &mut self,
        name: &Name,
        both: bool,
        place: &mut Option<String>,
        site: Site,
    ) -> Value<'a> {
        if self.visiting > 0 {
            return self.unknown("it is bound by branches", site);
        }
        let place = place.get_or_insert_with(|| self.program.place(site));
        let reason = match both {
            true => format!("`{name}` is bound differently by the branches at {place}"),
            false => format!("`{name}` is bound in one branch only at {place}"),
        };
        self.unknown(reason, site)
    }

    /// Does again what was undone.
    fn redo(&mut self, left: Left<'a>) {
        for (scope, name, bound) in left.names {
            match bound {
                Some(bound) => self.set(&scope, name, bound),
                None => drop(self.remove(&scope, &name)),
            }
        }
        for (list, now) in left.items {
            self.change_list(&list, |items| *items = now);
        }
        for (dict, now) in left.entries {
            self.change_dict(&dict, |entries| *entries = now);
        }
    }

    /// Runs code that may run any number of times: whatever it changes is not known afterwards.
    pub(super) fn repeated(
        &mut self,
        frame: &mut Frame<'a>,
        site: Site,
        body: impl FnOnce(&mut Self, &mut Frame<'a>) -> Flow<'a>,
    ) {
        let uncertain = frame.uncertain;
        let (flow, left) = self.trial(frame, body);
        frame.uncertain = uncertain;
        if let Flow::Return(value) = flow {
            frame.returns.push(value);
        }
        let place = self.program.place(site);
        for (scope, name, bound) in left.names {
            let before = scope.get(&name);
            let now = bound.as_ref().map(|bound| &bound.value);
            let same = before.as_ref().zip(now).is_some_and(|(a, b)| a.same(b));
            // A definition is the same in each turn.
            let defines = before.is_none()
                && matches!(
                    now,
                    Some(Value::Class(_) | Value::Function(_) | Value::Module(_))
                );
            if let Some(bound) = &bound
                && (same || defines)
            {
                self.set(&scope, name, bound.clone());
                continue;
            }
            let reason = format!("`{name}` is bound by the loop at {place}");
            let value = self.unknown(reason, site);
            let values = before
                .iter()
                .chain(bound.as_ref().map(|bound| &bound.value));
            let value = self.carry(value, values);
            self.set(&scope, name, Bound { value, site: None });
        }
        for (list, now) in left.items {
            let lost = self.unknown(format!("it is filled by the loop at {place}"), site);
            let lost = self.carry(lost, &now);
            self.change_list(&list, |items| items.push(lost));
        }
        for (dict, _) in left.entries {
            let lost = self.unknown(format!("it is filled by the loop at {place}"), site);
            self.change_dict(&dict, |entries| entries.push((lost.clone(), lost)));
        }
    }
}
