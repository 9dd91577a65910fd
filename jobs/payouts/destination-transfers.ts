import { payoutSent } from '../../ingest/events/payouts.ts';
import { enqueueEvent } from '../../ingest/outbox/enqueue-event.ts';
import { derivedId } from '../../warehouse/ids.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import { periodOf } from '../../warehouse/period.ts';
import type { Run } from '../job.ts';
import { PAYOUT_QUERIES } from './queries.ts';
import { enqueueReversal, type ReversalsByTransfer, type TransferredPayout } from './report-reversals.ts';

/** The batch of all of them: they were planned by nobody. */
const BATCH = 'batch_destination_charges';

type Transfer = Readonly<
  Record<'id_stripe' | 'currency' | 'account_id_stripe' | 'creator_id' | 'created_at', string>
> & {
  readonly amount_minor: bigint;
  /** The payout that is recorded with it; null if there is none. */
  readonly recorded_as: string | null;
};

/**
 * Reports what Stripe has transferred to creators by itself, for charges with a destination, as payouts of the month in which it did: so no plan
 * pays it again. What came back of them, such as by a refund with `reverse_transfer`, is reported as the reversal of a payout is, of the same creator. Each
 * once; one that somebody else has recorded as a payout is left to them. Returns how many are new. Source: docs.stripe.com/connect/destination-charges.
 */
export async function reportDestinationTransfers(run: Run, reversals: ReversalsByTransfer): Promise<number> {
  const { warehouse, operational } = run;
  let count = 0;
  for (const transfer of await warehouse.query<Transfer>(...PAYOUT_QUERIES.destination_transfers())) {
    const payout = payoutOf(transfer);
    const { recorded_as, created_at } = transfer;
    if (recorded_as !== null && recorded_as !== payout.payout_id) continue;
    run.interruption.throwIfAborted();
    if (recorded_as === null && !(await isReported(run, payout))) {
      await reportSent(run, { payout, occurredAt: created_at });
      count++;
    }
    for (const reversal of reversals.get(transfer.id_stripe) ?? [])
      await enqueueReversal(operational, { payout, reversal });
  }
  return count;
}

type DestinationPayout = TransferredPayout & Pick<Transfer, 'account_id_stripe'>;

function payoutOf({ id_stripe, created_at, recorded_as: _, ...transfer }: Transfer): DestinationPayout {
  return {
    ...transfer,
    payout_id: derivedId('po', BATCH, id_stripe),
    batch_id: BATCH,
    body: null,
    period: periodOf(Date.parse(created_at)),
    transfer_id_stripe: id_stripe,
  };
}

const sentIdOf = ({ payout_id }: Pick<DestinationPayout, 'payout_id'>): string => `${payout_id}-sent`;

/** Whether the event is written, though it may not be loaded yet. */
async function isReported({ operational }: Run, payout: DestinationPayout): Promise<boolean> {
  const rows = await operational
    .selectFrom('outbox')
    .select('message_id')
    .where('message_id', '=', sentIdOf(payout))
    .execute();
  return rows.length > 0;
}

async function reportSent(
  { operational }: Run,
  { payout, occurredAt }: { payout: DestinationPayout; occurredAt: string },
): Promise<void> {
  const { payout_id, batch_id, creator_id, currency, amount_minor, account_id_stripe, transfer_id_stripe } = payout;
  await enqueueEvent(operational, {
    ...{ declaration: payoutSent, messageId: sentIdOf(payout), occurredAt },
    properties: {
      ...{ payout_id, batch_id, creator_id, currency, account_id_stripe, transfer_id_stripe },
      payout_period: periodOf(Date.parse(occurredAt)),
      amount: minorToDecimal(amount_minor, currency),
    },
  });
}
