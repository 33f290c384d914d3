// The parts of the page of earnings, one of which is looked at.

export const VIEWS = ['lines', 'payouts', 'statements'] as const;

export type View = (typeof VIEWS)[number];

export const isView = (text: unknown): text is View => VIEWS.includes(text as View);
