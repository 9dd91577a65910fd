import type { RawEvent } from '../support/calculator/facts.ts';

type Cells = Readonly<Record<string, string | null>>;
export type Given = ReturnType<typeof given>;

/** Events by what is odd about them; each case has an asset, a sale and a dispute of its own. */
export type Cases = Readonly<Record<string, (given: Given) => readonly RawEvent[]>>;

/** Events of one case: its ids belong to nobody else. */
export function given(number: number) {
  const at = { timestamp: '2026-01-05T00:00:00.000Z', loaded_at: '2026-01-05T00:00:00.000Z' };
  const early = { timestamp: '2026-01-01T00:00:00.000Z', loaded_at: '2026-01-01T00:00:00.000Z' };
  const [asset_id, sale_id, dispute_id] = [`asset_${number}`, `sale_${number}`, `dis_${number}`];
  let count = 0;
  const next = (): string => `${number}_${++count}`;
  const event = (table: string, row: Cells): RawEvent => ({
    table,
    row: { ...at, id: `m_${next()}`, ...row } as RawEvent['row'],
  });
  const terms = (row: Cells = {}) =>
    event('asset_published', {
      terms_id: `terms_${number}`,
      asset_id,
      license_type: 'metered',
      rate: '1',
      currency: 'USD',
      splits: ADA,
      ...early,
      ...row,
    });
  return {
    terms,
    one: (row: Cells = {}) => terms({ terms_id: `terms_one_${number}`, license_type: 'one_time', ...row }),
    use: (units: string | null, row: Cells = {}) =>
      event('asset_used', { use_id: `use_${next()}`, asset_id, developer_id: 'dev_x', units, ...row }),
    sale: (amount: string | null, row: Cells = {}) =>
      event('license_purchased', {
        sale_id,
        asset_id,
        developer_id: 'dev_x',
        amount,
        tax_amount: '0',
        currency: 'USD',
        charge_id_stripe: 'ch',
        ...row,
      }),
    refund: (amount: string | null, row: Cells = {}) =>
      event('license_refunded', {
        refund_id: `ref_${next()}`,
        sale_id,
        amount,
        tax_amount: '0',
        currency: 'USD',
        refund_id_stripe: 're',
        ...row,
      }),
    dispute: (amount: string | null, row: Cells = {}) =>
      event('dispute_opened', {
        dispute_id,
        sale_id,
        amount,
        tax_amount: '0',
        currency: 'USD',
        dispute_id_stripe: 'dp',
        ...row,
      }),
    outcome: (dispute_outcome: string | null, row: Cells = {}) =>
      event('dispute_closed', { dispute_id, sale_id, dispute_outcome, ...row }),
    payout: (amount: string | null, row: Cells = {}) =>
      event('payout_sent', {
        payout_id: `po_${next()}`,
        creator_id: 'cr_ada',
        payout_period: '2025-12',
        amount,
        currency: 'USD',
        account_id_stripe: 'acct',
        transfer_id_stripe: 'tr',
        ...row,
      }),
  };
}

const ADA = '[{"creator_id":"cr_ada","share_bps":10000}]';
/** When an event is recorded, and when it happened if that is another day. */
export const recorded = (loaded_at: string, timestamp = loaded_at): Cells => ({
  timestamp: `${timestamp}T00:00:00.000Z`,
  loaded_at: `${loaded_at}T00:00:00.000Z`,
});
export const inFebruary = recorded('2026-02-10');
