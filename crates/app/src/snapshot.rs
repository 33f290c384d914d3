//! The configuration in memory, as the edge and the engine see it.
//!
//! A snapshot is immutable; whoever needs one takes the present one and keeps it as long as he likes. After a
//! configuration write commits, [`Publisher::refresh`] reads the rows whose revision is newer than the last one
//! seen, applies them to a copy of the maps (of shared entries, so that a copy is cheap) and publishes it. Revisions
//! are taken from a row that stays locked until the commit, so a refresh never misses one.
//!
//! What is compiled (contracts, landing pages, caps) is compiled here, once for each change. Something that does not
//! compile was refused when it was saved; should it happen all the same, the entry works without it and the log says so.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use commission::{CompiledCap, CompiledContract, compile_program_caps};
use model::{
    AdvertiserId, CampaignId, ContractId, ContractVersionId, CreativeId, Currency, Day, LinkId, NetworkId,
    ProgramId, PublisherGroupId, PublisherId, Timestamp, UserId,
    access::{Membership, Role},
    campaign::Campaign,
    contract::{Audience, ContractAcceptance, ContractVersion},
    creative::Creative,
    exchange::{ExchangePath, ExchangeRate, RateBook},
    group::{GroupMember, PublisherGroup},
    joining::{Joining, ProgramMember},
    link::{Link, LinkCode},
    macros::{Place, Template},
    parties::{Advertiser, Billing, Network, Publisher as PublisherParty, Status, User},
    payout_table::PayoutTable,
    program::{LandingPage, Program},
};
use parking_lot::RwLock;
use report::plan::Serving;
use rustc_hash::FxHashMap;
use store::{Store, configuration};
use tokio::sync::Mutex;

/// An advertiser with what is derived from it.
pub struct AdvertiserEntry {
    /// The record.
    pub record: Advertiser,
    /// False while a prepaid advertiser has nothing left. Shared by all snapshots.
    pub funded: Arc<AtomicBool>,
}

impl AdvertiserEntry {
    /// Whether clicks may be sent to this advertiser.
    pub fn is_funded(&self) -> bool {
        self.record.billing == Billing::Postpaid || self.funded.load(Ordering::Relaxed)
    }
}

/// A landing page, parsed.
pub struct Landing {
    /// Address with macros.
    pub template: Template,
    /// Share among the pages.
    pub weight: u32,
}

/// A program with what is derived from it.
pub struct ProgramEntry {
    /// The record.
    pub record: Program,
    /// Its landing pages.
    pub landings: Vec<Landing>,
    /// Its caps.
    pub caps: Vec<CompiledCap>,
}

/// A link with its own landing pages.
pub struct LinkEntry {
    /// The record.
    pub record: Link,
    /// The publisher's own landing pages; empty takes the program's.
    pub landings: Vec<Landing>,
}

/// The versions of one contract, oldest first.
pub type Versions = Vec<Arc<CompiledContract>>;

