import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Services } from '../../jobs/job.ts';
import { instant } from '../../warehouse/clock.ts';
import { Conflict, NotFound, Rejected } from '../../warehouse/errors.ts';
import { randomId, sha256Hex } from '../../warehouse/ids.ts';
import type { ApiKeysTable } from '../../warehouse/operational/schema.ts';
import { FIELDS } from '../../warehouse/vocabulary/fields.ts';

export type Role = ApiKeysTable['role'];

export const ROLES: readonly Role[] = ['creator', 'finance', 'analyst', 'operator'];

/** A key as it may be shown: without its secret, and without the hash of it. */
export type ListedKey = Omit<Selectable<ApiKeysTable>, 'secret_hash'>;

/** Who makes a request. */
export interface Caller {
  readonly apiKeyId: string;
  readonly name: string;
  readonly role: Role;
  /** Whose data a creator sees; null for every other role. */
  readonly creatorId: string | null;
  /** The command line of this machine, which names the person itself. */
  readonly isCommandLine: boolean;
}

/** A key that was just made. `key` is the only place where its secret ever stands. */
export interface MadeKey {
  readonly apiKeyId: string;
  readonly key: string;
  readonly secretHash: string;
}

export interface KeyRequest {
  readonly name: string;
  readonly role: Role;
  /** For the role `creator`, and for no other. */
  readonly creatorId?: string | undefined;
}

type Store = Pick<Services, 'operational' | 'clock'>;

const KEY = /^rk_([0-9a-f]{30})_([0-9a-f]{64})$/;
const CREATOR = new RegExp(FIELDS.creator_id.pattern ?? '');
const LISTED = ['api_key_id', 'name', 'role', 'creator_id', 'created_at', 'revoked_at'] as const;

/** `rk_{id}_{secret}` with a secret of 256 random bits: nothing to guess, so a plain SHA-256 of it is enough to keep. */
export function makeKey(): MadeKey {
  const apiKeyId = randomId('key');
  const secret = randomBytes(32).toString('hex');
  return { apiKeyId, key: `rk_${apiKeyId.slice('key_'.length)}_${secret}`, secretHash: sha256Hex(secret) };
}

/** The id of a key, as it stands in lists. */
export function apiKeyIdOf(key: string): string {
  return `key_${KEY.exec(key)?.[1] ?? ''}`;
}

/** Makes a key and gives it: the only time that it is shown. Throws `Rejected` for a request that makes no sense. */
export async function createKey({ operational, clock }: Store, request: KeyRequest): Promise<string> {
  const name = request.name.trim();
  if (!/^[^\p{Cc}]{1,100}$/u.test(name)) throw new Rejected('A key needs a name of 1 to 100 characters.');
  if ((request.role === 'creator') !== (request.creatorId !== undefined)) {
    throw new Rejected('A key with the role creator names its creator, and a key with any other role names none.');
  }
  if (request.creatorId !== undefined && !CREATOR.test(request.creatorId)) {
    throw new Rejected(`${JSON.stringify(request.creatorId)} is not the id of a creator; such an id begins with cr_.`);
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

/** Every key there is or was, oldest first. */
export async function listKeys({ operational }: Store): Promise<ListedKey[]> {
  return operational.selectFrom('api_keys').select(LISTED).orderBy('created_at').orderBy('api_key_id').execute();
}

/** Ends a key at once. Throws `NotFound`, or `Conflict` where it was ended before. */
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
  if (!known) throw new NotFound(`There is no key ${JSON.stringify(apiKeyId)}.`);
  throw new Conflict(`The key ${apiKeyId} was revoked at ${known.revoked_at}.`);
}

/** Who a key belongs to, or undefined for any that does not open. `ownKey` is the command line's, valid while we run. */
export function callerByKey(
  { operational }: Pick<Services, 'operational'>,
  ownKey?: MadeKey,
): (key: string) => Promise<Caller | undefined> {
  return async (key) => {
    const [, id, secret] = KEY.exec(key) ?? [];
    if (id === undefined || secret === undefined) return undefined;
    const apiKeyId = `key_${id}`;
    if (apiKeyId === ownKey?.apiKeyId) {
      const own = { apiKeyId, name: 'command line', role: 'operator', creatorId: null, isCommandLine: true } as const;
      return isSecret(secret, ownKey.secretHash) ? own : undefined;
    }
    const row = await operational
      .selectFrom('api_keys')
      .selectAll()
      .where('api_key_id', '=', apiKeyId)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    if (!row || !isSecret(secret, row.secret_hash)) return undefined;
    return { apiKeyId, name: row.name, role: row.role, creatorId: row.creator_id, isCommandLine: false };
  };
}

/** In constant time, which does not reveal how much of the secret is right. */
function isSecret(secret: string, secretHash: string): boolean {
  return timingSafeEqual(Buffer.from(sha256Hex(secret), 'hex'), Buffer.from(secretHash, 'hex'));
}
