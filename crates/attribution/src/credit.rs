//! Credit: the exact share of a conversion that each kept touch earned.

use model::{Code, PublisherId, Share, TouchId};

use crate::candidates::{ConversionTime, Judged, Outcome};
use crate::models::{Met, PayoutModel};

/// The share of one conversion that a touch earned for its publisher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credit {
    /// The touch.
    pub touch_id: TouchId,
    /// Whose link it was.
    pub publisher_id: PublisherId,
    /// Its share, above zero.
    pub share: Share,
    /// Whether the conversion followed this touch faster than its contract expects.
    pub too_fast: bool,
}

/// The outcome for a whole journey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    /// Every candidate in time order. Those kept are exactly those with credit.
    pub touches: Vec<Judged>,
    /// The credits in time order; they sum to exactly 1, or there are none.
    pub credits: Vec<Credit>,
}

/// Spreads the conversion over the kept touches by `model`. A kept touch to which the model gives nothing is
/// dropped as `touch_later_won`, or as `touch_earlier_won` when only earlier ones earn.
pub fn share_out(mut touches: Vec<Judged>, model: &dyn PayoutModel, time: ConversionTime) -> Attribution {
    touches.sort_by_key(|one| (one.candidate.received_at, one.candidate.touch_id));
    let met = |one: &Judged| Met {
        at: one.candidate.received_at,
        publisher_id: one.candidate.publisher_id,
        weight: one.candidate.weight,
    };
    let kept: Vec<Met> = touches.iter().filter(|one| one.is_kept()).map(met).collect();
    if kept.is_empty() {
        return Attribution { touches, credits: Vec::new() };
    }
    let weights = model.weights(&kept, time.judged_at());
    let sum: u128 = weights.iter().copied().map(u128::from).sum();
    let last_winner = weights.iter().rposition(|weight| *weight > 0);

    let mut credits = Vec::with_capacity(weights.len());
    let kept = touches.iter_mut().filter(|one| one.is_kept());
    for (position, (one, weight)) in kept.zip(weights).enumerate() {
        let Outcome::Kept { too_fast } = one.outcome else {
            continue;
        };
        match Share::new(u128::from(weight), sum) {
            Some(share) if weight > 0 => credits.push(Credit {
                touch_id: one.candidate.touch_id,
                publisher_id: one.candidate.publisher_id,
                share,
                too_fast,
            }),
            _ => {
                let later_won = last_winner.is_some_and(|winner| position < winner);
                let code = if later_won { Code::TouchLaterWon } else { Code::TouchEarlierWon };
                one.outcome = Outcome::Dropped(code);
            }
        }
    }
    Attribution { touches, credits }
}

/// One credit for each publisher: the sum of his shares, standing at the latest of his touches that earned, and
/// flagged when any of them was. `credits` are those of one conversion in time order, and so is the answer.
pub fn merge_by_publisher(credits: &[Credit]) -> Vec<Credit> {
    let mut merged: Vec<Credit> = Vec::with_capacity(credits.len());
    for credit in credits.iter().rev() {
        match merged.iter_mut().find(|one| one.publisher_id == credit.publisher_id) {
            None => merged.push(*credit),
            Some(one) => {
                // Denominators of one conversion divide the sum of its weights, so they cannot outgrow it.
                one.share =
                    one.share.plus(credit.share).expect("shares of one conversion have a common denominator");
                one.too_fast |= credit.too_fast;
            }
        }
    }
    merged.reverse();
    merged
}
