//! `check`: what may change, and which findings are accepted.

use std::fmt::Display;

use tg_schema_model::{Allow, Check, Span, Until};

use super::key;
use super::node::{Data, Node, Table};
use super::reader::Reader;

impl<'d> Reader<'d, '_> {
    /// `check` of a record.
    pub(crate) fn check(&mut self, table: Table<'d>, owner: &dyn Display) -> Option<Box<Check>> {
        let entry = table.get("check")?;
        let what = format_args!("`check` of {owner}");
        let table = self.table(&entry.node, &what)?;
        self.check_keys(table, key::CHECK, false, &what, |_| None);
        let (require, require_span) = self.require(table, &what).unzip();
        Some(Box::new(Check {
            require,
            require_span: require_span.unwrap_or(Span::NONE),
            allow: self.allows(table, key::ALLOW, &what),
        }))
    }

    /// Requirements as one text, or as a list of them.
    fn require(&mut self, table: Table<'d>, owner: &dyn Display) -> Option<(String, Span)> {
        let node = &table.get("require")?.node;
        if !matches!(node.data, Data::Array(_)) {
            let (text, node) = self.text(table, "require", owner)?;
            return Some((text.to_owned(), node.part(0..text.len())));
        }
        let texts = self.strings(table, "require", owner).into_iter();
        let texts: Vec<String> = texts.map(|(text, _)| text).collect();
        (!texts.is_empty()).then(|| (texts.join(","), node.span))
    }

    /// `check` of a file: what is accepted of records that are gone.
    pub(crate) fn file_check(&mut self, table: Table<'d>, owner: &dyn Display) -> Vec<Allow> {
        let Some(entry) = table.get("check") else {
            return Vec::new();
        };
        let what = format_args!("`check` of {owner}");
        let Some(table) = self.table(&entry.node, &what) else {
            return Vec::new();
        };
        self.check_keys(table, key::FILE_CHECK, false, &what, |entry| {
            (entry.key == "require").then(|| {
                "write it into a record, or for all of them into `[check]` of `tg-schema.toml`"
                    .to_owned()
            })
        });
        self.allows(table, key::FILE_ALLOW, &what)
    }

    fn allows(&mut self, table: Table<'d>, known: &[&str], owner: &dyn Display) -> Vec<Allow> {
        let Some(entry) = table.get("allow") else {
            return Vec::new();
        };
        let what = format_args!("`allow` in {owner}");
        let items = self.array(&entry.node, &what).unwrap_or_default();
        items
            .iter()
            .filter_map(|item| self.allow(item, known, &what))
            .collect()
    }

    fn allow(&mut self, item: &'d Node<'d>, known: &[&str], owner: &dyn Display) -> Option<Allow> {
        let what = format_args!("an item of {owner}");
        let table = self.table(item, &what)?;
        self.check_keys(table, known, false, &what, |_| None);
        let mut needed = vec!["rule"];
        if known.contains(&"record") {
            needed.push("record");
        }
        for name in needed {
            if table.get(name).is_none() {
                self.error(
                    item.span,
                    format!("{what} has no `{name}`"),
                    format!("expected a key `{name}`"),
                    None,
                );
            }
        }
        let owned =
            |found: Option<(&str, _)>| found.map(|(text, _): (&str, &Node)| text.to_owned());
        let record = owned(self.text(table, "record", &what));
        let rule = owned(self.text(table, "rule", &what));
        let path = owned(self.text(table, "path", &what)).filter(|path| !path.is_empty());
        let old = self.fingerprint(table, "old", &what);
        let new = self.fingerprint(table, "new", &what);
        let reason = owned(self.text(table, "reason", &what));
        let until = self.until(table, "until", &what);
        Some(Allow {
            record,
            rule: rule?,
            path,
            old,
            new,
            reason: reason.filter(|reason| !reason.trim().is_empty()),
            until,
            span: item.span,
        })
    }

    fn fingerprint(&mut self, table: Table<'d>, key: &str, owner: &dyn Display) -> Option<String> {
        let (text, node) = self.text(table, key, owner)?;
        if Allow::is_fingerprint(text) || text == Allow::GONE {
            return Some(text.to_owned());
        }
        let digits = Allow::MIN_DIGITS;
        self.error(
            node.span,
            format!("`{key}` of {owner} is no fingerprint"),
            format!("expected {digits} to 64 digits of 0-9 and a-f"),
            Some("`tg-schema check` tells what to write for each finding".to_owned()),
        );
        None
    }

    /// A day, as text or as a date of TOML, or the number of a release.
    fn until(&mut self, table: Table<'d>, key: &str, owner: &dyn Display) -> Option<Until> {
        let node = &table.get(key)?.node;
        let until = match &node.data {
            Data::Integer(digits) => {
                let number = digits.parse().ok().filter(|number| *number > 0);
                number.map(Until::Release)
            }
            Data::Datetime(text) => text.parse().ok().map(Until::Day),
            _ => {
                let text = self.string(node, &format_args!("`{key}` of {owner}"))?;
                text.parse().ok().map(Until::Day)
            }
        };
        if until.is_none() {
            self.error(
                node.span,
                format!("`{key}` of {owner} is no day and no release"),
                "expected such as `2027-01-31`, or the number of a release in the lock",
                None,
            );
        }
        until
    }
}
