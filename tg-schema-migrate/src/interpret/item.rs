//! Items: going through a value, `base[key]`, slices, setting and deleting.

use std::rc::Rc;

use super::operator::{equal_keys, int, is_generic, is_lost};
use super::value::{Kind, Site, Value};
use super::{Frame, Interpreter};

impl<'a> Interpreter<'a, '_> {
    /// The items that going through a value gives.
    pub(crate) fn items(&mut self, value: &Value<'a>) -> Option<Vec<Value<'a>>> {
        Some(match value {
            Value::List(items) | Value::Set(items) => {
                let items = items.borrow();
                // A mark that some are not known.
                if items.iter().any(is_lost) {
                    return None;
                }
                items.clone()
            }
            Value::Tuple(items) => items.to_vec(),
            Value::Dict(entries) => {
                let entries = entries.borrow();
                if entries.iter().any(|(key, _)| is_lost(key)) {
                    return None;
                }
                entries.iter().map(|(key, _)| key.clone()).collect()
            }
            Value::Str(text) => text.chars().map(|c| Value::text(c.to_string())).collect(),
            Value::Bytes(bytes) => bytes.iter().map(|b| Value::Int(i128::from(*b))).collect(),
            Value::Class(class) if class.kind == Kind::Enum => class
                .members
                .borrow()
                .iter()
                .map(|m| Value::Member(Rc::clone(m)))
                .collect(),
            _ => return None,
        })
    }

    /// `Class.__dict__["name"]`.
    pub(super) fn seen_in(
        &mut self,
        view: &super::value::Instance<'a>,
        name: &str,
        site: Site,
    ) -> Option<Value<'a>> {
        match view.arguments.positional.first()? {
            Value::Class(class) => {
                let class = Rc::clone(class);
                Some(self.class_attribute(&class, name, site))
            }
            _ => None,
        }
    }

    pub(super) fn set_of(&mut self, items: Vec<Value<'a>>) -> Value<'a> {
        let mut kept: Vec<Value<'a>> = Vec::with_capacity(items.len());
        let many = items.len() > 256;
        for item in items {
            if many || !kept.iter().any(|other| equal_keys(other, &item)) {
                kept.push(item);
            }
        }
        Value::Set(Rc::new(std::cell::RefCell::new(kept)))
    }

    /// `base[key]`.
    pub(super) fn item(&mut self, base: &Value<'a>, key: &Value<'a>, site: Site) -> Value<'a> {
        if let Some(why) = base.why_unknown().or(key.why_unknown()) {
            self.risk += 1;
            let lost = Value::Unknown(Rc::clone(why));
            return self.carry(lost, [base]);
        }
        let found = match (base, key) {
            (Value::Dict(entries), _) => {
                let entries = entries.borrow();
                let found = entries.iter().find(|(own, _)| equal_keys(own, key));
                found.map(|(_, value)| value.clone())
            }
            (Value::Instance(names), Value::Str(name))
                if names.class.external_path() == Some("builtins.globals") =>
            {
                let module = self.modules.get(names.site.file.at()).cloned().flatten();
                module.and_then(|module| module.scope.get(name))
            }
            (Value::Instance(view), Value::Str(name))
                if view.class.external_path() == Some(super::builtin::VIEW) =>
            {
                self.seen_in(view, name, site)
            }
            (Value::Class(class), Value::Str(name)) if class.kind == Kind::Enum => {
                self.enum_member(class, name)
            }
            (Value::External(path), Value::Int(0)) if &**path == "sys.version_info" => {
                Some(Value::Int(3))
            }
            (Value::Instance(slice), _) if slice.site == site => None,
            (_, Value::Instance(slice))
                if slice.class.external_path() == Some("builtins.slice") =>
            {
                let parts = slice.arguments.positional.clone();
                self.slice(base, &parts)
            }
            (Value::List(_) | Value::Tuple(_) | Value::Str(_) | Value::Bytes(_), key) => {
                let items = self.items(base);
                items.and_then(|items| {
                    let at = int(key)?;
                    let at = if at < 0 { at + items.len() as i128 } else { at };
                    items.get(usize::try_from(at).ok()?).cloned()
                })
            }
            (Value::External(path), Value::Str(module)) if &**path == "sys.modules" => {
                Some(self.import_module(site.file, module, site))
            }
            // `List[int]`, a generic class with arguments: for us the class.
            (Value::Class(_), _) => Some(base.clone()),
            (Value::External(path), _) if is_generic(path) => Some(base.clone()),
            (Value::External(path), _) => {
                let class = Value::external(format!("{path}.__getitem__"));
                let arguments = super::value::Arguments {
                    positional: vec![key.clone()],
                    ..super::value::Arguments::default()
                };
                self.risk += 1;
                Some(self.instance(class, &arguments, site))
            }
            _ => None,
        };
        found.unwrap_or_else(|| {
            self.risk += 1;
            let what = match self.visiting {
                0 => format!("`{}`", self.program.snippet(site)),
                _ => "it".to_owned(),
            };
            let reason = format!("{what} is an item that could not be followed");
            let lost = self.unknown(reason, site);
            self.carry(lost, [base])
        })
    }

    fn slice(&mut self, base: &Value<'a>, parts: &[Value<'a>]) -> Option<Value<'a>> {
        let [start, stop, step] = parts else {
            return None;
        };
        let items = self.items(base)?;
        if !matches!(step, Value::None) && int(step) != Some(1) {
            return stepped(base, &items, start, stop, int(step)?);
        }
        let clamp = |value: &Value<'a>, default: usize| match value {
            Value::None => Some(default),
            value => {
                let at = int(value)?;
                let at = if at < 0 { at + items.len() as i128 } else { at };
                Some(at.clamp(0, items.len() as i128) as usize)
            }
        };
        let (start, stop) = (clamp(start, 0)?, clamp(stop, items.len())?);
        let part = items.get(start..stop.max(start))?.to_vec();
        Some(match base {
            Value::Str(_) => Value::text(part.iter().filter_map(Value::as_str).collect::<String>()),
            Value::Bytes(bytes) => Value::Bytes(bytes.get(start..stop.max(start))?.into()),
            Value::Tuple(_) => Value::Tuple(part.into()),
            _ => Value::list(part),
        })
    }

    /// `base[key] = value`.
    pub(super) fn set_item(
        &mut self,
        frame: &mut Frame<'a>,
        base: &Value<'a>,
        key: Value<'a>,
        value: Value<'a>,
        statement: Site,
        expression: Site,
    ) {
        self.sets_item(base, statement);
        match (base, &key) {
            (Value::Dict(dict), _) => self.change_dict(dict, |entries| {
                super::expression::put(entries, key.clone(), value, false);
            }),
            (Value::List(list), key) => {
                let length = list.borrow().len() as i128;
                let at = int(key).map(|at| if at < 0 { at + length } else { at });
                let at = at
                    .and_then(|at| usize::try_from(at).ok())
                    .filter(|at| (*at as i128) < length);
                let lost = self.unknown("it is filled at a place that is not known", statement);
                self.change_list(list, |items| match at {
                    Some(at) => items[at] = value,
                    None => *items = vec![lost],
                });
            }
            // `locals()["name"] = …` in the body of a class.
            (Value::Instance(of), Value::Str(name))
                if of.class.external_path() == Some("builtins.locals") =>
            {
                frame.indirect.1 += 1;
                self.bind_name(frame, (&**name).into(), value, statement, expression);
            }
            // `globals()["Name"] = …`
            (Value::Instance(of), Value::Str(name))
                if of.class.external_path() == Some("builtins.globals") =>
            {
                let scope = Rc::clone(&frame.env.module.scope);
                let site = Some((statement, expression));
                let bound = super::scope::Bound { value, site };
                self.set(&scope, (&**name).into(), bound);
            }
            _ => {}
        }
    }

    pub(super) fn delete_item(
        &mut self,
        frame: &Frame<'a>,
        base: &Value<'a>,
        key: &Value<'a>,
        site: Site,
    ) {
        let _ = frame;
        self.sets_item(base, site);
        match base {
            Value::Dict(dict) => self.change_dict(dict, |entries| {
                entries.retain(|(own, _)| !equal_keys(own, key));
            }),
            Value::List(list) => {
                let lost = self.unknown("items are deleted from it", site);
                self.change_list(list, |items| *items = vec![lost]);
            }
            _ => {}
        }
    }
}

