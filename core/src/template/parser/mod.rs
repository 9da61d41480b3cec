//! Builds the tree of a template, with the checks Go makes before it runs one.

mod cursor;
mod pipeline;

use std::mem::{replace, take};

use super::ast::{Branch, Node, Range, Templates};
use super::lexer::{Token, lex};
use super::unicode::runes;
use super::{Fault, Problem};

/// Parses a template and those it defines; the result has one of this name.
pub(super) fn parse(name: &str, source: &str) -> Result<Templates, Fault> {
    let mut parser = Parser {
        tokens: lex(source)?,
        next: 0,
        templates: Templates::new(),
        variables: vec!["$".to_owned()],
        loops: 0,
        depth: 0,
    };
    let parsed = parser
        .main()
        .and_then(|nodes| parser.add(name.into(), nodes));
    parsed.map_err(|problem| problem.at(parser.last_position()))?;
    Ok(parser.templates)
}

struct Parser<'s> {
    tokens: Vec<(usize, Token<'s>)>,
    next: usize,
    templates: Templates,
    /// The variables in scope.
    variables: Vec<String>,
    /// How many `range` bodies are open.
    loops: usize,
    depth: usize,
}

/// What ended a list of nodes. An `else` may be followed by the keyword of another branch.
enum Stop<'s> {
    End,
    Else(Option<&'s str>),
}

impl<'s> Parser<'s> {
    fn main(&mut self) -> Result<Vec<Node>, Problem> {
        let mut nodes = Vec::new();
        loop {
            let start = self.next;
            match self.take() {
                Token::End => return Ok(nodes),
                Token::Open if self.solid() == Token::Keyword("define") => self.define()?,
                _ => {
                    self.next = start;
                    let node = self.node()?;
                    nodes.push(node.map_err(|_| Problem::syntax("unexpected end or else"))?);
                }
            }
        }
    }

    fn define(&mut self) -> Result<(), Problem> {
        self.next += 1;
        let name = self.template_name()?;
        self.expect(Token::Close, "define clause")?;
        let body = self.body()?;
        self.add(name, body)
    }

    /// Parses the body of a `define` or `block`, which sees nothing from around it.
    fn body(&mut self) -> Result<Vec<Node>, Problem> {
        let variables = replace(&mut self.variables, vec!["$".to_owned()]);
        let loops = take(&mut self.loops);
        let nodes = self.last_list()?;
        (self.variables, self.loops) = (variables, loops);
        Ok(nodes)
    }

    fn add(&mut self, name: Vec<u8>, nodes: Vec<Node>) -> Result<(), Problem> {
        let old = self.templates.get(&name).filter(|old| !is_blank(old));
        match old {
            Some(_) if is_blank(&nodes) => {}
            Some(_) => return Err(Problem::syntax("multiple definition of a template")),
            None => drop(self.templates.insert(name, nodes)),
        }
        Ok(())
    }

    fn list(&mut self) -> Result<(Vec<Node>, Stop<'s>), Problem> {
        self.deeper()?;
        let mut nodes = Vec::new();
        let stop = loop {
            match self.node()? {
                Ok(node) => nodes.push(node),
                Err(stop) => break stop,
            }
        };
        self.depth -= 1;
        Ok((nodes, stop))
    }

    fn last_list(&mut self) -> Result<Vec<Node>, Problem> {
        match self.list()? {
            (nodes, Stop::End) => Ok(nodes),
            (_, Stop::Else(_)) => Err(Problem::syntax("expected end, found else")),
        }
    }

    /// Parses one node, or what ends the list of them.
    fn node(&mut self) -> Result<Result<Node, Stop<'s>>, Problem> {
        let keyword = match self.take_solid() {
            Token::Text(text) => return Ok(Ok(Node::Text(text.into()))),
            Token::Open => self.keyword(),
            Token::End => return Err(Problem::syntax("unexpected end of the template")),
            _ => return Err(Problem::syntax("unexpected token after else")),
        };
        Ok(Ok(match keyword {
            "if" | "with" => Node::Branch(self.branch(keyword)?),
            "range" => Node::Range(self.range()?),
            "template" => self.template()?,
            "block" => self.block()?,
            "break" => self.jump(Node::Break)?,
            "continue" => self.jump(Node::Continue)?,
            "end" => {
                self.expect(Token::Close, "end")?;
                return Ok(Err(Stop::End));
            }
            "else" => return Ok(Err(Stop::Else(self.otherwise()?))),
            _ => Node::Action(self.pipeline("command", Token::Close)?),
        }))
    }

    /// Takes the keyword that starts an action, if it starts with one that can.
    fn keyword(&mut self) -> &'s str {
        match self.solid() {
            Token::Keyword(keyword) if !matches!(keyword, "define" | "nil") => {
                self.next += 1;
                keyword
            }
            _ => "",
        }
    }

    fn otherwise(&mut self) -> Result<Option<&'s str>, Problem> {
        match self.solid() {
            Token::Keyword(keyword @ ("if" | "with")) => Ok(Some(keyword)),
            _ => self.expect(Token::Close, "else").map(|()| None),
        }
    }

    fn jump(&mut self, node: Node) -> Result<Node, Problem> {
        self.expect(Token::Close, "break or continue")?;
        match self.loops {
            0 => Err(Problem::syntax("break or continue outside range")),
            _ => Ok(node),
        }
    }

    fn branch(&mut self, keyword: &str) -> Result<Branch, Problem> {
        let scope = self.variables.len();
        let (mut arms, mut otherwise) = (Vec::new(), Vec::new());
        loop {
            let condition = self.pipeline(keyword, Token::Close)?;
            let (nodes, stop) = self.list()?;
            arms.push((condition, nodes));
            match stop {
                Stop::End => break,
                Stop::Else(Some(again)) if again == keyword => self.next += 1,
                Stop::Else(_) => {
                    otherwise = self.last_list()?;
                    break;
                }
            }
        }
        self.variables.truncate(scope);
        Ok(Branch {
            sets_dot: keyword == "with",
            arms,
            otherwise,
        })
    }

    fn range(&mut self) -> Result<Range, Problem> {
        let scope = self.variables.len();
        let over = self.pipeline("range", Token::Close)?;
        self.loops += 1;
        let (body, stop) = self.list()?;
        self.loops -= 1;
        let otherwise = match stop {
            Stop::End => Vec::new(),
            Stop::Else(_) => self.last_list()?,
        };
        self.variables.truncate(scope);
        Ok(Range {
            over,
            body,
            otherwise,
        })
    }

    fn template(&mut self) -> Result<Node, Problem> {
        let at = self.position();
        let name = self.template_name()?;
        let argument = match self.solid() {
            Token::Close => {
                self.next += 1;
                None
            }
            _ => Some(self.pipeline("template clause", Token::Close)?),
        };
        Ok(Node::Template(at, name, argument))
    }

    fn block(&mut self) -> Result<Node, Problem> {
        let at = self.position();
        let name = self.template_name()?;
        let argument = self.pipeline("block clause", Token::Close)?;
        let body = self.body()?;
        self.add(name.clone(), body)?;
        Ok(Node::Template(at, name, Some(argument)))
    }
}

/// A template of only space gives way to another of the same name.
fn is_blank(nodes: &[Node]) -> bool {
    nodes.iter().all(|node| match node {
        Node::Text(text) => runes(text).all(|(c, _)| c.is_whitespace()),
        _ => false,
    })
}
