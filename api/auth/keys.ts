import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Services } from '../../jobs/job.ts';
import { instant } from '../../warehouse/clock.ts';
import { Conflict, NotFound, Rejected } from '../../warehouse/errors.ts';
import { randomId, sha256Hex } from '../../warehouse/ids.ts';
import type { ApiKeysTable } from '../../warehouse/operational/schema.ts';
import { FIELDS } from '../../warehouse/vocabulary/fields.ts';
import type { Caller } from './caller.ts';

/** The roles that a key can have. */
export type KeyRole = ApiKeysTable['role'];

export const KEY_ROLES: readonly KeyRole[] = ['creator', 'finance', 'analyst', 'operator'];

/** A key as it may be shown: without the hash of its secret. */
export type ListedKey = Omit<Selectable<ApiKeysTable>, 'secret_hash'>;

/** A new key. The secret is only in `key` and is never stored. */
export interface MadeKey {
  readonly apiKeyId: string;
  readonly key: string;
  readonly secretHash: string;
}

export interface KeyRequest {
  readonly name: string;
  readonly role: KeyRole;
  /** Required for the role `creator`, not allowed for others. */
  readonly creatorId?: string | undefined;
}

type Store = Pick<Services, 'operational' | 'clock'>;

const KEY = /^rk_([0-9a-f]{30})_([0-9a-f]{64})$/;
/** How the id of a creator is written. */
export const CREATOR_ID = new RegExp(FIELDS.creator_id.pattern ?? '');
const LISTED = ['api_key_id', 'name', 'role', 'creator_id', 'created_at', 'revoked_at'] as const;

/** `rk_{id}_{secret}`; the secret has 256 random bits, so storing its plain SHA-256 is safe. */
export function makeKey(): MadeKey {
  const apiKeyId = randomId('key');
  const secret = randomBytes(32).toString('hex');
  return { apiKeyId, key: `rk_${apiKeyId.slice('key_'.length)}_${secret}`, secretHash: sha256Hex(secret) };
}

/** The `api_key_id` of a key. */
export function apiKeyIdOf(key: string): string {
  return `key_${KEY.exec(key)?.[1] ?? ''}`;
}

/** Creates a key and returns it; it cannot be shown again. Throws `Rejected` for an invalid request. */
export async function createKey({ operational, clock }: Store, request: KeyRequest): Promise<string> {
  const name = request.name.trim();
  if (!/^[^\p{Cc}]{1,100}$/u.test(name))
    throw new Rejected(
      'The key cannot be created: its name must have 1 to 100 characters, without control characters.',
    );
  if ((request.role === 'creator') !== (request.creatorId !== undefined)) {
    throw new Rejected(
      'The key cannot be created: the role creator needs the id of a creator, and other roles must have none.',
    );
  }
  if (request.creatorId !== undefined && !CREATOR_ID.test(request.creatorId)) {
    throw new Rejected(`${JSON.stringify(request.creatorId)} is not a creator id; creator ids begin with cr_.`);
  }
  const { apiKeyId, key, secretHash } = makeKey();
  await operational
    .insertInto('api_keys')
    .values({
      api_key_id: apiKeyId,
      name,
      role: request.role,
      creator_id: request.creatorId ?? null,
      secret_hash: secretHash,
      created_at: instant(clock.now()),
      revoked_at: null,
    })
    .execute();
  return key;
}

/** All keys including revoked ones, oldest first. */
export async function listKeys({ operational }: Store): Promise<ListedKey[]> {
  return operational.selectFrom('api_keys').select(LISTED).orderBy('created_at').orderBy('api_key_id').execute();
}

/** Revokes a key with immediate effect. Throws `NotFound`, or `Conflict` if it is already revoked. */
export async function revokeKey({ operational, clock }: Store, apiKeyId: string): Promise<ListedKey> {
  const revoked = await operational
    .updateTable('api_keys')
    .set({ revoked_at: instant(clock.now()) })
    .where('api_key_id', '=', apiKeyId)
    .where('revoked_at', 'is', null)
    .returning(LISTED)
    .executeTakeFirst();
  if (revoked) return revoked;
  const known = (await listKeys({ operational, clock })).find(({ api_key_id }) => api_key_id === apiKeyId);
  if (!known) throw new NotFound(`There is no API key ${JSON.stringify(apiKeyId)}.`);
  throw new Conflict(`The key ${apiKeyId} was already revoked at ${known.revoked_at}.`);
}

/** Finds the caller of a key; undefined if the key is invalid. `ownKey` is the command line's, valid while this process runs. */
export function callerByKey(
  { operational }: Pick<Services, 'operational'>,
  ownKey?: MadeKey,
): (key: string) => Promise<Caller | undefined> {
  return async (key) => {
    const [, id, secret] = KEY.exec(key) ?? [];
    if (id === undefined || secret === undefined) return undefined;
    const apiKeyId = `key_${id}`;
    if (apiKeyId === ownKey?.apiKeyId) {
      const own = {
        kind: 'command line',
        id: apiKeyId,
        name: 'command line',
        roles: ['operator'],
        ...{ creatorIds: [], developerIds: [] },
      } as const;
      return isSecret(secret, ownKey.secretHash) ? own : undefined;
    }
    const row = await operational
      .selectFrom('api_keys')
      .selectAll()
      .where('api_key_id', '=', apiKeyId)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    if (!row || !isSecret(secret, row.secret_hash)) return undefined;
    const creatorIds = row.creator_id === null ? [] : [row.creator_id];
    return { kind: 'key', id: apiKeyId, name: row.name, roles: [row.role], creatorIds, developerIds: [] };
  };
}

/** Compares in constant time, so that the response time does not reveal a partial match. */
function isSecret(secret: string, secretHash: string): boolean {
  return timingSafeEqual(Buffer.from(sha256Hex(secret), 'hex'), Buffer.from(secretHash, 'hex'));
}
