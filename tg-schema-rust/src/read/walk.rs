//! One source file into its modules, by syntax.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Meta, UseTree};
use tg_schema_model::{Diagnostic, Diagnostics, Severity, SourceId, Span};

use super::file::{Child, DEPTH, Import, Job, Other, SourceModule, candidates, segments, stem};
use super::shape::text;
use super::{bare, doc, nesting};
use crate::lower;

/// What one file says.
#[derive(Default)]
pub(super) struct Walk {
    pub(super) modules: Vec<SourceModule>,
    pub(super) children: Vec<Child>,
    pub(super) diagnostics: Diagnostics,
}

/// Parsing takes much stack a level, and the caller's may be small.
fn on_a_large_stack<T: Send>(read: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(nesting::STACK)
            .spawn_scoped(scope, read);
        thread.ok().and_then(|thread| thread.join().ok())
    })
}

/// What `read` finds in a text, and in how many bytes before what was parsed; none where it is not Rust.
pub(crate) fn parsed<T: Send>(
    text: &str,
    read: impl FnOnce(&syn::File, usize) -> T + Send,
) -> Option<T> {
    let parse = || {
        let skipped = prefix(text);
        let tokens: TokenStream = text.get(skipped..)?.parse().ok()?;
        nesting::check(tokens.clone()).ok()?;
        let file = syn::parse2(tokens).ok()?;
        Some(read(&file, skipped))
    };
    on_a_large_stack(parse)?
}

/// What a file says.
pub(super) fn walk(job: &Job, source: SourceId) -> Walk {
    let done = on_a_large_stack(|| {
        let mut walk = Walk::default();
        walk.file(job, source);
        walk
    });
    done.unwrap_or_else(|| {
        let mut walk = Walk::default();
        let message = "the file cannot be parsed: no thread could be started for it";
        walk.diagnostics
            .push(Diagnostic::error(Span::new(source, 0..0), message, ""));
        walk
    })
}

/// Where a module stands.
struct Here<'a> {
    source: SourceId,
    /// Bytes before the text that was parsed.
    skipped: usize,
    /// Name of the file.
    file: &'a str,
    /// Inline modules between the file and here.
    inline: &'a [String],
    /// Whether some builds do not have the module.
    conditional: bool,
}

impl Here<'_> {
    fn place(&self, span: proc_macro2::Span) -> Span {
        let range = span.byte_range();
        Span::new(
            self.source,
            self.skipped + range.start..self.skipped + range.end,
        )
    }

    fn of(&self, tokens: impl ToTokens) -> Span {
        super::place_of(tokens, &mut |span| self.place(span))
    }
}

impl Walk {
    fn file(&mut self, job: &Job, source: SourceId) {
        let skipped = prefix(&job.text);
        let here = Here {
            source,
            skipped,
            file: &job.name,
            inline: &[],
            conditional: job.conditional,
        };
        let tokens: TokenStream = match job.text.get(skipped..).unwrap_or("").parse() {
            Ok(tokens) => tokens,
            Err(error) => return self.not_rust(&here, &syn::Error::from(error)),
        };
        if let Err(beyond) = nesting::check(tokens.clone()) {
            let wrong = Diagnostic::error(here.place(beyond.at), beyond.message, "");
            return self.diagnostics.push(wrong.help(beyond.help));
        }
        let file = match syn::parse2::<syn::File>(tokens) {
            Ok(file) => file,
            Err(error) => return self.not_rust(&here, &error),
        };
        let span = Span::new(source, 0..0);
        self.module(
            &file.items,
            &file.attrs,
            job.path.clone(),
            span,
            &here,
            job.depth,
        );
    }

    fn not_rust(&mut self, here: &Here<'_>, error: &syn::Error) {
        for error in error {
            let span = here.place(error.span());
            self.diagnostics.push(Diagnostic::error(
                span,
                format!("this is not Rust: {error}"),
                "",
            ));
        }
    }

    fn module(
        &mut self,
        items: &[syn::Item],
        attrs: &[Attribute],
        path: Vec<String>,
        span: Span,
        here: &Here<'_>,
        depth: usize,
    ) {
        let stem = stem(here.file).to_owned();
        let mut module = SourceModule {
            path,
            doc: doc::doc(attrs),
            stem,
            span,
            ..SourceModule::default()
        };
        for item in items {
            self.item(item, &mut module, here, depth);
        }
        self.modules.push(module);
    }

