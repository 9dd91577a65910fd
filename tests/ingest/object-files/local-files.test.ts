import { mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { linesOf } from '../../../ingest/object-files/lines.ts';
import type { ObjectFile } from '../../../ingest/object-files/object-files.ts';
import { objectFilesAt } from '../../../ingest/object-files/open-object-files.ts';
import { Rejected, Unavailable } from '../../../warehouse/errors.ts';
import { type TemporaryFolder, temporaryFolder } from '../../warehouse/folder.ts';
import { allOf } from './all-of.ts';

const s3 = { endpoint: undefined, region: 'us-east-1', credentials: undefined };
const DAY = 'rudder-logs/src_1/2026-01-31';

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder[Symbol.asyncDispose]());

async function written(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(join(folder.path, name)), { recursive: true });
    await writeFile(join(folder.path, name), `{"name":${JSON.stringify(name)}}\n`);
  }
}

async function listed(path = '.', options: { after?: string } = {}): Promise<{ names: string[]; skipped: string[] }> {
  const skipped: string[] = [];
  const files = await objectFilesAt(join(folder.path, path), { s3 });
  const found = await allOf(files.list({ ...options, onSkipped: (name) => skipped.push(name) }));
  return { names: found.map(({ name }) => name), skipped };
}

async function only(path: string): Promise<ObjectFile> {
  const [file] = await allOf((await objectFilesAt(join(folder.path, path), { s3 })).list());
  if (!file) throw new Error(`There is no file at ${path}.`);
  return file;
}

const textOf = async (file: ObjectFile): Promise<string> => (await allOf(linesOf(file))).map(String).join('\n');

describe('a folder', () => {
  test('lists every event file in it and its subfolders, in byte order of the full names', async () => {
    // "." is before "/", and U+FFFD is before U+1F600 though its UTF-16 is not.
    await written(
      'b/1.json',
      'b.json',
      'b/a/2.ndjson.gz',
      'a.jsonl',
      'c/\ufffd.ndjson',
      'c/\u{1f600}.json.gz',
      'B.jsonl.gz',
    );
    expect(await listed()).toEqual({
      names: [
        'B.jsonl.gz',
        'a.jsonl',
        'b.json',
        'b/1.json',
        'b/a/2.ndjson.gz',
        'c/\ufffd.ndjson',
        'c/\u{1f600}.json.gz',
      ],
      skipped: [],
    });
  });

  test('reports skipped files', async () => {
    await written('a.json', 'a.json.gz.part', '.DS_Store', 'b/notes.txt', 'json');
    expect(await listed()).toEqual({
      names: ['a.json'],
      skipped: ['.DS_Store', 'a.json.gz.part', 'b/notes.txt', 'json'],
    });
  });

  test('continues after a name, also in the middle of a folder', async () => {
    const names = ['a.json', 'b.json', 'b/1.json', 'b/2.json', 'b/2/x.json', 'c/1.json'];
    await written(...names);
    for (const [index, after] of names.entries()) {
      expect((await listed('.', { after })).names, after).toEqual(names.slice(index + 1));
    }
    expect((await listed('.', { after: 'b/' })).names).toEqual(names.slice(2));
  });

  test('follows links to files, and reports links to folders, which may be cyclic', async () => {
    await written('a.json');
    await symlink(join(folder.path, 'a.json'), join(folder.path, 'b.json'));
    await symlink(folder.path, join(folder.path, 'loop.json'));
    expect(await listed()).toEqual({ names: ['a.json', 'b.json'], skipped: ['loop.json'] });
  });

  test('may be empty', async () => expect(await listed()).toEqual({ names: [], skipped: [] }));

  test('finds the source of a file in its path, whichever folder is given', async () => {
    await written(`${DAY}/1.json.gz`, 'rudder-logs/1.json', 'other/src_2/2026-01-31/2.json');
    const sources = async (path: string) =>
      (await allOf((await objectFilesAt(join(folder.path, path), { s3 })).list())).map(({ source_id }) => source_id);
    expect(await sources('.')).toEqual([undefined, undefined, 'src_1']);
    expect(await sources(DAY)).toEqual(['src_1']);
    expect(await sources(`${DAY}/1.json.gz`)).toEqual(['src_1']);
  });
});

describe('a path', () => {
  test('to one file lists it, whatever its name, with the same address as its folder does', async () => {
    await written('b/events.txt', 'b/c.json');
    const files = await objectFilesAt(relative(process.cwd(), join(folder.path, 'b/events.txt')), { s3 });
    const [file, ...others] = await allOf(files.list());
    expect(others).toEqual([]);
    expect(`${files.address}/${file?.name}`).toBe(join(folder.path, 'b/events.txt'));
    expect(await allOf(files.list({ after: 'events.txt' }))).toEqual([]);
  });

  test('that does not exist, or is not a file, is refused', async () => {
    const at = (path: string) => objectFilesAt(path, { s3 });
    const missing = join(folder.path, 'missing.json');
    await expect(at(missing)).rejects.toThrow(new Rejected(`There is no file or folder at ${missing}.`));
    await expect(at('/dev/null')).rejects.toThrow(
      new Rejected('Events cannot be read from /dev/null: it is neither a file nor a folder.'),
    );
  });
});

describe('a file', () => {
  test('has another version if its size or modification time changes', async () => {
    await written('a.json');
    const versions = [(await only('a.json')).version];
    await writeFile(join(folder.path, 'a.json'), '{}\n');
    versions.push((await only('a.json')).version);
    await utimes(join(folder.path, 'a.json'), 1, 1);
    versions.push((await only('a.json')).version);
    expect(new Set(versions).size).toBe(3);
    expect((await only('a.json')).version).toBe(versions[2]);
  });

  test('that is changed or deleted after it was listed is not read', async () => {
    await written('a.json', 'b.json');
    const [changed, gone] = [await only('a.json'), await only('b.json')];
    await writeFile(join(folder.path, 'a.json'), '{}\n');
    await rm(join(folder.path, 'b.json'));
    await expect(textOf(changed)).rejects.toThrow(
      new Unavailable(`${join(folder.path, 'a.json')} cannot be read: it has changed since it was listed. Try again.`),
    );
    await expect(textOf(gone)).rejects.toThrow(Unavailable);
  });

  test('that grows while it is read is not treated as complete', async () => {
    await writeFile(join(folder.path, 'a.json'), '{"a":1}\n'.repeat(100_000));
    const lines = linesOf(await only('a.json'))[Symbol.asyncIterator]();
    await lines.next();
    await writeFile(join(folder.path, 'a.json'), '{"a":2}\n', { flag: 'a' });
    const rest = async () => {
      while (!(await lines.next()).done);
    };
    await expect(rest()).rejects.toThrow(/has 800008 bytes instead of 800000, so it is being changed/);
  });
});
