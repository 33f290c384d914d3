//! Account numbers with check digits: IBAN (ISO 13616), BIC (ISO 9362), routing numbers of the United States.

/// Country and length of IBANs.
#[rustfmt::skip]
const IBAN_LENGTHS: &[(&str, usize)] = &[
    ("AD", 24), ("AE", 23), ("AL", 28), ("AT", 20), ("AZ", 28), ("BA", 20), ("BE", 16), ("BG", 22), ("BH", 22),
    ("BI", 27), ("BR", 29), ("BY", 28), ("CH", 21), ("CR", 22), ("CY", 28), ("CZ", 24), ("DE", 22), ("DJ", 27),
    ("DK", 18), ("DO", 28), ("EE", 20), ("EG", 29), ("ES", 24), ("FI", 18), ("FK", 18), ("FO", 18), ("FR", 27),
    ("GB", 22), ("GE", 22), ("GI", 23), ("GL", 18), ("GR", 27), ("GT", 28), ("HN", 28), ("HR", 21), ("HU", 28),
    ("IE", 22), ("IL", 23), ("IQ", 23), ("IR", 26), ("IS", 26), ("IT", 27), ("JO", 30), ("KW", 30), ("KZ", 20),
    ("LB", 28), ("LC", 32), ("LI", 21), ("LT", 20), ("LU", 20), ("LV", 21), ("LY", 25), ("MC", 27), ("MD", 24),
    ("ME", 22), ("MK", 19), ("MN", 20), ("MR", 27), ("MT", 31), ("MU", 30), ("NI", 28), ("NL", 18), ("NO", 15),
    ("OM", 23), ("PK", 24), ("PL", 28), ("PS", 29), ("PT", 25), ("QA", 29), ("RO", 24), ("RS", 22), ("RU", 33),
    ("SA", 24), ("SC", 31), ("SD", 18), ("SE", 24), ("SI", 19), ("SK", 24), ("SM", 27), ("SO", 23), ("ST", 25),
    ("SV", 28), ("TL", 23), ("TN", 24), ("TR", 26), ("UA", 29), ("VA", 22), ("VG", 24), ("XK", 20), ("YE", 30),
];

/// Countries whose accounts a SEPA transfer reaches, beside those of `IBAN_LENGTHS` that are not here.
#[rustfmt::skip]
const SEPA: &[&str] = &[
    "AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI", "GR", "HR", "HU",
    "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL", "NO", "PL", "PT", "RO", "RS", "SE",
    "SI", "SK", "SM", "VA",
];

/// The codes of ISO 3166, two letters each.
const COUNTRIES: &str = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCM\
CNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQ\
IRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNO\
NPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTV\
TWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW";

/// Whether these two letters are a country.
pub fn is_country(code: &str) -> bool {
    code.len() == 2 && COUNTRIES.as_bytes().chunks(2).any(|country| country == code.as_bytes())
}

/// Whether a SEPA transfer reaches accounts of this country.
pub fn in_sepa(country: &str) -> bool {
    SEPA.contains(&country)
}

/// An IBAN without blanks, in capitals, with the right length for its country and the right check digits.
///
/// # Errors
/// What is wrong, in words.
pub fn iban(text: &str) -> Result<String, String> {
    let iban: String = text.chars().filter(|c| *c != ' ').map(|c| c.to_ascii_uppercase()).collect();
    if !iban.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) || iban.len() < 5 {
        return Err("an IBAN is a country, two check digits, and letters and digits".to_owned());
    }
    let (country, rest) = iban.split_at(2);
    let Some((_, length)) = IBAN_LENGTHS.iter().find(|(known, _)| *known == country) else {
        return Err(format!("`{country}` is not a country with IBANs"));
    };
    if iban.len() != *length {
        return Err(format!("an IBAN of {country} has {length} characters; this one has {}", iban.len()));
    }
    if !rest.as_bytes()[..2].iter().all(u8::is_ascii_digit) {
        return Err("after the country an IBAN has two digits".to_owned());
    }
    if remainder_of_97(&iban) != 1 {
        return Err("the check digits do not fit; a character is wrong or two are swapped".to_owned());
    }
    Ok(iban)
}

/// The number that an IBAN stands for, divided by 97.
fn remainder_of_97(iban: &str) -> u32 {
    let (head, tail) = iban.split_at(4);
    let digits = tail.chars().chain(head.chars()).filter_map(|c| c.to_digit(36));
    digits.fold(0, |sum, digit| (if digit < 10 { sum * 10 } else { sum * 100 } + digit) % 97)
}

