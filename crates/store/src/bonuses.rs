//! Bonuses: their rows, what was taken back of them, what counts towards those of contracts, and how far the decisions were
//! followed for that.

use model::{
    AdvertiserId, BonusId, ContractVersionId, ConversionId, Currency, Money, NetworkId, PublisherId,
    Timestamp,
};

use crate::{Error, Kind, Result, Row, Tx, Value, id, search::Search};

/// One bonus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bonus {
    /// Id; the source of its transfers.
    pub id: BonusId,
    /// The network.
    pub network_id: NetworkId,
    /// Who earns it.
    pub publisher_id: PublisherId,
    /// The advertiser who pays; none when the network does.
    pub advertiser_id: Option<AdvertiserId>,
    /// How much.
    pub amount: Money,
    /// What of it was taken back.
    pub taken_back: Money,
    /// Why it was given by hand.
    pub reason: Option<String>,
    /// The counter that was reached, for a bonus of a contract.
    pub progress_key: Option<Vec<u8>>,
    /// Its receipt, canonical JSON.
    pub receipt: Option<String>,
    /// Who gave it, as in the audit log; `contract` for a bonus of a contract.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// A taking back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BonusReturn {
    /// 1, 2, 3, ... within the bonus.
    pub sequence: i64,
    /// What is taken back in all.
    pub taken_back: Money,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

const COLUMNS: &str = "id, network_id, publisher_id, advertiser_id, amount, currency, taken_back, reason, progress_key, \
                       receipt, actor, at";

fn damaged(bonus: BonusId, what: &str) -> Error {
    Error::Damaged(format!("bonus {bonus}: {what}"))
}

/// Stores a new bonus.
///
/// # Errors
/// [`Error::Unique`] when the counter paid its bonus before; other storage errors.
pub fn insert(tx: &mut Tx<'_>, bonus: &Bonus) -> Result<()> {
    let sql =
        format!("INSERT INTO bonuses ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)");
    let values = [
        id(bonus.id.bytes()),
        id(bonus.network_id.bytes()),
        id(bonus.publisher_id.bytes()),
        bonus.advertiser_id.as_ref().map_or(Value::Null, |advertiser| id(advertiser.bytes())),
        Value::Int(bonus.amount.units()),
        Value::from(bonus.amount.currency().code()),
        Value::Int(bonus.taken_back.units()),
        Value::from(bonus.reason.as_deref()),
        bonus.progress_key.as_deref().map_or(Value::Null, Value::from),
        Value::from(bonus.receipt.as_deref()),
        Value::from(&bonus.actor),
        Value::Int(bonus.at.as_micros()),
    ];
    tx.execute(&sql, &values).map(drop)
}

fn from_row(row: &Row) -> Result<Bonus> {
    let bonus = BonusId::from_bytes(row.id16(0)?);
    let currency: Currency = row.text(5)?.parse().map_err(|_| damaged(bonus, "unknown currency"))?;
    Ok(Bonus {
        id: bonus,
        network_id: NetworkId::from_bytes(row.id16(1)?),
        publisher_id: PublisherId::from_bytes(row.id16(2)?),
        advertiser_id: row.opt_id16(3)?.map(AdvertiserId::from_bytes),
        amount: Money::from_units(row.int(4)?, currency),
        taken_back: Money::from_units(row.int(6)?, currency),
        reason: row.opt_text(7)?.map(str::to_owned),
        progress_key: row.opt_bytes(8)?.map(<[u8]>::to_vec),
        receipt: row.opt_text(9)?.map(str::to_owned),
        actor: row.text(10)?.to_owned(),
        at: Timestamp::from_micros(row.int(11)?),
    })
}

/// The bonus with this id.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn by_id(tx: &mut Tx<'_>, bonus: BonusId) -> Result<Option<Bonus>> {
    let sql = format!("SELECT {COLUMNS} FROM bonuses WHERE id = $1");
    tx.query_opt(&sql, &[id(bonus.bytes())])?.map(|row| from_row(&row)).transpose()
}

/// Whether the bonus of this counter was paid.
///
/// # Errors
/// Storage errors.
pub fn is_paid(tx: &mut Tx<'_>, progress_key: &[u8]) -> Result<bool> {
    let sql = "SELECT 1 FROM bonuses WHERE progress_key = $1";
    Ok(!tx.query(sql, &[Value::from(progress_key)])?.is_empty())
}

