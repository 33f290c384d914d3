//! With which channel and campaign orders stand, as a table of what happens and what reports say of it.

use std::collections::BTreeMap;

use app::{
    lifecycle::{self, Change, Extent},
    media::campaigns,
    own_results,
    reporting::Feed,
};
use model::{
    CampaignId, Clock, ConversionId, Share,
    campaign::{Campaign, CampaignRule},
    conversion::{ConversionReport, Reason},
    parties::Status,
};
use report::{Dimension, Fact, FactKind, Measure};
use serde_json::json;

use crate::{
    both::on_both,
    reports::Slow,
    world::{Plan, World, order_terms},
};

/// What happens, one thing after the other; what it adds to the results and revenue of channels and campaigns; and how many conversions
/// it adds as they were decided, and how many of those are rejected.
///
/// `order AMOUNT` reports an order with a number of its own and perhaps the landing page's parameters (`?..`) and the host of the page
/// before (`<..`); `clicked` lets it come by the last click of a publisher, of whom 0 is paid and 1 has no contract. `again` reports the
/// last one again.
const TABLE: &str = "
    # Nobody brought it.
    order 100                                                    | direct - 1 100                     | 1 1
    order 100 ?utm_source=x                                      | direct - 1 100                     | 1 1
    order 100 <www.google.com                                    | organic - 1 100                    | 1 1
    order 100 <shop.example                                      | direct - 1 100                     | 1 1
    order 100 ?utm_medium=email                                  | email - 1 100                      | 1 1
    order 100 ?gclid=a                                           | search - 1 100                     | 1 1
    order 100 paid=social                                        | social - 1 100                     | 1 1
    order 100 paid=facebook                                      | social - 1 100                     | 1 1
    order 100 paid=adwords                                       | search - 1 100                     | 1 1
    order 100 ?utm_campaign=brand paid=social                    | search Brand 1 100                 | 1 1
    order 100 ?utm_campaign=brand&gclid=a                        | search Brand 1 100                 | 1 1
    lead ?utm_campaign=brand                                     | search Brand 1 0                   | 1 1
    order 100 EUR ?utm_campaign=brand                            | search Brand 1 100                 | 1 1
    # A publisher is paid: it is his, however the visitor came as well.
    click 0, order 100 clicked                                   | affiliate - 1 100                  | 1 0
    click 0, order 100 clicked ?utm_campaign=brand               | affiliate - 1 100                  | 1 0
    click 0, order 100 clicked, approve                          | affiliate - 1 100                  | 1 0
    click 0, order 100 clicked, approve, take 1/4 returned       | affiliate - 1 75                   | 1 0
    # His claim is refused: the order stands with the other way, and else without him.
    click 1, order 100 clicked                                   | affiliate - 1 100                  | 1 1
    click 1, order 100 clicked ?utm_campaign=brand               | search Brand 1 100                 | 1 1
    click 1, order 100 clicked <blog.example                     | content - 1 100                    | 1 1
    # Somebody refuses it later. What does not stand at all belongs to nobody.
    click 0, order 100 clicked ?utm_campaign=brand, reject other_channel  | search Brand 1 100        | 1 1
    click 0, order 100 clicked ?utm_campaign=brand, reject not_compliant  | search Brand 1 100        | 1 1
    click 0, order 100 clicked, reject other_channel             | affiliate - 1 100                  | 1 1
    click 0, order 100 clicked ?utm_campaign=brand, reject returned       |                           | 1 1
    click 0, order 100 clicked ?utm_campaign=brand, reject fraud          |                           | 1 1
    click 0, order 100 clicked ?gclid=a, reject other_channel, reinstate  | affiliate - 1 100         | 1 0
    click 0, order 100 clicked ?gclid=a, reject other_channel, reinstate, take 1/1 other_channel | search - 1 100 | 1 0
    click 0, order 100 clicked ?gclid=a, approve, take 1/1 other_channel  | search - 1 100            | 1 0
    click 0, order 100 clicked ?gclid=a, approve, take 1/1 returned       |                           | 1 0
    click 0, order 100 clicked ?gclid=a, approve, take 1/4 returned, take 3/4 other_channel | search - 1 75 | 1 0
    # What comes back of it is taken back of its channel; the claim stays what it was.
    order 100 ?gclid=a, take 1/4 returned                        | search - 1 75                      | 1 1
    order 100 ?gclid=a, take 1/4 returned, take 3/4 returned     |                                    | 1 1
    order 100 ?gclid=a, take 1/1 returned                        |                                    | 1 1
    order 100 ?utm_campaign=spring2, take 1/4 returned, campaign Spring2 email | email Spring2 1 75   | 1 1
    order 100, take 1/1 returned, again ?gclid=a                 |                                    | 2 2
    order 100, take 1/4 returned, again ?gclid=a                 | search - 1 75                      | 2 2
    click 1, order 100 clicked <blog.example, take 1/10 returned | content - 1 90                     | 1 1
    click 0, order 100 clicked ?gclid=a, reject other_channel, take 1/4 returned | search - 1 75      | 1 1
    order 100 ?gclid=a, take 1/4 returned, click 0, again clicked | affiliate - 1 100                 | 2 1
    click 0, order 100 clicked ?gclid=a, take 1/4 returned, reject other_channel, take 1/4 returned | search - 1 50 | 1 1
    # It is reported again until a publisher is found: it counts once.
    order 100 ?gclid=a, again                                    | search - 1 100                     | 2 2
    order 100 ?gclid=a, again, again                             | search - 1 100                     | 3 3
    order 100 ?gclid=a, click 0, again clicked                   | affiliate - 1 100                  | 2 1
    order 100 ?gclid=a, again, click 0, again clicked, again     | affiliate - 1 100                  | 3 2
    order 100 ?gclid=a, click 0, again clicked, reject other_channel      | search - 1 100            | 2 2
    order 100 ?gclid=a, click 0, again clicked, reject returned           |                           | 2 2
    order 100 ?gclid=a click=nonsense, click 0, again clicked    | affiliate - 1 100                  | 2 1
    lead ?gclid=a, again                                         | search - 1 0                       | 2 2
    # The first report that tells how he came is believed.
    order 100, again ?gclid=a, again ?fbclid=a                   | search - 1 100                     | 3 3
    click 1, order 100 clicked, again ?utm_campaign=brand        | search Brand 1 100                 | 2 2
    order 100 ?gclid=a, again ?utm_campaign=brand                | search - 1 100                     | 2 2
    order 100, again ?utm_campaign=brand, click 0, again clicked | affiliate - 1 100                  | 3 2
    # What is no result of the program is none.
    order many ?gclid=a                                          |                                    | 1 1
    order 100 shells ?gclid=a                                    |                                    | 1 1
    unheard ?gclid=a                                             |                                    | 1 1
    order 100 test ?gclid=a                                      |                                    | 1 0
    click 0, order 100 forged ?gclid=a                           |                                    | 1 1
    # A campaign that is made later tells what it brought, and one that is changed tells no more what it did not.
    order 100 ?utm_campaign=spring, campaign Spring email        | email Spring 1 100                 | 1 1
    order 100 ?utm_campaign=autumn, campaign Autumn email, starts Autumn 2030-01-01 | direct - 1 100  | 1 1
    click 1, order 100 clicked ?utm_campaign=winter, campaign Winter tv, stop Winter | tv Winter 1 100 | 1 1
    order 100 ?utm_campaign=old, wait 90, campaign Old print     | print Old 1 100                    | 1 1
    order 100 ?utm_campaign=older, wait 110, campaign Older print | direct - 1 100                    | 1 1
    order 100 ?utm_campaign=early landed=-40, campaign Early email, ends Early -20 | email Early 1 100 | 1 1
    order 100 ?utm_campaign=late, campaign Late email, ends Late -20 | direct - 1 100                 | 1 1
    order 100 ?utm_source=news, campaign News video utm_source=news | video News 1 100                | 1 1
    campaign Both display utm_source=both, campaign Two radio utm_source=both&utm_medium=audio, order 100 ?utm_source=both&utm_medium=audio | radio Two 1 100 | 1 1
