import type { Operational } from '../../warehouse/operational/operational.ts';

/** Ends everything that apps have for a person, as its sessions end with any of its roles. */
export async function endAppTokens(transaction: Operational, personId: string): Promise<void> {
  for (const table of ['app_access_tokens', 'app_refresh_tokens', 'app_consents'] as const) {
    await transaction.deleteFrom(table).where('person_id', '=', personId).execute();
  }
}
