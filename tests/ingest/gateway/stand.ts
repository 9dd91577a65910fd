import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { type GatewayOptions, gateway, pageNotFound } from '../../../ingest/gateway/gateway.ts';
import { openSpool, type Receipt, type Spool } from '../../../ingest/spool.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';

export const NOW = '2026-01-31T23:59:59.999Z';

export interface Stand {
  readonly app: FastifyInstance;
  readonly spool: Spool;
  /** Everything acknowledged so far, in order; each segment is held against its own hash and count. */
  receipts(): Promise<Receipt[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A gateway that is alone in its application, over a real spool in a folder of its own. */
export async function gatewayStand(options: Partial<GatewayOptions> = {}): Promise<Stand> {
  const folder = await mkdtemp(join(tmpdir(), 'tantieme-gateway-'));
  const spool = options.spool ?? (await openSpool({ folder }));
  const app = Fastify();
  app.setNotFoundHandler(pageNotFound);
  await app.register(gateway, {
    spool,
    clock: { now: () => Date.parse(NOW) },
    sources: [
      { source_id: 'marketplace', write_key: 'wk_open', enabled: true },
      { source_id: 'old', write_key: 'wk_old', enabled: false },
    ],
    ...options,
  });
  return {
    app,
    spool,
    receipts: () => receiptsOf(spool),
    async [Symbol.asyncDispose]() {
      await app.close();
      await spool.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function receiptsOf(spool: Spool): Promise<Receipt[]> {
  await spool.seal();
  const receipts: Receipt[] = [];
  for (const segment of await spool.segments()) {
    const text = await readFile(segment.path, 'utf8');
    const lines = text.split('\n').slice(0, -1);
    if (sha256Hex(text) !== segment.sha256 || lines.length !== segment.event_count) {
      throw new Error(`The segment ${segment.segment_id} is not what its name says.`);
    }
    receipts.push(...lines.map((line): Receipt => JSON.parse(line)));
  }
  return receipts;
}

export function basic(writeKey: string): string {
  return `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`;
}
