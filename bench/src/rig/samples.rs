//! What repeated runs gave.

/// Measurements of one thing, one a run.
#[derive(Clone, Default)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// None yet.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a run.
    pub fn add(&mut self, value: f64) {
        self.0.push(value);
    }

    /// The middle run.
    pub fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        match sorted.len() {
            0 => 0.0,
            length if length % 2 == 1 => sorted[length / 2],
            length => f64::midpoint(sorted[length / 2 - 1], sorted[length / 2]),
        }
    }

    /// The median with the lowest and the highest run.
    pub fn shown(&self) -> String {
        let least = self.0.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.0.iter().copied().fold(0.0, f64::max);
        match self.0.len() {
            0 => "-".to_owned(),
            1 => number(self.median()),
            _ => format!("{} ({}..{})", number(self.median()), number(least), number(most)),
        }
    }
}

/// A number with as many digits as it deserves: `18,254`, `42.5`, `0.83`.
pub fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 1_000.0 => grouped(value.round()),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        0.0 => "0".to_owned(),
        _ => format!("{value:.2}"),
    }
}

fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The value below which this share of sorted values lies.
pub fn quantile(sorted: &[u32], share: f64) -> u32 {
    let place = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(place.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_quantile_and_shape() {
        let mut samples = Samples::default();
        for value in [3.0, 1.0, 20_000.0] {
            samples.add(value);
        }
        assert_eq!(samples.shown(), "3.00 (1.00..20,000)");
        samples.add(5.0);
        assert_eq!(number(samples.median()), "4.00");
        let sorted: Vec<u32> = (1..=100).collect();
        assert_eq!((quantile(&sorted, 0.5), quantile(&sorted, 0.99), quantile(&[], 0.5)), (50, 99, 0));
    }
}
