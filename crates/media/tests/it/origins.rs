//! Where visits come from, as a table.

use std::collections::BTreeMap;

use media::origin::{Origin, addresses, arrival, origin};
use model::{
    AdvertiserId, CampaignId, Channel, Day, NetworkId, Timestamp,
    campaign::{Campaign, CampaignRule},
    parties::Status,
};
use proptest::prelude::*;

/// Address parameters, the page before, the channel and the number of the campaign.
const TABLE: &str = "
    utm_campaign=brand                                  | -                    | search   1
    utm_campaign=BRAND&gclid=x                          | -                    | search   1
    utm_id=777                                          | -                    | search   1
    utm_id=778                                          | -                    | print    6
    utm_source=news&utm_medium=email                    | -                    | email    2
    utm_source=news                                     | -                    | video    3
    utm_source=news&utm_medium=email&utm_campaign=brand | -                    | email    2
    utm_campaign=over                                   | -                    | direct   -
    utm_campaign=over&utm_medium=cpc                    | -                    | search   -
    gad_campaignid=777&gclid=x                          | -                    | search   1
    gad_campaignid=Brand&gclid=x                        | -                    | search   -
    utm_campaign=twice                                  | -                    | display  7
    utm_campaign=twice&utm_medium=email                 | -                    | email    8
    utm_campaign=m%C3%B9a+h%C3%A8                       | -                    | social   9
    utm_campaign=M%C3%99A%20H%C3%88                     | -                    | social   9
    UTM_Campaign=brand&utm_campaign=news                | -                    | search   1
    fbclid=x&utm_source=sofa                            | -                    | social   5
    gclid=x                                             | -                    | search   -
    gclid=                                              | -                    | direct   -
    dclid=x                                             | www.google.com       | display  -
    ttclid=x&utm_medium=email                           | -                    | social   -
    utm_medium=cpc                                      | -                    | search   -
    utm_medium=cpc&utm_source=Facebook                  | -                    | social   -
    utm_medium=cpm&utm_source=adx                       | -                    | display  -
    utm_medium=Newsletter                               | -                    | email    -
    utm_medium=whatever                                 | www.bing.com         | organic  -
    utm_medium=tv                                       | -                    | tv       -
    -                                                   | www.google.com.vn    | organic  -
    -                                                   | news.google.de       | organic  -
    -                                                   | google.evil.example  | content  -
    -                                                   | mail.google.com      | email    -
    -                                                   | m.facebook.com       | social   -
    -                                                   | notfacebook.com      | content  -
    -                                                   | t.co                 | social   -
    -                                                   | youtube.com          | video    -
    -                                                   | blog.example         | content  -
    -                                                   | www.shop.example     | direct   -
    -                                                   | -                    | direct   -
";

fn campaign(number: u8, channel: Channel, name: &str, rules: &[CampaignRule]) -> Campaign {
    Campaign {
        id: CampaignId::from_bytes([number; 16]),
        network_id: NetworkId::from_bytes([1; 16]),
        advertiser_id: AdvertiserId::from_bytes([1; 16]),
        program_id: None,
        channel,
        name: name.to_owned(),
        external_id: None,
        rules: rules.to_vec(),
        starts_on: None,
        ends_on: None,
        status: Status::Active,
        created_at: Timestamp::from_micros(0),
    }
}

fn campaigns() -> Vec<Campaign> {
    let text = |text: &str| Some(text.to_owned());
    let news = CampaignRule { utm_source: text("news"), ..CampaignRule::default() };
    let mail = CampaignRule { utm_medium: text("email"), ..news.clone() };
    let sofa = CampaignRule { utm_source: text("sofa"), click_id: text("fbclid"), ..CampaignRule::default() };
    vec![
        Campaign { external_id: text("777"), ..campaign(1, Channel::Search, "Brand", &[]) },
        campaign(2, Channel::Email, "Mail", &[mail]),
        campaign(3, Channel::Video, "News", &[news]),
        Campaign { ends_on: "2026-01-31".parse().ok(), ..campaign(4, Channel::Search, "Over", &[]) },
        campaign(5, Channel::Social, "Sofa", &[sofa]),
        // What it brought it brought, although it runs no more.
        Campaign { status: Status::Paused, ..campaign(6, Channel::Print, "778", &[]) },
        campaign(7, Channel::Display, "Twice", &[]),
        campaign(8, Channel::Email, "Twice", &[]),
        campaign(9, Channel::Social, "Mùa hè", &[]),
    ]
}

