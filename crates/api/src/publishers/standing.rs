//! Where a publisher stands with programs, on the wire.

use app::{
    configuration::standings::{ProgramStanding, Standing},
    snapshot::Snapshot,
};
use model::{ProgramId, Timestamp, codes::Language, contract::Terms, joining::OfferedTerms};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    applications::{ApplicationView, OfferedTermsView},
    contracts::{LanguageWord, in_words::TermsInWords, without_fee},
    http::{page::IdCursor, query::Limit},
    programs::{ProgramMemberView, ProgramView},
    shape,
};

/// A program, and where the publisher stands with it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgramStandingView {
    /// The program, as far as the publisher sees it.
    pub program: ProgramView,
    /// Where he stands.
    #[schema(value_type = shape::Standing)]
    pub standing: Standing,
    /// Whether he may make links there.
    pub may_link: bool,
    /// Whether he may apply to it.
    pub may_apply: bool,
    /// The newest application or invitation between them.
    pub application: Option<ApplicationView>,
    /// His newest stay there.
    pub membership: Option<ProgramMemberView>,
    /// The terms that he has, is offered, or would get; none while nothing is agreed for him.
    pub terms: Option<TermsToReadView>,
}

/// Terms to read before saying yes.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermsToReadView {
    /// Where they stand, and their hash.
    #[serde(flatten)]
    pub offered: OfferedTermsView,
    /// The terms without the fee, which is between advertiser and network.
    #[schema(value_type = shape::terms::Terms)]
    pub terms: Terms,
    /// The same in words.
    pub in_words: TermsInWords,
}

impl TermsToReadView {
    fn of((offered, terms): (OfferedTerms, Terms), language: Language) -> Self {
        let terms = without_fee(terms);
        let in_words = TermsInWords::of(&terms, language);
        Self { offered: OfferedTermsView::from(offered), terms, in_words }
    }
}

impl ProgramStandingView {
    /// What a publisher is shown.
    pub fn of(snapshot: &Snapshot, one: ProgramStanding, language: Language, now: Timestamp) -> Self {
        let funded = snapshot.is_funded(one.program.advertiser_id);
        Self {
            program: ProgramView::new(one.program, one.eyes, one.whole, funded),
            standing: one.standing,
            may_link: one.may_link,
            may_apply: one.may_apply,
            application: one.application.map(|application| ApplicationView::at(application, now)),
            membership: one.stay.map(ProgramMemberView::from),
            terms: one.terms.map(|terms| TermsToReadView::of(terms, language)),
        }
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct StandingQuery {
    /// Only this program.
    #[param(value_type = Option<String>)]
    pub program_id: Option<ProgramId>,
    /// Only where the publisher stands so.
    #[param(value_type = Option<shape::Standing>)]
    pub standing: Option<Standing>,
    /// Language of the terms in words: `en`, `vi` or `fa`; English without it.
    #[param(value_type = Option<String>)]
    pub language: Option<LanguageWord>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}
