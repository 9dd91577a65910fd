import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
/** The last line that a start prints. */
const READY = /^Ctrl-C ends everything/;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tantieme-dev-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Running {
  readonly child: ChildProcess;
  /** The address and key of each line that reads something. */
  readonly reads: readonly { url: string; key: string }[];
}

/** Starts the development server and waits for a line; without an own port, so that tests run side by side. */
async function startedUntil(line: RegExp): Promise<Running> {
  const child = spawn(process.execPath, [MAIN, '--out', folder, '--port', '0', '--events', '600']);
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

async function messages(): Promise<unknown> {
  const warehouse = await openDuckDb({ path: join(folder, 'data', 'warehouse.duckdb') });
  try {
    return await warehouse.query(
      'select outcome, count(*) as events, count(distinct message_id) as ids from landing.messages group by outcome order by outcome',
    );
  } finally {
    await warehouse.close();
  }
}

describe('the development server', () => {
  test('goes on with a seeding that was killed, and sends nothing twice after it', async () => {
    const killed = await startedUntil(/^close-period/);
    expect(await ended(killed.child, 'SIGKILL')).toBe('SIGKILL');

    const first = await startedUntil(READY);
    expect(first.reads).toHaveLength(3);
    for (const { url, key } of first.reads) {
      const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
      expect([url, response.status]).toEqual([url, 200]);
      expect((await response.text()).length).toBeGreaterThan(100);
    }
    expect(await ended(first.child, 'SIGINT')).toBe(0);
    const seeded = await messages();
    expect(seeded).toContainEqual(expect.objectContaining({ outcome: 'landed' }));

    const second = await startedUntil(READY);
    expect(second.reads.map(({ key }) => key)).toEqual(first.reads.map(({ key }) => key));
    expect(await ended(second.child, 'SIGTERM')).toBe(0);
    expect(await messages()).toEqual(seeded);
  }, 120_000);

  test('says which options it takes', async () => {
    const child = spawn(process.execPath, [MAIN, '--prot', '1']);
    const said: string[] = [];
    child.stderr.on('data', (piece) => said.push(String(piece)));
    expect((await once(child, 'close'))[0]).toBe(2);
    expect(said.join('')).toMatch(/The options are --out, --port and --events\.$/m);
  });
});
