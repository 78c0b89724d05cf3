//! A file's tree into drafts: everything but the types that names stand for and the defaults.

use tg_schema_model::{Diagnostics, Enum, Module, Open, Origin, Profile, Record, Span, Topic};

use super::DEFINITIONS;
use super::expression::Expression;
use super::key;
use super::node::{Data, Document, Entry, Node};
use super::reader::{Named, Reader, did_you_mean};

/// What a file says, in the order of its text.
pub(crate) struct FileDraft<'d> {
    pub(crate) module: Module,
    pub(crate) items: Vec<ItemDraft<'d>>,
}

/// One definition. They pass through several hands, so they are boxed.
pub(crate) enum ItemDraft<'d> {
    Record(Box<RecordDraft<'d>>),
    Enum(Box<Enum>),
    Topic(Box<TopicDraft<'d>>),
}

impl ItemDraft<'_> {
    fn place(&self) -> Span {
        match self {
            ItemDraft::Record(record) => record.record.span,
            ItemDraft::Enum(item) => item.span,
            ItemDraft::Topic(topic) => topic.span,
        }
    }
}

/// A record whose fields have no types yet.
pub(crate) struct RecordDraft<'d> {
    pub(crate) record: Record,
    /// What is known of the fields besides, in their order.
    pub(crate) fields: Vec<FieldDraft<'d>>,
}

/// What the type and the default of a field were written as.
#[derive(Default)]
pub(crate) struct FieldDraft<'d> {
    /// The expression and the string that holds it. `None`: it was refused.
    pub(crate) expression: Option<(Expression, &'d Node<'d>)>,
    pub(crate) default: Option<&'d Node<'d>>,
    /// Place of the key, where `nullable = true`.
    pub(crate) nullable: Option<Span>,
    /// Place of the key `encoding`.
    pub(crate) encoding: Option<Span>,
}

/// A topic whose record is a name yet.
pub(crate) struct TopicDraft<'d> {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) record: Option<(&'d str, &'d Node<'d>)>,
    pub(crate) address: Option<(Topic, Span)>,
    pub(crate) doc: Option<String>,
    pub(crate) legacy: Option<String>,
    pub(crate) origin: Option<Origin>,
}

/// What the file says of all its records.
#[derive(Clone, Copy)]
pub(crate) struct Defaults<'f> {
    pub(crate) namespace: Option<&'f str>,
    pub(crate) namespace_span: Span,
    pub(crate) profile: Profile,
}

/// What a file may leave open; fields are left open by their record.
const OPEN: &[Open] = &[Open::Class, Open::Enum, Open::Topic];

/// Reads the file at `document`.
pub(crate) fn read<'d>(
    document: &'d Document<'d>,
    path: &[String],
    start: Span,
    diagnostics: &mut Diagnostics,
) -> FileDraft<'d> {
    let mut reader = Reader {
        document,
        diagnostics,
        partial: document.partial,
    };
    let root = document.table(Document::ROOT);
    reader.check_keys(root, key::FILE, false, &"a definition file", top_advice);
    reader.unread(root, "namespace");
    reader.unread(root, "profile");
    let doc = reader.doc(root, &"the file");
    let (namespace, namespace_span) = reader.namespace(root, &"the file").unwrap_or_default();
    let mut module = Module {
        path: path.to_vec(),
        doc,
        namespace,
        items: Vec::new(),
        unresolved: reader.unresolved(root, OPEN, &"the file"),
        allow: reader.file_check(root, &"the file"),
        span: start,
        namespace_span,
        partial: false,
    };
    let profile = reader.profile(root, &"the file").unwrap_or_default();
    let defaults = Defaults {
        namespace: module.namespace.as_deref(),
        namespace_span,
        profile,
    };
    let mut items = Vec::new();
    definitions(&mut reader, "record", &mut items, |reader, named| {
        let draft = reader.record(named, defaults);
        draft.map(Box::new).map(ItemDraft::Record)
    });
    definitions(&mut reader, "enum", &mut items, |reader, named| {
        let item = reader.enumeration(named, defaults);
        item.map(Box::new).map(ItemDraft::Enum)
    });
    definitions(&mut reader, "topic", &mut items, |reader, named| {
        let draft = reader.topic(named);
        draft.map(Box::new).map(ItemDraft::Topic)
    });
    module.partial = reader.partial;
    items.sort_by_key(|item| item.place().start);
    FileDraft { module, items }
}

/// Reads the definitions of one kind, each for itself.
fn definitions<'d>(
    reader: &mut Reader<'d, '_>,
    kind: &str,
    items: &mut Vec<ItemDraft<'d>>,
    read: impl Fn(&mut Reader<'d, '_>, &Named<'d>) -> Option<ItemDraft<'d>> + Sync,
) {
    let (document, partial) = (reader.document, reader.partial);
    let Some(entry) = document.table(Document::ROOT).get(kind) else {
        return;
    };
    let named = reader.named(&entry.node, kind);
    let found = super::each(&named, DEFINITIONS, reader.diagnostics, |named, found| {
        let mut reader = Reader {
            document,
            diagnostics: found,
            partial,
        };
        (read(&mut reader, named), reader.partial)
    });
    for (item, partial) in found {
        items.extend(item);
        reader.partial |= partial;
    }
}

fn top_advice(entry: &Entry) -> Option<String> {
    let word = &*entry.key;
    let kind = match word {
        "records" | "struct" | "message" | "type" | "types" => "record",
        "enums" => "enum",
        "topics" | "queue" | "queues" => "topic",
        _ if matches!(entry.node.data, Data::Table(_)) => {
            if let Some(near) = did_you_mean(word, key::FILE.iter().copied()) {
                return Some(near);
            }
            return Some(format!(
                "write `[record.{word}]`, `[enum.{word}]` or `[topic.{word}]`"
            ));
        }
        _ => return None,
    };
    Some(format!("write `[{kind}.Name]`"))
}
