//! Calls of what Python brings along, and what the Pulsar client's own methods give.

use std::rc::Rc;

use super::operator::{float, int, plain};
use super::scope::Bound;
use super::text::is_plain_encoding;
use super::value::{Arguments, Kind, Site, Value};
use super::{Frame, Interpreter, MAX_ITEMS};

/// The names of a class as a dictionary that is not written to.
pub(super) const VIEW: &str = "types.MappingProxyType";

/// Names that are there without an import.
pub(super) fn is_builtin(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "ArithmeticError",
        "AssertionError",
        "AttributeError",
        "BaseException",
        "BaseExceptionGroup",
        "BlockingIOError",
        "BrokenPipeError",
        "BufferError",
        "BytesWarning",
        "ChildProcessError",
        "ConnectionAbortedError",
        "ConnectionError",
        "ConnectionRefusedError",
        "ConnectionResetError",
        "DeprecationWarning",
        "EOFError",
        "Ellipsis",
        "EnvironmentError",
        "Exception",
        "ExceptionGroup",
        "FileExistsError",
        "FileNotFoundError",
        "FloatingPointError",
        "FutureWarning",
        "GeneratorExit",
        "IOError",
        "ImportError",
        "ImportWarning",
        "IndentationError",
        "IndexError",
        "InterruptedError",
        "IsADirectoryError",
        "KeyError",
        "KeyboardInterrupt",
        "LookupError",
        "MemoryError",
        "ModuleNotFoundError",
        "NameError",
        "NotADirectoryError",
        "NotImplemented",
        "NotImplementedError",
        "OSError",
        "OverflowError",
        "PendingDeprecationWarning",
        "PermissionError",
        "ProcessLookupError",
        "RecursionError",
        "ReferenceError",
        "ResourceWarning",
        "RuntimeError",
        "RuntimeWarning",
        "StopAsyncIteration",
        "StopIteration",
        "SyntaxError",
        "SyntaxWarning",
        "SystemError",
        "SystemExit",
        "TabError",
        "TimeoutError",
        "TypeError",
        "UnboundLocalError",
        "UnicodeDecodeError",
        "UnicodeEncodeError",
        "UnicodeError",
        "UnicodeTranslateError",
        "UnicodeWarning",
        "UserWarning",
        "ValueError",
        "Warning",
        "ZeroDivisionError",
        "__import__",
        "abs",
        "aiter",
        "all",
        "anext",
        "any",
        "ascii",
        "bin",
        "bool",
        "breakpoint",
        "bytearray",
        "bytes",
        "callable",
        "chr",
        "classmethod",
        "compile",
        "complex",
        "delattr",
        "dict",
        "dir",
        "divmod",
        "enumerate",
        "eval",
        "exec",
        "exit",
        "filter",
        "float",
        "format",
        "frozenset",
        "getattr",
        "globals",
        "hasattr",
        "hash",
        "help",
        "hex",
        "id",
        "input",
        "int",
        "isinstance",
        "issubclass",
        "iter",
        "len",
        "list",
        "locals",
        "map",
        "max",
        "memoryview",
        "min",
        "next",
        "object",
        "oct",
        "open",
        "ord",
        "pow",
        "print",
        "property",
        "quit",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "setattr",
        "slice",
        "sorted",
        "staticmethod",
        "str",
        "sum",
        "super",
        "tuple",
        "type",
        "vars",
        "zip",
    ];
    NAMES.binary_search(&name).is_ok()
}

/// The class of what a method of the client gives.
pub(super) fn given_by(path: &str) -> Option<&'static str> {
    Some(match path {
        "pulsar.Client.subscribe" => "pulsar.Consumer",
        "pulsar.Client.create_producer" => "pulsar.Producer",
        "pulsar.Client.create_reader" => "pulsar.Reader",
        "pulsar.Client.create_table_view" => "pulsar.TableView",
        "pulsar.asyncio.Client.subscribe" => "pulsar.asyncio.Consumer",
        "pulsar.asyncio.Client.create_producer" => "pulsar.asyncio.Producer",
        "pulsar.asyncio.Client.create_reader" => "pulsar.asyncio.Reader",
        "pulsar.Consumer.receive"
        | "pulsar.asyncio.Consumer.receive"
        | "pulsar.Reader.read_next"
        | "pulsar.asyncio.Reader.read_next" => "pulsar.Message",
        _ => return None,
    })
}

