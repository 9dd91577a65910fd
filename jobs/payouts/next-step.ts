/** Stripe keeps an idempotency key for at least 24 hours; a request is repeated with the key only for 20. */
export const KEY_LIFETIME_MS = 20 * 60 * 60 * 1000;

export interface LogEntry {
  readonly state: 'intent' | 'sent' | 'key_spent' | 'failed';
  readonly attempt: number;
  /** A UTC instant. */
  readonly logged_at: string;
}

/**
 * The next step of a payout, from its log alone.
 * `intend`: write the intent of this attempt. `send`: the intent is written and its outcome unknown, so the request is sent
 * with the same key until `until` (ms since the epoch). `look_up`: the key is spent or expired (`spendKey`); look for the
 * transfer at Stripe before the next attempt. `none`: the payout has ended.
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
