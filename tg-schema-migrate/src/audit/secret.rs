//! Texts in a file that nobody else may read: tokens, passwords, names in addresses. Reports are committed and
//! handed on; they show [`MASK`] in their place.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprCall, ExprFString, InterpolatedStringElement, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::facts::Facts;
use super::names::callee;
use super::walk::Raw;
use crate::interpret::{Code, FileId, Program, Site};
use crate::rule::audit as rules;

/// What is shown for a secret.
const MASK: &str = "\"***\"";

/// Where the secrets of a file are, and what is shown for each.
pub struct Secrets(Vec<Secret>);

type Secret = (TextRange, String);

impl Secrets {
    /// Those in a file: texts in what authenticates, what is named like a secret, and what looks like one.
    pub fn of(program: Program<'_>, facts: &Facts<'_>, file: FileId, found: &[Raw]) -> Self {
        let authentication = found
            .iter()
            .filter(|raw| raw.rule.id == rules::authentication::RULE.id);
        let mut search = Search {
            facts,
            file,
            inside: authentication.map(|raw| raw.range).collect(),
            secrets: Vec::new(),
        };
        if !found.is_empty() {
            search.visit_body(&program.tree(file).body);
        }
        search
            .secrets
            .sort_by_key(|(range, shown)| (range.start(), shown.clone()));
        Secrets(search.secrets)
    }

    fn within(&self, range: TextRange) -> impl Iterator<Item = &Secret> {
        let from = self
            .0
            .partition_point(|(one, _)| one.start() < range.start());
        let all = self.0.get(from..).unwrap_or(&[]).iter();
        all.take_while(move |(one, _)| one.start() < range.end())
    }

    /// The source of a place on one line, without its secrets.
    pub fn shown(&self, program: Program<'_>, site: Site) -> String {
        let part = |from: TextSize, to: TextSize| {
            let range = TextRange::new(from, to.max(from));
            program.snippet(Site { range, ..site })
        };
        let (mut shown, mut at) = (String::new(), site.range.start());
        for (secret, instead) in self.within(site.range) {
            // A part of one that is left out already.
            if secret.start() < at {
                continue;
            }
            shown.push_str(&part(at, secret.start()));
            shown.push_str(instead);
            at = secret.end();
        }
        shown.push_str(&part(at, site.range.end()));
        shown
    }

    /// The beginning of a place, up to its first secret.
    pub fn before(&self, site: Site) -> Site {
        let end = self.within(site.range).next().map(|(one, _)| one.start());
        let end = end.unwrap_or(site.range.end());
        let range = TextRange::new(site.range.start(), end);
        Site { range, ..site }
    }
}

fn masked(range: TextRange) -> Secret {
    (range, MASK.to_owned())
}

/// An address without the name and password in it, and without what is asked of a server.
pub fn address(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let host = match host.rsplit_once('@') {
        Some((_, host)) => format!("***@{host}"),
        None => host.to_owned(),
    };
    match path.split_once('?') {
        Some((path, asked)) if is_told(asked) => format!("{scheme}://{host}{path}?***"),
        _ => format!("{scheme}://{host}{path}"),
    }
}

/// Whether what is asked of a server names a secret.
fn is_told(asked: &str) -> bool {
    asked
        .split('&')
        .any(|pair| pair.split_once('=').is_some_and(|(name, _)| names(name)))
}

/// Whether a name is that of a secret: `api_key`, `--pulsar-token`, `PASSWORD`.
fn names(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let word = |word: &str| {
        matches!(
            word,
            "token" | "jwt" | "secret" | "password" | "passwd" | "pwd" | "apikey" | "credentials"
        )
    };
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let key = ["api", "access", "private", "secret"].iter().any(|of| {
        let joined: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        joined.contains(&format!("{of}key"))
    });
    // The place of a secret is none.
    let place = name.ends_with("path") || name.ends_with("file") || name.ends_with("name");
    !place && (key || words.any(word))
}

/// Whether a text is a secret by itself: a signed token, or an address with a name in it.
fn is_secret(text: &str) -> bool {
    let signed = |text: &str| text.starts_with("eyJ") && text.matches('.').count() == 2;
    let text = text.trim();
    text.split([' ', ':', '"']).any(signed) || address(text) != text
}

/// An f-string with a letter for each value in it.
fn with_gaps(text: &ExprFString) -> String {
    let parts = text.value.elements().map(|part| match part {
        InterpolatedStringElement::Literal(literal) => &*literal.value,
        InterpolatedStringElement::Interpolation(_) => "x",
    });
    parts.collect()
}

