//! Measures: the additive columns of a fact.

use std::fmt;

use crate::dimension::{Dimension, Viewer};

/// In which currency the units of a measure are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum In {
    /// None: it counts.
    Pieces,
    /// Units of the currency that the ledger has it in, which the dimension `currency` names.
    Booked,
    /// Units of the currency of the order, which the dimension `order_currency` names.
    Order,
    /// Units of the network's currency, at the rate of the day that the fact belongs to.
    Network,
}

macro_rules! measures {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal, $kind:ident $(=> $network:ident)?;)+) => {
        /// An additive column of a fact. The order is that of the columns; new ones come at the end.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Measure { $($(#[doc = $doc])+ $name,)+ }

        impl Measure {
            /// Every measure, in the order of the columns.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The name of the column.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }
            /// What the column holds.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+).trim_ascii()),+ }
            }
            /// In which currency it is.
            pub const fn currency(self) -> In {
                match self { $(Self::$name => In::$kind),+ }
            }
            /// The same in the network's currency, for money in another.
            pub const fn in_network(self) -> Option<Self> {
                match self { $($(Self::$name => Some(Self::$network),)?)+ _ => None }
            }
        }
    };
}

measures! {
    /// Impressions that counted.
    Impressions = "impressions", Pieces;
    /// Clicks and visits of all verdicts: unique, duplicate and invalid.
    Clicks = "clicks", Pieces;
    /// Clicks and visits that counted, each visitor once.
    UniqueClicks = "unique_clicks", Pieces;
    /// Clicks and visits that did not count.
    InvalidClicks = "invalid_clicks", Pieces;
    /// Conversions, each once, with its publisher of the greatest credit.
    Conversions = "conversions", Pieces;
    /// What publishers earn by results and touches.
    Commission = "commission", Booked => CommissionNetwork;
    /// What the network earns on it.
    Fee = "fee", Booked => FeeNetwork;
    /// Bonuses of publishers that the advertiser pays.
    Bonus = "bonus", Booked => BonusNetwork;
    /// Bonuses of publishers and earnings for having brought another, which the network pays.
    NetworkBonus = "network_bonus", Booked => NetworkBonusNetwork;
    /// Commission that was taken back, less what was given again.
    ReversedCommission = "reversed_commission", Booked => ReversedCommissionNetwork;
    /// Fees that were taken back, less what was given again.
    ReversedFee = "reversed_fee", Booked => ReversedFeeNetwork;
    /// Order value that stands: of conversions that earn or wait, less what was taken back.
    Revenue = "revenue", Order => RevenueNetwork;
    /// Order value as reported, whatever became of it.
    OrderValue = "order_value", Order => OrderValueNetwork;
    /// Order value that was taken back, less what was given again.
    ReversedValue = "reversed_value", Order => ReversedValueNetwork;
    /// Money that was spent on media.
    Spend = "spend", Booked => SpendNetwork;
    /// `commission` in the network's currency.
    CommissionNetwork = "commission_network", Network;
    /// `fee` in the network's currency.
    FeeNetwork = "fee_network", Network;
    /// `bonus` in the network's currency.
    BonusNetwork = "bonus_network", Network;
    /// `network_bonus` in the network's currency.
    NetworkBonusNetwork = "network_bonus_network", Network;
    /// `reversed_commission` in the network's currency.
    ReversedCommissionNetwork = "reversed_commission_network", Network;
    /// `reversed_fee` in the network's currency.
    ReversedFeeNetwork = "reversed_fee_network", Network;
    /// `revenue` in the network's currency.
    RevenueNetwork = "revenue_network", Network;
    /// `order_value` in the network's currency.
    OrderValueNetwork = "order_value_network", Network;
    /// `reversed_value` in the network's currency.
    ReversedValueNetwork = "reversed_value_network", Network;
    /// `spend` in the network's currency.
    SpendNetwork = "spend_network", Network;
    /// Rows with money for which no rate into the network's currency was stored, so that its columns are zero.
    Unconverted = "unconverted", Pieces;
    /// Impressions that counted, of visitors who may be remembered.
    RememberedImpressions = "remembered_impressions", Pieces;
    /// Pieces of products in orders, where items were reported; each once, as conversions are.
    Pieces = "pieces", Pieces;
}

impl Measure {
    /// Its place among the columns.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Who may see it: fees and media spend are not a publisher's business, and what the network pays is not an advertiser's.
    pub const fn seen_by(self) -> &'static [Viewer] {
        match self {
            Self::Fee
            | Self::FeeNetwork
            | Self::ReversedFee
            | Self::ReversedFeeNetwork
            | Self::Spend
            | Self::SpendNetwork => &[Viewer::Operator, Viewer::Advertiser],
            Self::NetworkBonus | Self::NetworkBonusNetwork => &[Viewer::Operator, Viewer::Publisher],
            _ => &[Viewer::Operator, Viewer::Advertiser, Viewer::Publisher],
        }
    }

    /// The dimension that names its currency, for money that is not in the network's.
    pub const fn currency_dimension(self) -> Option<Dimension> {
        match self.currency() {
            In::Booked => Some(Dimension::Currency),
            In::Order => Some(Dimension::OrderCurrency),
            In::Pieces | In::Network => None,
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
