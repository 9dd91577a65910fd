import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { CorruptFile, linesOf } from '../../../ingest/object-files/lines.ts';
import type { ObjectFile } from '../../../ingest/object-files/object-files.ts';
import { Unavailable } from '../../../warehouse/errors.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { allOf } from './all-of.ts';

interface Given {
  readonly name?: string;
  /** The number of bytes per chunk. */
  readonly chunkBytes?: number;
  readonly byteCount?: number;
}

function fileOf(
  content: Buffer,
  { name = 'a.json.gz', chunkBytes = 1 << 16, byteCount = content.length }: Given = {},
): ObjectFile {
  return {
    name,
    source_id: undefined,
    version: '1',
    byte_count: byteCount,
    async *bytes() {
      for (let at = 0; at < content.length; at += chunkBytes) yield content.subarray(at, at + chunkBytes);
    },
  };
}

const linesIn = async (content: Buffer | string, given: Given = {}): Promise<string[]> =>
  (await allOf(linesOf(fileOf(Buffer.from(content), given)))).map(String);

const corrupt = (what: string, name = 'a.json.gz'): CorruptFile =>
  new CorruptFile(`${name} is truncated or corrupt: ${what}.`);

const EVENTS = ['{"a":1}', '{"b":"\u2028 \u0085 ü"}', '{"c":"x\\ny"}'];
const TEXT = `${EVENTS.join('\n')}\n`;
const zipped = (text: string): Buffer => gzipSync(text);

describe('the lines of a file', () => {
  test.each([1, 2, 3, 7, 1 << 16])(
    'are those between newlines, in pieces of %i bytes, gzip or not',
    async (chunkBytes) => {
      expect(await linesIn(TEXT, { chunkBytes })).toEqual(EVENTS);
      expect(await linesIn(zipped(TEXT), { chunkBytes })).toEqual(EVENTS);
      const members = Buffer.concat([zipped('{"a":1}\n{"b"'), zipped(''), zipped(TEXT.slice('{"a":1}\n{"b"'.length))]);
      expect(await linesIn(members, { chunkBytes })).toEqual(EVENTS);
    },
  );

  test('are unzipped according to the content, not the name', async () => {
    expect(await linesIn(zipped(TEXT), { name: 'a.json' })).toEqual(EVENTS);
    expect(await linesIn(TEXT, { name: 'a.json.gz' })).toEqual(EVENTS);
  });

  test.each([TEXT, '{"a":1}', zipped(TEXT)])('are without the byte order mark of the file: %#', async (content) => {
    const text = typeof content === 'string' ? `\ufeff${content}` : zipped(`\ufeff${TEXT}`);
    expect(await linesIn(text, { chunkBytes: 2 })).toEqual(content === '{"a":1}' ? [content] : EVENTS);
  });

  test('have the number that an editor shows, although blank ones are skipped', async () => {
    const lines = linesOf(fileOf(Buffer.from('{"a":1}\r\n\n \t\r\n{"b":2}\n\n{"c":3}')));
    const numbers: [number, string][] = [];
    for await (const line of lines) numbers.push([lines.number, line.toString()]);
    expect(numbers).toEqual([
      [1, '{"a":1}\r'],
      [4, '{"b":2}'],
      [6, '{"c":3}'],
    ]);
  });

  test.each(['', '\n', '{"a":1}', zipped(''), zipped(TEXT)])(
    'end with the hash and size of the file: %#',
    async (content) => {
      const stored = Buffer.from(content);
      const lines = linesOf(fileOf(stored, { name: 'a.json' }));
      expect(() => lines.stored).toThrow('not available before its lines have been read to the end');
      for await (const _ of lines);
      expect(lines.stored).toEqual({ sha256: sha256Hex(stored), byte_count: stored.length });
    },
  );

  test.each([
    ['as it is', Buffer.from(TEXT)],
    ['zipped', zipped(TEXT)],
  ])('can be read once, and close the file if the reader stops in the middle: %s', async (_, block) => {
    let closed = false;
    const file: ObjectFile = {
      ...fileOf(block),
      async *bytes() {
        try {
          while (true) yield block;
        } finally {
          closed = true;
        }
      },
    };
    const lines = linesOf(file);
    for await (const _ of lines) break;
    // The source is closed in a later turn of the event loop.
    await new Promise(setImmediate);
    expect(closed).toBe(true);
    await expect(allOf(lines)).rejects.toThrow('can only be read once');
  });

  test.each(['as it is', 'zipped'])('are read block by block, and no further than needed: %s', async (how) => {
    const text = Array.from({ length: 10_000 }, (_, number) => `{"id":"${sha256Hex(String(number))}"}\n`).join('');
    const block = how === 'zipped' ? zipped(text) : Buffer.from(text);
    let taken = 0;
    const file: ObjectFile = {
      ...fileOf(block, { byteCount: block.length * 100 }),
      async *bytes() {
        for (; taken < 100; taken++) yield block;
      },
    };
    let lines = 0;
    for await (const _ of linesOf(file)) {
      if (++lines % 10_000 === 1) expect(taken - lines / 10_000).toBeLessThan(10);
    }
    expect(lines).toBe(1_000_000);
  });
});

