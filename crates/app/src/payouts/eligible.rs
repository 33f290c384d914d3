//! Whether a publisher is paid in a run, and how much.
//!
//! What can be paid is what was posted before the period's end and is still there: the available balance less what was
//! posted since. It is floored to whole coins once; the rest stays on the balance and is carried forward by itself. Tax is a percent
//! of what leaves the balance, floored too, so that rounding never costs the publisher.

use ledger::Balance;
use model::{
    Currency, Money, Timestamp,
    calendar::Zone,
    parties::Status,
    payout::{NotPaid, PaymentDetails, PaymentMethod},
};

use super::{details::Opened, schedule::is_due};

/// What a run is about.
pub(super) struct Terms {
    pub(super) method: PaymentMethod,
    pub(super) currency: Currency,
    pub(super) now: Timestamp,
    pub(super) zone: Zone,
}

/// What is known of a publisher.
pub(super) struct Candidate {
    pub(super) status: Status,
    pub(super) details: Option<Opened<PaymentDetails>>,
    pub(super) balance: Balance,
    /// What was posted to him since the period's end, in units.
    pub(super) credited_since: i64,
    /// What the run changes into this currency for him, in units.
    pub(super) exchanged: i64,
    /// Whether a payment to him is on its way in this currency.
    pub(super) has_open: bool,
    /// When he was last paid, or first gave his details.
    pub(super) since: Timestamp,
    pub(super) requested_at: Option<Timestamp>,
}

impl Candidate {
    /// Whether his payment details ask for this currency.
    pub(super) fn is_paid_in(&self, currency: Currency) -> bool {
        self.details.as_ref().is_some_and(|opened| opened.details.currency == currency)
    }
}

/// A payment that can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) payable: Money,
    pub(super) gross: Money,
    pub(super) withheld: Money,
    pub(super) details_version: i64,
}

/// The first reason against paying, or what is paid.
pub(super) fn judge(candidate: &Candidate, terms: &Terms) -> Result<Due, NotPaid> {
    if candidate.status != Status::Active {
        return Err(NotPaid::PublisherInactive);
    }
    // What is changed into this currency first makes good what is owed in it.
    let available = candidate.balance.available().saturating_add(candidate.exchanged);
    if available < 0 {
        return Err(NotPaid::NegativeBalance);
    }
    let Opened { version, details, held_until, .. } =
        candidate.details.as_ref().ok_or(NotPaid::NoPaymentDetails)?;
    if details.currency != terms.currency {
        return Err(NotPaid::OtherCurrency);
    }
    if details.method != terms.method {
        return Err(NotPaid::OtherMethod);
    }
    if *held_until > terms.now {
        return Err(NotPaid::CoolDown);
    }
    if candidate.has_open {
        return Err(NotPaid::PayoutOpen);
    }
    if !is_due(details.schedule, &terms.zone, candidate.since, candidate.requested_at, terms.now) {
        return Err(NotPaid::NotScheduled);
    }
    let units = available.saturating_sub(candidate.credited_since);
    let payable = Money::from_units(units.max(0), terms.currency);
    amounts(payable, details).map(|(gross, withheld)| Due {
        payable,
        gross,
        withheld,
        details_version: *version,
    })
}

