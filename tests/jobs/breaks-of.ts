import { RESOURCES } from '../../ingest/stripe/resources.ts';
import { pulls } from '../../ingest/stripe/tables.ts';
import type { Services } from '../../jobs/job.ts';
import type { BreakRow } from '../../reports/finance/break-sentences.ts';
import { builtTableOf } from '../../transforms/engine/model.ts';
import { breaks } from '../../transforms/marts/breaks.ts';
import { saleAllocations } from '../../transforms/marts/sale_allocations.ts';

/** A charge of 10.00 USD in our books that is 9.99 USD at Stripe, unless it says otherwise. */
export function breakRow(differing: Partial<BreakRow> = {}): BreakRow {
  const { flow_id = 'ch_1', cash_movement = 'charge' } = differing;
  return {
    period: '2026-01',
    break_id: `${cash_movement}:${flow_id}`,
    break_class: 'amount_differs',
    flow_id,
    flow_kind: 'charge',
    cash_movement,
    currency: 'USD',
    ledger_minor: 10_00n,
    stripe_minor: 9_99n,
    stripe_currency: 'USD',
    settled_currency: 'USD',
    settled_minor: 9_99n,
    fee_minor: 30n,
    stripe_period: '2026-01',
    account_id_stripe: null,
    description_stripe: null,
    created_at: '2026-01-15T12:00:00.000Z',
    ...differing,
  };
}

/** As if the last comparison had found these breaks and no others. */
export async function setBreaks({ warehouse }: Pick<Services, 'warehouse'>, ...rows: BreakRow[]): Promise<void> {
  await warehouse.transaction(async (writer) => {
    await writer.query(`delete from ${breaks.name}`);
    await writer.append(breaks, rows);
  });
}

/** Books a sale of January: the event with its charge, and the share of each creator. */
export async function bookSale(
  { warehouse }: Pick<Services, 'warehouse'>,
  { id, charge, creators }: { id: string; charge: string; creators: readonly string[] },
): Promise<void> {
  await warehouse.transaction(async (writer) => {
    await writer.query(
      `insert into raw.license_purchased (id, sale_id, charge_id_stripe, amount, tax_amount, currency, timestamp, loaded_at)
      values ($1, $1, $2, '10', '0', 'USD', timestamp '2026-01-15 12:00:00+00', timestamp '2026-01-15 12:00:01+00')`,
      [id, charge],
    );
    await writer.append(
      builtTableOf(saleAllocations),
      creators.map((creator_id) => ({ ...ALLOCATION, creator_id, movement_id: id, sale_id: id })),
    );
  });
}

const ALLOCATION = {
  period: '2026-01',
  movement_kind: 'earning',
  asset_id: 'asset_1',
  developer_id: 'dev_x',
  license_type: 'one_time',
  terms_id: 'terms_1',
  currency: 'USD',
  fee_bps: 2000n,
  share_bps: 5000n,
  gross_amount: '5',
  royalty_amount: '4',
  earned_period: '2026-01',
  occurred_at: '2026-01-15T12:00:00.000Z',
};

/** As if all that a comparison needs had been pulled for January up to an instant, and nothing else. */
export async function coverJanuary(
  { warehouse }: Pick<Services, 'warehouse'>,
  until = '2026-02-02T00:00:00.000Z',
): Promise<void> {
  const window = { pulled_from_at: '2026-01-01T00:00:00.000Z', pulled_until_at: until };
  const read = { ...window, pulled_at: until, window_from_at: null, window_until_at: null };
  await warehouse.transaction((writer) =>
    writer.replaceRows(
      pulls,
      RESOURCES.map(({ object }) => ({ record_kind: object, ...read })),
    ),
  );
}
