//! `--tighten` rules, and what they make of a field's definition.
//!
//! A rule is `Class.field=required` or `Class.field=default:VALUE`. `*` stands for any class or any field, and
//! the end of a module's path may stand in front: `services.llm.Reply.text=required`. Of the rules that fit a
//! field the most specific one counts: one that fits less than another, part by part.
//!
//! VALUE is what a definition has as the default of such a field: the text itself for `string` and for what is
//! written as a string (enums, bytes, dates, decimals), JSON for the rest. A text in double quotes is JSON
//! there too, where it is a JSON string, and `null` is no default of anything.

use std::fmt;

use tg_schema_model::value::{self, Reading};
use tg_schema_model::{Encoding, Json, Schema, Type, json, name};

use super::toml;
use crate::definition::expression::{self, Expression};

/// A field as a definition writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldDefinition {
    /// The type expression: `string?`.
    pub ty: String,
    /// The default as a value of TOML.
    pub default: Option<String>,
    /// `nullable = true`.
    pub nullable: bool,
    /// The symbols of the enum that the type names, where it names one.
    pub symbols: Option<Vec<String>>,
}

impl FieldDefinition {
    /// `type`, `default` and `nullable` as keys of TOML on one line: of a field's table, or, of a field as it
    /// was before, of its `origin`.
    pub fn keys(&self) -> String {
        let mut keys = format!("type = {}", toml::string(&self.ty));
        if let Some(default) = &self.default {
            keys.push_str(&format!(", default = {default}"));
        }
        if self.nullable {
            keys.push_str(", nullable = true");
        }
        keys
    }
}

/// What the rules make of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tightened {
    /// The field now.
    pub field: FieldDefinition,
    /// The field before, where it is another one now: its [`FieldDefinition::keys`] belong into the `origin`.
    pub former: Option<FieldDefinition>,
    /// The rule that counted, as it was given.
    pub rule: Option<String>,
}

/// A rule that cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TightenError {
    /// The rule as it was given.
    pub rule: String,
    /// What is wrong, with the field where there is one.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl fmt::Display for TightenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "--tighten {}: {}; {}",
            self.rule, self.message, self.help
        )
    }
}

impl std::error::Error for TightenError {}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Action {
    Required,
    Default(String),
}

#[derive(Clone, Debug)]
struct Rule {
    text: String,
    /// The end of a module's path.
    module: Vec<String>,
    /// `None`: any.
    record: Option<String>,
    field: Option<String>,
    action: Action,
    /// Whether it fitted a field.
    used: bool,
    /// Whether it was the one that counted for a field.
    counted: bool,
    /// Whether it made another field of one.
    changed: bool,
}

/// All rules of a run.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    rules: Vec<Rule>,
    /// Every field that was asked for: `Class.field`.
    seen: Vec<String>,
}

const FORMS: &str = "write `Class.field=required` or `Class.field=default:VALUE`; `*` stands for any class or field, and a module may stand in front";

impl Rules {
    /// Reads rules. Every one that is none is told.
    pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<Rules, Vec<TightenError>> {
        let mut rules = Rules::default();
        let mut wrong = Vec::new();
        for text in texts {
            match rule(text.as_ref()) {
                Ok(rule) => rules.rules.push(rule),
                Err(error) => wrong.push(error),
            }
        }
        match wrong.is_empty() {
            true => Ok(rules),
            false => Err(wrong),
        }
    }

    /// What the rules make of one field.
    pub fn apply(
        &mut self,
        module: &str,
        record: &str,
        field: &str,
        definition: FieldDefinition,
    ) -> Result<Tightened, TightenError> {
        self.seen.push(format!("{record}.{field}"));
        let mut best: Option<usize> = None;
        for at in 0..self.rules.len() {
            if !self.rules[at].fits(module, record, field) {
                continue;
            }
            self.rules[at].used = true;
            let better = match best {
                None => true,
                Some(other) => self.rules[other].covers(&self.rules[at]),
            };
            if better {
                best = Some(at);
            }
        }
        let Some(best) = best else {
            return Ok(Tightened {
                field: definition,
                former: None,
                rule: None,
            });
        };
        let winner = &self.rules[best];
        for rule in self.rules.iter().filter(|r| r.fits(module, record, field)) {
            let beaten = rule.covers(winner) && !winner.covers(rule);
            if !beaten && rule.action != winner.action {
                return Err(TightenError {
                    rule: winner.text.clone(),
                    message: format!(
                        "the rule {} fits {module}.{record}.{field} just as well and says something else",
                        rule.text
                    ),
                    help: format!(
                        "write a rule for `{record}.{field}` itself, or for `{module}.{record}.{field}`"
                    ),
                });
            }
        }
        let done = tightened(winner, &format!("{module}.{record}.{field}"), definition)?;
        let winner = &mut self.rules[best];
        winner.counted = true;
        winner.changed |= done.former.is_some();
        Ok(done)
    }

