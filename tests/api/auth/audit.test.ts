import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../test-api.ts';
import { addressOf, giveFactor, logIn, ORIGIN, personWith } from '../test-people.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const acts = async (query = '') =>
  (await api.request('finance', `/v1/audit-log${query}`)).json<{
    data: { act: string; done_by: string; actor_kind: string; status: number; subject: string; address: string }[];
    next_cursor: string | null;
  }>();

test('has each act and each refusal, with who and from where, newest first, and no reading', async () => {
  const { id } = await personWith(api, 'admin');
  const browser = await logIn(api, addressOf('admin'));
  await giveFactor(browser);
  await browser.request('/v1/people');
  await browser.request('/v1/people?token=secret', {
    ...{ method: 'POST', headers: { origin: ORIGIN } },
    payload: { email: 'x', role: 'analyst' },
  });
  await api.request('analyst', '/v1/jobs/close-period/runs', { method: 'POST', payload: { period: '2026-01' } });
  await api.request('nobody', '/v1/keys', { method: 'POST', payload: {} });
  const { data } = await acts();
  expect(
    data.map(({ act, done_by, actor_kind, status, subject }) => [act, done_by, actor_kind, status, subject]),
  ).toEqual([
    ['createKey', 'nobody', 'nobody', 401, '/v1/keys'],
    ['startJob', 'the analyst', 'key', 403, '/v1/jobs/close-period/runs'],
    ['invitePerson', 'admin', 'person', 400, '/v1/people'],
    ['page /account/second-factor', 'admin', 'person', 303, '/account/second-factor'],
    ['log in', 'admin', 'person', 303, '/login/enter'],
  ]);
  expect(new Set(data.slice(2).map(({ address }) => address)).size).toBe(1);
  const own = await acts(`?actor_id=${id}&limit=2`);
  expect(own.data.map(({ act }) => act)).toEqual(['invitePerson', 'page /account/second-factor']);
  const rest = await acts(`?actor_id=${id}&limit=2&cursor=${own.next_cursor}`);
  expect([rest.data.map(({ act }) => act), rest.next_cursor]).toEqual([['log in'], null]);
  const foreign = await api.request('finance', `/v1/audit-log?cursor=${Buffer.from('["x"]').toString('base64url')}`);
  expect([foreign.statusCode, foreign.json().detail]).toEqual([400, expect.stringContaining('not from this list')]);
});

test('is never changed nor emptied', async () => {
  const { operational } = api.services;
  const changes = [
    operational.updateTable('audit_log').set({ done_by: 'somebody else' }).execute(),
    operational.deleteFrom('audit_log').execute(),
  ];
  for (const change of changes) await expect(change).rejects.toThrow('Rows of audit_log are only added.');
});

test('is read by administrators, finance and operators alone', async () => {
  const statuses = await Promise.all(
    (['creator', 'analyst', 'operator', 'nobody'] as const).map((as) => api.request(as, '/v1/audit-log')),
  );
  expect(statuses.map(({ statusCode }) => statusCode)).toEqual([403, 403, 200, 401]);
});
