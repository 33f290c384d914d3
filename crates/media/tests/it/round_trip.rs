//! Random days written in any shape, and read again.

use media::{CostRow, Options, Reading, read};
use model::{Currency, Day, Money};
use proptest::prelude::*;

/// In which shape a file is written.
#[derive(Debug, Clone, Copy)]
struct Shape {
    delimiter: char,
    encoding: u8,
    style: u8,
    language: usize,
    dates: u8,
    currency_in_name: bool,
    title: bool,
    total: bool,
}

/// Campaign, day, cost, currency, impressions, clicks, the beginning of a total line.
const LANGUAGES: [[&str; 7]; 6] = [
    ["Campaign", "Day", "Cost", "Currency code", "Impr.", "Clicks", "Total: Account"],
    ["Chiến dịch", "Ngày", "Chi phí", "Mã tiền tệ", "Lượt hiển thị", "Lượt nhấp", "Tổng số: Tài khoản"],
    ["کمپین", "روز", "هزینه", "واحد پول", "نمایش", "کلیک", "جمع: حساب"],
    ["Kampagne", "Tag", "Kosten", "Währungscode", "Impressionen", "Klicks", "Gesamt: Konto"],
    ["Campagne", "Jour", "Coût", "Code de la devise", "Impressions", "Clics", "Total : Compte"],
    ["Campaña", "Día", "Coste", "Código de moneda", "Impresiones", "Clics", "Total: Cuenta"],
];

fn shape() -> impl Strategy<Value = Shape> {
    let delimiter = prop::sample::select(vec![',', ';', '\t', '|']);
    (delimiter, 0..6_u8, 0..6_u8, 0..LANGUAGES.len(), 0..4_u8, any::<bool>(), any::<bool>(), any::<bool>())
        .prop_map(|(delimiter, encoding, style, language, dates, currency_in_name, title, total)| Shape {
            delimiter,
            encoding,
            style,
            language,
            dates,
            currency_in_name,
            title,
            total,
        })
}

/// Campaigns with names that need quotation marks, days of two years, amounts down to the cent.
fn costs() -> impl Strategy<Value = Vec<(String, Day, i64, i64, i64)>> {
    let name = prop::sample::select(vec![
        "Brand",
        "a, b; c",
        "tab\there",
        "say \"hi\"",
        "Tết | نوروز",
        "=cmd()",
        "Total War",
    ]);
    let cost = (name, 20_454_i64..21_184, 0..=9_999_999_i64, 0..=2_000_000_i64, 0..=90_000_i64);
    prop::collection::vec(cost, 1..20).prop_map(|rows| {
        rows.into_iter()
            .map(|(name, day, cents, impressions, clicks)| {
                (name.to_owned(), Day::from_number(day).expect("a day"), cents, impressions, clicks)
            })
            .collect()
    })
}

fn grouped(digits: &str, mark: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let mut rest = digits;
    while rest.len() > 3 {
        let (head, tail) = rest.split_at(rest.len() - 3);
        parts.insert(0, tail);
        rest = head;
    }
    parts.insert(0, rest);
    parts.join(mark)
}

impl Shape {
    fn marks(self) -> (&'static str, &'static str) {
        [(",", "."), (".", ","), ("\u{202F}", ","), ("'", "."), ("", "."), ("٬", "٫")]
            [usize::from(self.style)]
    }

    fn whole(self, number: i64) -> String {
        self.digits(&grouped(&number.to_string(), self.marks().0))
    }

    fn amount(self, cents: i64) -> String {
        let (thousands, point) = self.marks();
        self.digits(&format!("{}{point}{:02}", grouped(&(cents / 100).to_string(), thousands), cents % 100))
    }

    fn digits(self, text: &str) -> String {
        if self.style != 5 {
            return text.to_owned();
        }
        let persian = |letter: char| letter.to_digit(10).and_then(|digit| char::from_u32('۰' as u32 + digit));
        text.chars().map(|letter| persian(letter).unwrap_or(letter)).collect()
    }

    fn day(self, day: Day) -> String {
        let text = day.to_string();
        let (year, month, date) = (&text[..4], &text[5..7], &text[8..]);
        match self.dates {
            0 => text,
            1 => format!("{date}/{month}/{year}"),
            2 => format!("{month}/{date}/{year}"),
            _ => format!("{date}.{month}.{year}"),
        }
    }

    /// The order, where a file alone may not prove it.
    fn options(self) -> Options {
        let dates = match self.dates {
            1 | 3 => Some(media::DateOrder::DayFirst),
            2 => Some(media::DateOrder::MonthFirst),
            _ => None,
        };
        Options { dates, ..Options::default() }
    }

