// One program as a publisher meets it: what it pays, in which words it asks for publishers, where he stands, and his next step.

import { Button, Collapse, Group } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { may } from '../../data/session';
import { useSession } from '../../data/session_context';
import { moment } from '../../language/format';
import { useWords } from '../../language/words';
import { State } from '../../ui/State';
import { Foreign } from '../../ui/values';
import { stepsOf, type ProgramStanding, type Step } from './standing';
import { AllTerms, Pays } from './Terms';
import classes from './joining.module.css';

const NAMES = {
  apply: 'join.apply',
  accept: 'join.accept',
  decline: 'join.decline',
  withdraw: 'join.withdraw',
  leave: 'join.leave',
} as const;

// What was said between the two, with the date that matters next.
const Exchange = ({ at }: { at: ProgramStanding }) => {
  const { t } = useWords();
  const { network } = useSession();
  const { application, membership } = at;
  const date = (text: string) => moment(text, network.zone, { dateStyle: 'medium' });
  return (
    <>
      {application?.message && (
        <blockquote className={classes.said}>
          <span>{t(application.kind === 'invitation' ? 'join.they_said' : 'join.you_said')}</span>
          <Foreign>{application.message}</Foreign>
        </blockquote>
      )}
      {application?.answer && (
        <blockquote className={classes.said}>
          <span>{t(application.kind === 'invitation' ? 'join.you_said' : 'join.they_said')}</span>
          <Foreign>{application.answer}</Foreign>
        </blockquote>
      )}
      {application?.state === 'offered' && <p className={classes.note}>{t('join.offered')}</p>}
      {application?.expires_at && (application.state === 'open' || application.state === 'offered') && (
        <p className={classes.note}>{t('join.expires', { date: date(application.expires_at) })}</p>
      )}
      {at.standing === 'declined' && application?.again_at && (
        <p className={classes.note}>{t('join.again', { date: date(application.again_at) })}</p>
      )}
      {membership?.left_at && <p className={classes.note}>{t('join.ends', { date: date(membership.left_at) })}</p>}
      {membership?.end_reason && (
        <blockquote className={classes.said}>
          <span>{t('join.end_reason')}</span>
          <Foreign>{membership.end_reason}</Foreign>
        </blockquote>
      )}
    </>
  );
};

export const ProgramCard = ({ at, take }: { at: ProgramStanding; take: (step: Step) => void }) => {
  const { t, word } = useWords();
  const session = useSession();
  const [open, setOpen] = useState(false);
  const { program, terms, standing, may_link } = at;
  const steps = may(session, 'approve') ? stepsOf(at) : [];
  const Chevron = open ? IconChevronUp : IconChevronDown;
  const region = `terms-${program.id}`;
  return (
    <article className={classes.card}>
      <div className={classes.head}>
        <div>
          <h2 className={classes.name}>
            <Foreign>{program.name}</Foreign>
          </h2>
          <div className={classes.note}>{word('joining', program.joining)}</div>
        </div>
        {(standing !== 'none' || program.status !== 'active') && (
          <span className={classes.states}>
            {standing !== 'none' && <State value={standing} kind="standing" />}
            {program.status !== 'active' && <State value={program.status} kind="status" />}
          </span>
        )}
      </div>
      {program.public_terms && (
        <p className={classes.words}>
          <Foreign>{program.public_terms}</Foreign>
        </p>
      )}
      {terms ? <Pays words={terms.in_words} /> : <p className={classes.note}>{t('join.no_terms')}</p>}
      <Exchange at={at} />
      <Group gap="xs" mt="auto">
        {may_link && (
          <Button renderRoot={(props) => <Link to="/links" search={{ program: program.id }} {...props} />}>
            {t('join.links')}
          </Button>
        )}
        {steps.map((step, place) => (
          <Button
            key={step}
            variant={place === 0 && !may_link && step !== 'withdraw' ? 'filled' : 'default'}
            onClick={() => take(step)}
          >
            {t(NAMES[step])}
          </Button>
        ))}
        {terms && (
          <Button
            variant="subtle"
            rightSection={<Chevron size={16} stroke={1.6} aria-hidden />}
            aria-expanded={open}
            aria-controls={region}
            onClick={() => setOpen(!open)}
          >
            {t('join.all_terms')}
          </Button>
        )}
      </Group>
      <div id={region}>
        {terms && (
          <Collapse expanded={open}>
            <AllTerms words={terms.in_words} />
          </Collapse>
        )}
      </div>
    </article>
  );
};
