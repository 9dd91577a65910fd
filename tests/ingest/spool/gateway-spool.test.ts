import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeDisk } from '../../../ingest/spool/disk.ts';
import { followLoader } from '../../../ingest/spool/follow-loader.ts';
import { gatewaySpool } from '../../../ingest/spool/gateway-spool.ts';
import { openSpool } from '../../../ingest/spool/open-spool.ts';
import type { Spool, SpoolOptions } from '../../../ingest/spool/spool.ts';
import { Conflict, Unavailable } from '../../../warehouse/errors.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let folder: string;
beforeEach(async () => {
  temporary = await temporaryFolder();
  folder = temporary.path;
});
afterEach(() => temporary[Symbol.asyncDispose]());

/** The spool as its gateway has it. */
async function opened(options: Partial<SpoolOptions> = {}): Promise<Spool & AsyncDisposable> {
  const spool = await openSpool({ folder, ...options });
  return Object.assign(spool, { [Symbol.asyncDispose]: () => spool.close() });
}

const sizes = async (source: Pick<Spool, 'segments'>): Promise<number[]> =>
  (await source.segments()).map(({ event_count }) => event_count);

describe('the loader of another process', () => {
  test('gets all that was acknowledged, in one segment for each time that it asks', async () => {
    await using spool = await opened();
    const stop = followLoader(spool);
    const loader = gatewaySpool(folder);
    await spool.append(['{"n":1}']);
    await spool.append(['{"n":2}']);
    await Promise.all([loader.seal(), loader.seal()]);
    expect(await sizes(loader)).toEqual([2]);
    await spool.append(['{"n":3}']);
    await loader.seal();
    expect(await sizes(loader)).toEqual([2, 1]);
    expect(await loader.segments()).toEqual(await spool.segments());
    expect((await readdir(folder)).every((name) => name.endsWith('.ndjson'))).toBe(true);
    await stop();
  });

  test('does not touch what a gateway that has crashed left open, says so, and gets what was sealed', async () => {
    await using spool = await opened();
    await spool.append(['{"n":1}']);
    await spool.seal();
    await spool.append(['{"n":2}']);
    const before = (await readdir(folder)).sort();
    const loader = gatewaySpool(folder, { patienceMs: 1 });
    await expect(loader.seal()).rejects.toThrow(
      new Unavailable(
        `The gateway of the spool in ${folder} does not respond, so its latest events cannot be loaded; start it again.`,
      ),
    );
    expect((await readdir(folder)).sort()).toEqual(before);
    expect(await sizes(loader)).toEqual([1]);
  });

  test('does not need a gateway that has nothing open', async () => {
    const spool = await opened();
    await spool.append(['{"n":1}']);
    await spool.close();
    const loader = gatewaySpool(folder, { patienceMs: 0 });
    await loader.seal();
    expect(await sizes(loader)).toEqual([1]);
  });

  test('gets what a gateway seals that stops instead of answering', async () => {
    const spool = await opened();
    await spool.append(['{"n":1}']);
    const names = async (path: string) => {
      const found = await nodeDisk.names(path);
      if (found.some((name) => name.startsWith('seal_'))) await spool.close();
      return found;
    };
    const loader = gatewaySpool(folder, { disk: { ...nodeDisk, names } });
    await loader.seal();
    expect(await sizes(loader)).toEqual([1]);
    expect(await readdir(folder)).toHaveLength(1);
  });

  test('removes a segment, also twice, and puts a damaged one into the quarantine of its gateway', async () => {
    await using spool = await opened();
    for (const line of ['{"n":1}', '{"n":2}']) {
      await spool.append([line]);
      await spool.seal();
    }
    const loader = gatewaySpool(folder);
    const [first = '', second = ''] = (await loader.segments()).map(({ segment_id }) => segment_id);
    await loader.remove(first);
    await loader.remove(first);
    const path = await loader.quarantine(second, 'It is damaged.');
    expect(await readFile(`${path}.reason.txt`, 'utf8')).toBe('It is damaged.\n');
    expect([await readdir(folder), await loader.segments()]).toEqual([['quarantine'], []]);
    await expect(loader.quarantine(second, 'It is damaged.')).rejects.toThrow(Conflict);
  });

  test('is refused with the name of the missing folder', async () => {
    const loader = gatewaySpool(join(folder, 'none'));
    const sentence =
      /^The spool of the gateway in .*none cannot be used: ENOENT: .*; mend that, or correct TANTIEME_GATEWAY_FOLDERS\.$/;
    await expect(loader.seal()).rejects.toThrow(sentence);
    await expect(loader.segments()).rejects.toThrow(Unavailable);
  });
});

describe('a gateway', () => {
  test('that was full accepts events again after the loader has removed a segment', async () => {
    await using spool = await opened({ maxBytes: 20 });
    await spool.append(['{"n":1}', '{"n":2}']);
    await spool.seal();
    await expect(spool.append(['{"n":3}'])).rejects.toThrow(Unavailable);
    const loader = gatewaySpool(folder);
    for (const { segment_id } of await loader.segments()) await loader.remove(segment_id);
    await Promise.all([spool.followLoader(), spool.followLoader()]);
    expect(spool.state()).toMatchObject({ waiting_bytes: 0, sealed_count: 0, waiting_since_ms: null });
    await spool.append(['{"n":3}']);
  });

  test('does not take a segment for loaded that it seals while it looks', async () => {
    const held: { spool?: Spool } = {};
    const names = async (path: string) => {
      const found = await nodeDisk.names(path);
      await held.spool?.seal();
      return found;
    };
    await using spool = await opened({ disk: { ...nodeDisk, names } });
    held.spool = spool;
    await spool.append(['{"n":1}']);
    await spool.followLoader();
    expect(spool.state()).toMatchObject({ waiting_bytes: 8, sealed_count: 1 });
  });

  test('removes the requests that a loader left when it crashed, and nothing else', async () => {
    await using spool = await opened();
    await writeFile(join(folder, 'seal_0a1b'), '');
    await mkdir(join(folder, 'quarantine'));
    await spool.followLoader();
    expect(await readdir(folder)).toEqual(['quarantine']);
  });
});

test('a list leaves out a file that is gone when its size is read', async () => {
  await writeFile(join(folder, 'there'), 'x');
  // Found under its name, but not when it is looked at, as if another process had just removed it.
  await symlink(join(folder, 'nowhere'), join(folder, 'gone'));
  expect(await nodeDisk.list(folder)).toEqual([{ name: 'there', byte_count: 1 }]);
});
