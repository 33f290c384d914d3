//! Configuration: networks, people, keys, parties, programs, contracts and links.
//!
//! Each kind is one table with an id, the columns that are searched or must be unique, and the whole record as JSON in
//! `body`, so that a wider record needs no migration. Every write takes the next number of the revision `configuration`
//! and stamps its row with it. The row of that number stays locked until the commit, so numbers become visible in their
//! order and whoever remembers the last one he saw finds everything newer with [`changed_since`].

use model::{
    access::Membership,
    campaign::Campaign,
    contract::{Audience, ContractAcceptance, ContractVersion, TemplateVersion},
    creative::Creative,
    exchange::ExchangeRate,
    group::{GroupMember, PublisherGroup},
    ids::{
        AdvertiserId, ApiKeyId, ApplicationId, CampaignId, ContractAcceptanceId, ContractId,
        ContractTemplateVersionId, ContractVersionId, CreativeId, ExchangeRateId, GroupMemberId, LinkId,
        NetworkId, PayoutTableId, ProgramId, ProgramMemberId, PublisherGroupId, PublisherId, ReferralTermsId,
        UserId,
    },
    joining::{Application, ProgramMember},
    link::Link,
    parties::{Advertiser, ApiKey, Network, Publisher, User},
    payout_table::PayoutTable,
    program::Program,
    referral::ReferralTerms,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Error, Result, Row, Tx, Value, id, outbox::next_revision, search::Search};

/// A kind of configuration with a table of its own.
pub trait Record: Serialize + DeserializeOwned {
    /// The typed id.
    type Id: Copy + Ord;
    /// The table.
    const TABLE: &'static str;
    /// Its columns beside `id`, `revision` and `body`.
    const COLUMNS: &'static [&'static str];

    /// The id.
    fn id(&self) -> Self::Id;
    /// The bytes of an id, as stored.
    fn bytes(id: &Self::Id) -> &[u8; 16];
    /// The values of [`Self::COLUMNS`].
    fn columns(&self) -> Vec<Value<'_>>;
}

/// One table a line: record, id, table, and the columns with their values.
macro_rules! records {
    ($($record:ty, $id:ty, $table:literal, |$it:ident| { $($column:literal = $value:expr),* };)+) => {$(
        impl Record for $record {
            type Id = $id;
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &[$($column),*];

            fn id(&self) -> $id {
                self.id
            }
            fn bytes(id: &$id) -> &[u8; 16] {
                id.bytes()
            }
            fn columns(&self) -> Vec<Value<'_>> {
                let $it = self;
                // A table without columns of its own reads nothing of the record.
                let _ = $it;
                vec![$($value),*]
            }
        }
    )+};
}

