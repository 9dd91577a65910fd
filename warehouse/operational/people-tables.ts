import type { ColumnType, Generated } from 'kysely';

/** Somebody who may log in. The table, and those below but for roles, factors and log, are written by better-auth. */
export interface PeopleTable {
  id: string;
  name: string;
  /** In lower case. */
  email: string;
  email_verified: boolean;
  image: string | null;
  /** `en` or `de`; null until a browser or the person has named one. */
  locale: string | null;
  created_at: string;
  updated_at: string;
}

interface SessionsTable {
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

/** How often somebody has tried something that is limited, such as to log in, where several processes count together. */
interface AttemptCountsTable {
  /** The SHA-256 of what is counted, and of whom. */
  counter_hash: string;
  count: number;
  window_ends_at: string;
}

/** What a person may do. Rows are only added, and ended. */
export interface PersonRolesTable {
  entry: Generated<bigint>;
  person_id: string;
  role: 'creator' | 'developer' | 'finance' | 'approver' | 'analyst' | 'operator' | 'admin';
  /** The creator or developer for whom the person acts; '' for other roles. */
  subject_id: string;
  /** The name that whoever gave the role knows the person by; null for roles of the company. */
  invited_as: ColumnType<string | null, string | null | undefined, never>;
  granted_by: string;
  granted_at: string;
  revoked_by: string | null;
  revoked_at: string | null;
}

/** The secret of a person's authenticator app, encrypted. */
interface SecondFactorsTable {
  person_id: string;
  sealed_secret: string;
  /** Null until a first code has shown that the app has the secret. */
  confirmed_at: string | null;
  /** The step of 30 seconds of the last code that was accepted: no code counts twice. */
  last_step: bigint;
  failure_count: number;
  locked_until: string | null;
}

/** A passkey of a person: a key pair of which its device has the private half. */
export interface PasskeysTable {
  passkey_id: string;
  person_id: string;
  /** As its person calls it. */
  name: string;
  /** In base64url, as browsers give it. */
  credential_id: string;
  /** COSE, in base64url. */
  public_key: string;
  /** The uses that the device has counted; 0 if it does not count. */
  counter: bigint;
  /** How a browser reaches it, separated by commas: `internal`, `hybrid`. */
  transports: string;
  created_at: string;
  last_used_at: string | null;
}

/** What a passkey has to sign, once. */
interface PasskeyChallengesTable {
  challenge: string;
  /** The session that may add a passkey with it; '' for one to log in with. */
  session_id: string;
  expires_at: string;
}

/** Whether a person wants a kind of notice; without a row, the default of the kind counts. */
interface NoticeChoicesTable {
  person_id: string;
  kind: string;
  is_on: boolean;
}

/** A mail to a person about something that happened; once for each cause. */
export interface NoticesTable {
  entry: Generated<bigint>;
  /** A name of `NOTICES`. */
  kind: string;
  /** The id of what it is about. */
  cause: string;
  person_id: string;
  address: string;
  subject: string;
  body: string;
  /** The page that shows it. */
  path: string;
  queued_at: string;
  /** When it is tried next. */
  due_at: string;
  /** The number of failed attempts. */
  attempt_count: Generated<number>;
  sent_at: string | null;
  /** Why the last attempt failed. */
  error: string | null;
}

/** Until when the tables that notices are about have been read. */
interface NoticeMarksTable {
  source: string;
  read_until_at: string;
}

/** An identity at the provider of single sign-on. */
interface LinkedAccountsTable {
  id: string;
  /** The `sub` there. */
  account_id: string;
  /** The issuer. */
  provider_id: string;
  person_id: string;
  created_at: string;
  updated_at: string;
}

/** Every act that changes something, also refused ones. Rows are only added. */
interface AuditLogTable {
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

/** A row that was added, changed or deleted, of the tables that migration 0029 names. Rows are only added, by triggers. */
interface AuditChangesTable {
  entry: Generated<bigint>;
  changed_at: Generated<string>;
  table_name: string;
  /** The values of its key, separated by spaces. */
  row_key: string;
  /** SHA-256 of the row as JSON, in hexadecimal; null of one that was added. */
  before_hash: string | null;
  /** Null of one that was deleted. */
  after_hash: string | null;
  /** That of the act; null for what no request has changed, such as a job of the schedule or somebody at the database. */
  request_id: string | null;
}

export interface PeopleTables {
  people: PeopleTable;
  sessions: SessionsTable;
  person_roles: PersonRolesTable;
  second_factors: SecondFactorsTable;
  passkeys: PasskeysTable;
  passkey_challenges: PasskeyChallengesTable;
  linked_accounts: LinkedAccountsTable;
  notices: NoticesTable;
  notice_choices: NoticeChoicesTable;
  notice_marks: NoticeMarksTable;
  audit_log: AuditLogTable;
  audit_changes: AuditChangesTable;
  attempt_counts: AttemptCountsTable;
}
