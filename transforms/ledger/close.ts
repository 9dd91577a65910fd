import { nextPeriod, type Period } from '../../warehouse/period.ts';
import type { WarehouseWriter } from '../../warehouse/warehouse.ts';
import { MODELS } from '../models.ts';
import { emptyEarlierDrafts } from './books.ts';
import { lastClose } from './closing.ts';
import { storeFactKeys } from './fact-keys.ts';
import { FORMAT_VERSION } from './formats.ts';
import { rulesOfThisVersion, storeRules, textsOf } from './rules.ts';
import { sealOf } from './seal.ts';
import { storeSourceCounts } from './source-counts.ts';
import { closes } from './tables.ts';

/**
 * Closes a period whose books were built into the ledger in this transaction with `closing`: seals them, stores the rules under which
 * they were built, and empties earlier drafts. Throws `Conflict` unless `cutoffAt` is after everything that the build has read, and nothing
 * recorded before it has appeared since. `secret` is a new one of `randomSecret`.
 */
export async function closeBooks(
  writer: WarehouseWriter,
  { period, cutoffAt, closedBy, secret }: { period: Period; cutoffAt: string; closedBy: string; secret: string },
): Promise<{ seal: string; postings: number }> {
  const previous_seal = (await lastClose(writer))?.seal ?? null;
  const rules = textsOf(rulesOfThisVersion());
  await storeFactKeys(writer, period);
  const sealing = { period, format_version: FORMAT_VERSION, blinding_secret: secret, previous_seal };
  const { seal, postings } = await sealOf(writer, sealing);
  await storeRules(writer, rules);
  await emptyEarlierDrafts(writer, { period, models: MODELS });
  await storeSourceCounts(writer, { period, cutoffAt });
  await writer.append(closes, [
    {
      ...sealing,
      next_period: nextPeriod(period),
      cutoff_at: cutoffAt,
      closed_by: closedBy,
      posting_count: BigInt(postings),
      rules_hash: rules.hash,
      seal,
    },
  ]);
  return { seal, postings };
}
