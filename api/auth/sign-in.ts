import type { FastifyRequest } from 'fastify';
import { mailWords } from '../../jobs/notices/words.ts';
import { messageOf, Rejected } from '../../warehouse/errors.ts';
import { lazily } from '../../warehouse/lazily.ts';
import type { Auth } from './better-auth.ts';
import type { Caller } from './caller.ts';
import { noteBrowser } from './known-browsers.ts';
import { requireNextPath } from './next-path.ts';
import { verifyPasskey } from './passkeys.ts';
import { findPerson, isStaff, type Person } from './people.ts';
import { acceptCode, beginSecondFactor, type Factors, factorsOf, type NewFactor } from './second-factor.ts';
import { headersOf, openSessions, type Sessions } from './sessions.ts';
import { LINK_MINUTES, type SignInLink } from './sign-in-link.ts';
import type { Exchange, SignInServices } from './sign-in-services.ts';
import { openSingleSignOn, type SingleSignOn } from './single-sign-on.ts';
import { networkOf, throttle } from './throttle.ts';

/** Logging in by a link in a mail, a passkey or single sign-on; sessions, and the second factor. */
export interface SignIn {
  readonly url: () => string;
  /**
   * Mails a link to whoever has this address and a role. Neither what is returned nor when tells whether anybody does: the mail is sent afterwards, and a
   * failure is logged. `next` is the page to go on to. Throws `TooManyRequests`.
   */
  requestLink(email: string, to: { readonly request: FastifyRequest; readonly next?: string }): Promise<void>;
  /** Resolves once the mail of `requestLink` was sent. */
  idle(): Promise<void>;
  /** A link for a person, which is also mailed with the words of an invitation. Returns its address. */
  invitationLink(person: Person): Promise<string>;
  /**
   * Logs in with the token of a link, sets the cookie, and ends the session that this browser had. Throws `Rejected` for a link that was used or is too
   * old, or whose person has no role any more.
   */
  enter(token: string, io: Exchange): Promise<Caller>;
  /** The same with a passkey, which is a second factor too. */
  enterByPasskey(response: unknown, io: Exchange): Promise<Caller>;
  /** Undefined where there is none. */
  readonly sso: SingleSignOn | undefined;
  /** Counts a link that is tried, or a challenge for a passkey. Throws `TooManyRequests` for a client with too many. */
  countEntry(request: FastifyRequest): Promise<void>;
  /** Mails somebody who has just logged in with a browser that is new to them. */
  noteBrowser(caller: Caller, io: Exchange): Promise<void>;
  readonly leave: Sessions['leave'];
  readonly callerOf: Sessions['callerOf'];
  readonly sessionsOf: Sessions['of'];
  readonly endSession: Sessions['end'];
  factorsOf(personId: string): Promise<Factors>;
  beginFactor(person: Pick<Person, 'id' | 'email'>, session: Pick<Caller, 'sessionId' | 'isFresh'>): Promise<NewFactor>;
  /** Accepts the code of a second factor for this session. */
  verify(code: string, request: FastifyRequest): Promise<void>;
  /** Accepts a passkey of its person as the second factor of this session. */
  verifyByPasskey(response: unknown, request: FastifyRequest): Promise<void>;
  /** Counts a passkey that was just added in this session, which its person has thereby used. */
  readonly verifySession: Sessions['verify'];
  /** Answers a request to an endpoint of OAuth 2.1; `account` is the one for which the person allows an app something with it. */
  oauth(request: Request, account?: string): Promise<Response>;
}

/** Requests for links: a person asks once or twice, a machine often. */
const LINKS_PER_ADDRESS = { of: 'links of an address', most: 5, windowMs: 15 * 60_000 };
const LINKS_PER_CLIENT = { of: 'links of a client', most: 30, windowMs: 15 * 60_000 };
const ENTRIES_PER_CLIENT = { of: 'entries of a client', most: 30, windowMs: 15 * 60_000 };

