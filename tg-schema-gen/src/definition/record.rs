//! `[record.Name]` and its fields.

use std::fmt::Display;

use tg_schema_model::{
    Encoding, Field, FieldPulsar, MAX_FIELDS, Open, Places, Presence, Profile, Record,
    RecordPulsar, Type, json,
};

use super::expression::{self, Expression};
use super::file::{Defaults, FieldDraft, RecordDraft};
use super::key;
use super::node::{Data, Entry, Node, Table};
use super::reader::{Named, Reader, did_you_mean, quoted};

impl<'d> Reader<'d, '_> {
    pub(crate) fn record(
        &mut self,
        named: &Named<'d>,
        defaults: Defaults<'_>,
    ) -> Option<RecordDraft<'d>> {
        let name = named.name;
        let owner = format_args!("record `{name}`");
        let table = self.table(named.node, &owner)?;
        self.check_keys(table, key::RECORD, named.item, &owner, record_advice);
        self.unread(table, "profile");
        let profile = self.profile(table, &owner).unwrap_or(defaults.profile);
        let (namespace, aliases, places) = self.naming(table, &owner, defaults);
        let mut record = Record {
            module: 0,
            name: name.to_owned(),
            namespace,
            doc: self.doc(table, &owner),
            aliases,
            reserved: self.names(table, "reserved", &owner).0,
            profile,
            deprecated: self.deprecated(table, &owner),
            pulsar: self.record_pulsar(table, &owner, profile),
            non_exhaustive: None,
            origin: self.origin(table, &owner),
            unresolved: self.unresolved(table, &[Open::Field], &owner),
            check: self.check(table, &owner),
            fields: Vec::new(),
            span: named.span,
            places,
        };
        let mut fields = Vec::new();
        if let Some(entry) = table.get("fields") {
            let named = self.named(&entry.node, "fields");
            if let Some(beyond) = named.get(MAX_FIELDS) {
                self.error(
                    beyond.span,
                    format!("{owner} has {} fields", named.len()),
                    format!("at most {MAX_FIELDS} are read"),
                    Some("split the record".to_owned()),
                );
                return None;
            }
            record.fields.reserve_exact(named.len());
            fields.reserve_exact(named.len());
            for one in &named {
                let (field, draft) = self.field(one, name, profile);
                record.fields.push(field);
                fields.push(draft);
            }
        }
        Some(RecordDraft { record, fields })
    }

    fn record_pulsar(
        &mut self,
        table: Table<'d>,
        owner: &dyn Display,
        profile: Profile,
    ) -> RecordPulsar {
        let owner = format_args!("`pulsar` of {owner}");
        let Some(table) = self.pulsar_table(table, &owner, profile, key::RECORD_PULSAR) else {
            return RecordPulsar::default();
        };
        RecordPulsar {
            sorted_fields: self.flag(table, "sorted_fields", &owner),
            repeat_definitions: self.flag(table, "repeat_definitions", &owner),
        }
    }

    fn field_pulsar(
        &mut self,
        table: Table<'d>,
        owner: &dyn Display,
        profile: Profile,
    ) -> FieldPulsar {
        let owner = format_args!("`pulsar` of {owner}");
        let Some(table) = self.pulsar_table(table, &owner, profile, key::FIELD_PULSAR) else {
            return FieldPulsar::default();
        };
        let required = table
            .get("required")
            .and_then(|entry| self.boolean(&entry.node, &format_args!("`required` of {owner}")));
        let raw =
            self.text(table, "raw", &owner)
                .and_then(|(text, node)| match json::parse(text) {
                    Ok(_) => Some(text.to_owned()),
                    Err(error) => {
                        let at = error.offset.min(text.len());
                        self.error(
                            node.part(at..at + 1),
                            format!("`raw` of {owner} is not JSON: {}", error.message),
                            "expected the JSON text of an Avro type",
                            None,
                        );
                        None
                    }
                });
        FieldPulsar {
            required,
            required_default: self.flag(table, "required_default", &owner),
            default: None,
            raw,
        }
    }

    /// The `pulsar` table of a record or field, which only the profile has.
    fn pulsar_table(
        &mut self,
        table: Table<'d>,
        owner: &dyn Display,
        profile: Profile,
        known: &[&str],
    ) -> Option<Table<'d>> {
        let entry = table.get("pulsar")?;
        let kept = profile == Profile::PulsarRecord;
        // It may be in a part that could not be read.
        if !kept && !self.partial {
            self.error(
                entry.key_span,
                format!("{owner} needs the profile"),
                "this says how an old `Record` was declared",
                Some("add `profile = \"pulsar-record\"` to the record or to the file".to_owned()),
            );
        }
        let found = self.table(&entry.node, owner)?;
        self.check_keys(found, known, false, owner, |_| None);
        kept.then_some(found)
    }

    fn field(
        &mut self,
        named: &Named<'d>,
        record: &str,
        profile: Profile,
    ) -> (Field, FieldDraft<'d>) {
        let owner = format_args!("`{record}.{}`", named.name);
        let mut field = Field {
            name: named.name.to_owned(),
            ty: Type::String,
            presence: Presence::Optional,
            encoding: usual_encoding(profile),
            doc: None,
            aliases: Vec::new(),
            deprecated: None,
            pulsar: FieldPulsar::default(),
            origin: None,
            span: named.span,
            type_span: named.span,
            default_span: named.span,
            places: Places::default(),
        };
        let mut draft = FieldDraft::default();
        match &named.node.data {
            Data::String { text, .. } => self.field_type(&mut field, &mut draft, text, named.node),
            Data::Table(id) => {
                let table = self.of(*id);
                self.check_keys(table, key::FIELD, named.item, &owner, |entry| {
                    key::field_advice(&entry.key).map(str::to_owned)
                });
                self.type_key(&mut field, &mut draft, table, named, &owner);
                self.field_keys(&mut field, &mut draft, table, &owner, profile);
                self.encoding(&mut field, &mut draft, table, &owner);
            }
            _ => self.wrong_kind(named.node, &owner, "a type or a table"),
        }
        (field, draft)
    }

    fn type_key(
        &mut self,
        field: &mut Field,
        draft: &mut FieldDraft<'d>,
        table: Table<'d>,
        named: &Named<'d>,
        owner: &dyn Display,
    ) {
        match table.get("type") {
            Some(entry) => {
                if let Some(text) = self.string(&entry.node, &format_args!("the type of {owner}")) {
                    self.field_type(field, draft, text, &entry.node);
                }
            }
            None => self.error(
                named.span,
                format!("{owner} has no type"),
                "expected a key `type`",
                Some(format!("write `{} = {{ type = \"string\" }}`", named.name)),
            ),
        }
    }

    fn field_keys(
        &mut self,
        field: &mut Field,
        draft: &mut FieldDraft<'d>,
        table: Table<'d>,
        owner: &dyn Display,
        profile: Profile,
    ) {
        field.doc = self.doc(table, owner);
        (field.aliases, field.places.aliases) = self.names(table, "aliases", owner);
        field.deprecated = self.deprecated(table, owner);
        let ty = draft.expression.as_ref().map(|(expression, _)| expression);
        field.origin = self.field_origin(table, owner, ty).map(Box::new);
        field.pulsar = self.field_pulsar(table, owner, profile);
        if let Some(entry) = table.get("default") {
            field.default_span = entry.node.span;
            draft.default = Some(&entry.node);
        }
        if let Some(entry) = table.get("nullable")
            && self.boolean(&entry.node, &format_args!("`nullable` of {owner}")) == Some(true)
        {
            draft.nullable = Some(entry.key_span);
        }
    }

    fn encoding(
        &mut self,
        field: &mut Field,
        draft: &mut FieldDraft<'d>,
        table: Table<'d>,
        owner: &dyn Display,
    ) {
        let Some((text, node)) = self.text(table, "encoding", owner) else {
            return;
        };
        draft.encoding = table.get("encoding").map(|entry| entry.key_span);
        field.encoding = match text {
            "base64" => Encoding::Base64,
            "utf8" => Encoding::Utf8,
            _ => {
                let near = match text {
                    "utf-8" | "UTF-8" | "text" | "string" => Some("utf8"),
                    "Base64" | "base-64" | "b64" => Some("base64"),
                    _ => None,
                };
                let help = near
                    .map(|near| format!("did you mean `{near}`?"))
                    .or_else(|| did_you_mean(text, key::ENCODINGS.iter().copied()));
                return self.error(
                    node.part(0..text.len()),
                    format!("unknown encoding `{text}`"),
                    format!("expected {}", quoted(key::ENCODINGS)),
                    help,
                );
            }
        };
    }

    fn field_type(
        &mut self,
        field: &mut Field,
        draft: &mut FieldDraft<'d>,
        text: &str,
        node: &'d Node<'d>,
    ) {
        let place = node.part(0..text.len());
        field.type_span = place;
        field.default_span = place;
        if let Some(expression) = self.expression(text, node) {
            draft.expression = Some((expression, node));
        }
    }

    fn expression(&mut self, text: &str, node: &Node) -> Option<Expression> {
        match expression::parse(text) {
            Ok(expression) => Some(expression),
            Err(mistake) => {
                let span = if text.is_empty() {
                    node.span
                } else {
                    node.part(mistake.range)
                };
                self.error(span, mistake.message, mistake.label, mistake.help);
                None
            }
        }
    }
}

/// How bytes travel in JSON where a field does not say.
pub(crate) fn usual_encoding(profile: Profile) -> Encoding {
    match profile {
        Profile::PulsarRecord => Encoding::Utf8,
        Profile::Plain => Encoding::Base64,
    }
}

fn record_advice(entry: &Entry) -> Option<String> {
    let field = matches!(entry.node.data, Data::String { .. } | Data::Table(_));
    let near = did_you_mean(&entry.key, key::RECORD.iter().copied());
    (field && near.is_none()).then(|| {
        format!(
            "a field stands under `[record.Name.fields]`: move `{}` there",
            entry.key
        )
    })
}
