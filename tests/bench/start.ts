import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Figure, paired } from './measure.ts';
import { freshWarehouse, inFolder } from './month.ts';

const CLI = join(import.meta.dirname, '../../api/cli.ts');

/** What a query does at the least: opens the file and answers. */
const BARE_QUERY = `
  import { DuckDBInstance } from '@duckdb/node-api';
  const instance = await DuckDBInstance.create(process.argv[1]);
  const connection = await instance.connect();
  console.log(await (await connection.run('select 1')).getRows());
  connection.closeSync();
  instance.closeSync();`;

/** Prints what a process took when it ends, so that it need not be measured from outside. */
const PRINTING_USAGE = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    writeSync(2, JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMib: maxRSS / 1024 }));
  });
`)}`;

interface Usage {
  readonly cpuMs: number;
  readonly peakMib: number;
}

/** Runs Node with these arguments. Throws where it does not end with 0. */
async function usageOf(args: readonly string[], dataFolder: string): Promise<Usage> {
  const child = spawn(process.execPath, ['--import', PRINTING_USAGE, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { TANTIEME_DATA_DIR: dataFolder },
  });
  let err = '';
  child.stderr.on('data', (piece) => {
    err += piece;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}: ${err}`);
  return JSON.parse(err) as Usage;
}

/** CPU time and peak memory of `help` and of a query, against Node and DuckDB doing as much by themselves. */
export async function benchStart(): Promise<Figure[]> {
  return inFolder(async (folder) => {
    await (await freshWarehouse(folder)).close();
    const file = join(folder, 'warehouse.duckdb');
    const help = { ours: [CLI, 'help'], limit: ['-e', '0'] };
    const query = { ours: [CLI, 'query', 'select 1'], limit: ['--input-type=module', '-e', BARE_QUERY, file] };
    const figure = async (of: keyof Usage, { ours, limit }: { ours: string[]; limit: string[] }) =>
      paired(5, {
        ours: async () => (await usageOf(ours, folder))[of],
        limit: async () => (await usageOf(limit, folder))[of],
      });
    const [node, duckdb] = ['node -e 0', 'opening the file by DuckDB alone and selecting 1'];
    return [
      { name: 'help', unit: 'ms of CPU', limitIs: node, ...(await figure('cpuMs', help)) },
      { name: 'help', unit: 'MiB at most', limitIs: node, ...(await figure('peakMib', help)) },
      { name: 'query', unit: 'ms of CPU', limitIs: duckdb, ...(await figure('cpuMs', query)) },
      { name: 'query', unit: 'MiB at most', limitIs: duckdb, ...(await figure('peakMib', query)) },
    ];
  });
}
