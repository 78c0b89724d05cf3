//! Bytes into text, as Python does: a mark at the start, a cookie in the first two lines, else UTF-8.

use std::ops::Range;

use super::encoding;

/// What the bytes say, and what is wrong with them.
pub struct Decoded {
    /// The text; what could not be decoded is replaced.
    pub text: String,
    /// The first fault.
    pub fault: Option<Fault>,
    /// Which characters of the text are not those of the file.
    pub doubt: Doubt,
}

/// Which characters of a text may not be those that its file has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Doubt {
    /// None.
    #[default]
    Nothing,
    /// U+FFFD stands for bytes that are no characters.
    Replaced,
    /// All but ASCII: the encoding is not supported.
    NotAscii,
    /// All: it is no Python at all.
    All,
}

impl Doubt {
    /// Whether a part of the text is not what the file has.
    pub fn is_in(self, part: &str) -> bool {
        match self {
            Doubt::Nothing => false,
            Doubt::Replaced => part.contains(char::REPLACEMENT_CHARACTER),
            Doubt::NotAscii => !part.is_ascii(),
            Doubt::All => true,
        }
    }
}

/// A place in the text that could not be decoded.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where in the text.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What was expected.
    pub expected: String,
}

const MARK: &[u8] = b"\xef\xbb\xbf";

/// Decodes a file.
pub fn decode(mut bytes: Vec<u8>) -> Decoded {
    if let Some(no_text) = no_text(&bytes) {
        return no_text;
    }
    let marked = bytes.starts_with(MARK);
    if marked {
        bytes.drain(..MARK.len());
    }
    one_line_end(&mut bytes);
    let cookie = cookie(&bytes).map(|(name, range)| (normal(name), range));
    match cookie
        .as_ref()
        .map(|(name, range)| (name.as_str(), range.clone()))
    {
        None => utf8(bytes),
        Some((name, _)) if is_utf8(name) => utf8(bytes),
        Some((name, range)) if marked => {
            let message =
                format!("a mark for UTF-8 and the encoding `{name}` contradict each other");
            refused(&bytes, range, message)
        }
        Some(("ascii" | "us-ascii" | "646", _)) => utf8(bytes),
        Some(("latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "l1" | "8859", _)) => Decoded {
            text: bytes.iter().map(|&byte| char::from(byte)).collect(),
            fault: None,
            doubt: Doubt::Nothing,
        },
        Some((name, range)) if !encoding::is_known(name) => {
            let message = format!("Python reads no sources in the encoding `{name}`");
            refused(&bytes, range, message)
        }
        Some((name, range)) => {
            let mut decoded = utf8(bytes);
            let message = format!("the encoding `{name}` is not supported");
            if !decoded.text.is_ascii() {
                decoded.doubt = Doubt::NotAscii;
                decoded.fault = Some(Fault {
                    range,
                    message,
                    expected: "expected utf-8, ascii or latin-1".to_owned(),
                });
            }
            decoded
        }
    }
}

/// Whether a name, in the spelling of [`normal`], is one of UTF-8.
fn is_utf8(name: &str) -> bool {
    matches!(name, "utf-8" | "utf8" | "utf8-sig" | "u8" | "utf") || name.starts_with("utf-8-")
}

/// A file that Python refuses for the encoding that is named at `range`.
fn refused(bytes: &[u8], range: Range<usize>, message: String) -> Decoded {
    // Nothing is made of the text: it only shows the place.
    let (before, rest) = bytes.split_at(range.start);
    let mut text = String::from_utf8_lossy(before).into_owned();
    let start = text.len();
    text.push_str(&String::from_utf8_lossy(rest));
    Decoded {
        text,
        fault: Some(Fault {
            range: start..start + range.len(),
            message,
            expected: "nothing in this file was looked at".to_owned(),
        }),
        doubt: Doubt::All,
    }
}

/// Files that Python refuses whole: UTF-16 and UTF-32, and what holds a NUL.
fn no_text(bytes: &[u8]) -> Option<Decoded> {
    let marked = match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Some("UTF-32"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("UTF-16"),
        _ => None,
    };
    let (text, start, message) = match marked {
        Some(encoding) => (String::new(), 0, format!("this file is {encoding}")),
        None => {
            let at = bytes.iter().position(|&byte| byte == 0)?;
            // Nothing is made of the text: it only shows the place.
            let text = String::from_utf8_lossy(&bytes[..at]).into_owned();
            let start = text.len();
            (text, start, "there is a NUL byte here".to_owned())
        }
    };
    Some(Decoded {
        text,
        fault: Some(Fault {
            range: start..start,
            message,
            expected: "nothing in this file was looked at".to_owned(),
        }),
        doubt: Doubt::All,
    })
}

/// A carriage return alone ends a line too; the places stay.
fn one_line_end(bytes: &mut [u8]) {
    for at in 0..bytes.len() {
        if bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n') {
            bytes[at] = b'\n';
        }
    }
}

fn normal(name: &[u8]) -> String {
    String::from_utf8_lossy(name)
        .to_ascii_lowercase()
        .replace('_', "-")
}

