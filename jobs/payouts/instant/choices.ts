import { instant } from '../../../warehouse/clock.ts';
import { Rejected } from '../../../warehouse/errors.ts';
import type { Services } from '../../job.ts';
import { requireCurrentAccount } from '../../payout-accounts/accounts.ts';

/** Whether a creator is paid out at once after each payout. */
export interface InstantChoice {
  readonly creator_id: string;
  readonly is_instant: boolean;
  /** Who has chosen it, and when; null if nobody has: then it is not instant. */
  readonly chosen_by: string | null;
  readonly chosen_at: string | null;
}

/** What was chosen last for a creator. */
export async function instantChoice(
  { operational }: Pick<Services, 'operational'>,
  creatorId: string,
): Promise<InstantChoice> {
  const last = await operational
    .selectFrom('instant_payout_choices')
    .select(['creator_id', 'is_instant', 'chosen_by', 'chosen_at'])
    .where('creator_id', '=', creatorId)
    .orderBy('entry', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last ?? { creator_id: creatorId, is_instant: false, chosen_by: null, chosen_at: null };
}

/**
 * Records the choice; the same again changes nothing. Throws `NotFound` for a creator without an account at Stripe, and `Rejected` where instant
 * payouts are switched off: a choice could then be taken for a promise.
 */
export async function chooseInstantPayouts(
  services: Pick<Services, 'operational' | 'warehouse' | 'clock' | 'instantPayouts'>,
  { creatorId, isInstant, by }: { creatorId: string; isInstant: boolean; by: string },
): Promise<InstantChoice> {
  if (isInstant && !services.instantPayouts)
    throw new Rejected(
      'Instant payouts cannot be chosen: they are switched off here; an operator switches them on with TANTIEME_INSTANT_PAYOUTS=on.',
    );
  const last = await instantChoice(services, creatorId);
  if (last.is_instant === isInstant) return last;
  if (isInstant) await requireCurrentAccount(services, creatorId);
  const { operational, clock } = services;
  const choice = { creator_id: creatorId, is_instant: isInstant, chosen_by: by, chosen_at: instant(clock.now()) };
  await operational.insertInto('instant_payout_choices').values(choice).execute();
  return choice;
}
