//! What came of reading, as lines that a table of cases can hold.

use media::{Options, Reading, read};

/// Reads a file with options such as `dates=day-first currency=USD`, and shows the outcome.
pub fn outcome(bytes: &[u8], options: &str) -> String {
    let reading = match read(bytes, &options_of(options)) {
        Ok(reading) => reading,
        Err(error) => return format!("unreadable: {error}"),
    };
    let mut lines: Vec<String> = Vec::new();
    match reading {
        Reading::Questions(questions) => {
            for question in questions {
                let column = question.column.unwrap_or_else(|| "-".to_owned());
                let found = question.found.join("|");
                lines.push(
                    format!("ask {} {} {column} {found}", question.subject.word(), question.line)
                        .trim_end()
                        .to_owned(),
                );
            }
        }
        Reading::File(file) => {
            for row in file.rows {
                let count =
                    |count: Option<i64>| count.map_or_else(|| "-".to_owned(), |count| count.to_string());
                let id = row.campaign_id.map_or_else(String::new, |id| format!(" #{id}"));
                lines.push(format!(
                    "{} {}{id}: {} {} {}",
                    row.day,
                    row.campaign,
                    row.spend,
                    count(row.impressions),
                    count(row.clicks)
                ));
            }
            for bad in file.bad {
                lines.push(format!(
                    "bad {} {}: {}",
                    bad.line,
                    bad.column.unwrap_or_else(|| "-".to_owned()),
                    bad.reason
                ));
            }
            for skipped in file.skipped {
                lines.push(format!("skip {} {}", skipped.line, skipped.why.word()));
            }
        }
    }
    lines.join("\n")
}

fn options_of(text: &str) -> Options {
    let mut options = Options::default();
    for (name, value) in text.split_whitespace().filter_map(|pair| pair.split_once('=')) {
        match name {
            "encoding" => options.encoding = Some(value.parse().expect("a legal option")),
            "dates" => options.dates = Some(value.parse().expect("a legal option")),
            "decimals" => options.decimals = Some(value.parse().expect("a legal option")),
            "currency" => options.currency = Some(value.parse().expect("a legal option")),
            "spread" => options.spread = Some(media::Spread::Even),
            "totals" => {
                options.totals =
                    Some(if value == "skip" { media::Totals::Skip } else { media::Totals::Count });
            }
            "campaign" => options.campaign = Some(value.to_owned()),
            "from" => options.from = Some(value.parse().expect("a legal option")),
            "to" => options.to = Some(value.parse().expect("a legal option")),
            _ => {
                options.columns.insert(name.parse().expect("a legal option"), value.to_owned());
            }
        }
    }
    options
}
