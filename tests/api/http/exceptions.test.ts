import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { invite } from '../../../api/auth/people.ts';
import { type As, fillMarts, openTestApi, type TestApi } from '../test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await fillMarts(api.services);
});
afterAll(() => api.close());
beforeEach(async () => {
  await api.services.operational.deleteFrom('exception_acknowledgements').execute();
});

const EXCEPTIONS = '/v1/periods/2026-01/exceptions';
const acknowledge = (as: As, payload: object, period = '2026-01') =>
  api.request(as, `/v1/periods/${period}/acknowledgements`, { method: 'POST', payload });
const sentence = 'The terms come later.';

test('an exception is assigned to a person of the company, and shows who works on it', async () => {
  const ben = await invite(api.services, { email: 'ben@example.com', name: 'Ben', role: 'finance', by: 'test' });
  const path = `${EXCEPTIONS}/${encodeURIComponent('refund:ref/7')}`;
  const assign = (as: As, owner: string) => api.request(as, `${path}/owner`, { method: 'POST', payload: { owner } });
  expect((await assign('finance', 'Ben')).json()).toMatchObject({
    ...{ status: 404, detail: expect.stringContaining('Nothing can be assigned to "Ben"') },
  });
  expect((await assign('analyst', ben.id)).statusCode).toBe(403);
  expect((await api.request('finance', '/v1/assignees')).json()).toEqual({ data: [{ id: ben.id, name: 'Ben' }] });
  for (const owner of [ben.id, 'ben@example.com'])
    expect((await assign('finance', owner)).json()).toMatchObject({ owner: `Ben (${ben.id})` });
  expect((await api.request('analyst', path)).json()).toMatchObject({ owner: `Ben (${ben.id})` });
  const owners = await api.services.operational.selectFrom('exception_owners').selectAll().execute();
  expect(owners).toMatchObject([{ assigned_by: `the finance (${api.keyId('finance')})` }]);
});

describe('exceptions', () => {
  test('are read in pages, with meaning, cure and age', async () => {
    const first = (await api.request('analyst', `${EXCEPTIONS}?limit=2`)).json();
    expect(first.data).toMatchObject([
      {
        exception_id: 'refund:ref/7',
        exception_reason: 'reduction_exceeds_sale',
        suspended_amount: '-50.01',
        meaning: 'The refunds and lost disputes of the sale exceed what was paid by more than rounding.',
        cure: 'Find out which one is wrong, or how the buyer got the money twice.',
        // Recorded a millisecond too late for ten days.
        age_days: 9,
        is_acknowledged: false,
        acknowledgement: null,
      },
      { exception_id: 'sale:sale_7', suspended_amount: '12', currency: 'USD' },
    ]);
    const second = (await api.request('finance', `${EXCEPTIONS}?limit=2&cursor=${first.next_cursor}`)).json();
    expect(second).toMatchObject({
      data: [{ exception_id: 'use:terms_missing:asset_7:', fact_count: 2, suspended_amount: null, currency: null }],
      next_cursor: null,
    });
    const ofReason = (await api.request('operator', `${EXCEPTIONS}?reason=terms_missing`)).json();
    expect(ofReason.data).toHaveLength(2);
  });

  test('are read one by one, whatever their id', async () => {
    const id = encodeURIComponent('refund:ref/7');
    expect((await api.request('analyst', `${EXCEPTIONS}/${id}`)).json()).toMatchObject({
      exception_id: 'refund:ref/7',
    });
    const none = await api.request('analyst', `${EXCEPTIONS}/${'x'.repeat(900)}`);
    expect(none.json()).toMatchObject({ status: 404, detail: expect.stringMatching(/^2026-01 has no exception "xxx/) });
  });

  test('of a period that was never built are not known', async () => {
    for (const path of ['', '/sale%3Asale_7']) {
      expect((await api.request('finance', `/v1/periods/2025-11/exceptions${path}`)).json()).toMatchObject({
        status: 409,
        detail: '2025-11 has not been built yet, so its exceptions are not known; build it first.',
      });
    }
  });

  test('are not for creators', async () => {
    expect((await api.request('creator', EXCEPTIONS)).statusCode).toBe(403);
  });
});

describe('an acknowledgement', () => {
  test('is recorded under the name and id of the key, once', async () => {
    const done = await acknowledge('finance', { exception_ids: ['sale:sale_7', 'refund:ref/7'], sentence });
    expect(done.json()).toMatchObject({
      period: '2026-01',
      unchanged: 0,
      acknowledged: [
        { exception_id: 'refund:ref/7', is_acknowledged: true },
        {
          exception_id: 'sale:sale_7',
          acknowledgement: {
            fact_count: 1,
            suspended_amount: '12',
            sentence,
            acknowledged_by: `the finance (${api.keyId('finance')})`,
            acknowledged_at: '2026-02-02T06:00:00.000Z',
          },
        },
      ],
    });
    const rest = await acknowledge('operator', { reason: 'terms_missing', sentence });
    expect(rest.json()).toMatchObject({
      unchanged: 1,
      acknowledged: [{ exception_id: 'use:terms_missing:asset_7:', acknowledgement: { fact_count: 2 } }],
    });
    const listed = (await api.request('analyst', EXCEPTIONS)).json();
    expect(listed.data.every((each: { is_acknowledged: boolean }) => each.is_acknowledged)).toBe(true);
  });

  test.each([
    ['analyst', { reason: 'terms_missing', sentence }, 403, /needs the role finance or operator/],
    ['creator', { reason: 'terms_missing', sentence }, 403, /needs the role finance or operator/],
    ['finance', { reason: 'terms_missing' }, 400, /^sentence is missing in the body\.$/],
    ['finance', { reason: 'terms_missing', sentence: '  ' }, 400, /say in one sentence why/],
    [
      'finance',
      { reason: 'bad_luck', sentence },
      400,
      /^reason in the body must be equal to one of the allowed values/,
    ],
    ['finance', { reason: 'fee_missing', sentence }, 404, /^No exception of 2026-01 has the reason "fee_missing"/],
    ['finance', { exception_ids: ['sale:none'], sentence }, 404, /^2026-01 has no exception "sale:none"/],
    ['finance', { sentence }, 400, /either their ids or a reason/],
    [
      'finance',
      { reason: 'terms_missing', exception_ids: ['sale:sale_7'], sentence },
      400,
      /either their ids or a reason/,
    ],
    ['finance', { reason: 'terms_missing', sentence, by: 'Eve' }, 400, /^by is allowed only for the command line/],
  ] as const)('by %s of %j is refused with %i', async (as, payload, status, detail) => {
    expect((await acknowledge(as, payload)).json()).toMatchObject({ status, detail: expect.stringMatching(detail) });
    expect(await api.services.operational.selectFrom('exception_acknowledgements').selectAll().execute()).toEqual([]);
  });
});
