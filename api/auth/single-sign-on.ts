import type { Configuration, IDToken } from 'openid-client';
import { instant } from '../../warehouse/clock.ts';
import { messageOf, Rejected, Unavailable } from '../../warehouse/errors.ts';
import { randomId } from '../../warehouse/ids.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { lazily } from '../../warehouse/lazily.ts';
import type { Caller } from './caller.ts';
import { requireNextPath } from './next-path.ts';
import { findPerson, isStaff, type Person } from './people.ts';
import type { Sessions } from './sessions.ts';
import type { Exchange, SignInServices, SingleSignOnConfig } from './sign-in-services.ts';

/** Logging in with the provider of the company. */
export interface SingleSignOn {
  /** The provider, for people. */
  readonly host: string;
  readonly isOnly: boolean;
  /** The address at the provider to go to, which comes back to `SSO_CALLBACK`. Throws `Unavailable`. */
  begin(next: string, io: Exchange): Promise<string>;
  /**
   * Logs in whoever comes back, and says where to go on. Throws `Rejected` for an answer that is not the one to `begin` of this browser, and for somebody who
   * was not invited, whose address is not verified, or who is of no role of the company.
   */
  finish(io: Exchange): Promise<{ readonly caller: Caller; readonly next: string }>;
}

export const SSO_CALLBACK = '/login/sso/callback';

/** What a browser keeps, encrypted, while it is at the provider. */
interface Attempt {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly next: string;
  readonly begunAt: number;
}

const COOKIE = 'tantieme.sso';
const ATTEMPT_MS = 10 * 60_000;
/** How long a second factor counts: the provider must have asked for it within. */
const MAX_AGE_SECONDS = 12 * 3600;

interface Given {
  readonly config: SingleSignOnConfig;
  readonly sessions: Pick<Sessions, 'start'>;
}

/**
 * OpenID Connect by openid-client: an authorization code with PKCE, state and nonce; the ID token is checked by signature, issuer, audience and time.
 * The provider is asked with the first log-in.
 */
export function openSingleSignOn(services: SignInServices, { config, sessions }: Given): SingleSignOn {
  const { clock, secret, url } = services;
  const provider = lazily(() => discover(config));
  const callback = (): string => `${url()}${SSO_CALLBACK}`;
  const countsAsFactor = config.secondFactor.amr.length + config.secondFactor.acr.length > 0;
  return {
    host: new URL(config.issuer).host,
    isOnly: config.isOnly,
    async begin(next, { reply }) {
      const client = await import('openid-client');
      const known = await provider();
      const attempt: Attempt = {
        ...{ state: client.randomState(), nonce: client.randomNonce(), verifier: client.randomPKCECodeVerifier() },
        ...{ next: requireNextPath(next), begunAt: clock.now() },
      };
      const { symmetricEncrypt } = await import('better-auth/crypto');
      const sealed = await symmetricEncrypt({ key: secret, data: JSON.stringify(attempt) });
      // Lax: the provider sends the browser back from its own site.
      const secure = url().startsWith('https:');
      reply.setCookie(COOKIE, sealed, {
        ...{ path: '/login/sso', httpOnly: true, sameSite: 'lax', secure },
        maxAge: 600,
      });
      const { amr, acr } = config.secondFactor;
      const address = client.buildAuthorizationUrl(known, {
        ...{ redirect_uri: callback(), scope: 'openid email profile' },
        ...{ state: attempt.state, nonce: attempt.nonce, code_challenge_method: 'S256' },
        code_challenge: await client.calculatePKCECodeChallenge(attempt.verifier),
        ...(acr.length > 0 && { acr_values: acr.join(' ') }),
        // Some providers give it only where it is asked for.
        ...(amr.length > 0 && { claims: JSON.stringify({ id_token: { amr: null } }) }),
        ...(countsAsFactor && { max_age: String(MAX_AGE_SECONDS) }),
      });
      return address.href;
    },
    async finish({ request, reply }) {
      const attempt = await openAttempt(request.cookies[COOKIE], services);
      reply.clearCookie(COOKIE, { path: '/login/sso' });
      const client = await import('openid-client');
      const known = await provider();
      const tokens = await client
        .authorizationCodeGrant(known, new URL(request.url, url()), {
          ...{ pkceCodeVerifier: attempt.verifier, expectedState: attempt.state, expectedNonce: attempt.nonce },
          ...{ idTokenExpected: true, ...(countsAsFactor && { maxAge: MAX_AGE_SECONDS }) },
        })
        .catch(throwRefused);
      const claims = requirePresent(tokens.claims(), 'The library has checked that there is an ID token.');
      const about =
        claims.email === undefined
          ? { ...claims, ...(await client.fetchUserInfo(known, tokens.access_token, claims.sub).catch(throwRefused)) }
          : claims;
      const person = await requireInvited(services, { issuer: config.issuer, claims: about });
      const verifiedAt = factorGivenAt(claims, config, clock.now());
      const caller = await sessions.start(person.id, { request, reply, way: 'sso', verifiedAt });
      return { caller, next: attempt.next };
    },
  };
}

