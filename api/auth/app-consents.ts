import type { Services } from '../../jobs/job.ts';
import { instant } from '../../warehouse/clock.ts';
import { NotFound } from '../../warehouse/errors.ts';
import { sha256Base64Url } from '../../warehouse/ids.ts';
import { APP_PERMISSIONS, PREFIX } from './app-scopes.ts';
import { endAppTokens } from './app-tokens.ts';
import type { EndedKey } from './authenticate.ts';
import type { Caller } from './caller.ts';
import { findPerson, type HeldRole } from './people.ts';
import { PERMISSIONS, type Permission } from './permissions.ts';
import { OUTSIDE_ROLES } from './roles.ts';

type Store = Pick<Services, 'operational' | 'clock'>;

/** What a person has allowed an app. */
export interface AppConsent {
  readonly consent_id: string;
  readonly app_id: string;
  readonly app_name: string;
  /** The creator or developer for whom. */
  readonly account: string;
  readonly scopes: string[];
  readonly allowed_at: string;
}

/** How an account is stored with what is allowed for it: `creator:cr_ada`. */
export const accountOf = ({ role, subject_id }: HeldRole): string => `${role}:${subject_id}`;

/** The accounts of these roles for which a person can allow all of it: creators and developers, for what their role has. */
export function accountsFor(roles: readonly HeldRole[], scopes: readonly string[]): HeldRole[] {
  const wanted = permissionsIn(scopes);
  return roles.filter(
    ({ role }) =>
      OUTSIDE_ROLES.includes(role) &&
      wanted.every((permission) => (PERMISSIONS[permission] as readonly string[]).includes(role)),
  );
}

const permissionsIn = (scopes: readonly string[]): Permission[] =>
  APP_PERMISSIONS.filter((permission) => scopes.includes(permission));

/** What a person has allowed, the newest first. */
export async function consentsOf({ operational }: Pick<Store, 'operational'>, personId: string): Promise<AppConsent[]> {
  const rows = await operational
    .selectFrom('app_consents')
    .innerJoin('apps', 'apps.app_id', 'app_consents.app_id')
    .select(['app_consents.id as consent_id', 'apps.app_id', 'apps.name as app_name', 'account'])
    .select(['app_consents.scopes', 'app_consents.updated_at as allowed_at'])
    .where('person_id', '=', personId)
    .orderBy('app_consents.updated_at', 'desc')
    .orderBy('app_consents.id')
    .execute();
  return rows.map((row) => ({ ...row, account: row.account.replace(/^\w+:/, '') }));
}

/** Takes back what a person has allowed, and ends the tokens that the app has for it. Throws `NotFound`. */
export async function withdrawConsent(
  { operational }: Pick<Store, 'operational'>,
  { personId, consentId }: { readonly personId: string; readonly consentId: string },
): Promise<void> {
  await operational.transaction().execute(async (transaction) => {
    const consent = await transaction
      .deleteFrom('app_consents')
      .where('id', '=', consentId)
      .where('person_id', '=', personId)
      .returning(['person_id', 'app_id', 'account'])
      .executeTakeFirst();
    if (!consent) throw new NotFound('You have allowed no such app, or have taken it back already.');
    await endAppTokens(transaction, consent);
  });
}

/** The error for an app whose token belongs to nobody. */
export const ENDED_TOKEN: EndedKey = {
  because: 'The access token is unknown, too old or taken back: refresh it, or ask the person again.',
};

/** Whether a bearer token is one of an app. */
export const isAppToken = (token: string): boolean => token.startsWith(PREFIX.opaqueAccessToken);

/**
 * The person for whom an app sends a request, limited to one account, and to what it has allowed the app. Undefined for a token that is unknown or too
 * old, of an app that is revoked, or for an account that the person has no more.
 */
export async function callerByAppToken({ operational, clock }: Store, token: string): Promise<Caller | undefined> {
  const found = await operational
    .selectFrom('app_access_tokens')
    .innerJoin('apps', 'apps.app_id', 'app_access_tokens.app_id')
    .select(['apps.app_id', 'apps.name', 'person_id', 'account', 'app_access_tokens.scopes'])
    .where('token_hash', '=', sha256Base64Url(token.slice(PREFIX.opaqueAccessToken.length)))
    .where('expires_at', '>', instant(clock.now()))
    .where('apps.revoked_at', 'is', null)
    .executeTakeFirst();
  if (!found) return undefined;
  const person = await findPerson({ operational }, found.person_id);
  const held = person?.roles.find((role) => accountOf(role) === found.account);
  if (!person || !held) return undefined;
  return {
    ...{ kind: 'app', id: person.id, name: `${person.name} by the app ${found.name}`, appId: found.app_id },
    ...{ roles: [held.role], creatorIds: held.role === 'creator' ? [held.subject_id] : [] },
    developerIds: held.role === 'developer' ? [held.subject_id] : [],
    scopes: permissionsIn(found.scopes),
  };
}
