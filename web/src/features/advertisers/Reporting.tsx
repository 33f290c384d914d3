// How an advertiser's shop reports conversions: the address of its postback, and the secrets that prove it.

import { Button, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import { answer, POST, type Schemas } from '../../data/client';
import { mayAs } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Confirm, writeParams } from '../../ui/Confirm';
import { Copy } from '../../ui/Copy';
import { Section } from '../../ui/Page';
import { Secret } from '../../ui/Secret';
import { Badge } from '../../ui/State';
import { Code } from '../../ui/values';
import classes from './advertisers.module.css';

type Advertiser = Schemas['AdvertiserView'];
type WithSecret = Schemas['AdvertiserWithSecret'];
type Kind = 'token' | 'signing';

const rotate = (kind: Kind, id: string, dryRun: boolean, key: string): Promise<WithSecret> => {
  const params = { path: { advertiser_id: id }, ...writeParams(dryRun, key) };
  return kind === 'token'
    ? answer(POST('/api/v1/advertisers/{advertiser_id}/rotate_postback_token', { params }))
    : answer(POST('/api/v1/advertisers/{advertiser_id}/rotate_signing_secret', { params }));
};

export const Reporting = ({ advertiser }: { advertiser: Advertiser }) => {
  const { t } = useWords();
  const session = useSession();
  const [making, setMaking] = useState<Kind>();
  const [secret, setSecret] = useState<{ kind: Kind; text: string }>();
  const has = { token: advertiser.has_postback_token, signing: advertiser.has_signing_secret };
  const address = `${location.origin}/postback?token={token}&click_id={click_id}&action={action}&order_id={order_id}&amount={amount}&currency={currency}`;
  const allowed = mayAs(session, ['operator', 'advertiser', 'manager'], 'approve');
  return (
    <Section title={t('advertiser.postback')} hint={t('advertiser.postback_address')}>
      <Stack gap="md">
        <div className={classes.address}>
          <Code>{address}</Code>
          <Copy small text={address} what={t('ui.copy')} />
        </div>
        {(['token', 'signing'] as const).map((kind) => (
          <Group key={kind} justify="space-between" gap="xs">
            <Group gap="xs">
              <span>{t(`advertiser.has_${kind}`)}</span>
              <Badge tone={has[kind] ? 'good' : 'plain'}>{t(has[kind] ? 'ui.yes' : 'ui.no')}</Badge>
            </Group>
            {allowed && (
              <Button size="xs" variant="default" onClick={() => setMaking(kind)}>
                {t(has[kind] ? `advertiser.renew_${kind}` : `advertiser.make_${kind}`)}
              </Button>
            )}
          </Group>
        ))}
      </Stack>
      {making && (
        <Confirm<WithSecret>
          title={t(has[making] ? `advertiser.renew_${making}` : `advertiser.make_${making}`)}
          action={t('advertiser.make_secret')}
          danger={has[making]}
          run={async (_, dryRun, key) => {
            const made = await rotate(making, advertiser.id, dryRun, key);
            if (!dryRun && made.secret) setSecret({ kind: making, text: made.secret });
            return made;
          }}
          done={() => t('advertiser.secret_made')}
          changes={['advertisers']}
          close={() => setMaking(undefined)}
        >
          {t(has[making] ? 'advertiser.renew_text' : `advertiser.make_${making}_text`)}
        </Confirm>
      )}
      {secret && (
        <Secret
          title={t(`advertiser.has_${secret.kind}`)}
          text={t(`advertiser.make_${secret.kind}_text`)}
          secret={secret.text}
          close={() => setSecret(undefined)}
        />
      )}
    </Section>
  );
};