    fn item(&mut self, item: &syn::Item, module: &mut SourceModule, here: &Here<'_>, depth: usize) {
        let (attrs, ident) = match item {
            syn::Item::Struct(i) => (&i.attrs, &i.ident),
            syn::Item::Enum(i) => (&i.attrs, &i.ident),
            syn::Item::Union(i) => (&i.attrs, &i.ident),
            syn::Item::Mod(i) => {
                if !only_tests(&i.attrs) {
                    self.child(i, module, here, depth);
                }
                return;
            }
            syn::Item::Use(i) => {
                let root = if i.leading_colon.is_some() {
                    vec![String::new()]
                } else {
                    Vec::new()
                };
                imports(&i.tree, root, &mut module.imports, DEPTH);
                return;
            }
            syn::Item::Type(i) => {
                match &*i.ty {
                    syn::Type::Path(p)
                        if i.generics.params.is_empty()
                            && p.qself.is_none()
                            && p.path.segments.iter().all(|s| s.arguments.is_none()) =>
                    {
                        let path = segments(&text(&p.path));
                        module.imports.push(Import {
                            name: Some(bare(&i.ident)),
                            path,
                        });
                    }
                    _ => {
                        module
                            .others
                            .insert(bare(&i.ident), Other::Alias(here.of(&i.ident)));
                    }
                }
                return;
            }
            other => return self.hidden(other, here),
        };
        if only_tests(attrs) {
            return;
        }
        let Some(attribute) = attrs.iter().find(|a| is_ours(a)) else {
            let reported = self.conditional_attribute(attrs, here);
            let other = if reported {
                Other::Reported
            } else {
                Other::Plain(here.of(ident))
            };
            module.others.insert(bare(ident), other);
            return;
        };
        module.others.insert(bare(ident), Other::Reported);
        if here.conditional
            || attrs
                .iter()
                .any(|a| a.path().is_ident("cfg") || a.path().is_ident("cfg_attr"))
        {
            let message = format!(
                "whether `{ident}` is there depends on `#[cfg]`, which only the compiler decides"
            );
            let help =
                "take the condition away; a message that some builds do not use costs them nothing";
            self.diagnostics
                .push(Diagnostic::error(here.of(ident), message, "").help(help));
            return;
        }
        let tokens = match &attribute.meta {
            Meta::List(list) => list.tokens.clone(),
            Meta::Path(_) => TokenStream::new(),
            Meta::NameValue(_) => {
                let help = "write `#[tg_schema(key = value)]`";
                let span = here.of(attribute);
                self.diagnostics
                    .push(Diagnostic::error(span, "`#[tg_schema]` takes a list", "").help(help));
                return;
            }
        };
        let mut plain = item.clone();
        let attrs = match &mut plain {
            syn::Item::Struct(i) => &mut i.attrs,
            syn::Item::Enum(i) => &mut i.attrs,
            syn::Item::Union(i) => &mut i.attrs,
            _ => return,
        };
        if let Some(at) = attrs.iter().position(is_ours) {
            attrs.remove(at);
        }
        match super::partial(&plain, tokens, &mut |span| here.place(span)) {
            (Some(annotated), errors) if errors.is_empty() => {
                module.others.remove(&bare(ident));
                module.items.push(annotated.item);
            }
            (read, errors) => {
                if let Some(annotated) = read {
                    let mut more = lower::check(&annotated.item).0;
                    more.retain(|d| d.severity == Severity::Error);
                    self.diagnostics.0.extend(more);
                }
                for error in errors {
                    let (start, end) = (here.place(error.start), here.place(error.end));
                    let span = Span {
                        end: end.end.max(start.end),
                        ..start
                    };
                    let mut diagnostic = Diagnostic::error(span, error.message, "");
                    diagnostic.help = (!error.help.is_empty()).then_some(error.help);
                    self.diagnostics.push(diagnostic);
                }
            }
        }
    }

    /// `#[cfg_attr(…, tg_schema)]`.
    fn conditional_attribute(&mut self, attrs: &[Attribute], here: &Here<'_>) -> bool {
        let found = attrs
            .iter()
            .find(|a| a.path().is_ident("cfg_attr") && names_us(a.meta.to_token_stream()));
        if let Some(attr) = found {
            let message = "whether the attribute is there depends on `#[cfg_attr]`, which only the compiler decides";
            let help = "write `#[tg_schema]` without a condition";
            self.diagnostics
                .push(Diagnostic::error(here.of(attr), message, "").help(help));
        }
        found.is_some()
    }

    /// Annotated items where no path leads: in functions and macros.
    fn hidden(&mut self, item: &syn::Item, here: &Here<'_>) {
        let attrs = match item {
            syn::Item::Fn(i) => &i.attrs,
            syn::Item::Impl(i) => &i.attrs,
            syn::Item::Macro(i) => &i.attrs,
            syn::Item::Const(i) => &i.attrs,
            syn::Item::Trait(i) => &i.attrs,
            _ => return,
        };
        if only_tests(attrs) {
            return;
        }
        let Some(span) = find_attribute(item.to_token_stream()) else {
            return;
        };
        let (message, help) = match item {
            syn::Item::Macro(_) => (
                "an item inside a macro is known to the compiler only",
                "write the item out, or leave this file out of the inputs",
            ),
            _ => (
                "an item inside a function or block has no path",
                "move it into a module",
            ),
        };
        self.diagnostics
            .push(Diagnostic::error(here.place(span), message, "").help(help));
    }

