// Terms in words beside the form, and what changes against the version in force.

import { useWords } from '../../language/words';
import { differences, say } from './say';
import type { Terms } from './terms';
import classes from './contracts.module.css';

export const InWords = ({ terms }: { terms: Terms }) => {
  const { t } = useWords();
  const said = say(terms);
  const actions = [...new Set(said.flatMap(({ action }) => (action ? [action] : [])))];
  const of = (action: string | undefined) => (
    <ul className={classes.sentences}>
      {said
        .filter((one) => one.action === action)
        .map(({ key, text }) => (
          <li key={key}>{text}</li>
        ))}
    </ul>
  );
  return (
    <div className={classes.words}>
      {actions.map((action) => (
        <section key={action}>
          <h3>
            <bdi>{action}</bdi>
          </h3>
          {of(action)}
        </section>
      ))}
      {actions.length === 0 && <p>{t('contract.pays_nothing')}</p>}
      <section>
        <h3>{t('join.for_all')}</h3>
        {of(undefined)}
      </section>
    </div>
  );
};

export const Changes = ({ before, after }: { before: Terms; after: Terms }) => {
  const { t } = useWords();
  const found = differences(before, after);
  if (found.length === 0) return <p className={classes.quiet}>{t('contract.same')}</p>;
  return (
    <ul className={classes.differences}>
      {found.map(({ key, before: was, after: is }) => (
        <li key={key}>
          {was && (
            <del>
              <span className={classes.mark} aria-hidden>
                −
              </span>
              {was}
            </del>
          )}
          {is && (
            <ins>
              <span className={classes.mark} aria-hidden>
                +
              </span>
              {is}
            </ins>
          )}
        </li>
      ))}
    </ul>
  );
};
