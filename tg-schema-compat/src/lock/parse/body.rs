//! The keys of a block into what it says.

use std::ops::Range;

use tg_schema_model::definition::Part;
use tg_schema_model::{Fingerprint, json};

use super::key::Keys;
use super::{HELP, Reader};
use crate::lock::accept::Kind;
use crate::lock::item::{AvroBody, Body, Origin, TopicBody, TypeBody, fingerprint, lines, literal};

impl<'t> Reader<'t, '_> {
    pub(super) fn type_body(
        &mut self,
        keys: &mut Keys<'t>,
        name: &str,
        kind: Kind,
    ) -> Option<Body> {
        let module = self.module(keys);
        let origin = self.origin(keys, Origin::Definition)?;
        let print = keys.text("fingerprint", self);
        let (raw, start) = keys.literal("definition", self)?;
        let (fingerprint, print_place) = print?;
        let part = match Part::read(raw, self.source, start) {
            Ok(part) => part,
            Err(problem) => {
                self.diagnostics.push(problem.help(HELP));
                return None;
            }
        };
        let place = start..start + raw.trim_end().len();
        let text = self.definition(raw, &fingerprint, print_place)?;
        if part.name() != name || part.is_enum() != (kind == Kind::Enum) {
            let (is, named) = (part.name(), kind.word());
            self.error(
                place,
                format!("this is the definition of `{is}`"),
                format!("expected that of the {named} `{name}`"),
                HELP,
            );
            return None;
        }
        Some(Body::Type(Box::new(TypeBody {
            module,
            origin,
            part,
            text,
            fingerprint,
        })))
    }

    fn module(&mut self, keys: &mut Keys<'t>) -> String {
        let module = keys.optional_text("module", self);
        module.map(|(text, _)| text).unwrap_or_default()
    }

    /// What `avsc` says, else what is said by saying nothing.
    fn origin(&mut self, keys: &mut Keys<'t>, silent: Origin) -> Option<Origin> {
        let Some((word, place)) = keys.optional_text("avsc", self) else {
            return Some(silent);
        };
        let origin = Origin::from_word(&word);
        if origin.is_none() {
            self.error(
                place,
                format!("unknown origin `{word}`"),
                "expected `message`, `named`, `single` or `part`",
                HELP,
            );
        }
        origin
    }

    /// The definition as it is written, where its fingerprint is the one that stands beside it.
    fn definition(&mut self, raw: &str, expected: &str, place: Range<usize>) -> Option<String> {
        // What was written is without white space but for line breaks and what follows them.
        let plain: String = raw.lines().map(str::trim).collect();
        let found = fingerprint(&plain);
        if found == expected {
            return Some(raw.trim_end().replace('\r', ""));
        }
        let json = json::parse(raw).ok();
        let again = json.as_ref().map(|json| fingerprint(&json.compact()));
        match json {
            Some(json) if again.as_deref() == Some(expected) => Some(lines(&json)),
            _ => {
                let found = again.unwrap_or(found);
                self.error(
                    place,
                    "the definition below is not the one that was accepted",
                    format!("its fingerprint is {found}"),
                    HELP,
                );
                None
            }
        }
    }

    pub(super) fn topic_body(&mut self, keys: &mut Keys<'t>, name: &str) -> Option<TopicBody> {
        let module = keys.optional_text("module", self);
        let address = keys.text("address", self);
        let record = keys.text("record", self);
        let legacy = keys.optional_text("legacy", self).map(|(text, _)| text);
        let (address, place) = address?;
        let (module, module_place) = module.unwrap_or_default();
        let inside = name
            .strip_prefix(&module)
            .is_some_and(|rest| module.is_empty() || rest.starts_with('.'));
        if !inside {
            self.error(
                module_place,
                format!("`{name}` is not in this module"),
                "expected the start of the topic's name",
                HELP,
            );
            return None;
        }
        match address.parse() {
            Ok(parsed) => Some(TopicBody {
                module,
                address: parsed,
                record: record?.0,
                legacy,
                address_place: self.span(place.start + 1..place.end.saturating_sub(1)),
            }),
            Err(error) => {
                self.error(
                    place,
                    format!("{address:?} is no address of a topic"),
                    format!("expected {}", error.expected),
                    HELP,
                );
                None
            }
        }
    }

    pub(super) fn avro_body(&mut self, keys: &mut Keys<'t>) -> Option<AvroBody> {
        let module = self.module(keys);
        let origin = self.origin(keys, Origin::Schema)?;
        let print = keys.text("fingerprint", self);
        let inexpressible = keys
            .optional_text("inexpressible", self)
            .map(|(text, _)| text);
        let (raw, start) = keys.literal("schema", self)?;
        let (expected, place) = print?;
        let json = match json::parse(raw) {
            Ok(json) => json,
            Err(error) => {
                let at = start + error.offset;
                self.error(at..at, "this is not JSON", error.message, HELP);
                return None;
            }
        };
        let compact = json.compact();
        let found = Fingerprint::of(&compact).sha256_hex();
        if found != expected {
            self.error(
                place,
                "the schema below is not the one that was accepted",
                format!("its fingerprint is {found}"),
                HELP,
            );
            return None;
        }
        Some(AvroBody {
            module,
            origin,
            text: literal(json.pretty(2)),
            compact,
            inexpressible,
        })
    }
}