records! {
    Network, NetworkId, "networks", |it| {};
    User, UserId, "users", |it| { "email" = Value::from(&it.email) };
    ApiKey, ApiKeyId, "api_keys", |it| {
        "network_id" = id(it.membership.network_id.bytes()),
        "user_id" = id(it.user_id.bytes()),
        "secret_sha256" = Value::from(&it.secret_sha256)
    };
    Advertiser, AdvertiserId, "advertisers", |it| { "network_id" = id(it.network_id.bytes()) };
    Publisher, PublisherId, "publishers", |it| {
        "network_id" = id(it.network_id.bytes()),
        "external_id" = Value::from(it.external_id.as_ref())
    };
    PublisherGroup, PublisherGroupId, "publisher_groups", |it| { "network_id" = id(it.network_id.bytes()) };
    GroupMember, GroupMemberId, "group_members", |it| {
        "network_id" = id(it.network_id.bytes()),
        "group_id" = id(it.group_id.bytes()),
        "publisher_id" = id(it.publisher_id.bytes()),
        "joined_at" = Value::Int(it.joined_at.as_micros()),
        "left_at" = it.left_at.map_or(Value::Null, |left| Value::Int(left.as_micros()))
    };
    Program, ProgramId, "programs", |it| {
        "network_id" = id(it.network_id.bytes()),
        "advertiser_id" = id(it.advertiser_id.bytes()),
        "joining" = Value::from(it.joining.word())
    };
    ContractVersion, ContractVersionId, "contract_versions", |it| {
        "contract_id" = id(it.contract_id.bytes()),
        "network_id" = id(it.network_id.bytes()),
        "program_id" = id(it.program_id.bytes()),
        "publisher_id" = it.publisher_id.as_ref().map_or(Value::Null, |publisher| id(publisher.bytes())),
        "group_id" = it.group_id.as_ref().map_or(Value::Null, |group| id(group.bytes())),
        "number" = Value::from(it.number),
        "valid_from" = Value::Int(it.valid_from.as_micros())
    };
    ExchangeRate, ExchangeRateId, "exchange_rates", |it| {
        "network_id" = id(it.network_id.bytes()),
        "base" = Value::from(it.base.code()),
        "quote" = Value::from(it.quote.code()),
        "day" = Value::Int(it.day.number())
    };
    ContractAcceptance, ContractAcceptanceId, "contract_acceptances", |it| {
        "network_id" = id(it.network_id.bytes()),
        "contract_id" = id(it.contract_id.bytes()),
        "version_id" = id(it.version_id.bytes()),
        "publisher_id" = id(it.publisher_id.bytes())
    };
    TemplateVersion, ContractTemplateVersionId, "contract_template_versions", |it| {
        "template_id" = id(it.template_id.bytes()),
        "network_id" = id(it.network_id.bytes()),
        "program_id" = id(it.program_id.bytes()),
        "number" = Value::from(it.number)
    };
    PayoutTable, PayoutTableId, "payout_tables", |it| {
        "network_id" = id(it.network_id.bytes()),
        "program_id" = id(it.program_id.bytes()),
        "valid_from" = Value::Int(it.valid_from.as_micros())
    };
    ReferralTerms, ReferralTermsId, "referral_terms", |it| {
        "network_id" = id(it.network_id.bytes()),
        "valid_from" = Value::Int(it.valid_from.as_micros())
    };
    Application, ApplicationId, "applications", |it| {
        "network_id" = id(it.network_id.bytes()),
        "advertiser_id" = id(it.advertiser_id.bytes()),
        "program_id" = id(it.program_id.bytes()),
        "publisher_id" = id(it.publisher_id.bytes()),
        "kind" = Value::from(it.kind.word()),
        "state" = Value::from(it.state.word())
    };
    ProgramMember, ProgramMemberId, "program_members", |it| {
        "network_id" = id(it.network_id.bytes()),
        "program_id" = id(it.program_id.bytes()),
        "publisher_id" = id(it.publisher_id.bytes()),
        "joined_at" = Value::Int(it.joined_at.as_micros()),
        "left_at" = it.left_at.map_or(Value::Null, |left| Value::Int(left.as_micros()))
    };
    Campaign, CampaignId, "campaigns", |it| {
        "network_id" = id(it.network_id.bytes()),
        "advertiser_id" = id(it.advertiser_id.bytes()),
        "channel" = Value::from(it.channel.word()),
        "name" = Value::from(it.name.to_lowercase()),
        "external_id" = Value::from(it.external_id.as_deref())
    };
    Creative, CreativeId, "creatives", |it| {
        "network_id" = id(it.network_id.bytes()),
        "program_id" = id(it.program_id.bytes()),
        "kind" = Value::from(it.kind.word())
    };
    Link, LinkId, "links", |it| {
        "slug" = Value::Int(slug_number(it)),
        "network_id" = id(it.network_id.bytes()),
        "program_id" = id(it.program_id.bytes()),
        "publisher_id" = id(it.publisher_id.bytes()),
        "coupon_code" = Value::from(it.coupon_code.as_deref().map(str::to_lowercase))
    };
}

fn slug_number(link: &Link) -> i64 {
    i64::try_from(link.slug.number()).expect("a slug is a number of 60 bits")
}

/// Stores a new record.
///
/// # Errors
/// [`Error::Unique`] when the id or a unique column is taken; other storage errors.
pub fn insert<T: Record>(tx: &mut Tx<'_>, record: &T) -> Result<()> {
    let names = T::COLUMNS.iter().map(|column| format!(", {column}")).collect::<String>();
    let places = (4..4 + T::COLUMNS.len()).map(|place| format!(", ${place}")).collect::<String>();
    let sql = format!("INSERT INTO {} (id, revision, body{names}) VALUES ($1, $2, $3{places})", T::TABLE);
    let changed = write(tx, &sql, record)?;
    one_row::<T>("insert", changed)
}

