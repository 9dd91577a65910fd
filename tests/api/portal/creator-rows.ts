import { expect } from 'vitest';
import type { balances } from '../../../transforms/marts/balances.ts';
import type { statementLines } from '../../../transforms/marts/statement_lines.ts';
import type { Row } from '../../../warehouse/vocabulary/tables.ts';
import type { TestApi } from '../test-api.ts';

/** A balance of cr_ada in an open month. */
export function balance(period: string, currency: string, closing_minor: bigint): Row<typeof balances> {
  const none = { refunds_minor: 0n, adjustments_minor: 0n, withheld_minor: 0n, payouts_minor: 0n };
  return {
    ...{ period, currency, creator_id: 'cr_ada', opening_minor: 0n, earnings_minor: closing_minor, ...none },
    ...{ payout_reversals_minor: 0n, closing_minor, held_minor: 0n, paid_ahead_minor: 0n, minimum_minor: 1000n },
    ...{ payable_minor: 0n, payout_reason: 'payout_account_missing', account_id_stripe: null },
    ...{ carried_in_exact: '0', carried_out_exact: '0' },
  };
}

/** A line of cr_ada's statements. */
function earned(period: string, line_amount_exact: string): Row<typeof statementLines> {
  return {
    ...{ period, creator_id: 'cr_ada', currency: 'USD', line_kind: 'earning', asset_id: 'asset_1' },
    ...{ license_type: 'one_time', earned_period: period, terms_id: 'terms_1', rate: '12.5', fee_bps: 2000n },
    ...{ share_bps: 2500n, revenue_event_count: 1n, units: '1', correction_id: null, corrected_kind: null },
    ...{ corrected_id: null, correction_reason: null, gross_amount: '50', platform_fee_amount: '8' },
    ...{ line_amount_exact, line_amount_minor: 0n },
  };
}

/** In yen by more assets than the overview shows of a currency. */
export const EARNED = [
  ...[earned('2025-12', '42.000000001'), earned('2026-01', '0.5')],
  ...[1, 2, 3, 4, 5].map((n) => ({ ...earned('2026-01', '4000'), currency: 'JPY', asset_id: `asset_tokyo_${n}` })),
];

/** What the marketplace reported of cr_ada and its assets, loaded. */
export async function sendEvents(api: TestApi): Promise<void> {
  const splits = [
    { creator_id: 'cr_ada', share_bps: 2500 },
    { creator_id: 'cr_ben', share_bps: 7500 },
  ];
  const about = { event_version: 1, creator_id: 'cr_ada' };
  const asset = { ...about, asset_id: 'asset_1' };
  const file = { media_type: 'audio', asset_digest: '0'.repeat(64) };
  const consent = { consent_hash: 'c'.repeat(64) };
  const events: readonly [string, object][] = [
    ['Creator Signed Up', { ...about, creator_name: 'Ada & Söhne', country: 'DE' }],
    ['Asset Uploaded', { ...asset, asset_title: 'Sea <of> Notes', ...file }],
    ['Asset Uploaded', { ...about, asset_id: 'asset_7', asset_title: 'Unlicensed', ...file }],
    ['Consent Granted', { ...asset, consent_receipt_id: 'consent_1', usage_right: 'ai-train', ...consent }],
    [
      'Consent Granted',
      { ...about, asset_id: 'asset_8', consent_receipt_id: 'consent_8', ...consent, usage_right: 'search' },
    ],
    ['Asset Transferred', { ...about, asset_id: 'asset_8', owner_id: 'cr_ben' }],
    [
      'Asset Published',
      { ...asset, terms_id: 'terms_1', license_type: 'one_time', rate: '12.50', currency: 'USD', splits },
    ],
  ];
  const headers = { authorization: `Basic ${Buffer.from('wk_marketplace:').toString('base64')}` };
  for (const [index, [event, properties]] of events.entries()) {
    const payload = {
      type: 'track',
      event,
      userId: 'cr_ada',
      messageId: `event_${index}`,
      timestamp: '2026-01-02T00:00:00Z',
      properties,
    };
    await api.app.inject({ method: 'POST', url: '/v1/track', headers, payload });
  }
  const wait = { method: 'POST' as const, payload: { wait: true } };
  const loaded = await api.request('operator', '/v1/jobs/load-events/runs', wait);
  expect(loaded.json().outcome).toMatchObject({ accepted: 7, quarantined: 0 });
}
