import { DAY_MS, instant } from '../warehouse/clock.ts';
import type { Job } from './job.ts';

/** An app takes its tokens within minutes of what it was allowed. */
const KEPT_MS = DAY_MS;

/**
 * Deletes tokens of apps that have expired, which nobody accepts any more, and what people have allowed apps that no longer have a token for it: such an
 * app must ask again in any case.
 */
export const deleteAppAccess: Job = {
  name: 'delete-app-access',
  meaning: 'Deletes expired tokens of apps, and what people have allowed apps that have no token for it any more.',
  about: 'everything',
  async run({ operational, clock }) {
    const now = clock.now();
    let token_count = 0n;
    for (const table of ['app_access_tokens', 'app_refresh_tokens'] as const) {
      const deleted = await operational.deleteFrom(table).where('expires_at', '<=', instant(now)).executeTakeFirst();
      token_count += deleted.numDeletedRows;
    }
    const ended = await operational
      .deleteFrom('app_consents')
      .where('updated_at', '<', instant(now - KEPT_MS))
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('app_access_tokens as token')
              .select('token.id')
              .whereRef('token.app_id', '=', 'app_consents.app_id')
              .whereRef('token.person_id', '=', 'app_consents.person_id')
              .whereRef('token.account', '=', 'app_consents.account'),
          ),
        ),
      )
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('app_refresh_tokens as token')
              .select('token.id')
              .whereRef('token.app_id', '=', 'app_consents.app_id')
              .whereRef('token.person_id', '=', 'app_consents.person_id')
              .whereRef('token.account', '=', 'app_consents.account'),
          ),
        ),
      )
      .executeTakeFirst();
    return { token_count: Number(token_count), consent_count: Number(ended.numDeletedRows) };
  },
};
