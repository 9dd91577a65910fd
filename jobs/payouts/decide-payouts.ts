import { Conflict, NotFound, Rejected } from '../../warehouse/errors.ts';
import type { PayoutBatchesTable, PayoutLinesTable } from '../../warehouse/operational/payout-tables.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Services } from '../job.ts';
import { batchesOf, linesOf } from './batches.ts';
import { type LineState, lifeOf, type PayoutLife, stateOf } from './payout-life.ts';
import { type LogStep, logOf, logsOf, takeStep } from './payout-log.ts';
import { endBatch } from './send-batch.ts';

/** What a person can decide about payouts that have not been sent. */
export const DECISIONS = ['hold', 'release', 'cancel'] as const;
export type Decision = (typeof DECISIONS)[number];

export interface DecisionRequest {
  readonly period: Period;
  readonly decision: Decision;
  /** Ids of payouts, or of creators for all of theirs that have not ended; or `all` of the period that the decision can change. */
  readonly ids: readonly string[] | 'all';
  /** Why; a sentence. */
  readonly sentence: string;
  readonly by: string;
}

/** What became of one payout. */
export interface Decided {
  readonly payout_id: string;
  readonly creator_id: string;
  /** The state now. */
  readonly state: LineState;
  /** Why it was not changed; null if it was. */
  readonly refused: string | null;
}

type Stores = Pick<Services, 'operational' | 'clock'>;

/**
 * Holds, releases or cancels payouts, each by itself: one that cannot be changed any more does not stop the others. A held payout is not sent
 * until it is released; a cancelled one never is, and its amount stays in the balance. Throws `Rejected` without a sentence, and `NotFound` for
 * an id that no payout or creator of the period has; then nothing has changed.
 */
export async function decidePayouts(stores: Stores, request: DecisionRequest): Promise<Decided[]> {
  const sentence = request.sentence.trim();
  if (sentence === '' || sentence.length > 500)
    throw new Rejected(
      `Say in a sentence of at most 500 characters why the payouts are to be ${PAST[request.decision]}.`,
    );
  const lines = await requireLines(stores, request);
  const decided: Decided[] = [];
  for (const line of lines) decided.push(await decide(stores, { ...request, sentence, line }));
  if (request.decision === 'cancel') {
    for (const batchId of new Set(lines.map(({ batch_id }) => batch_id))) await endIfEnded(stores, batchId);
  }
  return decided;
}

/** Ends a batch of which nothing is left to be sent, so that the next one of its period can be planned. */
async function endIfEnded({ operational }: Stores, batchId: string): Promise<void> {
  const logs = await logsOf(operational, [batchId]);
  const lines = (await linesOf(operational, batchId)).filter(({ reason }) => reason === 'payable');
  if (lines.every(({ payout_id }) => lifeOf(logs.get(payout_id) ?? []).end)) await endBatch(operational, batchId);
}

const PAST: Readonly<Record<Decision, string>> = { hold: 'held', release: 'released', cancel: 'cancelled' };

async function requireLines(stores: Stores, request: DecisionRequest): Promise<PayoutLinesTable[]> {
  const { period, ids, decision } = request;
  const batches = await batchesOf(stores, period);
  if (batches.length === 0) throw new NotFound(`No payouts of ${period} are planned; run plan-payouts first.`);
  const lines = await payableLines(stores, batches);
  const logs = await logsOf(
    stores.operational,
    batches.map(({ batch_id }) => batch_id),
  );
  const isOpen = ({ payout_id }: PayoutLinesTable): boolean => lifeOf(logs.get(payout_id) ?? []).end === undefined;
  if (ids === 'all') {
    const isHeld = ({ payout_id }: PayoutLinesTable): boolean => lifeOf(logs.get(payout_id) ?? []).hold !== undefined;
    const possible = lines.filter((line) => isOpen(line) && (decision !== 'release' || isHeld(line)));
    if (possible.length > 0) return possible;
    throw new Conflict(`No payout of ${period} can be ${PAST[decision]} now; see payouts status ${period}.`);
  }
  const wanted: PayoutLinesTable[] = [];
  for (const id of new Set(ids)) {
    const ofCreator = lines.filter(({ creator_id }) => creator_id === id);
    const open = ofCreator.filter(isOpen);
    // If all have ended, each answer says so.
    const named = [...lines.filter(({ payout_id }) => payout_id === id), ...(open.length > 0 ? open : ofCreator)];
    if (named.length === 0)
      throw new NotFound(
        `${period} has no payout ${id}, and no payout of a creator ${id}; see payouts status ${period}.`,
      );
    wanted.push(...named);
  }
  if (wanted.length === 0) throw new Rejected('Name the payouts, or the creators whose payouts they are.');
  return [...new Set(wanted)];
}

async function payableLines(
  { operational }: Stores,
  batches: readonly PayoutBatchesTable[],
): Promise<PayoutLinesTable[]> {
  const lines = await Promise.all(batches.map(({ batch_id }) => linesOf(operational, batch_id)));
  return lines.flat().filter(({ reason }) => reason === 'payable');
}

async function decide(
  stores: Stores,
  { line, decision, sentence, by, period }: DecisionRequest & { line: PayoutLinesTable },
): Promise<Decided> {
  const author = { changed_by: by, run_id: null };
  const step = stepOf(decision, { sentence, life: lifeOf(await logOf(stores.operational, line.payout_id)) });
  const refused = await takeStep(stores, { line, period, author, step }).then(
    () => null,
    (error: unknown) => {
      if (error instanceof Conflict) return error;
      throw error;
    },
  );
  const { payout_id, creator_id } = line;
  const state = stateOf(lifeOf(await logOf(stores.operational, payout_id)));
  return { payout_id, creator_id, state, refused: refused && refusalOf(decision, state) };
}

/** What may have been requested is held until it is proven that no transfer was made, and then cancelled by the sender. */
function stepOf(decision: Decision, { sentence, life }: { sentence: string; life: PayoutLife }): LogStep {
  if (decision === 'release') return { state: 'released', detail: sentence };
  if (decision === 'hold') return { state: 'held', reason: 'by_finance', detail: sentence };
  if (life.attempt) return { state: 'held', reason: 'to_be_cancelled', detail: sentence };
  return { state: 'cancelled', reason: 'by_finance', detail: sentence };
}

function refusalOf(decision: Decision, state: LineState): string {
  if (['sent', 'confirmed'].includes(state))
    return 'It has been sent; reverse its transfer at Stripe, then run pull-stripe and confirm-payouts.';
  if (decision === 'release') return `It is ${state}, so there is nothing to release.`;
  return ['planned', 'approved', 'held', 'sending'].includes(state)
    ? 'It has changed in the meantime; look at its status and decide again.'
    : `It is ${state} already.`;
}
