//! Calls that open a topic, and calls that only talk of one.

use ruff_python_ast::Expr;

use super::pair;
use crate::interpret::{Call, Value};

const OPENERS: [&str; 4] = [
    "subscribe",
    "create_producer",
    "create_reader",
    "create_table_view",
];

/// Whether a call opens a topic: for certain, by the method of a client (`true`), or as it looks (`false`).
pub(super) fn of(call: &Call<'_, '_>) -> Option<bool> {
    if call.callee.dotted().is_some_and(|path| of_client(&path)) {
        return Some(true);
    }
    let Expr::Attribute(method) = &*call.expression.func else {
        return None;
    };
    let followed = matches!(call.callee, Value::Method(method) if method.function.is_some());
    let looks = OPENERS.contains(&method.attr.as_str()) && !followed;
    let mut given = call.arguments.values();
    let plain = given.any(|value| pair::of_schema(value).is_some() || pair::is_address(value));
    (looks && plain).then_some(false)
}

fn of_client(path: &str) -> bool {
    let path = path
        .strip_prefix("pulsar.asyncio.")
        .or_else(|| path.strip_prefix("pulsar."));
    path.and_then(|path| path.strip_prefix("Client."))
        .is_some_and(|method| OPENERS.contains(&method))
}

/// Whether a call does nothing with a topic but handle its text.
pub(super) fn is_talk(call: &Call<'_, '_>) -> bool {
    if matches!(call.callee, Value::Method(method) if matches!(method.receiver, Value::Str(_))) {
        return true;
    }
    let path = call.callee.dotted();
    path.is_some_and(|path| path.starts_with("builtins.") || path.starts_with("logging."))
}
