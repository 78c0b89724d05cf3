//! How alike two names are.

/// Longer names are compared by their beginnings.
const MAX_CHARS: usize = 64;

/// A name without what does not count: case and underscores.
pub(crate) struct Plain(Vec<char>);

impl Plain {
    pub(crate) fn of(name: &str) -> Self {
        let letters = name.chars().filter(|c| *c != '_');
        let lower = letters.flat_map(char::to_lowercase);
        Plain(lower.take(MAX_CHARS).collect())
    }

    /// From 0, nothing in common, to 100, the same.
    pub(crate) fn likeness(&self, other: &Plain) -> u8 {
        let (a, b) = (&self.0, &other.0);
        let longer = a.len().max(b.len());
        if longer == 0 {
            return 100;
        }
        let apart = distance(a, b);
        let common = (longer - apart.min(longer)) * 100 / longer;
        // One name inside the other: `id` and `user_id`.
        let contained = a.len().min(b.len()) > 1 && (contains(a, b) || contains(b, a));
        u8::try_from(if contained { common.max(60) } else { common }).unwrap_or(100)
    }
}

/// From 0, nothing in common, to 100, the same but for case and underscores.
pub(crate) fn likeness(a: &str, b: &str) -> u8 {
    Plain::of(a).likeness(&Plain::of(b))
}

fn contains(whole: &[char], part: &[char]) -> bool {
    whole.windows(part.len()).any(|window| window == part)
}

/// Characters to insert, delete or replace.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (y, above) in b.iter().zip(row.iter_mut().skip(1)) {
            let cost = (diagonal + usize::from(x != y))
                .min(*above + 1)
                .min(left + 1);
            diagonal = std::mem::replace(above, cost);
            left = cost;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likenesses() {
        assert_eq!(likeness("userName", "user_name"), 100);
        assert!(likeness("vectors", "vector") > 80);
        assert!(likeness("id", "user_id") >= 60);
        assert!(likeness("chunk", "metadata") < 40);
        assert_eq!(likeness("", ""), 100);
        assert_eq!(distance(&['a', 'b', 'c'], &['a', 'c']), 1);
        assert_eq!(distance(&[], &['a', 'c']), 2);
    }
}