    fn child(
        &mut self,
        item: &syn::ItemMod,
        module: &mut SourceModule,
        here: &Here<'_>,
        depth: usize,
    ) {
        let name = bare(&item.ident);
        let mut path = module.path.clone();
        path.push(name.clone());
        let span = here.of(&item.ident);
        if depth == 0 {
            let message = format!("modules are nested deeper than {DEPTH} levels");
            return self.diagnostics.push(Diagnostic::error(span, message, ""));
        }
        let conditional = here.conditional || item.attrs.iter().any(|a| a.path().is_ident("cfg"));
        let elsewhere = item.attrs.iter().find(|a| a.path().is_ident("path"));
        if let Some(attr) = elsewhere.filter(|_| item.content.is_none()) {
            let help = "put the file where `mod` finds it, or give it as an input of its own";
            let wrong = Diagnostic::error(here.of(attr), "`#[path]` is not followed", "");
            return self.diagnostics.push(wrong.help(help));
        }
        module.children.insert(name.clone(), path.clone());
        if let Some((_, items)) = &item.content {
            let mut inline = here.inline.to_vec();
            inline.push(name);
            let inner = Here {
                inline: &inline,
                conditional,
                ..*here
            };
            return self.module(items, &item.attrs, path, span, &inner, depth - 1);
        }
        self.children.push(Child {
            candidates: candidates(here.file, here.inline, &name),
            name,
            parent: module.path.clone(),
            conditional,
            depth: depth - 1,
            span,
        });
    }
}

/// Bytes of a byte order mark and a `#!` line.
fn prefix(text: &str) -> usize {
    let mark = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    let rest = &text[mark..];
    if rest.starts_with("#!") && !rest[2..].trim_start().starts_with('[') {
        return mark + rest.find('\n').unwrap_or(rest.len());
    }
    mark
}

fn imports(tree: &UseTree, mut path: Vec<String>, out: &mut Vec<Import>, depth: usize) {
    if depth == 0 {
        return;
    }
    match tree {
        UseTree::Path(part) => {
            path.push(bare(&part.ident));
            imports(&part.tree, path, out, depth - 1);
        }
        UseTree::Name(name) if name.ident == "self" => {
            out.push(Import {
                name: path.last().cloned(),
                path,
            });
        }
        UseTree::Name(name) => {
            path.push(bare(&name.ident));
            out.push(Import {
                name: Some(bare(&name.ident)),
                path,
            });
        }
        UseTree::Rename(name) => {
            if name.ident != "self" {
                path.push(bare(&name.ident));
            }
            out.push(Import {
                name: Some(bare(&name.rename)),
                path,
            });
        }
        UseTree::Glob(_) => out.push(Import { name: None, path }),
        UseTree::Group(group) => {
            for tree in &group.items {
                imports(tree, path.clone(), out, depth - 1);
            }
        }
    }
}

fn is_ours(attr: &Attribute) -> bool {
    attr.path()
        .segments
        .last()
        .is_some_and(|s| s.ident == "tg_schema")
}

fn only_tests(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|a| match &a.meta {
        Meta::List(list) => a.path().is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    })
}

fn names_us(tokens: TokenStream) -> bool {
    let mut open = vec![tokens.into_iter()];
    while let Some(level) = open.last_mut() {
        match level.next() {
            Some(TokenTree::Ident(word)) if word == "tg_schema" => return true,
            Some(TokenTree::Group(group)) => open.push(group.stream().into_iter()),
            Some(_) => {}
            None => {
                open.pop();
            }
        }
    }
    false
}

/// The first `#[… tg_schema …]` anywhere inside.
fn find_attribute(tokens: TokenStream) -> Option<proc_macro2::Span> {
    let mut open = vec![(tokens.into_iter(), false)];
    while let Some((level, after_hash)) = open.last_mut() {
        match level.next() {
            Some(TokenTree::Punct(p)) => *after_hash = p.as_char() == '#',
            Some(TokenTree::Group(group)) => {
                let attribute =
                    std::mem::take(after_hash) && group.delimiter() == Delimiter::Bracket;
                if attribute {
                    let head = group
                        .stream()
                        .into_iter()
                        .take_while(|t| !matches!(t, TokenTree::Group(_)));
                    if head.last().is_some_and(
                        |t| matches!(&t, TokenTree::Ident(word) if word == "tg_schema"),
                    ) {
                        return Some(group.span());
                    }
                }
                open.push((group.stream().into_iter(), false));
            }
            Some(_) => *after_hash = false,
            None => {
                open.pop();
            }
        }
    }
    None
}
