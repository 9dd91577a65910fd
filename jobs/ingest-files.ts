import { loadFiles } from '../ingest/load/load-files.ts';
import { objectFilesAt } from '../ingest/object-files/open-object-files.ts';
import { Rejected } from '../warehouse/errors.ts';
import { narrowTo, requireConfinement } from './confined-address.ts';
import type { GivenOptions, Job } from './job.ts';

/** Where files of events are, and their source if their path names none. */
interface IngestFilesOptions {
  /** A file, a folder, or `s3://bucket/prefix`. */
  readonly address: string;
  readonly source: string;
  /** Whether only what is below `TANTIEME_INGEST_FROM` may be read. */
  readonly isConfined: boolean;
}

/** The source of events whose path names none. */
const UNNAMED_SOURCE = 'import';

export const ingestFiles: Job<IngestFilesOptions> = {
  name: 'ingest-files',
  meaning: 'Loads event files written by RudderStack from a file, a folder or a bucket; each file is loaded once.',
  about: 'everything',
  readOptions: readFiles,
  narrowOptions: narrowTo((given) => readFiles(given).address),
  async run({ warehouse, clock, destination, sources, s3, ingestFrom, progress }, _, options = readFiles({})) {
    const { address, source, isConfined } = options;
    const from = await objectFilesAt(address, { s3, ...(isConfined && { within: ingestFrom }) });
    const loaded = await loadFiles(warehouse, {
      from,
      clock,
      destination,
      sources,
      source_id: source,
      onProgress: progress,
    });
    return { ...loaded };
  },
};

/** Parses `address` and the optional `source` and `within`. Throws `Rejected`. */
export function readFiles({ address, source = UNNAMED_SOURCE, within, ...more }: GivenOptions): IngestFilesOptions {
  const unknown = Object.keys(more);
  if (unknown.length > 0)
    throw new Rejected(`ingest-files takes the options address and source, not ${unknown.join(', ')}.`);
  if (!address)
    throw new Rejected(
      'ingest-files cannot be run without the option address; give a file, a folder or s3://bucket/prefix.',
    );
  if (!/^[A-Za-z0-9_-]+$/.test(source)) {
    throw new Rejected(`${JSON.stringify(source)} cannot be a source; use only letters, digits, - and _.`);
  }
  return { address, source, isConfined: requireConfinement(within) };
}
