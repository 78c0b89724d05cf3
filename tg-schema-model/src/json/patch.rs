//! Changes of a JSON text that leave everything else of it as it is written.
//!
//! ```
//! use tg_schema_model::Json;
//! use tg_schema_model::json::patch::{Patch, apply};
//!
//! let text = "{\"type\": [ \"int\" ],  \"x\": 1}";
//! let more = Patch::insert("/type", 1, Json::str("string"));
//! let other = Patch::set("/x", Json::int(2));
//! let after = apply(text, &[more, other], 8).unwrap();
//! assert_eq!(after, "{\"type\": [ \"int\", \"string\" ],  \"x\": 2}");
//! ```

use std::ops::Range;

use super::Json;
use super::spanned::{Node, NodeKind, parse_spanned_deep};

/// One change. Places are those of the text before any change.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    /// JSON pointer to the value, object or array.
    pub path: String,
    /// What becomes of it.
    pub what: What,
}

/// What becomes of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// It is another one; a list of plain values on several lines stays so. The last name of the pointer may be a new key
    /// of an object.
    Set(Json),
    /// The array gets an item more, in front of the one that is there now; behind the last where there is none.
    Insert(usize, Json),
    /// It goes, with its key where it has one.
    Remove,
}

/// Bytes of a text that are replaced, and by what.
pub type Replaced = (Range<usize>, String);

impl Patch {
    /// See [`What::Set`].
    pub fn set(path: impl Into<String>, value: Json) -> Self {
        Patch {
            path: path.into(),
            what: What::Set(value),
        }
    }

    /// See [`What::Insert`].
    pub fn insert(path: impl Into<String>, at: usize, value: Json) -> Self {
        Patch {
            path: path.into(),
            what: What::Insert(at, value),
        }
    }

    /// See [`What::Remove`].
    pub fn remove(path: impl Into<String>) -> Self {
        Patch {
            path: path.into(),
            what: What::Remove,
        }
    }
}

/// A text whose places are known.
#[derive(Clone, Debug)]
pub struct Places<'t> {
    text: &'t str,
    root: Node,
}

impl<'t> Places<'t> {
    /// None where the text is no JSON, or nests deeper.
    pub fn of(text: &'t str, max_depth: usize) -> Option<Self> {
        let root = parse_spanned_deep(text, max_depth).ok()?;
        Some(Places { text, root })
    }

    /// What the changes replace, in the order of the text; none where it has no such place, or two changes are of the same
    /// part.
    pub fn replaced(&self, patches: &[Patch]) -> Option<Vec<Replaced>> {
        let found = patches
            .iter()
            .map(|patch| one(self.text, &self.root, patch));
        let mut found = found.collect::<Option<Vec<Replaced>>>()?;
        // What comes in at one place comes in the order in which it was asked for.
        found.sort_by_key(|(range, _)| (range.start, range.end));
        found.dedup();
        let apart = found.windows(2).all(|pair| match pair {
            [(before, _), (after, _)] => before.end <= after.start,
            _ => true,
        });
        apart.then_some(found)
    }
}

/// What the changes replace in a text, in its order; none where the text is no JSON, has no such place, or two changes are
/// of the same part.
pub fn replaced(text: &str, patches: &[Patch], max_depth: usize) -> Option<Vec<Replaced>> {
    Places::of(text, max_depth)?.replaced(patches)
}

