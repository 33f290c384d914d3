//! Joining a program: applications, invitations, members, and what whoever is not in sees of it.

use model::Clock;
use serde_json::{Value, json};

use crate::{
    personas::{
        self,
        Persona::{
            self, Advertiser, Assistant, Foreigner, Manager, Operator, OtherAdvertiser, OtherPublisher,
            Publisher, PublisherOwner, Reader,
        },
    },
    world::World,
};

/// A second program of the advertiser that publishers join so; it pays everybody 10 %.
pub async fn program(world: &World, joining: &str) -> String {
    let mut draft = personas::program(&world.ids.advertiser);
    draft["joining"] = json!(joining);
    draft["public_terms"] = json!("No brand bidding.");
    let made = world.post(Operator, "/api/v1/programs", draft).await.expect(201);
    let id = made["id"].as_str().unwrap().to_owned();
    let contract = json!({"program_id": id, "terms": personas::terms()});
    world.post(Operator, "/api/v1/contracts", contract).await.expect(201);
    id
}

/// An application of the publisher; the answer as it is.
pub async fn apply(world: &World, who: Persona, program: &str) -> crate::world::Reply {
    let draft = json!({
        "program_id": program, "publisher_id": world.ids.publisher, "message": "I review flower shops.",
        "promotion_methods": ["content", "email"],
    });
    world.post(who, "/api/v1/applications", draft).await
}

/// A program by application and the publisher's open application to it.
pub async fn applied(world: &World) -> (String, String) {
    let program = program(world, "application").await;
    let application = apply(world, Operator, &program).await.expect(201);
    (program, application["id"].as_str().unwrap().to_owned())
}

/// Terms that pay so many percent, without a fee.
pub fn percent(percent: &str) -> Value {
    let mut terms = personas::terms();
    terms["actions"][0]["rates"][0]["percent"] = json!(percent);
    terms.as_object_mut().unwrap().remove("fee");
    terms
}

