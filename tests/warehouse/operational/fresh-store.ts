import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import project from '../../../package.json' with { type: 'json' };
import { sha256Hex } from '../../../warehouse/ids.ts';
import { type Operational, openOperational } from '../../../warehouse/operational/operational.ts';
import { temporaryFolder } from '../folder.ts';

const ROOT = join(import.meta.dirname, '../../..');
const MIGRATIONS = join(ROOT, 'warehouse/operational/migrations');
const CACHE = join(ROOT, 'node_modules');

/**
 * An empty control store on PGlite. To make one takes seconds, so that the first test to want one leaves it in
 * `node_modules` for the others to copy; it is made anew with another PGlite or other migrations.
 */
export async function freshStore(): Promise<{ readonly operational: Operational } & AsyncDisposable> {
  const folder = await temporaryFolder();
  await copyFreshStore(folder.path);
  const operational = await openOperational({ kind: 'pglite', folder: folder.path });
  return {
    operational,
    async [Symbol.asyncDispose]() {
      await operational.destroy();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Lays the folder of such a store there, for somebody else to open. */
export async function copyFreshStore(folder: string): Promise<void> {
  const template = join(CACHE, `.tantieme-pglite-${templateKey()}`);
  if (!existsSync(template)) await makeTemplate(template);
  await cp(template, folder, { recursive: true });
}

function templateKey(): string {
  const migrations = readdirSync(MIGRATIONS)
    .sort()
    .map((name) => readFileSync(join(MIGRATIONS, name), 'utf8'));
  return sha256Hex(JSON.stringify([project.dependencies['@electric-sql/pglite'], ...migrations])).slice(0, 24);
}

/** Renamed when it is whole; of several that are made at once the first one stays. */
async function makeTemplate(template: string): Promise<void> {
  const beside = await mkdtemp(`${template}-`);
  const made = await openOperational({ kind: 'pglite', folder: beside });
  await made.destroy();
  await rename(beside, template).catch(() => rm(beside, { recursive: true }));
}
