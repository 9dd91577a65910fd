import { afterAll, beforeAll, expect, test } from 'vitest';
import { instant } from '../../../warehouse/clock.ts';
import { NOW, openTestApi, type TestApi } from '../test-api.ts';
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

test('is searched by path, day and refusal, and exported as CSV', async () => {
  await api.request('nobody', '/v1/keys?=', { method: 'POST', payload: {} });
  const day = instant(NOW).slice(0, 10);
  const refused = await acts(`?is_refused=true&subject=/keys&from=${day}&until=${day}`);
  expect(new Set(refused.data.map(({ act, status }) => `${act} ${status}`))).toEqual(new Set(['createKey 401']));
  expect((await acts('?subject=%25')).data).toEqual([]);
  expect((await acts('?until=2000-01-01')).data).toEqual([]);
  const { headers, body } = await api.request('finance', '/v1/audit-log.csv?act=log+in');
  expect(headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(body.split('\r\n')).toEqual([
    'entry,done_at,done_by,actor_id,actor_kind,act,subject,status,address,request_id',
    expect.stringMatching(/^\d+,\d{4}-.*Z,admin,person_\w+,person,log in,\/login\/enter,303,/),
    '',
  ]);
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
