//! The solar calendar of Iran.
//!
//! Its leap years follow a cycle of 33 years with eight leap years, which is right from 1206 to 1497 and so for every paper
//! that is written here; the first six months have 31 days, the next five 30.

/// Days from the beginning of the Gregorian year to that of each month, in a common year.
const DAYS_BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
/// Days of a cycle of 33 years, and of one of four.
const CYCLE: i64 = 12_053;
const FOUR_YEARS: i64 = 1_461;

/// Year, month and day of a Gregorian date.
pub(crate) fn from_gregorian(year: i16, month: i8, day: i8) -> (i64, i64, i64) {
    let (year, month, day) = (i64::from(year), i64::from(month), i64::from(day));
    let before =
        usize::try_from(month - 1).ok().and_then(|place| DAYS_BEFORE.get(place)).copied().unwrap_or(0);
    // A leap day counts from March on.
    let leaps = year + i64::from(month > 2);
    let leap_days = (leaps + 3) / 4 - (leaps + 99) / 100 + (leaps + 399) / 400;
    // Days since the beginning of the cycle that holds the year -1595 of the Jalali calendar.
    let mut days = 355_666 + 365 * year + leap_days + day + before;
    let mut jalali = -1_595 + 33 * (days / CYCLE);
    days %= CYCLE;
    jalali += 4 * (days / FOUR_YEARS);
    days %= FOUR_YEARS;
    if days > 365 {
        jalali += (days - 1) / 365;
        days = (days - 1) % 365;
    }
    if days < 186 {
        (jalali, 1 + days / 31, 1 + days % 31)
    } else {
        (jalali, 7 + (days - 186) / 30, 1 + (days - 186) % 30)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days() {
        for (gregorian, jalali) in [
            ((2026, 11, 22), (1405, 9, 1)),
            ((2026, 3, 21), (1405, 1, 1)),
            ((2026, 3, 20), (1404, 12, 29)),
            // 1403 was a leap year.
            ((2025, 3, 20), (1403, 12, 30)),
            ((2025, 3, 21), (1404, 1, 1)),
            ((2024, 2, 29), (1402, 12, 10)),
            ((1979, 2, 11), (1357, 11, 22)),
            ((2026, 9, 22), (1405, 6, 31)),
            ((2026, 9, 23), (1405, 7, 1)),
        ] {
            let (year, month, day) = gregorian;
            assert_eq!(from_gregorian(year, month, day), jalali, "{gregorian:?}");
        }
    }
}
