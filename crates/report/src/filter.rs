//! Filters: which facts a report counts.

use serde::{Deserialize, Serialize};

use crate::{
    dimension::{Dimension, DimensionError},
    fact::Fact,
};

/// Most conditions of one filter, over all levels.
pub const CONDITIONS_MAX: usize = 200;
/// Most values of one condition.
pub const VALUES_MAX: usize = 1_000;
/// Deepest nesting.
pub const DEPTH_MAX: usize = 8;

/// A condition on the dimensions of a fact. An unknown value is written `null` and is a value like others: `not` of `country in
/// [VN]` keeps facts without a country.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Filter {
    /// All of these hold; of none, all facts.
    And(Vec<Filter>),
    /// One of these holds; of none, no fact.
    Or(Vec<Filter>),
    /// This does not hold.
    Not(Box<Filter>),
    /// The dimension has one of these values.
    In(Dimension, Vec<Option<String>>),
    /// The dimension's text holds this; upper and lower case are one.
    Contains(Dimension, String),
    /// The dimension's text begins with this; upper and lower case are one.
    StartsWith(Dimension, String),
}

/// What is wrong with a filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// The shape of the text.
    #[error(
        "`{0}` is no condition; write country=VN,IR or device!=mobile or sub1~mail or sub1^mail; (none) stands for no value"
    )]
    Shape(String),
    /// An unknown dimension.
    #[error(transparent)]
    Dimension(#[from] DimensionError),
    /// Too large.
    #[error(
        "the filter is too large: at most {CONDITIONS_MAX} conditions, {VALUES_MAX} values each, {DEPTH_MAX} levels"
    )]
    TooLarge,
}

impl Default for Filter {
    fn default() -> Self {
        Self::And(Vec::new())
    }
}

/// How a missing value is written on the command line.
const NONE: &str = "(none)";

impl Filter {
    /// Reads `country=VN,IR`, `device!=mobile`, `sub1~mail` (contains) or `sub1^mail` (begins with).
    ///
    /// # Errors
    /// Another shape, or an unknown dimension.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let shape = || FilterError::Shape(text.chars().take(80).collect());
        let at = text.find(['=', '!', '~', '^']).ok_or_else(shape)?;
        let dimension: Dimension = text[..at].trim().parse()?;
        let values = |list: &str| {
            let value = |value: &str| (value != NONE).then(|| value.to_owned());
            list.split(',').map(str::trim).map(value).collect()
        };
        let rest = &text[at..];
        Ok(match rest.split_at(1) {
            ("=", list) => Self::In(dimension, values(list)),
            ("!", list) => {
                let list = list.strip_prefix('=').ok_or_else(shape)?;
                Self::Not(Box::new(Self::In(dimension, values(list))))
            }
            ("~", part) => Self::Contains(dimension, part.trim().to_owned()),
            (_, part) => Self::StartsWith(dimension, part.trim().to_owned()),
        })
    }

    /// Whether a fact passes.
    pub fn keeps(&self, fact: &Fact) -> bool {
        match self {
            Self::And(all) => all.iter().all(|filter| filter.keeps(fact)),
            Self::Or(any) => any.iter().any(|filter| filter.keeps(fact)),
            Self::Not(filter) => !filter.keeps(fact),
            Self::In(dimension, values) => {
                let value = fact.dimension(*dimension);
                values.iter().any(|wanted| wanted.as_deref() == value)
            }
            Self::Contains(dimension, part) => {
                let holds = |text: &str| text.to_lowercase().contains(&part.to_lowercase());
                fact.dimension(*dimension).is_some_and(holds)
            }
            Self::StartsWith(dimension, part) => {
                let begins = |text: &str| text.to_lowercase().starts_with(&part.to_lowercase());
                fact.dimension(*dimension).is_some_and(begins)
            }
        }
    }

    /// The dimensions that it looks at.
    pub fn dimensions(&self) -> Vec<Dimension> {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::dimensions).collect(),
            Self::Not(part) => part.dimensions(),
            Self::In(dimension, _) | Self::Contains(dimension, _) | Self::StartsWith(dimension, _) => {
                vec![*dimension]
            }
        }
    }

    /// Refuses what would cost more than it could be worth.
    ///
    /// # Errors
    /// [`FilterError::TooLarge`].
    pub fn check(&self) -> Result<(), FilterError> {
        let mut conditions = 0;
        if self.fits(1, &mut conditions) { Ok(()) } else { Err(FilterError::TooLarge) }
    }

    fn fits(&self, depth: usize, conditions: &mut usize) -> bool {
        *conditions += 1;
        if depth > DEPTH_MAX || *conditions > CONDITIONS_MAX {
            return false;
        }
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().all(|part| part.fits(depth + 1, conditions)),
            Self::Not(part) => part.fits(depth + 1, conditions),
            Self::In(_, values) => values.len() <= VALUES_MAX,
            Self::Contains(_, text) | Self::StartsWith(_, text) => text.len() <= 500,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, option, prelude::*};

    use super::*;

    #[test]
    fn conditions_of_the_command_line() {
        let list = |values: &[Option<&str>]| {
            Filter::In(Dimension::Country, values.iter().map(|value| value.map(str::to_owned)).collect())
        };
        for (text, filter) in [
            ("country=VN", list(&[Some("VN")])),
            ("country = VN, IR", list(&[Some("VN"), Some("IR")])),
            ("country!=VN,(none)", Filter::Not(Box::new(list(&[Some("VN"), None])))),
            ("sub1~mail=1", Filter::Contains(Dimension::Sub1, "mail=1".to_owned())),
            ("sub1^a", Filter::StartsWith(Dimension::Sub1, "a".to_owned())),
        ] {
            assert_eq!(Filter::parse(text).unwrap(), filter, "{text}");
        }
        for text in ["", "country", "country!VN", "x=1", "1=1 or country=VN"] {
            assert!(Filter::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn deep_and_wide_filters_are_refused() {
        let deep = (0..20).fold(Filter::default(), |filter, _| Filter::Not(Box::new(filter)));
        assert_eq!(deep.check(), Err(FilterError::TooLarge));
        let wide = Filter::Or(vec![Filter::default(); 300]);
        assert_eq!(wide.check(), Err(FilterError::TooLarge));
        assert_eq!(Filter::default().check(), Ok(()));
    }
    fn any() -> impl Strategy<Value = Filter> {
        let dimension = || proptest::sample::select(Dimension::ALL);
        let one = prop_oneof![
            (dimension(), vec(option::of(".{0,4}"), 0..3)).prop_map(|(on, values)| Filter::In(on, values)),
            (dimension(), ".{0,4}").prop_map(|(on, part)| Filter::Contains(on, part)),
            (dimension(), ".{0,4}").prop_map(|(on, part)| Filter::StartsWith(on, part)),
        ];
        one.prop_recursive(3, 10, 3, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..3).prop_map(Filter::And),
                vec(inner.clone(), 0..3).prop_map(Filter::Or),
                inner.prop_map(|filter| Filter::Not(Box::new(filter))),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_filter_is_read_as_it_was_written(filter in any()) {
            let json = serde_json::to_string(&filter).unwrap();
            prop_assert_eq!(serde_json::from_str::<Filter>(&json).unwrap(), filter);
        }
    }
}
