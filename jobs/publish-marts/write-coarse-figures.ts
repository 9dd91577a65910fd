import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { coarseFigures } from '../../reports/coarse/coarse-figures.ts';
import { drawsOf, geometricNoise } from '../../reports/coarse/noise.ts';
import { contributionsOf } from '../../reports/coarse/read.ts';
import { allCloses } from '../../transforms/ledger/closing.ts';
import type { Period } from '../../warehouse/period.ts';
import { syncFolder } from '../../warehouse/sync-folder.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';

/** Below the folder of the published files: `public/2026-01.json`. */
export const COARSE_FOLDER = 'public';

/**
 * Writes the coarse figures of each closed period that has none yet. Those that are there stay as they are; where they
 * were lost, they are the same again, with the same noise. Returns the periods that were written.
 */
export async function writeCoarseFigures(
  warehouse: Pick<Warehouse, 'query'>,
  { folder }: { folder: string },
): Promise<readonly string[]> {
  const below = join(folder, COARSE_FOLDER);
  await mkdir(below, { recursive: true });
  const written = new Set(await readdir(below));
  const periods: string[] = [];
  for (const { period, seal, blinding_secret } of await allCloses(warehouse)) {
    const name = `${period}.json`;
    if (written.has(name)) continue;
    const contributions = await contributionsOf(warehouse, period as Period);
    const noise = geometricNoise(drawsOf(blinding_secret));
    const figures = coarseFigures({ period: period as Period, seal, contributions, noise });
    const beside = join(below, `.${name}`);
    await writeFile(beside, `${JSON.stringify(figures, undefined, 2)}\n`, { flush: true });
    await rename(beside, join(below, name));
    periods.push(period);
  }
  await syncFolder(below);
  return periods;
}
