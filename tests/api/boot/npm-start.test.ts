import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runningServer } from '../../../api/boot/running-server.ts';
import type { Api } from '../../../api/commands/http-client.ts';
import { creatorSignedUp } from '../../../ingest/events/creators.ts';
import { lockFolder } from '../../../warehouse/folder-lock.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { catalogueEvent } from '../../ingest/load/receipts.ts';
import { listenLocally } from '../../support/loopback.ts';
import { COMPILE_CACHE } from '../../support/node-flags.ts';
import { startS3 } from '../../support/s3/local-s3.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { copyFreshStore } from '../../warehouse/operational/fresh-store.ts';

/** The maximum duration of a shutdown as documented in README.md, including npm's own time. */
const LONGEST_STOP_MS = 30_000;

const ROOT = join(import.meta.dirname, '../../..');
const KEYS = { region: 'us-east-1', accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local/secret+key' };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const groups: number[] = [];
beforeEach(async () => {
  folder = await temporaryFolder();
  await copyFreshStore(join(folder.path, 'operational'));
});
afterEach(async () => {
  for (const group of groups.splice(0)) if (isAlive(group)) process.kill(-group, 'SIGKILL');
  await folder[Symbol.asyncDispose]();
});

/** Whether any process of a group is left: npm, its shell, or node. */
function isAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

interface Started {
  readonly npm: ChildProcess;
  /** The process group of npm and its children. */
  readonly group: number;
  readonly api: Api;
  /** The output so far. */
  readonly printed: string[];
  /** The exit of npm. */
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
}

/** `npm start` on the test's folder, once it listens. */
async function npmStart(settings: Record<string, string> = {}): Promise<Started> {
  const data = folder.path;
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    ...COMPILE_CACHE,
    npm_config_update_notifier: 'false',
    TANTIEME_DATA_DIR: data,
    RUDDERSTACK_WRITE_KEYS: 'marketplace=wk_marketplace,tantieme=wk_tantieme',
    PORT: '0',
    S3_REGION: KEYS.region,
    S3_ACCESS_KEY_ID: KEYS.accessKeyId,
    S3_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
    ...settings,
  };
  const npm = spawn('npm', ['start'], { cwd: ROOT, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const group = requirePresent(npm.pid, 'npm has no process id.');
  groups.push(group);
  const printed: string[] = [];
  npm.stderr?.on('data', (piece) => printed.push(String(piece)));
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    npm.once('exit', (code, signal) => resolve({ code, signal })),
  );
  const listens = new Promise<void>((resolve) => {
    createInterface({ input: requirePresent(npm.stdout, 'a pipe') }).on('line', (line) => {
      printed.push(line);
      if (line.startsWith('Tantieme listens')) resolve();
    });
  });
  await Promise.race([listens, ended.then(() => Promise.reject(new Error(printed.join('\n'))))]);
  const api = requirePresent(await runningServer(data), 'The server was not found through its data folder.');
  return { npm, group, api, printed, ended };
}

const INGEST = { options: { address: 's3://events/rudder-logs' } };

/** An S3 server that never responds; `requested` resolves at the first request. */
async function silentS3() {
  const { promise: requested, resolve } = Promise.withResolvers<void>();
  const server = await listenLocally(createServer(() => resolve()));
  return { ...server, requested, [Symbol.asyncDispose]: () => server.stop() };
}

async function ingestRuns(api: Api): Promise<{ state: string; started_by: string; outcome: object | null }[]> {
  return JSON.parse(String(await api.request('GET', '/v1/runs?job=ingest-files'))).data;
}

/** No process is left, and the data folder can be locked, also if a killed process left its lock. */
async function assertAllEnded(group: number): Promise<void> {
  expect(isAlive(group)).toBe(false);
  await (await lockFolder(folder.path))();
}

describe('npm start', () => {
  test('ends on SIGTERM within 30 s while a job waits for a response that never comes, and the next start runs the job again', async () => {
    await using silent = await silentS3();
    const first = await npmStart({ S3_ENDPOINT: silent.url });
    await first.api.request('POST', '/v1/jobs/ingest-files/runs', { ...INGEST, by: 'ada' });
    await silent.requested;
    const late = setTimeout(() => process.kill(-first.group, 'SIGKILL'), LONGEST_STOP_MS);
    first.npm.kill('SIGTERM');
    const end = await first.ended;
    clearTimeout(late);
    expect(end.signal).not.toBe('SIGKILL');
    await assertAllEnded(first.group);

    await using s3 = await startS3({ bucket: 'events', keys: KEYS });
    const properties = { creator_id: 'cr_ada', creator_name: 'Ada', country: 'GB' };
    const event = catalogueEvent(creatorSignedUp, '2026-01-05T10:00:00.000Z', properties);
    s3.put('rudder-logs/src_1/2026-01-10/1.json', `${JSON.stringify(event)}\n`);
    const second = await npmStart({ S3_ENDPOINT: s3.url });
    await expect
      .poll(() => ingestRuns(second.api))
      .toMatchObject([
        { state: 'done', started_by: 'ada', outcome: { files_loaded: 1 } },
        { state: 'failed', started_by: 'ada' },
      ]);
    second.npm.kill('SIGTERM');
    await second.ended;
    expect(second.printed).toContain('Shutting down.');
    await assertAllEnded(second.group);
  });

  test('treats one Ctrl-C, which reaches node twice, as one, and force quits at a second one', async () => {
    await using silent = await silentS3();
    const { api, group, ended, printed } = await npmStart({ S3_ENDPOINT: silent.url });
    await api.request('POST', '/v1/jobs/ingest-files/runs', INGEST);
    await silent.requested;
    // A terminal sends it to the whole group, and npm forwards it too.
    process.kill(-group, 'SIGINT');
    await expect.poll(() => printed).toContain('Shutting down; press Ctrl-C again to force quit.');
    const again = setInterval(() => isAlive(group) && process.kill(-group, 'SIGINT'), 100);
    const { code, signal } = await ended;
    clearInterval(again);
    expect([code, signal], 'a normal shutdown would exit with 0').not.toEqual([0, null]);
    await expect.poll(() => isAlive(group)).toBe(false);
    await assertAllEnded(group);
  });
});
