// Numbers as people type them: with the digits and separators of their own keyboard. What is kept and sent has Latin digits and a point.

const ZEROS = ['۰', '٠'];

const latinDigit = (letter: string): string => {
  for (const zero of ZEROS) {
    const digit = letter.charCodeAt(0) - zero.charCodeAt(0);
    if (digit >= 0 && digit <= 9) return String(digit);
  }
  return letter;
};

export const latin = (text: string): string =>
  [...text].map(latinDigit).join('').replaceAll('٫', '.').replaceAll('٬', '').trim();

const DECIMAL = /^\d{1,20}(\.\d{1,12})?$/;

// A decimal text, such as `12.50`.
export const isDecimal = (text: unknown): text is string => typeof text === 'string' && DECIMAL.test(text);

export const isWhole = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

// What was typed as a whole number, or the text itself when it is none, so that it stays where it was typed.
export const wholeOrText = (text: string): number | string | undefined => {
  const typed = latin(text);
  if (typed === '') return undefined;
  return /^\d{1,15}$/.test(typed) ? Number(typed) : typed;
};