";

/// One world in which the rows of the table happen.
struct Teller {
    world: World,
    slow: Slow,
    feed: Feed,
    names: BTreeMap<String, CampaignId>,
    click: Option<String>,
    last: Option<(ConversionReport, ConversionId)>,
    orders: u32,
}

/// What channels and campaigns have, and how many conversions were decided, and rejected.
type Told = (BTreeMap<String, (i64, i64)>, (i64, i64));

impl Teller {
    async fn told(&self) -> Told {
        self.feed.follow(&self.world.app, &self.slow, None, &|_| {}).await.unwrap();
        let mut told = Told::default();
        for fact in self.slow.facts() {
            let (count, revenue) = (fact.measure(Measure::Conversions), fact.measure(Measure::Revenue));
            let state = fact.dimension(Dimension::State).unwrap_or_default();
            if fact.kind != FactKind::OwnResult {
                told.1.0 += count;
                told.1.1 += if state == "rejected" { count } else { 0 };
            }
            let stands = ["pending", "held", "approved", "own"].contains(&state);
            let sums = told.0.entry(self.place(&fact)).or_default();
            sums.0 += if stands { count } else { 0 };
            sums.1 += revenue;
            assert!(fact.kind != FactKind::OwnResult || fact.dimension(Dimension::Publisher).is_none());
        }
        told
    }