/// `base[start:stop:step]`, as Python counts.
fn stepped<'a>(
    base: &Value<'a>,
    items: &[Value<'a>],
    start: &Value<'a>,
    stop: &Value<'a>,
    step: i128,
) -> Option<Value<'a>> {
    if step == 0 {
        return None;
    }
    let length = items.len() as i128;
    let (least, most) = match step > 0 {
        true => (0, length),
        false => (-1, length - 1),
    };
    let bound = |value: &Value<'a>, default: i128| match value {
        Value::None => Some(default),
        value => {
            let at = int(value)?;
            let at = if at < 0 {
                at.saturating_add(length)
            } else {
                at
            };
            Some(at.clamp(least, most))
        }
    };
    let (first, last) = match step > 0 {
        true => (least, most),
        false => (most, least),
    };
    let (mut at, stop) = (bound(start, first)?, bound(stop, last)?);
    let mut part = Vec::new();
    while (step > 0 && at < stop) || (step < 0 && at > stop) {
        part.push(items.get(usize::try_from(at).ok()?)?.clone());
        at = at.checked_add(step)?;
    }
    Some(match base {
        Value::Str(_) => Value::text(part.iter().filter_map(Value::as_str).collect::<String>()),
        Value::Tuple(_) => Value::Tuple(part.into()),
        Value::List(_) => Value::list(part),
        _ => return None,
    })
}
