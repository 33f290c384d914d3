// Terms in words, as the server says them in the reader's language: what each action pays, when, and what holds for all of it.

import type { Schemas } from '../../data/client';
import { useWords } from '../../language/words';
import { Foreign } from '../../ui/values';
import classes from './joining.module.css';

type InWords = Schemas['TermsInWords'];
type Rate = InWords['touch_rates'][number];

const Rates = ({ rates }: { rates: Rate[] }) => (
  <ul className={classes.rates}>
    {rates.map(({ rule, pays, when }) => (
      <li key={rule}>
        <strong>{pays}</strong>
        {when.length > 0 && <span className={classes.when}>{when.join(' · ')}</span>}
      </li>
    ))}
  </ul>
);

// The rates alone: what decides whether somebody reads on.
export const Pays = ({ words }: { words: InWords }) => {
  const { word } = useWords();
  return (
    <dl className={classes.pays}>
      {words.actions.map(({ action, rates }) => (
        <div key={action}>
          <dt>
            <Foreign>{word('action_kind', action)}</Foreign>
          </dt>
          <dd>
            <Rates rates={rates} />
          </dd>
        </div>
      ))}
    </dl>
  );
};

export const AllTerms = ({ words }: { words: InWords }) => {
  const { t, word } = useWords();
  const sentences = (list: string[]) => (
    <ul className={classes.sentences}>
      {list.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
  return (
    <div className={classes.terms}>
      {words.actions.map(({ action, rates, rest }) => (
        <section key={action}>
          <h3>
            <Foreign>{word('action_kind', action)}</Foreign>
          </h3>
          <Rates rates={rates} />
          {sentences(rest)}
        </section>
      ))}
      {words.touch_rates.length > 0 && (
        <section>
          <h3>{t('join.touches')}</h3>
          <Rates rates={words.touch_rates} />
        </section>
      )}
      <section>
        <h3>{t('join.for_all')}</h3>
        {sentences(words.rest)}
      </section>
    </div>
  );
};
