import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { gateway } from '../../ingest/gateway/gateway.ts';
import { openSpool } from '../../ingest/spool/open-spool.ts';
import { systemClock } from '../../warehouse/clock.ts';
import { type Figure, paired } from './measure.ts';
import { inFolder } from './month.ts';

const WRITE_KEY = 'wk_bench';
/** The load of typical producers: 32 connections with batches of 20 events. */
const LOAD = { connections: 32, requests: 2_000, batch: 20 } as const;

/** Events per second that the gateway acknowledges durably, against a bare Fastify that parses, appends and group-fsyncs. */
export async function benchGateway(): Promise<Figure> {
  const ours = (): Promise<number> =>
    inFolder(async (folder) => {
      const spool = await openSpool({ folder });
      const app = Fastify();
      const sources = [{ source_id: 'bench', write_key: WRITE_KEY, enabled: true }];
      await app.register(gateway, { spool, clock: systemClock, sources });
      const rate = await eventsPerSecond(app);
      await spool.close();
      return rate;
    });
  const limit = (): Promise<number> =>
    inFolder(async (folder) => {
      const file = await open(join(folder, 'bare'), 'a');
      const append = groupAppend(file);
      const app = Fastify({ bodyLimit: 8_000_000 });
      app.post('/v1/batch', async (request) => {
        const { batch } = request.body as { batch: unknown[] };
        await append(batch.map((event) => JSON.stringify(event)).join('\n'));
        return 'ok';
      });
      const rate = await eventsPerSecond(app);
      await file.close();
      return rate;
    });
  return {
    name: 'gateway',
    unit: 'events/s',
    limitIs: 'a bare Fastify that parses, appends and group-fsyncs',
    ...(await paired(3, { ours, limit })),
  };
}

/** Group commit: one write and one fsync for all waiting appends. */
function groupAppend(file: Awaited<ReturnType<typeof open>>): (text: string) => Promise<void> {
  let waiting: string[] = [];
  let next: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();
  return (text) => {
    waiting.push(text);
    next ??= last.then(async () => {
      const texts = waiting;
      waiting = [];
      next = undefined;
      await file.write(`${texts.join('\n')}\n`);
      await file.datasync();
    });
    last = next;
    return next;
  };
}

/** Sends the load from a separate process, as real producers do. */
async function eventsPerSecond(app: FastifyInstance): Promise<number> {
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const producer = spawn(
    process.execPath,
    [join(import.meta.dirname, 'producer.ts'), JSON.stringify({ url, writeKey: WRITE_KEY, ...LOAD })],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  producer.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  await once(producer, 'close');
  await app.close();
  return (LOAD.requests * LOAD.batch) / Number(output);
}
