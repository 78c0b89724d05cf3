//! Enums: members, aliases, values, by statement and by call.

use std::rc::Rc;

use ruff_python_ast::name::Name;

use super::automatic::{self, is_auto};
use super::class::Draft;
use super::operator::{equal_keys, int};
use super::scope::{Bound, Scope};
use super::value::{Arguments, Class, Instance, Member, Site, Value};
use super::{Frame, Interpreter};

impl<'a> Interpreter<'a, '_> {
    /// Makes the members of an enum out of the names in its body.
    pub(super) fn fill_enum(&mut self, class: &Rc<Class<'a>>) {
        let ignored: Vec<String> = match class.scope.get("_ignore_") {
            Some(Value::Str(text)) => text
                .replace(',', " ")
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
            Some(Value::List(items)) => items
                .borrow()
                .iter()
                .filter_map(|i| i.as_str().map(str::to_owned))
                .collect(),
            _ => Vec::new(),
        };
        let mixed = mixin(class);
        let flag = is_flag(class);
        let made_new = super::linear(class)
            .iter()
            .any(|one| one.scope.get("__new__").is_some());
        let counting = automatic::counting(class);
        // Values as they are written or counted: the other base makes its own of them afterwards.
        let mut last: Vec<Value<'a>> = Vec::new();
        let mut counted: Vec<(Rc<Instance<'a>>, Value<'a>)> = Vec::new();
        let mut kept: Vec<Rc<Member<'a>>> = Vec::new();
        for attribute in &class.created {
            let name = &attribute.name;
            if !is_member_name(&class.name, name)
                || ignored.iter().any(|other| other == name.as_str())
            {
                continue;
            }
            let site = attribute.expression;
            let value = match &attribute.value {
                Value::Function(_) => continue,
                Value::Class(_) => {
                    class
                        .doubt
                        .borrow_mut()
                        .get_or_insert(super::value::Unknown {
                        reason:
                            "Python's versions differ in whether a class inside an enum is a member"
                                .to_owned(),
                        site: Some(site),
                        ..Default::default()
                    });
                    continue;
                }
                Value::Method(_) => continue,
                Value::Instance(of) if is_auto(&attribute.value) => {
                    // `B = A` is the number that A got.
                    let same = counted.iter().find(|(other, _)| Rc::ptr_eq(other, of));
                    match same.map(|(_, value)| value.clone()) {
                        Some(value) => value,
                        None => {
                            let value = self.automatic(&counting, name, &last, site);
                            counted.push((Rc::clone(of), value.clone()));
                            value
                        }
                    }
                }
                Value::Tuple(items) if items.iter().any(is_auto) => self.unknown(
                    "Python's versions differ in an `auto()` inside a tuple",
                    site,
                ),
                Value::Instance(of) => match of.class.external_path() {
                    Some("enum.nonmember" | "builtins.property" | "functools.partial") => continue,
                    Some("enum.member") => of
                        .arguments
                        .positional
                        .first()
                        .cloned()
                        .unwrap_or(Value::None),
                    _ => attribute.value.clone(),
                },
                other => other.clone(),
            };
            last.push(value.clone());
            let value = match made_new {
                true => self.unknown(
                    format!("`__new__` of `{}` makes its values", class.name),
                    site,
                ),
                false => self.as_mixin(mixed, value, site),
            };
            let first = kept
                .iter()
                .find(|member| equal_values(&member.value, &value))
                .map(Rc::clone);
            let member = first.unwrap_or_else(|| {
                let member = Rc::new(Member {
                    class: Rc::downgrade(class),
                    enumeration: class.name.clone(),
                    name: name.clone(),
                    value,
                    site: attribute.statement,
                });
                kept.push(Rc::clone(&member));
                member
            });
            let old = class.scope.bound(name).and_then(|bound| bound.site);
            class.scope.set(
                name.clone(),
                Bound {
                    value: Value::Member(member),
                    site: old,
                },
            );
        }
        if flag {
            // Going through a flag gives the single bits alone.
            let single = |bits: i128| bits > 0 && bits & (bits - 1) == 0;
            let before = kept.len();
            kept.retain(|member| int(&member.value).is_none_or(single));
            if kept.len() < before {
                class
                    .doubt
                    .borrow_mut()
                    .get_or_insert(super::value::Unknown {
                        reason:
                            "Python's versions differ in which members of a flag are its symbols"
                                .to_owned(),
                        site: Some(class.site),
                        ..Default::default()
                    });
            }
        }
        *class.members.borrow_mut() = kept;
    }

    /// The value that a member has where the enum is also a `str` or an `int`.
    fn as_mixin(&mut self, mixin: Option<&str>, value: Value<'a>, site: Site) -> Value<'a> {
        if value.why_unknown().is_some() {
            return value;
        }
        let made = match (mixin, &value) {
            (None, _) => return value,
            (Some("str"), Value::Str(_))
            | (Some("int"), Value::Int(_))
            | (Some("float"), Value::Float(_)) => {
                return value;
            }
            (Some("str"), Value::Tuple(_)) => None,
            (Some("text"), Value::Str(_)) => return value,
            (Some("str"), other) => self.shown(other).map(Value::text),
            (Some("int"), Value::Str(text)) => text.trim().parse().ok().map(Value::Int),
            (Some("int"), other) => int(other).map(Value::Int),
            (Some("float"), other) => super::operator::float(other).map(Value::Float),
            _ => None,
        };
        made.unwrap_or_else(|| self.unknown("its value is made by the enum's other base", site))
    }

    /// The member of a name, aliases included.
    pub(super) fn enum_member(&mut self, class: &Rc<Class<'a>>, name: &str) -> Option<Value<'a>> {
        class
            .scope
            .get(name)
            .filter(|value| matches!(value, Value::Member(_)))
    }

    /// `Enum("Color", "RED GREEN")`.
    pub(super) fn enum_call(
        &mut self,
        frame: &mut Frame<'a>,
        base: &Value<'a>,
        arguments: &Arguments<'a>,
        site: Site,
    ) -> Value<'a> {
        let (Some(name), Some(names)) = (arguments.get(0, "value"), arguments.get(1, "names"))
        else {
            return self.unknown("the call of an enum is not followed", site);
        };
        let Some(name) = name.as_str() else {
            return self.unknown("the name of the enum is not known", site);
        };
        let start = arguments.keyword("start").map_or(Some(1), int);
        let (Some(start), Some(pairs)) = (start, self.named_values(names)) else {
            return self.unknown("the members of the enum are not known", site);
        };
        let scope: Rc<Scope<'a>> = Rc::default();
        let automatic = Value::external("enum.auto");
        let plain = matches!(base.external_path(), Some("enum.Enum" | "enum.IntEnum"));
        for (at, (member, value)) in pairs.into_iter().enumerate() {
            let value = match value {
                Some(value) => value,
                None if start == 1 => self.instance(automatic.clone(), &Arguments::default(), site),
                None if plain => Value::Int(start.saturating_add(at as i128)),
                None => self.unknown("how this enum counts from its start is not followed", site),
            };
            scope.set(
                member,
                Bound {
                    value,
                    site: Some((site, site)),
                },
            );
        }
        let mut bases = vec![base.clone()];
        if let Some(mixin) = arguments.keyword("type") {
            bases.insert(0, mixin.clone());
        }
        let draft = Draft {
            name: Name::new(name),
            site,
            def: None,
            bases,
            metaclass: None,
            scope,
            doubt: None,
        };
        Value::Class(self.create(frame, draft))
    }

    fn named_values(&mut self, names: &Value<'a>) -> Option<Vec<(Name, Option<Value<'a>>)>> {
        if let Value::Str(text) = names {
            let text = text.replace(',', " ");
            return Some(
                text.split_whitespace()
                    .map(|name| (Name::new(name), None))
                    .collect(),
            );
        }
        if let Value::Dict(entries) = names {
            let entries = entries.borrow();
            let pairs = entries
                .iter()
                .map(|(key, value)| Some((Name::new(key.as_str()?), Some(value.clone()))));
            return pairs.collect();
        }
        let items = self.items(names)?;
        let mut all = Vec::new();
        for item in &items {
            match item {
                Value::Str(name) => all.push((Name::new(&**name), None)),
                pair => match self.items(pair)?.as_slice() {
                    [Value::Str(name), value] => {
                        all.push((Name::new(&**name), Some(value.clone())))
                    }
                    _ => return None,
                },
            }
        }
        Some(all)
    }
}

