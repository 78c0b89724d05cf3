//! Tokens that say who a client is: JSON Web Tokens, signed by openssl.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// A key that tokens are signed with.
#[derive(Debug)]
pub(super) struct Key(Vec<u8>);

impl Key {
    /// A new one.
    pub(super) fn new() -> Result<Self, String> {
        let made = Command::new("openssl").args(["rand", "32"]).output();
        let made = made.map_err(|e| format!("openssl: {e}"))?;
        match made.stdout.len() {
            32 => Ok(Key(made.stdout)),
            _ => Err(String::from_utf8_lossy(&made.stderr).into_owned()),
        }
    }

    /// Writes it where the broker reads it.
    pub(super) fn write(&self, file: &Path) -> Result<(), String> {
        std::fs::write(file, &self.0).map_err(|e| format!("{}: {e}", file.display()))
    }

    /// A token of a role, which ends at a time in seconds since 1970 where one is given.
    pub(super) fn token(&self, role: &str, ends: Option<u64>) -> Result<String, String> {
        let mut claims = format!("{{\"sub\":\"{role}\"");
        if let Some(ends) = ends {
            let _ = write!(claims, ",\"exp\":{ends}");
        }
        claims.push('}');
        let head = base64(b"{\"alg\":\"HS256\"}");
        let signed = format!("{head}.{}", base64(claims.as_bytes()));
        let signature = self.sign(&signed)?;
        Ok(format!("{signed}.{}", base64(&signature)))
    }

    fn sign(&self, text: &str) -> Result<Vec<u8>, String> {
        let key = self.0.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let done = Command::new("sh")
            .args([
                "-c",
                "printf %s \"$0\" | openssl dgst -sha256 -binary -mac HMAC -macopt hexkey:\"$1\"",
            ])
            .args([text, &key])
            .output()
            .map_err(|e| format!("openssl: {e}"))?;
        match done.stdout.len() {
            32 => Ok(done.stdout),
            _ => Err(String::from_utf8_lossy(&done.stderr).into_owned()),
        }
    }
}

/// Base 64 for URLs, without padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let value = (0..3).fold(0, |value, at| {
            value << 8 | usize::from(three.get(at).copied().unwrap_or(0))
        });
        for digit in 0..=three.len() {
            let at = value >> (18 - 6 * digit) & 63;
            text.push(DIGITS.get(at).map_or('A', |&d| char::from(d)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_64_of_all_lengths() {
        for (bytes, text) in [
            (&b""[..], ""),
            (b"f", "Zg"),
            (b"fo", "Zm8"),
            (b"foo", "Zm9v"),
            (&[0xfb, 0xff, 0xfe, 0xff], "-__-_w"),
        ] {
            assert_eq!(base64(bytes), text);
        }
    }

    #[test]
    fn a_known_signature() {
        // The second test case of RFC 4231, its key as it is.
        let key = Key(b"Jefe".to_vec());
        let signature = key.sign("what do ya want for nothing?").unwrap();
        assert_eq!(
            base64(&signature),
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM"
        );
    }
}
