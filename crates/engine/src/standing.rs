//! What stands of a conversion after one of its decisions: what bonuses count and what referrals share.

use model::{
    Currency, Money, MoneyError, PublisherId, Share,
    conversion::{CommissionLine, State},
};

/// Where a conversion stands after a decision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Its state.
    pub state: State,
    /// The share of the order that is taken back.
    pub reversed: Share,
    /// Commission and fee that are taken back of each line; empty while nothing is.
    pub taken_back: Vec<(Money, Money)>,
}

impl Standing {
    /// What a publisher earned by all his lines at first, and what of it stands now: nothing before the approval and nothing
    /// after it was rejected or taken back.
    ///
    /// # Errors
    /// Lines of several currencies, overflow.
    pub fn commission_of(
        &self,
        lines: &[CommissionLine],
        publisher: PublisherId,
        currency: Currency,
    ) -> Result<(Money, Money), MoneyError> {
        let nothing = Money::zero(currency);
        let (mut earned, mut stands) = (nothing, nothing);
        for (place, line) in lines.iter().enumerate().filter(|(_, line)| line.publisher_id == publisher) {
            let back = self.taken_back.get(place).map_or(nothing, |(commission, _)| *commission);
            earned = earned.add(line.commission)?;
            stands = stands.add(line.commission.sub(back)?)?;
        }
        Ok((earned, if self.state == State::Approved { stands } else { nothing }))
    }
}
