//! Topic filters, client identifiers, and which texts MQTT can carry.

use std::hash::{BuildHasher, Hasher};

use tg_schema::Topic;
use tg_schema::pubsub::ConsumerType;

/// Most bytes of a text in MQTT.
pub(crate) const MAX_STRING: usize = u16::MAX as usize;

/// The topic's name on the broker.
pub(crate) fn topic(topic: &Topic) -> String {
    tg_schema_model::topic::mqtt::name(topic)
}

/// What a consumer subscribes to. `competing`: members of a shared subscription compete under its name.
pub(crate) fn filter(topic: &str, subscription: &str, competing: bool) -> String {
    match competing {
        true => format!("$share/{subscription}/{topic}"),
        false => topic.to_owned(),
    }
}

/// The client identifier of a consumer: what the broker keeps its session by. It is the same after a restart. An
/// exclusive consumer has none of its member in it, so that another member takes the session over.
pub(crate) fn consumer_id(
    topic: &str,
    subscription: &str,
    consumer_type: ConsumerType,
    member: &str,
) -> String {
    let hash = hash(topic);
    match consumer_type {
        ConsumerType::Shared => format!("{subscription}:{hash:016x}:{member}"),
        _ => format!("{subscription}:{hash:016x}"),
    }
}

/// A client identifier that nobody else has.
pub(crate) fn fresh_id(prefix: &str, instance: &str) -> String {
    // The standard library seeds its hashers from the operating system's source of random numbers.
    let random = || {
        let mut hasher = std::collections::hash_map::RandomState::new().build_hasher();
        hasher.write_u32(std::process::id());
        hasher.finish()
    };
    format!("{prefix}:{instance}:{:016x}{:016x}", random(), random())
}

/// FNV-1a: client identifiers must not change with a version of the compiler.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// What is wrong with the name of an instance or a member.
pub(crate) fn check_member(name: &str) -> Result<(), String> {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.is_empty() {
        return Err("the name is empty".to_owned());
    }
    if name.len() > 128 {
        return Err(format!("{} bytes, at most 128 are allowed", name.len()));
    }
    match name.chars().find(|c| !legal(*c)) {
        Some(c) => Err(format!(
            "{c:?} is not allowed; letters of ASCII, digits, `.`, `_` and `-` are"
        )),
        None => Ok(()),
    }
}

/// The first character that MQTT does not carry, or lets a broker close the connection for: control characters and
/// those that Unicode assigns to nothing.
pub(crate) fn forbidden(text: &str) -> Option<char> {
    text.chars().find(|&c| {
        c.is_control() || matches!(c, '\u{fdd0}'..='\u{fdef}') || (c as u32) & 0xfffe == 0xfffe
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_and_identifiers() {
        let topic = topic(&"q1/tg/flow/x".parse().expect("a topic"));
        assert_eq!(topic, "tg/flow/x");
        assert_eq!(filter(&topic, "s", true), "$share/s/tg/flow/x");
        assert_eq!(filter(&topic, "s", false), "tg/flow/x");
        assert_eq!(
            consumer_id(&topic, "s", ConsumerType::Shared, "a"),
            "s:26d22e4a1a3b8d3c:a".replace("26d22e4a1a3b8d3c", &format!("{:016x}", hash(&topic)))
        );
        assert_eq!(
            consumer_id(&topic, "s", ConsumerType::Exclusive, "a"),
            consumer_id(&topic, "s", ConsumerType::Exclusive, "b")
        );
        assert_ne!(fresh_id("p", "i"), fresh_id("p", "i"));
        // The offset basis and the hash of "a", from the definition of FNV.
        assert_eq!(hash(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash("a"), 0xaf63_dc4c_8601_ec8c);
    }

    #[test]
    fn texts() {
        for fine in ["", "ä€😀", "a b"] {
            assert_eq!(forbidden(fine), None, "{fine:?}");
        }
        for (wrong, c) in [("a\0", '\0'), ("\n", '\n'), ("x\u{85}", '\u{85}')] {
            assert_eq!(forbidden(wrong), Some(c));
        }
        assert_eq!(forbidden("\u{1ffff}"), Some('\u{1ffff}'));
        assert_eq!(forbidden("\u{fffd}"), None);
        assert!(check_member("host-1.local").is_ok());
        assert!(check_member("").is_err() && check_member(&"a".repeat(129)).is_err());
    }
}
