//! One file's uses of Records, expression by expression, into findings.

use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{
    BoolOp, CmpOp, Comprehension, Expr, ExprAttribute, ExprCall, ExprCompare, Stmt, UnaryOp,
};
use ruff_text_size::{Ranged, TextRange};
use tg_schema_model::name::nearest;
use tg_schema_model::rule::Rule;

use super::Tightened;
use super::notes::Made;
use super::types::{Locals, Types, field, field_names};
use crate::interpret::{Class, Site, linear};
use crate::rule::callers as rules;
use crate::rule::record::swallowed_field_name;

/// A finding without its surroundings.
pub struct Raw<'a> {
    pub rule: &'static Rule,
    pub range: TextRange,
    pub class: Rc<Class<'a>>,
    pub name: String,
    pub message: String,
    pub help: String,
}

/// A walk through one file.
pub struct Walk<'w, 'a> {
    types: Types<'w, 'a>,
    tightened: &'w Tightened,
    /// Names of the functions around, the module's first.
    locals: Vec<Rc<Locals<'a>>>,
    /// What each function around asks for before it reads on.
    asked: Vec<HashSet<String>>,
    /// Whether the code is directly in the body of a Record.
    declares: bool,
    /// Names of all Records.
    records: &'w BTreeSet<String>,
    pub found: Vec<Raw<'a>>,
    pub calls: usize,
    pub attributes: usize,
    pub uncertain: usize,
}

/// Parameters that the constructor of every Record takes.
const SWALLOWED: [&str; 3] = ["default", "required", "required_default"];
/// What every Record has beside its fields.
const OWN: [&str; 12] = [
    "default",
    "required",
    "required_default",
    "python_type",
    "schema",
    "schema_info",
    "type",
    "validate_type",
    "_fields",
    "_avro_namespace",
    "_sorted_fields",
    "_required",
];

impl<'w, 'a> Walk<'w, 'a> {
    /// Through a file.
    pub fn through(
        types: Types<'w, 'a>,
        tightened: &'w Tightened,
        records: &'w BTreeSet<String>,
    ) -> Walk<'w, 'a> {
        let body = &types.program.tree(types.file).body;
        let mut walk = Walk {
            types,
            tightened,
            locals: vec![Rc::new(Locals::module(body))],
            asked: vec![HashSet::new()],
            declares: false,
            records,
            found: Vec::new(),
            calls: 0,
            attributes: 0,
            uncertain: 0,
        };
        walk.visit_body(body);
        walk
    }

    fn site(&self, node: impl Ranged) -> Site {
        Site {
            file: self.types.file,
            range: node.range(),
        }
    }
    fn record(&self, e: &'a Expr) -> Option<(Rc<Class<'a>>, bool)> {
        self.types.record(self.locals.last()?, e)
    }
    /// The class that an expression is a field of, and the field; of another expression its own class.
    fn subject(&self, e: &'a Expr, own: Rc<Class<'a>>) -> (Rc<Class<'a>>, String) {
        match e {
            Expr::Attribute(of) => match self.record(&of.value) {
                Some((class, _)) => (class, of.attr.to_string()),
                None => (own, of.attr.to_string()),
            },
            _ => (own, self.text(e)),
        }
    }
    fn text(&self, node: impl Ranged) -> String {
        self.types.program.snippet(self.site(node))
    }

