import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STORES_FOLDER } from '../warehouse/operational/fresh-store.ts';
import { installChromium } from './chromium.ts';
import { missingGoogleSql, shareProcess } from './googlesql/server.ts';

/** Runs once before all test files; what it returns runs after them. */
export default async function setup(): Promise<() => Promise<void>> {
  installChromium();
  const stop = missingGoogleSql === undefined ? await shareProcess() : undefined;
  const stores = await mkdtemp(join(tmpdir(), 'tantieme-stores-'));
  process.env[STORES_FOLDER] = stores;
  return async () => {
    stop?.();
    await rm(stores, { recursive: true });
  };
}
