//! Topic names in the code into topics of the definitions.
//!
//! A topic is a name that is bound to `persistent://…` or `non-persistent://…`, however the string was built,
//! a string that a client was asked to open, or such an address that is handed to a call. What travels on it
//! is what the source states: a call that has both the topic and a schema, or a pair of both in a dictionary
//! or a tuple. A name states nothing: where there is no more, the topic is left open with a suggestion.
//! An address that is not known is left open too, once for each place that makes one.

mod define;
mod opener;
mod pair;
mod written;

use std::collections::HashSet;
use std::rc::Rc;

use ruff_python_ast::Expr;
use ruff_text_size::Ranged;
use tg_schema_model::topic::pulsar;

use crate::interpret::{
    Access, AttributeEvent, Call, Class, Context, FileId, Observer, SCHEMES, Site, Unknown, Value,
};

/// Collects topics and their uses.
#[derive(Default)]
pub(crate) struct Topics<'a> {
    /// Names and what they are bound to at the top of a module or class.
    found: Vec<Named>,
    /// What was opened, or handed to a call.
    opened: Vec<Named>,
    /// The same where a call is followed, or a loop takes another turn.
    again: Vec<Named>,
    /// Full names of topics and the classes that are stated to travel on them.
    used: Vec<(String, Rc<Class<'a>>)>,
    /// Calls of functions that give addresses.
    made: written::Made,
    /// Places of texts that are addresses.
    built: HashSet<Site>,
}

/// A topic and its place.
struct Named {
    /// Its name. `None`: it has none but that of its address.
    name: Option<String>,
    /// The string. `Err`: it is not known, and why.
    text: Result<String, String>,
    statement: Site,
    expression: Site,
}

impl Topics<'_> {
    /// Forgets the names in other files. What is used with a topic there stays known.
    pub(crate) fn keep(&mut self, own: &dyn Fn(FileId) -> bool) {
        for all in [&mut self.found, &mut self.opened, &mut self.again] {
            all.retain(|named| own(named.statement.file));
        }
    }
}

/// Whether a string names a topic.
fn is_topic(text: &str) -> bool {
    SCHEMES.iter().any(|scheme| text.starts_with(scheme))
}

/// How many beginnings of topics the source of an expression has.
fn schemes(context: &Context<'_, '_>, expression: Site) -> usize {
    source(context, expression).matches(SCHEMES[0]).count()
}

/// Whether a statement is a loop, whose target is bound once a turn.
fn is_loop(context: &Context<'_, '_>, statement: Site) -> bool {
    let source = source(context, statement);
    source.starts_with("for ") || source.starts_with("async for ")
}

fn source<'a>(context: &Context<'_, 'a>, site: Site) -> &'a str {
    let text = context.program.text(site.file);
    text.get(site.range.to_std_range()).unwrap_or("")
}

impl<'a> Observer<'a> for Topics<'a> {
    fn bound(&mut self, context: &Context<'_, 'a>, name: &str, value: &Value<'a>, site: Site) {
        if context.never_runs {
            return;
        }
        if !pair::may_hold(value) {
            return;
        }
        let own = context.env.scope.bound(name).and_then(|bound| bound.site);
        let (statement, expression) = own.unwrap_or((site, site));
        let mut leaves = Vec::new();
        let mut left = pair::MAX_PARTS;
        pair::leaves(name.to_owned(), value, &mut leaves, &mut left);
        let lost = leaves.iter().any(|(_, leaf)| leaf.why_unknown().is_some());
        let known = leaves.iter().filter(|(_, leaf)| pair::is_address(leaf));
        let unknown = lost && self.misses(context, expression, known.count());
        // A variable that holds one topic after the other names none of them.
        let names = !context.in_function && !is_loop(context, statement);
        let all = match names {
            true => &mut self.found,
            false => &mut self.opened,
        };
        for (name, leaf) in leaves {
            let text = match leaf {
                Value::Str(text) if is_topic(&text) => Ok(text.to_string()),
                Value::Unknown(why) if unknown || (names && why.address) => Err(why.reason.clone()),
                _ => continue,
            };
            all.push(Named {
                name: (names || text.is_err()).then_some(name),
                text,
                statement,
                expression,
            });
        }
        let mut left = pair::MAX_PARTS;
        pair::stated(value, &mut self.used, &mut left);
    }

    fn attribute(&mut self, context: &Context<'_, 'a>, event: &AttributeEvent<'_, 'a>) {
        if let (Access::Set, Value::Str(text), false) =
            (event.access, event.value, context.never_runs)
            && is_topic(text)
        {
            self.opened.push(Named {
                name: None,
                text: Ok(text.to_string()),
                statement: event.site,
                expression: event.site,
            });
        }
    }

    fn text(&mut self, _: &Context<'_, 'a>, text: &str, site: Site) {
        if is_topic(text) {
            self.built.insert(site);
        }
    }

    fn call(&mut self, context: &Context<'_, 'a>, call: &Call<'_, 'a>) {
        if context.never_runs {
            return;
        }
        self.makes(call, false);
        let mut opened = Vec::new();
        self.called(context, call, &mut opened);
        self.opened.append(&mut opened);
    }

    fn again(&mut self, context: &Context<'_, 'a>, call: &Call<'_, 'a>) {
        self.makes(call, true);
        let mut opened = Vec::new();
        self.called(context, call, &mut opened);
        // What is not known was told at the first look.
        opened.retain(|one| one.text.is_ok());
        self.again.append(&mut opened);
    }
}

impl<'a> Topics<'a> {
    /// Whether the source of an expression has more addresses than are known. Those that are handed to a call in it
    /// are told of there.
    fn misses(&self, context: &Context<'_, 'a>, expression: Site, known: usize) -> bool {
        let written = schemes(context, expression);
        let handed = |one: &&Named| {
            let at = one.expression;
            one.text.is_ok()
                && at.file == expression.file
                && expression.range.contains_range(at.range)
        };
        written > known && written > known + self.opened.iter().filter(handed).count()
    }

