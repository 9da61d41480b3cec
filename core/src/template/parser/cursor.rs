//! Walks over the tokens.

use super::Parser;
use crate::template::lexer::Token;
use crate::template::{MAX_DEPTH, Problem, literal};

impl<'s> Parser<'s> {
    /// Takes the next token. The last one, [`Token::End`], is there for ever.
    pub(super) fn take(&mut self) -> Token<'s> {
        let (_, token) = self.tokens[self.next];
        if token != Token::End {
            self.next += 1;
        }
        token
    }

    /// Returns the next token that is no space, without taking it.
    pub(super) fn solid(&mut self) -> Token<'s> {
        while self.tokens[self.next].1 == Token::Space {
            self.next += 1;
        }
        self.tokens[self.next].1
    }

    pub(super) fn take_solid(&mut self) -> Token<'s> {
        self.solid();
        self.take()
    }

    pub(super) fn expect(&mut self, token: Token<'_>, context: &str) -> Result<(), Problem> {
        match self.take_solid() == token {
            true => Ok(()),
            false => Err(Problem::syntax(format!("unexpected token in {context}"))),
        }
    }

    pub(super) fn template_name(&mut self) -> Result<Vec<u8>, Problem> {
        match self.take_solid() {
            Token::Quoted(quoted) => unquoted(quoted),
            _ => Err(Problem::syntax("expected the name of a template")),
        }
    }

    pub(super) fn deeper(&mut self) -> Result<(), Problem> {
        self.depth += 1;
        match self.depth > MAX_DEPTH {
            true => Err(Problem::Limit("100 levels of nesting")),
            false => Ok(()),
        }
    }

    pub(super) fn position(&self) -> usize {
        self.tokens[self.next].0
    }

    /// Where the token is that was taken last, the one to blame.
    pub(super) fn last_position(&self) -> usize {
        self.tokens[self.next.saturating_sub(1)].0
    }
}

pub(super) fn unquoted(quoted: &str) -> Result<Vec<u8>, Problem> {
    literal::string(quoted).ok_or_else(|| Problem::syntax("invalid string"))
}
