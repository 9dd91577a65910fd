import { nextPeriod, type Period } from '../../warehouse/period.ts';
import type { WarehouseWriter } from '../../warehouse/warehouse.ts';
import { MODELS } from '../models.ts';
import { emptyEarlierDrafts, storeFactKeys } from './books.ts';
import { lastClose } from './closing.ts';
import { rulesOfThisVersion, storeRules, textsOf } from './rules.ts';
import { sealOf } from './seal.ts';
import { storeSourceCounts } from './source-counts.ts';
import { closes, FORMAT_VERSION } from './tables.ts';

/**
 * Closes a period whose books were built into the ledger in this transaction with `closing`: seals them, stores the rules under which
 * they were built, and empties earlier drafts. Throws `Conflict` unless `cutoffAt` is after everything that the build has read, and nothing
 * recorded before it has appeared since.
 */
export async function closeBooks(
  writer: WarehouseWriter,
  { period, cutoffAt, closedBy }: { period: Period; cutoffAt: string; closedBy: string },
): Promise<{ seal: string; postings: number }> {
  const previous_seal = (await lastClose(writer))?.seal ?? null;
  const rules = textsOf(rulesOfThisVersion());
  const { seal, postings } = await sealOf(writer, { period, previousSeal: previous_seal, of: 'ledger' });
  await storeRules(writer, rules);
  await emptyEarlierDrafts(writer, { period, models: MODELS });
  await storeFactKeys(writer, period);
  await storeSourceCounts(writer, { period, cutoffAt });
  await writer.append(closes, [
    {
      period,
      next_period: nextPeriod(period),
      cutoff_at: cutoffAt,
      closed_by: closedBy,
      posting_count: BigInt(postings),
      format_version: FORMAT_VERSION,
      rules_hash: rules.hash,
      seal,
      previous_seal,
    },
  ]);
  return { seal, postings };
}
