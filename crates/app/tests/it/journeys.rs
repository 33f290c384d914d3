//! Journeys as they are stored, and what the models say of them.

use std::sync::Arc;

use app::{
    access::Actor,
    command::{self, Answer, Change, Command},
    errors::ErrorCode,
    intake::{ConversionAnswer, Event, VisitDraft},
    journeys::{Attribution, Limits, Question, Split, attribute, attribute_for},
    media::exposures::{NewExposures, Said, SaidExposure, tell},
    own_results,
};
use model::{
    Channel, Clock, Code, NetworkId, Timestamp, TouchId, VisitorId,
    conversion::ConversionReport,
    touch::{ConsentState, Facts},
    visit::OwnVisit,
};
use serde_json::json;

use crate::{
    both::on_both,
    world::{Plan, World, order_terms},
};

fn plan() -> Plan {
    Plan::publishers(2).default_terms(order_terms(json!({"kind": "percent", "percent": "10"}), json!({})))
}

/// A landing that no publisher brought, told by the landing page's query and the host before.
async fn visit(world: &World, browser: Option<VisitorId>, query: &str, referrer: Option<&str>) {
    visit_from(world, browser, query, referrer, Facts::default()).await;
}

/// The same from a place.
async fn visit_from(
    world: &World,
    browser: Option<VisitorId>,
    query: &str,
    referrer: Option<&str>,
    facts: Facts,
) {
    let at = world.clock.advance_micros(1_000_000);
    let landing = format!("https://shop.example/?{query}");
    let visit = OwnVisit {
        id: TouchId::new(at, world.entropy.as_ref()),
        network_id: world.network,
        advertiser_id: world.advertiser,
        program_id: world.program,
        received_at: at,
        code: Code::Ok,
        visitor_id: browser,
        consent: ConsentState::Granted,
        consent_source: "consent".to_owned(),
        arrival: own_results::arrival(Some(&landing), referrer, None),
        facts,
    };
    world.batch(vec![Event::Visit(Box::new(VisitDraft::new(visit)))]).await;
}

/// An order by what is known of who made it.
async fn order(world: &World, number: &str, known: ConversionReport) -> ConversionAnswer {
    let report = ConversionReport {
        order_id: Some(number.to_owned()),
        amount: Some("100".to_owned()),
        program_id: Some(world.program),
        ..known
    };
    world.decide(report).await
}

fn by_browser(world: &World, browser: VisitorId, customer: Option<&str>) -> ConversionReport {
    ConversionReport {
        visitor_id: Some(browser),
        customer_id: customer.map(str::to_owned),
        ..world.report("order")
    }
}

fn question(world: &World, since: Timestamp) -> Question {
    Question::of(since, world.clock.now().plus_seconds(3_600))
}

async fn ask(world: &World, question: Question) -> Attribution {
    attribute(&world.app, &Actor::system(world.network), question, Limits::COMMAND, &|_| {}).await.unwrap()
}

