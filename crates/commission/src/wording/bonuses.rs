//! Bonuses on reaching something.

use model::{
    Currency,
    bonus::{BonusPayer, BonusTerm},
    contract::TierMetric,
};

use super::{Speaker, isolated};

impl Speaker {
    /// `Bonus busy month: 50.00 USD for 100 approved conversions a month`.
    pub(super) fn bonus(self, term: &BonusTerm, currency: Currency) -> String {
        let BonusTerm { bonus, by, per, reach, amount, action, paid_by } = term;
        let reach = if by.is_money() { self.money(reach, currency) } else { self.number(reach) };
        let phrase = match by {
            TierMetric::Conversions => self.say(
                "Bonus {}: {} for {} approved conversions {}",
                "Tiền thưởng {}: {} khi đạt {} chuyển đổi được duyệt {}",
                "پاداش {}: {} برای {} تبدیل تأییدشده {}",
            ),
            TierMetric::Revenue => self.say(
                "Bonus {}: {} for {} of approved revenue {}",
                "Tiền thưởng {}: {} khi đạt {} doanh thu được duyệt {}",
                "پاداش {}: {} برای {} فروش تأییدشده {}",
            ),
            TierMetric::Commission => self.say(
                "Bonus {}: {} for {} of approved commission {}",
                "Tiền thưởng {}: {} khi đạt {} hoa hồng được duyệt {}",
                "پاداش {}: {} برای {} کمیسیون تأییدشده {}",
            ),
        };
        let amount = self.money(amount, currency);
        let mut said = self.fill(phrase, &[&isolated(bonus), &amount, &reach, self.per(*per)]);
        let only = self.say("only {}", "chỉ tính {}", "تنها {}");
        let only = action.as_ref().map(|action| self.fill(only, &[&isolated(action)]));
        let network = match paid_by {
            BonusPayer::Advertiser => None,
            BonusPayer::Network => {
                Some(self.say("paid by the network", "do mạng lưới trả", "به پرداخت شبکه").to_owned())
            }
        };
        for remark in only.into_iter().chain(network) {
            said.push_str(self.say("; ", "; ", "؛ "));
            said.push_str(&remark);
        }
        said
    }
}