/// What leaves the balance, and what of it is tax.
fn amounts(payable: Money, details: &PaymentDetails) -> Result<(Money, Money), NotPaid> {
    let gross = bank::file::in_coins(payable);
    let minimum = details.minimum.as_deref().and_then(|text| Money::parse(text, payable.currency()).ok());
    if gross.units() < minimum.map_or(0, Money::units).max(bank::file::coin(gross)) {
        return Err(NotPaid::BelowMinimum);
    }
    let percent = details.withholding_percent.as_deref().and_then(bank::details::percent).unwrap_or(0);
    // A percent below 100 of an amount fits wherever the amount does.
    let withheld = gross.times(i128::from(percent), 10_000).unwrap_or(gross);
    let withheld = bank::file::in_coins(withheld);
    if gross.units() <= withheld.units() {
        return Err(NotPaid::BelowMinimum);
    }
    Ok((gross, withheld))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    fn terms() -> Terms {
        Terms { method: PaymentMethod::Sepa, currency: Currency::EUR, now: NOW, zone: Zone::utc() }
    }

    fn usual(members: &Value) -> Candidate {
        let mut details = json!({
            "method": "sepa", "holder": "A", "holder_kind": "person", "address": {"town": "B", "country": "DE"},
            "iban": "DE89370400440532013000", "currency": "EUR",
        });
        details.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
        let details = Opened {
            version: 3,
            details: serde_json::from_value(details).expect("details"),
            held_until: NOW,
            created_at: NOW,
            created_by: String::new(),
        };
        Candidate {
            status: Status::Active,
            details: Some(details),
            balance: Balance { credits_posted: 100_009_999, ..Balance::default() },
            credited_since: 0,
            exchanged: 0,
            has_open: false,
            since: Timestamp::from_seconds(1),
            requested_at: Some(NOW),
        }
    }

    /// Gross and tax, or the reason.
    fn judged(members: &Value, also: impl FnOnce(&mut Candidate)) -> String {
        let mut candidate = usual(members);
        also(&mut candidate);
        match judge(&candidate, &terms()) {
            Ok(due) => format!("{} {}", due.gross.amount_text(), due.withheld.amount_text()),
            Err(reason) => reason.word().to_owned(),
        }
    }

    #[test]
    fn who_is_paid_how_much() {
        let nothing = json!({});
        for (members, paid) in [
            (json!({}), "100.00 0.00"),
            (json!({"withholding_percent": "15"}), "100.00 15.00"),
            (json!({"withholding_percent": "33.33"}), "100.00 33.33"),
            (json!({"minimum": "100.00"}), "100.00 0.00"),
            (json!({"minimum": "100.01"}), "below_minimum"),
            (json!({"currency": "USD"}), "other_currency"),
            (json!({"method": "other"}), "other_method"),
            (json!({"schedule": {"every": "month", "day": 10}}), "100.00 0.00"),
            (json!({"schedule": {"every": "month", "day": 13}}), "not_scheduled"),
        ] {
            assert_eq!(judged(&members, |_| {}), paid, "{members}");
        }
        assert_eq!(judged(&nothing, |it| it.credited_since = 40_000_000), "60.00 0.00");
        assert_eq!(judged(&nothing, |it| it.credited_since = 200_000_000), "below_minimum");
        assert_eq!(judged(&nothing, |it| it.balance.debits_pending = 100_000_000), "below_minimum");
        assert_eq!(judged(&nothing, |it| it.balance.debits_posted = 110_000_000), "negative_balance");
        assert_eq!(judged(&nothing, |it| it.exchanged = 5_000_000), "105.00 0.00");
        assert_eq!(judged(&nothing, |it| it.exchanged = 5_000_001), "105.01 0.00", "parts of coins add up");
        let owing = |it: &mut Candidate| {
            (it.balance.debits_posted, it.exchanged) = (110_000_000, 12_000_000);
        };
        assert_eq!(judged(&nothing, owing), "2.00 0.00", "a debt is made good first");
        assert_eq!(judged(&nothing, |it| it.status = Status::Paused), "publisher_inactive");
        assert_eq!(judged(&nothing, |it| it.details = None), "no_payment_details");
        assert_eq!(judged(&nothing, |it| it.has_open = true), "payout_open");
        assert_eq!(judged(&nothing, |it| it.requested_at = None), "not_scheduled");
        let held = |it: &mut Candidate| {
            it.details.as_mut().expect("details").held_until = NOW.plus_seconds(1);
        };
        assert_eq!(judged(&nothing, held), "cool_down");
        let cent = json!({"withholding_percent": "99.99"});
        assert_eq!(judged(&cent, |it| it.balance.credits_posted = 10_000), "0.01 0.00");
    }
}
