// One rate: what it pays, when, and the steps by which it changes.

import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Schemas } from '../../data/client';
import { number } from '../../language/format';
import { useWords } from '../../language/words';
import { Entries } from '../../ui/Entries';
import type { Fields } from '../../ui/draft';
import { ChoiceField, DecimalField, ListError, SwitchField, TagsField, TextField, WholeField } from '../../ui/Fields';
import classes from '../../ui/fields.module.css';
import { MomentField } from '../../ui/MomentField';
import own from './contracts.module.css';
import {
  asKind,
  CUSTOMERS,
  KINDS,
  parametersOf,
  SUBS,
  TIER_METRICS,
  TIER_PERIODS,
  TOUCH_KINDS,
  type Rate,
  type Step,
} from './terms';

const DEVICES = ['desktop', 'mobile', 'tablet', 'tv', 'console'];

interface Props {
  fields: Fields;
  path: string;
  rate: Rate;
  currency: string;
  // Rates of touches have their own kinds, and no conditions on orders.
  touch?: boolean;
}

const Pays = ({ fields, path, kind, currency }: { fields: Fields; path: string; kind: string; currency: string }) => {
  const { t } = useWords();
  return parametersOf(kind).map((name) => (
    <DecimalField
      key={name}
      fields={fields}
      path={`${path}.${name}`}
      label={t(`contract.${name}`)}
      unit={name === 'percent' ? '%' : currency}
    />
  ));
};

// The others are asked for, or have a value already.
const SUBS_SHOWN = 2;

const When = ({ fields, path }: { fields: Fields; path: string }) => {
  const { t, word } = useWords();
  const [every, setEvery] = useState(false);
  const tags = (name: 'countries' | 'coupons' | 'categories' | 'skus', placeholder: string) => (
    <TagsField
      fields={fields}
      path={`${path}.${name}`}
      label={t(`contract.when_${name}`)}
      placeholder={placeholder}
      plain={name !== 'countries'}
      optional
    />
  );
  return (
    <div className={own.more}>
      <ListError fields={fields} path={path} />
      <div className={classes.pair}>
        <ChoiceField
          fields={fields}
          path={`${path}.customer`}
          label={t('contract.when_customer')}
          placeholder={t('contract.when_any')}
          choices={CUSTOMERS.map((value) => ({ value, label: word('customer_kind', value) }))}
          clearable
        />
        {tags('countries', 'VN')}
        <TagsField
          fields={fields}
          path={`${path}.devices`}
          label={t('contract.when_devices')}
          placeholder={t('contract.when_any')}
          choices={DEVICES}
          optional
        />
        {tags('coupons', 'SPRING')}
        {tags('categories', '')}
        {tags('skus', '')}
        {SUBS.filter((sub, at) => every || at < SUBS_SHOWN || fields.read(`${path}.subs.${sub}`) !== undefined).map(
          (sub) => (
            <TagsField
              key={sub}
              fields={fields}
              path={`${path}.subs.${sub}`}
              label={t('contract.when_sub', { name: sub })}
              plain
              optional
            />
          ),
        )}
      </div>
      {!every && (
        <div>
          <Button variant="subtle" size="xs" onClick={() => setEvery(true)}>
            {t('contract.when_every_sub')}
          </Button>
        </div>
      )}
      <div className={classes.pair}>
        <MomentField
          fields={fields}
          path={`${path}.from`}
          label={t('contract.when_from')}
          empty={t('contract.always')}
        />
        <MomentField
          fields={fields}
          path={`${path}.until`}
          label={t('contract.when_until')}
          empty={t('contract.always')}
        />
      </div>
      <div className={classes.pair}>
        <WholeField
          fields={fields}
          path={`${path}.months.from`}
          label={t('contract.when_months_from')}
          hint={t('contract.when_months_hint')}
        />
        <WholeField fields={fields} path={`${path}.months.to`} label={t('contract.when_months_to')} />
      </div>
    </div>
  );
};

