import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerByKey, recordKeyUse } from '../../../api/auth/key-caller.ts';
import { apiKeyIdOf } from '../../../api/auth/key-secret.ts';
import { createKey, type KeyRole } from '../../../api/auth/keys.ts';
import { revokeRoles } from '../../../api/auth/people.ts';
import { hasPermission, keyNeedsSecondFactor, scopesOf } from '../../../api/auth/permissions.ts';
import type { Role } from '../../../api/auth/roles.ts';
import { closePeriod } from '../../../jobs/close-period.ts';
import { instant } from '../../../warehouse/clock.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { textOf } from '../portal/browser.ts';
import { fillMarts, NOW, openTestApi, type TestApi } from '../test-api.ts';
import { type Browser, giveFactor, logIn, ORIGIN, personWith } from '../test-people.ts';

/** Keys that people make for themselves. */

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await fillMarts(api.services);
});
afterAll(() => api.close());

const HOUR_MS = 3_600_000;
const IN_AN_HOUR = instant(NOW + HOUR_MS);

async function browserOf(role: Role, email = `${role}@keys.example`): Promise<Browser> {
  await personWith(api, role, { email, name: role });
  return logIn(api, email);
}

const sent = (browser: Browser, method: 'POST' | 'DELETE', path: string, payload?: object) =>
  browser.request(`/v1/keys${path}`, { method, headers: { origin: ORIGIN }, ...(payload && { payload }) });

async function madeBy(browser: Browser, request: object): Promise<string> {
  const response = await sent(browser, 'POST', '', { name: 'mine', ...request });
  expect([response.statusCode, response.body]).toEqual([201, expect.any(String)]);
  return response.json().key;
}

const withKey = async (key: string, url: string): Promise<{ status: number; detail: unknown }> => {
  const response = await api.app.inject({ url, headers: { authorization: `Bearer ${key}` } });
  const detail = response.statusCode < 400 ? undefined : response.json().detail;
  return { status: response.statusCode, detail };
};

