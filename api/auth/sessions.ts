import type { FastifyReply, FastifyRequest } from 'fastify';
import { DAY_MS, instant } from '../../warehouse/clock.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { Auth } from './better-auth.ts';
import type { Caller } from './caller.ts';
import { findPerson, isStaff, type Person } from './people.ts';
import type { Role } from './roles.ts';
import { CLIENT_ADDRESS } from './sign-in-link.ts';
import type { Exchange, SignInServices } from './sign-in-services.ts';

/** A session of a person, as it may be shown. */
interface OpenSession {
  readonly id: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly ip_address: string | null;
  readonly user_agent: string | null;
}

/** How somebody has shown who they are. */
type Way = 'link' | 'passkey' | 'sso';

export interface Sessions {
  /**
   * Keeps a session that better-auth has just begun, passes its cookie on, and ends the one that this browser had. Throws `Rejected`, and ends it, if its
   * person has no role any more, or must log in another way.
   */
  admit(response: Response, io: Exchange & { readonly way: Way }): Promise<Caller>;
  /** Begins a session for a person who is proven. `verifiedAt`: when a second factor was given, in milliseconds. Throws as `admit`. */
  start(
    personId: string,
    io: Exchange & { readonly way: Way; readonly verifiedAt?: number | undefined },
  ): Promise<Caller>;
  leave(io: Exchange): Promise<void>;
  /** Who sends the request by its session's cookie; undefined if nobody. */
  callerOf(request: FastifyRequest, reply: FastifyReply): Promise<Caller | undefined>;
  /** The person and session of a request that has one. */
  requireCurrent(request: FastifyRequest): Promise<{ readonly personId: string; readonly sessionId: string }>;
  of(personId: string): Promise<OpenSession[]>;
  end(personId: string, sessionId: string): Promise<void>;
  /** Records that the person of a session has given a second factor in it, now or at an instant. */
  verify(sessionId: string, at?: number): Promise<void>;
}

/** However much a session is used: owasp.org, Session Management, absolute timeout. */
const LONGEST_SESSION_MS = 7 * DAY_MS;
/** How long a second factor counts, and how long for changing the factors themselves. */
const VERIFIED_MS = 12 * 3_600_000;
const FRESH_MS = 15 * 60_000;

/** The sessions of browsers, in better-auth's tables. */
export function openSessions(services: SignInServices, auth: () => Promise<Auth>): Sessions {
  const { operational, clock, sso } = services;
  const current = async (request: FastifyRequest, reply?: FastifyReply) => {
    if (!request.headers.cookie?.includes('tantieme.session_token')) return undefined;
    const { response, headers } = await (await auth()).api.getSession({
      headers: headersOf(request),
      returnHeaders: true,
    });
    if (reply) passCookies(headers, reply);
    return response ?? undefined;
  };
  const end: Sessions['end'] = async (personId, sessionId) => {
    await operational.deleteFrom('sessions').where('id', '=', sessionId).where('person_id', '=', personId).execute();
  };
  const verify: Sessions['verify'] = async (sessionId, at = clock.now()) => {
    await operational
      .updateTable('sessions')
      .set({ verified_at: instant(at) })
      .where('id', '=', sessionId)
      .execute();
  };
  const admit: Sessions['admit'] = async (response, { request, reply, way }) => {
    const { user, session } = (await response.json()) as { user: { id: string }; session: { id: string } };
    const earlier = await current(request);
    if (earlier) await end(earlier.user.id, earlier.session.id);
    const person = await findPerson({ operational }, user.id);
    const problem = problemOf(person, { way, isOnlySso: sso?.isOnly ?? false });
    if (!person || problem !== undefined) {
      await end(user.id, session.id);
      throw new Rejected(problem);
    }
    passCookies(response.headers, reply);
    return callerFrom(person, { id: session.id, verifiedAt: null, now: clock.now() });
  };
  return {
    admit,
    async start(personId, { request, reply, way, verifiedAt }) {
      const response = await (await auth()).api.startSession({
        ...{ body: { personId }, headers: headersOf(request), asResponse: true },
      });
      const caller = await admit(response, { request, reply, way });
      if (verifiedAt !== undefined) await verify(requirePresent(caller.sessionId, 'A session has an id.'), verifiedAt);
      return caller;
    },
    async leave({ request, reply }) {
      const response = await (await auth()).api.signOut({ headers: headersOf(request), asResponse: true });
      passCookies(response.headers, reply);
    },
    async callerOf(request, reply) {
      const found = await current(request, reply);
      if (!found) return undefined;
      const person = await findPerson({ operational }, found.user.id);
      if (!person || person.roles.length === 0) return undefined;
      const { id, createdAt, verifiedAt } = found.session;
      const now = clock.now();
      if (now - createdAt.getTime() > LONGEST_SESSION_MS) {
        await end(person.id, id);
        return undefined;
      }
      return callerFrom(person, { id, verifiedAt: verifiedAt?.getTime() ?? null, now });
    },
    async requireCurrent(request) {
      const found = requirePresent(await current(request), 'A second factor is given in a session.');
      return { personId: found.user.id, sessionId: found.session.id };
    },
    of: (personId) =>
      operational
        .selectFrom('sessions')
        .select(['id', 'created_at', 'updated_at', 'ip_address', 'user_agent'])
        .where('person_id', '=', personId)
        .where('expires_at', '>', instant(clock.now()))
        .orderBy('updated_at', 'desc')
        .execute(),
    end,
    verify,
  };
}

function problemOf(
  person: Person | undefined,
  { way, isOnlySso }: { way: Way; isOnlySso: boolean },
): string | undefined {
  if (!person || person.roles.length === 0) return 'You have no role any more: ask whoever runs this marketplace.';
  if (isOnlySso && way !== 'sso' && isStaff(person))
    return 'People of the company log in by single sign-on only: go to /login/sso.';
  return undefined;
}

function callerFrom(
  { id, name, roles, locale }: Person,
  session: { id: string; verifiedAt: number | null; now: number },
): Caller {
  const idsOf = (wanted: Role) => roles.filter(({ role }) => role === wanted).map(({ subject_id }) => subject_id);
  const age = session.verifiedAt === null ? Number.POSITIVE_INFINITY : session.now - session.verifiedAt;
  return {
    ...{ kind: 'person', id, name, locale, sessionId: session.id },
    ...{ creatorIds: idsOf('creator'), developerIds: idsOf('developer') },
    ...{ isVerified: age < VERIFIED_MS, isFresh: age < FRESH_MS },
    roles: [...new Set(roles.map(({ role }) => role))],
  };
}

/** What better-auth needs of a request. */
export function headersOf(request: FastifyRequest): Headers {
  const headers = new Headers({ [CLIENT_ADDRESS]: request.ip });
  for (const name of ['cookie', 'user-agent'] as const) {
    const value = request.headers[name];
    if (value !== undefined) headers.set(name, value);
  }
  return headers;
}

function passCookies(headers: Headers, reply: FastifyReply): void {
  for (const cookie of headers.getSetCookie()) reply.header('set-cookie', cookie);
}
