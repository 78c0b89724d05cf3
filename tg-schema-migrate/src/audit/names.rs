//! Which names hold objects of the client, where the interpreter does not know: a client that comes in as
//! a parameter is one because a subscription is made with it, and what it gives is a consumer.

mod pass;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{Expr, ExprAttribute, ExprCall};
use ruff_text_size::Ranged;

use super::annotation::is_foreign;
use super::coupling::{Coupling, coupled};
use super::facts::{Callee, Facts, Thing};
use super::scopes::{Place, Scopes};
use super::vocabulary::{Object, distinctive};
use crate::interpret::{
    Binding, Class, Code, FileId, Function, Outcome, Program, Quick, SCHEMES, Site, Value, linear,
};
use crate::python::call::method;
use crate::python::name::last;
use pass::Pass;

pub use pass::callee;

/// An object of the client, and whether that is certain.
pub type Found = (Object, bool);

/// What a name holds.
#[derive(Clone)]
enum Held<'a> {
    /// An object of the client.
    Object(Found),
    /// An object of a class of the files.
    Instance(Rc<Class<'a>>),
    /// Something that has nothing to do with the client.
    Foreign,
}

/// The names of one file, each with the scope where it counts.
type Known<'a> = HashMap<(u32, String), Held<'a>>;

/// The names of all files.
#[derive(Default)]
pub struct Names<'a> {
    known: HashMap<FileId, Known<'a>>,
    /// What functions give: by file, and where the function begins.
    gives: HashMap<(FileId, u32), Held<'a>>,
    /// Attributes of classes that hold an object: file, class, attribute.
    pub held: Vec<(FileId, u32, String)>,
    /// Attributes of classes that hold an object of a class of the files.
    pub members: Vec<(FileId, u32, String, Rc<Class<'a>>)>,
    /// Files that use the client, or files that do.
    coupled: HashSet<FileId>,
    /// Those, and files in which the client is spoken of.
    tied: HashSet<FileId>,
    /// Files that objects of such files come into.
    reached: HashSet<FileId>,
    /// What calls give, once the names are known.
    results: Option<Results<'a>>,
}

type Results<'a> = RefCell<Quick<Site, Option<Held<'a>>>>;

/// How often the files are gone through: what one gives may be known from another.
const MAX_ROUNDS: usize = 4;

