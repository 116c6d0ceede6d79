//! Suggests the known word nearest to a misspelled one.

/// Longer words are no key of ours, and the distance is quadratic. In characters.
const LONGEST: usize = 40;

/// Returns the nearest of `known` by Damerau-Levenshtein distance (optimal string alignment). The
/// distance is at most 2, or a third of the length.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let length = word.chars().count();
    if length > LONGEST {
        return None;
    }
    let limit = (length / 3).max(2.min(length.saturating_sub(1)));
    known
        .into_iter()
        .map(|known| (distance(word, known), known))
        .filter(|(far, _)| *far <= limit)
        .min()
        .map(|(_, known)| known)
}

/// The words in the order of their distance; long words, and any word for a long one, stay in
/// their order at the end.
pub fn by_distance<'k>(word: &str, known: &[&'k str]) -> Vec<&'k str> {
    let is_long = |word: &str| word.chars().count() > LONGEST;
    let mut words = known.to_vec();
    words.sort_by_cached_key(|known| {
        if is_long(word) || is_long(known) {
            usize::MAX
        } else {
            distance(word, known)
        }
    });
    words
}

fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut cost = above[j] + usize::from(x != y);
            cost = cost.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                cost = cost.min(before[j - 1] + 1);
            }
            row.push(cost);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_keyboard_are_understood() {
        let known = ["interval", "timeout", "tags", "sse", "http"];
        for (word, meant) in [
            ("intervall", Some("interval")),
            ("itnerval", Some("interval")),
            ("Timeout", Some("timeout")),
            ("htpp", Some("http")),
            ("tgs", Some("tags")),
            ("zzzzzz", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), meant, "{word}");
        }
    }
}