/// Whether a name in an enum's body becomes a member: `_x_`, `__x__` and a renamed `__x` do not, `_` and `___` do.
fn is_member_name(class: &str, name: &str) -> bool {
    let within = |mark: &str| {
        let inner = name.strip_prefix(mark).and_then(|n| n.strip_suffix(mark));
        inner.is_some_and(|n| !n.is_empty() && !n.starts_with('_') && !n.ends_with('_'))
    };
    let tail = name.strip_prefix(&format!("_{class}__"));
    let private = tail.is_some_and(|tail| !tail.is_empty() && !name.ends_with("__"));
    !within("_") && !within("__") && !private
}

fn equal_values<'a>(a: &Value<'a>, b: &Value<'a>) -> bool {
    a.why_unknown().is_none() && b.why_unknown().is_none() && equal_keys(a, b)
}

pub(super) fn bases<'c>(order: &'c [Rc<Class<'_>>]) -> impl Iterator<Item = &'c str> {
    order
        .iter()
        .flat_map(|one| one.bases.iter())
        .filter_map(Value::external_path)
}

/// The type whose values the members also are.
fn mixin(class: &Rc<Class>) -> Option<&'static str> {
    let order = super::linear(class);
    bases(&order).find_map(|path| match path {
        "builtins.str" => Some("str"),
        // It takes nothing but texts.
        "enum.StrEnum" => Some("text"),
        "builtins.int" | "enum.IntEnum" | "enum.IntFlag" => Some("int"),
        "builtins.float" => Some("float"),
        "builtins.bytes" | "builtins.tuple" | "builtins.dict" | "datetime.date" => Some("other"),
        _ => None,
    })
}

/// Whether members are also strings or numbers.
pub(crate) fn is_mixed(class: &Rc<Class>) -> bool {
    mixin(class).is_some()
}

fn is_str_enum(class: &Rc<Class>) -> bool {
    bases(&super::linear(class)).any(|path| path == "enum.StrEnum")
}

pub(super) fn is_flag_path(path: &str) -> bool {
    matches!(path, "enum.Flag" | "enum.IntFlag")
}

fn is_flag(class: &Rc<Class>) -> bool {
    bases(&super::linear(class)).any(is_flag_path)
}

/// Whether `str(member)` is that of its value. `None`: it depends on Python's version or on the class.
pub(super) fn shows_value(class: &Rc<Class>) -> Option<bool> {
    if super::linear(class)
        .iter()
        .any(|one| one.scope.get("__str__").is_some() || one.scope.get("__format__").is_some())
    {
        return None;
    }
    if is_str_enum(class) {
        return Some(true);
    }
    mixin(class).is_none().then_some(false)
}
