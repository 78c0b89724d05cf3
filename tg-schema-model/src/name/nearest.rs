//! What was meant by a word that nobody knows.

/// Longer words are compared for equality alone, so that a hostile text costs nothing.
const LONGEST: usize = 100;

/// The candidate that `word` was most likely meant to be: the same but for case, else the one with the
/// fewest typing errors (a letter wrong, missing, extra, or two swapped), at most one in three letters, or
/// the second of two. Of equals the first.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
    let letters = Letters::of(word.get(..LONGEST).unwrap_or(&word));
    let mut best: Option<(usize, &'a str)> = None;
    let (mut other, mut rows) = (Vec::new(), Rows::default());
    for candidate in candidates {
        other.clear();
        match candidate.is_ascii() {
            true => other.extend(
                candidate
                    .bytes()
                    .map(|b| char::from(b.to_ascii_lowercase())),
            ),
            false => other.extend(candidate.chars().flat_map(char::to_lowercase)),
        }
        if word == other {
            return Some(candidate);
        }
        // Fewer than the best has. Most candidates are told by their length, or because none can be better.
        let fewer = best.map_or(usize::MAX, |(fewest, _)| fewest - 1);
        if fewer == 0 {
            continue;
        }
        let (short, long) = (word.len().min(other.len()), word.len().max(other.len()));
        let most = if (short, long) == (1, 2) { 1 } else { long / 3 };
        let most = most.min(fewer);
        if long > LONGEST || long - short > most || letters.errors(&other) > most {
            continue;
        }
        let errors = distance(&word, &other, &mut rows);
        if errors <= most {
            best = Some((errors, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// How often each letter is in a word; letters that are far from each other in the alphabet of all may count as one.
struct Letters([i16; 64]);

impl Letters {
    fn of(word: &[char]) -> Self {
        let mut letters = Letters([0; 64]);
        word.iter().for_each(|letter| *letters.count(*letter) += 1);
        letters
    }

    fn count(&mut self, letter: char) -> &mut i16 {
        &mut self.0[letter as usize % 64]
    }

    /// At least so many typing errors lead to another word: a letter of one that the other has not is part of one of them.
    /// Both are short.
    fn errors(&self, other: &[char]) -> usize {
        let mut left = Letters(self.0);
        other.iter().for_each(|letter| *left.count(*letter) -= 1);
        let more = |sign: i16| left.0.iter().map(move |count| (count * sign).max(0));
        let sum = |counts: &mut dyn Iterator<Item = i16>| {
            counts
                .map(i16::unsigned_abs)
                .map(usize::from)
                .sum::<usize>()
        };
        sum(&mut more(1)).max(sum(&mut more(-1)))
    }
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
    fn no_word_is_passed_over_for_its_letters() {
        let words = [
            "", "a", "ab", "ba", "abc", "cab", "acb", "año", "kitten", "sitting", "A_b", "aaaaab",
        ];
        for (a, b) in words.iter().flat_map(|a| words.iter().map(move |b| (a, b))) {
            let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            let least = Letters::of(&a).errors(&b);
            assert!(
                least <= distance(&a, &b, &mut Rows::default()),
                "{a:?} {b:?}"
            );
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
