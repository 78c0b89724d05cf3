//! One name in three spellings: `text_completion`, `TEXT_COMPLETION`, `TextCompletion`.
//!
//! Words end at any character that is neither letter nor digit, before an upper-case letter that follows
//! a lower-case one or a digit, and before the last of several upper-case letters that a lower-case one
//! follows (`HTTPServer` is `HTTP` and `Server`). Underscores at both ends are kept, because `_id` and `id`
//! are two names.

/// `text_completion`.
pub fn snake(name: &str) -> String {
    if is_snake(name) {
        return name.to_owned();
    }
    spell(name, |words| {
        words
            .iter()
            .map(|w| w.to_lowercase())
            .collect::<Vec<_>>()
            .join("_")
    })
}

/// Whether a name is plainly of this form: most names of fields are.
pub(super) fn is_snake(name: &str) -> bool {
    // An underscore in front, or a second one, is for the long way.
    let mut before = b'_';
    for byte in name.bytes() {
        if !matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_') || (before == b'_' && byte == b'_') {
            return false;
        }
        before = byte;
    }
    name.starts_with(|c: char| c.is_ascii_lowercase())
}

/// `TEXT_COMPLETION`.
pub fn screaming_snake(name: &str) -> String {
    spell(name, |words| {
        words
            .iter()
            .map(|w| w.to_uppercase())
            .collect::<Vec<_>>()
            .join("_")
    })
}

/// `TextCompletion`. A `_` stays between two digits: `v1_2` is `V1_2`.
pub fn upper_camel(name: &str) -> String {
    spell(name, |words| {
        let mut out = String::new();
        for word in words {
            let digits = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
            if digits(out.chars().next_back()) && digits(word.chars().next()) {
                out.push('_');
            }
            let mut chars = word.chars();
            out.extend(chars.next().into_iter().flat_map(char::to_uppercase));
            out.extend(chars.flat_map(char::to_lowercase));
        }
        out
    })
}

/// Applies `join` to the words between the outer underscores, and keeps a digit from coming first.
fn spell(name: &str, join: impl Fn(&[String]) -> String) -> String {
    let body = name.trim_matches('_');
    if body.is_empty() {
        return name.to_owned();
    }
    let head = name.len() - name.trim_start_matches('_').len();
    let tail = name.len() - name.trim_end_matches('_').len();
    let joined = join(&words(body));
    let digit_first = head == 0 && joined.starts_with(|c: char| c.is_ascii_digit());
    format!(
        "{}{joined}{}",
        "_".repeat(head + usize::from(digit_first)),
        "_".repeat(tail)
    )
}

fn words(body: &str) -> Vec<String> {
    let chars: Vec<char> = body.chars().collect();
    let mut words = vec![String::new()];
    for (index, &c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let before = index.checked_sub(1).and_then(|i| chars.get(i));
        let after = chars.get(index + 1);
        let starts = c.is_uppercase()
            && before.is_some_and(|b| {
                b.is_lowercase()
                    || b.is_numeric()
                    || (b.is_uppercase() && after.is_some_and(|a| a.is_lowercase()))
            });
        if starts {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(c);
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        for (name, in_snake, in_camel) in [
            ("id", "id", "Id"),
            ("_id", "_id", "_Id"),
            ("type_", "type_", "Type_"),
            ("userName", "user_name", "UserName"),
            ("HTTPServer", "http_server", "HttpServer"),
            ("getHTTP", "get_http", "GetHttp"),
            ("RED", "red", "Red"),
            ("DARK_BLUE", "dark_blue", "DarkBlue"),
            ("text-completion", "text_completion", "TextCompletion"),
            ("text_completion", "text_completion", "TextCompletion"),
            ("a__b", "a_b", "AB"),
            ("sha256Sum", "sha256_sum", "Sha256Sum"),
            ("utf8", "utf8", "Utf8"),
            ("v1_2", "v1_2", "V1_2"),
            ("_1", "_1", "_1"),
            ("2fa", "_2fa", "_2fa"),
            ("___", "___", "___"),
            ("año", "año", "Año"),
            ("", "", ""),
        ] {
            assert_eq!(snake(name), in_snake, "{name}");
            assert_eq!(upper_camel(name), in_camel, "{name}");
            assert_eq!(screaming_snake(name), in_snake.to_uppercase(), "{name}");
            assert_eq!(snake(in_snake), in_snake);
        }
    }
}
