//! What a rate pays, when, and its steps.

use model::{
    Currency, Money,
    contract::{Conditions, CustomerKind, Months, RateTerm, TierMetric, Tiers},
};
use serde_json::{Map, Value};

use super::{RateInWords, Speaker, isolated};

impl Speaker {
    pub(super) fn rate(self, rate: &RateTerm, currency: Currency) -> RateInWords {
        let mut when = self.conditions(&rate.when);
        if let Some(tiers) = &rate.tiers {
            when.extend(self.tiers(tiers, &rate.kind, currency));
        }
        RateInWords { rule: rate.rule.clone(), pays: self.pays(&rate.kind, &rate.parameters, currency), when }
    }

    pub(super) fn pays(self, kind: &str, parameters: &Map<String, Value>, currency: Currency) -> String {
        let text = |name: &str| parameters.get(name).and_then(Value::as_str).unwrap_or("?");
        let amount = || self.money(text("amount"), currency);
        let percent = || {
            let percent = self.number(text("percent"));
            self.fill(self.say("{} % of the amount", "{} % giá trị đơn", "{} ٪ از مبلغ"), &[&percent])
        };
        let each = |phrase: &str| self.fill(phrase, &[&amount()]);
        match kind {
            "fixed" => amount(),
            "percent" => percent(),
            "fixed_percent" => format!("{} + {}", amount(), percent()),
            "per_item" => each(self.say("{} for every piece", "{} cho mỗi sản phẩm", "{} برای هر عدد کالا")),
            "per_click" => each(self.say(
                "{} for every unique click",
                "{} cho mỗi lượt nhấp duy nhất",
                "{} برای هر کلیک یکتا",
            )),
            "per_mille" => each(self.say(
                "{} for a thousand impressions",
                "{} cho một nghìn lượt hiển thị",
                "{} برای هزار نمایش",
            )),
            other => isolated(other),
        }
    }

    pub(super) fn money(self, amount: &str, currency: Currency) -> String {
        let shown = Money::parse(amount, currency).map_or_else(|_| amount.to_owned(), Money::amount_text);
        format!("{} {}", self.number(&shown), isolated(currency.code()))
    }

    fn conditions(self, when: &Conditions) -> Vec<String> {
        let Conditions { customer, months, coupons, countries, devices, subs, skus, categories, from, until } =
            when;
        let mut said = Vec::new();
        said.extend(customer.map(|customer| {
            match customer {
                CustomerKind::New => self.say("new customers", "khách hàng mới", "مشتریان تازه"),
                CustomerKind::Returning => self.say("returning customers", "khách hàng cũ", "مشتریان پیشین"),
            }
            .to_owned()
        }));
        said.extend(months.map(|months| self.months(months)));
        let lists = [
            (coupons, self.say("with the coupon {}", "với mã giảm giá {}", "با کد تخفیف {}")),
            (countries, self.say("visitors from {}", "khách từ {}", "بازدیدکنندگان از {}")),
            (devices, self.say("on {}", "trên thiết bị {}", "با دستگاه {}")),
            (skus, self.say("only for the articles {}", "chỉ cho mặt hàng {}", "تنها برای کالاهای {}")),
            (
                categories,
                self.say("only for the categories {}", "chỉ cho nhóm hàng {}", "تنها برای دسته‌های {}"),
            ),
        ];
        for (list, phrase) in lists {
            said.extend(list.as_ref().map(|list| self.fill(phrase, &[&self.list(list)])));
        }
        for (name, values) in subs.iter().flatten() {
            said.push(format!("{} = {}", isolated(name), self.list(values)));
        }
        said.extend(from.map(|from| self.fill(self.say("from {}", "từ {}", "از {}"), &[&self.moment(from)])));
        said.extend(
            until.map(|until| self.fill(self.say("until {}", "đến {}", "تا {}"), &[&self.moment(until)])),
        );
        said
    }

    fn months(self, Months { from, to }: Months) -> String {
        let from = self.number(&from.to_string());
        match to {
            Some(to) => {
                let phrase = self.say(
                    "months {} to {} of the customer",
                    "tháng {} đến {} của khách hàng",
                    "ماه {} تا {} مشتری",
                );
                self.fill(phrase, &[&from, &self.number(&to.to_string())])
            }
            None => {
                let phrase = self.say(
                    "from month {} of the customer on",
                    "từ tháng {} của khách hàng trở đi",
                    "از ماه {} مشتری به بعد",
                );
                self.fill(phrase, &[&from])
            }
        }
    }

    fn tiers(self, tiers: &Tiers, kind: &str, currency: Currency) -> Vec<String> {
        let Tiers { by, per, retroactive, steps } = tiers;
        let phrase = match by {
            TierMetric::Conversions => {
                self.say("after {} conversions {}: {}", "sau {} chuyển đổi {}: {}", "پس از {} تبدیل {}: {}")
            }
            TierMetric::Revenue => {
                self.say("after sales of {} {}: {}", "sau doanh số {} {}: {}", "پس از فروش {} {}: {}")
            }
            TierMetric::Commission => self.say(
                "after a commission of {} {}: {}",
                "sau hoa hồng {} {}: {}",
                "پس از کمیسیون {} {}: {}",
            ),
        };
        let step = |step: &model::contract::TierStep| {
            let from = if by.is_money() { self.money(&step.from, currency) } else { self.number(&step.from) };
            self.fill(phrase, &[&from, self.per(*per), &self.pays(kind, &step.parameters, currency)])
        };
        let mut said: Vec<String> = steps.iter().map(step).collect();
        said.extend(retroactive.then(|| {
            self.say(
                "each step also for what came before it in the same period",
                "mỗi bậc cũng áp dụng cho phần trước đó trong cùng kỳ",
                "هر پله برای آنچه در همان دوره پیش از آن بود هم",
            )
            .to_owned()
        }));
        said
    }
}
