//! What an effect says of the credit that a model gives.

use super::Effect;

/// How much of what a model credits a channel with really came of it: 1 all of it, 0.5 half, more than 1 more than it is credited with.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Calibration {
    /// Added by each one that was credited.
    pub factor: f64,
    /// The ends of its interval, where there is one.
    pub interval: Option<(f64, f64)>,
}

impl Calibration {
    /// Of an effect, and what a model credits the channel with for the same units and days. Where the channel was `switched_off`, what it adds is what
    /// went missing, and the credit is what it would have had. None where nothing was credited.
    pub fn of(effect: &Effect, credited: f64, switched_off: bool) -> Option<Self> {
        let each = if switched_off { -1.0 / credited } else { 1.0 / credited };
        let ends = |(low, high): (f64, f64)| {
            let (one, other) = (low * each, high * each);
            (one.min(other), one.max(other))
        };
        let told = Self { factor: effect.total * each, interval: effect.interval.map(ends) };
        (credited > 0.0 && each.is_finite()).then_some(told)
    }

    /// A credit as the experiment would have it, with its interval.
    pub fn applied(&self, credit: f64) -> (f64, Option<(f64, f64)>) {
        (credit * self.factor, self.interval.map(|(low, high)| (credit * low, credit * high)))
    }
}
