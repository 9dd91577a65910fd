import { payoutReversed } from '../../ingest/events/payouts.ts';
import { enqueueEvent } from '../../ingest/outbox/enqueue-event.ts';
import { instant } from '../../warehouse/clock.ts';
import { derivedId } from '../../warehouse/ids.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import type { Run } from '../job.ts';
import { isAsApproved } from './approval.ts';
import { lifeOf } from './payout-life.ts';
import {
  addStep,
  type LogStep,
  logOf,
  type PayoutLine,
  railProperty,
  StepRefused,
  translateRefusals,
} from './payout-log.ts';
import { plannedLines } from './planned-lines.ts';

/** A reversal that Stripe has, or the return of a payment by a bank. */
export interface PayoutReversal {
  readonly id_stripe: string;
  readonly amount_minor: bigint;
  /** Upper-case. */
  readonly currency: string;
  /** A UTC instant. */
  readonly created_at: string;
  /** Whether a bank rejected it, so that nothing has left. */
  readonly is_rejection?: boolean;
}

/** A row of `transfer_reversals`. */
export type RecordedReversal = Readonly<
  Record<'id_stripe' | 'transfer_id_stripe' | 'currency' | 'created_at', string>
> & {
  readonly amount_minor: bigint;
  /** Another transfer for the same payout, of which some is not reversed. */
  readonly standing_id_stripe: string | null;
};

/** By the transfer, oldest first. */
export type ReversalsByTransfer = ReadonlyMap<string, readonly RecordedReversal[]>;

/** A payout that was sent, with its transfer. */
export interface TransferredPayout extends PayoutLine {
  readonly period: string;
  readonly transfer_id_stripe: string;
}

/** The same whoever reports the reversal, so it is booked once. */
export const messageIdOf = ({ id_stripe }: Pick<PayoutReversal, 'id_stripe'>): string =>
  derivedId('payout_reversed', id_stripe);

/** Whether nothing is left of the transfer of a payout. */
export function isWhole(payout: Pick<PayoutLine, 'amount_minor'>, reversals: readonly PayoutReversal[]): boolean {
  return reversals.reduce((sum, { amount_minor }) => sum + amount_minor, 0n) >= payout.amount_minor;
}

/**
 * Reports all reversals of a payout, and ends it if nothing is left of it, in one transaction with `also`. What was reported before is not
 * reported again. Throws `LeaseLost`, and `StepRefused` if its line was edited since it was approved: what is whole is judged by its amount.
 */
export async function reportReversals(
  run: Run,
  { payout, reversals, also }: Reversals & { readonly also?: (transaction: Operational) => Promise<void> },
): Promise<void> {
  const { payout_id } = payout;
  await translateRefusals(payout_id, { state: 'reversed' }, () =>
    run.operational.transaction().execute(async (transaction) => {
      // Nobody takes a step of it meanwhile.
      const line = await plannedLines(transaction)
        .where('line.payout_id', '=', payout_id)
        .forUpdate('line')
        .executeTakeFirstOrThrow();
      const life = lifeOf(await logOf(transaction, payout_id));
      if (!isAsApproved(line, life)) throw new StepRefused(changedSince(payout_id));
      const isReversed = life.end?.state === 'reversed';
      if (!isReversed) await also?.(transaction);
      await addReversals(transaction, run, { payout: { ...payout, ...line }, reversals, isReversed });
    }),
  );
}

interface Reversals {
  readonly payout: TransferredPayout;
  readonly reversals: readonly PayoutReversal[];
}

/** As `reportReversals`, of a line that is locked and as it was approved, within a transaction of the caller: what the store refuses ends it. */
export async function addReversals(
  transaction: Operational,
  run: Run,
  { payout, reversals, isReversed }: Reversals & { readonly isReversed: boolean },
): Promise<void> {
  for (const reversal of reversals) await enqueueReversal(transaction, { payout, reversal });
  if (isReversed || !isWhole(payout, reversals)) return;
  const author = { changed_by: run.startedBy, run_id: run.runId };
  const period = parsePeriod(payout.period);
  const step: LogStep = { state: 'reversed', transfer_id_stripe: payout.transfer_id_stripe };
  await addStep(transaction, { line: payout, period, author, step, at: instant(run.clock.now()) });
}

/** Why it is not recorded that a payout whose line was edited has come to an end. */
export function changedSince(payoutId: string, end: 'confirmed' | 'reversed' = 'reversed'): string {
  return `The payout ${payoutId} was not recorded as ${end}: its line in the control store is not the one that was approved; put the line right, then run this again.`;
}

/** Adds the event of a reversal to the outbox, once. */
export async function enqueueReversal(
  transaction: Operational,
  { payout, reversal }: { payout: TransferredPayout; reversal: PayoutReversal },
): Promise<void> {
  const { payout_id, batch_id, creator_id, account_id_stripe, transfer_id_stripe } = payout;
  const { id_stripe, currency, amount_minor, created_at, is_rejection } = reversal;
  await enqueueEvent(transaction, {
    ...{ declaration: payoutReversed, messageId: messageIdOf(reversal), occurredAt: created_at },
    properties: {
      ...{ payout_id, batch_id, creator_id, currency, transfer_id_stripe, payout_period: parsePeriod(payout.period) },
      amount: minorToDecimal(amount_minor, currency),
      account_id_stripe: requirePresent(account_id_stripe, `The payout ${payout_id} has no account.`),
      reversal_id_stripe: id_stripe,
      ...railProperty(payout),
      ...(is_rejection && { is_rejection }),
    },
  });
}
