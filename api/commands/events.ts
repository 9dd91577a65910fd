import { resolve } from 'node:path';
import { readFiles } from '../../jobs/ingest-files.ts';
import type { Act } from './command.ts';

type Totals = Record<string, number>;

/** Loads files of events that RudderStack wrote; the same files again bring nothing new. */
export const ingest: Act = async (args, { open }) => {
  const source = args.option('source');
  const asked = args.several('The file, folder or bucket').map((address) => ({
    // Whoever holds the data folder may stand in another one.
    address: address.startsWith('s3:') ? address : resolve(address),
    ...(source !== undefined && { source }),
  }));
  for (const options of asked) readFiles(options);
  const by = args.person();
  const client = await open();
  const total: Totals = {};
  const corrupt: { file: string; reason: string }[] = [];
  for (const options of asked) {
    const { corrupt_files, ...counts } = await client.run({ job: 'ingest-files', options, by });
    corrupt.push(...(corrupt_files as typeof corrupt));
    for (const [name, count] of Object.entries(counts as Totals)) total[name] = (total[name] ?? 0) + count;
  }
  return { value: { ...total, corrupt_files: corrupt }, failure: unloaded(corrupt.length) };
};

function unloaded(count: number): string | undefined {
  if (count === 0) return undefined;
  const files = count === 1 ? '1 file could not be loaded: it is' : `${count} files could not be loaded: they are`;
  return `${files} truncated or corrupt. The other files are loaded; correct what is named above and ingest again.`;
}

/** Takes in again what was quarantined. */
export const replayRejected: Act = async (args, { open }) => {
  args.named();
  const by = args.person();
  return { value: await (await open()).run({ job: 'replay-rejected', by }) };
};
