import { Conflict, NotFound, Rejected } from '../../warehouse/errors.ts';
import type { PayoutLinesTable } from '../../warehouse/operational/payout-tables.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Services } from '../job.ts';
import { type BatchPayout, endBatch, payoutsOf } from './batch-payouts.ts';
import { batchesOf } from './batches.ts';
import { type LineState, lifeOf, type PayoutLife, stateOf } from './payout-life.ts';
import { type LogStep, logOf, takeStep } from './payout-log.ts';
import { fileOfPayout } from './rails/bank/bank-files.ts';

/** What a person can decide about payouts that have not been sent. */
export const DECISIONS = ['hold', 'release', 'cancel'] as const;
export type Decision = (typeof DECISIONS)[number];

interface DecisionRequest {
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
    for (const batchId of new Set(lines.map(({ batch_id }) => batch_id))) await endBatch(stores.operational, batchId);
  }
  return decided;
}

const PAST: Readonly<Record<Decision, string>> = { hold: 'held', release: 'released', cancel: 'cancelled' };

async function requireLines(stores: Stores, request: DecisionRequest): Promise<PayoutLinesTable[]> {
  const { period, ids, decision } = request;
  const batches = await batchesOf(stores, period);
  if (batches.length === 0) throw new NotFound(`No payouts of ${period} are planned; run plan-payouts first.`);
  const payouts = await payoutsOf(
    stores.operational,
    batches.map(({ batch_id }) => batch_id),
  );
  const isOpen = ({ life }: BatchPayout): boolean => life.end === undefined;
  if (ids === 'all') {
    const possible = payouts.filter((each) => isOpen(each) && (decision !== 'release' || each.life.hold));
    if (possible.length > 0) return possible.map(({ line }) => line);
    throw new Conflict(`No payout of ${period} can be ${PAST[decision]} now; see payouts status ${period}.`);
  }
  const wanted: PayoutLinesTable[] = [];
  for (const id of new Set(ids)) {
    const ofCreator = payouts.filter(({ line }) => line.creator_id === id);
    const open = ofCreator.filter(isOpen);
    // If all have ended, each answer says so.
    const named = [...payouts.filter(({ line }) => line.payout_id === id), ...(open.length > 0 ? open : ofCreator)];
    if (named.length === 0)
      throw new NotFound(
        `${period} has no payout ${id}, and no payout of a creator ${id}; see payouts status ${period}.`,
      );
    wanted.push(...named.map(({ line }) => line));
  }
  if (wanted.length === 0) throw new Rejected('Name the payouts, or the creators whose payouts they are.');
  return [...new Set(wanted)];
}

async function decide(
  stores: Stores,
  { line, decision, sentence, by, period }: DecisionRequest & { line: PayoutLinesTable },
): Promise<Decided> {
  const file = await fileOfPayout(stores.operational, line.payout_id);
  if (file !== undefined) return refusedInFile(stores, { line, file });
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
  return { payout_id, creator_id, state, refused: refused && refusalOf(decision, { state, payout_id, period }) };
}

/** What the bank has, only the bank can still stop. */
async function refusedInFile(
  { operational }: Stores,
  { line: { payout_id, creator_id }, file }: { line: PayoutLinesTable; file: string },
): Promise<Decided> {
  const state = stateOf(lifeOf(await logOf(operational, payout_id)));
  const refused = ['sending', 'held'].includes(state)
    ? `It is in the bank file ${file}: have the bank stop it, and read its answer with "tantieme payouts bank-answer"; if the bank never got the file, see "tantieme payouts bank-resolve".`
    : `It is ${state} already, by the bank file ${file}.`;
  return { payout_id, creator_id, state, refused };
}

/** What may have been requested is held until it is proven that no transfer was made, and then cancelled by the sender. */
function stepOf(decision: Decision, { sentence, life }: { sentence: string; life: PayoutLife }): LogStep {
  if (decision === 'release') return { state: 'released', detail: sentence };
  if (decision === 'hold') return { state: 'held', reason: 'by_finance', detail: sentence };
  if (life.attempt) return { state: 'held', reason: 'to_be_cancelled', detail: sentence };
  return { state: 'cancelled', reason: 'by_finance', detail: sentence };
}

function refusalOf(
  decision: Decision,
  { state, payout_id, period }: { state: LineState; payout_id: string; period: Period },
): string {
  if (['sent', 'confirmed'].includes(state))
    return `It has been sent; take it back with "tantieme payouts reverse ${period} ${payout_id} --because …".`;
  if (decision === 'release') return `It is ${state}, so there is nothing to release.`;
  return ['planned', 'approved', 'held', 'sending'].includes(state)
    ? 'It has changed in the meantime; look at its status and decide again.'
    : `It is ${state} already.`;
}
