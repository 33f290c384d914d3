//! An advertiser's own media: its campaigns, and what they cost.
//!
//! | file | what |
//! |---|---|
//! | `campaigns` | campaigns and the rules by which visits are told |
//! | `booking` | what a campaign cost on a day: said anew it replaces what held, and the difference becomes a fact |
//! | `days` | days that are sent one by one over the API, and the looking at days |
//! | `exposures` | when and where campaigns of offline channels were seen or heard |
//! | `imports` | files, and the undoing of whatever was said at once |
//!
//! Costs are no ledger money: nobody in the network owes them to anybody. They are facts of kind `spend`, in the currency they
//! were paid in and, by the stored rate of their day, in the network's.

pub mod booking;
pub mod campaigns;
pub mod days;
pub mod exposures;
pub mod imports;

pub use ::media::{Column, Options, Question, Reading, Spread, Totals, read};
pub use model::exposure::Exposure;
pub use store::{
    costs::{CostDay, CostImport},
    exposures::ExposureFilter,
};
