// The fields of a program, the ones that everybody needs first.

import { Button, Group } from '@mantine/core';
import { useMemo } from 'react';
import type { Schemas } from '../../data/client';
import { useNamed } from '../../data/names';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import type { Draft } from '../../ui/draft';
import { Entries } from '../../ui/Entries';
import { AreaField, ChoiceField, DurationField, SwitchField, TagsField, TextField, WholeField } from '../../ui/Fields';
import classes from '../../ui/fields.module.css';
import { Fold } from '../../ui/Fold';
import { MomentField } from '../../ui/MomentField';
import { Section } from '../../ui/Page';
import { CapsFields } from '../contracts/CapsFields';
import { zones } from '../sign_in/currencies';
import { hostOf, JOININGS, KINDS, STATUSES, type Values } from './program';
import { Targeting } from './Targeting';

const NAME_CHARACTERS_MAX = 200;
const TERMS_CHARACTERS_MAX = 20_000;
// The same in every language.
const EXAMPLES = {
  page: 'https://shop.example/?click_id={click_id}',
  host: 'shop.example',
  scheme: 'myshop',
  countries: 'VN, IR, GB',
};
const FALLBACKS = ['other', 'caps', 'inactive', 'targeting'] as const;

interface Props {
  draft: Draft<Values>;
  isNew?: boolean;
  templates: Schemas['TemplateView'][];
}

const Basics = ({ draft, isNew }: Props) => {
  const { t, word } = useWords();
  const { actingAs } = useSession();
  const advertisers = useNamed('advertiser');
  const { zone } = draft.values;
  // A zone may be known by an older name than the browser's.
  const allZones = useMemo(() => {
    const known = zones();
    return known.some(({ value }) => value === zone)
      ? known
      : [{ value: zone, label: zone.replaceAll('_', ' ') }, ...known];
  }, [zone]);
  const words = (kind: string, values: readonly string[]) =>
    values.map((value) => ({ value, label: word(kind, value) }));
  return (
    <Section title={t('program.basics')}>
      <div className={classes.fields}>
        <TextField
          fields={draft}
          path="name"
          label={t('program.name')}
          hint={t('program.name_hint')}
          maxLength={NAME_CHARACTERS_MAX}
          autoFocus
        />
        <div className={classes.pair}>
          <ChoiceField
            fields={draft}
            path="advertiser_id"
            label={t('role.advertiser')}
            hint={t('program.advertiser_hint')}
            choices={(advertisers.data ?? [])
              .filter(({ id }) => actingAs.role === 'operator' || actingAs.advertisers.includes(id))
              .map(({ id, name }) => ({ value: id, label: name }))}
            disabled={!isNew}
          />
          <ChoiceField
            fields={draft}
            path="zone"
            label={t('program.zone')}
            hint={t('program.zone_hint')}
            choices={allZones}
          />
        </div>
        <div className={classes.pair}>
          <ChoiceField
            fields={draft}
            path="joining"
            label={t('program.joining')}
            hint={t(`program.joining_${draft.values.joining ?? 'open'}`)}
            choices={words('joining', JOININGS)}
          />
          {!isNew && (
            <ChoiceField
              fields={draft}
              path="status"
              label={t('conversion.state')}
              hint={t('program.status_hint')}
              choices={words('status', STATUSES)}
            />
          )}
        </div>
      </div>
    </Section>
  );
};

const Landing = ({ draft }: Props) => {
  const { t } = useWords();
  const hosts = draft.values.verified_hosts ?? [];
  const missing = [...new Set(draft.values.landing_pages.map(({ url }) => hostOf(url)))].filter(
    (host): host is string => host !== undefined && host.includes('.') && !hosts.includes(host),
  );
  return (
    <Section title={t('program.landing')} hint={t('program.landing_hint')}>
      <div className={classes.fields}>
        <Entries<Schemas['LandingPage']>
          fields={draft}
          path="landing_pages"
          one={t('program.page')}
          add={t('program.page_add')}
          least={1}
          fresh={() => ({ url: '', weight: 1 })}
        >
          {(_, path) => (
            <div className={draft.values.landing_pages.length > 1 ? classes.wideAndSmall : undefined}>
              <TextField
                fields={draft}
                path={`${path}.url`}
                label={t('program.url')}
                hint={t('program.url_hint')}
                placeholder={EXAMPLES.page}
                dir="ltr"
                type="url"
              />
              {draft.values.landing_pages.length > 1 && (
                <WholeField
                  fields={draft}
                  path={`${path}.weight`}
                  label={t('program.weight')}
                  hint={t('program.weight_hint')}
                />
              )}
            </div>
          )}
        </Entries>
        <TagsField
          fields={draft}
          path="verified_hosts"
          label={t('program.hosts')}
          hint={t('program.hosts_hint')}
          placeholder={EXAMPLES.host}
        />
        {missing.length > 0 && (
          <Group gap="xs">
            {missing.slice(0, 3).map((host) => (
              <Button
                key={host}
                size="xs"
                variant="light"
                onClick={() => draft.write('verified_hosts', [...hosts, host])}
              >
                {t('program.allow_host', { host })}
              </Button>
            ))}
          </Group>
        )}
        <TagsField
          fields={draft}
          path="app_schemes"
          label={t('program.schemes')}
          hint={t('program.schemes_hint')}
          placeholder={EXAMPLES.scheme}
        />
      </div>
    </Section>
  );
};

