//! Runs a parsed template.

use std::collections::BTreeMap;

use super::ast::{Branch, Command, Kind, Node, Operand, Pipe, Range, Templates};
use super::functions::{Args, Callable, Function};
use super::literal::Number;
use super::text::{Buffer, Text};
use super::value::{Heap, Items, Value};
use super::{Fault, MAX_DEPTH, Problem, format};
use crate::secret::SecretBytes;

/// Runs the template `name` with the decrypted items as its dot.
pub(super) fn execute(
    name: &str,
    templates: &Templates,
    data: &BTreeMap<String, SecretBytes>,
) -> Result<SecretBytes, Fault> {
    let items = data
        .iter()
        .map(|(key, value)| (Text::from(key.as_bytes()), Value::from(value.expose())));
    let mut heap = Heap::default();
    let dot = heap.add_dict(Items::Text, items.collect());
    let mut run = Run {
        templates,
        heap,
        out: Buffer::default(),
        variables: vec![("$".to_owned(), dot.clone())],
        depth: 0,
    };
    run.nodes(&dot, &templates[name.as_bytes()])?;
    let rendered = run.out.into_bytes().map_err(|problem| problem.at(0))?;
    Ok(SecretBytes::new(rendered))
}

struct Run<'t> {
    templates: &'t Templates,
    heap: Heap,
    out: Buffer,
    variables: Vec<(String, Value)>,
    depth: usize,
}

/// How a list of nodes ended.
#[derive(PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

/// The value a pipeline hands to its next command.
type Piped = Option<Value>;

impl<'t> Run<'t> {
    fn nodes(&mut self, dot: &Value, nodes: &'t [Node]) -> Result<Flow, Fault> {
        self.deeper(0)?;
        for node in nodes {
            let flow = self.node(dot, node)?;
            if flow != Flow::Next {
                self.depth -= 1;
                return Ok(flow);
            }
        }
        self.depth -= 1;
        Ok(Flow::Next)
    }

    fn node(&mut self, dot: &Value, node: &'t Node) -> Result<Flow, Fault> {
        match node {
            Node::Text(text) => self.out.push(text),
            Node::Action(pipe) => self.action(dot, pipe)?,
            Node::Branch(branch) => return self.branch(dot, branch),
            Node::Range(range) => return self.range(dot, range),
            Node::Template { at, name, argument } => {
                self.template(dot, *at, name, argument.as_ref())?;
            }
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
        }
        self.out.check().map_err(|problem| problem.at(0))?;
        Ok(Flow::Next)
    }

    fn action(&mut self, dot: &Value, pipe: &'t Pipe) -> Result<(), Fault> {
        let value = self.pipe(dot, pipe)?;
        if pipe.variables.is_empty() {
            match &value {
                Value::Missing => self.out.push("<no value>"),
                Value::Text(text) => self.out.push(&text[..]),
                other => {
                    let text = format::display(&self.heap, other)
                        .map_err(|problem| problem.at(pipe.at))?;
                    self.out.push(&text[..]);
                }
            }
        }
        Ok(())
    }

    fn branch(&mut self, dot: &Value, branch: &'t Branch) -> Result<Flow, Fault> {
        let scope = self.variables.len();
        let mut chosen = (dot.clone(), &branch.otherwise);
        for (condition, nodes) in &branch.arms {
            let value = self.pipe(dot, condition)?;
            if self.heap.truth(&value) {
                chosen = (if branch.sets_dot { value } else { dot.clone() }, nodes);
                break;
            }
        }
        let flow = self.nodes(&chosen.0, chosen.1)?;
        self.variables.truncate(scope);
        Ok(flow)
    }

