//! Models over the journeys that are stored.

use std::io::Write;

use anyhow::Context;
use app::{
    access::Actor,
    journeys::{Attribution, CellRow, Limits, PATH_TOUCHES_MAX, Question, Split, attribute},
};
use model::{AdvertiserId, NetworkId, ProgramId, Timestamp, calendar, calendar::Zone};
use serde_json::json;

use super::Format;
use crate::{
    commands::{Usage, explain, network, terminal},
    open,
    settings::{Common, Settings},
};

/// What is asked of the store.
#[derive(clap::Args)]
pub struct Stored {
    /// First day of the period in the network's zone, or its first moment: then the journeys are those that are stored, and no file is read.
    #[arg(long, value_name = "D", requires = "to", conflicts_with = "file")]
    from: Option<String>,
    /// Last day of the period, or the first moment after it.
    #[arg(long, value_name = "D", requires = "from")]
    to: Option<String>,
    /// What a channel is: up to three of channel, campaign, publisher, link, program, source.
    #[arg(long, value_delimiter = ',', value_name = "a,b", default_value = "channel", requires = "from")]
    by: Vec<String>,
    /// Only conversions of this action.
    #[arg(long, value_name = "A", requires = "from")]
    action: Option<String>,
    /// Only of this advertiser.
    #[arg(long, value_name = "ID", requires = "from")]
    advertiser: Option<AdvertiserId>,
    /// Only of this program.
    #[arg(long, value_name = "ID", requires = "from")]
    program: Option<ProgramId>,
    /// The network, where there are several.
    #[arg(long, value_name = "ID", requires = "from")]
    network: Option<NetworkId>,
    /// How many days before its end a journey reaches.
    #[arg(long, value_name = "N", default_value_t = 30, requires = "from")]
    window_days: u32,
    /// The half-life of time_decay.
    #[arg(long, value_name = "N", default_value_t = 168, requires = "from")]
    half_life_hours: u32,
    /// Counts views of banners as touches.
    #[arg(long, requires = "from")]
    impressions: bool,
    /// Explains direct visits by the offline exposures that ended up to so many minutes before them; 10 without a number.
    #[arg(long, value_name = "MINUTES", num_args = 0..=1, default_missing_value = "10", requires = "from")]
    slots: Option<u32>,
}

impl Stored {
    /// Whether the store is asked.
    pub const fn is_asked(&self) -> bool {
        self.from.is_some()
    }

    /// Asks and prints.
    ///
    /// # Errors
    /// A question that makes no sense, and what kept it from looking.
    pub fn run(&self, common: &Common, models: &[String], format: Format) -> anyhow::Result<()> {
        let settings = Settings::read(common)?;
        open::expect_database(&settings)?;
        let told = open::runtime()?.block_on(self.ask(&settings, models))?;
        eprintln!(
            "{} conversions worth {} and {} journeys without, of {} touches; {} conversions worth {} without a touch",
            told.conversions,
            told.value,
            told.nulls,
            told.touches,
            told.without_touch,
            told.without_touch_value
        );
        if told.inferred > 0 {
            eprintln!(
                "{} direct visits are explained by offline exposures: inferred, not known",
                told.inferred
            );
        }
        if told.without_rate > 0 {
            eprintln!("{} conversions are worth something in a currency without a rate", told.without_rate);
        }
        if told.lengths.last().is_some_and(|longest| longest.touches == PATH_TOUCHES_MAX) {
            eprintln!("of journeys with more than {PATH_TOUCHES_MAX} touches the last ones count");
        }
        match format {
            Format::Table => print_table(&told),
            Format::Csv => print_csv(&told),
            Format::Json => print_json(&told),
        }
    }