/// The configuration at one revision.
#[derive(Clone, Default)]
pub struct Snapshot {
    /// Highest revision that is included.
    pub revision: i64,
    /// Networks.
    pub networks: FxHashMap<NetworkId, Arc<Network>>,
    /// Advertisers.
    pub advertisers: FxHashMap<AdvertiserId, Arc<AdvertiserEntry>>,
    /// Advertisers by the SHA-256 of their postback token, hex.
    pub advertisers_by_token: FxHashMap<String, AdvertiserId>,
    /// Publishers.
    pub publishers: FxHashMap<PublisherId, Arc<PublisherParty>>,
    /// Programs.
    pub programs: FxHashMap<ProgramId, Arc<ProgramEntry>>,
    /// Links by the number of their slug.
    pub links: FxHashMap<u64, Arc<LinkEntry>>,
    /// Slug numbers of links by id.
    pub links_by_id: FxHashMap<LinkId, u64>,
    /// Slug numbers of links by their coupon code, lower case.
    pub coupons: FxHashMap<String, u64>,
    /// Groups of publishers.
    pub groups: FxHashMap<PublisherGroupId, Arc<PublisherGroup>>,
    /// Every stay in a group that a publisher ever had; publishers without any are absent.
    pub stays: FxHashMap<PublisherId, Arc<Vec<GroupMember>>>,
    /// Every stay that a publisher ever had in a program that is or was not open to everybody.
    pub members: FxHashMap<(ProgramId, PublisherId), Arc<Vec<ProgramMember>>>,
    /// Which numbers of a contract a publisher accepted, and when.
    pub accepted: FxHashMap<(ContractId, PublisherId), Vec<(u32, Timestamp)>>,
    /// Contracts by program and by whom they are agreed with.
    pub contracts: FxHashMap<(ProgramId, Audience), Arc<Versions>>,
    /// Every version.
    pub versions: HashMap<ContractVersionId, Arc<CompiledContract>, rustc_hash::FxBuildHasher>,
    /// Frozen weights by program, those that began last at the end.
    pub payout_tables: FxHashMap<ProgramId, Arc<Vec<Arc<PayoutTable>>>>,
    /// Exchange rates by network.
    pub rates: FxHashMap<NetworkId, Arc<RateBook>>,
    /// Campaigns.
    pub campaigns: FxHashMap<CampaignId, Arc<Campaign>>,
    campaigns_of: FxHashMap<AdvertiserId, Vec<Arc<Campaign>>>,
    /// Creatives.
    pub creatives: FxHashMap<CreativeId, Arc<Creative>>,
    /// People who serve parties of a network, as long as they may sign in; by id, so that who came first stands first.
    pub managers: BTreeMap<UserId, Arc<Manager>>,
}

/// Somebody who serves parties.
#[derive(Debug)]
pub struct Manager {
    /// Shown name.
    pub name: String,
    /// Whom, in each network.
    pub memberships: Vec<Membership>,
}

impl Snapshot {
    /// The whole configuration as one transaction sees it, for work that must not look at two states.
    ///
    /// # Errors
    /// Storage errors.
    pub fn read(tx: &mut store::Tx<'_>) -> store::Result<Self> {
        let mut snapshot = Self::default();
        snapshot.apply(read_changes(tx, 0)?);
        Ok(snapshot)
    }

    /// Who manages which publisher of a network; of several the one who came first.
    pub fn serving(&self, network: NetworkId) -> Serving {
        let mut pairs: BTreeMap<String, String> = BTreeMap::new();
        for (id, manager) in &self.managers {
            let here = manager.memberships.iter().filter(|membership| membership.network_id == network);
            for publisher in here.flat_map(|membership| &membership.publishers) {
                pairs.entry(publisher.to_string()).or_insert_with(|| id.to_string());
            }
        }
        Serving::new(pairs)
    }

    /// Whether an advertiser's programs are not paused for want of prepaid money.
    pub fn is_funded(&self, advertiser: AdvertiserId) -> bool {
        self.advertisers.get(&advertiser).is_some_and(|entry| entry.is_funded())
    }

    /// The link of a slug's number.
    pub fn link(&self, code: LinkCode) -> Option<&Arc<LinkEntry>> {
        self.links.get(&code.number())
    }

    /// The link of a coupon code.
    pub fn coupon(&self, code: &str) -> Option<&Arc<LinkEntry>> {
        self.coupons.get(&code.to_lowercase()).and_then(|number| self.links.get(number))
    }

    /// The frozen weights that are in force for a program at `at`.
    pub fn payout_table(&self, program: ProgramId, at: Timestamp) -> Option<&Arc<PayoutTable>> {
        self.payout_tables.get(&program)?.iter().rev().find(|table| table.valid_from <= at)
    }

