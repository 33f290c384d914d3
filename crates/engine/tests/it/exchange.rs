//! Orders in other currencies than the contract, one a line: what the rates are, what is paid, and how it came about.

use engine::{Facts, Receipt};
use model::{
    Currency, Day, ExchangeRateId, Money, NetworkId,
    exchange::{ExchangeRate, Exchanged, RateBook},
};

use crate::{
    table::rows,
    world::{Case, contracts, now, report, shown_lines},
};

/// Stored rates written as `USD/VND 25400` for today, or `USD/VND 25400 3d` for three days ago.
fn book(rates: &[&str]) -> RateBook {
    let today = Day::of(now());
    let mut book = RateBook::default();
    for (place, text) in rates.iter().enumerate() {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (base, quote) = words[0].split_once('/').unwrap();
        let ago = words.get(2).map_or(0, |age| age.trim_end_matches('d').parse().unwrap());
        book.add(&ExchangeRate {
            id: ExchangeRateId::from_bytes([u8::try_from(place).unwrap() + 1; 16]),
            network_id: NetworkId::from_bytes([1; 16]),
            base: base.parse().unwrap(),
            quote: quote.parse().unwrap(),
            day: Day::from_number(today.number() - ago).unwrap(),
            rate: words[1].parse().unwrap(),
            source: "test".to_owned(),
            created_at: now(),
        });
    }
    book
}

/// The receipt of a case, with the ways that the rates give, as the intake finds them.
fn receipt_with(mut case: Case, network: Currency, book: &RateBook) -> (Case, Receipt) {
    case.facts.currency = network;
    let order = case.report.currency.as_deref().map_or(network, |code| code.parse().unwrap());
    let order = case.report.amount.as_ref().map(|_| order);
    let pairs = engine::exchange::pairs(&case.facts, order, contracts());
    let way = |(from, to)| book.find(from, to, Day::of(now()), 7, network);
    case.facts.exchange = pairs.into_iter().filter_map(way).collect();
    let mut receipt = case.receipt(contracts());
    engine::exchange::keep_what_was_needed(&mut receipt.facts, &receipt.decision, contracts());
    (case, receipt)
}

fn shown(exchanged: Option<Exchanged>) -> String {
    exchanged.map_or("-".to_owned(), |one| {
        format!("{} x {} = {} {:?}", one.from, one.rate.fraction, one.to, one.rate.found).to_lowercase()
    })
}

fn check(table: &str) {
    for row in rows(table) {
        let case = Case::new(report(row.cell("report")), &row.list("touches"), &[]);
        let network: Currency = row.cell("network").parse().unwrap();
        let (case, receipt) = receipt_with(case, network, &book(&row.list("rates")));
        let decision = &receipt.decision;
        assert_eq!(&receipt.recompute(&case.report, contracts()), decision, "decided again: {}", row.line);
        let verdict = format!("{} {}", decision.state.word(), decision.code);
        assert_eq!(verdict, row.cell("verdict"), "{}: {}", row.line, decision.reason);
        assert_eq!(shown_lines(decision), row.cell("earns"), "{}", row.line);
        let exchange = decision.lines.first().and_then(|line| line.exchange.clone()).unwrap_or_default();
        assert_eq!(shown(exchange.order), row.cell("order"), "{}", row.line);
        assert_eq!(shown(exchange.charge), row.cell("charge"), "{}", row.line);
    }
}