/// `a > b 2 200.00 1`: path, conversions, value and journeys without, in the order of their texts.
fn told(attribution: &Attribution) -> Vec<String> {
    let mut lines: Vec<String> = attribution
        .paths
        .iter()
        .map(|path| {
            let labels: Vec<&str> =
                path.channels.iter().map(|place| attribution.channels[*place].label.as_str()).collect();
            format!("{} {} {} {}", labels.join(" > "), path.conversions, path.value, path.nulls)
        })
        .collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn visits_and_clicks_of_one_person_are_one_journey() {
    on_both(|store| async move {
        let world = World::build(store, plan()).await;
        let since = world.clock.now();
        let [one, two, phone, desk] = [world.visitor(), world.visitor(), world.visitor(), world.visitor()];
        // By mail, then by a publisher: he is paid, and the mail assisted.
        visit(&world, Some(one), "utm_medium=email", None).await;
        let click = world.click_by(0, Some(one)).await;
        let paid = world.decide(world.order("o-1", "100", &click.click_id)).await;
        assert_eq!(paid.commission.unwrap().to_string(), "10.00 USD");
        // Searched, looked at another page within the half hour with the same address, and bought nothing.
        visit(&world, Some(two), "gclid=a", None).await;
        visit(&world, Some(two), "gclid=a", None).await;
        // Came by a post on the phone, where he once bought as c-1, and bought at the desk.
        visit(&world, Some(phone), "", Some("www.facebook.com")).await;
        order(&world, "o-2", by_browser(&world, phone, Some("c-1"))).await;
        visit(&world, Some(phone), "", Some("www.google.com")).await;
        order(&world, "o-3", by_browser(&world, desk, Some("c-1"))).await;
        // Nobody knows how he came.
        order(&world, "o-4", world.report("order")).await;
        // Who may not be remembered has no journey, unless his order names the click.
        visit(&world, None, "gclid=b", None).await;
        world.click(1).await;
        let click = world.click(1).await;
        world.decide(world.order("o-5", "100", &click.click_id)).await;

        let channels = ask(&world, question(&world, since)).await;
        assert_eq!(
            told(&channels),
            [
                "affiliate 1 100.00 USD 0",
                "email > affiliate 1 100.00 USD 0",
                "organic 1 100.00 USD 0",
                "social 1 100.00 USD 0",
            ]
        );
        assert_eq!((channels.conversions, channels.nulls, channels.without_touch), (4, 1, 1));
        assert_eq!(channels.without_touch_value.to_string(), "100.00 USD");
        let cell = |label: &str, model: &str| {
            let model = channels.models.iter().position(|name| name == model).unwrap();
            let channel = channels.channels.iter().find(|row| row.label == label).unwrap();
            (channel.cells[model].value.to_string(), channel.cells[model].moved.to_string())
        };
        assert_eq!(cell("affiliate", "last"), ("200.00 USD".to_owned(), "0.00 USD".to_owned()));
        assert_eq!(cell("affiliate", "linear"), ("150.00 USD".to_owned(), "-50.00 USD".to_owned()));
        assert_eq!(cell("email", "shapley"), ("50.00 USD".to_owned(), "50.00 USD".to_owned()));
        let email = channels.channels.iter().find(|row| row.label == "email").unwrap();
        assert_eq!((email.took_part, email.assisted, email.closed, email.alone), (1, 1, 0, 0));

        let by = Question { by: vec![Split::Channel, Split::Publisher], ..question(&world, since) };
        let publishers = ask(&world, by).await;
        let affiliates: Vec<&str> = publishers
            .channels
            .iter()
            .map(|row| row.label.as_str())
            .filter(|label| label.starts_with("affiliate"))
            .collect();
        assert_eq!(affiliates, ["affiliate / Publisher 0", "affiliate / Publisher 1"]);
        world.assert_clean().await;
    })
    .await;
}

/// Tells a slot of the campaign "Spring" on TV that begins now and lasts half a minute.
async fn spot(world: &World, country: &str) {
    let now = world.clock.now();
    let said = SaidExposure {
        at: 0,
        campaign: "Spring".to_owned(),
        channel: Some(Channel::Tv),
        name: String::new(),
        starts_at: now,
        ends_at: now.plus_seconds(30),
        country: country.to_owned(),
        region: String::new(),
        impressions: None,
        code: None,
    };
    let new = Arc::new(NewExposures {
        advertiser_id: world.advertiser,
        channel: None,
        make_campaigns: true,
        replace: false,
        skip_bad_rows: false,
        said: Said::Rows(vec![said]),
    });
    let effect = move |change: &mut Change<'_, '_>| tell(change, &new);
    let command = Command::system("exposure.tell", world.network);
    command::run(&world.app, command, effect, |_| Answer::new(201, json!({}))).await.unwrap();
}

#[tokio::test]
async fn a_spot_explains_direct_visits_where_that_is_asked() {
    on_both(|store| async move {
        let world = World::build(store, plan()).await;
        let since = world.clock.now();
        let [soon, late, mail, abroad, unknown] = [(); 5].map(|()| world.visitor());
        let from = |country: &str| Facts { country: Some(country.to_owned()), ..Facts::default() };
        spot(&world, "DE").await;
        visit_from(&world, Some(soon), "", None, from("DE")).await;
        visit_from(&world, Some(mail), "utm_medium=email", None, from("DE")).await;
        visit_from(&world, Some(abroad), "", None, from("VN")).await;
        visit(&world, Some(unknown), "", None).await;
        // The next page of the same visit, though the spot is long over.
        world.clock.advance_seconds(20 * 60);
        visit_from(&world, Some(soon), "", None, from("DE")).await;
        visit_from(&world, Some(late), "", None, from("DE")).await;
        for (number, browser) in
            [("o-1", soon), ("o-2", late), ("o-3", mail), ("o-4", abroad), ("o-5", unknown)]
        {
            let decided = order(&world, number, by_browser(&world, browser, None)).await;
            assert_eq!(decided.code, Code::NoTouch, "a spot is no publisher, and pays nobody");
        }
        let known = ask(&world, question(&world, since)).await;
        assert_eq!(told(&known), ["direct 4 400.00 USD 0", "email 1 100.00 USD 0"]);
        let slots = |slot_minutes| Question { slot_minutes: Some(slot_minutes), ..question(&world, since) };
        let inferred = ask(&world, slots(10)).await;
        assert_eq!(
            told(&inferred),
            ["direct 3 300.00 USD 0", "email 1 100.00 USD 0", "tv (inferred) 1 100.00 USD 0"]
        );
        assert_eq!(inferred.inferred, 1);
        let flags: Vec<(&str, bool)> =
            inferred.channels.iter().map(|row| (row.label.as_str(), row.inferred)).collect();
        assert_eq!(flags, [("direct", false), ("email", false), ("tv (inferred)", true)]);
        assert_eq!(ask(&world, slots(30)).await.inferred, 2);
        let by = Question { by: vec![Split::Campaign, Split::Channel], ..slots(10) };
        assert!(ask(&world, by).await.channels.iter().any(|row| row.label == "Spring / tv (inferred)"));
        world.assert_clean().await;
    })
    .await;
}

/// An order at the till, told by a file the day after: it ends the journey of its customer where it happened.
#[tokio::test]
async fn an_offline_result_follows_its_customer() {
    on_both(|store| async move {
        let world = World::build(store, plan()).await;
        let since = world.clock.now();
        let [desk, phone] = [world.visitor(), world.visitor()];
        visit(&world, Some(desk), "utm_medium=email", None).await;
        order(&world, "o-1", by_browser(&world, desk, Some("c-1"))).await;
        visit(&world, Some(phone), "", Some("www.facebook.com")).await;
        order(&world, "o-2", by_browser(&world, phone, Some("c-1"))).await;
        world.clock.advance_seconds(3_600);
        visit(&world, Some(phone), "gclid=a", None).await;
        world.clock.advance_seconds(60);
        let at_the_till = world.clock.now();
        world.clock.advance_seconds(86_400);
        visit(&world, Some(desk), "utm_medium=social", None).await;
        let told_of = ConversionReport {
            customer_id: Some("c-1".to_owned()),
            occurred_at: Some(at_the_till),
            ..world.report("order")
        };
        order(&world, "o-3", told_of).await;
        let known = ask(&world, question(&world, since)).await;
        assert_eq!(told(&known), ["email 1 100.00 USD 0", "search 1 100.00 USD 0", "social 1 100.00 USD 1"]);
        world.assert_clean().await;
    })
    .await;
}

#[tokio::test]
async fn visits_change_nothing_that_anybody_is_paid() {
    async fn happens(store: store::Store, with_visits: bool) -> Vec<String> {
        let world = World::build(store, plan()).await;
        let browser = world.visitor();
        let mut decided = Vec::new();
        let visits = |query: &'static str| {
            let world = &world;
            async move {
                if with_visits {
                    visit(world, Some(browser), query, None).await;
                } else {
                    // The clock goes on as it does with the visit.
                    world.clock.advance_micros(1_000_000);
                }
            }
        };
        visits("gclid=a").await;
        let click = world.click_by(0, Some(browser)).await;
        visits("utm_medium=cpc").await;
        decided.push(world.decide(world.order("o-1", "100", &click.click_id)).await);
        visits("").await;
        decided.push(order(&world, "o-2", by_browser(&world, browser, None)).await);
        let other = world.visitor();
        decided.push(order(&world, "o-3", by_browser(&world, other, None)).await);
        if with_visits {
            visit(&world, Some(other), "gclid=a", None).await;
        }
        decided.push(order(&world, "o-4", by_browser(&world, other, None)).await);
        world.assert_clean().await;
        let told = |one: &ConversionAnswer| {
            let paid =
                one.publisher_id.and_then(|id| world.links.iter().position(|link| link.publisher_id == id));
            format!("{} {} {} {:?} {paid:?}", one.state.word(), one.code.word(), one.reason, one.commission)
        };
        decided.iter().map(told).collect()
    }
    let folder = tempfile::tempdir().unwrap();
    let open = |name: &str| crate::both::open(store::Options::sqlite(folder.path().join(name)));
    let without = happens(open("without.db").await, false).await;
    assert_eq!(happens(open("with.db").await, true).await, without);
    assert!(
        without[0].starts_with("pending ok") && without[3].starts_with("rejected no_touch"),
        "{without:?}"
    );
}

