//! Calls functions.

use super::Run;
use crate::template::Problem;
use crate::template::ast::{Kind, Operand};
use crate::template::functions::{Args, Callable, Function};
use crate::template::literal::Number;
use crate::template::value::{Items, Value};

impl<'t> Run<'t> {
    pub(super) fn call(
        &mut self,
        dot: &Value,
        callable: &Callable,
        arguments: &'t [Operand],
        piped: Option<Value>,
        at: usize,
    ) -> Result<Value, Problem> {
        self.at = at;
        let function = match callable {
            Callable::Known(function) => function,
            Callable::Offline { name, why } => return Err(Problem::unsupported(*name, why)),
        };
        let count = arguments.len() + usize::from(piped.is_some());
        match function.name {
            name if !function.takes_count(count) => {
                let why = format!("wrong number of args for {name}: got {count}");
                Err(Problem::execution(why))
            }
            "and" => self.first_to_be(false, dot, arguments, piped),
            "or" => self.first_to_be(true, dot, arguments, piped),
            _ => {
                let values = self.arguments(dot, function, arguments, piped)?;
                self.at = at;
                self.apply(function, &values)
            }
        }
    }

    fn apply(&mut self, function: &Function, values: &[Value]) -> Result<Value, Problem> {
        self.heap
            .spend(values.iter().map(|value| self.heap.size(value)).sum())?;
        let value =
            (function.run)(&mut self.heap, Args(values)).map_err(|problem| match problem {
                Problem::Execution(why) => Problem::Execution(format!("{}: {why}", function.name)),
                other => other,
            })?;
        self.heap.spend(1 + self.heap.size(&value))?;
        Ok(value)
    }

    /// Evaluates until a value is true, or false, as wanted; the last one counts in any case.
    fn first_to_be(
        &mut self,
        wanted: bool,
        dot: &Value,
        arguments: &'t [Operand],
        piped: Option<Value>,
    ) -> Result<Value, Problem> {
        let mut value = Value::Missing;
        for operand in arguments {
            value = self.evaluate(dot, operand)?.unwrapped();
            if self.heap.truth(&value) == wanted {
                return Ok(value);
            }
        }
        Ok(piped.unwrap_or(value))
    }

    fn arguments(
        &mut self,
        dot: &Value,
        function: &Function,
        operands: &'t [Operand],
        piped: Option<Value>,
    ) -> Result<Vec<Value>, Problem> {
        let mut values = Vec::new();
        for operand in operands {
            let wanted = function.parameter(values.len());
            let value = match (&operand.kind, wanted) {
                // What a literal is depends on what the function asks for.
                (Kind::Number(Number { int: Some(int), .. }), b'i') => Value::Int(*int),
                (Kind::Number(number), b'f') => Value::Float(number.float),
                (Kind::Nil, b'a' | b'v' | b'm') => Value::Missing,
                _ => self.evaluate(dot, operand)?,
            };
            self.at = operand.at;
            values.push(self.checked(value, wanted)?);
        }
        if let Some(value) = piped {
            values.push(self.checked(value, function.parameter(values.len()))?);
        }
        Ok(values)
    }

    /// Checks a value against the letter of a parameter, and gives nil the type it needs.
    fn checked(&mut self, value: Value, wanted: u8) -> Result<Value, Problem> {
        let expected = match (wanted, &value) {
            (b'a', Value::Missing) => return Ok(Value::Nil),
            (b'm', Value::Missing) => return Ok(self.heap.nil_dict()),
            (b'a' | b'v', _) | (b's', Value::Text(_)) | (b'i', Value::Int(_)) => return Ok(value),
            (b'f', Value::Float(_)) | (b'b', Value::Bool(_)) => return Ok(value),
            (b'm', Value::Dict(id)) if self.heap.dict(*id).of == Items::Any => return Ok(value),
            (b's', _) => "string",
            (b'i', _) => "int",
            (b'f', _) => "float64",
            (b'b', _) => "bool",
            _ => "map[string]interface {}",
        };
        let got = self.heap.type_name(&value);
        Err(Problem::execution(format!(
            "expected {expected}, got {got}"
        )))
    }
}
