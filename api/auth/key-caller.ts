import type { Selectable } from 'kysely';
import type { Services } from '../../jobs/job.ts';
import { instant } from '../../warehouse/clock.ts';
import type { ApiKeysTable } from '../../warehouse/operational/schema.ts';
import type { Authentication, EndedKey } from './authenticate.ts';
import type { Caller } from './caller.ts';
import { isSecret, type MadeKey, readKey } from './key-secret.ts';
import { findPerson, type Person } from './people.ts';
import type { Permission } from './permissions.ts';

type Store = Pick<Services, 'operational' | 'clock'>;
type Key = Selectable<ApiKeysTable>;

/** Finds the caller of a key. `ownKey` is the command line's, valid while this process runs. */
export function callerByKey({ operational, clock }: Store, ownKey?: MadeKey): Authentication['byKey'] {
  return async (key) => {
    const { apiKeyId = '', secret = '' } = readKey(key) ?? {};
    if (apiKeyId === ownKey?.apiKeyId) return isSecret(secret, ownKey.secretHash) ? commandLine(apiKeyId) : undefined;
    const row = await operational
      .selectFrom('api_keys')
      .selectAll()
      .where('api_key_id', '=', apiKeyId)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    if (!row || !hasSecret(row, secret, clock.now())) return undefined;
    const { name, expires_at } = row;
    if (expires_at !== null && Date.parse(expires_at) <= clock.now()) {
      return { because: `The API key ${name} expired at ${expires_at}; make another one.` };
    }
    const person = row.person_id === null ? undefined : await findPerson({ operational }, row.person_id);
    if (row.person_id !== null && !(person && mayHave(person, row))) return endedWithRole(row);
    return callerFrom(row, person);
  };
}

const commandLine = (id: string): Caller => ({
  ...{ kind: 'command line', id, name: 'command line', roles: ['operator'] },
  ...{ creatorIds: [], developerIds: [] },
});

/** The former secret works beside the one in its place, until its time is over. */
function hasSecret({ secret_hash, former_secret_hash, former_ends_at }: Key, secret: string, now: number): boolean {
  if (isSecret(secret, secret_hash)) return true;
  if (former_secret_hash === null || (former_ends_at !== null && Date.parse(former_ends_at) <= now)) return false;
  return isSecret(secret, former_secret_hash);
}

/** Whether a person may do today what the key does: in its role, for its creator or developer, or as an administrator, who makes keys for all. */
function mayHave({ roles }: Person, key: Key): boolean {
  const subject = key.creator_id ?? key.developer_id ?? '';
  return roles.some(({ role, subject_id }) => role === 'admin' || (role === key.role && subject_id === subject));
}

const endedWithRole = ({ name, role }: Key): EndedKey => ({
  because: `The API key ${name} does not work any more: who made it no longer has the role ${role}; use a key of somebody who has.`,
});

function callerFrom(key: Key, person: Person | undefined): Caller {
  const { api_key_id: id, name, role, creator_id, developer_id, scopes } = key;
  return {
    ...{ kind: 'key', id, name, roles: [role] },
    creatorIds: creator_id === null ? [] : [creator_id],
    developerIds: developer_id === null ? [] : [developer_id],
    // A permission that a later version no longer has allows nothing.
    ...(scopes && { scopes: scopes as Permission[] }),
    ...(person && { madeBy: { id: person.id, name: person.name } }),
  };
}

/** Records when keys were used. */
interface KeyUse {
  /** Returns at once: nobody waits for what is written. */
  note(apiKeyId: string): void;
  /** Resolves once everything noted is written. */
  idle(): Promise<void>;
}

/** To the minute, at most once a minute for each key. A failure is not reported: the next use records it again. */
export function recordKeyUse({ operational, clock }: Store): KeyUse {
  const minutes = new Map<string, number>();
  const writing = new Set<Promise<void>>();
  const write = async (apiKeyId: string, minute: number): Promise<void> => {
    const last_used_at = instant(minute);
    await operational
      .updateTable('api_keys')
      .set({ last_used_at })
      .where('api_key_id', '=', apiKeyId)
      .where(({ eb, or }) => or([eb('last_used_at', 'is', null), eb('last_used_at', '<', last_used_at)]))
      .execute();
  };
  return {
    note(apiKeyId) {
      const minute = Math.floor(clock.now() / 60_000) * 60_000;
      if ((minutes.get(apiKeyId) ?? 0) >= minute) return;
      minutes.set(apiKeyId, minute);
      const written = write(apiKeyId, minute)
        .catch(() => void minutes.delete(apiKeyId))
        .finally(() => writing.delete(written));
      writing.add(written);
    },
    async idle() {
      await Promise.all(writing);
    },
  };
}
