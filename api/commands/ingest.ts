import { resolve } from 'node:path';
import { ingestFiles, readFiles } from '../../jobs/ingest-files.ts';
import { BY, type Command } from './command.ts';

type Totals = Record<string, number>;

/** Loads files of events that RudderStack wrote; the same files again bring nothing new. */
export const ingest: Command = {
  usage: 'ingest FILE|DIR|s3://BUCKET/PREFIX… [--source NAME] [--by NAME]',
  meaning: 'loads files of RudderStack events, one JSON object a line, as they are or gzipped, each file once',
  options: { source: { type: 'string' }, ...BY },
  async run(args, { open }) {
    const source = args.option('source');
    const asked = args.several('The file, folder or bucket').map((address) => ({
      // Whoever holds the data folder may stand in another one.
      address: address.startsWith('s3:') ? address : resolve(address),
      ...(source !== undefined && { source }),
    }));
    for (const options of asked) readFiles(options);
    const client = await open();
    const total: Totals = {};
    const corrupt: { file: string; reason: string }[] = [];
    for (const options of asked) {
      const { corrupt_files, ...counts } = await client.run({ job: ingestFiles, options, by: args.person() });
      corrupt.push(...(corrupt_files as typeof corrupt));
      for (const [name, count] of Object.entries(counts as Totals)) total[name] = (total[name] ?? 0) + count;
    }
    const failure = `${corrupt.length} of the files could not be loaded: ${corrupt.length === 1 ? 'it is' : 'they are'} truncated or corrupt. The others are loaded.`;
    return { value: { ...total, corrupt_files: corrupt }, failure: corrupt.length > 0 ? failure : undefined };
  },
};
