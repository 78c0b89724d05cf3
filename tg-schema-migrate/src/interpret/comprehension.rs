//! Comprehensions: lists, sets, dictionaries and generators out of other sequences.

use ruff_python_ast::{Comprehension, Expr};

use super::value::{Site, Value};
use super::{Frame, Interpreter, MAX_ITEMS};

impl<'a> Interpreter<'a, '_> {
    pub(super) fn comprehension(
        &mut self,
        frame: &mut Frame<'a>,
        generators: &'a [Comprehension],
        elements: &[&'a Expr],
        site: Site,
        finish: impl FnOnce(Vec<Vec<Value<'a>>>) -> Value<'a>,
    ) -> Value<'a> {
        let inner = frame.env.inner(false);
        let outer = std::mem::replace(&mut frame.env, inner);
        let mute = self.mute;
        let mut found = Some(Vec::new());
        self.generate(frame, generators, elements, &mut found);
        self.mute = mute;
        frame.env = outer;
        match found {
            Some(items) => finish(items),
            None => self.unknown("it is made from something that is not known", site),
        }
    }

    fn generate(
        &mut self,
        frame: &mut Frame<'a>,
        generators: &'a [Comprehension],
        elements: &[&'a Expr],
        found: &mut Option<Vec<Vec<Value<'a>>>>,
    ) {
        let Some((first, rest)) = generators.split_first() else {
            let values = elements.iter().map(|e| self.eval(frame, e)).collect();
            if let Some(items) = found {
                items.push(values);
                if items.len() > MAX_ITEMS {
                    *found = None;
                }
            }
            return;
        };
        let site = frame.site(&first.iter);
        let iterated = self.eval(frame, &first.iter);
        let items = self.items(&iterated).filter(|items| !items.is_empty());
        if items.is_none() && self.items(&iterated).is_none() {
            *found = None;
        }
        let seen = items.is_some();
        let lost = || {
            let lost = Value::unknown("it is taken from something that is not known", Some(site));
            self.carry(lost, [&iterated])
        };
        // Code that no item reaches is seen once all the same.
        for item in items.unwrap_or_else(|| vec![lost()]) {
            self.assign(frame, &first.target, item, site, site);
            let mut kept = Some(true);
            for test in &first.ifs {
                let test = self.eval(frame, test);
                kept = match (kept, test.truth()) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                };
            }
            match kept {
                Some(true) if seen => self.generate(frame, rest, elements, found),
                Some(false) if seen => {}
                _ => {
                    let mut nowhere = Some(Vec::new());
                    self.generate(frame, rest, elements, &mut nowhere);
                    if kept.is_none() {
                        *found = None;
                    }
                }
            }
            self.mute += 1;
            if found.is_none() {
                break;
            }
        }
    }
}
