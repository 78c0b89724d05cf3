//! What a field of some name would say.

/// 2026-01-31T13:05:09.250Z.
pub(super) const EPOCH_MS: i64 = 1_769_864_709_250;

/// Words of a field's name, with what a text field of that name says. The first that fits is taken.
const TEXTS: &[(&[&str], [&str; 2])] = &[
    (&["email", "mail"], ["ada@example.com", "grace@example.com"]),
    (
        &["url", "uri", "link", "href", "endpoint", "website"],
        ["https://example.com/a", "https://example.com/b"],
    ),
    (
        &["host", "hostname", "server", "domain"],
        ["a.example.com", "b.example.com"],
    ),
    (&["ip"], ["192.0.2.1", "192.0.2.2"]),
    (&["phone"], ["+1 202 555 0123", "+1 202 555 0145"]),
    (
        &["time", "timestamp", "at", "created", "updated", "datetime"],
        ["2026-01-31T13:05:09Z", "2026-01-31T13:06:00Z"],
    ),
    (&["date", "day", "birthday"], ["2026-01-31", "2026-02-01"]),
    (&["language", "lang", "locale"], ["en", "fr"]),
    (&["country"], ["NL", "IN"]),
    (&["currency"], ["EUR", "USD"]),
    (&["city"], ["Utrecht", "Pune"]),
    (&["color", "colour"], ["blue", "green"]),
    (&["version"], ["1.0.0", "1.1.0"]),
    (&["mime", "media"], ["text/plain", "application/pdf"]),
    (&["path", "file", "filename"], ["docs/a.txt", "docs/b.txt"]),
    (&["token", "secret", "password", "key"], ["k1", "k2"]),
    (&["user", "author", "owner", "username"], ["ada", "grace"]),
    (&["error", "reason"], ["not found", "timed out"]),
    (&["status", "state"], ["ready", "done"]),
    (&["type", "kind", "category"], ["general", "special"]),
    (
        &["tag", "tags", "label", "labels", "keyword", "keywords"],
        ["red", "round"],
    ),
    (&["model"], ["model-a", "model-b"]),
    (
        &["query", "question"],
        ["What is a schema?", "Who writes it?"],
    ),
    (&["prompt"], ["Say hello.", "Say goodbye."]),
    (
        &["answer", "response", "reply", "completion"],
        ["Hello.", "Goodbye."],
    ),
    (&["title", "subject"], ["A first title", "A second title"]),
    (
        &["description", "comment", "comments", "summary", "doc"],
        ["A short text.", "Another one."],
    ),
    (
        &["text", "content", "body", "message", "chunk", "document"],
        ["The quick brown fox.", "The lazy dog."],
    ),
    (&["name"], ["Ada", "Grace"]),
];

/// What a text field says.
pub(super) fn text(name: &str, nth: usize) -> String {
    let words = split(name);
    if words
        .last()
        .is_some_and(|w| matches!(w.as_str(), "id" | "ids" | "identifier" | "uuid"))
    {
        let stem = words.len().checked_sub(2).and_then(|i| words.get(i));
        return format!("{}-{}", stem.map_or("id", String::as_str), nth + 1);
    }
    // The last word of a name is what the field is: `user_email` is an email.
    for word in words.iter().rev() {
        let fits = TEXTS
            .iter()
            .find(|(names, _)| names.contains(&word.as_str()));
        if let Some((_, says)) = fits {
            return says[nth % 2].to_owned();
        }
    }
    match nth {
        0 => words.join(" "),
        _ => format!("{} {}", words.join(" "), nth + 1),
    }
}

/// What a whole number of 32 bits is.
pub(super) fn int(name: &str, nth: usize) -> i32 {
    i32::try_from(number(name))
        .unwrap_or(i32::MAX)
        .saturating_add(index(nth))
}

/// What a whole number of 64 bits is.
pub(super) fn long(name: &str, nth: usize) -> i64 {
    number(name).saturating_add(i64::from(index(nth)))
}

fn index(nth: usize) -> i32 {
    i32::try_from(nth).unwrap_or(i32::MAX)
}

fn number(name: &str) -> i64 {
    let words = split(name);
    let is = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
    match () {
        () if is(&["timestamp", "time", "at", "created", "updated"]) => EPOCH_MS,
        () if is(&["year"]) => 2026,
        () if is(&["month", "offset", "index", "page"]) => 1,
        () if is(&["port"]) => 8080,
        () if is(&["age"]) => 36,
        () if is(&["size", "bytes", "length"]) => 1024,
        () if is(&["tokens", "token", "duration", "ms"]) => 250,
        () if is(&["limit", "max", "top"]) => 10,
        () if is(&["status", "code"]) => 200,
        () if is(&["id"]) => 1001,
        () => 3,
    }
}

/// What a fraction of 32 bits is: few digits, so that it reads well.
pub(super) fn float(name: &str, nth: usize) -> f32 {
    if nth % 2 == 1 { 0.5 } else { fraction(name).0 }
}

/// What a fraction of 64 bits is.
pub(super) fn double(name: &str, nth: usize) -> f64 {
    if nth % 2 == 1 { 0.5 } else { fraction(name).1 }
}

fn fraction(name: &str) -> (f32, f64) {
    let words = split(name);
    let is = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
    match () {
        () if is(&["latitude", "lat"]) => (52.09, 52.09),
        () if is(&["longitude", "lon", "lng"]) => (5.12, 5.12),
        () if is(&["temperature"]) => (0.7, 0.7),
        () if is(&["price", "amount", "cost", "total"]) => (9.99, 9.99),
        () if is(&["duration", "seconds"]) => (1.5, 1.5),
        () if is(&["percent"]) => (87.5, 87.5),
        () => (0.25, 0.25),
    }
}

/// The `nth` UUID, of version 4 in form.
pub(super) fn uuid(nth: usize) -> [u8; 16] {
    let [last, ..] = nth.to_le_bytes();
    [
        0x6f, 0x1d, 0x4f, 0xae, 0x7d, 0xec, 0x41, 0xd0, 0xa7, 0x65, 0, 0xa0, 0xc9, 0x1e, 0x6b, last,
    ]
}

/// `userEmail`, `user_email` and `UserEMail2` into lower-case words.
fn split(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower_before = false;
    for c in name.chars() {
        let starts = c.is_uppercase() && lower_before;
        if (starts || !c.is_alphanumeric()) && words.last().is_some_and(|w| !w.is_empty()) {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
        lower_before = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_choose() {
        assert_eq!(split("userEmail_v2"), ["user", "email", "v2"]);
        assert_eq!(text("user_email", 0), "ada@example.com");
        assert_eq!(text("user_id", 1), "user-2");
        assert_eq!(text("id", 0), "id-1");
        assert_eq!(text("documentURL", 0), "https://example.com/a");
        assert_eq!(text("flow_class", 0), "flow class");
        assert_eq!(text("__", 0), "");
        assert_eq!(long("created_at", 0), EPOCH_MS);
        assert_eq!(int("created_at", 1), i32::MAX);
        assert_eq!(double("temperature", 0), 0.7);
    }
}
