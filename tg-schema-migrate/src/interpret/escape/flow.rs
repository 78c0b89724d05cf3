//! Classes that are handed to functions, and what those functions do, into doubt about the classes.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

use super::MAX_NESTED;
use super::owners::Owners;
use super::search::{changes, functions_in};
use crate::interpret::Interpreter;
use crate::interpret::class::is_foreign;
use crate::interpret::value::{Arguments, Reach, Site, Unknown, Value};

/// What was set of values that are not known, and which classes it may concern.
#[derive(Default)]
pub(in crate::interpret) struct Escapes {
    /// Which fields belong to which Records.
    pub(in crate::interpret) owners: Owners,
    /// The client's own classes were changed.
    pub(super) client: Option<Unknown>,
    /// Something that only a Record has was set of a value of which nothing is known.
    pub(super) any: Option<Unknown>,
    /// Something was set of a parameter, or of a value that may be no Record: by which function.
    pub(super) by: Vec<(Site, Unknown)>,
    /// Classes that were handed to a function in a call that is not followed, or to one that is not known.
    handed: Vec<(Option<Site>, BTreeSet<usize>)>,
    /// Which function calls which others without being followed.
    calls: HashMap<Site, HashSet<Site>>,
}

impl Escapes {
    /// For each function that runs one which sets something: the first in [`Escapes::by`] that it runs.
    fn first_by(&self) -> HashMap<Site, usize> {
        let mut callers: HashMap<Site, Vec<Site>> = HashMap::new();
        for (caller, called) in &self.calls {
            for function in called {
                callers.entry(*function).or_default().push(*caller);
            }
        }
        let mut first = HashMap::new();
        for (at, (function, _)) in self.by.iter().enumerate() {
            let mut next = vec![*function];
            while let Some(function) = next.pop() {
                if let Entry::Vacant(free) = first.entry(function) {
                    free.insert(at);
                    next.extend(callers.get(&function).into_iter().flatten());
                }
            }
        }
        first
    }
}

/// The function that is looked at.
#[derive(Clone, Copy, Default)]
pub(in crate::interpret) struct Look {
    /// Where it is defined.
    pub(super) function: Site,
    /// How many classes there were before.
    pub(super) classes: usize,
    /// What it does was seen where it is called.
    pub(super) known: bool,
}

impl<'a> Interpreter<'a, '_> {
    /// Arguments go into code that is not followed. `path`: what is outside of the files, where that is known.
    pub(in crate::interpret) fn hands_out(
        &mut self,
        path: Option<&str>,
        arguments: &Arguments<'a>,
        site: Site,
    ) {
        if self.dead > 0 || arguments.is_empty() {
            return;
        }
        let foreign = path.is_none_or(is_foreign);
        if foreign {
            self.handed_out(arguments, site);
        }
        let values: Vec<Value<'a>> = arguments.values().cloned().collect();
        if path.is_some_and(changes) {
            return self.lose_all(&values, site);
        }
        let direct = self.reach(&values, false);
        // `register(A)` is there for what it does; `Consumer(A)` makes something of it.
        let function = path.and_then(|path| path.rsplit('.').next());
        let function = function.is_some_and(|name| name.starts_with(char::is_lowercase));
        let only_effect = function && self.effect == Some(site);
        let runs = self.visiting == 0 && self.guarded.is_none();
        if foreign && (direct.inner || (only_effect && runs)) {
            let why = format!("`{}` may change it", self.program.snippet(site));
            self.alter_all(&direct, &Unknown::new(why, site));
        }
        if path.is_none() {
            self.escapes.handed.push((None, direct.classes));
            return;
        }
        let mut functions = Vec::new();
        for value in &values {
            functions_in(value, &mut functions, MAX_NESTED);
        }
        for function in functions {
            self.hands_to(function, direct.classes.clone());
        }
    }

    fn hands_to(&mut self, function: Site, classes: BTreeSet<usize>) {
        if !classes.is_empty() {
            self.escapes.handed.push((Some(function), classes));
        }
        // Each call of the function that is looked at may be one of this one.
        if self.visiting > 0 {
            let from = self.escapes.calls.entry(self.looked_at.function);
            from.or_default().insert(function);
        }
    }

    /// A function of the files is called, and that is not followed.
    pub(in crate::interpret) fn leaves(&mut self, function: Site, arguments: &Arguments<'a>) {
        if self.dead == 0 {
            let classes = self.reach(arguments.values(), false).classes;
            self.hands_to(function, classes);
        }
    }

    /// What came out in the end.
    pub(in crate::interpret) fn settle(&mut self) {
        let escapes = std::mem::take(&mut self.escapes);
        let every = Reach {
            every: true,
            ..Reach::default()
        };
        for why in [&escapes.client, &escapes.any].into_iter().flatten() {
            self.alter_all(&every, why);
        }
        if escapes.by.is_empty() {
            return;
        }
        let first = escapes.first_by();
        for (function, classes) in &escapes.handed {
            let by = match function {
                Some(function) => first.get(function).copied(),
                None => Some(0),
            };
            if let Some((_, why)) = by.and_then(|by| escapes.by.get(by)) {
                let reach = Reach {
                    classes: classes.clone(),
                    ..Reach::default()
                };
                self.alter_all(&reach, why);
            }
        }
    }

    /// Notes what is known before a function is looked at; gives what was noted before.
    pub(in crate::interpret) fn look_at(&mut self, function: Site, known: bool) -> Look {
        let look = Look {
            function,
            classes: self.classes.len(),
            known,
        };
        std::mem::replace(&mut self.looked_at, look)
    }
}
