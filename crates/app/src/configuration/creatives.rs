//! Creatives: the pictures and words of a program that publishers show, and the code that carries a publisher's link.
//!
//! The advertiser's side makes and sees all of them; a publisher sees those that run, of programs that he is in.

use std::collections::BTreeMap;

use model::{
    CreativeId, LinkId, ProgramId, Timestamp,
    creative::{Creative, CreativeKind},
    link::Link,
    program::Program,
};
use store::{
    Tx, Value,
    configuration::{self, Filter},
    creative_pictures,
};

use super::{
    fixed, links,
    members::Whole,
    pictures,
    programs::{self, ProgramFilter},
};
use crate::{
    App,
    access::{Actor, CREATIVE_CHANGE, Eyes},
    checks,
    command::Change,
    errors::Refusal,
};

/// Words to find a creative by.
const TAGS_MAX: usize = 20;
/// The longest address of a video.
const VIDEO_BYTES_MAX: usize = 2_000;
/// The longest origin that code is written for.
const ORIGIN_BYTES_MAX: usize = 300;

fn missing(id: CreativeId) -> Refusal {
    Refusal::not_found(format!("creative {id}"))
}

/// One creative: for its advertiser's side, and while it runs for publishers of its program.
///
/// # Errors
/// `not_found`; storage errors.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: CreativeId, now: Timestamp) -> Result<Creative, Refusal> {
    Ok(seen(tx, actor, id, now)?.0)
}

fn seen(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: CreativeId,
    now: Timestamp,
) -> Result<(Creative, Program, Eyes), Refusal> {
    let creative: Creative = configuration::get(tx, id)?.ok_or_else(|| missing(id))?;
    let program: Program = configuration::get(tx, creative.program_id)?.ok_or_else(|| missing(id))?;
    let eyes = programs::eyes(tx, actor, &program)?;
    let shown = eyes.advertiser || (creative.runs(now) && Whole::of(tx, actor, now)?.shows(&program, eyes));
    if eyes.open() && shown { Ok((creative, program, eyes)) } else { Err(missing(id)) }
}

/// What a list is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Copy, Default)]
pub struct CreativeFilter {
    /// The program.
    pub program_id: Option<ProgramId>,
    /// What they are.
    pub kind: Option<CreativeKind>,
}

/// A page of creatives, newest first.
///
/// # Errors
/// Storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    filter: CreativeFilter,
    now: Timestamp,
    before: Option<CreativeId>,
    limit: usize,
) -> Result<Vec<Creative>, Refusal> {
    let network = actor.network();
    let mut filters = vec![Filter::id("network_id", network.bytes())];
    if let Some(program) = &filter.program_id {
        filters.push(Filter::id("program_id", program.bytes()));
    }
    if let Some(kind) = filter.kind {
        filters.push(Filter { column: "kind", values: vec![Value::from(kind.word())] });
    }
    if actor.is_operator() {
        return Ok(configuration::list(tx, &filters, before, limit, |_| true)?);
    }
    let whole = Whole::of(tx, actor, now)?;
    let known = programs::list(tx, actor, ProgramFilter::default(), None, usize::MAX)?;
    // Whether all of its creatives are seen, or those that run.
    let shown: BTreeMap<ProgramId, bool> = known
        .iter()
        .filter(|(program, eyes)| whole.shows(program, *eyes))
        .map(|(program, eyes)| (program.id, eyes.advertiser))
        .collect();
    let keep = |one: &Creative| shown.get(&one.program_id).is_some_and(|all| *all || one.runs(now));
    Ok(configuration::list(tx, &filters, before, limit, keep)?)
}

/// A creative as it was asked for, with a new picture when there is one.
pub struct Written {
    /// The record; what it knows of its picture is told from the bytes.
    pub creative: Creative,
    /// The bytes of a new picture.
    pub picture: Option<Vec<u8>>,
}

/// Makes a creative.
///
/// # Errors
/// `right_missing`, `field_invalid`; storage errors.
pub fn create(change: &mut Change<'_, '_>, written: Written) -> Result<Creative, Refusal> {
    super::own_network(change.actor, written.creative.network_id)?;
    CREATIVE_CHANGE.check_role(change.actor)?;
    let id = written.creative.program_id;
    let unknown = || Refusal::unknown("program_id", format_args!("program {id}"));
    let program: Program = configuration::get(change.tx, id)?.ok_or_else(unknown)?;
    if !programs::eyes(change.tx, change.actor, &program)?.advertiser {
        return Err(unknown());
    }
    let (creative, picture) = with_picture(written)?;
    check(&creative, &program)?;
    change.insert(&creative, &creative.id)?;
    if let Some(bytes) = picture {
        creative_pictures::put(change.tx, creative.id, &bytes)?;
    }
    Ok(creative)
}

/// Changes a creative.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`; storage errors.
pub fn update(
    change: &mut Change<'_, '_>,
    id: CreativeId,
    edit: &mut dyn FnMut(Creative) -> Result<Written, Refusal>,
) -> Result<Creative, Refusal> {
    let (before, program, eyes) = seen(change.tx, change.actor, id, change.now)?;
    CREATIVE_CHANGE.check(change.actor, eyes, &format!("creative {id}"))?;
    let (after, picture) = with_picture(edit(before.clone())?)?;
    fixed("id", &before.id, &after.id)?;
    fixed("network_id", &before.network_id, &after.network_id)?;
    fixed("program_id", &before.program_id, &after.program_id)?;
    fixed("kind", &before.kind, &after.kind)?;
    fixed("created_at", &before.created_at, &after.created_at)?;
    check(&after, &program)?;
    change.update(&before, &after, &id)?;
    if let Some(bytes) = picture {
        creative_pictures::put(change.tx, id, &bytes)?;
    }
    Ok(after)
}

