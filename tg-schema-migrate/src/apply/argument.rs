//! Arguments that no field takes: deleted where nothing can be lost by it.

use std::collections::HashMap;

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{Expr, ExprCall, Keyword};
use ruff_text_size::{Ranged, TextRange};

use super::{Code, Refusal};
use crate::interpret::{FileId, Site};
use crate::patch::Edit;

/// The deletions. A finding that deleting an argument does not repair is a refusal.
pub fn edits(code: &Code<'_, '_>, file: FileId) -> Result<Vec<Edit>, Refusal> {
    let text = code.program.text(file);
    let mut calls = Calls(Vec::new());
    calls.visit_body(&code.program.tree(file).body);
    let mut edits: Vec<Edit> = Vec::new();
    let keywords = calls.0.iter().flat_map(|call| {
        let keywords = call.arguments.keywords.iter();
        keywords.map(|keyword| (keyword.range(), (*call, keyword)))
    });
    let keywords: HashMap<TextRange, (&ExprCall, &Keyword)> = keywords.collect();
    let here = code.report.findings.iter().filter(|f| f.site.file == file);
    for finding in here {
        let range = finding.site.range;
        let refusal = |why: String| Err((range, why));
        if finding.rule.id != "UNDECLARED_ARGUMENT" {
            return refusal(finding.message.clone());
        }
        let found = keywords.get(&range).copied();
        let Some((call, keyword)) = found else {
            return refusal(format!("{}, and is not written there", finding.message));
        };
        if !is_harmless(&keyword.value) {
            let why = format!("{}, and making its value may do something", finding.message);
            return refusal(why);
        }
        let deleted = deletion(text, call, keyword);
        match deleted.filter(|d| !comments(text, d, call)) {
            Some(range) => edits.push(Edit {
                range,
                text: String::new(),
            }),
            None => return refusal(format!("{}, and a comment stands there", finding.message)),
        }
    }
    if let Some(doubt) = code.report.doubts.iter().find(|d| d.site.file == file) {
        return Err((doubt.site.range, doubt.message.clone()));
    }
    let site = |call: &ExprCall| Site {
        file,
        range: call.range(),
    };
    // Dataclasses take no others.
    let open = calls.0.iter().find(|call| {
        let made = code.notes.made.get(&site(call));
        made.is_some_and(|made| made.open || made.positional > 0)
    });
    if let Some(call) = open {
        return Err((
            call.range(),
            "which arguments it gives is not known".to_owned(),
        ));
    }
    edits.sort_by_key(|e| e.range.start);
    Ok(merged(text, edits))
}

/// Two deletions that touch become one. A comma that nothing follows any more goes too.
fn merged(text: &str, edits: Vec<Edit>) -> Vec<Edit> {
    let mut all: Vec<Edit> = Vec::new();
    for edit in edits {
        match all.last_mut() {
            Some(last) if edit.range.start <= last.range.end => {
                last.range.end = last.range.end.max(edit.range.end);
            }
            _ => all.push(edit),
        }
    }
    for edit in &mut all {
        let head = text[..edit.range.start].trim_end_matches([' ', '\t']);
        if head.ends_with(',') && text[edit.range.end..].starts_with(')') {
            edit.range.start = head.len() - 1;
        }
    }
    all
}

/// Whether a comment may stand in what is deleted, or behind it on its line.
fn comments(text: &str, deleted: &std::ops::Range<usize>, call: &ExprCall) -> bool {
    let behind = text.get(deleted.end..call.end().to_usize()).unwrap_or("");
    let whole_line = text[..deleted.end].ends_with('\n');
    let line = behind.split('\n').next().unwrap_or("");
    text[deleted.clone()].contains('#') || !whole_line && line.contains('#')
}

/// Whether an expression only names something that is there.
fn is_harmless(e: &Expr) -> bool {
    match e {
        Expr::NoneLiteral(_)
        | Expr::BooleanLiteral(_)
        | Expr::NumberLiteral(_)
        | Expr::StringLiteral(_)
        | Expr::BytesLiteral(_)
        | Expr::EllipsisLiteral(_)
        | Expr::Name(_) => true,
        Expr::List(of) => of.elts.iter().all(is_harmless),
        Expr::Tuple(of) => of.elts.iter().all(is_harmless),
        Expr::Dict(of) => of
            .items
            .iter()
            .all(|item| item.key.as_ref().is_some_and(is_harmless) && is_harmless(&item.value)),
        _ => false,
    }
}

/// The bytes that go with a keyword argument: its comma, and its line where it has one for itself.
fn deletion(text: &str, call: &ExprCall, keyword: &Keyword) -> Option<std::ops::Range<usize>> {
    let (start, end) = (keyword.start().to_usize(), keyword.end().to_usize());
    let close = call.end().to_usize();
    let behind = &text[end..close];
    let blank = behind.len() - behind.trim_start().len();
    if behind[blank..].starts_with(',') {
        let after = end + blank + 1;
        let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let first = text[line..start].trim().is_empty();
        let rest = &text[after..];
        let space = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
        return Some(match (first, rest[space..].starts_with('\n')) {
            (true, true) => line..after + space + 1,
            (false, true) => match before(text, call, start)? {
                (from, true) => from..end,
                (from, false) => from..after,
            },
            (_, false) => start..after + space,
        });
    }
    // The last one without a comma: the comma before it goes, if there is one.
    let (from, _) = before(text, call, start)?;
    Some(from..end)
}

/// Where the comma before an argument stands, or else where the bracket ends; and whether it is a comma.
fn before(text: &str, call: &ExprCall, start: usize) -> Option<(usize, bool)> {
    let open = call.arguments.start().to_usize();
    let head = text.get(open..start)?.trim_end();
    match head.as_bytes().last()? {
        b',' => Some((open + head.len() - 1, true)),
        b'(' => Some((open + head.len(), false)),
        _ => None,
    }
}

struct Calls<'a>(Vec<&'a ExprCall>);

impl<'a> Visitor<'a> for Calls<'a> {
    fn visit_expr(&mut self, e: &'a Expr) {
        if let Expr::Call(call) = e {
            self.0.push(call);
        }
        walk_expr(self, e);
    }
}
