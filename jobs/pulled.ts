import { firstUncovered } from '../ingest/stripe/coverage.ts';
import { readQueries } from '../warehouse/named-queries.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

const QUERIES = readQueries(import.meta.url, 'pulled.queries.sql', { pulled_windows: [] });

/** The first instant of a window from which one of these kinds of Stripe's records has not been read; undefined if all have. */
export async function firstUnpulled(
  warehouse: Pick<Warehouse, 'query'>,
  { kinds, from, until }: { kinds: readonly string[]; from: string; until: string },
): Promise<string | undefined> {
  const readings = await warehouse.query<{ record_kind: string; pulled_from_at: string; pulled_until_at: string }>(
    ...QUERIES.pulled_windows(),
  );
  const gaps = kinds.map((kind) =>
    firstUncovered(
      from,
      readings.filter(({ record_kind }) => record_kind === kind),
    ),
  );
  return gaps.filter((gap) => gap < until).toSorted()[0];
}
