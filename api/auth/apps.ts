import type { Selectable } from 'kysely';
import type { Services } from '../../jobs/job.ts';
import { instant } from '../../warehouse/clock.ts';
import { Conflict, NotFound, Rejected } from '../../warehouse/errors.ts';
import { randomId, randomSecret, sha256Base64Url } from '../../warehouse/ids.ts';
import type { AppsTable } from '../../warehouse/operational/app-tables.ts';
import { APP_SCOPES, type AppScope, PREFIX } from './app-scopes.ts';
import { endAppTokens } from './app-tokens.ts';

/** An app as it may be shown: without the hash of its secret. */
export type ListedApp = Pick<Selectable<AppsTable>, (typeof LISTED)[number]>;

interface AppRequest {
  readonly name: string;
  /** Compared exactly; on a loopback address any port is accepted (RFC 8252, 7.3). */
  readonly redirectUris: readonly string[];
  /** What it may ask people for; everything without them. */
  readonly scopes?: readonly AppScope[] | undefined;
  /** Whether it runs where a secret cannot be kept: in a browser, on a phone, on somebody's computer. */
  readonly isPublic: boolean;
  readonly by: string;
}

type Store = Pick<Services, 'operational' | 'clock'>;

const LISTED = [
  ...(['app_id', 'name', 'auth_method', 'redirect_uris', 'scopes'] as const),
  ...(['created_by', 'created_at', 'revoked_by', 'revoked_at'] as const),
] as const;

/** Registers an app. The secret is only in the result and cannot be shown again; a public app has none. Throws `Rejected` for a malformed request. */
export async function registerApp(
  { operational, clock }: Store,
  { name, redirectUris, scopes = APP_SCOPES, isPublic, by }: AppRequest,
): Promise<{ app: ListedApp; secret: string | undefined }> {
  const trimmed = name.trim();
  if (!/^[^\p{Cc}()]{1,100}$/u.test(trimmed)) {
    throw new Rejected(
      'The app cannot be registered: its name must have 1 to 100 characters, without control characters and parentheses.',
    );
  }
  for (const uri of redirectUris) assertRedirectUri(uri);
  const secret = isPublic ? undefined : randomSecret();
  const app = await operational
    .insertInto('apps')
    .values({
      ...{ app_id: randomId('app'), name: trimmed, secret_hash: secret === undefined ? null : sha256Base64Url(secret) },
      ...{ auth_method: isPublic ? ('none' as const) : ('client_secret_basic' as const) },
      ...{ redirect_uris: JSON.stringify(redirectUris), scopes: JSON.stringify(scopes) },
      grant_types: JSON.stringify(['authorization_code', 'refresh_token']),
      ...{ created_by: by, created_at: instant(clock.now()), revoked_by: null, revoked_at: null },
    })
    .returning(LISTED)
    .executeTakeFirstOrThrow();
  return { app, secret: secret === undefined ? undefined : PREFIX.clientSecret + secret };
}

/** OAuth 2.1, 2.3 and 8.4.2: https, or http to a loopback address, where the app listens on a port that it gets from the system. */
function assertRedirectUri(uri: string): void {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  const isLoopback = url?.protocol === 'http:' && ['127.0.0.1', '[::1]'].includes(url.hostname);
  const isPlain = url !== undefined && url.username === '' && url.password === '' && !/[#*\s\\]/.test(uri);
  if (isPlain && (url.protocol === 'https:' || isLoopback)) return;
  throw new Rejected(
    `${JSON.stringify(uri)} is not a redirect address: it must be https, or http to 127.0.0.1 or [::1], without a fragment, a password or a wildcard.`,
  );
}

/** All apps, also those that were revoked, oldest first. */
export async function listApps({ operational }: Pick<Store, 'operational'>): Promise<ListedApp[]> {
  return operational.selectFrom('apps').select(LISTED).orderBy('created_at').orderBy('app_id').execute();
}

/** Throws `NotFound`. */
export async function requireApp({ operational }: Pick<Store, 'operational'>, appId: string): Promise<ListedApp> {
  const app = await operational.selectFrom('apps').select(LISTED).where('app_id', '=', appId).executeTakeFirst();
  if (app) return app;
  throw new NotFound(`There is no app ${JSON.stringify(appId)}; "tantieme apps list" shows all.`);
}

/** Revokes an app with all its tokens, with immediate effect. Throws `NotFound`, or `Conflict` if it is already revoked. */
export async function revokeApp(
  { operational, clock }: Store,
  { appId, by }: { readonly appId: string; readonly by: string },
): Promise<ListedApp> {
  const known = await requireApp({ operational }, appId);
  return operational.transaction().execute(async (transaction) => {
    const revoked = await transaction
      .updateTable('apps')
      .set({ revoked_by: by, revoked_at: instant(clock.now()) })
      .where('app_id', '=', appId)
      .where('revoked_at', 'is', null)
      .returning(LISTED)
      .executeTakeFirst();
    if (!revoked) throw new Conflict(`The app ${known.name} was already revoked at ${known.revoked_at}.`);
    await endAppTokens(transaction, { app_id: appId });
    return revoked;
  });
}
