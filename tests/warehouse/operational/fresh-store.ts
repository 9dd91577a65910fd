import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import project from '../../../package.json' with { type: 'json' };
import { sha256Hex } from '../../../warehouse/ids.ts';
import { type Operational, openOperational } from '../../../warehouse/operational/operational.ts';
import { temporaryFolder } from '../folder.ts';

const ROOT = join(import.meta.dirname, '../../..');
const MIGRATIONS = join(ROOT, 'warehouse/operational/migrations');
const CACHE = join(ROOT, 'node_modules');

/**
 * An empty control store on PGlite. Creating one takes seconds, so the first test that needs one stores it in
 * `node_modules` as a template to copy; another version of PGlite or of the migrations has another template.
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

/** Copies the folder of an empty store to `folder`, to be opened by the caller. */
export async function copyFreshStore(folder: string): Promise<void> {
  const template = join(CACHE, `.tantieme-pglite-${templateKey()}`);
  if (!existsSync(template)) await makeTemplate(template);
  // Of a thousand files; asynchronously it takes twice as long.
  cpSync(template, folder, { recursive: true });
}

function templateKey(): string {
  const migrations = readdirSync(MIGRATIONS)
    .sort()
    .map((name) => [name, readFileSync(join(MIGRATIONS, name), 'utf8')]);
  return sha256Hex(JSON.stringify([project.dependencies['@electric-sql/pglite'], ...migrations])).slice(0, 24);
}

/** Renamed when it is complete; of several created at the same time, the first one is used. */
async function makeTemplate(template: string): Promise<void> {
  const beside = await mkdtemp(`${template}-`);
  const made = await openOperational({ kind: 'pglite', folder: beside });
  await made.destroy();
  await rename(beside, template).catch(() => rm(beside, { recursive: true }));
}
