//! What keeps a touch that could earn from earning, beside windows and the payout model.
//!
//! In this order, each looking at what the one before has left:
//!
//! 1. `other_channel_won`: the visitor clicked later on the advertiser's own paid media, and the contract of the touch lets
//!    that displace it.
//! 2. `stand_down`: a publisher who stands down (coupon, cashback and extension publishers, where the contract does not
//!    say otherwise) came for the first time only after cart or checkout began. He gives way to an earlier
//!    publisher who could earn and does not stand down himself; where there is none, he keeps the conversion.
//! 3. `coupon_won`: the conversion came with a publisher's coupon. Its policy `always` lets the owner win, `involved` only
//!    if a touch of his could still earn, `winner` changes nothing. The owner earns by his own touches where he has any
//!    left, else by the coupon itself, which stands in the journey at the moment of the conversion.
//!
//! After the payout model has shared the credit, a contract may give a part of it to whoever helped without winning
//! ([`reward_assists`]).

use std::collections::BTreeMap;

use attribution::{
    candidates::{Candidate, ConversionTime, Judged, Outcome},
    credit::{Attribution, Credit},
};
use model::{
    Code, ContractVersionId, ProgramId, PublisherId, Share, Timestamp, TouchId,
    contract::{StandDown, Terms},
    conversion::ConversionReport,
    link::CouponPolicy,
};

use crate::{
    conversion::{candidate_of, facts_of},
    facts::{CandidateFacts, Contracts, Facts},
};

/// What a conversion is judged by.
pub(crate) struct Scene<'a> {
    pub(crate) report: &'a ConversionReport,
    pub(crate) facts: &'a Facts,
    pub(crate) contracts: &'a dyn Contracts,
    pub(crate) program_id: ProgramId,
    pub(crate) time: ConversionTime,
}

impl<'a> Scene<'a> {
    /// The terms of the contract that a touch is judged by.
    pub(crate) fn terms_of(&self, touch: TouchId) -> Option<&'a Terms> {
        let version = facts_of(self.facts, touch)?.contract_version_id?;
        self.contracts.contract(version).map(commission::CompiledContract::terms)
    }

    /// For how many months this contract pays the later conversions of a customer, `Some(None)` for ever; `None` when it
    /// does not.
    pub(crate) fn months_of(&self, version: Option<ContractVersionId>) -> Option<Option<u32>> {
        let contract = self.contracts.contract(version?)?;
        Some(contract.action_terms(&self.report.action)?.recurring?.months)
    }

    /// Drops what is displaced, and adds the coupon to the journey when one came.
    pub(crate) fn displace(&self, judged: &mut Vec<Judged>) {
        self.by_paid_click(judged);
        self.by_checkout(judged);
        if let Some(coupon) = self.facts.candidates.iter().find(|candidate| candidate.coupon.is_some()) {
            self.by_coupon(judged, coupon);
        }
    }

    fn by_paid_click(&self, judged: &mut [Judged]) {
        let Some(paid_at) = self.report.paid_click_at.filter(|at| *at <= self.time.last_moment()) else {
            return;
        };
        for one in judged.iter_mut().filter(|one| one.is_kept() && one.candidate.received_at < paid_at) {
            let terms = self.terms_of(one.candidate.touch_id);
            if terms.is_some_and(|terms| terms.attribution.paid_clicks_displace) {
                one.outcome = Outcome::Dropped(Code::OtherChannelWon);
            }
        }
    }

    fn by_checkout(&self, judged: &mut [Judged]) {
        let Some(began) = self.report.checkout_started_at else { return };
        let first = first_contacts(judged);
        let late = |publisher| first.get(&publisher).is_some_and(|at| *at >= began);
        let stands_down: Vec<bool> = judged
            .iter()
            .map(|one| {
                one.is_kept() && self.stands_down(one.candidate.touch_id) && late(one.candidate.publisher_id)
            })
            .collect();
        let earlier =
            judged.iter().zip(&stands_down).find(|(one, stands_down)| one.is_kept() && !*stands_down);
        let Some(earlier) = earlier.map(|(one, _)| one.candidate.received_at) else { return };
        for (one, stands_down) in judged.iter_mut().zip(stands_down) {
            if stands_down && earlier < one.candidate.received_at {
                one.outcome = Outcome::Dropped(Code::StandDown);
            }
        }
    }

    fn stands_down(&self, touch: TouchId) -> bool {
        match self.terms_of(touch).map(|terms| terms.attribution.stand_down) {
            Some(StandDown::Always) => true,
            Some(StandDown::ByKind) => facts_of(self.facts, touch).is_some_and(|facts| facts.stands_down),
            Some(StandDown::Never) | None => false,
        }
    }

    fn by_coupon(&self, judged: &mut Vec<Judged>, coupon: &CandidateFacts) {
        let candidate = candidate_of(coupon, &self.report.action, self.contracts);
        let refused = self.coupon_refused(&candidate);
        let owner = coupon.publisher_id;
        let owner_may_earn = judged.iter().any(|one| one.is_kept() && one.candidate.publisher_id == owner);
        let wins = refused.is_none()
            && match coupon.coupon {
                Some(CouponPolicy::Always) => true,
                Some(CouponPolicy::Involved) => owner_may_earn,
                Some(CouponPolicy::Winner) | None => false,
            };
        if wins {
            for one in judged.iter_mut().filter(|one| one.is_kept() && one.candidate.publisher_id != owner) {
                one.outcome = Outcome::Dropped(Code::CouponWon);
            }
        }
        let outcome = match refused {
            Some(code) => Outcome::Dropped(code),
            None if coupon.coupon == Some(CouponPolicy::Winner) => Outcome::Dropped(Code::CouponNotEligible),
            None if owner_may_earn => Outcome::Dropped(Code::TouchEarlierWon),
            None if wins => Outcome::Kept { too_fast: false },
            None => Outcome::Dropped(Code::CouponNotEligible),
        };
        judged.push(Judged { candidate, outcome });
    }

    /// Why a coupon cannot earn whatever its policy says.
    fn coupon_refused(&self, coupon: &Candidate) -> Option<Code> {
        if coupon.program_id != self.program_id {
            return Some(Code::ProgramMismatch);
        }
        if coupon.code != Code::Ok {
            return Some(Code::CouponNotEligible);
        }
        coupon.barred
    }
}

