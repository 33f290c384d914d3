// What the shop told.

import type { ReactNode } from 'react';
import { number } from '../../../language/format';
import { useWords } from '../../../language/words';
import { Code, Foreign, Money, Moment } from '../../../ui/values';
import type { Receipt } from '../receipt';
import { Facts } from '../../../ui/Facts';

export const ReportedFacts = ({ receipt }: { receipt: Receipt }) => {
  const { t, word } = useWords();
  const { report, identified, conversion } = receipt;
  const currency = report.currency ?? conversion.amount?.currency;
  return (
    <Facts
      rows={[
        [t('conversion.action'), <Foreign key="action">{report.action}</Foreign>],
        [t('conversion.order'), report.order_id && <Foreign>{report.order_id}</Foreign>],
        [t('conversion.amount'), conversion.amount && <Money value={conversion.amount} exact />],
        [
          t('receipt.items'),
          report.items &&
            report.items.length > 0 &&
            report.items.map((item, at) => (
              <div key={at}>
                {number(item.quantity ?? 1)} × <Foreign>{item.sku ?? item.category ?? '–'}</Foreign>{' '}
                {currency ? <Money value={{ amount: item.price, currency }} exact /> : item.price}
              </div>
            )),
        ],
        [t('conversion.coupon'), report.coupon && <Foreign>{report.coupon}</Foreign>],
        [t('conversion.customer'), report.customer_id && <Foreign>{report.customer_id}</Foreign>],
        [t('conversion.time'), <Moment key="time" at={report.occurred_at ?? report.received_at} />],
        [t('receipt.intake'), word('intake', report.intake)],
        [t('receipt.identified'), word('identified', identified)],
        [t('receipt.click_id'), report.click_id && <Code>{report.click_id}</Code>],
        [t('receipt.duplicate_of'), conversion.duplicate_of && <Code>{conversion.duplicate_of}</Code>],
        ...Object.entries(report.adv ?? {}).map(([name, value]): [string, ReactNode] => [
          name,
          <Foreign key={name}>{value}</Foreign>,
        ]),
      ]}
    />
  );
};
