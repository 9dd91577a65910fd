import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { magicLink } from 'better-auth/plugins';
import type { KyselyPlugin, UnknownRow } from 'kysely';
import { randomId } from '../../warehouse/ids.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import { CLIENT_ADDRESS, LINK_MINUTES, type SignInLink } from './sign-in-link.ts';

export interface SignInOptions {
  readonly operational: Operational;
  /** Signs the cookies, and encrypts the secrets of second factors. At least 32 characters. */
  readonly secret: string;
  /** Where our pages are: `https://royalties.example.com`. */
  readonly url: string;
  /** Given each link. */
  readonly deliver: (link: SignInLink) => Promise<void>;
}

/** How long a session lasts without a request; each request of a later hour renews it. */
const SESSION_SECONDS = 12 * 3600;
const RENEWAL_SECONDS = 3600;

export type Auth = ReturnType<typeof openAuth>;

/**
 * Sessions and log-in links by better-auth, in the tables of the control store. Nobody can sign up: people are invited. Links are stored as hashes.
 * We call its functions from our own routes; its own routes are served nowhere.
 */
export function openAuth({ deliver, ...options }: SignInOptions) {
  return betterAuth({
    ...settings(options),
    plugins: [
      magicLink({
        disableSignUp: true,
        storeToken: 'hashed',
        expiresIn: LINK_MINUTES * 60,
        sendMagicLink: ({ email, token, metadata }) => deliver({ email, token, metadata }),
      }),
      { id: 'proven', endpoints: { startSession } },
    ],
  });
}

/** What every instance of better-auth on our store has in common: they read the same sessions. */
export function settings({ operational, secret, url }: Omit<SignInOptions, 'deliver'>) {
  return {
    ...{ appName: 'Tantieme', baseURL: url, basePath: '/', secret },
    database: { db: operational.withPlugin(dates), type: 'postgres' },
    ...TABLES,
    // Requests are counted by ours: these routes are called within the process.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    advanced: {
      cookiePrefix: 'tantieme',
      useSecureCookies: url.startsWith('https:'),
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS] },
      database: { generateId: ({ model }) => randomId(PREFIXES[model] ?? model) },
    },
  } as const satisfies BetterAuthOptions;
}

/** A session for a person whom a passkey or the provider of single sign-on has proven. */
const startSession = createAuthEndpoint(
  '/start-session',
  {
    method: 'POST',
    requireHeaders: true,
    metadata: { SERVER_ONLY: true, $Infer: { body: {} as { readonly personId: string } } },
  },
  async (context) => {
    const { internalAdapter } = context.context;
    const user = requirePresent(await internalAdapter.findUserById(context.body.personId), 'There is no such person.');
    const session = await internalAdapter.createSession(user.id);
    await setSessionCookie(context, { session, user });
    return context.json({ user: { id: user.id }, session: { id: session.id } });
  },
);

const PREFIXES: Readonly<Record<string, string>> = {
  ...{ user: 'person', session: 'session', verification: 'link' },
  ...{ oauthConsent: 'consent', oauthRefreshToken: 'refresh', oauthAccessToken: 'access' },
};

const TIMES = { createdAt: 'created_at', updatedAt: 'updated_at' };

/** Our names for better-auth's tables and columns. */
const TABLES = {
  user: { modelName: 'people', fields: { emailVerified: 'email_verified', ...TIMES } },
  session: {
    modelName: 'sessions',
    fields: {
      expiresAt: 'expires_at',
      ipAddress: 'ip_address',
      userAgent: 'user_agent',
      userId: 'person_id',
      ...TIMES,
    },
    // Read with the session; only our own code sets it.
    additionalFields: { verifiedAt: { type: 'date', fieldName: 'verified_at', required: false, input: false } },
    ...{ expiresIn: SESSION_SECONDS, updateAge: RENEWAL_SECONDS },
  },
  account: {
    modelName: 'linked_accounts',
    fields: {
      ...{ accountId: 'account_id', providerId: 'provider_id', userId: 'person_id', ...TIMES },
      ...{ accessToken: 'access_token', refreshToken: 'refresh_token', idToken: 'id_token' },
      ...{ accessTokenExpiresAt: 'access_token_expires_at', refreshTokenExpiresAt: 'refresh_token_expires_at' },
    },
  },
  verification: { modelName: 'verifications', fields: { expiresAt: 'expires_at', ...TIMES } },
} as const satisfies BetterAuthOptions;

/** better-auth compares instants as dates, and our connections give them as texts. */
const dates: KyselyPlugin = {
  transformQuery: ({ node }) => node,
  async transformResult({ result }) {
    return { ...result, rows: result.rows.map(withDates) };
  },
};

function withDates(row: UnknownRow): UnknownRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      name.endsWith('_at') && typeof value === 'string' ? new Date(value) : value,
    ]),
  );
}
