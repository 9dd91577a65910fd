import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { linesOf } from '../../../ingest/object-files/lines.ts';
import type { ObjectFile } from '../../../ingest/object-files/object-files.ts';
import { objectFilesAt } from '../../../ingest/object-files/open-object-files.ts';
import { Rejected, Unavailable } from '../../../warehouse/errors.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import type { S3Settings } from '../../../warehouse/s3.ts';
import { type LocalS3, startS3 } from '../../support/s3/local-s3.ts';
import { allOf } from './all-of.ts';

const KEYS = { region: 'eu-central-1', accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local/secret+key' };

let s3: LocalS3;
let settings: S3Settings;
beforeEach(async () => {
  s3 = await startS3({ bucket: 'events', keys: KEYS, pageCount: 3 });
  // Not more than two: the SDK waits between its attempts.
  settings = { endpoint: s3.url, region: KEYS.region, credentials: KEYS, attempts: 2 };
});
afterEach(() => s3[Symbol.asyncDispose]());

const at = (address: string, change: Partial<S3Settings> = {}) =>
  objectFilesAt(address, { s3: { ...settings, ...change } });

async function names(address: string, options: { after?: string; onSkipped?: (name: string) => void } = {}) {
  return (await allOf((await at(address)).list(options))).map(({ name }) => name);
}

/** Gzip of random text, which does not compress well. */
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

  test('lists every event file below a prefix, page by page, in byte order of the keys', async () => {
    const skipped: string[] = [];
    expect(await names('s3://events/logs', { onSkipped: (name) => skipped.push(name) })).toEqual(inOrder);
    expect(skipped).toEqual(['logs/_SUCCESS']);
    expect(s3.requests).toEqual(['list', 'list', 'list']);
    expect(await names('s3://events/logs/')).toEqual(inOrder);
    expect(await names('s3://events/logs/rudder-logs/src_1')).toEqual(keys.slice(1, 3));
    for (const address of ['s3://events', 's3://events/']) expect(await names(address)).toEqual([keys[0], ...inOrder]);
    expect(await names('s3://events/nothing')).toEqual([]);
  });

  test('continues after a key, across pages', async () => {
    for (const [index, after] of inOrder.entries()) {
      expect(await names('s3://events/logs', { after }), after).toEqual(inOrder.slice(index + 1));
    }
  });

  test('is asked for a page only when the previous one has been consumed', async () => {
    const list = (await at('s3://events')).list()[Symbol.asyncIterator]();
    await list.next();
    await list.next();
    expect(s3.requests).toHaveLength(1);
  });

  test('lists the source, size and version of a file', async () => {
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

  test('is read completely', async () => {
    expect(await read(await onlyFile())).toEqual(WHOLE);
    s3.put('empty.json', '');
    expect(await read(await onlyFile('empty.json'))).toMatchObject({ count: 0, byte_count: 0 });
  });

  test.each(['reset', 'truncate'] as const)(
    'whose connection breaks twice (%s) is continued where it broke',
    async (fault) => {
      const file = await onlyFile();
      s3.faults(({ ordinal }) => (ordinal <= 3 ? fault : undefined));
      expect(await read(file)).toEqual(WHOLE);
      // A reset may also lose bytes in transit.
      if (fault === 'truncate') expect(gets()[1]).toMatch(/^get a\.json\.gz bytes=[1-9]\d*-$/);
      expect(gets()).toHaveLength(3);
    },
  );

  test('whose connection always breaks is unavailable, after a limited number of requests', async () => {
    const file = await onlyFile();
    s3.faults(() => 'truncate');
    await expect(read(file)).rejects.toThrow(Unavailable);
    expect(gets()).toHaveLength(5);
  });

  test('that changes between two parts is not combined from both', async () => {
    const file = await onlyFile();
    s3.faults(({ ordinal }) => (ordinal === 2 ? 'truncate' : { before: () => s3.put('a.json.gz', gzipSync('{}\n')) }));
    await expect(read(file)).rejects.toThrow(
      new Unavailable('s3://events/a.json.gz cannot be read: it has changed since it was listed. Try again.'),
    );
  });

  test('is not combined if the store returns the whole file instead of the rest', async () => {
    const file = await onlyFile();
    s3.faults(({ ordinal }) => (ordinal === 2 ? 'truncate' : 'whole'));
    await expect(read(file)).rejects.toThrow(/broke after \d+ bytes, and the store does not support reading the rest/);
  });

  test('that was deleted after it was listed is unavailable', async () => {
    const file = await onlyFile();
    s3.remove('a.json.gz');
    await expect(read(file)).rejects.toThrow(
      new Unavailable('s3://events/a.json.gz cannot be read: it was deleted after it was listed. Try again.'),
    );
  });
});

describe('a store', () => {
  beforeEach(() => s3.put('a.json.gz', content));

  test('that is busy once is retried, for a page and for a file', async () => {
    s3.faults(({ ordinal }) => (ordinal % 2 === 1 ? 'slow_down' : undefined));
    expect(await read(await onlyFile())).toEqual(WHOLE);
    expect(s3.requests).toHaveLength(4);
  });

  test('that stays busy or does not respond is unavailable', async () => {
    s3.faults(() => 'slow_down');
    await expect(names('s3://events/a')).rejects.toThrow(
      new Unavailable('s3://events/a cannot be read: SlowDown: Please reduce your request rate.'),
    );
    expect(s3.requests).toHaveLength(2);
    const silent = at('s3://events/a', { endpoint: 'http://127.0.0.1:1', attempts: 1 });
    await expect(allOf((await silent).list())).rejects.toThrow(Unavailable);
  });

  test.each<[string, string, Partial<S3Settings>, string]>([
    [
      'a bucket that does not exist',
      's3://other',
      {},
      's3://other/ cannot be read: NoSuchBucket: The specified bucket',
    ],
    ['another key', 's3://events', { credentials: { ...KEYS, accessKeyId: 'AKIDOTHER' } }, 'InvalidAccessKeyId'],
    ['another secret', 's3://events', { credentials: { ...KEYS, secretAccessKey: 'x' } }, 'SignatureDoesNotMatch'],
    ['another region', 's3://events', { region: 'us-east-1' }, "expecting 'eu-central-1'. Set S3_REGION"],
  ])('refuses %s, and that is reported', async (_, address, change, sentence) => {
    const listed = allOf((await at(address, change)).list());
    await expect(listed).rejects.toThrow(Rejected);
    await expect(listed).rejects.toThrow(sentence);
  });

  test('that allows to list a file but not to read it refuses it', async () => {
    const file = await onlyFile();
    s3.faults(() => 'access_denied');
    await expect(read(file)).rejects.toThrow(
      new Rejected('s3://events/a.json.gz cannot be read: AccessDenied: Access Denied'),
    );
  });

  test.each(['s3:events', 's3://', 's3:///logs', 's3://Events/logs', 's3://a', 's3://events?x'])(
    'refuses the address %s',
    async (address) => {
      await expect(at(address)).rejects.toThrow(
        new Rejected(`${JSON.stringify(address)} is not the address of a bucket; write it as s3://bucket/prefix.`),
      );
    },
  );
});
