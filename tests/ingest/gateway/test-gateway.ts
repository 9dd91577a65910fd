import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { type GatewayOptions, gateway, pageNotFound } from '../../../ingest/gateway/gateway.ts';
import type { Source } from '../../../ingest/gateway/source.ts';
import type { Receipt } from '../../../ingest/rudder/receive.ts';
import { openSpool } from '../../../ingest/spool/open-spool.ts';
import type { Spool, SpoolOptions } from '../../../ingest/spool/spool.ts';
import { sealedLines } from '../spool/sealed-lines.ts';

export const NOW = '2026-01-31T23:59:59.999Z';

export interface TestGateway {
  readonly app: FastifyInstance;
  readonly spool: Spool;
  /** Everything acknowledged so far, in order; each segment is checked against its hash and count. */
  receipts(): Promise<Receipt[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The sources of a test's gateway, unless it has its own. */
export const SOURCES: readonly Source[] = [
  { source_id: 'marketplace', write_key: 'wk_open', enabled: true },
  { source_id: 'tantieme', write_key: 'wk_own', enabled: true, kind: 'internal' },
  { source_id: 'old', write_key: 'wk_old', enabled: false },
];

/** A gateway alone in its application, with a real spool in a temporary folder. */
export async function startTestGateway(
  options: Partial<GatewayOptions> = {},
  { server: serverOptions = {}, ...spoolOptions }: Partial<SpoolOptions> & { server?: FastifyServerOptions } = {},
): Promise<TestGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'tantieme-gateway-'));
  const spool = await openSpool({ folder, ...spoolOptions });
  const app = Fastify(serverOptions);
  app.setNotFoundHandler(pageNotFound);
  await app.register(gateway, {
    spool,
    clock: { now: () => Date.parse(NOW) },
    sources: SOURCES,
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
  return (await sealedLines(spool)).map((line): Receipt => JSON.parse(line));
}

export function source(source_id: string, write_key: string, more: Partial<Source> = {}): Source {
  return { source_id, write_key, enabled: true, ...more };
}

export function basic(writeKey: string): string {
  return `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`;
}
