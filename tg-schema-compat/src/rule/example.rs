//! The example of a page, as the two texts that are compared.

use tg_schema_model::rule::Rule;

/// A version of an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// `toml` of definitions, `json` of an Avro schema, `rust` of annotated Rust.
    pub language: &'static str,
    /// The text, without a line break at its end.
    pub text: &'static str,
}

/// The texts after `Before:` and `After:`; none where two texts cannot show what the rule is about.
pub fn example(page: &Rule) -> Option<[Text; 2]> {
    Some([
        block(page.example, "Before")?,
        block(page.example, "After")?,
    ])
}

fn block(example: &'static str, heading: &str) -> Option<Text> {
    let (_, rest) = example.split_once(&format!("{heading}:\n\n```"))?;
    let (language, rest) = rest.split_once('\n')?;
    let (text, _) = rest.split_once("\n```")?;
    Some(Text { language, text })
}
