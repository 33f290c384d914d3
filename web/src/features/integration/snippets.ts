// What a shop puts into its pages and its server to report conversions, with the ids of the one who reads it.

export interface Ids {
  origin: string;
  program: string;
  token: string;
  action: string;
  currency: string;
  needsOrder: boolean;
  needsAmount: boolean;
}

const order = ({ needsOrder, needsAmount, currency }: Ids): [string, string][] => [
  ...(needsOrder ? [['order_id', 'L-1001'] as [string, string]] : []),
  ...(needsAmount
    ? ([
        ['amount', '90.00'],
        ['currency', currency],
      ] as [string, string][])
    : []),
];

export const script = ({ origin, program }: Ids) =>
  `<script>window.merit=window.merit||function(){(merit.q=merit.q||[]).push(arguments)}</script>
<script async src="${origin}/merit.js" data-program="${program}"></script>`;

export const thanks = (ids: Ids) => {
  const members = [['action', ids.action], ...order(ids)].map(([name, value]) => `    ${name}: '${value}'`);
  return `<script>
  merit('convert', {
${members.join(',\n')}
  });
</script>`;
};

export const postback = (ids: Ids) =>
  `${ids.origin}/postback?token=${ids.token}&click_id={click_id}&action=${ids.action}${order(ids)
    .map(([name, value]) => `&${name}=${value}`)
    .join('')}`;

export const curl = (ids: Ids) =>
  [
    `curl '${ids.origin}/postback'`,
    ...[['token', ids.token], ['click_id', 'clk_…'], ['action', ids.action], ...order(ids)].map(
      ([name, value]) => `  -d ${name}='${value}'`,
    ),
  ].join(' \\\n');

export const api = (ids: Ids) => {
  const body = { program_id: ids.program, click_id: 'clk_…', action: ids.action, ...Object.fromEntries(order(ids)) };
  return `curl '${ids.origin}/api/v1/conversions' \\
  -H 'Authorization: Bearer mk_…' \\
  -H 'Content-Type: application/json' \\
  -H 'Idempotency-Key: L-1001' \\
  -d '${JSON.stringify(body, null, 2)}'`;
};