    fn range(&mut self, dot: &Value, range: &'t Range) -> Result<Flow, Fault> {
        let outer = self.variables.len();
        let value = self.pipe(dot, &range.over)?;
        self.spend(self.size(&value), range.over.at)?;
        let scope = self.variables.len();
        let mut ran = false;
        for (index, element) in self.elements(value, &range.over)? {
            ran = true;
            self.spend(1, range.over.at)?;
            self.bind(&range.over, index, element.clone())?;
            let flow = self.nodes(&element, &range.body)?;
            self.variables.truncate(scope);
            if flow == Flow::Break {
                break;
            }
        }
        let flow = if ran {
            Flow::Next
        } else {
            self.nodes(dot, &range.otherwise)?
        };
        self.variables.truncate(outer);
        // As in Go, a `break` in the else part ends this range, not the one around it.
        Ok(if flow == Flow::Break {
            Flow::Next
        } else {
            flow
        })
    }

    fn elements(
        &self,
        value: Value,
        pipe: &Pipe,
    ) -> Result<Box<dyn Iterator<Item = (Value, Value)>>, Fault> {
        let counted = |count: i64, element: fn(i64) -> Value| match pipe.variables.len() {
            2 => Err(
                Problem::execution("an integer gives one variable to range, not two").at(pipe.at),
            ),
            _ => Ok(Box::new((0..count).map(move |i| (Value::Missing, element(i)))) as Box<_>),
        };
        match value {
            Value::Int(count) => counted(count, Value::Int),
            Value::Int64(count) => counted(count, Value::Int64),
            Value::Byte(count) => counted(count.into(), |i| Value::Byte(i as u8)),
            Value::List(id) => {
                let items = self.heap.list(id).items.clone();
                Ok(Box::new((0..).map(Value::Int).zip(items)))
            }
            Value::Dict(id) => {
                let entries = self.heap.dict(id).entries.clone();
                Ok(Box::new(
                    entries
                        .into_iter()
                        .map(|(key, value)| (Value::Text(key), value)),
                ))
            }
            Value::Missing => Ok(Box::new(std::iter::empty())),
            other => {
                let why = format!("range can't iterate over {}", self.heap.type_name(&other));
                Err(Problem::execution(why).at(pipe.at))
            }
        }
    }

    /// Gives the variables of a `range` their values for one round.
    fn bind(&mut self, pipe: &Pipe, index: Value, element: Value) -> Result<(), Fault> {
        let values = match pipe.variables.len() {
            0 => return Ok(()),
            1 => vec![element],
            _ => vec![index, element],
        };
        let top = self.variables.len() - values.len().min(self.variables.len());
        for (i, (name, value)) in pipe.variables.iter().zip(values).enumerate() {
            match pipe.assigns {
                true => self.assign(name, value, pipe.at)?,
                false => self.variables[top + i].1 = value,
            }
        }
        Ok(())
    }

    fn template(
        &mut self,
        dot: &Value,
        at: usize,
        name: &[u8],
        argument: Option<&'t Pipe>,
    ) -> Result<(), Fault> {
        let templates = self.templates;
        let nodes = templates
            .get(name)
            .ok_or_else(|| Problem::execution("no template of this name").at(at))?;
        let dot = match argument {
            Some(pipe) => self.pipe(dot, pipe)?,
            None => Value::Missing,
        };
        let inner = vec![("$".to_owned(), dot.clone())];
        let variables = std::mem::replace(&mut self.variables, inner);
        self.nodes(&dot, nodes)?;
        self.variables = variables;
        Ok(())
    }

    fn pipe(&mut self, dot: &Value, pipe: &'t Pipe) -> Result<Value, Fault> {
        self.deeper(pipe.at)?;
        let mut piped = None;
        for command in &pipe.commands {
            piped = Some(self.command(dot, command, piped)?.unwrapped());
        }
        let value = piped.unwrap_or(Value::Missing);
        for name in &pipe.variables {
            match pipe.assigns {
                true => self.assign(name, value.clone(), pipe.at)?,
                false => self.variables.push((name.clone(), value.clone())),
            }
        }
        self.depth -= 1;
        Ok(value)
    }

    fn assign(&mut self, name: &str, value: Value, at: usize) -> Result<(), Fault> {
        match self
            .variables
            .iter_mut()
            .rev()
            .find(|(known, _)| known == name)
        {
            Some((_, slot)) => *slot = value,
            None => return Err(Problem::execution(format!("undefined variable {name}")).at(at)),
        }
        Ok(())
    }

