import { unknownCreator } from '../../jobs/creators.ts';
import { unknownDeveloper } from '../../jobs/invoices/billing-profiles.ts';
import { type Caller, maySee, maySeeDeveloper } from '../auth/caller.ts';

/** Throws `NotFound` for a creator whose data is not the caller's, in the words for one that does not exist. */
export function assertMaySee(caller: Caller, creatorId: string): void {
  if (!maySee(caller, creatorId)) throw unknownCreator(creatorId);
}

/** The same for a developer. */
export function assertMaySeeDeveloper(caller: Caller, developerId: string): void {
  if (!maySeeDeveloper(caller, developerId)) throw unknownDeveloper(developerId);
}
