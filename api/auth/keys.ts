import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Services } from '../../jobs/job.ts';
import { instant } from '../../warehouse/clock.ts';
import { Conflict, NotFound, Rejected } from '../../warehouse/errors.ts';
import type { ApiKeysTable } from '../../warehouse/operational/schema.ts';
import { FIELDS } from '../../warehouse/vocabulary/fields.ts';
import { makeKey } from './key-secret.ts';
import { type Permission, scopesOf } from './permissions.ts';

/** The roles that a key can have. */
export type KeyRole = ApiKeysTable['role'];

export const KEY_ROLES: readonly KeyRole[] = ['creator', 'developer', 'finance', 'analyst', 'operator'];

/** A key as it may be shown: without its secrets. */
export interface ListedKey
  extends Omit<Selectable<ApiKeysTable>, 'secret_hash' | 'secret_made_at' | 'former_secret_hash' | 'person_id'> {
  /** Whether a former secret goes on beside the present one. */
  readonly has_former_secret: boolean;
  /** The name of the person; null for a key that was made at the command line. */
  readonly made_by: string | null;
}

export interface KeyRequest {
  readonly name: string;
  readonly role: KeyRole;
  /** Required for the role `creator`, not allowed for others. */
  readonly creatorId?: string | undefined;
  /** The same for `developer`. */
  readonly developerId?: string | undefined;
  /** Of what the role may do, only this. */
  readonly scopes?: readonly Permission[] | undefined;
  /** An instant, from which on it is refused. */
  readonly expiresAt?: string | undefined;
  /** The id of the person who makes it. */
  readonly personId?: string | undefined;
}

/** Which keys somebody may see and change: those of a person, or all. */
export type Owner = { readonly personId: string } | 'all';

type Store = Pick<Services, 'operational' | 'clock'>;

/** How the id of a creator is written. */
const CREATOR_ID = new RegExp(FIELDS.creator_id.pattern ?? '');

/** Creates a key and returns it; it cannot be shown again. Throws `Rejected` for an invalid request. */
export async function createKey({ operational, clock }: Store, request: KeyRequest): Promise<string> {
  const name = request.name.trim();
  assertValid({ ...request, name });
  const { role, creatorId = null, developerId = null, scopes, expiresAt, personId = null } = request;
  const now = clock.now();
  const { apiKeyId, key, secretHash } = makeKey();
  await operational
    .insertInto('api_keys')
    .values({
      ...{ api_key_id: apiKeyId, name, role, creator_id: creatorId, developer_id: developerId, person_id: personId },
      ...{ scopes: scopes ? [...scopes] : null, secret_hash: secretHash, secret_made_at: instant(now) },
      ...{ former_secret_hash: null, former_ends_at: null },
      expires_at: expiresAt === undefined ? null : requireFuture(expiresAt, { now, what: 'The key' }),
      ...{ created_at: instant(now), last_used_at: null, revoked_at: null },
    })
    .execute();
  return key;
}

function assertValid({ name, role, creatorId, developerId, scopes }: KeyRequest): void {
  if (!/^[^\p{Cc}]{1,100}$/u.test(name))
    throw new Rejected(
      'The key cannot be created: its name must have 1 to 100 characters, without control characters.',
    );
  for (const [subject, id] of [
    ['creator', creatorId],
    ['developer', developerId],
  ] as const) {
    if ((role === subject) === (id !== undefined)) continue;
    throw new Rejected(
      `The key cannot be created: the role ${subject} needs the id of a ${subject}, and other roles must have none.`,
    );
  }
  if (creatorId !== undefined && !CREATOR_ID.test(creatorId)) {
    throw new Rejected(`${JSON.stringify(creatorId)} is not a creator id; creator ids begin with cr_.`);
  }
  if (scopes?.length === 0) {
    throw new Rejected('The key cannot be created without any scope; leave scopes out for all that its role may do.');
  }
  const foreign = scopes?.find((scope) => !scopesOf(role).includes(scope));
  if (foreign === undefined) return;
  throw new Rejected(
    `The key cannot have the scope ${foreign}: a key of the role ${role} has ${scopesOf(role).join(', ')}.`,
  );
}

/** Throws `Rejected` for an instant that is over. */
function requireFuture(text: string, { now, what }: { readonly now: number; readonly what: string }): string {
  const at = Date.parse(text);
  if (at > now) return instant(at);
  throw new Rejected(`${what} cannot end at ${text}, which is over; give a later instant.`);
}

