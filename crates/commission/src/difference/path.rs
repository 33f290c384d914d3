//! Where a term stands within an agreement.
//!
//! Rules and bonuses are named by people, in any letters, so a path is kept as its steps and judged by them. Its text is
//! for showing only: a rule that is called `x.actions[y` makes it read like another term's.

use std::fmt;

/// Where a term stands, step by step from the outside.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TermPath {
    steps: Vec<Step>,
}

/// One step into an agreement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// To a member, by its word in the model.
    Member(String),
    /// To an entry of a list, by the name that a person may have given it.
    Entry(String),
}

impl Step {
    fn member(&self) -> Option<&str> {
        match self {
            Self::Member(word) => Some(word),
            Self::Entry(_) => None,
        }
    }
}

/// What a step is for whoever judges: the word of a member, and of an entry only that it is one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place<'p> {
    /// A member.
    Member(&'p str),
    /// An entry, whatever its name.
    Entry,
}

impl TermPath {
    /// Whether it lies within this member of the agreement.
    pub fn is_within(&self, member: &str) -> bool {
        matches!(self.steps.first(), Some(Step::Member(first)) if first == member)
    }

    /// Whether it is that of an entry of a list.
    pub(super) fn is_entry(&self) -> bool {
        matches!(self.steps.last(), Some(Step::Entry(_)))
    }

    /// The word of the last member on it; nothing for the agreement itself.
    pub(super) fn last_member(&self) -> &str {
        let mut inwards = self.steps.iter().rev();
        inwards.find_map(Step::member).unwrap_or_default()
    }

    /// What each step is.
    pub(super) fn places(&self) -> Vec<Place<'_>> {
        self.steps.iter().map(|step| step.member().map_or(Place::Entry, Place::Member)).collect()
    }

    /// The steps.
    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Does `walk` one step further in.
    pub(super) fn within(&mut self, step: Step, walk: impl FnOnce(&mut Self)) {
        self.steps.push(step);
        walk(self);
        self.steps.pop();
    }
}

/// Such as `actions[order].rates[base].percent`.
impl fmt::Display for TermPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.steps.iter().enumerate() {
            match step {
                Step::Member(word) if place == 0 => f.write_str(word)?,
                Step::Member(word) => write!(f, ".{word}")?,
                Step::Entry(name) => write!(f, "[{name}]")?,
            }
        }
        Ok(())
    }
}
