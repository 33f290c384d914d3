// The token that proves a postback: whether there is one, and making a new one, which is shown once.

import { Alert, Button, Group, Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useState } from 'react';
import { answer, POST, type Schemas } from '../../data/client';
import { useWords } from '../../language/words';
import { Confirm, writeParams } from '../../ui/Confirm';
import { Snippet } from '../../ui/Snippet';

interface Props {
  advertiser: Schemas['AdvertiserView'];
  token: string | undefined;
  made: (token: string) => void;
  mayMake: boolean;
}

export const Token = ({ advertiser, token, made, mayMake }: Props) => {
  const { t } = useWords();
  const [making, setMaking] = useState(false);
  return (
    <>
      {token ? (
        <>
          <Alert color="yellow" variant="light" mb="sm">
            {t('integration.token_once')}
          </Alert>
          <Snippet label={t('integration.token')} text={token} />
        </>
      ) : (
        <Group justify="space-between" gap="sm">
          <Text size="sm" c="dimmed" maw={440}>
            {t(advertiser.has_postback_token ? 'integration.token_there' : 'integration.token_missing')}
          </Text>
          {mayMake && (
            <Button
              variant="default"
              leftSection={<IconKey size={16} stroke={1.6} aria-hidden />}
              onClick={() => setMaking(true)}
            >
              {t(advertiser.has_postback_token ? 'integration.token_replace' : 'integration.token_make')}
            </Button>
          )}
        </Group>
      )}
      {making && (
        <Confirm<Schemas['AdvertiserWithSecret']>
          title={t(advertiser.has_postback_token ? 'integration.token_replace' : 'integration.token_make')}
          action={t('integration.token_do')}
          danger={advertiser.has_postback_token}
          run={(_, dryRun, key) =>
            answer(
              POST('/api/v1/advertisers/{advertiser_id}/rotate_postback_token', {
                params: { path: { advertiser_id: advertiser.id }, ...writeParams(dryRun, key) },
              }),
            )
          }
          done={({ secret }) => {
            if (secret) made(secret);
            return t('integration.token_made');
          }}
          changes={['advertisers']}
          close={() => setMaking(false)}
        >
          {t(advertiser.has_postback_token ? 'integration.token_replace_text' : 'integration.token_make_text')}
        </Confirm>
      )}
    </>
  );
};
