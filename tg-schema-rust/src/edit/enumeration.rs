//! Symbols, the default and the openness of an annotated enum.

use tg_schema_model::edit::Edit;
use tg_schema_model::{Enum, EnumId, Value, name};

use super::attribute::Wanted;
use super::item::quoted;
use super::script::{Item, Part, Script};
use super::{Replacements, by_hand, replacement, unknown};
use crate::read::case::Case;

/// The enum that an edit is of.
pub(super) fn of(edit: &Edit) -> Option<EnumId> {
    match edit {
        Edit::AddEnumAlias { enumeration, .. }
        | Edit::SetSymbols { enumeration, .. }
        | Edit::SetOpen { enumeration, .. }
        | Edit::SetEnumDefault { enumeration, .. } => Some(*enumeration),
        _ => None,
    }
}

/// What an enum is to be.
struct Target {
    aliases: Vec<String>,
    symbols: Vec<String>,
    values: Vec<Value>,
    open: bool,
    default: Option<String>,
}

impl Target {
    fn of(present: &Enum, id: EnumId, all: &[Edit]) -> Self {
        let mut target = Target {
            aliases: present.aliases.clone(),
            symbols: present.symbols.iter().map(|s| s.name.clone()).collect(),
            values: present.pulsar.values.clone(),
            open: present.open,
            default: present.default_symbol().map(|s| s.name.clone()),
        };
        for edit in all.iter().filter(|edit| of(edit) == Some(id)) {
            match edit {
                Edit::AddEnumAlias { alias, .. } => target.aliases.push(alias.clone()),
                Edit::SetSymbols {
                    symbols, values, ..
                } => {
                    target.symbols.clone_from(symbols);
                    target.values.clone_from(values);
                }
                Edit::SetOpen { open, .. } => target.open = *open,
                Edit::SetEnumDefault { symbol, .. } => target.default.clone_from(symbol),
                _ => {}
            }
        }
        target
    }

    fn value(&self, symbol: &str) -> Option<&Value> {
        let at = self.symbols.iter().position(|s| s == symbol)?;
        self.values.get(at)
    }
}