/// The text with the changes made.
pub fn apply(text: &str, patches: &[Patch], max_depth: usize) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for (range, new) in replaced(text, patches, max_depth)? {
        out.push_str(text.get(at..range.start)?);
        out.push_str(&new);
        at = range.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

fn one(text: &str, root: &Node, patch: &Patch) -> Option<Replaced> {
    match &patch.what {
        What::Set(value) => match root.at(&patch.path) {
            Some(node) => {
                let new = laid_out(text, node, value).unwrap_or_else(|| spaced(value));
                Some((node.span.clone(), new))
            }
            None => {
                let (object, key) = patch.path.rsplit_once('/')?;
                let object = root.at(object)?;
                let NodeKind::Object(entries) = &object.kind else {
                    return None;
                };
                let entry = format!("{}: {}", Json::str(key).compact(), spaced(value));
                let parts: Vec<Range<usize>> = entries
                    .iter()
                    .map(|(key, value)| key.span.start..value.span.end)
                    .collect();
                Some(inserted(text, &object.span, &parts, parts.len(), &entry))
            }
        },
        What::Insert(at, value) => {
            let array = root.at(&patch.path)?;
            let NodeKind::Array(items) = &array.kind else {
                return None;
            };
            let parts: Vec<Range<usize>> = items.iter().map(|item| item.span.clone()).collect();
            Some(inserted(text, &array.span, &parts, *at, &spaced(value)))
        }
        What::Remove => {
            let (around, last) = patch.path.rsplit_once('/')?;
            let gone = root.at(&patch.path)?;
            let around = root.at(around)?;
            let (parts, at): (Vec<Range<usize>>, usize) = match &around.kind {
                NodeKind::Array(items) => (
                    items.iter().map(|item| item.span.clone()).collect(),
                    last.parse().ok()?,
                ),
                NodeKind::Object(entries) => {
                    let own = |(_, value): &(_, Node)| std::ptr::eq(value, gone);
                    (
                        entries
                            .iter()
                            .map(|(key, value)| key.span.start..value.span.end)
                            .collect(),
                        entries.iter().position(own)?,
                    )
                }
                _ => return None,
            };
            let own = parts.get(at)?.clone();
            let before = at.checked_sub(1).and_then(|at| parts.get(at));
            let range = match (parts.get(at + 1), before) {
                (Some(next), _) => own.start..next.start,
                (None, Some(before)) => before.end..own.end,
                (None, None) => own,
            };
            Some((range, String::new()))
        }
    }
}

/// A part that comes in among others, in front of the one at `at`. It stands apart from them as they do.
fn inserted(
    text: &str,
    around: &Range<usize>,
    parts: &[Range<usize>],
    at: usize,
    new: &str,
) -> Replaced {
    let between = match parts {
        [.., a, b] => text.get(a.end..b.start),
        _ => None,
    };
    // One alone stands on a line of its own, perhaps.
    let alone = || {
        let [one] = parts else { return None };
        let space = text.get(around.start + 1..one.start)?;
        let lined = space.contains('\n') && space.trim().is_empty();
        lined.then(|| format!(",{space}"))
    };
    let apart = match between {
        Some(between) => between.to_owned(),
        None => alone().unwrap_or_else(|| ", ".to_owned()),
    };
    match (parts.get(at), parts.last()) {
        (Some(next), _) => (next.start..next.start, format!("{new}{apart}")),
        (None, Some(last)) => (last.end..last.end, format!("{apart}{new}")),
        (None, None) => (around.start + 1..around.start + 1, new.to_owned()),
    }
}

/// A list of plain values that stands on several lines, as it is laid out now.
fn laid_out(text: &str, node: &Node, value: &Json) -> Option<String> {
    let (NodeKind::Array(former), Json::Array(items)) = (&node.kind, value) else {
        return None;
    };
    let is_plain = |kind: &NodeKind| !matches!(kind, NodeKind::Array(_) | NodeKind::Object(_));
    let (first, last) = (former.first()?, former.last()?);
    let before = text.get(node.span.start..first.span.start)?;
    let plain = former.iter().all(|item| is_plain(&item.kind));
    let all = items
        .iter()
        .all(|item| !matches!(item, Json::Array(_) | Json::Object(_)));
    if !(plain && all && before.contains('\n')) || items.is_empty() {
        return None;
    }
    let between = match former.as_slice() {
        [.., a, b] => text.get(a.span.end..b.span.start)?.to_owned(),
        _ => format!(",{}", text.get(node.span.start + 1..first.span.start)?),
    };
    let items: Vec<String> = items.iter().map(spaced).collect();
    let after = text.get(last.span.end..node.span.end)?;
    Some(format!("{before}{}{after}", items.join(&between)))
}

/// A value on one line, with spaces behind commas and colons.
fn spaced(value: &Json) -> String {
    match value {
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(spaced).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(entries) => {
            let entry = |(key, value): &(String, Json)| {
                format!("{}: {}", Json::str(key).compact(), spaced(value))
            };
            let entries: Vec<String> = entries.iter().map(entry).collect();
            format!("{{{}}}", entries.join(", "))
        }
        plain => plain.compact(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str, patches: &[Patch]) -> Option<String> {
        apply(text, patches, 16)
    }

    #[test]
    fn parts_come_and_go_as_others_are_written() {
        let lines = "[\n  1,\n  2\n]";
        for (text, patch, expected) in [
            (
                lines,
                Patch::insert("", 2, Json::int(3)),
                "[\n  1,\n  2,\n  3\n]",
            ),
            (
                lines,
                Patch::insert("", 0, Json::int(3)),
                "[\n  3,\n  1,\n  2\n]",
            ),
            (lines, Patch::remove("/0"), "[\n  2\n]"),
            (lines, Patch::remove("/1"), "[\n  1\n]"),
            (
                "[\n  1\n]",
                Patch::insert("", 1, Json::int(3)),
                "[\n  1,\n  3\n]",
            ),
            ("[]", Patch::insert("", 0, Json::int(3)), "[3]"),
            ("[1]", Patch::remove("/0"), "[]"),
            (
                lines,
                Patch::set("", Json::strings(["a", "b", "c"])),
                "[\n  \"a\",\n  \"b\",\n  \"c\"\n]",
            ),
            (
                "[\n  1\n]",
                Patch::set("", Json::strings(["a", "b"])),
                "[\n  \"a\",\n  \"b\"\n]",
            ),
            (lines, Patch::set("", Json::Array(Vec::new())), "[]"),
            (
                "[1,2]",
                Patch::set("", Json::strings(["a", "b"])),
                "[\"a\", \"b\"]",
            ),
            ("{\"a\":1,\"b\":2}", Patch::remove("/a"), "{\"b\":2}"),
            ("{\"a\":1,\"b\":2}", Patch::remove("/b"), "{\"a\":1}"),
            (
                "{\"a\":1}",
                Patch::set("/b", Json::Null),
                "{\"a\":1, \"b\": null}",
            ),
            ("{}", Patch::set("/b", Json::Null), "{\"b\": null}"),
            (
                "{\"a\": {\"b\": [ 1 ]}}",
                Patch::set("/a/b/0", Json::str("é")),
                "{\"a\": {\"b\": [ \"é\" ]}}",
            ),
            (" 1 ", Patch::set("", Json::int(2)), " 2 "),
        ] {
            let found = after(text, std::slice::from_ref(&patch));
            assert_eq!(found.as_deref(), Some(expected), "{text} {patch:?}");
        }
    }

    #[test]
    fn what_is_not_there_and_what_overlaps_is_not_changed() {
        for (text, patches) in [
            ("[1", vec![Patch::remove("/0")]),
            ("[1]", vec![Patch::remove("/1")]),
            ("[1]", vec![Patch::remove("")]),
            ("[1]", vec![Patch::set("/a/b", Json::Null)]),
            ("{}", vec![Patch::insert("", 0, Json::Null)]),
            (
                "[[1]]",
                vec![Patch::set("/0", Json::Null), Patch::remove("/0/0")],
            ),
            (
                "[1, 2]",
                vec![Patch::remove("/0"), Patch::set("/0", Json::Null)],
            ),
        ] {
            assert_eq!(after(text, &patches), None, "{text}");
        }
        let twice = [Patch::remove("/0"), Patch::remove("/0")];
        assert_eq!(after("[1, 2]", &twice).as_deref(), Some("[2]"));
        let both = [
            Patch::insert("", 1, Json::int(2)),
            Patch::insert("", 1, Json::int(3)),
        ];
        assert_eq!(after("[1]", &both).as_deref(), Some("[1, 2, 3]"));
    }
}
