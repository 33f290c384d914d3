// Terms as a form: what each action pays and when, what touches pay, who wins, bonuses, caps, the network's fee.

import { Button, Group } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMemo } from 'react';
import { locale } from '../../language/locales';
import { useWords } from '../../language/words';
import { Entries } from '../../ui/Entries';
import type { Fields } from '../../ui/draft';
import { ChoiceField, DecimalField, DurationField, SwitchField, TextField, WholeField } from '../../ui/Fields';
import classes from '../../ui/fields.module.css';
import { Fold } from '../../ui/Fold';
import { Section } from '../../ui/Page';
import { currencies } from '../sign_in/currencies';
import { CapsFields } from './CapsFields';
import { RateFields } from './RateFields';
import {
  freshAction,
  freshRate,
  MODELS,
  PAYERS,
  STAND_DOWNS,
  TIER_METRICS,
  TIER_PERIODS,
  type ActionTerms,
  type Bonus,
  type Program,
  type Rate,
  type Terms,
} from './terms';

interface Props {
  fields: Fields;
  terms: Terms;
  program: Program | undefined;
  // A version of a contract that stands can end it.
  stands: boolean;
}

const Basics = ({ fields }: Props) => {
  const { t, word, language } = useWords();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- currencies have other names in another language
  const choices = useMemo(() => currencies(locale()), [language]);
  return (
    <Section title={t('contract.basics')}>
      <div className={classes.pair}>
        <ChoiceField
          fields={fields}
          path="terms.currency"
          label={t('contract.currency')}
          hint={t('contract.currency_hint')}
          choices={choices}
        />
        <ChoiceField
          fields={fields}
          path="terms.payout_model"
          label={t('contract.model')}
          hint={t('contract.model_hint')}
          placeholder={word('payout_model', 'last')}
          choices={MODELS.map((value) => ({ value, label: word('payout_model', value) }))}
        />
        <DecimalField
          fields={fields}
          path="terms.fee.percent"
          label={t('contract.fee_percent')}
          hint={t('contract.fee_hint')}
          unit="%"
          optional
        />
      </div>
    </Section>
  );
};

const Times = ({ fields, path }: { fields: Fields; path: string }) => {
  const { t } = useWords();
  return (
    <div className={classes.pair}>
      <DurationField
        fields={fields}
        path={`${path}.click_window_seconds`}
        label={t('contract.click_window')}
        hint={t('contract.click_window_hint')}
      />
      <DurationField
        fields={fields}
        path={`${path}.hold_seconds`}
        label={t('contract.hold')}
        hint={t('contract.hold_hint')}
      />
      <DurationField
        fields={fields}
        path={`${path}.view_window_seconds`}
        label={t('contract.view_window')}
        hint={t('contract.view_window_hint')}
      />
      <DurationField
        fields={fields}
        path={`${path}.delay_seconds_min`}
        label={t('contract.delay')}
        hint={t('contract.delay_hint')}
      />
    </div>
  );
};

const Recurring = ({ fields, path, action }: { fields: Fields; path: string; action: ActionTerms }) => {
  const { t } = useWords();
  const on = action.recurring !== undefined && action.recurring !== null;
  return (
    <div className={classes.pair}>
      <SwitchField
        fields={{
          ...fields,
          read: () => on,
          write: (_, value) => fields.write(`${path}.recurring`, value ? { months: 12 } : undefined),
        }}
        path={`${path}.recurring`}
        label={t('contract.recurring')}
        hint={t('contract.recurring_hint')}
      />
      {on && (
        <WholeField
          fields={fields}
          path={`${path}.recurring.months`}
          label={t('contract.recurring_months')}
          hint={t('contract.recurring_months_hint')}
        />
      )}
    </div>
  );
};

const Actions = ({ fields, terms, program }: Props) => {
  const { t } = useWords();
  const actions = terms.actions ?? [];
  const others = (program?.actions ?? []).filter(({ name }) => !actions.some(({ action }) => action === name));
  return (
    <>
      {actions.map((action, at) => {
        const path = `terms.actions[${at}]`;
        const money = program?.actions.find(({ name }) => name === action.action)?.amount_required === true;
        return (
          <Section
            key={action.action}
            title={<bdi data-field={`${path}.action`}>{action.action}</bdi>}
            hint={fields.error(`${path}.action`)}
            actions={
              <Button
                size="xs"
                variant="subtle"
                color="slate"
                onClick={() =>
                  fields.write(
                    'terms.actions',
                    actions.filter((_, other) => other !== at),
                  )
                }
              >
                {t('contract.unpaid')}
              </Button>
            }
          >
            <div className={classes.fields}>
              <Entries<Rate>
                fields={fields}
                path={`${path}.rates`}
                one={t('contract.rate')}
                add={t('contract.rate_add')}
                title={({ rule }) => rule}
                least={1}
                fresh={() => freshRate(money ? 'percent' : 'fixed', '')}
              >
                {(rate, place) => <RateFields fields={fields} path={place} rate={rate} currency={terms.currency} />}
              </Entries>
              <Times fields={fields} path={path} />
              <Recurring fields={fields} path={path} action={action} />
            </div>
          </Section>
        );
      })}
      {others.length > 0 && (
        <Group gap="xs">
          {others.map(({ name, amount_required }) => (
            <Button
              key={name}
              variant="default"
              size="xs"
              leftSection={<IconPlus size={14} aria-hidden />}
              onClick={() => fields.write('terms.actions', [...actions, freshAction(name, amount_required === true)])}
            >
              {t('contract.pay_for', { action: name })}
            </Button>
          ))}
        </Group>
      )}
    </>
  );
};

