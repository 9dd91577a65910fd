import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../test-api.ts';
import { addressOf, Browser, logIn, personWith, tokenIn } from '../test-people.ts';

let api: TestApi;
let browser: Browser;
beforeAll(async () => {
  api = await openTestApi();
  await personWith(api, 'finance');
  browser = await logIn(api, addressOf('finance'));
});
afterAll(() => api.close());

const ELSEWHERE = { origin: 'https://elsewhere.example' };

test.each([['/login'], ['/login/enter'], ['/logout'], ['/language'], ['/account'], ['/account/second-factor']])(
  'a form of another site, or of none, does nothing at %s',
  async (path) => {
    for (const headers of [ELSEWHERE, { origin: 'null' }, { origin: '' }]) {
      const response = await browser.post(path, { act: 'end', email: addressOf('finance') }, headers);
      expect(response.statusCode).toBe(403);
    }
    expect((await browser.request('/account')).statusCode).toBe(200);
  },
);

test('a link does not log in from a form of another site', async () => {
  const person = await personWith(api, 'analyst');
  const token = tokenIn(await api.signIn.invitationLink(person));
  const victim = new Browser(api);
  expect((await victim.post('/login/enter', { token }, ELSEWHERE)).statusCode).toBe(403);
  expect(victim.cookie).toBe('');
  expect((await victim.post('/login/enter', { token })).statusCode).toBe(303);
});

test('a session changes nothing at the API for another site, and a key needs no origin', async () => {
  const start = { method: 'POST', payload: { wait: false } } as const;
  const path = '/v1/jobs/trace-line/runs';
  expect((await browser.request(path, { ...start, headers: ELSEWHERE })).statusCode).toBe(403);
  expect((await browser.request(path, start)).statusCode).toBe(403);
  expect((await api.request('finance', path, start)).statusCode).toBe(400);
});

test('pages are shown in no frame, run nothing from elsewhere, and stay in no cache', async () => {
  const { headers } = await browser.request('/account');
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['content-security-policy']).not.toContain('unsafe');
  expect(headers['cache-control']).toBe('private, no-store');
  expect(headers['referrer-policy']).toBe('same-origin');
});

test('an unknown address is a page for browsers, and a problem for programs', async () => {
  const page = await browser.request('/nothing');
  expect([page.statusCode, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
  expect(page.body).toContain('There is no such page.');
  for (const [url, accept] of [
    ['/nothing', '*/*'],
    ['/v1/nothing', 'text/html'],
  ] as const) {
    const problem = await browser.request(url, { headers: { accept } });
    expect([problem.statusCode, problem.json().status]).toEqual([404, 404]);
  }
});
