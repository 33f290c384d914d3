//! Times, recurring commissions, caps, and who wins.

use model::{
    Currency,
    codes::Language,
    contract::{
        ActionTerms, AttributionTerms, Cap, CapMetric, CapOver, Recurring, StandDown, Terms, WhenReached,
    },
};

use super::{ActionInWords, Speaker, isolated};

impl Speaker {
    pub(super) fn action(self, terms: &ActionTerms, currency: Currency) -> ActionInWords {
        let ActionTerms {
            action,
            rates,
            click_window_seconds,
            view_window_seconds,
            delay_seconds_min,
            hold_seconds,
            recurring,
        } = terms;
        let times = [
            (
                *click_window_seconds,
                self.say(
                    "Counted after a click for {}",
                    "Tính sau lượt nhấp trong {}",
                    "پس از کلیک تا {} حساب می‌شود",
                ),
            ),
            (
                *view_window_seconds,
                self.say(
                    "Counted after an impression for {}",
                    "Tính sau lượt hiển thị trong {}",
                    "پس از نمایش تا {} حساب می‌شود",
                ),
            ),
            (
                *delay_seconds_min,
                self.say(
                    "Looked at more closely when sooner than {} after the click",
                    "Được xem xét kỹ khi sớm hơn {} sau lượt nhấp",
                    "اگر زودتر از {} پس از کلیک باشد، با دقت بیشتری بررسی می‌شود",
                ),
            ),
            (
                *hold_seconds,
                self.say(
                    "Approved by itself after {}",
                    "Tự động duyệt sau {}",
                    "پس از {} خودکار تأیید می‌شود",
                ),
            ),
        ];
        let given = times.into_iter().filter(|(seconds, _)| *seconds > 0);
        let mut rest: Vec<String> =
            given.map(|(seconds, phrase)| self.fill(phrase, &[&self.duration(seconds)])).collect();
        rest.extend(recurring.map(|recurring| self.recurring(recurring)));
        ActionInWords {
            action: action.clone(),
            rates: rates.iter().map(|rate| self.rate(rate, currency)).collect(),
            rest,
        }
    }

    fn recurring(self, Recurring { months }: Recurring) -> String {
        match months {
            Some(months) => self.fill(
                self.say(
                    "Later purchases of a customer you won are yours for {} months",
                    "Các lần mua sau của khách bạn mang đến thuộc về bạn trong {} tháng",
                    "خریدهای بعدی مشتری‌ای که آورده‌اید تا {} ماه از آنِ شماست",
                ),
                &[&self.number(&months.to_string())],
            ),
            None => self
                .say(
                    "Later purchases of a customer you won are yours for ever",
                    "Các lần mua sau của khách bạn mang đến thuộc về bạn mãi mãi",
                    "خریدهای بعدی مشتری‌ای که آورده‌اید برای همیشه از آنِ شماست",
                )
                .to_owned(),
        }
    }

    /// What holds for the whole agreement.
    pub(super) fn rest(self, terms: &Terms) -> Vec<String> {
        let Terms {
            currency,
            payout_model,
            actions: _,
            touch_rates: _,
            fee: _,
            caps,
            own_purchases,
            reject_too_fast,
            attribution,
            bonuses,
            ended,
        } = terms;
        let mut said = vec![self.payout_model(payout_model)];
        said.extend(self.attribution(*attribution));
        said.extend(bonuses.iter().map(|bonus| self.bonus(bonus, *currency)));
        said.extend(caps.iter().map(|cap| self.cap(cap, *currency)));
        let switches = [
            (
                *own_purchases,
                self.say("Own purchases are paid", "Đơn tự mua được trả", "خرید شخصی پرداخت دارد"),
            ),
            (
                *reject_too_fast,
                self.say(
                    "What comes sooner after the click than agreed is rejected",
                    "Đơn đến sớm hơn thỏa thuận sau lượt nhấp sẽ bị từ chối",
                    "آنچه زودتر از توافق پس از کلیک برسد رد می‌شود",
                ),
            ),
            (*ended, self.say("The agreement has ended", "Thỏa thuận đã kết thúc", "توافق پایان یافته است")),
        ];
        said.extend(switches.into_iter().filter(|(on, _)| *on).map(|(_, phrase)| phrase.to_owned()));
        said
    }