    fn file(self, rows: &[(String, Day, i64, i64, i64)], currency: Currency) -> Vec<u8> {
        let [campaign, day, cost, code, impressions, clicks, total] = LANGUAGES[self.language];
        let quoted = |cell: &str| {
            let needs = cell.contains([self.delimiter, '"', '\n', '\t', ';', ',', '|']);
            if needs { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
        };
        let line = |cells: &[String]| {
            cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(&self.delimiter.to_string())
                + "\r\n"
        };
        let mut text = String::new();
        if self.title {
            text += "Report\r\n\r\n";
        }
        let named = if self.currency_in_name { format!("{cost} ({currency})") } else { cost.to_owned() };
        let code = if self.currency_in_name { "Note" } else { code };
        text += &line(&[campaign, day, &named, code, impressions, clicks].map(str::to_owned));
        let mut sums = (0, 0, 0);
        for (name, at, cents, seen, clicked) in rows {
            sums = (sums.0 + cents, sums.1 + seen, sums.2 + clicked);
            let code = if self.currency_in_name { "x".to_owned() } else { currency.to_string() };
            text += &line(&[
                name.clone(),
                self.day(*at),
                self.amount(*cents),
                code,
                self.whole(*seen),
                self.whole(*clicked),
            ]);
        }
        if self.total {
            let none = " --".to_owned();
            text += &line(&[
                total.to_owned(),
                none.clone(),
                self.amount(sums.0),
                none,
                self.whole(sums.1),
                self.whole(sums.2),
            ]);
        }
        let sixteen = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        match self.encoding {
            0 => text.into_bytes(),
            1 => [&b"\xEF\xBB\xBF"[..], text.as_bytes()].concat(),
            2 => [&b"\xFF\xFE"[..], &sixteen(u16::to_le_bytes)].concat(),
            3 => [&b"\xFE\xFF"[..], &sixteen(u16::to_be_bytes)].concat(),
            4 => sixteen(u16::to_le_bytes),
            _ => sixteen(u16::to_be_bytes),
        }
    }
}

/// What the rows come to, added up in the plainest way.
fn sums(rows: &[(String, Day, i64, i64, i64)]) -> Vec<(String, Day, i64, i64, i64)> {
    let mut sums: Vec<(String, Day, i64, i64, i64)> = Vec::new();
    for (name, day, cents, seen, clicked) in rows {
        let name = name.replace('\t', " ");
        match sums.iter_mut().find(|sum| sum.0 == name && sum.1 == *day) {
            Some(sum) => (sum.2, sum.3, sum.4) = (sum.2 + cents, sum.3 + seen, sum.4 + clicked),
            None => sums.push((name, *day, *cents, *seen, *clicked)),
        }
    }
    sums.sort();
    sums
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_was_written_is_read(shape in shape(), rows in costs()) {
        let currency = Currency::EUR;
        let file = shape.file(&rows, currency);
        let reading = read(&file, &shape.options());
        let Ok(Reading::File(file)) = reading else { panic!("{reading:?}") };
        prop_assert_eq!(&file.bad, &[]);
        let mut found: Vec<(String, Day, i64, i64, i64)> = Vec::new();
        for CostRow { campaign, day, spend, impressions, clicks, .. } in file.rows {
            prop_assert_eq!(spend.currency(), currency);
            prop_assert_eq!(spend.units() % 10_000, 0);
            found.push((campaign, day, spend.units() / 10_000, impressions.unwrap(), clicks.unwrap()));
        }
        found.sort();
        prop_assert_eq!(found, sums(&rows));
        prop_assert_eq!(file.skipped.len(), usize::from(shape.total));
    }

    #[test]
    fn parts_of_a_period_sum_to_its_total(units in 0..=1_000_000_000_000_i64, first in 20_000_i64..21_000, days in 0..400_i64, seen in 0..=1_000_000_i64) {
        let total = Money::from_units(units, Currency::USD);
        let [from, to] = [first, first + days].map(|day| Day::from_number(day).unwrap());
        let text = format!("Campaign name,Amount spent (USD),Impressions,Reporting starts,Reporting ends\nA,{},{seen},{from},{to}\n", total.amount_text());
        let options = Options { spread: Some(media::Spread::Even), decimals: Some(media::Decimals::Point), ..Options::default() };
        let Ok(Reading::File(file)) = read(text.as_bytes(), &options) else { panic!("not read") };
        prop_assert_eq!(i64::try_from(file.rows.len()).unwrap(), days + 1);
        prop_assert_eq!(file.rows.iter().map(|row| row.spend.units()).sum::<i64>(), units);
        prop_assert_eq!(file.rows.iter().filter_map(|row| row.impressions).sum::<i64>(), seen);
        let spends: Vec<i64> = file.rows.iter().map(|row| row.spend.units()).collect();
        prop_assert!(spends.iter().max().unwrap() - spends.iter().min().unwrap() <= 1);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes, &Options::default());
    }

    #[test]
    fn no_table_makes_it_panic(cells in prop::collection::vec("[-0-9.,/:T٫€$ a-zéتم\"\u{202F}%()']{0,14}", 0..40)) {
        let lines: Vec<String> = cells.chunks(3).map(|cells| cells.join(";")).collect();
        let text = format!("Campaign;Day;Cost\n{}\n", lines.join("\n"));
        let _ = read(text.as_bytes(), &Options::default());
    }
}
