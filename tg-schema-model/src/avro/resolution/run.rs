//! Steps of a record into runs.

use super::{Gap, Node, NodeId, Promotion, Run, Skip, Step};

/// Which of the fields hold a number of another type, as far as the last of them.
pub(super) fn promoted(steps: &[Step], nodes: &[Node]) -> Vec<Option<Promotion>> {
    let mut promoted = Vec::new();
    for step in steps {
        let Step::Read { first, node, .. } = *step else {
            continue;
        };
        let promotion = match nodes[node.0 as usize] {
            Node::Int => Promotion::Int,
            Node::Long => Promotion::Long,
            Node::Float => Promotion::Float,
            _ => continue,
        };
        let field = first as usize;
        if promoted.len() <= field {
            promoted.resize(field + 1, None);
        }
        promoted[field] = Some(promotion);
    }
    promoted
}

/// The steps as runs: each with what is jumped over in front of it, and as long as it can be.
pub(super) fn runs(steps: &[Step], promoted: &[Option<Promotion>], skips: &[Skip]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for step in steps {
        let run = match *step {
            Step::Skip(id) => Run {
                gap: match skips[id.0 as usize] {
                    Skip::Nothing => Gap::Nothing,
                    Skip::Fixed(n) => Gap::Fixed(n),
                    Skip::Varint => Gap::Varint,
                    Skip::Prefixed => Gap::Prefixed,
                    _ => Gap::Other(id),
                },
                first: Run::NONE,
                end: Run::NONE,
                node: NodeId::SAME,
                plain: false,
            },
            Step::Read { first, end, node } => {
                let is_number = promoted.get(first as usize).is_some_and(Option::is_some);
                let node = if is_number { NodeId::SAME } else { node };
                Run {
                    gap: Gap::Nothing,
                    first,
                    end,
                    node,
                    plain: node == NodeId::SAME,
                }
            }
        };
        match runs.last_mut() {
            // Behind a gap.
            Some(last) if last.first == Run::NONE && run.gap == Gap::Nothing => {
                *last = Run {
                    gap: last.gap,
                    plain: false,
                    ..run
                };
            }
            Some(last)
                if last.end == run.first
                    && run.gap == Gap::Nothing
                    && (last.node, run.node) == (NodeId::SAME, NodeId::SAME) =>
            {
                last.end = run.end;
            }
            _ => runs.push(run),
        }
    }
    runs
}
