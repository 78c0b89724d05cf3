//! Rules of `--tighten` into other fields of a draft, and which of them is to blame for a text that does not load.

use std::collections::BTreeSet;

use tg_schema_gen::load::Loaded;
use tg_schema_gen::migration::tighten::{FieldDefinition, Rules, TightenError};
use tg_schema_model::Diagnostic;

use super::check::place;
use super::draft::{Draft, Slot};
use super::toml;

/// What the rules have done.
pub(super) struct Tightening {
    /// The fields that are others now.
    pub changed: Vec<Change>,
    /// Rules that cannot be followed.
    pub wrong: Vec<TightenError>,
    /// Rules that change nothing, and why.
    pub idle: Vec<(String, &'static str)>,
}

/// A field that a rule has changed.
pub(super) struct Change {
    module: usize,
    slot: Slot,
    field: String,
    rule: String,
}

impl Tightening {
    /// The rules because of which a text does not load any more: that of the field in which the error is, or
    /// all of its record, or all.
    pub fn cause(&self, draft: &Draft, loaded: &Loaded, error: &Diagnostic) -> String {
        let place = place(draft, loaded, error);
        let of_record = |c: &&Change| place == Some((c.module, c.slot));
        let line = loaded.sources.get(error.span.source).and_then(|source| {
            let (before, after) = source.text.split_at_checked(error.span.start as usize)?;
            let start = before.rfind('\n').map_or(0, |at| at + 1);
            Some(before[start..].to_owned() + after.lines().next().unwrap_or(""))
        });
        let of_field = |c: &&Change| {
            let key = format!("{} =", toml::key(&c.field));
            of_record(c) && line.as_ref().is_some_and(|line| line.starts_with(&key))
        };
        let mut rules: BTreeSet<&str> = BTreeSet::new();
        rules.extend(self.changed.iter().filter(of_field).map(|c| &*c.rule));
        if rules.is_empty() {
            rules.extend(self.changed.iter().filter(of_record).map(|c| &*c.rule));
        }
        if rules.is_empty() {
            rules.extend(self.changed.iter().map(|c| &*c.rule));
        }
        rules.into_iter().collect::<Vec<_>>().join(", ")
    }
}

/// Changes fields as the rules ask.
pub(super) fn tighten(draft: &mut Draft, texts: &[String]) -> Tightening {
    let mut done = Tightening {
        changed: Vec::new(),
        wrong: Vec::new(),
        idle: Vec::new(),
    };
    let mut rules = match Rules::parse(texts) {
        Ok(rules) => rules,
        Err(wrong) => {
            done.wrong = wrong;
            return done;
        }
    };
    for (number, module) in draft.modules.iter_mut().enumerate() {
        let path = module.path.join(".");
        let order = module.order.clone();
        for slot in order {
            let Slot::Record(at) = slot else { continue };
            let record = &mut module.records[at];
            for field in &mut record.fields {
                let before = FieldDefinition {
                    ty: field.ty.clone(),
                    default: field.default.clone(),
                    nullable: field.nullable,
                    symbols: field.symbols.clone(),
                };
                match rules.apply(&path, &record.name, &field.name, before) {
                    Ok(tightened) => {
                        let Some(former) = tightened.former else {
                            continue;
                        };
                        done.changed.push(Change {
                            module: number,
                            slot,
                            field: field.name.clone(),
                            rule: tightened.rule.unwrap_or_default(),
                        });
                        field.ty = tightened.field.ty;
                        field.default = tightened.field.default;
                        field.nullable = tightened.field.nullable;
                        field.origin.former = Some(former.keys());
                    }
                    Err(error) => done.wrong.push(error),
                }
            }
        }
    }
    if let Err(unused) = rules.finish() {
        done.wrong.extend(unused);
    }
    done.idle = rules.idle();
    done
}
