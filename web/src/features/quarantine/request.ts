// The fields of a request in quarantine, as far as a form can show them. Lists and objects stay as they came.

// What an order usually has; these are offered also when they did not come.
const USUAL = ['action', 'order_id', 'amount', 'currency', 'click_id'];
const HIDDEN = ['token', 'items'];

const ofText = (text: string): [string, string][] => {
  if (!/^\s*[[{]/.test(text)) return [...new URLSearchParams(text)];
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return [];
    return Object.entries(body)
      .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
      .map(([name, value]) => [name, String(value)]);
  } catch {
    return [];
  }
};

// By name, the body before the query, as the server reads them.
export const fieldsOf = (request: string): Record<string, string> => {
  const end = request.indexOf('\n');
  const head = end < 0 ? request : request.slice(0, end);
  const body = end < 0 ? '' : request.slice(end + 1);
  const query = head.includes('?') ? head.slice(head.indexOf('?') + 1) : '';
  const fields: Record<string, string> = Object.fromEntries(USUAL.map((name) => [name, '']));
  for (const [name, value] of [...ofText(query).reverse(), ...ofText(body).reverse()]) {
    if (!HIDDEN.includes(name)) fields[name] = value;
  }
  return fields;
};

// What is different from what came: an emptied field is taken away.
export const corrections = (came: Record<string, string>, wanted: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(wanted)
      .filter(([name, value]) => value.trim() !== (came[name] ?? '').trim())
      .map(([name, value]) => [name, value.trim() || null]),
  );

// Only conversions can be replayed: who clicked is not kept.
export const replayable = ({ kind, request }: { kind: string; request: string }) =>
  kind === 'conversion' && /^\w+ \/(postback|p\.gif|m\/convert)(\?|\n|$)/.test(request);
