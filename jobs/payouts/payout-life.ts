import type { LogEntry } from './payout-log.ts';

/**
 * Stripe keeps an idempotency key for at least 24 hours; a request is repeated with the key only for 20. Then the transfer is looked for first.
 */
export const KEY_LIFETIME_MS = 20 * 60 * 60 * 1000;

const ENDS = ['sent', 'failed', 'cancelled', 'confirmed', 'reversed'] as const;
type End = (typeof ENDS)[number];

/** Where a payout is in its life, from its log alone. */
export interface PayoutLife {
  readonly isApproved: boolean;
  /** The hash of the line that was approved. */
  readonly approvedHash: string | undefined;
  /** What keeps it back now; what a person has decided, before what a run has found since. */
  readonly hold: { readonly reason: string; readonly detail: string | null; readonly isOfPerson: boolean } | undefined;
  /** What was said last of a payout that is held. */
  readonly lastStop: { readonly reason: string; readonly detail: string | null } | undefined;
  /** The last idempotency key: `isOpen` while the outcome of its request is unknown, otherwise it is spent. */
  readonly attempt:
    | { readonly number: number; readonly isOpen: boolean; readonly at: number; readonly reason: string | null }
    | undefined;
  /** When it was sent, by the log; undefined if it was not. */
  readonly sentAt: string | undefined;
  readonly end: { readonly state: End; readonly reason: string | null; readonly transferId: string | null } | undefined;
}

type Step = Pick<
  LogEntry,
  'state' | 'attempt' | 'logged_at' | 'reason' | 'detail' | 'run_id' | 'transfer_id_stripe' | 'line_hash'
>;

export function lifeOf(log: readonly Step[]): PayoutLife {
  const approved = log.find(({ state }) => state === 'approved');
  const held = log
    .slice(log.findLastIndex(({ state }) => state === 'released') + 1)
    .filter(({ state }) => state === 'held');
  const last = held.at(-1);
  const hold = held.findLast(({ run_id }) => run_id === null) ?? last;
  const attempt = log.findLast(({ state }) => state === 'intent' || state === 'key_spent');
  const end = log.findLast(({ state }) => isEnd(state));
  return {
    isApproved: approved !== undefined,
    approvedHash: approved?.line_hash ?? undefined,
    hold: hold && { reason: hold.reason ?? '', detail: hold.detail, isOfPerson: hold.run_id === null },
    lastStop: last && { reason: last.reason ?? '', detail: last.detail },
    attempt: attempt && {
      number: attempt.attempt ?? 0,
      isOpen: attempt.state === 'intent' && end === undefined,
      at: Date.parse(attempt.logged_at),
      reason: attempt.reason,
    },
    sentAt: log.find(({ state }) => state === 'sent')?.logged_at,
    end: end && { state: end.state as End, reason: end.reason, transferId: end.transfer_id_stripe },
  };
}

function isEnd(state: string): state is End {
  return (ENDS as readonly string[]).includes(state);
}

/** The states that people see. */
export const LINE_STATES = [
  ...(['planned', 'approved', 'held', 'sending', 'sent', 'confirmed'] as const),
  ...(['reversed', 'failed', 'cancelled', 'skipped'] as const),
] as const;
export type LineState = (typeof LINE_STATES)[number];

/** A payout with a key is `sending` until it ends, also while it is held: its request may have been made. */
export function stateOf({ end, attempt, hold, isApproved }: PayoutLife): LineState {
  if (end) return end.state;
  if (attempt?.isOpen) return 'sending';
  if (hold) return 'held';
  if (attempt) return 'sending';
  return isApproved ? 'approved' : 'planned';
}

/**
 * The next step of a payout.
 * `intend`: write the intent of this attempt. `send`: the intent is written and its outcome unknown, so the request is sent
 * with the same key until `until` (ms since the epoch). `look_up`: look for the transfer before the next attempt, because the key is spent or
 * may be forgotten at Stripe. In that case `next` is the same key again: if a process that was stopped right before its request goes on later,
 * both requests are one at Stripe. `none`: the payout has ended.
 */
export type NextStep =
  | { readonly step: 'intend'; readonly attempt: number }
  | { readonly step: 'send'; readonly attempt: number; readonly until: number }
  | { readonly step: 'look_up'; readonly attempt: number; readonly next: number }
  | { readonly step: 'none' };

export function nextStep({ end, attempt }: PayoutLife, now: number): NextStep {
  if (end) return { step: 'none' };
  if (!attempt) return { step: 'intend', attempt: 1 };
  if (!attempt.isOpen) return { step: 'look_up', attempt: attempt.number, next: attempt.number + 1 };
  const until = attempt.at + KEY_LIFETIME_MS;
  return now < until
    ? { step: 'send', attempt: attempt.number, until }
    : { step: 'look_up', attempt: attempt.number, next: attempt.number };
}
