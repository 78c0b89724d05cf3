//! `tg-schema explain`: the page of a rule, or the list of all.

mod counterexample;

use std::sync::OnceLock;

use tg_schema_model::Json;
use tg_schema_model::rule::{self, Chapter};

use crate::arguments;
use crate::console::Console;
use crate::exit::{Exit, Failure};

/// Every rule of every crate that finds something.
pub fn chapters() -> &'static [Chapter] {
    static ALL: OnceLock<Vec<Chapter>> = OnceLock::new();
    ALL.get_or_init(|| {
        let both = tg_schema_migrate::rule::ALL
            .iter()
            .chain(tg_schema_compat::rule::CHAPTERS);
        both.map(|chapter| Chapter { ..*chapter }).collect()
    })
}

pub fn run(arguments: &arguments::Explain, console: &mut Console) -> Result<Exit, Failure> {
    let Some(word) = &arguments.id else {
        list(console);
        return Ok(Exit::Clean);
    };
    let Some(rule) = rule::find(chapters(), word) else {
        let help = match rule::suggestion(chapters(), word) {
            Some(id) => format!("did you mean {id}?"),
            None => "`tg-schema explain` lists all rules".to_owned(),
        };
        return Err(Failure::help(format!("no rule is named `{word}`"), help));
    };
    if arguments.emit_counterexample {
        return counterexample::emit(rule, console);
    }
    if console.json() {
        console.report(Exit::Clean, [("rule", rule.json())]);
    } else {
        console.result(rule.page(1).as_bytes());
    }
    Ok(Exit::Clean)
}

fn list(console: &mut Console) {
    if console.json() {
        let rules = chapters().iter().flat_map(|c| c.rules).map(|r| r.json());
        console.report(Exit::Clean, [("rules", Json::Array(rules.collect()))]);
        return;
    }
    let mut text = String::new();
    let ids = chapters().iter().flat_map(|c| c.rules).map(|r| r.id.len());
    let width = ids.max().unwrap_or(0);
    for chapter in chapters() {
        text.push_str(chapter.title);
        text.push('\n');
        for rule in chapter.rules {
            let (id, level, title) = (rule.id, rule.level.as_str(), rule.title);
            text.push_str(&format!("  {id:width$}  {level:7}  {title}\n"));
        }
        text.push('\n');
    }
    console.result(text.trim_end().as_bytes());
    console.result(b"\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const HEAD: &str = "\
# Rules

What reports call things by, as `tg-schema explain` shows it. This page is made from the same text: after a change,
`TG_SCHEMA_RENEW=1 cargo test -p tg-schema-cli explain` writes it anew. `tg-schema explain ID --emit-counterexample`
writes the example of a rule of `check` as a script, with messages that show what happens and the commands that read
them.
";

    #[test]
    fn the_page_of_the_documentation_is_made_from_the_rules() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/rules.md");
        let text = format!("{HEAD}{}", rule::document(chapters()));
        if std::env::var_os("TG_SCHEMA_RENEW").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == text, "docs/rules.md is out of date");
    }
}
