import { requireClose } from '../../transforms/ledger/closing.ts';
import type { statementLines } from '../../transforms/marts/statement_lines.ts';
import type { stgRudderUsageInvoices } from '../../transforms/staging/stg_rudder__usage_invoices.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';

/** A line of a statement, as an invoice shows it. */
export type RoyaltyLine = Pick<
  Row<typeof statementLines>,
  | 'creator_id'
  | 'currency'
  | 'line_kind'
  | 'asset_id'
  | 'license_type'
  | 'earned_period'
  | 'revenue_event_count'
  | 'correction_id'
  | 'corrected_kind'
  | 'corrected_id'
  | 'line_amount_minor'
> & {
  readonly asset_title: string | null;
  /** By how much the balance says that its lines change what is owed. */
  readonly stated_minor: bigint;
};

/** An invoice for metered use, as it was reported. */
export type ReportedUsage = Pick<
  Row<typeof stgRudderUsageInvoices>,
  'invoice_id' | 'developer_id' | 'usage_period' | 'amount' | 'tax_amount' | 'currency' | 'charge_id_stripe'
> & { readonly correction_count: bigint };

/** What the invoice of a period has of a month, in minor units. */
type InvoicedMonth = {
  readonly period: string;
  readonly earned_period: string;
  readonly invoiced_minor: bigint;
};

const QUERIES = readQueries(import.meta.url, 'invoice.queries.sql', {
  royalties: ['period'],
  invoiced_before: ['period', 'creator_id', 'currency'],
  usage: ['period'],
});

type Reader = Pick<Warehouse, 'query' | 'stream'>;

/** The lines of a closed period, one creator and currency after the other. Throws `Conflict` while it is open. */
export async function* readRoyalties(warehouse: Reader, period: Period): AsyncGenerator<RoyaltyLine[]> {
  await requireClose(warehouse, period);
  let group: RoyaltyLine[] = [];
  for await (const rows of warehouse.stream<RoyaltyLine>(...QUERIES.royalties(period))) {
    for (const row of rows) {
      const [first] = group;
      if (first && (first.creator_id !== row.creator_id || first.currency !== row.currency)) {
        yield group;
        group = [];
      }
      group.push(row);
    }
  }
  if (group.length > 0) yield group;
}

/** What the lines of periods before one are that `divideRoyalties` invoices, by period and the month in which they were earned. */
export function readInvoicedBefore(
  warehouse: Reader,
  { period, creator_id, currency }: { readonly period: Period; readonly creator_id: string; readonly currency: string },
): Promise<InvoicedMonth[]> {
  return warehouse.query<InvoicedMonth>(...QUERIES.invoiced_before(period, creator_id, currency));
}

/** The invoices for metered use of a closed period, by developer and currency. Throws `Conflict` while it is open. */
export async function readUsage(warehouse: Reader, period: Period): Promise<ReportedUsage[][]> {
  await requireClose(warehouse, period);
  const rows = await warehouse.query<ReportedUsage>(...QUERIES.usage(period));
  return [...Map.groupBy(rows, ({ developer_id, currency }) => JSON.stringify([developer_id, currency])).values()];
}
