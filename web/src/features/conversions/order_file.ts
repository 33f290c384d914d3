// Order numbers in a file of the shop: its lines split into cells, as spreadsheets write them.

export interface OrderFile {
  columns: string[];
  rows: string[][];
}

const DELIMITERS = [',', ';', '\t', '|'];

// RFC 4180, with the delimiter that the first line has most of.
export const readOrderFile = (text: string): OrderFile => {
  const content = text.replace(/^\uFEFF/, '').replace(/^sep=.\r?\n/, '');
  const [first = ''] = content.split(/\r?\n/, 1);
  const count = (delimiter: string) => first.split(delimiter).length;
  const delimiter = DELIMITERS.reduce((best, one) => (count(one) > count(best) ? one : best), ',');
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const endRow = () => {
    row.push(cell.trim());
    if (row.some(Boolean)) rows.push(row);
    row = [];
    cell = '';
  };
  for (let at = 0; at < content.length; at += 1) {
    const sign = content.charAt(at);
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (content[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (sign === '"' && cell === '') quoted = true;
    else if (sign === delimiter) {
      row.push(cell.trim());
      cell = '';
    } else if (sign === '\n') endRow();
    else if (sign !== '\r') cell += sign;
  }
  endRow();
  const [columns = [], ...others] = rows;
  // A file of one column may be nothing but order numbers, without a heading.
  const headed = columns.length > 1 || (/[a-z\u0600-\u06ff]/i.test(columns[0] ?? '') && !/\d/.test(columns[0] ?? ''));
  return headed ? { columns, rows: others } : { columns: columns.map(() => ''), rows };
};

const ORDER_NAMES = /order|đơn|سفارش|bestell|commande|pedido|ordine/i;

export const orderColumn = ({ columns }: OrderFile): number =>
  Math.max(
    0,
    columns.findIndex((name) => ORDER_NAMES.test(name)),
  );

// The numbers of a column, each once. A spreadsheet's guard before a formula is no part of a number.
export const orderNumbers = ({ rows }: OrderFile, column: number): string[] => [
  ...new Set(rows.map((row) => (row[column] ?? '').replace(/^'(?=[=+\-@])/, '')).filter(Boolean)),
];
