//! Builds the tree of a template, with the checks Go makes before it runs one.

use super::ast::{Branch, Command, Kind, Node, Operand, Pipe, Range, Templates};
use super::functions;
use super::lexer::{Token, lex};
use super::literal;
use super::{Fault, MAX_DEPTH, Problem};

/// How many variables may be in scope: each use looks through them all.
const MAX_VARIABLES: usize = 1000;

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
    let nodes = parser.main()?;
    parser.add(name.as_bytes().to_vec(), nodes)?;
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
    fn main(&mut self) -> Result<Vec<Node>, Fault> {
        let mut nodes = Vec::new();
        loop {
            let start = self.next;
            match self.take() {
                Token::End => return Ok(nodes),
                Token::Open if self.solid() == Token::Keyword("define") => {
                    self.next += 1;
                    self.define()?;
                }
                _ => {
                    self.next = start;
                    match self.node()? {
                        Ok(node) => nodes.push(node),
                        Err(_) => return Err(self.error("unexpected end or else")),
                    }
                }
            }
        }
    }

    fn define(&mut self) -> Result<(), Fault> {
        let name = self.template_name()?;
        self.expect(Token::Close, "define clause")?;
        let body = self.body()?;
        self.add(name, body)
    }

    /// Parses the body of a `define` or `block`, which sees nothing from around it.
    fn body(&mut self) -> Result<Vec<Node>, Fault> {
        let variables = std::mem::replace(&mut self.variables, vec!["$".to_owned()]);
        let loops = std::mem::take(&mut self.loops);
        let (nodes, stop) = self.list()?;
        (self.variables, self.loops) = (variables, loops);
        match stop {
            Stop::End => Ok(nodes),
            Stop::Else(_) => Err(self.error("unexpected else")),
        }
    }

    fn add(&mut self, name: Vec<u8>, nodes: Vec<Node>) -> Result<(), Fault> {
        match self.templates.get(&name) {
            Some(old) if !is_blank(old) && is_blank(&nodes) => {}
            Some(old) if !is_blank(old) => {
                return Err(self.error("multiple definition of a template"));
            }
            _ => drop(self.templates.insert(name, nodes)),
        }
        Ok(())
    }

    fn list(&mut self) -> Result<(Vec<Node>, Stop<'s>), Fault> {
        self.deeper()?;
        let mut nodes = Vec::new();
        loop {
            match self.node()? {
                Ok(node) => nodes.push(node),
                Err(stop) => {
                    self.depth -= 1;
                    return Ok((nodes, stop));
                }
            }
        }
    }

    /// Parses one node, or what ends the list of them.
    fn node(&mut self) -> Result<Result<Node, Stop<'s>>, Fault> {
        let keyword = match self.take_solid() {
            Token::Text(text) => return Ok(Ok(Node::Text(text.into()))),
            Token::Open => match self.take_solid() {
                Token::Keyword(keyword) => keyword,
                _ => "",
            },
            Token::End => return Err(self.error("unexpected end of the template")),
            _ => return Err(self.error("unexpected token after else")),
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
            _ => {
                self.next -= 1;
                Node::Action(self.pipeline("command", Token::Close)?)
            }
        }))
    }

    fn otherwise(&mut self) -> Result<Option<&'s str>, Fault> {
        match self.solid() {
            Token::Keyword(keyword @ ("if" | "with")) => Ok(Some(keyword)),
            _ => self.expect(Token::Close, "else").map(|()| None),
        }
    }

    fn jump(&mut self, node: Node) -> Result<Node, Fault> {
        self.expect(Token::Close, "break or continue")?;
        match self.loops {
            0 => Err(self.error("break or continue outside range")),
            _ => Ok(node),
        }
    }

    fn branch(&mut self, keyword: &str) -> Result<Branch, Fault> {
        let scope = self.variables.len();
        let mut arms = Vec::new();
        let mut otherwise = Vec::new();
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

    fn range(&mut self) -> Result<Range, Fault> {
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

    fn last_list(&mut self) -> Result<Vec<Node>, Fault> {
        match self.list()? {
            (nodes, Stop::End) => Ok(nodes),
            (_, Stop::Else(_)) => Err(self.error("expected end, found else")),
        }
    }

    fn template(&mut self) -> Result<Node, Fault> {
        let at = self.position();
        let name = self.template_name()?;
        let argument = match self.solid() {
            Token::Close => {
                self.next += 1;
                None
            }
            _ => Some(self.pipeline("template clause", Token::Close)?),
        };
        Ok(Node::Template { at, name, argument })
    }

    fn block(&mut self) -> Result<Node, Fault> {
        let at = self.position();
        let name = self.template_name()?;
        let argument = Some(self.pipeline("block clause", Token::Close)?);
        let body = self.body()?;
        self.add(name.clone(), body)?;
        Ok(Node::Template { at, name, argument })
    }

    fn template_name(&mut self) -> Result<Vec<u8>, Fault> {
        match self.take_solid() {
            Token::Quoted(quoted) => self.unquoted(quoted),
            _ => Err(self.error("expected the name of a template")),
        }
    }

    fn pipeline(&mut self, context: &str, end: Token<'_>) -> Result<Pipe, Fault> {
        self.skip_spaces();
        let at = self.position();
        let (variables, assigns) = self.declarations(context)?;
        let mut commands = Vec::new();
        while self.solid() != end {
            commands.push(self.command()?);
        }
        self.next += 1;
        let values = commands
            .iter()
            .skip(1)
            .any(|command: &Command| is_constant(&command.first.kind));
        match commands.is_empty() || values {
            true if values => Err(self.error("non executable command in pipeline")),
            true => Err(self.error("missing value")),
            false => Ok(Pipe {
                at,
                variables,
                assigns,
                commands,
            }),
        }
    }

    fn declarations(&mut self, context: &str) -> Result<(Vec<String>, bool), Fault> {
        let mut names = Vec::new();
        while let Token::Variable(name) = self.solid() {
            let start = self.next;
            self.next += 1;
            let after = self.solid();
            if !matches!(after, Token::Assign | Token::Declare | Token::Char(',')) {
                self.next = start;
                break;
            }
            self.next += 1;
            names.push(name.to_owned());
            self.variables.push(name.to_owned());
            if self.variables.len() > MAX_VARIABLES {
                return Err(Problem::Limit("1000 variables").at(self.last_position()));
            }
            if after != Token::Char(',') {
                return Ok((names, after == Token::Assign));
            }
            let more = matches!(
                self.solid(),
                Token::Variable(_) | Token::Close | Token::RightParen
            );
            if context != "range" || names.len() > 1 || !more {
                return Err(self.error("too many declarations"));
            }
        }
        Ok((names, false))
    }

    fn command(&mut self) -> Result<Command, Fault> {
        let mut operands = Vec::new();
        loop {
            self.skip_spaces();
            operands.extend(self.operand()?);
            match self.take() {
                Token::Space => {}
                Token::Pipe => break,
                Token::Close | Token::RightParen => {
                    self.next -= 1;
                    break;
                }
                _ => return Err(self.error("unexpected token in operand")),
            }
        }
        let mut operands = operands.into_iter();
        let first = operands.next().ok_or_else(|| self.error("empty command"))?;
        Ok(Command {
            first,
            arguments: operands.collect(),
        })
    }

    /// Parses a term and the fields after it, if there is one.
    fn operand(&mut self) -> Result<Option<Operand>, Fault> {
        let at = self.position();
        let Some(kind) = self.term()? else {
            return Ok(None);
        };
        let mut fields = Vec::new();
        while let Token::Field(name) = self.tokens[self.next].1 {
            fields.push(name.to_owned());
            self.next += 1;
        }
        let kind = match kind {
            kind if fields.is_empty() => kind,
            Kind::Field(path) => Kind::Field([path, fields].concat()),
            Kind::Variable(name, _) => Kind::Variable(name, fields),
            kind @ (Kind::Function(_) | Kind::Pipe(_)) => {
                Kind::Chain(Box::new(Operand { at, kind }), fields)
            }
            _ => return Err(self.error("unexpected . after a constant")),
        };
        Ok(Some(Operand { at, kind }))
    }

    fn term(&mut self) -> Result<Option<Kind>, Fault> {
        let kind = match self.take() {
            Token::Word(word @ ("true" | "false")) => Kind::Bool(word == "true"),
            Token::Word(name) => {
                let unknown = || Problem::UnknownFunction(name.to_owned()).at(self.last_position());
                Kind::Function(functions::find(name).ok_or_else(unknown)?)
            }
            Token::Dot => Kind::Dot,
            Token::Keyword("nil") => Kind::Nil,
            Token::Variable(name) if self.variables.iter().any(|known| known == name) => {
                Kind::Variable(name.to_owned(), Vec::new())
            }
            Token::Variable(_) => return Err(self.error("undefined variable")),
            Token::Field(name) => Kind::Field(vec![name.to_owned()]),
            Token::Number(text) => {
                Kind::Number(literal::number(text).map_err(|why| self.error(why))?)
            }
            Token::Rune(text) => {
                let malformed = || self.error("malformed character constant");
                Kind::Number(literal::character(text).ok_or_else(malformed)?)
            }
            Token::Quoted(text) => Kind::Text(self.unquoted(text)?.into()),
            Token::LeftParen => {
                self.deeper()?;
                let pipe = self.pipeline("parenthesized pipeline", Token::RightParen)?;
                self.depth -= 1;
                Kind::Pipe(Box::new(pipe))
            }
            _ => {
                self.next -= 1;
                return Ok(None);
            }
        };
        Ok(Some(kind))
    }

    fn unquoted(&self, quoted: &str) -> Result<Vec<u8>, Fault> {
        literal::string(quoted).ok_or_else(|| self.error("invalid string"))
    }

    fn deeper(&mut self) -> Result<(), Fault> {
        self.depth += 1;
        match self.depth > MAX_DEPTH {
            true => Err(Problem::Limit("100 levels of nesting").at(self.last_position())),
            false => Ok(()),
        }
    }

    /// Takes the next token. The last one, [`Token::End`], is there for ever.
    fn take(&mut self) -> Token<'s> {
        let (_, token) = self.tokens[self.next];
        if token != Token::End {
            self.next += 1;
        }
        token
    }

    fn skip_spaces(&mut self) {
        while self.tokens[self.next].1 == Token::Space {
            self.next += 1;
        }
    }

    /// Returns the next token that is no space, without taking it.
    fn solid(&mut self) -> Token<'s> {
        self.skip_spaces();
        self.tokens[self.next].1
    }

    fn take_solid(&mut self) -> Token<'s> {
        self.skip_spaces();
        self.take()
    }

    fn expect(&mut self, token: Token<'_>, context: &str) -> Result<(), Fault> {
        match self.take_solid() == token {
            true => Ok(()),
            false => Err(self.error(&format!("unexpected token in {context}"))),
        }
    }

    fn position(&self) -> usize {
        self.tokens[self.next].0
    }

    fn last_position(&self) -> usize {
        self.tokens[self.next.saturating_sub(1)].0
    }

    /// Blames the token that was taken last.
    fn error(&self, why: &str) -> Fault {
        Problem::syntax(why).at(self.last_position())
    }
}

/// A template of only space gives way to another of the same name.
fn is_blank(nodes: &[Node]) -> bool {
    nodes.iter().all(|node| match node {
        Node::Text(text) => text
            .utf8_chunks()
            .all(|chunk| chunk.valid().trim().is_empty() && chunk.invalid().is_empty()),
        _ => false,
    })
}

fn is_constant(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Bool(_) | Kind::Dot | Kind::Nil | Kind::Number(_) | Kind::Text(_)
    )
}