/// A template of a program that pays so many percent.
pub async fn template(world: &World, program: &str, rate: &str) -> String {
    let draft = json!({"program_id": program, "name": format!("{rate} percent"), "terms": percent(rate)});
    let made = world.post(Operator, "/api/v1/contract_templates", draft).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

pub fn answer(id: &str, verb: &str) -> String {
    format!("/api/v1/applications/{id}/{verb}")
}

pub async fn link(world: &World, who: Persona, program: &str) -> crate::world::Reply {
    world
        .post(who, "/api/v1/links", json!({"program_id": program, "publisher_id": world.ids.publisher}))
        .await
}

/// Where the publisher stands with a program, as he reads it.
pub async fn standing(world: &World, program: &str) -> Value {
    let path = format!("/api/v1/publishers/{}/programs?program_id={program}", world.ids.publisher);
    world.get(Publisher, &path).await.expect(200)["items"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publisher_applies_and_is_let_in() {
    for world in World::on_both().await {
        let (program, application) = applied(&world).await;
        assert_eq!(
            link(&world, Publisher, &program).await.refused_field(),
            ("state_conflict".into(), "program_id".into())
        );
        let before = standing(&world, &program).await;
        assert_eq!((&before["standing"], &before["may_link"]), (&json!("applied"), &json!(false)));
        assert_eq!(before["terms"]["in_words"]["actions"][0]["rates"][0]["pays"], "10 % of the amount");
        assert_eq!(before["terms"]["terms"]["fee"], json!({}), "the fee is not his business");
        let public = world.get(Publisher, &format!("/api/v1/programs/{program}")).await.expect(200);
        assert!(public["landing_pages"].is_null() && public["targeting"].is_null(), "{public}");
        assert_eq!(public["public_terms"], "No brand bidding.");
        // The advertiser sees who applies.
        let applicant = format!("/api/v1/publishers/{}", world.ids.publisher);
        world.get(Advertiser, &applicant).await.expect(200);
        let queue =
            world.get(Advertiser, "/api/v1/applications?state=open&kind=application").await.expect(200);
        assert_eq!(queue["items"][0]["promotion_methods"], json!(["content", "email"]));

        let dry = world
            .post(Advertiser, &format!("{}?dry_run=true", answer(&application, "accept")), json!({}))
            .await;
        assert_eq!(dry.expect(200)["state"], "accepted");
        assert_eq!(standing(&world, &program).await["standing"], "applied", "that was dry");
        let welcome = json!({"answer": "Welcome."});
        let accepted =
            world.post(Advertiser, &answer(&application, "accept"), welcome.clone()).await.expect(200);
        assert_eq!((&accepted["state"], &accepted["answer"]), (&json!("accepted"), &json!("Welcome.")));
        let again = world.post(Manager, &answer(&application, "accept"), welcome).await;
        assert_eq!(again.refused(409), "state_conflict", "somebody was faster");
        let after = standing(&world, &program).await;
        assert_eq!((&after["standing"], &after["may_link"]), (&json!("member"), &json!(true)));
        assert_eq!(after["membership"]["application_id"], json!(application));
        link(&world, Publisher, &program).await.expect(201);
        let whole = world.get(Publisher, &format!("/api/v1/programs/{program}")).await.expect(200);
        assert!(whole["landing_pages"].is_array());
        // Who applied accepted the terms that he was shown.
        let contract = after["terms"]["contract_version_id"].as_str().unwrap();
        let contracts =
            world.get(Advertiser, &format!("/api/v1/contracts?program_id={program}")).await.expect(200);
        let id = contracts["items"][0]["id"].as_str().unwrap();
        let yes = world.get(Publisher, &format!("/api/v1/contracts/{id}/acceptances")).await.expect(200);
        assert_eq!(
            (&yes["items"][0]["version_id"], &yes["items"][0]["terms_sha256"]),
            (&json!(contract), &after["terms"]["terms_sha256"])
        );
        let members = world.get(Advertiser, &format!("/api/v1/programs/{program}/members")).await.expect(200);
        assert_eq!(members["items"].as_array().unwrap().len(), 1);
        assert_eq!(apply(&world, PublisherOwner, &program).await.refused(409), "taken", "he is in");
        world.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_publisher_reads_why_and_waits() {
    let world = World::new().await;
    let (program, application) = applied(&world).await;
    let decline = answer(&application, "decline");
    let mute = world.post(Advertiser, &decline, json!({})).await;
    assert_eq!(mute.refused_field(), ("field_invalid".into(), "answer".into()));
    let long = world.post(Advertiser, &decline, json!({"answer": "No.", "again_after_days": 367})).await;
    assert_eq!(long.refused_field(), ("field_invalid".into(), "again_after_days".into()));
    let words = "No <script>alert(1)</script>'; DROP TABLE applications; --";
    world.post(Advertiser, &decline, json!({"answer": words, "again_after_days": 10})).await.expect(200);
    let told = standing(&world, &program).await;
    assert_eq!((&told["standing"], &told["may_apply"]), (&json!("declined"), &json!(false)));
    assert_eq!(told["application"]["answer"], words);
    let early = apply(&world, PublisherOwner, &program).await;
    assert_eq!(early.refused_field(), ("state_conflict".into(), "publisher_id".into()));
    assert!(early.text.contains("can be made at"), "{}", early.text);
    // Whoever declined may still invite.
    let invitation = json!({"program_id": program, "publisher_id": world.ids.publisher});
    let invited = world.post(Advertiser, "/api/v1/invitations", invitation).await.expect(201);
    assert_eq!(standing(&world, &program).await["standing"], "invited");
    let invited = invited["id"].as_str().unwrap();
    let mute = world.post(PublisherOwner, &answer(invited, "decline"), json!({"again_after_days": 0})).await;
    mute.expect(200);
    world.clock.advance_seconds(10 * 86_400);
    assert_eq!(standing(&world, &program).await["may_apply"], true);
    apply(&world, PublisherOwner, &program).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_side_answers_and_nobody_else() {
    let world = World::new().await;
    let (program, application) = applied(&world).await;
    let accept = answer(&application, "accept");
    for (who, status) in [
        (PublisherOwner, 403),
        (Publisher, 403),
        (Reader, 403),
        (Assistant, 403),
        (OtherAdvertiser, 404),
        (OtherPublisher, 404),
        (Foreigner, 404),
    ] {
        let reply = world.post(who, &accept, json!({})).await;
        assert_eq!(reply.status.as_u16(), status, "{who:?}: {}", reply.text);
    }
    for (who, status) in [(OtherAdvertiser, 404), (OtherPublisher, 404), (Foreigner, 404), (Reader, 200)] {
        let path = format!("/api/v1/applications/{application}");
        assert_eq!(world.get(who, &path).await.status.as_u16(), status, "{who:?}");
        let list = world.get(who, "/api/v1/applications").await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), usize::from(status == 200), "{who:?}");
    }
    assert_eq!(
        world.post(Advertiser, &answer(&application, "withdraw"), json!({})).await.refused(403),
        "right_missing"
    );
    let foreign = json!({"program_id": world.ids.other_program, "publisher_id": world.ids.publisher});
    let foreign = world.post(Advertiser, "/api/v1/invitations", foreign).await;
    assert_eq!(
        foreign.refused_field(),
        ("field_invalid".into(), "program_id".into()),
        "of another advertiser"
    );
    let two = apply(&world, PublisherOwner, &program).await;
    assert_eq!(two.refused_field(), ("taken".into(), "publisher_id".into()));
    let stranger = json!({"program_id": program, "publisher_id": world.ids.other_publisher, "message": "x"});
    let stranger = world.post(PublisherOwner, "/api/v1/applications", stranger).await;
    assert_eq!(stranger.refused_field(), ("field_invalid".into(), "publisher_id".into()));
    let open = apply(&world, PublisherOwner, &world.ids.program).await;
    assert_eq!(open.refused_field(), ("state_conflict".into(), "program_id".into()));
    let withdrawn =
        world.post(PublisherOwner, &answer(&application, "withdraw"), json!({})).await.expect(200);
    assert_eq!(withdrawn["state"], "withdrawn");
    assert_eq!(world.post(Advertiser, &accept, json!({})).await.refused(409), "state_conflict");
    let again = world.send(with_key(&world, PublisherOwner, &program, "apply-1")).await.expect(201);
    let replayed = world.send(with_key(&world, PublisherOwner, &program, "apply-1")).await.expect(201);
    assert_eq!(again, replayed, "the same key is the same application");
    let hostile = json!({"program_id": program, "message": "a\u{202e}b"});
    let hostile = world.post(PublisherOwner, "/api/v1/applications", hostile).await;
    assert_eq!(hostile.refused_field(), ("field_invalid".into(), "message".into()));
}

fn with_key(world: &World, who: Persona, program: &str, key: &str) -> http::Request<axum::body::Body> {
    let draft = json!({"program_id": program, "message": "Once."});
    let mut request = world.request(who, "POST", "/api/v1/applications", Some(&draft));
    request.headers_mut().insert("idempotency-key", key.parse().unwrap());
    request
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_opens_a_program_that_nobody_else_sees() {
    let world = World::new().await;
    let program = program(&world, "invitation").await;
    let path = format!("/api/v1/programs/{program}");
    assert_eq!(world.get(Publisher, &path).await.refused(404), "not_found");
    assert_eq!(
        apply(&world, PublisherOwner, &program).await.refused_field(),
        ("field_invalid".into(), "program_id".into())
    );
    let listed = world.get(Publisher, "/api/v1/programs").await.expect(200);
    assert!(!listed.to_string().contains(&program));
    world.patch(Advertiser, &path, json!({"public_page": true})).await.expect(200);
    assert_eq!(
        standing(&world, &program).await["may_apply"],
        false,
        "it shows itself, but takes nobody who asks"
    );
    assert_eq!(
        apply(&world, PublisherOwner, &program).await.refused_field(),
        ("state_conflict".into(), "program_id".into())
    );
    world.patch(Advertiser, &path, json!({"public_page": false})).await.expect(200);

    let now = world.clock.now();
    let invite = |days: i64| {
        json!({
            "program_id": program, "publisher_id": world.ids.publisher, "message": "We like your reviews.",
            "expires_at": now.plus_seconds(days * 86_400).to_string(),
        })
    };
    let past = world.post(Advertiser, "/api/v1/invitations", invite(-1)).await;
    assert_eq!(past.refused_field(), ("field_invalid".into(), "expires_at".into()));
    let first = world.post(Advertiser, "/api/v1/invitations", invite(3)).await.expect(201);
    let first = first["id"].as_str().unwrap();
    let shown = standing(&world, &program).await;
    assert_eq!(
        (&shown["standing"], &shown["application"]["message"]),
        (&json!("invited"), &json!("We like your reviews."))
    );
    assert_eq!(world.get(OtherPublisher, &path).await.refused(404), "not_found");
    assert_eq!(
        world.post(Publisher, &answer(first, "accept"), json!({})).await.refused(403),
        "right_missing"
    );
    world.clock.advance_seconds(4 * 86_400);
    assert_eq!(
        world.post(PublisherOwner, &answer(first, "accept"), json!({})).await.refused(409),
        "state_conflict"
    );
    let expired = world.get(Advertiser, "/api/v1/applications?state=expired").await.expect(200);
    assert_eq!(expired["items"][0]["id"], json!(first));
    let second = world.post(Advertiser, "/api/v1/invitations", invite(30)).await.expect(201);
    let second = second["id"].as_str().unwrap();
    assert_eq!(
        world.post(Advertiser, &answer(second, "accept"), json!({})).await.refused(403),
        "right_missing"
    );
    world.post(PublisherOwner, &answer(second, "accept"), json!({})).await.expect(200);
    link(&world, Publisher, &program).await.expect(201);
    world.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_closes_keeps_who_works_in_it() {
    let world = World::new().await;
    let path = format!("/api/v1/programs/{}", world.ids.program);
    let closed = json!({"joining": "application"});
    let dry = world.patch(Advertiser, &format!("{path}?dry_run=true"), closed.clone()).await.expect(200);
    assert_eq!(dry["members_kept"], 1);
    let done = world.patch(Advertiser, &path, closed).await.expect(200);
    assert_eq!((&done["joining"], &done["members_kept"]), (&json!("application"), &json!(1)));
    let order = world.order("o-1").await;
    assert!(order.starts_with("cnv_"));
    link(&world, Publisher, &world.ids.program).await.expect(201);
    let other = json!({"program_id": world.ids.program, "publisher_id": world.ids.other_publisher});
    assert_eq!(world.post(OtherPublisher, "/api/v1/links", other).await.refused(409), "state_conflict");
    let further = world.patch(Advertiser, &path, json!({"joining": "invitation"})).await.expect(200);
    assert!(further["members_kept"].is_null(), "it was closed already");
    world.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_membership_ends_from_either_side_with_notice_from_one() {
    let world = World::new().await;
    let path = format!("/api/v1/programs/{}", world.ids.program);
    let end = format!("{path}/end_membership");
    let body = json!({"publisher_id": world.ids.publisher, "reason": "You bid on our brand."});
    assert_eq!(world.post(Advertiser, &end, body.clone()).await.refused(409), "state_conflict", "it is open");
    world.patch(Advertiser, &path, json!({"joining": "application", "notice_days": 7})).await.expect(200);
    assert_eq!(world.post(OtherAdvertiser, &end, body.clone()).await.refused(404), "not_found");
    let stranger = json!({"publisher_id": world.ids.other_publisher, "reason": "x"});
    assert_eq!(
        world.post(Advertiser, &end, stranger).await.refused_field(),
        ("field_invalid".into(), "publisher_id".into())
    );
    let soon = world.post(Advertiser, &end, body.clone()).await;
    assert_eq!(soon.refused_field(), ("field_invalid".into(), "at".into()));
    let at = world.clock.now().plus_seconds(8 * 86_400).to_string();
    let mut later = body.clone();
    later["at"] = json!(at);
    let ending = world.post(Advertiser, &end, later.clone()).await.expect(200);
    assert_eq!((&ending["left_at"], &ending["end_reason"]), (&json!(at), &body["reason"]));
    assert_eq!(standing(&world, &world.ids.program).await["standing"], "member", "for eight days");
    assert_eq!(
        world.post(Advertiser, &end, later).await.refused_field(),
        ("field_invalid".into(), "at".into())
    );
    let leave = world.post(PublisherOwner, &end, json!({"reason": "I go now."})).await.expect(200);
    assert_eq!(leave["end_reason"], "I go now.");
    world.clock.advance_seconds(1);
    assert_eq!(standing(&world, &world.ids.program).await["standing"], "ended");
    assert_eq!(link(&world, Publisher, &world.ids.program).await.refused(409), "state_conflict");
    let public = world.get(Publisher, &path).await.expect(200);
    assert!(public["landing_pages"].is_null());
    world.get(Publisher, &format!("/api/v1/links/{}", world.ids.link)).await.expect(200);
    // Opened and closed once more, he stays out until he works there again.
    world.patch(Advertiser, &path, json!({"joining": "open"})).await.expect(200);
    let dry = format!("{path}?dry_run=true");
    let close = json!({"joining": "application"});
    assert_eq!(world.patch(Advertiser, &dry, close.clone()).await.expect(200)["members_kept"], 0);
    link(&world, Publisher, &world.ids.program).await.expect(201);
    assert_eq!(world.patch(Advertiser, &path, close).await.expect(200)["members_kept"], 1);
    world.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assistant_who_may_only_propose_decides_for_neither_side() {
    let world = World::new().await;
    let (program, application) = applied(&world).await;
    world.get(Assistant, &format!("/api/v1/applications/{application}")).await.expect(200);
    let who = json!({"program_id": program, "publisher_id": world.ids.publisher});
    let merged = |more: Value| {
        let mut all = who.clone();
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    let writes = [
        (answer(&application, "accept"), json!({})),
        (answer(&application, "decline"), json!({"answer": "No."})),
        (answer(&application, "withdraw"), json!({})),
        ("/api/v1/applications".to_owned(), merged(json!({"message": "Reviews."}))),
        ("/api/v1/invitations".to_owned(), who.clone()),
        (
            format!("/api/v1/programs/{program}/end_membership"),
            json!({"publisher_id": world.ids.publisher, "reason": "x"}),
        ),
        (
            "/api/v1/contract_templates".to_owned(),
            json!({"program_id": program, "name": "Ten", "terms": percent("10")}),
        ),
    ];
    for (path, body) in writes {
        assert_eq!(world.post(Assistant, &path, body).await.refused(403), "right_missing", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_decide_at_once_decide_once() {
    for world in World::on_both().await {
        let (program, application) = applied(&world).await;
        let path = answer(&application, "accept");
        let no = answer(&application, "decline");
        let (one, two, three) = tokio::join!(
            world.post(Advertiser, &path, json!({})),
            world.post(Manager, &path, json!({})),
            world.post(Operator, &no, json!({"answer": "No."})),
        );
        let mut statuses = [one, two, three].map(|reply| reply.status.as_u16());
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409, 409]);
        let members = world.get(Operator, &format!("/api/v1/programs/{program}/members")).await.expect(200);
        assert!(members["items"].as_array().unwrap().len() <= 1);
        let other = self::program(&world, "application").await;
        let (one, two) = tokio::join!(apply(&world, PublisherOwner, &other), apply(&world, Operator, &other));
        let mut statuses = [one, two].map(|reply| reply.status.as_u16());
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        world.clean().await;
    }
}
