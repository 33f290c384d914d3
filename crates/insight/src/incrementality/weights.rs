//! The mix of series that comes nearest to another one: weights of zero and more that sum to one.
//!
//! Seen from the target, each series is a point, and their mixes are the hull of these points; what is looked for is the point of the hull nearest to
//! the origin. Wolfe ("Finding the nearest point in a polytope", 1976) finds it in finitely many steps: he keeps a set of points whose
//! weights are all above zero, goes straight to the nearest point of the plane through them, drops points whose weight would fall below zero on the
//! way, and takes in the point that lies furthest towards the origin until none does. The last test is the condition of
//! Karush, Kuhn and Tucker, and says by how much the answer can be wrong; it is done on the series, not on sums over them.

/// Rounding of a product of two series, as a share of their lengths.
const ROUNDING: f64 = 1e-13;
/// How much worse than the best mix the answer may be, as a share of the squares of the target or of what is left of it; but no less than products with far
/// larger series are rounded.
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
    let (mut excess, mut rounding) = (f64::INFINITY, 0.0);
    for _ in 0..100 + 20 * points.len() {
        let left = kept.mix(&points);
        let length = dot(&left, &left);
        let towards: Vec<f64> = points.iter().map(|point| dot(point, &left)).collect();
        let Some(next) = (0..points.len()).min_by(|a, b| towards[*a].total_cmp(&towards[*b])) else { break };
        excess = 2.0 * (length - towards[next]).max(0.0);
        rounding = ROUNDING * squares[next].sqrt() * length.sqrt();
        if excess <= 2.0 * rounding || kept.places.contains(&next) || !kept.take_in(next, &points) {
            break;
        }
    }
    let left = kept.mix(&points);
    let scale = dot(target, target).max(dot(&left, &left));
    if excess > (EXCESS_MAX * scale).max(2.0 * rounding) {
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
/// of the others. The shortest point is where the plane is seen from, and every other has a scale of its own, so points of all sizes keep their digits.
fn flat(places: &[usize], points: &[Vec<f64>]) -> Option<Vec<f64>> {
    let square = |place: &usize| dot(&points[places[*place]], &points[places[*place]]);
    let origin = (0..places.len()).min_by(|a, b| square(a).total_cmp(&square(b)))?;
    let from = &points[places[origin]];
    let others: Vec<usize> = (0..places.len()).filter(|place| *place != origin).collect();
    let mut ways: Vec<Vec<f64>> = Vec::with_capacity(others.len());
    let mut lengths = Vec::with_capacity(others.len());
    for place in &others {
        let way: Vec<f64> = points[places[*place]].iter().zip(from).map(|(to, from)| to - from).collect();
        let length = dot(&way, &way).sqrt();
        if length <= 0.0 {
            return None;
        }
        ways.push(way.iter().map(|step| step / length).collect());
        lengths.push(length);
    }
    // Cholesky of the products, row after row.
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(ways.len());
    for (place, way) in ways.iter().enumerate() {
        let mut row: Vec<f64> = ways[..=place].iter().map(|other| dot(way, other)).collect();
        for column in 0..place {
            let known = dot(&row[..column], &rows[column][..column]);
            row[column] = (row[column] - known) / rows[column][column];
        }
        let pivot = row[place] - dot(&row[..place], &row[..place]);
        if pivot <= 1e-14 {
            return None;
        }
        row[place] = pivot.sqrt();
        rows.push(row);
    }
    let mut solved: Vec<f64> = ways.iter().map(|way| -dot(way, from)).collect();
    for place in 0..solved.len() {
        let known = dot(&rows[place][..place], &solved[..place]);
        solved[place] = (solved[place] - known) / rows[place][place];
    }
    for place in (0..solved.len()).rev() {
        let known: f64 = (place + 1..solved.len()).map(|row| rows[row][place] * solved[row]).sum();
        solved[place] = (solved[place] - known) / rows[place][place];
    }
    let mut weights = vec![0.0; places.len()];
    for ((place, along), length) in others.iter().zip(&solved).zip(&lengths) {
        weights[*place] = along / length;
    }
    weights[origin] = 1.0 - weights.iter().sum::<f64>();
    Some(weights)
}

/// The sum of products.
pub(super) fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}
