import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../../jobs/job.ts';
import type { Mailer } from '../../jobs/mail/mail.ts';
import { DAY_MS, instant } from '../../warehouse/clock.ts';
import { messageOf, Rejected } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { lazily } from '../../warehouse/lazily.ts';
import type { Auth } from './better-auth.ts';
import type { Caller } from './caller.ts';
import { nextPath } from './next-path.ts';
import { findPerson, type Person } from './people.ts';
import type { Role } from './roles.ts';
import { acceptCode, beginSecondFactor, hasSecondFactor, type NewFactor } from './second-factor.ts';
import { CLIENT_ADDRESS, LINK_MINUTES, type SignInLink } from './sign-in-link.ts';
import { assertInTime, networkOf, throttle } from './throttle.ts';

export interface SignInServices extends Pick<Services, 'operational' | 'clock'> {
  readonly mailer: Mailer;
  /** Signs cookies, and encrypts what is not to be read in the store. */
  readonly secret: string;
  /** Where our pages are; known once the server listens. */
  readonly url: () => string;
}

/** A session of a person, as it may be shown. */
export interface OpenSession {
  readonly id: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly ip_address: string | null;
  readonly user_agent: string | null;
}

/** Logging in by a link in a mail, sessions, and the second factor. */
export interface SignIn {
  readonly url: () => string;
  /**
   * Mails a link to whoever has this address and a role. Neither what is returned nor when tells whether anybody does: the mail is sent afterwards, and a
   * failure is logged. `next` is the page to go on to. Throws `TooManyRequests`.
   */
  requestLink(email: string, to: { readonly request: FastifyRequest; readonly next?: string }): void;
  /** Resolves once the mail of `requestLink` was sent. */
  idle(): Promise<void>;
  /** A link for a person, which is also mailed with the words of an invitation. Returns its address. */
  invitationLink(person: Person): Promise<string>;
  /**
   * Logs in with the token of a link, sets the cookie, and ends the session that this browser had. Throws `Rejected` for a link that was used or is too
   * old, or whose person has no role any more.
   */
  enter(token: string, io: Exchange): Promise<Caller>;
  leave(io: Exchange): Promise<void>;
  /** Who sends the request by its session's cookie; undefined if nobody. */
  callerOf(request: FastifyRequest, reply: FastifyReply): Promise<Caller | undefined>;
  sessionsOf(personId: string): Promise<OpenSession[]>;
  endSession(personId: string, sessionId: string): Promise<void>;
  hasFactor(personId: string): Promise<boolean>;
  beginFactor(person: Pick<Person, 'id' | 'email'>, sessionId: string | undefined): Promise<NewFactor>;
  /** Accepts the code of a second factor for this session. */
  verify(code: string, request: FastifyRequest): Promise<void>;
  /** Answers a request to an endpoint of OAuth 2.1; `account` is the one for which the person allows an app something with it. */
  oauth(request: Request, account?: string): Promise<Response>;
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Requests for links: a person asks once or twice, a machine often. */
const LINKS_PER_ADDRESS = { most: 5, windowMs: 15 * 60_000 };
const LINKS_PER_CLIENT = { most: 30, windowMs: 15 * 60_000 };
const ENTRIES_PER_CLIENT = { most: 30, windowMs: 15 * 60_000 };

/** However much a session is used: owasp.org, Session Management, absolute timeout. */
const LONGEST_SESSION_MS = 7 * DAY_MS;
/** How long a second factor counts. */
const VERIFIED_MS = 12 * 3_600_000;

/** Opened with the first log-in: better-auth takes most of a second and 50 MB to load, and most processes need it for nobody. */
export function openSignIn(services: SignInServices): SignIn {
  const { operational, clock, url } = services;
  const addresses = throttle(LINKS_PER_ADDRESS);
  const clients = throttle(LINKS_PER_CLIENT);
  const entries = throttle(ENTRIES_PER_CLIENT);
  const auth = lazily(async (): Promise<Auth> => {
    const { openAuth } = await import('./better-auth.ts');
    return openAuth({ ...services, url: url(), deliver: (link) => deliver(services, link) });
  });
  const appAuth = lazily(async () => {
    const { openAppAuth } = await import('./app-auth.ts');
    return openAppAuth({ ...services, url: url() });
  });
  const sending = new Set<Promise<void>>();
  const sendLink = async (email: string, { request, next }: Parameters<SignIn['requestLink']>[1]): Promise<void> => {
    const person = await findPerson({ operational }, email);
    if (!person || person.roles.length === 0) return;
    await (await auth()).api.signInMagicLink({
      body: { email: person.email, metadata: { next } },
      headers: headersOf(request),
    });
  };
  const currentSession = async (request: FastifyRequest, reply?: FastifyReply) => {
    if (!request.headers.cookie?.includes('tantieme.session_token')) return undefined;
    const { response, headers } = await (await auth()).api.getSession({
      headers: headersOf(request),
      returnHeaders: true,
    });
    if (reply) passCookies(headers, reply);
    return response ?? undefined;
  };
  const endSession: SignIn['endSession'] = async (personId, sessionId) => {
    await operational.deleteFrom('sessions').where('id', '=', sessionId).where('person_id', '=', personId).execute();
  };
  return {
    url,
    requestLink(email, { request, ...more }) {
      const now = clock.now();
      assertInTime(clients.count(networkOf(request.ip), now));
      assertInTime(addresses.count(email.trim().toLowerCase(), now));
      const sent = sendLink(email, { request, ...more })
        .catch((error: unknown) => request.log.error(`A log-in link was not sent: ${messageOf(error)}`))
        .finally(() => sending.delete(sent));
      sending.add(sent);
    },
    async idle() {
      await Promise.all(sending);
    },
    async invitationLink(person) {
      let address = '';
      const collect = (link: string): void => {
        address = link;
      };
      await (await auth()).api.signInMagicLink({
        body: { email: person.email, metadata: { collect } },
        headers: new Headers(),
      });
      return address;
    },
    async enter(token, { request, reply }) {
      assertInTime(entries.count(networkOf(request.ip), clock.now()));
      const earlier = await currentSession(request);
      const response = await (await auth()).api.magicLinkVerify({
        ...{ query: { token }, headers: headersOf(request), asResponse: true },
      });
      if (response.status !== 200) {
        throw new Rejected(
          `This link does not work: it was used, or is older than ${LINK_MINUTES} minutes; ask for a new one.`,
        );
      }
      const { user, session } = (await response.json()) as { user: { id: string }; session: { id: string } };
      const person = await findPerson({ operational }, user.id);
      if (earlier) await endSession(earlier.user.id, earlier.session.id);
      if (!person || person.roles.length === 0) {
        await endSession(user.id, session.id);
        throw new Rejected('You have no role any more: ask whoever runs this marketplace.');
      }
      passCookies(response.headers, reply);
      return callerFrom(person, { id: session.id, isVerified: false });
    },
    async leave({ request, reply }) {
      const response = await (await auth()).api.signOut({ headers: headersOf(request), asResponse: true });
      passCookies(response.headers, reply);
    },
    async callerOf(request, reply) {
      const found = await currentSession(request, reply);
      if (!found) return undefined;
      const person = await findPerson({ operational }, found.user.id);
      if (!person || person.roles.length === 0) return undefined;
      const { id, createdAt, verifiedAt } = found.session;
      const now = clock.now();
      if (now - createdAt.getTime() > LONGEST_SESSION_MS) {
        await endSession(person.id, id);
        return undefined;
      }
      const isVerified = verifiedAt != null && now - verifiedAt.getTime() < VERIFIED_MS;
      return callerFrom(person, { id, isVerified });
    },
    sessionsOf: (personId) =>
      operational
        .selectFrom('sessions')
        .select(['id', 'created_at', 'updated_at', 'ip_address', 'user_agent'])
        .where('person_id', '=', personId)
        .where('expires_at', '>', instant(clock.now()))
        .orderBy('updated_at', 'desc')
        .execute(),
    endSession,
    hasFactor: (personId) => hasSecondFactor(services, personId),
    beginFactor: (person, sessionId) => beginSecondFactor(services, { ...person, sessionId }),
    oauth: async (request, account) => (await appAuth()).handle(request, account),
    async verify(code, request) {
      const found = requirePresent(await currentSession(request), 'A second factor is given in a session.');
      await acceptCode(services, { personId: found.user.id, sessionId: found.session.id, code });
      await operational
        .updateTable('sessions')
        .set({ verified_at: instant(clock.now()) })
        .where('id', '=', found.session.id)
        .execute();
    },
  };
}

function callerFrom({ id, name, roles }: Person, session: { id: string; isVerified: boolean }): Caller {
  const idsOf = (wanted: Role) => roles.filter(({ role }) => role === wanted).map(({ subject_id }) => subject_id);
  return {
    ...{ kind: 'person', id, name, isVerified: session.isVerified, sessionId: session.id },
    ...{ creatorIds: idsOf('creator'), developerIds: idsOf('developer') },
    roles: [...new Set(roles.map(({ role }) => role))],
  };
}

function headersOf(request: FastifyRequest): Headers {
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

/** The page of the link asks for a click: programs that check mails open every link in them, and the link works once. */
async function deliver({ mailer, url }: SignInServices, { email, token, metadata }: SignInLink): Promise<void> {
  const next = nextPath(metadata?.next as string | undefined);
  const address = `${url()}/login/enter?token=${token}${next === '/' ? '' : `&next=${encodeURIComponent(next)}`}`;
  const collect = metadata?.collect as ((link: string) => void) | undefined;
  collect?.(address);
  await mailer.send({
    to: email,
    subject: collect ? 'You are invited to Tantieme' : 'Log in to Tantieme',
    text: [
      collect ? 'You were given access to Tantieme.' : 'Somebody, probably you, wants to log in to Tantieme.',
      `Open this address within ${LINK_MINUTES} minutes to log in; it works once:`,
      address,
      `After that, ask for a new one at ${url()}/login.`,
      'If you did not expect this, ignore it: without the address nobody can log in.',
    ].join('\n\n'),
  });
}
