import { createOTP } from '@better-auth/utils/otp';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { invite } from '../../../api/auth/people.ts';
import type { Role } from '../../../api/auth/roles.ts';
import type { SignIn } from '../../../api/auth/sign-in.ts';
import type { Services } from '../../../jobs/job.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';

export const ORIGIN = 'http://127.0.0.1:8080';

/** What a person does with a browser that has their session. */
export interface Browser {
  readonly personId: string;
  get(path: string, more?: { readonly language?: string }): Promise<LightMyRequestResponse>;
  /** Sends a form. */
  post(
    path: string,
    form: Readonly<Record<string, string>>,
    more?: { readonly language?: string },
  ): Promise<LightMyRequestResponse>;
  /** Sends a form with a file. */
  upload(path: string, form: Readonly<Record<string, string>>, file: Uint8Array): Promise<LightMyRequestResponse>;
  /** Gives the second factor, as the page asks for it. */
  giveFactor(next?: string): Promise<LightMyRequestResponse>;
}

interface World {
  readonly app: FastifyInstance;
  readonly services: Services;
  readonly signIn: SignIn;
}

/** A person of a role who has logged in by the link of the invitation. */
export async function browserOf(
  { app, services, signIn }: World,
  who: { name: string; role: Role; subjectId?: string },
): Promise<Browser> {
  const email = `${who.name.toLowerCase()}@market.example`;
  const person = await invite(services, { email, ...who, by: 'a test' });
  const token = new URL(await signIn.invitationLink(person)).searchParams.get('token') ?? '';
  const headers = { origin: ORIGIN, 'content-type': 'application/x-www-form-urlencoded' };
  const send = (path: string, form: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}) =>
    app.inject({
      ...{ method: 'POST', url: path, payload: new URLSearchParams(form).toString() },
      headers: { ...headers, ...more },
    });
  const entered = await send('/login/enter', { token });
  const cookie = entered.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('; ');
  let secret: string | undefined;
  return {
    personId: person.id,
    get: (path, { language = 'en' } = {}) =>
      app.inject({ url: path, headers: { cookie: `${cookie}; tantieme.language=${language}` } }),
    post: (path, form, { language = 'en' } = {}) =>
      send(path, form, { cookie: `${cookie}; tantieme.language=${language}` }),
    async upload(path, form, file) {
      const fields = new FormData();
      for (const [name, value] of Object.entries(form)) fields.set(name, value);
      fields.set('file', new Blob([new Uint8Array(file)]), 'answer.xml');
      const body = new Response(fields);
      const own = { origin: ORIGIN, cookie, 'content-type': body.headers.get('content-type') ?? '' };
      return app.inject({ method: 'POST', url: path, headers: own, payload: Buffer.from(await body.arrayBuffer()) });
    },
    async giveFactor(next = '') {
      const shown = await app.inject({ url: '/account/second-factor', headers: { cookie } });
      secret ??= /<code class="code">([A-Z2-7 ]+)</.exec(shown.body)?.[1];
      const code = await codeOf(requirePresent(secret, 'a secret'), services.clock.now());
      return send('/account/second-factor', { act: 'verify', code, next }, { cookie });
    },
  };
}

/** The text of a page, with single spaces. */
export const textOf = (body: string): string => body.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

/** What an authenticator app shows: RFC 6238 with steps of 30 seconds. */
export async function codeOf(secret: string, now: number): Promise<string> {
  const { base32 } = await import('@better-auth/utils/base32');
  const text = new TextDecoder().decode(base32.decode(secret.replaceAll(' ', '')));
  return createOTP(text).hotp(Math.floor(now / 30_000));
}
