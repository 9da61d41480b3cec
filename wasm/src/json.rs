//! JSON for the page, with the writer that manifests use.

use sealsmith_core::manifest::value::Value;

pub(crate) fn object<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::Map(fields(pairs))
}

pub(crate) fn fields<const N: usize>(pairs: [(&str, Value); N]) -> Vec<(String, Value)> {
    let named = pairs.into_iter();
    named
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

pub(crate) fn list(values: impl IntoIterator<Item = Value>) -> Value {
    Value::List(values.into_iter().collect())
}

pub(crate) fn number(number: impl ToString) -> Value {
    Value::Number(number.to_string())
}

pub(crate) fn text(value: &Value) -> String {
    value.to_json().to_string()
}