    fn payout_model(self, model: &str) -> String {
        match model {
            "last" => self.say(
                "The last eligible touch earns",
                "Lần tiếp xúc hợp lệ cuối cùng được hưởng",
                "آخرین تماس واجد شرایط می‌گیرد",
            ),
            "first" => self.say(
                "The first eligible touch earns",
                "Lần tiếp xúc hợp lệ đầu tiên được hưởng",
                "نخستین تماس واجد شرایط می‌گیرد",
            ),
            "linear" => self.say(
                "All eligible touches share equally",
                "Mọi lần tiếp xúc hợp lệ chia đều",
                "همهٔ تماس‌های واجد شرایط به تساوی سهم می‌برند",
            ),
            "shapley" => self.say(
                "All publishers with an eligible touch share equally",
                "Mọi nhà xuất bản có lần tiếp xúc hợp lệ chia đều",
                "همهٔ ناشرانی که تماس واجد شرایط دارند به تساوی سهم می‌برند",
            ),
            "markov" => self.say(
                "Publishers with an eligible touch share by the weights that were frozen for the program",
                "Các nhà xuất bản có lần tiếp xúc hợp lệ chia theo trọng số đã chốt của chương trình",
                "ناشرانی که تماس واجد شرایط دارند بر پایهٔ وزن‌های تثبیت‌شدهٔ برنامه سهم می‌برند",
            ),
            other => {
                let phrase = self.say(
                    "Eligible touches share by the model {}",
                    "Các lần tiếp xúc hợp lệ chia theo mô hình {}",
                    "تماس‌های واجد شرایط بر پایهٔ مدل {} سهم می‌برند",
                );
                return self.fill(phrase, &[&isolated(other)]);
            }
        }
        .to_owned()
    }

    fn attribution(self, terms: AttributionTerms) -> Vec<String> {
        let AttributionTerms { stand_down, paid_clicks_displace, assist_percent } = terms;
        let mut said = vec![
            match stand_down {
                StandDown::ByKind => self.say(
                    "Coupon, cashback and extension publishers who come only after cart or checkout began give way to an earlier publisher",
                    "Đối tác mã giảm giá, hoàn tiền và tiện ích chỉ đến sau khi giỏ hàng hoặc thanh toán bắt đầu phải nhường đối tác đến trước",
                    "ناشران کد تخفیف، بازگشت وجه و افزونه که تنها پس از آغاز سبد یا پرداخت برسند به ناشر پیشین جا می‌دهند",
                ),
                StandDown::Always => self.say(
                    "Who comes only after cart or checkout began gives way to an earlier publisher",
                    "Ai chỉ đến sau khi giỏ hàng hoặc thanh toán bắt đầu phải nhường đối tác đến trước",
                    "هر که تنها پس از آغاز سبد یا پرداخت برسد به ناشر پیشین جا می‌دهد",
                ),
                StandDown::Never => self.say(
                    "Nobody gives way because cart or checkout had begun",
                    "Không ai phải nhường vì giỏ hàng hoặc thanh toán đã bắt đầu",
                    "هیچ‌کس به سبب آغاز سبد یا پرداخت جا نمی‌دهد",
                ),
            }
            .to_owned(),
        ];
        if paid_clicks_displace {
            said.push(
                self.say(
                    "A later click on the advertiser's own paid media displaces the publisher",
                    "Lượt nhấp sau đó vào quảng cáo trả phí của nhà quảng cáo sẽ thay thế đối tác",
                    "کلیک بعدی روی تبلیغ پولی خود تبلیغ‌دهنده ناشر را کنار می‌زند",
                )
                .to_owned(),
            );
        }
        if assist_percent > 0 {
            let phrase = self.say(
                "{} % go to publishers who helped and did not win",
                "{} % dành cho đối tác đã hỗ trợ nhưng không thắng",
                "{} ٪ به ناشرانی می‌رسد که کمک کرده‌اند و برنده نشده‌اند",
            );
            said.push(self.fill(phrase, &[&self.number(&assist_percent.to_string())]));
        }
        said
    }

