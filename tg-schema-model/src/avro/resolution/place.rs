//! The problems that were found, and where the comparison is that finds them.

use super::MAX_PROBLEMS;
use super::problem::{Problem, Reason};

/// Problems as they are found.
#[derive(Default)]
pub(super) struct Problems<'a> {
    pub(super) place: Place<'a>,
    pub(super) list: Vec<Problem>,
}

/// Where the comparison is, in the reader's terms.
#[derive(Default)]
pub(super) struct Place<'a> {
    pub(super) record: &'a str,
    pub(super) field: Option<&'a str>,
    /// `[]` and `{}`, from outside to inside.
    pub(super) inside: Vec<&'static str>,
}

impl Problems<'_> {
    /// The index of a problem at the place at hand.
    pub(super) fn add(&mut self, reason: Reason) -> u32 {
        let last = MAX_PROBLEMS - 1;
        let reason = match self.list.len() < last {
            true => reason,
            false => Reason::more(),
        };
        if self.list.len() <= last {
            self.list.push(Problem {
                path: self.place.path(),
                message: reason.message,
                help: reason.help,
            });
        }
        u32::try_from(self.list.len() - 1).unwrap_or(u32::MAX)
    }
}

impl Place<'_> {
    fn path(&self) -> String {
        let mut path = self.record.to_owned();
        if let Some(field) = self.field {
            path.push('.');
            path.push_str(field);
        }
        path.extend(self.inside.iter().copied());
        path
    }
}
