/** Sends batches of events over several connections until all are acknowledged, and prints the seconds taken. */
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';

interface Load {
  readonly url: string;
  readonly writeKey: string;
  readonly connections: number;
  readonly requests: number;
  readonly batch: number;
}

const load = JSON.parse(process.argv[2] ?? '') as Load;
const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
const headers = {
  authorization: `Basic ${Buffer.from(`${load.writeKey}:`).toString('base64')}`,
  'content-type': 'application/json',
};

function post(body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(`${load.url}/v1/batch`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}`))));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function body(ordinal: number): string {
  const batch = Array.from({ length: load.batch }, (_, index) => ({
    type: 'track',
    event: 'Asset Used',
    messageId: `m-${ordinal}-${index}`,
    userId: 'dev_1',
    timestamp: '2026-01-05T10:00:00.000Z',
    channel: 'server',
    context: { library: { name: 'analytics-node', version: '3.0.13' } },
    properties: {
      event_version: 1,
      use_id: `use_${ordinal}_${index}`,
      asset_id: 'asset_1',
      developer_id: 'dev_1',
      units: '12.5',
      usage_right: 'ai-train',
    },
  }));
  return JSON.stringify({ batch, sentAt: '2026-01-05T10:00:01.000Z' });
}

const bodies = Array.from({ length: load.requests }, (_, ordinal) => body(ordinal));
const began = performance.now();
await Promise.all(
  Array.from({ length: load.connections }, async () => {
    for (let next = bodies.pop(); next !== undefined; next = bodies.pop()) await post(next);
  }),
);
console.log((performance.now() - began) / 1000);
agent.destroy();
