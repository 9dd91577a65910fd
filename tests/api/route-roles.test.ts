import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { APP_PERMISSIONS } from '../../api/auth/app-scopes.ts';
import type { Caller } from '../../api/auth/caller.ts';
import { hasPermission, needsSecondFactor, PERMISSIONS, type Permission } from '../../api/auth/permissions.ts';
import { OUTSIDE_ROLES, ROLES, type Role } from '../../api/auth/roles.ts';
import { pageApi } from '../../api/portal/page-api.ts';
import { PAGES } from '../../api/portal/pages.ts';
import { Forbidden } from '../../warehouse/errors.ts';
import { FULL_RUN } from '../support/full-run.ts';
import { type As, fillMarts, openTestApi, type TestApi } from './test-api.ts';
import { Browser, logIn, ORIGIN, personWith } from './test-people.ts';

/** Every route with every kind of caller: what is refused, by the table of permissions, and that nothing else is. */

let api: TestApi;
let routes: Route[];
beforeAll(async () => {
  api = await openTestApi();
  await fillMarts(api.services);
  routes = routesOf(api);
});
afterAll(() => api.close());

interface Route {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE' | 'PUT';
  /** With made-up parameters: what may be done is decided before they are looked at. */
  readonly path: string;
  readonly roles: readonly string[];
  readonly permission: Permission;
}

function routesOf({ openapi }: TestApi): Route[] {
  return Object.entries(openapi.paths).flatMap(([template, operations]) =>
    Object.entries(operations).flatMap(([verb, { 'x-roles': roles, 'x-permission': permission }]) => {
      if (!roles) return [];
      const method = verb.toUpperCase() as Route['method'];
      return [
        { name: `${method} ${template}`, method, path: filled(template), roles, permission: permission as Permission },
      ];
    }),
  );
}

function filled(template: string): string {
  const values: Readonly<Record<string, string>> = { period: '2026-01', year: '2026', creator_id: 'cr_none' };
  return template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? 'none').replace(/^\/v1/, '');
}

/** A person, as if logged in. */
const personOf = (role: Role, isVerified: boolean): Caller => ({
  ...{ kind: 'person', id: `person_${role}`, name: role, roles: [role], isVerified },
  creatorIds: role === 'creator' ? ['cr_ada'] : [],
  developerIds: role === 'developer' ? ['dev_1'] : [],
});

/** Whether the API refuses a page that asks for this person; whatever it says after authorization is no refusal. */
async function isRefused(caller: Caller, { method, path }: Route): Promise<boolean> {
  const made = pageApi(api.app, { caller, origin: ORIGIN, address: '127.0.0.1' });
  try {
    await (method === 'GET' ? made.get(path) : made.send(method, path, method === 'POST' ? {} : undefined));
    return false;
  } catch (error) {
    return error instanceof Forbidden;
  }
}

describe.each(ROLES)('a person with the role %s', (role) => {
  test('may do what the table says, and what needs a second factor only with one', async () => {
    const found: string[] = [];
    const expected: string[] = [];
    for (const route of routes) {
      const has = hasPermission(personOf(role, true), route.permission);
      // What is allowed is then done, which takes longer.
      if (has && !FULL_RUN && !needsSecondFactor({ permission: route.permission })) continue;
      expected.push(`${route.name}: ${has ? 'allowed' : 'refused'}`);
      found.push(`${route.name}: ${(await isRefused(personOf(role, true), route)) ? 'refused' : 'allowed'}`);
      if (!needsSecondFactor({ permission: route.permission })) continue;
      expected.push(`${route.name} without: refused`);
      found.push(`${route.name} without: ${(await isRefused(personOf(role, false), route)) ? 'refused' : 'allowed'}`);
    }
    expect(found).toEqual(expected);
  });
});

const KEYS = ['creator', 'developer', 'analyst', 'finance', 'operator', 'command line'] as const;

