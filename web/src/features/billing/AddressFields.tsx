// Name and address as they stand on papers and in bank files.

import { useMemo } from 'react';
import { locale } from '../../language/locales';
import { useWords } from '../../language/words';
import type { Fields } from '../../ui/draft';
import { ChoiceField, TextField } from '../../ui/Fields';
import classes from '../../ui/fields.module.css';
import { countries } from './countries';

export const AddressFields = ({ fields, path }: { fields: Fields; path: string }) => {
  const { t, language } = useWords();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- countries have other names in another language
  const choices = useMemo(() => countries(locale()), [language]);
  return (
    <>
      <div className={classes.pair}>
        <TextField fields={fields} path={`${path}.street`} label={t('party.street')} optional />
        <TextField fields={fields} path={`${path}.building_number`} label={t('party.building')} optional />
      </div>
      <div className={classes.pair}>
        <TextField fields={fields} path={`${path}.post_code`} label={t('party.post_code')} optional />
        <TextField fields={fields} path={`${path}.town`} label={t('party.town')} />
      </div>
      <ChoiceField fields={fields} path={`${path}.country`} label={t('party.country')} choices={choices} />
    </>
  );
};
