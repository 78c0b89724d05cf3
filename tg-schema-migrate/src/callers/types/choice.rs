//! Several Records of which one is called: `(Request if x else Response)(…)`, and what a loop over a tuple of
//! classes calls.

use std::rc::Rc;

use ruff_python_ast::Expr;

use super::Types;
use super::locals::{Binding, Locals};
use crate::interpret::{Class, FileId};

/// How far choices are followed.
const MAX_STEPS: usize = 8;
/// Classes that one choice may have.
const MAX_CLASSES: usize = 64;

impl<'a> Types<'_, 'a> {
    /// The Records that an expression chooses from; none where something else may be chosen, or nothing is.
    pub fn choice(&self, file: FileId, locals: &Locals<'a>, e: &'a Expr) -> Vec<Rc<Class<'a>>> {
        let mut found = Vec::new();
        let known = self.choose(file, locals, e, MAX_STEPS, &mut found);
        match known {
            Some(()) if found.len() > 1 => found,
            _ => Vec::new(),
        }
    }

    fn choose(
        &self,
        file: FileId,
        locals: &Locals<'a>,
        e: &'a Expr,
        left: usize,
        found: &mut Vec<Rc<Class<'a>>>,
    ) -> Option<()> {
        let left = left.checked_sub(1)?;
        if found.len() >= MAX_CLASSES {
            return None;
        }
        if let Expr::If(of) = e {
            self.choose(file, locals, &of.body, left, found)?;
            return self.choose(file, locals, &of.orelse, left, found);
        }
        if let Expr::Name(name) = e {
            match locals.bound(&name.id) {
                Some([Binding::Assigned(value, path)]) if path.is_empty() => {
                    return self.choose(file, locals, value, left, found);
                }
                Some([Binding::Item(Expr::Tuple(all), path)]) if path.is_empty() => {
                    let mut all = all.elts.iter();
                    return all.try_for_each(|one| self.choose(file, locals, one, left, found));
                }
                Some([Binding::Item(Expr::List(all), path)]) if path.is_empty() => {
                    let mut all = all.elts.iter();
                    return all.try_for_each(|one| self.choose(file, locals, one, left, found));
                }
                _ => {}
            }
        }
        let class = self.named(file, locals, e)?;
        if !found.iter().any(|one| one.id == class.id) {
            found.push(class);
        }
        Some(())
    }
}
