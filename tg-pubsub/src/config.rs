//! Which broker, and how to reach it: flags and environment variables into [`PubSubConfig`].
//!
//! Every setting stands once, in a table: `tables`. Flags, environment variables, defaults, help and what `Debug`
//! hides all come from there.

#[cfg(feature = "clap")]
mod args;
mod setting;
mod tables;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::time::Duration;

use tg_schema::pubsub::{BackendOptions, Error, OptionValue};

#[cfg(feature = "clap")]
pub use args::PubSubArgs;
pub use setting::Setting;
pub use tables::{BACKENDS, GENERAL, Known};

use crate::factory::is_name;

/// Which backend is used, and its settings. What is not set has the default of its [`Setting`].
///
/// ```
/// use tg_pubsub::PubSubConfig;
///
/// let config = PubSubConfig::new("mqtt").with("mqtt.host", "broker.example")?.with("mqtt.password", "secret")?;
/// assert_eq!(config.text("mqtt.host").as_deref(), Some("broker.example"));
/// assert_eq!(config.integer("mqtt.port"), Some(1883));
/// assert!(!format!("{config:?}").contains("secret"));
/// # Ok::<(), tg_schema::pubsub::Error>(())
/// ```
///
/// The default is the backend `pulsar` at `pulsar://localhost:6650`, so that a deployment that sets nothing keeps
/// working. A program that needs no server asks for [`PubSubConfig::memory`].
#[derive(Clone, Default, PartialEq)]
pub struct PubSubConfig {
    values: BTreeMap<String, OptionValue>,
    options: BackendOptions,
}

impl PubSubConfig {
    /// A backend by its name, with the defaults of its settings.
    pub fn new(backend: impl Into<String>) -> Self {
        let mut config = PubSubConfig::default();
        config.values.insert(
            "pubsub.backend".to_owned(),
            OptionValue::Text(backend.into()),
        );
        config
    }

    /// The backend inside this process, which needs no server.
    pub fn memory() -> Self {
        PubSubConfig::new("memory")
    }

    /// What the environment says. A variable that is empty counts as not set.
    ///
    /// # Errors
    /// [`Error::InvalidOption`]: a variable holds what its setting does not take, or is not UTF-8. Its text names the
    /// variable, and holds no secret.
    pub fn from_env() -> Result<Self, Error> {
        PubSubConfig::from_os(|name| std::env::var_os(name))
    }

    fn from_os(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let mut texts = BTreeMap::new();
        let names = Setting::all().map(|setting| setting.env);
        for name in names.chain([tables::OPTIONS_ENV]) {
            if let Some(value) = variable(name) {
                texts.insert(name, setting::utf8(&value, name)?.to_owned());
            }
        }
        PubSubConfig::from_variables(|name| texts.get(name).cloned())
    }

    /// What these variables say; [`PubSubConfig::from_env`] asks the environment for them.
    ///
    /// # Errors
    /// As [`PubSubConfig::from_env`].
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let mut config = PubSubConfig::default();
        for setting in Setting::all() {
            match variable(setting.env) {
                Some(text) if !text.is_empty() => config.put(&setting, &text, setting.env)?,
                _ => {}
            }
        }
        if let Some(text) = variable(tables::OPTIONS_ENV) {
            for pair in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
                config.put_option(pair, tables::OPTIONS_ENV)?;
            }
        }
        Ok(config)
    }

    /// With a setting, by its name: `mqtt.host`.
    ///
    /// # Errors
    /// [`Error::InvalidOption`]: there is no such setting, or it does not take this value.
    pub fn with(mut self, name: &str, value: impl Into<OptionValue>) -> Result<Self, Error> {
        let Some(setting) = Setting::find(name) else {
            let names: Vec<_> = Setting::all().map(|s| s.name).collect();
            // A value in the place of a name may be a secret.
            let shown = if is_name(name) { name } else { "setting" };
            return Err(Error::InvalidOption {
                name: shown.to_owned(),
                message: format!("no such setting; there are: {}", names.join(", ")),
            });
        };
        let value = setting.read(&value.into(), name)?;
        self.values.insert(setting.name.to_owned(), value);
        Ok(self)
    }

    /// With an option for every producer and consumer of one backend: `mqtt.keep-alive`. Options that are given to
    /// one of them win.
    #[must_use]
    pub fn option(mut self, name: impl Into<String>, value: impl Into<OptionValue>) -> Self {
        self.options.set(name, value);
        self
    }

    /// Name of the backend.
    pub fn backend(&self) -> String {
        self.text("pubsub.backend").unwrap_or_default()
    }
    /// Whether every downgrade is an error.
    pub fn strict(&self) -> bool {
        self.boolean("pubsub.strict").unwrap_or(false)
    }
    /// Which instance of the program this is; the same after a restart. The host's name where it is not set.
    pub fn instance_id(&self) -> Option<String> {
        self.text("pubsub.instance-id")
    }
    /// Options for every producer and consumer.
    pub fn options(&self) -> &BackendOptions {
        &self.options
    }

    /// A setting, or its default.
    pub fn get(&self, name: &str) -> Option<OptionValue> {
        match self.values.get(name) {
            Some(value) => Some(value.clone()),
            None => Setting::find(name)?.default_value(),
        }
    }
    /// A setting that is a text.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            OptionValue::Text(text) => Some(text),
            _ => None,
        }
    }
    /// A setting that is a whole number.
    pub fn integer(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            OptionValue::Integer(number) => Some(number),
            _ => None,
        }
    }
    /// A setting that is yes or no.
    pub fn boolean(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            OptionValue::Boolean(yes) => Some(yes),
            _ => None,
        }
    }
    /// A setting that is a time.
    pub fn duration(&self, name: &str) -> Option<Duration> {
        match self.get(name)? {
            OptionValue::Duration(time) => Some(time),
            _ => None,
        }
    }

    fn put(&mut self, setting: &Setting, text: &str, place: &str) -> Result<(), Error> {
        let value = setting.read(&OptionValue::Text(text.to_owned()), place)?;
        self.values.insert(setting.name.to_owned(), value);
        Ok(())
    }

    fn put_option(&mut self, pair: &str, place: &str) -> Result<(), Error> {
        match pair.split_once('=') {
            Some((name, value)) if name.contains('.') && is_name(name.trim()) => {
                self.options.set(name.trim(), value.trim());
                Ok(())
            }
            _ => Err(Error::InvalidOption {
                name: place.to_owned(),
                // What was found may be a secret, or the end of one with a comma.
                message:
                    "expected backend.name=value, and found something else; a value holds no comma"
                        .to_owned(),
            }),
        }
    }
}