/// What an attribute of an outside object is, where it is an object again.
pub(super) fn member_of(_path: &str, _name: &str) -> Option<String> {
    None
}

/// What a call of something outside of the files is known to give.
impl<'a> Interpreter<'a, '_> {
    pub(super) fn builtin(
        &mut self,
        frame: &mut Frame<'a>,
        path: &str,
        arguments: &Arguments<'a>,
        site: Site,
    ) -> Option<Value<'a>> {
        if arguments.open.is_some() {
            return None;
        }
        let given = arguments.positional.as_slice();
        let name = path.strip_prefix("builtins.").unwrap_or(path);
        match (name, given) {
            ("type", [one]) => Some(self.type_of(one, site)),
            ("type", [name, bases, namespace]) => {
                self.class_call(frame, name, bases, namespace, None, site)
            }
            (
                "pulsar.schema.RecordMeta" | "types.new_class" | "enum.EnumMeta" | "enum.EnumType",
                [name, bases, namespace],
            ) => {
                let metaclass = Value::external(path);
                self.class_call(frame, name, bases, namespace, Some(metaclass), site)
            }
            ("getattr", [base, attribute, rest @ ..]) => {
                let attribute = attribute.as_str()?.to_owned();
                let value = self.attribute(base, &attribute, site);
                match (&value, rest.first()) {
                    (Value::Unknown(_), Some(default))
                        if base.why_unknown().is_none() && is_plain_class(base) =>
                    {
                        Some(default.clone())
                    }
                    _ => Some(value),
                }
            }
            ("vars", [class @ Value::Class(_)]) => Some(self.view(class, site)),
            ("vars", [object]) => Some(self.inner(object, site)),
            (name, [base, attribute, value])
                if name == "setattr" || name.ends_with(".__setattr__") =>
            {
                let Some(attribute) = attribute.as_str() else {
                    self.written_somewhere(base, site);
                    return None;
                };
                let bound = Bound {
                    value: value.clone(),
                    site: Some((site, site)),
                };
                self.set_attribute(base, attribute.into(), bound);
                Some(Value::None)
            }
            (name, [base @ Value::Class(of), attribute])
                if name == "delattr" || name.ends_with(".__delattr__") =>
            {
                let Some(attribute) = attribute.as_str() else {
                    self.written_somewhere(base, site);
                    return None;
                };
                self.written(base, attribute, site);
                if self.sets(base, attribute, site) {
                    return Some(Value::None);
                }
                let scope = Rc::clone(&of.scope);
                self.remove(&scope, attribute);
                Some(Value::None)
            }
            ("map" | "filter", [function, rest @ ..]) => {
                self.each(frame, name == "map", function, rest, site)
            }
            ("hasattr", [base, attribute]) => {
                let attribute = attribute.as_str()?.to_owned();
                let known = base.why_unknown().is_none()
                    && self
                        .attribute(base, &attribute, site)
                        .why_unknown()
                        .is_none();
                known.then_some(Value::Bool(true))
            }
            ("isinstance", [one, of]) => self.is_instance(one, of).map(Value::Bool),
            ("issubclass", [Value::Class(one), Value::Class(of)]) => Some(Value::Bool(
                super::linear(one).iter().any(|c| Rc::ptr_eq(c, of)),
            )),
            ("callable", [Value::Class(_) | Value::Function(_) | Value::Method(_)]) => {
                Some(Value::Bool(true))
            }
            ("globals", []) => {
                Some(self.instance(Value::external("builtins.globals"), arguments, site))
            }
            ("locals" | "vars", []) if frame.env.class => {
                frame.indirect.0 += 1;
                Some(self.instance(Value::external("builtins.locals"), arguments, site))
            }
            ("exec" | "eval", _) => {
                frame.indirect.0 += 1;
                self.executed(frame, name, arguments, site);
                let open = self.unknown("it may be bound by `exec`", site);
                if name == "exec" && !frame.env.class {
                    frame.env.scope.open.borrow_mut().get_or_insert(open);
                }
                None
            }
            ("staticmethod" | "classmethod", [function @ Value::Function(_)]) => {
                Some(function.clone())
            }
            ("super", _) => Some(self.super_of(frame, site)),
            ("object", []) => None,
            // A file or a property is no field, and nothing else that counts.
            ("open" | "property", _) if path.starts_with("builtins.") => {
                Some(self.instance(Value::external(path), arguments, site))
            }
            ("importlib.import_module" | "__import__", [Value::Str(module), ..])
                if !module.starts_with('.') =>
            {
                Some(self.import_module(frame.file, module, site))
            }
            ("copy.copy", [one]) => Some(self.copied(one)),
            ("copy.deepcopy", [one, ..]) => Some(self.copied(one)),
            ("typing.cast" | "typing.NewType", [_, value]) => Some(value.clone()),
            ("os.path.join", parts) => {
                let parts: Vec<&str> = parts.iter().map(Value::as_str).collect::<Option<_>>()?;
                Some(Value::text(parts.join("/")))
            }
            ("enum.auto", _) => Some(self.instance(Value::external("enum.auto"), arguments, site)),
            (
                "collections.OrderedDict" | "types.MappingProxyType" | "collections.defaultdict",
                _,
            ) => self.builtin(frame, "builtins.dict", arguments, site),
            _ if !path.starts_with("builtins.") => None,
            _ => self.plain_builtin(name, arguments, site),
        }
    }

    /// What calling a function with each item gives, all at once.
    fn each(
        &mut self,
        frame: &mut Frame<'a>,
        mapped: bool,
        function: &Value<'a>,
        rest: &[Value<'a>],
        site: Site,
    ) -> Option<Value<'a>> {
        let all: Option<Vec<Vec<Value<'a>>>> = rest.iter().map(|one| self.items(one)).collect();
        let all = all?;
        let count = all.iter().map(Vec::len).min().filter(|n| *n <= MAX_ITEMS)?;
        let mut given = Vec::new();
        let mut known = true;
        for at in 0..count {
            let arguments = Arguments {
                positional: all.iter().filter_map(|one| one.get(at).cloned()).collect(),
                ..Arguments::default()
            };
            let first = arguments.positional.first().cloned();
            let value = match (function, first.clone()) {
                (Value::None, Some(item)) => item,
                _ => self.call(frame, function, &arguments, site),
            };
            match (mapped, value.truth()) {
                (true, _) => given.push(value),
                (false, Some(true)) => given.extend(first),
                (false, truth) => known &= truth.is_some(),
            }
        }
        known.then(|| Value::list(given))
    }

    /// `vars(Class)`, `Class.__dict__`.
    pub(super) fn view(&mut self, class: &Value<'a>, site: Site) -> Value<'a> {
        let arguments = Arguments {
            positional: vec![class.clone()],
            ..Arguments::default()
        };
        self.instance(Value::external(VIEW), &arguments, site)
    }

    fn plain_builtin(
        &mut self,
        name: &str,
        arguments: &Arguments<'a>,
        site: Site,
    ) -> Option<Value<'a>> {
        let given = arguments.positional.as_slice();
        if let Some(why) = arguments.values().find_map(Value::why_unknown) {
            return Some(Value::Unknown(Rc::clone(why)));
        }
        // Names change what a function does: `key`, `default`, `base`.
        if !arguments.keywords.is_empty() && !matches!(name, "dict" | "enumerate" | "sorted") {
            return None;
        }
        Some(match (name, given) {
            ("str", []) => Value::text(""),
            ("str", [one]) => Value::text(self.shown(one)?),
            ("repr", [one]) => Value::text(self.repr(one)?),
            ("format", [one]) => Value::text(self.formatted(one, "")?),
            ("int", []) => Value::Int(0),
            ("int", [Value::Str(text)]) => Value::Int(text.trim().parse().ok()?),
            ("int", [Value::Str(text), base]) => {
                let base = u32::try_from(int(base)?).ok();
                let base = base.filter(|base| (2..=36).contains(base))?;
                let digits = text.trim().to_ascii_lowercase();
                let mark = match base {
                    2 => "0b",
                    8 => "0o",
                    16 => "0x",
                    _ => "",
                };
                let digits = digits.strip_prefix(mark).unwrap_or(&digits);
                let body = digits.strip_prefix(['-', '+']).unwrap_or(digits);
                let plain = body.bytes().all(|b| b.is_ascii_alphanumeric());
                Value::Int(i128::from_str_radix(digits, base).ok().filter(|_| plain)?)
            }
            ("int", [one]) => match plain(one) {
                Value::Float(v) if v.abs() < 1e30 => Value::Int(v.trunc() as i128),
                other => Value::Int(int(&other)?),
            },
            ("float", []) => Value::Float(0.0),
            ("float", [Value::Str(text)]) => {
                Value::Float(match text.trim().to_ascii_lowercase().as_str() {
                    "nan" => f64::NAN,
                    "inf" | "infinity" | "+inf" => f64::INFINITY,
                    "-inf" | "-infinity" => f64::NEG_INFINITY,
                    text => text.parse().ok().filter(|v: &f64| v.is_finite())?,
                })
            }
            ("float", [one]) => Value::Float(float(&plain(one))?),
            ("bool", []) => Value::Bool(false),
            ("bool", [one]) => Value::Bool(one.truth()?),
            ("bytes", []) => Value::Bytes([].into()),
            ("bytes", [Value::Str(text), Value::Str(encoding)])
                if is_plain_encoding(encoding, text.as_bytes()) =>
            {
                Value::Bytes(text.as_bytes().into())
            }
            ("bytes", [one @ (Value::List(_) | Value::Tuple(_))]) => {
                let items = self.items(one)?;
                let bytes = items.iter().map(|item| u8::try_from(int(item)?).ok());
                Value::Bytes(bytes.collect::<Option<Vec<u8>>>()?.into())
            }
            ("list", []) => Value::list(Vec::new()),
            ("list", [one]) => Value::list(self.items(one)?),
            ("tuple", []) => Value::Tuple([].into()),
            ("tuple", [one]) => Value::Tuple(self.items(one)?.into()),
            ("set" | "frozenset", []) => self.set_of(Vec::new()),
            ("set" | "frozenset", [one]) => {
                let items = self.items(one)?;
                self.set_of(items)
            }
            ("dict", rest) => {
                let mut entries = match rest {
                    [] => Vec::new(),
                    [Value::Dict(of)] => of.borrow().clone(),
                    [pairs] => {
                        let pairs = self.items(pairs)?;
                        match self.dict_of_pairs(&pairs, site) {
                            Value::Dict(of) => of.borrow().clone(),
                            _ => return None,
                        }
                    }
                    _ => return None,
                };
                for (name, value) in &arguments.keywords {
                    super::expression::put(
                        &mut entries,
                        Value::text(name.as_str()),
                        value.clone(),
                        false,
                    );
                }
                Value::dict(entries)
            }
            ("len", [one]) => Value::Int(self.items(one)?.len() as i128),
            ("abs", [one]) => match plain(one) {
                Value::Float(v) => Value::Float(v.abs()),
                other => Value::Int(int(&other)?.checked_abs()?),
            },
            ("range", bounds) => {
                let bounds: Vec<i128> = bounds.iter().map(int).collect::<Option<_>>()?;
                let (start, stop, step) = match bounds.as_slice() {
                    [stop] => (0, *stop, 1),
                    [start, stop] => (*start, *stop, 1),
                    [start, stop, step] if *step != 0 => (*start, *stop, *step),
                    _ => return None,
                };
                let mut items = Vec::new();
                let mut at = start;
                while (step > 0 && at < stop) || (step < 0 && at > stop) {
                    items.push(Value::Int(at));
                    at = at.checked_add(step)?;
                    if items.len() > MAX_ITEMS {
                        return None;
                    }
                }
                Value::list(items)
            }
            ("enumerate", [one, rest @ ..]) => {
                let start = rest.first().or_else(|| arguments.keyword("start"));
                let start = start.map_or(Some(0), int)?;
                let items = self.items(one)?.into_iter().enumerate();
                let pair =
                    |(at, item)| Value::Tuple(vec![Value::Int(start + at as i128), item].into());
                Value::list(items.map(pair).collect())
            }
            ("zip", lists) => {
                let lists: Vec<Vec<Value<'a>>> = lists
                    .iter()
                    .map(|one| self.items(one))
                    .collect::<Option<_>>()?;
                let length = lists.iter().map(Vec::len).min().unwrap_or(0);
                let row = |at: usize| {
                    Value::Tuple(
                        lists
                            .iter()
                            .filter_map(|l| l.get(at).cloned())
                            .collect::<Vec<_>>()
                            .into(),
                    )
                };
                Value::list((0..length).map(row).collect())
            }
            ("reversed", [one]) => Value::list(self.items(one)?.into_iter().rev().collect()),
            ("sorted", [one]) => {
                let down = match arguments.keywords.as_slice() {
                    [] => false,
                    [(name, Value::Bool(down))] if name == "reverse" => *down,
                    _ => return None,
                };
                let mut items = self.items(one)?;
                let texts = items.iter().all(|item| item.as_str().is_some());
                let numbers = items.iter().all(|item| int(item).is_some());
                let order = |a: &Value<'a>, b: &Value<'a>| match texts {
                    true => a.as_str().cmp(&b.as_str()),
                    false => int(a).cmp(&int(b)),
                };
                match (texts || numbers, down) {
                    (true, false) => items.sort_by(order),
                    // Equal items keep their order.
                    (true, true) => items.sort_by(|a, b| order(b, a)),
                    _ => return None,
                }
                Value::list(items)
            }
            ("min" | "max", [one]) => {
                let items = self.items(one)?;
                extreme(name, &items)?
            }
            ("min" | "max", several) => extreme(name, several)?,
            ("sum", [one]) => {
                let items = self.items(one)?;
                let sum = items
                    .iter()
                    .try_fold(0_i128, |sum, item| sum.checked_add(int(item)?));
                Value::Int(sum?)
            }
            ("any" | "all", [one]) => {
                let truths: Vec<bool> = {
                    let items = self.items(one)?;
                    items
                        .iter()
                        .map(|item| item.truth())
                        .collect::<Option<_>>()?
                };
                Value::Bool(if name == "any" {
                    truths.contains(&true)
                } else {
                    !truths.contains(&false)
                })
            }
            ("chr", [one]) => {
                Value::text(char::from_u32(u32::try_from(int(one)?).ok()?)?.to_string())
            }
            ("ord", [Value::Str(text)]) => Value::Int(i128::from(u32::from(text.chars().next()?))),
            ("hex", [one]) => Value::text(format!("{:#x}", u128::try_from(int(one)?).ok()?)),
            ("print", _) => Value::None,
            _ => return None,
        })
    }

    fn type_of(&mut self, one: &Value<'a>, site: Site) -> Value<'a> {
        match one {
            Value::Class(of) => match of.kind {
                Kind::Record => Value::external("pulsar.schema.RecordMeta"),
                Kind::Enum => Value::external("enum.EnumMeta"),
                Kind::Plain => Value::external("builtins.type"),
                Kind::Open => self.unknown("the class of the class is not known", site),
            },
            Value::Instance(of) => match &of.class {
                Value::Class(_) => of.class.clone(),
                Value::External(path) if path.starts_with("pulsar.schema.") => of.class.clone(),
                _ => self.unknown("it is the class of something that is not known", site),
            },
            Value::Member(of) => match of.class.upgrade() {
                Some(class) => Value::Class(class),
                None => self.unknown("it is the class of something that is not known", site),
            },
            Value::External(path) if &**path == "pulsar.schema.Record" => {
                Value::external("pulsar.schema.RecordMeta")
            }
            Value::External(_) => {
                self.unknown("it is the class of something that is not known", site)
            }
            Value::Unknown(why) => Value::Unknown(Rc::clone(why)),
            other => Value::external(format!("builtins.{}", other.type_name())),
        }
    }

    fn is_instance(&mut self, one: &Value<'a>, of: &Value<'a>) -> Option<bool> {
        if let Value::Tuple(all) = of {
            let each: Vec<Option<bool>> = all.iter().map(|of| self.is_instance(one, of)).collect();
            if each.contains(&Some(true)) {
                return Some(true);
            }
            return each.iter().all(|v| *v == Some(false)).then_some(false);
        }
        match (one, of) {
            (Value::Unknown(_) | Value::External(_), _) => None,
            (Value::Instance(of_one), Value::Class(of)) => match &of_one.class {
                Value::Class(class) => Some(super::linear(class).iter().any(|c| Rc::ptr_eq(c, of))),
                _ => None,
            },
            (Value::Instance(_) | Value::Class(_) | Value::Member(_), _) => None,
            (_, Value::External(path)) => {
                let wanted = path.strip_prefix("builtins.")?;
                Some(
                    wanted == one.type_name()
                        || (wanted, one.type_name()) == ("int", "bool")
                        || wanted == "object",
                )
            }
            _ => None,
        }
    }

    /// `super()`: the next class after the one whose method runs.
    fn super_of(&mut self, frame: &Frame<'a>, site: Site) -> Value<'a> {
        let owner = frame
            .function
            .as_ref()
            .and_then(|f| f.owner.borrow().as_ref().and_then(std::rc::Weak::upgrade));
        let (Some(owner), Some(_)) = (owner, &frame.receiver) else {
            return self.unknown("`super` is used where its class is not known", site);
        };
        match owner.bases.as_slice() {
            [Value::Class(base)] => Value::Class(Rc::clone(base)),
            [base @ Value::External(_)] => base.clone(),
            [] => Value::external("builtins.object"),
            _ => self.unknown(
                "`super` of a class with several bases is not followed",
                site,
            ),
        }
    }

    /// A copy, as deep as matters: what fields and records are made of does not change.
    fn copied(&mut self, one: &Value<'a>) -> Value<'a> {
        match one {
            Value::List(items) => Value::list(items.borrow().clone()),
            Value::Dict(entries) => Value::dict(entries.borrow().clone()),
            Value::Set(items) => {
                let items = items.borrow().clone();
                self.set_of(items)
            }
            Value::Instance(of) => match self.copied_field(of) {
                Some(copy) => copy,
                None => one.clone(),
            },
            other => other.clone(),
        }
    }
}

fn is_plain_class(base: &Value) -> bool {
    match base {
        Value::Class(of) => of.kind != Kind::Open,
        Value::Module(of) => of.file.is_some() && of.done.get() && of.scope.open.borrow().is_none(),
        _ => false,
    }
}

fn extreme<'a>(name: &str, items: &[Value<'a>]) -> Option<Value<'a>> {
    let numbers: Vec<i128> = items.iter().map(int).collect::<Option<_>>()?;
    let found = if name == "min" {
        numbers.iter().min()
    } else {
        numbers.iter().max()
    };
    found.map(|n| Value::Int(*n))
}

#[cfg(test)]
mod tests {
    use super::is_builtin;

    #[test]
    fn names_are_found() {
        for name in [
            "ArithmeticError",
            "zip",
            "__import__",
            "str",
            "len",
            "type",
            "object",
            "print",
        ] {
            assert!(is_builtin(name), "{name}");
        }
        assert!(!is_builtin("String"));
    }
}
