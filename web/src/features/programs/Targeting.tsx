// Which visitors a program wants beyond their country: each list lets only its own in, or keeps them out.

import { Button } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../../language/words';
import type { Fields } from '../../ui/draft';
import { TagsField } from '../../ui/Fields';
import classes from '../../ui/fields.module.css';
import { DEVICES } from './program';

// What each list holds, as the server tells visitors; the examples are the same in every language.
const LISTS = [
  { name: 'region', example: 'US-CA, VN-SG' },
  { name: 'city', example: 'Hanoi' },
  { name: 'os', choices: ['android', 'ios', 'windows', 'macos', 'linux', 'chromeos'] },
  { name: 'browser', choices: ['chrome', 'safari', 'firefox', 'edge', 'opera', 'samsung'] },
  { name: 'language', example: 'en, vi, fa' },
  { name: 'carrier', example: 'Viettel' },
  { name: 'connection', choices: ['cellular', 'cable', 'corporate'] },
] as const;
const SIDES = ['only', 'except'] as const;

const isSet = (value: unknown) => Array.isArray(value) && value.length > 0;

export const Targeting = ({ fields }: { fields: Fields }) => {
  const { t } = useWords();
  const [every, setEvery] = useState(() =>
    LISTS.some(({ name }) => SIDES.some((side) => isSet(fields.read(`targeting.${name}.${side}`)))),
  );
  return (
    <>
      <div className={classes.pair}>
        {SIDES.map((side) => (
          <TagsField
            key={side}
            fields={fields}
            path={`targeting.device.${side}`}
            label={t(`program.devices_${side}`)}
            hint={side === 'only' ? t('program.devices_hint') : undefined}
            choices={DEVICES}
            optional
          />
        ))}
      </div>
      {!every && (
        <div>
          <Button variant="subtle" size="xs" onClick={() => setEvery(true)}>
            {t('program.more_targeting')}
          </Button>
        </div>
      )}
      {every &&
        LISTS.map((list) => (
          <div key={list.name} className={classes.pair}>
            {SIDES.map((side) => (
              <TagsField
                key={side}
                fields={fields}
                path={`targeting.${list.name}.${side}`}
                label={t(`program.only_or_not_${side}`, { what: t(`program.target_${list.name}`) })}
                placeholder={'example' in list ? list.example : undefined}
                choices={'choices' in list ? [...list.choices] : undefined}
                plain
                optional
              />
            ))}
          </div>
        ))}
    </>
  );
};
