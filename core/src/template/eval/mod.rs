//! Runs a parsed template.

mod call;
mod pipe;
mod range;

use std::collections::BTreeMap;
use std::mem::replace;

use super::ast::{Branch, Node, Pipe, Templates};
use super::text::Buffer;
use super::value::{Heap, Items, Value};
use super::{Fault, MAX_DEPTH, Problem, format};
use crate::secret::SecretBytes;

/// Runs the template `name` with the decrypted items as its dot.
pub(super) fn execute(
    name: &str,
    templates: &Templates,
    data: &BTreeMap<String, SecretBytes>,
) -> Result<SecretBytes, Fault> {
    let items = data.iter();
    let items = items.map(|(key, value)| (key.as_bytes().into(), value.expose().into()));
    let mut heap = Heap::default();
    let dot = heap.add_dict(Items::Text, items.collect());
    let variables = vec![("$".to_owned(), dot.clone())];
    let (out, depth, at) = (Buffer::default(), 0, 0);
    let mut run = Run {
        templates,
        heap,
        out,
        variables,
        depth,
        at,
    };
    match run.nodes(&dot, &templates[name.as_bytes()]) {
        Ok(_) => run.out.into_bytes().map(SecretBytes::new),
        Err(problem) => Err(problem),
    }
    .map_err(|problem| problem.at(run.at))
}

struct Run<'t> {
    templates: &'t Templates,
    heap: Heap,
    out: Buffer,
    variables: Vec<(String, Value)>,
    depth: usize,
    /// The byte of the template that a problem is blamed on.
    at: usize,
}

/// How a list of nodes ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

impl<'t> Run<'t> {
    fn nodes(&mut self, dot: &Value, nodes: &'t [Node]) -> Result<Flow, Problem> {
        self.deeper()?;
        let mut flow = Flow::Next;
        for node in nodes {
            flow = self.node(dot, node)?;
            if flow != Flow::Next {
                break;
            }
        }
        self.depth -= 1;
        Ok(flow)
    }

    fn node(&mut self, dot: &Value, node: &'t Node) -> Result<Flow, Problem> {
        match node {
            Node::Text(text) => self.out.push(text),
            Node::Action(pipe) => self.action(dot, pipe)?,
            Node::Branch(branch) => return self.branch(dot, branch),
            Node::Range(range) => return self.range(dot, range),
            Node::Template(at, name, argument) => {
                self.template(dot, *at, name, argument.as_ref())?;
            }
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
        }
        self.out.check()?;
        Ok(Flow::Next)
    }

    fn action(&mut self, dot: &Value, pipe: &'t Pipe) -> Result<(), Problem> {
        let value = self.pipe(dot, pipe)?;
        self.at = pipe.at;
        match &value {
            _ if !pipe.variables.is_empty() => {}
            Value::Missing => self.out.push("<no value>"),
            value => self.out.push(&format::display(&self.heap, value)?[..]),
        }
        Ok(())
    }

    fn branch(&mut self, dot: &Value, branch: &'t Branch) -> Result<Flow, Problem> {
        let scope = self.variables.len();
        let (mut dot, mut chosen) = (dot.clone(), &branch.otherwise);
        for (condition, nodes) in &branch.arms {
            let value = self.pipe(&dot, condition)?;
            if self.heap.truth(&value) {
                dot = if branch.sets_dot { value } else { dot };
                chosen = nodes;
                break;
            }
        }
        let flow = self.nodes(&dot, chosen)?;
        self.variables.truncate(scope);
        Ok(flow)
    }

    fn template(
        &mut self,
        dot: &Value,
        at: usize,
        name: &[u8],
        argument: Option<&'t Pipe>,
    ) -> Result<(), Problem> {
        self.at = at;
        let templates = self.templates;
        let missing = || Problem::execution("no template of this name");
        let nodes = templates.get(name).ok_or_else(missing)?;
        let dot = match argument {
            Some(pipe) => self.pipe(dot, pipe)?,
            None => Value::Missing,
        };
        let variables = replace(&mut self.variables, vec![("$".to_owned(), dot.clone())]);
        self.nodes(&dot, nodes)?;
        self.variables = variables;
        Ok(())
    }

    fn deeper(&mut self) -> Result<(), Problem> {
        self.depth += 1;
        match self.depth > MAX_DEPTH {
            true => Err(Problem::Limit("100 levels of nesting")),
            false => self.heap.spend(1),
        }
    }
}
