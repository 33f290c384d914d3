//! Conditions of list queries, built from optional filters. Column names are constants of the callers;
//! whatever comes from outside is a parameter.

use crate::Value;

/// A growing `WHERE` with its parameters.
pub(crate) struct Search<'a> {
    conditions: Vec<String>,
    parameters: Vec<Value<'a>>,
}

impl<'a> Search<'a> {
    /// No condition yet.
    pub(crate) fn new() -> Self {
        Self { conditions: Vec::new(), parameters: Vec::new() }
    }

    /// `column = value`, when there is a value.
    pub(crate) fn equal(&mut self, column: &'static str, value: Option<Value<'a>>) {
        self.compare(column, "=", value);
    }

    /// `column operator value`, when there is a value.
    pub(crate) fn compare(&mut self, column: &'static str, operator: &'static str, value: Option<Value<'a>>) {
        if let Some(value) = value {
            self.parameters.push(value);
            self.conditions.push(format!("{column} {operator} ${}", self.parameters.len()));
        }
    }

    /// `column IN (..)`, when there is a list; an empty list lets nothing through.
    pub(crate) fn among<T>(
        &mut self,
        column: &'static str,
        list: Option<&'a [T]>,
        value: impl Fn(&'a T) -> Value<'a>,
    ) {
        let Some(list) = list else { return };
        if list.is_empty() {
            self.conditions.push("1 = 0".to_owned());
            return;
        }
        let mut places = Vec::with_capacity(list.len());
        for one in list {
            self.parameters.push(value(one));
            places.push(format!("${}", self.parameters.len()));
        }
        self.conditions.push(format!("{column} IN ({})", places.join(", ")));
    }

    /// A condition without parameters, or one on the parameters given so far.
    pub(crate) fn also(&mut self, condition: String) {
        self.conditions.push(condition);
    }

    /// Adds a parameter and tells its place, for [`Self::also`].
    pub(crate) fn parameter(&mut self, value: Value<'a>) -> String {
        self.parameters.push(value);
        format!("${}", self.parameters.len())
    }

    /// `WHERE ...`, or nothing.
    pub(crate) fn condition(&self) -> String {
        if self.conditions.is_empty() {
            String::new()
        } else {
            format!("WHERE {}", self.conditions.join(" AND "))
        }
    }

    /// The parameters in order.
    pub(crate) fn parameters(&self) -> &[Value<'a>] {
        &self.parameters
    }
}
