//! Topic names in the code into topics of the definitions.
//!
//! A topic is a name that is bound to `persistent://…` or `non-persistent://…` at the top of a module or in a
//! class, however the string was built, or such a string that a consumer or a producer is opened with. What
//! travels on it is told by the calls that have both the topic and a schema, else by its name; where neither
//! does, the topic is left open.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use ruff_text_size::Ranged;
use tg_schema_model::name::upper_camel;
use tg_schema_model::topic::pulsar;
use tg_schema_model::{Diagnostic, Diagnostics};

use crate::definition::{Draft, Open, OpenItem, Origin, TopicDraft};
use crate::interpret::{Call, Class, Context, FileId, Kind, Observer, Program, Site, Value};
use crate::record;

const SCHEMES: [&str; 2] = ["persistent://", "non-persistent://"];

/// Collects topics and their uses.
#[derive(Default)]
pub(crate) struct Topics<'a> {
    /// Names and what they are bound to.
    found: Vec<Named>,
    /// Strings that something was opened with.
    opened: Vec<(String, Site)>,
    /// Strings and classes that stand in one call.
    used: Vec<(String, Rc<Class<'a>>)>,
}

/// A name that is bound to a topic.
struct Named {
    name: String,
    /// The string. `Err`: it is not known, and why.
    text: Result<String, String>,
    statement: Site,
    expression: Site,
}

impl Topics<'_> {
    /// Forgets the names in other files. What is used with a topic there stays known.
    pub(crate) fn keep(&mut self, own: &dyn Fn(FileId) -> bool) {
        self.found.retain(|named| own(named.statement.file));
        self.opened.retain(|(_, site)| own(site.file));
    }
}

/// Whether a string names a topic.
fn is_topic(text: &str) -> bool {
    SCHEMES.iter().any(|scheme| text.starts_with(scheme))
}

impl<'a> Observer<'a> for Topics<'a> {
    fn bound(&mut self, context: &Context<'_, 'a>, name: &str, value: &Value<'a>, site: Site) {
        if context.in_function || context.never_runs {
            return;
        }
        let own = context.env.scope.bound(name).and_then(|bound| bound.site);
        let (statement, expression) = own.unwrap_or((site, site));
        let mut add = |name: String, text: Result<String, String>| {
            self.found.push(Named {
                name,
                text,
                statement,
                expression,
            });
        };
        match value {
            Value::Str(text) if is_topic(text) => add(name.to_owned(), Ok(text.to_string())),
            Value::Dict(entries) => {
                for (key, value) in entries.borrow().iter() {
                    if let (Value::Str(key), Value::Str(text)) = (key, value)
                        && is_topic(text)
                    {
                        add(format!("{name}_{key}"), Ok(text.to_string()));
                    }
                }
            }
            Value::Unknown(why) => {
                let source = context.program.snippet(expression);
                if SCHEMES.iter().any(|scheme| source.contains(scheme)) {
                    add(name.to_owned(), Err(why.reason.clone()));
                }
            }
            _ => {}
        }
    }

    fn call(&mut self, _: &Context<'_, 'a>, call: &Call<'_, 'a>) {
        let arguments = call.arguments;
        let opens = call.callee.dotted().is_some_and(|path| opens(&path));
        if opens && let Some(Value::Str(topic)) = arguments.get(0, "topic") {
            self.opened
                .push((topic.to_string(), call.expression.range_site(call.site)));
            let schemas = arguments
                .keyword("schema")
                .into_iter()
                .chain(&arguments.positional);
            for class in schemas.filter_map(of_schema) {
                self.used.push((topic.to_string(), class));
            }
            return;
        }
        // `Publisher(topic=…, schema=X)`, `Consumer(input_queue=…, input_schema=X)`.
        for (name, value) in &arguments.keywords {
            let Value::Str(topic) = value else { continue };
            let Some(start) = ["topic", "queue"]
                .iter()
                .find_map(|end| name.strip_suffix(end))
            else {
                continue;
            };
            let schema = arguments.keyword(&format!("{start}schema"));
            if is_topic(topic)
                && let Some(class) =
                    schema.and_then(|value| record_of(value).or_else(|| of_schema(value)))
            {
                self.used.push((topic.to_string(), class));
            }
        }
    }
}

/// Where a call stands.
trait Place {
    fn range_site(&self, site: Site) -> Site;
}

impl Place for ruff_python_ast::ExprCall {
    fn range_site(&self, site: Site) -> Site {
        Site {
            range: self.range(),
            ..site
        }
    }
}

/// Whether a function of the client opens a topic.
fn opens(path: &str) -> bool {
    let path = path
        .strip_prefix("pulsar.asyncio.")
        .or_else(|| path.strip_prefix("pulsar."));
    matches!(
        path,
        Some(
            "Client.subscribe"
                | "Client.create_producer"
                | "Client.create_reader"
                | "Client.create_table_view"
        )
    )
}

fn record_of<'a>(value: &Value<'a>) -> Option<Rc<Class<'a>>> {
    match value {
        Value::Class(class) if class.kind == Kind::Record => Some(Rc::clone(class)),
        _ => None,
    }
}

/// `X` of `JsonSchema(X)`.
fn of_schema<'a>(value: &Value<'a>) -> Option<Rc<Class<'a>>> {
    match value.instance_of()? {
        "pulsar.schema.JsonSchema" | "pulsar.schema.AvroSchema" => {}
        _ => return None,
    }
    match value {
        Value::Instance(of) => of.arguments.get(0, "record_cls").and_then(record_of),
        _ => None,
    }
}

