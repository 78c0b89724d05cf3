//! Addresses as they are written: in defaults, returns, lambdas and both arms of a choice, where no name is bound to
//! them, and texts that begin like an address and end in something that is not known.

use std::collections::{BTreeMap, HashMap, HashSet};

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{
    Expr, ExprFString, FStringPart, InterpolatedStringElement, Operator, Parameters, Stmt,
    StmtFunctionDef,
};
use ruff_text_size::{Ranged, TextRange};
use tg_schema_model::topic::pulsar;

use super::{Named, SCHEMES, is_topic};
use crate::interpret::{FileId, Program, Site};

/// What every file has in it that an address is written in.
const SCHEME: &str = "persistent";

/// What is written in one file.
#[derive(Default)]
pub(super) struct Written {
    /// Whole addresses.
    pub(super) addresses: Vec<(TextRange, String)>,
    /// Texts that begin like an address, and the function that gives them.
    pub(super) begun: Vec<(TextRange, Option<TextRange>)>,
    /// Names of functions that give such texts.
    pub(super) makers: HashSet<TextRange>,
    /// What values are bound to, by where the value begins.
    pub(super) names: HashMap<u32, String>,
    /// Functions around: their names, and their parameters that stand for a scheme.
    around: Vec<(TextRange, Vec<String>)>,
}

impl Written {
    /// Looks through a file.
    pub(super) fn of(program: Program<'_>, file: FileId) -> Self {
        let mut written = Written::default();
        written.visit_body(&program.tree(file).body);
        written
    }

    /// A value: whole addresses in it.
    fn value(&mut self, e: &Expr) {
        match e {
            Expr::StringLiteral(text) => {
                let text = text.value.to_str();
                if is_topic(text) && pulsar::parse(text).is_ok() {
                    self.addresses.push((e.range(), text.to_owned()));
                }
            }
            Expr::If(of) => {
                self.value(&of.body);
                self.value(&of.orelse);
            }
            Expr::BoolOp(of) => of.values.iter().for_each(|e| self.value(e)),
            Expr::Named(of) => self.value(&of.value),
            Expr::List(of) => of.elts.iter().for_each(|e| self.value(e)),
            Expr::Tuple(of) => of.elts.iter().for_each(|e| self.value(e)),
            Expr::Dict(of) => of.items.iter().for_each(|item| self.value(&item.value)),
            _ => {}
        }
    }
    fn defaults(&mut self, parameters: &Parameters) {
        let all = parameters.iter_non_variadic_params();
        all.filter_map(|one| one.default.as_deref())
            .for_each(|default| self.value(default));
    }
    fn named(&mut self, target: &Expr, value: &Expr) {
        let name = match target {
            Expr::Name(name) => name.id.to_string(),
            Expr::Attribute(of) => of.attr.to_string(),
            _ => return,
        };
        self.names.insert(value.start().into(), name);
        self.value(value);
    }
    /// Whether a text begins like an address.
    fn begins(&self, e: &Expr) -> bool {
        let scheme = |text: &str| SCHEMES.iter().any(|scheme| text.starts_with(scheme));
        match e {
            Expr::FString(of) => self.fstring_begins(of),
            Expr::BinOp(of) if matches!(of.op, Operator::Add | Operator::Mod) => match &*of.left {
                Expr::StringLiteral(text) => scheme(text.value.to_str()),
                left => self.begins(left),
            },
            Expr::Call(call) => match &*call.func {
                Expr::Attribute(of) if of.attr.as_str() == "format" => match &*of.value {
                    Expr::StringLiteral(text) => scheme(text.value.to_str()),
                    _ => false,
                },
                _ => false,
            },
            _ => false,
        }
    }
    fn fstring_begins(&self, of: &ExprFString) -> bool {
        let mut parts = of.value.iter().flat_map(|part| match part {
            FStringPart::FString(of) => of.elements.iter().collect::<Vec<_>>(),
            FStringPart::Literal(_) => Vec::new(),
        });
        match (parts.next(), parts.next()) {
            (Some(InterpolatedStringElement::Literal(text)), _) => {
                SCHEMES.iter().any(|scheme| text.value.starts_with(scheme))
            }
            (
                Some(InterpolatedStringElement::Interpolation(kind)),
                Some(InterpolatedStringElement::Literal(text)),
            ) => {
                let kind = kind.expression.as_name_expr().map(|name| name.id.as_str());
                let parameters = self.around.last().map(|(_, kinds)| kinds);
                let is_kind = kind.zip(parameters);
                text.value.starts_with("://")
                    && is_kind.is_some_and(|(kind, kinds)| kinds.iter().any(|own| own == kind))
            }
            _ => false,
        }
    }
    fn given(&mut self, e: &Expr) {
        self.value(e);
        if self.begins(e)
            && let Some((name, _)) = self.around.last()
        {
            self.makers.insert(*name);
        }
    }
}

/// Parameters whose default is a scheme.
fn kinds(def: &StmtFunctionDef) -> Vec<String> {
    let all = def.parameters.iter_non_variadic_params();
    let kinds = all.filter(|one| {
        let text = one
            .default
            .as_deref()
            .and_then(Expr::as_string_literal_expr);
        text.is_some_and(|text| {
            SCHEMES
                .iter()
                .any(|scheme| scheme.strip_suffix("://") == Some(text.value.to_str()))
        })
    });
    kinds.map(|one| one.parameter.name.to_string()).collect()
}

