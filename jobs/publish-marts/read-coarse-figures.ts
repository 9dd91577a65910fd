import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CoarseFigures } from '../../reports/coarse/coarse-figures.ts';
import { COARSE_FOLDER } from './write-coarse-figures.ts';

const MONTH_FILE = /^(\d{4}-\d{2})\.json$/;

/** The coarse figures that were written, the newest months first, of months before one if it is given. `folder`: of the published files. */
export async function readCoarseFigures(
  folder: string,
  { before = '9999-12', limit }: { readonly before?: string | undefined; readonly limit: number },
): Promise<CoarseFigures[]> {
  const below = join(folder, COARSE_FOLDER);
  const names = await readdir(below).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const months = names.flatMap((name) => MONTH_FILE.exec(name)?.[1] ?? []).filter((month) => month < before);
  const newest = months.sort().reverse().slice(0, limit);
  return Promise.all(
    newest.map(async (month) => JSON.parse(await readFile(join(below, `${month}.json`), 'utf8')) as CoarseFigures),
  );
}
