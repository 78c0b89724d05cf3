//! The name of a backend into a backend.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tg_schema::pubsub::{Error, PubSubBackend};

use crate::PubSub;
use crate::config::{BACKENDS, PubSubConfig};
use crate::pubsub::PubSubBuilder;

/// What makes a backend from its settings. It connects to nothing yet.
pub type Create = dyn Fn(&PubSubConfig) -> Result<Arc<dyn PubSubBackend>, Error> + Send + Sync;

/// Backends of third parties.
static REGISTERED: Mutex<BTreeMap<String, Arc<Create>>> = Mutex::new(BTreeMap::new());

/// Backends that are compiled in.
const COMPILED: &[(&str, &Create)] = &[
    #[cfg(feature = "memory")]
    ("memory", &memory),
    #[cfg(feature = "mqtt")]
    ("mqtt", &mqtt),
    #[cfg(feature = "pulsar")]
    ("pulsar", &pulsar),
];

/// The backend that the configuration names. It connects when the first producer or consumer is created.
///
/// ```
/// # #[cfg(feature = "memory")] {
/// use tg_pubsub::{PubSubConfig, get_pubsub};
///
/// let backend = get_pubsub(&PubSubConfig::memory())?;
/// assert_eq!(backend.name(), "memory");
/// # }
/// # Ok::<(), tg_schema::pubsub::Error>(())
/// ```
///
/// # Errors
/// [`Error::Unsupported`]: the backend is not compiled in, or there is none of this name; the text says which there
/// are. [`Error::InvalidOption`]: a setting does not fit.
pub fn get_pubsub(config: &PubSubConfig) -> Result<Arc<dyn PubSubBackend>, Error> {
    let name = config.backend();
    let registered = REGISTERED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&name)
        .cloned();
    let compiled = || COMPILED.iter().find(|(n, _)| *n == name).map(|(_, c)| *c);
    match registered.as_deref().or_else(compiled) {
        Some(create) => create(config),
        None => Err(absent(&name)),
    }
}

impl PubSub {
    /// A handle of the backend that the configuration names, as strict as that says and with its options.
    ///
    /// # Errors
    /// As [`get_pubsub`].
    pub fn from_config(config: &PubSubConfig) -> Result<PubSub, Error> {
        Ok(PubSub::configured(config)?.build())
    }
    /// The same, in the making: metrics and policies can be added.
    ///
    /// # Errors
    /// As [`get_pubsub`].
    pub fn configured(config: &PubSubConfig) -> Result<PubSubBuilder, Error> {
        let known = BACKENDS.iter().map(|b| b.name.to_owned());
        Ok(PubSub::builder(get_pubsub(config)?)
            .strict(config.strict())
            .option_prefixes(known.chain(backends()))
            .options(config.options().clone()))
    }
}

#[cfg(feature = "memory")]
fn memory(config: &PubSubConfig) -> Result<Arc<dyn PubSubBackend>, Error> {
    use tg_pubsub_memory::Memory;
    let memory = match config.text("memory.instance") {
        Some(name) => Memory::named(&name, None).map_err(|error| match error {
            // As it is set here.
            Error::InvalidOption { message, .. } => Error::InvalidOption {
                name: "memory.instance".to_owned(),
                message,
            },
            error => error,
        })?,
        None => Memory::new(),
    };
    Ok(Arc::new(memory))
}