impl fmt::Debug for PubSubConfig {
    /// Secrets are `***`; so are settings that no table knows. [`BackendOptions`] hides the texts of options.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (name, value) in &self.values {
            match Setting::find(name) {
                Some(setting) if !setting.secret => {
                    map.entry(name, &setting::without_userinfo(value))
                }
                _ => map.entry(name, &"***"),
            };
        }
        if !self.options.is_empty() {
            map.entry(&"options", &self.options);
        }
        map.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(pairs: &[(&str, &str)]) -> Result<PubSubConfig, Error> {
        PubSubConfig::from_variables(|name| {
            pairs
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, v)| (*v).to_owned())
        })
    }

    #[test]
    fn nothing_set_is_the_original_default() {
        let config = from(&[]).expect("defaults");
        assert_eq!(config.backend(), "pulsar");
        assert_eq!(
            config.text("pulsar.host").as_deref(),
            Some("pulsar://localhost:6650")
        );
        assert_eq!(config.text("pulsar.api-key"), None);
        assert_eq!(config.text("mqtt.host").as_deref(), Some("localhost"));
        assert_eq!(config.integer("mqtt.port"), Some(1883));
        assert!(!config.strict());
    }

    #[test]
    fn variables_are_read_and_empty_ones_are_not_set() {
        let config = from(&[
            ("PUBSUB_BACKEND", "mqtt"),
            ("MQTT_PORT", "8883"),
            ("MQTT_USERNAME", ""),
            ("PUBSUB_STRICT", "true"),
            ("PUBSUB_OPTIONS", "mqtt.keep-alive=5s, mqtt.inflight=10"),
        ])
        .expect("settings");
        assert_eq!(config.backend(), "mqtt");
        assert_eq!(config.integer("mqtt.port"), Some(8883));
        assert_eq!(config.text("mqtt.username"), None);
        assert!(config.strict());
        assert_eq!(config.options().iter().count(), 2);
    }

    #[test]
    fn variables_that_are_yes_or_no_take_the_usual_words() {
        for setting in Setting::all().filter(|s| s.kind == tg_schema::pubsub::OptionKind::Boolean) {
            for (text, meant) in [
                ("1", true),
                ("true", true),
                ("yes", true),
                ("ON", true),
                ("0", false),
                ("False", false),
                ("no", false),
                ("off", false),
            ] {
                let config = from(&[(setting.env, text)]).expect(text);
                assert_eq!(config.boolean(setting.name), Some(meant), "{text}");
            }
            let wrong = from(&[(setting.env, "maybe")]).expect_err("neither");
            let expected = format!("{}: expected true or false", setting.env);
            assert!(wrong.to_string().starts_with(&expected), "{wrong}");
        }
    }

    #[test]
    fn wrong_values_name_the_variable_and_hide_secrets() {
        let wrong = from(&[("MQTT_PORT", "80000")]).expect_err("a port");
        assert_eq!(
            wrong.to_string(),
            "MQTT_PORT: expected a whole number from 1 to 65535, found 80000"
        );
        let wrong = from(&[("PUBSUB_OPTIONS", "keep-alive")]).expect_err("an option");
        assert_eq!(
            wrong.to_string(),
            "PUBSUB_OPTIONS: expected backend.name=value, and found something else; a value holds no comma"
        );
        let unknown = PubSubConfig::memory()
            .with("mqtt.hots", "x")
            .expect_err("no setting");
        assert!(unknown.to_string().contains("mqtt.host"), "{unknown}");
    }

    #[test]
    fn debug_hides_secrets() {
        let config = from(&[
            ("PULSAR_API_KEY", "token-1"),
            ("MQTT_PASSWORD", "word-2"),
            ("RABBITMQ_PASSWORD", "word-3"),
            ("REDIS_URL", "redis://user:word-4@host:6379"),
            ("KAFKA_SASL_PASSWORD", "word-5"),
            ("SCHEMA_REGISTRY_URL", "http://user:word-6@host"),
        ])
        .expect("settings");
        let text = format!("{config:?}");
        for secret in ["token-1", "word-2", "word-3", "word-4", "word-5", "word-6"] {
            assert!(!text.contains(secret), "{text}");
        }
        assert!(text.contains("***@host"), "{text}");
    }

    #[test]
    fn debug_hides_passwords_of_any_form() {
        for (address, shown) in [
            ("redis://u:hun,ter2@host", "\"redis://***@host\""),
            ("redis://u:hun/ter2@host:1/0", "\"redis://***@host:1/0\""),
            ("redis://u:hunter2@", "\"redis://***@\""),
            ("u:hun/ter2@", "\"***@\""),
            ("u:hunter2@host", "\"***@host\""),
            ("redis://a:x@b,redis://c:hunter2@d", "\"redis://***@d\""),
            ("redis://u:hunter2?x@host", "\"redis://***\""),
            ("redis://host/?user=a@b&password=hunter2", "\"redis://***\""),
            ("redis://host/0?password=hunter2", "\"redis://host/0?***\""),
            (
                "redis://u:p@host/0?password=hunter2",
                "\"redis://***@host/0?***\"",
            ),
            ("hun://ter2:x://y@host", "\"hun://***@host\""),
            ("redis://a:1,redis://b:2", "\"redis://a:1,redis://b:2\""),
        ] {
            let value = OptionValue::Text(address.to_owned());
            assert_eq!(setting::without_userinfo(&value), shown, "{address}");
            let config = from(&[("REDIS_URL", address)]).expect("a setting");
            let text = format!("{config:?}");
            assert!(
                !text.contains("hunter2") && !text.contains("ter2@"),
                "{text}"
            );
        }
    }

    #[test]
    fn debug_shows_no_text_of_an_option() {
        let config = from(&[(
            "PUBSUB_OPTIONS",
            "mqtt.password=hunter2,third.url=x://u:hunter2@h",
        )]);
        let config = config.expect("options").option("mqtt.inflight", 7_i64);
        let text = format!("{config:?}");
        assert!(!text.contains("hunter2"), "{text}");
        assert!(
            text.contains("mqtt.password") && text.contains('7'),
            "{text}"
        );
    }

    #[test]
    fn errors_repeat_no_secret() {
        for (variable, value) in [
            ("PUBSUB_OPTIONS", "hunter2secret"),
            ("PUBSUB_OPTIONS", "mqtt.password=a,hunter2"),
            ("PUBSUB_OPTIONS", "hunter2=x"),
            ("PUBSUB_OPTIONS", "redis://u:hunter2@h.example=x"),
            ("MQTT_HOST", "mqtt://user:hunter2@host"),
            ("MQTT_HOST", "user:hunter2@host"),
            ("MQTT_HOST", "mqtt://hunter2"),
            ("RABBITMQ_HOST", "amqp://user:hunter2@host"),
            ("MQTT_PORT", "mqtt://user:hunter2@host"),
        ] {
            let error = from(&[(variable, value)]).expect_err(value).to_string();
            assert!(error.starts_with(variable), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
        let error = PubSubConfig::memory().with("redis://u:hunter2@h", "x");
        let error = error.expect_err("no setting").to_string();
        assert!(!error.contains("hunter2"), "{error}");
        let error = PubSubConfig::new("mqtt").with("mqtt.host", "u:hunter2@h");
        let error = error.expect_err("no host").to_string();
        assert!(
            error.starts_with("mqtt.host: ") && !error.contains("hunter2"),
            "{error}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_no_text_is_named_and_not_guessed_at() {
        use std::os::unix::ffi::OsStringExt;

        for variable in ["MQTT_PASSWORD", "PUBSUB_BACKEND", "PUBSUB_OPTIONS"] {
            let value = OsString::from_vec(b"hunter2\xff".to_vec());
            let found = PubSubConfig::from_os(|name| (name == variable).then(|| value.clone()));
            let error = found.expect_err("not UTF-8").to_string();
            assert_eq!(error, format!("{variable}: expected text in UTF-8"));
        }
    }

    #[test]
    fn names_flags_and_variables_are_unique_and_defaults_fit() {
        let all: Vec<_> = Setting::all().collect();
        for field in [
            |s: &Setting| s.name,
            |s: &Setting| s.flag,
            |s: &Setting| s.env,
        ] {
            let mut names: Vec<_> = all.iter().map(field).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all.len());
        }
        for setting in all {
            if let Some(text) = setting.default {
                let read = setting.read(&OptionValue::Text(text.to_owned()), setting.name);
                assert!(read.is_ok(), "{}: {read:?}", setting.name);
            }
        }
    }
}