    fn place(&self, fact: &Fact) -> String {
        let campaign = fact.dimension(Dimension::Campaign);
        let name = self.names.iter().find(|(_, id)| Some(id.to_string().as_str()) == campaign);
        let channel = fact.dimension(Dimension::Channel).unwrap_or("-");
        format!("{channel} {}", name.map_or("-", |(name, _)| name.as_str()))
    }

    async fn happens(&mut self, step: &str) {
        let words: Vec<&str> = step.split_whitespace().collect();
        match words[0] {
            "click" => self.click = Some(self.world.click(words[1].parse().unwrap()).await.click_id),
            "again" => {
                let (mut report, _) = self.last.clone().unwrap();
                report.received_at = self.world.clock.advance_micros(60_000_000);
                if let Some(query) = words.iter().find(|word| word.starts_with('?')) {
                    report.arrival =
                        own_results::arrival(Some(&format!("https://shop.example/{query}")), None, None);
                }
                if words.contains(&"clicked") {
                    report.click_id.clone_from(&self.click);
                }
                self.report(report).await;
            }
            "approve" => drop(self.world.approve(self.last.as_ref().unwrap().1).await.unwrap()),
            "reject" => self.change(words[1], lifecycle::reject).await,
            "reinstate" => self.change("other", lifecycle::reinstate).await,
            "take" => {
                let (part, of) = words[1].split_once('/').unwrap();
                let share = Share::new(part.parse().unwrap(), of.parse().unwrap()).unwrap();
                self.change(words[2], move |tx, id, by| lifecycle::reverse(tx, id, Extent::Share(share), by))
                    .await;
            }
            "wait" => drop(self.world.clock.advance_seconds(words[1].parse::<i64>().unwrap() * 86_400)),
            "campaign" => self.campaign(words[1], words[2], words.get(3).copied()).await,
            "starts" => {
                let day = words[2].parse().ok();
                self.edit(words[1], move |one| Campaign { starts_on: day, ..one }).await;
            }
            "ends" => {
                let days: i64 = words[2].parse().unwrap();
                let day = model::Day::of(self.world.clock.now().plus_seconds(days * 86_400));
                self.edit(words[1], move |one| Campaign { ends_on: Some(day), ..one }).await;
            }
            "stop" => self.edit(words[1], |one| Campaign { status: Status::Paused, ..one }).await,
            action => self.new_report(action, &words[1..]).await,
        }
    }

    async fn new_report(&mut self, action: &str, words: &[&str]) {
        let mut report = self.world.report(action);
        report.program_id = Some(self.world.program);
        let (mut landing, mut referrer, mut landed_at) = ("https://shop.example/".to_owned(), None, None);
        if action == "order" {
            self.orders += 1;
            report.order_id = Some(format!("o-{}", self.orders));
            report.amount = Some(words[0].to_owned());
        }
        for word in words {
            match (*word, word.split_once('=')) {
                ("clicked", _) => report.click_id.clone_from(&self.click),
                ("forged", _) => {
                    let id = self.click.clone().unwrap();
                    report.click_id =
                        Some(format!("{}{}", &id[..59], if id.ends_with('0') { '1' } else { '0' }));
                }
                ("test", _) => report.test = true,
                ("EUR" | "shells", _) => report.currency = Some((*word).to_owned()),
                (query, _) if query.starts_with('?') => landing.push_str(query),
                (from, _) if from.starts_with('<') => referrer = Some(format!("https://{}/a", &from[1..])),
                (_, Some(("paid", channel))) => {
                    report.paid_click_at = Some(report.received_at);
                    report.paid_click_channel = Some(channel.to_owned());
                }
                (_, Some(("click", id))) => report.click_id = Some(id.to_owned()),
                (_, Some(("landed", days))) => {
                    landed_at = Some(report.received_at.plus_seconds(days.parse::<i64>().unwrap() * 86_400));
                }
                _ => {}
            }
        }
        report.arrival = own_results::arrival(Some(&landing), referrer.as_deref(), landed_at);
        self.report(report).await;
    }

