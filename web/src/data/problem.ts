// Why a request failed: what the server's problem document says, and what of it the reader is told.

import { language } from '../language/locales';
import { t } from '../language/words';

export interface ProblemBody {
  code?: string;
  message?: string;
  field?: string | null;
  reason?: string;
  request_id?: string;
}

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;
  readonly reason: string | undefined;
  readonly requestId: string | undefined;

  constructor(status: number, body: ProblemBody) {
    super(body.message ?? `HTTP ${status}`);
    this.name = 'Problem';
    this.status = status;
    this.code = body.code ?? (status === 0 ? 'unreachable' : 'unexpected');
    this.field = body.field ?? undefined;
    this.reason = body.reason;
    this.requestId = body.request_id;
  }
}

const KNOWN = {
  sign_in_refused: 'problem.sign_in_refused',
  too_many_attempts: 'problem.too_many_attempts',
  second_factor_wrong: 'problem.second_factor_wrong',
  setup_done: 'problem.setup_done',
  taken: 'problem.taken',
  busy: 'problem.busy',
  unreachable: 'problem.unreachable',
  unexpected: 'problem.unexpected',
  right_missing: 'problem.right_missing',
  not_found: 'problem.not_found',
  field_missing: 'problem.field_missing',
  second_person_needed: 'problem.second_person_needed',
  outcome_unknown: 'problem.outcome_unknown',
  credentials_invalid: 'problem.credentials_invalid',
  sign_in_required: 'problem.credentials_invalid',
  csrf_invalid: 'problem.credentials_invalid',
} as const;

// Of these the server's own sentence says more than any that could be written here; it is English, and stands behind the reader's words.
const EXPLAINED = {
  field_invalid: 'problem.field_invalid',
  field_unknown: 'problem.field_invalid',
  parameter_invalid: 'problem.field_invalid',
  body_malformed: 'problem.field_invalid',
  state_conflict: 'problem.state_conflict',
} as const;

// Why a value was refused, where the server has a word for it.
const WRONG = {
  empty: 'wrong.empty',
  too_long: 'wrong.too_long',
  too_short: 'wrong.too_short',
  blanks: 'wrong.blanks',
  letter: 'wrong.letter',
  no_email: 'wrong.no_email',
  not_positive: 'wrong.not_positive',
  unknown: 'wrong.unknown',
  fixed: 'wrong.fixed',
  guessable: 'wrong.guessable',
} as const;

const ISOLATE = ['\u2068', '\u2069'] as const;

// What to tell the reader: in his language where the code is one of those that people meet, else the server's own sentence.
export const problemText = (error: unknown): string => {
  if (!(error instanceof Problem)) return t('problem.unexpected');
  const key = Object.hasOwn(KNOWN, error.code) ? KNOWN[error.code as keyof typeof KNOWN] : undefined;
  if (key) return t(key);
  if (language() === 'en' || !Object.hasOwn(EXPLAINED, error.code)) return error.message;
  const wrong = Object.hasOwn(WRONG, error.reason ?? '') ? WRONG[error.reason as keyof typeof WRONG] : undefined;
  return `${t(wrong ?? EXPLAINED[error.code as keyof typeof EXPLAINED])} ${ISOLATE[0]}${error.message}${ISOLATE[1]}`;
};
