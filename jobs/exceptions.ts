import type { Insertable, Selectable } from 'kysely';
import { closeOf } from '../transforms/ledger/closing.ts';
import { exceptions as exceptionsMart } from '../transforms/marts/exceptions.ts';
import { DAY_MS, instant } from '../warehouse/clock.ts';
import { countOf } from '../warehouse/count-of.ts';
import { Conflict, NotFound, Rejected } from '../warehouse/errors.ts';
import { decimalOf, parseDecimal } from '../warehouse/money.ts';
import { insertable } from '../warehouse/operational/insertable.ts';
import type { ExceptionAcknowledgementsTable } from '../warehouse/operational/schema.ts';
import type { Period } from '../warehouse/period.ts';
import { selectRows } from '../warehouse/table-queries.ts';
import { EXCEPTION_REASONS, type ExceptionReason } from '../warehouse/vocabulary/exceptions.ts';
import type { Row } from '../warehouse/vocabulary/tables.ts';
import type { WarehouseWriter } from '../warehouse/warehouse.ts';
import { exceptionOwners } from './exception-owners.ts';
import type { Services } from './job.ts';
import { type QuarantinedMoney, quarantinedMoney } from './quarantined-money.ts';

/** What exceptions are read from; in a transaction, `warehouse` is its writer. */
export type ExceptionStores = Pick<Services, 'operational' | 'clock'> & {
  readonly warehouse: Pick<WarehouseWriter, 'query'>;
};

export type ExceptionRow = Row<typeof exceptionsMart>;

export type Acknowledgement = Omit<Selectable<ExceptionAcknowledgementsTable>, 'entry' | 'period' | 'exception_id'>;

/** An exception of a period, with what it means and whether finance has accepted it. */
export interface PeriodException extends ExceptionRow {
  readonly meaning: string;
  readonly cure: string;
  /** Whole days since the first of its facts was recorded. */
  readonly age_days: number;
  /** The person who works on it. */
  readonly owner: string | null;
  /** Whether it is acknowledged as it is now. */
  readonly is_acknowledged: boolean;
  /** The last acknowledgement, even if the exception has changed since. */
  readonly acknowledgement: Acknowledgement | null;
  /** Those before it, the last one first. */
  readonly earlier_acknowledgements: readonly Acknowledgement[];
}

/** The exceptions of a period as last built, by id, with the money in quarantine now; see `assertBuilt`. */
export async function exceptionsOf(stores: ExceptionStores, period: Period): Promise<PeriodException[]> {
  return (await exceptionPage(stores, { period })).exceptions;
}