/** The keys that somebody may see, including revoked ones, oldest first. */
export function listKeys(store: Store, owner: Owner): Promise<ListedKey[]> {
  return keysOf(store, owner).orderBy('api_keys.created_at').orderBy('api_key_id').execute();
}

/** A key, if this owner has it. Throws `NotFound`. */
export async function requireKey(store: Store, apiKeyId: string, owner: Owner): Promise<ListedKey> {
  const found = await keysOf(store, owner).where('api_key_id', '=', apiKeyId).executeTakeFirst();
  if (found) return found;
  throw new NotFound(`There is no API key ${JSON.stringify(apiKeyId)}.`);
}

function keysOf({ operational, clock }: Store, owner: Owner) {
  const now = instant(clock.now());
  const keys = operational
    .selectFrom('api_keys')
    .leftJoin('people', 'people.id', 'api_keys.person_id')
    .select(['api_key_id', 'api_keys.name', 'role', 'creator_id', 'developer_id', 'scopes', 'people.name as made_by'])
    .select(['api_keys.created_at', 'expires_at', 'last_used_at', 'former_ends_at', 'revoked_at'])
    .select(
      sql<boolean>`former_secret_hash is not null and coalesce(former_ends_at > ${now}, true)`.as('has_former_secret'),
    );
  return owner === 'all' ? keys : keys.where('person_id', '=', owner.personId);
}

/**
 * Makes a second secret and returns the key with it. The first goes on until `formerEndsAt`, or without it until it is revoked. Throws `NotFound`,
 * `Rejected` for an instant that is over, and `Conflict` for a key that is revoked or has expired, or has two secrets already.
 */
export async function rotateKey(
  store: Store,
  { apiKeyId, owner, formerEndsAt }: { apiKeyId: string; owner: Owner; formerEndsAt?: string | undefined },
): Promise<string> {
  const { operational, clock } = store;
  const now = clock.now();
  const ends = formerEndsAt === undefined ? null : requireFuture(formerEndsAt, { now, what: 'The former secret' });
  await requireKey(store, apiKeyId, owner);
  const { key, secretHash } = makeKey(apiKeyId);
  const rotated = await operational
    .updateTable('api_keys')
    .set(({ ref }) => ({
      former_secret_hash: ref('secret_hash'),
      former_ends_at: ends,
      secret_hash: secretHash,
      secret_made_at: instant(now),
    }))
    .where('api_key_id', '=', apiKeyId)
    .where('revoked_at', 'is', null)
    .where(({ eb, or }) => or([eb('expires_at', 'is', null), eb('expires_at', '>', instant(now))]))
    .where(({ eb, or }) => or([eb('former_secret_hash', 'is', null), eb('former_ends_at', '<=', instant(now))]))
    .returning('api_key_id')
    .executeTakeFirst();
  if (rotated) return key;
  const { revoked_at, expires_at, has_former_secret } = await requireKey(store, apiKeyId, owner);
  if (revoked_at !== null) throw new Conflict(`The key ${apiKeyId} was revoked at ${revoked_at}; make another one.`);
  if (has_former_secret)
    throw new Conflict(`The key ${apiKeyId} has two secrets already; revoke its former one, then rotate it again.`);
  throw new Conflict(`The key ${apiKeyId} expired at ${expires_at}; make another one.`);
}

/**
 * Revokes a key, or only its former secret, with immediate effect. Throws `NotFound`, or `Conflict` if it is already revoked, or has no
 * former secret.
 */
export async function revokeKey(
  store: Store,
  { apiKeyId, owner, onlyFormer = false }: { apiKeyId: string; owner: Owner; onlyFormer?: boolean },
): Promise<ListedKey> {
  const { revoked_at, has_former_secret } = await requireKey(store, apiKeyId, owner);
  if (revoked_at !== null) throw new Conflict(`The key ${apiKeyId} was already revoked at ${revoked_at}.`);
  if (onlyFormer && !has_former_secret) throw new Conflict(`The key ${apiKeyId} has one secret only; revoke the key.`);
  await store.operational
    .updateTable('api_keys')
    .set({
      ...(!onlyFormer && { revoked_at: instant(store.clock.now()) }),
      ...{ former_secret_hash: null, former_ends_at: null },
    })
    .where('api_key_id', '=', apiKeyId)
    .where('revoked_at', 'is', null)
    .execute();
  return requireKey(store, apiKeyId, owner);
}