impl<'a> Topics<'a> {
    /// Puts the topics into the modules of their files.
    pub(crate) fn define(
        self,
        program: Program<'a>,
        records: &[Rc<Class<'a>>],
        written: &dyn Fn(usize, &[String]) -> Option<String>,
        draft: &mut Draft,
        findings: &mut Diagnostics,
    ) {
        let mut uses: BTreeMap<&str, Vec<&Rc<Class<'a>>>> = BTreeMap::new();
        for (topic, class) in &self.used {
            let all = uses.entry(topic).or_default();
            if !all.iter().any(|other| Rc::ptr_eq(other, class)) {
                all.push(class);
            }
        }
        // A name that is bound twice counts once, by what it was bound to last.
        let mut last: BTreeMap<(FileId, String), Named> = BTreeMap::new();
        for one in self.found {
            last.insert((one.statement.file, one.name.clone()), one);
        }
        let mut all: Vec<Named> = last.into_values().collect();
        let known = all.iter().filter_map(|one| one.text.clone().ok());
        let mut known: BTreeSet<String> = known.collect();
        for (text, site) in &self.opened {
            if is_topic(text) && known.insert(text.clone()) {
                let name = text.rsplit('/').next().unwrap_or(text).to_owned();
                all.push(Named {
                    name,
                    text: Ok(text.clone()),
                    statement: *site,
                    expression: *site,
                });
            }
        }
        all.sort_by_key(|one| {
            (
                one.statement.file,
                one.expression.range.start(),
                one.name.clone(),
            )
        });
        for one in &all {
            let class = match &one.text {
                Ok(text) => carried(
                    program,
                    one,
                    uses.get(text.as_str()).map_or(&[], Vec::as_slice),
                    records,
                ),
                Err(reason) => Err(reason.clone()),
            };
            define(program, one, class, written, draft, findings);
        }
    }
}

/// The record that travels on a topic.
fn carried<'a>(
    program: Program<'a>,
    one: &Named,
    uses: &[&Rc<Class<'a>>],
    records: &[Rc<Class<'a>>],
) -> Result<Rc<Class<'a>>, String> {
    let listed = |class: &Rc<Class<'a>>| records.iter().any(|other| Rc::ptr_eq(other, class));
    match uses {
        [class] if listed(class) => return Ok(Rc::clone(class)),
        [] | [_] => {}
        several => {
            let names: Vec<String> = several.iter().map(|class| class.name.to_string()).collect();
            return Err(format!(
                "several records travel on it: {}",
                names.join(", ")
            ));
        }
    }
    let wanted = plain_name(&one.name);
    let same: Vec<&Rc<Class<'a>>> = records
        .iter()
        .filter(|class| record::name(class).to_lowercase() == wanted)
        .collect();
    let near: Vec<&&Rc<Class<'a>>> = same
        .iter()
        .filter(|class| class.site.file == one.statement.file)
        .collect();
    let _ = program;
    match (near.as_slice(), same.as_slice()) {
        ([class], _) => Ok(Rc::clone(class)),
        ([], [class]) => Ok(Rc::clone(class)),
        ([], []) => Err("what travels on it cannot be told from the source".to_owned()),
        _ => Err("several records have the name that it has".to_owned()),
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
    class: Result<Rc<Class<'a>>, String>,
    written: &dyn Fn(usize, &[String]) -> Option<String>,
    draft: &mut Draft,
    findings: &mut Diagnostics,
) {
    let at = draft.module_of(program, one.statement.file);
    let path = draft.modules[at].path.clone();
    let unknown = |reason: &String| format!("the address is not known: {reason}");
    let address = one.text.as_ref().map_err(unknown).and_then(|text| {
        pulsar::parse(text).map_err(|error| format!("{text} has no neutral form: {error}"))
    });
    let origin = Origin {
        place: program.place(one.statement),
        expression: Some(program.snippet(one.expression)),
        ..Origin::default()
    };
    let made = address.and_then(|address| {
        let class = class.map_err(|reason| format!("{reason}; its address is {address}"))?;
        let record = written(class.id, &path)
            .ok_or_else(|| format!("its record `{}` is left open", class.name))?;
        Ok((address, class, record))
    });
    match (made, &one.text) {
        (Ok((address, class, record)), Ok(text)) => {
            let moved = pulsar::name(&address);
            if moved != pulsar::full_name(text) {
                findings.push(
                    Diagnostic::warning(
                        program.span(one.expression),
                        format!("the topic {text} is {moved} now"),
                        "its neutral form stands for another address",
                    )
                    .code("TOPIC_MOVED")
                    .help("producers and consumers have to move together"),
                );
            }
            let module = &mut draft.modules[at];
            let mut name = legal(&one.name);
            while module.topics.iter().any(|other| other.name == name) {
                name.push_str("_2");
            }
            let comments = &program.tree(one.statement.file).comments;
            module.topics.push(TopicDraft {
                name,
                class: class.id,
                record,
                address: address.to_string(),
                legacy: text.clone(),
                doc: comments.of(program.text(one.statement.file), one.statement.range),
                origin,
            });
        }
        (Err(reason), _) => {
            let code = match &one.text {
                Ok(text) if text.matches("://").count() > 1 => "TOPIC_SCHEME",
                Ok(text) if pulsar::parse(text).is_err() => "TOPIC_ILLEGAL",
                _ => "UNRESOLVED_TOPIC",
            };
            let message = match &one.text {
                Ok(text) => format!("the topic {text} is left open"),
                Err(_) => format!("the topic `{}` is left open", one.name),
            };
            findings.push(
                Diagnostic::warning(program.span(one.expression), message, reason.as_str())
                    .code(code)
                    .help("define it by hand, then take it out of `unresolved`"),
            );
            draft.modules[at].unresolved.push(OpenItem {
                kind: Open::Topic,
                name: one.name.clone(),
                place: origin.place,
                expression: origin.expression,
                reason,
            });
        }
        (Ok(_), Err(_)) => {}
    }
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
