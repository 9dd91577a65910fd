import type { Insertable, Selectable } from 'kysely';
import { payoutChanged, payoutFailed, payoutSent } from '../../ingest/events/payouts.ts';
import { enqueueEvent } from '../../ingest/outbox/enqueue-event.ts';
import { instant } from '../../warehouse/clock.ts';
import { Conflict } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import type { BankRail } from '../../warehouse/operational/bank-tables.ts';
import { insertable } from '../../warehouse/operational/insertable.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { PayoutLinesTable, PayoutLogTable } from '../../warehouse/operational/payout-tables.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Services } from '../job.ts';
import { LeaseLost } from '../lease.ts';
import { railOf } from './rails/bank/bank-request.ts';
import type { StopReason } from './stop-reasons.ts';

export type LogEntry = Selectable<PayoutLogTable>;

/** A step of a payout, as it is added to the log. */
export type LogStep =
  | { readonly state: 'approved'; readonly line_hash: string }
  | { readonly state: 'held' | 'cancelled'; readonly reason: StopReason; readonly detail?: string }
  | { readonly state: 'released'; readonly detail?: string }
  | { readonly state: 'intent'; readonly attempt: number }
  | { readonly state: 'key_spent' | 'failed'; readonly attempt: number; readonly reason: string }
  | { readonly state: 'sent'; readonly attempt: number; readonly transfer_id_stripe: string; readonly detail?: string }
  | { readonly state: 'confirmed' | 'reversed'; readonly transfer_id_stripe: string };

/** Who takes a step: a person, or a run that holds its lease. */
interface StepAuthor {
  readonly changed_by: string;
  readonly run_id: string | null;
}

export type PayoutLine = Pick<
  PayoutLinesTable,
  'payout_id' | 'batch_id' | 'creator_id' | 'currency' | 'amount_minor' | 'account_id_stripe' | 'body'
>;

/** Raised by the store: the run that took the step does not hold its lease, or the step does not follow from those before. */
const LEASE_LOST = 'TP001';
const IMPOSSIBLE_STEP = 'TP002';

/** The step does not follow from those before it: the payout has ended, is held, or has another attempt in progress. */
export class StepRefused extends Conflict {
  override name = 'StepRefused';
}

/**
 * Adds a step to the log of a payout, and in the same transaction the event that reports it to the warehouse. Throws `StepRefused` and `LeaseLost`;
 * then nothing has changed.
 */
export async function takeStep(
  { operational, clock }: Pick<Services, 'operational' | 'clock'>,
  { line, period, author, step }: { line: PayoutLine; period: Period; author: StepAuthor; step: LogStep },
): Promise<void> {
  const at = instant(clock.now());
  await translateRefusals(line.payout_id, step, () =>
    operational.transaction().execute(async (transaction) => {
      await addStep(transaction, { line, period, author, step, at });
    }),
  );
}

/** As `takeStep`, within a transaction of the caller: what the store refuses ends it. */
export async function addStep(
  transaction: Operational,
  {
    line,
    period,
    author,
    step,
    at,
  }: { line: PayoutLine; period: Period; author: StepAuthor; step: LogStep; at: string },
): Promise<void> {
  const { entry } = await transaction
    .insertInto('payout_log')
    .values(rowOf(line.payout_id, { author, step, at }))
    .returning('entry')
    .executeTakeFirstOrThrow();
  await enqueueStep(transaction, { line, period, author, step, at, entry });
}

/** Translates what the store says of a refused step. */
export async function translateRefusals<T>(
  payout_id: string,
  step: Pick<LogStep, 'state'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === LEASE_LOST)
      throw new LeaseLost(`The payout ${payout_id} could not be changed: the run has lost its lease.`, {
        cause: error,
      });
    if (code === IMPOSSIBLE_STEP)
      throw new StepRefused(
        `The payout ${payout_id} cannot become ${step.state}: it has changed in the meantime; look at its status.`,
        { cause: error },
      );
    throw error;
  }
}

