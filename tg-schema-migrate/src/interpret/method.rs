//! Methods of Python's own objects.

use std::rc::Rc;

use super::expression::put;
use super::operator::{equal_keys, int};
use super::text::is_plain_codec;
use super::value::{Arguments, Dict, List, Site, Value};
use super::{Interpreter, MAX_ITEMS};

impl<'a> Interpreter<'a, '_> {
    /// Calls a method of a string, a list, a dictionary and the like. `None`: it is not followed.
    pub(super) fn own_method(
        &mut self,
        receiver: &Value<'a>,
        name: &str,
        arguments: &Arguments<'a>,
        site: Site,
    ) -> Option<Value<'a>> {
        match receiver {
            Value::Str(text) => self.str_method(text, name, arguments, site),
            Value::Bytes(bytes) => match name {
                "decode" if is_plain_codec(arguments, bytes) => {
                    String::from_utf8(bytes.to_vec()).ok().map(Value::text)
                }
                _ => None,
            },
            Value::List(list) => self.list_method(list, name, arguments, site),
            Value::Set(set) => match name {
                "add" => {
                    let item = arguments.positional.first()?.clone();
                    self.change_list(set, |items| {
                        if !items.iter().any(|other| equal_keys(other, &item)) {
                            items.push(item);
                        }
                    });
                    Some(Value::None)
                }
                "union" => {
                    let mut all = self.items(receiver)?;
                    for other in &arguments.positional {
                        all.extend(self.items(other)?);
                    }
                    Some(self.set_of(all))
                }
                "copy" => self.items(receiver).map(|items| self.set_of(items)),
                _ => {
                    let lost = self.unknown("it is changed in a way that is not followed", site);
                    let lost = self.carry(lost, set.borrow().iter().chain(arguments.values()));
                    self.change_list(set, |items| *items = vec![lost]);
                    None
                }
            },
            Value::Tuple(items) => match (name, arguments.positional.as_slice()) {
                ("index", [one]) => items
                    .iter()
                    .position(|i| equal_keys(i, one))
                    .map(|at| Value::Int(at as i128)),
                ("count", [one]) => Some(Value::Int(
                    items.iter().filter(|i| equal_keys(i, one)).count() as i128,
                )),
                _ => None,
            },
            Value::Dict(dict) => self.dict_method(dict, name, arguments, site),
            Value::Instance(view) if receiver.instance_of() == Some(super::builtin::VIEW) => {
                match (name, arguments.positional.as_slice()) {
                    ("get", [Value::Str(key), ..]) => self.seen_in(view, key, site),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn list_method(
        &mut self,
        list: &Rc<List<'a>>,
        name: &str,
        arguments: &Arguments<'a>,
        site: Site,
    ) -> Option<Value<'a>> {
        let given = &arguments.positional;
        match (name, given.as_slice()) {
            ("append", [item]) => {
                let item = item.clone();
                let full = list.borrow().len() >= MAX_ITEMS;
                let lost = self.unknown("it is filled beyond what can be followed", site);
                self.change_list(list, |items| match full {
                    false => items.push(item),
                    true => *items = vec![lost],
                });
                Some(Value::None)
            }
            ("extend", [more]) => {
                let more = match self.items(more) {
                    Some(items) => items,
                    None => {
                        vec![self.unknown("it is filled from something that is not known", site)]
                    }
                };
                self.change_list(list, |items| items.extend(more));
                Some(Value::None)
            }
            ("copy", []) => Some(Value::list(list.borrow().clone())),
            ("index", [one]) => {
                let at = list.borrow().iter().position(|item| equal_keys(item, one));
                at.map(|at| Value::Int(at as i128))
            }
            ("count", [one]) => Some(Value::Int(
                list.borrow().iter().filter(|i| equal_keys(i, one)).count() as i128,
            )),
            ("reverse", []) => {
                self.change_list(list, |items| items.reverse());
                Some(Value::None)
            }
            ("insert", [at, item]) => {
                let (at, item) = (int(at)?, item.clone());
                self.change_list(list, |items| {
                    let at = usize::try_from(at.max(0)).unwrap_or(0).min(items.len());
                    items.insert(at, item);
                });
                Some(Value::None)
            }
            ("clear", []) => {
                self.change_list(list, Vec::clear);
                Some(Value::None)
            }
            ("pop", []) => self.change_list(list, Vec::pop),
            _ => {
                let lost = self.unknown("it is changed in a way that is not followed", site);
                let lost = self.carry(lost, list.borrow().iter().chain(arguments.values()));
                self.change_list(list, |items| *items = vec![lost]);
                None
            }
        }
    }

    fn dict_method(
        &mut self,
        dict: &Rc<Dict<'a>>,
        name: &str,
        arguments: &Arguments<'a>,
        site: Site,
    ) -> Option<Value<'a>> {
        let given = &arguments.positional;
        if !super::escape::READING.contains(&name) {
            self.sets_item(&Value::Dict(Rc::clone(dict)), site);
        }
        let whole = !dict
            .borrow()
            .iter()
            .any(|(key, _)| super::operator::is_lost(key));
        let pairs = || dict.borrow().clone();
        match (name, given.as_slice()) {
            ("items", []) if whole => {
                let pairs = pairs()
                    .into_iter()
                    .map(|(key, value)| Value::Tuple(vec![key, value].into()));
                Some(Value::list(pairs.collect()))
            }
            ("keys", []) if whole => Some(Value::list(
                pairs().into_iter().map(|(key, _)| key).collect(),
            )),
            ("values", []) if whole => Some(Value::list(
                pairs().into_iter().map(|(_, value)| value).collect(),
            )),
            ("get", [key, rest @ ..]) => {
                let found = dict
                    .borrow()
                    .iter()
                    .find(|(own, _)| equal_keys(own, key))
                    .map(|(_, v)| v.clone());
                if found.is_none() && (!whole || key.why_unknown().is_some()) {
                    return None;
                }
                Some(
                    found
                        .or_else(|| rest.first().cloned())
                        .unwrap_or(Value::None),
                )
            }
            ("copy", []) => Some(Value::dict(pairs())),
            ("update", more) => {
                let mut all = Vec::new();
                for other in more {
                    match other {
                        Value::Dict(other) => all.extend(other.borrow().iter().cloned()),
                        _ => {
                            let lost =
                                self.unknown("it is filled from something that is not known", site);
                            all.push((lost.clone(), lost));
                        }
                    }
                }
                let keywords = arguments.keywords.iter();
                all.extend(
                    keywords.map(|(name, value)| (Value::text(name.as_str()), value.clone())),
                );
                self.change_dict(dict, |entries| {
                    for (key, value) in all {
                        put(entries, key, value, false);
                    }
                });
                Some(Value::None)
            }
            ("pop", [key, rest @ ..]) => {
                let found = self.change_dict(dict, |entries| {
                    let at = entries.iter().position(|(own, _)| equal_keys(own, key))?;
                    Some(entries.remove(at).1)
                });
                found.or_else(|| rest.first().cloned())
            }
            ("setdefault", [key, rest @ ..]) => {
                let found = dict
                    .borrow()
                    .iter()
                    .find(|(own, _)| equal_keys(own, key))
                    .map(|(_, v)| v.clone());
                Some(found.unwrap_or_else(|| {
                    let value = rest.first().cloned().unwrap_or(Value::None);
                    self.change_dict(dict, |entries| entries.push((key.clone(), value.clone())));
                    value
                }))
            }
            ("clear", []) => {
                self.change_dict(dict, Vec::clear);
                Some(Value::None)
            }
            ("move_to_end", [key]) => {
                self.change_dict(dict, |entries| {
                    if let Some(at) = entries.iter().position(|(own, _)| equal_keys(own, key)) {
                        let entry = entries.remove(at);
                        entries.push(entry);
                    }
                });
                Some(Value::None)
            }
            ("__setitem__", [key, value]) => {
                self.change_dict(dict, |entries| {
                    put(entries, key.clone(), value.clone(), false);
                });
                Some(Value::None)
            }
            (
                "items" | "keys" | "values" | "__contains__" | "__len__" | "__iter__" | "__eq__"
                | "__getitem__",
                _,
            ) => None,
            _ => {
                let lost = self.unknown("it is changed in a way that is not followed", site);
                self.change_dict(dict, |entries| entries.push((lost.clone(), lost)));
                None
            }
        }
    }
}
