//! Which method a call calls, be it by itself, later or elsewhere.

use ruff_python_ast::{Expr, ExprAttribute, ExprCall};

/// The method: `consumer.receive` of `consumer.receive()` and of `asyncio.to_thread(consumer.receive)`.
pub fn method(call: &ExprCall) -> Option<&ExprAttribute> {
    match (handed(call), &*call.func) {
        (Some(Expr::Attribute(handed)), _) => Some(handed),
        (_, Expr::Attribute(func)) => Some(func),
        _ => None,
    }
}

/// The function that a call hands to something which calls it.
fn handed(call: &ExprCall) -> Option<&Expr> {
    match name(call)? {
        "to_thread" | "partial" | "submit" | "run_sync" | "call_soon_threadsafe" => {
            call.arguments.args.first()
        }
        "run_in_executor" => call.arguments.args.get(1),
        "Thread" => call.arguments.find_keyword("target").map(|k| &k.value),
        _ => None,
    }
}

/// The function that a call hands to something which gives what it gives, once that is awaited.
pub fn awaited(call: &ExprCall) -> Option<&Expr> {
    match name(call)? {
        "to_thread" | "run_sync" | "run_in_executor" => handed(call),
        _ => None,
    }
}

fn name(call: &ExprCall) -> Option<&str> {
    match &*call.func {
        Expr::Attribute(of) => Some(of.attr.as_str()),
        Expr::Name(name) => Some(name.id.as_str()),
        _ => None,
    }
}