#[cfg(feature = "mqtt")]
fn mqtt(config: &PubSubConfig) -> Result<Arc<dyn PubSubBackend>, Error> {
    use tg_pubsub_mqtt::{Mqtt, MqttConfig, Pem, Tls};
    let host = config.text("mqtt.host").unwrap_or_default();
    let port = config
        .integer("mqtt.port")
        .and_then(|p| u16::try_from(p).ok());
    let mut mqtt = MqttConfig::new(host, port.unwrap_or(1883));
    mqtt.username = config.text("mqtt.username");
    mqtt.password = config.text("mqtt.password");
    mqtt.instance = config.instance_id();
    let authorities = config
        .text("mqtt.ca-file")
        .map(|path| Pem::File(path.into()));
    if config.boolean("mqtt.tls") == Some(true) {
        let mut tls = Tls::default();
        tls.authorities = authorities;
        mqtt.tls = Some(tls);
    } else if authorities.is_some() {
        return Err(Error::InvalidOption {
            name: "mqtt.ca-file".to_owned(),
            message: "it is of no use without TLS; set --mqtt-tls or MQTT_TLS=true".to_owned(),
        });
    }
    let has_file = config.text("mqtt.ca-file").is_some();
    let mqtt = Mqtt::new(mqtt).map_err(|error| match error {
        // Of encryption, this is what can be set here.
        Error::InvalidOption { name, message } if has_file && name.starts_with("mqtt.tls") => {
            Error::InvalidOption {
                name: "mqtt.ca-file".to_owned(),
                message,
            }
        }
        error => error,
    })?;
    Ok(Arc::new(mqtt))
}

#[cfg(feature = "pulsar")]
fn pulsar(config: &PubSubConfig) -> Result<Arc<dyn PubSubBackend>, Error> {
    use tg_pubsub_pulsar::{Pem, Pulsar, PulsarConfig};
    let mut pulsar = PulsarConfig::new(config.text("pulsar.host").unwrap_or_default());
    pulsar.token = config.text("pulsar.api-key");
    pulsar.listener = config.text("pulsar.listener");
    pulsar.authorities = config
        .text("pulsar.ca-file")
        .map(|path| Pem::File(path.into()));
    pulsar.admin_url = config.text("pulsar.admin-url");
    Ok(Arc::new(Pulsar::new(pulsar)?))
}

/// Makes a backend of a third party known under a name. A name that was there before, also one of ours, is replaced.
///
/// ```
/// use std::sync::Arc;
/// use tg_pubsub::{PubSubConfig, get_pubsub, register_backend};
/// use tg_pubsub_memory::Memory;
///
/// let broker = Memory::new();
/// register_backend("mine", move |_config| Ok(Arc::new(broker.another())));
/// assert!(get_pubsub(&PubSubConfig::new("mine")).is_ok());
/// ```
pub fn register_backend(
    name: impl Into<String>,
    create: impl Fn(&PubSubConfig) -> Result<Arc<dyn PubSubBackend>, Error> + Send + Sync + 'static,
) {
    let replaced = REGISTERED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(name.into(), Arc::new(create));
    // Outside the lock: what it holds is its own affair.
    drop(replaced);
}