    fn command(&mut self, dot: &Value, command: &'t Command, piped: Piped) -> Result<Value, Fault> {
        let Command { first, arguments } = command;
        let given = !arguments.is_empty() || piped.is_some();
        match &first.kind {
            Kind::Function(callable) => self.call(dot, callable, arguments, piped, first.at),
            Kind::Field(path) => self.fields(dot.clone(), path, given, first.at),
            Kind::Chain(inner, path) => {
                let value = self.evaluate(dot, inner)?;
                self.fields(value, path, given, first.at)
            }
            Kind::Variable(name, path) if !path.is_empty() => {
                let value = self.variable(name, first.at)?;
                self.fields(value, path, given, first.at)
            }
            _ if given => Err(
                Problem::execution("can't give an argument to what is no function").at(first.at),
            ),
            Kind::Nil => Err(Problem::execution("nil is not a command").at(first.at)),
            _ => self.evaluate(dot, first),
        }
    }

    /// Evaluates an operand that is given no arguments.
    fn evaluate(&mut self, dot: &Value, operand: &'t Operand) -> Result<Value, Fault> {
        let at = operand.at;
        match &operand.kind {
            Kind::Dot => Ok(dot.clone()),
            Kind::Nil => Ok(Value::Nil),
            Kind::Bool(truth) => Ok(Value::Bool(*truth)),
            Kind::Number(Number {
                float,
                looks_float: true,
                ..
            }) => Ok(Value::Float(*float)),
            Kind::Number(Number { int, .. }) => int
                .map(Value::Int)
                .ok_or_else(|| Problem::execution("a number overflows int").at(at)),
            Kind::Text(text) => Ok(Value::Text(text.clone())),
            Kind::Function(callable) => self.call(dot, callable, &[], None, at),
            Kind::Field(path) => self.fields(dot.clone(), path, false, at),
            Kind::Variable(name, path) => {
                let value = self.variable(name, at)?;
                self.fields(value, path, false, at)
            }
            Kind::Pipe(pipe) => self.pipe(dot, pipe),
            Kind::Chain(inner, path) => {
                let value = self.evaluate(dot, inner)?;
                self.fields(value, path, false, at)
            }
        }
    }

    fn variable(&self, name: &str, at: usize) -> Result<Value, Fault> {
        let found = self.variables.iter().rev().find(|(known, _)| known == name);
        let missing = || Problem::execution(format!("undefined variable {name}")).at(at);
        found.map(|(_, value)| value.clone()).ok_or_else(missing)
    }

    fn fields(
        &self,
        mut value: Value,
        path: &[String],
        given: bool,
        at: usize,
    ) -> Result<Value, Fault> {
        for (i, name) in path.iter().enumerate() {
            let id = match value {
                Value::Missing => continue,
                Value::Dict(id) => id,
                other => {
                    let of = self.heap.type_name(&other);
                    return Err(Problem::execution(format!(
                        "can't evaluate field {name} in type {of}"
                    ))
                    .at(at));
                }
            };
            if given && i + 1 == path.len() {
                return Err(Problem::execution(format!(
                    "{name} is not a method but has arguments"
                ))
                .at(at));
            }
            let found = self.heap.dict(id).entries.get(name.as_bytes());
            value = found.cloned().unwrap_or(Value::Missing);
        }
        Ok(value)
    }

