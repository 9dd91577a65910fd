import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { GatewayOptions } from '../../../ingest/gateway/gateway.ts';
import { warnSkipped } from '../../support/skipped-tests.ts';
import { basic, source, startTestGateway } from './test-gateway.ts';

interface Case {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly expect: { readonly status: number; readonly body?: string; readonly bodyHex?: string; contentType?: string };
}

const FILE = new URL('../../../../shared/conformance/rudderstack/gateway-http.json', import.meta.url);

if (!existsSync(FILE)) {
  warnSkipped(`RudderStack's own gateway cases are not here (${fileURLToPath(FILE)}).`);
  test.skip("RudderStack's own gateway cases", () => {});
} else {
  const { cases }: { cases: readonly Case[] } = JSON.parse(readFileSync(FILE, 'utf8'));
  describe("RudderStack's own gateway cases", () => {
    test('are complete', () => expect(cases.length).toBeGreaterThanOrEqual(43));
    test.each(cases)('$name', conforms);
  });
}

async function conforms(example: Case) {
  await using stand = await startTestGateway(conditionsOf(example.name));
  const headers = Object.fromEntries(Object.entries(example.headers).map(([name, value]) => [name, keyed(value)]));
  const answer = await stand.app.inject({
    method: example.method,
    url: example.path.replace('<writeKey>', 'wk_open'),
    headers,
    ...(example.body === null ? {} : { payload: payloadOf(example) }),
  });
  expect(answer.statusCode).toBe(example.expect.status);
  if (example.expect.body !== undefined) expect(answer.body).toBe(example.expect.body);
  if (example.expect.bodyHex !== undefined) expect(answer.rawPayload.toString('hex')).toBe(example.expect.bodyHex);
  if (example.expect.contentType !== undefined) expect(answer.headers['content-type']).toBe(example.expect.contentType);
  if (answer.statusCode >= 400 && answer.body !== '') {
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  }
  if (answer.statusCode >= 400) expect(await stand.receipts()).toEqual([]);
}

/** The server options that a case implies by its name only. */
function conditionsOf(name: string): Partial<GatewayOptions> {
  if (name.startsWith('rate limited'))
    return { sources: [source('marketplace', 'wk_open', { max_requests_per_s: 0 })] };
  if (name.startsWith('too many concurrent')) return { maxConcurrentRequests: 0 };
  return {};
}

function keyed(value: string): string {
  const [, key] = /^Basic base64\("(.*):"\)$/.exec(value) ?? [];
  return key === undefined ? value : basic(key.replace('<writeKey>', 'wk_open').replace('<disabledKey>', 'wk_old'));
}

function payloadOf({ name, body, headers }: Case): Buffer {
  if (body === '<4096001 bytes>') return sized(4_096_001);
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return headers['Content-Encoding'] === 'gzip' && name !== 'broken gzip' ? gzipSync(bytes) : bytes;
}

function sized(byteCount: number): Buffer {
  const [head, tail] = ['{"batch":[{"userId":"u","event":"', '"}]}'];
  return Buffer.from(`${head}${'x'.repeat(byteCount - head.length - tail.length)}${tail}`);
}
