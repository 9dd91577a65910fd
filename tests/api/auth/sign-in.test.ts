import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { requireNextPath } from '../../../api/auth/next-path.ts';
import { requirePerson, revokeRoles } from '../../../api/auth/people.ts';
import { buildApp } from '../../../api/http/app.ts';
import { openTestApi, type TestApi } from '../test-api.ts';
import { addressOf, Browser, linkFor, logIn, ORIGIN, personWith, tokenIn } from '../test-people.ts';
import { testSignIn } from '../test-sign-in.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());
// Another person for each test: links are counted by address.
let email = '';
let count = 0;
beforeEach(async () => {
  count += 1;
  ({ email } = await personWith(api, 'finance', { email: `finance-${count}@example.com` }));
});

const lastAct = () =>
  api.services.operational.selectFrom('audit_log').selectAll().orderBy('entry', 'desc').executeTakeFirstOrThrow();

describe('a link', () => {
  test('logs in once, and is stored as a hash', async () => {
    const link = await linkFor(api, email);
    const stored = JSON.stringify(
      await api.services.operational
        .withTables<{ verifications: { value: string } }>()
        .selectFrom('verifications')
        .selectAll()
        .execute(),
    );
    expect(stored).not.toContain(tokenIn(link));
    const browser = new Browser(api);
    // Programs that check mails open it, which does nothing.
    expect((await browser.request(link)).statusCode).toBe(200);
    const entered = await browser.post('/login/enter', { token: tokenIn(link) });
    expect([entered.statusCode, entered.headers.location]).toEqual([303, '/']);
    expect(entered.cookies).toMatchObject([
      { name: 'tantieme.session_token', httpOnly: true, sameSite: 'Lax', path: '/' },
      { name: 'tantieme.known', httpOnly: true, sameSite: 'Lax', path: '/login' },
    ]);
    expect((await browser.request('/account')).body).toContain(email);
    const again = new Browser(api);
    const refused = await again.post('/login/enter', { token: tokenIn(link) });
    expect([refused.statusCode, again.cookie]).toEqual([400, '']);
    expect(refused.body).toContain('it was used, or is older than 15 minutes');
  });

  test('does not log in when it is too old', async () => {
    const link = await linkFor(api, email);
    await api.services.operational
      .withTables<{ verifications: { expires_at: string } }>()
      .updateTable('verifications')
      .set({ expires_at: '2020-01-01T00:00:00Z' })
      .execute();
    expect((await new Browser(api).post('/login/enter', { token: tokenIn(link) })).statusCode).toBe(400);
  });

  test('is sent to nobody unknown, and the answer is the same', async () => {
    const before = api.mails.length;
    const [known, unknown] = [
      await new Browser(api).post('/login', { email }),
      await new Browser(api).post('/login', { email: 'nobody@example.com' }),
    ];
    await api.signIn.idle();
    expect(api.mails.slice(before).map(({ to }) => to)).toEqual([email]);
    const shown = ({ statusCode, headers: { location }, body }: typeof known) => ({ statusCode, location, body });
    expect(shown(unknown)).toEqual(shown(known));
  });

  test('leads to the page that was asked for', async () => {
    const first = await new Browser(api).request('/account?done=x');
    expect(first.headers.location).toBe('/login?next=%2Faccount%3Fdone%3Dx');
    const login = await new Browser(api).request(String(first.headers.location));
    expect(login.body).toContain('name="next" value="/account?done=x"');
    const link = await linkFor(api, email, '/account?done=x');
    const next = new URL(link, ORIGIN).searchParams.get('next') ?? '';
    const entered = await new Browser(api).post('/login/enter', { token: tokenIn(link), next });
    expect(entered.headers.location).toBe('/account?done=x');
  });
});

test.each([
  ['/statements/stmt_1?x=1', '/statements/stmt_1?x=1'],
  [undefined, '/'],
  ['https://elsewhere.example', '/'],
  ['//elsewhere.example', '/'],
  ['/\\elsewhere.example', '/'],
  ['/..//elsewhere.example', '/'],
  ['/%2e%2e//elsewhere.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/\t/elsewhere.example', '/'],
  ['/logout', '/'],
  ['/login?next=/login', '/'],
])('after logging in, %j becomes %j', (wanted, expected) => {
  expect(requireNextPath(wanted)).toBe(expected);
});

test('an address that is too long to lead on to is refused, not cut', async () => {
  expect(() => requireNextPath(`/oauth2/authorize?state=${'x'.repeat(1000)}`)).toThrow(/more than 1000 characters/);
  const response = await new Browser(api).request(`/login?next=/${'x'.repeat(1000)}`);
  expect([response.statusCode, response.body]).toEqual([400, expect.stringContaining('more than 1000 characters')]);
});