/** Opened with the first log-in: better-auth takes most of a second and 50 MB to load, and most processes need it for nobody. */
export function openSignIn(services: SignInServices): SignIn {
  const { clock, url } = services;
  const auth = lazily(async (): Promise<Auth> => {
    const { openAuth } = await import('./better-auth.ts');
    return openAuth({ ...services, url: url(), deliver: (link) => deliver(services, link) });
  });
  const appAuth = lazily(async () => {
    const { openAppAuth } = await import('./app-auth.ts');
    return openAppAuth({ ...services, url: url() });
  });
  const sessions = openSessions(services, auth);
  const entries = throttle(services, ENTRIES_PER_CLIENT);
  const countEntry: SignIn['countEntry'] = (request) => entries.count(networkOf(request.ip));
  return {
    url,
    ...links(services, auth),
    async enter(token, { request, reply }) {
      await countEntry(request);
      const response = await (await auth()).api.magicLinkVerify({
        ...{ query: { token }, headers: headersOf(request), asResponse: true },
      });
      if (response.status !== 200) {
        throw new Rejected(
          `This link does not work: it was used, or is older than ${LINK_MINUTES} minutes; ask for a new one.`,
        );
      }
      return sessions.admit(response, { request, reply, way: 'link' });
    },
    async enterByPasskey(response, { request, reply }) {
      const personId = await verifyPasskey(services, response);
      return sessions.start(personId, { request, reply, way: 'passkey', verifiedAt: clock.now() });
    },
    sso: services.sso && openSingleSignOn(services, { config: services.sso, sessions }),
    countEntry,
    noteBrowser: (caller, io) => noteBrowser(services, caller, io),
    leave: sessions.leave,
    callerOf: sessions.callerOf,
    sessionsOf: sessions.of,
    endSession: sessions.end,
    factorsOf: (personId) => factorsOf(services, personId),
    beginFactor: (person, session) => beginSecondFactor(services, person, session),
    async verify(code, request) {
      const { personId, sessionId } = await sessions.requireCurrent(request);
      await acceptCode(services, { personId, sessionId, code });
      await sessions.verify(sessionId);
    },
    async verifyByPasskey(response, request) {
      const { personId, sessionId } = await sessions.requireCurrent(request);
      if ((await verifyPasskey(services, response)) !== personId) {
        throw new Rejected('This passkey is of another account; use one of yours.');
      }
      await sessions.verify(sessionId);
    },
    verifySession: sessions.verify,
    oauth: async (request, account) => (await appAuth()).handle(request, account),
  };
}

type Links = Pick<SignIn, 'requestLink' | 'idle' | 'invitationLink'>;

/** Links by mail. People who can log in by single sign-on only are mailed where that is. */
function links(services: SignInServices, auth: () => Promise<Auth>): Links {
  const { operational, mailer, url, sso } = services;
  const addresses = throttle(services, LINKS_PER_ADDRESS);
  const clients = throttle(services, LINKS_PER_CLIENT);
  const sending = new Set<Promise<void>>();
  const isElsewhere = (person: Person): boolean => sso?.isOnly === true && isStaff(person);
  const sendElsewhere = async ({ email, locale }: Person, kind: 'asked' | 'invited'): Promise<string> => {
    const { logIn } = mailWords(locale);
    const { subject, text } = logIn[kind];
    const address = `${url()}/login/sso`;
    await mailer.send({ to: email, subject, text: [text, logIn.elsewhere(address)].join('\n\n') });
    return address;
  };
  const sendLink = async (email: string, { request, next }: Parameters<SignIn['requestLink']>[1]): Promise<void> => {
    const person = await findPerson({ operational }, email);
    if (!person || person.roles.length === 0) return;
    if (isElsewhere(person)) {
      await sendElsewhere(person, 'asked');
      return;
    }
    await (await auth()).api.signInMagicLink({
      body: { email: person.email, metadata: { next, locale: person.locale } },
      headers: headersOf(request),
    });
  };
  return {
    async requestLink(email, { request, ...more }) {
      await clients.count(networkOf(request.ip));
      await addresses.count(email.trim().toLowerCase());
      const sent = sendLink(email, { request, ...more })
        .catch((error: unknown) => request.log.error(`A log-in link was not sent: ${messageOf(error)}`))
        .finally(() => sending.delete(sent));
      sending.add(sent);
    },
    async idle() {
      await Promise.all(sending);
    },
    async invitationLink(person) {
      if (isElsewhere(person)) return sendElsewhere(person, 'invited');
      let address = '';
      const collect = (link: string): void => {
        address = link;
      };
      await (await auth()).api.signInMagicLink({
        body: { email: person.email, metadata: { collect, locale: person.locale } },
        headers: new Headers(),
      });
      return address;
    },
  };
}

/** The page of the link asks for a click: programs that check mails open every link in them, and the link works once. */
async function deliver({ mailer, url }: SignInServices, { email, token, metadata }: SignInLink): Promise<void> {
  const next = requireNextPath(metadata?.next as string | undefined);
  const address = `${url()}/login/enter?token=${token}${next === '/' ? '' : `&next=${encodeURIComponent(next)}`}`;
  const collect = metadata?.collect as ((link: string) => void) | undefined;
  collect?.(address);
  const { logIn } = mailWords((metadata?.locale ?? null) as string | null);
  const { subject, text } = collect ? logIn.invited : logIn.asked;
  await mailer.send({
    to: email,
    subject,
    text: [text, logIn.link(LINK_MINUTES), address, logIn.after(`${url()}/login`), logIn.unexpected].join('\n\n'),
  });
}
