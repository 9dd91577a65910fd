import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { revokeRoles } from '../../../api/auth/people.ts';
import { CLIENT, type Identity, type LocalProvider, startProvider } from '../../support/single-sign-on/provider.ts';
import { fillMarts, openTestApi, type TestApi } from '../test-api.ts';
import { Browser, linkFor, ORIGIN, personWith, tokenIn } from '../test-people.ts';

/** With a real provider of OpenID Connect. */

let provider: LocalProvider;
let api: TestApi;
beforeAll(async () => {
  provider = await startProvider(`${ORIGIN}/login/sso/callback`);
  api = await openTestApi({
    TANTIEME_OIDC_ISSUER: provider.url,
    TANTIEME_OIDC_CLIENT_ID: CLIENT.id,
    TANTIEME_OIDC_CLIENT_SECRET: CLIENT.secret,
    TANTIEME_OIDC_SECOND_FACTOR: 'amr=mfa, acr=phr',
    TANTIEME_OIDC_ONLY: 'yes',
  });
  await fillMarts(api.services);
});
afterAll(async () => {
  await api?.close();
  await provider.stop();
});

let browser: Browser;
beforeEach(() => {
  browser = new Browser(api);
});

/** Goes to the provider as somebody, and returns the path to which it sends the browser back. */
async function sentBack(identity: Identity, next = ''): Promise<string> {
  provider.be(identity);
  let address = String((await browser.request(`/login/sso?next=${encodeURIComponent(next)}`)).headers.location);
  const cookies = new Map<string, string>();
  while (!address.startsWith(ORIGIN)) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(address, { redirect: 'manual', headers: { cookie } });
    for (const each of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (each.split(';')[0] ?? '').split('=');
      cookies.set(name, value);
    }
    address = new URL(response.headers.get('location') ?? '', address).href;
  }
  return address.slice(ORIGIN.length);
}

const enter = async (identity: Identity, next = '') => browser.request(await sentBack(identity, next));
const staff = (name: string): Identity => ({ sub: `sub-${name}`, email: `${name}@example.com`, email_verified: true });

describe('single sign-on', () => {
  test('logs in whoever was invited, by a verified address, and goes on to the page that was asked for', async () => {
    await personWith(api, 'finance', { email: 'ann@example.com' });
    const { statusCode, headers } = await enter(staff('ann'), '/months');
    expect([statusCode, headers.location]).toEqual([303, '/months']);
    expect((await browser.request('/account')).body).toContain('ann@example.com');
    // What it did at the provider is no second factor.
    expect((await browser.request('/account')).body).toContain('You have none.');
  });

  test.each([
    ['nobody who was not invited', staff('stranger'), 'was not invited'],
    ['no address that is not verified', { ...staff('bea'), email_verified: false }, 'no verified e-mail address'],
    ['nobody without an address', { sub: 'sub-bea' }, 'no verified e-mail address'],
    ['no creator', { ...staff('creator') }, 'Single sign-on is for people of the company'],
  ])('logs in %s', async (_, identity, reason) => {
    await personWith(api, 'finance', { email: 'bea@example.com' });
    await personWith(api, 'creator');
    const refused = await enter(identity);
    expect([refused.statusCode, refused.body.includes(reason)]).toEqual([400, true]);
    expect((await browser.request('/account')).statusCode).toBe(303);
  });

  test('is a second factor where the provider says so by what is configured', async () => {
    await personWith(api, 'finance', { email: 'cleo@example.com' });
    const isVerified = async (more: Partial<Identity>) => {
      await enter({ ...staff('cleo'), ...more });
      return (await browser.request('/account')).body.includes('It was given in this session.');
    };
    expect([await isVerified({ amr: ['pwd'] }), await isVerified({ amr: ['pwd', 'mfa'] })]).toEqual([false, true]);
    expect([await isVerified({ acr: 'low' }), await isVerified({ acr: 'phr' })]).toEqual([false, true]);
  });

  test('stays with the identity that logged in first, whoever has the address later', async () => {
    await personWith(api, 'finance', { email: 'dan@example.com' });
    expect((await enter(staff('dan'))).statusCode).toBe(303);
    expect((await enter({ ...staff('dan'), email: 'dan.new@example.com' })).statusCode).toBe(303);
    const other = await enter({ ...staff('dan'), sub: 'sub-other' });
    expect([other.statusCode, other.body.includes('another identity')]).toEqual([400, true]);
    await revokeRoles(api.services, { idOrEmail: 'dan@example.com', by: 'test' });
    expect((await enter(staff('dan'))).statusCode).toBe(400);
    await personWith(api, 'finance', { email: 'dan@example.com' });
  });

  test('takes an answer once, and only in the browser that began', async () => {
    await personWith(api, 'finance', { email: 'eve@example.com' });
    const path = await sentBack(staff('eve'));
    const other = await new Browser(api).request(path);
    expect([other.statusCode, other.body.includes('was not begun in this browser')]).toEqual([400, true]);
    const wrongState = await browser.request(path.replace(/state=[^&]*/, 'state=x'));
    expect([wrongState.statusCode, wrongState.body.includes('Single sign-on did not work')]).toEqual([400, true]);
    // The attempt is over.
    expect((await browser.request(path)).statusCode).toBe(400);
    expect((await browser.request('/account')).statusCode).toBe(303);
  });

  test('is the only way in for people of the company, where that is set; creators have links', async () => {
    const person = await personWith(api, 'finance', { email: 'fay@example.com' });
    const before = api.mails.length;
    await new Browser(api).post('/login', { email: person.email });
    await api.signIn.idle();
    expect(api.mails[before]?.text).toContain(`Log in with the account of your company at ${ORIGIN}/login/sso.`);
    expect(await api.signIn.invitationLink(person)).toBe(`${ORIGIN}/login/sso`);
    const { email } = await personWith(api, 'creator');
    const entered = await browser.post('/login/enter', { token: tokenIn(await linkFor(api, email)) });
    expect(entered.statusCode).toBe(303);
    expect((await browser.request('/login')).body).toContain(`Log in with ${new URL(provider.url).host}`);
  });
});
