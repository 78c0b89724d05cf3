//! `origin` and `unresolved`: what a migration writes beside the definitions that it makes.

use std::fmt::Display;

use tg_schema_model::{Former, Open, Origin, Span, Unresolved, Verdict};

use super::expression::{self, Expression};
use super::key;
use super::node::{Data, Node, Table};
use super::reader::{Reader, did_you_mean, quoted};
use super::{MAX_REGISTERED_DEPTH, written_json};

impl<'d> Reader<'d, '_> {
    /// `origin` of what is no field: a table, or the place alone.
    pub(crate) fn origin(&mut self, table: Table<'d>, owner: &dyn Display) -> Option<Origin> {
        let (mut origin, table) = self.origin_with(table, owner, key::ORIGIN)?;
        if let Some(table) = table {
            let what = format_args!("`origin` of {owner}");
            (origin.scope, origin.shadowed_by) = self.scope(table, &what);
        }
        Some(origin)
    }

    /// `origin` of a field whose type is `ty`: also what it was before it was tightened.
    pub(crate) fn field_origin(
        &mut self,
        table: Table<'d>,
        owner: &dyn Display,
        ty: Option<&Expression>,
    ) -> Option<Origin> {
        let (mut origin, table) = self.origin_with(table, owner, key::FIELD_ORIGIN)?;
        if let Some(table) = table {
            let what = format_args!("`origin` of {owner}");
            origin.unset = self.owned(table, "unset", &what);
            origin.former = self.former(table, &what, ty);
        }
        Some(origin)
    }

    fn origin_with(
        &mut self,
        table: Table<'d>,
        owner: &dyn Display,
        known: &[&str],
    ) -> Option<(Origin, Option<Table<'d>>)> {
        let entry = table.get("origin")?;
        let what = format_args!("`origin` of {owner}");
        match &entry.node.data {
            Data::String { text, .. } => {
                let place = text.clone().into_owned();
                let origin = Origin {
                    place,
                    ..Origin::default()
                };
                Some((origin, None))
            }
            Data::Table(id) => {
                let table = self.of(*id);
                self.check_keys(table, known, false, &what, |_| None);
                let place = self.place(table, entry.key_span, &what);
                let origin = Origin {
                    expression: self.owned(table, "expression", &what),
                    verdict: self.verdict(table, &what),
                    note: self.owned(table, "note", &what),
                    place: place?,
                    ..Origin::default()
                };
                Some((origin, Some(table)))
            }
            _ => {
                self.wrong_kind(&entry.node, &what, "a table or a string");
                None
            }
        }
    }

    /// `scope` and `shadowed_by`.
    fn scope(&mut self, table: Table<'d>, owner: &dyn Display) -> (Option<String>, Option<String>) {
        let scope = self.owned(table, key::SCOPE, owner);
        (scope, self.owned(table, key::SHADOWED_BY, owner))
    }

    /// A number of things; 0 without the key.
    fn count(&mut self, table: Table<'d>, key: &str, owner: &dyn Display) -> usize {
        let Some(entry) = table.get(key) else {
            return 0;
        };
        let number = match &entry.node.data {
            Data::Integer(text) => text.parse().ok(),
            _ => None,
        };
        number.unwrap_or_else(|| {
            let what = format_args!("`{key}` of {owner}");
            self.wrong_kind(&entry.node, &what, "a whole number from 0");
            0
        })
    }

    fn owned(&mut self, table: Table<'d>, key: &str, owner: &dyn Display) -> Option<String> {
        self.text(table, key, owner)
            .map(|(text, _)| text.to_owned())
    }

    /// `place`, which must be there.
    fn place(&mut self, table: Table<'d>, span: Span, owner: &dyn Display) -> Option<String> {
        if table.get("place").is_none() {
            self.error(
                span,
                format!("{owner} has no `place`"),
                "expected `place = \"file:line\"` in it",
                None,
            );
        }
        self.owned(table, "place", owner)
    }

    fn verdict(&mut self, table: Table<'d>, owner: &dyn Display) -> Option<Verdict> {
        let (text, node) = self.text(table, "verdict", owner)?;
        let found = Verdict::from_name(text);
        if found.is_none() {
            let words = Verdict::ALL.map(Verdict::name);
            self.error(
                node.part(0..text.len()),
                format!("unknown verdict `{text}`"),
                format!("expected {}", quoted(words)),
                did_you_mean(text, words),
            );
        }
        found
    }

    /// `type`, `default` and `nullable` of a field's origin. Tightening changes the presence of a field and
    /// not what is in it, so the type is the field's own, with `?` or without.
    fn former(
        &mut self,
        table: Table<'d>,
        owner: &dyn Display,
        ty: Option<&Expression>,
    ) -> Option<Former> {
        let nullable = self.flag(table, "nullable", owner);
        let Some((text, node)) = self.text(table, "type", owner) else {
            for key in ["default", "nullable"] {
                if let Some(entry) = table.get(key)
                    && table.get("type").is_none()
                {
                    self.error(
                        entry.key_span,
                        format!("{owner} has `{key}` and no `type`"),
                        "expected the type that the field had before it was tightened",
                        None,
                    );
                }
            }
            return None;
        };
        let former = match expression::parse(text) {
            Ok(former) => former,
            Err(mistake) => {
                self.error(node.span, mistake.message, mistake.label, mistake.help);
                return None;
            }
        };
        if let Some(ty) = ty
            && shape(&former) != shape(ty)
        {
            self.error(
                node.span,
                format!("the `type` in {owner} is not the field's"),
                "expected the same type, with `?` or without",
                Some("it tells what the field was before it was tightened".to_owned()),
            );
            return None;
        }
        let default = match table.get("default") {
            Some(entry) => Some(self.former_default(&entry.node, owner)?),
            None => None,
        };
        let optional = matches!(former, Expression::Optional(_));
        let presence = match (optional, &default, nullable) {
            (true, None, false) | (false, Some(_), _) | (false, None, false) => None,
            (true, _, _) => Some("an optional type has neither `default` nor `nullable`"),
            (false, None, true) => Some("`nullable` needs a `default` beside it"),
        };
        if let Some(label) = presence {
            let message = format!("{owner} tells no presence that a field can have");
            self.error(node.span, message, label, None);
            return None;
        }
        Some(Former {
            ty: text.trim().to_owned(),
            default,
            nullable,
        })
    }

    fn former_default(&mut self, node: &'d Node<'d>, owner: &dyn Display) -> Option<String> {
        let json = written_json(self.document, node, MAX_REGISTERED_DEPTH);
        if json.is_none() && !matches!(node.data, Data::Invalid) {
            self.error(
                node.span,
                format!("`default` of {owner} cannot be told"),
                "expected a value that JSON has",
                None,
            );
        }
        json.map(|json| json.compact())
    }

    /// `unresolved`: what was found and not defined, each under one of `kinds`.
    pub(crate) fn unresolved(
        &mut self,
        table: Table<'d>,
        kinds: &[Open],
        owner: &dyn Display,
    ) -> Vec<Unresolved> {
        let Some(entry) = table.get("unresolved") else {
            return Vec::new();
        };
        let what = format_args!("`unresolved` of {owner}");
        let items = self.array(&entry.node, &what).unwrap_or_default();
        items
            .iter()
            .filter_map(|item| self.unresolved_item(item, kinds, &what))
            .collect()
    }

    fn unresolved_item(
        &mut self,
        item: &'d Node<'d>,
        kinds: &[Open],
        owner: &dyn Display,
    ) -> Option<Unresolved> {
        let what = format_args!("an item of {owner}");
        let table = self.table(item, &what)?;
        let names = kinds.iter().map(|kind| kind.name());
        let in_file = kinds.contains(&Open::Topic).then_some(key::FILE_UNRESOLVED);
        let known: Vec<&str> = names
            .clone()
            .chain(key::UNRESOLVED.iter().copied())
            .chain(in_file.iter().flat_map(|keys| keys.iter().copied()))
            .collect();
        self.check_keys(table, &known, false, &what, |_| None);
        let given: Vec<Open> = kinds
            .iter()
            .copied()
            .filter(|kind| table.get(kind.name()).is_some())
            .collect();
        let [kind] = given.as_slice() else {
            self.error(
                item.span,
                format!("{what} does not tell what is open"),
                format!("expected one key of {}", quoted(names)),
                None,
            );
            return None;
        };
        let name = self.text(table, kind.name(), &what);
        let place = self.place(table, item.span, &what);
        if table.get("reason").is_none() {
            self.error(
                item.span,
                format!("{what} has no `reason`"),
                "expected why it could not be defined",
                None,
            );
        }
        let reason = self.owned(table, "reason", &what);
        let expression = self.owned(table, "expression", &what);
        let legacy = self.owned(table, key::LEGACY, &what);
        let (scope, shadowed_by) = self.scope(table, &what);
        let fields = self.count(table, key::FIELDS, &what);
        let (name, node) = name?;
        Some(Unresolved {
            legacy,
            scope,
            shadowed_by,
            fields,
            kind: *kind,
            name: name.to_owned(),
            place: place?,
            expression,
            reason: reason?,
            span: node.part(0..name.len()),
        })
    }
}

/// An expression without the outermost `?` and without the places of its names.
fn shape(expression: &Expression) -> String {
    fn inside(expression: &Expression) -> String {
        match expression {
            Expression::Leaf(ty) => format!("{ty:?}"),
            Expression::Array(inner) => format!("array<{}>", inside(inner)),
            Expression::Map(inner) => format!("map<{}>", inside(inner)),
            Expression::Optional(inner) => format!("{}?", inside(inner)),
            Expression::Name { text, .. } => text.clone(),
        }
    }
    match expression {
        Expression::Optional(inner) => inside(inner),
        other => inside(other),
    }
}
