// What somebody may do: on which side, for whom, and how far his right reaches.

import { MultiSelect } from '@mantine/core';
import type { Schemas } from '../../data/client';
import { useNamed } from '../../data/names';
import type { Right, Role } from '../../data/session';
import { t as say, useWords } from '../../language/words';
import type { Errors, Fields } from '../../ui/draft';
import { ChoiceField } from '../../ui/Fields';
import classes from '../../ui/fields.module.css';

// As it is written: one party for one side, several for a manager.
export interface Acting {
  role: Role;
  right: Right;
  party?: string;
  advertisers: string[];
  publishers: string[];
}

const ROLES: Role[] = ['operator', 'advertiser', 'publisher', 'manager'];
const RIGHTS: Right[] = ['read', 'propose', 'approve', 'pay'];

export const beginMembership = (role: Role, party: string | undefined): Acting => ({
  role,
  right: role === 'publisher' ? 'pay' : 'approve',
  party,
  advertisers: [],
  publishers: [],
});

export const asMembership = ({ role, right, party, advertisers, publishers }: Acting): Schemas['MembershipDraft'] => {
  if (role === 'manager') return { role, right, advertisers, publishers };
  const one = party ? [party] : [];
  return { role, right, advertisers: role === 'advertiser' ? one : [], publishers: role === 'publisher' ? one : [] };
};

export const checkMembership = ({ role, party, advertisers, publishers }: Acting): Errors => ({
  'membership.party': (role === 'advertiser' || role === 'publisher') && !party ? say('ui.required') : undefined,
  'membership.publishers':
    role === 'manager' && advertisers.length + publishers.length === 0 ? say('ui.required') : undefined,
});

export const MembershipFields = ({ fields, path, acting }: { fields: Fields; path: string; acting: Acting }) => {
  const { t, word } = useWords();
  const advertisers = useNamed('advertiser').data ?? [];
  const publishers = useNamed('publisher').data ?? [];
  const choices = (named: { id: string; name: string }[]) => named.map(({ id, name }) => ({ value: id, label: name }));
  const several = (name: 'advertisers' | 'publishers', named: { id: string; name: string }[]) => (
    <MultiSelect
      name={`${path}.${name}`}
      label={t(`navigation.${name}`)}
      description={t('user.serves_hint')}
      data={choices(named)}
      value={acting[name]}
      error={fields.error(`${path}.${name}`)}
      onChange={(value) => fields.write(`${path}.${name}`, value)}
      searchable
      limit={100}
    />
  );
  return (
    <>
      <div className={classes.pair}>
        <ChoiceField
          fields={fields}
          path={`${path}.role`}
          label={t('user.role')}
          hint={t(`user.role_${acting.role}`)}
          choices={ROLES.map((value) => ({ value, label: word('role', value) }))}
          onChoose={() => fields.write(`${path}.party`, undefined)}
        />
        <ChoiceField
          fields={fields}
          path={`${path}.right`}
          label={t('user.right')}
          hint={t(`user.right_${acting.right}`)}
          choices={RIGHTS.map((value) => ({ value, label: word('right', value) }))}
        />
      </div>
      {(acting.role === 'advertiser' || acting.role === 'publisher') && (
        <ChoiceField
          fields={fields}
          path={`${path}.party`}
          label={t(`role.${acting.role}`)}
          hint={t('user.party_hint')}
          choices={choices(acting.role === 'advertiser' ? advertisers : publishers)}
        />
      )}
      {acting.role === 'manager' && (
        <div className={classes.pair}>
          {several('advertisers', advertisers)}
          {several('publishers', publishers)}
        </div>
      )}
    </>
  );
};
