import type { Permission } from './permissions.ts';
import { OUTSIDE_ROLES, type Role } from './roles.ts';

/** Who sends a request. */
export interface Caller {
  /** A person who has logged in, an API key, an app that a person has let in, or the command line of this machine, which passes the person's name. */
  readonly kind: 'person' | 'key' | 'app' | 'command line';
  /** The id of the key or of the person, also for an app. */
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** The creators whose data the role `creator` may read; empty for other roles. */
  readonly creatorIds: readonly string[];
  /** The same for the role `developer`. */
  readonly developerIds: readonly string[];
  /** Of what the roles may do, only this; all of it without. */
  readonly scopes?: readonly Permission[];
  /** Of a person: whether a second factor was given in this session, and not too long ago. */
  readonly isVerified?: boolean;
  /** Of a person: whether that was within the last minutes, as changing the second factors themselves needs. */
  readonly isFresh?: boolean;
  /** Of a person: its language, if one is known. */
  readonly locale?: string | null;
  /** Of a person. */
  readonly sessionId?: string;
  /** Of a key, the person who made it: what it does is recorded under that name, so that nobody approves with a key what they planned themselves. */
  readonly madeBy?: { readonly id: string; readonly name: string };
  /** Of an app. */
  readonly appId?: string;
}

/** Whether the caller sees only what belongs to its own creators or developers. */
export function seesOwnOnly({ roles }: Caller): boolean {
  return roles.some((role) => OUTSIDE_ROLES.includes(role));
}

/** Whether the caller may see this creator's data; to other callers it is reported as not found. */
export function maySee(caller: Caller, creatorId: string): boolean {
  return !seesOwnOnly(caller) || caller.creatorIds.includes(creatorId);
}

/** The same for the data of a developer. */
export function maySeeDeveloper(caller: Caller, developerId: string): boolean {
  return !seesOwnOnly(caller) || caller.developerIds.includes(developerId);
}

/** `The key reports has the role finance`, for the beginning of a refusal. */
export function callerWithRoles({ kind, name, roles }: Caller): string {
  const who = kind === 'key' ? `The key ${name}` : name;
  return `${who} has ${roles.length === 1 ? `the role ${roles[0]}` : `the roles ${roles.join(', ') || '(none)'}`}`;
}
