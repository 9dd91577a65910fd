import { cpSync } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyFreshStore } from '../../warehouse/operational/fresh-store.ts';
import { commandLine, SETTINGS } from '../commands/command-line.ts';
import { ended, started } from './program.ts';

let folder: string;
let data: string;
/** A data folder in which a job has run, to be damaged by each test. */
let used: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tantieme-faults-'));
  [data, used] = [join(folder, 'data'), join(folder, 'used')];
  await copyFreshStore(join(used, 'operational'));
  const ran = await commandLine(folder)(['replay-rejected'], { ...SETTINGS, TANTIEME_DATA_DIR: used });
  expect(ran).toMatchObject({ code: 0 });
});
afterAll(() => rm(folder, { recursive: true }));

interface Fault {
  readonly name: string;
  readonly damage: () => Promise<unknown>;
  readonly message: () => string;
}

const FAULTS: readonly Fault[] = [
  {
    name: 'a truncated warehouse file',
    damage: () => truncate(join(data, 'warehouse.duckdb'), 100_000),
    message: () =>
      `The warehouse file ${join(data, 'warehouse.duckdb')} cannot be opened: it is truncated or damaged; restore it from a backup.`,
  },
  {
    name: 'a missing warehouse file, with which jobs have run',
    damage: () => rm(join(data, 'warehouse.duckdb')),
    message: () =>
      `The warehouse file ${join(data, 'warehouse.duckdb')} is missing, although jobs have run with it; restore it from a backup, or correct WAREHOUSE_URL. To start over, set TANTIEME_DATA_DIR to a new folder and OPERATIONAL_URL to an empty store.`,
  },
  {
    name: 'a control store without its version',
    damage: () => rm(join(data, 'operational', 'PG_VERSION')),
    message: () =>
      `The control store in ${join(data, 'operational')} cannot be opened: its file PG_VERSION is missing; restore the folder from a backup, or remove it if it was never used.`,
  },
  {
    name: 'a control store of another version',
    damage: () => writeFile(join(data, 'operational', 'PG_VERSION'), '16\n'),
    message: () =>
      `The control store in ${join(data, 'operational')} cannot be opened: it is of PostgreSQL 16, and this version reads 18; use the version of Tantieme that wrote it.`,
  },
  {
    name: 'a control store with a truncated file',
    damage: () => truncate(join(data, 'operational', 'global', 'pg_control'), 100),
    message: () =>
      `The control store in ${join(data, 'operational')} cannot be opened: it is damaged; restore it from a backup.`,
  },
  {
    name: 'a lock of a process that may be another program by now',
    damage: () => writeFile(join(data, 'lock'), String(process.ppid)),
    message: () =>
      `The data folder ${data} is held by process ${process.ppid}; stop that process, or use its API; if it is not Tantieme, remove ${join(data, 'lock')}.`,
  },
];

describe.each(FAULTS)('$name', ({ damage, message }) => {
  test('is reported with its cause and what to do', async () => {
    await rm(data, { recursive: true, force: true });
    cpSync(used, data, { recursive: true });
    await damage();
    expect(await commandLine(folder)(['keys', 'list'])).toEqual({ code: 1, out: '', err: `${message()}\n` });
  });
});

test('npm start reports the same', async () => {
  await rm(data, { recursive: true, force: true });
  cpSync(used, data, { recursive: true });
  const [fault] = FAULTS;
  await fault?.damage();
  const refused = await ended(started('main', { folder, settings: SETTINGS }));
  expect(refused).toEqual({ code: 1, out: '', err: `${fault?.message()}\n` });
});

describe('a query', () => {
  test.each([
    [
      'without a warehouse file',
      (path: string) => rm(path, { force: true }),
      (path: string) =>
        `There is no warehouse file ${path}; prepare a new data folder with "tantieme migrate", or restore the file from a backup.`,
    ],
    [
      'of an empty file',
      (path: string) => writeFile(path, ''),
      (path: string) =>
        `The warehouse file ${path} cannot be opened: it is not a DuckDB database; restore it from a backup, or correct WAREHOUSE_URL.`,
    ],
  ])('%s fails with the reason, and creates nothing', async (_, damage, message) => {
    await rm(data, { recursive: true, force: true });
    cpSync(used, data, { recursive: true });
    const path = join(data, 'warehouse.duckdb');
    await damage(path);
    expect(await commandLine(folder)(['query', 'select 1'])).toEqual({ code: 1, out: '', err: `${message(path)}\n` });
  });
});

describe('PostgreSQL', () => {
  test('that does not listen is reported without its password', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => probe.once('listening', resolve));
    const port = portOf(probe);
    await new Promise((resolve) => probe.close(resolve));
    await expectUnusable(port, 'nothing listens there; start PostgreSQL, or correct OPERATIONAL_URL');
  });

  test('that refuses the password is reported', async () => {
    const text = 'SFATAL\0C28P01\0Mpassword authentication failed for user "ada"\0\0';
    const answer = Buffer.alloc(5 + text.length);
    answer.write('E');
    answer.writeInt32BE(4 + text.length, 1);
    answer.write(text, 5);
    const server = createServer((socket) => socket.once('data', () => socket.end(answer))).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      const cause = 'it refuses the user or the password; correct them in OPERATIONAL_URL';
      await expectUnusable(portOf(server), cause);
    } finally {
      server.close();
    }
  });

  function portOf(server: Server): number {
    return (server.address() as AddressInfo).port;
  }

  async function expectUnusable(port: number, cause: string): Promise<void> {
    const settings = { ...SETTINGS, OPERATIONAL_URL: `postgres://ada:hunter2@127.0.0.1:${port}/tantieme` };
    const result = await commandLine(folder)(['keys', 'list'], { ...settings, TANTIEME_DATA_DIR: join(folder, 'pg') });
    expect(result).toEqual({
      code: 1,
      out: '',
      err: `PostgreSQL at 127.0.0.1:${port}/tantieme cannot be used as the control store: ${cause}.\n`,
    });
  }
});
