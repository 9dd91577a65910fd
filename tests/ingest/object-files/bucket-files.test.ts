import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { S3Settings } from '../../../ingest/object-files/bucket-files.ts';
import { linesOf } from '../../../ingest/object-files/lines.ts';
import type { ObjectFile } from '../../../ingest/object-files/object-files.ts';
import { objectFilesAt } from '../../../ingest/object-files/open-object-files.ts';
import { Rejected, Unavailable } from '../../../warehouse/errors.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { type LocalS3, startS3 } from '../../support/s3/local-s3.ts';
import { allOf } from './all-of.ts';

const KEYS = { region: 'eu-central-1', accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local/secret+key' };

let s3: LocalS3;
let settings: S3Settings;
beforeEach(async () => {
  s3 = await startS3({ bucket: 'events', keys: KEYS, pageCount: 3 });
  // Two, and not more: between its tries the SDK waits.
  settings = { endpoint: s3.url, region: KEYS.region, credentials: KEYS, attempts: 2 };
});
afterEach(() => s3[Symbol.asyncDispose]());

const at = (address: string, change: Partial<S3Settings> = {}) =>
  objectFilesAt(address, { s3: { ...settings, ...change } });

async function names(address: string, options: { after?: string; onSkipped?: (name: string) => void } = {}) {
  return (await allOf((await at(address)).list(options))).map(({ name }) => name);
}

/** Gzip that a random text does not make small. */
const content = gzipSync(
  Array.from({ length: 4000 }, (_, number) => `${JSON.stringify({ id: sha256Hex(String(number)) })}\n`).join(''),
);

async function onlyFile(key = 'a.json.gz', change: Partial<S3Settings> = {}): Promise<ObjectFile> {
  const [file] = await allOf((await at(`s3://events/${key}`, change)).list());
  if (!file) throw new Error(`There is no ${key}.`);
  return file;
}

async function read(file: ObjectFile) {
  const lines = linesOf(file);
  let count = 0;
  for await (const _ of lines) count++;
  return { count, ...lines.stored };
}

const WHOLE = { count: 4000, sha256: sha256Hex(content), byte_count: content.length };

describe('a bucket', () => {
  const keys = [
    'logs-of-tests/a.json',
    'logs/rudder-logs/src_1/2026-01-30/1.json.gz',
    'logs/rudder-logs/src_1/2026-01-31/2.src_1.x.json.gz',
    'logs/rudder-logs/src_2/2026-01-31/a&b <c> ü \u{1f600}.json',
    'logs/_SUCCESS',
    'logs/a.json',
    'logs/b.ndjson',
    'logs/z.jsonl.gz',
  ];
  const inOrder = ['logs/a.json', 'logs/b.ndjson', ...keys.slice(1, 4), 'logs/z.jsonl.gz'];
  beforeEach(() => keys.forEach((key) => void s3.put(key, '{}\n')));

  test('gives every file of events below a prefix, page by page, in the order of the bytes of their keys', async () => {
    const skipped: string[] = [];
    expect(await names('s3://events/logs', { onSkipped: (name) => skipped.push(name) })).toEqual(inOrder);
    expect(skipped).toEqual(['logs/_SUCCESS']);
    expect(s3.requests).toEqual(['list', 'list', 'list']);
    expect(await names('s3://events/logs/')).toEqual(inOrder);
    expect(await names('s3://events/logs/rudder-logs/src_1')).toEqual(keys.slice(1, 3));
    for (const address of ['s3://events', 's3://events/']) expect(await names(address)).toEqual([keys[0], ...inOrder]);
    expect(await names('s3://events/nothing')).toEqual([]);
  });

  test('goes on after a key, over the border of a page', async () => {
    for (const [index, after] of inOrder.entries()) {
      expect(await names('s3://events/logs', { after }), after).toEqual(inOrder.slice(index + 1));
    }
  });

  test('is asked for a page only when the one before it has been taken', async () => {
    const list = (await at('s3://events')).list()[Symbol.asyncIterator]();
    await list.next();
    await list.next();
    expect(s3.requests).toHaveLength(1);
  });

  test('gives whose events a file has, how long it is and which version', async () => {
    const files = await at(`s3://events/${keys[3]}`);
    const [file] = await allOf(files.list());
    expect(files.address).toBe('s3://events');
    expect(file).toMatchObject({ name: keys[3], source_id: 'src_2', byte_count: 3 });
    s3.put(keys[3] ?? '', '{ }\n');
    expect((await allOf(files.list()))[0]?.version).not.toBe(file?.version);
    expect(await read(file as ObjectFile).catch((error: unknown) => error)).toBeInstanceOf(Unavailable);
  });
});

describe('a file in a bucket', () => {
  beforeEach(() => s3.put('a.json.gz', content));
  const gets = () => s3.requests.filter((request) => request.startsWith('get'));

  test('is read whole', async () => {
    expect(await read(await onlyFile())).toEqual(WHOLE);
    s3.put('empty.json', '');
    expect(await read(await onlyFile('empty.json'))).toMatchObject({ count: 0, byte_count: 0 });
  });

  test.each(['reset', 'truncate'] as const)(
    'whose connection breaks twice (%s) is read on where it broke',
    async (fault) => {
      const file = await onlyFile();
      s3.faults(({ ordinal }) => (ordinal <= 3 ? fault : undefined));
      expect(await read(file)).toEqual(WHOLE);
      // A reset may also take with it what was on the way.
      if (fault === 'truncate') expect(gets()[1]).toMatch(/^get a\.json\.gz bytes=[1-9]\d*-$/);
      expect(gets()).toHaveLength(3);
    },
  );

  test('whose connection always breaks is not at hand, and is not asked for without end', async () => {
    const file = await onlyFile();
    s3.faults(() => 'truncate');
    await expect(read(file)).rejects.toThrow(Unavailable);
    expect(gets()).toHaveLength(5);
  });

  test('that changes between two pieces is not put together from both', async () => {
    const file = await onlyFile();
    s3.faults(({ ordinal }) => (ordinal === 2 ? 'truncate' : { before: () => s3.put('a.json.gz', gzipSync('{}\n')) }));
    await expect(read(file)).rejects.toThrow(new Unavailable('s3://events/a.json.gz has changed since it was listed.'));
  });

  test('is not put together where the store gives all instead of the rest', async () => {
    const file = await onlyFile();
    s3.faults(({ ordinal }) => (ordinal === 2 ? 'truncate' : 'whole'));
    await expect(read(file)).rejects.toThrow(/broke off after \d+ bytes, and the store gives no rest of it/);
  });

  test('that is gone since it was listed is not at hand', async () => {
    const file = await onlyFile();
    s3.remove('a.json.gz');
    await expect(read(file)).rejects.toThrow(new Unavailable('s3://events/a.json.gz is gone since it was listed.'));
  });
});

describe('a store', () => {
  beforeEach(() => s3.put('a.json.gz', content));

  test('that is busy once is asked again, for a page and for a file', async () => {
    s3.faults(({ ordinal }) => (ordinal % 2 === 1 ? 'slow_down' : undefined));
    expect(await read(await onlyFile())).toEqual(WHOLE);
    expect(s3.requests).toHaveLength(4);
  });

  test('that stays busy or does not answer is not at hand', async () => {
    s3.faults(() => 'slow_down');
    await expect(names('s3://events/a')).rejects.toThrow(
      new Unavailable('s3://events/a cannot be read: SlowDown: Please reduce your request rate.'),
    );
    expect(s3.requests).toHaveLength(2);
    const silent = at('s3://events/a', { endpoint: 'http://127.0.0.1:1', attempts: 1 });
    await expect(allOf((await silent).list())).rejects.toThrow(Unavailable);
  });

  test.each<[string, string, Partial<S3Settings>, string]>([
    ['a bucket that is not there', 's3://other', {}, 's3://other/ cannot be read: NoSuchBucket: The specified bucket'],
    ['another key', 's3://events', { credentials: { ...KEYS, accessKeyId: 'AKIDOTHER' } }, 'InvalidAccessKeyId'],
    ['another secret', 's3://events', { credentials: { ...KEYS, secretAccessKey: 'x' } }, 'SignatureDoesNotMatch'],
    ['another region', 's3://events', { region: 'us-east-1' }, "expecting 'eu-central-1' Set S3_REGION"],
  ])('refuses %s, and that is told', async (_, address, change, sentence) => {
    const listed = allOf((await at(address, change)).list());
    await expect(listed).rejects.toThrow(Rejected);
    await expect(listed).rejects.toThrow(sentence);
  });

  test('that lets a file be listed but not read refuses it', async () => {
    const file = await onlyFile();
    s3.faults(() => 'access_denied');
    await expect(read(file)).rejects.toThrow(
      new Rejected('s3://events/a.json.gz cannot be read: AccessDenied: Access Denied'),
    );
  });

  test.each(['s3:events', 's3://', 's3:///logs', 's3://Events/logs', 's3://a', 's3://events?x'])(
    'has no bucket %s',
    async (address) => {
      await expect(at(address)).rejects.toThrow(
        new Rejected(`${JSON.stringify(address)} names no bucket; it must be like s3://bucket/prefix.`),
      );
    },
  );
});
