//! Annotations into what they name of the client: one of its classes, or a class that stands for it.

use std::rc::Rc;

use ruff_python_ast::{Expr, Operator};
use ruff_python_parser::parse_expression;

use super::facts::of_client;
use super::vocabulary::Object;
use crate::interpret::{Class, FileId, Kind, Outcome, Value, is_standard};
use crate::python::depth;
use crate::python::name::{dotted, last};

/// What an annotation names.
#[derive(Clone)]
pub enum Named<'a> {
    /// A class of the client.
    Client(Object),
    /// A class of the files.
    Class(Rc<Class<'a>>),
    /// Something else, outside of the files.
    Foreign,
}

/// Longest annotation in quotes that is read.
const MAX_QUOTED: usize = 400;
/// How deep an annotation is followed.
const MAX_STEPS: usize = 16;

/// What an annotation names, also as `X | None`, `Optional[X]`, `Annotated[X, …]` and in quotes.
pub fn named<'a>(outcome: &Outcome<'a>, file: FileId, e: &Expr) -> Option<Named<'a>> {
    read(outcome, file, e, MAX_STEPS)
}

fn read<'a>(outcome: &Outcome<'a>, file: FileId, e: &Expr, left: usize) -> Option<Named<'a>> {
    let left = left.checked_sub(1)?;
    let read = |e: &Expr| read(outcome, file, e, left);
    match e {
        Expr::BinOp(of) if of.op == Operator::BitOr => match (&*of.left, &*of.right) {
            (Expr::NoneLiteral(_), other) | (other, Expr::NoneLiteral(_)) => read(other),
            _ => None,
        },
        Expr::Subscript(of) => match (last(&of.value), &*of.slice) {
            ("Annotated", Expr::Tuple(of)) => read(of.elts.first()?),
            (
                "Optional" | "Iterator" | "Generator" | "AsyncIterator" | "AsyncGenerator"
                | "Awaitable",
                Expr::Tuple(of),
            ) => read(of.elts.first()?),
            (
                "Optional" | "Iterator" | "Generator" | "AsyncIterator" | "AsyncGenerator"
                | "Awaitable",
                one,
            ) => read(one),
            _ => None,
        },
        Expr::StringLiteral(text) => {
            let text = text.value.to_str();
            if text.len() > MAX_QUOTED || depth::check(text).is_err() {
                return None;
            }
            read(parse_expression(text).ok()?.expr())
        }
        Expr::Name(_) | Expr::Attribute(_) => match outcome.named(file, &dotted(e)?)? {
            Value::External(path) => match of_client(&path) {
                Some(object) => Some(Named::Client(object)),
                None => is_foreign(&path).then_some(Named::Foreign),
            },
            Value::Class(class) if matches!(class.kind, Kind::Plain | Kind::Open) => {
                Some(Named::Class(class))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Whether something outside of the files cannot have to do with the client: it is of another system, or of
/// Python itself and not one of the modules that hand on what they get.
pub fn is_foreign(path: &str) -> bool {
    const OTHERS: &[&str] = &[
        "aio_pika",
        "aiobotocore",
        "aiohttp",
        "aiokafka",
        "aiomqtt",
        "aioredis",
        "azure",
        "boto3",
        "botocore",
        "celery",
        "confluent_kafka",
        "django",
        "faststream",
        "google",
        "httpx",
        "kafka",
        "kombu",
        "nats",
        "paho",
        "pika",
        "redis",
        "requests",
        "rocketmq",
        "stomp",
        "websocket",
        "websockets",
        "zmq",
    ];
    const HAND_ON: &[&str] = &[
        "asyncio",
        "builtins",
        "collections",
        "concurrent",
        "contextlib",
        "contextvars",
        "copy",
        "functools",
        "heapq",
        "itertools",
        "multiprocessing",
        "queue",
        "threading",
        "types",
        "typing",
        "unittest",
        "weakref",
    ];
    let first = path.split('.').next().unwrap_or(path);
    OTHERS.contains(&first)
        || is_standard(first) && !HAND_ON.contains(&first)
        || path == "builtins.object"
}
