//! What a template means, once it is parsed.

use std::collections::BTreeMap;

use super::functions::Callable;
use super::literal::Number;
use super::text::Text;

/// Every template of one source: the main one, and those from `define` and `block`.
pub(super) type Templates = BTreeMap<Vec<u8>, Vec<Node>>;

/// A piece of a template.
pub(super) enum Node {
    Text(Vec<u8>),
    Action(Pipe),
    Branch(Branch),
    Range(Range),
    /// A call of another template: where, which, and its dot.
    Template(usize, Vec<u8>, Option<Pipe>),
    Break,
    Continue,
}

/// An `if` or a `with` and all its `else if` or `else with`.
pub(super) struct Branch {
    /// A `with`: the value becomes the dot.
    pub(super) sets_dot: bool,
    pub(super) arms: Vec<(Pipe, Vec<Node>)>,
    pub(super) otherwise: Vec<Node>,
}

pub(super) struct Range {
    pub(super) over: Pipe,
    pub(super) body: Vec<Node>,
    pub(super) otherwise: Vec<Node>,
}

/// `$a, $b := command | command`.
pub(super) struct Pipe {
    pub(super) at: usize,
    pub(super) variables: Vec<String>,
    /// `=` instead of `:=`.
    pub(super) assigns: bool,
    pub(super) commands: Vec<Command>,
}

/// An operand and the arguments it is given.
pub(super) struct Command {
    pub(super) first: Operand,
    pub(super) arguments: Vec<Operand>,
}

pub(super) struct Operand {
    pub(super) at: usize,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    Dot,
    Nil,
    Bool(bool),
    Number(Number),
    Text(Text),
    Function(Callable),
    /// `.a.b`.
    Field(Vec<String>),
    /// `$x.a.b`.
    Variable(String, Vec<String>),
    Pipe(Box<Pipe>),
    /// `(pipe).a.b`.
    Chain(Box<Operand>, Vec<String>),
}
