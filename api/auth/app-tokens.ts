import type { AppConsentsTable } from '../../warehouse/operational/app-tables.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';

type Consent = Pick<AppConsentsTable, 'person_id' | 'app_id' | 'account'>;
/** All of a person, all of an app, or those of one consent. */
type Owner = Pick<Consent, 'person_id'> | Pick<Consent, 'app_id'> | Consent;

/** Ends the tokens that apps have, and what they were allowed. */
export async function endAppTokens(transaction: Operational, owner: Owner): Promise<void> {
  for (const table of ['app_access_tokens', 'app_refresh_tokens', 'app_consents'] as const) {
    await transaction
      .deleteFrom(table)
      .where(({ and }) => and(owner))
      .execute();
  }
}