describe('a person', () => {
  test.each<[role: Role, request: { role: KeyRole; creator_id?: string; developer_id?: string }, status: number]>([
    ['creator', { role: 'creator', creator_id: 'cr_ada' }, 201],
    ['creator', { role: 'creator', creator_id: 'cr_ben' }, 403],
    ['creator', { role: 'finance' }, 403],
    ['developer', { role: 'developer', developer_id: 'dev_1' }, 201],
    ['developer', { role: 'developer', developer_id: 'dev_2' }, 403],
    ['developer', { role: 'creator', creator_id: 'cr_ada' }, 403],
    ['analyst', { role: 'analyst' }, 201],
    ['analyst', { role: 'operator' }, 403],
    // What moves money needs the second factor.
    ['finance', { role: 'finance' }, 403],
    ['admin', { role: 'analyst' }, 403],
  ])('with the role %s asks for %o: %i', async (role, request, status) => {
    const response = await sent(await browserOf(role), 'POST', '', { name: 'mine', ...request });
    expect(response.statusCode).toBe(status);
  });

  test('sees and changes only its own keys', async () => {
    const mine = await madeBy(await browserOf('analyst'), { role: 'analyst' });
    const other = await browserOf('analyst', 'another@keys.example');
    const path = `/${apiKeyIdOf(mine)}`;
    expect((await other.request('/v1/keys')).json().data).toEqual([]);
    for (const response of [
      await sent(other, 'DELETE', path),
      await sent(other, 'DELETE', `${path}/former-secret`),
      await sent(other, 'POST', `${path}/rotations`, {}),
    ]) {
      expect(response.statusCode).toBe(404);
    }
    expect((await withKey(mine, '/v1/marts')).status).toBe(200);
  });

  test('makes a key that moves money only with the second factor, and is the person who did what the key does', async () => {
    const browser = await browserOf('finance');
    await giveFactor(browser);
    const key = await madeBy(browser, { role: 'finance' });
    const run = await api.app.inject({
      ...{ method: 'POST', url: `/v1/jobs/${closePeriod.name}/runs`, headers: { authorization: `Bearer ${key}` } },
      payload: { period: '2026-01', wait: true },
    });
    expect(run.json().started_by).toMatch(/^finance \(person_/);
    expect(keyNeedsSecondFactor('finance', ['jobs:start'])).toBe(true);
    expect(keyNeedsSecondFactor('finance', ['exceptions:acknowledge'])).toBe(false);
    expect(['creator', 'developer', 'analyst'].filter((role) => keyNeedsSecondFactor(role as KeyRole))).toEqual([]);
  });
});

describe('a key', () => {
  test('does nothing beyond its scopes', async () => {
    const key = await createKey(api.services, { name: 'narrow', role: 'finance', scopes: ['exceptions:read'] });
    expect((await withKey(key, '/v1/periods/2026-01/exceptions')).status).toBe(200);
    expect(await withKey(key, '/v1/payouts/2026-01')).toEqual({
      status: 403,
      detail: 'narrow lacks the scope payouts:read, which this request needs.',
    });
    expect((await withKey(key, '/v1/people')).detail).toMatch(/needs the role admin/);
  });

  test('that a creator has made sets tax forms only by a scope, for which a second factor was given', () => {
    const made = { kind: 'key', roles: ['creator'], madeBy: { id: 'person_1', name: 'Ada' } } as const;
    expect(hasPermission(made, 'tax-profiles:read')).toBe(true);
    expect(hasPermission(made, 'tax-profiles:set')).toBe(false);
    expect(hasPermission({ ...made, scopes: ['tax-profiles:set'] }, 'tax-profiles:set')).toBe(true);
    expect(hasPermission({ kind: 'key', roles: ['creator'] }, 'tax-profiles:set')).toBe(true);
    expect(hasPermission({ ...made, roles: ['finance'] }, 'tax-profiles:set')).toBe(true);
    expect(keyNeedsSecondFactor('creator', ['tax-profiles:set'])).toBe(true);
  });

  test('makes no keys, and a creator’s opens no payout account', () => {
    expect(
      (['creator', 'developer', 'finance'] as const).filter((role) => scopesOf(role).includes('keys:own')),
    ).toEqual([]);
    expect(scopesOf('creator')).not.toContain('payout-accounts:create');
    expect(scopesOf('finance')).toContain('payout-accounts:create');
  });

  test('is refused once it has expired, and says so', async () => {
    const key = await createKey(api.services, { name: 'brief', role: 'analyst', expiresAt: IN_AN_HOUR });
    const at = (now: number) => callerByKey({ ...api.services, clock: { now: () => now } })(key);
    expect(await at(NOW + HOUR_MS - 1)).toMatchObject({ roles: ['analyst'] });
    expect(await at(NOW + HOUR_MS)).toEqual({
      because: `The API key brief expired at ${IN_AN_HOUR}; make another one.`,
    });
  });

  test('ends with the role of the person who made it', async () => {
    const key = await madeBy(await browserOf('operator', 'leaving@keys.example').then(withFactor), {
      role: 'operator',
    });
    expect((await withKey(key, '/v1/marts')).status).toBe(200);
    await revokeRoles(api.services, { idOrEmail: 'leaving@keys.example', by: 'test' });
    expect(await withKey(key, '/v1/marts')).toEqual({
      status: 401,
      detail: expect.stringMatching(
        /^The API key mine does not work any more: who made it no longer has the role operator/,
      ),
    });
  });

  test('of an administrator ends with that role', async () => {
    const key = await madeBy(await browserOf('admin', 'eve@keys.example').then(withFactor), { role: 'finance' });
    expect((await withKey(key, '/v1/marts')).status).toBe(200);
    await revokeRoles(api.services, { idOrEmail: 'eve@keys.example', by: 'test' });
    expect((await withKey(key, '/v1/marts')).status).toBe(401);
  });

  test('shows to the minute when it was last used, written once a minute', async () => {
    const key = await createKey(api.services, { name: 'used', role: 'analyst' });
    const id = apiKeyIdOf(key);
    const { operational } = api.services;
    let now = NOW + 59_000;
    const use = recordKeyUse({ operational, clock: { now: () => now } });
    const lastUsed = async () => {
      use.note(id);
      await use.idle();
      const row = await operational.selectFrom('api_keys').selectAll().where('api_key_id', '=', id).executeTakeFirst();
      return requirePresent(row, id).last_used_at;
    };
    expect(await lastUsed()).toBe('2026-02-02T06:00:00.000Z');
    await operational.updateTable('api_keys').set({ last_used_at: null }).where('api_key_id', '=', id).execute();
    expect(await lastUsed()).toBe(null);
    now += 1000;
    expect(await lastUsed()).toBe('2026-02-02T06:01:00.000Z');
  });
});

async function withFactor(browser: Browser): Promise<Browser> {
  await giveFactor(browser);
  return browser;
}

describe('rotation', () => {
  const rotated = async (key: string, payload: object = {}) =>
    api.request('command line', `/v1/keys/${apiKeyIdOf(key)}/rotations`, { method: 'POST', payload });
  const works = async (key: string, now = NOW): Promise<boolean> =>
    (await callerByKey({ ...api.services, clock: { now: () => now } })(key)) !== undefined;

  test('makes a second secret; the first goes on until it is revoked', async () => {
    const first = await createKey(api.services, { name: 'rotated', role: 'analyst' });
    const second: string = (await rotated(first)).json().key;
    expect([await works(first, NOW + 1000 * HOUR_MS), await works(second), apiKeyIdOf(second)]).toEqual([
      true,
      true,
      apiKeyIdOf(first),
    ]);
    const third = await rotated(second);
    expect([third.statusCode, third.json().detail]).toEqual([409, expect.stringMatching(/has two secrets already/)]);

    const former = { method: 'DELETE', url: `/v1/keys/${apiKeyIdOf(first)}/former-secret` } as const;
    expect((await api.request('command line', former.url, former)).json()).toMatchObject({ has_former_secret: false });
    expect([await works(first), await works(second)]).toEqual([false, true]);
    expect((await api.request('command line', former.url, former)).statusCode).toBe(409);
    expect((await rotated(second)).statusCode).toBe(201);
  });

  test('ends the first at a stated time, and then the key can be rotated again', async () => {
    const first = await createKey(api.services, { name: 'timed', role: 'analyst' });
    expect((await rotated(first, { former_ends_at: instant(NOW) })).statusCode).toBe(400);
    const second: string = (await rotated(first, { former_ends_at: IN_AN_HOUR })).json().key;
    expect([await works(first), await works(first, NOW + HOUR_MS), await works(second, NOW + HOUR_MS)]).toEqual([
      ...[true, false, true],
    ]);
    const { data } = (await api.request('command line', '/v1/keys')).json();
    const listed = data.find((each: { name: string }) => each.name === 'timed');
    expect(listed).toMatchObject({ has_former_secret: true, former_ends_at: IN_AN_HOUR });
  });

  test('of a revoked key is refused, and revoking ends both secrets', async () => {
    const first = await createKey(api.services, { name: 'ended', role: 'analyst' });
    const second: string = (await rotated(first)).json().key;
    await api.request('command line', `/v1/keys/${apiKeyIdOf(first)}`, { method: 'DELETE' });
    expect([await works(first), await works(second), (await rotated(first)).statusCode]).toEqual([false, false, 409]);
  });
});

describe('the page', () => {
  const idIn = (page: string): string => requirePresent(/name="key" value="(key_\w+)"/.exec(page)?.[1], page);
  const keyIn = (page: string): string => requirePresent(/rk_\w+/.exec(page)?.[0], page);

  test('makes a key of the developer, shows it once, rotates and revokes it', async () => {
    const browser = await browserOf('developer', 'finn@keys.example');
    const form = {
      act: 'make',
      role: 'developer',
      subject_id: 'dev_1',
      name: '<b>CI</b>',
      'scope:documents:read': 'on',
    };
    const made = await browser.post('/keys', form);
    expect(made.statusCode).toBe(200);
    const first = keyIn(made.body);
    const { body: page } = await browser.request('/keys');
    expect(page).toContain('developer dev_1: documents:read');
    expect(page).toContain('&lt;b>CI&lt;/b>');
    expect(page).not.toContain('rk_');
    expect((await withKey(first, '/v1/documents')).status).toBe(200);

    const rotated = await browser.post('/keys', { act: 'rotate', key: idIn(page), former: 'week' });
    expect([rotated.statusCode, keyIn(rotated.body) === first]).toEqual([200, false]);
    expect(textOf((await browser.request('/keys')).body)).toContain('the former one until 9 Feb 2026');
    expect((await browser.post('/keys', { act: 'revoke-former', key: idIn(page) })).statusCode).toBe(303);
    expect((await withKey(first, '/v1/documents')).status).toBe(401);
    expect((await browser.post('/keys', { act: 'revoke', key: idIn(page) })).statusCode).toBe(303);
    expect((await withKey(keyIn(rotated.body), '/v1/documents')).status).toBe(401);
  });

  test('leads finance to the second factor for a key that moves money', async () => {
    const response = await (await browserOf('finance', 'ada@keys.example')).post('/keys', {
      ...{ act: 'make', role: 'finance', name: 'Pay' },
    });
    expect([response.statusCode, response.headers.location]).toEqual([303, '/account/second-factor?next=%2Fkeys']);
  });

  test('has no form for an approver', async () => {
    expect((await (await browserOf('approver')).request('/keys')).statusCode).toBe(403);
  });
});