impl Script<'_> {
    /// Makes an enum what all changes of it say.
    pub(super) fn set_enum(
        &self,
        item: &Item,
        present: &Enum,
        id: EnumId,
        all: &[Edit],
    ) -> Replacements {
        let target = Target::of(present, id, all);
        let unknowns = |part: &&Part| {
            part.own
                .iter()
                .flat_map(|own| &own.settings)
                .any(|s| s.key == "unknown")
        };
        let open = item.parts.iter().find(unknowns);
        let parts: Vec<&Part> = item.parts.iter().filter(|part| !unknowns(part)).collect();
        if parts.len() != present.symbols.len() {
            return Err(unknown());
        }
        let parts: Vec<(&str, &Part)> = present
            .symbols
            .iter()
            .map(|symbol| symbol.name.as_str())
            .zip(parts)
            .collect();
        let mut found = Vec::new();
        let mut own = Vec::new();
        if target.aliases != present.aliases {
            own.push(Wanted::names(&["alias", "aliases"], &target.aliases));
        }
        let listed = item.own.settings.iter().any(|s| s.key == "values");
        if listed && target.values != present.pulsar.values {
            let text = (!target.values.is_empty()).then(|| values(&target.values));
            own.push(Wanted {
                keys: &["values"],
                text,
            });
        }
        found.extend(self.set_own(item, own)?);
        let was = present.default_symbol().map(|s| s.name.as_str());
        for (symbol, part) in &parts {
            if !target.symbols.iter().any(|s| s == symbol) {
                found.push(self.take_out(part)?);
                continue;
            }
            let mut wanted = Vec::new();
            let is = target.default.as_deref() == Some(*symbol);
            if is != (was == Some(*symbol)) {
                wanted.push(Wanted {
                    keys: &["default"],
                    text: is.then(|| "default".to_owned()),
                });
            }
            let value = present_value(present, symbol);
            if !listed && value != target.value(symbol) {
                wanted.push(Wanted {
                    keys: &["value"],
                    text: target.value(symbol).map(|v| format!("value = {}", rust(v))),
                });
            }
            found.extend(self.set_part(part, wanted)?);
        }
        found.extend(self.come(item, &parts, &target, listed)?);
        match (open, target.open) {
            (None, true) => {
                if item.derives.iter().any(|derived| derived == "Copy") {
                    return Err(by_hand("an enum that keeps unknown symbols is not `Copy`"));
                }
                let last = item.parts.last();
                found.extend(self.insert(item, last, "#[tg(unknown)]\nUnknown(String)"));
            }
            (Some(part), false) => found.push(self.take_out(part)?),
            _ => {}
        }
        Ok(found)
    }

    /// Symbols that come in or change places.
    fn come(
        &self,
        item: &Item,
        parts: &[(&str, &Part)],
        target: &Target,
        listed: bool,
    ) -> Replacements {
        let mut found = Vec::new();
        let stays = |symbol: &str| target.symbols.iter().any(|s| s == symbol);
        let slots: Vec<&(&str, &Part)> = parts.iter().filter(|(s, _)| stays(s)).collect();
        let of = |symbol: &str| {
            slots
                .iter()
                .find(|(s, _)| *s == symbol)
                .map(|(_, part)| *part)
        };
        let kept: Vec<&Part> = target.symbols.iter().filter_map(|s| of(s)).collect();
        let moves = |(slot, part): (&&(&str, &Part), &&Part)| !std::ptr::eq(slot.1, *part);
        if slots.iter().zip(&kept).any(moves) {
            // What else changes in them would be of the same text.
            if kept.len() != parts.len() || kept.len() != target.symbols.len() {
                return Err(by_hand(
                    "variants change places beside others that come or go",
                ));
            }
            self.without_comments(&item.body)?;
            for ((_, slot), part) in slots.into_iter().zip(&kept) {
                if !std::ptr::eq(*slot, *part) {
                    let text = self.part(part.range.clone());
                    found.push(replacement(slot.range.clone(), text));
                }
            }
            return Ok(found);
        }
        let mut behind: Option<&Part> = None;
        let mut new: Vec<String> = Vec::new();
        let mut groups: Vec<(Option<&Part>, Vec<String>)> = Vec::new();
        let idents: Vec<&str> = item.parts.iter().map(|part| part.ident.as_str()).collect();
        for symbol in &target.symbols {
            if let Some(part) = of(symbol) {
                groups.push((behind, std::mem::take(&mut new)));
                behind = Some(part);
                continue;
            }
            let ident = name::rust_variants([symbol.as_str()]).pop();
            let ident = ident.unwrap_or_default();
            if idents.contains(&ident.as_str()) {
                return Err(by_hand("a variant of this name is there"));
            }
            let value = target.value(symbol).filter(|_| !listed);
            let default = target.default.as_ref() == Some(symbol);
            new.push(line(&ident, symbol, default, value, self.case(item)));
        }
        groups.push((behind, new));
        for (behind, texts) in groups {
            for text in texts {
                found.extend(self.insert(item, behind, &text));
            }
        }
        Ok(found)
    }
}

fn present_value<'e>(present: &'e Enum, symbol: &str) -> Option<&'e Value> {
    let at = present.symbols.iter().position(|s| s.name == symbol)?;
    present.pulsar.values.get(at)
}

/// The lines of a variant, without the comma behind it.
pub(super) fn line(
    ident: &str,
    symbol: &str,
    default: bool,
    value: Option<&Value>,
    case: Case,
) -> String {
    let mut own = Vec::new();
    if case.apply(ident.strip_prefix("r#").unwrap_or(ident)) != symbol {
        own.push(format!("rename = {}", quoted(symbol)));
    }
    if default {
        own.push("default".to_owned());
    }
    own.extend(value.map(|value| format!("value = {}", rust(value))));
    match own.is_empty() {
        true => ident.to_owned(),
        false => format!("#[tg({})]\n{ident}", own.join(", ")),
    }
}

/// `values(…)`.
pub(super) fn values(values: &[Value]) -> String {
    let values: Vec<String> = values.iter().map(rust).collect();
    format!("values({})", values.join(", "))
}

/// A value of a symbol.
fn rust(value: &Value) -> String {
    match value {
        Value::Long(n) => n.to_string(),
        Value::String(text) => quoted(text),
        _ => String::new(),
    }
}
