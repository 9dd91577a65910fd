import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildPeriod } from '../../jobs/build-period.ts';
import { closePeriod } from '../../jobs/close-period.ts';
import {
  approveCorrections,
  type CorrectionRequest,
  listCorrections,
  proposeCorrection,
  rejectCorrection,
} from '../../jobs/corrections.ts';
import { loadEvents } from '../../jobs/load-events.ts';
import { Conflict, NotFound, Rejected } from '../../warehouse/errors.ts';
import { eventTable, recordEvents } from '../transforms/small-month.ts';
import { recordJanuary } from './january.ts';
import { openTestServices, type TestServices } from './test-services.ts';

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
});
afterAll(() => harness[Symbol.asyncDispose]());
const beginJanuary = async (): Promise<void> => {
  await harness.restart();
  await recordJanuary(harness);
  await harness.run(loadEvents);
};

const propose = (request: Partial<CorrectionRequest>) =>
  proposeCorrection(harness.services, {
    ...{ kind: 'sale', id: 'sale_ada_0', reason: 'Sold twice.', reference: 'ticket 7', by: 'Ada', ...request },
  });
const approve = (ids: readonly string[], by = 'Ben') => approveCorrections(harness.services, { ids, by });
/** Sends what waits in the outbox, and loads it. */
const load = async (): Promise<void> => {
  await harness.run(loadEvents);
  await harness.run(loadEvents);
};
const outbox = () =>
  harness.services.operational.selectFrom('outbox').select(['event', 'occurred_at']).orderBy('entry').execute();
const lines = async (period: string) =>
  (
    await harness.services.warehouse.query(
      `select creator_id, line_kind, corrected_kind, corrected_id, correction_reason, line_amount_minor
      from tantieme.statement_lines where period = $1 and creator_id in ('cr_ada', 'cr_cai') order by creator_id, line_amount_minor`,
      [period],
    )
  ).map((row) => Object.values(row).join('|'));

