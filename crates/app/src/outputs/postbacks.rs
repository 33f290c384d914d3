//! Publishers' postbacks: an address with macros that is called when a conversion of theirs is decided.
//!
//! The macros are filled with what the publisher may see, as it stood after the decision; what he may not see (`{order_id}`, `{adv1}`) is
//! empty, as it is for everything without a value.

use std::borrow::Cow;

use model::{
    Code, Money, ProgramId, PublisherId, PublisherPostbackId, Timestamp,
    codes::Language,
    conversion::{CommissionLine, State},
    macros::{Macro, Place, Template},
    touch::Touch,
};
use serde::{Deserialize, Serialize};
use store::{
    Result,
    conversions::Conversion,
    decisions::{DecisionKind, DecisionRow},
};

use super::kept::{FoundBy, keep, kept};
use crate::{
    access::POSTBACK_CHANGE,
    awards::followed::Followed,
    click_id::ClickIdKeys,
    command::Change,
    configuration::{programs, publishers},
    errors::Refusal,
    snapshot::Snapshot,
};

/// What a publisher can be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It earns, and waits for its approval.
    Pending,
    /// It is approved.
    Approved,
    /// It is rejected.
    Rejected,
    /// All of it or a part is taken back; the payout is what is left.
    Reversed,
}

impl Status {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Approved, Self::Rejected, Self::Reversed];

    /// The word in `{status}`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Reversed => "reversed",
        }
    }

    /// What a decision says to a publisher; none when it says nothing new, or is about a test or a repetition.
    pub(super) fn of(row: &DecisionRow) -> Option<Self> {
        match (row.kind, row.state) {
            (DecisionKind::Reversed, _) => Some(Self::Reversed),
            (
                DecisionKind::Held | DecisionKind::Released | DecisionKind::Extended | DecisionKind::Adjusted,
                _,
            ) => None,
            (_, State::Pending | State::Held) => Some(Self::Pending),
            (_, State::Approved) => Some(Self::Approved),
            (_, State::Rejected) => Some(Self::Rejected),
            (_, State::Reversed) => Some(Self::Reversed),
            (_, State::Duplicate | State::Test) => None,
        }
    }
}

/// An address of a publisher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublisherPostback {
    /// Id.
    pub id: PublisherPostbackId,
    /// The publisher.
    pub publisher_id: PublisherId,
    /// Only conversions of this program; of all without one.
    pub program_id: Option<ProgramId>,
    /// Which decisions are told.
    pub statuses: Vec<Status>,
    /// The address with its macros.
    pub url: String,
    /// When it was made.
    pub created_at: Timestamp,
}

kept!(PublisherPostback = "publisher_postback", IS_PUBLISHERS = true);

/// What a postback is made of.
#[derive(Debug, Clone)]
pub struct PostbackDraft {
    /// The publisher, for who serves several.
    pub publisher_id: Option<PublisherId>,
    /// Only conversions of this program.
    pub program_id: Option<ProgramId>,
    /// Which decisions are told; all when there are none.
    pub statuses: Vec<Status>,
    /// The address with its macros.
    pub url: String,
}

/// Makes a postback of a publisher, who is told of what is decided from now on.
///
/// # Errors
/// `field_invalid`, `field_missing`, `not_found`, `right_missing`; storage errors.
pub fn make(
    change: &mut Change<'_, '_>,
    draft: PostbackDraft,
) -> std::result::Result<PublisherPostback, Refusal> {
    POSTBACK_CHANGE.check_role(change.actor)?;
    let actor = change.actor;
    let named = actor.publisher_named(draft.publisher_id)?;
    let publisher = publishers::active(change.tx, actor, named, |it| {
        actor.eyes(it.network_id, None, Some(it.id)).publisher
    })?;
    if let Some(program) = draft.program_id {
        programs::get(change.tx, actor, program)?;
    }
    let template = Template::parse(&draft.url, Place::Postback)
        .map_err(|error| Refusal::field("url", error.to_string()))?;
    outbound::check_url(&template.fill(&|_| Some(Cow::Borrowed("x"))))
        .map_err(|error| Refusal::field("url", error.0))?;
    let made = PublisherPostback {
        id: PublisherPostbackId::new(change.now, change.entropy),
        publisher_id: publisher.id,
        program_id: draft.program_id,
        statuses: if draft.statuses.is_empty() { Status::ALL.to_vec() } else { draft.statuses },
        url: draft.url,
        created_at: change.now,
    };
    let found_by = FoundBy { shared: true, due_at: None, publisher_id: Some(made.publisher_id) };
    keep(change, &made, found_by, &made.id)?;
    Ok(made)
}

/// What the macros are filled with.
pub(super) struct Values<'a> {
    publisher_id: PublisherId,
    conversion: &'a Conversion,
    decision: &'a DecisionRow,
    status: Status,
    first: &'a CommissionLine,
    payout: Money,
    touch: Option<&'a Touch>,
    click_id: Option<String>,
    random: u64,
}

