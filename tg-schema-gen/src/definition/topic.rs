//! `[topic.name]`.

use std::fmt::Display;

use tg_schema_model::{Span, Topic};

use super::file::TopicDraft;
use super::key;
use super::node::{Node, Table};
use super::reader::{Named, Reader};

impl<'d> Reader<'d, '_> {
    pub(crate) fn topic(&mut self, named: &Named<'d>) -> Option<TopicDraft<'d>> {
        let owner = format_args!("topic `{}`", named.name);
        let table = self.table(named.node, &owner)?;
        self.check_keys(table, key::TOPIC, named.item, &owner, |_| None);
        Some(TopicDraft {
            name: named.name.to_owned(),
            span: named.span,
            record: self.needed(table, "record", named, &owner),
            address: self
                .needed(table, "address", named, &owner)
                .and_then(|(text, node)| self.address(text, node)),
            doc: self.doc(table, &owner),
            origin: self.origin(table, &owner),
            legacy: self
                .text(table, "legacy", &owner)
                .map(|(text, _)| text.to_owned()),
        })
    }

    fn needed(
        &mut self,
        table: Table<'d>,
        key: &str,
        named: &Named,
        owner: &dyn Display,
    ) -> Option<(&'d str, &'d Node<'d>)> {
        if table.get(key).is_none() {
            let example = match key {
                "record" => "record = \"Name\"",
                _ => "address = \"q1/tg/flow/name\"",
            };
            self.error(
                named.span,
                format!("{owner} has no {key}"),
                format!("expected a key `{key}`"),
                Some(format!("write `{example}`")),
            );
        }
        self.text(table, key, owner)
    }

    fn address(&mut self, text: &str, node: &Node) -> Option<(Topic, Span)> {
        match text.parse::<Topic>() {
            Ok(topic) => Some((topic, node.part(0..text.len()))),
            Err(error) => {
                let message = if error.found.is_empty() {
                    format!("the {} of the address is empty", error.part)
                } else {
                    format!("{:?} is no legal {}", error.found, error.part)
                };
                let span = if text.is_empty() {
                    node.span
                } else {
                    node.part(error.range)
                };
                self.error(span, message, format!("expected {}", error.expected), None);
                None
            }
        }
    }
}