describe('a file is truncated or corrupt', () => {
  const whole = zipped(TEXT);
  const flipped = (at: number): Buffer => Buffer.from(whole.map((byte, index) => (index === at ? byte ^ 1 : byte)));

  test.each<[string, Buffer | string, string]>([
    ['whose last line is not complete', '{"a":1}\n{"b":', 'it ends in the middle of line 2'],
    ['whose unzipped last line is not complete', zipped('{"a":1}\n{"b":'), 'it ends in the middle of line 2'],
    ['whose last character is not complete', Buffer.from('{"a":"ü').subarray(0, -1), 'it ends in the middle of line 1'],
    ['whose zip ends early', whole.subarray(0, -1), 'unexpected end of file'],
    ['whose second zip ends early', Buffer.concat([whole, whole.subarray(0, 12)]), 'unexpected end of file'],
    ['with only the first bytes of gzip', whole.subarray(0, 2), 'unexpected end of file'],
    ['whose zip does not have its checksum', flipped(whole.length - 6), 'incorrect data check'],
    ['whose zip does not have its length', flipped(whole.length - 1), 'incorrect length check'],
    ['with text after its gzip', Buffer.concat([whole, Buffer.from('{"d":4}\n')]), 'incorrect header check'],
    [
      'with zeros after its gzip, and events after them',
      Buffer.concat([whole, Buffer.alloc(4), zipped('{"d":4}\n')]),
      `data that is not gzip follows its first ${whole.length} bytes`,
    ],
    ['that is named .gz, and is empty', '', 'it is empty'],
  ])('%s', async (_, content, what) => {
    for (const chunkBytes of [1, 1 << 16])
      await expect(linesIn(content, { chunkBytes })).rejects.toThrow(corrupt(what));
  });

  test('wherever its gzip is truncated', async () => {
    for (let length = 1; length < whole.length; length++) {
      await expect(linesIn(whole.subarray(0, length))).rejects.toThrow(CorruptFile);
    }
  });

  test('with a line longer than any event, before all of it is in memory', async () => {
    let taken = 0;
    const endless: ObjectFile = {
      ...fileOf(Buffer.alloc(0), { byteCount: 1e12 }),
      async *bytes() {
        yield Buffer.from('{"a":1}\n');
        for (; ; taken++) yield Buffer.alloc(1 << 20, 'x');
      },
    };
    await expect(allOf(linesOf(endless))).rejects.toThrow(corrupt('line 2 has more than 32 MiB'));
    expect(taken).toBe(32);
    await expect(linesIn(zipped('x'.repeat((32 << 20) + 1)))).rejects.toThrow(corrupt('line 1 has more than 32 MiB'));
    expect(await linesIn(zipped(`"${'x'.repeat((32 << 20) - 2)}"`))).toHaveLength(1);
  });
});

describe('a file is unavailable', () => {
  test('if it has fewer or more bytes than listed, and is not treated as corrupt', async () => {
    for (const content of [Buffer.from(TEXT), zipped(TEXT), zipped(TEXT).subarray(0, 20)]) {
      for (const byteCount of [content.length + 1, content.length - 1]) {
        await expect(linesIn(content, { byteCount })).rejects.toThrow(
          new Unavailable(
            `a.json.gz cannot be read: it has ${content.length} bytes instead of ${byteCount}, so it is being changed. Try again.`,
          ),
        );
      }
    }
  });

  test('if its source fails, with the reason', async () => {
    for (const begin of [Buffer.from('{"a":1}\n'), zipped(TEXT).subarray(0, 30)]) {
      const file: ObjectFile = {
        ...fileOf(begin),
        async *bytes() {
          yield begin;
          throw new Unavailable('The disk is offline.');
        },
      };
      await expect(allOf(linesOf(file))).rejects.toThrow(new Unavailable('The disk is offline.'));
    }
  });
});
