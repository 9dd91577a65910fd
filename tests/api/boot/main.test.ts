import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FULL_RUN } from '../../support/full-run.ts';
import { copyFreshStore } from '../../warehouse/operational/fresh-store.ts';
import { ended, started } from './program.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tantieme-main-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What others than the owner may open in a folder. The files of the control store are protected by their folder, unless it is a copy. */
async function sharedIn(path: string): Promise<string[]> {
  const all = await readdir(path, { recursive: true });
  const names = all.filter((name) => !name.startsWith('operational') || (FULL_RUN && name === 'operational'));
  expect(names.length).toBeGreaterThan(3);
  const modes = await Promise.all(names.map(async (name) => ({ name, ...(await stat(join(path, name))) })));
  return modes.filter(({ mode }) => (mode & 0o077) !== 0).map(({ name }) => name);
}

describe('the server', () => {
  const settings = {
    RUDDERSTACK_WRITE_KEYS: 'marketplace=wk_marketplace,tantieme=wk_tantieme',
    PORT: '0',
  };

  test('prints its URL, and stops on SIGTERM', async () => {
    const data = join(folder, 'data');
    // Creating a control store takes seconds: only in a full run the folder is empty.
    if (FULL_RUN) await mkdir(data);
    else await copyFreshStore(join(data, 'operational'));
    await chmod(data, 0o750);
    const child = started('main', { folder, settings });
    const done = ended(child);
    const printed = await new Promise<string>((resolve) =>
      child.stdout?.once('data', (piece) => resolve(String(piece))),
    );
    expect(printed).toMatch(/^Tantieme listens on http:\/\/127\.0\.0\.1:\d+; /);
    expect(existsSync(join(data, 'control.json'))).toBe(true);
    const url = /http:\S+(?=;)/.exec(printed)?.[0];
    expect((await fetch(`${url}/health`)).status).toBe(200);
    const headers = { authorization: `Basic ${Buffer.from('wk_marketplace:').toString('base64')}` };
    const body = JSON.stringify({ userId: 'cr_1', event: 'X' });
    expect((await fetch(`${url}/v1/track`, { method: 'POST', headers, body })).status).toBe(200);
    child.kill('SIGTERM');
    const { code, err } = await done;
    expect(code).toBe(0);
    expect((await readdir(data)).sort()).toEqual(['auth-secret', 'operational', 'spool', 'warehouse.duckdb']);
    // Its own folder was there before, and somebody may have shared it on purpose.
    expect(err).toContain(`whose mode is 750; unless that is meant, run: chmod -R go= ${data}`);
    expect((await stat(data)).mode & 0o777).toBe(0o750);
    expect(await sharedIn(data)).toEqual([]);
  });

  test('exits with 2 for an invalid configuration, and with 1 for an unusable data folder', async () => {
    expect(await ended(started('main', { folder }))).toMatchObject({
      code: 2,
      err: expect.stringContaining('RUDDERSTACK_WRITE_KEYS'),
    });
    await writeFile(join(folder, 'file'), '');
    const refused = await ended(
      started('main', { folder, settings: { ...settings, TANTIEME_DATA_DIR: join(folder, 'file') } }),
    );
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringMatching(/^The data folder .* cannot be made: a file of that name is in the way; [^\n]*\n$/),
    ]);
  });
});
