//! Which browsers are one person.
//!
//! Who may be remembered has a browser's id, by his consent; what an advertiser says of his customer with a conversion, or by `identify`, ties
//! browsers to a customer. The rules, in which being wrong is worse than knowing less:
//!
//! - A conversion names a customer by the advertiser's own id, else by the hash of an e-mail address. A hash that came with one
//!   customer's id alone is that customer; with several it is nobody.
//! - A browser that one customer alone was seen with is his. One that several were seen with is a person of its own (a shared one).
//! - Browsers that are one customer's are one person; more than [`BROWSERS_MAX`] are not (a till, a test account).
//! - Nothing is followed further: that a customer shares a browser with another one makes the two no person.
//!
//! So a person depends on the set of what was told and not on its order, and a tie that is gone is no tie. Each advertiser knows his own people only.

use std::collections::{BTreeSet, HashMap};

use model::{AdvertiserId, Timestamp, TouchId, VisitorId};

use super::ways::Way;

/// Browsers that one customer can have.
pub(super) const BROWSERS_MAX: usize = 20;

/// A person.
pub(super) type Person = u32;
/// A customer of one advertiser: the hash that he is remembered under.
pub(super) type Account = [u8; 16];
/// A browser on the pages of one advertiser.
type Browser = (AdvertiserId, VisitorId);

/// What a conversion tells of who made it.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    pub(super) browser: Option<VisitorId>,
    /// The browser that the advertiser identified the customer on.
    pub(super) identified: Option<VisitorId>,
    pub(super) customer: Option<Account>,
    pub(super) email: Option<Account>,
    /// The click that its click id names.
    pub(super) click: Option<TouchId>,
}

/// What was told, before anything follows from it.
#[derive(Default)]
pub(super) struct Ties {
    customers_of: HashMap<Account, BTreeSet<Account>>,
    seen: BTreeSet<(AdvertiserId, VisitorId, Account)>,
}

impl Ties {
    /// A conversion, or what the advertiser said of a browser.
    pub(super) fn add(&mut self, advertiser: AdvertiserId, told: &Told) {
        if let (Some(customer), Some(email)) = (told.customer, told.email) {
            self.customers_of.entry(email).or_default().insert(customer);
        }
        if let Some(account) = told.customer.or(told.email) {
            let browsers = told.browser.into_iter().chain(told.identified);
            self.seen.extend(browsers.map(|browser| (advertiser, browser, account)));
        }
    }

    /// The customer that an account stands for; none where an address is of several.
    fn customer(&self, account: Account) -> Option<Account> {
        match self.customers_of.get(&account) {
            None => Some(account),
            Some(customers) if customers.len() == 1 => customers.first().copied(),
            Some(_) => None,
        }
    }

    /// What is known of the browsers of one account.
    pub(super) fn explain(&self, account: Account) -> Explained {
        let Some(customer) = self.customer(account) else {
            return Explained { why: Why::AddressOfSeveral, browsers: Vec::new() };
        };
        let mut others: HashMap<Browser, BTreeSet<Account>> = HashMap::new();
        let mut own: BTreeSet<Browser> = BTreeSet::new();
        for (advertiser, browser, told) in &self.seen {
            let Some(other) = self.customer(*told) else { continue };
            let browser = (*advertiser, *browser);
            if other == customer {
                own.insert(browser);
            } else {
                others.entry(browser).or_default().insert(other);
            }
        }
        let browsers: Vec<(VisitorId, usize)> =
            own.into_iter().map(|one| (one.1, others.get(&one).map_or(0, BTreeSet::len))).collect();
        let alone = browsers.iter().filter(|(_, others)| *others == 0).count();
        let why = match alone {
            0 if browsers.is_empty() => Why::NoBrowser,
            0 => Why::SharedBrowsers,
            1..=BROWSERS_MAX => Why::OneCustomer,
            _ => Why::TooManyBrowsers,
        };
        Explained { why, browsers }
    }

