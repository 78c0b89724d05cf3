//! Drafts of nodes into a plan: what reads as the reader would by itself becomes one node.

use std::collections::BTreeMap;

use super::graph::reached_from;
use super::pair::Drafts;
use super::problem::Problem;
use super::run::{forms, runs, same_branches};
use super::skip::Finished;
use super::{Node, NodeId, Plan, Skip, Step};

/// The plan that begins at `root`.
pub(super) fn reduce(
    mut drafts: Drafts,
    root: NodeId,
    mut skips: Finished,
    problems: Vec<Problem>,
) -> Plan {
    for node in &mut drafts.nodes {
        if let Node::Record { steps, .. } = node {
            *steps = joined(steps, &mut skips).into();
        }
    }
    let own = own(&drafts);
    let filled = filled(&drafts.nodes);
    let mut numbers = Numbers {
        new: vec![None; own.len()],
        old: vec![0],
    };
    for (new, own) in numbers.new.iter_mut().zip(&own) {
        *new = own.then_some(NodeId::SAME);
    }
    let root = numbers.number(root);
    let mut nodes = vec![Node::Same];
    while let Some(&old) = numbers.old.get(nodes.len()) {
        nodes.push(numbers.renumber(&drafts.nodes[old], &drafts.nodes, &skips.skips));
    }
    let mut filled: Vec<bool> = numbers.old.iter().map(|&old| filled[old]).collect();
    filled[0] = false;
    let mut unknown = BTreeMap::new();
    for ((old, index), name) in drafts.unknown {
        if let Some(new) = numbers.new[old as usize] {
            unknown.insert((new.0, index), name);
        }
    }
    let mut plan = Plan {
        nodes,
        skips: skips.skips,
        root,
        problems,
        filled,
        unknown,
    };
    plan.shrink();
    plan
}

/// New numbers for the nodes that are left.
struct Numbers {
    new: Vec<Option<NodeId>>,
    old: Vec<usize>,
}

impl Numbers {
    fn number(&mut self, id: NodeId) -> NodeId {
        let old = id.0 as usize;
        *self.new[old].get_or_insert_with(|| {
            self.old.push(old);
            NodeId(u32::try_from(self.old.len() - 1).unwrap_or(u32::MAX))
        })
    }

    /// A node of the drafts with its new numbers.
    fn renumber(&mut self, node: &Node, drafts: &[Node], skips: &[Skip]) -> Node {
        match node {
            Node::Array(item) => Node::Array(self.number(*item)),
            Node::Map(item) => Node::Map(self.number(*item)),
            Node::Some(inner) => Node::Some(self.number(*inner)),
            Node::Union(branches) => {
                Node::Union(branches.iter().map(|&b| self.number(b)).collect())
            }
            Node::Record { steps, .. } => {
                let forms = forms(steps, drafts, |node| self.number(node));
                let mut unions = BTreeMap::new();
                for step in steps {
                    if let Step::Read { node, .. } = *step
                        && let Node::Union(branches) = &drafts[node.0 as usize]
                    {
                        let same = same_branches(branches.iter().map(|&b| self.number(b)));
                        unions.insert(self.number(node), same);
                    }
                }
                let steps = steps.iter().map(|step| match *step {
                    Step::Read { first, end, node } => Step::Read {
                        first,
                        end,
                        node: self.number(node),
                    },
                    skip => skip,
                });
                let steps = together(steps);
                Node::Record {
                    read: marks(&steps).into(),
                    runs: runs(&steps, &forms, &unions, skips).into(),
                    forms: forms.into(),
                    steps: steps.into(),
                }
            }
            other => other.clone(),
        }
    }
}

/// Nodes that read as the reader would by itself. Records that lead to each other are taken to, until
/// something in one of them does not.
fn own(drafts: &Drafts) -> Vec<bool> {
    let mut edges = Vec::new();
    for (at, node) in drafts.nodes.iter().enumerate() {
        let mut edge = |to: NodeId| edges.push((at, to.0 as usize));
        match node {
            Node::Array(item) | Node::Map(item) => edge(*item),
            Node::Record { steps, .. } => reads(steps).for_each(edge),
            // Of a union that is the reader's own, null is, and the other branch if its value is.
            Node::Union(branches) if drafts.alike[at] => {
                if let Some(last) = branches.last()
                    && let Node::Some(inner) = drafts.nodes[last.0 as usize]
                {
                    edge(inner);
                }
            }
            _ => {}
        }
    }
    let foreign = drafts.alike.iter().map(|alike| !alike).collect();
    let foreign = reached_from(foreign, edges.into_iter());
    foreign.into_iter().map(|foreign| !foreign).collect()
}

/// Nodes whose values always have a byte. Values of primitive types and enums do.
fn filled(nodes: &[Node]) -> Vec<bool> {
    let mut edges = Vec::new();
    let mut start = Vec::with_capacity(nodes.len());
    for (at, node) in nodes.iter().enumerate() {
        start.push(match node {
            Node::None | Node::Fail(_) => false,
            Node::Some(inner) => {
                edges.push((at, inner.0 as usize));
                false
            }
            Node::Record { steps, .. } => {
                edges.extend(reads(steps).map(|node| (at, node.0 as usize)));
                steps.iter().any(|step| matches!(step, Step::Skip(_)))
            }
            _ => true,
        });
    }
    reached_from(start, edges.into_iter())
}

fn reads(steps: &[Step]) -> impl Iterator<Item = NodeId> {
    steps.iter().filter_map(|step| match step {
        Step::Read { node, .. } => Some(*node),
        Step::Skip(_) => None,
    })
}

/// The steps with one for neighbours that read as the reader would by itself.
fn together(steps: impl Iterator<Item = Step>) -> Vec<Step> {
    let mut together: Vec<Step> = Vec::new();
    for step in steps {
        match (together.last_mut(), step) {
            (
                Some(Step::Read {
                    end: here,
                    node: NodeId::SAME,
                    ..
                }),
                Step::Read {
                    first,
                    end,
                    node: NodeId::SAME,
                },
            ) if *here == first => *here = end,
            _ => together.push(step),
        }
    }
    together
}

/// Which fields the steps read.
fn marks(steps: &[Step]) -> Vec<u64> {
    let mut marks: Vec<u64> = Vec::new();
    for step in steps {
        if let Step::Read { first, end, .. } = *step {
            for field in first as usize..end as usize {
                if marks.len() <= field / 64 {
                    marks.resize(field / 64 + 1, 0);
                }
                marks[field / 64] |= 1 << (field % 64);
            }
        }
    }
    marks
}

/// The steps without empty skips, and with one for neighbours of fixed sizes.
fn joined(steps: &[Step], skips: &mut Finished) -> Vec<Step> {
    let mut joined = Vec::with_capacity(steps.len());
    let mut pending = 0_u32;
    let flush = |pending: &mut u32, joined: &mut Vec<Step>, skips: &mut Finished| {
        if *pending > 0 {
            joined.push(Step::Skip(skips.fixed(*pending)));
            *pending = 0;
        }
    };
    for &step in steps {
        let size = match step {
            Step::Skip(id) => skips.size(id),
            Step::Read { .. } => None,
        };
        match size.map(|n| (n, pending.checked_add(n))) {
            Some((_, Some(sum))) => pending = sum,
            Some((n, None)) => {
                flush(&mut pending, &mut joined, skips);
                pending = n;
            }
            None => {
                flush(&mut pending, &mut joined, skips);
                joined.push(step);
            }
        }
    }
    flush(&mut pending, &mut joined, skips);
    joined
}
