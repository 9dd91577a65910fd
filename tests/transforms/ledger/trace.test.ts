import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lineIdOf } from '../../../reports/statement/verify-proof.ts';
import { type TracedLine, traceLine } from '../../../transforms/ledger/trace.ts';
import type { TracedCorrection } from '../../../transforms/ledger/trace-correction.ts';
import { Conflict, NotFound, Rejected } from '../../../warehouse/errors.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { openClosedJanuary } from '../closed-january.ts';
import { closeAt, eventTable, recordEvents } from '../small-month.ts';

const [january, february] = [parsePeriod('2026-01'), parsePeriod('2026-02')];

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openClosedJanuary();
  // A use of January that comes late, a second report of one that is booked, and one whose terms are missing.
  const uses = [
    'use_3 | asset_text | dev_y | 7 | 2026-01-31',
    'use_1 | asset_text | dev_x | 1 | 2026-01-14',
    'use_5 | asset_none | dev_x | 1 | 2026-02-01',
    'use_4 | asset_text | dev_y | 0.5 | 2026-02-02',
  ];
  await recordEvents(
    warehouse,
    '2026-02-20T00:00:00Z',
    eventTable('asset_used', 'use_id asset_id developer_id units timestamp', uses),
  );
  const corrections =
    'id correction_id corrected_kind corrected_id units adjustment_amount currency correction_reason reference proposed_by decided_by timestamp';
  await recordEvents(
    warehouse,
    '2026-02-21T00:00:00Z',
    eventTable('correction_approved', corrections, [
      'm_cor_1 | cor_1 | sale | sale_3 | | | | Sold twice. | ticket 1 | Cy | Di | 2026-02-10',
      'm_cor_2 | cor_2 | correction | cor_1 | | | | Sold once. | ticket 2 | Di | Cy | 2026-02-11',
      'm_cor_3 | cor_3 | correction | cor_2 | | | | Sold twice after all. | ticket 3 | Cy | Di | 2026-02-12',
      'm_cor_4 | cor_4 | balance | cr_ada | | 3.50 | EUR | A bonus. | ticket 4 | Cy | Di | 2026-02-13',
      'm_cor_5 | cor_5 | use | use_2 | 345 | | | A loop. | ticket 5 | Cy | Di | 2026-02-14',
    ]) + eventTable('dispute_reversed', 'id dispute_id sale_id timestamp', ['m_rev | dis_2 | sale_2 | 2026-02-15']),
  );
  await closeAt(warehouse, february, '2026-03-02T08:00:00Z');
  // Known only after both closings.
  await recordEvents(
    warehouse,
    '2026-03-03T00:00:00Z',
    eventTable('asset_used', 'use_id asset_id developer_id units timestamp', [
      'use_6 | asset_text | dev_y | 9 | 2026-01-20',
    ]) +
      eventTable('correction_approved', 'correction_id corrected_kind corrected_id correction_reason timestamp', [
        'cor_6 | correction | cor_3 | Sold once, it is sure. | 2026-03-02',
      ]),
  );
});
afterAll(() => warehouse.close());

const digestOf = (...ids: readonly string[]): string =>
  createHash('sha256')
    .update(ids.map((id) => `${id.length}:${id}`).join(''))
    .digest('hex');

test('the uses of a line are those that were booked with it, also where they came late', async () => {
  expect(await traceLine(warehouse, january, 'earning:terms_text:2026-01:2000')).toEqual({
    asset_id: 'asset_text',
    license_type: 'metered',
    event_count: 2,
    units: '12346',
    digest: digestOf('use_1', 'use_2'),
    agrees: true,
    first_event_ids: ['use_1', 'use_2'],
  });
  expect(await traceLine(warehouse, february, 'earning:terms_text:2026-01:2000')).toMatchObject({
    event_count: 1,
    units: '7',
    first_event_ids: ['use_3'],
    agrees: true,
  });
});

