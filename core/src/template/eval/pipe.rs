//! Evaluates pipelines and what stands in them.

use super::Run;
use crate::template::Problem;
use crate::template::ast::{Command, Kind, Operand, Pipe};
use crate::template::literal::Number;
use crate::template::value::Value;

impl<'t> Run<'t> {
    pub(super) fn pipe(&mut self, dot: &Value, pipe: &'t Pipe) -> Result<Value, Problem> {
        self.at = pipe.at;
        self.deeper()?;
        let mut piped = None;
        for command in &pipe.commands {
            piped = Some(self.command(dot, command, piped)?.unwrapped());
        }
        let value = piped.unwrap_or(Value::Missing);
        for name in &pipe.variables {
            match pipe.assigns {
                true => self.assign(name, value.clone())?,
                false => self.variables.push((name.clone(), value.clone())),
            }
        }
        self.depth -= 1;
        Ok(value)
    }

    pub(super) fn assign(&mut self, name: &str, value: Value) -> Result<(), Problem> {
        *self.variable(name)? = value;
        Ok(())
    }

    fn variable(&mut self, name: &str) -> Result<&mut Value, Problem> {
        let found = self
            .variables
            .iter_mut()
            .rev()
            .find(|(known, _)| known == name);
        let missing = || Problem::execution(format!("undefined variable {name}"));
        found.map(|(_, value)| value).ok_or_else(missing)
    }

    fn command(
        &mut self,
        dot: &Value,
        command: &'t Command,
        piped: Option<Value>,
    ) -> Result<Value, Problem> {
        let Command { first, arguments } = command;
        let given = !arguments.is_empty() || piped.is_some();
        match &first.kind {
            Kind::Function(callable) => self.call(dot, callable, arguments, piped, first.at),
            Kind::Nil => Err(Problem::execution("nil is not a command")),
            _ => self.operand(dot, first, given),
        }
    }

    /// Evaluates an operand that is given no arguments.
    pub(super) fn evaluate(&mut self, dot: &Value, operand: &'t Operand) -> Result<Value, Problem> {
        self.operand(dot, operand, false)
    }

    /// Evaluates an operand; if it is given arguments, that is an error, but for a missing value.
    fn operand(
        &mut self,
        dot: &Value,
        operand: &'t Operand,
        given: bool,
    ) -> Result<Value, Problem> {
        self.at = operand.at;
        let (value, path) = match &operand.kind {
            Kind::Field(path) => (dot.clone(), &path[..]),
            Kind::Variable(name, path) => (self.variable(name)?.clone(), &path[..]),
            Kind::Chain(inner, path) => (self.evaluate(dot, inner)?, &path[..]),
            _ if given => (Value::Nil, &[][..]),
            Kind::Dot => (dot.clone(), &[][..]),
            Kind::Nil => (Value::Nil, &[][..]),
            Kind::Bool(truth) => (Value::Bool(*truth), &[][..]),
            Kind::Number(number) => (constant(number)?, &[][..]),
            Kind::Text(text) => (Value::Text(text.clone()), &[][..]),
            Kind::Pipe(pipe) => (self.pipe(dot, pipe)?, &[][..]),
            Kind::Function(callable) => (self.call(dot, callable, &[], None, operand.at)?, &[][..]),
        };
        self.at = operand.at;
        match path {
            [] if given => Err(Problem::execution("an argument for what is no function")),
            _ => self.fields(value, path, given),
        }
    }

    fn fields(&self, mut value: Value, path: &[String], given: bool) -> Result<Value, Problem> {
        for (i, name) in path.iter().enumerate() {
            let id = match value {
                Value::Missing => continue,
                Value::Dict(id) => id,
                other => {
                    let of = self.heap.type_name(&other);
                    let why = format!("can't evaluate field {name} in type {of}");
                    return Err(Problem::execution(why));
                }
            };
            if given && i + 1 == path.len() {
                return Err(Problem::execution(format!("{name} is not a method")));
            }
            let found = self.heap.dict(id).entries.get(name.as_bytes());
            value = found.cloned().unwrap_or(Value::Missing);
        }
        Ok(value)
    }
}

/// A number where nothing asks for a type.
fn constant(number: &Number) -> Result<Value, Problem> {
    match number.int {
        _ if number.looks_float => Ok(Value::Float(number.float)),
        Some(int) => Ok(Value::Int(int)),
        None => Err(Problem::execution("a number overflows int")),
    }
}
