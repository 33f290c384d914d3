//! Templates of contracts: what a publisher says yes to is what he was shown.

use serde_json::{Value, json};

use crate::{
    joining::{answer, applied, apply, link, percent, program, standing, template},
    personas::{
        self,
        Persona::{
            Advertiser, Foreigner, Manager, Operator, OtherAdvertiser, Publisher, PublisherOwner, Reader,
        },
    },
    world::World,
};

#[tokio::test(flavor = "multi_thread")]
async fn terms_that_changed_since_he_was_asked_are_shown_again() {
    let world = World::new().await;
    let program = program(&world, "application").await;
    let of_program = format!("/api/v1/contracts?program_id={program}");
    let contract = world.get(Operator, &of_program).await.expect(200)["items"][0]["id"].clone();
    let versions = format!("/api/v1/contracts/{}/versions", contract.as_str().unwrap());
    let application = apply(&world, PublisherOwner, &program).await.expect(201);
    let accept = answer(application["id"].as_str().unwrap(), "accept");
    // Another fee is not the publisher's business.
    let mut fee = personas::terms();
    fee["fee"] = json!({"percent": "30"});
    world.post(Operator, &versions, json!({"terms": fee})).await.expect(201);
    let dry = world.post(Advertiser, &format!("{accept}?dry_run=true"), json!({})).await.expect(200);
    assert_eq!(dry["state"], "accepted");
    world.post(Advertiser, &versions, json!({"terms": percent("6")})).await.expect(201);
    let offered = world.post(Advertiser, &accept, json!({"answer": "Welcome."})).await.expect(200);
    assert_eq!(offered["state"], "offered");
    assert_ne!(offered["terms"]["terms_sha256"], application["terms"]["terms_sha256"]);
    let shown = standing(&world, &program).await;
    assert_eq!(shown["terms"]["in_words"]["actions"][0]["rates"][0]["pays"], "6 % of the amount");
    assert_eq!(shown["may_link"], false);
    world.post(Advertiser, &versions, json!({"terms": percent("7")})).await.expect(201);
    assert_eq!(world.post(PublisherOwner, &accept, json!({})).await.expect(200)["state"], "offered");
    assert_eq!(world.post(PublisherOwner, &accept, json!({})).await.expect(200)["state"], "accepted");
    world.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_accepts_an_invitation_has_the_terms_that_he_was_shown() {
    for world in World::on_both().await {
        let program = program(&world, "invitation").await;
        let path = format!("/api/v1/programs/{program}");
        world.patch(Advertiser, &path, json!({"requires_acceptance": true})).await.expect(200);
        let template = template(&world, &program, "12").await;
        let invitation =
            json!({"program_id": program, "publisher_id": world.ids.publisher, "template_id": template});
        let invited = world.post(Advertiser, "/api/v1/invitations", invitation).await.expect(201);
        let id = invited["id"].as_str().unwrap();
        assert_eq!(
            (&invited["terms"]["template_id"], &invited["terms"]["template_number"]),
            (&json!(template), &json!(1))
        );
        // The template becomes worse; what was offered stays.
        let worse = json!({"terms": percent("4"), "name": "Four"});
        let changed = world
            .patch(Advertiser, &format!("/api/v1/contract_templates/{template}"), worse)
            .await
            .expect(200);
        assert_eq!((&changed["number"], &changed["name"]), (&json!(2), &json!("Four")));
        let shown = standing(&world, &program).await;
        assert_eq!(shown["terms"]["in_words"]["actions"][0]["rates"][0]["pays"], "12 % of the amount");
        let own = world.post(PublisherOwner, &answer(id, "accept"), json!({"template_id": template})).await;
        assert_eq!(own.refused_field(), ("field_invalid".into(), "template_id".into()));
        let accepted = world.post(PublisherOwner, &answer(id, "accept"), json!({})).await.expect(200);
        assert_eq!(accepted["state"], "accepted");

        let of_program =
            format!("/api/v1/contracts?program_id={program}&publisher_id={}", world.ids.publisher);
        let contract = world.get(Advertiser, &of_program).await.expect(200)["items"][0].clone();
        assert_eq!(
            (&contract["number"], &contract["template_id"], &contract["template_number"]),
            (&json!(1), &json!(template), &json!(1))
        );
        assert_eq!(contract["terms"]["fee"], json!({"percent": "20"}), "the fee that stands");
        let yes = format!("/api/v1/contracts/{}/acceptances", contract["id"].as_str().unwrap());
        let yes = world.get(Publisher, &yes).await.expect(200)["items"][0].clone();
        assert_eq!(yes["terms_sha256"], invited["terms"]["terms_sha256"]);
        // What he brings counts at once, by those terms.
        let made = link(&world, Publisher, &program).await.expect(201);
        let (link, slug) = (made["id"].as_str().unwrap(), made["slug"].as_str().unwrap());
        let click_id = world.click(link, slug, &world.ids.publisher, &program, &world.ids.advertiser).await;
        let order = json!({"action": "order", "order_id": "o-1", "amount": "100", "click_id": click_id});
        let paid = world.post(Advertiser, "/api/v1/conversions", order).await.expect(201);
        assert_eq!((&paid["code"], &paid["commission"]["amount"]), (&json!("ok"), &json!("12.00")));
        world.clock.advance_seconds(3_600);
        world.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_default_template_is_what_an_applicant_sees_and_gets() {
    let world = World::new().await;
    let program = program(&world, "application").await;
    let path = format!("/api/v1/programs/{program}");
    let foreign = template(&world, &world.ids.program, "9").await;
    let wrong = world.patch(Advertiser, &path, json!({"default_template_id": foreign})).await;
    assert_eq!(wrong.refused_field(), ("field_invalid".into(), "default_template_id".into()));
    let template = template(&world, &program, "8").await;
    world.patch(Advertiser, &path, json!({"default_template_id": template})).await.expect(200);
    let retire = json!({"retired": true});
    let retired = world.patch(Advertiser, &format!("/api/v1/contract_templates/{template}"), retire).await;
    assert_eq!(retired.refused_field(), ("state_conflict".into(), "retired".into()));
    let before = standing(&world, &program).await;
    assert_eq!((&before["standing"], &before["terms"]["template_id"]), (&json!("none"), &json!(template)));
    assert_eq!(before["terms"]["in_words"]["actions"][0]["rates"][0]["pays"], "8 % of the amount");
    let application = apply(&world, PublisherOwner, &program).await.expect(201);
    let id = application["id"].as_str().unwrap();
    // Naming what he saw anyway is no other offer.
    let accepted =
        world.post(Advertiser, &answer(id, "accept"), json!({"template_id": template})).await.expect(200);
    assert_eq!(accepted["state"], "accepted");
    let after = standing(&world, &program).await;
    assert_eq!(
        (&after["terms"]["template_id"], &after["terms"]["terms_sha256"]),
        (&json!(null), &before["terms"]["terms_sha256"])
    );
    world.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_terms_than_he_saw_are_an_offer_that_he_answers() {
    let world = World::new().await;
    let (program, application) = applied(&world).await;
    let template = template(&world, &program, "5").await;
    let accept = answer(&application, "accept");
    let unknown = json!({"template_id": "ctp_00000000000000000000000000"});
    assert_eq!(
        world.post(Advertiser, &accept, unknown).await.refused_field(),
        ("field_invalid".into(), "template_id".into())
    );
    let offered = json!({"template_id": template, "answer": "Five percent to begin with."});
    let offered = world.post(Advertiser, &accept, offered).await.expect(200);
    assert_eq!((&offered["state"], &offered["terms"]["template_id"]), (&json!("offered"), &json!(template)));
    let turn = standing(&world, &program).await;
    assert_eq!((&turn["standing"], &turn["may_link"]), (&json!("invited"), &json!(false)));
    assert_eq!(turn["terms"]["in_words"]["actions"][0]["rates"][0]["pays"], "5 % of the amount");
    assert_eq!(
        world.post(Advertiser, &accept, json!({})).await.refused(403),
        "right_missing",
        "it is his turn"
    );
    assert_eq!(apply(&world, PublisherOwner, &program).await.refused(409), "taken");
    let dry = format!("{}?dry_run=true", answer(&application, "decline"));
    assert_eq!(world.post(PublisherOwner, &dry, json!({})).await.expect(200)["state"], "withdrawn");
    let accepted = world.post(PublisherOwner, &accept, json!({})).await.expect(200);
    assert_eq!(accepted["state"], "accepted");
    assert_eq!(
        standing(&world, &program).await["terms"]["in_words"]["actions"][0]["rates"][0]["pays"],
        "5 % of the amount"
    );

    // He leaves and comes back: the template's terms are the next version of his own contract.
    let end = format!("/api/v1/programs/{program}/end_membership");
    world.post(PublisherOwner, &end, json!({"reason": "A break."})).await.expect(200);
    let better = json!({"program_id": program, "publisher_id": world.ids.publisher, "template_id": crate::joining::template(&world, &program, "15").await});
    let invited = world.post(Advertiser, "/api/v1/invitations", better).await.expect(201);
    world
        .post(PublisherOwner, &answer(invited["id"].as_str().unwrap(), "accept"), json!({}))
        .await
        .expect(200);
    let of_program = format!("/api/v1/contracts?program_id={program}&publisher_id={}", world.ids.publisher);
    let contract = world.get(Publisher, &of_program).await.expect(200)["items"][0].clone();
    assert_eq!(
        (&contract["number"], &contract["terms"]["actions"][0]["rates"][0]["percent"]),
        (&json!(2), &json!("15"))
    );
    world.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_is_checked_like_a_contract_and_is_its_program_s_alone() {
    let world = World::new().await;
    let draft = |terms: Value| json!({"program_id": world.ids.program, "name": "Reviewers", "terms": terms});
    let mut unknown = percent("10");
    unknown["actions"][0]["action"] = json!("sale");
    let refused = world.post(Advertiser, "/api/v1/contract_templates", draft(unknown)).await;
    assert_eq!(refused.refused_field(), ("field_invalid".into(), "terms.actions[0].action".into()));
    let mut fee = percent("10");
    fee["fee"] = json!({"percent": "1"});
    let refused = world.post(Advertiser, "/api/v1/contract_templates", draft(fee.clone())).await;
    assert_eq!(refused.refused_field(), ("right_missing".into(), "terms.fee".into()));
    let made = world.post(Operator, "/api/v1/contract_templates", draft(fee)).await.expect(201);
    let path = format!("/api/v1/contract_templates/{}", made["id"].as_str().unwrap());
    let renamed = world.patch(Advertiser, &path, json!({"name": "Blogs"})).await.expect(200);
    assert_eq!((&renamed["number"], &renamed["terms"]["fee"]), (&json!(2), &json!({"percent": "1"})));
    assert_eq!(world.patch(Advertiser, &path, json!({"name": "Blogs"})).await.expect(200)["number"], 2);
    let versions = world.get(Advertiser, &format!("{path}/versions")).await.expect(200);
    assert_eq!(versions["items"].as_array().unwrap().len(), 2);
    for (who, status) in
        [(OtherAdvertiser, 404), (Publisher, 404), (Foreigner, 404), (Reader, 200), (Manager, 200)]
    {
        assert_eq!(world.get(who, &path).await.status.as_u16(), status, "{who:?}");
    }
    let foreign = world.get(OtherAdvertiser, "/api/v1/contract_templates").await.expect(200);
    assert_eq!(foreign["items"], json!([]));
    let hostile = world.patch(Advertiser, &path, json!({"name": "a\u{202e}b"})).await;
    assert_eq!(hostile.refused_field(), ("field_invalid".into(), "name".into()));
    // An action that only a template pays stays, until the template is offered no more.
    let lead = json!({"action": "lead", "rates": [{"rule": "lead", "kind": "fixed", "amount": "1"}]});
    let mut leads = percent("10");
    leads["actions"] = json!([lead]);
    world.patch(Operator, &path, json!({"terms": leads})).await.expect(200);
    let actions = json!({"actions": [{"name": "order", "kind": "order"}]});
    let program = format!("/api/v1/programs/{}", world.ids.program);
    let kept = world.patch(Advertiser, &program, actions.clone()).await;
    assert_eq!(kept.refused_field(), ("field_invalid".into(), "actions".into()));
    world.patch(Advertiser, &path, json!({"retired": true})).await.expect(200);
    world.patch(Advertiser, &program, actions).await.expect(200);
    let listed =
        world.get(Manager, &format!("/api/v1/contract_templates?program_id={}", world.ids.program)).await;
    assert_eq!(listed.expect(200)["items"][0]["name"], "Blogs");
}
