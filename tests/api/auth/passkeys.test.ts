import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  addPasskey,
  creationOptions,
  removePasskey,
  requestOptions,
  verifyPasskey,
} from '../../../api/auth/passkeys.ts';
import type { Person } from '../../../api/auth/people.ts';
import { NotFound, Rejected } from '../../../warehouse/errors.ts';
import { type Authenticator, authenticator } from '../../support/authenticator.ts';
import { NOW, openTestApi, type TestApi } from '../test-api.ts';
import { type Browser, giveFactor, logIn, ORIGIN, personWith } from '../test-people.ts';

let api: TestApi;
let now = NOW;
let store: Parameters<typeof requestOptions>[0];
beforeAll(async () => {
  api = await openTestApi();
  const { operational } = api.services;
  store = { operational, clock: { now: () => now }, url: () => 'http://localhost:8080' };
});
afterAll(() => api.close());

let person: Person;
let count = 0;
beforeEach(async () => {
  now = NOW;
  count += 1;
  person = await personWith(api, 'finance', { email: `finance-${count}@example.com` });
});

const sessionId = 'session_1';

async function added(device: Authenticator = authenticator()) {
  const { challenge } = await creationOptions(store, { person, sessionId });
  const passkey = await addPasskey(store, {
    person,
    sessionId,
    name: ' Laptop ',
    response: device.register(challenge),
  });
  return { device, passkey };
}

const used = async (device: Authenticator, how?: Parameters<Authenticator['use']>[1]) =>
  verifyPasskey(store, device.use((await requestOptions(store)).challenge, how));

const noticesTo = async (personId: string) =>
  (await api.services.operational.selectFrom('notices').select('kind').where('person_id', '=', personId).execute()).map(
    ({ kind }) => kind,
  );

describe('a passkey', () => {
  test('is added, proves its person, and is removed; its person is notified', async () => {
    const { device, passkey } = await added();
    expect(passkey).toMatchObject({ name: 'Laptop', last_used_at: null });
    expect(await used(device)).toBe(person.id);
    await removePasskey(store, { personId: person.id, passkeyId: passkey.passkey_id });
    await expect(used(device)).rejects.toThrow('This passkey is not known here');
    expect(await noticesTo(person.id)).toEqual(['passkey-added', 'passkey-removed']);
  });

  test('is asked to verify its user, and to be found without a name', async () => {
    const options = await creationOptions(store, { person, sessionId });
    expect(options.authenticatorSelection).toMatchObject({ residentKey: 'required', userVerification: 'required' });
    expect(options.rp.id).toBe('localhost');
    expect(await requestOptions(store)).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
  });

  test.each([
    ['without verifying its user', { isVerified: false }],
    ['from another origin', { origin: 'http://localhost:9090' }],
    ['for another domain', { domain: 'example.com' }],
  ])('is refused %s, when it is added and when it is used', async (_, how) => {
    const { challenge } = await creationOptions(store, { person, sessionId });
    const response = authenticator().register(challenge, how);
    await expect(addPasskey(store, { person, sessionId, name: 'x', response })).rejects.toThrow(Rejected);
    const { device } = await added();
    await expect(used(device, how)).rejects.toThrow(/^The passkey was not accepted/);
  });

  test('signs a challenge once, within five minutes, and only one of ours', async () => {
    const { device } = await added();
    const { challenge } = await requestOptions(store);
    expect(await verifyPasskey(store, device.use(challenge))).toBe(person.id);
    await expect(verifyPasskey(store, device.use(challenge))).rejects.toThrow(Rejected);
    await expect(verifyPasskey(store, device.use('AAAA'))).rejects.toThrow(Rejected);
    const late = await requestOptions(store);
    now += 5 * 60_000;
    await expect(verifyPasskey(store, device.use(late.challenge))).rejects.toThrow(Rejected);
  });

  test('is added only in the session that began it, and a challenge to log in adds none', async () => {
    const own = await creationOptions(store, { person, sessionId });
    const toLogIn = await requestOptions(store);
    const add = (challenge: string, session: string) =>
      addPasskey(store, { person, sessionId: session, name: 'x', response: authenticator().register(challenge) });
    await expect(add(own.challenge, 'session_2')).rejects.toThrow(Rejected);
    await expect(add(toLogIn.challenge, sessionId)).rejects.toThrow(Rejected);
    expect(await add(own.challenge, sessionId)).toMatchObject({ name: 'x' });
  });

  test('that was copied is refused, since its counter goes back', async () => {
    const { device } = await added();
    const { challenge } = await requestOptions(store);
    const early = device.use(challenge);
    await used(device);
    await expect(verifyPasskey(store, early)).rejects.toThrow(Rejected);
  });

  test('of somebody else is not removed', async () => {
    const { passkey } = await added();
    const other = { personId: 'person_other', passkeyId: passkey.passkey_id };
    await expect(removePasskey(store, other)).rejects.toThrow(NotFound);
  });

  test('needs pages with a name', async () => {
    await expect(requestOptions({ ...store, url: () => 'http://127.0.0.1:8080' })).rejects.toThrow('set TANTIEME_URL');
  });
});

describe('whoever has a second factor', () => {
  const begin = (browser: Browser) =>
    browser.request('/v1/me/passkeys/options', { method: 'POST', headers: { origin: ORIGIN } });

  test('adds and removes passkeys only within 15 minutes of giving one', async () => {
    const browser = await logIn(api, person.email);
    await giveFactor(browser);
    const { passkey } = await added();
    const remove = () =>
      browser.request(`/v1/me/passkeys/${passkey.passkey_id}`, { method: 'DELETE', headers: { origin: ORIGIN } });
    const before = new Date(NOW - 15 * 60_000).toISOString();
    const { operational } = api.services;
    await operational.updateTable('sessions').set({ verified_at: before }).where('person_id', '=', person.id).execute();
    expect([(await begin(browser)).statusCode, (await remove()).statusCode]).toEqual([403, 403]);
    await operational
      .updateTable('sessions')
      .set({ verified_at: new Date(NOW).toISOString() })
      .where('person_id', '=', person.id)
      .execute();
    // The pages of the test have no name.
    expect((await begin(browser)).json().detail).toContain('Passkeys need a name');
    expect((await remove()).statusCode).toBe(200);
  });

  test('by a passkey alone sets up no app without using it: a session by mail is not enough', async () => {
    const browser = await logIn(api, person.email);
    const begun = await browser.request('/account/second-factor');
    expect(begun.body).toContain('class="code"');
    await added();
    const later = await logIn(api, person.email);
    for (const each of [browser, later]) {
      expect((await each.request('/account/second-factor')).body).not.toContain('class="code"');
      const { statusCode } = await each.post('/account/second-factor', { act: 'verify', code: '123456' });
      expect(statusCode).toBe(400);
    }
    const session = { sessionId: 'session_1', isFresh: false };
    await expect(api.signIn.beginFactor(person, session)).rejects.toThrow('right after you have given one');
  });
});