    /// The campaigns of an advertiser, in no order.
    pub fn campaigns_of(&self, advertiser: AdvertiserId) -> impl Iterator<Item = &Campaign> {
        self.campaigns_of.get(&advertiser).into_iter().flatten().map(AsRef::as_ref)
    }

    /// The version of the contract that is in force for the publisher at `at`: his own contract with the program if he
    /// has one that has begun, else that of a group that he was in at that moment, else the program's default. Of several
    /// groups' contracts the one whose version began last holds, and of those the one with the lower id.
    pub fn contract(
        &self,
        program: ProgramId,
        publisher: PublisherId,
        at: Timestamp,
    ) -> Option<&Arc<CompiledContract>> {
        let known = Timestamp::from_micros(i64::MAX);
        let asked = self.programs.get(&program).is_some_and(|one| one.record.requires_acceptance);
        self.contract_as_known(program, publisher, at, known, asked)
    }

    /// The same as whoever had read everything that was written up to `known`, and nothing later, would have found it.
    /// Where the program asks for acceptance (`asked`), the nearest contract that the publisher accepted holds: a nearer
    /// one that he has yet to accept takes nothing from him. When he accepted none the nearest one awaits him.
    pub fn contract_as_known(
        &self,
        program: ProgramId,
        publisher: PublisherId,
        at: Timestamp,
        known: Timestamp,
        asked: bool,
    ) -> Option<&Arc<CompiledContract>> {
        let accepted = |one: &Arc<CompiledContract>| !asked || self.has_accepted(one, publisher, known);
        let in_force = |audience| {
            self.contracts.get(&(program, audience)).and_then(|versions| {
                versions.iter().rev().find(|one| {
                    let version = one.version();
                    version.valid_from <= at && version.created_at <= known
                })
            })
        };
        let of_groups = || {
            let stays = self.stays.get(&publisher)?;
            stays
                .iter()
                .filter(|stay| stay.covers(at, known))
                .filter_map(|stay| in_force(Audience::Group(stay.group_id)))
                .max_by_key(|contract| {
                    let version = contract.version();
                    (accepted(contract), version.valid_from, std::cmp::Reverse(version.contract_id))
                })
        };
        let own = in_force(Audience::Publisher(publisher));
        if let Some(own) = own
            && accepted(own)
        {
            return Some(own);
        }
        let others = [of_groups(), in_force(Audience::Everybody)];
        others
            .into_iter()
            .flatten()
            .find(|one| accepted(one))
            .or(own)
            .or_else(|| others.into_iter().flatten().next())
    }

    /// Whether the publisher had accepted this version, or an earlier one of its contract, by the moment `known`.
    fn has_accepted(&self, contract: &CompiledContract, publisher: PublisherId, known: Timestamp) -> bool {
        let version = contract.version();
        self.accepted.get(&(version.contract_id, publisher)).is_some_and(|accepted| {
            accepted.iter().any(|(number, at)| *number <= version.number && *at <= known)
        })
    }

    /// Whether what the publisher brings under this contract does not count because he has yet to accept it: its program
    /// asks for that, and he accepted neither this version nor an earlier one.
    pub fn awaits_acceptance(&self, contract: &CompiledContract, publisher: PublisherId) -> bool {
        let version = contract.version();
        let asked = self.programs.get(&version.program_id).is_some_and(|one| one.record.requires_acceptance);
        asked && !self.has_accepted(contract, publisher, Timestamp::from_micros(i64::MAX))
    }

    /// Whether the publisher could bring visitors to the program at `at`: it is open to everybody, or he was in it.
    pub fn is_member(&self, program: &Program, publisher: PublisherId, at: Timestamp) -> bool {
        program.joining == Joining::Open || self.has_stay(program.id, publisher, |stay| stay.covers(at))
    }

    /// Whether one of the publisher's stays in the program is such a one.
    pub fn has_stay(
        &self,
        program: ProgramId,
        publisher: PublisherId,
        such: impl FnMut(&ProgramMember) -> bool,
    ) -> bool {
        self.members.get(&(program, publisher)).is_some_and(|stays| stays.iter().any(such))
    }