describe('a session', () => {
  test('is ended by logging in again, by its owner, and by logging out', async () => {
    const browser = await logIn(api, email);
    const before = browser.cookie;
    await browser.post('/login/enter', { token: tokenIn(await linkFor(api, email)) });
    expect(browser.cookie).not.toBe(before);
    const statusOf = async (cookie: string) =>
      (await api.app.inject({ url: '/v1/runs', headers: { cookie } })).statusCode;
    expect([await statusOf(before), await statusOf(browser.cookie)]).toEqual([401, 200]);
    const other = await logIn(api, email);
    const { body } = await browser.request('/account');
    const ids = [...body.matchAll(/name="session" value="([^"]+)"/g)].map(([, id = '']) => id);
    const own = /\(this one\).*?value="([^"]+)"/s.exec(body)?.[1];
    for (const id of ids) if (id !== own) await browser.post('/account', { act: 'end', session: id });
    expect([await statusOf(other.cookie), await statusOf(browser.cookie)]).toEqual([401, 200]);
    const left = browser.cookie;
    await browser.post('/logout');
    // Only the mark that this browser is known stays.
    expect([browser.cookie, await statusOf(left)]).toEqual([expect.stringMatching(/^tantieme\.known=[\w-]+$/), 401]);
  });

  test('with a browser that is new to its person is mailed to them, once', async () => {
    const { email: other } = await personWith(api, 'finance', { email: 'another@example.com' });
    const browser = new Browser(api);
    for (const each of [email, other, email]) {
      const link = await api.signIn.invitationLink(await requirePerson(api.services, each));
      await browser.post('/login/enter', { token: tokenIn(link) }, { 'user-agent': 'Netscape' });
    }
    const mailed = async (address: string) =>
      (await api.services.operational.selectFrom('notices').selectAll().where('address', '=', address).execute()).map(
        ({ kind, body }) => `${kind}: ${body}`,
      );
    const said = expect.stringMatching(/^logged-in: .* for it before: Netscape, from the address 10\./);
    expect([await mailed(email), await mailed(other)]).toEqual([[said], [said]]);
    await logIn(api, email);
    expect(await mailed(email)).toHaveLength(2);
  });

  test('of somebody else cannot be ended', async () => {
    await personWith(api, 'analyst');
    const victim = await logIn(api, email);
    const [session] = await api.signIn.sessionsOf((await requirePerson(api.services, email)).id);
    const attacker = await logIn(api, addressOf('analyst'));
    await attacker.post('/account', { act: 'end', session: session?.id ?? '' });
    expect((await victim.request('/account')).statusCode).toBe(200);
  });

  test('does not last longer than a week, and neither forged nor without its signature', async () => {
    const browser = await logIn(api, email);
    const { operational } = api.services;
    const [, token = ''] = /session_token=([^.;]+)/.exec(browser.cookie) ?? [];
    const unsigned = { cookie: `tantieme.session_token=${token}` };
    expect((await api.app.inject({ url: '/v1/runs', headers: unsigned })).statusCode).toBe(401);
    expect((await browser.request('/v1/runs')).statusCode).toBe(200);
    await operational.updateTable('sessions').set({ created_at: '2026-01-26T05:59:59Z' }).execute();
    expect((await browser.request('/v1/runs')).statusCode).toBe(401);
    expect(await operational.selectFrom('sessions').select('id').where('token', '=', token).execute()).toEqual([]);
  });

  test('ends with the roles of its person, and no link makes another one', async () => {
    const person = await personWith(api, 'operator');
    const browser = await logIn(api, person.email);
    const link = await linkFor(api, person.email);
    await revokeRoles(api.services, { idOrEmail: person.email, by: 'test' });
    expect((await browser.request('/v1/runs')).statusCode).toBe(401);
    const entered = await new Browser(api).post('/login/enter', { token: tokenIn(link) });
    expect([entered.statusCode, entered.cookies]).toEqual([400, []]);
    expect(await api.signIn.sessionsOf(person.id)).toEqual([]);
  });
});

test('over https a session has a cookie that is sent over https only', async () => {
  const url = 'https://pages.example';
  const { signIn } = testSignIn(api.services, url);
  const app = buildApp({ services: api.services, sources: [], signIn });
  const token = tokenIn(await signIn.invitationLink(await requirePerson(api.services, email)));
  const headers = { origin: url, 'content-type': 'application/x-www-form-urlencoded' };
  const entered = await app.inject({ method: 'POST', url: '/login/enter', headers, payload: `token=${token}` });
  expect(entered.cookies).toMatchObject([
    { name: '__Secure-tantieme.session_token', secure: true, httpOnly: true },
    { name: 'tantieme.known', secure: true, httpOnly: true },
  ]);
  const cookie = String(entered.headers['set-cookie']).split(';')[0] ?? '';
  expect((await app.inject({ url: '/account', headers: { cookie } })).statusCode).toBe(200);
  await app.close();
});

describe('the audit log', () => {
  test('has who logged in, and who failed to', async () => {
    const { id } = await requirePerson(api.services, email);
    await logIn(api, email);
    expect(await lastAct()).toMatchObject({ act: 'log in', actor_id: id, actor_kind: 'person', status: 303 });
    await new Browser(api).post('/login/enter', { token: 'guessed' });
    expect(await lastAct()).toMatchObject({
      act: 'log in',
      actor_kind: 'nobody',
      status: 400,
      address: expect.stringMatching(/^10\./),
    });
  });
});
