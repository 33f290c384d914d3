//! A lake in memory, a clock that tests move, and an outbox that feeds it.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use lake::{Access, Files, Lake, LakeError, Limits, Options};
use model::{
    NetworkId, Timestamp,
    calendar::Zone,
    clock::{Clock as _, Entropy as _},
};
use object_store::{ObjectStore, memory::InMemory};
use report::{Answer, Fact, Plan, plan::Group};
use testkit::{FakeClock, SeededEntropy};

/// The numbers of the outbox with their facts, as a feeder sees them.
pub type Outbox = Vec<(u64, Fact)>;

pub struct World {
    pub clock: FakeClock,
    pub entropy: Arc<SeededEntropy>,
    pub store: Arc<dyn ObjectStore>,
    pub files: Files,
    pub limits: Limits,
    pub zones: BTreeMap<NetworkId, Zone>,
}

/// Sizes at which a handful of facts is many.
pub const TINY: Files = Files {
    flush_rows: 10,
    flush_after: Duration::from_secs(10),
    rows: 30,
    small: 2,
    settle: Duration::ZERO,
    early_rollup_rows: 15,
    rollup_rows: 0,
    rollup_share: 1_000_000,
    grace: Duration::from_secs(3_600),
};

pub fn network(number: u8) -> NetworkId {
    NetworkId::from_bytes([number; 16])
}

pub fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

impl World {
    pub fn new(seed: u64) -> Self {
        Self {
            clock: FakeClock::at(at("2026-03-20T00:00:00Z")),
            entropy: Arc::new(SeededEntropy::new(seed)),
            store: Arc::new(InMemory::new()),
            files: TINY,
            limits: Limits { threads: 2, ..Limits::default() },
            zones: [1, 2].map(|number| (network(number), "Asia/Tehran".parse().unwrap())).into(),
        }
    }

    pub fn options(&self, access: Access) -> Options {
        let entropy = Arc::clone(&self.entropy);
        let options = Options::new(access, Arc::new(self.clock.clone()), entropy);
        Options { files: self.files, limits: self.limits, ..options }
    }

    pub async fn open(&self) -> Lake {
        self.try_open(Access::Write).await.unwrap()
    }

    pub async fn try_open(&self, access: Access) -> Result<Lake, LakeError> {
        Lake::open_on(Arc::clone(&self.store), self.options(access)).await
    }

    /// A number below this one.
    pub fn below(&self, limit: usize) -> usize {
        let mut bytes = [0; 8];
        self.entropy.fill(&mut bytes);
        usize::try_from(u64::from_be_bytes(bytes) % limit.max(1) as u64).unwrap()
    }

    /// Ends every day that facts can lie in.
    pub fn end_days(&self) {
        self.clock.set(self.clock.now().max(at("2027-01-01T00:00:00Z")));
    }
}

/// Gives the lake the next `count` numbers of the outbox behind `from`; returns how far it got.
pub fn feed(lake: &Lake, outbox: &Outbox, from: u64, count: usize) -> u64 {
    let next: Vec<&(u64, Fact)> = outbox.iter().filter(|(number, _)| *number > from).take(count).collect();
    let Some((through, last)) = next.last().copied() else { return from };
    let facts: Vec<Fact> = next.iter().map(|(_, fact)| fact.clone()).collect();
    lake.append(&facts, *through, last.recorded_at).unwrap();
    *through
}

/// The lake answers as the slow engine does over these facts.
pub async fn same(lake: &Lake, facts: &[Fact], plan: &Plan, when: &str) -> Answer {
    let answer = match lake.query(plan).await {
        // A storage that fails once may be asked again.
        Err(LakeError::Storage { .. }) => lake.query(plan).await.unwrap(),
        other => other.unwrap(),
    };
    let wanted = report::reference::answer(facts, plan).groups;
    assert_groups(&answer.groups, &wanted, &format!("{when}: {plan:?}"));
    answer
}

fn assert_groups(given: &[Group], wanted: &[Group], when: &str) {
    for (given, wanted) in given.iter().zip(wanted) {
        assert_eq!((&given.key, &given.sums), (&wanted.key, &wanted.sums), "{when}");
        assert_eq!(given.sketches.len(), wanted.sketches.len(), "{when}");
        // Few visitors are counted one by one, by both.
        for (given, wanted) in given.sketches.iter().zip(&wanted.sketches) {
            assert_eq!((given.value(), given.is_empty()), (wanted.value(), wanted.is_empty()), "{when}");
        }
    }
    assert_eq!(given.len(), wanted.len(), "{when}");
}

/// Everything that the lake holds of a network, by every date and day: what is lost or doubled shows here.
pub fn everything(network_id: NetworkId, basis: report::DateBasis) -> Plan {
    use report::{Dimension, Filter, Key, Measure, Sum};
    Plan {
        network_id,
        basis,
        from: Timestamp::from_micros(i64::MIN),
        to: Timestamp::from_micros(i64::MAX),
        walls: Filter::default(),
        filter: Filter::default(),
        keys: vec![Key::Dimension(Dimension::Publisher), Key::Dimension(Dimension::Sub1)],
        sums: Measure::ALL.iter().map(|measure| Sum { measure: *measure, only: Vec::new() }).collect(),
        sketches: Vec::new(),
        as_of: None,
        groups_max: 100_000,
        serving: report::plan::Serving::default(),
    }
}