/// Replaces the record with the same id.
///
/// # Errors
/// [`Error::Damaged`] when there is no such record; [`Error::Unique`] when a unique column is taken; other storage errors.
pub fn update<T: Record>(tx: &mut Tx<'_>, record: &T) -> Result<()> {
    let columns: String =
        T::COLUMNS.iter().zip(4..).map(|(column, place)| format!(", {column} = ${place}")).collect();
    let sql = format!("UPDATE {} SET revision = $2, body = $3{columns} WHERE id = $1", T::TABLE);
    let changed = write(tx, &sql, record)?;
    one_row::<T>("update", changed)
}

/// Has a record read again by whoever follows the configuration, because something beside it changed that belongs to it.
///
/// # Errors
/// [`Error::Damaged`] when there is no such record; other storage errors.
pub fn touch<T: Record>(tx: &mut Tx<'_>, record_id: T::Id) -> Result<()> {
    let revision = next_revision(tx, "configuration")?;
    let sql = format!("UPDATE {} SET revision = $2 WHERE id = $1", T::TABLE);
    let changed = tx.execute(&sql, &[id(T::bytes(&record_id)), Value::Int(revision)])?;
    one_row::<T>("touch", changed)
}

fn write<T: Record>(tx: &mut Tx<'_>, sql: &str, record: &T) -> Result<u64> {
    let body =
        serde_json::to_string(record).map_err(|error| Error::Usage(format!("{}: {error}", T::TABLE)))?;
    let revision = next_revision(tx, "configuration")?;
    let record_id = record.id();
    let mut values = vec![id(T::bytes(&record_id)), Value::Int(revision), Value::from(body)];
    values.extend(record.columns());
    tx.execute(sql, &values)
}

fn one_row<T: Record>(verb: &str, changed: u64) -> Result<()> {
    match changed {
        1 => Ok(()),
        _ => Err(Error::Damaged(format!("an {verb} of {} changed {changed} rows instead of one", T::TABLE))),
    }
}

fn from_body<T: Record>(row: &Row, column: usize) -> Result<T> {
    serde_json::from_str(row.text(column)?).map_err(|error| Error::Damaged(format!("{}: {error}", T::TABLE)))
}

/// The record with this id.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn get<T: Record>(tx: &mut Tx<'_>, record_id: T::Id) -> Result<Option<T>> {
    find(tx, "id", id(T::bytes(&record_id)))
}

/// The record whose unique `column` holds `value`.
///
/// # Errors
/// [`Error::TooManyRows`] when the column is not unique; storage errors and damaged rows.
pub fn find<T: Record>(tx: &mut Tx<'_>, column: &'static str, value: Value<'_>) -> Result<Option<T>> {
    let sql = format!("SELECT body FROM {} WHERE {column} = $1", T::TABLE);
    tx.query_opt(&sql, &[value])?.map(|row| from_body(&row, 0)).transpose()
}

/// Narrows a list: `column` holds one of `values`; no values find nothing.
#[derive(Debug, Clone)]
pub struct Filter<'a> {
    /// A column of the table.
    pub column: &'static str,
    /// What it may hold.
    pub values: Vec<Value<'a>>,
}

impl<'a> Filter<'a> {
    /// `column` holds this id.
    pub fn id(column: &'static str, bytes: &'a [u8; 16]) -> Self {
        Self { column, values: vec![id(bytes)] }
    }
}

/// Rows that are read at a time while a list looks for records to keep.
const CHUNK: usize = 500;

/// Up to `limit` records that pass the filters and `keep`, newest first, before the cursor `before`.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn list<T: Record>(
    tx: &mut Tx<'_>,
    filters: &[Filter<'_>],
    before: Option<T::Id>,
    limit: usize,
    keep: impl FnMut(&T) -> bool,
) -> Result<Vec<T>> {
    let page = |tx: &mut Tx<'_>, before: Option<T::Id>| {
        let mut search = narrowed(filters);
        search.compare("id", "<", before.as_ref().map(|before| id(T::bytes(before))));
        let sql =
            format!("SELECT body FROM {} {} ORDER BY id DESC LIMIT {CHUNK}", T::TABLE, search.condition());
        tx.query(&sql, search.parameters())?.iter().map(|row| from_body(row, 0)).collect()
    };
    sift(tx, before, limit, T::id, page, keep)
}

