//! Expressions.

use std::borrow::Cow;
use std::rc::Rc;

use ruff_python_ast::{Expr, ExprCall, ExprCompare, Number};

use super::observer::{Call, Compare};
use super::value::{Arguments, Site, Value};
use super::{Flow, Frame, Interpreter, MAX_ITEMS};

/// Why a literal is not known whose bytes could not be decoded.
pub(crate) const UNDECODED: &str = "it holds bytes whose characters are not read";

impl<'a> Interpreter<'a, '_> {
    /// The value of an expression.
    pub(super) fn eval(&mut self, frame: &mut Frame<'a>, expression: &'a Expr) -> Value<'a> {
        let site = frame.site(expression);
        if !self.step(frame, site.range) {
            return self.unknown("it takes too long to follow", site);
        }
        let deep = || Value::unknown("it nests too deep to follow", Some(site));
        if self.depth >= super::MAX_DEPTH {
            self.risk += 1;
            return deep();
        }
        self.depth += 1;
        let value = self.form(frame, expression, site);
        self.depth -= 1;
        value
    }

    fn form(&mut self, frame: &mut Frame<'a>, expression: &'a Expr, site: Site) -> Value<'a> {
        match expression {
            Expr::NoneLiteral(_) => Value::None,
            Expr::BooleanLiteral(e) => Value::Bool(e.value),
            Expr::EllipsisLiteral(_) => Value::Ellipsis,
            Expr::NumberLiteral(e) => self.number(&e.value, site),
            Expr::StringLiteral(e)
                if let Some(why) = self.lost_characters(e.value.to_str(), site) =>
            {
                self.unknown(why, site)
            }
            Expr::StringLiteral(e) => {
                let text = self.one_line_end(e.value.to_str(), site);
                self.tell(frame, |observer, context| {
                    observer.text(context, &text, site)
                });
                Value::text(&*text)
            }
            Expr::BytesLiteral(e) => Value::Bytes(e.value.bytes().collect::<Vec<u8>>().into()),
            Expr::FString(e) => {
                let value = self.f_string(frame, e, site);
                self.tell_text(frame, &value, site);
                value
            }
            Expr::TString(_) => self.unknown("it is a template string", site),
            Expr::Name(e) => self.name(frame, e.id.as_str(), site),
            Expr::Attribute(e) => self.attribute_expression(frame, e),
            Expr::Call(e) => self.call_expression(frame, e),
            Expr::List(e) => match self.elements(frame, &e.elts) {
                Ok(items) => Value::list(items),
                Err(why) => why,
            },
            Expr::Tuple(e) => match self.elements(frame, &e.elts) {
                Ok(items) => Value::Tuple(items.into()),
                Err(why) => why,
            },
            Expr::Set(e) => match self.elements(frame, &e.elts) {
                Ok(items) => self.set_of(items),
                Err(why) => why,
            },
            Expr::Dict(e) => self.dict_display(frame, e, site),
            Expr::BoolOp(e) => self.bool_op(frame, e),
            Expr::BinOp(e) => {
                let left = self.eval(frame, &e.left);
                let right = self.eval(frame, &e.right);
                let value = self.binary(e.op, &left, &right, site);
                self.tell_text(frame, &value, site);
                value
            }
            Expr::UnaryOp(e) => {
                let operand = self.eval(frame, &e.operand);
                self.unary(e.op, &operand, site)
            }
            Expr::Compare(e) => self.comparison(frame, e),
            Expr::If(e) => {
                let test = self.eval(frame, &e.test);
                match test.truth() {
                    Some(true) => self.eval(frame, &e.body),
                    Some(false) => self.eval(frame, &e.orelse),
                    None => {
                        let (a, b) = (self.eval(frame, &e.body), self.eval(frame, &e.orelse));
                        if a.same(&b) {
                            return a;
                        }
                        let place = self.program.place(site);
                        let lost = self.unknown(format!("it depends on the test at {place}"), site);
                        self.carry(lost, [&a, &b])
                    }
                }
            }
            Expr::Named(e) => {
                let value = self.eval(frame, &e.value);
                let expression = frame.site(&*e.value);
                self.assign(frame, &e.target, value.clone(), site, expression);
                value
            }
            Expr::Lambda(e) => self.lambda(frame, e, site),
            Expr::ListComp(e) => {
                self.comprehension(frame, &e.generators, &[&e.elt], site, |items| {
                    Value::list(items.into_iter().flatten().collect())
                })
            }
            Expr::Generator(e) => {
                self.comprehension(frame, &e.generators, &[&e.elt], site, |items| {
                    Value::list(items.into_iter().flatten().collect())
                })
            }
            Expr::SetComp(e) => {
                let list = self.comprehension(frame, &e.generators, &[&e.elt], site, |items| {
                    Value::list(items.into_iter().flatten().collect())
                });
                match &list {
                    Value::List(items) => {
                        let items = items.borrow().clone();
                        self.set_of(items)
                    }
                    _ => list,
                }
            }
            Expr::DictComp(e) => {
                let Some(key) = e.key.as_deref() else {
                    self.eval(frame, &e.value);
                    return self.unknown("it is spread from another", site);
                };
                let pairs =
                    self.comprehension(frame, &e.generators, &[key, &e.value], site, |items| {
                        Value::list(
                            items
                                .into_iter()
                                .map(|pair| Value::Tuple(pair.into()))
                                .collect(),
                        )
                    });
                match &pairs {
                    Value::List(items) => {
                        let items = items.borrow().clone();
                        self.dict_of_pairs(&items, site)
                    }
                    _ => pairs,
                }
            }
            Expr::Await(e) => self.eval(frame, &e.value),
            Expr::Yield(e) => {
                frame.generator = true;
                if let Some(value) = &e.value {
                    let value = self.eval(frame, value);
                    frame.yielded.push(value);
                }
                self.unknown("it is what a generator is sent", site)
            }
            Expr::YieldFrom(e) => {
                frame.generator = true;
                let value = self.eval(frame, &e.value);
                frame.yielded.push(value);
                self.unknown("it is what a generator is sent", site)
            }
            Expr::Subscript(e) => {
                let base = self.eval(frame, &e.value);
                let key = self.eval(frame, &e.slice);
                self.item(&base, &key, site)
            }
            Expr::Slice(e) => {
                let mut part = |e: &'a Option<Box<Expr>>| {
                    e.as_deref().map_or(Value::None, |e| self.eval(frame, e))
                };
                let parts = [part(&e.lower), part(&e.upper), part(&e.step)];
                let (scope, class) = (Rc::default(), Value::external("builtins.slice"));
                let arguments = Arguments {
                    positional: parts.into(),
                    ..Arguments::default()
                };
                Value::Instance(Rc::new(super::value::Instance {
                    class,
                    arguments,
                    site,
                    scope,
                }))
            }
            Expr::Starred(e) => self.eval(frame, &e.value),
            Expr::IpyEscapeCommand(_) => self.unknown("it is no Python", site),
        }
    }

    fn number(&mut self, number: &Number, site: Site) -> Value<'a> {
        match number {
            Number::Int(n) => match n
                .as_i64()
                .map(i128::from)
                .or_else(|| parse_int(&n.to_string()))
            {
                Some(n) => Value::Int(n),
                None => self.unknown("it is larger than can be followed", site),
            },
            Number::Float(v) => Value::Float(*v),
            Number::Complex { .. } => self.unknown("it is a complex number", site),
        }
    }

    /// Why a literal is not what the file says: bytes that are no text, or an escape that is half of a surrogate
    /// pair, which no text of ours can hold.
    pub(super) fn lost_characters(&self, text: &str, site: Site) -> Option<&'static str> {
        if text.is_ascii() {
            return None;
        }
        let source = self.program.text(site.file).get(site.range.to_std_range());
        let source = source.unwrap_or("");
        let file = self.program.files.get(site.file.at());
        if file.is_some_and(|file| file.doubt.is_in(source)) {
            return Some(UNDECODED);
        }
        let half = text.contains(char::REPLACEMENT_CHARACTER)
            && source.to_ascii_lowercase().contains("\\ud");
        half.then_some("it holds half of a surrogate pair")
    }

    /// A string over several lines, with the line ends that Python gives it.
    pub(super) fn one_line_end<'t>(&self, text: &'t str, site: Site) -> Cow<'t, str> {
        if !text.contains('\r') {
            return Cow::Borrowed(text);
        }
        let source = self.program.text(site.file);
        let source = source.get(site.range.to_std_range()).unwrap_or("");
        match source.contains('\r') && !source.contains("\\r") {
            true => Cow::Owned(text.replace("\r\n", "\n")),
            false => Cow::Borrowed(text),
        }
    }

    /// Tells of a string that was built.
    pub(super) fn tell_text(&mut self, frame: &Frame<'a>, value: &Value<'a>, site: Site) {
        if let Value::Str(text) = value {
            self.tell(frame, |observer, context| {
                observer.text(context, text, site)
            });
        }
    }

    fn name(&mut self, frame: &mut Frame<'a>, name: &str, site: Site) -> Value<'a> {
        let led = frame
            .env
            .elsewhere
            .borrow()
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, scope)| Rc::clone(scope));
        if let Some(value) = led.and_then(|scope| scope.get(name)) {
            return value;
        }
        if let Some(value) = frame.env.lookup(name) {
            return value;
        }
        match name {
            "__name__" => return Value::text(frame.env.module.name.as_str()),
            "__debug__" => return Value::Bool(true),
            "__file__" | "__doc__" | "__spec__" | "__loader__" | "__path__" | "__package__" => {
                return self.unknown(format!("it depends on `{name}`"), site);
            }
            "__class__" | "__qualname__" | "__module__" | "__builtins__" | "__annotations__" => {
                return self.unknown(format!("it depends on `{name}`"), site);
            }
            _ => {}
        }
        if super::builtin::is_builtin(name) {
            return Value::external(format!("builtins.{name}"));
        }
        self.risk += 1;
        if let Some(open) = frame.env.open() {
            return open;
        }
        self.unknown(format!("the name `{name}` is not defined here"), site)
    }

    /// Evaluates the elements of a list, tuple or set.
    fn elements(
        &mut self,
        frame: &mut Frame<'a>,
        elements: &'a [Expr],
    ) -> Result<Vec<Value<'a>>, Value<'a>> {
        let mut items = Vec::with_capacity(elements.len().min(MAX_ITEMS));
        let mut lost = None;
        for element in elements {
            let value = self.eval(frame, element);
            if !element.is_starred_expr() {
                items.push(value);
            } else if let Some(mut all) = self.items(&value) {
                items.append(&mut all);
            } else {
                let why = "it is spread from something that is not known";
                let why = self.unknown(why, frame.site(element));
                lost = Some(self.carry(why, [&value]));
            }
        }
        match lost {
            Some(why) => Err(self.carry(why, &items)),
            None => Ok(items),
        }
    }

    fn dict_display(
        &mut self,
        frame: &mut Frame<'a>,
        e: &'a ruff_python_ast::ExprDict,
        site: Site,
    ) -> Value<'a> {
        let mut entries: Vec<(Value<'a>, Value<'a>)> =
            Vec::with_capacity(e.items.len().min(MAX_ITEMS));
        let mut lost = None;
        for item in &e.items {
            match &item.key {
                Some(key) => {
                    let key = self.eval(frame, key);
                    let value = self.eval(frame, &item.value);
                    if entries.len() < MAX_ITEMS {
                        put(&mut entries, key, value, e.items.len() > 256);
                    }
                }
                None => match self.eval(frame, &item.value) {
                    Value::Dict(more) => {
                        for (key, value) in more.borrow().iter() {
                            put(&mut entries, key.clone(), value.clone(), false);
                        }
                    }
                    _ => {
                        lost = Some(
                            self.unknown("it is spread from something that is not known", site),
                        )
                    }
                },
            }
        }
        if e.items.len() > MAX_ITEMS {
            return self.unknown("it is larger than can be followed", site);
        }
        lost.unwrap_or_else(|| Value::dict(entries))
    }

    pub(super) fn dict_of_pairs(&mut self, pairs: &[Value<'a>], site: Site) -> Value<'a> {
        let mut entries = Vec::new();
        for pair in pairs {
            match self.items(pair).as_deref() {
                Some([key, value]) if entries.len() < MAX_ITEMS => {
                    put(&mut entries, key.clone(), value.clone(), false);
                }
                _ => return self.unknown("it is made of pairs that are not known", site),
            }
        }
        Value::dict(entries)
    }

    fn bool_op(&mut self, frame: &mut Frame<'a>, e: &'a ruff_python_ast::ExprBoolOp) -> Value<'a> {
        let site = frame.site(e);
        let wanted = e.op == ruff_python_ast::BoolOp::Or;
        let mut last = Value::None;
        let mut lost = None;
        for operand in &e.values {
            last = self.eval(frame, operand);
            match last.truth() {
                // The rest is not evaluated.
                Some(truth) if truth == wanted => {
                    return match lost {
                        Some(lost) => self.carry(lost, [&last]),
                        None => last,
                    };
                }
                Some(_) => {}
                None => {
                    let first = lost.is_none();
                    let before = lost.take();
                    let now = match &last {
                        Value::Unknown(why) if first => Value::Unknown(Rc::clone(why)),
                        _ => self.unknown("it depends on a test that is not known", site),
                    };
                    lost = Some(self.carry(now, before.iter().chain([&last])));
                }
            }
        }
        // `x or y` of something unknown is x or y; only its truth may be certain.
        match lost {
            Some(lost) => self.carry(lost, [&last]),
            None => last,
        }
    }

    fn comparison(&mut self, frame: &mut Frame<'a>, e: &'a ExprCompare) -> Value<'a> {
        let site = frame.site(e);
        let mut left = self.eval(frame, &e.left);
        let mut verdict = Some(true);
        for (operator, right) in e.ops.iter().zip(&e.comparators) {
            let right = self.eval(frame, right);
            let event = Compare {
                left: &left,
                operator: *operator,
                right: &right,
                expression: e,
                site,
            };
            self.tell(frame, |observer, context| observer.compare(context, &event));
            verdict = match (verdict, self.compare(*operator, &left, &right)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
            left = right;
        }
        match verdict {
            Some(verdict) => Value::Bool(verdict),
            None => self.unknown("it is a comparison of something that is not known", site),
        }
    }

    fn call_expression(&mut self, frame: &mut Frame<'a>, e: &'a ExprCall) -> Value<'a> {
        let callee = self.eval(frame, &e.func);
        let site = frame.site(e);
        let mut arguments = Arguments::default();
        for argument in &e.arguments.args {
            let value = self.eval(frame, argument);
            if !argument.is_starred_expr() {
                arguments.positional.push(value);
            } else if let Some(mut items) = self.items(&value) {
                arguments.positional.append(&mut items);
            } else {
                arguments.open = self.spread(&value, frame.site(argument));
            }
        }
        for keyword in &e.arguments.keywords {
            let value = self.eval(frame, &keyword.value);
            match &keyword.arg {
                Some(name) => arguments.keywords.push((name.id.clone(), value)),
                None => match &value {
                    Value::Dict(entries)
                        if entries
                            .borrow()
                            .iter()
                            .all(|(key, _)| key.as_str().is_some()) =>
                    {
                        let entries = entries.borrow();
                        let pairs = entries
                            .iter()
                            .filter_map(|(key, value)| Some((key.as_str()?.into(), value.clone())));
                        arguments.keywords.extend(pairs);
                    }
                    _ => arguments.open = self.spread(&value, frame.site(keyword)),
                },
            }
        }
        if callee.why_unknown().is_some() {
            self.calls_unknown(e, &callee, site);
        }
        let result = self.call(frame, &callee, &arguments, site);
        let result = match &result {
            Value::Unknown(_) => self.carry(result, arguments.values().chain([&callee])),
            _ => result,
        };
        let event = Call {
            callee: &callee,
            arguments: &arguments,
            result: &result,
            expression: e,
            site,
        };
        self.tell_call(frame, &event);
        if !matches!(callee, Value::Instance(_)) {
            self.tell_text(frame, &result, site);
        }
        result
    }

    fn spread(&mut self, value: &Value<'a>, site: Site) -> Option<Rc<super::value::Unknown>> {
        match value {
            Value::Unknown(why) => Some(Rc::clone(why)),
            _ => {
                let why = "its arguments are spread from something that is not known";
                let lost = self.unknown(why, site);
                self.carry(lost, [value]).why_unknown().map(Rc::clone)
            }
        }
    }

    /// Runs the body of a lambda or a function, and gives what it returns.
    pub(super) fn result(
        &mut self,
        frame: &mut Frame<'a>,
        flow: Flow<'a>,
        site: Site,
    ) -> Value<'a> {
        let last = match flow {
            Flow::Return(value) => Some(value),
            Flow::Raise => None,
            _ => Some(Value::None),
        };
        let mut all = std::mem::take(&mut frame.returns);
        all.extend(last);
        match all.split_first() {
            Some((first, rest)) if rest.iter().all(|other| other.same(first)) => first.clone(),
            Some(_) => {
                let lost = self.unknown("the function returns this or that", site);
                self.carry(lost, &all)
            }
            None => self.unknown("the function raises an exception", site),
        }
    }
}

/// Puts an entry; a key that is there keeps its place.
pub(super) fn put<'a>(
    entries: &mut Vec<(Value<'a>, Value<'a>)>,
    key: Value<'a>,
    value: Value<'a>,
    fresh: bool,
) {
    if !fresh
        && let Some(entry) = entries
            .iter_mut()
            .find(|(own, _)| super::operator::equal_keys(own, &key))
    {
        entry.1 = value;
        return;
    }
    entries.push((key, value));
}

/// Digits of any base that Python writes.
fn parse_int(text: &str) -> Option<i128> {
    let text = text.replace('_', "").to_ascii_lowercase();
    let (digits, radix) = match text.get(..2) {
        Some("0x") => (&text[2..], 16),
        Some("0o") => (&text[2..], 8),
        Some("0b") => (&text[2..], 2),
        _ => (&text[..], 10),
    };
    i128::from_str_radix(digits, radix).ok()
}
