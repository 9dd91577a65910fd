import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { type Server, startServer } from '../../api/boot/server.ts';
import { folderAndConfig, NOW } from '../api/test-api.ts';
import { openChromium } from '../support/chromium.ts';
import { freePort } from '../support/loopback.ts';
import { temporaryFolder } from '../warehouse/folder.ts';

/** An installation with a name of its own and a browser beside it; both end with it. */
export interface BrandedServer extends AsyncDisposable {
  readonly server: Server;
  readonly browser: Browser;
  /** With a name instead of an address, since passkeys belong to one, and so of a port that is known before. */
  readonly url: string;
  readonly folder: string;
}

export async function openBrandedServer(brand: object): Promise<BrandedServer> {
  await using opened = new AsyncDisposableStack();
  const url = await localUrl();
  const brandFolder = opened.use(await temporaryFolder());
  const brandFile = join(brandFolder.path, 'brand.json');
  await writeFile(brandFile, JSON.stringify({ name: 'Acme Works', ...brand }));
  const settings = { TANTIEME_BRAND_FILE: brandFile, TANTIEME_URL: url, PORT: new URL(url).port };
  const { folder, config } = await folderAndConfig(settings);
  opened.defer(() => rm(folder, { recursive: true }));
  const server = await startServer(config, { clock: { now: () => NOW } });
  opened.defer(() => server.stop());
  const browser = await openChromium();
  opened.defer(() => browser.close());
  const all = opened.move();
  return { server, browser, url, folder, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

const localUrl = async (): Promise<string> => `http://localhost:${await freePort()}`;