    /// The way from one currency to another by the network's rates of a day; `None` when nothing fitting is stored.
    pub fn exchange(
        &self,
        network: NetworkId,
        from: Currency,
        to: Currency,
        day: Day,
    ) -> Option<ExchangePath> {
        let settings = self.networks.get(&network)?;
        self.rates.get(&network)?.find(from, to, day, settings.exchange_days_max, settings.currency)
    }

    /// The landing pages of a link: its own, else the program's.
    pub fn landings<'a>(&self, link: &'a LinkEntry, program: &'a ProgramEntry) -> &'a [Landing] {
        if link.landings.is_empty() { &program.landings } else { &link.landings }
    }
}

/// Rows that changed since the last snapshot.
struct Changes {
    revision: i64,
    networks: Vec<Network>,
    advertisers: Vec<Advertiser>,
    publishers: Vec<PublisherParty>,
    groups: Vec<PublisherGroup>,
    stays: Vec<GroupMember>,
    acceptances: Vec<ContractAcceptance>,
    members: Vec<ProgramMember>,
    programs: Vec<Program>,
    versions: Vec<ContractVersion>,
    payout_tables: Vec<PayoutTable>,
    rates: Vec<ExchangeRate>,
    campaigns: Vec<Campaign>,
    creatives: Vec<Creative>,
    links: Vec<Link>,
    users: Vec<User>,
    /// What is left to each prepaid advertiser, in units of any currency above zero.
    left: Vec<(AdvertiserId, bool)>,
}

/// Keeps the present snapshot and renews it.
#[derive(Clone)]
pub struct Publisher {
    store: Store,
    present: Arc<RwLock<Arc<Snapshot>>>,
    /// One refresh at a time; who waits finds that his revision is already included.
    refreshing: Arc<Mutex<()>>,
}

impl Publisher {
    /// Reads the whole configuration.
    ///
    /// # Errors
    /// Storage errors.
    pub async fn load(store: Store) -> store::Result<Self> {
        let publisher = Self { store, present: Arc::default(), refreshing: Arc::default() };
        publisher.refresh().await?;
        Ok(publisher)
    }

    /// The present snapshot.
    pub fn get(&self) -> Arc<Snapshot> {
        Arc::clone(&self.present.read())
    }

    /// Publishes what has been committed since; when it returns, every write that committed before the call is seen.
    ///
    /// # Errors
    /// Storage errors.
    pub async fn refresh(&self) -> store::Result<()> {
        let _one_at_a_time = self.refreshing.lock().await;
        let old = self.get();
        let since = old.revision;
        let changes = self.store.read("refresh snapshot", move |tx| read_changes(tx, since)).await?;
        if changes.revision == since {
            return Ok(());
        }
        let mut next = (*old).clone();
        next.apply(changes);
        *self.present.write() = Arc::new(next);
        Ok(())
    }

    /// Says whether prepaid advertisers have anything left.
    pub fn set_funded(&self, advertiser: AdvertiserId, funded: bool) {
        if let Some(entry) = self.get().advertisers.get(&advertiser) {
            entry.funded.store(funded, Ordering::Relaxed);
        }
    }
}

