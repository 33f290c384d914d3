//! The mix of series that comes nearest to another one: weights of zero and more that sum to one.
//!
//! Seen from the target, each series is a point, and their mixes are the hull of these points; what is looked for is the point of the hull nearest to
//! the origin. Wolfe ("Finding the nearest point in a polytope", 1976) finds it in finitely many steps: he keeps a set of points whose
//! weights are all above zero, goes straight to the nearest point of the plane through them, drops points whose weight would fall below zero on the
//! way, and takes in the point that lies furthest towards the origin until none does. The last test is the condition of
//! Karush, Kuhn and Tucker, and says by how much the answer can be wrong; it is done on the series, not on sums over them.

/// Rounding of a product of two series, as a share of their lengths.
const ROUNDING: f64 = 1e-13;
/// How much worse than the best mix the answer may be, as a share of the squares of the target or of what is left of it.
const EXCESS_MAX: f64 = 1e-8;

/// A mix.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Mix {
    /// The weight of each series.
    pub weights: Vec<f64>,
    /// The sum of squares of what is left is at most so much above that of the best mix.
    pub excess: f64,
}

/// The mix of `series` nearest to `target`, all of one length; of equally near ones always the same. None when there is no series, or the
/// answer cannot be shown to be right.
pub(super) fn nearest(target: &[f64], series: &[&[f64]]) -> Option<Mix> {
    let points: Vec<Vec<f64>> = series
        .iter()
        .map(|one| one.iter().zip(target).map(|(value, wanted)| value - wanted).collect())
        .collect();
    let squares: Vec<f64> = points.iter().map(|point| dot(point, point)).collect();
    let first = (0..points.len()).min_by(|a, b| squares[*a].total_cmp(&squares[*b]))?;
    let mut kept = Kept { places: vec![first], weights: vec![1.0] };
    let mut excess = f64::INFINITY;
    for _ in 0..100 + 20 * points.len() {
        let left = kept.mix(&points);
        let length = dot(&left, &left);
        let towards: Vec<f64> = points.iter().map(|point| dot(point, &left)).collect();
        let Some(next) = (0..points.len()).min_by(|a, b| towards[*a].total_cmp(&towards[*b])) else { break };
        excess = 2.0 * (length - towards[next]).max(0.0);
        let rounding = ROUNDING * squares[next].sqrt() * length.sqrt();
        if excess <= 2.0 * rounding || kept.places.contains(&next) || !kept.take_in(next, &points) {
            break;
        }
    }
    let left = kept.mix(&points);
    let scale = dot(target, target).max(dot(&left, &left));
    if excess > EXCESS_MAX * scale {
        return None;
    }
    let mut weights = vec![0.0; points.len()];
    kept.places.iter().zip(&kept.weights).for_each(|(place, weight)| weights[*place] = *weight);
    Some(Mix { weights, excess })
}

/// The points with a weight.
struct Kept {
    places: Vec<usize>,
    weights: Vec<f64>,
}

impl Kept {
    fn mix(&self, points: &[Vec<f64>]) -> Vec<f64> {
        let mut mix = vec![0.0; points[self.places[0]].len()];
        for (place, weight) in self.places.iter().zip(&self.weights) {
            mix.iter_mut().zip(&points[*place]).for_each(|(sum, value)| *sum += weight * value);
        }
        mix
    }

    /// Takes a point in, and drops those that it makes needless; false when it adds nothing to what the others span.
    fn take_in(&mut self, next: usize, points: &[Vec<f64>]) -> bool {
        let before = (self.places.clone(), self.weights.clone());
        self.places.push(next);
        self.weights.push(0.0);
        loop {
            let Some(wanted) = flat(&self.places, points) else {
                (self.places, self.weights) = before;
                return false;
            };
            if wanted.iter().all(|weight| *weight > 0.0) {
                self.weights = wanted;
                return true;
            }
            // As far as no weight falls below zero.
            let far = |(weight, wanted): (&f64, &f64)| {
                if *wanted <= 0.0 { weight / (weight - wanted) } else { f64::INFINITY }
            };
            let share = self.weights.iter().zip(&wanted).map(far).fold(1.0_f64, f64::min);
            let ends: Vec<bool> = self.weights.iter().zip(&wanted).map(|pair| far(pair) <= share).collect();
            let moved = self.weights.iter_mut().zip(&wanted);
            moved.for_each(|(weight, wanted)| *weight += share * (wanted - *weight));
            let mut stays = ends.iter().map(|ends| !ends);
            self.places.retain(|_| stays.next().unwrap_or(true));
            let mut stays = ends.iter().map(|ends| !ends);
            self.weights.retain(|_| stays.next().unwrap_or(true));
            if self.places.is_empty() {
                (self.places, self.weights) = before;
                return false;
            }
        }
    }
}

/// Weights of any sign that sum to one, of the point nearest to the origin in the plane through these points; none when a point lies in the plane
/// of the others. The products with the ones added solve to a multiple of the weights, also when the plane goes through the origin.
fn flat(places: &[usize], points: &[Vec<f64>]) -> Option<Vec<f64>> {
    let size = places.len();
    let products: Vec<Vec<f64>> = places
        .iter()
        .map(|one| places.iter().map(|other| dot(&points[*one], &points[*other])).collect())
        .collect();
    let largest = (0..size).map(|place| products[place][place]).fold(f64::MIN_POSITIVE, f64::max);
    // Cholesky, row after row.
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(size);
    for (place, own) in products.iter().enumerate() {
        let mut row: Vec<f64> = own[..=place].iter().map(|product| 1.0 + product / largest).collect();
        for column in 0..place {
            let known = dot(&row[..column], &rows[column][..column]);
            row[column] = (row[column] - known) / rows[column][column];
        }
        let whole = row[place];
        let pivot = whole - dot(&row[..place], &row[..place]);
        if pivot <= 1e-15 * whole {
            return None;
        }
        row[place] = pivot.sqrt();
        rows.push(row);
    }
    let mut solved = vec![1.0; size];
    for place in 0..size {
        let known = dot(&rows[place][..place], &solved[..place]);
        solved[place] = (solved[place] - known) / rows[place][place];
    }
    for place in (0..size).rev() {
        let known: f64 = (place + 1..size).map(|row| rows[row][place] * solved[row]).sum();
        solved[place] = (solved[place] - known) / rows[place][place];
    }
    let sum: f64 = solved.iter().sum();
    (sum > 0.0).then(|| solved.iter().map(|weight| weight / sum).collect())
}

/// The sum of products.
pub(super) fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}
