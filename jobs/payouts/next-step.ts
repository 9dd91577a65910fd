/** Stripe keeps an idempotency key for a day at least; a request is repeated under it only well before that. */
export const KEY_LIFETIME_MS = 20 * 60 * 60 * 1000;

export interface LogEntry {
  readonly state: 'intent' | 'sent' | 'key_spent' | 'failed';
  readonly attempt: number;
  /** When it was written: a UTC instant. */
  readonly logged_at: string;
}

/**
 * What comes next for a payout, from its log alone:
 * `intend`: write the intent of this attempt, then send it. `send`: the intent is written and its outcome unknown, so the
 * same key is sent again. `look_up`: the attempt is spent; ask Stripe whether its transfer exists before another is made.
 * `none`: it has come to an end.
 */
export type Step =
  | { readonly step: 'intend'; readonly attempt: number }
  | { readonly step: 'send'; readonly attempt: number; readonly until: number }
  | { readonly step: 'look_up'; readonly attempt: number; readonly spendKey: boolean }
  | { readonly step: 'none' };

export function nextStep(log: readonly LogEntry[], now: number): Step {
  const last = log.at(-1);
  if (!last) return { step: 'intend', attempt: 1 };
  switch (last.state) {
    case 'sent':
    case 'failed':
      return { step: 'none' };
    case 'key_spent':
      return { step: 'look_up', attempt: last.attempt, spendKey: false };
    case 'intent': {
      const until = Date.parse(last.logged_at) + KEY_LIFETIME_MS;
      return now < until
        ? { step: 'send', attempt: last.attempt, until }
        : { step: 'look_up', attempt: last.attempt, spendKey: true };
    }
  }
}