const TierFields = ({ fields, path, rate, currency }: Props) => {
  const { t, word } = useWords();
  const by = rate.tiers?.by ?? 'conversions';
  return (
    <div className={own.more}>
      <div className={classes.pair}>
        <ChoiceField
          fields={fields}
          path={`${path}.tiers.by`}
          label={t('contract.tier_by')}
          choices={TIER_METRICS.map((value) => ({ value, label: word('tier_metric', value) }))}
        />
        <ChoiceField
          fields={fields}
          path={`${path}.tiers.per`}
          label={t('cap.period')}
          choices={TIER_PERIODS.map((value) => ({ value, label: word('period', value) }))}
        />
      </div>
      <Entries<Step>
        fields={fields}
        path={`${path}.tiers.steps`}
        one={t('contract.step')}
        add={t('contract.step_add')}
        least={1}
        fresh={() => asKind<Step>({ from: '' }, rate.kind)}
      >
        {(_, at) => (
          <div className={classes.pair}>
            <DecimalField
              fields={fields}
              path={`${at}.from`}
              label={t('contract.step_from')}
              unit={by === 'conversions' ? '' : currency}
            />
            <Pays fields={fields} path={at} kind={rate.kind} currency={currency} />
          </div>
        )}
      </Entries>
      <SwitchField
        fields={fields}
        path={`${path}.tiers.retroactive`}
        label={t('contract.retroactive')}
        hint={t('contract.retroactive_hint')}
      />
    </div>
  );
};

const isSet = (when: Schemas['Conditions'] | undefined) =>
  Object.values(when ?? {}).some((value) => value !== null && value !== undefined);

export const RateFields = ({ fields, path, rate, currency, touch }: Props) => {
  const { t, word } = useWords();
  const [asked, setAsked] = useState(() => isSet(rate.when));
  const kinds: readonly string[] = touch ? TOUCH_KINDS : KINDS;
  return (
    <>
      <div className={classes.pair}>
        <TextField
          fields={fields}
          path={`${path}.rule`}
          label={t('contract.rule')}
          hint={t('contract.rule_hint')}
          maxLength={100}
        />
        <ChoiceField
          fields={fields}
          path={`${path}.kind`}
          label={t('contract.kind')}
          hint={t('contract.kind_hint')}
          choices={kinds.map((value) => ({ value, label: word('rate_kind', value) }))}
          onChoose={(kind) => {
            if (!kind) return;
            const steps = (rate.tiers?.steps as Step[] | undefined)?.map((step) => asKind(step, kind));
            const next = asKind({ ...rate, kind }, kind);
            fields.write(path, rate.tiers && steps ? { ...next, tiers: { ...rate.tiers, steps } } : next);
          }}
        />
        <Pays fields={fields} path={path} kind={rate.kind} currency={currency} />
      </div>
      <div className={own.toggles}>
        <Button
          size="xs"
          variant={asked ? 'light' : 'default'}
          aria-pressed={asked}
          onClick={() => {
            if (asked) fields.write(`${path}.when`, undefined);
            setAsked(!asked);
          }}
        >
          {t('contract.conditions')}
        </Button>
        {!touch && (
          <Button
            size="xs"
            variant={rate.tiers ? 'light' : 'default'}
            aria-pressed={Boolean(rate.tiers)}
            onClick={() =>
              fields.write(
                `${path}.tiers`,
                rate.tiers
                  ? undefined
                  : { by: 'conversions', per: 'month', steps: [asKind<Step>({ from: '' }, rate.kind)] },
              )
            }
          >
            {rate.tiers ? t('contract.tiers_count', { count: number(rate.tiers.steps.length) }) : t('contract.tiers')}
          </Button>
        )}
      </div>
      {asked && <When fields={fields} path={`${path}.when`} />}
      {rate.tiers && <TierFields fields={fields} path={path} rate={rate} currency={currency} />}
    </>
  );
};
