//! What all records together decide: which of them are in one circle, and which have a float somewhere inside.

use crate::schema::{Schema, Type};

/// Strongly connected components (Tarjan's algorithm, with its own stack): the number of each node's.
pub fn components(n: usize, edges: impl Fn(usize) -> Vec<usize>) -> Vec<usize> {
    const NEW: usize = usize::MAX;
    let (mut index, mut low, mut component) = (vec![NEW; n], vec![0; n], vec![NEW; n]);
    let (mut next, mut found) = (0, 0);
    let mut path: Vec<usize> = Vec::new();
    for start in 0..n {
        if index[start] != NEW {
            continue;
        }
        let mut work: Vec<(usize, Vec<usize>)> = Vec::new();
        let mut enter = Some(start);
        loop {
            if let Some(v) = enter.take() {
                (index[v], low[v]) = (next, next);
                next += 1;
                path.push(v);
                work.push((v, edges(v)));
            }
            let Some((v, open)) = work.last_mut() else {
                break;
            };
            let v = *v;
            match open.pop() {
                Some(w) if index[w] == NEW => enter = Some(w),
                Some(w) if component[w] == NEW => low[v] = low[v].min(index[w]),
                Some(_) => {}
                None => {
                    work.pop();
                    if let Some((parent, _)) = work.last() {
                        low[*parent] = low[*parent].min(low[v]);
                    }
                    if low[v] == index[v] {
                        while let Some(w) = path.pop() {
                            component[w] = found;
                            if w == v {
                                break;
                            }
                        }
                        found += 1;
                    }
                }
            }
        }
    }
    component
}

/// For each record whether no float is anywhere inside: it can be compared and hashed exactly.
pub fn float_free(schema: &Schema) -> Vec<bool> {
    let mut users = vec![Vec::new(); schema.records.len()];
    let mut open = Vec::new();
    for (at, record) in schema.records.iter().enumerate() {
        for field in &record.fields {
            match field.ty.leaf() {
                Type::Float | Type::Double => open.push(at),
                Type::Record(id) => {
                    if let Some(list) = users.get_mut(id.0) {
                        list.push(at);
                    }
                }
                _ => {}
            }
        }
    }
    let mut free = vec![true; schema.records.len()];
    while let Some(at) = open.pop() {
        if let Some(known) = free.get_mut(at).filter(|known| **known) {
            *known = false;
            open.extend(users.get(at).into_iter().flatten());
        }
    }
    free
}

#[cfg(test)]
mod tests {
    use super::components;

    #[test]
    fn components_of_a_graph() {
        let edges = [
            vec![1],
            vec![2],
            vec![0, 3],
            vec![4],
            vec![3],
            vec![5],
            vec![],
        ];
        let c = components(edges.len(), |v| edges[v].clone());
        assert_eq!((c[0], c[1]), (c[1], c[2]));
        assert_eq!(c[3], c[4]);
        let distinct: std::collections::BTreeSet<usize> = c.iter().copied().collect();
        assert_eq!(distinct.len(), 4);
    }

    #[test]
    fn a_long_chain_does_not_recurse() {
        let n = 200_000;
        let c = components(n, |v| if v + 1 < n { vec![v + 1] } else { vec![0] });
        assert!(c.iter().all(|x| *x == c[0]));
    }
}
