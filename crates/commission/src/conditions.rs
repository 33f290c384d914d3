//! Conditions of a rate, ready to be judged.
//!
//! Lists are sorted and freed of repetitions, coupons are in small letters. What a condition asks for and the
//! conversion does not tell, does not hold: nobody is paid by a rule of which it is not known that it applies.

use std::collections::BTreeMap;

use model::{
    Timestamp,
    contract::{Conditions, CustomerKind, Months},
    country,
    targeting::DEVICES,
};

use crate::{
    facts::{OrderItem, RateFacts},
    term_error::TermError,
};

/// The most entries of one list.
const ENTRIES_MAX: usize = 1_000;
/// The most characters of one entry.
const CHARACTERS_MAX: usize = 200;
/// What `subs` may name.
const SUBS: [&str; 11] =
    ["sub1", "sub2", "sub3", "sub4", "sub5", "sub6", "sub7", "sub8", "sub9", "sub10", "source"];

/// The entries of a list, sorted, each once.
pub(crate) type Words = Box<[String]>;

/// How far above others a rule stands, the lowest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Standing {
    /// It holds for whole orders, whenever they come.
    Plain,
    /// It is an exception for some items.
    Item,
    /// It holds for a stretch of time.
    Promotion,
}

/// What decides between rules that hold for the same thing, the most important first. The greater one wins.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Rank {
    standing: Standing,
    conditions: usize,
    /// When a promotion began; the later one is the newer.
    began: Option<Timestamp>,
}

/// Conditions, checked.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct CompiledConditions {
    pub(crate) customer: Option<CustomerKind>,
    months: Option<Months>,
    pub(crate) coupons: Option<Words>,
    pub(crate) countries: Option<Words>,
    pub(crate) devices: Option<Words>,
    pub(crate) subs: BTreeMap<String, Words>,
    pub(crate) skus: Option<Words>,
    pub(crate) categories: Option<Words>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl CompiledConditions {
    /// Checks conditions. The fields of the errors are relative to the conditions.
    pub(crate) fn compile(when: &Conditions) -> Result<Self, Vec<TermError>> {
        // Taken apart, so that a new condition does not compile before it is checked here.
        let Conditions { customer, months, coupons, countries, devices, subs, skus, categories, from, until } =
            when;
        let mut errors = Vec::new();
        let compiled = Self {
            customer: *customer,
            months: *months,
            coupons: words("coupons", coupons.as_deref(), &coupon, &mut errors),
            countries: words("countries", countries.as_deref(), &country, &mut errors),
            devices: words("devices", devices.as_deref(), &device, &mut errors),
            subs: sub_words(subs.as_ref(), &mut errors),
            skus: words("skus", skus.as_deref(), &as_it_is, &mut errors),
            categories: words("categories", categories.as_deref(), &as_it_is, &mut errors),
            from: *from,
            until: *until,
        };
        if let Some(Months { from, to }) = *months
            && (from == 0 || to.is_some_and(|to| to < from))
        {
            errors.push(TermError::new(
                "months",
                "give the first and the last month; the first conversion begins month 1",
            ));
        }
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            let message = format!("conflicts with from: a promotion from {from} cannot end at {until}");
            errors.push(TermError::new("until", message));
        }
        if errors.is_empty() { Ok(compiled) } else { Err(errors) }
    }

    /// True when the rate pays some items of an order instead of the whole.
    pub(crate) const fn is_of_items(&self) -> bool {
        self.skus.is_some() || self.categories.is_some()
    }

    pub(crate) fn rank(&self) -> Rank {
        let standing = if self.from.is_some() || self.until.is_some() {
            Standing::Promotion
        } else if self.is_of_items() {
            Standing::Item
        } else {
            Standing::Plain
        };
        let lists = [&self.coupons, &self.countries, &self.devices, &self.skus, &self.categories];
        let given = lists.into_iter().filter(|list| list.is_some()).count();
        let conditions = given
            + usize::from(self.customer.is_some())
            + usize::from(self.months.is_some())
            + self.subs.len();
        Rank { standing, conditions, began: self.from }
    }

    /// Whether everything holds that does not depend on an item. `coupon` is that of the facts in small letters.
    pub(crate) fn hold(&self, facts: &RateFacts<'_>, coupon: Option<&str>) -> bool {
        (self.customer.is_none() || self.customer == facts.customer)
            && self.months.is_none_or(|Months { from, to }| {
                facts.month.is_some_and(|month| from <= month && to.is_none_or(|to| month <= to))
            })
            && self.from.is_none_or(|from| from <= facts.at)
            && self.until.is_none_or(|until| facts.at < until)
            && among(self.coupons.as_ref(), coupon)
            && among(self.countries.as_ref(), facts.touch.country)
            && among(self.devices.as_ref(), facts.touch.device)
            && self.subs.iter().all(|(name, values)| {
                let value = facts.touch.subs.and_then(|subs| subs.get(name));
                among(Some(values), value.map(String::as_str))
            })
    }

    /// Whether what depends on the item holds.
    pub(crate) fn hold_of(&self, item: &OrderItem<'_>) -> bool {
        among(self.skus.as_ref(), Some(item.sku)) && among(self.categories.as_ref(), item.category)
    }

    /// The names of all that is asked for, for touch rates, which know none of it.
    pub(crate) fn names(when: &Conditions) -> impl Iterator<Item = &'static str> {
        let Conditions { customer, months, coupons, countries, devices, subs, skus, categories, from, until } =
            when;
        let given = [
            (customer.is_some(), "customer"),
            (months.is_some(), "months"),
            (coupons.is_some(), "coupons"),
            (countries.is_some(), "countries"),
            (devices.is_some(), "devices"),
            (subs.is_some(), "subs"),
            (skus.is_some(), "skus"),
            (categories.is_some(), "categories"),
            (from.is_some(), "from"),
            (until.is_some(), "until"),
        ];
        given.into_iter().filter_map(|(given, name)| given.then_some(name))
    }
}

