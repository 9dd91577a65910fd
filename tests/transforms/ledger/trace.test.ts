import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lineIdOf } from '../../../reports/statement/verify-proof.ts';
import { traceLine } from '../../../transforms/ledger/trace.ts';
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
  await closeAt(warehouse, february, '2026-03-02T08:00:00Z');
  // Known only after both closings.
  await recordEvents(
    warehouse,
    '2026-03-03T00:00:00Z',
    eventTable('asset_used', 'use_id asset_id developer_id units timestamp', [
      'use_6 | asset_text | dev_y | 9 | 2026-01-20',
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
    const traced = await traceLine(warehouse, january, lineIdOf(line));
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

test('events that are no longer those that were booked are told', async () => {
  await warehouse.transaction((writer) => writer.query(`update raw.asset_used set units = '2' where use_id = 'use_4'`));
  const line = 'earning:terms_text:2026-02:2000';
  expect(await traceLine(warehouse, february, line)).toMatchObject({ units: '2', agrees: false });
});

test('what is no line, and a period that is open, is refused', async () => {
  await expect(traceLine(warehouse, january, 'terms_text')).rejects.toThrow(
    new Rejected(
      "terms_text is no line_id, such as earning:terms_1:2026-01:2000; take one from the lines of a statement's JSON.",
    ),
  );
  await expect(traceLine(warehouse, january, 'earning:terms_text:2026-02:2000')).rejects.toThrow(NotFound);
  await expect(traceLine(warehouse, parsePeriod('2026-03'), 'earning:terms_text:2026-02:2000')).rejects.toThrow(
    Conflict,
  );
});
