import { afterAll, beforeAll, expect, test } from 'vitest';
import { planJanuary } from '../payout-rows.ts';
import { type As, openTestApi, type TestApi } from '../test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await planJanuary(api.services, 'ada', 'ben');
});
afterAll(() => api.close());

const PAYOUTS = '/v1/payouts/2026-01';
const decide = (payload: object, as: As = 'finance') =>
  api.request(as, `${PAYOUTS}/decisions`, { method: 'POST', payload });
const sentence = 'The creator has called.';

test('payouts are held, released and cancelled under the name of the key, each by itself', async () => {
  expect((await decide({ decision: 'hold', ids: ['po_ada'], sentence })).json()).toEqual({
    period: '2026-01',
    payouts: [{ payout_id: 'po_ada', creator_id: 'cr_ada', state: 'held', refused: null }],
  });
  const shown = (await api.request('operator', PAYOUTS)).json();
  expect(shown).toMatchObject({ batch_id: 'batch_2026-01', sequence: 1, state: 'planned', earlier_batches: [] });
  expect(shown.payouts[0]).toMatchObject({
    ...{
      state: 'held',
      reason: 'by_finance',
      reason_meaning: 'A person of finance decided it.',
      last_reason: sentence,
    },
    ...{ decided_by: `the finance (${api.keyId('finance')})`, decided_at: '2026-02-02T06:00:00.000Z' },
  });
  expect(shown.payouts[1]).toMatchObject({ state: 'planned', reason_meaning: null, decided_by: null });
  expect((await decide({ decision: 'release', ids: ['po_ada', 'cr_ben'], sentence })).json().payouts).toMatchObject([
    { payout_id: 'po_ada', state: 'planned', refused: null },
    { payout_id: 'po_ben', state: 'planned', refused: 'It is planned, so there is nothing to release.' },
  ]);
  expect((await decide({ decision: 'cancel', all: true, sentence })).json().payouts).toMatchObject([
    { state: 'cancelled', refused: null },
    { state: 'cancelled', refused: null },
  ]);
  expect((await api.request('finance', PAYOUTS)).json()).toMatchObject({ state: 'cancelled' });
});

test('only finance and operators decide, about payouts that they name, with a reason', async () => {
  for (const as of ['analyst', 'creator'] as const) {
    expect((await decide({ decision: 'hold', all: true, sentence }, as)).statusCode).toBe(403);
  }
  expect((await decide({ decision: 'hold', all: true, sentence })).json()).toMatchObject({
    status: 409,
    detail: 'No payout of 2026-01 can be held now; see payouts status 2026-01.',
  });
  for (const [payload, detail] of [
    [{ decision: 'hold', sentence }, /name them in ids, or set all, and not both/],
    [{ decision: 'hold', ids: ['po_ada'], all: true, sentence }, /name them in ids, or set all, and not both/],
    [{ decision: 'hold', ids: ['po_ada'], sentence: ' ' }, /^Say in a sentence/],
    [{ decision: 'pay', ids: ['po_ada'], sentence }, /^decision in the body must be/],
    [{ decision: 'hold', ids: ['po_none'], sentence }, /^2026-01 has no payout po_none/],
  ] as const) {
    expect((await decide(payload)).json().detail).toMatch(detail);
  }
});

test('only finance and operators take back a payout, one that was sent', async () => {
  const reverse = (id: string, as: As) =>
    api.request(as, `${PAYOUTS}/reversals`, { method: 'POST', payload: { id, sentence } });
  for (const as of ['analyst', 'creator'] as const) expect((await reverse('po_ada', as)).statusCode).toBe(403);
  expect((await reverse('po_none', 'finance')).json()).toMatchObject({ status: 404 });
  expect((await reverse('cr_ada', 'operator')).json()).toMatchObject({
    status: 409,
    detail: expect.stringMatching(/^Nothing of cr_ada was sent for 2026-01 that could be reversed: po_ada is \w+;/),
  });
});

test('the batches of a period and their payouts are lists of their own', async () => {
  const { data: batches } = (await api.request('finance', `${PAYOUTS}/batches`)).json();
  expect(batches).toMatchObject([{ batch_id: 'batch_2026-01', sequence: 1, state: 'cancelled' }]);
  expect((await api.request('finance', '/v1/payouts/2025-12/batches')).json()).toEqual({ data: [] });
  const whole = (await api.request('finance', PAYOUTS)).json().payouts;
  const first = (await api.request('finance', `${PAYOUTS}/lines?limit=1`)).json();
  const second = (await api.request('finance', `${PAYOUTS}/lines?batch=1&limit=1&cursor=${first.next_cursor}`)).json();
  expect([...first.data, ...second.data]).toEqual(whole);
  expect(second.next_cursor).toBeNull();
  for (const path of [`${PAYOUTS}/lines?batch=2`, '/v1/payouts/2025-12/lines'])
    expect((await api.request('finance', path)).json()).toMatchObject({
      status: 404,
      detail: expect.stringContaining('has no batch of payouts'),
    });
});
