// Giving a link a coupon code, or another one: whoever uses the code in the shop counts as brought by the link's publisher.

import { Alert, Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, GET, PATCH, type Schemas } from '../../data/client';
import { useNamed } from '../../data/names';
import { useWords } from '../../language/words';
import { useForm } from '../../ui/form';
import { FormModal } from '../../ui/FormModal';

type Link = Schemas['LinkView'];
export type Coupon = Schemas['CouponView'];

const POLICIES: Schemas['CouponPolicy'][] = ['always', 'involved', 'winner'];
const CODE_CHARACTERS_MAX = 64;

interface Props {
  // The coupon that is changed; without one a link is chosen among those that have none.
  known: Coupon | undefined;
  close: () => void;
}

const PAGE = 200;
const PAGES_MAX = 25;

// The links that can be given a code.
const readLinks = async (): Promise<Link[]> => {
  const found: Link[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { items, next_cursor } = await answer(GET('/api/v1/links', { params: { query: { limit: PAGE, cursor } } }));
    found.push(...items.filter(({ coupon_code, status }) => !coupon_code && status !== 'closed'));
    if (!next_cursor) break;
    cursor = next_cursor;
  }
  return found;
};

export const CouponForm = ({ known, close }: Props) => {
  const { t } = useWords();
  const queries = useQueryClient();
  const publishers = new Map((useNamed('publisher').data ?? []).map(({ id, name }) => [id, name]));
  const links = useQuery({ queryKey: ['links', 'without_code'], queryFn: readLinks, enabled: !known }).data ?? [];
  const form = useForm({
    initial: {
      link: known?.link_id ?? '',
      coupon_code: known?.code ?? '',
      coupon_policy: (known?.policy ?? 'involved') as string,
    },
    check: (values) => ({
      link: values.link ? undefined : t('ui.required'),
      coupon_code: known || values.coupon_code.trim() ? undefined : t('ui.required'),
    }),
    submit: async (values) => {
      await answer(
        PATCH('/api/v1/links/{link_id}', {
          params: { path: { link_id: values.link } },
          body: {
            coupon_code: values.coupon_code.trim() || null,
            coupon_policy: values.coupon_policy as Schemas['CouponPolicy'],
          },
        }),
      );
      notifications.show({ message: t('coupon.saved'), color: 'teal' });
      close();
      await queries.invalidateQueries({ queryKey: ['links'] });
    },
  });
  const policy = form.values.coupon_policy as Schemas['CouponPolicy'];
  return (
    <FormModal title={t(known ? 'coupon.change' : 'coupon.give')} isLost={form.isDirty} close={close}>
      {(leave) => (
        <form {...form.form}>
          <Stack gap="md">
            {form.problem && (
              <Alert color="red" variant="light" role="alert">
                {form.problem}
              </Alert>
            )}
            {!known && (
              <Select
                name="link"
                label={t('coupon.link')}
                description={t('coupon.link_hint')}
                data={links.map(({ id, name, slug, publisher_id }) => ({
                  value: id,
                  label: `${publishers.get(publisher_id) ?? publisher_id} · ${name || slug}`,
                }))}
                value={form.values.link || null}
                error={form.error('link')}
                onChange={(value) => form.set('link', value ?? '')}
                searchable
                limit={100}
              />
            )}
            <TextInput
              {...form.field('coupon_code')}
              data-autofocus={known ? true : undefined}
              label={t('coupon.code')}
              description={t(known ? 'coupon.code_empty' : 'coupon.code_hint')}
              maxLength={CODE_CHARACTERS_MAX}
              dir="ltr"
            />
            <Select
              name="coupon_policy"
              label={t('coupon.policy')}
              description={t(`coupon.policy_${policy}_text`)}
              data={POLICIES.map((value) => ({ value, label: t(`coupon.policy_${value}`) }))}
              value={policy}
              error={form.error('coupon_policy')}
              onChange={(value) => form.set('coupon_policy', value ?? 'involved')}
              allowDeselect={false}
            />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={leave}>
                {t('ui.cancel')}
              </Button>
              <Button type="submit" loading={form.busy}>
                {t('coupon.save')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </FormModal>
  );
};
