import { resolve } from 'node:path';
import { readFiles } from '../../jobs/ingest-files.ts';
import type { Act } from './command.ts';

type Totals = Record<string, number>;

/** Loads files of events that RudderStack wrote; a file that was loaded before is skipped. */
export const ingest: Act = async (args, { open }) => {
  const source = args.option('source');
  const files = args.requireSeveral('The file, folder or bucket').map((address) => ({
    // The server that uses the data folder may have another working directory.
    address: address.startsWith('s3:') ? address : resolve(address),
    ...(source !== undefined && { source }),
  }));
  for (const options of files) readFiles(options);
  const by = args.requirePerson();
  const client = await open();
  const total: Totals = {};
  const corrupt: { file: string; reason: string }[] = [];
  for (const options of files) {
    const { corrupt_files, ...counts } = await client.run({ job: 'ingest-files', options, by });
    corrupt.push(...(corrupt_files as typeof corrupt));
    for (const [name, count] of Object.entries(counts as Totals)) total[name] = (total[name] ?? 0) + count;
  }
  return { value: { ...total, corrupt_files: corrupt }, failure: unloaded(corrupt.length) };
};

function unloaded(count: number): string | undefined {
  if (count === 0) return undefined;
  const sentence = count === 1 ? '1 file could not be loaded: it is' : `${count} files could not be loaded: they are`;
  return `${sentence} truncated or corrupt. The other files were loaded; correct the problems listed above and ingest again.`;
}

/** Loads the quarantined events again: all, or those of one reason or one event. */
export const replayRejected: Act = async (args, { open }) => {
  args.require();
  const [reason, event] = [args.option('reason'), args.option('event')];
  const options = { ...(reason !== undefined && { reason }), ...(event !== undefined && { event }) };
  const by = args.requirePerson();
  return { value: await (await open()).run({ job: 'replay-rejected', options, by }) };
};
