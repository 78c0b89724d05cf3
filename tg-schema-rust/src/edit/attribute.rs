//! Settings of `#[tg_schema(…)]` and `#[tg(…)]`.

use super::item::{list, quoted};
use super::script::{Item, Own, Part, Script};
use super::{Replacement, Replacements, replacement};

/// A setting as it is to be.
pub(super) struct Wanted {
    /// The names that it goes by.
    pub(super) keys: &'static [&'static str],
    /// All of it; none where it is not to be there.
    pub(super) text: Option<String>,
}

impl Wanted {
    /// Former names.
    pub(super) fn names(keys: &'static [&'static str; 2], names: &[String]) -> Self {
        let [one, many] = keys;
        let text = match names {
            [] => None,
            [name] => Some(format!("{one} = {}", quoted(name))),
            names => Some(format!("{many}({})", list(names))),
        };
        Wanted { keys, text }
    }
}

impl Script<'_> {
    /// Changes settings of an item.
    pub(super) fn set_own(&self, item: &Item, wanted: Vec<Wanted>) -> Replacements {
        let (mut found, new) = self.settings(std::slice::from_ref(&item.own), wanted)?;
        if !new.is_empty() {
            let end = item.own.path.end;
            found.push(replacement(end..end, format!("({})", new.join(", "))));
        }
        Ok(found)
    }

    /// Changes settings of a field or variant.
    pub(super) fn set_part(&self, part: &Part, wanted: Vec<Wanted>) -> Replacements {
        let (mut found, new) = self.settings(&part.own, wanted)?;
        if !new.is_empty() {
            let behind = match self.indent(part.range.start) {
                Some(indent) => format!("{}{indent}", self.line_break()),
                None => " ".to_owned(),
            };
            let text = format!("#[tg({})]{behind}", new.join(", "));
            found.push(replacement(part.head..part.head, text));
        }
        Ok(found)
    }

    /// Changes settings where they are, and puts new ones beside the last; those for which there is no attribute yet.
    fn settings(
        &self,
        attributes: &[Own],
        mut wanted: Vec<Wanted>,
    ) -> Result<(Vec<Replacement>, Vec<String>), String> {
        let mut found = Vec::new();
        let lists = attributes.iter().filter(|own| own.inside.is_some());
        let lists: Vec<&Own> = lists.collect();
        let mut texts: Vec<(Vec<String>, bool)> = Vec::new();
        for own in &lists {
            let (mut text, mut changed) = (Vec::new(), false);
            for setting in &own.settings {
                let known = wanted
                    .iter_mut()
                    .find(|w| w.keys.contains(&setting.key.as_str()));
                match known {
                    None => text.push(self.part(setting.range.clone()).to_owned()),
                    // The first takes it; what else said the same goes.
                    Some(wanted) => {
                        changed = true;
                        text.extend(wanted.text.take());
                    }
                }
            }
            texts.push((text, changed));
        }
        let new: Vec<String> = wanted.into_iter().filter_map(|w| w.text).collect();
        let left = match texts.last_mut() {
            Some((text, changed)) if !new.is_empty() => {
                *changed = true;
                text.extend(new);
                Vec::new()
            }
            _ => new,
        };
        for (own, (texts, changed)) in lists.into_iter().zip(texts) {
            if changed {
                found.push(self.written(own, &texts)?);
            }
        }
        Ok((found, left))
    }

    /// An attribute with these settings.
    fn written(&self, own: &Own, settings: &[String]) -> Result<Replacement, String> {
        let inside = own.inside.clone().unwrap_or_default();
        self.without_comments(&own.range)?;
        if settings.is_empty() {
            return Ok(match self.part(own.path.clone()) {
                "tg" => self.without(own.range.clone()),
                _ => replacement(inside.start - 1..inside.end + 1, ""),
            });
        }
        let first = own.settings.first().map(|setting| setting.range.start);
        let text = match first.and_then(|first| self.indent(first)) {
            Some(indent) => {
                let line_break = self.line_break();
                let lines = settings.iter().map(|s| format!("{line_break}{indent}{s},"));
                let close = self.indent(inside.end).unwrap_or_default();
                format!("{}{line_break}{close}", lines.collect::<String>())
            }
            None => settings.join(", "),
        };
        Ok(replacement(inside, text))
    }
}