const Actions = ({ draft }: Props) => {
  const { t, word } = useWords();
  return (
    <Section title={t('program.actions')} hint={t('program.actions_hint')}>
      <Entries<Schemas['Action']>
        fields={draft}
        path="actions"
        one={t('program.action')}
        add={t('program.action_add')}
        title={({ name }) => name}
        least={1}
        fresh={() => ({ name: '', kind: 'lead', order_id_required: false, amount_required: false, repeats: false })}
      >
        {(_, path) => (
          <>
            <div className={classes.pair}>
              <TextField
                fields={draft}
                path={`${path}.name`}
                label={t('program.action_name')}
                hint={t('program.action_name_hint')}
                dir="ltr"
                maxLength={40}
              />
              <ChoiceField
                fields={draft}
                path={`${path}.kind`}
                label={t('program.action_kind')}
                hint={t('program.action_kind_hint')}
                choices={KINDS.map((value) => ({ value, label: word('action_kind', value) }))}
              />
            </div>
            <div className={classes.pair}>
              <SwitchField fields={draft} path={`${path}.order_id_required`} label={t('program.order_id_required')} />
              <SwitchField fields={draft} path={`${path}.amount_required`} label={t('program.amount_required')} />
              <SwitchField fields={draft} path={`${path}.repeats`} label={t('program.repeats')} />
            </div>
          </>
        )}
      </Entries>
    </Section>
  );
};

const Agreement = ({ draft, templates }: Props) => {
  const { t } = useWords();
  return (
    <Section title={t('program.agreement')} hint={t('program.agreement_hint')}>
      <div className={classes.fields}>
        <AreaField
          fields={draft}
          path="public_terms"
          label={t('program.public_terms')}
          hint={t('program.public_terms_hint')}
          maxLength={TERMS_CHARACTERS_MAX}
        />
        <div className={classes.pair}>
          <WholeField
            fields={draft}
            path="notice_days"
            label={t('program.notice_days')}
            hint={t('program.notice_days_hint')}
            unit={t('ui.unit_day')}
          />
          {templates.length > 0 && (
            <ChoiceField
              fields={draft}
              path="default_template_id"
              label={t('program.template')}
              hint={t('program.template_hint')}
              choices={templates.filter(({ retired }) => !retired).map(({ id, name }) => ({ value: id, label: name }))}
              clearable
            />
          )}
        </div>
        <div className={classes.pair}>
          <SwitchField
            fields={draft}
            path="public_page"
            label={t('program.public_page')}
            hint={t('program.public_page_hint')}
          />
          <SwitchField
            fields={draft}
            path="requires_acceptance"
            label={t('program.requires_acceptance')}
            hint={t('program.requires_acceptance_hint')}
          />
        </div>
      </div>
    </Section>
  );
};

const Traffic = ({ draft }: Props) => {
  const { t } = useWords();
  const { network } = useSession();
  const countries = (path: string, label: string) => (
    <TagsField
      fields={draft}
      path={`targeting.country.${path}`}
      label={label}
      placeholder={EXAMPLES.countries}
      optional
    />
  );
  return (
    <>
      <Fold title={t('program.traffic')} hint={t('program.traffic_hint')}>
        <div className={classes.fields}>
          <DurationField
            fields={draft}
            path="unique_window_seconds"
            label={t('program.unique_window')}
            hint={t('program.unique_window_hint')}
          />
          <div className={classes.pair}>
            {countries('only', t('program.countries_only'))}
            {countries('except', t('program.countries_except'))}
          </div>
          <Targeting fields={draft} />
          <div className={classes.pair}>
            <SwitchField
              fields={draft}
              path="refuse_data_centers"
              label={t('program.data_centers')}
              hint={t('program.data_centers_hint')}
            />
            <SwitchField
              fields={draft}
              path="https_only"
              label={t('program.https_only')}
              hint={t('program.https_only_hint')}
            />
          </div>
          <TagsField
            fields={draft}
            path="blocked_addresses"
            label={t('program.blocked')}
            hint={t('program.blocked_hint')}
            placeholder="203.0.113.0/24"
          />
          {FALLBACKS.map((reason) => (
            <TextField
              key={reason}
              fields={draft}
              path={`fallbacks.${reason}`}
              label={t(`program.fallback_${reason}`)}
              hint={reason === 'other' ? t('program.fallback_hint') : undefined}
              dir="ltr"
              type="url"
              optional
            />
          ))}
        </div>
      </Fold>
      <Fold title={t('cap.title')} hint={t('cap.program_hint')} open={(draft.values.caps ?? []).length > 0}>
        <CapsFields fields={draft} path="caps" currency={network.currency} of="program" />
      </Fold>
      <Fold
        title={t('program.period')}
        hint={t('program.period_hint')}
        open={Boolean(draft.values.starts_at ?? draft.values.ends_at)}
      >
        <div className={classes.pair}>
          <MomentField
            fields={draft}
            path="starts_at"
            label={t('program.starts_at')}
            empty={t('program.from_beginning')}
          />
          <MomentField fields={draft} path="ends_at" label={t('program.ends_at')} empty={t('program.without_end')} />
        </div>
      </Fold>
    </>
  );
};

export const ProgramFields = (props: Props) => (
  <>
    <Basics {...props} />
    <Landing {...props} />
    <Actions {...props} />
    <Agreement {...props} />
    <Traffic {...props} />
  </>
);