/// The record among those that pass the filters that was written last.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn newest_written<T: Record>(tx: &mut Tx<'_>, filters: &[Filter<'_>]) -> Result<Option<T>> {
    let search = narrowed(filters);
    let sql = format!("SELECT body FROM {} {} ORDER BY revision DESC LIMIT 1", T::TABLE, search.condition());
    tx.query_opt(&sql, search.parameters())?.map(|row| from_body(&row, 0)).transpose()
}

fn narrowed<'a>(filters: &'a [Filter<'_>]) -> Search<'a> {
    let mut search = Search::new();
    for filter in filters {
        search.among(filter.column, Some(filter.values.as_slice()), Clone::clone);
    }
    search
}

/// Reads pages of [`CHUNK`] records until `limit` of them were kept or there are no more.
fn sift<T, C: Copy>(
    tx: &mut Tx<'_>,
    before: Option<C>,
    limit: usize,
    cursor_of: impl Fn(&T) -> C,
    mut page: impl FnMut(&mut Tx<'_>, Option<C>) -> Result<Vec<T>>,
    mut keep: impl FnMut(&T) -> bool,
) -> Result<Vec<T>> {
    let mut kept = Vec::new();
    let mut cursor = before;
    loop {
        let records = page(tx, cursor)?;
        let last_page = records.len() < CHUNK;
        cursor = records.last().map(&cursor_of);
        for record in records {
            if kept.len() == limit {
                return Ok(kept);
            }
            if keep(&record) {
                kept.push(record);
            }
        }
        if last_page {
            return Ok(kept);
        }
    }
}

/// The number of the last configuration write that was committed. Read it before the tables when one number is to stand
/// for all of them: everything up to it is visible then, and what [`changed_since`] gives beyond it comes again next time.
///
/// # Errors
/// Storage errors.
pub fn revision(tx: &mut Tx<'_>) -> Result<i64> {
    tx.query_opt("SELECT value FROM revisions WHERE name = 'configuration'", &[])?
        .ok_or_else(|| Error::Damaged("the row `configuration` of revisions is missing".to_owned()))?
        .int(0)
}

/// The revision of the record of this kind that was written last; 0 without any.
///
/// # Errors
/// Storage errors.
pub fn newest_revision<T: Record>(tx: &mut Tx<'_>) -> Result<i64> {
    let sql = format!("SELECT revision FROM {} ORDER BY revision DESC LIMIT 1", T::TABLE);
    tx.query_opt(&sql, &[])?.map_or(Ok(0), |row| row.int(0))
}

/// The records written after `revision`, oldest write first, and the highest revision among them (`revision` itself when
/// there are none).
///
/// # Errors
/// Storage errors and damaged rows.
pub fn changed_since<T: Record>(tx: &mut Tx<'_>, revision: i64) -> Result<(Vec<T>, i64)> {
    let sql = format!("SELECT revision, body FROM {} WHERE revision > $1 ORDER BY revision", T::TABLE);
    let mut highest = revision;
    let mut records = Vec::new();
    tx.query_each(&sql, &[Value::Int(revision)], &mut |row| {
        highest = highest.max(row.int(0)?);
        records.push(from_body(row, 1)?);
        Ok(())
    })?;
    Ok((records, highest))
}

/// True while nobody can sign in: the installation was never set up.
///
/// # Errors
/// Storage errors.
pub fn is_empty(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(tx.query("SELECT 1 FROM users LIMIT 1", &[])?.is_empty())
}

/// The people with a membership in `network`, newest first, before the cursor.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn users_of(
    tx: &mut Tx<'_>,
    network: NetworkId,
    before: Option<UserId>,
    limit: usize,
) -> Result<Vec<User>> {
    let member = |membership: &Membership| membership.network_id == network;
    list(tx, &[], before, limit, |user: &User| user.memberships.iter().any(member))
}

/// The newest version of a contract.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn newest_version(tx: &mut Tx<'_>, contract: ContractId) -> Result<Option<ContractVersion>> {
    let sql = "SELECT body FROM contract_versions WHERE contract_id = $1 ORDER BY number DESC LIMIT 1";
    tx.query_opt(sql, &[id(contract.bytes())])?.map(|row| from_body(&row, 0)).transpose()
}