describe.each<As>(['nobody', ...(FULL_RUN ? KEYS : [])])('%s without a session', (as) => {
  test('may do what the document says', async () => {
    const roles: readonly string[] = as === 'command line' ? ['operator', as] : [as];
    const found: string[] = [];
    const expected: string[] = [];
    for (const { name, method, path, roles: needed, permission } of routes) {
      const isForKeys = as === 'command line' || !['keys:own', 'account:manage'].includes(permission);
      const payload = method === 'POST' ? { payload: {} } : {};
      const { statusCode } = await api.app.inject({
        // Attempts of nobody known are counted by address.
        ...{ method, url: `/v1${path}`, ...payload, remoteAddress: `10.8.0.${found.length % 200}` },
        headers: headersOf(as),
      });
      expected.push(
        `${name}: ${as === 'nobody' ? 401 : isForKeys && roles.some((role) => needed.includes(role)) ? 'allowed' : 403}`,
      );
      found.push(`${name}: ${[401, 403, 500].includes(statusCode) ? statusCode : 'allowed'}`);
    }
    expect(found).toEqual(expected);
  });
});

const headersOf = (as: As): Record<string, string> => {
  const key = api.keyOf(as);
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
};

describe('pages', () => {
  test('are for those whose roles have their permission', async () => {
    const found: string[] = [];
    const expected: string[] = [];
    for (const role of ROLES) {
      const browser = await logIn(api, (await personWith(api, role)).email);
      for (const { path, permission } of PAGES) {
        const { statusCode } = await browser.request(path.replace(/:(\w+)/g, 'none'));
        const mayNot = permission !== undefined && !hasPermission(personOf(role, false), permission);
        expected.push(`${role} ${path}: ${mayNot ? 403 : 'allowed'}`);
        found.push(`${role} ${path}: ${[403, 500].includes(statusCode) ? statusCode : 'allowed'}`);
      }
    }
    expect(found).toEqual(expected);
  });

  test('lead whoever has not logged in to log in', async () => {
    const nobody = new Browser(api);
    for (const { path, outside } of PAGES) {
      const url = path.replace(/:(\w+)/g, 'none');
      if (outside) continue;
      const { statusCode, headers } = await nobody.request(url);
      expect([statusCode, headers.location]).toEqual([303, `/login?next=${encodeURIComponent(url)}`]);
    }
  });
});

describe('the table of permissions', () => {
  const permissionsOf = (role: Role): Permission[] =>
    (Object.keys(PERMISSIONS) as Permission[]).filter(
      // Everybody's own account is nobody else's.
      (each) => each !== 'account:manage' && hasPermission(personOf(role, true), each),
    );

  test('lets those outside decide and list nothing of others', () => {
    const ofStaff =
      /^(jobs|keys:manage|people|audit|runs|stores|quarantine|periods|exceptions|corrections|marts|traces)|:(decide|export|list|reveal|erase|file)$/;
    expect([...permissionsOf('creator'), ...permissionsOf('developer')].filter((each) => ofStaff.test(each))).toEqual(
      [],
    );
    expect(OUTSIDE_ROLES).toEqual(['creator', 'developer']);
  });

  test('lets analysts only read, and administrators do nothing but let others in', () => {
    expect(permissionsOf('analyst').filter((each) => !/:(read|list)$/.test(each))).toEqual([
      ...['marts:query', 'keys:own'],
    ]);
    expect(permissionsOf('admin')).toEqual(['keys:own', 'keys:manage', 'people:manage', 'apps:manage', 'audit:read']);
  });

  test('lets apps only read what creators or developers may, without a second factor', () => {
    for (const permission of APP_PERMISSIONS) {
      expect([permission, needsSecondFactor({ permission })]).toEqual([permission, false]);
      expect([permission, PERMISSIONS[permission].some((role) => OUTSIDE_ROLES.includes(role))]).toEqual([
        permission,
        true,
      ]);
      expect(permission).toMatch(/:read$/);
    }
  });

  test('asks for a second factor for whatever sends money, opens every number, or lets others in', () => {
    const verified = ['payouts:decide', 'payout-accounts:create', 'tax-years:export', 'tax-profiles:reveal'] as const;
    for (const permission of [...verified, 'keys:manage', 'people:manage', 'apps:manage'] as const) {
      expect(needsSecondFactor({ permission })).toBe(true);
    }
    for (const job of ['approve-payouts', 'send-payouts', 'reverse-payout']) {
      expect(needsSecondFactor({ job })).toBe(true);
    }
  });
});
