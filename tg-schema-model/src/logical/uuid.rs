//! A universally unique identifier.

use std::fmt;
use std::str::FromStr;

use super::LogicalError;

/// 16 octets of RFC 9562; as text lower case with hyphens. The default is the nil UUID.
///
/// ```
/// # use tg_schema_model::logical::Uuid;
/// let id: Uuid = "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6".parse()?;
/// assert_eq!(id.to_string(), "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
/// # Ok::<(), tg_schema_model::logical::LogicalError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid {
    bytes: [u8; 16],
}

/// Where the hyphens stand.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

impl Uuid {
    /// All zeros.
    pub const NIL: Uuid = Uuid { bytes: [0; 16] };

    /// From its octets.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Uuid { bytes }
    }
    /// Its octets.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.bytes
    }
    /// The text as ASCII.
    pub fn ascii(self) -> [u8; 36] {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut out = [b'-'; 36];
        let places = (0..36).filter(|at| !HYPHENS.contains(at));
        let nibbles = self.bytes.iter().flat_map(|b| [b >> 4, b & 15]);
        for (at, nibble) in places.zip(nibbles) {
            out[at] = HEX[usize::from(nibble)];
        }
        out
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&String::from_utf8_lossy(&self.ascii()))
    }
}

impl FromStr for Uuid {
    type Err = LogicalError;

    fn from_str(text: &str) -> Result<Self, LogicalError> {
        let refuse = LogicalError::Form("a UUID such as f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
        let text = text.as_bytes();
        if text.len() != 36 {
            return Err(refuse);
        }
        let mut bytes = [0; 16];
        let mut nibbles = 0;
        for (at, &byte) in text.iter().enumerate() {
            if HYPHENS.contains(&at) {
                if byte != b'-' {
                    return Err(refuse);
                }
                continue;
            }
            let nibble = match byte {
                b'0'..=b'9' => byte - b'0',
                b'a'..=b'f' => byte - b'a' + 10,
                b'A'..=b'F' => byte - b'A' + 10,
                _ => return Err(refuse),
            };
            bytes[nibbles / 2] = bytes[nibbles / 2] << 4 | nibble;
            nibbles += 1;
        }
        Ok(Uuid { bytes })
    }
}

#[cfg(feature = "uuid")]
impl From<::uuid::Uuid> for Uuid {
    fn from(id: ::uuid::Uuid) -> Self {
        Uuid::from_bytes(id.into_bytes())
    }
}

#[cfg(feature = "uuid")]
impl From<Uuid> for ::uuid::Uuid {
    fn from(id: Uuid) -> Self {
        ::uuid::Uuid::from_bytes(id.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";

    #[test]
    fn text_goes_in_and_out() {
        let id = TEXT.parse::<Uuid>();
        assert_eq!(id.map(|id| id.to_string()), Ok(TEXT.to_owned()));
        assert_eq!(TEXT.to_uppercase().parse::<Uuid>(), id);
        assert_eq!(id.map(|id| id.as_bytes()[0]), Ok(0xf8));
        assert_eq!(
            Uuid::NIL.to_string(),
            "00000000-0000-0000-0000-000000000000"
        );
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "f81d4fae7dec11d0a76500a0c91e6bf6",
            "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}",
            "g81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "f81d4fae-7dec-11d0-a765-00a0c91e6bf",
            "f81d4fae-7dec-11d0-a76-500a0c91e6bf6",
            "f81d4faeé7dec-11d0-a765-00a0c91e6bf6",
        ] {
            assert!(text.parse::<Uuid>().is_err(), "{text:?}");
        }
    }

    #[cfg(feature = "uuid")]
    #[test]
    fn the_uuid_crate_agrees() {
        let theirs = ::uuid::Uuid::parse_str(TEXT).expect("a UUID");
        let ours: Uuid = TEXT.parse().expect("a UUID");
        assert_eq!(Uuid::from(theirs), ours);
        assert_eq!(::uuid::Uuid::from(ours), theirs);
    }
}
