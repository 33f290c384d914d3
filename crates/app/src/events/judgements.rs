//! What people decide about conversions.

use model::{
    ConversionId, Money, Share, Timestamp,
    conversion::{Reason, State},
};
use store::conversions::Conversion;

use super::conversions::{ConversionSeen, Later, missing, read, seen, with_paid};
use crate::{
    access::CONVERSION_JUDGE,
    checks,
    command::Change,
    errors::Refusal,
    lifecycle::{self, ChangeError, Extent, ItemPart, ItemsError},
};

/// The most items of one reversal.
pub const ITEMS_MAX: usize = 500;

/// What somebody decides about a conversion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// It is right and earned for good.
    Approve,
    /// It is not earned.
    Reject,
    /// A part of it, or the whole, is taken back.
    Reverse(Part),
    /// It is looked into, and not approved by itself meanwhile.
    Hold,
    /// It waits for its date again.
    Release,
    /// It waits longer: until this moment, or for as long as is allowed.
    Extend(Option<Timestamp>),
}

impl Judgement {
    /// The word of the operation.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Reverse(_) => "reverse",
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Extend(_) => "extend",
        }
    }

    /// The states that it can change.
    pub const fn changes(&self) -> &'static [State] {
        match self {
            Self::Approve | Self::Reject | Self::Extend(_) => &[State::Pending, State::Held],
            Self::Hold => &[State::Pending],
            Self::Release => &[State::Held],
            Self::Reverse(_) => &[State::Pending, State::Held, State::Approved],
        }
    }
}

/// How much is taken back, as people say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// All that is left.
    Whole,
    /// This amount of the order value, in its currency, as decimal text.
    Amount(String),
    /// This share of the original order.
    Share(Share),
    /// These pieces of its items.
    Items(Vec<ItemPart>),
}

impl Part {
    /// Reads the three ways to name a part, of which at most one may be used.
    ///
    /// # Errors
    /// `field_invalid`.
    pub fn read(
        amount: Option<&String>,
        share: Option<&String>,
        items: Option<&Vec<ItemPart>>,
    ) -> Result<Self, Refusal> {
        match (amount, share, items) {
            (None, None, None) => Ok(Self::Whole),
            (Some(amount), None, None) => Ok(Self::Amount(amount.clone())),
            (None, Some(share), None) => {
                let share: Result<Share, _> = share.parse();
                Ok(Self::Share(share.map_err(|error| Refusal::field("share", error.to_string()))?))
            }
            (None, None, Some(items)) if items.is_empty() => {
                Err(Refusal::field("items", "name at least one item"))
            }
            (None, None, Some(items)) => {
                checks::length("items", items, ITEMS_MAX)?;
                Ok(Self::Items(items.clone()))
            }
            (Some(_), Some(_), _) => Err(Refusal::field("share", "give an amount or a share, not both")),
            (_, _, Some(_)) => {
                Err(Refusal::field("items", "give items or an amount or a share, not several"))
            }
        }
    }
}

/// Decides about a conversion.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`, `state_conflict`; storage errors.
pub fn judge(
    change: &mut Change<'_, '_>,
    id: ConversionId,
    judgement: &Judgement,
    reason: Reason,
    note: Option<&str>,
) -> Result<ConversionSeen, Refusal> {
    let (before, _, eyes) = read(change.tx, change.actor, id)?;
    CONVERSION_JUDGE.check(change.actor, eyes, &format!("conversion {id}"))?;
    check_words(judgement, reason, note)?;
    apply(change, &before, judgement, reason, note)?;
    let (conversion, lines, eyes) = read(change.tx, change.actor, id)?;
    let later = Later::of(change.tx, std::slice::from_ref(&conversion))?;
    let seen = seen(change.actor, conversion, lines, eyes, &later)?;
    Ok(with_paid(change.tx, vec![seen])?.remove(0))
}

/// Carries a judgement out, whose right and words were checked, with its audit row.
pub(crate) fn apply(
    change: &mut Change<'_, '_>,
    before: &Conversion,
    judgement: &Judgement,
    reason: Reason,
    note: Option<&str>,
) -> Result<Conversion, Refusal> {
    let id = before.id;
    let by = lifecycle::Change {
        actor: change.actor.word(),
        reason,
        note: note.map(str::to_owned),
        at: change.now,
    };
    let after = match judgement {
        Judgement::Approve => lifecycle::approve(change.tx, id, &by),
        Judgement::Reject => lifecycle::reject(change.tx, id, &by),
        Judgement::Hold => lifecycle::hold(change.tx, id, &by),
        Judgement::Release => lifecycle::release(change.tx, id, &by),
        Judgement::Extend(until) => lifecycle::extend(change.tx, id, *until, &by),
        Judgement::Reverse(Part::Items(items)) => lifecycle::reverse_items(change.tx, id, items, &by),
        Judgement::Reverse(part) => lifecycle::reverse(change.tx, id, extent(before, part)?, &by),
    };
    let after = after.map_err(|error| refusal(id, error))?;
    note_change(change, before, &after, reason, note)?;
    Ok(after)
}

