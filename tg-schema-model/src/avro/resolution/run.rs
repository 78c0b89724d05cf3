//! Steps of a record into runs.

use std::collections::BTreeMap;

use super::{Form, Front, Gap, Node, NodeId, Promotion, Run, Skip, Step};

/// How the fields are read that are read within runs, as far as the last that is not read as if the reader had
/// written it. `number` gives the new number of a node.
pub(super) fn forms(
    steps: &[Step],
    nodes: &[Node],
    mut number: impl FnMut(NodeId) -> NodeId,
) -> Vec<Form> {
    let mut forms = Vec::new();
    for step in steps {
        let Step::Read { first, node, .. } = *step else {
            continue;
        };
        let form = match &nodes[node.0 as usize] {
            Node::Int => Form::Number(Promotion::Int),
            Node::Long => Form::Number(Promotion::Long),
            Node::Float => Form::Number(Promotion::Float),
            of if is_held(of, nodes) => match number(node) {
                NodeId::SAME => continue,
                node => Form::Node(node),
            },
            _ => continue,
        };
        let field = first as usize;
        if forms.len() <= field {
            forms.resize(field + 1, Form::Same);
        }
        forms[field] = form;
    }
    forms
}

/// Whether the node is of a record, an enum, a list, a map or an optional value.
fn is_held(node: &Node, nodes: &[Node]) -> bool {
    match node {
        Node::Record { .. } | Node::Array(_) | Node::Map(_) | Node::Enum(_) => true,
        Node::None | Node::Some(_) => true,
        // A branch is never a union itself.
        Node::Union(branches) => branches.iter().any(|branch| {
            let branch = &nodes[branch.0 as usize];
            !matches!(branch, Node::Union(_)) && is_held(branch, nodes)
        }),
        Node::Same | Node::Int | Node::Long | Node::Float | Node::Fail(_) => false,
    }
}

/// The branches that are read as if the reader had written them, as [`Run::same`] has them.
pub(super) fn same_branches(branches: impl Iterator<Item = NodeId>) -> u32 {
    let bits = branches.zip(0..u32::BITS);
    let same = bits.filter(|(branch, _)| *branch == NodeId::SAME);
    same.fold(0, |all, (_, bit)| all | 1 << bit)
}

/// The steps as runs: each with what is jumped over in front of it, and as long as it can be. `unions` are nodes, with
/// their [`Run::same`].
pub(super) fn runs(
    steps: &[Step],
    forms: &[Form],
    unions: &BTreeMap<NodeId, u32>,
    skips: &[Skip],
) -> Vec<Run> {
    let same = |node: NodeId| unions.get(&node).copied().unwrap_or_default();
    let mut runs: Vec<Run> = Vec::new();
    for step in steps {
        let run = match *step {
            Step::Skip(id) => run(
                match skips[id.0 as usize] {
                    Skip::Nothing => Gap::Nothing,
                    Skip::Fixed(n) => Gap::Fixed(n),
                    Skip::Varint => Gap::Varints(1),
                    Skip::Prefixed => Gap::Prefixed,
                    _ => Gap::Other(id),
                },
                Run::NONE..Run::NONE,
                (NodeId::SAME, 0),
            ),
            Step::Read { first, end, node } => {
                let form = forms.get(first as usize);
                let within = form.is_some_and(|form| *form != Form::Same);
                let node = if within { NodeId::SAME } else { node };
                run(Gap::Nothing, first..end, (node, same(node)))
            }
        };
        match runs.last_mut() {
            // Behind a gap.
            Some(last) if last.first == Run::NONE && run.gap == Gap::Nothing => {
                *last = self::run(last.gap, run.first..run.end, (run.node, run.same));
            }
            // Numbers that are jumped over together.
            Some(Run {
                gap: Gap::Varints(n),
                first: Run::NONE,
                ..
            }) if run.gap == Gap::Varints(1) => *n = n.saturating_add(1),
            Some(last)
                if last.end == run.first
                    && run.gap == Gap::Nothing
                    && run.node == NodeId::SAME
                    && (last.node == NodeId::SAME || last.same != 0) =>
            {
                last.end = run.end;
            }
            _ => runs.push(run),
        }
    }
    runs
}

fn run(gap: Gap, fields: std::ops::Range<u32>, (node, same): (NodeId, u32)) -> Run {
    Run {
        gap,
        first: fields.start,
        end: fields.end,
        node,
        same,
        front: match gap {
            Gap::Nothing if node == NodeId::SAME => Front::Nothing,
            Gap::Varints(n) if node == NodeId::SAME && fields.start != Run::NONE => {
                Front::Varints(n)
            }
            _ => Front::Other,
        },
    }
}
