import { readQueries } from '../../warehouse/named-queries.ts';
import type { Value, ValueRow, Warehouse } from '../../warehouse/warehouse.ts';
import { bindCard, type FilterValues } from './card-sql.ts';
import type { Card } from './cards.ts';
import { cardsOf, type Dashboard } from './dashboards.ts';

const QUERIES = readQueries(import.meta.url, 'filters.queries.sql', { currencies: [], periods: [] });

/** The rows of a card: every value as text, so that amounts keep all digits. */
export interface CardRows {
  readonly card: Card;
  readonly rows: readonly Readonly<Record<string, string | null>>[];
}

/** The rows of every card of a dashboard. Throws `Rejected` if a locked filter has no value. */
export async function readDashboard(
  warehouse: Pick<Warehouse, 'query'>,
  dashboard: Dashboard,
  values: FilterValues,
): Promise<readonly CardRows[]> {
  const read: CardRows[] = [];
  for (const card of cardsOf(dashboard)) {
    const rows = await warehouse.query<ValueRow>(...bindCard(card, values));
    read.push({ card, rows: rows.map(asTexts) });
  }
  return read;
}

const asTexts = (row: ValueRow): Readonly<Record<string, string | null>> =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]: [string, Value]) => [name, value === null ? null : String(value)]),
  );

/** What a person can choose: the currencies, the most used first, and the periods, the latest first. */
export async function choicesOf(
  warehouse: Pick<Warehouse, 'query'>,
): Promise<{ readonly currencies: readonly string[]; readonly periods: readonly string[] }> {
  const currencies = await warehouse.query<{ currency: string }>(...QUERIES.currencies());
  const periods = await warehouse.query<{ period: string }>(...QUERIES.periods());
  return { currencies: currencies.map(({ currency }) => currency), periods: periods.map(({ period }) => period) };
}
