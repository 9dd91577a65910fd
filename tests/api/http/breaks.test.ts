import { afterAll, beforeAll, expect, test } from 'vitest';
import { invite } from '../../../api/auth/people.ts';
import { recordBreaks } from '../../../jobs/break-history.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { type As, fillMarts, openTestApi, type TestApi } from '../test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await fillMarts(api.services);
  await recordBreaks(api.services, { period: parsePeriod('2026-01'), by: 'schedule' });
});
afterAll(() => api.close());

const BREAKS = '/v1/periods/2026-01/breaks';
const ID = encodeURIComponent('charge:ch_1');
const post = (as: As, url: string, payload: object) => api.request(as, url, { method: 'POST', payload });
const accept = (as: As, payload: object) => post(as, '/v1/periods/2026-01/break-acknowledgements', payload);
const sentence = 'The buyer paid in cash.';

test('breaks are listed, assigned and acknowledged under the name of the key, and keep their history', async () => {
  const listed = (await api.request('analyst', `${BREAKS}?class=missing_in_stripe`)).json();
  expect(listed).toMatchObject({
    data: [
      {
        ...{ break_id: 'charge:ch_1', break_state: 'open', priority: 'high', owner: null, acknowledgement: null },
        what_happened: 'Our books have the charge ch_1 of 12.50 USD in January 2026; Stripe has no record of it.',
      },
    ],
    next_cursor: null,
  });
  const { id } = await invite(api.services, { email: 'ben@example.com', name: 'Ben', role: 'finance', by: 'test' });
  const owner = `Ben (${id})`;
  expect((await post('finance', `${BREAKS}/${ID}/owner`, { owner: id })).json()).toMatchObject({ owner });
  const body = { break_ids: ['charge:ch_1'], sentence };
  expect((await accept('finance', { ...body, state_digest: '0'.repeat(64) })).statusCode).toBe(409);
  const { state_digest } = listed.data[0];
  expect((await accept('finance', { ...body, state_digest })).json()).toMatchObject({
    acknowledged: [
      {
        break_state: 'acknowledged',
        acknowledgement: {
          ...{ sentence, acknowledged_by: `the finance (${api.keyId('finance')})`, ledger_minor: 1250 },
          acknowledged_at: '2026-02-02T06:00:00.000Z',
        },
      },
    ],
    unchanged: 0,
  });
  expect((await api.request('analyst', `${BREAKS}/${ID}`)).json()).toMatchObject({
    found: { owner, break_state: 'acknowledged' },
    history: [{ change: 'found' }, { change: 'assigned', owner, changed_by: `the finance (${api.keyId('finance')})` }],
  });
});

test('who may decide about breaks is who may decide about exceptions; others are refused, and so is what is unknown', async () => {
  for (const as of ['analyst', 'creator'] as const) {
    expect((await accept(as, { break_ids: ['charge:ch_1'], sentence })).statusCode).toBe(403);
    expect((await post(as, `${BREAKS}/${ID}/owner`, { owner: 'Ben' })).statusCode).toBe(403);
  }
  expect((await api.request('creator', BREAKS)).statusCode).toBe(403);
  expect((await accept('operator', { break_ids: ['charge:none'], sentence })).json()).toMatchObject({
    status: 404,
    detail: '2026-01 has no break "charge:none"; for all of them, run "tantieme breaks list 2026-01".',
  });
  expect((await accept('operator', { break_ids: [], sentence })).statusCode).toBe(400);
  expect((await accept('operator', { break_ids: ['charge:ch_1'], sentence: ' ' })).json()).toMatchObject({
    detail: expect.stringMatching(/^Breaks cannot be acknowledged without a reason/),
  });
  for (const path of [`${BREAKS.replace('2026-01', '2025-11')}`, '/v1/reconciliations/2025-11/report/pdf']) {
    expect((await api.request('finance', path)).json()).toMatchObject({
      status: 409,
      detail: '2025-11 has not been reconciled with Stripe yet; reconcile it first.',
    });
  }
});
