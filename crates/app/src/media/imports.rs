//! Files of costs, and the undoing of whatever was said at once.
//!
//! A file replaces what held of its campaigns from its first to its last day: a day in between that it does not name is told no
//! more. A file with rows that could not be read takes nothing away, because one of them may have been that day.

use std::collections::{BTreeMap, BTreeSet};

use media::{BadRow, CostFile, CostRow, Options, Question, Reading};
use model::{
    AdvertiserId, CampaignId, Channel, CostImportId, Day, ProgramId, campaign::Campaign, parties::Status,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{
    Tx,
    costs::{self, CostImport},
};

use super::{
    booking::{self, Booked, Converter, SaidDay},
    campaigns,
    days::check,
};
use crate::{
    access::{Actor, CAMPAIGN_CHANGE, CAMPAIGN_LOOK},
    checks,
    command::Change,
    errors::{ErrorCode, Refusal},
    events::page_size,
    own_results,
};

/// The most days of campaigns in one file.
pub const FILE_DAYS_MAX: usize = 200_000;
/// Bad rows that are kept; the others are counted.
const BAD_ROWS_KEPT: usize = 1_000;

/// A file and what is said about it.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Whose costs.
    pub advertiser_id: AdvertiserId,
    /// The channel of its campaigns.
    pub channel: Channel,
    /// The program of campaigns that it makes.
    pub program_id: Option<ProgramId>,
    /// Whether campaigns that are not there are made; else their rows are bad ones.
    pub make_campaigns: bool,
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// How it is to be read.
    pub options: Options,
}

/// What became of days, as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BookedDays {
    /// Days that were not told before.
    pub added: u64,
    /// Days that stand differently now.
    pub changed: u64,
    /// Days that are told no more.
    pub removed: u64,
    /// Days that stood like that.
    pub unchanged: u64,
    /// Days, of those added and changed, that wait for a rate.
    pub waiting: u64,
}

impl From<Booked> for BookedDays {
    fn from(Booked { added, changed, removed, unchanged, waiting }: Booked) -> Self {
        Self { added, changed, removed, unchanged, waiting }
    }
}

impl Booked {
    /// Adds what became of further days.
    pub(super) fn add(&mut self, more: Self) {
        self.added += more.added;
        self.changed += more.changed;
        self.removed += more.removed;
        self.unchanged += more.unchanged;
        self.waiting += more.waiting;
    }
}

/// A row that was not taken, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRow {
    /// The line.
    pub line: u64,
    /// The column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Why.
    pub reason: String,
}

impl From<BadRow> for RefusedRow {
    fn from(BadRow { line, column, reason }: BadRow) -> Self {
        Self { line, column, reason }
    }
}

/// What became of what was said at once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// Days of campaigns.
    pub booked: BookedDays,
    /// Campaigns that it tells of.
    pub campaigns: u64,
    /// Campaigns that it made.
    pub campaigns_made: u64,
    /// The first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// The last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
    /// Rows that could not be taken.
    pub refused: u64,
    /// The first thousand of them.
    pub refused_rows: Vec<RefusedRow>,
    /// Lines that were passed over, by why: `total`, `header_again`, `note`.
    pub skipped: BTreeMap<String, Vec<u64>>,
}

/// What came of a file.
#[derive(Debug, Clone)]
pub enum Imported {
    /// It was taken.
    Taken(Box<CostImport>),
    /// Something has to be answered first; nothing was stored.
    Asked(Vec<Question>),
}

/// Takes a file.
///
/// # Errors
/// `right_missing`, `field_invalid`; storage errors.
pub fn import(change: &mut Change<'_, '_>, file: &NewFile) -> Result<Imported, Refusal> {
    let advertiser = campaigns::advertiser(change, file.advertiser_id)?;
    checks::text::name("file_name", &file.name)?;
    let reading = media::read(&file.bytes, &file.options);
    let read = match reading.map_err(|error| Refusal::field("content", error.to_string()))? {
        Reading::Questions(questions) => return Ok(Imported::Asked(questions)),
        Reading::File(read) => read,
    };
    if read.rows.len() > FILE_DAYS_MAX {
        let message = format!("at most {FILE_DAYS_MAX} days of campaigns in one file");
        return Err(Refusal::field("content", message));
    }
    let id = CostImportId::new(change.now, change.entropy);
    let mut taking = Taking { change, file, made: BTreeSet::new(), changed: false, known: BTreeMap::new() };
    let summary = taking.take(id, read)?;
    let changed = taking.changed;
    if summary.campaigns == 0 {
        let first = summary.refused_rows.first();
        let why = first.map_or_else(String::new, |row| format!("; line {}: {}", row.line, row.reason));
        return Err(Refusal::field("content", format!("no row of the file can be taken{why}")));
    }
    let options = serde_json::to_value(&file.options).map_err(internal)?;
    let mut row = new_row(change, id, advertiser.id, "file", &summary)?;
    row.file_name = Some(file.name.clone());
    row.file_sha256 = Some(crate::hex(&Sha256::digest(&file.bytes)));
    row.options =
        json!({ "channel": file.channel, "program_id": file.program_id, "read": options }).to_string();
    store_row(change, &row, &summary)?;
    if changed {
        own_results::restate(change, advertiser.id)?;
    }
    Ok(Imported::Taken(Box::new(row)))
}

