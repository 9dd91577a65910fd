import { sql } from 'kysely';
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
    data: {
      act: string;
      done_by: string;
      actor_kind: string;
      status: number;
      subject: string;
      address: string;
      change_count: number;
      changes: { table_name: string; row_key: string; before_hash: string | null; after_hash: string | null }[];
    }[];
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
    'entry,done_at,done_by,actor_id,actor_kind,act,subject,status,address,request_id,changes',
    expect.stringMatching(/^\d+,\d{4}-.*Z,admin,person_\w+,person,log in,\/login\/enter,303,/),
    '',
  ]);
});

test('has each row that an act changed, by its hash before and after, and what was changed by no request', async () => {
  const invited = { payload: { email: 'cleo@audit.example', role: 'analyst' } };
  const { id } = (await api.request('command line', '/v1/people', { method: 'POST', ...invited })).json();
  const change = async (email: string) =>
    api.services.operational.updateTable('people').set({ email }).where('id', '=', id).execute();
  await change('mallory@audit.example');
  await change('cleo@audit.example');
  const roles = `/v1/people/${id}/roles?role=analyst`;
  expect((await api.request('command line', roles, { method: 'DELETE' })).statusCode).toBe(200);

  const [revoked, made] = (await acts('?limit=2')).data;
  const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
  expect([made?.act, made?.changes]).toEqual([
    'invitePerson',
    [
      { table_name: 'people', row_key: id, before_hash: null, after_hash: hash },
      { table_name: 'person_roles', row_key: expect.stringMatching(/^\d+$/), before_hash: null, after_hash: hash },
    ],
  ]);
  const [person, role] = made?.changes ?? [];
  expect([revoked?.act, revoked?.changes]).toEqual([
    'revokeRoles',
    [{ ...role, before_hash: role?.after_hash, after_hash: hash }],
  ]);
  const others = (await api.request('finance', '/v1/audit-changes?has_request=false&table_name=people')).json().data;
  const edited = others.find(
    ({ row_key, before_hash }: typeof others) => row_key === id && before_hash === person?.after_hash,
  );
  expect(edited).toMatchObject({ request_id: null, after_hash: hash });
  expect(others[0]).toMatchObject({ row_key: id, before_hash: edited.after_hash, after_hash: person?.after_hash });
  expect((await api.request('finance', '/v1/audit-log.csv?act=revokeRoles')).body).toContain(
    `,person_roles ${role?.row_key}: ${role?.after_hash} ${revoked?.changes[0]?.after_hash}\r\n`,
  );
});

test('has a chain of hashes of a key that is used, rotated and revoked, also by hand and after a column was added', async () => {
  const { operational } = api.services;
  const payload = { role: 'finance', name: 'chain' };
  const made = (await api.request('command line', '/v1/keys', { method: 'POST', payload })).json();
  const id: string = made.api_key_id;
  const key = operational.updateTable('api_keys').where('api_key_id', '=', id);
  const used = key.set({ last_used_at: '2026-02-03T00:00:00.000Z' });
  await used.execute();
  await api.request('command line', `/v1/keys/${id}/rotations`, { method: 'POST', payload: {} });
  await key.set({ former_ends_at: '2036-01-01T00:00:00.000Z' }).execute();
  const links = await operational.transaction().execute(async (transaction) => {
    await sql`alter table api_keys add column later text`.execute(transaction);
    await sql`update api_keys set revoked_at = '2026-02-04' where api_key_id = ${id}`.execute(transaction);
    const query = transaction.selectFrom('audit_changes').select(['before_hash', 'after_hash', 'request_id']);
    const rows = await query.where('row_key', '=', id).orderBy('entry').execute();
    await sql`alter table api_keys drop column later`.execute(transaction);
    return rows;
  });
  expect(links.map(({ request_id }) => request_id !== null)).toEqual([true, true, false, false]);
  expect(links.map(({ before_hash }) => before_hash)).toEqual([
    null,
    ...links.slice(0, -1).map(({ after_hash }) => after_hash),
  ]);
});

test('has hashes that nobody finds by trying values without the secret of the store', async () => {
  const { operational } = api.services;
  const { id } = await personWith(api, 'analyst');
  const { rows } = await sql<{ after_hash: string; plain: string; keyed: string }>`
    select after_hash, encode(sha256(plain), 'hex') as plain, encode(sha256(secret || sha256(plain)), 'hex') as keyed
    from audit_changes, audit_secret, people,
      convert_to(jsonb_strip_nulls(to_jsonb(people) - array['locale', 'updated_at'])::text, 'UTF8') as plain
    where people.id = ${id} and row_key = ${id} and table_name = 'people' order by entry desc limit 1`.execute(
    operational,
  );
  const [found] = rows;
  expect(found?.after_hash).toBe(found?.keyed);
  expect(found?.after_hash).not.toBe(found?.plain);
  await expect(sql`update audit_secret set secret = sha256('')`.execute(operational)).rejects.toThrow('only added');
});

test('lists the first rows of an act that changed many, and how many there are', async () => {
  const { operational } = api.services;
  const by = {
    address: null,
    actor_kind: 'nobody' as const,
    actor_id: '',
    done_by: 'somebody',
    subject: '',
    status: 200,
  };
  await operational
    .insertInto('audit_log')
    .values({ ...by, done_at: instant(NOW), act: 'change many', request_id: 'req_many' })
    .execute();
  const changes = Array.from({ length: 250 }, (_, n) => ({
    ...{
      table_name: 'many',
      row_key: String(n),
      before_hash: null,
      after_hash: 'a'.repeat(64),
      request_id: 'req_many',
    },
  }));
  await operational.insertInto('audit_changes').values(changes).execute();
  const [act] = (await acts('?act=change+many')).data;
  expect([act?.change_count, act?.changes.map(({ row_key }) => row_key)]).toEqual([
    250,
    changes.slice(0, 100).map(({ row_key }) => row_key),
  ]);
  const { body } = await api.request('finance', '/v1/audit-log.csv?act=change+many');
  expect(body).toMatch(/many 99: - a{64}; and 150 more\r\n$/);
  const all = await api.request('finance', '/v1/audit-changes?request_id=req_many&limit=1000');
  expect(all.json().data).toHaveLength(250);
});

test('is never changed nor emptied', async () => {
  const { operational } = api.services;
  for (const table of ['audit_log', 'audit_changes'] as const) {
    const changes = [
      operational.updateTable(table).set({ request_id: 'req_other' }).execute(),
      operational.deleteFrom(table).execute(),
    ];
    for (const change of changes) await expect(change).rejects.toThrow(`Rows of ${table} are only added.`);
  }
});

test('is read by administrators, finance and operators alone', async () => {
  const statuses = await Promise.all(
    (['creator', 'analyst', 'operator', 'nobody'] as const).map((as) => api.request(as, '/v1/audit-log')),
  );
  expect(statuses.map(({ statusCode }) => statusCode)).toEqual([403, 403, 200, 401]);
});
