//! Exact integers to decimal text, and division with one rounding.

/// Division that rounds once.
pub trait Rounded: Sized {
    /// The quotient to the nearest whole number, halves away from zero; none when there is nothing to divide by.
    fn over(self, under: Self) -> Option<Self>;
}

impl Rounded for i128 {
    fn over(self, under: Self) -> Option<Self> {
        let (quotient, rest) = (self.checked_div(under)?, self.checked_rem(under)?);
        let up = rest.unsigned_abs() >= under.unsigned_abs() - rest.unsigned_abs() && rest != 0;
        if !up {
            return Some(quotient);
        }
        let away = if (self < 0) == (under < 0) { 1 } else { -1 };
        quotient.checked_add(away)
    }
}

/// The decimal text of units of `10^-scale`: at least `places` decimals, more when they are needed.
pub fn decimal(units: i128, scale: u8, places: u8) -> String {
    let scale = usize::from(scale);
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let shown = fraction.trim_end_matches('0').len().max(usize::from(places).min(scale));
    let sign = if units < 0 { "-" } else { "" };
    if shown == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{}", &fraction[..shown]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_are_rounded_once() {
        for (over, under, quotient) in [
            (7, 2, Some(4)),
            (-7, 2, Some(-4)),
            (7, -2, Some(-4)),
            (5, 3, Some(2)),
            (4, 3, Some(1)),
            (0, 3, Some(0)),
            (3, 0, None),
            (i128::MIN, -1, None),
            (i128::MAX, 1, Some(i128::MAX)),
        ] {
            assert_eq!(over.over(under), quotient, "{over} / {under}");
        }
    }

    #[test]
    fn decimals_are_exact() {
        for (units, scale, places, text) in [
            (0, 6, 2, "0.00"),
            (12_500_000, 6, 2, "12.50"),
            (-12_345_678, 6, 2, "-12.345678"),
            (1_000, 3, 0, "1"),
            (52_300, 6, 0, "0.0523"),
            (i128::MAX, 0, 0, "170141183460469231731687303715884105727"),
        ] {
            assert_eq!(decimal(units, scale, places), text);
        }
    }
}