impl<'a> Names<'a> {
    /// What can be told from assignments and annotations.
    pub fn of(program: Program<'a>, facts: &Facts<'a>, outcome: &Outcome<'a>) -> Names<'a> {
        let mut names = Names {
            coupled: coupled(program, facts),
            ..Names::default()
        };
        for given in &facts.given {
            let (file, start) = given.function;
            let held = Held::Object((given.object, true));
            let known = names.known.entry(file).or_default();
            known.insert((start, given.parameter.clone()), held);
        }
        let files = (0..program.files.len()).map(|at| FileId(at as u32));
        let spoken = files
            .clone()
            .filter(|file| super::walk::speaks_of_pulsar(program.text(*file)));
        names.tied = spoken.chain(names.coupled.iter().copied()).collect();
        for _ in 0..MAX_ROUNDS {
            let before = names.size();
            for file in files.clone() {
                if !names.tied.contains(&file) && !names.reached.contains(&file) {
                    continue;
                }
                let mut pass = Pass {
                    facts,
                    outcome,
                    file,
                    scopes: Scopes::default(),
                    names: &mut names,
                };
                pass.visit_body(&program.tree(file).body);
            }
            if names.size() == before {
                break;
            }
        }
        names.held.sort();
        names.held.dedup();
        names.results = Some(RefCell::default());
        names
    }

    fn size(&self) -> usize {
        self.known.values().map(HashMap::len).sum::<usize>() + self.gives.len()
    }

    /// Whether a file uses the client, be it through others.
    pub fn is_coupled(&self, file: FileId) -> bool {
        self.coupled.contains(&file)
    }

    /// What is known to come into a parameter: its name in the client, or the class that stands for it.
    pub fn parameter(
        &self,
        file: FileId,
        function: u32,
        name: &str,
        coupling: &Coupling,
    ) -> Option<String> {
        match self.known.get(&file)?.get(&(function, name.to_owned()))? {
            Held::Object((Object::Message | Object::Messages | Object::MessageId, _)) => None,
            Held::Object((object, certain)) => certain.then(|| object.name().to_owned()),
            Held::Instance(class) => {
                let stands = coupling.is_wrapper(class);
                stands.then(|| class.name.to_string())
            }
            Held::Foreign => None,
        }
    }

    /// The object of the client that an expression gives.
    pub fn object(&self, facts: &Facts<'a>, place: Place, e: &Expr) -> Option<Found> {
        match self.held(facts, place, e)? {
            Held::Object(found) => Some(found),
            Held::Instance(_) | Held::Foreign => None,
        }
    }

    /// Whether it is known what an expression gives.
    pub fn is_known(&self, facts: &Facts<'a>, place: Place, e: &Expr) -> bool {
        self.held(facts, place, e).is_some()
    }

    /// The class of the files that an expression gives an object of.
    pub fn instance(&self, facts: &Facts<'a>, place: Place, e: &Expr) -> Option<Rc<Class<'a>>> {
        match self.held(facts, place, e)? {
            Held::Object(_) | Held::Foreign => None,
            Held::Instance(class) => Some(class),
        }
    }

    fn held(&self, facts: &Facts<'a>, place: Place, e: &Expr) -> Option<Held<'a>> {
        match e {
            Expr::Await(e) => self.held(facts, place, &e.value),
            Expr::Call(call) => {
                let Some(results) = &self.results else {
                    return self.result(facts, place, call);
                };
                let site = place.site(call);
                if let Some(known) = results.borrow().get(&site) {
                    return known.clone();
                }
                let held = self.result(facts, place, call);
                results.borrow_mut().insert(site, held.clone());
                held
            }
            Expr::Attribute(_) | Expr::Name(_) | Expr::Subscript(_) => {
                match facts.reads.get(&place.site(e)).map(|r| &r.value) {
                    Some(Thing::Object(object)) => return Some(Held::Object((*object, true))),
                    Some(Thing::Instance(class)) => return Some(Held::Instance(Rc::clone(class))),
                    _ => {}
                }
                if let Some(known) = self.known.get(&place.file) {
                    let mut keys = place.scopes.keys(e).into_iter();
                    if let Some(held) = keys.find_map(|key| known.get(&key)) {
                        return Some(held.clone());
                    }
                }
                let of = e.as_attribute_expr()?;
                let class = self.instance(facts, place, &of.value)?;
                match facts.attribute(&class, &of.attr) {
                    Some(Thing::Object(object)) => Some(Held::Object((*object, true))),
                    Some(Thing::Instance(class)) => Some(Held::Instance(Rc::clone(class))),
                    _ => self.attribute(&class, &of.attr),
                }
            }
            _ => None,
        }
    }

    fn result(&self, facts: &Facts<'a>, place: Place, call: &ExprCall) -> Option<Held<'a>> {
        match facts.calls.get(&place.site(call)) {
            Some(Callee::Outside(path)) => {
                if matches!(&**path, "pulsar.Client" | "pulsar.asyncio.Client") {
                    return Some(Held::Object((Object::Client, true)));
                }
                if let Some((object, method)) = path.rsplit_once('.')
                    && object.starts_with("pulsar.")
                    && let Some(found) = Object::of(object).and_then(|o| o.result(method))
                {
                    return Some(Held::Object((found, true)));
                }
                if is_foreign(path) {
                    return Some(Held::Foreign);
                }
            }
            Some(Callee::Class(class)) => return Some(Held::Instance(Rc::clone(class))),
            Some(Callee::Function(function, _)) => {
                match facts.gives.get(&place.site(call)) {
                    Some(Thing::Object(object)) => return Some(Held::Object((*object, true))),
                    Some(Thing::Instance(class)) => {
                        return Some(Held::Instance(Rc::clone(class)));
                    }
                    _ => {}
                }
                return self.gives.get(&begin(function)?).cloned();
            }
            _ => {}
        }
        if let Some(handed) = passed_on(call) {
            return self.held(facts, place, handed);
        }
        let func = method(call)?;
        if let "get" | "pop" | "setdefault" = func.attr.as_str()
            && let Some(item) = self.item(place, &func.value)
        {
            return Some(item);
        }
        match self.base(facts, place, call, func)? {
            Held::Instance(class) => {
                let mut classes = linear(&class).into_iter();
                match classes.find_map(|one| one.scope.get(&func.attr))? {
                    Value::Function(function) => self.gives.get(&begin(&function)?).cloned(),
                    _ => None,
                }
            }
            Held::Foreign => Some(Held::Foreign),
            Held::Object((receiver, certain)) => {
                let given = receiver.result(&func.attr)?;
                Some(Held::Object((given, certain)))
            }
        }
    }

    /// What a class's own statements say of an attribute.
    fn attribute(&self, class: &Rc<Class<'a>>, name: &str) -> Option<Held<'a>> {
        let attribute = format!("self.{name}");
        linear(class).into_iter().find_map(|one| {
            if let Some(Value::Function(function)) = one.scope.get(name) {
                let property = function.binding == Binding::Property;
                return self
                    .gives
                    .get(&begin(&function)?)
                    .filter(|_| property)
                    .cloned();
            }
            let start = u32::from(one.def?.range().start());
            let known = self.known.get(&one.site.file)?;
            known.get(&(start, attribute.clone())).cloned()
        })
    }

    /// What is known of the items of a collection.
    fn item(&self, place: Place, collection: &Expr) -> Option<Held<'a>> {
        let known = self.known.get(&place.file)?;
        let keys = place.scopes.items(collection);
        keys.iter().find_map(|key| known.get(key)).cloned()
    }

    /// The object that a method is called on.
    pub fn receiver(&self, facts: &Facts<'a>, place: Place, call: &ExprCall) -> Option<Found> {
        match self.base(facts, place, call, method(call)?)? {
            Held::Object(found) => Some(found),
            Held::Instance(_) | Held::Foreign => None,
        }
    }

    fn base(
        &self,
        facts: &Facts<'a>,
        place: Place,
        call: &ExprCall,
        func: &ExprAttribute,
    ) -> Option<Held<'a>> {
        match facts.reads.get(&place.site(func)).map(|read| &read.base) {
            Some(Thing::Object(object)) => return Some(Held::Object((*object, true))),
            Some(Thing::Instance(class)) => return Some(Held::Instance(Rc::clone(class))),
            Some(Thing::Unknown) | None => {}
            // It is known to be something else.
            Some(_) => return None,
        }
        if let Some(held) = self.held(facts, place, &func.value) {
            return Some(held);
        }
        // What only the words of a call say counts where the file has to do with the client.
        let tied = self.tied.contains(&place.file);
        let found = tied.then(|| by_words(func, call))?;
        found.map(Held::Object)
    }
}

/// What a call gives back: `contextlib.closing(client)`, `stack.enter_context(client)`.
fn passed_on(call: &ExprCall) -> Option<&Expr> {
    let name = match &*call.func {
        Expr::Attribute(of) => of.attr.as_str(),
        Expr::Name(name) => name.id.as_str(),
        _ => return None,
    };
    match (name, &*call.arguments.args) {
        ("closing" | "aclosing" | "enter_context" | "enter_async_context", [one])
        | ("cast", [_, one]) => Some(one),
        _ => None,
    }
}

/// The object that has such a method, where its name and what it is called with say so.
fn by_words(func: &ExprAttribute, call: &ExprCall) -> Option<Found> {
    let keywords = [
        "subscription_name",
        "consumer_type",
        "initial_position",
        "negative_ack_redelivery_delay_ms",
        "unacked_messages_timeout_ms",
    ];
    let given = |name: &str| call.arguments.find_keyword(name).is_some();
    let object = match func.attr.as_str() {
        "subscribe" if keywords.iter().any(|name| given(name)) || opens(call) => Object::Client,
        "receive" | "read_next" if given("timeout_millis") => Object::Consumer,
        method => {
            let (object, arguments) = distinctive(method)?;
            let by_itself = matches!(&*call.func, Expr::Attribute(of) if std::ptr::eq(of, func));
            let count = call.arguments.len();
            let mut keywords = call.arguments.keywords.iter();
            let fits = match method.contains("acknowledge") {
                true => keywords.all(|k| k.arg.as_ref().is_some_and(|name| name == "message")),
                false => true,
            };
            if by_itself && !(fits && arguments.contains(&count)) {
                return None;
            }
            object
        }
    };
    Some((object, false))
}

/// Whether a call is given an address of Pulsar's, or a schema of the client's.
fn opens(call: &ExprCall) -> bool {
    let schema = call.arguments.find_keyword("schema").map(|k| &k.value);
    let schema = match schema {
        Some(Expr::Call(call)) => last(&call.func),
        _ => "",
    };
    let topic = call.arguments.find_argument_value("topic", 0);
    let topic = match topic {
        Some(Expr::List(of)) => of.elts.first(),
        other => other,
    };
    let topic = match topic {
        Some(Expr::StringLiteral(text)) => text.value.to_str(),
        _ => "",
    };
    let schemas = ["JsonSchema", "AvroSchema", "BytesSchema", "StringSchema"];
    schemas.contains(&schema) || SCHEMES.iter().any(|scheme| topic.starts_with(scheme))
}

/// Where a function is: its file, and where it begins.
pub fn begin(function: &Function) -> Option<(FileId, u32)> {
    match function.code {
        Code::Def(def) => Some((function.site.file, def.range().start().into())),
        Code::Lambda(_) => None,
    }
}
