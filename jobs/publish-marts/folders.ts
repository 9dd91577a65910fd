import { mkdir, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Unavailable } from '../../warehouse/errors.ts';
import { randomId } from '../../warehouse/ids.ts';
import type { BiRole } from '../../warehouse/published/published-table.ts';
import { syncFolder, syncTree } from '../../warehouse/sync-folder.ts';

/**
 * The published files of a role: `<folder>/<role>/<version>/tantieme.duckdb` and `…/parquet/<table>/<period>.parquet`; `<role>/current` is
 * a link to the version. Clients that have an older file open go on reading it.
 */
export const DATABASE_FILE = 'tantieme.duckdb';
export const PARQUET_FOLDER = 'parquet';
const CURRENT = 'current';

/** How long a version stays after it was replaced, for those who opened it by its name. */
const KEPT_MS = 60 * 60_000;

const VERSION = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\d{3})Z-[0-9a-f]{6}$/;

/** A name for what is published at an instant; a later one sorts after it. */
export function versionAt(publishedAt: string): string {
  return `${publishedAt.replace(/[-:.]/g, '')}-${randomId('v').slice(2, 8)}`;
}

/** The version to which the link of a role points; undefined if nothing was published yet. */
export async function currentVersion(folder: string, role: BiRole): Promise<string | undefined> {
  return readlink(join(folder, role, CURRENT)).catch(() => undefined);
}

/** The current database file of a role, by its version. Throws `Unavailable` if nothing was published yet. */
export async function requireCurrentFile(
  folder: string,
  role: BiRole,
): Promise<{ readonly version: string; readonly file: string }> {
  const version = await currentVersion(folder, role);
  if (version === undefined) {
    throw new Unavailable('Nothing was published yet; run publish-marts, which also follows each build.');
  }
  return { version, file: join(folder, role, version, DATABASE_FILE) };
}

/**
 * Writes a version into a folder beside the others and then makes it the current one: until it is complete, and if that fails, the one
 * before stays. After a power failure the link never names a version whose files are not whole.
 */
export async function replaceVersion(
  folder: string,
  { role, version, write }: { role: BiRole; version: string; write: (folder: string) => Promise<void> },
): Promise<void> {
  const ofRole = join(folder, role);
  const beside = join(ofRole, `.${randomId('writing')}`);
  await mkdir(beside, { recursive: true });
  try {
    await write(beside);
    await syncTree(beside);
    await rename(beside, join(ofRole, version));
    const link = join(ofRole, `.${randomId('link')}`);
    await symlink(version, link);
    await rename(link, join(ofRole, CURRENT));
    await syncFolder(ofRole);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

/** Removes the versions that were replaced long ago, and what a process that died has left. */
export async function removeOldVersions(folder: string, { role, now }: { role: BiRole; now: number }): Promise<void> {
  const ofRole = join(folder, role);
  const current = await currentVersion(folder, role);
  const names = await readdir(ofRole);
  const versions = names.filter((name) => VERSION.test(name)).sort();
  const old = versions.filter((name, index) => {
    const next = versions[index + 1];
    return name !== current && next !== undefined && timeOf(next) < now - KEPT_MS;
  });
  const left = names.filter((name) => name.startsWith('.'));
  for (const name of [...old, ...left]) await rm(join(ofRole, name), { recursive: true, force: true });
}

function timeOf(version: string): number {
  const [, year, month, day, hour, minute, second, ms] = (VERSION.exec(version) ?? []).map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second, ms);
}
