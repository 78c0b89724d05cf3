//! The settings as flags of a command line.

use std::ffi::OsString;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};
use tg_schema::pubsub::{OptionKind, OptionValue};

use super::setting::utf8;
use super::{PubSubConfig, Setting, tables};

const OPTION: &str = "pubsub-option";

/// The settings as flags, to flatten into a parser. A flag wins over its environment variable, and that over the
/// default.
///
/// ```
/// use clap::Parser;
/// use tg_pubsub::PubSubArgs;
///
/// #[derive(Parser)]
/// struct Arguments {
///     #[command(flatten)]
///     pubsub: PubSubArgs,
/// }
///
/// let arguments = Arguments::parse_from(["service", "--pubsub-backend", "memory"]);
/// assert_eq!(arguments.pubsub.config().backend(), "memory");
/// ```
#[derive(Clone, Debug, Default)]
pub struct PubSubArgs {
    config: PubSubConfig,
}

impl PubSubArgs {
    /// What was given.
    pub fn config(&self) -> &PubSubConfig {
        &self.config
    }
    /// What was given.
    pub fn into_config(self) -> PubSubConfig {
        self.config
    }
}

impl From<PubSubArgs> for PubSubConfig {
    fn from(args: PubSubArgs) -> Self {
        args.config
    }
}

fn arg(setting: Setting) -> Arg {
    let mut help = setting.doc.to_owned();
    if setting.name == "pubsub.backend" {
        let names: Vec<_> = tables::BACKENDS.iter().map(|b| b.name).collect();
        help = format!("{help}: {}", names.join(", "));
    }
    if let Some(default) = setting
        .default
        .filter(|_| setting.kind != OptionKind::Boolean)
    {
        help = format!("{help} [default: {default}]");
    }
    let arg = Arg::new(setting.flag)
        .long(setting.flag)
        .env(setting.env)
        // The parser's own word on what is not UTF-8 names neither flag nor variable.
        .value_parser(value_parser!(OsString))
        .hide_env_values(true)
        .help(help)
        .help_heading("Broker");
    match setting.kind {
        OptionKind::Boolean => arg
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_name("true|false"),
        OptionKind::Integer { .. } => arg.value_name("NUMBER"),
        _ if setting.secret => arg.value_name("SECRET"),
        _ => arg.value_name("TEXT"),
    }
}

impl Args for PubSubArgs {
    fn augment_args(command: Command) -> Command {
        let option = Arg::new(OPTION)
            .long(OPTION)
            .env(tables::OPTIONS_ENV)
            .hide_env_values(true)
            .value_parser(value_parser!(OsString))
            .value_delimiter(',')
            .action(ArgAction::Append)
            .value_name("BACKEND.NAME=VALUE")
            .help("Option of one backend for every producer and consumer; may be repeated")
            .help_heading("Broker");
        command.args(Setting::all().map(arg)).arg(option)
    }
    fn augment_args_for_update(command: Command) -> Command {
        PubSubArgs::augment_args(command)
    }
}

