//! Expressions.

use std::borrow::Cow;
use std::rc::Rc;

use ruff_python_ast::{Comprehension, Expr, ExprAttribute, ExprCall, ExprCompare, Number};

use super::observer::{Access, Attribute, Call, Compare};
use super::scope::Bound;
use super::value::{Arguments, Kind, Method, Site, Value};
use super::{Flow, Frame, Interpreter, MAX_ITEMS, class};

impl<'a> Interpreter<'a, '_> {
    /// The value of an expression.
    pub(super) fn eval(&mut self, frame: &mut Frame<'a>, expression: &'a Expr) -> Value<'a> {
        let site = frame.site(expression);
        if !self.step(frame) {
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
            Expr::StringLiteral(e) if self.has_half_character(e.value.to_str(), site) => {
                self.unknown("it holds half of a surrogate pair", site)
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
                match self.truth(&test) {
                    Some(true) => self.eval(frame, &e.body),
                    Some(false) => self.eval(frame, &e.orelse),
                    None => {
                        let (a, b) = (self.eval(frame, &e.body), self.eval(frame, &e.orelse));
                        if a.same(&b) {
                            return a;
                        }
                        let place = self.program.place(site);
                        self.unknown(format!("it depends on the test at {place}"), site)
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
                    self.eval(frame, value);
                }
                self.unknown("it is what a generator is sent", site)
            }
            Expr::YieldFrom(e) => {
                frame.generator = true;
                self.eval(frame, &e.value);
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

    /// Whether an escape stands for half of a surrogate pair, which no text of ours can hold.
    fn has_half_character(&self, text: &str, site: Site) -> bool {
        text.contains(char::REPLACEMENT_CHARACTER) && {
            let source = self.program.text(site.file).get(site.range.to_std_range());
            source.is_some_and(|source| source.to_ascii_lowercase().contains("\\ud"))
        }
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
                lost = Some(self.unknown(
                    "it is spread from something that is not known",
                    frame.site(element),
                ));
            }
        }
        match lost {
            Some(why) => Err(why),
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
            match self.truth(&last) {
                // The rest is not evaluated.
                Some(truth) if truth == wanted => {
                    return lost.unwrap_or(last);
                }
                Some(_) => {}
                None => {
                    let first = lost.is_none();
                    lost = Some(match &last {
                        Value::Unknown(why) if first => Value::Unknown(Rc::clone(why)),
                        _ => self.unknown("it depends on a test that is not known", site),
                    });
                }
            }
        }
        // `x or y` of something unknown is x or y; only its truth may be certain.
        lost.unwrap_or(last)
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

    fn comprehension(
        &mut self,
        frame: &mut Frame<'a>,
        generators: &'a [Comprehension],
        elements: &[&'a Expr],
        site: Site,
        finish: impl FnOnce(Vec<Vec<Value<'a>>>) -> Value<'a>,
    ) -> Value<'a> {
        let inner = frame.env.inner(false);
        let outer = std::mem::replace(&mut frame.env, inner);
        let mute = self.mute;
        let mut found = Some(Vec::new());
        self.generate(frame, generators, elements, &mut found);
        self.mute = mute;
        frame.env = outer;
        match found {
            Some(items) => finish(items),
            None => self.unknown("it is made from something that is not known", site),
        }
    }

    fn generate(
        &mut self,
        frame: &mut Frame<'a>,
        generators: &'a [Comprehension],
        elements: &[&'a Expr],
        found: &mut Option<Vec<Vec<Value<'a>>>>,
    ) {
        let Some((first, rest)) = generators.split_first() else {
            let values = elements.iter().map(|e| self.eval(frame, e)).collect();
            if let Some(items) = found {
                items.push(values);
                if items.len() > MAX_ITEMS {
                    *found = None;
                }
            }
            return;
        };
        let site = frame.site(&first.iter);
        let iterated = self.eval(frame, &first.iter);
        let items = self.items(&iterated).filter(|items| !items.is_empty());
        if items.is_none() && self.items(&iterated).is_none() {
            *found = None;
        }
        let seen = items.is_some();
        let lost = || Value::unknown("it is taken from something that is not known", Some(site));
        // Code that no item reaches is seen once all the same.
        for item in items.unwrap_or_else(|| vec![lost()]) {
            self.assign(frame, &first.target, item, site, site);
            let mut kept = Some(true);
            for test in &first.ifs {
                let test = self.eval(frame, test);
                kept = match (kept, self.truth(&test)) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                };
            }
            match kept {
                Some(true) if seen => self.generate(frame, rest, elements, found),
                Some(false) if seen => {}
                _ => {
                    let mut nowhere = Some(Vec::new());
                    self.generate(frame, rest, elements, &mut nowhere);
                    if kept.is_none() {
                        *found = None;
                    }
                }
            }
            self.mute += 1;
            if found.is_none() {
                break;
            }
        }
    }

    fn attribute_expression(&mut self, frame: &mut Frame<'a>, e: &'a ExprAttribute) -> Value<'a> {
        let base = self.eval(frame, &e.value);
        let site = frame.site(e);
        let value = self.attribute(&base, e.attr.as_str(), site);
        let event = Attribute {
            base: &base,
            name: e.attr.as_str(),
            access: Access::Get,
            value: &value,
            expression: &e.value,
            site,
        };
        self.tell(frame, |observer, context| {
            observer.attribute(context, &event)
        });
        value
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
        let result = self.call(frame, &callee, &arguments, site);
        let event = Call {
            callee: &callee,
            arguments: &arguments,
            result: &result,
            expression: e,
            site,
        };
        self.tell(frame, |observer, context| observer.call(context, &event));
        if !matches!(callee, Value::Instance(_)) {
            self.tell_text(frame, &result, site);
        }
        result
    }

    fn spread(&mut self, value: &Value<'a>, site: Site) -> Option<Rc<super::value::Unknown>> {
        match value {
            Value::Unknown(why) => Some(Rc::clone(why)),
            _ => Some(Rc::new(super::value::Unknown {
                reason: "its arguments are spread from something that is not known".to_owned(),
                site: Some(site),
                parameter: None,
            })),
        }
    }

    /// The attribute of an object.
    pub(super) fn attribute(&mut self, base: &Value<'a>, name: &str, site: Site) -> Value<'a> {
        match base {
            Value::Unknown(why) => {
                self.risk += 1;
                Value::Unknown(Rc::clone(why))
            }
            Value::External(path) => {
                Value::external(super::import::canonical(&format!("{path}.{name}")))
            }
            Value::Module(module) => {
                if let Some(value) = module.scope.get(name) {
                    return value;
                }
                if name == "__name__" {
                    return Value::text(module.name.as_str());
                }
                if let Some(value) = self.submodule(module, name, site) {
                    return value;
                }
                self.risk += 1;
                self.missing(module, name, site)
            }
            Value::Class(of) => self.class_attribute(of, name, site),
            Value::Member(member) => match name {
                "name" | "_name_" => Value::text(member.name.as_str()),
                "value" | "_value_" => member.value.clone(),
                _ => match member.class.upgrade() {
                    Some(of) => self.bound_attribute(&of, base, name, site),
                    None => self.unknown("it is an attribute of an enum's member", site),
                },
            },
            Value::Instance(instance) => {
                if let Some(value) = instance.scope.get(name) {
                    return value;
                }
                match &instance.class {
                    Value::Class(of) => {
                        let of = Rc::clone(of);
                        self.bound_attribute(&of, base, name, site)
                    }
                    Value::External(path) => {
                        if let Some(known) = super::builtin::member_of(path, name) {
                            return Value::external(known);
                        }
                        self.method(base, name, None)
                    }
                    _ => self.unknown(format!("nothing is known of its attribute `{name}`"), site),
                }
            }
            Value::Function(function) => match name {
                "__name__" | "__qualname__" => Value::text(function.name.as_str()),
                _ => self.unknown(format!("nothing is known of its attribute `{name}`"), site),
            },
            Value::Method(_) => {
                self.unknown(format!("nothing is known of its attribute `{name}`"), site)
            }
            _ => match (base, name) {
                (Value::Int(_) | Value::Bool(_), "real" | "numerator") => base.clone(),
                (_, "__class__") => Value::external(format!("builtins.{}", base.type_name())),
                _ => self.method(base, name, None),
            },
        }
    }

    pub(super) fn method(
        &mut self,
        receiver: &Value<'a>,
        name: &str,
        function: Option<Rc<super::value::Function<'a>>>,
    ) -> Value<'a> {
        Value::Method(Rc::new(Method {
            receiver: receiver.clone(),
            name: name.into(),
            function,
        }))
    }

    /// The attribute of a class itself.
    pub(super) fn class_attribute(
        &mut self,
        of: &Rc<super::value::Class<'a>>,
        name: &str,
        site: Site,
    ) -> Value<'a> {
        if of.kind == Kind::Enum
            && let Some(member) = self.enum_member(of, name)
        {
            return member;
        }
        if let Some(value) = class::find(of, name) {
            return match &value {
                Value::Function(function) if function.binding == super::value::Binding::Class => {
                    let function = Rc::clone(function);
                    self.method(&Value::Class(Rc::clone(of)), name, Some(function))
                }
                _ => value,
            };
        }
        match name {
            "__name__" | "__qualname__" => return Value::text(of.name.as_str()),
            "__dict__" => return self.unknown("it is read from `__dict__`", site),
            "__members__" if of.kind == Kind::Enum => {
                let members = of.members.borrow();
                let entries = members
                    .iter()
                    .map(|m| (Value::text(m.name.as_str()), Value::Member(Rc::clone(m))));
                return Value::dict(entries.collect());
            }
            "_fields" if of.kind == Kind::Record => return Value::Dict(Rc::clone(&of.fields)),
            _ => {}
        }
        if let Some(path) = class::external_base(of) {
            return Value::external(super::import::canonical(&format!("{path}.{name}")));
        }
        self.risk += 1;
        self.unknown(
            format!(
                "the class `{}` has no attribute `{name}` that could be followed",
                of.name
            ),
            site,
        )
    }

    /// The attribute of an instance of a class.
    fn bound_attribute(
        &mut self,
        of: &Rc<super::value::Class<'a>>,
        receiver: &Value<'a>,
        name: &str,
        site: Site,
    ) -> Value<'a> {
        if name == "__class__" {
            return Value::Class(Rc::clone(of));
        }
        if let Some(value) = class::find(of, name) {
            let Value::Function(function) = &value else {
                return value;
            };
            use super::value::Binding;
            return match function.binding {
                Binding::Static => value,
                Binding::Class => self.method(
                    &Value::Class(Rc::clone(of)),
                    name,
                    Some(Rc::clone(function)),
                ),
                Binding::Plain => self.method(receiver, name, Some(Rc::clone(function))),
                Binding::Property => {
                    let mut arguments = Arguments::default();
                    arguments.positional.push(receiver.clone());
                    self.call_function(function, arguments, Some(receiver.clone()), site)
                }
                Binding::Unknown => self.unknown("it is a decorated method", site),
            };
        }
        // What the methods set on `self`.
        if let Some(value) = self.own_attribute(of, name) {
            return value;
        }
        if let Some(path) = class::external_base(of) {
            if let Some(known) = super::builtin::member_of(&path, name) {
                return Value::external(known);
            }
            return self.method(receiver, name, None);
        }
        self.risk += 1;
        self.unknown(
            format!(
                "nothing is known of the attribute `{name}` of `{}`",
                of.name
            ),
            site,
        )
    }

    /// Sets an attribute.
    pub(super) fn set_attribute(
        &mut self,
        base: &Value<'a>,
        name: ruff_python_ast::name::Name,
        bound: Bound<'a>,
    ) {
        let scope = match base {
            Value::Class(of) => Rc::clone(&of.scope),
            Value::Module(of) => Rc::clone(&of.scope),
            Value::Instance(of) => Rc::clone(&of.scope),
            _ => return,
        };
        self.set(&scope, name, bound);
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
            Some(_) => self.unknown("the function returns this or that", site),
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