const Touches = ({ fields, terms }: Props) => {
  const { t } = useWords();
  return (
    <Fold title={t('contract.touches')} hint={t('contract.touches_hint')} open={(terms.touch_rates ?? []).length > 0}>
      <Entries<Rate>
        fields={fields}
        path="terms.touch_rates"
        one={t('contract.rate')}
        add={t('contract.rate_add')}
        title={({ rule }) => rule}
        fresh={() => freshRate('per_click', 'click')}
      >
        {(rate, path) => <RateFields fields={fields} path={path} rate={rate} currency={terms.currency} touch />}
      </Entries>
    </Fold>
  );
};

const Attribution = ({ fields, terms }: Props) => {
  const { t, word } = useWords();
  const open = Boolean(terms.attribution?.paid_clicks_displace ?? terms.own_purchases ?? terms.reject_too_fast);
  return (
    <Fold title={t('contract.who_wins')} hint={t('contract.who_wins_hint')} open={open}>
      <div className={classes.fields}>
        <div className={classes.pair}>
          <ChoiceField
            fields={fields}
            path="terms.attribution.stand_down"
            label={t('contract.stand_down')}
            hint={t('contract.stand_down_hint')}
            placeholder={word('stand_down', 'by_kind')}
            choices={STAND_DOWNS.map((value) => ({ value, label: word('stand_down', value) }))}
          />
          <WholeField
            fields={fields}
            path="terms.attribution.assist_percent"
            label={t('contract.assist')}
            hint={t('contract.assist_hint')}
            unit="%"
          />
        </div>
        <SwitchField
          fields={fields}
          path="terms.attribution.paid_clicks_displace"
          label={t('contract.displace')}
          hint={t('contract.displace_hint')}
        />
        <SwitchField
          fields={fields}
          path="terms.own_purchases"
          label={t('contract.own_purchases')}
          hint={t('contract.own_purchases_hint')}
        />
        <SwitchField
          fields={fields}
          path="terms.reject_too_fast"
          label={t('contract.too_fast')}
          hint={t('contract.too_fast_hint')}
        />
      </div>
    </Fold>
  );
};

const Bonuses = ({ fields, terms }: Props) => {
  const { t, word } = useWords();
  return (
    <Fold title={t('contract.bonuses')} hint={t('contract.bonuses_hint')} open={(terms.bonuses ?? []).length > 0}>
      <Entries<Bonus>
        fields={fields}
        path="terms.bonuses"
        one={t('contract.bonus')}
        add={t('contract.bonus_add')}
        title={({ bonus }) => bonus}
        fresh={() => ({ bonus: '', by: 'conversions', per: 'month', reach: '', amount: '' })}
      >
        {(bonus, path) => (
          <>
            <div className={classes.pair}>
              <TextField fields={fields} path={`${path}.bonus`} label={t('contract.bonus_name')} maxLength={100} />
              <DecimalField
                fields={fields}
                path={`${path}.amount`}
                label={t('contract.bonus_amount')}
                unit={terms.currency}
              />
            </div>
            <div className={classes.pair}>
              <ChoiceField
                fields={fields}
                path={`${path}.by`}
                label={t('contract.tier_by')}
                choices={TIER_METRICS.map((value) => ({ value, label: word('tier_metric', value) }))}
              />
              <DecimalField
                fields={fields}
                path={`${path}.reach`}
                label={t('contract.bonus_reach')}
                unit={bonus.by === 'conversions' ? '' : terms.currency}
              />
              <ChoiceField
                fields={fields}
                path={`${path}.per`}
                label={t('cap.period')}
                choices={TIER_PERIODS.map((value) => ({ value, label: word('period', value) }))}
              />
            </div>
            <div className={classes.pair}>
              <ChoiceField
                fields={fields}
                path={`${path}.action`}
                label={t('contract.bonus_action')}
                placeholder={t('ui.all')}
                choices={(terms.actions ?? []).map(({ action }) => ({ value: action, label: action }))}
                clearable
              />
              <ChoiceField
                fields={fields}
                path={`${path}.paid_by`}
                label={t('contract.bonus_payer')}
                placeholder={word('bonus_payer', 'advertiser')}
                choices={PAYERS.map((value) => ({ value, label: word('bonus_payer', value) }))}
              />
            </div>
          </>
        )}
      </Entries>
    </Fold>
  );
};

export const TermsFields = (props: Props) => {
  const { t } = useWords();
  const { fields, terms, stands } = props;
  return (
    <>
      <Basics {...props} />
      <Actions {...props} />
      <Touches {...props} />
      <Bonuses {...props} />
      <Fold title={t('cap.title')} hint={t('cap.contract_hint')} open={(terms.caps ?? []).length > 0}>
        <CapsFields fields={fields} path="terms.caps" currency={terms.currency} of="contract" />
      </Fold>
      <Attribution {...props} />
      {stands && (
        <Fold title={t('contract.ending')} open={terms.ended === true}>
          <SwitchField fields={fields} path="terms.ended" label={t('contract.ended')} hint={t('contract.ended_hint')} />
        </Fold>
      )}
    </>
  );
};
