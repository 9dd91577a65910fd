import { takeInstant } from '../ingest/load/warehouse-time.ts';
import { build } from '../transforms/engine/build.ts';
import { allCloses, closeOf, lastClose } from '../transforms/ledger/closing.ts';
import { sealOf } from '../transforms/ledger/seal.ts';
import { closes } from '../transforms/ledger/tables.ts';
import { instant } from '../warehouse/clock.ts';
import { Conflict, Rejected } from '../warehouse/errors.ts';
import { readQueries } from '../warehouse/named-queries.ts';
import { nextPeriod, type Period, periodEnd } from '../warehouse/period.ts';
import type { WarehouseWriter } from '../warehouse/warehouse.ts';
import { reportBuildCost } from './build-cost.ts';
import type { Job, Run } from './job.ts';
import { catchUp } from './load-events.ts';
import { assertNotRunning, assertPayoutsSettled } from './payouts/payouts.ts';

const QUERIES = readQueries(import.meta.url, 'close-period.queries.sql', { earliest_period_before: ['period'] });

export const closePeriod: Job = {
  name: 'close-period',
  meaning: 'Builds the books of a period, runs every check, and closes the period with a seal.',
  about: 'period',
  async run(run, period) {
    if (run.clock.now() < periodEnd(period)) {
      throw new Rejected(`${period} cannot be closed: it ends at ${instant(periodEnd(period))}; close it after that.`);
    }
    await catchUp(run);
    await reportBuildCost(run, { parts: ['books'] });
    return run.warehouse.transaction((writer) => close(run, { writer, period }), { key: `close/${period}` });
  },
};

async function close(
  run: Run,
  { writer, period }: { writer: WarehouseWriter; period: Period },
): Promise<Record<string, string>> {
  const last = await lastClose(writer);
  if (last) await assertNextToClose(writer, { period, last });
  run.progress(`building the books of ${period}`);
  await build(writer, period, { parts: ['books'], onModel: (model, rows) => run.progress(`${model}: ${rows} rows`) });
  if (!last) await assertNothingEarlier(writer, period);
  await assertNotRunning(run, ['approve-payouts', 'send-payouts']);
  await assertPayoutsSettled(run, { writer, period });
  const { seal, postings } = await sealOf(writer, { period, previousSeal: last?.seal ?? null });
  await writer.append(closes, [
    {
      period,
      next_period: nextPeriod(period),
      cutoff_at: await takeInstant(writer, run.clock),
      closed_by: run.startedBy,
      posting_count: BigInt(postings),
      seal,
      previous_seal: last?.seal ?? null,
    },
  ]);
  return { period, seal, postings: String(postings) };
}

/** Periods are closed in order, without gaps; none before the first closed one can be closed later. */
async function assertNextToClose(
  writer: WarehouseWriter,
  { period, last }: { period: Period; last: { period: string; next_period: string } },
): Promise<void> {
  if (period === last.next_period) return;
  if (period > last.next_period) {
    throw new Conflict(`${period} cannot be closed before ${last.next_period}; close ${last.next_period} first.`);
  }
  if (await closeOf(writer, period)) throw new Conflict(`${period} is already closed.`);
  const [first] = await allCloses(writer);
  throw new Conflict(
    `${period} cannot be closed: the books begin with ${first?.period}, the first period that was closed. Anything earned before that is booked in ${last.next_period}, the next period to close.`,
  );
}

/** Before the first closing: no earlier period may have entries, because it could not be closed any more. */
async function assertNothingEarlier(writer: WarehouseWriter, period: Period): Promise<void> {
  const [earlier] = await writer.query<{ period: string; assigned_count: bigint }>(
    ...QUERIES.earliest_period_before(period),
  );
  if (earlier) {
    const entries = earlier.assigned_count === 1n ? '1 entry' : `${earlier.assigned_count} entries`;
    throw new Conflict(
      `${period} cannot be closed before ${earlier.period}, which has ${entries}; close ${earlier.period} first.`,
    );
  }
}
