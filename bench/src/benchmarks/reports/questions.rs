//! The reports, as plans and as the SQL that says the same.

use model::{Timestamp, calendar::Period, time::DAY_US};
use report::{Answer, DateBasis, Dimension, Filter, Key, KeyValue, Measure, Plan, Sum};

use super::{
    generate::{AHEAD_US, DAYS, network, publisher, start, zone},
    peer::Engine,
};

/// What is expected of a report, beside the faster one of the peers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// Not slower: what people look at first. Sums that were made beforehand may be used.
    Default,
    /// At most half as long again: it reads facts.
    Scan,
}

impl Mark {
    /// How much time it may take, of that of the faster peer.
    pub const fn times(self) -> f64 {
        match self {
            Self::Default => 1.0,
            Self::Scan => 1.5,
        }
    }
}

/// A report.
pub struct Question {
    /// What it shows.
    pub name: &'static str,
    /// What is expected.
    pub mark: Mark,
    /// As Merit asks.
    pub plan: Plan,
    grain: Option<Period>,
    /// A condition in SQL that both peers read alike.
    condition: String,
}

const STANDARD: [Measure; 6] = [
    Measure::Clicks,
    Measure::UniqueClicks,
    Measure::Conversions,
    Measure::Commission,
    Measure::Fee,
    Measure::RevenueNetwork,
];
const APPROVED: &[&str] = &["approved"];
const HOUR_US: i64 = DAY_US / 24;

fn day(number: i64) -> Timestamp {
    start().plus_micros(number * DAY_US)
}

/// A report of the last `days` days.
fn last(mark: Mark, name: &'static str, days: i64, cuts: &[Dimension], grain: Option<Period>) -> Question {
    let (from, to) = (day(DAYS - days), day(DAYS));
    let mut keys: Vec<Key> = Vec::new();
    if let Some(grain) = grain {
        let mut beginnings = vec![from];
        while let Some(next) = beginnings.last().and_then(|last| grain.end(&zone(), *last))
            && next < to
        {
            beginnings.push(next);
        }
        keys.push(Key::Period(beginnings));
    }
    keys.extend(cuts.iter().map(|dimension| Key::Dimension(*dimension)));
    let plan = Plan {
        network_id: network(),
        basis: DateBasis::Conversion,
        from,
        to,
        walls: Filter::default(),
        filter: Filter::default(),
        keys,
        sums: STANDARD.map(|measure| Sum { measure, only: Vec::new() }).into(),
        sketches: Vec::new(),
        as_of: None,
        groups_max: 4_000_000,
        serving: report::plan::Serving::default(),
    };
    Question { name, mark, plan, grain, condition: "1 = 1".to_owned() }
}

/// The words of SQL that the engines do not share.
fn micros(engine: Engine) -> &'static str {
    match engine {
        Engine::DuckDb => "epoch_us(converted_at)",
        Engine::ClickHouse => "toUnixTimestamp64Micro(converted_at)",
    }
}

fn whole_part(engine: Engine, over: &str, under: i64) -> String {
    match engine {
        Engine::DuckDb => format!("(({over}) // {under})"),
        Engine::ClickHouse => format!("intDiv({over}, {under})"),
    }
}

fn moment(engine: Engine, at: Timestamp) -> String {
    match engine {
        Engine::DuckDb => format!("TIMESTAMPTZ '{at}'"),
        Engine::ClickHouse => format!("fromUnixTimestamp64Micro({}, 'UTC')", at.as_micros()),
    }
}

impl Question {
    fn only(mut self, filter: Filter, condition: String) -> Self {
        self.plan.filter = filter;
        self.condition = condition;
        self
    }

    fn of_approved(mut self) -> Self {
        self.plan.sums.push(Sum { measure: Measure::Commission, only: vec![(Dimension::State, APPROVED)] });
        self
    }

    fn step(&self) -> i64 {
        if self.grain == Some(Period::Hour) { HOUR_US } else { DAY_US }
    }

