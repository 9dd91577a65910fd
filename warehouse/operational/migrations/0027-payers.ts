import { type Kysely, sql } from 'kysely';

/** What has all creators of a payer, whose subject is `platform:` and the payer, may name whoever a hold is about, as what has all creators does. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`create or replace function is_record_held(of_kind text, of_subject text, of_period text) returns boolean language sql stable as $$
    select exists (
      select from record_holds
      where released_at is null and (kind is null or kind = of_kind)
        and (subject is null or subject = of_subject or of_subject = 'platform' or of_subject like 'platform:%')
        and (period is null or period like of_period || '%' or of_period like period || '%'))
  $$`)
    .execute(db);
}