    fn cap(self, cap: &Cap, terms_currency: Currency) -> String {
        // At which percentages the parties are told binds nobody.
        let Cap { metric, period, limit, currency, over, soft, when_reached, even, alert_at: _ } = cap;
        let limit = if metric.is_money() {
            self.money(limit, currency.unwrap_or(terms_currency))
        } else {
            self.number(limit)
        };
        let phrase = match metric {
            CapMetric::Clicks => {
                self.say("At most {} clicks {}", "Tối đa {} lượt nhấp {}", "حداکثر {} کلیک {}")
            }
            CapMetric::Conversions => {
                self.say("At most {} conversions {}", "Tối đa {} chuyển đổi {}", "حداکثر {} تبدیل {}")
            }
            CapMetric::Commission => {
                self.say("At most {} of commission {}", "Tối đa {} hoa hồng {}", "حداکثر {} کمیسیون {}")
            }
            CapMetric::Charge => {
                self.say("At most {} of cost {}", "Tối đa {} chi phí {}", "حداکثر {} هزینه {}")
            }
        };
        let mut said = self.fill(phrase, &[&limit, self.per(*period)]);
        if let Some(over) = over.filter(|over| *over != CapOver::Publisher) {
            said.push(' ');
            said.push_str(&self.over(over));
        }
        let beyond = match when_reached {
            WhenReached::Reject => None,
            WhenReached::Honour => Some(self.say(
                "conversions of earlier clicks are honoured",
                "vẫn trả cho lượt nhấp trước đó",
                "تبدیل‌های کلیک‌های پیشین پرداخت می‌شود",
            )),
            WhenReached::Hold => Some(self.say(
                "conversions above it are held for a decision",
                "chuyển đổi vượt mức được giữ lại chờ quyết định",
                "تبدیل‌های بالاتر از آن تا تصمیم‌گیری نگه داشته می‌شود",
            )),
        };
        let watched = self.say("only to be watched", "chỉ để theo dõi", "تنها برای پایش");
        let evenly = self.say(
            "clicks evenly over the period",
            "lượt nhấp trải đều trong kỳ",
            "کلیک‌ها یکنواخت در دوره",
        );
        let remarks = [soft.then_some(watched), beyond, even.then_some(evenly)];
        for remark in remarks.into_iter().flatten() {
            said.push_str(self.say("; ", "; ", "؛ "));
            said.push_str(remark);
        }
        said
    }

    fn over(self, over: CapOver) -> String {
        if over == CapOver::Together {
            let together = self.say(
                "for all publishers of this contract together",
                "cho tất cả nhà xuất bản của hợp đồng này cộng lại",
                "برای همهٔ ناشران این قرارداد با هم",
            );
            return together.to_owned();
        }
        let each = self.say("for each value of {}", "cho mỗi giá trị của {}", "برای هر مقدار {}");
        self.fill(each, &[over.word()])
    }

    /// `30 days`, `24 hours`, `5 minutes`, `90 seconds`: the largest unit that is exact, and days from two on.
    pub(super) fn duration(self, seconds: u32) -> String {
        const UNITS: [(u32, u32); 3] = [(86_400, 172_800), (3_600, 3_600), (60, 60)];
        let of = UNITS.into_iter().find(|(unit, least)| seconds >= *least && seconds.is_multiple_of(*unit));
        let (count, words) = match of {
            Some((86_400, _)) => (seconds / 86_400, ["days", "ngày", "روز"]),
            Some((3_600, _)) => (seconds / 3_600, ["hours", "giờ", "ساعت"]),
            Some(_) => (seconds / 60, ["minutes", "phút", "دقیقه"]),
            None => (seconds, ["seconds", "giây", "ثانیه"]),
        };
        let unit = self.say(words[0], words[1], words[2]);
        let unit = match (self.language, count) {
            (Language::En, 1) => unit.strip_suffix('s').unwrap_or(unit),
            _ => unit,
        };
        format!("{} {unit}", self.number(&count.to_string()))
    }
}
