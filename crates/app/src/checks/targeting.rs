//! Conditions on clicks: well-formed, so that a condition never refuses everybody by a slip of the pen.

use model::targeting::{Choice, DayPart, Targeting};

use super::bare;
use crate::errors::Refusal;

const ENTRIES_MAX: usize = 500;
const ENTRY_CHARACTERS_MAX: usize = 100;

/// Checks all conditions; fields are named from the program.
///
/// # Errors
/// `field_invalid`.
pub fn targeting(targeting: &Targeting) -> Result<(), Refusal> {
    let Targeting {
        country,
        region,
        city,
        device,
        os,
        os_version_min,
        browser,
        language,
        carrier,
        connection,
        day_parts,
    } = targeting;
    let within = |refusal: Refusal| refusal.within("targeting");
    choice("country", country, &|code| letters(code, 2..=2, "two letters, such as VN")).map_err(within)?;
    choice("language", language, &|tag| letters(tag, 2..=3, "two or three letters, such as fa"))
        .map_err(within)?;
    for (field, one) in [
        ("region", region),
        ("city", city),
        ("device", device),
        ("os", os),
        ("browser", browser),
        ("carrier", carrier),
        ("connection", connection),
    ] {
        choice(field, one, &|_| Ok(())).map_err(within)?;
    }
    for (os, version) in os_version_min {
        let numbers = !version.is_empty() && version.split('.').all(|part| part.parse::<u32>().is_ok());
        if !numbers || os.is_empty() || os.len() > ENTRY_CHARACTERS_MAX {
            let message = "versions are numbers with dots, such as {\"android\": \"9\"}";
            return Err(within(Refusal::field("os_version_min", message)));
        }
    }
    super::length("day_parts", day_parts, 100).map_err(within)?;
    super::each("day_parts", day_parts, day_part).map_err(within)
}

fn choice(field: &str, choice: &Choice, entry: &dyn Fn(&str) -> Result<(), Refusal>) -> Result<(), Refusal> {
    for (name, list) in [("only", &choice.only), ("except", &choice.except)] {
        let within = |refusal: Refusal| refusal.within(field);
        super::length(name, list, ENTRIES_MAX).map_err(within)?;
        super::each(name, list, |value: &String| {
            if value.trim() != value || value.is_empty() || value.chars().count() > ENTRY_CHARACTERS_MAX {
                return Err(bare(format!(
                    "1 to {ENTRY_CHARACTERS_MAX} characters without blanks around them"
                )));
            }
            entry(value)
        })
        .map_err(within)?;
    }
    Ok(())
}

fn letters(text: &str, count: std::ops::RangeInclusive<usize>, wanted: &str) -> Result<(), Refusal> {
    if count.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        Ok(())
    } else {
        Err(bare(wanted))
    }
}

fn day_part(part: &DayPart) -> Result<(), Refusal> {
    if part.weekdays.is_empty() || part.weekdays.iter().any(|day| *day > 6) {
        return Err(Refusal::field("weekdays", "days are 0 (Monday) to 6 (Sunday), at least one"));
    }
    if part.from_minute >= part.to_minute || part.to_minute > 1440 {
        return Err(Refusal::field(
            "to_minute",
            "a part of the day ends after it begins and at 1440 at the latest",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field_of(json: &str) -> Option<String> {
        targeting(&serde_json::from_str(json).unwrap()).err().and_then(|refusal| refusal.field)
    }

    #[test]
    fn a_slip_is_found_where_it_is() {
        for (json, field) in [
            (r#"{"country": {"only": ["VN", "ir"]}, "os_version_min": {"android": "9.1"}}"#, None),
            (r#"{"country": {"only": ["VN", "Vietnam"]}}"#, Some("targeting.country.only[1]")),
            (r#"{"language": {"except": ["en-US"]}}"#, Some("targeting.language.except[0]")),
            (r#"{"city": {"only": [" Hanoi"]}}"#, Some("targeting.city.only[0]")),
            (r#"{"os_version_min": {"ios": "new"}}"#, Some("targeting.os_version_min")),
            (
                r#"{"day_parts": [{"weekdays": [7], "from_minute": 0, "to_minute": 60}]}"#,
                Some("targeting.day_parts[0].weekdays"),
            ),
            (
                r#"{"day_parts": [{"weekdays": [0], "from_minute": 60, "to_minute": 60}]}"#,
                Some("targeting.day_parts[0].to_minute"),
            ),
        ] {
            assert_eq!(field_of(json).as_deref(), field, "{json}");
        }
    }
}