    /// To be called after the last field: rules that fitted some and changed none, and why.
    pub fn idle(&self) -> Vec<(String, &'static str)> {
        let idle = self.rules.iter().filter(|rule| rule.used && !rule.changed);
        idle.map(|rule| {
            let why = match rule.counted {
                true => "every field that it fits is so already",
                false => "a more specific rule counts for every field that it fits",
            };
            (rule.text.clone(), why)
        })
        .collect()
    }

    /// To be called after the last field: rules that fitted none.
    pub fn finish(&self) -> Result<(), Vec<TightenError>> {
        let unused = self.rules.iter().filter(|rule| !rule.used);
        let wrong: Vec<TightenError> = unused.map(|rule| self.unused(rule)).collect();
        match wrong.is_empty() {
            true => Ok(()),
            false => Err(wrong),
        }
    }

    fn unused(&self, rule: &Rule) -> TightenError {
        let wanted = [rule.record.as_deref(), rule.field.as_deref()];
        let wanted = wanted.map(|part| part.unwrap_or("*"));
        let candidates = self.seen.iter().map(|seen| {
            let (record, field) = seen.split_once('.').unwrap_or((seen, ""));
            match (&rule.record, &rule.field) {
                (None, _) => format!("*.{field}"),
                (_, None) => format!("{record}.*"),
                _ => seen.clone(),
            }
        });
        let candidates: Vec<String> = candidates.collect();
        let near = name::nearest(&wanted.join("."), candidates.iter().map(String::as_str));
        TightenError {
            rule: rule.text.clone(),
            message: "no field fits it".to_owned(),
            help: match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "look for the class and the field in the table".to_owned(),
            },
        }
    }
}

impl Rule {
    fn fits(&self, module: &str, record: &str, field: &str) -> bool {
        let is = |wanted: &Option<String>, name: &str| wanted.as_ref().is_none_or(|w| w == name);
        let path: Vec<&str> = module.split('.').collect();
        let end = path.len().checked_sub(self.module.len());
        let of_module = end.is_some_and(|end| path[end..].iter().eq(self.module.iter()));
        of_module && is(&self.record, record) && is(&self.field, field)
    }
    /// Whether it fits all that `other` fits.
    fn covers(&self, other: &Rule) -> bool {
        let part = |mine: &Option<String>, other: &Option<String>| mine.is_none() || mine == other;
        other.module.ends_with(&self.module)
            && part(&self.record, &other.record)
            && part(&self.field, &other.field)
    }
}

fn rule(text: &str) -> Result<Rule, TightenError> {
    let wrong = |message: &str| TightenError {
        rule: text.to_owned(),
        message: message.to_owned(),
        help: FORMS.to_owned(),
    };
    let (names, action) = text
        .split_once('=')
        .ok_or_else(|| wrong("there is no `=`"))?;
    let parts: Vec<&str> = names.trim().split('.').map(str::trim).collect();
    let [module @ .., record, field] = parts.as_slice() else {
        return Err(wrong("there is no class in front of the field"));
    };
    let named = |part: &&str| match *part {
        "*" => Ok(None),
        part if name::is_avro_name(part) => Ok(Some(part.to_owned())),
        part => Err(wrong(&format!("{part:?} is no name"))),
    };
    let module: Result<Vec<String>, TightenError> = module
        .iter()
        .map(|part| named(part)?.ok_or_else(|| wrong("`*` cannot stand for a module")))
        .collect();
    let action = match action.trim_start().split_once(':') {
        Some(("default", value)) => Action::Default(value.to_owned()),
        None if action.trim() == "required" => Action::Required,
        _ => {
            return Err(wrong(&format!(
                "{action:?} is neither `required` nor `default:VALUE`"
            )));
        }
    };
    Ok(Rule {
        text: text.to_owned(),
        module: module?,
        record: named(record)?,
        field: field_name(field, &wrong)?,
        action,
        used: false,
        counted: false,
        changed: false,
    })
}

/// Fields of old classes have Python's names.
fn field_name(
    part: &str,
    wrong: &dyn Fn(&str) -> TightenError,
) -> Result<Option<String>, TightenError> {
    let first = |c: char| c.is_alphabetic() || c == '_';
    match part {
        "*" => Ok(None),
        part if part.starts_with(first)
            && part.chars().all(|c| c.is_alphanumeric() || c == '_') =>
        {
            Ok(Some(part.to_owned()))
        }
        part => Err(wrong(&format!("{part:?} is no name"))),
    }
}

