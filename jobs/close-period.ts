import { takeInstant } from '../ingest/load/warehouse-time.ts';
import { build } from '../transforms/engine/build.ts';
import { copyToDrafts, emptyEarlierDrafts } from '../transforms/ledger/books.ts';
import { closeBooks } from '../transforms/ledger/close.ts';
import { allCloses, closeOf, lastClose } from '../transforms/ledger/closing.ts';
import { flaggedFacts } from '../transforms/marts/flagged_facts.ts';
import { suspendedFacts } from '../transforms/marts/suspended_facts.ts';
import { MODELS } from '../transforms/models.ts';
import { instant } from '../warehouse/clock.ts';
import { countOf } from '../warehouse/count-of.ts';
import { Conflict, Rejected, Unavailable } from '../warehouse/errors.ts';
import { readQueries } from '../warehouse/named-queries.ts';
import { type Period, periodEnd, periodStart } from '../warehouse/period.ts';
import type { WarehouseWriter } from '../warehouse/warehouse.ts';
import { reportBuildCost } from './build-cost.ts';
import { ClosingRefused, exceptionTotals, refusalOf } from './exception-totals.ts';
import { exceptionsOf } from './exceptions.ts';
import type { Job, Outcome, Run } from './job.ts';
import { catchUp } from './load-events.ts';
import { assertNotRunning, assertPayoutsRecorded } from './payouts/batches.ts';
import { pull } from './pull-from-stripe.ts';

const QUERIES = readQueries(import.meta.url, 'close-period.queries.sql', { coverage: ['from', 'until'] });

export const closePeriod: Job = {
  name: 'close-period',
  meaning:
    "Reads Stripe's records if they are missing, builds the books of a period, runs every check, and closes the period with a seal; every exception must be acknowledged.",
  about: 'period',
  async run(run, period) {
    if (run.clock.now() < periodEnd(period)) {
      throw new Rejected(`${period} cannot be closed: it ends at ${instant(periodEnd(period))}; close it after that.`);
    }
    await catchUp(run);
    await requireStripeRecords(run, period);
    await reportBuildCost(run, { period, parts: ['books'] });
    try {
      return await run.warehouse.transaction((writer) => close(run, { writer, period }), { key: `close/${period}` });
    } catch (error) {
      if (error instanceof ClosingRefused) await storeDrafts(run, period);
      throw error;
    }
  },
};

/**
 * Reads Stripe's records of the period, unless they have been read to the end: what is booked is compared with them. Throws
 * `Unavailable` if that fails, because otherwise nothing would be on hold.
 */
async function requireStripeRecords(run: Run, period: Period): Promise<void> {
  if (!run.stripe || (await isCovered(run, period))) return;
  run.progress(`reading Stripe's records of ${period}`);
  await pull(run, { from: periodStart(period) });
  if (await isCovered(run, period)) return;
  throw new Unavailable(
    `${period} cannot be closed: Stripe's records of it have not been read to the end, so nobody knows which sales are paid. Run pull-stripe, then close it again.`,
  );
}

async function isCovered({ warehouse }: Run, period: Period): Promise<boolean> {
  const rows = await warehouse.query(...QUERIES.coverage(instant(periodStart(period)), instant(periodEnd(period))));
  return rows.length > 0;
}

async function close(run: Run, { writer, period }: { writer: WarehouseWriter; period: Period }): Promise<Outcome> {
  const last = await lastClose(writer);
  if (last) await assertNextToClose(writer, { period, last });
  run.progress(`building the books of ${period}`);
  await build(writer, period, {
    parts: ['books'],
    closing: true,
    into: 'ledger',
    onModel: (model, rows) => run.progress(`${model}: ${countOf(rows, 'row')}`),
  });
  await assertNotRunning(run, ['plan-payouts', 'approve-payouts', 'send-payouts']);
  await assertPayoutsRecorded(run, { writer, period });
  // Exceptions are read from the drafts, here as by whoever acknowledges them.
  for (const model of [suspendedFacts, flaggedFacts]) await copyToDrafts(writer, period, model);
  const exceptions = await exceptionsOf({ ...run, warehouse: writer }, period);
  const refusal = refusalOf(exceptions, { period, isFirst: last === undefined });
  if (refusal) throw refusal;
  const cutoffAt = await takeInstant(writer, run.clock);
  const { seal, postings } = await closeBooks(writer, {
    period,
    cutoffAt,
    closedBy: run.startedBy,
    secret: run.newSecret(),
  });
  return { period, seal, postings: String(postings), ...exceptionTotals(exceptions) };
}

/**
 * Nothing is left of a closing that is refused: its books become drafts, so that the exceptions that are listed are those of it. It
 * reads no drafts of earlier months, so neither do these; the next build of those months makes them again.
 */
async function storeDrafts(run: Run, period: Period): Promise<void> {
  run.progress(`storing the drafts of ${period}`);
  await run.warehouse.transaction(async (writer) => {
    await emptyEarlierDrafts(writer, { period, models: MODELS });
    await build(writer, period, { parts: ['books'], closing: true });
  });
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