/// Names that [`get_pubsub`] takes in this build, sorted.
pub fn backends() -> Vec<String> {
    let registered = REGISTERED.lock().unwrap_or_else(PoisonError::into_inner);
    let mut names: Vec<String> = registered.keys().cloned().collect();
    names.extend(COMPILED.iter().map(|(n, _)| (*n).to_owned()));
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether a text can be shown as the name of something: an address with a password in it cannot be one.
pub(crate) fn is_name(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    (1..=64).contains(&text.len()) && text.bytes().all(plain)
}

fn absent(name: &str) -> Error {
    let there = match backends() {
        names if names.is_empty() => "none".to_owned(),
        names => names.join(", "),
    };
    let choose = "choose one by --pubsub-backend or PUBSUB_BACKEND";
    let needs_none = "`memory` needs no server";
    let (feature, hint) = match BACKENDS.iter().find(|b| b.name == name) {
        Some(known) if known.written => (
            format!("the backend `{name}` is not compiled in"),
            format!(
                "build tg-pubsub with the cargo feature `{name}`, or {choose}; this build has: {there}; {needs_none}"
            ),
        ),
        Some(_) => (
            format!("this version has no backend `{name}`"),
            format!(
                "{choose}; this build has: {there}; {needs_none}; `register_backend` adds others"
            ),
        ),
        None => {
            let known: Vec<_> = BACKENDS.iter().map(|b| b.name).collect();
            (
                match is_name(name) {
                    true => format!("there is no backend `{name}`"),
                    // An address in the place of a name may hold a password.
                    false => "there is no backend of the name that is set, which is no plain word"
                        .to_owned(),
                },
                format!(
                    "known are: {}; this build has: {there}; {choose}; {needs_none}",
                    known.join(", ")
                ),
            )
        }
    };
    Error::Unsupported {
        feature,
        backend: "tg-pubsub".to_owned(),
        hint,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(backend: &str) -> String {
        match get_pubsub(&PubSubConfig::new(backend)) {
            Ok(_) => panic!("{backend} is there"),
            Err(e) => e.to_string(),
        }
    }

    #[cfg(not(feature = "pulsar"))]
    #[test]
    fn what_is_not_compiled_in_names_the_feature_and_memory() {
        let text = refused("pulsar");
        assert!(
            text.contains("the backend `pulsar` is not compiled in"),
            "{text}"
        );
        assert!(text.contains("the cargo feature `pulsar`"), "{text}");
        assert!(text.contains("`memory` needs no server"), "{text}");
    }

    #[test]
    fn what_is_not_written_yet_names_no_feature_that_cargo_does_not_know() {
        for name in ["kafka", "rabbitmq", "redis"] {
            let text = refused(name);
            let absent = format!("this version has no backend `{name}`");
            assert!(text.contains(&absent), "{text}");
            assert!(!text.contains("cargo feature"), "{text}");
            assert!(text.contains("`memory` needs no server"), "{text}");
        }
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        let text = refused("carrier-pigeon");
        assert!(
            text.contains("memory, pulsar, mqtt, kafka, rabbitmq, redis"),
            "{text}"
        );
    }

    #[test]
    fn what_is_no_name_is_not_shown() {
        for wrong in ["redis://u:hunter2@h", "hunter2 ", "", &"hunter2".repeat(99)] {
            let text = refused(wrong);
            assert!(!text.contains("hunter2"), "{text}");
            assert!(text.contains("memory, pulsar, mqtt"), "{text}");
        }
    }

    #[cfg(feature = "mqtt")]
    #[test]
    fn a_file_of_certificates_is_looked_at_and_named_as_it_was_set() {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        for (file, why) in [
            ("/no/such/file", "cannot be read"),
            (manifest, "no certificate"),
        ] {
            let config = PubSubConfig::new("mqtt").with("mqtt.tls", true);
            let config = config.and_then(|config| config.with("mqtt.ca-file", file));
            let text = match get_pubsub(&config.expect("settings")) {
                Ok(_) => panic!("{file} was taken"),
                Err(e) => e.to_string(),
            };
            assert!(text.starts_with("mqtt.ca-file: "), "{text}");
            assert!(text.contains(why), "{text}");
        }
    }

    #[cfg(feature = "memory")]
    #[test]
    fn an_empty_name_of_a_broker_in_memory_is_named_as_it_was_set() {
        let config = PubSubConfig::memory().with("memory.instance", "");
        let error = get_pubsub(&config.expect("a setting")).err();
        let text = error.map(|e| e.to_string()).unwrap_or_default();
        assert_eq!(text, "memory.instance: the name of the broker is empty");
    }

    #[cfg(feature = "memory")]
    #[test]
    fn a_third_party_can_register() {
        let shared = tg_pubsub_memory::Memory::new();
        register_backend("third", move |_| Ok(Arc::new(shared.another())));
        assert!(backends().contains(&"third".to_owned()));
        assert!(get_pubsub(&PubSubConfig::new("third")).is_ok());
        register_backend("third", memory);
        assert!(get_pubsub(&PubSubConfig::new("third")).is_ok());
    }
}