    /// A call of a function of the files, which may give an address.
    fn makes(&mut self, call: &Call<'_, 'a>, again: bool) {
        let function = match call.callee {
            Value::Function(function) => function,
            Value::Method(method) => match &method.function {
                Some(function) => function,
                None => return,
            },
            _ => return,
        };
        let given = match call.result {
            Value::Str(text) => Ok(&**text),
            Value::Unknown(why) => Err(why.reason.as_str()),
            _ => return,
        };
        self.made.call(function.site, call.site, given, again);
    }

    fn called(&mut self, context: &Context<'_, 'a>, call: &Call<'_, 'a>, opened: &mut Vec<Named>) {
        let arguments = call.arguments;
        if arguments.is_empty() {
            return;
        }
        if let Some(certain) = opener::of(call) {
            let topic = arguments.get(0, "topic").or(arguments.keyword("topics"));
            let schemas = arguments
                .keyword("schema")
                .into_iter()
                .chain(&arguments.positional);
            let class = schemas.filter_map(|value| pair::of_schema(value)).next();
            let place = place_of(context, call, 0, &["topic", "topics"]);
            match topic {
                Some(topic) => self.open(topic, &place, (certain, class), opened),
                None => {
                    if let Some(why) = &arguments.open {
                        opened.push(place.lost(why));
                    }
                }
            }
            return;
        }
        if !arguments.values().any(pair::is_address) || opener::is_talk(call) {
            return;
        }
        pair::of_call(arguments, &mut self.used);
        for (at, value) in arguments.positional.iter().enumerate() {
            handed(value, || place_of(context, call, at, &[]), opened);
        }
        for (name, value) in &arguments.keywords {
            let place = || place_of(context, call, usize::MAX, &[name.as_str()]);
            handed(value, place, opened);
        }
    }

    /// What a client is asked to open.
    fn open(
        &mut self,
        topic: &Value<'a>,
        place: &Place,
        (certain, class): (bool, Option<Rc<Class<'a>>>),
        opened: &mut Vec<Named>,
    ) {
        match topic {
            Value::Str(text) if certain || is_topic(text) || class.is_some() => {
                if let Some(class) = class {
                    pair::add(text, class, &mut self.used);
                }
                opened.push(place.named(Ok(text.to_string())));
            }
            Value::List(items) | Value::Set(items) => {
                for item in items.borrow().iter().filter(|item| !is_nested(item)) {
                    self.open(item, place, (certain, class.clone()), opened);
                }
            }
            Value::Tuple(items) => {
                for item in items.iter().filter(|item| !is_nested(item)) {
                    self.open(item, place, (certain, class.clone()), opened);
                }
            }
            Value::Unknown(why) if certain || class.is_some() => opened.push(place.lost(why)),
            Value::Str(_) | Value::Unknown(_) => {}
            _ if certain && topic.instance_of() == Some("re.compile") => {
                let why = "it is a pattern, which stands for many topics";
                opened.push(place.named(Err(why.to_owned())));
            }
            _ if certain => {
                let why = format!("it is a {}, and no text", topic.type_name());
                opened.push(place.named(Err(why)));
            }
            _ => {}
        }
    }
}

fn is_nested(value: &Value<'_>) -> bool {
    matches!(value, Value::List(_) | Value::Set(_) | Value::Tuple(_))
}

/// A full address that is handed to a call.
fn handed(value: &Value<'_>, place: impl Fn() -> Place, opened: &mut Vec<Named>) {
    if let Value::Str(text) = value
        && is_topic(text)
        && pulsar::parse(text).is_ok()
    {
        opened.push(place().named(Ok(text.to_string())));
    }
}

/// Where the topic of a call comes from.
struct Place {
    name: Option<String>,
    statement: Site,
    expression: Site,
}

impl Place {
    fn named(&self, text: Result<String, String>) -> Named {
        let name = self.name.clone().filter(|_| text.is_err());
        Named {
            name,
            text,
            statement: self.statement,
            expression: self.expression,
        }
    }
    fn lost(&self, why: &Unknown) -> Named {
        self.named(Err(why.reason.clone()))
    }
}

/// The place of an argument; of a variable, where it was bound.
fn place_of<'a>(
    context: &Context<'_, 'a>,
    call: &Call<'_, 'a>,
    at: usize,
    names: &[&str],
) -> Place {
    let given = &call.expression.arguments;
    let starred = given.args.iter().any(Expr::is_starred_expr);
    let keyword = given.keywords.iter().find(|keyword| {
        let name = keyword.arg.as_ref().map(|name| name.as_str());
        name.is_some_and(|name| names.contains(&name))
    });
    let argument = match given.args.get(at) {
        Some(argument) if !starred => Some(argument),
        _ => keyword.map(|keyword| &keyword.value),
    };
    let site = |range| Site { range, ..call.site };
    match argument {
        Some(Expr::Name(name)) => {
            let bound = context.env.scope.bound(&name.id).and_then(|b| b.site);
            let own = bound.filter(|(statement, _)| statement.file == call.site.file);
            let here = site(name.range());
            let (statement, expression) = own.unwrap_or((here, here));
            Place {
                name: Some(name.id.to_string()),
                statement,
                expression,
            }
        }
        Some(argument) => Place {
            name: match argument {
                Expr::Attribute(of) => Some(of.attr.to_string()),
                _ => None,
            },
            statement: site(argument.range()),
            expression: site(argument.range()),
        },
        None => Place {
            name: None,
            statement: call.site,
            expression: call.site,
        },
    }
}