/// The newest version of up to `limit` contracts that pass the filters and `keep`, newest contract first, before the
/// cursor.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn newest_versions(
    tx: &mut Tx<'_>,
    filters: &[Filter<'_>],
    before: Option<ContractId>,
    limit: usize,
    keep: impl FnMut(&ContractVersion) -> bool,
) -> Result<Vec<ContractVersion>> {
    let page = |tx: &mut Tx<'_>, before: Option<ContractId>| {
        let mut search = narrowed(filters);
        search.compare("contract_id", "<", before.as_ref().map(|before| id(before.bytes())));
        search.also(
            "number = (SELECT MAX(newer.number) FROM contract_versions newer \
             WHERE newer.contract_id = contract_versions.contract_id)"
                .to_owned(),
        );
        let sql = format!(
            "SELECT body FROM contract_versions {} ORDER BY contract_id DESC LIMIT {CHUNK}",
            search.condition()
        );
        tx.query(&sql, search.parameters())?.iter().map(|row| from_body(row, 0)).collect()
    };
    sift(tx, before, limit, |version: &ContractVersion| version.contract_id, page, keep)
}

/// The contract of a program with somebody, when there is one.
///
/// # Errors
/// Storage errors.
pub fn contract_of(tx: &mut Tx<'_>, program: ProgramId, audience: Audience) -> Result<Option<ContractId>> {
    let mut search = Search::new();
    search.equal("program_id", Some(id(program.bytes())));
    match &audience {
        Audience::Publisher(publisher) => search.equal("publisher_id", Some(id(publisher.bytes()))),
        Audience::Group(group) => search.equal("group_id", Some(id(group.bytes()))),
        Audience::Everybody => search.also("publisher_id IS NULL AND group_id IS NULL".to_owned()),
    }
    let sql = format!("SELECT contract_id FROM contract_versions {} LIMIT 1", search.condition());
    let row = tx.query_opt(&sql, search.parameters())?;
    row.map(|row| Ok(ContractId::from_bytes(row.id16(0)?))).transpose()
}

/// The publishers with a link or a contract of their own in the programs of these advertisers, or who are or were members
/// there, or applied.
///
/// # Errors
/// Storage errors.
pub fn publishers_working_for(tx: &mut Tx<'_>, advertisers: &[AdvertiserId]) -> Result<Vec<PublisherId>> {
    let mut search = Search::new();
    search.among("advertiser_id", Some(advertisers), |advertiser| id(advertiser.bytes()));
    let programs = format!("SELECT id FROM programs {}", search.condition());
    let sql = format!(
        "SELECT publisher_id FROM links WHERE program_id IN ({programs}) \
         UNION SELECT publisher_id FROM contract_versions WHERE publisher_id IS NOT NULL AND program_id IN ({programs}) \
         UNION SELECT publisher_id FROM program_members WHERE program_id IN ({programs}) \
         UNION SELECT publisher_id FROM applications WHERE kind = 'application' AND program_id IN ({programs})"
    );
    let rows = tx.query(&sql, search.parameters())?;
    rows.iter().map(|row| Ok(PublisherId::from_bytes(row.id16(0)?))).collect()
}

/// Which of these programs these publishers have to do with: by a link, a contract of their own, a stay or an application.
///
/// # Errors
/// Storage errors.
pub fn programs_known_to(
    tx: &mut Tx<'_>,
    publishers: &[PublisherId],
    programs: &[ProgramId],
) -> Result<Vec<ProgramId>> {
    let mut search = Search::new();
    search.among("program_id", Some(programs), |program| id(program.bytes()));
    search.among("publisher_id", Some(publishers), |publisher| id(publisher.bytes()));
    let tables = ["links", "contract_versions", "program_members", "applications"];
    let of_table = |table: &&str| format!("SELECT program_id FROM {table} {}", search.condition());
    let sql = tables.iter().map(of_table).collect::<Vec<_>>().join(" UNION ");
    let rows = tx.query(&sql, search.parameters())?;
    rows.iter().map(|row| Ok(ProgramId::from_bytes(row.id16(0)?))).collect()
}
