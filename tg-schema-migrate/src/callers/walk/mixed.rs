//! Members of enums that were texts or numbers too (`IntEnum`, `class State(str, Enum)`), used as such. Those of a
//! generated enum are members alone.

use std::rc::Rc;

use ruff_python_ast::{CmpOp, Expr, ExprBinOp, ExprCall, ExprCompare, ExprSubscript};

use super::Walk;
use crate::interpret::{Class, is_mixed};
use crate::rule::callers as rules;

/// Calls that take a text or a number, and no member.
const TAKES: [&str; 17] = [
    "abs", "bin", "bytes", "chr", "complex", "divmod", "float", "format", "hex", "int", "len",
    "oct", "ord", "pow", "range", "round", "sum",
];

impl<'a> Walk<'_, 'a> {
    /// `value.state == "open"`, `value.level > Level.LOW`.
    pub(super) fn compares_member(&mut self, e: &'a ExprCompare) {
        let ([operator], [right]) = (&*e.ops, &*e.comparators) else {
            return;
        };
        let (left, right) = (&*e.left, right);
        let ordered = matches!(operator, CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE);
        let equal = matches!(operator, CmpOp::Eq | CmpOp::NotEq);
        for (member, other) in [(left, right), (right, left)] {
            let plain = matches!(
                other,
                Expr::StringLiteral(_) | Expr::NumberLiteral(_) | Expr::FString(_)
            );
            if !(ordered || equal && plain) {
                continue;
            }
            if let Some(class) = self.mixed(member) {
                let done = match ordered {
                    true => "had an order, and raises TypeError now",
                    false => "compared the member's value, and is never equal now",
                };
                return self.mixed_up(e.into(), member, class, done);
            }
        }
    }

    /// `value.level + 1`.
    pub(super) fn counts_member(&mut self, e: &'a ExprBinOp) {
        // `"…" % member` takes anything.
        if matches!(&*e.left, Expr::StringLiteral(_)) && e.op == ruff_python_ast::Operator::Mod {
            return;
        }
        for side in [&*e.left, &*e.right] {
            if let Some(class) = self.mixed(side) {
                return self.mixed_up(
                    e.into(),
                    side,
                    class,
                    "took the member's value, and raises TypeError now",
                );
            }
        }
    }

    /// `int(value.level)`, `json.dumps(value.state)`, `value.state.upper()`.
    pub(super) fn takes_member(&mut self, e: &'a ExprCall) {
        let raises = "took the member's value, and raises an error now";
        let name = match &*e.func {
            Expr::Name(func) => func.id.as_str(),
            Expr::Attribute(of) => {
                if let Some(class) = self.mixed(&of.value)
                    && !class_has(&class, &of.attr)
                {
                    return self.mixed_up(e.into(), &of.value, class, raises);
                }
                of.attr.as_str()
            }
            _ => return,
        };
        let takes = match &*e.func {
            Expr::Name(_) => TAKES.contains(&name),
            _ => matches!(name, "dumps" | "join"),
        };
        let Some(argument) = e.arguments.args.iter().find(|_| takes) else {
            return;
        };
        if let Some(class) = self.mixed(argument) {
            self.mixed_up(e.into(), argument, class, raises);
        }
    }

    /// `names[value.level]`, where `names` is written there.
    pub(super) fn looks_up_member(&mut self, e: &'a ExprSubscript) {
        let literal = matches!(&*e.value, Expr::Dict(_) | Expr::List(_) | Expr::Tuple(_));
        if literal && let Some(class) = self.mixed(&e.slice) {
            self.mixed_up(
                e.into(),
                &e.slice,
                class,
                "looked the member's value up, and finds nothing now",
            );
        }
    }

    /// The enum of a member that is a text or a number too.
    fn mixed(&self, e: &'a Expr) -> Option<Rc<Class<'a>>> {
        if self.declares || !matches!(e, Expr::Attribute(_) | Expr::Name(_) | Expr::Subscript(_)) {
            return None;
        }
        let class = self.enumeration(e)?;
        (is_mixed(&class) && self.types.enums.contains(&class.id)).then_some(class)
    }

    fn mixed_up(
        &mut self,
        e: ruff_python_ast::ExprRef<'a>,
        member: &'a Expr,
        class: Rc<Class<'a>>,
        done: &str,
    ) {
        let message = format!(
            "`{}` {done}: a member of `{}` is no text or number any more",
            self.text(e),
            class.name
        );
        let (class, name) = self.subject(member, class);
        let rule = &rules::enum_value::RULE;
        self.add(rule, e, (&class, &name), message, rule.remedy);
    }
}

/// Whether an enum defines a method itself, which is another finding.
fn class_has(class: &Rc<Class>, name: &str) -> bool {
    super::own(class, name)
}
