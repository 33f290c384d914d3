// What changed between two stored versions, in the server's words, and who is better off by it.

import { useQuery } from '@tanstack/react-query';
import { answer, GET } from '../../data/client';
import { useWords } from '../../language/words';
import { Failed } from '../../ui/Failed';
import { Badge } from '../../ui/State';
import { Foreign } from '../../ui/values';
import classes from './contracts.module.css';

const TONES = { publisher: 'good', advertiser: 'accent', neutral: 'plain' } as const;

export const VersionDifference = ({ contract, from, to }: { contract: string; from: number; to: number }) => {
  const { t, language } = useWords();
  const { data, error } = useQuery({
    queryKey: ['contracts', contract, 'difference', from, to, language],
    queryFn: () =>
      answer(
        GET('/api/v1/contracts/{contract_id}/versions/{number}/difference', {
          params: { path: { contract_id: contract, number: String(from) }, query: { to, language } },
        }),
      ),
  });
  if (error) return <Failed error={error} />;
  return (
    <ul className={classes.changes}>
      {data?.changes.map((change) => (
        <li key={change.path}>
          <Foreign>{change.sentence}</Foreign>
          {change.better_for && (
            <Badge tone={TONES[change.better_for]}>{t(`contract.better_${change.better_for}`)}</Badge>
          )}
        </li>
      ))}
      {data?.changes.length === 0 && <li>{t('contract.same')}</li>}
    </ul>
  );
};
