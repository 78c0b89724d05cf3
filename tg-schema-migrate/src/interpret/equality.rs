//! Equality of values, where it is known.

use super::Interpreter;
use super::operator::{equal_keys, float, int, is_lost, plain};
use super::value::Value;

/// Parts of two values that are compared before nothing is known of their equality.
const MAX_EQUAL: usize = 10_000;

impl<'a> Interpreter<'a, '_> {
    /// Whether two values are equal.
    pub(super) fn equal(&mut self, left: &Value<'a>, right: &Value<'a>) -> Option<bool> {
        self.equal_within(left, right, &mut MAX_EQUAL.clone())
    }

    fn equal_within(
        &mut self,
        left: &Value<'a>,
        right: &Value<'a>,
        parts: &mut usize,
    ) -> Option<bool> {
        use Value as V;
        *parts = parts.checked_sub(1)?;
        if left.why_unknown().is_some() || right.why_unknown().is_some() {
            return None;
        }
        if let (V::External(path), V::Str(_)) | (V::Str(_), V::External(path)) = (left, right) {
            return (path.starts_with("builtins.")).then_some(false);
        }
        // `__name__ == "__main__"`: a module that is imported is never that.
        let (a, b) = (plain(left), plain(right));
        if let (Some(a), Some(b)) = (float(&a), float(&b)) {
            return Some(a == b && (int(left).zip(int(right)).is_none_or(|(a, b)| a == b)));
        }
        match (&a, &b) {
            (V::Instance(_), _)
            | (_, V::Instance(_))
            | (V::External(_), _)
            | (_, V::External(_)) => {
                if matches!((&a, &b), (V::None, _) | (_, V::None)) {
                    return matches!((&a, &b), (V::Instance(_), _) | (_, V::Instance(_)))
                        .then_some(false);
                }
                a.same(&b).then_some(true)
            }
            _ if a.same(&b) => Some(true),
            (V::List(x), V::List(y)) => {
                let (x, y) = (x.borrow().clone(), y.borrow().clone());
                self.equal_each(&x, &y, parts)
            }
            (V::Tuple(x), V::Tuple(y)) => self.equal_each(x, y, parts),
            (V::Set(x), V::Set(y)) => {
                let (x, y) = (x.borrow().clone(), y.borrow().clone());
                self.equal_sets(&x, &y)
            }
            (V::Dict(x), V::Dict(y)) => {
                let (x, y) = (x.borrow().clone(), y.borrow().clone());
                self.equal_entries(&x, &y, parts)
            }
            _ => Some(false),
        }
    }

    fn equal_each(
        &mut self,
        left: &[Value<'a>],
        right: &[Value<'a>],
        parts: &mut usize,
    ) -> Option<bool> {
        if left.iter().chain(right).any(is_lost) {
            return None;
        }
        if left.len() != right.len() {
            return Some(false);
        }
        let mut known = true;
        for (a, b) in left.iter().zip(right) {
            match self.equal_within(a, b, parts) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => known = false,
            }
        }
        known.then_some(true)
    }

    /// Sets of plain values, in whatever order they were filled.
    fn equal_sets(&mut self, left: &[Value<'a>], right: &[Value<'a>]) -> Option<bool> {
        let all = || left.iter().chain(right);
        if all().any(|item| item.why_unknown().is_some()) || left.len().max(right.len()) > 256 {
            return None;
        }
        let inside = |item: &Value<'a>| right.iter().any(|other| equal_keys(other, item));
        Some(left.len() == right.len() && left.iter().all(inside))
    }

    fn equal_entries(
        &mut self,
        left: &[(Value<'a>, Value<'a>)],
        right: &[(Value<'a>, Value<'a>)],
        parts: &mut usize,
    ) -> Option<bool> {
        let all = || left.iter().chain(right);
        if all().any(|(key, _)| key.why_unknown().is_some()) || left.len().max(right.len()) > 256 {
            return None;
        }
        if left.len() != right.len() {
            return Some(false);
        }
        let mut known = true;
        for (key, value) in left {
            let Some((_, other)) = right.iter().find(|(own, _)| equal_keys(own, key)) else {
                return Some(false);
            };
            match self.equal_within(value, other, parts) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => known = false,
            }
        }
        known.then_some(true)
    }
}
