import { rm } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createKey } from '../../../api/auth/keys.ts';
import { openServices } from '../../../api/boot/services.ts';
import { buildApp } from '../../../api/http/app.ts';
import type { Services } from '../../../jobs/job.ts';
import { STORES, type StoreUnderTest } from '../../warehouse/operational/stores.ts';
import { folderAndConfig, NOW } from '../test-api.ts';

const SERVERS = STORES.filter(({ isServer }) => isServer);

let database: Awaited<ReturnType<StoreUnderTest['make']>>;
let running: Server[] = [];

interface Server {
  readonly app: FastifyInstance;
  readonly services: Services;
  stop(): Promise<void>;
}

/** A server as `npm start` opens it, on the database. */
async function start(): Promise<Server> {
  const url = database.address.kind === 'postgres' ? database.address.url : '';
  const { folder, config } = await folderAndConfig({ OPERATIONAL_URL: url });
  const { services, sources, signIn, listening, close } = await openServices(config, { clock: { now: () => NOW } });
  listening('http://127.0.0.1:8080');
  const app = buildApp({ services, sources, signIn });
  await app.ready();
  const server = {
    app,
    services,
    async stop() {
      await app.close();
      await close();
      await rm(folder, { recursive: true });
      running = running.filter((each) => each !== server);
    },
  };
  running.push(server);
  return server;
}

describe.skipIf(SERVERS.length === 0)('servers on one PostgreSQL', () => {
  beforeEach(async () => {
    database = await (SERVERS[0] as StoreUnderTest).make();
  });
  afterEach(async () => {
    for (const server of running) await server.stop();
    await database.drop();
  });

  const statusOf = async ({ app }: Server, path: string, payload: string): Promise<number> => {
    const headers = { origin: 'http://127.0.0.1:8080', 'content-type': 'application/x-www-form-urlencoded' };
    const remoteAddress = '203.0.113.1';
    return (await app.inject({ method: 'POST', url: path, payload, headers, remoteAddress })).statusCode;
  };
  const guess = (server: Server) => statusOf(server, '/login/enter', 'token=guess');
  const askLink = (server: Server) => statusOf(server, '/login', 'email=nobody@example.com');
  const wrongKey = async ({ app }: Server): Promise<number> => {
    const headers = { authorization: 'Bearer wrong' };
    return (await app.inject({ url: '/v1/runs', headers, remoteAddress: '203.0.113.1' })).statusCode;
  };

  test('count log-ins together, also after one has started anew', async () => {
    const [one, other] = [await start(), await start()];
    for (let attempt = 0; attempt < 15; attempt++) expect([await guess(one), await guess(other)]).toEqual([400, 400]);
    expect([await guess(one), await guess(other)]).toEqual([429, 429]);
    for (const server of [one, other, one, other, one]) expect(await askLink(server)).toBe(303);
    await one.stop();
    const again = await start();
    for (const server of [again, other]) expect([await guess(server), await askLink(server)]).toEqual([429, 429]);
  });

  test('count wrong keys of a client, and the requests of a key, together', async () => {
    const [one, other] = [await start(), await start()];
    for (let attempt = 0; attempt < 60; attempt++)
      expect([await wrongKey(one), await wrongKey(other)]).toEqual([401, 401]);
    expect([await wrongKey(one), await wrongKey(other)]).toEqual([429, 429]);
    const key = await createKey(one.services, { role: 'finance', name: 'the finance' });
    const left: unknown[] = [];
    for (const { app } of [one, other, one]) {
      const { headers } = await app.inject({ url: '/v1/runs', headers: { authorization: `Bearer ${key}` } });
      left.push(headers['ratelimit-remaining']);
    }
    expect(left).toEqual(['2999', '2998', '2997']);
  });
});