    async fn ask(&self, settings: &Settings, models: &[String]) -> anyhow::Result<Attribution> {
        let app = open::open_with(settings, open::long_reads(settings)).await?;
        let network = network::choose(&app, self.network)?;
        let (from, to) = self.from.as_deref().zip(self.to.as_deref()).context("a period has two ends")?;
        let (from, _) = moments(&network.zone, "--from", from)?;
        let (_, to) = moments(&network.zone, "--to", to)?;
        let split = |word: &String| {
            let known = || Split::ALL.map(Split::word).join(", ");
            Split::from_word(word).ok_or_else(|| {
                Usage(format!("`{}` is no dimension; there are {}", word.escape_debug(), known()))
            })
        };
        let question = Question {
            by: self.by.iter().map(split).collect::<Result<_, _>>()?,
            action: self.action.clone(),
            advertiser_id: self.advertiser,
            program_id: self.program,
            window_days: self.window_days,
            impressions: self.impressions,
            models: models.to_vec(),
            half_life_hours: self.half_life_hours,
            slot_minutes: self.slots,
            ..Question::of(from, to)
        };
        let actor = Actor::system(network.id);
        let bar = terminal::bar("reading journeys", None, false);
        let told = attribute(&app, &actor, question, Limits::COMMAND, &|done| bar.set_position(done)).await;
        bar.finish_and_clear();
        told.map_err(|refusal| Usage(explain(refusal).to_string()).into())
    }
}

/// The first moment of a day and the first after it; of a moment itself.
fn moments(zone: &Zone, option: &str, text: &str) -> anyhow::Result<(Timestamp, Timestamp)> {
    if let Some(day) = calendar::date(zone, text) {
        return Ok(day);
    }
    let moment = Timestamp::parse(text);
    let moment = moment.map_err(|_| {
        Usage(format!("{option} is `{}`; a day such as 2026-01-31 is needed", text.escape_debug()))
    })?;
    Ok((moment, moment))
}

fn print_table(told: &Attribution) -> anyhow::Result<()> {
    let header: Vec<&str> =
        ["channel"].into_iter().chain(told.models.iter().map(String::as_str)).chain(["assisted"]).collect();
    let line = |row: &app::journeys::ChannelRow| {
        // A control character must not steer the terminal.
        let clean = |letter: char| if letter.is_control() { '\u{fffd}' } else { letter };
        let label: String = row.label.chars().map(clean).collect();
        let cells = row.cells.iter().map(|cell| format!("{:.2}", cell.conversions));
        std::iter::once(label).chain(cells).chain([row.assisted.to_string()]).collect()
    };
    terminal::print_table(&header, &told.channels.iter().map(line).collect::<Vec<_>>())
}

fn print_csv(told: &Attribution) -> anyhow::Result<()> {
    let mut out = csv::Writer::from_writer(std::io::stdout().lock());
    let columns = told
        .models
        .iter()
        .flat_map(|model| ["conversions", "value", "moved"].map(|what| format!("{model}_{what}")));
    let ends = ["currency", "took_part", "assisted", "closed", "alone"].map(str::to_owned);
    out.write_record(std::iter::once("channel".to_owned()).chain(columns).chain(ends))?;
    for row in &told.channels {
        let cell = |cell: &CellRow| {
            [cell.conversions.to_string(), cell.value.amount_text(), cell.moved.amount_text()]
        };
        let parts = [row.took_part, row.assisted, row.closed, row.alone].map(|part| part.to_string());
        let ends = std::iter::once(told.currency.to_string()).chain(parts);
        out.write_record(
            std::iter::once(row.label.clone()).chain(row.cells.iter().flat_map(cell)).chain(ends),
        )?;
    }
    Ok(out.flush()?)
}

fn print_json(told: &Attribution) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    for row in &told.channels {
        let cells = told.models.iter().zip(&row.cells).map(|(model, cell)| {
            let told = json!({"conversions": cell.conversions, "value": cell.value, "moved": cell.moved});
            (model.clone(), told)
        });
        let models: serde_json::Map<_, _> = cells.collect();
        let values: serde_json::Map<_, _> =
            row.values.iter().map(|(split, value)| (split.word().to_owned(), json!(value))).collect();
        let line = json!({
            "channel": row.label, "inferred": row.inferred, "values": values, "models": models, "took_part": row.took_part,
            "assisted": row.assisted, "closed": row.closed, "alone": row.alone,
        });
        serde_json::to_writer(&mut out, &line)?;
        writeln!(out)?;
    }
    Ok(out.flush()?)
}
