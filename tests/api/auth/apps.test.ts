import * as client from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ListedApp, registerApp, revokeApp } from '../../../api/auth/apps.ts';
import { invite, type Person, requirePerson, revokeRoles } from '../../../api/auth/people.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { fillMarts, openTestApi, type TestApi } from '../test-api.ts';
import { addressOf, type Browser, giveFactor, logIn, ORIGIN, personWith } from '../test-people.ts';

/** The flow of OAuth 2.1 with openid-client as the app, and a person with two accounts as the browser. */

const REDIRECT = 'https://ledgerly.example/callback';
const SCOPE = 'earnings:read offline_access';

let api: TestApi;
let browser: Browser;
let person: Person;
let app: ListedApp;
let config: client.Configuration;
beforeAll(async () => {
  api = await openTestApi();
  await fillMarts(api.services);
});
afterAll(() => api.close());
let count = 0;
beforeEach(async () => {
  count += 1;
  const email = `ada-${count}@example.com`;
  person = await personWith(api, 'creator', { email, name: 'Ada' });
  await invite(api.services, { email, role: 'creator', subjectId: 'cr_ben', by: 'test' });
  browser = await logIn(api, email);
  const made = await registerApp(api.services, {
    ...{ name: 'Ledgerly', redirectUris: [REDIRECT, 'http://127.0.0.1/callback'], isPublic: false, by: 'test' },
  });
  app = made.app;
  config = await configOf(app, client.ClientSecretBasic(made.secret));
});

/** What a client of OAuth reads of the server, whose requests reach the application directly. */
async function configOf({ app_id }: ListedApp, auth: client.ClientAuth): Promise<client.Configuration> {
  const options: client.DiscoveryRequestOptions = { algorithm: 'oauth2', execute: [client.allowInsecureRequests] };
  options[client.customFetch] = fetchApp;
  return client.discovery(new URL(ORIGIN), app_id, {}, auth, options);
}

const fetchApp: client.CustomFetch = async (url, { method, headers, body }) => {
  const payload = body === undefined || body === null ? {} : { payload: String(body) };
  const request = { method: method as 'GET', url: url.slice(ORIGIN.length), headers, remoteAddress: `10.9.${count}.1` };
  const response = await api.app.inject({ ...request, ...payload });
  const given = Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)]);
  return new Response(response.body, { status: response.statusCode, headers: given });
};

interface Question {
  readonly config?: client.Configuration;
  readonly scope?: string;
  readonly redirect_uri?: string;
  readonly more?: Readonly<Record<string, string>>;
}

/** Sends the browser to ask the person. */
async function ask({ config: of = config, scope = SCOPE, redirect_uri = REDIRECT, more }: Question = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const code_challenge = await client.calculatePKCECodeChallenge(verifier);
  const state = client.randomState();
  const pkce = { code_challenge, code_challenge_method: 'S256' };
  const address = client.buildAuthorizationUrl(of, { redirect_uri, scope, state, ...pkce, ...more });
  const asked = await browser.request(address.pathname + address.search);
  return { asked, location: String(asked.headers.location), verifier, state };
}

/** The person answers on the page. Returns where the browser is sent. */
async function answer(location: string, form: Readonly<Record<string, string>>) {
  const { pathname, search } = new URL(location, ORIGIN);
  const page = await browser.request(pathname + search);
  const action = requirePresent(/action="(\/oauth2\/consent\/[^"]+)"/.exec(page.body)?.[1], page.body);
  const answered = await browser.post(action, { question: search.slice(1), ...form });
  return { page, answered, url: new URL(String(answered.headers.location), ORIGIN) };
}

/** The whole flow up to the tokens, for cr_ada. */
async function letIn(question: Question = {}) {
  const { location, verifier, state } = await ask(question);
  const { url } = await answer(location, { act: 'allow', account: 'creator:cr_ada' });
  const grant = () =>
    client.authorizationCodeGrant(question.config ?? config, url, { pkceCodeVerifier: verifier, expectedState: state });
  return { url, grant, tokens: await grant() };
}

const statusWith = async (token: string, path = '/v1/creators/cr_ada/balances') =>
  (await api.app.inject({ url: path, headers: { authorization: `Bearer ${token}` } })).statusCode;

const refresh = (tokens: client.TokenEndpointResponse) => client.refreshTokenGrant(config, tokens.refresh_token ?? '');

const lastAct = () =>
  api.services.operational.selectFrom('audit_log').selectAll().orderBy('entry', 'desc').executeTakeFirstOrThrow();

