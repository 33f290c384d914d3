//! Reports: what is counted, how it is cut, and what a number means.
//!
//! A [`Fact`] is one row that says what changed: a touch, a decision on a conversion, a bonus, media spend. All of its
//! [`Measure`]s are additive, and everything that takes back is a row with negative measures, so any sum over any rows is right,
//! for any filter and period, and sums of days are sums of months. A [`Metric`] is a formula over such sums, never an
//! average of averages. A [`Dimension`] cuts them.
//!
//! ```text
//!   Request ──validated──▶ Plan ──an engine adds up──▶ Answer ──formulas──▶ Table
//!   (words of people)      (keys, sums, filter)         (exact sums)          (numbers as text)
//! ```
//!
//! An engine only filters, groups, adds and [sketches](sketch); it never divides or rounds. [`reference`] is the slow one, over facts in memory;
//! the fast one is the crate `lake`, and tests hold them against each other.
//!
//! A conversion moves between states by two rows: out of the old state with negative measures and into the new one with
//! positive. So the state is a dimension like others, and each of the dates (click, conversion, approval, payment) finds exactly what
//! stands for it: a row carries a date only from the moment on at which it is known.

pub mod behind;
pub mod dimension;
pub mod fact;
pub mod filter;
pub mod measure;
pub mod metric;
mod number;
pub mod period;
pub mod plan;
pub mod reference;
pub mod request;
pub mod schedule;
pub mod sketch;
pub mod sql;
pub mod table;

pub use behind::{FactPage, FactPlace};
pub use dimension::{Dimension, Viewer};
pub use fact::{Fact, FactKind, Text};
pub use filter::Filter;
pub use measure::Measure;
pub use plan::{Answer, DateBasis, Key, KeyValue, Plan, Sum};
pub use sketch::{Sketch, SketchOf};
