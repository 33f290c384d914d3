//! Conversions of currency on a receipt: the amounts, the rates they rest on, and both in words.

use engine::Facts;
use model::{
    Money,
    conversion::CommissionLine,
    exchange::{Exchanged, Found},
};

use super::document::{ExchangePart, ExchangeWords};

/// What was converted for a line. The charge holds the network's fee, which a publisher does not read.
pub(super) fn parts(facts: &Facts, line: &CommissionLine, for_publisher: bool) -> Vec<ExchangePart> {
    let Some(exchange) = &line.exchange else { return Vec::new() };
    let charge = exchange.charge.filter(|_| !for_publisher);
    let both = [("order", exchange.order), ("charge", charge)];
    both.into_iter().filter_map(|(of, exchanged)| Some(part(facts, of, exchanged?))).collect()
}

fn part(facts: &Facts, of: &str, exchanged: Exchanged) -> ExchangePart {
    let (from, to) = (exchanged.from.currency(), exchanged.to.currency());
    let path = facts.exchange.iter().find(|path| (path.from, path.to) == (from, to));
    let steps = path.map_or_else(Vec::new, |path| path.steps.clone());
    let stored: Vec<String> = steps
        .iter()
        .map(|step| format!("1 {} = {} {} ({})", step.base, step.rate, step.quote, step.day))
        .collect();
    ExchangePart { of: of.to_owned(), exchanged, words: words(&exchanged, &stored.join(", ")), steps }
}

/// The sentences. The unit that is rounded to is the smallest that amounts of the currency keep.
fn words(exchanged: &Exchanged, stored: &str) -> ExchangeWords {
    let Exchanged { from, to, rate } = exchanged;
    let unit = Money::from_units(1, to.currency());
    let (base, quote, fraction, day) = (from.currency(), to.currency(), rate.fraction, rate.day);
    let (en, vi, fa) = match rate.found {
        Found::Direct => ("as stored", "như đã lưu", "همان‌گونه که ثبت شده"),
        Found::Inverse => ("the stored rate turned over", "nghịch đảo của tỷ giá đã lưu", "وارون نرخ ثبت‌شده"),
        Found::Cross => (
            "by two stored rates over the network's currency",
            "qua hai tỷ giá đã lưu theo tiền tệ của mạng",
            "از راه دو نرخ ثبت‌شده و ارز شبکه",
        ),
    };
    ExchangeWords {
        en: format!(
            "{from} × {fraction} = {to}, rounded down to {unit}. One {base} was {fraction} {quote} on {day}, {en}: {stored}."
        ),
        vi: format!(
            "{from} × {fraction} = {to}, làm tròn xuống đến {unit}. Một {base} bằng {fraction} {quote} vào ngày {day}, {vi}: {stored}."
        ),
        fa: format!(
            "{from} × {fraction} = {to}، رو به پایین تا {unit} گرد شد. یک {base} در {day} برابر {fraction} {quote} بود، {fa}: {stored}."
        ),
    }
}
