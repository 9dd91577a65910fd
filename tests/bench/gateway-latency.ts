import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { gateway } from '../../ingest/gateway/gateway.ts';
import { loadSegments } from '../../ingest/load/load-segments.ts';
import { segmentLoader } from '../../ingest/load/segment-loader.ts';
import { openSpool } from '../../ingest/spool/open-spool.ts';
import type { Spool } from '../../ingest/spool/spool.ts';
import { issueStatements } from '../../jobs/issue-statements.ts';
import { runJob } from '../../jobs/run-job.ts';
import { documentRenderer } from '../../reports/documents/renderer.ts';
import { build } from '../../transforms/engine/build.ts';
import { systemClock } from '../../warehouse/clock.ts';
import { openTestServices } from '../jobs/test-services.ts';
import { closeMonth } from './closed-month.ts';
import { type Figure, timed } from './measure.ts';
import { freshWarehouse, inFolder, loadReceipts, monthOfReceipts, PERIOD } from './month.ts';

const WRITE_KEY = 'wk_bench';
const EVENTS = 40_000;
const IDLE_MS = 4_000;
/** Work may make the slowest hundredth of requests this many times as slow as they are without work. */
const BOUND = 3;

/** The 99th percentile of the gateway's answers during each kind of long work, against three times that without work. */
export async function benchGatewayLatency(): Promise<Figure[]> {
  return inFolder(async (folder) => {
    const warehouse = await freshWarehouse(folder);
    await loadReceipts(warehouse, { receipts: monthOfReceipts(EVENTS), folder, time: timed });
    await using harness = await openTestServices();
    // The clock of the harness stands still, after the end of the month.
    const documents = { kind: 'folder', folder: join(folder, 'documents') } as const;
    const renderer = documentRenderer({ threads: availableParallelism(), documents });
    const services = { ...harness.services, warehouse, renderer };
    const probe = await startProbe(folder);
    await probe.during(() => wait(2_000));
    const later = await sealed(monthOfReceipts(EVENTS), folder);
    const loader = segmentLoader();
    const works = {
      load: () => loadSegments(warehouse, { spool: later, clock: systemClock, segmentLoader: loader }),
      build: () => warehouse.withRollback((writer) => build(writer, PERIOD, { parts: ['books', 'open'] })),
      close: () => closeMonth(warehouse),
      statements: () => runJob(services, { job: issueStatements, period: PERIOD, startedBy: 'bench' }),
    };
    const figures: Figure[] = [];
    for (const [name, work] of Object.entries(works)) {
      // Just before the work, because the load of the machine changes.
      const idle = await probe.during(() => wait(IDLE_MS));
      const p99 = await probe.during(work);
      figures.push({
        name: `p99 ${name}`,
        unit: 'µs',
        ours: p99,
        limit: idle * BOUND,
        limitIs: 'the bound, three times that of an idle process; less is better',
      });
    }
    await probe.stop();
    await later.close();
    await renderer.close();
    await loader.close();
    await warehouse.close();
    return figures;
  });
}

/** A spool with these receipts, under other ids than those that are loaded. */
async function sealed(receipts: readonly string[], folder: string): Promise<Spool> {
  const spool = await openSpool({ folder: join(folder, 'later') });
  const others = receipts.map((line) => line.replaceAll('"messageId":"', '"messageId":"later_'));
  for (let from = 0; from < others.length; from += 2_000) await spool.append(others.slice(from, from + 2_000));
  await spool.seal();
  return spool;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Probe {
  /** The 99th percentile of the answers while `work` runs, in microseconds. */
  during(work: () => Promise<unknown>): Promise<number>;
  stop(): Promise<void>;
}

/** A gateway in this process, and another process that sends it an event every few milliseconds. */
async function startProbe(folder: string): Promise<Probe> {
  const spool = await openSpool({ folder: join(folder, 'probed') });
  const app = Fastify();
  await app.register(gateway, {
    spool,
    clock: systemClock,
    sources: [{ source_id: 'bench', write_key: WRITE_KEY, enabled: true }],
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const child = fork(join(import.meta.dirname, 'latency-probe.ts'), [url, WRITE_KEY]);
  return {
    async during(work) {
      child.send('begin');
      await work();
      child.send('end');
      const [p99] = (await once(child, 'message')) as [number];
      return p99;
    },
    async stop() {
      child.disconnect();
      await once(child, 'exit');
      await app.close();
      await spool.close();
    },
  };
}