fn read_changes(tx: &mut store::Tx<'_>, since: i64) -> store::Result<Changes> {
    let mut revision = since;
    macro_rules! changed {
        ($record:ty) => {{
            let (records, newest) = configuration::changed_since::<$record>(tx, since)?;
            revision = revision.max(newest);
            records
        }};
    }
    let advertisers: Vec<Advertiser> = changed!(Advertiser);
    let prepaid: Vec<&Advertiser> =
        advertisers.iter().filter(|one| one.billing == Billing::Prepaid).collect();
    let mut left = Vec::with_capacity(prepaid.len());
    for advertiser in prepaid {
        left.push((advertiser.id, crate::funding::is_funded(tx, advertiser.network_id, advertiser.id)?));
    }
    Ok(Changes {
        networks: changed!(Network),
        publishers: changed!(PublisherParty),
        groups: changed!(PublisherGroup),
        stays: changed!(GroupMember),
        acceptances: changed!(ContractAcceptance),
        members: changed!(ProgramMember),
        programs: changed!(Program),
        versions: changed!(ContractVersion),
        payout_tables: changed!(PayoutTable),
        rates: changed!(ExchangeRate),
        campaigns: changed!(Campaign),
        creatives: changed!(Creative),
        links: changed!(Link),
        users: changed!(User),
        advertisers,
        left,
        revision,
    })
}

impl Snapshot {
    fn apply(&mut self, changes: Changes) {
        for network in changes.networks {
            self.networks.insert(network.id, Arc::new(network));
        }
        for advertiser in changes.advertisers {
            self.apply_advertiser(advertiser);
        }
        for (advertiser, funded) in changes.left {
            if let Some(entry) = self.advertisers.get(&advertiser) {
                entry.funded.store(funded, Ordering::Relaxed);
            }
        }
        for publisher in changes.publishers {
            self.publishers.insert(publisher.id, Arc::new(publisher));
        }
        for group in changes.groups {
            self.groups.insert(group.id, Arc::new(group));
        }
        for stay in changes.stays {
            let of_publisher = Arc::make_mut(self.stays.entry(stay.publisher_id).or_default());
            of_publisher.retain(|one| one.id != stay.id);
            of_publisher.push(stay);
        }
        for stay in changes.members {
            let key = (stay.program_id, stay.publisher_id);
            let of_publisher = Arc::make_mut(self.members.entry(key).or_default());
            of_publisher.retain(|one| one.id != stay.id);
            of_publisher.push(stay);
        }
        for one in changes.acceptances {
            let accepted = self.accepted.entry((one.contract_id, one.publisher_id)).or_default();
            accepted.push((one.number, one.accepted_at));
        }
        for program in changes.programs {
            self.apply_program(program);
        }
        for version in changes.versions {
            self.apply_version(version);
        }
        for table in changes.payout_tables {
            let of_program = Arc::make_mut(self.payout_tables.entry(table.program_id).or_default());
            of_program.retain(|one| one.id != table.id);
            of_program.push(Arc::new(table));
            of_program.sort_by_key(|one| (one.valid_from, one.id));
        }
        // In the order in which they were entered, so that a correction replaces what it corrects.
        for rate in changes.rates {
            Arc::make_mut(self.rates.entry(rate.network_id).or_default()).add(&rate);
        }
        for campaign in changes.campaigns {
            let campaign = Arc::new(campaign);
            let own = self.campaigns_of.entry(campaign.advertiser_id).or_default();
            own.retain(|known| known.id != campaign.id);
            own.push(Arc::clone(&campaign));
            self.campaigns.insert(campaign.id, campaign);
        }
        for creative in changes.creatives {
            self.creatives.insert(creative.id, Arc::new(creative));
        }
        for link in changes.links {
            self.apply_link(link);
        }
        for user in changes.users {
            self.apply_user(user);
        }
        self.revision = changes.revision;
    }

    fn apply_user(&mut self, user: User) {
        self.managers.remove(&user.id);
        let serves = |membership: &Membership| membership.role == Role::Manager;
        let memberships: Vec<Membership> = user.memberships.into_iter().filter(serves).collect();
        if user.status == Status::Active && !memberships.is_empty() {
            self.managers.insert(user.id, Arc::new(Manager { name: user.name, memberships }));
        }
    }