test('every other line of a month has its sales, refunds and disputes', async () => {
  const lines = await warehouse.query<Parameters<typeof lineIdOf>[0]>(
    `select distinct line_kind as kind, terms_id, earned_period, cast(fee_bps as varchar) as fee_bps, correction_id
    from tantieme.statement_lines where period = '2026-01' and license_type <> 'metered' order by all`,
  );
  const ids: string[] = [];
  for (const line of lines) {
    const traced = (await traceLine(warehouse, january, lineIdOf(line))) as TracedLine;
    expect(traced).toMatchObject({ agrees: true, digest: digestOf(...traced.first_event_ids) });
    ids.push(...traced.first_event_ids);
  }
  expect(ids.sort()).toEqual([
    'dispute:dis_2',
    'refund:ref_1',
    'sale:sale_1',
    'sale:sale_2',
    'sale:sale_3',
    'sale:sale_4',
  ]);
});

const correctionOf = (id: string) => traceLine(warehouse, february, `correction:${id}`) as Promise<TracedCorrection>;

test('the line of a correction has all corrections of its chain, with who proposed and approved each, and the events of what it corrects', async () => {
  const { corrections, ...traced } = await correctionOf('cor_3');
  expect(traced).toEqual({
    asset_id: 'asset_song',
    license_type: 'one_time',
    corrected_kind: 'sale',
    corrected_id: 'sale_3',
    events: [
      {
        event: 'License Purchased',
        message_id: '2026-02-01T00:00:00Z raw.license_purchased 2',
        occurred_at: '2026-01-12T00:00:00.000Z',
        recorded_at: '2026-02-01T00:00:00.000Z',
      },
    ],
    agrees: true,
  });
  expect(corrections.map((each) => [each.corrected_id, each.proposed_by, each.approved_by, each.message_id])).toEqual([
    ['sale_3', 'Cy', 'Di', 'm_cor_1'],
    ['cor_1', 'Di', 'Cy', 'm_cor_2'],
    ['cor_2', 'Cy', 'Di', 'm_cor_3'],
  ]);
  expect(corrections.at(-1)).toMatchObject({ correction_reason: 'Sold twice after all.', reference: 'ticket 3' });
});

test('so has the adjustment of a balance, the void of a part of a use, and what a payment service reported', async () => {
  expect(await correctionOf('cor_4')).toMatchObject({
    ...{ asset_id: null, license_type: null, corrected_kind: 'balance', corrected_id: 'cr_ada', agrees: true },
    corrections: [{ adjustment_amount: '3.5', currency: 'EUR', reference: 'ticket 4', approved_by: 'Di' }],
    events: [],
  });
  expect(await correctionOf('cor_5')).toMatchObject({
    corrections: [{ corrected_id: 'use_2', voided_units: '345' }],
    events: [{ event: 'Asset Used', occurred_at: '2026-01-15T00:00:00.000Z' }],
    agrees: true,
  });
  expect(await correctionOf('dispute_reversed:dis_2')).toMatchObject({
    corrections: [{ message_id: 'm_rev', proposed_by: null, approved_by: null, reference: null }],
    events: [{ event: 'Dispute Closed' }, { event: 'Dispute Opened' }],
    agrees: true,
  });
});

test('events that are no longer those that were booked are reported', async () => {
  await warehouse.transaction((writer) => writer.query(`update raw.asset_used set units = '2' where use_id = 'use_4'`));
  const line = 'earning:terms_text:2026-02:2000';
  expect(await traceLine(warehouse, february, line)).toMatchObject({ units: '2', agrees: false });
  await warehouse.transaction((writer) =>
    writer.query(`update raw.correction_approved set correction_reason = 'Another.' where correction_id = 'cor_4'`),
  );
  expect(await correctionOf('cor_4')).toMatchObject({ agrees: false });
});

test('what is no line, and a period that is open, is refused', async () => {
  await expect(traceLine(warehouse, january, 'terms_text')).rejects.toThrow(
    new Rejected(
      "terms_text is no line_id, such as earning:terms_1:2026-01:2000; take one from the lines of a statement's JSON.",
    ),
  );
  await expect(traceLine(warehouse, january, 'earning:terms_text:2026-02:2000')).rejects.toThrow(NotFound);
  await expect(traceLine(warehouse, january, 'correction:cor_4')).rejects.toThrow(NotFound);
  await expect(traceLine(warehouse, parsePeriod('2026-03'), 'earning:terms_text:2026-02:2000')).rejects.toThrow(
    Conflict,
  );
});
