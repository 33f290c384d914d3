//! What a commission is worth to whoever brought its publisher, against a slow and obvious reference.

use engine::{
    referral::{FORMAT, ReferralFacts, ReferralReceipt, decide},
    standing::Standing,
};
use model::{
    ContractVersionId, ConversionId, Currency, LinkId, Money, PublisherId, ReferralTermsId, Share, TouchId,
    conversion::{CommissionLine, State},
    referral::ReferralLevel,
};
use proptest::prelude::*;

fn usd(units: i64) -> Money {
    Money::from_units(units, Currency::USD)
}

fn line(publisher: u8, commission: i64) -> CommissionLine {
    CommissionLine {
        publisher_id: PublisherId::from_bytes([publisher; 16]),
        touch_id: TouchId::from_bytes([publisher; 16]),
        link_id: LinkId::from_bytes([9; 16]),
        contract_version_id: ContractVersionId::from_bytes([9; 16]),
        rule: "base".to_owned(),
        credit: Share::WHOLE,
        commission: usd(commission),
        fixed: usd(0),
        fee: usd(0),
        exchange: None,
    }
}

/// Percent as parts per million in text, or a fixed sum.
fn level(parts: Option<u32>, fixed: i64) -> ReferralLevel {
    match parts {
        Some(parts) => ReferralLevel {
            percent: Some(format!("{}.{:04}", parts / 10_000, parts % 10_000)),
            amount: None,
            currency: None,
        },
        None => ReferralLevel {
            percent: None,
            amount: Some(usd(fixed).amount_text()),
            currency: Some(Currency::USD),
        },
    }
}

proptest! {
    #[test]
    fn what_stands_of_a_referral_is_its_share_of_what_stands_of_the_commission(
        commissions in prop::collection::vec((1_u8..3, 0..5_000_000_000_i64), 1..5),
        eighths in prop::collection::vec(0..8_u128, 0..6),
        parts in prop::option::of(1..1_000_000_u32),
        fixed in 1..1_000_000_i64,
    ) {
        let lines: Vec<CommissionLine> = commissions.iter().map(|(publisher, units)| line(*publisher, *units)).collect();
        let publisher = PublisherId::from_bytes([1; 16]);
        let mut taken: u128 = 0;
        let mut stood = None;
        for more in eighths {
            taken = (taken + more).min(8);
            let reversed = Share::new(taken, 8).unwrap();
            let taken_back = lines.iter().map(|line| commission::cumulative(line, reversed).unwrap()).collect();
            let state = if taken == 8 { State::Reversed } else { State::Approved };
            let standing = Standing { state, reversed, taken_back };
            let (commission, stands) = standing.commission_of(&lines, publisher, Currency::USD).unwrap();
            let facts = ReferralFacts {
                conversion_id: ConversionId::from_bytes([1; 16]),
                decision: 1,
                from_publisher_id: publisher,
                publisher_id: PublisherId::from_bytes([7; 16]),
                level: 1,
                terms_id: ReferralTermsId::from_bytes([1; 16]),
                terms: level(parts, fixed),
                commission,
                stands,
            };
            let decision = decide(&facts).unwrap().unwrap();
            let receipt = ReferralReceipt { format: FORMAT, facts, decision };
            let read: ReferralReceipt = serde_json::from_str(&receipt.text()).unwrap();
            prop_assert_eq!(read.recompute(), Some(decision));

            // With a pencil: the commissions of the publisher, what is left of each, and the part of their sum.
            let own = commissions.iter().filter(|(number, _)| *number == 1).map(|(_, units)| i128::from(*units));
            let left = |units: i128| if taken == 8 { 0 } else { units - units * i128::try_from(taken).unwrap() / 8 };
            let worth = |sum: i128| match parts {
                Some(parts) => sum * i128::from(parts) / 1_000_000,
                None if sum > 0 => i128::from(fixed),
                None => 0,
            };
            let (whole, rest) = (worth(own.clone().sum()), worth(own.map(left).sum()));
            prop_assert_eq!(i128::from(decision.earned.units()), whole);
            prop_assert_eq!(i128::from(decision.earned.units() - decision.taken_back.units()), rest);
            // Taking back more never gives back, and never takes more than there was.
            prop_assert!(stood.is_none_or(|stood| rest <= stood) && rest >= 0 && rest <= whole);
            stood = Some(rest);
        }
    }
}