describe('what is proposed and decided', () => {
  beforeEach(beginJanuary);

  test('a correction is booked in the month of what it corrects while that is open, and later in the open month', async () => {
    const { correction } = await propose({});
    expect(correction).toMatchObject({ state: 'proposed', proposed_by: 'Ada', effective_at: null });
    const [approved] = await approve([correction.correction_id]);
    expect(approved).toMatchObject({ state: 'approved', decided_by: 'Ben' });
    expect(approved?.effective_at).toMatch(/^2026-01-/);
    await load();
    await harness.run(closePeriod, '2026-01');
    expect(await lines('2026-01')).toEqual(['cr_cai|earning||||16000']);

    const sold = await propose({ id: 'sale_cai_0', reason: 'Wrong price.', replacedById: 'sale_cai_9' });
    expect(sold.effects).toEqual([{ creator_id: 'cr_cai', currency: 'EUR', amount: '-160' }]);
    const bonus = await propose({
      kind: 'balance',
      id: 'cr_ada',
      amount: '12.50',
      currency: 'EUR',
      reason: 'A bonus.',
    });
    expect(bonus.effects).toEqual([{ creator_id: 'cr_ada', currency: 'EUR', amount: '12.50' }]);
    await approve([sold.correction.correction_id, bonus.correction.correction_id]);
    await load();
    await harness.run(buildPeriod, '2026-02');
    expect(await lines('2026-02')).toEqual([
      'cr_ada|adjustment|balance|cr_ada|A bonus.|1250',
      'cr_cai|adjustment|sale|sale_cai_0|Wrong price.|-16000',
    ]);
    // The void of the sale is known now, so it is corrected by a correction of the correction.
    await expect(propose({ id: 'sale_cai_0' })).rejects.toThrow(
      new Conflict(
        `The sale sale_cai_0 is corrected by ${sold.correction.correction_id}; to change that, correct the correction ${sold.correction.correction_id}.`,
      ),
    );
    const undo = await propose({ kind: 'correction', id: sold.correction.correction_id });
    expect(undo.effects).toEqual([{ creator_id: 'cr_cai', currency: 'EUR', amount: '160' }]);
  });

  test('nobody approves what he has proposed, and nothing is decided twice', async () => {
    const [{ correction: one }, { correction: other }] = [await propose({}), await propose({ id: 'sale_ben_0' })];
    const ids = [one.correction_id, other.correction_id];
    await expect(approve(ids, 'Ada')).rejects.toThrow(
      /^Ada proposed the correction cor_\w+; someone else must approve it\.$/,
    );
    await expect(approve([...ids, 'cor_none'])).rejects.toThrow(
      new NotFound('There is no correction cor_none; list the corrections.'),
    );
    expect(await listCorrections(harness.services, 'proposed')).toHaveLength(2);
    const rejected = await rejectCorrection(harness.services, {
      id: other.correction_id,
      reason: 'It is right.',
      by: 'Ben',
    });
    expect(rejected).toMatchObject({ state: 'rejected', rejection_reason: 'It is right.' });
    await expect(approve(ids)).rejects.toThrow(
      new Conflict(`The correction ${other.correction_id} is rejected already.`),
    );
    await approve([one.correction_id]);
    await expect(rejectCorrection(harness.services, { id: one.correction_id, reason: 'x', by: 'Ben' })).rejects.toThrow(
      new Conflict(`The correction ${one.correction_id} is approved already.`),
    );
    expect((await outbox()).map(({ event }) => event)).toEqual([
      'Correction Proposed',
      'Correction Proposed',
      'Correction Rejected',
      'Correction Approved',
    ]);
    // What was rejected can be proposed again.
    await propose({ id: 'sale_ben_0' });
  });

  test('the voids of parts of a use take no more units than it has, those included that are proposed or brought back', async () => {
    await recordEvents(
      harness.services.warehouse,
      '2026-01-20T00:00:00.000Z',
      eventTable('asset_used', 'use_id asset_id developer_id units timestamp', [
        'use_1 | asset_ada | dev_x | 10 | 2026-01-16',
      ]),
    );
    const voidPart = async (units: string) =>
      (await propose({ kind: 'use', id: 'use_1', units })).correction.correction_id;
    const refusal = (units: string, left: string) =>
      new Conflict(
        `${units} units of use_1 cannot be void: it has 10, and ${left} are left beside the voids that are proposed or approved; void no more than these, or reject or correct one of those.`,
      );
    const six = await voidPart('6');
    await expect(voidPart('5')).rejects.toThrow(refusal('5', '4'));
    const four = await voidPart('4');
    await expect(voidPart('0.5')).rejects.toThrow(refusal('0.5', '0'));
    await rejectCorrection(harness.services, { id: four, reason: 'It is right.', by: 'Ben' });
    expect(await listCorrections(harness.services, 'proposed')).toHaveLength(1);

    await approve([six]);
    await load();
    const undo = (await propose({ kind: 'correction', id: six })).correction.correction_id;
    // It may still be rejected.
    await expect(voidPart('5')).rejects.toThrow(refusal('5', '4'));
    await approve([undo]);
    await voidPart('5');
    await load();
    await expect(propose({ kind: 'correction', id: undo })).rejects.toThrow(refusal('6', '5'));
  });
});

describe('a proposal', () => {
  beforeAll(beginJanuary);

  test.each<[Partial<CorrectionRequest>, Error]>([
    [
      { kind: 'gift' },
      new Rejected(
        '"gift" cannot be corrected; name one of sale, use, refund, dispute, outcome, invoice, payout, payout_reversal, balance, doubt, correction.',
      ),
    ],
    [
      { id: 'sale_none' },
      new NotFound(
        'The sale sale_none cannot be corrected: it is not recorded; check the id, or wait until its event is loaded.',
      ),
    ],
    [
      { kind: 'balance', id: 'cr_none', amount: '1', currency: 'EUR' },
      new NotFound('No balance of cr_none can be corrected: the creator has neither signed up nor ever had a balance.'),
    ],
    [{ reason: ' ' }, new Rejected('A correction needs a reason; say it in a sentence.')],
    [{ reference: '' }, new Rejected('A correction needs a reference; say it in a sentence.')],
    [{ units: '1' }, new Rejected('Only a use can be void in part; leave out the units.')],
    [
      { amount: '5', currency: 'USD' },
      new Rejected('Only a balance is corrected by an amount; a sale is void, and is reported again as it is right.'),
    ],
    [
      { kind: 'balance', id: 'cr_ada', amount: '5' },
      new Rejected('The correction of a balance needs an amount and its currency.'),
    ],
    [
      { kind: 'balance', id: 'cr_ada', amount: '0.00', currency: 'USD' },
      new Rejected('"0.00" is not an amount by which a balance can be changed, such as 12.50 or -3.'),
    ],
  ])('of %j is refused, and nothing is stored', async (request, error) => {
    await expect(propose(request)).rejects.toThrow(error);
    expect(await listCorrections(harness.services)).toEqual([]);
    expect(await outbox()).toEqual([]);
  });
});
