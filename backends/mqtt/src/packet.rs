//! Messages as packets, and back: properties are MQTT's user properties, and what MQTT has no place for is a user
//! property with a reserved name.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use tg_pubsub_backend::profile::Profile;
use tg_pubsub_backend::profile::mqtt::{ESCAPED, ID, KEY, TIME};
use tg_schema::Qos;
use tg_schema::pubsub::{Bytes, Error, Format, Meta, Outgoing, Properties};

use crate::client::{Publish, PublishProperties, quality};
use crate::{names, stamp};

const JSON: &str = "application/json";

/// The packet of a message, and how many bytes it has. `json`: it is known to be JSON. `stamp`: when it is published.
///
/// # Errors
/// A text that cannot be sent.
pub(crate) fn write(
    topic: &Bytes,
    qos: Qos,
    json: bool,
    message: Outgoing,
    stamp: Bytes,
) -> Result<(Publish, usize), Error> {
    let texts = usize::from(message.key.is_some()) + usize::from(message.id.is_some());
    let mut user = Vec::with_capacity(message.properties.len() + texts);
    for (name, value) in message.properties {
        if let Some(why) = (Profile::MQTT.refuses_property)(&name) {
            return Err(refused(&name, why));
        }
        user.push(pair(name, value)?);
    }
    for (name, value) in [(KEY, message.key), (ID, message.id)] {
        if let Some(value) = value {
            user.push(pair(name.to_owned(), value)?);
        }
    }
    let properties = PublishProperties {
        payload_format_indicator: None,
        message_expiry_interval: None,
        topic_alias: None,
        response_topic: None,
        correlation_data: Some(stamp),
        user_properties: user,
        subscription_identifiers: Vec::new(),
        content_type: json.then(|| JSON.to_owned()),
    };
    let publish = Publish {
        topic: topic.clone(),
        qos: quality(qos),
        payload: message.payload,
        properties: Some(properties),
        ..Publish::default()
    };
    // The packet's identifier is given later.
    let size = publish.size() + if qos == Qos::Q0 { 0 } else { 2 };
    Ok((publish, size))
}

/// A property as it travels.
fn pair(name: String, value: String) -> Result<(String, String), Error> {
    let escape = names::forbidden(&name).is_some() || names::forbidden(&value).is_some();
    let check = |name: &str, value: &str| {
        let refuses = Profile::MQTT.refuses_text;
        match refuses(name).or_else(|| refuses(value)) {
            Some(why) => Err(refused(&name.chars().take(40).collect::<String>(), why)),
            None => Ok(()),
        }
    };
    check(&name, &value)?;
    if !escape {
        return Ok((name, value));
    }
    let (name, value) = (format!("{ESCAPED}{}", escaped(&name)), escaped(&value));
    check(&name, &value)?;
    Ok((name, value))
}

