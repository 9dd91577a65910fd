/** Sends an event to a gateway every few milliseconds, also while earlier ones wait, and reports the 99th percentile on request. */
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';

const EVERY_MS = 5;
const [, , url = '', writeKey = ''] = process.argv;
const agent = new Agent({ keepAlive: true });
const headers = {
  authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
  'content-type': 'application/json',
};

let answered: number[] = [];
let sent = 0;

/** Measured from when it was due, so that a request that could not be sent in time counts as slow. */
function send(dueAt: number): Promise<void> {
  const body = JSON.stringify({
    event: 'Asset Used',
    userId: 'dev_1',
    messageId: `probe_${sent++}`,
    properties: { event_version: 1, use_id: `use_${sent}`, asset_id: 'asset_1', units: '1' },
  });
  return new Promise((resolve, reject) => {
    const made = request(`${url}/v1/track`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => {
        answered.push((performance.now() - dueAt) * 1000);
        resolve();
      });
    });
    made.on('error', reject);
    made.end(body);
  });
}

let timer: NodeJS.Timeout | undefined;
let waiting: Promise<void>[] = [];

process.on('message', async (message) => {
  if (message === 'begin') {
    answered = [];
    waiting = [];
    timer = setInterval(() => waiting.push(send(performance.now())), EVERY_MS);
    return;
  }
  clearInterval(timer);
  await Promise.all(waiting);
  const sorted = answered.toSorted((a, b) => a - b);
  process.send?.(sorted[Math.floor(sorted.length * 0.99)] ?? 0);
});
process.on('disconnect', () => process.exit());
