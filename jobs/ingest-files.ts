import { loadFiles } from '../ingest/load/load-files.ts';
import { objectFilesAt } from '../ingest/object-files/open-object-files.ts';
import { Rejected } from '../warehouse/errors.ts';
import type { GivenOptions, Job } from './job.ts';

/** Where files of events are, and whose they are if their path does not say. */
export interface AskedFiles {
  /** A file, a folder, or `s3://bucket/prefix`. */
  readonly address: string;
  readonly source: string;
}

/** The source of events whose file names none. */
const UNNAMED_SOURCE = 'import';

export const ingestFiles: Job<AskedFiles> = {
  name: 'ingest-files',
  meaning: 'Loads files of events that RudderStack wrote, from a file, a folder or a bucket; each file once.',
  about: 'everything',
  readOptions: readFiles,
  async run({ warehouse, clock, destination, s3, progress }, _, asked = readFiles({})) {
    const { address, source } = asked;
    const from = await objectFilesAt(address, { s3 });
    const loaded = await loadFiles(warehouse, { from, clock, destination, source_id: source, onProgress: progress });
    return { ...loaded };
  },
};

/** Reads `address` and, where it is given, `source`. Throws `Rejected`. */
export function readFiles({ address, source = UNNAMED_SOURCE, ...more }: GivenOptions): AskedFiles {
  const unknown = Object.keys(more);
  if (unknown.length > 0) throw new Rejected(`ingest-files takes address and source, not ${unknown.join(', ')}.`);
  if (!address) throw new Rejected('ingest-files needs the address of a file, a folder or a bucket.');
  if (!/^[A-Za-z0-9_-]+$/.test(source)) {
    throw new Rejected(`The source ${JSON.stringify(source)} is not letters, digits, - and _.`);
  }
  return { address, source };
}
