import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKey, revokeKey } from '../../../api/auth/keys.ts';
import { Conflict, NotFound, Rejected } from '../../../warehouse/errors.ts';
import { openTestApi, type TestApi } from '../test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

describe('keys', () => {
  test('are stored without their secret', async () => {
    const key = await createKey(api.services, { role: 'analyst', name: 'Ada' });
    const secret = key.split('_')[2] ?? '';
    expect(key).toMatch(/^rk_[0-9a-f]{30}_[0-9a-f]{64}$/);
    const rows = await api.services.operational.selectFrom('api_keys').selectAll().execute();
    expect(rows.map((row) => row.name)).toContain('Ada');
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  test('authenticate until they are revoked', async () => {
    const key = await createKey(api.services, { role: 'analyst', name: 'Ben' });
    const statusWithKey = async () => {
      const headers = { authorization: `Bearer ${key}` };
      return (await api.app.inject({ url: '/v1/marts', headers })).statusCode;
    };
    expect(await statusWithKey()).toBe(200);
    const id = `key_${key.split('_')[1]}`;
    expect((await revokeKey(api.services, { apiKeyId: id, owner: 'all' })).revoked_at).toBe('2026-02-02T06:00:00.000Z');
    expect(await statusWithKey()).toBe(401);
    await expect(revokeKey(api.services, { apiKeyId: id, owner: 'all' })).rejects.toThrow(Conflict);
    await expect(revokeKey(api.services, { apiKeyId: 'key_none', owner: 'all' })).rejects.toThrow(NotFound);
  });

  test.each([
    ['the role creator without a creator id', { role: 'creator', name: 'x' }],
    ['another role with a creator id', { role: 'finance', name: 'x', creatorId: 'cr_ada' }],
    ['a malformed creator id', { role: 'creator', name: 'x', creatorId: 'ada' }],
    ['the role developer for a creator', { role: 'developer', name: 'x', creatorId: 'cr_ada' }],
    ['a scope that its role lacks', { role: 'analyst', name: 'x', scopes: ['payouts:decide'] }],
    ['no scope at all', { role: 'analyst', name: 'x', scopes: [] }],
    ['an expiry that is over', { role: 'analyst', name: 'x', expiresAt: '2026-02-02T06:00:00Z' }],
    ['an empty name', { role: 'finance', name: ' ' }],
  ] as const)('are not created for %s', async (_, request) => {
    await expect(createKey(api.services, request)).rejects.toThrow(Rejected);
  });

  test('of all roles are created, listed and revoked by the command line, and by no key', async () => {
    const payload = { role: 'finance', name: 'Cleo' };
    expect((await api.request('operator', '/v1/keys', { method: 'POST', payload })).statusCode).toBe(403);
    const made = await api.request('command line', '/v1/keys', { method: 'POST', payload });
    expect(made.statusCode).toBe(201);
    const { api_key_id, key } = made.json();
    const listed = await api.request('command line', '/v1/keys');
    expect(listed.json().data).toContainEqual({
      api_key_id,
      ...payload,
      ...{ creator_id: null, developer_id: null, made_by: null, scopes: null },
      created_at: '2026-02-02T06:00:00.000Z',
      ...{ expires_at: null, last_used_at: null, has_former_secret: false, former_ends_at: null, revoked_at: null },
    });
    expect(listed.body).not.toContain(key.split('_')[2]);
    expect(listed.body).not.toContain('hash');
    expect((await api.request('command line', `/v1/keys/${api_key_id}`, { method: 'DELETE' })).statusCode).toBe(200);
    expect((await api.request('command line', `/v1/keys/${api_key_id}`, { method: 'DELETE' })).statusCode).toBe(409);
  });
});

describe('authentication', () => {
  const wrong = `rk_${'0'.repeat(30)}_${'0'.repeat(64)}`;

  test.each([
    ['a request without a key', {}],
    ['another scheme than Bearer', { authorization: 'Basic YTpi' }],
    ['a malformed key', { authorization: 'Bearer hello' }],
    ['an unknown key', { authorization: `Bearer ${wrong}` }],
  ])('refuses %s', async (_, headers) => {
    const response = await api.request('nobody', '/v1/marts', { headers });
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Bearer');
    expect(response.headers['content-type']).toMatch('application/problem+json');
  });

  test('refuses a valid key id with a wrong secret', async () => {
    const headers = { authorization: `Bearer rk_${api.keyId('finance').slice(4)}_${'0'.repeat(64)}` };
    expect((await api.request('nobody', '/v1/marts', { headers })).statusCode).toBe(401);
  });

  test('names the roles that have the permission', async () => {
    const response = await api.request('creator', '/v1/marts');
    expect(response.json()).toMatchObject({
      type: 'about:blank',
      title: 'Forbidden',
      status: 403,
      detail:
        'The key the creator has the role creator; this request needs the role analyst or finance or approver or operator.',
    });
  });
});

describe('problems', () => {
  test.each([
    ['GET', '/v1/nothing', 404, 'There is no route GET /v1/nothing.'],
    ['GET', '/nothing?secret=1', 404, 'There is no route GET /nothing.'],
    ['GET', '/v1/statements?period=2026-13', 400, 'period in the query must be written like 2026-01.'],
    ['GET', '/v1/statements?limit=0', 400, 'limit in the query must be >= 1.'],
    ['GET', '/v1/statements?perod=2026-01', 400, 'The query has "perod", which is unknown; leave it out.'],
    [
      'GET',
      '/v1/statements?cursor=x',
      400,
      'The cursor is not from this list; use a next_cursor of this list, or start without a cursor.',
    ],
    ['GET', '/v1/periods/2026', 400, 'period in the path must be written like 2026-01.'],
    [
      'GET',
      '/v1/marts/royalties?format=xml',
      400,
      'format in the query must be equal to one of the allowed values: json, csv, arrow, parquet.',
    ],
    ['GET', '/v1/%zz', 400, "'/v1/%zz' is not a valid url component"],
  ] as const)('%s %s: %i', async (method, url, status, detail) => {
    const response = await api.request('operator', url, { method });
    expect(response.json()).toMatchObject({ status, detail });
    expect(response.statusCode).toBe(status);
  });

  test.each([
    ['{"by":', 400, /JSON/],
    [JSON.stringify({ wait: 'perhaps' }), 400, /^wait in the body must be boolean\.$/],
    [JSON.stringify({ by: 'x'.repeat(70_000) }), 413, /too large/],
  ])('an invalid body: %#', async (payload, status, detail) => {
    const headers = { 'content-type': 'application/json' };
    const response = await api.request('operator', '/v1/jobs/load-events/runs', { method: 'POST', payload, headers });
    expect(response.statusCode).toBe(status);
    expect(response.json().detail).toMatch(detail);
  });

  test('an unknown error does not reveal its message', async () => {
    const { operational } = api.services;
    await operational.schema.alterTable('issued_statements').renameTo('elsewhere').execute();
    const response = await api.request('operator', '/v1/statements');
    const own = await api.request('command line', '/v1/statements');
    await operational.schema.alterTable('elsewhere').renameTo('issued_statements').execute();
    const { request_id } = response.json();
    expect(request_id).toMatch(/^req_/);
    expect(response.json()).toMatchObject({
      status: 500,
      detail: `The request failed because of an internal error; search the log of the server for ${request_id}.`,
    });
    // The command line of this machine may have no log.
    expect(own.json()).toMatchObject({
      status: 500,
      detail: expect.stringMatching(
        /^The request failed because of an internal error: .*issued_statements.* does not exist/,
      ),
    });
  });

  test.each([
    ['POST', '/v1/statements', 'GET, HEAD'],
    ['DELETE', '/v1/runs/run_1?x=1', 'GET, HEAD'],
    ['PUT', '/v1/keys/key_1', 'DELETE'],
    ['GET', '/v1/jobs/close-period/runs', 'POST'],
    ['GET', '/v1/stripe/webhook', 'POST'],
    ['POST', '/openapi.json', 'GET, HEAD'],
    ['OPTIONS', '/v1/marts/royalties', 'GET'],
  ] as const)('%s %s is a wrong method, and %s are right', async (method, url, allow) => {
    const response = await api.request('nobody', url, { method });
    expect([response.statusCode, response.headers.allow]).toEqual([405, allow]);
    const path = url.split('?')[0];
    expect(response.json().detail).toBe(`${path} does not take ${method}; it takes ${allow}.`);
  });

  test('a NUL character in a path, a query, a cursor or a body is refused', async () => {
    const cursor = Buffer.from(JSON.stringify(['2026-01', 'cr_\0', 'USD'])).toString('base64url');
    const post = (payload: object) => ({ method: 'POST', payload }) as const;
    const responses = [
      await api.request('operator', '/v1/runs/run_%00'),
      await api.request('command line', '/v1/keys/key_%00', { method: 'DELETE' }),
      await api.request('operator', `/v1/statements?cursor=${cursor}`),
      await api.request('command line', '/v1/jobs/load-events/runs', post({ by: 'Ada\0' })),
      await api.request('operator', '/v1/jobs/ingest-files/runs', post({ options: { address: '/\0' } })),
      await api.request('command line', '/v1/keys', post({ role: 'finance', name: 'A\0' })),
    ];
    expect(responses.map(({ statusCode }) => statusCode)).toEqual([400, 400, 400, 400, 400, 400]);
    expect(responses[0]?.json().detail).toBe(
      'The request has a NUL character in its path, its query or its body; remove it.',
    );
    expect(responses[2]?.json().detail).toMatch(/^The cursor is not from this list/);
  });

  test('half of a character, which JSON can write and PostgreSQL cannot store, is refused', async () => {
    const { statusCode, body } = await api.request('operator', '/v1/jobs/replay-rejected/runs', {
      method: 'POST',
      payload: { options: { reason: 'a\ud800', event: '' } },
    });
    expect(statusCode).toBe(400);
    expect(body).toContain('The request has half of a character in its path, its query or its body; remove it.');
  });
});

test('the gateway responds as RudderStack does, next to the API', async () => {
  const authorization = `Basic ${Buffer.from('wk_marketplace:').toString('base64')}`;
  const event = { type: 'track', event: 'X', userId: 'u', messageId: 'm1' };
  const taken = await api.app.inject({
    method: 'POST',
    url: '/v1/batch',
    headers: { authorization },
    payload: { batch: [event] },
  });
  expect([taken.statusCode, taken.headers['content-type'], taken.body]).toEqual([
    200,
    'text/plain; charset=utf-8',
    'ok',
  ]);
  const refused = await api.app.inject({ method: 'POST', url: '/v1/batch', payload: '{}' });
  expect([refused.statusCode, refused.headers['content-type']]).toEqual([401, 'text/plain; charset=utf-8']);
  expect((await api.app.inject('/health')).json()).toMatchObject({ server: 'UP' });
  expect((await api.app.inject('/ready')).json()).toMatchObject({ ready: true });
  const { requestTimeout, headersTimeout } = api.app.server;
  expect([requestTimeout, headersTimeout]).toEqual([30_000, 30_000]);
});