/// Collects the places of secrets.
struct Search<'s, 'a> {
    facts: &'s Facts<'a>,
    file: FileId,
    /// What authenticates.
    inside: Vec<TextRange>,
    secrets: Vec<Secret>,
}

impl Search<'_, '_> {
    /// The texts in an expression.
    fn texts(&mut self, e: &Expr) {
        let mut texts = Texts::default();
        texts.visit_expr(e);
        self.secrets.extend(texts.0.into_iter().map(masked));
    }

    /// What the parameters of a function of the files are called says what they are given.
    fn handed(&mut self, call: &ExprCall) {
        let site = Site {
            file: self.file,
            range: call.range(),
        };
        let Some((function, bound)) = callee(self.facts, site) else {
            return;
        };
        let Code::Def(def) = function.code else {
            return;
        };
        let ordered = def.parameters.posonlyargs.iter();
        let ordered = ordered.chain(&def.parameters.args).skip(bound);
        for (parameter, given) in ordered.zip(&call.arguments.args) {
            if names(&parameter.parameter.name) {
                self.texts(given);
            }
        }
    }

    fn call(&mut self, call: &ExprCall) {
        self.handed(call);
        let mut given = call.arguments.args.iter();
        let named = given.any(|e| match e {
            Expr::StringLiteral(text) => names(text.value.to_str()),
            _ => false,
        });
        for keyword in &call.arguments.keywords {
            let name = keyword.arg.as_ref().map_or("", |name| name.as_str());
            // `add_argument("--token", default="…")`.
            if names(name) || named && matches!(name, "default" | "const") {
                self.texts(&keyword.value);
            }
        }
        // `environ.get("TOKEN", "…")`, `setdefault("token", "…")`.
        if let [Expr::StringLiteral(name), rest @ ..] = &*call.arguments.args
            && names(name.value.to_str())
        {
            let flag = |e: &&Expr| match e {
                Expr::StringLiteral(text) => !text.value.to_str().starts_with('-'),
                _ => true,
            };
            rest.iter().filter(flag).for_each(|e| self.texts(e));
        }
    }
}

impl<'a> Visitor<'a> for Search<'_, '_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        let is_named = |target: &Expr| match target {
            Expr::Name(name) => names(&name.id),
            Expr::Attribute(of) => names(&of.attr),
            Expr::Subscript(of) => match &*of.slice {
                Expr::StringLiteral(text) => names(text.value.to_str()),
                _ => false,
            },
            _ => false,
        };
        match statement {
            Stmt::Assign(s) if s.targets.iter().any(is_named) => self.texts(&s.value),
            Stmt::AnnAssign(s) if is_named(&s.target) => {
                s.value.iter().for_each(|value| self.texts(value));
            }
            _ => {}
        }
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, e: &'a Expr) {
        let range = e.range();
        match e {
            Expr::StringLiteral(text) if is_secret(text.value.to_str()) => {
                let shown = address(text.value.to_str());
                let secret = match shown.contains("***") {
                    true => (range, format!("\"{shown}\"")),
                    false => masked(range),
                };
                self.secrets.push(secret);
            }
            Expr::FString(text) if is_secret(&with_gaps(text)) => self.secrets.push(masked(range)),
            Expr::FString(_) | Expr::StringLiteral(_) | Expr::BytesLiteral(_)
                if self.inside.iter().any(|of| of.contains_range(range)) =>
            {
                self.secrets.push(masked(range));
            }
            Expr::Call(call) => self.call(call),
            Expr::Dict(of) => {
                for item in &of.items {
                    if let Some(Expr::StringLiteral(key)) = &item.key
                        && names(key.value.to_str())
                    {
                        self.texts(&item.value);
                    }
                }
            }
            _ => {}
        }
        walk_expr(self, e);
    }
}

/// All texts of an expression, but for names that something is looked up by.
#[derive(Default)]
struct Texts(Vec<TextRange>);

impl<'a> Visitor<'a> for Texts {
    fn visit_expr(&mut self, e: &'a Expr) {
        match e {
            Expr::StringLiteral(_) | Expr::FString(_) | Expr::BytesLiteral(_) => {
                self.0.push(e.range());
            }
            // What is looked up is not written here; what stands in for it is told of by itself.
            Expr::Call(_) | Expr::Subscript(_) => {}
            _ => walk_expr(self, e),
        }
    }
}
