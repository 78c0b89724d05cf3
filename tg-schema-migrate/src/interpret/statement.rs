//! Statements.

use std::rc::Rc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{
    ElifElseClause, ExceptHandler, Expr, Stmt, StmtAugAssign, StmtFor, StmtIf, StmtTry, StmtWhile,
};
use ruff_text_size::Ranged;

use super::branch::Touched;
use super::observer::{Access, Attribute};
use super::scope::{Bound, Scope};
use super::value::{Site, Value};
use super::{Flow, Frame, Interpreter, MAX_ITEMS};

/// Turns of a `while` whose test stays true.
const MAX_TURNS: usize = 256;

impl<'a> Interpreter<'a, '_> {
    /// Runs statements in order.
    pub(super) fn block(&mut self, frame: &mut Frame<'a>, body: &'a [Stmt]) -> Flow<'a> {
        for (at, statement) in body.iter().enumerate() {
            match self.statement(frame, statement) {
                Flow::Next => {}
                end => {
                    // What stands behind a `return` is seen all the same.
                    let rest = &body[at + 1..];
                    if !rest.is_empty() && self.mute == 0 {
                        self.never(frame, false, |this, frame| this.block(frame, rest));
                    }
                    return end;
                }
            }
        }
        Flow::Next
    }

    fn statement(&mut self, frame: &mut Frame<'a>, statement: &'a Stmt) -> Flow<'a> {
        if !self.step(frame, statement.range()) {
            return Flow::Raise;
        }
        self.deeper(Flow::Next, |this| this.one(frame, statement))
    }

    fn one(&mut self, frame: &mut Frame<'a>, statement: &'a Stmt) -> Flow<'a> {
        let site = frame.site(statement);
        match statement {
            Stmt::FunctionDef(def) => self.function_def(frame, def),
            Stmt::ClassDef(def) => self.class_def(frame, def),
            Stmt::Return(s) => {
                let value = s
                    .value
                    .as_deref()
                    .map_or(Value::None, |e| self.eval(frame, e));
                return Flow::Return(value);
            }
            Stmt::Delete(s) => s
                .targets
                .iter()
                .for_each(|target| self.delete(frame, target)),
            Stmt::Assign(s) => {
                let value = self.eval(frame, &s.value);
                let expression = frame.site(&*s.value);
                for target in &s.targets {
                    self.assign(frame, target, value.clone(), site, expression);
                }
            }
            Stmt::AnnAssign(s) => {
                self.annotation(frame, &s.annotation);
                if let Some(value) = s.value.as_deref() {
                    let expression = frame.site(value);
                    let value = self.eval(frame, value);
                    self.assign(frame, &s.target, value, site, expression);
                }
            }
            Stmt::AugAssign(s) => self.augmented(frame, s),
            Stmt::TypeAlias(s) => {
                if let Expr::Name(name) = &*s.name {
                    let value = self.unknown("it is a type alias", site);
                    self.bind_name(frame, name.id.clone(), value, site, site);
                }
            }
            Stmt::For(s) => return self.for_loop(frame, s),
            Stmt::While(s) => return self.while_loop(frame, s),
            Stmt::If(s) => return self.if_statement(frame, s),
            Stmt::With(s) => {
                for item in &s.items {
                    let value = self.eval(frame, &item.context_expr);
                    let entered = self.entered(value, site);
                    if let Some(target) = item.optional_vars.as_deref() {
                        self.assign(frame, target, entered, site, frame.site(&item.context_expr));
                    }
                }
                return self.block(frame, &s.body);
            }
            Stmt::Match(s) => return self.match_statement(frame, s),
            Stmt::Raise(s) => {
                for e in s.exc.iter().chain(&s.cause) {
                    self.eval(frame, e);
                }
                self.risk += 1;
                return Flow::Raise;
            }
            Stmt::Try(s) => return self.try_statement(frame, s),
            Stmt::Assert(s) => {
                self.eval(frame, &s.test);
                if let Some(message) = &s.msg {
                    self.eval(frame, message);
                }
            }
            Stmt::Import(s) => self.import(frame, s),
            Stmt::ImportFrom(s) => self.import_from(frame, s),
            Stmt::Global(s) => {
                let scope = Rc::clone(&frame.env.module.scope);
                self.lead(
                    frame,
                    s.names
                        .iter()
                        .map(|name| (name.id.clone(), Rc::clone(&scope))),
                );
            }
            Stmt::Nonlocal(s) => {
                let names = s
                    .names
                    .iter()
                    .filter_map(|name| Some((name.id.clone(), outer(frame, name)?)));
                let names: Vec<_> = names.collect();
                self.lead(frame, names.into_iter());
            }
            Stmt::Expr(s) => {
                self.for_effect(frame, &s.value);
                self.eval(frame, &s.value);
            }
            Stmt::Break(_) => return Flow::Break,
            Stmt::Continue(_) => return Flow::Continue,
            Stmt::Pass(_) | Stmt::IpyEscapeCommand(_) => {}
        }
        Flow::Next
    }

    fn lead(&mut self, frame: &Frame<'a>, names: impl Iterator<Item = (Name, Rc<Scope<'a>>)>) {
        frame.env.elsewhere.borrow_mut().extend(names);
    }

    /// An annotation is looked at by nobody but observers; strings in it are none.
    fn annotation(&mut self, frame: &mut Frame<'a>, annotation: &'a Expr) {
        if !matches!(annotation, Expr::Name(_) | Expr::StringLiteral(_)) {
            self.quiet_eval(frame, annotation);
        }
    }

    fn quiet_eval(&mut self, frame: &mut Frame<'a>, expression: &'a Expr) {
        self.mute += 1;
        self.eval(frame, expression);
        self.mute -= 1;
    }

    /// What `with x as y` binds.
    fn entered(&mut self, value: Value<'a>, site: Site) -> Value<'a> {
        match &value {
            Value::Instance(instance) => match &instance.class {
                // The client's own objects give themselves.
                Value::External(path) if path.starts_with("pulsar.") => value,
                Value::Class(class) if super::class::find(class, "__enter__").is_none() => value,
                _ => self.entered_unknown(&value, site),
            },
            Value::Unknown(_) => value,
            _ => self.entered_unknown(&value, site),
        }
    }

    fn entered_unknown(&mut self, value: &Value<'a>, site: Site) -> Value<'a> {
        let given = self.unknown("it is what a context manager gives", site);
        self.carry(given, [value])
    }

    /// Binds a name here.
    pub(super) fn bind_name(
        &mut self,
        frame: &Frame<'a>,
        name: Name,
        value: Value<'a>,
        statement: Site,
        expression: Site,
    ) {
        let scope = frame.env.home(&name);
        let site = Some((statement, expression));
        self.set(&scope, name, Bound { value, site });
    }

    /// Assigns to a target.
    pub(super) fn assign(
        &mut self,
        frame: &mut Frame<'a>,
        target: &'a Expr,
        value: Value<'a>,
        statement: Site,
        expression: Site,
    ) {
        match target {
            Expr::Name(name) => {
                let site = frame.site(name);
                self.bind_name(frame, name.id.clone(), value.clone(), statement, expression);
                self.tell(frame, |observer, context| {
                    observer.bound(context, name.id.as_str(), &value, site);
                });
            }
            Expr::Attribute(of) => {
                let base = self.eval(frame, &of.value);
                let event = Attribute {
                    base: &base,
                    name: of.attr.as_str(),
                    access: Access::Set,
                    value: &value,
                    expression: &of.value,
                    site: frame.site(of),
                };
                self.tell(frame, |observer, context| {
                    observer.attribute(context, &event)
                });
                let site = Some((statement, expression));
                self.set_attribute(&base, of.attr.id.clone(), Bound { value, site });
            }
            Expr::Subscript(of) => {
                let base = self.eval(frame, &of.value);
                let key = self.eval(frame, &of.slice);
                self.set_item(frame, &base, key, value, statement, expression);
            }
            Expr::Starred(of) => self.assign(frame, &of.value, value, statement, expression),
            Expr::Tuple(of) => self.assign_each(frame, &of.elts, value, statement, expression),
            Expr::List(of) => self.assign_each(frame, &of.elts, value, statement, expression),
            _ => {}
        }
    }

    fn assign_each(
        &mut self,
        frame: &mut Frame<'a>,
        targets: &'a [Expr],
        value: Value<'a>,
        statement: Site,
        expression: Site,
    ) {
        let starred = targets.iter().position(Expr::is_starred_expr);
        let items = self.items(&value);
        let values: Option<Vec<Value<'a>>> = items.and_then(|items| match starred {
            None => (items.len() == targets.len()).then_some(items),
            Some(at) => {
                let behind = targets.len() - at - 1;
                let middle = items.len().checked_sub(at + behind)?;
                let mut all = items[..at].to_vec();
                all.push(Value::list(items[at..at + middle].to_vec()));
                all.extend_from_slice(&items[at + middle..]);
                Some(all)
            }
        });
        let lost = match &value {
            Value::Unknown(_) => value.clone(),
            _ => {
                let lost =
                    self.unknown("it is taken out of something that is not known", expression);
                self.carry(lost, [&value])
            }
        };
        for (at, target) in targets.iter().enumerate() {
            let one = values
                .as_ref()
                .and_then(|all| all.get(at))
                .unwrap_or(&lost)
                .clone();
            self.assign(frame, target, one, statement, expression);
        }
    }

    fn augmented(&mut self, frame: &mut Frame<'a>, s: &'a StmtAugAssign) {
        let site = frame.site(s);
        let expression = frame.site(&*s.value);
        let old = self.eval(frame, &s.target);
        let value = self.eval(frame, &s.value);
        // A list that is added to is the same list afterwards.
        if let (Value::List(list), ruff_python_ast::Operator::Add) = (&old, s.op) {
            let more = self.items(&value);
            let more = more.unwrap_or_else(|| vec![self.unknown("it is added to a list", site)]);
            self.change_list(list, |items| items.extend(more));
            return self.assign(frame, &s.target, old, site, expression);
        }
        // So is a dictionary.
        if let (Value::Dict(dict), Value::Dict(more), ruff_python_ast::Operator::BitOr) =
            (&old, &value, s.op)
        {
            self.sets_item(&old, site);
            let more = more.borrow().clone();
            self.change_dict(dict, |entries| {
                for (key, value) in more {
                    super::expression::put(entries, key, value, false);
                }
            });
            return self.assign(frame, &s.target, old, site, expression);
        }
        self.sets_item(&old, site);
        let result = self.binary(s.op, &old, &value, site);
        self.assign(frame, &s.target, result, site, expression);
    }

    fn delete(&mut self, frame: &mut Frame<'a>, target: &'a Expr) {
        match target {
            Expr::Name(name) => {
                let scope = frame.env.home(&name.id);
                self.remove(&scope, &name.id);
            }
            Expr::Attribute(of) => {
                let base = self.eval(frame, &of.value);
                self.written(&base, &of.attr, frame.site(of));
                if self.sets(&base, &of.attr, frame.site(of)) {
                    return;
                }
                if let Value::Class(class) = &base {
                    let scope = Rc::clone(&class.scope);
                    self.remove(&scope, &of.attr);
                }
            }
            Expr::Subscript(of) => {
                let base = self.eval(frame, &of.value);
                let key = self.eval(frame, &of.slice);
                self.delete_item(frame, &base, &key, frame.site(of));
            }
            Expr::Tuple(of) => of.elts.iter().for_each(|t| self.delete(frame, t)),
            Expr::List(of) => of.elts.iter().for_each(|t| self.delete(frame, t)),
            _ => {}
        }
    }

    fn if_statement(&mut self, frame: &mut Frame<'a>, s: &'a StmtIf) -> Flow<'a> {
        let site = frame.site(s);
        self.arms(frame, site, &s.test, &s.body, &s.elif_else_clauses)
    }

    fn arms(
        &mut self,
        frame: &mut Frame<'a>,
        site: Site,
        test: &'a Expr,
        body: &'a [Stmt],
        rest: &'a [ElifElseClause],
    ) -> Flow<'a> {
        let value = self.eval(frame, test);
        match value.truth() {
            Some(true) => {
                let flow = self.block(frame, body);
                if self.mute == 0 {
                    let guard = is_main(test);
                    self.never(frame, guard, |this, frame| {
                        this.otherwise(frame, site, rest)
                    });
                }
                flow
            }
            Some(false) => {
                if self.mute == 0 {
                    self.never(frame, is_main(test), |this, frame| this.block(frame, body));
                }
                self.otherwise(frame, site, rest)
            }
            None => self.either(
                frame,
                site,
                vec![
                    Box::new(|this, frame| this.block(frame, body)),
                    Box::new(|this, frame| this.otherwise(frame, site, rest)),
                ],
            ),
        }
    }

    fn otherwise(
        &mut self,
        frame: &mut Frame<'a>,
        site: Site,
        rest: &'a [ElifElseClause],
    ) -> Flow<'a> {
        let Some((first, rest)) = rest.split_first() else {
            return Flow::Next;
        };
        match &first.test {
            Some(test) => self.deeper(Flow::Next, |this| {
                this.arms(frame, site, test, &first.body, rest)
            }),
            None => self.block(frame, &first.body),
        }
    }

    fn for_loop(&mut self, frame: &mut Frame<'a>, s: &'a StmtFor) -> Flow<'a> {
        let site = frame.site(s);
        let expression = frame.site(&*s.iter);
        let iterated = self.eval(frame, &s.iter);
        let items = self
            .items(&iterated)
            .filter(|items| items.len() <= MAX_ITEMS && !has_lost(items))
            .filter(|items| self.turns + items.len() as u64 <= super::MAX_TURNS);
        let Some(items) = items else {
            let lost = match &iterated {
                Value::Unknown(_) => iterated.clone(),
                _ => {
                    let lost =
                        self.unknown("it is taken from something that is not known", expression);
                    self.carry(lost, [&iterated])
                }
            };
            self.repeated(frame, site, |this, frame| {
                this.assign(frame, &s.target, lost, site, expression);
                this.block(frame, &s.body)
            });
            return self.block(frame, &s.orelse);
        };
        let outer = std::mem::take(&mut frame.uncertain);
        let mute = self.mute;
        let mut flow = Flow::Next;
        let mut broken = false;
        for item in items {
            self.turns += 1;
            self.assign(frame, &s.target, item, site, expression);
            let end = self.block(frame, &s.body);
            // The text is the same in each turn.
            self.mute = mute + 1;
            if frame.uncertain {
                self.repeated(frame, site, |this, frame| this.block(frame, &s.body));
                break;
            }
            match end {
                Flow::Next | Flow::Continue => {}
                Flow::Break => {
                    broken = true;
                    break;
                }
                end => {
                    flow = end;
                    break;
                }
            }
        }
        self.mute = mute;
        frame.uncertain = outer;
        match flow {
            Flow::Next if !broken => self.block(frame, &s.orelse),
            flow => flow,
        }
    }

    fn while_loop(&mut self, frame: &mut Frame<'a>, s: &'a StmtWhile) -> Flow<'a> {
        let site = frame.site(s);
        let mute = self.mute;
        let outer = std::mem::take(&mut frame.uncertain);
        let mut flow = Flow::Next;
        for turn in 0.. {
            self.turns += 1;
            let test = self.eval(frame, &s.test);
            let truth = test
                .truth()
                .filter(|_| turn < MAX_TURNS && self.visiting == 0)
                .filter(|_| turn == 0 || self.turns < super::MAX_TURNS);
            match truth {
                Some(false) => {
                    if turn == 0 && self.mute == 0 {
                        self.never(frame, false, |this, frame| this.block(frame, &s.body));
                    }
                    break;
                }
                Some(true) => {
                    let end = self.block(frame, &s.body);
                    self.mute = mute + 1;
                    match end {
                        Flow::Next | Flow::Continue if !frame.uncertain => {}
                        Flow::Break => break,
                        Flow::Next | Flow::Continue => {
                            self.repeated(frame, site, |this, frame| this.block(frame, &s.body));
                            break;
                        }
                        end => {
                            flow = end;
                            break;
                        }
                    }
                }
                None => {
                    self.repeated(frame, site, |this, frame| this.block(frame, &s.body));
                    break;
                }
            }
        }
        self.mute = mute;
        frame.uncertain = outer;
        match flow {
            Flow::Next => self.block(frame, &s.orelse),
            flow => flow,
        }
    }

    fn try_statement(&mut self, frame: &mut Frame<'a>, s: &'a StmtTry) -> Flow<'a> {
        let site = frame.site(s);
        let flow = if s.handlers.is_empty() {
            match self.block(frame, &s.body) {
                Flow::Next => self.block(frame, &s.orelse),
                flow => flow,
            }
        } else {
            self.guarded(frame, s, site)
        };
        match self.block(frame, &s.finalbody) {
            Flow::Next => flow,
            end => end,
        }
    }

    fn guarded(&mut self, frame: &mut Frame<'a>, s: &'a StmtTry, site: Site) -> Flow<'a> {
        let risk = self.risk;
        let mut arms: Vec<super::branch::Arm<'_, 'a, '_>> = Vec::new();
        let certain = std::rc::Rc::new(std::cell::Cell::new(false));
        let told = Rc::clone(&certain);
        let touched = Rc::new(std::cell::RefCell::new(Touched::default()));
        let before = Rc::clone(&touched);
        arms.push(Box::new(move |this, frame| {
            let flow = match this.block(frame, &s.body) {
                Flow::Next => this.block(frame, &s.orelse),
                flow => {
                    *before.borrow_mut() = this.touched();
                    flow
                }
            };
            told.set(this.risk == risk);
            flow
        }));
        for handler in &s.handlers {
            let ExceptHandler::ExceptHandler(handler) = handler;
            let certain = Rc::clone(&certain);
            let touched = Rc::clone(&touched);
            arms.push(Box::new(move |this, frame| {
                if let Some(class) = handler.type_.as_deref() {
                    this.eval(frame, class);
                }
                if let Some(name) = &handler.name {
                    let place = frame.site(handler);
                    let value = this.unknown("it is an exception", place);
                    this.bind_name(frame, name.id.clone(), value, place, place);
                }
                if certain.get() {
                    // Nothing in the body can fail: the handler is seen, and never runs.
                    this.never(frame, false, |this, frame| this.block(frame, &handler.body));
                    return Flow::Raise;
                }
                // The body has done a part of what it does.
                this.lose(&touched.borrow(), site);
                let flow = this.block(frame, &handler.body);
                if let Some(name) = &handler.name {
                    let scope = frame.env.home(&name.id);
                    this.remove(&scope, &name.id);
                }
                flow
            }));
        }
        self.either(frame, site, arms)
    }
}

/// The scope around a function that has a name.
fn outer<'a>(frame: &Frame<'a>, name: &str) -> Option<Rc<Scope<'a>>> {
    let mut here = frame.env.parent.as_ref();
    while let Some(env) = here {
        if !env.class && env.parent.is_some() && env.scope.get(name).is_some() {
            return Some(Rc::clone(&env.scope));
        }
        here = env.parent.as_ref();
    }
    None
}

/// `__name__ == "__main__"`.
fn is_main(test: &Expr) -> bool {
    let Expr::Compare(compare) = test else {
        return false;
    };
    let mut both = std::iter::once(&*compare.left).chain(&compare.comparators);
    both.any(|e| matches!(e, Expr::Name(name) if name.id == "__name__"))
}

/// Whether a list has lost items in a branch or a loop.
fn has_lost(items: &[Value]) -> bool {
    items.iter().any(|item| {
        item.why_unknown().is_some_and(|why| {
            why.reason.starts_with("it is filled") || why.reason.starts_with("it is changed")
        })
    })
}