fn utf8(bytes: Vec<u8>) -> Decoded {
    match String::from_utf8(bytes) {
        Ok(text) => Decoded {
            text,
            fault: None,
            doubt: Doubt::Nothing,
        },
        Err(error) => {
            let start = error.utf8_error().valid_up_to();
            let byte = error.as_bytes().get(start).copied().unwrap_or_default();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let width = text[start..].chars().next().map_or(0, char::len_utf8);
            Decoded {
                text,
                fault: Some(Fault {
                    range: start..start + width,
                    message: format!("the byte 0x{byte:02x} is not UTF-8 here"),
                    expected: "expected UTF-8".to_owned(),
                }),
                doubt: Doubt::Replaced,
            }
        }
    }
}

/// `name` of `# -*- coding: name -*-` in one of the first two lines.
fn cookie(bytes: &[u8]) -> Option<(&[u8], Range<usize>)> {
    let mut start = 0;
    for line in bytes.splitn(3, |&byte| byte == b'\n').take(2) {
        let blank = line
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t' | 0x0c))
            .count();
        let comment = line[blank..].first() == Some(&b'#');
        if comment && let Some(range) = named(line) {
            let name = &line[range.clone()];
            return Some((name, start + range.start..start + range.end));
        }
        if !comment && blank < line.strip_suffix(b"\r").unwrap_or(line).len() {
            return None;
        }
        start += line.len() + 1;
    }
    None
}

/// Where the name of `coding[:=]\s*([-\w.]+)` stands.
fn named(line: &[u8]) -> Option<Range<usize>> {
    const WORD: &[u8] = b"coding";
    let mut from = 0;
    while let Some(at) = line[from..].windows(WORD.len()).position(|w| w == WORD) {
        let after = from + at + WORD.len();
        from = after;
        if !matches!(line.get(after), Some(b':' | b'=')) {
            continue;
        }
        let blank = line[after + 1..]
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        let start = after + 1 + blank;
        let legal = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        let length = line[start..].iter().take_while(legal).count();
        if length > 0 {
            return Some(start..start + length);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_cookies() {
        for (bytes, text) in [
            (&b"\xef\xbb\xbfx = 1"[..], "x = 1"),
            (b"# coding: latin-1\n# \xe9", "# coding: latin-1\n# \u{e9}"),
            (
                b"#!/x\n# vim: set fileencoding=Latin_1 :\n\xe9",
                "#!/x\n# vim: set fileencoding=Latin_1 :\n\u{e9}",
            ),
            (b"\xc3\xa9", "\u{e9}"),
            (
                b"x = 1\n# coding: nonsense\n",
                "x = 1\n# coding: nonsense\n",
            ),
            (b"# coding: cp1252\nx", "# coding: cp1252\nx"),
            (b"a\rb\r\nc\r", "a\nb\r\nc\n"),
        ] {
            let decoded = decode(bytes.to_vec());
            assert_eq!(decoded.text, text);
            assert_eq!(decoded.fault, None);
        }
    }

    #[test]
    fn what_is_no_text_is_a_fault_with_a_place() {
        let fault = decode(b"a\xffb".to_vec()).fault.expect("a fault");
        assert_eq!((fault.range, fault.message.contains("0xff")), (1..4, true));
        let decoded = decode(b"# \xff\n# coding: Foo\nx = 1\n".to_vec());
        let fault = decoded.fault.expect("a fault");
        assert_eq!(&decoded.text[fault.range], "Foo");
        assert!(fault.message.contains("`foo`"), "{}", fault.message);
        assert_eq!(decoded.doubt, Doubt::All);
        for name in ["latin-1", "ascii", "cp1252", "foo"] {
            let decoded = decode([MARK, b"# coding: ", name.as_bytes(), b"\nx = 1"].concat());
            let fault = decoded.fault.expect("a fault");
            assert_eq!(&decoded.text[fault.range], name);
            assert!(fault.message.contains("contradict"), "{}", fault.message);
            assert_eq!(decoded.doubt, Doubt::All);
        }
        for name in ["utf-8", "UTF_8", "utf-8-sig", "utf-8-unix", "utf8"] {
            let decoded = decode([MARK, b"# coding: ", name.as_bytes(), b"\nx = 1"].concat());
            assert_eq!((decoded.fault, decoded.doubt), (None, Doubt::Nothing));
        }
        let fault = decode("# coding: cp1252\né".into()).fault.expect("a fault");
        assert_eq!(fault.range, 10..16);
        assert!(fault.message.contains("cp1252"), "{}", fault.message);
    }

    #[test]
    fn what_is_doubtful_is_known() {
        for (bytes, doubt) in [
            (&b"x = 1"[..], Doubt::Nothing),
            (b"x = '\xff'", Doubt::Replaced),
            (b"# coding: cp1252\n'\xe9'", Doubt::NotAscii),
            (b"\xff\xfex\0", Doubt::All),
            (b"\xff\xfe\0\0x\0\0\0", Doubt::All),
            (b"\0x", Doubt::All),
        ] {
            assert_eq!(decode(bytes.to_vec()).doubt, doubt);
        }
        let fault = decode(b"x = 1\ny = '\0'".to_vec()).fault;
        assert_eq!(fault.map(|fault| fault.range), Some(11..11));
        assert!(Doubt::Replaced.is_in("a\u{fffd}") && !Doubt::Replaced.is_in("\u{e9}"));
        assert!(Doubt::NotAscii.is_in("\u{e9}") && !Doubt::NotAscii.is_in("e"));
    }
}
