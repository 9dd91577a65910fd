import type { InstantPayoutLogTable, PayoutLinesTable } from '../../warehouse/operational/payout-tables.ts';
import type { Services } from '../job.ts';
import { linesOf } from './batches.ts';
import { currentHolds, type Holds, sentenceOf as holdSentence } from './holds.ts';
import { instantStepsOf } from './instant/instant-log.ts';
import { type LineState, lifeOf, type PayoutLife, stateOf } from './payout-life.ts';
import { type LogEntry, logsOfPayouts } from './payout-log.ts';
import { type PlannedLine, plannedLines } from './planned-lines.ts';
import { filesOfPayouts } from './rails/bank/bank-files.ts';
import { railOf } from './rails/bank/bank-request.ts';
import type { RailName } from './rails/rail.ts';
import { meaningOf } from './stop-reasons.ts';

export interface PayoutStatus
  extends Pick<PayoutLinesTable, 'payout_id' | 'creator_id' | 'currency' | 'amount_minor' | 'account_id_stripe'> {
  /** `payable`, why there is no payout, or why it is held or cancelled. */
  readonly reason: string;
  readonly state: LineState;
  readonly transfer_id_stripe: string | null;
  readonly payout_rail: RailName;
  /** The bank file that it is in; null if it is in none. */
  readonly file_id: string | null;
  /** More about the reason, or why Stripe refused the last request; a sentence. */
  readonly last_reason: string | null;
  /** What the reason means, in a sentence; null if it is payable. */
  readonly reason_meaning: string | null;
  /** The person who last held, released or cancelled it, and when; null if nobody has. */
  readonly decided_by: string | null;
  readonly decided_at: string | null;
  /** Whether it was paid out to the creator's bank at once: `intent` if it was requested; null if that was not tried. */
  readonly instant_payout_state: InstantPayoutLogTable['state'] | null;
  /** Why it was left to Stripe's schedule; a sentence. */
  readonly instant_payout_reason: string | null;
}

type Stores = Pick<Services, 'operational' | 'warehouse' | 'clock'>;

/** Every payout of a batch, where it is in its life. */
export async function statusOf(services: Stores, batchId: string): Promise<PayoutStatus[]> {
  return withLives(services, await linesOf(services.operational, batchId));
}

/** Some payouts of a batch in the order of their ids, from one on, and whether there are more. */
export async function statusPage(
  services: Stores,
  { batchId, after, limit }: { readonly batchId: string; readonly after: string | undefined; readonly limit: number },
): Promise<{ readonly payouts: PayoutStatus[]; readonly hasMore: boolean }> {
  const found = await plannedLines(services.operational)
    .where('line.batch_id', '=', batchId)
    .where('line.payout_id', '>', after ?? '')
    .orderBy('line.payout_id')
    .limit(limit + 1)
    .execute();
  return { payouts: await withLives(services, found.slice(0, limit)), hasMore: found.length > limit };
}

async function withLives(services: Stores, lines: readonly PlannedLine[]): Promise<PayoutStatus[]> {
  const { operational } = services;
  const ids = lines.map(({ payout_id }) => payout_id);
  const logs = await logsOfPayouts(operational, ids);
  const instants = await instantStepsOf(operational, ids);
  const files = await filesOfPayouts(operational, ids);
  // Those that were not planned because of a break.
  const holds: Holds = lines.some(({ reason }) => reason === 'break_open') ? await currentHolds(services) : new Map();
  return lines.map(({ payout_id, creator_id, currency, amount_minor, account_id_stripe, reason, body }) => {
    const log = logs.get(payout_id) ?? [];
    const life = lifeOf(log);
    const isPayable = reason === 'payable' || log.length > 0;
    const stop = life.end?.state === 'cancelled' ? life.end.reason : life.end ? null : life.hold?.reason;
    const last = log.at(-1);
    const decision = log.findLast(isDecision);
    return {
      ...{ payout_id, creator_id, currency, amount_minor, account_id_stripe },
      reason: stop ?? reason,
      reason_meaning: meaningOf(stop ?? reason),
      decided_by: decision?.changed_by ?? null,
      decided_at: decision?.logged_at ?? null,
      instant_payout_state: instants.get(payout_id)?.state ?? null,
      instant_payout_reason: instants.get(payout_id)?.reason ?? null,
      state: isPayable ? stateOf(life) : 'skipped',
      transfer_id_stripe: life.end?.transferId ?? null,
      payout_rail: railOf({ body }),
      file_id: files.get(payout_id) ?? null,
      last_reason: isPayable
        ? (sentenceOfFile(life, files.get(payout_id)) ??
          sentenceOfHold(life) ??
          sentenceOfRequest(life) ??
          sentenceOfStep(last))
        : (holdSentence(holds.get(creator_id) ?? []) ?? null),
    };
  });
}

/** Of a payout that waits for the bank. */
function sentenceOfFile({ end }: PayoutLife, file: string | undefined): string | null {
  return file === undefined || end ? null : `It is in the bank file ${file}; the bank has not settled it.`;
}

/** What was said when it was held; an approval or a request since does not end that. */
function sentenceOfHold({ end, hold }: PayoutLife): string | null {
  return end ? null : (hold?.detail ?? null);
}

/** Of a payout that was requested at Stripe. */
function sentenceOfRequest({ attempt, end }: PayoutLife): string | null {
  if (end?.state === 'reversed') return 'It was taken back, or has come back; its amount is owed again.';
  return attempt?.isOpen
    ? 'It was requested, and the answer is not known yet; the next "payouts send" looks it up.'
    : null;
}

/** Whether a person has taken the step by itself; a run takes all others. */
function isDecision({ state, run_id }: LogEntry): boolean {
  return run_id === null && (state === 'held' || state === 'released' || state === 'cancelled');
}

/** What finance should know of the last step. */
function sentenceOfStep(last: LogEntry | undefined): string | null {
  return last?.detail ?? (last?.state === 'key_spent' || last?.state === 'failed' ? last.reason : null);
}