    fn apply_advertiser(&mut self, record: Advertiser) {
        let old = self.advertisers.get(&record.id);
        let funded = old.map_or_else(Arc::default, |entry| Arc::clone(&entry.funded));
        if let Some(token) = old.and_then(|entry| entry.record.postback.token_sha256.clone()) {
            self.advertisers_by_token.remove(&token);
        }
        if let Some(token) = &record.postback.token_sha256 {
            self.advertisers_by_token.insert(token.clone(), record.id);
        }
        self.advertisers.insert(record.id, Arc::new(AdvertiserEntry { record, funded }));
    }

    fn apply_program(&mut self, record: Program) {
        let landings = landings(&record.landing_pages, &record.id);
        let caps = compile_program_caps(&record).unwrap_or_else(|errors| {
            tracing::error!(program = %record.id, ?errors, "stored caps do not compile");
            Vec::new()
        });
        self.programs.insert(record.id, Arc::new(ProgramEntry { record, landings, caps }));
    }

    fn apply_version(&mut self, version: ContractVersion) {
        let Some(program) = self.programs.get(&version.program_id) else {
            tracing::error!(version = %version.id, "contract of a program that does not exist");
            return;
        };
        let key = (version.program_id, version.audience());
        let compiled = match compile_stored(version, &program.record) {
            Ok(compiled) => Arc::new(compiled),
            Err(reason) => {
                tracing::error!(reason, "stored contract does not compile");
                return;
            }
        };
        self.versions.insert(compiled.version_id(), Arc::clone(&compiled));
        let mut versions = self.contracts.get(&key).map_or_else(Vec::new, |old| Vec::clone(old));
        versions.retain(|one| one.version_id() != compiled.version_id());
        versions.push(compiled);
        // A later version that holds from the same moment replaces the earlier one.
        versions.sort_by_key(|one| (one.version().valid_from, one.version().number));
        self.contracts.insert(key, Arc::new(versions));
    }

    fn apply_link(&mut self, record: Link) {
        if let Some(coupon) =
            self.links.get(&record.slug.number()).and_then(|old| old.record.coupon_code.as_ref())
        {
            self.coupons.remove(&coupon.to_lowercase());
        }
        if let Some(coupon) = &record.coupon_code {
            self.coupons.insert(coupon.to_lowercase(), record.slug.number());
        }
        self.links_by_id.insert(record.id, record.slug.number());
        let landings = landings(&record.landing_pages, &record.id);
        self.links.insert(record.slug.number(), Arc::new(LinkEntry { record, landings }));
    }

    /// Whether everything that a click needs is active: for screening and for what a publisher is shown.
    pub fn is_active(&self, publisher: PublisherId) -> bool {
        self.publishers.get(&publisher).is_some_and(|one| one.status == Status::Active)
    }
}

/// Compiles a version as it was saved, whatever became of its program's actions since.
///
/// # Errors
/// The first thing that is wrong with it, in words.
pub fn compile_stored(version: ContractVersion, program: &Program) -> Result<CompiledContract, String> {
    let mut program = program.clone();
    for terms in &version.terms.actions {
        if program.action(&terms.action).is_none() {
            program.actions.push(model::program::Action {
                name: terms.action.clone(),
                kind: model::program::ActionKind::Other,
                order_id_required: false,
                repeats: false,
                amount_required: false,
            });
        }
    }
    let id = version.id;
    let models: Vec<&str> = attribution::models::names().collect();
    CompiledContract::compile(Arc::new(version), &program, &models).map_err(|errors| {
        let first = errors.first().map_or_else(String::new, ToString::to_string);
        format!("contract version {id}: {first}")
    })
}

fn landings(pages: &[LandingPage], owner: &dyn std::fmt::Display) -> Vec<Landing> {
    let parse = |page: &LandingPage| match Template::parse(&page.url, Place::LandingUrl) {
        Ok(template) => Some(Landing { template, weight: page.weight }),
        Err(error) => {
            tracing::error!(%owner, url = page.url, %error, "a stored landing page cannot be read");
            None
        }
    };
    pages.iter().filter(|page| page.weight > 0).filter_map(parse).collect()
}
