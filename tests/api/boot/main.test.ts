import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, started } from './program.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tantieme-main-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the server', () => {
  const settings = {
    RUDDERSTACK_WRITE_KEYS: 'marketplace=wk_marketplace,tantieme=wk_tantieme',
    PORT: '0',
    WAREHOUSE_URL: 'duckdb::memory:',
  };

  test('prints its URL on an empty data folder, and stops on SIGTERM', async () => {
    const data = join(folder, 'data');
    const child = started('main', { folder, settings });
    const done = ended(child);
    const printed = await new Promise<string>((resolve) =>
      child.stdout?.once('data', (piece) => resolve(String(piece))),
    );
    expect(printed).toMatch(/^Tantieme listens on http:\/\/127\.0\.0\.1:\d+; /);
    expect(existsSync(join(data, 'control.json'))).toBe(true);
    const url = /http:\S+(?=;)/.exec(printed)?.[0];
    expect((await fetch(`${url}/health`)).status).toBe(200);
    child.kill('SIGTERM');
    expect((await done).code).toBe(0);
    expect(await readdir(data)).toEqual(['operational', 'spool']);
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