fn refused(name: &str, message: &str) -> Error {
    Error::InvalidOption {
        name: format!("property {name:?}"),
        message: message.to_owned(),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        let mut bytes = [0; 4];
        if c == '%' || names::forbidden(c.encode_utf8(&mut bytes)).is_some() {
            for byte in c.encode_utf8(&mut bytes).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// The text that [`escaped`] wrote. `None`: it did not write this.
fn unescaped(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        let (high, low) = (digit()?, digit()?);
        out.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(out).ok()
}

/// What travelled beside a message, and what is known of it. The count of attempts is the caller's.
pub(crate) fn read(publish: &Publish) -> (Properties, Meta) {
    let mut meta = Meta::default();
    meta.redelivered = publish.dup;
    meta.wire_size = publish.payload.len();
    let Some(sent) = &publish.properties else {
        return (Properties::new(), meta);
    };
    meta.published = sent.correlation_data.as_deref().and_then(stamp::read);
    let mut pairs = Vec::new();
    for (name, value) in &sent.user_properties {
        let original = name
            .strip_prefix(ESCAPED)
            .and_then(|name| Some((unescaped(name)?, unescaped(value)?)));
        let (name, value) = match original {
            Some((name, value)) => (Cow::Owned(name), Cow::Owned(value)),
            None => (Cow::Borrowed(name.as_str()), Cow::Borrowed(value.as_str())),
        };
        match &*name {
            KEY => meta.key = Some(value.into_owned()),
            ID => meta.id = Some(value.into_owned()),
            // Where earlier versions wrote it.
            TIME => meta.published = stamp::time(&value),
            _ => pairs.push((name.into_owned(), value.into_owned())),
        }
    }
    (pairs.into_iter().collect(), meta)
}

/// The identity of a message.
pub(crate) fn id(publish: &Publish) -> Option<&str> {
    let sent = publish.properties.as_ref()?;
    let pair = sent.user_properties.iter().find(|(name, _)| name == ID)?;
    Some(pair.1.as_str())
}

/// How messages are encoded on this broker.
pub(crate) const FORMAT: Format = Format::Json;

/// Most bytes of a message without properties in a packet of `max` bytes, whose topic has so many.
pub(crate) fn max_payload(max: u32, topic: usize) -> usize {
    // One byte of type, four of length, the topic and its length, the identifier, three of length of the properties;
    // then the content's type and the time of publication with their heads.
    let head = 1 + 4 + 2 + topic + 2 + 3;
    let properties = 1 + 2 + JSON.len() + 1 + 2 + stamp::LONGEST;
    (max as usize).saturating_sub(head + properties)
}

/// Tells a message from another one, by what its sender wrote.
pub(crate) fn fingerprint(publish: &Publish) -> u64 {
    let mut hasher = DefaultHasher::new();
    publish.topic.hash(&mut hasher);
    publish.payload.hash(&mut hasher);
    let properties = publish.properties.as_ref();
    let written = properties.map(|p| (&p.user_properties, &p.correlation_data));
    written.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::stamp::Stamps;

    fn sent(message: Outgoing) -> Result<(Properties, Meta), String> {
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_234);
        let (publish, size) = write(
            &Bytes::from("t"),
            Qos::Q1,
            true,
            message,
            Stamps::default().at(now),
        )
        .map_err(|e| e.to_string())?;
        assert!(size > publish.payload.len());
        Ok(read(&publish))
    }

    #[test]
    fn there_and_back() {
        let mut message = Outgoing::new("body").key("schlüssel").id("1");
        let mut pairs: Vec<(String, String)> = (0..100)
            .map(|i| (format!("n{}", 99 - i), format!("välue {i}")))
            .collect();
        pairs.push(("empty".into(), String::new()));
        pairs.push(("lines".into(), "a\tb\r\n100 % \u{85}\u{ffff}".into()));
        pairs.push(("a\nname".into(), "x".into()));
        pairs.push(("percent".into(), "%41".into()));
        message.properties = pairs.clone().into_iter().collect();
        let (properties, meta) = sent(message).expect("fine");
        let found: Vec<(String, String)> = properties.into_iter().collect();
        assert_eq!(found, pairs);
        assert_eq!(meta.key.as_deref(), Some("schlüssel"));
        assert_eq!(meta.id.as_deref(), Some("1"));
        assert_eq!(
            meta.published,
            Some(SystemTime::UNIX_EPOCH + Duration::from_millis(1_234))
        );
        assert_eq!((meta.attempt, meta.redelivered), (1, false));
        assert_eq!(meta.wire_size, 4);
    }

    #[test]
    fn what_cannot_be_sent_is_refused() {
        let refused = |name: &str, value: &str| {
            sent(Outgoing::new("").property(name, value)).expect_err("refused")
        };
        assert_eq!(
            refused("a", "\0"),
            "property \"a\": the character NUL cannot be sent over MQTT"
        );
        assert_eq!(
            refused("tg-key", "x"),
            "property \"tg-key\": the name is reserved"
        );
        assert_eq!(
            refused("a", &"x".repeat(65_536)),
            "property \"a\": name and value may have 65,535 bytes each over MQTT"
        );
        assert!(sent(Outgoing::new("").key("a\0b")).is_err());
        assert!(sent(Outgoing::new("").id("a\u{1}b")).is_ok());
    }

    #[test]
    fn strangers_need_no_properties_of_ours() {
        let mut publish = Publish::new("t", quality(Qos::Q1), "x", None);
        assert_eq!(read(&publish).1.published, None);
        publish.properties = Some(PublishProperties {
            payload_format_indicator: None,
            message_expiry_interval: None,
            topic_alias: None,
            response_topic: None,
            correlation_data: None,
            user_properties: vec![
                ("tg-escaped:%4".into(), "x".into()),
                ("tg-time".into(), "soon".into()),
                ("twice".into(), "1".into()),
                ("twice".into(), "2".into()),
            ],
            subscription_identifiers: Vec::new(),
            content_type: None,
        });
        let (properties, meta) = read(&publish);
        assert_eq!(properties.get("tg-escaped:%4"), Some("x"));
        assert_eq!(properties.get("twice"), Some("2"));
        assert_eq!(meta.published, None);
        if let Some(sent) = &mut publish.properties {
            sent.correlation_data = Some("theirs".into());
            sent.user_properties = Vec::new();
        }
        assert_eq!(
            read(&publish),
            (Properties::new(), {
                let mut meta = Meta::default();
                meta.wire_size = 1;
                meta
            })
        );
    }

    #[test]
    fn the_time_is_read_where_earlier_versions_wrote_it() {
        let mut publish = Publish::new("t", quality(Qos::Q1), "x", None);
        publish.properties = Some(PublishProperties {
            user_properties: vec![(TIME.into(), "1234".into())],
            ..PublishProperties::default()
        });
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_234);
        assert_eq!(read(&publish).1.published, Some(at));
    }

    #[test]
    fn messages_of_another_time_are_others() {
        let (topic, stamps) = (Bytes::from("t"), Stamps::default());
        let at = |milliseconds| {
            let time = SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds);
            let message = Outgoing::new("x");
            let written = write(&topic, Qos::Q1, false, message, stamps.at(time));
            fingerprint(&written.expect("fine").0)
        };
        assert_eq!(at(1), at(1));
        assert_ne!(at(1), at(2));
    }

    #[test]
    fn the_largest_message_fits() {
        for topic in ["t", "tg/flow/a-long-name"] {
            for max in [1_024_u32, 262_144, 16 << 20] {
                let most = max_payload(max, topic.len());
                let stamp = Stamps::default().at(SystemTime::now());
                let message = Outgoing::new(vec![0; most]);
                let written = write(&Bytes::from(topic), Qos::Q2, true, message, stamp);
                let (_, size) = written.expect("fine");
                assert!(size <= max as usize, "{size} of {max}");
                assert!(max as usize - size < 16, "{size} of {max}");
            }
        }
    }

    #[test]
    fn the_profile_reserves_the_names_that_are_used_here() {
        for name in [
            KEY.to_owned(),
            ID.to_owned(),
            TIME.to_owned(),
            format!("{ESCAPED}x"),
        ] {
            assert!((Profile::MQTT.refuses_property)(&name).is_some(), "{name}");
        }
    }
}