/// The form in which coupons are compared.
pub(crate) fn folded(coupon: &str) -> String {
    coupon.trim().to_lowercase()
}

fn among(words: Option<&Words>, value: Option<&str>) -> bool {
    let Some(words) = words else { return true };
    let compare = |value: &str| words.binary_search_by(|word| word.as_str().cmp(value)).is_ok();
    value.is_some_and(compare)
}

type Read<'a> = &'a dyn Fn(&str) -> Result<String, String>;

fn words(field: &str, list: Option<&[String]>, read: Read<'_>, errors: &mut Vec<TermError>) -> Option<Words> {
    let list = list?;
    if list.is_empty() {
        errors.push(TermError::new(field, "an empty list lets nothing in; leave it out"));
    } else if list.len() > ENTRIES_MAX {
        errors.push(TermError::new(field, format!("a list has at most {ENTRIES_MAX} entries")));
    }
    let mut read_all = Vec::with_capacity(list.len());
    for (place, entry) in list.iter().enumerate() {
        match plain(entry).and_then(|()| read(entry)) {
            Ok(word) => read_all.push(word),
            Err(message) => errors.push(TermError::new(format!("{field}[{place}]"), message)),
        }
    }
    read_all.sort_unstable();
    read_all.dedup();
    Some(read_all.into())
}

fn sub_words(
    subs: Option<&BTreeMap<String, Vec<String>>>,
    errors: &mut Vec<TermError>,
) -> BTreeMap<String, Words> {
    let Some(subs) = subs else { return BTreeMap::new() };
    if subs.is_empty() {
        errors.push(TermError::new("subs", "it names no parameter; leave it out"));
    }
    let mut compiled = BTreeMap::new();
    for (name, values) in subs {
        let shown: String = name.chars().take(40).collect();
        let field = format!("subs.{shown}");
        if !SUBS.contains(&name.as_str()) {
            errors.push(TermError::new(field, "it is none of sub1 to sub10 and source"));
        } else if let Some(values) = words(&field, Some(values), &as_it_is, errors) {
            compiled.insert(name.clone(), values);
        }
    }
    compiled
}

fn plain(entry: &str) -> Result<(), String> {
    let blank = entry.is_empty() || entry.trim() != entry || entry.chars().any(char::is_control);
    if blank || entry.chars().count() > CHARACTERS_MAX {
        return Err(format!("write 1 to {CHARACTERS_MAX} characters without spaces around them"));
    }
    Ok(())
}

fn as_it_is(entry: &str) -> Result<String, String> {
    Ok(entry.to_owned())
}

fn coupon(entry: &str) -> Result<String, String> {
    Ok(folded(entry))
}

fn country(entry: &str) -> Result<String, String> {
    let code = entry.to_ascii_uppercase();
    if country::is_known(&code) {
        return Ok(code);
    }
    let shown: String = entry.chars().take(40).collect();
    Err(format!("`{shown}` is no country; write the two letters of ISO 3166-1, such as VN, IR or GB"))
}

fn device(entry: &str) -> Result<String, String> {
    let word = entry.to_ascii_lowercase();
    if DEVICES.contains(&word.as_str()) {
        return Ok(word);
    }
    let shown: String = entry.chars().take(40).collect();
    Err(format!("`{shown}` is no device; use one of {}", DEVICES.join(", ")))
}