    /// The people that follow.
    pub(super) fn people(self) -> People {
        let mut accounts: HashMap<Browser, BTreeSet<Account>> = HashMap::new();
        for (advertiser, browser, account) in &self.seen {
            if let Some(customer) = self.customer(*account) {
                accounts.entry((*advertiser, *browser)).or_default().insert(customer);
            }
        }
        let only = |accounts: &BTreeSet<Account>| accounts.first().copied().filter(|_| accounts.len() == 1);
        let mut of_account: HashMap<Account, usize> = HashMap::new();
        for account in accounts.values().filter_map(only) {
            *of_account.entry(account).or_default() += 1;
        }
        let few =
            |account: &Account| of_account.get(account).is_some_and(|browsers| *browsers <= BROWSERS_MAX);
        let of_browser =
            accounts.iter().filter_map(|(browser, all)| Some((*browser, only(all).filter(few)?))).collect();
        People { ties: self, of_browser, ..People::default() }
    }
}

/// Why browsers are one person, or are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// They were seen with one customer alone.
    OneCustomer,
    /// Each of them was seen with other customers as well.
    SharedBrowsers,
    /// One customer has more of them than a person can have.
    TooManyBrowsers,
    /// The e-mail address came with several customers' ids.
    AddressOfSeveral,
    /// The customer was seen with none.
    NoBrowser,
    /// Somebody said that the key is shared.
    Cut,
}

impl Why {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::OneCustomer => "one_customer",
            Self::SharedBrowsers => "shared_browsers",
            Self::TooManyBrowsers => "too_many_browsers",
            Self::AddressOfSeveral => "address_of_several",
            Self::NoBrowser => "no_browser",
            Self::Cut => "cut",
        }
    }
}

/// What is known of the browsers of one account.
pub(super) struct Explained {
    pub(super) why: Why,
    /// Each with how many other customers it was seen with.
    pub(super) browsers: Vec<(VisitorId, usize)>,
}

/// What is known of a browser.
struct Known {
    person: Person,
    visited_at: Timestamp,
    way: Way,
}

/// How long somebody may be away and still be on the same visit, in microseconds.
const VISIT_US: i64 = 30 * 60 * 1_000_000;

/// Numbers for persons.
#[derive(Default)]
pub(super) struct People {
    ties: Ties,
    /// The customer whose browser it is.
    of_browser: HashMap<Browser, Account>,
    accounts: HashMap<Account, Person>,
    browsers: HashMap<Browser, Known>,
    clicks: HashMap<TouchId, Person>,
    count: Person,
}

impl People {
    fn next(&mut self) -> Person {
        self.count += 1;
        self.count
    }

    fn account(&mut self, account: Account) -> Person {
        match self.accounts.get(&account) {
            Some(person) => *person,
            None => {
                let person = self.next();
                self.accounts.insert(account, person);
                person
            }
        }
    }

    fn known(&mut self, browser: Browser) -> &mut Known {
        if !self.browsers.contains_key(&browser) {
            let person = match self.of_browser.get(&browser).copied() {
                Some(account) => self.account(account),
                None => self.next(),
            };
            self.browsers.insert(
                browser,
                Known { person, visited_at: Timestamp::from_micros(i64::MIN / 2), way: Way::MAX },
            );
        }
        self.browsers.get_mut(&browser).expect("it was put there")
    }

    /// Who uses a browser.
    pub(super) fn of_browser(&mut self, advertiser: AdvertiserId, browser: VisitorId) -> Person {
        self.known((advertiser, browser)).person
    }

    /// Who visits with a browser; none when it is the same visit as the last one: the same way, and no half hour between. Visits are told
    /// in the order of time.
    pub(super) fn of_visit(
        &mut self,
        advertiser: AdvertiserId,
        browser: VisitorId,
        way: Way,
        at: Timestamp,
    ) -> Option<Person> {
        let known = self.known((advertiser, browser));
        let same = known.way == way && at.micros_since(known.visited_at) < VISIT_US;
        (known.way, known.visited_at) = (way, at);
        (!same).then_some(known.person)
    }

    /// Who made a click of a browser that may not be remembered, where a conversion names it.
    pub(super) fn of_click(&self, click: TouchId) -> Option<Person> {
        self.clicks.get(&click).copied()
    }