/// Whether a call only talks of what it is given.
fn is_talk(e: &Expr) -> bool {
    let Expr::Call(call) = e else {
        return false;
    };
    match &*call.func {
        Expr::Name(name) => {
            name.id == "print" || name.id.ends_with("Error") || name.id.ends_with("Exception")
        }
        Expr::Attribute(of) => matches!(
            of.attr.as_str(),
            "debug"
                | "info"
                | "warning"
                | "warn"
                | "error"
                | "exception"
                | "critical"
                | "log"
                | "startswith"
                | "endswith"
        ),
        _ => false,
    }
}

impl<'a> Visitor<'a> for Written {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(def) => {
                self.defaults(&def.parameters);
                self.around.push((def.name.range(), kinds(def)));
                walk_stmt(self, statement);
                self.around.pop();
                return;
            }
            Stmt::Return(s) => s.value.iter().for_each(|e| self.given(e)),
            Stmt::Assign(s) => s.targets.iter().for_each(|t| self.named(t, &s.value)),
            Stmt::AnnAssign(s) => s.value.iter().for_each(|v| self.named(&s.target, v)),
            Stmt::Raise(_) | Stmt::Assert(_) => return,
            _ => {}
        }
        walk_stmt(self, statement);
    }
    fn visit_expr(&mut self, e: &'a Expr) {
        if is_talk(e) {
            return;
        }
        if let Expr::Lambda(of) = e {
            of.parameters.iter().for_each(|of| self.defaults(of));
            self.value(&of.body);
        }
        if self.begins(e) {
            let maker = self.around.last().map(|(name, _)| *name);
            self.begun.push((e.range(), maker));
            // A part of it is none by itself.
            return;
        }
        walk_expr(self, e);
    }
}

/// Calls of functions of the files that give addresses, and calls of them whose address is not known.
#[derive(Default)]
pub(super) struct Made {
    /// Functions that were seen to give an address: where their names stand.
    makers: HashSet<Site>,
    /// Functions that are called.
    called: HashSet<Site>,
    /// Places of calls that give an address.
    known: HashSet<Site>,
    /// Calls that give something unknown, with the function, and why; whether that was met again.
    lost: HashMap<Site, (Site, String, bool)>,
}

impl Made {
    /// A call of a function of the files; what it gives, or why that is not known.
    pub(super) fn call(
        &mut self,
        function: Site,
        site: Site,
        given: Result<&str, &str>,
        again: bool,
    ) {
        self.called.insert(function);
        match given {
            Ok(text) if is_topic(text) => {
                self.makers.insert(function);
                self.known.insert(site);
            }
            Ok(_) => {}
            Err(why) => {
                let entry = self.lost.entry(site);
                let lost = entry.or_insert_with(|| (function, why.to_owned(), again));
                lost.2 |= again;
            }
        }
    }

    /// What is written in the files and bound to no name.
    pub(super) fn named(
        self,
        program: Program<'_>,
        built: &HashSet<Site>,
        own: &dyn Fn(FileId) -> bool,
    ) -> Vec<Named> {
        // An address is written where one of the schemes is; a file with a call that is lost has the names.
        let lost: HashSet<FileId> = self.lost.keys().map(|site| site.file).collect();
        let files = (0..program.files.len()).map(|at| FileId(at as u32));
        let written: BTreeMap<FileId, Written> = files
            .filter(|file| lost.contains(file) || program.text(*file).contains(SCHEME))
            .map(|file| (file, Written::of(program, file)))
            .collect();
        let mut makers = self.makers.clone();
        for (file, written) in &written {
            let names = written.makers.iter();
            makers.extend(names.map(|range| Site {
                file: *file,
                range: *range,
            }));
        }
        let mut all = Vec::new();
        let mut add = |name: Option<String>, text: Result<String, String>, at: Site| {
            all.push(Named {
                name,
                text,
                statement: at,
                expression: at,
            });
        };
        for (file, written) in &written {
            if !own(*file) {
                continue;
            }
            let site = |range: TextRange| Site { file: *file, range };
            for (range, text) in &written.addresses {
                add(None, Ok(text.clone()), site(*range));
            }
            for (range, maker) in &written.begun {
                // Where the function is called, its calls are told of.
                let told = maker.is_some_and(|name| self.called.contains(&site(name)));
                if !told && !built.contains(&site(*range)) {
                    let why = "a part of the text is not known";
                    let name = written.names.get(&range.start().into()).cloned();
                    add(name, Err(why.to_owned()), site(*range));
                }
            }
        }
        for (site, (function, why, again)) in self.lost {
            let known = self.known.contains(&site) && !again;
            if known || !makers.contains(&function) || !own(site.file) {
                continue;
            }
            let names = written.get(&site.file).map(|written| &written.names);
            let name = names.and_then(|names| names.get(&site.range.start().into()).cloned());
            add(name, Err(why), site);
        }
        all.sort_by_key(Named::at);
        all
    }
}