describe('an app that was let in', () => {
  test('sees what was allowed, for the account that was chosen, and nothing else', async () => {
    const { location } = await ask();
    const { page } = await answer(location, { act: 'refuse' });
    expect(page.body).toContain('see your earnings, your balance and your payouts');
    expect(page.body).toContain('value="creator:cr_ben"');
    expect(page.headers['content-security-policy']).toContain("form-action 'self' https://ledgerly.example");
    const { tokens } = await letIn();
    expect(tokens).toMatchObject({ token_type: 'bearer', scope: SCOPE, expires_in: 3600 });
    const statements = '/v1/statements?creator_id=cr_ada';
    const paths = ['/v1/creators/cr_ada/balances', '/v1/creators/cr_ben/balances', statements];
    const statuses = [];
    for (const path of paths) statuses.push(await statusWith(tokens.access_token, path));
    expect(statuses).toEqual([200, 404, 403]);
    const refused = await api.app.inject({
      url: statements,
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(refused.headers['www-authenticate']).toBe('Bearer error="insufficient_scope", scope="statements:read"');
  });

  test('is named in the audit log, with the person', async () => {
    const { tokens } = await letIn();
    const issued = await lastAct();
    expect(issued).toMatchObject({ act: 'issue tokens to an app', actor_kind: 'app', actor_id: person.id });
    expect(issued.done_by).toBe('Ada by the app Ledgerly');
    await api.app.inject({
      ...{ method: 'DELETE', url: '/v1/app-consents/none' },
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(await lastAct()).toMatchObject({
      act: 'withdrawAppConsent',
      status: 403,
      done_by: 'Ada by the app Ledgerly',
    });
  });

  test('leaves neither tokens nor secrets in the store', async () => {
    const { tokens } = await letIn();
    const { operational } = api.services;
    const stored = JSON.stringify([
      await operational.selectFrom('apps').selectAll().execute(),
      await operational.selectFrom('app_access_tokens').selectAll().execute(),
      await operational.selectFrom('app_refresh_tokens').selectAll().execute(),
    ]);
    for (const token of [tokens.access_token, tokens.refresh_token]) expect(stored).not.toContain(token?.slice(4));
  });

  test('is given no refresh token without the scope for it, and none after an hour', async () => {
    const { tokens } = await letIn({ scope: 'earnings:read' });
    expect(tokens.refresh_token).toBeUndefined();
    await api.services.operational
      .updateTable('app_access_tokens')
      .set({ expires_at: '2026-02-02T06:00:00Z' })
      .execute();
    expect(await statusWith(tokens.access_token)).toBe(401);
  });

  test('may be a public one on a port of its own, without a secret', async () => {
    const uris = { name: 'Desk', redirectUris: ['http://127.0.0.1/callback'], isPublic: true, by: 'test' };
    const { app: desk, secret } = await registerApp(api.services, uris);
    expect(secret).toBeUndefined();
    const { url, tokens } = await letIn({
      ...{ config: await configOf(desk, client.None()), redirect_uri: 'http://127.0.0.1:53111/callback' },
    });
    expect(url.port).toBe('53111');
    expect(await statusWith(tokens.access_token)).toBe(200);
  });
});

describe('refused is', () => {
  test('a code with a wrong verifier', async () => {
    const { location, state } = await ask();
    const { url } = await answer(location, { act: 'allow', account: 'creator:cr_ada' });
    const checks = { pkceCodeVerifier: client.randomPKCECodeVerifier(), expectedState: state };
    const grant = client.authorizationCodeGrant(config, url, checks);
    await expect(grant).rejects.toMatchObject({ error: 'invalid_grant', status: 400 });
    expect(await lastAct()).toMatchObject({ act: 'issue tokens to an app', actor_kind: 'nobody', status: 400 });
  });

  test('a question without PKCE, or with a plain one', async () => {
    for (const more of [{ code_challenge_method: 'plain' }, { code_challenge: '', code_challenge_method: '' }]) {
      const { location } = await ask({ more });
      expect(location).toMatch(/^https:\/\/ledgerly\.example\/callback\?error=invalid_request/);
    }
  });

  test('a code that was used, which ends what it gave', async () => {
    const { grant, tokens } = await letIn();
    await expect(grant()).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(await statusWith(tokens.access_token)).toBe(401);
    await expect(refresh(tokens)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('a refresh token that was used, which ends the whole family', async () => {
    const { tokens } = await letIn();
    const second = await refresh(tokens);
    expect(second.refresh_token).not.toBe(tokens.refresh_token);
    expect(await statusWith(second.access_token)).toBe(200);
    await expect(refresh(tokens)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(await statusWith(second.access_token)).toBe(401);
    await expect(refresh(second)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('a redirect address that is not registered, without going there', async () => {
    for (const redirect_uri of ['https://ledgerly.example/callback/more', 'https://elsewhere.example/callback']) {
      const { asked } = await ask({ redirect_uri });
      expect([asked.statusCode, asked.headers.location]).toEqual([400, undefined]);
      expect(asked.body).toContain('invalid redirect uri');
    }
  });

  test('an app that is revoked, and its tokens', async () => {
    const { tokens } = await letIn();
    await revokeApp(api.services, { appId: app.app_id, by: 'test' });
    expect(await statusWith(tokens.access_token)).toBe(401);
    await expect(refresh(tokens)).rejects.toThrow();
    expect((await ask()).asked.body).toContain('client is disabled');
  });

  test('everything once the role has ended', async () => {
    const { tokens } = await letIn();
    await revokeRoles(api.services, { idOrEmail: person.id, by: 'test' });
    expect(await statusWith(tokens.access_token)).toBe(401);
    await expect(refresh(tokens)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('a scope that no app may have, or not this one', async () => {
    for (const scope of ['payout-accounts:create', 'people:manage earnings:read']) {
      expect((await ask({ scope })).location).toContain('error=invalid_scope');
    }
  });

  test('an account of somebody else, and a question that was changed', async () => {
    const { location } = await ask();
    const foreign = await answer(location, { act: 'allow', account: 'creator:cr_eve' });
    expect([foreign.answered.statusCode, foreign.answered.headers.location]).toEqual([400, undefined]);
    const question = location.split('?')[1]?.replace('offline_access', 'statements%3Aread') ?? '';
    const changed = await answer(location, { act: 'allow', account: 'creator:cr_ada', question });
    expect([changed.answered.statusCode, changed.answered.headers.location]).toEqual([400, undefined]);
  });

  test('what the person refuses, and what nobody is logged in for', async () => {
    const { location } = await ask();
    const { url } = await answer(location, { act: 'refuse' });
    expect(url.searchParams.get('error')).toBe('access_denied');
    await browser.post('/logout');
    expect((await ask()).location).toMatch(/^\/login\?next=%2Foauth2%2Fauthorize/);
  });
});

describe('access is taken back', () => {
  test('by the person, on the page of the account', async () => {
    const { tokens } = await letIn();
    const { body } = await browser.request('/account');
    expect(body).toContain('Ledgerly');
    const consent = requirePresent(/name="consent" value="([^"]+)"/.exec(body)?.[1], body);
    const other = await logIn(api, (await personWith(api, 'creator', { email: 'other@example.com' })).email);
    expect((await other.post('/account', { act: 'withdraw', consent })).statusCode).toBe(404);
    expect(await statusWith(tokens.access_token)).toBe(200);
    expect((await browser.post('/account', { act: 'withdraw', consent })).headers.location).toBe(
      '/account?done=withdrawn',
    );
    expect(await statusWith(tokens.access_token)).toBe(401);
    await expect(refresh(tokens)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('by the app itself', async () => {
    const { tokens } = await letIn();
    await client.tokenRevocation(config, tokens.refresh_token ?? '');
    expect(await statusWith(tokens.access_token)).toBe(401);
    await client.tokenRevocation(config, 'ort_unknown');
  });
});

test('an administrator registers and revokes apps on a page, with a second factor', async () => {
  const admin = await logIn(api, (await personWith(api, 'admin')).email);
  expect((await admin.request('/apps')).body).not.toContain('Ledgerly');
  await giveFactor(admin);
  const form = { act: 'register', name: 'Notebook', redirects: 'https://notebook.example/cb\nhttps://b.example/cb' };
  const made = await admin.post('/apps', form);
  const [, secret] = /<code class="code">(ocs_[0-9a-f]{64})<\/code>/.exec(made.body) ?? [];
  expect(secret).toBeDefined();
  const page = (await admin.request('/apps')).body;
  expect(page).toContain('https://notebook.example/cb');
  expect(page).not.toContain(secret);
  const bad = await admin.post('/apps', { ...form, redirects: 'http://notebook.example/cb' });
  expect([bad.statusCode, bad.body]).toEqual([400, expect.stringContaining('is not a redirect address')]);
  await admin.post('/apps', { act: 'revoke', app: (await notebook()).app_id });
  expect((await notebook()).revoked_by).toContain((await requirePerson(api.services, addressOf('admin'))).id);
});

const notebook = async (): Promise<ListedApp> => {
  const { data } = (await api.request('command line', '/v1/apps')).json<{ data: ListedApp[] }>();
  return requirePresent(
    data.find(({ name }) => name === 'Notebook'),
    'The app is not listed.',
  );
};
