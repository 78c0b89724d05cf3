//! A JSON text in the other forms in which it may arrive.

/// The text as it is, with the keys of every object shuffled, with blanks after commas and colons, and with all of it once
/// more under a key that nobody asked for.
pub fn variants(json: &'static [u8]) -> [(&'static str, &'static [u8]); 4] {
    let text = std::str::from_utf8(json).expect("JSON is UTF-8");
    [
        ("json-decode", json),
        ("json-reordered", shuffled(&mut &*text).leak().as_bytes()),
        ("json-spaced", spaced(text).leak().as_bytes()),
        ("json-unknown", with_unknown(text).leak().as_bytes()),
    ]
}

/// Half of it is to be passed over.
fn with_unknown(json: &str) -> String {
    let fields = json.strip_prefix('{').expect("a message is an object");
    let comma = if fields == "}" { "" } else { "," };
    format!("{{\"nobody_asked\":{json}{comma}{fields}")
}

/// As Python's `json.dumps` writes it.
fn spaced(json: &str) -> String {
    let mut out = String::new();
    let (mut quoted, mut escaped) = (false, false);
    for c in json.chars() {
        out.push(c);
        if !quoted && matches!(c, ',' | ':') {
            out.push(' ');
        }
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
    }
    out
}

/// The next value, of which there is compact JSON.
fn shuffled(rest: &mut &str) -> String {
    match rest.as_bytes()[0] {
        b'{' => items(rest, '}', |rest| {
            let key = scalar(rest);
            *rest = &rest[1..];
            format!("{key}:{}", shuffled(rest))
        }),
        b'[' => items(rest, ']', shuffled),
        _ => scalar(rest).to_owned(),
    }
}

/// Objects come out in an order that has nothing to do with the one of their fields, arrays as they were.
fn items(rest: &mut &str, end: char, item: impl Fn(&mut &str) -> String) -> String {
    let start = &rest[..1];
    let mut all = Vec::new();
    *rest = &rest[1..];
    while !rest.starts_with(end) {
        all.push(item(rest));
        *rest = rest.strip_prefix(',').unwrap_or(rest);
    }
    *rest = &rest[1..];
    if end == '}' {
        all.sort_by_key(|entry| mixed(entry.split(':').next().unwrap_or_default()));
    }
    format!("{start}{}{end}", all.join(","))
}

/// A number that looks like chance (FNV-1a), and is the same for the same key.
fn mixed(key: &str) -> u64 {
    key.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, b| {
        (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// A string, a number or a word.
fn scalar<'a>(rest: &mut &'a str) -> &'a str {
    let bytes = rest.as_bytes();
    let mut at = 1;
    if bytes[0] == b'"' {
        while bytes[at] != b'"' {
            at += if bytes[at] == b'\\' { 2 } else { 1 };
        }
        at += 1;
    } else {
        at = rest.find([',', '}', ']']).unwrap_or(rest.len());
    }
    let (scalar, after) = rest.split_at(at);
    *rest = after;
    scalar
}
