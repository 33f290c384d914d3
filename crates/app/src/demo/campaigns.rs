//! The advertiser's own media: what each day cost, as files that its ad systems would export.

use std::fmt::Write as _;

use ::media::Options;
use model::{Channel, Day};

use super::{DemoOptions, draw::Draw, people::Scene};
use crate::{
    command::Change,
    errors::Refusal,
    media::imports::{self, NewFile},
};

/// Randomness of its own, so that everything else of a seed stays as it is.
const STREAM: u64 = 2;

/// What a campaign costs and brings on a day.
pub(super) struct Media {
    pub(super) channel: Channel,
    name: &'static str,
    pub(super) id: &'static str,
    /// The least and the most, in cents.
    cents: (i64, i64),
    /// Clicks of a thousand impressions.
    clicks: i64,
    /// About how many orders it brings in a hundred days.
    pub(super) orders: u64,
}

pub(super) const CAMPAIGNS: [Media; 5] = [
    Media {
        channel: Channel::Search,
        name: "Aurora – Brand",
        id: "18800010001",
        cents: (900, 2_400),
        clicks: 92,
        orders: 100,
    },
    Media {
        channel: Channel::Search,
        name: "Tents & sleeping bags",
        id: "18800010002",
        cents: (2_500, 6_000),
        clicks: 31,
        orders: 90,
    },
    Media {
        channel: Channel::Social,
        name: "Trail stories",
        id: "120210000000001",
        cents: (1_800, 4_500),
        clicks: 12,
        orders: 50,
    },
    Media {
        channel: Channel::Social,
        name: "Visitors of the shop",
        id: "120210000000002",
        cents: (700, 1_900),
        clicks: 19,
        orders: 60,
    },
    Media {
        channel: Channel::Video,
        name: "One night outside",
        id: "18800010003",
        cents: (0, 3_000),
        clicks: 6,
        orders: 15,
    },
];

/// Imports the costs of all days, one file for each channel.
pub(super) fn import(
    change: &mut Change<'_, '_>,
    options: DemoOptions,
    scene: &Scene,
) -> Result<(), Refusal> {
    let draw = Draw::new(options.seed, STREAM);
    let last = Day::of(options.until).number();
    let days: Vec<Day> =
        (1..=i64::from(options.days)).rev().filter_map(|before| Day::from_number(last - before)).collect();
    for (channel, name) in [
        (Channel::Search, "Campaign report.csv"),
        (Channel::Social, "Campaigns.csv"),
        (Channel::Video, "Video.csv"),
    ] {
        let file = NewFile {
            advertiser_id: scene.advertiser_id,
            channel,
            program_id: None,
            make_campaigns: true,
            name: name.to_owned(),
            bytes: report(&draw, channel, &days).into_bytes(),
            options: Options::default(),
        };
        imports::import(change, &file)?;
    }
    Ok(())
}

/// A report of campaigns by day.
fn report(draw: &Draw, channel: Channel, days: &[Day]) -> String {
    let mut text = "Campaign report\nDay,Campaign,Campaign ID,Currency code,Cost,Impr.,Clicks\n".to_owned();
    let (mut cost, mut shown, mut clicked) = (0, 0, 0);
    for Media { name, id, cents: (least, most), clicks: rate, .. } in
        CAMPAIGNS.into_iter().filter(|campaign| campaign.channel == channel)
    {
        for day in days {
            let cents = draw.between(least, most);
            let clicks = cents / draw.between(28, 60);
            let impressions = clicks * 1_000 / rate;
            (cost, shown, clicked) = (cost + cents, shown + impressions, clicked + clicks);
            // Writing to a text cannot fail.
            let _ = writeln!(
                text,
                "{day},{name},{id},USD,{}.{:02},{impressions},{clicks}",
                cents / 100,
                cents % 100
            );
        }
    }
    let _ = writeln!(text, "Total: Account, --, --,USD,{}.{:02},{shown},{clicked}", cost / 100, cost % 100);
    text
}