fn internal(error: impl std::fmt::Display) -> Refusal {
    Refusal::new(ErrorCode::Internal, error.to_string())
}

/// The taking of one file.
struct Taking<'a, 't, 'c> {
    change: &'a mut Change<'t, 'c>,
    file: &'a NewFile,
    made: BTreeSet<CampaignId>,
    /// Whether campaigns were made or changed.
    changed: bool,
    known: BTreeMap<(String, Option<String>), Result<Campaign, String>>,
}

impl Taking<'_, '_, '_> {
    fn take(&mut self, id: CostImportId, read: CostFile) -> Result<Summary, Refusal> {
        let mut refused: Vec<RefusedRow> = read.bad.into_iter().map(RefusedRow::from).collect();
        let mut by_campaign: BTreeMap<CampaignId, (Campaign, Vec<SaidDay>)> = BTreeMap::new();
        let today = Day::of(self.change.now);
        for row in read.rows {
            let refuse = |reason: String| RefusedRow { line: row.line, column: None, reason };
            let campaign = match self.campaign(&row)? {
                Ok(campaign) => campaign,
                Err(reason) => {
                    refused.push(refuse(reason));
                    continue;
                }
            };
            let CostRow { day, spend, impressions, clicks, .. } = row;
            let said = SaidDay { campaign_id: campaign.id, day, spend: Some(spend), impressions, clicks };
            match check(&said, today) {
                Ok(()) => {
                    by_campaign.entry(campaign.id).or_insert_with(|| (campaign, Vec::new())).1.push(said)
                }
                Err(refusal) => refused.push(refuse(refusal.message)),
            }
        }
        let range = booking::range(by_campaign.values().flat_map(|(_, days)| days).map(|said| said.day));
        let mut converter = Converter::new(self.change.tx, self.change.actor.network())?;
        let mut booked = Booked::default();
        for (campaign, mut days) in by_campaign.values().cloned() {
            days.sort_by_key(|said| said.day);
            if days.windows(2).any(|pair| pair[0].day == pair[1].day) {
                let message =
                    format!("two names of the file are both of campaign {} ({})", campaign.id, campaign.name);
                return Err(Refusal::field("content", message));
            }
            if let (true, Some((first, last))) = (refused.is_empty(), range) {
                self.tell_no_more(&campaign, &mut days, first, last)?;
            }
            booked.add(booking::book(self.change, &mut converter, id, &campaign, &days)?);
        }
        refused.sort_by_key(|row| row.line);
        let mut skipped: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for line in read.skipped {
            skipped.entry(line.why.word().to_owned()).or_default().push(line.line);
        }
        let count = refused.len() as u64;
        refused.truncate(BAD_ROWS_KEPT);
        Ok(Summary {
            booked: booked.into(),
            campaigns: by_campaign.len() as u64,
            campaigns_made: self.made.len() as u64,
            from: range.map(|(first, _)| first),
            to: range.map(|(_, last)| last),
            refused: count,
            refused_rows: refused,
            skipped,
        })
    }

    /// Adds the days of the file's range that hold and that it does not name.
    fn tell_no_more(
        &mut self,
        campaign: &Campaign,
        days: &mut Vec<SaidDay>,
        first: Day,
        last: Day,
    ) -> Result<(), Refusal> {
        let named: BTreeSet<Day> = days.iter().map(|said| said.day).collect();
        for held in costs::holding(self.change.tx, campaign.id, first, last)? {
            if held.present && !named.contains(&held.day) {
                let none = SaidDay {
                    campaign_id: campaign.id,
                    day: held.day,
                    spend: None,
                    impressions: None,
                    clicks: None,
                };
                days.push(none);
            }
        }
        Ok(())
    }

    /// The campaign of a row: by its id at the ad system, else by its name, else a new one. The inner error is about the row.
    fn campaign(&mut self, row: &CostRow) -> Result<Result<Campaign, String>, Refusal> {
        let key = (row.campaign.clone(), row.campaign_id.clone());
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        let found = self.find_or_make(row);
        let found = match found {
            Ok(campaign) => Ok(campaign),
            Err(refusal) if matches!(refusal.code, ErrorCode::FieldInvalid | ErrorCode::Taken) => {
                Err(format!("campaign `{}`: {}", row.campaign, refusal.message))
            }
            Err(refusal) => return Err(refusal),
        };
        self.known.insert(key, found.clone());
        Ok(found)
    }

    fn find_or_make(&mut self, row: &CostRow) -> Result<Campaign, Refusal> {
        let of = (self.file.advertiser_id, self.file.channel);
        if let Some(external) = &row.campaign_id
            && let Some(campaign) = campaigns::by_external_id(self.change.tx, of, external)?
        {
            return Ok(campaign);
        }
        let named = campaigns::by_name(self.change.tx, of, &row.campaign)?;
        match (named, &row.campaign_id) {
            (Some(campaign), None) => return Ok(campaign),
            // It was known by its name alone, and now by its id as well.
            (Some(campaign), Some(external)) if campaign.external_id.is_none() => {
                self.changed = true;
                return campaigns::edited(self.change, campaign.id, &mut |before| {
                    Ok(Campaign { external_id: Some(external.clone()), ..before })
                });
            }
            (Some(campaign), Some(external)) => {
                let other = campaign.external_id.unwrap_or_default();
                let message = format!(
                    "another campaign of this name has the id {other}, not {external}; rename one of them"
                );
                return Err(Refusal::field("name", message));
            }
            (None, _) => {}
        }
        if !self.file.make_campaigns {
            return Err(Refusal::field("name", "there is no such campaign"));
        }
        let campaign = Campaign {
            id: CampaignId::new(self.change.now, self.change.entropy),
            network_id: self.change.actor.network(),
            advertiser_id: self.file.advertiser_id,
            program_id: self.file.program_id,
            channel: self.file.channel,
            name: row.campaign.clone(),
            external_id: row.campaign_id.clone(),
            rules: Vec::new(),
            starts_on: None,
            ends_on: None,
            status: Status::Active,
            created_at: self.change.now,
        };
        let campaign = campaigns::make(self.change, campaign)?;
        self.changed = true;
        self.made.insert(campaign.id);
        Ok(campaign)
    }
}

