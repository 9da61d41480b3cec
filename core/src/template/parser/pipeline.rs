//! Parses what stands between the delimiters of an action.

use super::Parser;
use super::cursor::unquoted;
use crate::template::ast::{Command, Kind, Operand, Pipe};
use crate::template::lexer::Token;
use crate::template::{Problem, functions, literal};

/// How many variables may be in scope: each use looks through them all.
const MAX_VARIABLES: usize = 1000;

impl Parser<'_> {
    pub(super) fn pipeline(&mut self, context: &str, end: Token<'_>) -> Result<Pipe, Problem> {
        self.solid();
        let at = self.position();
        let (variables, assigns) = self.declarations(context)?;
        let mut commands = Vec::new();
        while self.solid() != end {
            commands.push(self.command()?);
        }
        self.next += 1;
        match &commands[..] {
            [] => Err(Problem::syntax("missing value")),
            [_, rest @ ..] if rest.iter().any(|command| is_constant(&command.first.kind)) => {
                Err(Problem::syntax("non executable command in pipeline"))
            }
            _ => Ok(Pipe {
                at,
                variables,
                assigns,
                commands,
            }),
        }
    }

    fn declarations(&mut self, context: &str) -> Result<(Vec<String>, bool), Problem> {
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
                return Err(Problem::Limit("1000 variables"));
            }
            if after != Token::Char(',') {
                return Ok((names, after == Token::Assign));
            }
            let next = self.solid();
            let more = matches!(next, Token::Variable(_) | Token::Close | Token::RightParen);
            if context != "range" || names.len() > 1 || !more {
                return Err(Problem::syntax("too many declarations"));
            }
        }
        Ok((names, false))
    }

    fn command(&mut self) -> Result<Command, Problem> {
        let mut operands = Vec::new();
        loop {
            self.solid();
            operands.extend(self.operand()?);
            match self.take() {
                Token::Space => {}
                Token::Pipe => break,
                Token::Close | Token::RightParen => {
                    self.next -= 1;
                    break;
                }
                _ => return Err(Problem::syntax("unexpected token in operand")),
            }
        }
        let mut operands = operands.into_iter();
        let first = operands
            .next()
            .ok_or_else(|| Problem::syntax("empty command"))?;
        Ok(Command {
            first,
            arguments: operands.collect(),
        })
    }

    /// Parses a term and the fields after it, if there is one.
    fn operand(&mut self) -> Result<Option<Operand>, Problem> {
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
            _ => return Err(Problem::syntax("unexpected . after a constant")),
        };
        Ok(Some(Operand { at, kind }))
    }

    fn term(&mut self) -> Result<Option<Kind>, Problem> {
        let kind = match self.take() {
            Token::Word(word @ ("true" | "false")) => Kind::Bool(word == "true"),
            Token::Word(name) => {
                let unknown = || Problem::UnknownFunction(name.to_owned());
                Kind::Function(functions::find(name).ok_or_else(unknown)?)
            }
            Token::Dot => Kind::Dot,
            Token::Keyword("nil") => Kind::Nil,
            Token::Variable(name) if self.variables.iter().any(|known| known == name) => {
                Kind::Variable(name.to_owned(), Vec::new())
            }
            Token::Variable(_) => return Err(Problem::syntax("undefined variable")),
            Token::Field(name) => Kind::Field(vec![name.to_owned()]),
            Token::Number(text) => Kind::Number(literal::number(text).map_err(Problem::syntax)?),
            Token::Rune(text) => {
                let malformed = || Problem::syntax("malformed character constant");
                Kind::Number(literal::character(text).ok_or_else(malformed)?)
            }
            Token::Quoted(text) => Kind::Text(unquoted(text)?.into()),
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
}

fn is_constant(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Bool(_) | Kind::Dot | Kind::Nil | Kind::Number(_) | Kind::Text(_)
    )
}
