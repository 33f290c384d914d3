// States of things, with colour only where somebody may have to act.

import { useWords } from '../language/words';
import classes from './state.module.css';

type Tone = 'good' | 'warn' | 'bad' | 'plain' | 'accent';

const TONES: Record<string, Tone> = {
  approved: 'good',
  accepted: 'good',
  active: 'good',
  member: 'good',
  confirmed: 'good',
  settled: 'good',
  paid: 'good',
  pending: 'accent',
  open: 'accent',
  proposed: 'accent',
  applied: 'accent',
  invited: 'accent',
  offered: 'accent',
  sent: 'accent',
  held: 'warn',
  needs_info: 'warn',
  paused: 'warn',
  rejected: 'bad',
  reversed: 'bad',
  declined: 'bad',
  failed: 'bad',
  returned: 'bad',
};

export const Badge = ({ tone, children }: { tone: Tone; children: string }) => (
  <span className={`${classes.badge} ${classes[tone] ?? ''}`}>{children}</span>
);

// `kind` names the list of words: `state`, `status`, `dispute_state`, ...
export const State = ({ value, kind = 'state' }: { value: string; kind?: string }) => {
  const { word } = useWords();
  return <Badge tone={TONES[value] ?? 'plain'}>{word(kind, value)}</Badge>;
};
