import type { BigIntStats } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { messageOf, Rejected, Unavailable } from '../../warehouse/errors.ts';
import { unreadableBecause } from '../../warehouse/file-causes.ts';
import { comesAfter, isEventFile, sourceIn } from './names.ts';
import type { ListOptions, ObjectFile, ObjectFiles } from './object-files.ts';
import { type Places, realPathWithin } from './places.ts';

/** The path at which a file is opened; undefined for one that may not be read. */
type Resolve = (path: string) => Promise<string | undefined>;

/**
 * A single file with any name, or all event files in a folder and its subfolders. A link that leads out of `within` is refused if it
 * is the address, and skipped in a folder.
 */
export async function openLocalFiles(address: string, within?: Places): Promise<ObjectFiles> {
  const path = resolve(address);
  const toRead = await resolverFor(within);
  const real = await toRead(path);
  if (real === undefined) throw new Rejected(`${path} cannot be read: a link in it leads out of TANTIEME_INGEST_FROM.`);
  const found = await readStats(real);
  if (found.isDirectory()) {
    return { address: path, list: (options = {}) => filesBelow(path, '', { ...options, toRead }) };
  }
  if (!found.isFile()) throw new Rejected(`Events cannot be read from ${path}: it is neither a file nor a folder.`);
  const [folder, name] = [dirname(path), basename(path)];
  return {
    address: folder,
    async *list({ after = '' } = {}) {
      if (comesAfter(name, after)) yield fileAt(path, { name, real, stats: await readStats(real) });
    },
  };
}

async function resolverFor(within: Places | undefined): Promise<Resolve> {
  if (!within) return async (path) => path;
  const resolveLinks = await realPathWithin(within);
  return (path) =>
    resolveLinks(path).catch((error: unknown) => {
      throw unreadable(path, error);
    });
}

/** The files in a folder; `below` is empty or ends with a slash. Links to files are followed, links to folders are not. */
async function* filesBelow(
  folder: string,
  below: string,
  options: ListOptions & { readonly toRead: Resolve },
): AsyncGenerator<ObjectFile> {
  const { after = '', onSkipped, toRead } = options;
  for (const entry of await readEntries(join(folder, below))) {
    const name = below + entry;
    if (name.endsWith('/')) {
      // Files in it may sort after `after` even if its own name does not.
      if (comesAfter(name, after) || after.startsWith(name)) yield* filesBelow(folder, name, options);
      continue;
    }
    if (!comesAfter(name, after)) continue;
    const path = join(folder, name);
    const stats = await readStats(path);
    const real = stats.isFile() && isEventFile(name) ? await toRead(path) : undefined;
    if (real === undefined) onSkipped?.(name);
    else yield fileAt(path, { name, real, stats });
  }
}

/** In byte order; folders end with a slash, so that their files are sorted by their full names. */
async function readEntries(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  return names.sort((one, other) => (comesAfter(one, other) ? 1 : -1));
}

function fileAt(path: string, { name, real, stats }: { name: string; real: string; stats: BigIntStats }): ObjectFile {
  const version = versionOf(stats);
  return {
    name,
    source_id: sourceIn(path),
    byte_count: Number(stats.size),
    version,
    bytes: () => readBytes(real, version),
  };
}

async function* readBytes(path: string, version: string): AsyncGenerator<Uint8Array> {
  try {
    await using file = await open(path);
    if (versionOf(await file.stat({ bigint: true })) !== version) {
      throw new Unavailable('it has changed since it was listed. Try again.');
    }
    yield* file.createReadStream({ autoClose: false });
  } catch (error) {
    throw new Unavailable(`${path} cannot be read: ${messageOf(error)}`);
  }
}

function versionOf({ size, mtimeNs }: BigIntStats): string {
  return `${size}-${mtimeNs}`;
}

async function readStats(path: string): Promise<BigIntStats> {
  return stat(path, { bigint: true }).catch((error: unknown) => {
    throw unreadable(path, error);
  });
}

/** Errors on which a person must act; others may be transient. */
const REFUSALS = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG'];

function unreadable(path: string, error: unknown): Rejected | Unavailable {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new Rejected(`There is no file or folder at ${path}.`);
  const sentence = `${path} cannot be read: ${unreadableBecause(error)}`;
  return REFUSALS.includes(code ?? '') ? new Rejected(sentence) : new Unavailable(sentence);
}
