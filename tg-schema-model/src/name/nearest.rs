//! What was meant by a word that nobody knows.

/// Longer words are compared for equality alone, so that a hostile text costs nothing.
const LONGEST: usize = 100;

/// The candidate that `word` was most likely meant to be: the same but for case, else the one with the
/// fewest typing errors (a letter wrong, missing, extra, or two swapped), at most one in three letters, or
/// the second of two. Of equals the first.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
    let mut best: Option<(usize, &'a str)> = None;
    let (mut other, mut rows) = (Vec::new(), Rows::default());
    for candidate in candidates {
        if word
            .iter()
            .copied()
            .eq(candidate.chars().flat_map(char::to_lowercase))
        {
            return Some(candidate);
        }
        // Fewer than the best has. Most candidates are told by their length, or because none can be better.
        let fewer = best.map_or(usize::MAX, |(fewest, _)| fewest - 1);
        if fewer == 0 {
            continue;
        }
        other.clear();
        other.extend(candidate.chars().flat_map(char::to_lowercase));
        let (short, long) = (word.len().min(other.len()), word.len().max(other.len()));
        let most = if (short, long) == (1, 2) { 1 } else { long / 3 };
        if long > LONGEST || long - short > most.min(fewer) {
            continue;
        }
        let errors = distance(&word, &other, &mut rows);
        if errors <= most.min(fewer) {
            best = Some((errors, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The last rows of a table of distances, kept for the next one.
#[derive(Default)]
struct Rows {
    before: Vec<usize>,
    above: Vec<usize>,
    row: Vec<usize>,
}

/// Optimal string alignment: Levenshtein's distance, where swapped neighbours count once.
fn distance(a: &[char], b: &[char], rows: &mut Rows) -> usize {
    let Rows { before, above, row } = rows;
    before.clear();
    before.resize(b.len() + 1, 0);
    above.clear();
    above.extend(0..=b.len());
    for (i, &x) in a.iter().enumerate() {
        row.clear();
        row.push(i + 1);
        for (j, &y) in b.iter().enumerate() {
            let mut least = (above[j] + usize::from(x != y))
                .min(above[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        std::mem::swap(before, above);
        std::mem::swap(above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_are_counted() {
        let errors = |a: &str, b: &str| {
            let chars = |s: &str| s.chars().collect::<Vec<_>>();
            distance(&chars(a), &chars(b), &mut Rows::default())
        };
        for (a, b, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "abc", 0),
            ("abc", "acb", 1),
            ("kitten", "sitting", 3),
            ("promt", "prompt", 1),
            ("año", "ano", 1),
        ] {
            assert_eq!(errors(a, b), expected, "{a} {b}");
            assert_eq!(errors(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn the_nearest_is_near() {
        let names = ["prompt", "system", "Prompter", "id"];
        assert_eq!(nearest("PROMPT", names), Some("prompt"));
        assert_eq!(nearest("promtp", names), Some("prompt"));
        assert_eq!(nearest("sytsem", names), Some("system"));
        assert_eq!(nearest("temperature", names), None);
        assert_eq!(nearest("x", names), None);
        assert_eq!(nearest("it", names), None);
        assert_eq!(nearest("", names), None);
        assert_eq!(nearest("Bb", ["A", "B"]), Some("B"));
        assert_eq!(nearest("A", ["Bb", "Aa"]), Some("Aa"));
        assert_eq!(nearest("A", ["B"]), None);
        assert_eq!(nearest("ab", ["abc", "abd"]), Some("abc"));
        assert_eq!(nearest(&"x".repeat(10_000), ["x"]), None);
    }
}
