import type { Generated } from 'kysely';

/** Somebody who may log in. The table, and those below but for roles, factors and log, are written by better-auth. */
export interface PeopleTable {
  id: string;
  name: string;
  /** In lower case. */
  email: string;
  email_verified: boolean;
  image: string | null;
  /** `en` or `de`. */
  locale: Generated<string>;
  created_at: string;
  updated_at: string;
}

export interface SessionsTable {
  id: string;
  token: string;
  person_id: string;
  expires_at: string;
  created_at: string;
  updated_at: string;
  ip_address: string | null;
  user_agent: string | null;
  /** When the person gave a second factor in this session; null if not. */
  verified_at: string | null;
}

/** What a person may do. Rows are only added, and ended. */
export interface PersonRolesTable {
  entry: Generated<bigint>;
  person_id: string;
  role: 'creator' | 'developer' | 'finance' | 'approver' | 'analyst' | 'operator' | 'admin';
  /** The creator or developer for whom the person acts; '' for other roles. */
  subject_id: string;
  granted_by: string;
  granted_at: string;
  revoked_by: string | null;
  revoked_at: string | null;
}

/** The secret of a person's authenticator app, encrypted. */
export interface SecondFactorsTable {
  person_id: string;
  sealed_secret: string;
  /** Null until a first code has shown that the app has the secret. */
  confirmed_at: string | null;
  /** The step of 30 seconds of the last code that was accepted: no code counts twice. */
  last_step: bigint;
  failure_count: number;
  locked_until: string | null;
}

/** Every act that changes something, also refused ones. Rows are only added. */
export interface AuditLogTable {
  entry: Generated<bigint>;
  done_at: string;
  /** The name as it is recorded with what was done. */
  done_by: string;
  /** The id of the person or of the key; '' for an unknown one. */
  actor_id: string;
  actor_kind: 'person' | 'key' | 'app' | 'command line' | 'nobody';
  /** What was done: the operation of the API, `startJob close-period`, `log in`. */
  act: string;
  /** What it was done to: the path. */
  subject: string;
  /** The HTTP status of the answer. */
  status: number;
  /** The address of the client. */
  address: string | null;
  request_id: string | null;
}

export interface PeopleTables {
  people: PeopleTable;
  sessions: SessionsTable;
  person_roles: PersonRolesTable;
  second_factors: SecondFactorsTable;
  audit_log: AuditLogTable;
}
