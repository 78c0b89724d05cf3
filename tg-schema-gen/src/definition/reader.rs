//! Reading typed values out of the tree. Every mistake is noted and reading goes on.

use std::fmt::Display;

use tg_schema_model::{Diagnostic, Diagnostics, Json, Places, Profile, Span, name};

use super::file::Defaults;
use super::key;
use super::node::{Data, Document, Entry, Node, Table, TableId};

/// The reason that `deprecated = true` stands for.
const NO_REASON: &str = "deprecated";

/// One file being read.
pub(crate) struct Reader<'d, 'r> {
    pub(crate) document: &'d Document<'d>,
    pub(crate) diagnostics: &'r mut Diagnostics,
    /// Whether something that other definitions may ask for could not be read.
    pub(crate) partial: bool,
}

/// A definition under its name: an entry of a table, or an item of an array with a `name`.
pub(crate) struct Named<'d> {
    pub(crate) name: &'d str,
    pub(crate) span: Span,
    pub(crate) node: &'d Node<'d>,
    /// Whether the name is a key of the item.
    pub(crate) item: bool,
}

/// `a, b or c`.
pub(crate) fn alternatives(words: &[String]) -> String {
    joined(words, "or")
}

fn joined(words: &[String], last_but_one: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} {last_but_one} {last}", head.join(", ")),
    }
}

fn in_quotes<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> Vec<String> {
    let words = words.into_iter();
    words.map(|w| format!("`{}`", w.as_ref())).collect()
}

/// One of them: `` `a`, `b` or `c` ``.
pub(crate) fn quoted<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> String {
    alternatives(&in_quotes(words))
}

/// All of them: `` `a`, `b` and `c` ``.
pub(crate) fn all_quoted<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> String {
    joined(&in_quotes(words), "and")
}

/// Advice for a misspelt word, where one of `words` is near.
pub(crate) fn did_you_mean<'w>(
    word: &str,
    words: impl IntoIterator<Item = &'w str>,
) -> Option<String> {
    name::nearest(word, words).map(|near| format!("did you mean `{near}`?"))
}

