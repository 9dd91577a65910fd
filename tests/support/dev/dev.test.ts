import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { copyFreshStore } from '../../warehouse/operational/fresh-store.ts';
import { FULL_RUN } from '../full-run.ts';
import { NODE_FLAGS } from '../node-flags.ts';
import { readOptions } from './options.ts';
import { readState } from './state.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
/** The last line that a start prints. */
const READY = /^Ctrl-C ends everything/;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tantieme-dev-'));
  await copyFreshStore(join(folder, 'data', 'operational'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Running {
  readonly child: ChildProcess;
  /** The address and key of each line that reads something. */
  readonly reads: readonly { url: string; key: string }[];
}

/** Starts the development server and waits for a line; without an own port, so that tests run side by side. */
async function startedUntil(line: RegExp): Promise<Running> {
  const child = spawn(process.execPath, [...NODE_FLAGS, MAIN, '--out', folder, '--port', '0', '--events', '600']);
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (each) => said.push(each));
  const reached = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (each) => {
      said.push(each);
      if (line.test(each)) resolve();
    });
    child.once('close', (code) => reject(new Error(`It ended with ${code}:\n${said.join('\n')}`)));
  });
  await reached;
  const lines = said.flatMap((each) => {
    const [, key, url] = /Bearer (\S+)' '(http\S+)'$/.exec(each) ?? [];
    return key && url ? [{ key, url }] : [];
  });
  return { child, reads: lines.filter(({ url }) => !url.includes('/runs')) };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> {
  const closed = once(child, 'close');
  child.kill(signal);
  return (await closed)[0] ?? signal;
}

/** What the loader recorded as landed more often than once. */
async function landedTwice(): Promise<unknown> {
  const warehouse = await openDuckDb({ path: join(folder, 'data', 'warehouse.duckdb') });
  try {
    const landed = await warehouse.query(`select message_id from landing.messages where outcome = 'landed'`);
    expect(landed.length).toBeGreaterThan(400);
    return landed.map(({ message_id }) => message_id).filter((id, at, all) => all.indexOf(id) !== at);
  } finally {
    await warehouse.close();
  }
}

// Starts two servers and makes a whole month.
test.skipIf(!FULL_RUN)(
  'a seeding that was killed goes on at the next start: the same keys, and nothing twice',
  async () => {
    const killed = await startedUntil(/^close-period/);
    expect(await ended(killed.child, 'SIGKILL')).toBe('SIGKILL');
    const before = readState(folder);

    const running = await startedUntil(READY);
    expect(running.reads).toHaveLength(3);
    for (const { url, key } of running.reads) {
      const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
      expect([url, response.status]).toEqual([url, 200]);
      expect((await response.text()).length).toBeGreaterThan(100);
    }
    expect(await ended(running.child, 'SIGINT')).toBe(0);
    expect(readState(folder)).toMatchObject({ keys: before?.keys, isSeeded: true });
    expect(await landedTwice()).toEqual([]);
  },
);

test('an option that is unknown or malformed is refused', () => {
  expect(() => readOptions(['--prot', '1'])).toThrow(/The options are --out, --port and --events\.$/);
  expect(() => readOptions(['--events', 'many'])).toThrow(
    '--events is malformed: "many" is not a whole number from 500 to 100000.',
  );
});
