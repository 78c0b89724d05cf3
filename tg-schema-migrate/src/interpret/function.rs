//! Functions: their definition, following a call of one, and the one look at each by itself.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{Decorator, Expr, ExprLambda, Parameters, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::scope::Bound;
use super::value::{Arguments, Binding, Class, Code, Function, LOCALS, Site, Unknown, Value};
use super::{CALL_STEPS, Flow, Frame, Interpreter, MAX_CALLS, MODULE_STEPS, SLOW_CALLS};

impl<'a> Interpreter<'a, '_> {
    pub(super) fn function_def(&mut self, frame: &mut Frame<'a>, def: &'a StmtFunctionDef) {
        let site = frame.site(&def.name);
        let whole = frame.site(def);
        let mut binding = Binding::Plain;
        for decorator in def.decorator_list.iter().rev() {
            let value = self.eval(frame, &decorator.expression);
            binding = bound_by(&value, decorator, binding);
        }
        if def.name.as_str() == "__new__" || def.name.as_str() == "__init_subclass__" {
            binding = Binding::Static;
        }
        let function = Rc::new(Function {
            name: def.name.id.clone(),
            path: frame.path.clone(),
            code: Code::Def(def),
            site,
            env: Rc::clone(&frame.env),
            defaults: self.defaults(frame, Some(&def.parameters)),
            binding,
            owner: RefCell::new(None),
            visited: Cell::new(false),
            followed: Cell::new(false),
        });
        if self.mute == 0 {
            self.functions.push(Rc::clone(&function));
        }
        let value = match binding {
            Binding::Unknown if !frame.env.class => {
                self.unknown(format!("the function `{}` is decorated", def.name), site)
            }
            _ => Value::Function(function),
        };
        self.bind_name(frame, def.name.id.clone(), value, whole, site);
    }

    pub(super) fn lambda(
        &mut self,
        frame: &mut Frame<'a>,
        e: &'a ExprLambda,
        site: Site,
    ) -> Value<'a> {
        let function = Rc::new(Function {
            name: Name::new_static("<lambda>"),
            path: frame.path.clone(),
            code: Code::Lambda(e),
            site,
            env: Rc::clone(&frame.env),
            defaults: self.defaults(frame, e.parameters.as_deref()),
            binding: Binding::Plain,
            owner: RefCell::new(None),
            visited: Cell::new(false),
            followed: Cell::new(false),
        });
        if self.mute == 0 {
            self.functions.push(Rc::clone(&function));
        }
        Value::Function(function)
    }

    fn defaults(
        &mut self,
        frame: &mut Frame<'a>,
        parameters: Option<&'a Parameters>,
    ) -> Vec<(Name, Value<'a>)> {
        let all = parameters
            .into_iter()
            .flat_map(Parameters::iter_non_variadic_params);
        let mut defaults = Vec::new();
        for parameter in all {
            if let Some(default) = &parameter.default {
                let value = self.eval(frame, default);
                defaults.push((parameter.parameter.name.id.clone(), value));
            }
        }
        defaults
    }

    /// Follows a call of a function of the files.
    pub(super) fn call_function(
        &mut self,
        function: &Rc<Function<'a>>,
        arguments: Arguments<'a>,
        receiver: Option<Value<'a>>,
        site: Site,
    ) -> Value<'a> {
        if self.calls >= MAX_CALLS {
            self.risk += 1;
            self.leaves(function.site, &arguments);
            return self.unknown("calls are nested too deep to follow", site);
        }
        let slow = self.slow.get(&function.site).copied().unwrap_or(0);
        if self.calls == 0 && slow >= SLOW_CALLS {
            self.leaves(function.site, &arguments);
            return self.slow_call(function, site);
        }
        // Where nothing is known of the arguments, the look at the function by itself says as much.
        if self.visiting > 0
            && (self.calls >= 3 || !arguments.values().any(|v| v.why_unknown().is_none()))
        {
            self.risk += 1;
            self.leaves(function.site, &arguments);
            return self.unknown(
                format!("the call of `{}` is not followed", function.name),
                site,
            );
        }
        let env = function.env.inner(false);
        let mut frame = Frame::new(env, function.site.file, self.inside(function));
        frame.function = Some(Rc::clone(function));
        frame.receiver = receiver;
        if let Err(why) = self.fill(&frame, function, arguments, site) {
            self.risk += 1;
            return why;
        }
        let outer = self.steps.left();
        if self.calls == 0 {
            self.steps.set(CALL_STEPS.min(outer));
        }
        let before = self.steps.left();
        // Its loops are counted by its steps.
        let turns = self.turns;
        self.calls += 1;
        self.mute += 1;
        let value = self.deeper(
            Value::unknown("it nests too deep to follow", Some(site)),
            |this| this.run(&mut frame, function, site),
        );
        self.mute -= 1;
        self.calls -= 1;
        let left = self.steps.left();
        if self.calls == 0 {
            self.turns = turns;
            self.steps.set(outer.saturating_sub(before - left));
        }
        if left == 0 {
            if self.calls == 0 && before == CALL_STEPS {
                self.slow.insert(function.site, slow + 1);
            }
            return self.slow_call(function, site);
        }
        function
            .followed
            .set(function.followed.get() || (self.visiting == 0 && self.dead == 0));
        if frame.generator {
            let made = self.unknown("it is a generator", site);
            return self.carry(made, &frame.yielded);
        }
        value
    }

    fn slow_call(&mut self, function: &Function<'a>, site: Site) -> Value<'a> {
        self.risk += 1;
        let place = self.program.place(function.site);
        let reason = format!(
            "the call of `{}` ({place}) takes too long to follow",
            function.name
        );
        self.unknown(reason, site)
    }

    fn inside(&self, function: &Function<'a>) -> Vec<Name> {
        let mut path = function.path.clone();
        path.push(Name::new(format!("{}{LOCALS}", function.name)));
        path
    }

    fn run(&mut self, frame: &mut Frame<'a>, function: &Function<'a>, site: Site) -> Value<'a> {
        match function.code {
            Code::Def(def) => {
                let flow = self.block(frame, &def.body);
                self.result(frame, flow, site)
            }
            Code::Lambda(e) => {
                let value = self.eval(frame, &e.body);
                self.result(frame, Flow::Return(value), site)
            }
        }
    }

    /// Binds arguments to parameters.
    fn fill(
        &mut self,
        frame: &Frame<'a>,
        function: &Function<'a>,
        arguments: Arguments<'a>,
        site: Site,
    ) -> Result<(), Value<'a>> {
        let parameters = match function.code {
            Code::Def(def) => Some(&*def.parameters),
            Code::Lambda(e) => e.parameters.as_deref(),
        };
        let Some(parameters) = parameters else {
            return Ok(());
        };
        let Arguments {
            positional,
            mut keywords,
            open,
        } = arguments;
        let mut positional = positional.into_iter();
        let ordered = parameters.posonlyargs.iter().chain(&parameters.args);
        let bind = |name: &Name, value: Value<'a>| {
            let site = Some((site, site));
            frame.env.scope.set(name.clone(), Bound { value, site });
        };
        let wrong = |name: &Name| {
            Value::unknown(
                format!("`{}` is called without `{name}`", function.name),
                Some(site),
            )
        };
        for (parameter, by_position) in ordered
            .map(|p| (p, true))
            .chain(parameters.kwonlyargs.iter().map(|p| (p, false)))
        {
            let name = &parameter.parameter.name.id;
            let given = if by_position { positional.next() } else { None };
            let named = keywords.iter().position(|(own, _)| own == name);
            let value = match (given, named) {
                (Some(value), None) => value,
                (Some(_), Some(_)) => return Err(wrong(name)),
                (None, Some(at)) => keywords.remove(at).1,
                (None, None) => {
                    match (function.defaults.iter().find(|(own, _)| own == name), &open) {
                        (_, Some(why)) => Value::Unknown(Rc::clone(why)),
                        (Some((_, default)), None) => default.clone(),
                        (None, None) => return Err(wrong(name)),
                    }
                }
            };
            bind(name, value);
        }
        let rest: Vec<Value<'a>> = positional.collect();
        match &parameters.vararg {
            Some(vararg) => {
                let value = match &open {
                    Some(why) => Value::Unknown(Rc::clone(why)),
                    None => Value::Tuple(rest.into()),
                };
                bind(&vararg.name.id, value);
            }
            None if !rest.is_empty() => {
                return Err(Value::unknown(
                    format!("`{}` is called with too many arguments", function.name),
                    Some(site),
                ));
            }
            None => {}
        }
        match &parameters.kwarg {
            Some(kwarg) => {
                let value = match &open {
                    Some(why) => Value::Unknown(Rc::clone(why)),
                    None => Value::dict(
                        keywords
                            .into_iter()
                            .map(|(name, value)| (Value::text(name.as_str()), value))
                            .collect(),
                    ),
                };
                bind(&kwarg.name.id, value);
            }
            None if !keywords.is_empty() => {
                return Err(Value::unknown(
                    format!(
                        "`{}` is called with arguments that it has not",
                        function.name
                    ),
                    Some(site),
                ));
            }
            None => {}
        }
        Ok(())
    }

    /// Looks at the body of every function once, with parameters that are not known.
    pub(super) fn visit_functions(&mut self) {
        let mut next = 0;
        while let Some(function) = self.functions.get(next).cloned() {
            next += 1;
            self.visit(&function);
        }
    }

    fn visit(&mut self, function: &Rc<Function<'a>>) {
        if function.visited.replace(true) {
            return;
        }
        let env = function.env.inner(false);
        let mut frame = Frame::new(env, function.site.file, self.inside(function));
        frame.function = Some(Rc::clone(function));
        let owner = function
            .owner
            .borrow()
            .as_ref()
            .and_then(std::rc::Weak::upgrade);
        let parameters = match function.code {
            Code::Def(def) => Some(&*def.parameters),
            Code::Lambda(e) => e.parameters.as_deref(),
        };
        let mut receiver = owner.filter(|_| {
            matches!(
                function.binding,
                Binding::Plain | Binding::Property | Binding::Class
            )
        });
        for parameter in parameters.into_iter().flat_map(|p| p.iter()) {
            let name = parameter.name().id.clone();
            let value = match receiver.take() {
                Some(class) if function.binding == Binding::Class => Value::Class(class),
                Some(class) => {
                    let myself = self.myself(&class);
                    frame.receiver = Some(myself.clone());
                    myself
                }
                None => {
                    let site = frame.at(parameter.as_parameter().range());
                    let plain = !parameter.is_variadic();
                    let annotation = parameter.as_parameter().annotation.as_deref();
                    let client = annotation
                        .filter(|_| plain)
                        .and_then(|annotation| self.client_of(&function.env, annotation));
                    match client {
                        Some(client) => self.instance(client, &Arguments::default(), site),
                        None => Value::Unknown(Rc::new(Unknown {
                            reason: format!(
                                "it depends on the parameter `{name}` of `{}`",
                                function.name
                            ),
                            site: Some(site),
                            parameter: Some(name.clone()),
                            address: false,
                            reach: None,
                        })),
                    }
                }
            };
            frame.env.scope.set(name, Bound { value, site: None });
        }
        let journals = std::mem::take(&mut self.journals);
        let (steps, mute, dead, calls, depth) = (
            self.steps.left(),
            self.mute,
            self.dead,
            self.calls,
            self.depth,
        );
        (self.mute, self.dead, self.calls) = (0, 0, 0);
        self.steps.set(MODULE_STEPS);
        self.visiting += 1;
        let site = function.site;
        let known = function.followed.get() || function.name == "__init_subclass__";
        let before = self.look_at(site, known);
        self.deeper(Value::None, |this| this.run(&mut frame, function, site));
        self.looked_at = before;
        self.visiting -= 1;
        (self.mute, self.dead, self.calls, self.depth) = (mute, dead, calls, depth);
        self.steps.set(steps);
        self.journals = journals;
    }

    /// The client's class that an annotation names, also in quotes, `X | None` and `Optional[X]`.
    fn client_of(&mut self, env: &Rc<super::Env<'a>>, annotation: &Expr) -> Option<Value<'a>> {
        let value = match annotation {
            Expr::BinOp(of) if of.right.is_none_literal_expr() => {
                return self.client_of(env, &of.left);
            }
            Expr::Subscript(of) => {
                let optional = match &*of.value {
                    Expr::Name(name) => name.id == "Optional",
                    Expr::Attribute(of) => of.attr.as_str() == "Optional",
                    _ => false,
                };
                return optional.then(|| self.client_of(env, &of.slice))?;
            }
            Expr::StringLiteral(text) => self.dotted(env, text.value.to_str())?,
            Expr::Name(name) => env.lookup(&name.id)?,
            Expr::Attribute(of) => match &*of.value {
                Expr::Name(base) => self.dotted(env, &format!("{}.{}", base.id, of.attr))?,
                _ => return None,
            },
            _ => return None,
        };
        let path = value.external_path()?;
        matches!(path, "pulsar.Client" | "pulsar.asyncio.Client").then_some(value)
    }

    /// What a dotted name of something outside of the files stands for.
    fn dotted(&mut self, env: &Rc<super::Env<'a>>, path: &str) -> Option<Value<'a>> {
        let mut parts = path.split('.').map(str::trim);
        let value = env.lookup(parts.next()?)?;
        let Some(rest) = path.split_once('.').map(|(_, rest)| rest) else {
            return Some(value);
        };
        let outside = value.external_path()?;
        Some(Value::external(super::client::canonical(&format!(
            "{outside}.{rest}"
        ))))
    }

    /// The one object that stands for every `self` of a class.
    fn myself(&mut self, class: &Rc<Class<'a>>) -> Value<'a> {
        if let Some(value) = &*class.myself.borrow() {
            return value.clone();
        }
        let made = self.instance(
            Value::Class(Rc::clone(class)),
            &Arguments::default(),
            class.site,
        );
        *class.myself.borrow_mut() = Some(made.clone());
        made
    }

    /// What methods of a class, or of one that it comes from, set on `self`.
    pub(super) fn own_attribute(&mut self, class: &Rc<Class<'a>>, name: &str) -> Option<Value<'a>> {
        for one in super::linear(class) {
            if let Some(Value::Function(init)) = one.scope.get("__init__")
                && self.depth < 1_000
            {
                self.visit(&init);
            }
            let myself = one.myself.borrow().clone();
            if let Some(Value::Instance(of)) = myself
                && let Some(value) = of.scope.get(name)
            {
                return Some(value);
            }
        }
        None
    }
}

fn bound_by(value: &Value, decorator: &Decorator, before: Binding) -> Binding {
    match value.external_path() {
        Some("builtins.staticmethod") => Binding::Static,
        Some("builtins.classmethod") => Binding::Class,
        Some("builtins.property" | "functools.cached_property") => Binding::Property,
        Some(
            "abc.abstractmethod"
            | "typing.override"
            | "typing.final"
            | "functools.cache"
            | "typing.no_type_check",
        ) => before,
        _ => match &decorator.expression {
            Expr::Attribute(of) if matches!(of.attr.as_str(), "setter" | "deleter") => {
                Binding::Unknown
            }
            // `@functools.lru_cache(maxsize=None)` and `@functools.wraps(f)` leave what a call gives.
            _ if matches!(value.instance_of(), Some("functools.lru_cache")) => before,
            _ => Binding::Unknown,
        },
    }
}