    /// Who made a conversion: by his browser, else as a customer, else by the click that it names; else somebody of whom nothing else is
    /// known.
    pub(super) fn of_conversion(&mut self, advertiser: AdvertiserId, told: &Told) -> Person {
        let account = told.customer.or(told.email).and_then(|account| self.ties.customer(account));
        let person = match (told.browser, account) {
            (Some(browser), _) => self.of_browser(advertiser, browser),
            (None, Some(account)) => self.account(account),
            (None, None) => match told.click.and_then(|click| self.of_click(click)) {
                Some(person) => person,
                None => self.next(),
            },
        };
        if let (None, Some(click)) = (told.browser, told.click) {
            self.clicks.entry(click).or_insert(person);
        }
        person
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: AdvertiserId = AdvertiserId::from_bytes([1; 16]);

    fn browser(number: u8) -> VisitorId {
        VisitorId::from_bytes([number; 16])
    }

    fn told(number: u8, customer: Option<u8>, email: Option<u8>) -> Told {
        let account = |kind: u8, number: u8| {
            let mut account = [number; 16];
            account[0] = kind;
            account
        };
        Told {
            browser: (number > 0).then(|| browser(number)),
            customer: customer.map(|number| account(1, number)),
            email: email.map(|number| account(2, number)),
            ..Told::default()
        }
    }

    /// The groups of browsers 1 to `browsers` that what was told makes.
    fn groups(told: &[Told], browsers: u8) -> Vec<Vec<u8>> {
        let mut ties = Ties::default();
        told.iter().for_each(|told| ties.add(SHOP, told));
        let mut people = ties.people();
        let mut groups: Vec<(Person, Vec<u8>)> = Vec::new();
        for number in 1..=browsers {
            let person = people.of_browser(SHOP, browser(number));
            match groups.iter_mut().find(|group| group.0 == person) {
                Some(group) => group.1.push(number),
                None => groups.push((person, vec![number])),
            }
        }
        groups.into_iter().map(|group| group.1).collect()
    }

    #[test]
    fn browsers_of_one_customer_are_one_person_and_shared_ones_are_nobodys() {
        for (what, told, expected) in [
            ("nothing told", vec![], vec![vec![1], vec![2], vec![3]]),
            ("one customer", vec![told(1, Some(7), None), told(3, Some(7), None)], vec![vec![1, 3], vec![2]]),
            (
                "an address leads to its customer",
                vec![told(1, Some(7), Some(9)), told(2, None, Some(9))],
                vec![vec![1, 2], vec![3]],
            ),
            (
                "an address of two customers leads to nobody",
                vec![
                    told(0, Some(7), Some(9)),
                    told(0, Some(8), Some(9)),
                    told(1, None, Some(9)),
                    told(2, Some(7), None),
                ],
                vec![vec![1], vec![2], vec![3]],
            ),
            (
                "a browser of two customers joins neither",
                vec![
                    told(1, Some(7), None),
                    told(2, Some(7), None),
                    told(2, Some(8), None),
                    told(3, Some(8), None),
                ],
                vec![vec![1], vec![2], vec![3]],
            ),
        ] {
            assert_eq!(groups(&told, 3), expected, "{what}");
            let reversed: Vec<Told> = told.into_iter().rev().collect();
            assert_eq!(groups(&reversed, 3), expected, "{what}, told the other way round");
        }
    }

    #[test]
    fn a_customer_with_very_many_browsers_is_no_person() {
        let many =
            |browsers: u8| (1..=browsers).map(|number| told(number, Some(7), None)).collect::<Vec<_>>();
        assert_eq!(groups(&many(20), 20).len(), 1);
        assert_eq!(groups(&many(21), 21).len(), 21);
    }

    #[test]
    fn the_same_way_within_half_an_hour_is_the_same_visit() {
        let mut people = Ties::default().people();
        let mut visit = |way: Way, minute: i64| {
            people.of_visit(SHOP, browser(1), way, Timestamp::from_micros(minute * 60_000_000)).is_some()
        };
        let seen =
            [(1, 0), (1, 29), (1, 58), (1, 88), (2, 89), (1, 90)].map(|(way, minute)| visit(way, minute));
        assert_eq!(seen, [true, false, false, true, true, true]);
    }
}
