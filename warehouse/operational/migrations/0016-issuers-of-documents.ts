import { type Kysely, sql } from 'kysely';

/** Who issued a document, and why in the place of another. Null for documents that were issued before this was recorded. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table documents add column issued_by text check (issued_by <> '')`,
  `alter table documents add column because text check (because <> '')`,
];
