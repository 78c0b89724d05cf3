//! What is sent, and what comes back for it.

use std::fmt;

use bytes::Bytes;

/// A message on its way to a broker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outgoing {
    /// The prefix of the producer's [`Wire`](super::Wire) and the encoded message.
    pub payload: Bytes,
    /// What travels beside it.
    pub properties: Properties,
    /// Messages of one key keep their order where the broker orders by keys.
    pub key: Option<String>,
    /// Identity by which a repetition is known, on `q2`. A sender that tries again uses the same one.
    pub id: Option<String>,
}

impl Outgoing {
    /// A message without properties, key or identity.
    pub fn new(payload: impl Into<Bytes>) -> Self {
        Outgoing {
            payload: payload.into(),
            ..Outgoing::default()
        }
    }
    /// With one property more.
    #[must_use]
    pub fn property(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.properties.insert(name, value);
        self
    }
    /// With a key.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }
    /// With an identity.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }
}

/// What the broker said of a message that it took over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receipt {
    /// The broker's identity of the message, where it gives one.
    pub id: Option<String>,
    /// Whether a subscription got it, where the broker tells. `Some(false)`: nobody will ever receive it.
    pub routed: Option<bool>,
    /// The broker knew the message already and took it once.
    pub duplicate: bool,
    /// It was not sent: best effort (`q0`) does not wait for a broker that is away, and what may wait for it was full.
    pub dropped: bool,
}

impl Receipt {
    /// A receipt with nothing known.
    pub fn new() -> Self {
        Receipt::default()
    }
}

/// Texts that travel beside a message, in the order in which they were set. A name comes once.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Properties(Vec<(String, String)>);

impl Properties {
    /// None.
    pub const fn new() -> Self {
        Properties(Vec::new())
    }
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }
    /// Whether the name is set, be it to an empty value.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
    /// Sets a name and gives its former value.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<String>) -> Option<String> {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(n, _)| *n == name) {
            Some((_, old)) => Some(std::mem::replace(old, value)),
            None => {
                self.0.push((name, value));
                None
            }
        }
    }
    /// Removes a name and gives its value.
    pub fn remove(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(n, _)| n == name)?;
        Some(self.0.remove(at).1)
    }
    /// Names and values in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }
    /// How many names are set.
    pub fn len(&self) -> usize {
        self.0.len()
    }
    /// Whether none is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Properties {
    /// The last of several values of a name counts.
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut properties = Properties::new();
        properties.extend(pairs);
        properties
    }
}
impl<N: Into<String>, V: Into<String>> Extend<(N, V)> for Properties {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, pairs: I) {
        // A broker's client hands over what a stranger sent: many names must not cost their square.
        const SCANNED: usize = 32;
        let mut places = std::collections::HashMap::new();
        for (name, value) in pairs {
            let (name, value) = (name.into(), value.into());
            if self.0.len() < SCANNED {
                self.insert(name, value);
                continue;
            }
            if places.is_empty() {
                places.extend(self.0.iter().enumerate().map(|(i, (n, _))| (n.clone(), i)));
            }
            match places.get(&name).and_then(|i| self.0.get_mut(*i)) {
                Some((_, old)) => *old = value,
                None => {
                    places.insert(name.clone(), self.0.len());
                    self.0.push((name, value));
                }
            }
        }
    }
}
impl IntoIterator for Properties {
    type Item = (String, String);
    type IntoIter = std::vec::IntoIter<(String, String)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
impl fmt::Debug for Properties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_once_and_keep_their_order() {
        let mut properties: Properties = [("b", "1"), ("a", ""), ("b", "2")].into_iter().collect();
        assert_eq!(
            properties.iter().collect::<Vec<_>>(),
            [("b", "2"), ("a", "")]
        );
        assert_eq!(properties.get("a"), Some(""));
        assert_eq!(properties.get("c"), None);
        assert_eq!(properties.insert("a", "x").as_deref(), Some(""));
        assert_eq!(properties.remove("b").as_deref(), Some("2"));
        assert_eq!((properties.len(), properties.is_empty()), (1, false));
    }

    #[test]
    fn many_names() {
        let pairs = || (0..20_000).map(|i| (format!("n{}", i % 15_000), format!("{i}")));
        let properties: Properties = pairs().collect();
        assert_eq!(properties.len(), 15_000);
        assert_eq!(properties.get("n0"), Some("15000"));
        assert_eq!(properties.get("n14999"), Some("14999"));
    }
}
