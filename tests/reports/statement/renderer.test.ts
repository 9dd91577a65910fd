import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { composeStatement } from '../../../reports/statement/compose.ts';
import { readStatements, type StatementSources } from '../../../reports/statement/read.ts';
import { FORMATS, type Format, renderStatement } from '../../../reports/statement/render.ts';
import { type RendererOptions, statementRenderer } from '../../../reports/statement/renderer.ts';
import { documentsIn } from '../../../warehouse/documents/folder.ts';
import { Unavailable } from '../../../warehouse/errors.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { NODE_FLAGS } from '../../support/node-flags.ts';
import { openClosedJanuary } from '../../transforms/closed-january.ts';
import { type TemporaryFolder, temporaryFolder } from '../../warehouse/folder.ts';

const JOB = new URL('../../../jobs/issue-statements.ts', import.meta.url).href;
const RENDERER = new URL('../../../reports/statement/renderer.ts', import.meta.url).href;

let folder: TemporaryFolder;
let sources: StatementSources[];
beforeAll(async () => {
  folder = await temporaryFolder();
  const warehouse = await openClosedJanuary();
  sources = [];
  const period = parsePeriod('2026-01');
  for await (const each of readStatements(warehouse, { period, issuerName: 'Tantieme' })) sources.push(each);
  await warehouse.close();
});
afterAll(() => folder[Symbol.asyncDispose]());

const rendererWith = (options: Partial<RendererOptions>) =>
  statementRenderer({ threads: 1, documentsFolder: folder.path, ...options });

const hashesOf = (each: StatementSources) => {
  const rendered = renderStatement(composeStatement(each));
  return Object.fromEntries((Object.keys(FORMATS) as Format[]).map((format) => [format, sha256Hex(rendered[format])]));
};

test.each([0, 2])(
  'with %i threads, rows become the same stored files; one that does not fit its seal stops none',
  async (threads) => {
    const documentsFolder = join(folder.path, String(threads));
    const renderer = rendererWith({ threads, documentsFolder });
    const batch = sources.map((each, index) =>
      index === 1 ? { ...each, balance: { ...each.balance, closing_minor: each.balance.closing_minor + 1n } } : each,
    );
    const outcomes = await renderer.store(batch);
    expect(outcomes).toEqual(
      sources.map(({ statement_id, ...rest }, index) =>
        index === 1
          ? { statement_id, problem: expect.stringContaining('The proof does not lead to the seal') }
          : { statement_id, hashes: hashesOf({ statement_id, ...rest }) },
      ),
    );
    const documents = documentsIn(documentsFolder);
    for (const outcome of outcomes) {
      if (!('hashes' in outcome)) continue;
      expect(String(await documents.get(outcome.hashes.json))).toContain(outcome.statement_id);
      expect(String((await documents.get(outcome.hashes.pdf)).subarray(0, 4))).toBe('%PDF');
    }
    await renderer.close();
  },
);

test('a thread that dies is replaced, and only the statement that it dies of has no files', async () => {
  const renderer = rendererWith({ entry: new URL('dying-thread.ts', import.meta.url) });
  const batch = sources.toSorted(
    (a, b) => (a.balance.creator_id === 'cr_ben' ? 1 : 0) - (b.balance.creator_id === 'cr_ben' ? 1 : 0),
  );
  // The second batch waits while the thread dies of the first.
  const [outcomes, later] = await Promise.all([renderer.store(batch), renderer.store(sources.slice(0, 1))]);
  expect(later).toEqual([{ statement_id: sources[0]?.statement_id, hashes: expect.anything() }]);
  expect(outcomes).toEqual(
    batch.map(({ statement_id, balance }) =>
      balance.creator_id === 'cr_ben'
        ? { statement_id, problem: expect.stringContaining('Its thread ended while it was rendered') }
        : { statement_id, hashes: expect.anything() },
    ),
  );
  await renderer.close();
});

test.each([0, 1])('with %i threads, files that cannot be stored are an error of the store', async (threads) => {
  const documentsFolder = join(folder.path, `file-${threads}`);
  await writeFile(documentsFolder, 'no folder');
  const renderer = rendererWith({ threads, documentsFolder });
  const stored = renderer.store(sources);
  await expect(stored).rejects.toThrow(Unavailable);
  await expect(stored).rejects.toThrow('A document could not be stored');
  await renderer.close();
});

test('a renderer that is closed ends what it renders', async () => {
  const renderer = rendererWith({ documentsFolder: join(folder.path, 'closed') });
  const left = renderer.store(Array.from({ length: 40 }, () => sources).flat());
  const ended = expect(left).rejects.toThrow(Unavailable);
  await renderer.close();
  await ended;
});

test('the thread that answers requests only reads rows; no thread starts before the first statement or keeps the process alive', () => {
  const script = `
    import { registerHooks } from 'node:module';
    import { deserialize } from 'node:v8';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    await import(${JSON.stringify(JOB)});
    const { statementRenderer } = await import(${JSON.stringify(RENDERER)});
    let started = 0;
    process.on('worker', () => { started += 1; });
    const renderer = statementRenderer({ threads: 2, documentsFolder: ${JSON.stringify(folder.path)} });
    await new Promise(setImmediate);
    const before = started;
    const batch = deserialize(Buffer.from('${serialize(sources.slice(0, 1)).toString('base64')}', 'base64'));
    const [outcome] = await renderer.store(batch);
    const files = loaded.flatMap((url) => /reports\\/.*$/.exec(url) ?? []).sort();
    console.log(JSON.stringify({ before, started, outcome: Object.keys(outcome), files }));`;
  const { stdout, status } = spawnSync(process.execPath, [...NODE_FLAGS, '--input-type=module', '-e', script], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    before: 0,
    started: 1,
    outcome: ['statement_id', 'hashes'],
    files: ['reports/statement/read.ts', 'reports/statement/renderer.ts'],
  });
});
