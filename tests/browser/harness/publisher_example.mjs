// A publisher's side of a small network, as the API gives it out: programs where he stands differently, links, money.

export const HOSTILE = '<script>window.hacked=1</script><img src=x onerror=window.hacked=1>';

const MEMBERSHIP = { network_id: 'net_1', role: 'publisher', right: 'pay', advertisers: [], publishers: ['pub_1'] };

export const program = (id, name, more = {}) => ({
  id, network_id: 'net_1', advertiser_id: 'adv_1', name, status: 'active', funded: true, zone: 'Asia/Ho_Chi_Minh',
  actions: [{ name: 'order', kind: 'order', order_id_required: true, repeats: false, amount_required: true }],
  landing_pages: [{ url: 'https://shop.example/?click_id={click_id}', weight: 1 }], verified_hosts: ['shop.example', '*.shop.example'],
  app_schemes: ['lampshop'], refuse_data_centers: true, https_only: false, unique_window_seconds: 86400, public_terms: '', public_page: true,
  notice_days: 14, requires_acceptance: false, joining: 'open', created_at: '2026-01-01T00:00:00Z', ...more,
});

export const link = (id, name, more = {}) => ({
  id, slug: `slug${id}`, url: `/c/slug${id}`, network_id: 'net_1', program_id: 'prg_1', publisher_id: 'pub_1', name, status: 'active',
  landing_pages: [], coupon_code: null, coupon_policy: 'involved', created_at: '2026-02-01T00:00:00Z', ...more,
});

export const list = (items) => ({ body: { items, next_cursor: null } });

// Who is signed in, as whom; pages add what they read.
export const signedInAs = (more = {}, membership = {}) => {
  const acting = { ...MEMBERSHIP, ...membership };
  return {
    'GET /setup': { body: { open: false } },
    'GET /session': { body: { user: { id: 'usr_1', email: 'an@example.com', name: 'An', memberships: [acting] }, acting_as: acting, csrf_token: 'token-1' } },
    'GET /networks/net_1': { body: { id: 'net_1', name: 'Lamp Partners', currency: 'USD', zone: 'Asia/Ho_Chi_Minh' } },
    'GET /programs': list([program('prg_1', 'Lamps'), program('prg_2', HOSTILE)]),
    'GET /publishers': list([{ id: 'pub_1', name: 'A Blog', status: 'active' }]),
    'GET /advertisers': list([]),
    ...more,
  };
};

export const LOOKS = {
  light: {}, 'phone-dark-persian': { viewport: { width: 360, height: 740 }, colorScheme: 'dark', locale: 'fa-IR' },
  phone: { viewport: { width: 360, height: 740 } }, dark: { colorScheme: 'dark' }, persian: { locale: 'fa-IR' }, vietnamese: { locale: 'vi-VN' },
};