    /// As a peer is asked: keys and sums, in the order of the plan.
    pub fn sql(&self, engine: Engine) -> String {
        let mut keys = Vec::new();
        for key in &self.plan.keys {
            keys.push(match key {
                Key::Dimension(dimension) => dimension.word().to_owned(),
                Key::Period(_) => {
                    whole_part(engine, &format!("{} + {AHEAD_US}", micros(engine)), self.step())
                }
            });
        }
        let sums = self.plan.sums.iter().map(|sum| {
            let only: Vec<String> = sum
                .only
                .iter()
                .map(|(dimension, words)| format!("{dimension} IN ('{}')", words.join("', '")))
                .collect();
            let total = format!("sum({})", sum.measure);
            let total = if only.is_empty() {
                total
            } else {
                format!("{total} FILTER (WHERE {})", only.join(" AND "))
            };
            format!("coalesce({total}, 0)")
        });
        let columns: Vec<String> = keys.iter().cloned().chain(sums).collect();
        let group = if keys.is_empty() { String::new() } else { format!(" GROUP BY {}", keys.join(", ")) };
        let (from, to) = (moment(engine, self.plan.from), moment(engine, self.plan.to));
        format!(
            "SELECT {} FROM facts WHERE converted_at >= {from} AND converted_at < {to} AND {}{group}",
            columns.join(", "),
            self.condition
        )
    }

    /// An answer as lines of text, as the peers write theirs.
    pub fn lines(&self, answer: &Answer) -> Vec<String> {
        let line = |group: &report::plan::Group| {
            let key = |(value, key): (&KeyValue, &Key)| match (value, key) {
                (KeyValue::Period(place), Key::Period(beginnings)) => {
                    let begin = beginnings.get(*place as usize).map_or(0, |at| at.as_micros());
                    ((begin + AHEAD_US) / self.step()).to_string()
                }
                (KeyValue::Text(text), _) => text.as_deref().unwrap_or_default().to_owned(),
                _ => String::new(),
            };
            let keys = group.key.iter().zip(&self.plan.keys).map(key);
            keys.chain(group.sums.iter().map(ToString::to_string)).collect::<Vec<_>>().join("|")
        };
        let mut lines: Vec<String> = answer.groups.iter().map(line).collect();
        lines.sort_unstable();
        lines
    }
}

/// Every report.
pub fn all() -> Vec<Question> {
    use Dimension as D;
    use Mark::{Default as Tile, Scan};
    let one = |dimension, text: &str| Filter::In(dimension, vec![Some(text.to_owned())]);
    let (first, middle) = (publisher(0), publisher(400));
    vec![
        last(Tile, "today by hour", 1, &[], Some(Period::Hour)),
        last(Tile, "30 days by day", 30, &[], Some(Period::Day)).of_approved(),
        last(Tile, "publishers, 30 days", 30, &[D::Publisher], None).of_approved(),
        last(Tile, "90 days in one row", 90, &[], None),
        last(Tile, "program and state, 90 days", 90, &[D::Program, D::State], None),
        last(Tile, "country and device, 90 days", 90, &[D::Country, D::Device], None),
        last(Tile, "publishers by day, 90 days", 90, &[D::Publisher], Some(Period::Day)),
        last(Scan, "one publisher by day, 30 days", 30, &[], Some(Period::Day))
            .only(one(D::Publisher, &middle), format!("publisher = '{middle}'")),
        last(Scan, "sub ids of the largest publisher, 30 days", 30, &[D::Sub1], None)
            .only(one(D::Publisher, &first), format!("publisher = '{first}'")),
        last(Scan, "city and carrier, 30 days", 30, &[D::City, D::Carrier], None),
        last(Scan, "links, 30 days", 30, &[D::Link], None),
        last(Scan, "hour of 30 days, one country", 30, &[], Some(Period::Hour))
            .only(one(D::Country, "C3"), "country = 'C3'".to_owned()),
        last(Scan, "landing pages that hold a word, 90 days by day", 90, &[], Some(Period::Day)).only(
            Filter::Contains(D::LandingPage, "Category-3".to_owned()),
            "landing_page ILIKE '%category-3%'".to_owned(),
        ),
        last(Scan, "browser and language, 90 days", 90, &[D::Browser, D::Language], None),
    ]
}
