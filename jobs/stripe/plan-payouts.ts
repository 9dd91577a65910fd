import { requireClose } from '../../transforms/closing.ts';
import type { balances } from '../../transforms/marts/balances.ts';
import { canonicalJson } from '../../warehouse/canonical-json.ts';
import { invariant } from '../../warehouse/check.ts';
import { instant } from '../../warehouse/clock.ts';
import { Conflict } from '../../warehouse/errors.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import type { PayoutLinesTable } from '../../warehouse/operational/schema.ts';
import type { Row } from '../../warehouse/tables.ts';
import type { Job } from '../job.ts';
import { batchIdOf, isLastClosed, payoutIdOf, type TransferBody } from './payouts.ts';

export const planPayouts: Job = {
  name: 'plan-payouts',
  meaning:
    'Plans the payouts of a closed period: one for every balance that is payable, and the reason for every one that is not.',
  about: 'period',
  async run(run, period) {
    await requireClose(run.warehouse, period);
    await isLastClosed(run, period);
    const batch_id = batchIdOf(period);
    const existing = await run.operational
      .selectFrom('payout_batches')
      .select('state')
      .where('batch_id', '=', batch_id)
      .executeTakeFirst();
    if (existing) throw new Conflict(`The payouts of ${period} are already ${existing.state}.`);
    const owed = await run.warehouse.query<Row<typeof balances>>(
      'select * from tantieme.balances where period = $1 order by creator_id, currency',
      [period],
    );
    const lines = owed.map((balance) => lineOf(balance, batch_id));
    await run.operational.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('payout_batches')
        .values({
          batch_id,
          period,
          state: 'planned',
          planned_by: run.startedBy,
          planned_at: instant(run.clock.now()),
          approved_by: null,
          approved_at: null,
        })
        .execute();
      for (let from = 0; from < lines.length; from += 500) {
        await transaction
          .insertInto('payout_lines')
          .values(lines.slice(from, from + 500))
          .execute();
      }
    });
    const payable = lines.filter(({ reason }) => reason === 'payable').length;
    return { batch_id, payouts: payable, skipped: lines.length - payable };
  },
};

/** The payout of a balance, or the reason for there being none. */
function lineOf(balance: Row<typeof balances>, batch_id: string): PayoutLinesTable {
  const { creator_id, currency, account_id_stripe, payable_minor, payout_reason } = balance;
  const payout_id = payoutIdOf({ batch_id, creator_id, currency });
  const line = { payout_id, batch_id, creator_id, currency, reason: payout_reason };
  if (payout_reason !== 'payable')
    return { ...line, amount_minor: 0n, account_id_stripe: null, body: null, body_hash: null };
  invariant(
    account_id_stripe && payable_minor > 0n && payable_minor <= BigInt(Number.MAX_SAFE_INTEGER),
    `The payable balance of ${creator_id} in ${currency} has no account or no amount that can be transferred.`,
  );
  const request: TransferBody = {
    amount: Number(payable_minor),
    currency: currency.toLowerCase(),
    destination: account_id_stripe,
    transfer_group: `${batch_id}:${payout_id}`,
    metadata: { payout_id, batch_id, creator_id },
  };
  const body = canonicalJson(request);
  return { ...line, amount_minor: payable_minor, account_id_stripe, body, body_hash: sha256Hex(body) };
}
