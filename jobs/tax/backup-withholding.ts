import { instant } from '../../warehouse/clock.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { creatorExists, unknownCreator } from '../creators.ts';
import type { Services } from '../job.ts';
import { requireReason } from './reason.ts';
import { reportTaxStatus } from './tax-status.ts';

interface WithholdingChange {
  readonly creatorId: string;
  readonly isOn: boolean;
  /** Which notice of the IRS, and when it came. */
  readonly because: string;
  readonly by: string;
}

/**
 * Turns backup withholding on or off for a creator, after a notice of the IRS, and reports the tax status in the same transaction. Throws
 * `NotFound` for an unknown creator, and `Rejected` without a reason. Source: 26 USC 3406(a)(1)(B) and (C).
 */
export async function setBackupWithholding(
  { operational, warehouse, clock }: Pick<Services, 'operational' | 'warehouse' | 'clock'>,
  { creatorId, isOn, because, by }: WithholdingChange,
): Promise<{ readonly creator_id: string; readonly backup_withholding: boolean }> {
  const reason = requireReason(because);
  if (!(await creatorExists(warehouse, creatorId))) throw unknownCreator(creatorId);
  const changed_at = instant(clock.now());
  await operational.transaction().execute(async (transaction) => {
    const row = await transaction
      .insertInto('tax_withholding_notices')
      .values({ creator_id: creatorId, is_on: isOn, because: reason, changed_by: by, changed_at })
      .returning('entry')
      .executeTakeFirst();
    const { entry } = requirePresent(row, 'An inserted row has its entry.');
    await reportTaxStatus(transaction, { creatorId, cause: ['withholding', String(entry)], occurredAt: changed_at });
  });
  return { creator_id: creatorId, backup_withholding: isOn };
}
