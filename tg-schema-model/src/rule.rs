//! What a kind of finding is: a stable id and the page that `tg-schema explain` shows.
//!
//! A rule is data. Each crate that finds something lists its own rules; reports, the pages of the
//! documentation and the command are made from those lists, so they cannot say different things.

use std::fmt::Write as _;

use crate::json::Json;
use crate::name::nearest;

/// How much a finding weighs where nothing else is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Something is wrong or will be lost.
    Error,
    /// Something needs a look.
    Warning,
    /// Something to know of.
    Note,
}

impl Level {
    /// `error`, `warning`, `note`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        }
    }
}

/// One kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// `SCREAMING_SNAKE`; never changes and is never used again for another thing.
    pub id: &'static str,
    /// How much it weighs.
    pub level: Level,
    /// One line, without a full stop.
    pub title: &'static str,
    /// What it is.
    pub what: &'static str,
    /// Why it matters: what really happens.
    pub why: &'static str,
    /// Code or text in which it occurs, with the fences of Markdown.
    pub example: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

impl Rule {
    /// The page, in Markdown, under a heading of this depth.
    pub fn page(&self, depth: usize) -> String {
        let mut out = String::new();
        let _ = write!(
            out,
            "{mark} {id}\n\n**{title}** ({level})\n\n{what}\n\n{mark}# Why it matters\n\n{why}\n\n\
             {mark}# Example\n\n{example}\n\n{mark}# What to do\n\n{remedy}\n",
            mark = "#".repeat(depth),
            id = self.id,
            title = self.title,
            level = self.level.as_str(),
            what = self.what,
            why = self.why,
            example = self.example,
            remedy = self.remedy,
        );
        out
    }

    /// The same facts as an object.
    pub fn json(&self) -> Json {
        Json::object([
            ("id", Json::str(self.id)),
            ("level", Json::str(self.level.as_str())),
            ("title", Json::str(self.title)),
            ("what", Json::str(self.what)),
            ("why", Json::str(self.why)),
            ("example", Json::str(self.example)),
            ("remedy", Json::str(self.remedy)),
        ])
    }
}

/// Rules that belong together, under a heading.
#[derive(Debug)]
pub struct Chapter {
    /// What they are about.
    pub title: &'static str,
    /// The rules, sorted by id.
    pub rules: &'static [&'static Rule],
}

/// The rule that `word` names: whatever its case, with `-`, `_` or a space between words.
pub fn find(chapters: &[Chapter], word: &str) -> Option<&'static Rule> {
    let id = spelled(word);
    every(chapters).find(|rule| rule.id == id)
}

/// The id that `word` was most likely meant to be.
pub fn suggestion(chapters: &[Chapter], word: &str) -> Option<&'static str> {
    nearest(&spelled(word), every(chapters).map(|rule| rule.id))
}

/// All rules as one page of Markdown: a table of contents, then a page for each.
pub fn document(chapters: &[Chapter]) -> String {
    let mut out = String::new();
    for chapter in chapters {
        let _ = write!(
            out,
            "\n## {}\n\n| id | level | |\n|---|---|---|\n",
            chapter.title
        );
        for rule in chapter.rules {
            let (id, level, title) = (rule.id, rule.level.as_str(), rule.title);
            let _ = writeln!(
                out,
                "| [{id}](#{}) | {level} | {title} |",
                id.to_lowercase()
            );
        }
    }
    for rule in every(chapters) {
        out.push('\n');
        out.push_str(&rule.page(2));
    }
    out
}

fn every(chapters: &[Chapter]) -> impl Iterator<Item = &'static Rule> {
    chapters.iter().flat_map(|c| c.rules.iter().copied())
}

fn spelled(word: &str) -> String {
    word.trim().to_uppercase().replace(['-', ' '], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    static LOST: Rule = Rule {
        id: "FIELD_LOST",
        level: Level::Error,
        title: "a field is lost",
        what: "What.",
        why: "Why.",
        example: "Example.",
        remedy: "Remedy.",
    };
    const CHAPTERS: [Chapter; 1] = [Chapter {
        title: "Fields",
        rules: &[&LOST],
    }];

    #[test]
    fn ids_are_found_as_people_type_them() {
        for word in ["FIELD_LOST", "field-lost", "Field_Lost", " field lost "] {
            assert_eq!(find(&CHAPTERS, word), Some(&LOST), "{word}");
        }
        assert_eq!(find(&CHAPTERS, "field-last"), None);
        assert_eq!(suggestion(&CHAPTERS, "field-last"), Some("FIELD_LOST"));
        assert_eq!(suggestion(&CHAPTERS, "weather"), None);
    }

    #[test]
    fn the_document_leads_to_every_page() {
        let text = document(&CHAPTERS);
        assert!(text.contains("| [FIELD_LOST](#field_lost) | error | a field is lost |\n"));
        assert!(text.ends_with(&format!("\n{}", LOST.page(2))));
    }

    #[test]
    fn a_page_has_every_part() {
        assert_eq!(
            LOST.page(2),
            "## FIELD_LOST\n\n**a field is lost** (error)\n\nWhat.\n\n### Why it matters\n\nWhy.\n\n\
             ### Example\n\nExample.\n\n### What to do\n\nRemedy.\n"
        );
        assert_eq!(LOST.json().get("id"), Some(&Json::str("FIELD_LOST")));
    }
}
