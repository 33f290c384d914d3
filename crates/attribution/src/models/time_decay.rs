//! A touch loses half of its weight with every half-life that it is older.
//!
//! The weight is `2^(-age / half-life)`. Only ratios of weights matter, so ages are counted from the newest
//! touch instead of from the conversion: the newest has the weight 1, nothing underflows as a whole,
//! and precision does not suffer from a late conversion. Touches after `converted_at` count as being at it.
//!
//! Arithmetic is integer, so every machine gets the same bits. A weight is given in units of `2^-32`; the age is cut
//! into whole half-lives (shifts) and a fraction of 32 bits (for bit `k`, one product with
//! `2^(-1/2^k)`). Cutting the fraction raises a weight by less than `ln 2 · 2^-32`, the products lower it by
//! less than `2^-56`, and the last rounding lowers it by less than one unit: a weight is off by less than one
//! unit and a hair, which the test bounds by 2. A touch more than 32 half-lives older than the newest weighs
//! nothing.

use model::Timestamp;
use model::time::DAY_US;

use super::{Met, PayoutModel};

pub(super) struct TimeDecay {
    half_life_us: u64,
}

impl TimeDecay {
    /// The field's usual half-life.
    pub(super) const SEVEN_DAYS: Self = Self { half_life_us: 7 * DAY_US.unsigned_abs() };

    /// One with this half-life; one of zero is taken as a microsecond.
    pub(super) fn new(half_life_us: u64) -> Self {
        Self { half_life_us: half_life_us.max(1) }
    }

    /// `2^(-age / half-life)` in units of `2^-32`.
    fn weight(&self, age_us: u64) -> u64 {
        let half_lives = age_us / self.half_life_us;
        let rest = u128::from(age_us % self.half_life_us);
        let fraction = (rest << FRACTION_BITS) / u128::from(self.half_life_us);
        let decayed = ROOTS.iter().enumerate().fold(ONE, |product, (index, root)| {
            let bit = fraction >> (FRACTION_BITS - 1 - index) & 1;
            if bit == 1 { (product * root) >> SCALE_BITS } else { product }
        });
        let whole = u64::try_from(decayed >> (SCALE_BITS - WEIGHT_BITS)).expect("2^32 at most");
        u32::try_from(half_lives).ok().and_then(|shift| whole.checked_shr(shift)).unwrap_or(0)
    }
}

impl PayoutModel for TimeDecay {
    fn name(&self) -> &'static str {
        "time_decay"
    }

    fn weights(&self, touches: &[Met], converted_at: Timestamp) -> Vec<u64> {
        let touches_at: Vec<Timestamp> = touches.iter().map(|touch| touch.at).collect();
        self.of_times(&touches_at, converted_at)
    }
}

impl TimeDecay {
    /// The weights of touches at these times; none without touches.
    pub(super) fn of_times(&self, touches_at: &[Timestamp], converted_at: Timestamp) -> Vec<u64> {
        let Some(newest) = touches_at.iter().map(|at| (*at).min(converted_at)).max() else {
            return Vec::new();
        };
        let age_us = |at: &Timestamp| newest.micros_since((*at).min(converted_at)).unsigned_abs();
        touches_at.iter().map(|at| self.weight(age_us(at))).collect()
    }
}

/// Bits of a weight behind the point.
const WEIGHT_BITS: usize = 32;
/// Bits of the fraction of a half-life.
const FRACTION_BITS: usize = 32;
/// Bits behind the point while multiplying: the product of two such numbers fits `u128`.
const SCALE_BITS: usize = 63;
const ONE: u128 = 1 << SCALE_BITS;

/// `2^(-1/2)`, `2^(-1/4)`, ..., each the square root of the one before.
const ROOTS: [u128; FRACTION_BITS] = {
    let mut roots = [0; FRACTION_BITS];
    let mut previous = ONE / 2;
    let mut index = 0;
    while index < FRACTION_BITS {
        previous = (previous << SCALE_BITS).isqrt();
        roots[index] = previous;
        index += 1;
    }
    roots
};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MODEL: TimeDecay = TimeDecay::SEVEN_DAYS;
    const UNIT: u64 = 1 << WEIGHT_BITS;

    #[test]
    fn whole_half_lives_are_exact_powers() {
        for half_lives in 0..=32 {
            assert_eq!(MODEL.weight(half_lives * MODEL.half_life_us), UNIT >> half_lives);
        }
        assert_eq!(MODEL.weight(33 * MODEL.half_life_us), 0);
        assert_eq!(MODEL.weight(u64::MAX), 0);
    }

    #[test]
    fn the_ends_of_the_range_of_times_survive() {
        let times = [i64::MIN, -1, 0, i64::MAX].map(Timestamp::from_micros);
        assert_eq!(MODEL.of_times(&times, times[3]), [0, 0, 0, UNIT]);
        assert_eq!(MODEL.of_times(&times, times[0]), [UNIT; 4]);
    }

    proptest! {
        /// The slow second opinion: the formula in floating point, whose own error is below `2^-20` units.
        #[test]
        #[allow(clippy::float_arithmetic)]
        fn agrees_with_the_formula_within_the_bound(age_us in 0..40 * MODEL.half_life_us) {
            let exact = (-(age_us as f64) / MODEL.half_life_us as f64).exp2() * UNIT as f64;
            let error = MODEL.weight(age_us) as f64 - exact;
            prop_assert!(error.abs() < 2.0, "{} is off by {}", age_us, error);
        }

        #[test]
        fn an_older_touch_never_weighs_more(age_us in 0..40 * MODEL.half_life_us, step in 0_u64..5_000) {
            prop_assert!(MODEL.weight(age_us + step) <= MODEL.weight(age_us));
        }

        #[test]
        fn the_moment_of_the_conversion_cancels_out(
            ages in prop::collection::vec(0..80 * DAY_US, 1..6),
            later in 0..365 * DAY_US,
        ) {
            let at = |micros: i64| Timestamp::from_micros(micros);
            let times: Vec<_> = ages.iter().map(|age| at(-age)).collect();
            prop_assert_eq!(MODEL.of_times(&times, at(0)), MODEL.of_times(&times, at(later)));
        }
    }
}