async function discover({ issuer, clientId, clientSecret }: SingleSignOnConfig): Promise<Configuration> {
  const client = await import('openid-client');
  // Only on this machine: see `ssoConfig`.
  const insecure = issuer.startsWith('http:') ? [client.allowInsecureRequests] : [];
  try {
    return await client.discovery(new URL(issuer), clientId, undefined, client.ClientSecretBasic(clientSecret), {
      execute: [...insecure, client.enableNonRepudiationChecks],
    });
  } catch (error) {
    throw new Unavailable(
      `The provider of single sign-on at ${issuer} cannot be used: ${messageOf(error)}; correct TANTIEME_OIDC_ISSUER, or try again.`,
    );
  }
}

async function openAttempt(sealed: string | undefined, { secret, clock }: SignInServices): Promise<Attempt> {
  const { symmetricDecrypt } = await import('better-auth/crypto');
  const text = sealed && (await symmetricDecrypt({ key: secret, data: sealed }).catch(() => undefined));
  const attempt = text ? (JSON.parse(text) as Attempt) : undefined;
  if (attempt && clock.now() - attempt.begunAt < ATTEMPT_MS) return attempt;
  throw new Rejected(
    'This log-in was not begun in this browser, or more than 10 minutes ago; begin again at /login/sso.',
  );
}

function throwRefused(error: unknown): never {
  throw new Rejected(`Single sign-on did not work: ${messageOf(error)}; begin again at /login/sso.`, { cause: error });
}

/**
 * When a second factor that counts was given at the provider, in milliseconds; undefined if none was. Without the time nothing counts, and a clock
 * that is ahead makes nothing count longer. RFC 8176 for `amr`.
 */
function factorGivenAt(
  { amr, acr, auth_time }: IDToken,
  { secondFactor }: SingleSignOnConfig,
  now: number,
): number | undefined {
  const methods = Array.isArray(amr) ? amr.map(String) : [];
  const counts = secondFactor.acr.includes(String(acr)) || secondFactor.amr.some((method) => methods.includes(method));
  return counts && typeof auth_time === 'number' ? Math.min(auth_time * 1000, now) : undefined;
}

interface Claims {
  readonly sub: string;
  readonly email?: unknown;
  readonly email_verified?: unknown;
}

/**
 * The person of an identity at the provider: by its subject, which never changes; the first time by its verified address, which somebody else may have
 * later. Throws `Rejected` for nobody of the company who was invited.
 */
async function requireInvited(
  { operational, clock }: Pick<SignInServices, 'operational' | 'clock'>,
  { issuer, claims }: { readonly issuer: string; readonly claims: Claims },
): Promise<Person> {
  const { sub, email, email_verified } = claims;
  const links = operational
    .selectFrom('linked_accounts')
    .select(['person_id', 'account_id'])
    .where('provider_id', '=', issuer);
  const linked = await links.where('account_id', '=', sub).executeTakeFirst();
  if (!linked && (typeof email !== 'string' || email_verified !== true)) {
    throw new Rejected(
      'Your provider of single sign-on gives no verified e-mail address for you; ask whoever runs it.',
    );
  }
  const person = await findPerson({ operational }, linked?.person_id ?? String(email));
  if (!person || person.roles.length === 0) {
    throw new Rejected(`${email ?? 'You'} was not invited here; ask whoever runs this marketplace.`);
  }
  if (!isStaff(person)) {
    throw new Rejected(
      'Single sign-on is for people of the company; creators and developers log in by a link at /login.',
    );
  }
  if (linked) return person;
  if (await links.where('person_id', '=', person.id).executeTakeFirst()) {
    throw new Rejected(
      `${person.email} has logged in with another identity of your provider before; ask an administrator to revoke all roles of ${person.email} and to invite that address anew.`,
    );
  }
  const now = instant(clock.now());
  await operational
    .insertInto('linked_accounts')
    .values({
      ...{ id: randomId('linked'), account_id: sub, provider_id: issuer, person_id: person.id },
      ...{ created_at: now, updated_at: now },
    })
    .execute();
  await operational.updateTable('people').set({ email_verified: true }).where('id', '=', person.id).execute();
  return person;
}
