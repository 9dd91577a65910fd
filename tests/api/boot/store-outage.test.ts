import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createKey } from '../../../api/auth/keys.ts';
import { type Server, startServer } from '../../../api/boot/server.ts';
import { Unavailable } from '../../../warehouse/errors.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { STORES, type StoreUnderTest } from '../../warehouse/operational/stores.ts';
import { folderAndConfig, NOW } from '../test-api.ts';

/** PGlite runs inside the process and cannot become unreachable. */
const postgres = STORES.find(({ isServer }) => isServer);

describe.skipIf(!postgres)('a server whose PostgreSQL cannot be reached', () => {
  let database: Awaited<ReturnType<StoreUnderTest['make']>>;
  let proxy: TcpProxy;
  let server: Server;
  let folder: string;
  let key: string;
  // The clock advances a second per call, so that no cached result of a probe is reused.
  let now = NOW;
  const clock = { now: () => (now += 1000) };

  beforeAll(async () => {
    database = await requirePresent(postgres, 'a PostgreSQL').make();
    const address = new URL(database.address.kind === 'postgres' ? database.address.url : '');
    proxy = await startTcpProxy({ host: address.hostname, port: Number(address.port || 5432) });
    address.hostname = '127.0.0.1';
    address.port = String(proxy.port);
    const made = await folderAndConfig({ OPERATIONAL_URL: address.href });
    folder = made.folder;
    server = await startServer(made.config, { clock });
    key = await createKey(server.services, { role: 'operator', name: 'Ada' });
  });
  afterEach(() => proxy.mend());
  afterAll(async () => {
    await server.stop();
    await proxy[Symbol.asyncDispose]();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${server.url}${path}`, { headers });
    return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
  };
  const runs = () => get('/v1/runs', { authorization: `Bearer ${key}` });
  const track = async (): Promise<number> => {
    const headers = { authorization: `Basic ${btoa('wk_marketplace:')}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ userId: 'u', event: 'X' });
    return (await fetch(`${server.url}/v1/track`, { method: 'POST', headers, body })).status;
  };
  const expectHealthy = async (): Promise<void> => {
    await expect.poll(runs).toMatchObject({ status: 200 });
    expect(await get('/ready')).toMatchObject({ status: 200 });
    expect(JSON.parse((await get('/health')).body)).toMatchObject({ db: 'UP', acceptingEvents: 'TRUE' });
  };

  test('is alive but not ready and responds with 503 until it can be reached again; events are accepted meanwhile', async () => {
    await expectHealthy();
    proxy.cut();
    expect(await get('/ready')).toMatchObject({
      status: 503,
      body: expect.stringMatching(/"reason":"The control store cannot be reached: [^"\n]+; try again later\."/),
    });
    const health = await get('/health');
    expect([health.status, JSON.parse(health.body)]).toEqual([
      200,
      { appType: 'GATEWAY', server: 'UP', db: 'DOWN', acceptingEvents: 'TRUE' },
    ]);
    const refused = await runs();
    expect(refused).toMatchObject({ status: 503, type: expect.stringContaining('application/problem+json') });
    expect(JSON.parse(refused.body)).toMatchObject({
      title: 'Service Unavailable',
      detail: expect.stringMatching(/^The control store cannot be reached: /),
    });
    expect(refused.body).not.toContain('postgres://');
    expect(await track()).toBe(200);
    proxy.mend();
    await expectHealthy();
  });

  test('is not ready if the network drops the packets of PostgreSQL', async () => {
    await expectHealthy();
    proxy.silence();
    expect(await get('/ready')).toMatchObject({
      status: 503,
      body: expect.stringContaining('"reason":"The control store does not respond."'),
    });
    proxy.mend();
    await expectHealthy();
  });

  test('survives the loss of a connection between two queries of a transaction', async () => {
    const { operational } = server.services;
    const broken = operational.transaction().execute(async (transaction) => {
      await transaction.selectFrom('api_keys').select('name').execute();
      proxy.cut();
      await expect.poll(() => runs()).toMatchObject({ status: 503 });
      await transaction.selectFrom('api_keys').select('name').execute();
    });
    await expect(broken).rejects.toThrow(Unavailable);
    proxy.mend();
    await expectHealthy();
  });
});
