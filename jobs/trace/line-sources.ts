import { closeOf } from '../../transforms/ledger/closing.ts';
import { EventDigest } from '../../transforms/ledger/trace.ts';
import { instant } from '../../warehouse/clock.ts';
import { parseDecimal } from '../../warehouse/money.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import { parsePeriod, periodStart } from '../../warehouse/period.ts';
import { textList } from '../../warehouse/text-list.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { CLOCKS_DIFFER_MS, type LinkedIds, NEVER } from './linked-ids.ts';
import type { TracedLine } from './traced-rows.ts';

const QUERIES = readQueries(import.meta.url, 'line-sources.queries.sql', {
  sales_of_lines: ['period', 'line_ids'],
  charges_of_sales: ['sale_ids'],
  uses_of_lines: ['period', 'line_ids', 'recorded_from_at', 'recorded_until_at'],
});

/** The sales or uses behind a line of a statement. */
export interface TracedSource {
  readonly period: string;
  readonly line_id: string;
  /** As the line says. */
  readonly event_count: bigint;
  readonly units: string;
  /**
   * SHA-256 of the ids of the events as netstrings, in the order of their bytes. Null where other events were found than the line counts, or there are too
   * many for this answer: `trace PERIOD LINE` builds the period again.
   */
  readonly digest: string | null;
  /** The first ids: of movements of sales, or of uses. */
  readonly first_event_ids: readonly string[];
  /** The charges of the first sales, or of the invoices for the uses. */
  readonly charge_ids_stripe: readonly string[];
  /** The number of events that are not listed. */
  readonly left_out_count: number;
}

/** An event behind a line. `source_key` is the sale; of a use, its developer and month. */
type SourceEvent = Readonly<Record<'line_id' | 'event_id' | 'source_key' | 'units', string>>;

/** The number of ids and charges that are listed of each line. */
const SHOWN = 20;

/** The lines and the number of events that are looked into. */
const MOST_LINES = 200;
const MOST_EVENTS = 20_000n;

/** What earned given lines, but those of corrections, which name what they correct. Several holders' lines of the same events are one. */
export async function sourcesOf(
  { warehouse, links }: { warehouse: Warehouse; links: LinkedIds },
  lines: readonly TracedLine[],
): Promise<{ sources: TracedSource[]; leftOut: number }> {
  const earned = lines.filter(({ line_id }) => !line_id.startsWith('correction:'));
  const each = [...new Map(earned.map((line) => [`${line.period}/${line.line_id}`, line])).values()];
  const some = each.slice(0, MOST_LINES);
  const sources: TracedSource[] = [];
  let events = 0n;
  for (const [period, ofPeriod] of Map.groupBy(some, (line) => line.period)) {
    const small = ofPeriod.filter(({ revenue_event_count }) => {
      if (events + revenue_event_count > MOST_EVENTS) return false;
      events += revenue_event_count;
      return true;
    });
    const found = await eventsOf(warehouse, { period, lines: small });
    const charges = await chargesOf({ warehouse, links }, found);
    sources.push(...ofPeriod.map((line) => sourceOf(line, { events: found.get(line.line_id) ?? [], charges })));
  }
  return { sources, leftOut: each.length - some.length };
}

async function eventsOf(
  warehouse: Warehouse,
  { period, lines }: { period: string; lines: readonly TracedLine[] },
): Promise<ReadonlyMap<string, readonly SourceEvent[]>> {
  const [metered, sold] = [
    lines.filter(({ license_type }) => license_type === 'metered'),
    lines.filter(({ license_type }) => license_type !== 'metered'),
  ];
  const idsOf = (some: readonly TracedLine[]) => textList(some.map(({ line_id }) => line_id));
  const found: SourceEvent[] = [];
  if (sold.length > 0)
    found.push(...(await warehouse.query<SourceEvent>(...QUERIES.sales_of_lines(period, idsOf(sold)))));
  if (metered.length > 0) {
    const first = metered.map(({ earned_period }) => earned_period).sort()[0] ?? period;
    const from = instant(periodStart(parsePeriod(first)) - CLOCKS_DIFFER_MS);
    const until = (await closeOf(warehouse, parsePeriod(period)))?.cutoff_at ?? NEVER;
    found.push(...(await warehouse.query<SourceEvent>(...QUERIES.uses_of_lines(period, idsOf(metered), from, until))));
  }
  return Map.groupBy(found, ({ line_id }) => line_id);
}

/** The charges of the first events of each line, by what is sold. */
async function chargesOf(
  { warehouse, links }: { warehouse: Warehouse; links: LinkedIds },
  found: ReadonlyMap<string, readonly SourceEvent[]>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const keys = [...found.values()].flatMap((events) => keysOf(events));
  if (keys.length === 0) return new Map();
  const [ofSales, ofUses] = [
    await warehouse.query<{ sale_id: string; charge_id_stripe: string }>(...QUERIES.charges_of_sales(textList(keys))),
    await links.invoicesOf(keys),
  ];
  const pairs = [
    ...ofSales.map(({ sale_id, charge_id_stripe }) => ({ key: sale_id, charge_id_stripe })),
    ...ofUses.flatMap(({ usage_key: key, charge_id_stripe }) =>
      charge_id_stripe === null ? [] : [{ key, charge_id_stripe }],
    ),
  ];
  return new Map(
    [...Map.groupBy(pairs, ({ key }) => key)].map(([key, some]) => [
      key,
      some.map(({ charge_id_stripe }) => charge_id_stripe),
    ]),
  );
}

const keysOf = (events: readonly SourceEvent[]): string[] =>
  [...new Set(events.map(({ source_key }) => source_key))].slice(0, SHOWN);

function sourceOf(
  { period, line_id, revenue_event_count, units }: TracedLine,
  { events, charges }: { events: readonly SourceEvent[]; charges: ReadonlyMap<string, readonly string[]> },
): TracedSource {
  const digest = new EventDigest({ shown: SHOWN });
  for (const event of events) digest.add(event);
  const found = digest.end();
  const agrees = BigInt(found.event_count) === revenue_event_count && parseDecimal(found.units) === parseDecimal(units);
  return {
    ...{ period, line_id, event_count: revenue_event_count, units },
    digest: agrees ? found.digest : null,
    first_event_ids: found.first_event_ids,
    charge_ids_stripe: [...new Set(keysOf(events).flatMap((key) => charges.get(key) ?? []))].slice(0, SHOWN),
    left_out_count: Number(revenue_event_count) - found.first_event_ids.length,
  };
}
