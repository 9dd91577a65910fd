import { base32 } from '@better-auth/utils/base32';
import { createOTP } from '@better-auth/utils/otp';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { findPerson, invite, type Person, requirePerson } from '../../api/auth/people.ts';
import type { Role } from '../../api/auth/roles.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { NOW, type TestApi } from './test-api.ts';

/** Where the pages of tests are. */
export const ORIGIN = 'http://127.0.0.1:8080';

/** A browser: it keeps the cookie of its session, and sends its forms with the origin of our pages. */
export class Browser {
  readonly #api: TestApi;
  #cookies = new Map<string, string>();
  readonly #address: string;
  static #count = 0;

  constructor(api: TestApi) {
    this.#api = api;
    // Each has its own, because attempts are counted by address.
    Browser.#count += 1;
    this.#address = `10.0.${Browser.#count >> 8}.${Browser.#count % 256}`;
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async request(url: string, more: Omit<InjectOptions, 'url'> = {}): Promise<LightMyRequestResponse> {
    const headers = { cookie: this.cookie, accept: 'text/html', ...more.headers };
    const response = await this.#api.app.inject({ remoteAddress: this.#address, ...more, url, headers });
    for (const { name, value, maxAge } of response.cookies) {
      if (maxAge === 0 || value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, encodeURIComponent(value));
    }
    return response;
  }

  /** Sends a form. */
  post(
    url: string,
    form: Readonly<Record<string, string>> = {},
    headers: object = {},
  ): Promise<LightMyRequestResponse> {
    const payload = new URLSearchParams(form).toString();
    const type = 'application/x-www-form-urlencoded';
    return this.request(url, {
      ...{ method: 'POST', payload },
      headers: { origin: ORIGIN, 'content-type': type, ...headers },
    });
  }
}

export const addressOf = (role: Role): string => `${role}@example.com`;

/** The person with this role alone, who is invited if there is none yet; a creator's is `cr_ada`, whose marts must be filled. */
export async function personWith(
  api: TestApi,
  role: Role,
  more: { email?: string; name?: string } = {},
): Promise<Person> {
  const email = more.email ?? addressOf(role);
  const subjectId = { creator: 'cr_ada', developer: 'dev_1' }[role as string];
  const known = await findPerson(api.services, email);
  return known ?? invite(api.services, { email, name: more.name, role, subjectId, by: 'test' });
}

/** Asks for a link, and returns the path that the mail has. */
export async function linkFor(api: TestApi, email: string, next = ''): Promise<string> {
  const before = api.mails.length;
  await new Browser(api).post('/login', { email, next });
  await api.signIn.idle();
  const mail = requirePresent(api.mails[before], `There is no mail to ${email}.`);
  return requirePresent(/http:\/\/127\.0\.0\.1:8080(\/login\/enter\S+)/.exec(mail.text)?.[1], mail.text);
}

export const tokenIn = (link: string): string => new URL(link, ORIGIN).searchParams.get('token') ?? '';

/** A browser in which somebody has logged in. */
export async function logIn(api: TestApi, email: string): Promise<Browser> {
  const browser = new Browser(api);
  const link = await api.signIn.invitationLink(await requirePerson(api.services, email));
  await browser.post('/login/enter', { token: tokenIn(link) });
  return browser;
}

/** The code of an app with this secret, for the step of time that is `off` from now. */
export function codeOf(secret: string, off = 0): Promise<string> {
  const plain = new TextDecoder().decode(base32.decode(secret.replaceAll(' ', '')));
  return createOTP(plain).hotp(Math.floor(NOW / 30_000) + off);
}

/** The secret that the page of the second factor shows. */
export const secretIn = (page: string): string =>
  requirePresent(/<code class="code">([^<]+)<\/code>/.exec(page)?.[1], 'The page has no secret.');

/** Sets the second factor up in this browser. Returns its secret. */
export async function giveFactor(browser: Browser): Promise<string> {
  const secret = secretIn((await browser.request('/account/second-factor')).body);
  await browser.post('/account/second-factor', { act: 'verify', code: await codeOf(secret, -1) });
  return secret;
}