/// A BIC in capitals.
///
/// # Errors
/// What is wrong, in words.
pub fn bic(text: &str) -> Result<String, String> {
    let bic = text.trim().to_ascii_uppercase();
    let known = |range: std::ops::Range<usize>| bic.get(range).unwrap_or_default();
    let fits = matches!(bic.len(), 8 | 11) && bic.chars().all(|c| c.is_ascii_alphanumeric());
    if !fits || !known(0..4).chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err("a BIC has 8 or 11 letters and digits, such as DEUTDEFF".to_owned());
    }
    if !is_country(known(4..6)) {
        return Err(format!("`{}`, the fifth and sixth character, is not a country", known(4..6)));
    }
    Ok(bic)
}

/// A routing number of the American Bankers Association.
///
/// # Errors
/// What is wrong, in words.
pub fn routing_number(text: &str) -> Result<String, String> {
    let number = text.trim();
    if number.len() != 9 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("a routing number has nine digits".to_owned());
    }
    let digits = number.chars().filter_map(|c| c.to_digit(10));
    let sum: u32 = digits.zip([3, 7, 1].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    if sum == 0 || !sum.is_multiple_of(10) {
        return Err("the check digit does not fit; a digit is wrong or two are swapped".to_owned());
    }
    Ok(number.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn account_numbers_of_the_standards_examples() {
        for good in [
            "DE89 3704 0044 0532 0130 00",
            "gb29nwbk60161331926819",
            "FR1420041010050500013M02606",
            "NL91ABNA0417164300",
            "IR580540105180021273113007",
            "MT84MALT011000012345MTLCAST001S",
            "NO9386011117947",
        ] {
            assert!(iban(good).is_ok(), "{good}: {:?}", iban(good));
        }
        for (bad, why) in [
            ("DE89370400440532013001", "check digits"),
            ("DE8937040044053201300", "22 characters"),
            ("VN89370400440532013000", "not a country with IBANs"),
            ("DEXX370400440532013000", "two digits"),
            ("DE89-3704", "letters and digits"),
            ("", "letters and digits"),
            ("Đ", "letters and digits"),
        ] {
            let message = iban(bad).expect_err(bad);
            assert!(message.contains(why), "{bad}: {message}");
        }
        assert_eq!(bic("deutdeff"), Ok("DEUTDEFF".to_owned()));
        assert!(bic("DEUTDEFF500").is_ok() && bic("BFTVVNVX").is_ok());
        for bad in ["DEUTDEF", "DEUTZZFF", "DEUT-EFF", "DEUTDEFF50"] {
            assert!(bic(bad).is_err(), "{bad}");
        }
        assert!(routing_number("021000021").is_ok() && routing_number("011401533").is_ok());
        for bad in ["021000022", "02100002", "000000000", "02100002a"] {
            assert!(routing_number(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_table_of_countries_is_in_order_and_covers_the_others() {
        let codes: Vec<&[u8]> = COUNTRIES.as_bytes().chunks(2).collect();
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]) && codes.len() == 250, "{}", codes.len());
        assert!(IBAN_LENGTHS.iter().all(|(country, _)| is_country(country)));
        assert!(SEPA.iter().all(|country| IBAN_LENGTHS.iter().any(|(known, _)| known == country)));
    }

    proptest! {
        /// A slow second way: the whole number in one integer, digit by digit.
        #[test]
        fn one_wrong_or_two_swapped_digits_are_found(bban in "[0-9]{18}", place in 4_usize..21, digit in 0_u8..10) {
            let number: u128 = format!("{bban}131400").parse().expect("digits");
            let good = format!("DE{:02}{bban}", 98 - number % 97);
            prop_assert_eq!(iban(&good), Ok(good.clone()));
            let mut wrong = good.clone().into_bytes();
            wrong[place] = b'0' + digit;
            prop_assert_eq!(iban(std::str::from_utf8(&wrong).expect("ASCII")).is_ok(), wrong == good.as_bytes());
            let mut swapped = good.clone().into_bytes();
            swapped.swap(place, place + 1);
            prop_assert_eq!(iban(std::str::from_utf8(&swapped).expect("ASCII")).is_ok(), swapped == good.as_bytes());
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = (iban(&text), bic(&text), routing_number(&text));
        }
    }
}
