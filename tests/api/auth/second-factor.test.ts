import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { forgetSecondFactor } from '../../../api/auth/second-factor.ts';
import { NOW, openTestApi, type TestApi } from '../test-api.ts';
import { type Browser, codeOf, giveFactor, logIn, ORIGIN, personWith, secretIn } from '../test-people.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

let person: Awaited<ReturnType<typeof personWith>>;
let browser: Browser;
let count = 0;
beforeEach(async () => {
  count += 1;
  person = await personWith(api, 'finance', { email: `finance-${count}@example.com` });
  browser = await logIn(api, person.email);
});

const give = async (code: string, from = browser) =>
  (await from.post('/account/second-factor', { act: 'verify', code })).statusCode;

/** Deciding about payouts needs a second factor. */
const decide = async (from = browser) =>
  (
    await from.request('/v1/payouts/2026-01/comparison-overrides', {
      method: 'POST',
      headers: { origin: ORIGIN },
      payload: { sentence: 'A test.' },
    })
  ).statusCode;

describe('a second factor', () => {
  test('opens what moves money, in the session in which it was given', async () => {
    expect(await decide()).toBe(403);
    const secret = await giveFactor(browser);
    expect(await decide()).toBe(200);
    const other = await logIn(api, person.email);
    expect(await decide(other)).toBe(403);
    expect(await give(await codeOf(secret), other)).toBe(303);
    expect(await decide(other)).toBe(200);
  });

  test('is asked for again after twelve hours', async () => {
    await giveFactor(browser);
    const before = new Date(NOW - 12 * 3_600_000).toISOString();
    await api.services.operational
      .updateTable('sessions')
      .set({ verified_at: before })
      .where('person_id', '=', person.id)
      .execute();
    expect(await decide()).toBe(403);
  });

  test('takes each code once, and none that is older than one that was taken', async () => {
    const secret = await giveFactor(browser);
    const statuses: number[] = [];
    for (const off of [-1, 0, 0, -1, 1, 2]) statuses.push(await give(await codeOf(secret, off)));
    expect(statuses).toEqual([400, 303, 400, 400, 303, 400]);
  });

  test('is locked for a while after five wrong codes, also for the right one', async () => {
    const secret = await giveFactor(browser);
    const right = await codeOf(secret, 0);
    const wrong = String((Number(right) + 1) % 1_000_000).padStart(6, '0');
    for (let attempt = 0; attempt < 5; attempt += 1) expect(await give(wrong)).toBe(400);
    expect(await give(right)).toBe(403);
    const { operational } = api.services;
    const { locked_until } = await operational
      .selectFrom('second_factors')
      .select('locked_until')
      .where('person_id', '=', person.id)
      .executeTakeFirstOrThrow();
    expect(locked_until).toBe(new Date(NOW + 15 * 60_000).toISOString());
    await operational
      .updateTable('second_factors')
      .set({ locked_until: new Date(NOW).toISOString() })
      .execute();
    expect(await give(right)).toBe(303);
  });

  test('keeps its secret until it is confirmed, from the session that has seen it', async () => {
    const page = '/account/second-factor';
    const secret = secretIn((await browser.request(page)).body);
    expect(secretIn((await browser.request(page)).body)).toBe(secret);
    const other = await logIn(api, person.email);
    expect(await give(await codeOf(secret), other)).toBe(400);
    const othersSecret = secretIn((await other.request(page)).body);
    expect(othersSecret).not.toBe(secret);
    expect(await give(await codeOf(othersSecret), browser)).toBe(400);
    // The refusal has shown the page once more, and with it a secret, in the first session.
    expect(await give(await codeOf(secretIn((await other.request(page)).body)), other)).toBe(303);
    // Once it is confirmed, nobody is shown it.
    expect((await other.request(page)).body).not.toContain('class="code"');
  });

  test('is stored encrypted, and forgetting it ends the sessions', async () => {
    const secret = await giveFactor(browser);
    const { operational } = api.services;
    const stored = JSON.stringify(
      await operational.selectFrom('second_factors').select(['person_id', 'sealed_secret']).execute(),
    );
    expect(stored).toContain(person.id);
    expect(stored).not.toContain(secret.replaceAll(' ', ''));
    await forgetSecondFactor(api.services, person.id);
    expect((await browser.request('/v1/runs')).statusCode).toBe(401);
    expect(await api.signIn.factorsOf(person.id)).toEqual({ hasApp: false, passkeys: [] });
  });
});