    fn call(
        &mut self,
        dot: &Value,
        callable: &Callable,
        arguments: &'t [Operand],
        piped: Piped,
        at: usize,
    ) -> Result<Value, Fault> {
        let function = match callable {
            Callable::Known(function) => function,
            Callable::Offline { name, why } => return Err(Problem::unsupported(*name, why).at(at)),
        };
        let count = arguments.len() + usize::from(piped.is_some());
        if !function.takes_count(count) {
            let why = format!("wrong number of args for {}: got {count}", function.name);
            return Err(Problem::execution(why).at(at));
        }
        if matches!(function.name, "and" | "or") {
            return self.short_circuit(dot, function.name == "or", arguments, piped);
        }
        let mut values = Vec::with_capacity(count);
        for (i, operand) in arguments.iter().enumerate() {
            values.push(self.argument(dot, operand, function, i)?);
        }
        if let Some(value) = piped {
            values.push(self.validated(value, function, values.len(), at)?);
        }
        self.spend(values.iter().map(|value| self.size(value)).sum(), at)?;
        let result = (function.run)(&mut self.heap, Args(&values));
        let value = result.map_err(|problem| named(problem, function.name).at(at))?;
        self.spend(1 + self.size(&value), at)?;
        Ok(value)
    }

    fn short_circuit(
        &mut self,
        dot: &Value,
        until: bool,
        arguments: &'t [Operand],
        piped: Piped,
    ) -> Result<Value, Fault> {
        let mut value = Value::Missing;
        for operand in arguments {
            value = self.evaluate(dot, operand)?.unwrapped();
            if self.heap.truth(&value) == until {
                return Ok(value);
            }
        }
        Ok(piped.unwrap_or(value))
    }

    /// Evaluates an argument; what a literal is depends on the type the function asks for.
    fn argument(
        &mut self,
        dot: &Value,
        operand: &'t Operand,
        function: &Function,
        i: usize,
    ) -> Result<Value, Fault> {
        let wanted = function.parameter(i);
        let value = match (&operand.kind, wanted) {
            (Kind::Number(Number { int: Some(int), .. }), b'i') => Value::Int(*int),
            (Kind::Number(number), b'f') => Value::Float(number.float),
            (Kind::Nil, b'a' | b'v' | b'm') => Value::Missing,
            _ => self.evaluate(dot, operand)?,
        };
        self.validated(value, function, i, operand.at)
    }

    fn validated(
        &mut self,
        value: Value,
        function: &Function,
        i: usize,
        at: usize,
    ) -> Result<Value, Fault> {
        let wanted = function.parameter(i);
        let fits = match (&value, wanted) {
            (Value::Missing, b'a') => return Ok(Value::Nil),
            (Value::Missing, b'm') => return Ok(self.heap.nil_dict()),
            (_, b'a' | b'v') => return Ok(value),
            (Value::Text(_), b's') | (Value::Int(_), b'i') => true,
            (Value::Float(_), b'f') | (Value::Bool(_), b'b') => true,
            (Value::Dict(id), b'm') => self.heap.dict(*id).of == Items::Any,
            _ => false,
        };
        if fits {
            return Ok(value);
        }
        let (expected, got) = (type_name(wanted), self.heap.type_name(&value));
        let why = format!("{}: expected {expected}, got {got}", function.name);
        Err(Problem::execution(why).at(at))
    }

    /// What it costs to look at a value once.
    fn size(&self, value: &Value) -> usize {
        match value {
            Value::Text(text) => text.len() / 64,
            Value::List(id) => self.heap.list(*id).items.len(),
            Value::Dict(id) => self.heap.dict(*id).entries.len(),
            _ => 0,
        }
    }

    fn spend(&self, steps: usize, at: usize) -> Result<(), Fault> {
        self.heap.spend(steps).map_err(|problem| problem.at(at))
    }

    fn deeper(&mut self, at: usize) -> Result<(), Fault> {
        self.depth += 1;
        match self.depth > MAX_DEPTH {
            true => Err(Problem::Limit("100 levels of nesting").at(at)),
            false => self.spend(1, at),
        }
    }
}

fn named(problem: Problem, function: &str) -> Problem {
    match problem {
        Problem::Execution(why) => Problem::Execution(format!("{function}: {why}")),
        other => other,
    }
}

fn type_name(parameter: u8) -> &'static str {
    match parameter {
        b's' => "string",
        b'i' => "int",
        b'f' => "float64",
        b'b' => "bool",
        _ => "map[string]interface {}",
    }
}
