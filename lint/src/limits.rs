//! What a file may cost: more than a manifest needs, less than a bomb.

use std::collections::HashMap;

use sealsmith_core::manifest::tree::{Error, Node, NodeId, Problem, Stream};

/// The most nodes and documents that a file may have, aliases expanded.
pub const MAX_NODES: usize = 200_000;

/// The most bytes that the texts of a file may have, aliases expanded.
pub const MAX_EXPANSION: usize = 16 << 20;

/// Parses a text as manifests, unless it costs more than it may.
///
/// # Errors
/// Where it is no manifest, and [`Problem::TooManyNodes`] where aliases expand too far.
pub(crate) fn parse(text: &str) -> Result<Stream, Error> {
    let stream = Stream::parse(text)?;
    match excess(&stream) {
        Some(problem) => Err(problem),
        None => Ok(stream),
    }
}

/// Where a stream costs more than it may: its aliases are expanded by every tool that reads it.
fn excess(stream: &Stream) -> Option<Error> {
    let mut measure = Measure {
        known: HashMap::new(),
    };
    let mut total = Cost::default();
    for document in stream.documents() {
        total = total.plus(document.root().map_or(Cost::ONE, |root| measure.cost(root)));
        if total.nodes > MAX_NODES || total.bytes > MAX_EXPANSION {
            let position = stream.position(document.range().start);
            return Some(Error {
                position,
                problem: Problem::TooManyNodes,
            });
        }
    }
    None
}

#[derive(Clone, Copy, Default)]
struct Cost {
    nodes: usize,
    bytes: usize,
}

impl Cost {
    const ONE: Self = Self { nodes: 1, bytes: 0 };

    fn plus(self, other: Self) -> Self {
        Self {
            nodes: self.nodes.saturating_add(other.nodes),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }
}

struct Measure {
    /// What the nodes cost that aliases stand for.
    known: HashMap<NodeId, Cost>,
}

impl Measure {
    fn cost(&mut self, node: Node<'_>) -> Cost {
        if !node.is_alias() {
            return self.children(node);
        }
        let target = node.resolved();
        if let Some(known) = self.known.get(&target.id()) {
            return *known;
        }
        let cost = self.children(target);
        self.known.insert(target.id(), cost);
        cost
    }

    fn children(&mut self, node: Node<'_>) -> Cost {
        let own = Cost {
            nodes: 1,
            bytes: node.scalar().map_or(0, str::len),
        };
        let entries = node.entries().flat_map(|(key, value)| [key, value]);
        entries
            .chain(node.items())
            .fold(own, |sum, child| sum.plus(self.cost(child)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_is_refused_and_a_shared_anchor_is_not() {
        let laughs: String = (1..9)
            .map(|n| {
                format!(
                    "a{n}: &a{n} [{}]\n",
                    vec![format!("*a{}", n - 1); 9].join(",")
                )
            })
            .collect();
        assert!(parse(&format!("a0: &a0 x\n{laughs}")).is_err());
        assert!(parse("a: &a {b: c}\nd: [*a, *a, *a]\n").is_ok());
    }

    #[test]
    fn a_long_text_is_not_repeated_without_end() {
        let aliases = vec!["*a"; 1_000].join(",");
        let text = format!("a: &a {}\nb: [{aliases}]\n", "x".repeat(100_000));
        assert!(parse(&text).is_err());
    }
}