/// Earns a rejected or taken back conversion after all, because a dispute was accepted.
///
/// # Errors
/// `state_conflict`; storage errors.
pub fn reinstate(
    change: &mut Change<'_, '_>,
    before: &Conversion,
    note: &str,
) -> Result<Conversion, Refusal> {
    let by = lifecycle::Change {
        actor: change.actor.word(),
        reason: Reason::DisputeAccepted,
        note: Some(note.to_owned()),
        at: change.now,
    };
    let after = lifecycle::reinstate(change.tx, before.id, &by).map_err(|error| refusal(before.id, error))?;
    note_change(change, before, &after, Reason::DisputeAccepted, Some(note))?;
    Ok(after)
}

fn note_change(
    change: &mut Change<'_, '_>,
    before: &Conversion,
    after: &Conversion,
    reason: Reason,
    note: Option<&str>,
) -> Result<(), Refusal> {
    let mut noted = serde_json::json!({
        "state": { "from": before.state, "to": after.state },
        "reversed": { "from": before.reversed, "to": after.reversed },
        "reason": reason,
        "note": note,
    });
    if before.approve_at != after.approve_at {
        noted["approve_at"] = serde_json::json!({ "from": before.approve_at, "to": after.approve_at });
    }
    change.audit(Some(after.network_id), &after.id, &noted)
}

/// Checks that reason and note fit the judgement.
pub(crate) fn check_words(judgement: &Judgement, reason: Reason, note: Option<&str>) -> Result<(), Refusal> {
    let note = note.unwrap_or_default();
    checks::text::lines("note", note)?;
    match reason {
        Reason::HoldEnded => {
            return Err(Refusal::field("reason", "holds end by themselves; choose why you decide"));
        }
        Reason::TierReached => {
            return Err(Refusal::field(
                "reason",
                "tiers are reached by what is reported; choose why you decide",
            ));
        }
        Reason::DisputeAccepted => {
            return Err(Refusal::field(
                "reason",
                "this is the reason of accepted disputes, and of nothing else",
            ));
        }
        _ => {}
    }
    if (reason == Reason::Confirmed) != matches!(judgement, Judgement::Approve | Judgement::Release) {
        return Err(Refusal::field(
            "reason",
            "`confirmed` is the reason of an approval or a release, and of nothing else",
        ));
    }
    if reason == Reason::UnderReview && !matches!(judgement, Judgement::Hold | Judgement::Extend(_)) {
        return Err(Refusal::field(
            "reason",
            "`under_review` is a reason to hold or to extend, and of nothing else",
        ));
    }
    if reason == Reason::Other && note.trim().is_empty() {
        return Err(Refusal::field("note", "the reason `other` needs words"));
    }
    Ok(())
}

fn extent(conversion: &Conversion, part: &Part) -> Result<Extent, Refusal> {
    Ok(match part {
        Part::Whole | Part::Items(_) => Extent::Whole,
        Part::Share(share) => Extent::Share(*share),
        Part::Amount(text) => {
            let no_amount =
                || Refusal::field("amount", "the conversion has no amount; give a `share`, or neither");
            let currency = conversion.amount.ok_or_else(no_amount)?.currency();
            let amount =
                Money::parse(text, currency).map_err(|error| Refusal::field("amount", error.to_string()))?;
            Extent::Amount(amount)
        }
    })
}

/// The refusal of a change that the lifecycle does not allow.
pub(crate) fn refusal(id: ConversionId, error: ChangeError) -> Refusal {
    match error {
        ChangeError::NotFound => missing(id),
        ChangeError::WrongState { .. }
        | ChangeError::ExceedsOriginal { .. }
        | ChangeError::ExtendedBefore
        | ChangeError::NeverEarned
        | ChangeError::ContractUnknown(_)
        | ChangeError::TakenBackInSteps
        | ChangeError::Conflict => Refusal::state(error.to_string()),
        ChangeError::Until(message) => Refusal::field("until", message),
        ChangeError::Items(error) => Refusal::field(items_field(&error), error.to_string()),
        ChangeError::Amount(message) => Refusal::field("amount", message),
        ChangeError::Ledger(error) => Refusal::state(error.to_string()),
        ChangeError::Store(error) => error.into(),
    }
}

fn items_field(error: &ItemsError) -> String {
    match error {
        ItemsError::Unknown { place, .. } => format!("items[{place}].sku"),
        ItemsError::TooMany { place, .. } | ItemsError::Nothing { place } => {
            format!("items[{place}].quantity")
        }
        ItemsError::NoItems | ItemsError::Price { .. } | ItemsError::Worthless => "items".to_owned(),
    }
}
