import { type Insertable, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Operational, openOperational } from '../../../warehouse/operational/operational.ts';
import type {
  InstantPayoutLogTable,
  PayoutBatchesTable,
  PayoutLinesTable,
  PayoutLogTable,
  PayoutReversalLogTable,
} from '../../../warehouse/operational/payout-tables.ts';
import { STEPPED_AT as AT, leaseOf, stepOf } from './payout-steps.ts';
import { STORES } from './stores.ts';

const BATCH: Insertable<PayoutBatchesTable> = {
  ...{ batch_id: 'batch_2026-01', period: '2026-01', sequence: 1, state: 'planned' },
  ...{ planned_by: 'ada', planned_at: AT },
};
const LINE = {
  ...{ payout_id: 'po_1', batch_id: BATCH.batch_id, creator_id: 'cr_ada', currency: 'USD', amount_minor: 1n },
  ...{ account_id_stripe: 'acct_ada', reason: 'payable', body: '{}', body_hash: 'h' },
};
const BEN_APPROVES = { state: 'approved' as const, approved_by: 'ben', ledger_seal: 's', approval_hash: 'h' };
const STATES = [
  ...(['approved', 'held', 'released', 'cancelled', 'intent', 'key_spent'] as const),
  ...(['sent', 'failed', 'confirmed', 'reversed'] as const),
];