fn with_picture(written: Written) -> Result<(Creative, Option<Vec<u8>>), Refusal> {
    let Written { mut creative, picture } = written;
    if let Some(bytes) = &picture {
        creative.picture = Some(pictures::read(bytes).map_err(|refusal| refusal.within("picture"))?);
    }
    Ok((creative, picture))
}

fn check(creative: &Creative, program: &Program) -> Result<(), Refusal> {
    checks::text::name("name", &creative.name)?;
    checks::text::name("text", &creative.text)?;
    match (creative.kind, &creative.picture) {
        (CreativeKind::Banner, None) => return Err(Refusal::field("picture", "a banner has a picture")),
        (CreativeKind::Text | CreativeKind::Video, Some(_)) => {
            return Err(Refusal::field("picture", "only a banner has a picture"));
        }
        _ => {}
    }
    match (creative.kind, &creative.video_url) {
        (CreativeKind::Video, None) => {
            return Err(Refusal::field("video_url", "say where the video is"));
        }
        (CreativeKind::Banner | CreativeKind::Text, Some(_)) => {
            return Err(Refusal::field("video_url", "only a video has the address of one"));
        }
        (CreativeKind::Video, Some(url)) => video_url(url).map_err(|refusal| refusal.within("video_url"))?,
        _ => {}
    }
    if let Some(url) = &creative.landing_url {
        checks::urls::deep_link(url, program).map_err(|refusal| refusal.within("landing_url"))?;
    }
    checks::length("tags", &creative.tags, TAGS_MAX)?;
    for (place, tag) in creative.tags.iter().enumerate() {
        checks::text::name(&format!("tags[{place}]"), tag)?;
    }
    if let (Some(starts), Some(ends)) = (creative.starts_at, creative.ends_at)
        && ends <= starts
    {
        return Err(Refusal::field("ends_at", "a creative ends after it starts"));
    }
    Ok(())
}

fn video_url(text: &str) -> Result<(), Refusal> {
    let plain = !text.chars().any(|letter| letter.is_control() || letter.is_whitespace() || letter == '{');
    if text.len() > VIDEO_BYTES_MAX || !text.starts_with("https://") || !plain {
        return Err(checks::bare("an address that begins with https://"));
    }
    checks::urls::landing_url(text).map(|_| ())
}

/// The bytes of a creative's picture.
///
/// # Errors
/// Storage errors.
pub async fn picture(app: &App, id: CreativeId) -> store::Result<Option<Vec<u8>>> {
    app.store.read("creative picture", move |tx| creative_pictures::get(tx, id)).await
}

/// What a publisher puts on his page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The markup.
    pub html: String,
    /// Where a click leads.
    pub click_url: String,
    /// The picture of a banner.
    pub picture_url: Option<String>,
    /// What counts a view.
    pub impression_url: String,
}

/// The code that shows a creative with somebody's link; `origin` is how visitors reach the tracker.
///
/// # Errors
/// `not_found` (the creative), `field_invalid` (`link_id`, `origin`); storage errors.
pub fn code(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (id, link): (CreativeId, LinkId),
    origin: &str,
    now: Timestamp,
) -> Result<Code, Refusal> {
    let creative = get(tx, actor, id, now)?;
    let (link, _) =
        links::get(tx, actor, link).map_err(|_| Refusal::unknown("link_id", format_args!("link {link}")))?;
    if link.program_id != creative.program_id {
        return Err(Refusal::field("link_id", "the link leads to another program than the creative is for"));
    }
    Ok(code_of(&creative, &link, &origin_of(origin)?))
}

fn origin_of(text: &str) -> Result<String, Refusal> {
    let wrong = || Refusal::field("origin", "an origin such as https://track.example, without a path");
    let origin = text.strip_suffix('/').unwrap_or(text);
    let (_, authority) = origin.split_once("://").ok_or_else(wrong)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
    if origin.len() > ORIGIN_BYTES_MAX || !authority.bytes().all(plain) {
        return Err(wrong());
    }
    checks::urls::landing_url(origin).map_err(|_| wrong())?;
    Ok(origin.to_ascii_lowercase())
}

fn code_of(creative: &Creative, link: &Link, origin: &str) -> Code {
    let slug = link.slug.slug();
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("creative", &creative.id.to_string());
    let impression_url = format!("{origin}/i/{slug}?{}", query.finish());
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("creative", &creative.id.to_string());
    if let Some(to) = &creative.landing_url {
        query.append_pair("to", to);
    }
    let click_url = format!("{origin}/c/{slug}?{}", query.finish());
    let text = escaped(&creative.text);
    let picture_url = creative.picture.as_ref().map(|_| format!("{origin}/m/{}", creative.id));
    let shown = match (&creative.picture, &picture_url) {
        (Some(picture), Some(url)) => format!(
            "<img src=\"{}\" width=\"{}\" height=\"{}\" alt=\"{text}\" loading=\"lazy\">",
            escaped(url),
            picture.width,
            picture.height
        ),
        _ => text,
    };
    // Search engines ask that paid links be marked.
    let html = format!(
        "<a href=\"{}\" rel=\"sponsored nofollow\">{shown}</a><img src=\"{}\" width=\"1\" height=\"1\" alt=\"\">",
        escaped(&click_url),
        escaped(&impression_url)
    );
    Code { html, click_url, picture_url, impression_url }
}

/// A text within markup, also within an attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter => out.push(letter),
        }
    }
    out
}
