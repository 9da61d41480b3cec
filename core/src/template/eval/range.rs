//! Runs `range`.

use super::{Flow, Run};
use crate::template::Problem;
use crate::template::ast::{Pipe, Range};
use crate::template::value::Value;

/// The index or key, and the element, of each round.
type Rounds = Box<dyn Iterator<Item = (Value, Value)>>;

impl<'t> Run<'t> {
    pub(super) fn range(&mut self, dot: &Value, range: &'t Range) -> Result<Flow, Problem> {
        let outer = self.variables.len();
        let value = self.pipe(dot, &range.over)?;
        self.heap.spend(self.heap.size(&value))?;
        let scope = self.variables.len();
        let mut flow = None;
        for (index, element) in self.rounds(value, range.over.variables.len())? {
            self.heap.spend(1)?;
            self.bind(&range.over, index, element.clone())?;
            let ended = self.nodes(&element, &range.body)?;
            self.variables.truncate(scope);
            flow = Some(Flow::Next);
            if ended == Flow::Break {
                break;
            }
        }
        let flow = match flow {
            Some(flow) => flow,
            None => self.nodes(dot, &range.otherwise)?,
        };
        self.variables.truncate(outer);
        // As in Go, a `break` in the else part ends this range, not the one around it.
        Ok(if flow == Flow::Break {
            Flow::Next
        } else {
            flow
        })
    }

    fn rounds(&self, value: Value, variables: usize) -> Result<Rounds, Problem> {
        let count = |end: i64, element: fn(i64) -> Value| -> Rounds {
            Box::new((0..end).map(move |i| (Value::Missing, element(i))))
        };
        Ok(match value {
            Value::Int(_) | Value::Int64(_) | Value::Byte(_) if variables > 1 => {
                return Err(Problem::execution(
                    "an integer gives one variable to range, not two",
                ));
            }
            Value::Int(end) => count(end, Value::Int),
            Value::Int64(end) => count(end, Value::Int64),
            Value::Byte(end) => count(end.into(), |i| Value::Byte(i as u8)),
            Value::List(id) => {
                let items = self.heap.list(id).items.clone();
                Box::new((0..).map(Value::Int).zip(items))
            }
            Value::Dict(id) => {
                let entries = self.heap.dict(id).entries.clone().into_iter();
                Box::new(entries.map(|(key, value)| (Value::Text(key), value)))
            }
            Value::Missing => Box::new(std::iter::empty()),
            other => {
                let of = self.heap.type_name(&other);
                return Err(Problem::execution(format!("range can't iterate over {of}")));
            }
        })
    }

    /// Gives the variables their values for one round.
    fn bind(&mut self, pipe: &Pipe, index: Value, element: Value) -> Result<(), Problem> {
        let names = &pipe.variables;
        let values = if names.len() > 1 {
            vec![index, element]
        } else {
            vec![element]
        };
        let first = self.variables.len() - names.len().min(self.variables.len());
        for (i, (name, value)) in names.iter().zip(values).enumerate() {
            match pipe.assigns {
                true => self.assign(name, value)?,
                false => self.variables[first + i].1 = value,
            }
        }
        Ok(())
    }
}