describe.each(STORES)('the payouts in the control store on $engine', ({ make, isServer }) => {
  let store: Awaited<ReturnType<typeof make>>;
  let db: Operational;
  beforeAll(async () => {
    store = await make();
    db = await openOperational(store.address);
  });
  afterAll(async () => {
    await db.destroy();
    await store.drop();
  });
  beforeEach(async () => {
    await sql`truncate job_runs, payout_batches, payout_lines, payout_log, payout_reversal_log, payout_approvals cascade`.execute(
      db,
    );
    await insertBatch(BATCH);
    await insertLine(LINE);
    await lease('2999-01-01T00:00:00.000Z');
  });

  const lease = async (until: string, state: 'running' | 'failed' = 'running') => {
    await db.deleteFrom('job_runs').execute();
    await db.insertInto('job_runs').values(leaseOf({ until, state })).execute();
  };
  const take = async (...steps: readonly string[]) => {
    for (const step of steps) await db.insertInto('payout_log').values(stepOf(step)).execute();
  };
  /** Undefined if the step is possible; it is not kept. */
  const codeOf = async (step: string): Promise<unknown> => {
    const undo = new Error('undo');
    const failure = await db
      .transaction()
      .execute(async (transaction) => {
        await transaction.insertInto('payout_log').values(stepOf(step)).execute();
        throw undo;
      })
      .catch((error: unknown) => error);
    return failure === undo ? undefined : (failure as { code?: unknown }).code;
  };

  const key = (state: string, attempt = 1) => `${state} ${attempt}`;
  const BEFORE = ['approved', 'held', 'cancelled'];
  test.each<[string, readonly string[], readonly string[]]>([
    ['nothing', [], BEFORE],
    ['a hold', ['held'], [...BEFORE, 'released']],
    ['an approval', ['approved'], ['held', 'cancelled', key('intent'), key('sent')]],
    ['a hold of what is approved', ['approved', 'held'], ['held', 'released', 'cancelled', key('sent')]],
    ['its release', ['approved', 'held', 'released'], ['held', 'cancelled', key('intent'), key('sent')]],
    ['an intent', ['approved', key('intent')], ['held', key('intent'), key('key_spent'), key('sent')]],
    [
      'a hold after an intent',
      ['approved', key('intent'), 'held'],
      ['held', 'released', key('key_spent'), key('sent')],
    ],
    [
      'a spent key',
      ['approved', key('intent'), key('key_spent')],
      ['held', key('intent', 2), key('sent'), key('failed')],
    ],
    ['a transfer', ['approved', key('intent'), key('sent')], ['confirmed', 'reversed']],
    ['its confirmation', ['approved', key('intent'), key('sent'), 'confirmed'], ['reversed']],
    ['a reversal', ['approved', key('intent'), key('sent'), 'reversed'], []],
    ['a failure', ['approved', key('intent'), key('key_spent'), key('failed')], []],
    ['a cancellation', ['approved', 'cancelled'], []],
  ])('after %s only these steps follow', async (_, log, possible) => {
    await take(...log);
    const steps = STATES.flatMap((state) =>
      ['intent', 'key_spent', 'sent', 'failed'].includes(state) ? [key(state), key(state, 2)] : [state],
    );
    const found: string[] = [];
    for (const step of steps) {
      const code = await codeOf(step);
      if (code === undefined) found.push(step);
      else expect(code, step).toBe('TP002');
    }
    // Whichever key it was, a transfer that exists is one.
    const wanted = possible.includes(key('sent')) ? [...possible, key('sent', 2)] : possible;
    expect(found.sort()).toEqual([...wanted].sort());
  });

  test('refuses every step of a run that has lost its lease, and no decision of a person', async () => {
    await take('approved', key('intent'));
    for (const [until, state] of [
      ['2026-01-01T00:00:00.000Z', 'running'],
      ['2999-01-01T00:00:00.000Z', 'failed'],
    ] as const) {
      await lease(until, state);
      for (const step of [key('key_spent'), key('sent')]) expect(await codeOf(step)).toBe('TP001');
      expect(await codeOf('held')).toBeUndefined();
    }
    await db.deleteFrom('job_runs').execute();
    expect(await codeOf(key('sent'))).toBe('TP001');
  });

  test('is only added to, with steps that have what they need', async () => {
    await take('approved');
    await expect(db.updateTable('payout_log').set({ changed_by: 'eve' }).execute()).rejects.toThrow(/only added to/);
    await expect(db.deleteFrom('payout_log').execute()).rejects.toThrow(/only added to/);
    const wrong: Partial<Insertable<PayoutLogTable>>[] = [
      { ...stepOf('intent 1'), attempt: null },
      { ...stepOf('intent 1'), run_id: null },
      { ...stepOf('sent 1'), transfer_id_stripe: null },
      { ...stepOf('held'), reason: null },
      { ...stepOf('held'), payout_id: 'po_none' },
    ];
    for (const row of wrong) {
      const insert = db.insertInto('payout_log').values(row as Insertable<PayoutLogTable>);
      await expect(insert.execute(), JSON.stringify(row.state)).rejects.toThrow(/violates|cannot be/);
    }
  });

  const reversal = (words: string): Insertable<PayoutReversalLogTable> => {
    const [state, attempt] = words.split(' ') as [PayoutReversalLogTable['state'], string];
    return {
      ...{ payout_id: 'po_1', state, attempt: Number(attempt), changed_by: 'ada', run_id: 'run_1' },
      ...(state === 'intent' && { sentence: 'A mistake.', request: '{}', request_hash: 'h' }),
      ...(state === 'key_spent' && { reason: 'No.' }),
      ...(state === 'made' && { reversal_id_stripe: 'trr_1' }),
    };
  };
  const insertReversal = (row: Insertable<PayoutReversalLogTable>) =>
    db.insertInto('payout_reversal_log').values(row).execute();
  const request = async (...steps: readonly string[]) => {
    for (const step of steps) await insertReversal(reversal(step));
  };
  const SENT = ['approved', key('intent'), key('sent')];

  test.each<[string, readonly string[], string]>([
    ['what was not sent', ['approved', key('intent')], 'intent 1'],
    ['what is reversed', [...SENT, 'reversed'], 'intent 1'],
    ['a payout with another key than the next', SENT, 'intent 2'],
    ['without a request, as if it was made', SENT, 'made 1'],
    ['while the last request has no outcome and its key is young', [...SENT, '→', 'intent 1'], 'intent 2'],
    ['with a key that is spent', [...SENT, '→', 'intent 1', 'key_spent 1'], 'intent 1'],
  ])('a reversal is refused of %s', async (_, steps, refused) => {
    const at = steps.includes('→') ? steps.indexOf('→') : steps.length;
    await take(...steps.slice(0, at));
    await request(...steps.slice(at + 1));
    await expect(request(refused)).rejects.toMatchObject({ code: 'TP002' });
  });

  test('reversals are requested one after another, of runs with a lease, and only added to', async () => {
    await take(...SENT, 'confirmed');
    await request('intent 1', 'key_spent 1', 'intent 2', 'made 2');
    await expect(insertReversal({ ...reversal('intent 3'), request: null })).rejects.toThrow(/violates/);
    await expect(db.deleteFrom('payout_reversal_log').execute()).rejects.toThrow(/only added to/);
    await lease('2026-01-01T00:00:00.000Z');
    await expect(request('intent 3')).rejects.toMatchObject({ code: 'TP001' });
  });

  const instant = (state: InstantPayoutLogTable['state']): Insertable<InstantPayoutLogTable> => ({
    ...{ payout_id: 'po_1', state, changed_by: 'ada', run_id: 'run_1' },
    ...(state === 'intent' && { request: '{}', request_hash: 'h' }),
    ...(state === 'made' && { payout_id_stripe: 'po_stripe' }),
    ...(state === 'declined' && { reason: 'No.' }),
  });
  const payInstantly = async (...states: readonly InstantPayoutLogTable['state'][]) => {
    for (const state of states) await db.insertInto('instant_payout_log').values(instant(state)).execute();
  };

  test.each<[string, () => Promise<unknown>, InstantPayoutLogTable['state']]>([
    ['before it is sent', () => take('approved', key('intent')), 'intent'],
    ['while it is taken back', () => take(...SENT).then(() => request('intent 1')), 'intent'],
    ['a second time', () => take(...SENT).then(() => payInstantly('intent', 'declined')), 'intent'],
    ['without a request, as if it was made', () => take(...SENT), 'made'],
    ['once it has ended', () => take(...SENT).then(() => payInstantly('intent', 'made')), 'declined'],
  ])('an instant payout is refused %s', async (_, before, refused) => {
    await before();
    await expect(payInstantly(refused)).rejects.toMatchObject({ code: 'TP002' });
  });

  test('what became of an instant payout is recorded also once the payout is reversed, by runs with a lease alone', async () => {
    await take(...SENT);
    await payInstantly('intent');
    await take('reversed');
    await lease('2026-01-01T00:00:00.000Z');
    await expect(payInstantly('made')).rejects.toMatchObject({ code: 'TP001' });
    await lease('2999-01-01T00:00:00.000Z');
    await payInstantly('made');
    await expect(db.deleteFrom('instant_payout_log').execute()).rejects.toThrow(/only added to/);
  });

  test.skipIf(!isServer)('takes the steps of a payout one after another: of two at once, one is refused', async () => {
    await take('approved');
    const outcomes = await Promise.allSettled([take(key('intent')), take('cancelled')]);
    const codes = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
    expect(codes).toEqual(['TP002']);
  });

  const refused = async (write: Promise<unknown>) => expect(write).rejects.toThrow(/violates|duplicate/);
  const insertBatch = (row: Insertable<PayoutBatchesTable>) => db.insertInto('payout_batches').values(row).execute();
  const insertLine = (row: Insertable<PayoutLinesTable>) => db.insertInto('payout_lines').values(row).execute();

  test.each(['ada', ' Ada', 'ADA (key_1)', 'Ada(key_2)'])(
    'nobody approves a batch that they planned: not %j',
    async (name) => {
      await refused(
        db
          .updateTable('payout_batches')
          .set({ ...BEN_APPROVES, approved_by: name })
          .execute(),
      );
      await db.updateTable('payout_batches').set(BEN_APPROVES).execute();
      await refused(db.updateTable('payout_batches').set({ planned_by: 'ben' }).execute());
    },
  );

  test('a batch is approved with what was approved', async () => {
    await refused(
      db
        .updateTable('payout_batches')
        .set({ ...BEN_APPROVES, approval_hash: null })
        .execute(),
    );
    await refused(
      db
        .updateTable('payout_batches')
        .set({ ...BEN_APPROVES, ledger_seal: null })
        .execute(),
    );
  });

  test('the batches of a period are numbered, and a batch has one line for each creator and currency', async () => {
    await refused(insertBatch({ ...BATCH, batch_id: 'batch_other' }));
    await insertBatch({ ...BATCH, batch_id: 'batch_other', sequence: 2 });
    await refused(insertLine({ ...LINE, payout_id: 'po_2' }));
    await refused(insertLine({ ...LINE, payout_id: 'po_2', batch_id: 'batch_none', currency: 'EUR' }));
    await insertLine({ ...LINE, payout_id: 'po_2', currency: 'EUR' });
  });

  test.each([
    ['payable without a request', { body: null }],
    ['payable without its hash', { body_hash: null }],
    ['payable without an account', { account_id_stripe: null }],
    ['payable, of nothing', { amount_minor: 0n }],
    ['payable, with a negative amount', { amount_minor: -1n }],
    ['not payable, with a request', { reason: 'below_minimum' }],
  ])('no line is %s', async (_, change) => {
    await refused(insertLine({ ...LINE, payout_id: 'po_2', currency: 'EUR', ...change }));
  });
});
