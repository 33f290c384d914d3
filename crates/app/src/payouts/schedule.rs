//! Whether a publisher's day has come.

use model::{
    Timestamp,
    calendar::{Zone, last_day_of_month, last_weekday},
    payout::PayoutSchedule,
};

/// Whether a payment day has come between `since` (his last payout, or when he first gave his details) and `now`.
/// A publisher who was below his minimum on his day is paid in a later run, once he reaches it.
pub(super) fn is_due(
    schedule: PayoutSchedule,
    zone: &Zone,
    since: Timestamp,
    requested_at: Option<Timestamp>,
    now: Timestamp,
) -> bool {
    let day = match schedule {
        PayoutSchedule::Week { weekday } => last_weekday(zone, now, weekday),
        PayoutSchedule::Month { day } => last_day_of_month(zone, now, day),
        PayoutSchedule::Request => return requested_at.is_some_and(|asked| asked >= since && asked <= now),
    };
    day > since
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::payout::Weekday;

    #[test]
    fn days_come_once_a_week_or_month_in_the_networks_zone() {
        let monday = PayoutSchedule::Week { weekday: Weekday::Monday };
        let last = PayoutSchedule::Month { day: 31 };
        // 2026-03-02 is a Monday; it begins at 20:30 UTC of Sunday in Tehran.
        for (schedule, zone, since, now, due) in [
            (monday, "UTC", "2026-02-25T00:00:00Z", "2026-03-01T23:59:59Z", false),
            (monday, "UTC", "2026-02-25T00:00:00Z", "2026-03-02T00:00:00Z", true),
            (monday, "Asia/Tehran", "2026-02-25T00:00:00Z", "2026-03-01T20:30:00Z", true),
            (monday, "UTC", "2026-03-02T08:00:00Z", "2026-03-08T00:00:00Z", false),
            (monday, "UTC", "2026-03-02T08:00:00Z", "2026-03-11T00:00:00Z", true),
            (last, "UTC", "2026-02-01T08:00:00Z", "2026-02-27T12:00:00Z", false),
            (last, "UTC", "2026-02-01T08:00:00Z", "2026-02-28T00:00:00Z", true),
            (last, "UTC", "2026-02-28T08:00:00Z", "2026-03-30T12:00:00Z", false),
        ] {
            let [since, now] = [since, now].map(|text| Timestamp::parse(text).expect("a moment"));
            let zone = zone.parse().expect("a zone");
            assert_eq!(is_due(schedule, &zone, since, None, now), due, "{schedule:?} {since} {now}");
        }
    }

    #[test]
    fn on_request_means_since_the_last_payout() {
        let at = Timestamp::from_seconds;
        let due = |asked| is_due(PayoutSchedule::Request, &Zone::utc(), at(100), asked, at(200));
        assert!(!due(None) && !due(Some(at(99))) && due(Some(at(100))) && due(Some(at(200))));
    }
}