    fn add(
        &mut self,
        rule: &'static Rule,
        node: impl Ranged,
        of: (&Rc<Class<'a>>, &str),
        message: String,
        help: impl Into<String>,
    ) {
        self.found.push(Raw {
            rule,
            range: node.range(),
            class: Rc::clone(of.0),
            name: of.1.to_owned(),
            message,
            help: help.into(),
        });
    }

    fn call(&mut self, e: &'a ExprCall) {
        let notes = self.types.notes;
        let site = self.site(e);
        if let Some(made) = notes.made.get(&site) {
            // In a Record's body this declares a field.
            if !self.declares {
                self.made(e, made);
            }
        } else if notes
            .lost
            .get(&site)
            .is_some_and(|n| self.records.contains(n))
        {
            self.uncertain += 1;
        }
        self.by_text(e);
    }

    /// A call of a Record's class.
    fn made(&mut self, e: &'a ExprCall, made: &Made<'a>) {
        let class = &made.class;
        if !is_sure(class) || own(class, "__init__") {
            self.uncertain += 1;
            return;
        }
        self.calls += 1;
        let name = class.name.as_str();
        if made.positional > 0 {
            let message = format!("`{name}` is made with arguments that have no name");
            let help = match field_names(class).first() {
                Some(first) => format!(
                    "they were taken for `default`, `required` and `required_default`; write `{first}=…` if a field was meant"
                ),
                None => "the class has no fields: delete them".to_owned(),
            };
            let rule = &rules::positional_argument::RULE;
            self.add(rule, e, (class, ""), message, help);
        }
        if made.open {
            let message = format!("which arguments `{name}` gets is not known here");
            let rule = &rules::unknown_arguments::RULE;
            self.add(rule, e, (class, ""), message, rule.remedy);
        }
        for keyword in &made.keywords {
            self.keyword(e, class, keyword);
        }
    }

    fn keyword(&mut self, e: &'a ExprCall, class: &Rc<Class<'a>>, keyword: &str) {
        let written = e.arguments.find_keyword(keyword);
        let range = written.map_or(e.range(), Ranged::range);
        let name = class.name.as_str();
        let fields = field_names(class);
        let declared = fields.iter().any(|f| f == keyword);
        if SWALLOWED.contains(&keyword) {
            let (rule, message, help) = if declared {
                (
                    &swallowed_field_name::RULE,
                    format!("the constructor of `{name}` swallowed `{keyword}`"),
                    "from now on the value arrives: look at the code that reads the field",
                )
            } else {
                (
                    &rules::undeclared_argument::RULE,
                    format!("`{keyword}` is a parameter of Records, and no field of `{name}`"),
                    "generated types do not take it: delete it",
                )
            };
            return self.add(rule, range, (class, keyword), message, help);
        }
        if declared {
            return;
        }
        let message = format!("`{keyword}` is no field of `{name}`");
        let help = match nearest(keyword, fields.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`? the value never went anywhere"),
            None => "delete it: Records ignored it, generated types raise a TypeError".to_owned(),
        };
        let rule = &rules::undeclared_argument::RULE;
        self.add(rule, range, (class, keyword), message, help);
    }

    fn attribute(&mut self, e: &'a ExprAttribute) {
        let noted = self.types.notes.bases.get(&self.site(e));
        let base = noted.map(|class| (Rc::clone(class), false));
        let typed = self.record(&e.value);
        let Some((class, unset)) = typed.or(base) else {
            return;
        };
        self.attributes += 1;
        self.has(e, &class, &e.attr);
        let text = self.text(&*e.value);
        let guarded = self.asked.iter().any(|asked| asked.contains(&text));
        let unset = unset && !self.is_tight(&e.value);
        if unset && !guarded && e.ctx.is_load() && field(&class, &e.attr).is_some() {
            let message = format!("`{text}` may be None, and `{}` of it is read", e.attr);
            let rule = &rules::unset_record_read::RULE;
            self.add(rule, e, (&class, &e.attr), message, rule.remedy);
        }
    }

    /// Whether a class has an attribute; a finding where it has not.
    fn has(&mut self, node: impl Ranged, class: &Rc<Class<'a>>, name: &str) {
        let special = name.starts_with("__") || OWN.contains(&name);
        if special || field(class, name).is_some() || !is_sure(class) || own(class, "__getattr__") {
            return;
        }
        let inherited = linear(class).into_iter().skip(1);
        let mut inherited = inherited.filter(|base| field(base, name).is_some());
        let message = match inherited.next() {
            Some(base) => format!(
                "`{name}` is a field of `{}`, and no field of `{}`: fields are not inherited",
                base.name, class.name
            ),
            None if own(class, name) => return,
            None => format!("`{}` has no field `{name}`", class.name),
        };
        let fields = field_names(class);
        let help = match nearest(name, fields.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its fields are {}", list(&fields)),
        };
        let rule = &rules::missing_attribute::RULE;
        self.add(rule, node, (class, name), message, help);
    }

    /// `getattr(value, "name")` and its like.
    fn by_text(&mut self, e: &'a ExprCall) {
        let Expr::Name(func) = &*e.func else {
            return;
        };
        if !matches!(func.id.as_str(), "getattr" | "hasattr" | "setattr") {
            return;
        }
        if let [value, Expr::StringLiteral(name), ..] = &e.arguments.args[..]
            && let Some((class, _)) = self.record(value)
        {
            self.attributes += 1;
            self.has(e, &class, name.value.to_str());
        }
    }

    /// A comparison with None.
    fn compare(&mut self, e: &'a ExprCompare) {
        let ([operator], [right]) = (&*e.ops, &*e.comparators) else {
            return;
        };
        if !matches!(
            operator,
            CmpOp::Is | CmpOp::IsNot | CmpOp::Eq | CmpOp::NotEq
        ) {
            return;
        }
        let value = match (&*e.left, right) {
            (value, Expr::NoneLiteral(_)) | (Expr::NoneLiteral(_), value) => value,
            _ => return,
        };
        let text = self.text(value);
        let rule = &rules::field_as_none::RULE;
        let typed = self.record(value);
        let owner = match value {
            Expr::Attribute(of) => self.record(&of.value).map(|(class, _)| (class, &of.attr)),
            _ => None,
        };
        if let Some((class, name)) = &owner
            && self.tightened.contains(&class.name, name)
            && field(class, name).is_some()
        {
            let message = format!("`{text}` is never None any more: the field is tightened");
            self.add(rule, e, (class, name), message, rule.remedy);
        } else if let Some((class, true)) = typed {
            let message = format!("`{text}` was never None, and is None now where it is not set");
            let (class, name) = self.subject(value, class);
            self.add(rule, e, (&class, &name), message, rule.remedy);
        }
    }

    /// Whether an expression is a field that is tightened.
    fn is_tight(&self, e: &'a Expr) -> bool {
        let Expr::Attribute(of) = e else {
            return false;
        };
        let owner = self.record(&of.value);
        owner.is_some_and(|(class, _)| self.tightened.contains(&class.name, &of.attr))
    }

    /// An expression that is asked whether it is true.
    fn tested(&mut self, e: &'a Expr) {
        match e {
            Expr::BoolOp(of) => of.values.iter().for_each(|e| self.tested(e)),
            Expr::UnaryOp(of) if of.op == UnaryOp::Not => self.tested(&of.operand),
            Expr::Attribute(_) | Expr::Name(_) | Expr::Named(_) => {
                if let Some((class, true)) = self.record(e)
                    && !self.is_tight(e)
                {
                    let text = self.text(e);
                    let message =
                        format!("`{text}` was always true, and is None now where it is not set");
                    let rule = &rules::field_as_truth::RULE;
                    let (class, name) = self.subject(e, class);
                    self.add(rule, e, (&class, &name), message, rule.remedy);
                }
            }
            _ => {}
        }
    }

    /// Texts of expressions that a function asks for or sets.
    fn asks(&self, body: &'a [Stmt]) -> HashSet<String> {
        let mut asks = Asks {
            walk: self,
            texts: HashSet::new(),
        };
        asks.visit_body(body);
        asks.texts
    }
}

/// Whether the class is what it looks like.
fn is_sure(class: &Rc<Class>) -> bool {
    class.doubt.borrow().is_none()
}

/// Whether a class of the files defines a name by itself or inherits it from one.
fn own(class: &Rc<Class>, name: &str) -> bool {
    linear(class).iter().any(|c| c.scope.get(name).is_some())
}

fn list(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        names => {
            let names: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
            names.join(", ")
        }
    }
}

impl<'a> Visitor<'a> for Walk<'_, 'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(def) => {
                let around = self.locals.last().cloned().unwrap_or_default();
                self.locals.push(Rc::new(Locals::function(def, &around)));
                let asked = self.asks(&def.body);
                self.asked.push(asked);
                let declares = std::mem::take(&mut self.declares);
                walk_stmt(self, statement);
                self.declares = declares;
                self.asked.pop();
                self.locals.pop();
                return;
            }
            Stmt::ClassDef(def) => {
                let record = self.types.records.contains(&self.site(&def.name));
                let declares = std::mem::replace(&mut self.declares, record);
                walk_stmt(self, statement);
                self.declares = declares;
                return;
            }
            Stmt::If(s) => {
                self.tested(&s.test);
                let others = s.elif_else_clauses.iter().filter_map(|c| c.test.as_ref());
                others.for_each(|test| self.tested(test));
            }
            Stmt::While(s) => self.tested(&s.test),
            Stmt::Assert(s) => self.tested(&s.test),
            _ => {}
        }
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, e: &'a Expr) {
        match e {
            Expr::Call(call) => {
                self.call(call);
                if let (Expr::Name(func), [value]) = (&*call.func, &*call.arguments.args)
                    && func.id == "bool"
                {
                    self.tested(value);
                }
            }
            Expr::Attribute(attribute) => self.attribute(attribute),
            Expr::Compare(compare) => self.compare(compare),
            Expr::If(of) => self.tested(&of.test),
            Expr::UnaryOp(of) if of.op == UnaryOp::Not => self.tested(&of.operand),
            Expr::BoolOp(of) => {
                // The last one's value is given without a test.
                let tested = of.values.len().saturating_sub(1);
                of.values[..tested].iter().for_each(|e| self.tested(e));
            }
            _ => {}
        }
        walk_expr(self, e);
    }

    fn visit_comprehension(&mut self, of: &'a Comprehension) {
        of.ifs.iter().for_each(|test| self.tested(test));
        ruff_python_ast::visitor::walk_comprehension(self, of);
    }
}

/// Collects what a function asks for: tests, comparisons with None, and what it sets by itself.
struct Asks<'s, 'w, 'a> {
    walk: &'s Walk<'w, 'a>,
    texts: HashSet<String>,
}

impl<'a> Asks<'_, '_, 'a> {
    fn ask(&mut self, e: &'a Expr) {
        match e {
            Expr::BoolOp(of) => of.values.iter().for_each(|e| self.ask(e)),
            Expr::UnaryOp(of) if of.op == UnaryOp::Not => self.ask(&of.operand),
            Expr::Attribute(_) | Expr::Name(_) => {
                self.texts.insert(self.walk.text(e));
            }
            Expr::Named(of) => self.ask(&of.target),
            _ => {}
        }
    }
}

impl<'a> Visitor<'a> for Asks<'_, '_, 'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::If(s) => {
                self.ask(&s.test);
                let others = s.elif_else_clauses.iter().filter_map(|c| c.test.as_ref());
                others.for_each(|test| self.ask(test));
            }
            Stmt::While(s) => self.ask(&s.test),
            Stmt::Assert(s) => self.ask(&s.test),
            Stmt::Assign(s) => s.targets.iter().for_each(|t| {
                if t.is_attribute_expr() {
                    self.ask(t);
                }
            }),
            _ => {}
        }
        walk_stmt(self, statement);
    }
    fn visit_expr(&mut self, e: &'a Expr) {
        match e {
            Expr::If(of) => self.ask(&of.test),
            Expr::BoolOp(of) if matches!(of.op, BoolOp::And | BoolOp::Or) => {
                of.values.iter().for_each(|e| self.ask(e));
            }
            Expr::Compare(of) if of.comparators.iter().any(Expr::is_none_literal_expr) => {
                self.ask(&of.left);
            }
            Expr::Call(of) => {
                if let (Expr::Name(name), Some(first)) = (&*of.func, of.arguments.args.first())
                    && name.id == "isinstance"
                {
                    self.ask(first);
                }
            }
            _ => {}
        }
        walk_expr(self, e);
    }
}
