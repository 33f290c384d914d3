// What was decided, the first decision first: who, when, why, and what it changed.

import { useWords } from '../../../language/words';
import { State } from '../../../ui/State';
import { Foreign, Moment, Money } from '../../../ui/values';
import type { Decision, Receipt } from '../receipt';
import classes from './receipt.module.css';

const isZero = (decision: Decision) => !/[1-9]/.test(decision.delta?.commission?.amount ?? '');

export const History = ({ receipt }: { receipt: Receipt }) => {
  const { word, said } = useWords();
  return (
    <ol className={classes.history}>
      {receipt.decisions.map((decision) => (
        <li key={decision.number}>
          <span className={classes.when}>
            <Moment at={decision.at} />
          </span>
          <span className={classes.what}>
            <State value={decision.state} /> {decision.reason_words && said(decision.reason_words)}
            <small>
              <Foreign>{word('actor', decision.actor)}</Foreign>
            </small>
            {decision.note && (
              <q className={classes.note}>
                <Foreign>{decision.note}</Foreign>
              </q>
            )}
          </span>
          <span className={classes.delta}>
            {!isZero(decision) && <Money value={decision.delta?.commission} exact sign />}
          </span>
        </li>
      ))}
    </ol>
  );
};
