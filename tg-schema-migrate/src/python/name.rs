//! Names as expressions: `a.b.c`.

use ruff_python_ast::Expr;

/// `a.b.c`, where an expression is names and attributes alone.
pub(crate) fn dotted(e: &Expr) -> Option<String> {
    match e {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(of) => Some(format!("{}.{}", dotted(&of.value)?, of.attr)),
        _ => None,
    }
}

/// The last name of such an expression; empty where there is none.
pub(crate) fn last(e: &Expr) -> &str {
    match e {
        Expr::Name(name) => &name.id,
        Expr::Attribute(of) => &of.attr,
        _ => "",
    }
}
