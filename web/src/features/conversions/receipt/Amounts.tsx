// Who earns what, by which rule of which contract, and what it costs the advertiser.

import { duration, share } from '../../../language/format';
import { useWords } from '../../../language/words';
import { Foreign, Money, Named } from '../../../ui/values';
import type { Line, Receipt } from '../receipt';
import { Facts } from '../../../ui/Facts';
import classes from './receipt.module.css';

const LineCard = ({ line, receipt }: { line: Line; receipt: Receipt }) => {
  const { t, said } = useWords();
  const contract = receipt.contracts.find(({ id }) => id === line.contract_version_id);
  const rule = line.rule_says ? said(line.rule_says) : (line.rule_words ?? line.rule);
  return (
    <div className={classes.earner}>
      <div className={classes.spread}>
        <strong>
          <Foreign>{line.publisher}</Foreign>
        </strong>
        <strong>
          <Money value={line.stands.commission} exact />
        </strong>
      </div>
      <Facts
        rows={[
          [t('receipt.rule'), <Foreign key="rule">{rule}</Foreign>],
          [t('receipt.contract_version'), contract && String(contract.number)],
          [t('receipt.window'), contract?.click_window_seconds && duration(contract.click_window_seconds)],
          [t('receipt.credit'), share(line.credit)],
        ]}
      />
    </div>
  );
};

export const Amounts = ({ receipt }: { receipt: Receipt }) => {
  const { t } = useWords();
  const { conversion, lines } = receipt;
  const { stands } = conversion;
  return (
    <>
      {lines.length === 0 && <p className={classes.dim}>{t('receipt.no_lines')}</p>}
      {lines.map((line, at) => (
        <LineCard key={`${line.publisher_id}${line.rule}${at}`} line={line} receipt={receipt} />
      ))}
      <dl className={classes.sums}>
        {conversion.amount && (
          <div>
            <dt>{t('conversion.amount')}</dt>
            <dd>
              <Money value={conversion.amount} exact />
            </dd>
          </div>
        )}
        {stands?.commission && (
          <div>
            <dt>{t('conversion.commission')}</dt>
            <dd>
              <Money value={stands.commission} exact />
            </dd>
          </div>
        )}
        {stands?.fee && (
          <div>
            <dt>{t('conversion.fee')}</dt>
            <dd>
              <Money value={stands.fee} exact />
            </dd>
          </div>
        )}
        {stands?.charge && (
          <div className={classes.sum}>
            <dt>{t('conversion.charge')}</dt>
            <dd>
              <Money value={stands.charge} exact />
            </dd>
          </div>
        )}
      </dl>
      <Facts
        rows={[[t('conversion.program'), conversion.program_id && <Named kind="program" id={conversion.program_id} />]]}
      />
    </>
  );
};