impl FromArgMatches for PubSubArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut args = PubSubArgs::default();
        args.update_from_arg_matches(matches)?;
        Ok(args)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        let invalid = |e: tg_schema::pubsub::Error| {
            clap::Error::raw(clap::error::ErrorKind::ValueValidation, e)
        };
        for setting in Setting::all() {
            let from_env = matches.value_source(setting.flag) == Some(ValueSource::EnvVariable);
            let Some(value) = matches.get_one::<OsString>(setting.flag) else {
                continue;
            };
            if from_env && value.is_empty() {
                continue;
            }
            let place = match from_env {
                true => setting.env.to_owned(),
                false => format!("--{}", setting.flag),
            };
            let text = utf8(value, &place).map_err(invalid)?.to_owned();
            let value = setting
                .read(&OptionValue::Text(text), &place)
                .map_err(invalid)?;
            self.config.values.insert(setting.name.to_owned(), value);
        }
        let place = match matches.value_source(OPTION) {
            Some(ValueSource::EnvVariable) => tables::OPTIONS_ENV,
            _ => "--pubsub-option",
        };
        for pair in matches.get_many::<OsString>(OPTION).into_iter().flatten() {
            let pair = utf8(pair, place).map_err(invalid)?;
            if !pair.trim().is_empty() {
                self.config
                    .put_option(pair.trim(), place)
                    .map_err(invalid)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<PubSubConfig, String> {
        let command = PubSubArgs::augment_args(Command::new("service"));
        let arguments = std::iter::once(&"service").chain(arguments);
        let matches = command
            .try_get_matches_from(arguments)
            .map_err(|e| e.to_string())?;
        let args = PubSubArgs::from_arg_matches(&matches).map_err(|e| e.to_string())?;
        Ok(args.into_config())
    }

    #[test]
    fn flags() {
        let config = parse(&[
            "--pubsub-backend=mqtt",
            "--mqtt-port",
            "99",
            "--pubsub-strict",
            "--mqtt-tls=false",
            "--pubsub-option",
            "mqtt.inflight=10",
        ])
        .expect("flags");
        assert_eq!(config.backend(), "mqtt");
        assert_eq!(config.integer("mqtt.port"), Some(99));
        assert!(config.strict());
        assert_eq!(config.boolean("mqtt.tls"), Some(false));
        assert_eq!(config.options().iter().count(), 1);
    }

    #[test]
    fn flags_that_are_yes_or_no_take_the_usual_words() {
        for (text, meant) in [("1", true), ("on", true), ("0", false), ("no", false)] {
            let config = parse(&[&format!("--pubsub-strict={text}")]).expect(text);
            assert_eq!(config.strict(), meant, "{text}");
        }
        let error = parse(&["--pubsub-strict=maybe"]).expect_err("neither");
        assert!(
            error.contains("--pubsub-strict: expected true or false"),
            "{error}"
        );
    }

    #[test]
    fn wrong_flags_are_named() {
        let error = parse(&["--mqtt-port", "x"]).expect_err("no number");
        assert!(
            error.contains("--mqtt-port: expected a whole number from 1 to 65535"),
            "{error}"
        );
        let error = parse(&["--pubsub-option", "x"]).expect_err("no option");
        assert!(error.contains("expected backend.name=value"), "{error}");
    }

    #[test]
    fn a_wrong_value_is_told_as_any_other_usage_error() {
        let mut command = PubSubArgs::augment_args(Command::new("service"));
        let matches = command.try_get_matches_from_mut(["service", "--mqtt-port", "x"]);
        let error = PubSubArgs::from_arg_matches(&matches.expect("it is looked at later"));
        let told = error.expect_err("no number").format(&mut command);
        let usage = "found \"x\"\n\nUsage: service";
        assert!(told.to_string().contains(usage), "{told}");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_not_utf_8_is_named() {
        use std::os::unix::ffi::OsStringExt;

        for flag in ["--mqtt-password", "--pubsub-option"] {
            let command = PubSubArgs::augment_args(Command::new("service"));
            let value = OsString::from_vec(b"mqtt.x=hunter2\xff".to_vec());
            let matches = command.try_get_matches_from(["service".into(), flag.into(), value]);
            let error = PubSubArgs::from_arg_matches(&matches.expect("it is looked at later"));
            let told = error.expect_err("not UTF-8").to_string();
            let expected = format!("{flag}: expected text in UTF-8");
            assert!(
                told.contains(&expected) && !told.contains("hunter2"),
                "{told}"
            );
        }
    }

    #[test]
    fn options_of_the_environment_are_named_as_such() {
        // A variable that is there, and is no option.
        let command = PubSubArgs::augment_args(Command::new("service"));
        let command = command.mut_arg(OPTION, |arg| arg.env("PATH"));
        let matches = command.try_get_matches_from(["service"]);
        let matches = matches.expect("it is looked at later");
        let error = PubSubArgs::from_arg_matches(&matches).expect_err("no option");
        let text = error.to_string();
        assert!(text.contains("PUBSUB_OPTIONS: expected"), "{text}");
        assert!(!text.contains("--pubsub-option"), "{text}");
    }

    #[test]
    fn help_has_every_setting_and_no_secret() {
        let mut command = PubSubArgs::augment_args(Command::new("service"));
        let help = command.render_long_help().to_string();
        for setting in Setting::all() {
            assert!(
                help.contains(&format!("--{}", setting.flag)),
                "{}",
                setting.flag
            );
            assert!(
                help.contains(&format!("[env: {}]", setting.env)),
                "{}",
                setting.env
            );
        }
    }
}
