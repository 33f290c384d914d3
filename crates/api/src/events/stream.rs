//! `GET /api/v1/events/stream`

use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use app::{
    App,
    access::Actor,
    errors::Refusal,
    live::{self, Follower, Happening, Place},
};
use axum::{
    body::{Body, Bytes},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, header};
use serde_json::json;
use tokio::time::{Instant, sleep_until};

use super::FollowQuery;
use crate::{
    alerts::AlertView,
    conversions::ConversionView,
    http::{caller::Caller, problem::Problem, query::Filters},
    touches::TouchView,
};

/// How often it is looked whether something happened.
const LOOK_PAUSE: Duration = Duration::from_millis(500);
/// How often something is sent although nothing happened, so that everybody on the way knows that the other is there.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long one connection lasts. Browsers come again by themselves, and who they are is looked at anew.
const CONNECTION: Duration = Duration::from_secs(300);

/// Clicks, conversions, decisions, reversals and alerts that you may see, as they are committed, as server-sent events: the
/// event is named by its kind, and its data is the object as its own address shows it. Send the last `id` you had as
/// `Last-Event-ID` (browsers do) and nothing is missing or comes twice; without one it begins with what happens from now on. A connection
/// ends after five minutes, and is then to be opened again.
#[utoipa::path(get, path = "/api/v1/events/stream", tag = "events",
    params(FollowQuery),
    responses((status = 200, description = "The feed", content((String = "text/event-stream")))))]
pub async fn stream_events(
    caller: Caller,
    Filters(query): Filters<FollowQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let app = Arc::clone(&caller.api.app);
    let given = headers.get("last-event-id").map(|value| value.to_str().unwrap_or_default().parse::<Place>());
    let follower = app.followers.enter(&caller.actor)?;
    let place = match given.transpose()? {
        Some(place) => place,
        None => app.store.read("feed.begin", live::end).await?,
    };
    let now = Instant::now();
    let mut feed = Feed {
        app,
        actor: caller.actor,
        follower,
        place,
        follow: query.follow,
        waiting: VecDeque::from([opening(place)]),
        next_look: now,
        next_heartbeat: now + HEARTBEAT,
        end: now + CONNECTION,
        over: false,
    };
    // What is wrong with the place is said before the answer begins.
    feed.look().await?;
    let body = futures::stream::unfold(feed, |mut feed| async move {
        let piece = feed.next().await?;
        Some((Ok::<Bytes, Infallible>(piece), feed))
    });
    let mut response = Body::from_stream(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // Proxies that gather answers would keep events back.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// One who follows. Nothing is read for him before he took what he has, so a slow one costs no memory.
struct Feed {
    app: Arc<App>,
    actor: Actor,
    follower: Follower,
    place: Place,
    follow: bool,
    waiting: VecDeque<Bytes>,
    next_look: Instant,
    next_heartbeat: Instant,
    end: Instant,
    over: bool,
}

impl Feed {
    /// What is to be sent next; none at the end.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(piece) = self.waiting.pop_front() {
                self.next_heartbeat = Instant::now() + HEARTBEAT;
                return Some(piece);
            }
            if self.over || Instant::now() >= self.end {
                return None;
            }
            tokio::select! {
                () = sleep_until(self.next_look.min(self.next_heartbeat)) => {}
                _ = self.follower.stopping.wait_for(|stopping| *stopping) => return None,
            }
            if Instant::now() >= self.next_heartbeat {
                self.waiting.push_back(standing(self.place));
            } else if let Err(refusal) = self.look().await {
                tracing::warn!(message = refusal.message, "somebody could not be told further");
                return None;
            }
        }
    }

    async fn look(&mut self) -> Result<(), Refusal> {
        let (actor, place) = (self.actor.clone(), self.place);
        let seen = self.app.store.read("feed.look", move |tx| live::after(tx, &actor, place)).await?;
        let moved = seen.place != self.place;
        self.place = seen.place;
        let quiet = seen.told.is_empty();
        self.waiting.extend(seen.told.into_iter().map(|(place, happening)| event(place, happening)));
        if moved {
            self.next_look = Instant::now();
            if !quiet {
                self.waiting.push_back(standing(self.place));
            }
        } else {
            self.next_look = Instant::now() + LOOK_PAUSE;
            self.over = !self.follow;
            if self.over {
                self.waiting.push_back(standing(self.place));
            }
        }
        Ok(())
    }
}

/// Says how soon to come again, and where somebody stands to whom nothing was told yet.
fn opening(place: Place) -> Bytes {
    Bytes::from(format!("retry: 2000\nid: {place}\n\n"))
}

/// Where somebody stands: an event without data, which only moves the last id.
fn standing(place: Place) -> Bytes {
    Bytes::from(format!(": here\nid: {place}\n\n"))
}

fn event(place: Place, happening: Happening) -> Bytes {
    let kind = happening.kind();
    let data = match happening {
        Happening::Click(touch, eyes) => json!(TouchView::new(*touch, eyes)),
        Happening::Decided(seen, decision) => json!({
            "decision": {
                "number": decision.sequence, "kind": decision.kind.word(), "state": decision.state.word(),
                "code": decision.code.word(), "reason": decision.reason, "at": decision.at,
            },
            "conversion": ConversionView::from(*seen),
        }),
        Happening::Alert(alert) => json!(AlertView::from(*alert)),
    };
    Bytes::from(format!("event: {kind}\nid: {place}\ndata: {data}\n\n"))
}
