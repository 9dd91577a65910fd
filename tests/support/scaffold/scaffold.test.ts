import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Rejected, Unavailable } from '../../../warehouse/errors.ts';
import { FULL_RUN } from '../full-run.ts';
import { scaffold } from './scaffold.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** What the tools and the tests of a new file need. */
const NEEDED = ['warehouse', 'ingest', 'transforms', 'reports', 'jobs', 'api', 'tests'];
const SETTINGS = ['package.json', 'tsconfig.json', 'biome.json', 'vitest.config.ts', '.gitignore'];

const NEW = [
  ['model', 'stg_rudder__gifts'],
  ['model', 'int_gifts'],
  ['model', 'gifts'],
  ['event', 'asset_featured'],
  ['job', 'archive-statements'],
  ['command', 'show-period'],
];

let folder: string;
let copy: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tantieme-scaffold-'));
  copy = join(folder, 'copy');
  mkdirSync(copy);
  for (const path of [...NEEDED, ...SETTINGS]) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction');
});
afterAll(() => rm(folder, { recursive: true }));

/** Every file below the folders, with what it holds. */
function texts(root: string): Record<string, string> {
  const files = NEEDED.flatMap((each) =>
    readdirSync(join(root, each), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()),
  );
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'utf8')]),
  );
}

/** Runs a program of the packages in the copy; gives what it printed where it failed. */
function failureOf(program: string, args: readonly string[]): Promise<string> {
  const bin = join(ROOT, 'node_modules/.bin');
  // Its tests are not among those of a full run.
  const env = { ...process.env, FULL_RUN: undefined, PATH: `${bin}:${process.env.PATH}` };
  return new Promise((resolve) => {
    execFile(join(bin, program), args, { cwd: copy, env }, (error, out, err) => resolve(error ? `${out}\n${err}` : ''));
  });
}

describe('a name that cannot be one', () => {
  test.each([
    [['theorem', 'x'], /^"theorem" cannot be made new\.\nUsage: npm run new model\|event\|job\|command NAME$/],
    [[], /Usage/],
    [['model'], /^The name is missing/],
    [['model', 'gifts', 'twice'], /^twice: one name is enough/],
    [['model', 'int-gifts'], /^"int-gifts" is not in snake_case; write it as /],
    [['model', '../gifts'], /not in snake_case/],
    [['model', 'stg_gifts'], /does not name its source/],
    [['model', 'royalties'], /^transforms\/marts\/royalties\.sql exists already; choose another name\.$/],
    [['event', 'Asset Featured'], /not in snake_case/],
    [['event', 'asset_feature'], /does not say what has happened/],
    [['event', 'gifted'], /does not say what has happened/],
    [['event', 'license_purchased'], /^The event License Purchased is in the catalogue already/],
    [['job', 'archive_statements'], /not in kebab-case/],
    [['job', 'archive'], /not a verb and its object/],
    [['job', 'close-period'], /exists already/],
    [['command', 'Show'], /not in kebab-case/],
    [['command', 'delete'], /is a word of JavaScript/],
    [['command', 'help'], /There is a command help already/],
    [['command', 'replay-rejected'], /There is a command replay-rejected already/],
  ])('%j is refused', (args, sentence) => {
    expect(() => scaffold(ROOT, args)).toThrow(expect.objectContaining({ message: expect.stringMatching(sentence) }));
    expect(() => scaffold(ROOT, args)).toThrow(Rejected);
  });

  test('leaves everything as it was', () => {
    const before = texts(copy);
    expect(() => scaffold(copy, ['model', 'royalties'])).toThrow(Rejected);
    expect(texts(copy)).toEqual(before);
  });
});

test('what cannot be written whole is not written at all', () => {
  const root = join(folder, 'small');
  const changed = ['jobs/jobs.ts', 'jobs/README.md', 'api/portal/words/meanings/jobs-de.ts'];
  for (const path of ['biome.json', '.gitignore', ...changed]) cpSync(join(ROOT, path), join(root, path));
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'junction');
  writeFileSync(join(root, 'tests'), 'A file, where the test should go into a folder.');
  expect(() => scaffold(root, ['job', 'archive-statements'])).toThrow(Unavailable);
  expect(existsSync(join(root, 'jobs/archive-statements.ts'))).toBe(false);
  for (const path of changed) {
    expect(readFileSync(join(root, path), 'utf8')).toBe(readFileSync(join(ROOT, path), 'utf8'));
  }
});

// Takes as long as the checks of the project itself.
test.skipIf(!FULL_RUN)('what is written passes the checks and its own tests as it stands', async () => {
  const written = NEW.flatMap((args) => scaffold(copy, args).written);
  const own = written.filter((path) => path.endsWith('.test.ts'));
  const shared = [
    'tests/tidy.test.ts',
    'tests/transforms/scenarios.test.ts',
    'tests/transforms/engine/graph.test.ts',
    'tests/api/http/marts.test.ts',
  ];
  const tests = [
    ...new Set([...own, ...shared, 'tests/ingest/events/catalogue.test.ts', 'tests/portable-sql.test.ts']),
  ];
  const names = [
    ...NEW.map(([, name]) => name),
    'Asset Featured',
    'picture',
    'tracking plan',
    'names',
    'SQL',
    'no internal model',
  ].join('|');
  const [types, style, failed] = await Promise.all([
    // One checker takes two thirds of the work of several, which check shared types again.
    failureOf('tsc', ['--noEmit', '--checkers', '1']),
    failureOf('biome', ['ci', '.']),
    failureOf('vitest', ['run', '--maxWorkers=1', ...tests, '-t', names]),
  ]);
  expect(types).toBe('');
  expect(style).toBe('');
  expect(failed).toBe('');
});
