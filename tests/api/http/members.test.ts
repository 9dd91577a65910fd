import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listMembers, removeMember } from '../../../api/auth/members.ts';
import { invite, revokeRoles } from '../../../api/auth/people.ts';
import { fillMarts, openTestApi, type TestApi } from '../test-api.ts';
import { type Browser, giveFactor, logIn, ORIGIN, personWith } from '../test-people.ts';

let api: TestApi;
let ada: Browser;
let adaId: string;
beforeAll(async () => {
  api = await openTestApi();
  await fillMarts(api.services);
  const person = await personWith(api, 'creator', { email: 'ada@example.com', name: 'Ada' });
  adaId = person.id;
  ada = await logIn(api, person.email);
});
afterAll(() => api.close());

const send = (method: 'POST' | 'PUT' | 'DELETE', path: string, payload?: object, browser = ada) =>
  browser.request(`/v1${path}`, { method, headers: { origin: ORIGIN }, ...(payload && { payload }) });

const noticesTo = async (personId: string) =>
  (
    await api.services.operational
      .selectFrom('notices')
      .select(['kind', 'body'])
      .where('person_id', '=', personId)
      .where('kind', '<>', 'logged-in')
      .orderBy('entry')
      .execute()
  ).map(({ kind, body }) => `${kind}: ${body}`);

const members = '/creators/cr_ada/members';
const emails = async (): Promise<string[]> =>
  (await ada.request(`/v1${members}`)).json().data.map(({ email }: { email: string }) => email);

describe('a member of a creator', () => {
  test('invites and removes another after a second factor; all who act for it are notified', async () => {
    const invitation = { email: 'bob@example.com', name: 'Bob' };
    expect((await send('POST', members, invitation)).statusCode).toBe(403);
    await giveFactor(ada);
    const invited = await send('POST', members, invitation);
    expect([invited.statusCode, await emails()]).toEqual([201, ['ada@example.com', 'bob@example.com']]);
    expect(api.mails.at(-1)).toMatchObject({ to: 'bob@example.com', subject: 'You are invited to Tantieme' });
    const { id } = invited.json();
    const bob = await logIn(api, 'bob@example.com');
    expect((await bob.request('/v1/creators/cr_ada/balances')).statusCode).toBe(200);
    expect((await send('DELETE', `${members}/${id}`)).statusCode).toBe(200);
    expect((await bob.request('/v1/creators/cr_ada/balances')).statusCode).toBe(401);
    const by = `Ada (${adaId})`;
    expect((await noticesTo(adaId)).slice(1)).toEqual([
      `member-changed: Bob may now act for cr_ada. This was done by ${by}.`,
      `member-changed: Bob no longer acts for cr_ada. This was done by ${by}.`,
    ]);
    expect(await noticesTo(id)).toEqual([
      `role-ended: You no longer have the role creator for cr_ada. It was ended by ${by}.`,
    ]);
  });

  test('is not removed if it is the only one, and learns nothing about addresses of the company', async () => {
    expect((await send('DELETE', `${members}/${adaId}`)).json().detail).toContain(
      'is the only one who acts for cr_ada',
    );
    await personWith(api, 'finance', { email: 'fin@example.com' });
    const refused = [
      await send('POST', members, { email: 'fin@example.com' }),
      await send('POST', members, { email: 'ada@example.com' }),
    ];
    expect(refused.map(({ statusCode }) => statusCode)).toEqual([409, 409]);
    expect(refused[0]?.json().detail).toBe(refused[1]?.json().detail);
  });

  test('learns of a known address no name but the one that was given', async () => {
    await personWith(api, 'creator', { email: 'cora@example.com', name: 'Cora Secret' });
    await revokeRoles(api.services, { idOrEmail: 'cora@example.com', by: 'test' });
    const before = (await noticesTo(adaId)).length;
    const invited = await send('POST', members, { email: 'cora@example.com', name: 'C.' });
    expect([invited.statusCode, invited.json().name]).toEqual([201, 'C.']);
    expect((await ada.request(`/v1${members}`)).body).not.toContain('Secret');
    expect((await noticesTo(adaId)).slice(before)).toEqual([expect.stringMatching(/^member-changed: C\. may now act/)]);
    await send('DELETE', `${members}/${invited.json().id}`);
  });

  test('and another who remove each other at once leave one', async () => {
    const { services } = api;
    const of = { role: 'creator', subjectId: 'cr_ben', by: 'test' } as const;
    const eva = await invite(services, { email: 'eva@example.com', ...of });
    const max = await invite(services, { email: 'max@example.com', ...of });
    const ends = await Promise.allSettled(
      [eva, max].map(({ id }) => removeMember(services, { creatorId: 'cr_ben', personId: id, by: 'the other' })),
    );
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await listMembers(services, 'cr_ben')).toHaveLength(1);
  });

  test('acts for its own creator alone, and not by a key', async () => {
    const eve = { email: 'eve@example.com' };
    expect((await send('POST', '/creators/cr_ben/members', eve)).statusCode).toBe(404);
    expect((await ada.request('/v1/creators/cr_ben/members')).statusCode).toBe(404);
    const byKey = await api.request('creator', `/v1${members}`, { method: 'POST', payload: eve });
    expect([byKey.statusCode, await emails()]).toEqual([403, ['ada@example.com']]);
  });

  test('mails at most ten invitations in an hour', async () => {
    const statuses: number[] = [];
    for (let each = 0; each < 9; each += 1) {
      statuses.push((await send('POST', members, { email: `m${each}@example.com` })).statusCode);
    }
    expect(new Set(statuses)).toEqual(new Set([201, 429]));
  });
});

describe('an account', () => {
  test('has its language and its choice of mails, and notifies of a role that is given later', async () => {
    const { id } = await personWith(api, 'approver', { email: 'otto@example.com', name: 'Otto' });
    const otto = await logIn(api, 'otto@example.com');
    const own = async () => (await otto.request('/v1/me')).json();
    expect(await own()).toMatchObject({ locale: 'en', has_authenticator: false, passkeys: [] });
    expect((await send('PUT', '/me/locale', { locale: 'de' }, otto)).statusCode).toBe(200);
    expect((await send('PUT', '/me/notices/batch-waits', { is_on: false }, otto)).statusCode).toBe(200);
    expect((await send('PUT', '/me/notices/role-given', { is_on: false }, otto)).statusCode).toBe(400);
    const { locale, notices } = await own();
    expect([locale, notices.find(({ kind }: { kind: string }) => kind === 'batch-waits').is_on]).toEqual(['de', false]);
    expect((await otto.request('/account/notices')).body).toContain('E-Mails an Sie');
    await invite(api.services, { email: 'otto@example.com', role: 'finance', by: 'Eve' });
    expect(await noticesTo(id)).toEqual(['role-given: Sie haben jetzt die Rolle Buchhaltung. Vergeben von: Eve.']);
  });

  test('is of a person, not of a key', async () => {
    expect((await api.request('finance', '/v1/me')).statusCode).toBe(403);
  });

  test('shows on its page what is mailed, and saves what is chosen', async () => {
    const choose = await ada.post('/account/notices', { act: 'save', 'payout-sent': 'on' });
    expect([choose.statusCode, choose.headers.location]).toEqual([303, '/account/notices?done=saved']);
    const { notices } = (await ada.request('/v1/me')).json();
    const on = notices.filter((each: { is_on: boolean; is_security: boolean }) => each.is_on && !each.is_security);
    expect(on.map(({ kind }: { kind: string }) => kind)).toEqual(['payout-sent']);
  });
});