/// What a list of bonuses is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Default)]
pub struct BonusFilter {
    /// Those that one of these publishers earns or one of these advertisers pays; `None` for all.
    pub parties: Option<(Vec<PublisherId>, Vec<AdvertiserId>)>,
    /// Who earns them.
    pub publisher_id: Option<PublisherId>,
}

/// A page of a network's bonuses, newest first, before the cursor.
///
/// # Errors
/// Storage errors and damaged rows.
pub fn list(
    tx: &mut Tx<'_>,
    network: NetworkId,
    filter: &BonusFilter,
    before: Option<BonusId>,
    limit: u32,
) -> Result<Vec<Bonus>> {
    let mut search = Search::new();
    search.equal("network_id", Some(id(network.bytes())));
    search.equal("publisher_id", filter.publisher_id.as_ref().map(|it| id(it.bytes())));
    search.compare("id", "<", before.as_ref().map(|it| id(it.bytes())));
    if let Some((publishers, advertisers)) = &filter.parties {
        let publishers = publishers.iter().map(|it| ("publisher_id", it.bytes()));
        let advertisers = advertisers.iter().map(|it| ("advertiser_id", it.bytes()));
        let one = |(column, bytes)| format!("{column} = {}", search.parameter(id(bytes)));
        let either: Vec<String> = publishers.chain(advertisers).map(one).collect();
        search.also(if either.is_empty() {
            "1 = 0".to_owned()
        } else {
            format!("({})", either.join(" OR "))
        });
    }
    let sql = format!("SELECT {COLUMNS} FROM bonuses {} ORDER BY id DESC LIMIT {limit}", search.condition());
    tx.query(&sql, search.parameters())?.iter().map(from_row).collect()
}

/// What was taken back of a bonus, in the order of the decisions.
///
/// # Errors
/// Storage errors.
pub fn returns(tx: &mut Tx<'_>, bonus: &Bonus) -> Result<Vec<BonusReturn>> {
    let sql = "SELECT sequence, taken_back, reason, actor, at FROM bonus_returns WHERE bonus_id = $1 ORDER BY sequence";
    let rows = tx.query(sql, &[id(bonus.id.bytes())])?;
    let read = |row: &Row| {
        Ok(BonusReturn {
            sequence: row.int(0)?,
            taken_back: Money::from_units(row.int(1)?, bonus.amount.currency()),
            reason: row.text(2)?.to_owned(),
            actor: row.text(3)?.to_owned(),
            at: Timestamp::from_micros(row.int(4)?),
        })
    };
    rows.iter().map(read).collect()
}

/// Takes a part of a bonus back; false when somebody else did so meanwhile.
///
/// # Errors
/// Storage errors.
pub fn take_back(tx: &mut Tx<'_>, bonus: &Bonus, taken: &BonusReturn) -> Result<bool> {
    let sql = "UPDATE bonuses SET taken_back = $3 WHERE id = $1 AND taken_back = $2";
    let (before, after) = (Value::Int(bonus.taken_back.units()), Value::Int(taken.taken_back.units()));
    if tx.execute(sql, &[id(bonus.id.bytes()), before, after])? != 1 {
        return Ok(false);
    }
    let sql = "INSERT INTO bonus_returns (bonus_id, sequence, taken_back, reason, actor, at) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    let values = [
        id(bonus.id.bytes()),
        Value::Int(taken.sequence),
        Value::Int(taken.taken_back.units()),
        Value::from(&taken.reason),
        Value::from(&taken.actor),
        Value::Int(taken.at.as_micros()),
    ];
    tx.execute(sql, &values)?;
    Ok(true)
}

/// Calls `each` with every bonus; a row that cannot be read is given as its error.
///
/// # Errors
/// Storage errors and whatever `each` returns.
pub fn for_each(tx: &mut Tx<'_>, each: &mut dyn FnMut(Result<Bonus>) -> Result<()>) -> Result<()> {
    let sql = format!("SELECT {COLUMNS} FROM bonuses ORDER BY id");
    tx.query_each(&sql, &[], &mut |row| each(from_row(row)))
}

/// What a conversion added to a counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The counter.
    pub key: Vec<u8>,
    /// 1, 2, 3, ... within the counter.
    pub ordinal: i64,
    /// The conversion.
    pub conversion_id: ConversionId,
    /// Which of its decisions approved it.
    pub decision: i64,
    /// The version whose terms hold.
    pub contract_version_id: ContractVersionId,
    /// What it added.
    pub adds: i64,
    /// What the counter holds afterwards.
    pub counted: i64,
}

