import type { ColumnType, Generated } from 'kysely';

/** A list of texts: written as JSON. */
type TextList = ColumnType<string[], string, string>;

/** An app of a partner, an OAuth client. */
export interface AppsTable {
  app_id: string;
  name: string;
  /** SHA-256 in base64url; null for a public app. */
  secret_hash: string | null;
  auth_method: 'none' | 'client_secret_basic';
  redirect_uris: TextList;
  /** What it may ask people for. */
  scopes: TextList;
  grant_types: TextList;
  created_by: string;
  created_at: string;
  revoked_by: string | null;
  revoked_at: string | null;
  disabled: Generated<boolean>;
}

/** What a person has allowed an app, for one account. Written by better-auth, as the tokens are. */
export interface AppConsentsTable {
  id: string;
  app_id: string;
  person_id: string;
  /** `creator:cr_ada` or `developer:dev_1`. */
  account: string;
  scopes: TextList;
  created_at: string;
  updated_at: string;
}

interface TokensTable {
  id: string;
  token_hash: string;
  app_id: string;
  person_id: string;
  account: string;
  scopes: TextList;
  created_at: string;
  expires_at: string;
}

export interface AppTables {
  apps: AppsTable;
  app_consents: AppConsentsTable;
  app_refresh_tokens: TokensTable & { revoked_at: string | null };
  app_access_tokens: TokensTable;
}
