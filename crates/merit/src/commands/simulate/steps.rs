//! The steps of a walk: shown as they happen, or together as JSON at the end.

use std::{io::Write, process::ExitCode};

use serde_json::{Map, Value, json};

use crate::commands::terminal;

/// What happened so far.
pub struct Steps {
    json: bool,
    steps: Vec<Value>,
}

impl Steps {
    /// Nothing yet.
    pub fn new(json: bool) -> Self {
        Self { json, steps: Vec::new() }
    }

    /// Something happened: what, and its facts.
    pub fn add<const N: usize>(&mut self, step: &str, facts: [(&str, Value); N]) {
        if !self.json {
            // Who closed stdout does not want to read the steps.
            let _ = show(step, &facts);
        }
        let mut members = Map::from_iter([("step".to_owned(), Value::from(step))]);
        members.extend(facts.into_iter().map(|(name, value)| (name.to_owned(), value)));
        self.steps.push(Value::Object(members));
    }

    /// Prints what is to be printed at the end.
    pub fn finish(self, taken: bool, result: &Value) -> anyhow::Result<ExitCode> {
        if self.json {
            terminal::print_json(&json!({ "taken": taken, "result": result, "steps": self.steps }))?;
        }
        Ok(if taken { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn show(step: &str, facts: &[(&str, Value)]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{step}")?;
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_null()) {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Object(_) | Value::Array(_) => format!("{value:#}").replace('\n', "\n  "),
            other => other.to_string(),
        };
        writeln!(out, "  {name}: {text}")?;
    }
    Ok(())
}