const PROGRESS: &str = "key, ordinal, conversion_id, decision, contract_version_id, adds, counted";

fn progress_from_row(row: &Row) -> Result<Progress> {
    Ok(Progress {
        key: row.bytes(0)?.to_vec(),
        ordinal: row.int(1)?,
        conversion_id: ConversionId::from_bytes(row.id16(2)?),
        decision: row.int(3)?,
        contract_version_id: ContractVersionId::from_bytes(row.id16(4)?),
        adds: row.int(5)?,
        counted: row.int(6)?,
    })
}

/// The last row of a counter.
///
/// # Errors
/// Storage errors.
pub fn last_progress(tx: &mut Tx<'_>, key: &[u8]) -> Result<Option<Progress>> {
    let sql = format!("SELECT {PROGRESS} FROM bonus_progress WHERE key = $1 ORDER BY ordinal DESC LIMIT 1");
    tx.query_opt(&sql, &[Value::from(key)])?.map(|row| progress_from_row(&row)).transpose()
}

/// Appends to a counter.
///
/// # Errors
/// [`Error::Unique`] when the conversion was counted before; other storage errors.
pub fn insert_progress(tx: &mut Tx<'_>, row: &Progress) -> Result<()> {
    let sql = format!("INSERT INTO bonus_progress ({PROGRESS}) VALUES ($1, $2, $3, $4, $5, $6, $7)");
    let values = [
        Value::from(row.key.as_slice()),
        Value::Int(row.ordinal),
        id(row.conversion_id.bytes()),
        Value::Int(row.decision),
        id(row.contract_version_id.bytes()),
        Value::Int(row.adds),
        Value::Int(row.counted),
    ];
    tx.execute(&sql, &values).map(drop)
}

/// What these conversions added, by conversion and counter.
///
/// # Errors
/// Storage errors.
pub fn progress_of(tx: &mut Tx<'_>, conversions: &[ConversionId]) -> Result<Vec<Progress>> {
    let keys: Vec<Value<'_>> = conversions.iter().map(|it| id(it.bytes())).collect();
    let sql = format!("SELECT {PROGRESS} FROM bonus_progress WHERE conversion_id = $key");
    let rows = tx.query_keys(&sql, Kind::Bytes, &keys, &[])?;
    let mut found = rows.iter().map(progress_from_row).collect::<Result<Vec<_>>>()?;
    found.sort_unstable_by(|a, b| (a.conversion_id, &a.key).cmp(&(b.conversion_id, &b.key)));
    Ok(found)
}

/// Calls `each` with every row, counter by counter in their order.
///
/// # Errors
/// Storage errors and whatever `each` returns.
pub fn each_progress(tx: &mut Tx<'_>, each: &mut dyn FnMut(Progress) -> Result<()>) -> Result<()> {
    let sql = format!("SELECT {PROGRESS} FROM bonus_progress ORDER BY key, ordinal");
    tx.query_each(&sql, &[], &mut |row| each(progress_from_row(row)?))
}

/// The conversions that counters name and that do not exist, at most a hundred.
///
/// # Errors
/// Storage errors.
pub fn progress_without_conversion(tx: &mut Tx<'_>) -> Result<Vec<ConversionId>> {
    let sql = "SELECT DISTINCT conversion_id FROM bonus_progress WHERE NOT EXISTS \
               (SELECT 1 FROM conversions WHERE conversions.id = bonus_progress.conversion_id) LIMIT 100";
    tx.query(sql, &[])?.iter().map(|row| Ok(ConversionId::from_bytes(row.id16(0)?))).collect()
}

/// The number of the last transaction of the outbox that was followed.
///
/// # Errors
/// Storage errors; [`Error::Damaged`] when it is not there.
pub fn position(tx: &mut Tx<'_>) -> Result<i64> {
    let row = tx.query_opt("SELECT sequence FROM award_positions WHERE name = 'decisions'", &[])?;
    row.ok_or_else(|| Error::Damaged("the row `decisions` of award_positions is missing".to_owned()))?.int(0)
}

/// Moves on from one transaction to a later one; false when somebody else did so meanwhile.
///
/// # Errors
/// Storage errors.
pub fn advance(tx: &mut Tx<'_>, from: i64, to: i64) -> Result<bool> {
    let sql = "UPDATE award_positions SET sequence = $2 WHERE name = 'decisions' AND sequence = $1";
    Ok(tx.execute(sql, &[Value::Int(from), Value::Int(to)])? == 1)
}
