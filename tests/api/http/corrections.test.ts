import { afterAll, beforeAll, expect, test } from 'vitest';
import { type As, fillMarts, openTestApi, type TestApi } from '../test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await fillMarts(api.services);
});
afterAll(() => api.close());

const post = (as: As, path: string, payload: object) =>
  api.request(as, `/v1/corrections${path}`, { method: 'POST', payload });
const bonus = {
  ...{ corrected_kind: 'balance', corrected_id: 'cr_ada', amount: '-3', currency: 'USD' },
  ...{ reason: 'Paid twice.', reference: 'ticket 7' },
};

test('one person proposes, another approves or rejects, under the name of the key', async () => {
  const proposed = await post('finance', '', bonus);
  expect(proposed.statusCode).toBe(201);
  const { correction, effects } = proposed.json();
  expect(correction).toMatchObject({ state: 'proposed', proposed_by: `the finance (${api.keyId('finance')})` });
  expect(effects).toEqual([{ creator_id: 'cr_ada', currency: 'USD', amount: '-3' }]);
  const ids = { correction_ids: [correction.correction_id] };
  expect((await post('finance', '/approvals', ids)).json()).toMatchObject({
    status: 400,
    detail: expect.stringContaining('someone else must approve it.'),
  });
  expect((await post('operator', '/approvals', ids)).json()).toMatchObject({
    approved: [{ state: 'approved', decided_by: `the operator (${api.keyId('operator')})` }],
  });
  const other = (await post('operator', '', bonus)).json().correction.correction_id;
  expect((await post('finance', `/${other}/rejection`, { reason: 'No.' })).json()).toMatchObject({ state: 'rejected' });
  const approved = (await api.request('analyst', '/v1/corrections?state=approved')).json();
  expect(approved.data).toMatchObject([{ correction_id: correction.correction_id }]);
  expect((await api.request('analyst', '/v1/corrections')).json().data).toHaveLength(2);
});

test('analysts and creators decide nothing, and creators see nothing', async () => {
  for (const path of ['', '/approvals', '/cor_1/rejection'])
    for (const as of ['analyst', 'creator'] as const) expect((await post(as, path, {})).statusCode).toBe(403);
  expect((await api.request('creator', '/v1/corrections')).statusCode).toBe(403);
});
