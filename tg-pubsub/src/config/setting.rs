//! One setting: its name, its flag, its variable, what it takes.

use tg_schema::pubsub::{BackendOptions, Error, OptionKind, OptionSpec, OptionValue};

use super::tables;

/// A setting of [`PubSubConfig`](super::PubSubConfig).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Name in code: `mqtt.host`.
    pub name: &'static str,
    /// Name on a command line, without the dashes: `mqtt-host`.
    pub flag: &'static str,
    /// Environment variable: `MQTT_HOST`.
    pub env: &'static str,
    /// What it is where it is not set.
    pub default: Option<&'static str>,
    /// What values it takes.
    pub kind: OptionKind,
    /// Whether it is never shown.
    pub secret: bool,
    /// What it is, for help.
    pub doc: &'static str,
}

impl Setting {
    /// Every setting: the general ones, then those of each backend.
    pub fn all() -> impl Iterator<Item = Setting> {
        let backends = tables::BACKENDS.iter().flat_map(|b| b.settings);
        tables::GENERAL.iter().chain(backends).copied()
    }

    /// By its name in code.
    pub fn find(name: &str) -> Option<Setting> {
        Setting::all().find(|s| s.name == name)
    }

    pub(super) fn default_value(&self) -> Option<OptionValue> {
        let text = self.default?.to_owned();
        self.read(&OptionValue::Text(text), self.name).ok()
    }

    /// Brings a value to the setting's kind. An error names `place` and shows no secret.
    pub(super) fn read(&self, value: &OptionValue, place: &str) -> Result<OptionValue, Error> {
        let mut one = BackendOptions::new();
        one.set("setting.value", value.clone());
        let spec = OptionSpec {
            name: "value",
            kind: self.kind,
            doc: self.doc,
        };
        let read = one.of("setting", &[spec]);
        match read.map(|mut given| given.remove("value")) {
            Ok(Some(value)) => Ok(value),
            Ok(None) => Err(self.invalid(place, "no value".to_owned())),
            Err(Error::InvalidOption { .. }) if self.secret => {
                Err(self.invalid(place, "not a value that this setting takes".to_owned()))
            }
            Err(Error::InvalidOption { message, .. }) => Err(self.invalid(place, message)),
            Err(e) => Err(e),
        }
    }

    fn invalid(&self, place: &str, message: String) -> Error {
        Error::InvalidOption {
            name: place.to_owned(),
            message,
        }
    }
}

/// A URL without the user and the password in it.
pub(super) fn without_userinfo(value: &OptionValue) -> String {
    let OptionValue::Text(text) = value else {
        return value.to_string();
    };
    let hidden: Vec<_> = text
        .split(',')
        .map(|url| match url.split_once("://") {
            Some((scheme, rest)) => {
                let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
                match rest.get(..end).and_then(|authority| authority.rfind('@')) {
                    Some(at) => format!("{scheme}://***{}", rest.get(at..).unwrap_or_default()),
                    None => url.to_owned(),
                }
            }
            None => url.to_owned(),
        })
        .collect();
    format!("{:?}", hidden.join(","))
}
