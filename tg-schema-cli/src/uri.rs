//! Texts as parts of addresses.

/// A text as one part of a path: what RFC 3986 does not let stand for itself is escaped.
pub fn part(text: &str) -> String {
    escaped(text, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
    })
}

/// An address, with what may stand in none escaped.
pub fn whole(address: &str) -> String {
    escaped(address, |byte| {
        byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte)
    })
}

fn escaped(text: &str, stands: impl Fn(u8) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match stands(byte) {
            true => out.push(char::from(byte)),
            false => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// A part of a path as the text that it stands for; as it is, where it stands for none.
pub fn plain(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next(), rest.next()].map(|digit| digit.unwrap_or(b' '));
        let code = std::str::from_utf8(&digits).ok();
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(code) => bytes.push(code),
            None => return part.to_owned(),
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| part.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_back() {
        for text in ["orders-value", "a b/c", "100%", "é"] {
            assert_eq!(plain(&part(text)), text);
        }
        for odd in ["100%", "%zz", "%ff", "%"] {
            assert_eq!(plain(odd), odd);
        }
    }
}
