import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COARSE_FOLDER } from '../../jobs/publish-marts/write-coarse-figures.ts';
import { type Contribution, coarseFigures } from '../../reports/coarse/coarse-figures.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import type { TestApi } from './test-api.ts';

/** Writes the figures of a closed month for everybody, with one creator more than there is. */
export async function writeCoarseMonth(
  { publishing }: Pick<TestApi['services'], 'publishing'>,
  { period, contributions = [] }: { period: string; contributions?: readonly Contribution[] },
): Promise<void> {
  const below = join(requirePresent(publishing, 'The test has a folder.').folder, COARSE_FOLDER);
  await mkdir(below, { recursive: true });
  const figures = coarseFigures({ period: parsePeriod(period), seal: 'a'.repeat(64), contributions, noise: 1 });
  await writeFile(join(below, `${period}.json`), JSON.stringify(figures));
}

/** So many creators have earned 10 each. */
export const earnings = (currency: string, license_type: string, count: number): Contribution[] =>
  Array.from({ length: count }, (_, i) => ({ currency, license_type, creator_id: `cr_${i}`, royalty_amount: '10' }));