#[tokio::test]
async fn a_lost_visit_is_found() {
    on_both(|store| async move {
        let world = World::build(store, plan()).await;
        visit(&world, None, "", None).await;
        world.assert_clean().await;
        let summary = world.damaged("DELETE FROM visits").await;
        let text = format!("{summary:?}");
        assert!(text.contains("visit") && text.contains("I9"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn a_question_that_makes_no_sense_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let world =
        World::build(crate::both::open(store::Options::sqlite(folder.path().join("a.db"))).await, plan())
            .await;
    let since = world.clock.now();
    let browser = world.visitor();
    for query in ["gclid=a", "utm_medium=email", "utm_medium=social"] {
        visit(&world, Some(browser), query, None).await;
    }
    let well = question(&world, since);
    let own = |change: fn(&mut Question)| {
        let mut question = well.clone();
        change(&mut question);
        question
    };
    let system = Actor::system(world.network);
    for (field, question) in [
        ("to", own(|it| it.to = it.from)),
        ("window_days", own(|it| it.window_days = 0)),
        ("window_days", own(|it| it.window_days = 401)),
        ("half_life_hours", own(|it| it.half_life_hours = 0)),
        ("half_life_hours", own(|it| it.half_life_hours = u32::MAX)),
        ("by", own(|it| it.by = Vec::new())),
        ("by", own(|it| it.by = vec![Split::Channel, Split::Channel])),
        ("by", own(|it| it.by = Split::ALL.to_vec())),
        ("models[1]", own(|it| it.models = vec!["last".to_owned(), "best\u{1b}".to_owned()])),
        ("models[1]", own(|it| it.models = vec!["last".to_owned(), "last".to_owned()])),
    ] {
        let refused = attribute_for(&world.app, &system, question).await.unwrap_err();
        assert_eq!(refused.field.as_deref(), Some(field), "{refused:?}");
        assert!(!format!("{refused:?}").contains('\u{1b}'));
    }
    // More than may be kept.
    let limits = Limits { touches: 2, ..Limits::COMMAND };
    let refused = attribute(&world.app, &system, well.clone(), limits, &|_| {}).await.unwrap_err();
    assert_eq!((refused.field.as_deref(), refused.code), (Some("to"), ErrorCode::FieldInvalid));
    let limits = Limits { channels: 1, ..Limits::COMMAND };
    let refused = attribute(&world.app, &system, well.clone(), limits, &|_| {}).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("by"));
    let limits = Limits { states: 2, ..Limits::COMMAND };
    let refused = attribute(&world.app, &system, well.clone(), limits, &|_| {}).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("models"));
    // Another network sees nothing of it.
    let elsewhere = Actor::system(NetworkId::new(world.clock.now(), world.entropy.as_ref()));
    let nothing = attribute(&world.app, &elsewhere, well.clone(), Limits::COMMAND, &|_| {}).await.unwrap();
    assert_eq!((nothing.touches, nothing.nulls, nothing.channels.len()), (0, 0, 0));
    let other = Question { advertiser_id: Some(world.advertiser), ..well };
    let refused = attribute_for(&world.app, &elsewhere, other).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn an_order_of_which_nothing_else_is_known_came_as_it_tells() {
    on_both(|store| async move {
        let world = World::build(store, plan()).await;
        let since = world.clock.now();
        let arrival =
            |query: &str| own_results::arrival(Some(&format!("https://shop.example/?{query}")), None, None);
        order(&world, "o-1", ConversionReport { arrival: arrival("gclid=a"), ..world.report("order") }).await;
        // What was seen of a person says more than where he was last.
        let known = world.visitor();
        visit(&world, Some(known), "utm_medium=email", None).await;
        let told_too = by_browser(&world, known, None);
        order(&world, "o-2", ConversionReport { arrival: arrival("gclid=b"), ..told_too }).await;
        let channels = ask(&world, question(&world, since)).await;
        assert_eq!(told(&channels), ["email 1 100.00 USD 0", "search 1 100.00 USD 0"]);
        assert_eq!((channels.conversions, channels.without_touch), (2, 0));
    })
    .await;
}
