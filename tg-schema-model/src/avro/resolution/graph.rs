//! What spreads along the edges of a graph.

/// All nodes that `start` holds of, and those from which an edge leads to one of them. `edges` gives
/// each edge as the node that it comes from and the one that it leads to.
pub(super) fn reached_from(
    start: Vec<bool>,
    edges: impl Iterator<Item = (usize, usize)>,
) -> Vec<bool> {
    let mut sources: Vec<Vec<usize>> = vec![Vec::new(); start.len()];
    for (from, to) in edges {
        sources[to].push(from);
    }
    let mut open: Vec<usize> = (0..start.len()).filter(|&node| start[node]).collect();
    let mut found = start;
    while let Some(node) = open.pop() {
        for &source in &sources[node] {
            if !found[source] {
                found[source] = true;
                open.push(source);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreads_against_the_edges_and_around() {
        let edges = [(0, 1), (1, 2), (2, 0), (3, 4), (5, 3)];
        let found = reached_from(
            vec![false, false, true, false, false, false],
            edges.into_iter(),
        );
        assert_eq!(found, [true, true, true, false, false, false]);
        let found = reached_from(
            vec![false, false, false, false, true, false],
            edges.into_iter(),
        );
        assert_eq!(found, [false, false, false, true, true, true]);
    }
}