    async fn report(&mut self, report: ConversionReport) {
        let answer = self.world.decide(report.clone()).await;
        // What is a duplicate is decided on no more.
        let before = self.last.take().filter(|_| answer.duplicate_of.is_some());
        self.last = Some((report, before.map_or(answer.conversion_id, |(_, id)| id)));
    }

    async fn change(
        &self,
        reason: &str,
        work: impl Fn(
            &mut store::Tx<'_>,
            ConversionId,
            &Change,
        ) -> Result<store::conversions::Conversion, lifecycle::ChangeError>
        + Send
        + 'static,
    ) {
        let (id, reason) = (self.last.as_ref().unwrap().1, Reason::from_word(reason).unwrap());
        let done = self.world.alter(move |tx, by| work(tx, id, &Change { reason, ..by.clone() }));
        done.await.unwrap();
    }

    async fn campaign(&mut self, name: &str, channel: &str, rule: Option<&str>) {
        let id = CampaignId::new(self.world.clock.now(), self.world.entropy.as_ref());
        let rule = rule.map(|rule| {
            let members = rule.split('&').filter_map(|pair| pair.split_once('='));
            let members: serde_json::Map<_, _> =
                members.map(|(name, value)| (name.to_owned(), json!(value))).collect();
            serde_json::from_value::<CampaignRule>(members.into()).unwrap()
        });
        let campaign = Campaign {
            id,
            network_id: self.world.network,
            advertiser_id: self.world.advertiser,
            program_id: None,
            channel: channel.parse().unwrap(),
            name: name.to_owned(),
            external_id: None,
            rules: rule.into_iter().collect(),
            starts_on: None,
            ends_on: None,
            status: Status::Active,
            created_at: self.world.clock.now(),
        };
        self.names.insert(name.to_owned(), id);
        self.world.configure(move |change| campaigns::create(change, campaign.clone())).await;
    }

    async fn edit(&self, name: &str, edit: impl Fn(Campaign) -> Campaign + Send + 'static) {
        let id = self.names[name];
        self.world.configure(move |change| campaigns::update(change, id, &mut |one| Ok(edit(one)))).await;
    }
}

fn difference(before: &Told, after: &Told) -> (Vec<String>, String) {
    let nothing = (0, 0);
    let mut places = Vec::new();
    for (place, (count, units)) in &after.0 {
        let (count_before, units_before) = before.0.get(place).unwrap_or(&nothing);
        let (count, units) = (count - count_before, units - units_before);
        if (count, units) != nothing {
            assert_eq!(units % 1_000_000, 0, "whole units of money");
            places.push(format!("{place} {count} {}", units / 1_000_000));
        }
    }
    (places, format!("{} {}", after.1.0 - before.1.0, after.1.1 - before.1.1))
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_stand_once_with_what_brought_them() {
    on_both(|store| async move {
        let rate = json!({"kind": "percent", "percent": "10"});
        let plan = Plan::publishers(2).terms(0, order_terms(rate, json!({"hold_seconds": 86_400 * 30})));
        let world = World::build(store, plan).await;
        let mut teller = Teller {
            world,
            slow: Slow::default(),
            feed: Feed::default(),
            names: BTreeMap::new(),
            click: None,
            last: None,
            orders: 0,
        };
        teller.campaign("Brand", "search", None).await;
        let mut before = teller.told().await;
        let mut wrong = Vec::new();
        for row in TABLE.lines().map(str::trim).filter(|row| !row.is_empty() && !row.starts_with('#')) {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            for step in cells[0].split(',') {
                teller.happens(step.trim()).await;
            }
            let after = teller.told().await;
            let (places, decided) = difference(&before, &after);
            if places.join(", ") != cells[1] || decided != cells[2] {
                wrong.push(format!("{}\n    got {places:?} and {decided}", row));
            }
            before = after;
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        teller.world.assert_clean().await;
    })
    .await;
}
