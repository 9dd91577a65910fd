import { allCloses } from '../transforms/ledger/closing.ts';
import { readQueries } from '../warehouse/named-queries.ts';
import type { Period } from '../warehouse/period.ts';
import type { WarehouseWriter } from '../warehouse/warehouse.ts';

const QUERIES = readQueries(import.meta.url, 'quarantined-money.queries.sql', {
  quarantined_money: ['from_at', 'until_at'],
});

/** Events about money that wait in the quarantine: those of one source with one name and one reason. */
export interface QuarantinedMoney {
  readonly exception_id: string;
  readonly source_id: string;
  /** Empty if they have no name. */
  readonly event: string;
  readonly reason: string;
  readonly fact_count: bigint;
  readonly facts_digest: string;
  readonly first_occurred_at: string;
  readonly first_recorded_at: string;
}

const FIRST = '1970-01-01T00:00:00.000Z';
const LAST = '9999-12-31T23:59:59.999Z';

/**
 * What was quarantined between the closing before a period and its own, or since the last closing for an open one, and has not landed
 * since. So each event is an exception until one closing, which finance must acknowledge it for; the mart `quarantined_events` keeps it.
 */
export async function quarantinedMoney(
  warehouse: Pick<WarehouseWriter, 'query'>,
  period: Period,
): Promise<QuarantinedMoney[]> {
  const closes = await allCloses(warehouse);
  const before = closes.filter((close) => close.period < period).at(-1);
  const own = closes.find((close) => close.period === period);
  return warehouse.query<QuarantinedMoney & Record<string, string | bigint>>(
    ...QUERIES.quarantined_money(before?.cutoff_at ?? FIRST, own?.cutoff_at ?? LAST),
  );
}
