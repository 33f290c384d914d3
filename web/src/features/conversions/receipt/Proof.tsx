// That nobody wrote this afterwards: the signature of the network over the receipt, and the decision's place below the day's root.

import { Button, Code as Box, CopyButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer, GET, type Schemas } from '../../../data/client';
import { useWords } from '../../../language/words';
import { Failed } from '../../../ui/Failed';
import { Code } from '../../../ui/values';
import { Facts } from '../../../ui/Facts';
import classes from './receipt.module.css';

interface ProofOfDecision {
  day?: string;
  place?: number;
  path?: string[];
}

export const Proof = ({ signed, conversionId }: { signed: Schemas['SignedReceipt']; conversionId: string }) => {
  const { t } = useWords();
  const [asked, setAsked] = useState(false);
  const { data, error, isFetching } = useQuery({
    queryKey: ['conversions', conversionId, 'proof'],
    enabled: asked,
    queryFn: () =>
      answer(GET('/api/v1/conversions/{conversion_id}/proof', { params: { path: { conversion_id: conversionId } } })),
  });
  const decisions = ((data as { decisions?: ProofOfDecision[] } | undefined)?.decisions ?? []).filter(
    ({ path }) => path,
  );
  return (
    <>
      <p className={classes.dim}>{t('receipt.proof_text')}</p>
      <Facts
        rows={[
          [t('receipt.signed_by'), <Code key="key">{signed.signature.public_key}</Code>],
          [t('receipt.signature'), <Code key="signature">{signed.signature.value}</Code>],
          ...decisions.map((decision, at): [string, ReactNode] => [
            t('receipt.proof_day', { day: decision.day ?? '', number: String(at + 1) }),
            <Code key={at}>{decision.path?.at(-1) ?? ''}</Code>,
          ]),
        ]}
      />
      {error && <Failed error={error} />}
      <div className={classes.buttons}>
        {data ? (
          <CopyButton value={JSON.stringify(data)}>
            {({ copied, copy }) => (
              <Button variant="default" size="xs" onClick={copy}>
                {t(copied ? 'ui.copied' : 'receipt.proof_copy')}
              </Button>
            )}
          </CopyButton>
        ) : (
          <Button variant="default" size="xs" loading={isFetching} onClick={() => setAsked(true)}>
            {t('receipt.proof_get')}
          </Button>
        )}
      </div>
      {data && decisions.length === 0 && <Box>{t('receipt.proof_open')}</Box>}
    </>
  );
};