#[test]
fn an_order_is_worth_what_the_rates_of_its_day_say() {
    check(
        "
        report             | touches          | network | rates                                      | verdict                    | earns             | order                                                    | charge
        # 1,000,000 / 25400 = 39.37007874..., of it 10 %, each rounded down once; 20 % of that and 0.50 are the fee
        order 1000000/VND  | A click 1h ten   | USD     | USD/VND 25400                              | pending ok                 | A 3.937007        | 1000000 vnd x 1/25400 = 39.370078 usd inverse            | -
        order 1000000/VND  | A click 1h fee   | EUR     | USD/VND 25400, EUR/USD 1.08                | pending ok                 | A 3.937007/1.287401 | 1000000 vnd x 1/25400 = 39.370078 usd inverse          | 5.224408 usd x 25/27 = 4.837414 eur inverse
        order 1000000/VND  | A click 1h ten   | EUR     | EUR/VND 27500, EUR/USD 1.08                | pending ok                 | A 3.927272        | 1000000 vnd x 27/687500 = 39.272727 usd cross            | 3.927272 usd x 25/27 = 3.636362 eur inverse
        order 100/EUR      | A click 1h ten   | USD     | EUR/USD 1.08                               | pending ok                 | A 10.8            | 100.00 eur x 27/25 = 108.00 usd direct                   | -
        order 100/EUR      | A click 1h ten   | USD     | USD/EUR 0.9                                | pending ok                 | A 11.111111       | 100.00 eur x 10/9 = 111.111111 usd inverse               | -
        order 100/USD      | A click 1h euro  | USD     | EUR/USD 1.08                               | pending ok                 | A 9.259259        | 100.00 usd x 25/27 = 92.592592 eur inverse               | 9.259259 eur x 27/25 = 9.999999 usd direct
        # the newest rate, as long as it is not too old
        order 100/EUR      | A click 1h ten   | USD     | EUR/USD 1.08 7d                            | pending ok                 | A 10.8            | 100.00 eur x 27/25 = 108.00 usd direct                   | -
        order 100/EUR      | A click 1h ten   | USD     | EUR/USD 1.08 8d                            | rejected currency_mismatch |                   | -                                                        | -
        order 100/EUR      | A click 1h ten   | USD     | EUR/USD 1.08 3d, EUR/USD 1.1 1d            | pending ok                 | A 11              | 100.00 eur x 11/10 = 110.00 usd direct                   | -
        # nothing is guessed
        order 100/EUR      | A click 1h ten   | USD     |                                            | rejected currency_mismatch |                   | -                                                        | -
        order 100/EUR      | A click 1h ten   | GBP     | EUR/VND 27500, USD/VND 25400               | rejected currency_mismatch |                   | -                                                        | -
        # a fixed commission needs no rate; the charge has a value in the network's currency only by a rate
        order 100/EUR      | A click 1h fixed | USD     |                                            | pending ok                 | A 5               | -                                                        | -
        order 100          | A click 1h ten   | USD     | EUR/USD 1.08                               | pending ok                 | A 10              | -                                                        | -
        order 100/USD      | A click 1h ten   | EUR     |                                            | pending ok                 | A 10              | -                                                        | -
        order 100/USD      | A click 1h ten   | EUR     | EUR/USD 1.08                               | pending ok                 | A 10              | -                                                        | 10.00 usd x 25/27 = 9.259259 eur inverse
        # too small for a unit
        order 0.001/VND    | A click 1h ten   | USD     | USD/VND 25400                              | pending ok                 | A 0               | 0.001 vnd x 1/25400 = 0.00 usd inverse                   | -
        # contracts that share a conversion must share a currency
        order 100/USD      | A click 2d euro, B click 1d linear | USD | EUR/USD 1.08                   | rejected currency_mismatch |                   | -                                                        | -
        ",
    );
}

#[test]
fn the_missing_pair_and_day_are_named() {
    let case = Case::new(report("order 100/EUR"), &["A click 1h ten"], &[]);
    let reason = case.receipt(contracts()).decision.reason;
    assert!(reason.ends_with("a rate of EUR in USD for 2026-03-10 is missing."), "{reason}");
}

#[test]
fn a_receipt_holds_the_rates_it_rests_on_and_no_others() {
    let rates = book(&["EUR/USD 1.08", "USD/VND 25400"]);
    let held = |facts: &Facts| -> Vec<String> {
        facts.exchange.iter().map(|path| format!("{}/{}", path.from, path.to)).collect()
    };
    for (order, touches, wanted) in [
        ("order 1000000/VND", &["A click 2h euro", "B click 1h ten"][..], &["VND/USD"][..]),
        ("order 1000000/VND", &["A click 1h euro"], &["VND/EUR", "EUR/USD"]),
        ("order 100/USD", &["A click 1h ten"], &[]),
        ("order 1000000/VND", &["A click 31d ten"], &[]),
    ] {
        let case = Case::new(report(order), touches, &[]);
        let (_, receipt) = receipt_with(case, Currency::USD, &rates);
        assert_eq!(held(&receipt.facts), wanted, "{order} {touches:?}");
    }
}

#[test]
fn the_lines_of_a_conversion_tie_in_every_currency() {
    let rates = book(&["USD/VND 25400", "EUR/USD 1.08"]);
    let touches = ["A click 3d linear", "B click 2d linear", "C click 1d linear"];
    let case = Case::new(report("order 1000000/VND"), &touches, &[]);
    let (_, receipt) = receipt_with(case, Currency::EUR, &rates);
    let lines = &receipt.decision.lines;
    let sum = |amounts: Vec<Money>| amounts.iter().map(|amount| amount.units()).sum::<i64>();
    // 10 % of 39.370078 dollars, to the unit.
    assert_eq!(sum(lines.iter().map(|line| line.commission).collect()), 3_937_007);
    let charges: Vec<Exchanged> =
        lines.iter().map(|line| line.exchange.as_ref().unwrap().charge.unwrap()).collect();
    assert_eq!(sum(charges.iter().map(|one| one.from).collect()), 3_937_007);
    // Each line is rounded down by less than a unit, so the sum is below the value of the whole by less than three.
    let whole = charges[0].rate.fraction.convert(Money::from_units(3_937_007, Currency::USD), Currency::EUR);
    let missing = whole.unwrap().units() - sum(charges.iter().map(|one| one.to).collect());
    assert!((0..3).contains(&missing), "{missing}");
}
