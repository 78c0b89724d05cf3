//! The name of a backend into a backend.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tg_schema::pubsub::{BackendOptions, Error, OptionSpec, PubSubBackend};

use crate::PubSub;
use crate::config::{BACKENDS, PubSubConfig};
use crate::pubsub::PubSubBuilder;

/// What makes a backend from its settings. It connects to nothing yet.
pub type Create = dyn Fn(&PubSubConfig) -> Result<Arc<dyn PubSubBackend>, Error> + Send + Sync;

/// Backends of third parties.
static REGISTERED: Mutex<BTreeMap<String, Arc<Create>>> = Mutex::new(BTreeMap::new());

/// A backend that is compiled in.
struct Compiled {
    name: &'static str,
    create: &'static Create,
    options: &'static [OptionSpec],
}

/// Backends that are compiled in.
const COMPILED: &[Compiled] = &[
    #[cfg(feature = "memory")]
    Compiled {
        name: "memory",
        create: &memory,
        options: tg_pubsub_memory::OPTIONS,
    },
    #[cfg(feature = "mqtt")]
    Compiled {
        name: "mqtt",
        create: &mqtt,
        options: tg_pubsub_mqtt::OPTIONS,
    },
    #[cfg(feature = "pulsar")]
    Compiled {
        name: "pulsar",
        create: &pulsar,
        options: tg_pubsub_pulsar::OPTIONS,
    },
];

fn compiled(name: &str) -> Option<&'static Compiled> {
    COMPILED.iter().find(|backend| backend.name == name)
}

fn registered(name: &str) -> Option<Arc<Create>> {
    let registered = REGISTERED.lock().unwrap_or_else(PoisonError::into_inner);
    registered.get(name).cloned()
}

/// Looks at the options of every backend that is compiled in, whichever is in use: a name that was mistyped is told today,
/// and not when the broker is changed. What a third party put in the place of one of ours knows its own, and so does the one
/// that is `in_use`.
pub(crate) fn check_options(options: &BackendOptions, in_use: Option<&str>) -> Result<(), Error> {
    for backend in COMPILED {
        if in_use != Some(backend.name) && registered(backend.name).is_none() {
            options.of(backend.name, backend.options)?;
        }
    }
    Ok(())
}

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
    let own = registered(&name);
    let create = own
        .as_deref()
        .or_else(|| compiled(&name).map(|backend| backend.create));
    let Some(create) = create else {
        return Err(absent(&name));
    };
    check_options(config.options(), None)?;
    create(config)
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

/// What files there are for encryption, and the names that they have in the configuration of the backend.
#[cfg(feature = "mqtt")]
const MQTT_FILES: [(&str, &str); 3] = [
    ("mqtt.ca-file", "mqtt.tls.authorities"),
    ("mqtt.cert-file", "mqtt.tls.certificate"),
    ("mqtt.key-file", "mqtt.tls.key"),
];

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
    let file = |name| config.text(name).map(|path| Pem::File(path.into()));
    if config.boolean("mqtt.tls") == Some(true) {
        let mut tls = Tls::default();
        tls.authorities = file("mqtt.ca-file");
        tls.certificate = file("mqtt.cert-file");
        tls.key = file("mqtt.key-file");
        mqtt.tls = Some(tls);
    } else if let Some((name, _)) = MQTT_FILES.iter().find(|(name, _)| file(name).is_some()) {
        return Err(Error::InvalidOption {
            name: (*name).to_owned(),
            message: "it is of no use without TLS; set --mqtt-tls or MQTT_TLS=true".to_owned(),
        });
    }
    let mqtt = Mqtt::new(mqtt).map_err(|error| match error {
        // As it is set here.
        Error::InvalidOption { name, message } => {
            let set = MQTT_FILES.iter().find(|(_, field)| *field == name);
            Error::InvalidOption {
                name: set.map_or(name, |(set, _)| (*set).to_owned()),
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
    names.extend(COMPILED.iter().map(|backend| backend.name.to_owned()));
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
    fn files_of_encryption_are_looked_at_and_named_as_they_were_set() {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let of = |tls: bool, files: &[(&str, &str)]| {
            let config = PubSubConfig::new("mqtt").with("mqtt.tls", tls);
            let config = files.iter().fold(config, |config, (name, file)| {
                config.and_then(|config| config.with(name, *file))
            });
            match get_pubsub(&config.expect("settings")) {
                Ok(_) => panic!("{files:?} were taken"),
                Err(e) => e.to_string(),
            }
        };
        let (ca, cert, key) = ("mqtt.ca-file", "mqtt.cert-file", "mqtt.key-file");
        let missing = "/no/such/file";
        for (files, name, why) in [
            (&[(ca, missing)][..], ca, "cannot be read"),
            (&[(ca, manifest)], ca, "no certificate"),
            (&[(cert, missing)], key, "a certificate needs its key"),
            (&[(key, missing)], cert, "a key needs its certificate"),
            (&[(cert, manifest), (key, missing)], key, "cannot be read"),
            (&[(cert, missing), (key, manifest)], cert, "cannot be read"),
            (&[(cert, manifest), (key, manifest)], ca, "must be set"),
        ] {
            let text = of(true, files);
            assert!(text.starts_with(&format!("{name}: ")), "{text}");
            assert!(text.contains(why), "{text}");
        }
        for name in [ca, cert, key] {
            let text = of(false, &[(name, manifest)]);
            assert!(
                text.starts_with(&format!("{name}: it is of no use")),
                "{text}"
            );
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

    #[cfg(feature = "mqtt")]
    #[test]
    fn the_backend_in_use_looks_at_its_own_options() {
        let config = PubSubConfig::memory().option("mqtt.own", "1");
        let options = config.options();
        assert!(check_options(options, Some("memory")).is_err());
        // Be it one of somebody else with that name.
        assert_eq!(check_options(options, Some("mqtt")).ok(), Some(()));
    }

    #[cfg(all(feature = "memory", feature = "mqtt"))]
    #[test]
    fn options_of_a_backend_that_is_not_in_use_are_looked_at() {
        let told = |name: &str, value: &str| {
            let config = PubSubConfig::memory().option(name, value);
            get_pubsub(&config).err().map(|e| e.to_string())
        };
        let unknown = told("mqtt.typo", "1").expect("unknown");
        assert!(
            unknown.starts_with("mqtt.typo: no such option; mqtt has: keep-alive"),
            "{unknown}"
        );
        let wrong = told("mqtt.keep-alive", "soon").expect("no time");
        assert!(
            wrong.starts_with("mqtt.keep-alive: expected a time"),
            "{wrong}"
        );
        let unknown = told("memory.typo", "1").expect("unknown");
        assert!(
            unknown.starts_with("memory.typo: no such option"),
            "{unknown}"
        );
        assert_eq!(told("mqtt.keep-alive", "5s"), None);
        // Not compiled in, or not written yet: nobody here knows its options.
        assert_eq!(told("kafka.anything", "1"), None);
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
