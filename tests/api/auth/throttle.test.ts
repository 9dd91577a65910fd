import { afterAll, beforeAll, expect, test } from 'vitest';
import { networkOf, throttle } from '../../../api/auth/throttle.ts';
import type { TooManyRequests } from '../../../warehouse/errors.ts';
import { openTestApi, type TestApi } from '../test-api.ts';
import { addressOf, Browser, personWith } from '../test-people.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ TANTIEME_TRUST_PROXY: 'loopback' });
});
afterAll(() => api.close());

test('counts each apart, in a window that begins with its first attempt and that refused ones do not extend', async () => {
  let now = 0;
  const attempts = throttle({ clock: { now: () => now }, attempts: undefined }, { of: 'x', most: 2, windowMs: 10_000 });
  const wait = async (at: number, who = 'a'): Promise<number> => {
    now = at;
    return attempts.count(who).then(
      () => 0,
      (error: TooManyRequests) => error.retryAfterSeconds,
    );
  };
  expect([await wait(0), await wait(1000), await wait(2000), await wait(9_999)]).toEqual([0, 0, 8, 1]);
  expect(await wait(9_999, 'b')).toBe(0);
  expect([await wait(10_000), await wait(10_500), await wait(11_000)]).toEqual([0, 0, 9]);
});

test.each([
  ['10.1.2.3', '10.1.2.3'],
  ['::ffff:10.1.2.3', '::ffff:10.1.2.3'],
  ['2001:db8:0:1:2:3:4:5', '2001:db8:0:1::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:0DB8::ffff', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('%s is counted as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test('links are limited for an address, also for one that nobody has', async () => {
  const { email } = await personWith(api, 'finance');
  for (const to of [email, 'nobody@example.com']) {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 6; attempt += 1) {
      statuses.push((await new Browser(api).post('/login', { email: to })).statusCode);
    }
    expect(statuses).toEqual([303, 303, 303, 303, 303, 429]);
  }
  const refused = await new Browser(api).post('/login', { email: addressOf('finance').toUpperCase() });
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '900']);
  expect(refused.body).toContain('try again in 15 minutes');
  await api.signIn.idle();
  expect(api.mails).toHaveLength(5);
});

test('guesses are limited for a client, which the proxy names', async () => {
  const guess = async (client: string) =>
    (
      await api.app.inject({
        ...{ method: 'POST', url: '/login/enter', payload: 'token=guess', remoteAddress: '127.0.0.1' },
        headers: {
          origin: 'http://127.0.0.1:8080',
          'content-type': 'application/x-www-form-urlencoded',
          'x-forwarded-for': `203.0.113.9, ${client}`,
        },
      })
    ).statusCode;
  for (let attempt = 0; attempt < 30; attempt += 1) expect(await guess('203.0.113.1')).toBe(400);
  expect([await guess('203.0.113.1'), await guess('203.0.113.2')]).toEqual([429, 400]);
});

test('wrong keys are limited for a client, and leave no endless rows in the audit log', async () => {
  const send = async (remoteAddress: string, method: 'GET' | 'POST' = 'POST') =>
    (
      await api.app.inject({
        ...{ method, url: method === 'GET' ? '/v1/runs' : '/v1/jobs/load-events/runs', remoteAddress },
        headers: { authorization: 'Bearer wrong' },
      })
    ).statusCode;
  const statuses = new Set([await send('203.0.113.3')]);
  for (let attempt = 1; attempt < 120; attempt += 1) statuses.add(await send('203.0.113.3', 'GET'));
  expect([...statuses]).toEqual([401]);
  expect([await send('203.0.113.3'), await send('203.0.113.3'), await send('203.0.113.4')]).toEqual([429, 429, 401]);
  const recorded = await api.services.operational.selectFrom('audit_log').select(['address', 'status']).execute();
  expect(recorded.filter(({ address }) => address?.startsWith('203.0.113.3'))).toEqual([
    { address: '203.0.113.3', status: 401 },
  ]);
});

test('the API says how many requests are left, but to the command line', async () => {
  const { headers } = await api.request('finance', '/v1/runs');
  expect(headers).toMatchObject({ 'ratelimit-limit': '3000', 'ratelimit-remaining': '2999' });
  expect(headers).toMatchObject({
    'ratelimit-policy': '"caller";q=3000;w=60',
    ratelimit: expect.stringMatching(/^"caller";r=2999;t=\d+$/),
  });
  expect((await api.request('command line', '/v1/runs')).headers['ratelimit-limit']).toBeUndefined();
});