fn new_row(
    change: &Change<'_, '_>,
    id: CostImportId,
    advertiser_id: AdvertiserId,
    kind: &str,
    summary: &Summary,
) -> Result<CostImport, Refusal> {
    Ok(CostImport {
        id,
        network_id: change.actor.network(),
        advertiser_id,
        kind: kind.to_owned(),
        file_name: None,
        file_sha256: None,
        options: "{}".to_owned(),
        summary: serde_json::to_string(summary).map_err(internal)?,
        undoes: None,
        undone_by: None,
        actor: change.actor.word(),
        at: change.now,
    })
}

fn store_row(change: &mut Change<'_, '_>, row: &CostImport, summary: &Summary) -> Result<(), Refusal> {
    costs::insert_import(change.tx, row)?;
    let noted = json!({ "costs": {
        "kind": row.kind, "file_name": row.file_name, "file_sha256": row.file_sha256, "undoes": row.undoes,
        "days": summary.booked, "refused": summary.refused,
    } });
    change.audit(Some(row.network_id), &row.id, &noted)
}

/// Keeps what was said without a file.
pub(super) fn keep(
    change: &mut Change<'_, '_>,
    id: CostImportId,
    advertiser_id: AdvertiserId,
    kind: &str,
    summary: &Summary,
) -> Result<CostImport, Refusal> {
    let row = new_row(change, id, advertiser_id, kind, summary)?;
    store_row(change, &row, summary)?;
    Ok(row)
}

/// Undoes an import: its days stand again as what was said before, and not undone itself, had them. What was said since
/// stays.
///
/// # Errors
/// `not_found`, `right_missing`, `state_conflict`; storage errors.
pub fn undo(change: &mut Change<'_, '_>, id: CostImportId) -> Result<CostImport, Refusal> {
    let import = get(change.tx, change.actor, id)?;
    let eyes = campaigns::eyes(change.actor, import.network_id, import.advertiser_id);
    CAMPAIGN_CHANGE.check(change.actor, eyes, &format!("cost import {id}"))?;
    if import.undoes.is_some() {
        return Err(Refusal::state("this is an undoing itself; import the file again instead"));
    }
    let by = CostImportId::new(change.now, change.entropy);
    if !costs::undo(change.tx, id, by)? {
        return Err(Refusal::state("this import was undone before"));
    }
    let mut converter = Converter::new(change.tx, change.actor.network())?;
    let booked = booking::take_back(change, &mut converter, id, by)?;
    let summary = Summary { booked: booked.into(), ..Summary::default() };
    let row = CostImport { undoes: Some(id), ..new_row(change, by, import.advertiser_id, "undo", &summary)? };
    store_row(change, &row, &summary)?;
    Ok(row)
}

/// One import, for its advertiser's side.
///
/// # Errors
/// `not_found`; storage errors.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: CostImportId) -> Result<CostImport, Refusal> {
    let found = costs::import_by_id(tx, id)?;
    let found = found.filter(|one| campaigns::eyes(actor, one.network_id, one.advertiser_id).open());
    found.ok_or_else(|| Refusal::not_found(format!("cost import {id}")))
}

/// A page of imports, newest first.
///
/// # Errors
/// `right_missing`; storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    before: Option<CostImportId>,
    limit: usize,
) -> Result<Vec<CostImport>, Refusal> {
    CAMPAIGN_LOOK.check_role(actor)?;
    Ok(costs::list_imports(tx, actor.network(), actor.advertisers(), before, page_size(limit))?)
}

/// The summary of an import, as it was kept.
///
/// # Errors
/// A damaged row.
pub fn summary(import: &CostImport) -> Result<Summary, Refusal> {
    serde_json::from_str(&import.summary).map_err(internal)
}