#[test]
fn every_row_of_the_table() {
    let campaigns = campaigns();
    for row in TABLE.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let query = if cells[0] == "-" { "" } else { cells[0] };
        let landing = format!("https://shop.example/tents?a=1&{query}#top");
        let referrer = format!("https://{}/page?q=1", cells[1]);
        let referrer = Some(referrer.as_str()).filter(|_| cells[1] != "-");
        let day = "2026-02-01".parse().unwrap();
        // What tells nothing is no arrival, and he came directly.
        let told = arrival(Some(&landing), referrer, None);
        let of = |campaigns: &mut dyn Iterator<Item = &Campaign>| {
            told.as_ref().map_or(Origin::DIRECT, |arrival| origin(arrival, day, campaigns))
        };
        if let Some(arrival_told) = &told {
            let (landing, referrer) = addresses(arrival_told);
            assert_eq!(arrival(landing.as_deref(), referrer.as_deref(), None), told, "{row}");
        }
        let Origin { channel, campaign_id } = of(&mut campaigns.iter());
        let number = campaign_id.map_or_else(|| "-".to_owned(), |id| id.bytes()[0].to_string());
        let wanted: Vec<&str> = cells[2].split_whitespace().collect();
        assert_eq!([channel.word(), &number], wanted[..], "{row}");
        // The order of the campaigns says nothing.
        assert_eq!(of(&mut campaigns.iter().rev()), Origin { channel, campaign_id }, "{row}");
    }
}

#[test]
fn only_what_tells_of_a_campaign_is_kept() {
    let long = "é".repeat(150);
    let landing = format!(
        "https://user@Shop.Example:8443/a?gclid=secret&email=ann%40example.com&utm_campaign={long}%00&utm_id=+7+&utm_source=#x"
    );
    let told = arrival(Some(&landing), Some("http://ann:pass@Blog.Example./post?token=1"), None).unwrap();
    let parameters: Vec<(&str, &str)> =
        told.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(parameters, [("gclid", "1"), ("utm_campaign", "é".repeat(100).as_str()), ("utm_id", "7")]);
    assert_eq!(
        (told.host.as_deref(), told.referrer_host.as_deref()),
        (Some("shop.example"), Some("blog.example"))
    );
}

#[test]
fn what_tells_nothing_is_no_arrival() {
    let huge = format!("https://shop.example/?utm_campaign={}", "x".repeat(10_000));
    for (landing, referrer) in [
        (None, None),
        (Some("https://shop.example/"), None),
        (Some("https://shop.example/"), Some("https://www.shop.example/cart")),
        (Some("https://shop.example/?utm_campaign=%20"), Some("")),
        (Some("not an address"), Some("neither is this")),
        (Some(huge.as_str()), None),
    ] {
        assert_eq!(arrival(landing, referrer, None), None, "{landing:?} {referrer:?}");
    }
    let told = arrival(Some("?utm_source=x%26y"), None, None).unwrap();
    assert_eq!(addresses(&told), (Some("/?utm_source=x%26y".to_owned()), None));
    assert!(arrival(None, Some("blog.example"), None).is_some(), "a host alone is enough");
}

fn some<T: Clone + std::fmt::Debug>(values: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(values)
}

