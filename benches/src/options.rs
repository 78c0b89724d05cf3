//! What the command line of the codecs asks for.

use std::path::PathBuf;

use crate::case::Key;
use crate::rounds::Effort;

/// What is printed where something is wrong, and where `--help` is.
pub const HELP: &str = include_str!("../help/codec.txt");

/// What is done with the cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    Time,
    List,
    Instructions,
    Repeat(String, u64),
    Help,
}

#[derive(Clone, Debug)]
pub struct Options {
    pub action: Action,
    /// Parts of names; of none of them all cases are.
    pub cases: Vec<String>,
    pub effort: Effort,
    pub out: Option<PathBuf>,
}

impl Options {
    /// # Errors
    /// What is wrong with the arguments, as one line.
    pub fn of(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
        let mut options = Options {
            action: Action::Time,
            cases: Vec::new(),
            effort: Effort {
                rounds: 101,
                layouts: 5,
                slice: 1e6,
            },
            out: None,
        };
        while let Some(argument) = arguments.next() {
            let mut next = || arguments.next().ok_or(format!("{argument} needs a value"));
            let number = |text: String| match text.parse::<u64>() {
                Ok(number) if number > 0 => Ok(number),
                _ => Err(format!("{argument}: {text} is no number from 1")),
            };
            match argument.as_str() {
                "--case" => options.cases.push(next()?),
                "--rounds" => {
                    let rounds = number(next()?)?;
                    options.effort.rounds = usize::try_from(rounds).map_err(|e| e.to_string())?;
                }
                "--quick" => {
                    options.effort = Effort {
                        rounds: 11,
                        layouts: 1,
                        slice: 2e5,
                    }
                }
                "--out" => options.out = Some(next()?.into()),
                "--list" => options.action = Action::List,
                "--instructions" => options.action = Action::Instructions,
                "--repeat" => options.action = Action::Repeat(next()?, number(next()?)?),
                "--help" | "-h" => options.action = Action::Help,
                _ => return Err(format!("there is no option {argument}")),
            }
        }
        Ok(options)
    }
    /// The cases that are asked for, in their order.
    ///
    /// # Errors
    /// A text is in the name of no case.
    pub fn chosen(&self, keys: impl Iterator<Item = Key>) -> Result<Vec<Key>, String> {
        let mut keys: Vec<Key> = keys.collect();
        for text in &self.cases {
            if !keys.iter().any(|key| key.to_string().contains(text)) {
                return Err(no_case(text, &keys));
            }
        }
        keys.retain(|key| {
            let name = key.to_string();
            self.cases.is_empty() || self.cases.iter().any(|text| name.contains(text))
        });
        Ok(keys)
    }
}

/// That there is no such case, and what there is.
pub fn no_case(text: &str, keys: &[Key]) -> String {
    let each = |part: fn(&Key) -> &'static str| {
        let mut parts: Vec<&str> = Vec::new();
        for key in keys {
            if !parts.contains(&part(key)) {
                parts.push(part(key));
            }
        }
        parts.join(", ")
    };
    format!(
        "no case is called {text}. A name is shape/operation/who\nshapes: {}\noperations: {}\nwho: {}",
        each(|key| key.shape),
        each(|key| key.op),
        each(|key| key.who)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(arguments: &str) -> Result<Options, String> {
        Options::of(arguments.split_whitespace().map(str::to_owned))
    }

    fn keys() -> impl Iterator<Item = Key> {
        ["ours", "limit"].into_iter().map(|who| Key {
            shape: "text",
            op: "json-encode",
            who,
        })
    }

    #[test]
    fn options_are_read() {
        let options = of("--case triples --case text --rounds 7 --out here").expect("right");
        assert_eq!(options.action, Action::Time);
        assert_eq!(options.cases, ["triples", "text"]);
        assert_eq!(options.effort.rounds, 7);
        assert_eq!(options.out, Some("here".into()));
        let repeat = of("--repeat text/json-encode/ours 3").expect("right");
        let expected = Action::Repeat("text/json-encode/ours".into(), 3);
        assert_eq!(repeat.action, expected);
        assert_eq!(of("--help").expect("right").action, Action::Help);
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (arguments, told) in [
            ("--fast", "there is no option --fast"),
            ("case", "there is no option case"),
            ("--case", "--case needs a value"),
            ("--rounds many", "--rounds: many is no number from 1"),
            ("--rounds 0", "--rounds: 0 is no number from 1"),
            ("--repeat a", "--repeat needs a value"),
        ] {
            assert_eq!(of(arguments).err().as_deref(), Some(told), "{arguments}");
        }
    }

    #[test]
    fn a_case_that_there_is_not_is_an_error() {
        let chosen = |arguments| of(arguments).expect("right").chosen(keys());
        assert_eq!(chosen("").expect("all").len(), 2);
        assert_eq!(chosen("--case ours").expect("one").len(), 1);
        let error = chosen("--case ours --case other").expect_err("none is called so");
        assert!(error.starts_with("no case is called other."), "{error}");
        assert!(error.contains("shapes: text\noperations: json-encode\nwho: ours, limit"));
    }

    #[test]
    fn the_help_has_every_option() {
        for option in [
            "--case", "--rounds", "--quick", "--out", "--list", "--repeat",
        ] {
            assert!(HELP.contains(&format!("\n  {option} ")), "{option}");
        }
    }
}
