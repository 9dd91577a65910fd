import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import nodeApi from '@duckdb/node-api/package.json' with { type: 'json' };
import { type Effort, timed } from './measure.ts';

const PROJECT = join(import.meta.dirname, 'dbt');
const DBT = process.env.DBT ?? 'dbt';
const MEMORY_LIMIT = '2GB';

/** The version of the engine, which dbt must have too to read the same file: `1.5.6` of `1.5.6-r.1`. */
const ENGINE = nodeApi.version.replace(/-.*$/, '');
export const DBT_MISSING = `Skipped: the peer dbt is not installed. In a virtual environment of Python, run pip install "dbt-core<1.11" "dbt-duckdb==1.10.1" "duckdb==${ENGINE}", and put its dbt on PATH or name it in the environment variable DBT.`;

const run = promisify(execFile);

/** The dbt project of `tests/bench/dbt` on a DuckDB file that holds the raw tables. Its results are in the schema `books` of that file. */
interface Dbt {
  /** Builds and tests all models. The effort is without that of starting Python and reading the project. */
  build(): Promise<Effort>;
}

/** The project on the file, with its profile, its compiled models and its log in the folder; nothing if there is no dbt. */
export async function openDbt({ folder, file }: { folder: string; file: string }): Promise<Dbt | undefined> {
  if (!(await isThere())) return undefined;
  const output = {
    type: 'duckdb',
    path: file,
    schema: 'books',
    threads: availableParallelism(),
    settings: { memory_limit: MEMORY_LIMIT, TimeZone: 'UTC' },
  };
  // JSON is YAML.
  const profiles = { royalties: { target: 'bench', outputs: { bench: output } } };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'profiles.yml'), JSON.stringify(profiles));
  const call = (command: string): Promise<Effort> => dbt(folder, command);
  // The first reading of a project is kept in the folder, so that the later ones are those of somebody who works with it.
  await call('parse');
  return {
    async build() {
      const start = await call('parse');
      const whole = await call('build');
      return { seconds: whole.seconds - start.seconds, cpuSeconds: whole.cpuSeconds - start.cpuSeconds };
    },
  };
}

async function isThere(): Promise<boolean> {
  return run('sh', ['-c', 'command -v "$0"', DBT]).then(
    () => true,
    () => false,
  );
}

/** Runs one command of dbt; the shell reports the processor time of what it started. Throws with its output if it fails. */
async function dbt(folder: string, command: string): Promise<Effort> {
  const script = '"$0" "$@" >&2 && times';
  const paths = ['--project-dir', PROJECT, '--profiles-dir', folder];
  const written = ['--target-path', join(folder, 'target'), '--log-path', join(folder, 'logs')];
  let times = '';
  const seconds = await timed(async () => {
    const ended = run('sh', ['-c', script, DBT, command, ...paths, ...written], {
      env: { ...process.env, LC_ALL: 'C.UTF-8', DO_NOT_TRACK: '1' },
      maxBuffer: 64 * 1024 * 1024,
    });
    times = await ended.then(
      ({ stdout }) => stdout,
      ({ stderr }) => Promise.reject(new Error(`dbt ${command} failed:\n${stderr}`)),
    );
  });
  // The second line is of the children: `0m3.210000s 0m0.450000s`, in their own code and in the system's.
  const spent = [...(times.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  if (spent.length !== 2) throw new Error(`The shell reports no processor time: ${times}`);
  return {
    seconds,
    cpuSeconds: spent.reduce((sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest), 0),
  };
}