fn any_campaigns() -> impl Strategy<Value = Vec<Campaign>> {
    let maybe = || prop::option::of(some(&["a", "b", "C"]).prop_map(str::to_owned));
    let rule = (maybe(), maybe(), maybe(), prop::option::of(some(&["gclid", "fbclid"]))).prop_map(
        |(utm_source, utm_medium, utm_campaign, click_id)| CampaignRule {
            utm_source,
            utm_medium,
            utm_campaign,
            utm_id: None,
            code: None,
            click_id: click_id.map(str::to_owned),
        },
    );
    let named = rule.prop_filter("a rule has conditions", |rule| rule.conditions().next().is_some());
    let day = || prop::option::of(some(&["2026-01-01", "2026-01-15", "2026-02-01"]));
    let one = (
        some(&["a", "b", "c"]),
        prop::collection::vec(named, 0..3),
        maybe(),
        day(),
        day(),
        some(&[Channel::Search, Channel::Email]),
    );
    prop::collection::vec(one, 0..8).prop_map(|campaigns| {
        let numbered = (1..).zip(campaigns);
        let made = numbered.map(|(number, (name, rules, external_id, starts, ends, channel))| Campaign {
            external_id,
            starts_on: starts.and_then(|day| day.parse().ok()),
            ends_on: ends.and_then(|day| day.parse().ok()),
            ..campaign(number, channel, name, &rules)
        });
        made.collect()
    })
}

/// The slow way: of every campaign how many conditions of its best rule hold, one more than that; for its name or id 1.
fn points(campaign: &Campaign, query: &BTreeMap<String, String>, day: Day) -> usize {
    if campaign.starts_on.is_some_and(|starts| day < starts)
        || campaign.ends_on.is_some_and(|ends| ends < day)
    {
        return 0;
    }
    let value = |name: &str| query.get(name).map(|value| value.to_lowercase());
    let mut best = 0;
    for rule in &campaign.rules {
        let wanted = [
            ("utm_source", &rule.utm_source),
            ("utm_medium", &rule.utm_medium),
            ("utm_campaign", &rule.utm_campaign),
            ("utm_id", &rule.utm_id),
        ];
        let wanted: Vec<_> =
            wanted.into_iter().filter_map(|(name, wanted)| Some((name, wanted.clone()?))).collect();
        let utm = wanted.iter().all(|(name, wanted)| value(name) == Some(wanted.to_lowercase()));
        let click = rule.click_id.as_ref().is_none_or(|click| query.contains_key(click));
        if utm && click {
            best = best.max(1 + wanted.len() + usize::from(rule.click_id.is_some()));
        }
    }
    let names = [query.get("utm_id"), query.get("utm_campaign")];
    let named = names.into_iter().flatten().any(|value| {
        value.to_lowercase() == campaign.name.to_lowercase() || Some(value) == campaign.external_id.as_ref()
    });
    if campaign.rules.is_empty() && named { 1 } else { best }
}

proptest! {
    #[test]
    fn the_campaign_for_which_most_speaks_is_told(
        campaigns in any_campaigns(),
        query in prop::collection::btree_map(
            some(&["utm_source", "utm_medium", "utm_campaign", "utm_id", "gclid", "fbclid", "other"]).prop_map(str::to_owned),
            some(&["a", "A", "b", "c", "email"]).prop_map(str::to_owned),
            0..5,
        ),
        day in some(&["2025-12-31", "2026-01-15", "2026-01-20"]),
    ) {
        let day: Day = day.parse().unwrap();
        let pairs: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let told = arrival(Some(&format!("https://shop.example/?{}", pairs.join("&"))), None, None);
        let of = |campaigns: &[Campaign]| {
            told.as_ref().map_or(Origin::DIRECT, |arrival| origin(arrival, day, campaigns.iter()))
        };
        let (without, told) = (of(&[]), of(&campaigns));
        let most = campaigns.iter().map(|campaign| points(campaign, &query, day)).max().unwrap_or(0);
        if most == 0 {
            prop_assert_eq!(told, without);
        } else {
            let best: Vec<&Campaign> = campaigns.iter().filter(|campaign| points(campaign, &query, day) == most).collect();
            // Of equals one on the channel that the rest tells, and of those the first that was made.
            let fitting = best.iter().find(|campaign| campaign.channel == without.channel && without != Origin::DIRECT);
            let wanted = fitting.unwrap_or(&best[0]);
            prop_assert_eq!(told, Origin { channel: wanted.channel, campaign_id: Some(wanted.id) });
        }
    }
}