/// When each publisher was first met, by touches of the program that counted.
fn first_contacts(judged: &[Judged]) -> BTreeMap<PublisherId, Timestamp> {
    let mut first = BTreeMap::new();
    let uncounted = [Outcome::Dropped(Code::ProgramMismatch), Outcome::Dropped(Code::NotCountedTouch)];
    // They stand in time order.
    for one in judged.iter().filter(|one| !uncounted.contains(&one.outcome)) {
        first.entry(one.candidate.publisher_id).or_insert(one.candidate.received_at);
    }
    first
}

/// Gives `percent` of the credit to the publishers who could have earned and did not win, in equal parts, each at the
/// latest of his touches; the winners keep the rest in their proportion.
pub(crate) fn reward_assists(attribution: &mut Attribution, percent: u8) {
    if percent == 0 {
        return;
    }
    const HELPED: [Code; 4] = [Code::TouchLaterWon, Code::TouchEarlierWon, Code::StandDown, Code::CouponWon];
    let winners: Vec<PublisherId> = attribution.credits.iter().map(|credit| credit.publisher_id).collect();
    let mut latest: BTreeMap<PublisherId, usize> = BTreeMap::new();
    for (place, one) in attribution.touches.iter().enumerate() {
        let helped = matches!(one.outcome, Outcome::Dropped(code) if HELPED.contains(&code));
        if helped && !winners.contains(&one.candidate.publisher_id) {
            latest.insert(one.candidate.publisher_id, place);
        }
    }
    let percent = u128::from(percent);
    let part = Share::new(percent, 100 * latest.len() as u128);
    let (Some(part), false) = (part, latest.is_empty()) else { return };
    for credit in &mut attribution.credits {
        let (numerator, denominator) = (credit.share.numerator(), credit.share.denominator());
        // A journey has few enough touches that its shares are far from the edge of 128 bits.
        if let Some(share) = Share::new(numerator * (100 - percent), denominator * 100) {
            credit.share = share;
        }
    }
    for place in latest.into_values() {
        let one = &mut attribution.touches[place];
        one.outcome = Outcome::Kept { too_fast: false };
        attribution.credits.push(Credit {
            touch_id: one.candidate.touch_id,
            publisher_id: one.candidate.publisher_id,
            share: part,
            too_fast: false,
        });
    }
    let order: BTreeMap<TouchId, usize> =
        attribution.touches.iter().enumerate().map(|(place, one)| (one.candidate.touch_id, place)).collect();
    attribution.credits.sort_by_key(|credit| order.get(&credit.touch_id).copied());
}
