//! Replays: a past period decided again, and the difference in money.

pub mod create;

use app::{
    errors::Refusal,
    replay::{Changed, CodeChange, CurrencyTotals, Draft, Instead, PublisherDifference, Report},
};
use model::{
    Code, ContractVersionId, ConversionId, Money, ProgramId, PublisherGroupId, PublisherId, Timestamp,
    contract::Terms, conversion::State,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{contracts::audience_of, shape};

/// What is decided again, and by what.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayDraft {
    /// First moment of the period, by the time of receipt.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// First moment after it.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// A contract version that takes the place of what was in force, for those whom its contract is with.
    #[schema(value_type = Option<String>)]
    pub contract_version_id: Option<ContractVersionId>,
    /// A payout model that takes the place of the model of every contract.
    #[schema(example = "linear")]
    pub payout_model: Option<String>,
    /// Terms that nobody has signed yet, in place of a contract version.
    pub draft: Option<ReplayTermsDraft>,
}

/// Terms that nobody has signed yet.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayTermsDraft {
    /// The program.
    #[schema(value_type = String, example = "prg_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub program_id: ProgramId,
    /// The publisher; with neither publisher nor group the terms are for everybody who has the default.
    #[schema(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// The group of publishers.
    #[schema(value_type = Option<String>)]
    pub group_id: Option<PublisherGroupId>,
    /// The agreement. Without a fee the one that stands is taken over.
    #[schema(value_type = shape::terms::Terms)]
    pub terms: Terms,
}

impl ReplayDraft {
    /// What takes the place of what was in force.
    ///
    /// # Errors
    /// `field_invalid`.
    pub fn instead(self) -> Result<Instead, Refusal> {
        let draft = match self.draft {
            None => None,
            Some(ReplayTermsDraft { program_id, publisher_id, group_id, terms }) => {
                let audience =
                    audience_of(publisher_id, group_id).map_err(|refusal| refusal.within("draft"))?;
                Some(Draft { program_id, audience, terms })
            }
        };
        let (contract_version_id, payout_model) = (self.contract_version_id, self.payout_model);
        Ok(Instead { contract_version_id, draft, payout_model })
    }
}

/// What a replay found. Sums are over first decisions: later approvals and reversals are left out on both sides.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplayView {
    /// First moment of the period.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// First moment after it.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// Conversions that were decided again.
    pub conversions: u64,
    /// How many of them came out differently; with nothing changed there must be none.
    pub changed: u64,
    /// Money of each publisher, the greatest difference first.
    pub publishers: Vec<PublisherDifferenceView>,
    /// Money of all together.
    pub totals: Vec<ReplayTotalsView>,
    /// Verdicts that changed.
    pub codes: Vec<CodeChangeView>,
    /// The first thousand conversions that came out differently.
    pub changed_conversions: Vec<ChangedConversionView>,
}

/// What changes for one publisher.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublisherDifferenceView {
    /// The publisher.
    #[schema(value_type = String)]
    pub publisher_id: PublisherId,
    /// Shown name.
    pub publisher: String,
    /// What he earned.
    #[schema(value_type = shape::Money)]
    pub before: Money,
    /// What he would have earned.
    #[schema(value_type = shape::Money)]
    pub after: Money,
    /// The difference.
    #[schema(value_type = shape::Money)]
    pub difference: Money,
    /// Conversions that paid him.
    pub conversions_before: u64,
    /// Conversions that would have.
    pub conversions_after: u64,
    /// Conversions that pay him differently.
    pub changed: u64,
}

/// Sums in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplayTotalsView {
    /// Commissions.
    #[schema(value_type = shape::Money)]
    pub commission_before: Money,
    /// Commissions of the replay.
    #[schema(value_type = shape::Money)]
    pub commission_after: Money,
    /// What advertisers paid: commissions and fees.
    #[schema(value_type = shape::Money)]
    pub charge_before: Money,
    /// What they would have paid.
    #[schema(value_type = shape::Money)]
    pub charge_after: Money,
    /// What they would have paid more.
    #[schema(value_type = shape::Money)]
    pub charge_difference: Money,
}

/// How many conversions went from one verdict to another.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeChangeView {
    /// Verdict as it was.
    #[schema(value_type = String, example = "ok")]
    pub before: Code,
    /// Verdict of the replay.
    #[schema(value_type = String, example = "outside_window")]
    pub after: Code,
    /// How many.
    pub conversions: u64,
}

/// A conversion that came out differently.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedConversionView {
    /// The conversion.
    #[schema(value_type = String)]
    pub conversion_id: ConversionId,
    /// Verdict as it was.
    #[schema(value_type = String, example = "ok")]
    pub code_before: Code,
    /// Verdict of the replay.
    #[schema(value_type = String, example = "outside_window")]
    pub code_after: Code,
    /// State that it started in.
    #[schema(value_type = shape::ConversionState)]
    pub state_before: State,
    /// State that it would have started in.
    #[schema(value_type = shape::ConversionState)]
    pub state_after: State,
    /// Sum of its commissions, when it earned.
    #[schema(value_type = Option<shape::Money>)]
    pub commission_before: Option<Money>,
    /// Sum of its commissions in the replay, when it earns.
    #[schema(value_type = Option<shape::Money>)]
    pub commission_after: Option<Money>,
    /// Who earned most of it.
    #[schema(value_type = Option<String>)]
    pub publisher_before: Option<PublisherId>,
    /// Who would have.
    #[schema(value_type = Option<String>)]
    pub publisher_after: Option<PublisherId>,
}

impl From<Report> for ReplayView {
    fn from(report: Report) -> Self {
        Self {
            from: report.from,
            to: report.to,
            conversions: report.conversions,
            changed: report.changed,
            publishers: report.publishers.into_iter().map(publisher).collect(),
            totals: report.totals.iter().map(totals).collect(),
            codes: report.codes.iter().map(codes).collect(),
            changed_conversions: report.changed_conversions.iter().map(changed).collect(),
        }
    }
}

fn publisher(one: PublisherDifference) -> PublisherDifferenceView {
    PublisherDifferenceView {
        publisher_id: one.publisher_id,
        publisher: one.publisher,
        before: one.before,
        after: one.after,
        difference: one.difference,
        conversions_before: one.conversions_before,
        conversions_after: one.conversions_after,
        changed: one.changed,
    }
}

fn totals(one: &CurrencyTotals) -> ReplayTotalsView {
    ReplayTotalsView {
        commission_before: one.commission_before,
        commission_after: one.commission_after,
        charge_before: one.charge_before,
        charge_after: one.charge_after,
        charge_difference: one.charge_difference,
    }
}

fn codes(one: &CodeChange) -> CodeChangeView {
    CodeChangeView { before: one.before, after: one.after, conversions: one.conversions }
}

fn changed(one: &Changed) -> ChangedConversionView {
    ChangedConversionView {
        conversion_id: one.conversion_id,
        code_before: one.code_before,
        code_after: one.code_after,
        state_before: one.state_before,
        state_after: one.state_after,
        commission_before: one.commission_before,
        commission_after: one.commission_after,
        publisher_before: one.publisher_before,
        publisher_after: one.publisher_after,
    }
}
