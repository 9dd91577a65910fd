import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { startGateway } from '../../../api/boot/gateway.ts';
import { publishControl, runningServer } from '../../../api/boot/running-server.ts';
import { startServer } from '../../../api/boot/server.ts';
import { openServices } from '../../../api/boot/services.ts';
import { httpApi } from '../../../api/commands/http-client.ts';
import { openEmitter } from '../../../ingest/outbox/emitter.ts';
import type { Clock } from '../../../warehouse/clock.ts';
import { Conflict, NotFound, Rejected, Unavailable } from '../../../warehouse/errors.ts';
import { copyFreshStore } from '../../warehouse/operational/fresh-store.ts';
import { folderAndConfig, NOW } from '../test-api.ts';

const clock: Clock = { now: () => NOW };
const folders: string[] = [];

async function given(more: Record<string, string> = {}) {
  const made = await folderAndConfig(more);
  folders.push(made.folder);
  return made;
}

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

describe('the data folder', () => {
  test('that another process uses is not changed', async () => {
    const { folder, config } = await given();
    await writeFile(join(folder, 'lock'), String(process.ppid));
    const refused = await openServices(config, { clock }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Unavailable);
    expect(refused).toMatchObject({ message: expect.stringContaining(`is held by process ${process.ppid}`) });
    expect(await readFile(join(folder, 'lock'), 'utf8')).toBe(String(process.ppid));
  });

  test('with an invalid warehouse file is reported in one sentence, and unlocked', async () => {
    const { folder, config } = await given({ WAREHOUSE_URL: '' });
    await writeFile(join(config.dataFolder, 'warehouse.duckdb'), 'garbage'.repeat(4000));
    const refused = await openServices(config, { clock }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Conflict);
    expect((refused as Error).message).toMatch(
      /^The warehouse file .*warehouse\.duckdb cannot be opened: it is not a DuckDB database[^\n]*$/,
    );
    expect((await readdir(folder)).sort()).toEqual(['operational', 'warehouse.duckdb']);
  });

  test('with a damaged control store leaves no store open, and opens once it is repaired', async () => {
    const { folder, config } = await given({ WAREHOUSE_URL: '', OPERATIONAL_URL: '' });
    const operational = join(folder, 'operational');
    await mkdir(operational);
    await writeFile(join(operational, 'PG_VERSION'), 'garbage');
    await expect(openServices(config, { clock })).rejects.toThrow(
      /^The control store in .* cannot be opened: its file PG_VERSION is damaged; restore the folder from a backup/,
    );
    await rm(operational, { recursive: true });
    await copyFreshStore(operational);

    const opened = await openServices(config, { clock });
    const run = { run_id: 'run_1', job: 'close-period', period: '2026-01', state: 'running', started_by: 'x' } as const;
    const times = { started_at: '2026-02-02T05:59:59Z', lease_expires_at: '2026-02-02T07:00:00Z', finished_at: null };
    const empty = { progress: null, outcome: null, error: null };
    await opened.services.operational
      .insertInto('job_runs')
      .values({ ...run, ...times, ...empty })
      .execute();
    await opened.close();

    const spill = join(folder, 'spill');
    await mkdir(spill);
    await writeFile(join(spill, 'duckdb_temp_storage_DEFAULT-0.tmp'), 'of a process that was killed');
    const again = await openServices(config, { clock });
    expect(existsSync(spill)).toBe(false);
    const [left] = await again.services.operational.selectFrom('job_runs').selectAll().execute();
    await again.close();
    expect(left).toMatchObject({ state: 'failed', error: 'The process ended before the run was finished.' });
  });
});

describe('a server', () => {
  test('receives its own events through its own gateway once it listens, and loads those of a gateway that runs alone', async () => {
    const { folder, config: own } = await given();
    const dataFolder = join(folder, 'gateway');
    const config = { ...own, gatewayFolders: [dataFolder] };
    const event = { event: 'Creator Signed Up', messageId: 'm1', userId: 'cr_ada', occurredAt: '2026-01-05T00:00:00Z' };
    const properties = { event_version: 1, creator_id: 'cr_ada', creator_name: 'Ada', country: 'GB' };
    const notListening = await openServices(config, { clock });
    await expect(notListening.services.emitter.send([{ ...event, properties }])).rejects.toThrow(Unavailable);
    await notListening.close();

    const server = await startServer(config, { clock });
    const gateway = await startGateway({ ...config, dataFolder }, { clock });
    try {
      await server.services.emitter.send([{ ...event, properties }]);
      const alone = openEmitter({ dataPlaneUrl: gateway.url, writeKey: config.ownWriteKey });
      await alone.send([{ ...event, messageId: 'm2', properties }]);
      alone.close();
      const api = httpApi({ url: server.url, key: server.ownKey });
      const run = JSON.parse(String(await api.request('POST', '/v1/jobs/load-events/runs', { wait: true })));
      expect(run).toMatchObject({ state: 'done', outcome: { landed: 2 }, started_by: 'command line' });
      expect(await readdir(join(dataFolder, 'spool'))).toEqual([]);
    } finally {
      await gateway.stop();
      await server.stop();
    }
  });

  test('is found through a file in its data folder, which only the owner can read, while it responds', async () => {
    const { folder, config } = await given();
    expect(await runningServer(folder)).toBeUndefined();
    const server = await startServer(config, { clock });
    const removeControl = await publishControl(folder, { url: server.url, key: server.ownKey });
    const path = join(folder, 'control.json');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const api = await runningServer(folder);
    await expect(api?.request('GET', '/v1/runs/run_0')).rejects.toThrow(NotFound);
    await expect(api?.request('GET', '/v1/payouts/2026-01')).rejects.toThrow(Conflict);
    await expect(api?.request('GET', '/v1/periods/x')).rejects.toThrow(Rejected);

    await expect(
      startServer({ ...config, dataFolder: join(folder, 'second'), port: Number(new URL(server.url).port) }, { clock }),
    ).rejects.toThrow(
      /^The server cannot listen on 127\.0\.0\.1, port \d+: another program listens there; stop it, or set PORT to another port\.$/,
    );
    await server.stop();
    expect(await runningServer(folder)).toBeUndefined();
    await removeControl();
    expect(existsSync(path)).toBe(false);
  });
});