function rowOf(
  payout_id: string,
  { author, step, at }: { author: StepAuthor; step: LogStep; at: string },
): Insertable<PayoutLogTable> {
  const none = { attempt: null, reason: null, detail: null, transfer_id_stripe: null, line_hash: null };
  return { payout_id, ...none, ...step, ...author, logged_at: at };
}

/** The keys of a payout are of no interest outside; the rest of its life is. */
async function enqueueStep(
  transaction: Operational,
  { line, period, author, step, at, entry }: Parameters<typeof addStep>[1] & { entry: bigint },
): Promise<void> {
  if (step.state === 'intent' || step.state === 'key_spent' || step.state === 'reversed') return;
  const { payout_id, batch_id, creator_id, currency, amount_minor } = line;
  const shared = {
    ...{ payout_id, batch_id, creator_id, currency },
    payout_period: period,
    amount: minorToDecimal(amount_minor, currency),
  };
  const { account_id_stripe } = line;
  if (step.state === 'sent' || step.state === 'failed') {
    const { state } = step;
    const properties = {
      ...shared,
      account_id_stripe: requirePresent(account_id_stripe, `The payout ${payout_id} has no account.`),
    };
    const event = { messageId: `${payout_id}-${state}`, occurredAt: at };
    if (step.state === 'sent') {
      const { transfer_id_stripe } = step;
      const declaration = payoutSent;
      const sent = { ...properties, transfer_id_stripe, ...railProperty(line) };
      return enqueueEvent(transaction, { ...event, declaration, properties: sent });
    }
    const reason = step.reason.slice(0, 500);
    return enqueueEvent(transaction, { ...event, declaration: payoutFailed, properties: { ...properties, reason } });
  }
  const event = { messageId: `${payout_id}-${entry}`, occurredAt: at, declaration: payoutChanged };
  const { changed_by } = author;
  return enqueueEvent(transaction, {
    ...event,
    properties: {
      ...{ ...shared, payout_state: step.state, changed_by },
      ...(account_id_stripe !== null && { account_id_stripe }),
      ...('reason' in step && { reason: step.reason }),
      ...('detail' in step && step.detail !== undefined && { detail: step.detail.slice(0, 500) }),
    },
  });
}

/** The rail of a payout in an event; Stripe's is left out. */
export function railProperty(line: Pick<PayoutLine, 'body'>): { readonly payout_rail?: BankRail } {
  const rail = railOf(line);
  return rail === 'stripe' ? {} : { payout_rail: rail };
}

/** The log of each payout of a batch, in order; a payout without an entry is missing. */
export async function logsOf(operational: Operational, batchIds: readonly string[]): Promise<Map<string, LogEntry[]>> {
  if (batchIds.length === 0) return new Map();
  const entries = await operational
    .selectFrom('payout_log as log')
    .innerJoin('payout_lines as line', 'line.payout_id', 'log.payout_id')
    .selectAll('log')
    .where('line.batch_id', 'in', batchIds)
    .orderBy('log.entry')
    .execute();
  return Map.groupBy(entries, ({ payout_id }) => payout_id);
}

/** The log of each of some payouts, in order; a payout without an entry is missing. */
export async function logsOfPayouts(
  operational: Operational,
  payoutIds: readonly string[],
): Promise<Map<string, LogEntry[]>> {
  const entries: LogEntry[] = [];
  for (const some of insertable(payoutIds)) {
    const found = operational.selectFrom('payout_log').selectAll().where('payout_id', 'in', some);
    entries.push(...(await found.orderBy('entry').execute()));
  }
  return Map.groupBy(entries, ({ payout_id }) => payout_id);
}

/** The log of one payout, in order. */
export function logOf(operational: Operational, payoutId: string): Promise<LogEntry[]> {
  return operational.selectFrom('payout_log').selectAll().where('payout_id', '=', payoutId).orderBy('entry').execute();
}
