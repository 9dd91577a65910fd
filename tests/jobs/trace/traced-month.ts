import { assetPublished } from '../../../ingest/events/assets.ts';
import { chargeFailed, disputeReopened, disputeReversed, refundFailed } from '../../../ingest/events/sales.ts';
import { assetUsed, usageInvoiced } from '../../../ingest/events/usage.ts';
import { catalogueEvent, type Message } from '../../ingest/load/receipts.ts';
import { CLOSING, type TestServices } from '../test-services.ts';

/** What dev_y used of ben's asset, and the invoice for it. */
export const USES: readonly Message[] = [
  catalogueEvent(assetPublished, '2026-01-01T00:00:00.000Z', {
    ...{ asset_id: 'asset_ben', creator_id: 'cr_ben', terms_id: 'terms_metered', license_type: 'metered' },
    ...{ rate: '0.10', currency: 'USD', splits: [{ creator_id: 'cr_ben', share_bps: 10_000 }] },
  }),
  ...[['use_1', '30'] as const, ['use_2', '20'] as const].map(([use_id, units]) =>
    catalogueEvent(assetUsed, '2026-01-20T12:00:00.000Z', {
      ...{ use_id, asset_id: 'asset_ben', developer_id: 'dev_y', units, usage_right: 'ai-train' },
    }),
  ),
  catalogueEvent(usageInvoiced, '2026-01-31T12:00:00.000Z', {
    ...{ invoice_id: 'inv_1', developer_id: 'dev_y', usage_period: '2026-01', amount: '5.00', tax_amount: '0' },
    ...{ currency: 'USD', charge_id_stripe: 'ch_invoice' },
  }),
];

/** What is recorded after the closing of January, about its facts. */
export const LATE = '2026-02-01T12:00:00.000Z';
export const REPORTS: readonly Message[] = [
  catalogueEvent(refundFailed, LATE, { refund_id: 'ref_ada_0', sale_id: 'sale_ada_0', developer_id: 'dev_x' }),
  catalogueEvent(chargeFailed, LATE, { sale_id: 'sale_ida_0', developer_id: 'dev_x' }),
  catalogueEvent(disputeReopened, LATE, { dispute_id: 'dis_ida_0', sale_id: 'sale_ida_0', developer_id: 'dev_x' }),
  catalogueEvent(disputeReversed, LATE, { dispute_id: 'dis_ida_0', sale_id: 'sale_ida_0', developer_id: 'dev_x' }),
];

/** Recorded after the closing of January, of an asset that nobody has published yet. */
export const USE_WITHOUT_TERMS = catalogueEvent(assetUsed, '2026-01-20T12:00:00.000Z', {
  ...{ use_id: 'use_3', asset_id: 'asset_new', developer_id: 'dev_y', units: '7', usage_right: 'ai-train' },
});

/** The schedule of acct_ben pays out twice: the bank takes the second payout only. */
export function payOutToBank({ stripe }: TestServices): void {
  const account = 'acct_ben';
  const at = (hours: number) => Date.parse(CLOSING) + hours * 3_600_000;
  stripe.externalAccount({ id: 'ba_1', account, currency: 'usd', created_at_ms: at(1) });
  const paid = { account, amount_minor: 10_00, currency: 'usd', automatic: true };
  stripe.payout({ id: 'po_failed', ...paid, created_at_ms: at(1) });
  stripe.endPayout({ id: 'po_failed', status: 'failed', at_ms: at(2), account });
  stripe.externalAccount({ id: 'ba_2', account, currency: 'usd', created_at_ms: at(2) });
  stripe.payout({ id: 'po_bank', ...paid, created_at_ms: at(3) });
  stripe.endPayout({ id: 'po_bank', status: 'paid', at_ms: at(4), account });
  stripe.payout({ id: 'po_later', ...paid, created_at_ms: at(5) });
}
