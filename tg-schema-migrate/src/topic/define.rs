//! What was collected into topics of definitions, or into items that are left open.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use tg_schema_model::name::upper_camel;
use tg_schema_model::topic::{Topic, pulsar};
use tg_schema_model::{Diagnostic, Diagnostics, Open, Unresolved};

use super::{Named, Topics};
use crate::definition::{Draft, Names, Origin, TopicDraft, key, string};
use crate::interpret::{Class, FileId, Program};
use crate::record;

/// What topics are defined with.
struct Records<'c, 'a> {
    records: &'c [Rc<Class<'a>>],
    /// How they are written.
    names: &'c Names<'a>,
}

impl<'a> Topics<'a> {
    /// Puts the topics into the modules of their files.
    pub(crate) fn define(
        self,
        program: Program<'a>,
        records: &[Rc<Class<'a>>],
        names: &Names<'a>,
        draft: &mut Draft,
        own: &dyn Fn(FileId) -> bool,
        findings: &mut Diagnostics,
    ) {
        let written = self.made.named(program, &self.built, own);
        let mut uses: BTreeMap<&str, Vec<&Rc<Class<'a>>>> = BTreeMap::new();
        for (topic, class) in &self.used {
            uses.entry(topic).or_default().push(class);
        }
        let records = Records { records, names };
        for one in one_each(
            self.found,
            self.opened.into_iter().chain(self.again).chain(written),
        ) {
            let of = |text: &String| uses.get(pulsar::full_name(text).as_str());
            let used = one.text.as_ref().ok().and_then(of);
            let used = used.map_or(&[][..], Vec::as_slice);
            define(program, &one, used, &records, draft, findings);
        }
    }
}

/// Each name once, each address that has no name once, and each place of an address that is not known once.
fn one_each(found: Vec<Named>, opened: impl Iterator<Item = Named>) -> Vec<Named> {
    // A name that is bound twice counts by what it was bound to last.
    let mut last: BTreeMap<(FileId, Option<String>), Named> = BTreeMap::new();
    for one in found {
        last.insert((one.statement.file, one.name.clone()), one);
    }
    let mut all: Vec<Named> = last.into_values().collect();
    let full = |one: &Named| one.text.as_deref().ok().map(pulsar::full_name);
    let mut known: BTreeSet<String> = all.iter().filter_map(full).collect();
    let mut open: BTreeSet<_> = all.iter().map(Named::at).collect();
    for one in opened {
        let new = match full(&one) {
            Some(text) => known.insert(text),
            None => open.insert(one.at()),
        };
        if new {
            all.push(one);
        }
    }
    all.sort_by_key(|one| (one.at(), one.name.clone()));
    all
}

impl Named {
    pub(super) fn at(&self) -> (FileId, u32) {
        (
            self.expression.file,
            u32::from(self.expression.range.start()),
        )
    }

    /// Its name, or one made of its address.
    fn name(&self) -> String {
        match (&self.name, &self.text) {
            (Some(name), _) => name.clone(),
            (None, Ok(text)) => text.rsplit('/').next().unwrap_or(text).to_owned(),
            (None, Err(_)) => "topic".to_owned(),
        }
    }
}

/// The record that is stated to travel on a topic.
fn carried<'a>(
    one: &Named,
    used: &[&Rc<Class<'a>>],
    records: &Records<'_, 'a>,
    suggestion: impl Fn(&Rc<Class<'a>>) -> Option<String>,
) -> Result<Rc<Class<'a>>, String> {
    match used {
        [] => {}
        [class] if records.records.iter().any(|other| Rc::ptr_eq(other, class)) => {
            return Ok(Rc::clone(class));
        }
        [class] => {
            return Err(format!("its record {}", records.names.missing(class)));
        }
        several => {
            let names: Vec<String> = several.iter().map(|class| class.name.to_string()).collect();
            return Err(format!(
                "several records travel on it: {}",
                names.join(", ")
            ));
        }
    }
    let reason = "what travels on it cannot be told from the source";
    match by_name(one, records.records).and_then(suggestion) {
        Some(suggestion) => Err(format!("{reason}; {suggestion}")),
        None => Err(reason.to_owned()),
    }
}

/// The one record that is called as the topic is: in its file, else anywhere.
fn by_name<'c, 'a>(one: &Named, records: &'c [Rc<Class<'a>>]) -> Option<&'c Rc<Class<'a>>> {
    let wanted = plain_name(&one.name());
    let mut same: Vec<&Rc<Class<'a>>> = records
        .iter()
        .filter(|class| record::name(class).to_lowercase() == wanted)
        .collect();
    let near = |class: &&Rc<Class<'a>>| class.site.file == one.statement.file;
    if same.iter().any(near) {
        same.retain(near);
    }
    match same.as_slice() {
        [class] => Some(class),
        _ => None,
    }
}