fn tightened(rule: &Rule, place: &str, old: FieldDefinition) -> Result<Tightened, TightenError> {
    let wrong = |message: String, help: &str| TightenError {
        rule: rule.text.clone(),
        message,
        help: help.to_owned(),
    };
    let bare = old.ty.trim();
    let (bare, optional) = match bare.strip_suffix('?') {
        Some(bare) => (bare.trim_end(), true),
        None => (bare, false),
    };
    let expression = expression::parse(bare).map_err(|mistake| {
        wrong(
            format!("the type of {place}: {}", mistake.message),
            "report it",
        )
    })?;
    let field = match &rule.action {
        Action::Required => FieldDefinition {
            ty: bare.to_owned(),
            default: None,
            nullable: false,
            symbols: old.symbols.clone(),
        },
        Action::Default(text) => {
            let default =
                default(text, &expression, old.symbols.as_deref()).map_err(|(what, help)| {
                    wrong(
                        format!("{text:?} is no default of {place} ({bare}): {what}"),
                        &help,
                    )
                })?;
            FieldDefinition {
                ty: bare.to_owned(),
                default: Some(default),
                nullable: optional || old.nullable,
                symbols: old.symbols.clone(),
            }
        }
    };
    let former = (field != old).then_some(old);
    let rule = Some(rule.text.clone());
    Ok(Tightened {
        field,
        former,
        rule,
    })
}

/// A default as a value of TOML, or what is wrong and what to do.
fn default(
    text: &str,
    ty: &Expression,
    symbols: Option<&[String]>,
) -> Result<String, (String, String)> {
    const JSON: &str = "write it as JSON, in quotes for the shell";
    if text.trim() == "null" {
        let help = "leave the field optional, without a rule; the text \"null\" is written in double quotes";
        return Err((
            "null is what an optional field has".to_owned(),
            help.to_owned(),
        ));
    }
    let parsed = || json::parse(text).map_err(|e| (e.to_string(), JSON.to_owned()));
    let tree = match ty {
        Expression::Name { .. } if let Some(symbols) = symbols => {
            return symbol(&unquoted(text), symbols);
        }
        Expression::Leaf(leaf) if is_text(leaf) => Json::String(unquoted(text)),
        Expression::Name { .. } => match parsed()? {
            Json::Object(entries) => Json::Object(entries),
            other => return Err((format!("{} is no object", other.kind()), JSON.to_owned())),
        },
        _ => parsed()?,
    };
    if let Some(ty) = without_names(ty) {
        value::from_json(
            &Schema::default(),
            &ty,
            Encoding::Utf8,
            &tree,
            &Reading::definition(),
        )
        .map_err(|e| (e.to_string(), "write a value of this type".to_owned()))?;
    } else if let Some(expected) = wrong_kind(ty, &tree) {
        return Err((format!("{} is no {expected}", tree.kind()), JSON.to_owned()));
    }
    toml::value(&tree).ok_or_else(|| {
        let help = "leave nulls out";
        (
            "it holds null, which a default cannot".to_owned(),
            help.to_owned(),
        )
    })
}

/// What a JSON string says; any other text as it is.
fn unquoted(text: &str) -> String {
    let quoted = text.starts_with('"') && text.ends_with('"');
    match json::parse(text) {
        Ok(Json::String(said)) if quoted => said,
        _ => text.to_owned(),
    }
}

fn symbol(text: &str, symbols: &[String]) -> Result<String, (String, String)> {
    if symbols.iter().any(|symbol| symbol == text) {
        return Ok(toml::string(text));
    }
    let help = match name::nearest(text, symbols.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write one of {}", symbols.join(", ")),
    };
    Err(("it is none of the enum's symbols".to_owned(), help))
}

/// Types whose defaults are strings of a definition.
fn is_text(ty: &Type) -> bool {
    !matches!(
        ty,
        Type::Boolean | Type::Int | Type::Long | Type::Float | Type::Double
    )
}

/// The type, where no name of a record or an enum is in it.
fn without_names(ty: &Expression) -> Option<Type> {
    let inner = |ty: &Expression| without_names(ty).map(Box::new);
    Some(match ty {
        Expression::Leaf(ty) => ty.clone(),
        Expression::Array(ty) => Type::Array(inner(ty)?),
        Expression::Map(ty) => Type::Map(inner(ty)?),
        Expression::Optional(ty) => Type::Optional(inner(ty)?),
        Expression::Name { .. } => return None,
    })
}

fn wrong_kind(ty: &Expression, tree: &Json) -> Option<&'static str> {
    match (ty, tree) {
        (Expression::Array(_), Json::Array(_)) | (Expression::Map(_), Json::Object(_)) => None,
        (Expression::Array(_), _) => Some("array"),
        (Expression::Map(_), _) => Some("object"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
