import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invite, listPeople, revokeRoles } from '../../../api/auth/people.ts';
import { Conflict, NotFound, Rejected } from '../../../warehouse/errors.ts';
import { fillMarts, openTestApi, type TestApi } from '../test-api.ts';
import { addressOf, giveFactor, logIn, ORIGIN, personWith } from '../test-people.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await fillMarts(api.services);
});
afterAll(() => api.close());

const by = 'test';

describe('an invitation', () => {
  test('makes a person once, by address in any case, and adds roles', async () => {
    const first = await invite(api.services, { email: ' Ann@Example.com ', name: 'Ann', role: 'finance', by });
    const second = await invite(api.services, { email: 'ann@example.com', name: 'Other', role: 'approver', by });
    expect(second).toMatchObject({ id: first.id, name: 'Ann', email: 'ann@example.com' });
    expect(second.roles.map(({ role }) => role)).toEqual(['finance', 'approver']);
  });

  test.each([
    ['no address', { email: 'ann', role: 'finance' }, Rejected],
    ['a header in the address', { email: 'ann@example.com\nbcc: x@example.com', role: 'finance' }, Rejected],
    ['a name that looks like an id', { email: 'x@example.com', name: 'Ann (person_1)', role: 'finance' }, Rejected],
    ['a creator without an id', { email: 'x@example.com', role: 'creator' }, Rejected],
    ['an unknown creator', { email: 'x@example.com', role: 'creator', subjectId: 'cr_none' }, NotFound],
    ['finance with an id', { email: 'x@example.com', role: 'finance', subjectId: 'cr_ada' }, Rejected],
    ['a role twice', { email: 'ann@example.com', role: 'finance' }, Conflict],
    [
      'a role outside beside one of the company',
      { email: 'ann@example.com', role: 'creator', subjectId: 'cr_ada' },
      Conflict,
    ],
  ] as const)('is refused: %s', async (_, invitation, kind) => {
    await expect(invite(api.services, { ...invitation, by })).rejects.toThrow(kind);
    expect((await listPeople(api.services)).map(({ email }) => email)).not.toContain('x@example.com');
  });

  test('of two roles that do not go together at once gives one', async () => {
    const email = 'both@example.com';
    const ends = await Promise.allSettled([
      invite(api.services, { email, role: 'analyst', by }),
      invite(api.services, { email, role: 'creator', subjectId: 'cr_ada', by }),
    ]);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('a creator', () => {
  test('sees what is its own, of each of its accounts, and nothing else', async () => {
    await personWith(api, 'creator');
    const browser = await logIn(api, addressOf('creator'));
    const status = async (id: string) => (await browser.request(`/v1/creators/${id}/balances`)).statusCode;
    expect([await status('cr_ada'), await status('cr_ben')]).toEqual([200, 404]);
    await invite(api.services, { email: addressOf('creator'), role: 'creator', subjectId: 'cr_ben', by });
    expect([await status('cr_ada'), await status('cr_ben')]).toEqual([200, 200]);
    expect((await browser.request('/v1/periods')).statusCode).toBe(403);
  });
});

describe('an administrator', () => {
  test('invites people, without seeing their links, only after a second factor', async () => {
    await personWith(api, 'admin');
    const browser = await logIn(api, addressOf('admin'));
    const post = () =>
      browser.request('/v1/people', {
        ...{ method: 'POST', headers: { origin: ORIGIN } },
        payload: { email: 'new@example.com', role: 'analyst' },
      });
    expect((await post()).statusCode).toBe(403);
    await giveFactor(browser);
    const invited = await post();
    expect([invited.statusCode, Object.keys(invited.json())]).toEqual([
      201,
      ['id', 'name', 'email', 'locale', 'roles'],
    ]);
    expect(api.mails.at(-1)).toMatchObject({ to: 'new@example.com', subject: 'You are invited to Tantieme' });
    const [granted] = await api.services.operational
      .selectFrom('person_roles')
      .select('granted_by')
      .where('person_id', '=', invited.json().id)
      .execute();
    expect(granted?.granted_by).toMatch(/^admin \(person_[0-9a-f]+\)$/);
    // An administrator decides who may do what, and does none of it.
    expect((await browser.request('/v1/payouts/2026-01')).statusCode).toBe(403);
  });
});

test('a role is revoked once, at once, and may be given again', async () => {
  const { email, id } = await personWith(api, 'operator');
  await invite(api.services, { email, role: 'approver', by });
  const browser = await logIn(api, email);
  expect((await revokeRoles(api.services, { idOrEmail: id, role: 'operator', by })).roles).toEqual([
    { role: 'approver', subject_id: '' },
  ]);
  expect((await browser.request('/v1/runs')).statusCode).toBe(401);
  await expect(revokeRoles(api.services, { idOrEmail: email, role: 'operator', by })).rejects.toThrow(Conflict);
  await expect(revokeRoles(api.services, { idOrEmail: 'none@example.com', by })).rejects.toThrow(NotFound);
  expect((await invite(api.services, { email, role: 'operator', by })).roles).toHaveLength(2);
});

describe('a person with a key of the same name', () => {
  test('is one person for corrections', async () => {
    const { id } = await personWith(api, 'finance', { email: 'the@example.com', name: 'the finance' });
    const { operational } = api.services;
    const balance = { corrected_kind: 'balance', amount: '1.00', currency: 'USD', reason: 'A test.', reference: '1' };
    const made = await api.request('finance', '/v1/corrections', {
      method: 'POST',
      payload: { ...balance, corrected_id: 'cr_ada' },
    });
    expect([made.statusCode, made.body]).toEqual([201, expect.any(String)]);
    const { correction_id } = made.json().correction;
    const browser = await logIn(api, 'the@example.com');
    await giveFactor(browser);
    const approve = await browser.request('/v1/corrections/approvals', {
      ...{ method: 'POST', headers: { origin: ORIGIN } },
      payload: { correction_ids: [correction_id] },
    });
    expect([approve.statusCode, approve.json().detail]).toEqual([
      400,
      `the finance (${id}) proposed the correction ${correction_id}; someone else must approve it.`,
    ]);
    const { state } = await operational.selectFrom('corrections').select('state').executeTakeFirstOrThrow();
    expect(state).toBe('proposed');
  });
});
