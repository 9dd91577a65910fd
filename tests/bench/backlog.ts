import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openSpool } from '../../ingest/spool/open-spool.ts';
import type { Figure } from './measure.ts';
import { inFolder } from './month.ts';

const EVENTS = 5_000_000;
const BOUND_MIB = 1024;

/** Peak memory of a process that loads a backlog of five million events, against the bound for it. */
export async function benchBacklog(): Promise<Figure> {
  return inFolder(async (folder) => {
    const spool = await openSpool({ folder: join(folder, 'spool') });
    for (let from = 0; from < EVENTS; from += 5_000) {
      await spool.append(Array.from({ length: 5_000 }, (_, index) => receiptLine(from + index)));
    }
    await spool.close();
    const loader = spawn(process.execPath, [join(import.meta.dirname, 'loader.ts'), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    loader.stdout.on('data', (chunk: Buffer) => {
      output += chunk;
    });
    await once(loader, 'close');
    const { landed, mebibytes } = JSON.parse(output) as { landed: number; mebibytes: number };
    if (landed !== EVENTS) throw new Error(`Only ${landed} of ${EVENTS} events landed.`);
    return {
      name: 'backlog',
      unit: 'MiB',
      ours: mebibytes,
      limit: BOUND_MIB,
      limitIs: 'the bound for a backlog of 5 million events; less is better',
    };
  });
}

function receiptLine(ordinal: number): string {
  return JSON.stringify({
    received_at: '2026-01-05T10:00:02.000Z',
    source_id: 'marketplace',
    request_ip: '127.0.0.1',
    message: {
      type: 'track',
      channel: 'server',
      event: 'Asset Used',
      messageId: `msg_${ordinal}`,
      userId: `dev_${ordinal % 1000}`,
      timestamp: '2026-01-05T10:00:00.000Z',
      context: { library: { name: 'analytics-node', version: '3.0.13' } },
      properties: {
        event_version: 1,
        use_id: `use_${ordinal}`,
        asset_id: `asset_${ordinal % 5000}`,
        developer_id: `dev_${ordinal % 1000}`,
        units: `${ordinal % 97}.5`,
        usage_right: 'ai-train',
      },
    },
  });
}
