import type { BuildOptions } from '../transforms/engine/build.ts';
import { estimateBuild } from '../transforms/engine/estimate.ts';
import type { Period } from '../warehouse/period.ts';
import type { Run } from './job.ts';

const TEBIBYTE = 2n ** 40n;
/** The on-demand price in the cheapest regions; source: cloud.google.com/bigquery/pricing, 2025. */
const CENTS_PER_TEBIBYTE = 625n;

/**
 * Reports the cost of a build as progress before it runs, and returns the text; undefined if reading is not billed. Throws
 * `Unavailable` if the disk has too little space for it.
 */
export async function reportBuildCost(
  run: Run,
  options: { period: Period } & Pick<BuildOptions, 'parts'>,
): Promise<string | undefined> {
  await run.assertDiskSpace('The build');
  const byteCount = await estimateBuild(run.warehouse, options);
  if (byteCount === undefined) return undefined;
  const cost = buildCost(byteCount);
  run.progress(cost);
  return cost;
}

/** `the build will read about 1,536 MiB, which costs about 0.01 USD on demand`; rounded up to the cent. */
function buildCost(byteCount: bigint): string {
  const mebibytes = (byteCount + 2n ** 19n) / 2n ** 20n;
  const cents = (byteCount * CENTS_PER_TEBIBYTE + TEBIBYTE - 1n) / TEBIBYTE;
  const price = `${cents / 100n}.${(cents % 100n).toString().padStart(2, '0')}`;
  return `the build will read about ${mebibytes.toLocaleString('en')} MiB, which costs about ${price} USD on demand`;
}