interface ExceptionSelection {
  readonly period: Period;
  readonly reason?: string | undefined;
  /** The id after which to begin. */
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

/** Some exceptions of a period in the order of their ids, and how many there are at least. */
export async function exceptionPage(
  stores: ExceptionStores,
  { period, reason, after, limit = Number.POSITIVE_INFINITY }: ExceptionSelection,
): Promise<{ exceptions: PeriodException[]; hasMore: boolean }> {
  const suspended = await stores.warehouse.query<ExceptionRow>(
    ...selectRows(exceptionsMart, {
      where: { period, exception_reason: reason },
      orderBy: ['exception_id'],
      after: after === undefined ? undefined : [after],
      ...(Number.isFinite(limit) && { limit: limit + 1 }),
    }),
  );
  const isWanted = reason === undefined || reason === QUARANTINED;
  const waiting = (isWanted ? await quarantinedMoney(stores.warehouse, period) : [])
    .filter(({ exception_id: id }) => id > (after ?? ''))
    .map((money) => quarantineException(money, period));
  const all = [...suspended, ...waiting].sort((a, b) => (a.exception_id < b.exception_id ? -1 : 1));
  const rows = all.slice(0, limit);
  return { exceptions: await withAcknowledgements(stores, { period, rows }), hasMore: all.length > rows.length };
}

const QUARANTINED: ExceptionReason = 'event_quarantined';

/** Events in the quarantine as an exception: they are booked nowhere, so it has no amount. */
function quarantineException(money: QuarantinedMoney, period: Period): ExceptionRow & { readonly meaning: string } {
  const { source_id, event, reason, ...counted } = money;
  const named = `${countOf(Number(money.fact_count), 'event')} ${event || 'without a name'} of the source ${source_id}`;
  return {
    ...counted,
    period,
    fact_kind: 'event',
    exception_reason: QUARANTINED,
    suspended_period: period,
    suspended_amount: null,
    flagged_amount: null,
    currency: null,
    message_id: null,
    other_message_id: null,
    other_amount: null,
    other_currency: null,
    units: null,
    asset_id: null,
    sale_id: null,
    developer_id: null,
    creator_id: null,
    meaning: `In the quarantine: ${named}. ${reason}`,
  };
}

/** One exception of a period as last built. Throws `NotFound`, or `Conflict` if the period was never built. */
export async function requireException(
  stores: ExceptionStores,
  { period, exceptionId }: { period: Period; exceptionId: string },
): Promise<PeriodException> {
  const exceptions = await exceptionsOf(stores, period);
  if (exceptions.length === 0) await assertBuilt(stores, period);
  const exception = exceptions.find(({ exception_id }) => exception_id === exceptionId);
  if (!exception) throw unknownExceptions(period, [exceptionId]);
  return exception;
}

/** Rows with their acknowledgements. */
async function withAcknowledgements(
  { operational, clock }: Pick<ExceptionStores, 'operational' | 'clock'>,
  { period, rows }: { period: Period; rows: readonly ExceptionRow[] },
): Promise<PeriodException[]> {
  if (rows.length === 0) return [];
  const stored = await operational
    .selectFrom('exception_acknowledgements')
    .selectAll()
    .where('period', '=', period)
    .orderBy('entry', 'desc')
    .execute();
  const owners = await exceptionOwners(
    operational,
    rows.map(({ exception_id }) => exception_id),
  );
  const byId = Map.groupBy(stored, ({ exception_id }) => exception_id);
  const now = clock.now();
  return rows.map((row) => {
    const [last, ...earlier] = byId.get(row.exception_id) ?? [];
    return {
      ...EXCEPTION_REASONS[row.exception_reason as ExceptionReason],
      ...row,
      age_days: Math.max(0, Math.floor((now - Date.parse(row.first_recorded_at)) / DAY_MS)),
      owner: owners.get(row.exception_id) ?? null,
      is_acknowledged: last !== undefined && covers(last, row),
      acknowledgement: last ? acknowledgementOf(last) : null,
      earlier_acknowledgements: earlier.map(acknowledgementOf),
    };
  });
}

/** An acknowledgement covers an exception as it was: the same facts, with the same amounts, for the same reason. */
function covers(acknowledgement: Acknowledgement, row: ExceptionRow): boolean {
  return acknowledgement.exception_reason === row.exception_reason && acknowledgement.facts_digest === row.facts_digest;
}

function acknowledgementOf({
  entry: _,
  period: _period,
  exception_id: _id,
  ...acknowledgement
}: Selectable<ExceptionAcknowledgementsTable>): Acknowledgement {
  return {
    ...acknowledgement,
    suspended_amount: plain(acknowledgement.suspended_amount),
    units: plain(acknowledgement.units),
  };
}

/** PostgreSQL writes a numeric with all places of its column. */
const plain = (decimal: string | null): string | null => (decimal === null ? null : decimalOf(parseDecimal(decimal)));

/** For a period without exceptions: one that was never built looks the same. Throws `Conflict` for that. */
export async function assertBuilt({ warehouse, operational }: ExceptionStores, period: Period): Promise<void> {
  const built = await operational
    .selectFrom('job_runs')
    .select('run_id')
    .where('job', '=', 'build-period')
    .where('period', '=', period)
    .where('state', '=', 'done')
    .limit(1)
    .executeTakeFirst();
  if (built || (await closeOf(warehouse, period))) return;
  throw new Conflict(`${period} has not been built yet, so its exceptions are not known; build it first.`);
}

export interface AcknowledgeRequest {
  readonly period: Period;
  /** The ids of the exceptions; or, instead of them, `reason`: all exceptions of the period with that reason. */
  readonly exceptionIds?: readonly string[] | undefined;
  readonly reason?: string | undefined;
  /** Why they may stay in suspense. */
  readonly sentence: string;
  /** Who acknowledges them. */
  readonly by: string;
}

export interface Acknowledged {
  /** The exceptions that this request has acknowledged. */
  readonly acknowledged: readonly PeriodException[];
  /** How many of those that were asked for had been acknowledged before, and keep their acknowledgement. */
  readonly unchanged: number;
}

/**
 * Acknowledges exceptions as they are now, all of them or none. An exception that is acknowledged keeps that acknowledgement.
 * Throws `Rejected` for an empty sentence and an unknown id or reason, and `Conflict` if the period is closed.
 */
export async function acknowledge(stores: ExceptionStores, request: AcknowledgeRequest): Promise<Acknowledged> {
  const { period, by } = request;
  const sentence = request.sentence.trim();
  if (sentence === '') {
    throw new Rejected(
      'Exceptions cannot be acknowledged without a reason; say in one sentence why they may stay open.',
    );
  }
  const exceptions = await exceptionsOf(stores, period);
  if (exceptions.length === 0) await assertBuilt(stores, period);
  const wanted = requireSelected(exceptions, request);
  const pending = wanted.filter((exception) => !exception.is_acknowledged);
  const unchanged = wanted.length - pending.length;
  if (pending.length === 0) return { acknowledged: [], unchanged };
  if (await closeOf(stores.warehouse, period)) {
    throw new Conflict(
      `The exceptions of ${period} can no longer be acknowledged: it is closed. Those that are still open are exceptions of the next period.`,
    );
  }
  const acknowledged_at = instant(stores.clock.now());
  await store(
    stores,
    pending.map((exception) => ({
      period,
      exception_id: exception.exception_id,
      exception_reason: exception.exception_reason,
      fact_count: exception.fact_count,
      suspended_amount: exception.suspended_amount,
      currency: exception.currency,
      units: exception.units,
      facts_digest: exception.facts_digest,
      sentence,
      acknowledged_by: by,
      acknowledged_at,
    })),
  );
  return { acknowledged: await withAcknowledgements(stores, { period, rows: pending }), unchanged };
}

function requireSelected(
  exceptions: readonly PeriodException[],
  { period, exceptionIds, reason }: AcknowledgeRequest,
): readonly PeriodException[] {
  if ((exceptionIds === undefined) === (reason === undefined)) {
    throw new Rejected('Say which exceptions to acknowledge: either their ids or a reason.');
  }
  if (exceptionIds !== undefined) {
    const wanted = new Set(exceptionIds);
    const found = exceptions.filter(({ exception_id }) => wanted.has(exception_id));
    const missing = wanted.difference(new Set(found.map(({ exception_id }) => exception_id)));
    if (missing.size > 0) throw unknownExceptions(period, [...missing]);
    return found;
  }
  const found = exceptions.filter(({ exception_reason }) => exception_reason === reason);
  if (found.length > 0) return found;
  const reasons = [...new Set(exceptions.map(({ exception_reason }) => exception_reason))];
  const known = reasons.length === 0 ? 'it has no exceptions' : `its reasons are ${reasons.join(', ')}`;
  throw new NotFound(`No exception of ${period} has the reason ${JSON.stringify(reason)}; ${known}.`);
}

function unknownExceptions(period: Period, ids: readonly string[]): NotFound {
  const quoted = ids.map((id) => JSON.stringify(id)).join(', ');
  return new NotFound(
    `${period} has no ${ids.length === 1 ? 'exception' : 'exceptions'} ${quoted}; for all of them, run "tantieme exceptions list ${period}".`,
  );
}

async function store(
  { operational }: Pick<ExceptionStores, 'operational'>,
  rows: readonly Insertable<ExceptionAcknowledgementsTable>[],
): Promise<void> {
  await operational.transaction().execute(async (transaction) => {
    for (const some of insertable(rows)) {
      await transaction.insertInto('exception_acknowledgements').values(some).execute();
    }
  });
}
