// One channel: its part in conversions, what came before and after it, the paths that it is in, and where to look further.

import { Button, Drawer, Group, Stack, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { CSSProperties } from 'react';
import { useSession } from '../../data/session_context';
import { number, percent } from '../../language/format';
import { useWords } from '../../language/words';
import { Facts } from '../../ui/Facts';
import { Foreign } from '../../ui/values';
import type { Filter } from '../reports/search';
import classes from './attribution.module.css';
import { conversionsOf } from './behind';
import { channelName, sum, type Attribution, type Transition } from './journeys';
import { daysAsked, type AttributionSearch } from './search';
import { Way } from './Way';

interface Props {
  told: Attribution;
  channel: number;
  search: AttributionSearch;
  close: () => void;
}

const STEPS_SHOWN = 6;
const PATHS_SHOWN = 8;
// What a report can be narrowed to.
const REPORTED = ['channel', 'campaign', 'publisher', 'program', 'source'];

const useEnd = (told: Attribution) => {
  const { t } = useWords();
  return (kind: string, channel: number | null | undefined) => {
    const found = told.channels[channel ?? -1];
    if (kind === 'channel' && found) return channelName(found);
    if (kind === 'start') return t('attribution.start');
    return t(kind === 'conversion' ? 'attribution.converted' : 'attribution.not_converted');
  };
};

const StepList = ({
  title,
  steps,
  nameOf,
}: {
  title: string;
  steps: Transition[];
  nameOf: (step: Transition) => string;
}) => {
  const all = sum(steps.map(({ journeys }) => journeys));
  if (steps.length === 0) return null;
  return (
    <Stack gap="xs">
      <Title order={2}>{title}</Title>
      <ul className={classes.bars} aria-label={title}>
        {steps.slice(0, STEPS_SHOWN).map((step) => (
          <li
            key={nameOf(step)}
            className={classes.bar}
            style={{ '--part': all > 0 ? step.journeys / all : 0 } as CSSProperties}
          >
            <Foreign>{nameOf(step)}</Foreign>
            <span className={classes.figure}>
              <span>{number(step.journeys)}</span>
              <small>{all > 0 ? percent(step.journeys / all) : '–'}</small>
            </span>
          </li>
        ))}
      </ul>
    </Stack>
  );
};

export const ChannelDrawer = ({ told, channel, search, close }: Props) => {
  const { t } = useWords();
  const { network } = useSession();
  const endOf = useEnd(told);
  const found = told.channels[channel];
  if (!found) return null;
  const before = told.transitions.filter(({ to_channel }) => to_channel === channel);
  const after = told.transitions.filter(({ from_channel }) => from_channel === channel);
  const paths = told.paths.filter(({ channels }) => channels.includes(channel)).slice(0, PATHS_SHOWN);
  const filters = found.values
    .filter(({ by }) => REPORTED.includes(by))
    .map(({ by, value }): Filter => ({ dimension: by, test: 'in', values: [value ?? null] }));
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size={560}
      title={<Foreign>{channelName(found)}</Foreign>}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Stack gap="lg">
        <Facts
          rows={[
            [t('attribution.took_part'), number(found.took_part)],
            [t('attribution.assisted'), number(found.assisted)],
            [t('attribution.closed'), number(found.closed)],
            [t('attribution.alone'), number(found.alone)],
          ]}
        />
        <Group gap="xs">
          <Button
            variant="default"
            size="xs"
            renderRoot={(props) => (
              <Link to="/conversions" search={conversionsOf(found, search, network.zone)} {...props} />
            )}
          >
            {t('attribution.see_conversions')}
          </Button>
          {filters.length > 0 && (
            <Button
              variant="default"
              size="xs"
              renderRoot={(props) => (
                <Link to="/reports" search={{ ...daysAsked(search, network.zone), filters }} {...props} />
              )}
            >
              {t('attribution.see_report')}
            </Button>
          )}
        </Group>
        <StepList
          title={t('attribution.before')}
          steps={before}
          nameOf={({ from, from_channel }) => endOf(from, from_channel)}
        />
        <StepList title={t('attribution.after')} steps={after} nameOf={({ to, to_channel }) => endOf(to, to_channel)} />
        {paths.length > 0 && (
          <Stack gap="xs">
            <Title order={2}>{t('attribution.paths_with')}</Title>
            {paths.map((path) => (
              <div key={path.channels.join(' ')} className={classes.withPath}>
                <Way told={told} path={path.channels} />
                <span className="tabular">{number(path.conversions)}</span>
              </div>
            ))}
          </Stack>
        )}
      </Stack>
    </Drawer>
  );
};
