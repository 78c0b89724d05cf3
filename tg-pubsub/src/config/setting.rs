//! One setting: its name, its flag, its variable, what it takes.

use std::ffi::OsStr;

use tg_schema::pubsub::{Error, OptionKind, OptionValue};

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
        let address = match value {
            OptionValue::Text(text) => text.contains('@') || text.contains("://"),
            _ => false,
        };
        if address && self.is_host() {
            let expected = "expected a host name or an IP address alone; user, password, port and TLS have \
                            settings of their own";
            return Err(self.invalid(place, expected.to_owned()));
        }
        self.kind.read(value).map_err(|message| {
            let message = match self.secret || address {
                true => "not a value that this setting takes".to_owned(),
                false => message,
            };
            self.invalid(place, message)
        })
    }

    /// Whether it is a host, without anything around it.
    fn is_host(&self) -> bool {
        matches!(self.name, "mqtt.host" | "rabbitmq.host")
    }

    fn invalid(&self, place: &str, message: String) -> Error {
        Error::InvalidOption {
            name: place.to_owned(),
            message,
        }
    }
}

/// What the operating system gives as text. What is none is not shown, since it may be a secret.
pub(super) fn utf8<'a>(value: &'a OsStr, place: &str) -> Result<&'a str, Error> {
    value.to_str().ok_or_else(|| Error::InvalidOption {
        name: place.to_owned(),
        message: "expected text in UTF-8".to_owned(),
    })
}

/// A value for people: of an address only the scheme and what follows the user and the password.
///
/// A password may hold any character, also such as end it in a well-formed URL. So the last `@` of the whole text
/// ends it, and nothing of a query is shown.
pub(super) fn without_userinfo(value: &OptionValue) -> String {
    let OptionValue::Text(text) = value else {
        return value.to_string();
    };
    format!("{:?}", hide(text))
}

fn hide(text: &str) -> String {
    let (front, tail) = match text.rsplit_once('@') {
        Some((front, tail)) => (Some(front), tail),
        None => (None, text),
    };
    let (shown, query) = match tail.split_once(['?', '#']) {
        Some((shown, _)) => (shown, "?***"),
        None => (tail, ""),
    };
    let Some(front) = front else {
        return format!("{shown}{query}");
    };
    let scheme = front.split_once("://").map(|(scheme, _)| scheme);
    let scheme = match scheme.filter(|s| is_scheme(s)) {
        Some(scheme) => format!("{scheme}://"),
        None => String::new(),
    };
    // Where a query began before, what follows may be a part of it.
    match front.contains(['?', '#']) {
        true => format!("{scheme}***"),
        false => format!("{scheme}***@{shown}{query}"),
    }
}

fn is_scheme(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    !text.is_empty() && text.bytes().all(fits)
}