/// `text_completion_request_queue` as the class would be called, in small letters.
fn plain_name(name: &str) -> String {
    let lower = name.to_lowercase().replace('-', "_");
    let lower = lower.strip_prefix("default_").unwrap_or(&lower);
    let bare = ["_queue", "_topic"]
        .iter()
        .find_map(|end| lower.strip_suffix(end))
        .unwrap_or(lower);
    upper_camel(bare).to_lowercase()
}

/// A name that a topic may have.
fn legal(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') {
                c
            } else {
                '_'
            }
        })
        .collect();
    match name.chars().all(|c| matches!(c, '_' | '-')) {
        true => format!("topic{name}"),
        false => name,
    }
}

fn define<'a>(
    program: Program<'a>,
    one: &Named,
    used: &[&Rc<Class<'a>>],
    records: &Records<'_, 'a>,
    draft: &mut Draft,
    findings: &mut Diagnostics,
) {
    let at = draft.module_of(program, one.statement.file);
    let path = draft.modules[at].path.clone();
    let origin = Origin {
        place: program.place(one.statement),
        expression: Some(program.snippet(one.expression)),
        ..Origin::default()
    };
    match made(one, used, records, &path) {
        Ok((text, address, class, record)) => {
            moved(program, one, &text, &address, findings);
            let module = &mut draft.modules[at];
            let mut name = legal(&one.name());
            while module.topics.iter().any(|other| other.name == name) {
                name.push_str("_2");
            }
            let comments = &program.tree(one.statement.file).comments;
            module.topics.push(TopicDraft {
                name,
                class: class.id,
                record,
                address: address.to_string(),
                legacy: text,
                doc: comments.of(program.text(one.statement.file), one.statement.range),
                origin,
            });
        }
        Err(reason) => {
            left_open(program, one, &reason, findings);
            draft.modules[at].unresolved.push(Unresolved {
                kind: Open::Topic,
                name: one.name(),
                place: origin.place,
                expression: origin.expression,
                legacy: one.text.clone().ok(),
                reason,
                ..Unresolved::default()
            });
        }
    }
}

/// The old and the new address of a topic, its class, and how that is written.
type Made<'a> = (String, Topic, Rc<Class<'a>>, String);

fn made<'a>(
    one: &Named,
    used: &[&Rc<Class<'a>>],
    records: &Records<'_, 'a>,
    path: &[String],
) -> Result<Made<'a>, String> {
    let unknown = |reason: &String| format!("the address is not known: {reason}");
    let text = one.text.as_ref().map_err(unknown)?;
    let address =
        pulsar::parse(text).map_err(|error| format!("{text} has no neutral form: {error}"))?;
    let suggestion = |class: &Rc<Class<'a>>| {
        let record = records.names.written(class.id, path)?;
        Some(format!(
            "by its name it may carry {record}: topic.{} = {{ record = {}, address = {}, legacy = {} }}",
            key(&legal(&one.name())),
            string(&record),
            string(&address.to_string()),
            string(text),
        ))
    };
    let class = carried(one, used, records, suggestion)?;
    let record = records.names.written(class.id, path);
    let record = record.ok_or_else(|| format!("its record {}", records.names.missing(&class)))?;
    Ok((text.clone(), address, class, record))
}

/// Tells of an address that stands for another topic now.
fn moved(
    program: Program<'_>,
    one: &Named,
    text: &str,
    address: &Topic,
    findings: &mut Diagnostics,
) {
    let now = pulsar::name(address);
    if now == pulsar::full_name(text) {
        return;
    }
    findings.push(
        Diagnostic::warning(
            program.span(one.expression),
            format!("the topic {text} is {now} now"),
            "its neutral form stands for another address",
        )
        .code("TOPIC_MOVED")
        .help("producers and consumers have to move together"),
    );
}

fn left_open(program: Program<'_>, one: &Named, reason: &str, findings: &mut Diagnostics) {
    let code = match &one.text {
        Ok(text) if text.matches("://").count() > 1 => "TOPIC_SCHEME",
        Ok(text) if pulsar::parse(text).is_err() => "TOPIC_ILLEGAL",
        _ => "UNRESOLVED_TOPIC",
    };
    let message = match &one.text {
        Ok(text) => format!("the topic {text} is left open"),
        Err(_) => format!("the topic `{}` is left open", one.name()),
    };
    findings.push(
        Diagnostic::warning(program.span(one.expression), message, reason)
            .code(code)
            .help("define it by hand, then take it out of `unresolved`"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_classes() {
        for (name, class) in [
            ("text_completion_request_queue", "textcompletionrequest"),
            ("default_config_push_topic", "configpush"),
            ("ORDER_PLACED_TOPIC", "orderplaced"),
            ("order-placed", "orderplaced"),
        ] {
            assert_eq!(plain_name(name), class, "{name}");
        }
        assert_eq!(
            (legal("a.b"), legal("--")),
            ("a_b".into(), "topic--".into())
        );
    }
}