impl<'a> Values<'a> {
    /// What a publisher may know of a decision; none when he earned nothing by it.
    pub fn of(
        publisher_id: PublisherId,
        (case, decision, status): (&'a Followed<'a>, &'a DecisionRow, Status),
        touches: &'a [Touch],
        (snapshot, keys, random): (&Snapshot, &ClickIdKeys, u64),
    ) -> Result<Option<Self>> {
        let lines = case.lines_after(decision.sequence)?;
        let Some(first) = lines.iter().find(|line| line.publisher_id == publisher_id) else {
            return Ok(None);
        };
        let payout = payout(publisher_id, case, decision, lines)?;
        let touch =
            touches.iter().find(|touch| touch.id == first.touch_id && touch.publisher_id == publisher_id);
        let reported = case.conversion.report.click_id.clone();
        let reported = reported.filter(|id| keys.verify(id).is_ok_and(|it| it.touch_id == first.touch_id));
        let minted = || {
            let touch = touch.filter(|touch| touch.kind.is_click())?;
            Some(keys.mint(touch.id, *snapshot.links_by_id.get(&touch.link_id)?))
        };
        Ok(Some(Self {
            publisher_id,
            conversion: case.conversion,
            decision,
            status,
            first,
            payout,
            touch,
            click_id: reported.or_else(minted),
            random,
        }))
    }

    /// The value of a macro; none is empty.
    pub fn value(&self, found: Macro) -> Option<Cow<'_, str>> {
        let text = |value: &'a str| Some(Cow::Borrowed(value));
        let owned = |value: String| Some(Cow::Owned(value));
        let facts = self.touch.map(|touch| &touch.facts);
        let parameters = self.touch.map(|touch| &touch.parameters);
        let sub = |name: &str| parameters?.subs.get(name).map(|value| Cow::Borrowed(value.as_str()));
        let fact = |value: Option<&'a Option<String>>| value?.as_deref().map(Cow::Borrowed);
        match found {
            Macro::ClickId => self.click_id.as_deref().map(Cow::Borrowed),
            Macro::PublisherId => owned(self.publisher_id.to_string()),
            Macro::ProgramId => owned(self.conversion.program_id?.to_string()),
            Macro::LinkId => owned(self.first.link_id.to_string()),
            Macro::Sub(number) => sub(&format!("sub{number}")),
            Macro::Source => sub("source"),
            Macro::RefId => fact(parameters.map(|it| &it.ref_id)),
            Macro::Country => fact(facts.map(|it| &it.country)),
            Macro::Device => fact(facts.map(|it| &it.device)),
            Macro::Os => fact(facts.map(|it| &it.os)),
            Macro::Timestamp => owned(self.decision.at.as_seconds().to_string()),
            Macro::Random => owned(self.random.to_string()),
            Macro::ConversionId => owned(self.conversion.id.to_string()),
            Macro::Action => text(&self.conversion.action),
            Macro::Payout => owned(self.payout.amount_text()),
            Macro::Currency => owned(self.payout.currency().to_string()),
            Macro::Status => text(self.status.word()),
            Macro::Code => text(self.decision.code.word()),
            Macro::Reason => text(reason(self.decision)),
            Macro::CreativeId => owned(parameters?.creative?.to_string()),
            Macro::OrderId | Macro::Adv(_) => None,
        }
    }
}

/// Why: the word that a person chose, else what the engine's code says, else nothing.
fn reason(decision: &DecisionRow) -> &str {
    match &decision.reason {
        Some(reason) => reason,
        None if decision.code == Code::Ok => "",
        None => decision.code.sentence(Language::En),
    }
}

/// What a publisher's lines earn after a decision: nothing of a rejected conversion.
fn payout(
    publisher_id: PublisherId,
    case: &Followed<'_>,
    decision: &DecisionRow,
    lines: &[CommissionLine],
) -> Result<Money> {
    let damaged = |error: model::MoneyError| {
        store::Error::Damaged(format!("conversion {}: {error}", case.conversion.id))
    };
    let standing = case.standing_after(decision.sequence)?;
    let own = lines.iter().enumerate().filter(|(_, line)| line.publisher_id == publisher_id);
    let mut sum: Option<Money> = None;
    for (place, line) in own {
        let nothing = Money::zero(line.commission.currency());
        let earns = standing.state.is_live() || standing.state == State::Reversed;
        let back = standing.taken_back.get(place).map_or(nothing, |(back, _)| *back);
        let left = if earns { line.commission.sub(back).map_err(damaged)? } else { nothing };
        sum = Some(sum.unwrap_or(nothing).add(left).map_err(damaged)?);
    }
    sum.ok_or_else(|| store::Error::Damaged(format!("conversion {}: no line", case.conversion.id)))
}