impl<'d> Reader<'d, '_> {
    pub(crate) fn error(
        &mut self,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
        help: Option<String>,
    ) {
        let mut found = Diagnostic::error(span, message, label);
        found.help = help;
        self.diagnostics.push(found);
    }

    /// Notes that `what` is not the kind of value that it should be.
    pub(crate) fn wrong_kind(&mut self, node: &Node, what: &dyn Display, expected: &str) {
        if matches!(node.data, Data::Invalid) {
            return;
        }
        self.error(
            node.span,
            format!("{what} is not {expected}"),
            format!("expected {expected}, found {}", node.kind()),
            None,
        );
    }

    /// Refuses the keys that are not in `known`.
    pub(crate) fn check_keys(
        &mut self,
        table: Table<'d>,
        known: &[&str],
        item: bool,
        owner: &dyn Display,
        advice: impl Fn(&Entry<'d>) -> Option<String>,
    ) {
        for entry in table.entries() {
            let key = &*entry.key;
            if known.contains(&key) || (item && key == key::NAME) {
                continue;
            }
            let help = advice(entry).or_else(|| did_you_mean(key, known.iter().copied()));
            self.error(
                entry.key_span,
                format!("unknown key `{key}` in {owner}"),
                format!("expected {}", quoted(known)),
                help,
            );
        }
    }

    pub(crate) fn table(&mut self, node: &'d Node<'d>, what: &dyn Display) -> Option<Table<'d>> {
        match node.data {
            Data::Table(id) => Some(self.document.table(id)),
            _ => {
                self.wrong_kind(node, what, "a table");
                None
            }
        }
    }
    pub(crate) fn of(&self, id: TableId) -> Table<'d> {
        self.document.table(id)
    }

    pub(crate) fn string(&mut self, node: &'d Node<'d>, what: &dyn Display) -> Option<&'d str> {
        match &node.data {
            Data::String { text, .. } => Some(text),
            _ => {
                self.wrong_kind(node, what, "a string");
                None
            }
        }
    }

    pub(crate) fn boolean(&mut self, node: &'d Node<'d>, what: &dyn Display) -> Option<bool> {
        match node.data {
            Data::Boolean(value) => Some(value),
            _ => {
                self.wrong_kind(node, what, "a boolean");
                None
            }
        }
    }

    pub(crate) fn array(
        &mut self,
        node: &'d Node<'d>,
        what: &dyn Display,
    ) -> Option<&'d [Node<'d>]> {
        match &node.data {
            Data::Array(items) | Data::Tables(items) => Some(items),
            _ => {
                self.wrong_kind(node, what, "an array");
                None
            }
        }
    }

    /// A boolean key that is false where it is absent.
    pub(crate) fn flag(&mut self, table: Table<'d>, key: &str, owner: &dyn Display) -> bool {
        match table.get(key) {
            Some(entry) => self
                .boolean(&entry.node, &format_args!("`{key}` of {owner}"))
                .unwrap_or(false),
            None => false,
        }
    }

    /// A string key.
    pub(crate) fn text(
        &mut self,
        table: Table<'d>,
        key: &str,
        owner: &dyn Display,
    ) -> Option<(&'d str, &'d Node<'d>)> {
        let entry = table.get(key)?;
        let text = self.string(&entry.node, &format_args!("`{key}` of {owner}"))?;
        Some((text, &entry.node))
    }

    /// `doc`, without the blank space around it.
    pub(crate) fn doc(&mut self, table: Table<'d>, owner: &dyn Display) -> Option<String> {
        let (text, _) = self.text(table, "doc", owner)?;
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// `namespace` with its place; the empty one is none.
    pub(crate) fn namespace(
        &mut self,
        table: Table<'d>,
        owner: &dyn Display,
    ) -> Option<(Option<String>, Span)> {
        let (text, node) = self.text(table, "namespace", owner)?;
        let place = node.part(0..text.len());
        Some(((!text.is_empty()).then(|| text.to_owned()), place))
    }

    /// The namespace of a type, its own or the file's, and its aliases, with their places.
    pub(crate) fn naming(
        &mut self,
        table: Table<'d>,
        owner: &dyn Display,
        defaults: Defaults<'_>,
    ) -> (Option<String>, Vec<String>, Places) {
        self.unread(table, "namespace");
        let (namespace, place) = self.namespace(table, owner).unwrap_or_else(|| {
            let inherited = defaults.namespace.map(str::to_owned);
            (inherited, defaults.namespace_span)
        });
        let (aliases, spans) = self.names(table, "aliases", owner);
        let places = Places {
            namespace: place,
            aliases: spans,
            ..Places::default()
        };
        (namespace, aliases, places)
    }

    /// Whether `key` is there or may be, and its value could not be read.
    pub(crate) fn unread(&mut self, table: Table<'_>, key: &str) -> bool {
        let unread = match table.get(key) {
            Some(entry) => match &entry.node.data {
                Data::Array(items) => items.iter().any(|i| matches!(i.data, Data::Invalid)),
                data => matches!(data, Data::Invalid),
            },
            None => self.document.partial,
        };
        self.partial |= unread;
        unread
    }

    /// A list of strings with their places.
    pub(crate) fn strings(
        &mut self,
        table: Table<'d>,
        key: &str,
        owner: &dyn Display,
    ) -> Vec<(String, Span)> {
        let Some(entry) = table.get(key) else {
            return Vec::new();
        };
        let what = format_args!("`{key}` of {owner}");
        let Some(items) = self.array(&entry.node, &what) else {
            return Vec::new();
        };
        let what = format_args!("an item of {what}");
        items
            .iter()
            .filter_map(|item| {
                let text = self.string(item, &what)?;
                Some((text.to_owned(), item.part(0..text.len())))
            })
            .collect()
    }

    /// A list of names, each once, and their places.
    pub(crate) fn names(
        &mut self,
        table: Table<'d>,
        key: &str,
        owner: &dyn Display,
    ) -> (Vec<String>, Vec<Span>) {
        let found = self.strings(table, key, owner);
        if found.is_empty() {
            return Default::default();
        }
        let mut seen = std::collections::HashSet::new();
        let mut out = (Vec::new(), Vec::new());
        for (text, span) in found {
            if seen.insert(text.clone()) {
                out.0.push(text);
                out.1.push(span);
            } else {
                self.error(
                    span,
                    format!("`{text}` is twice in `{key}` of {owner}"),
                    "one is enough",
                    None,
                );
            }
        }
        out
    }

    /// `deprecated`: a reason, or `true` where there is nothing to add.
    pub(crate) fn deprecated(&mut self, table: Table<'d>, owner: &dyn Display) -> Option<String> {
        let entry = table.get("deprecated")?;
        match &entry.node.data {
            Data::String { text, .. } => Some(text.trim().to_owned()),
            Data::Boolean(value) => value.then(|| NO_REASON.to_owned()),
            _ => {
                self.wrong_kind(
                    &entry.node,
                    &format_args!("`deprecated` of {owner}"),
                    "a reason or `true`",
                );
                None
            }
        }
    }

    pub(crate) fn profile(&mut self, table: Table<'d>, owner: &dyn Display) -> Option<Profile> {
        let (text, node) = self.text(table, "profile", owner)?;
        match text {
            "plain" => Some(Profile::Plain),
            "pulsar-record" => Some(Profile::PulsarRecord),
            _ => {
                self.error(
                    node.part(0..text.len()),
                    format!("unknown profile `{text}`"),
                    format!("expected {}", quoted(key::PROFILES)),
                    did_you_mean(text, key::PROFILES.iter().copied()),
                );
                None
            }
        }
    }

    /// The definitions under `record`, `enum`, `topic` or `fields`, in either form.
    pub(crate) fn named(&mut self, node: &'d Node<'d>, kind: &str) -> Vec<Named<'d>> {
        match &node.data {
            Data::Invalid => Vec::new(),
            Data::Table(id) => self
                .of(*id)
                .entries()
                .map(|entry| Named {
                    name: &entry.key,
                    span: entry.key_span,
                    node: &entry.node,
                    item: false,
                })
                .collect(),
            Data::Array(items) | Data::Tables(items) => items
                .iter()
                .filter_map(|item| self.item(item, kind))
                .collect(),
            _ => {
                self.wrong_kind(
                    node,
                    &format_args!("`{kind}`"),
                    "a table of names or an array of tables with a `name`",
                );
                Vec::new()
            }
        }
    }

    fn item(&mut self, item: &'d Node<'d>, kind: &str) -> Option<Named<'d>> {
        let what = format_args!("an item of `{kind}`");
        let table = self.table(item, &what)?;
        let Some(entry) = table.get(key::NAME) else {
            self.error(
                item.span,
                format!("{what} has no name"),
                "expected a key `name`",
                None,
            );
            return None;
        };
        let name = self.string(&entry.node, &format_args!("`name` of {what}"))?;
        Some(Named {
            name,
            span: entry.node.part(0..name.len()),
            node: item,
            item: true,
        })
    }
}

/// A scalar as JSON. `None`: a container, a number that JSON cannot hold, or unreadable.
pub(crate) fn scalar_json(node: &Node) -> Option<Json> {
    Some(match &node.data {
        Data::Null => Json::Null,
        Data::Boolean(value) => Json::Bool(*value),
        Data::Integer(text) | Data::Float(text) if is_finite(text) => {
            Json::Number(text.to_string())
        }
        Data::String { text, .. } => Json::String(text.clone().into_owned()),
        Data::Datetime(text) => Json::String(text.clone()),
        _ => return None,
    })
}

/// Whether a float is one that JSON can hold.
pub(crate) fn is_finite(text: &str) -> bool {
    !text.contains("inf") && !text.contains("nan")
}
