import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serialize } from 'node:v8';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeOfDocument } from '../../../jobs/tax/sealed-bytes.ts';
import { newKey, open } from '../../../jobs/tax/sealed-value.ts';
import { documentRenderer, type RendererOptions } from '../../../reports/documents/renderer.ts';
import { composeStatement } from '../../../reports/statement/compose.ts';
import { readStatements, type StatementSources } from '../../../reports/statement/read.ts';
import { renderStatement } from '../../../reports/statement/render.ts';
import { composeForm } from '../../../reports/tax/compose.ts';
import { renderRecipientCopies } from '../../../reports/tax/recipient-copy.ts';
import { composeFiling } from '../../../reports/tax/render.ts';
import { openDocuments } from '../../../warehouse/documents/open-documents.ts';
import { Unavailable } from '../../../warehouse/errors.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { PROFILES } from '../../ingest/tax/profiles.ts';
import { NODE_FLAGS } from '../../support/node-flags.ts';
import { startS3 } from '../../support/s3/local-s3.ts';
import { openClosedJanuary } from '../../transforms/closed-january.ts';
import { type TemporaryFolder, temporaryFolder } from '../../warehouse/folder.ts';
import { taxFile } from '../tax/example.ts';
import { creatorYear, factsBy, taxYearOf } from '../tax/tax-years.ts';

const JOB = new URL('../../../jobs/issue-statements.ts', import.meta.url).href;
const RENDERER = new URL('../../../reports/documents/renderer.ts', import.meta.url).href;
const ENTRY = new URL('../../../reports/statement/render-entry.ts', import.meta.url);

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

const inFolder = (...parts: string[]) => ({ kind: 'folder', folder: join(folder.path, ...parts) }) as const;
const rendererWith = (options: Partial<RendererOptions>) =>
  documentRenderer({ threads: 1, documents: inFolder(), ...options });

const filesOf = (each: StatementSources) =>
  Object.fromEntries(
    Object.entries(renderStatement(composeStatement(each))).map(([format, bytes]) => [
      format,
      { hash: sha256Hex(bytes), byte_size: bytes.length },
    ]),
  );

test.each([0, 2])(
  'with %i threads, rows become the same stored files; one that does not fit its seal stops none',
  async (threads) => {
    const address = inFolder(String(threads));
    const renderer = rendererWith({ threads, documents: address });
    const batch = sources.map((each, index) =>
      index === 1 ? { ...each, balance: { ...each.balance, closing_minor: each.balance.closing_minor + 1n } } : each,
    );
    const outcomes = await renderer.store(ENTRY, batch);
    expect(outcomes).toEqual(
      sources.map((each, index) =>
        index === 1
          ? { problem: expect.stringContaining('The proof does not lead to the seal') }
          : { files: filesOf(each) },
      ),
    );
    const documents = openDocuments(address);
    for (const [index, outcome] of outcomes.entries()) {
      if (!('files' in outcome)) continue;
      expect(String(await documents.get(outcome.files.json?.hash ?? ''))).toContain(sources[index]?.statement_id);
      expect(String((await documents.get(outcome.files.pdf?.hash ?? '')).subarray(0, 4))).toBe('%PDF');
    }
    await renderer.close();
  },
);

test('a thread seals the copies of a creator under the key that it is given, with the size that readers see', async () => {
  const entry = new URL('../../../jobs/tax/render-copies-entry.ts', import.meta.url);
  const file = taxFile();
  const year = composeForm(taxYearOf(creatorYear('cr_ada', 'USD', [{ credited_minor: 20_000n }])), {
    ...{ form: 'us_1099_misc', file, facts: factsBy({ cr_ada: [PROFILES.w9] }) },
  });
  const {
    copies: [copy],
  } = composeFiling(year, { file, profiles: new Map([['cr_ada', PROFILES.w9]]) });
  const dataKey = { id: 'tdk_1', key: newKey() };
  const renderer = rendererWith({});
  const [outcome] = await renderer.store(entry, [{ ...copy, dataKey }]);
  const stored = outcome && 'files' in outcome ? outcome.files.pdf : undefined;
  const bytes = await openDocuments(inFolder()).get(stored?.hash ?? '');
  const opened = open(JSON.parse(String(bytes)), { key: dataKey.key, place: placeOfDocument('cr_ada') });
  expect([opened.length, opened]).toEqual([stored?.byte_size, renderRecipientCopies(copy?.copies ?? [])]);
  await renderer.close();
});

test('threads store in a bucket too', async () => {
  const keys = { region: 'eu-central-1', accessKeyId: 'AKIDLOCAL', secretAccessKey: 'secret' };
  await using local = await startS3({ bucket: 'issued', keys });
  const s3 = { endpoint: local.url, region: keys.region, credentials: keys, attempts: 2 };
  const address = { kind: 's3', bucket: 'issued', prefix: 'documents', s3 } as const;
  const renderer = rendererWith({ documents: address });
  const [first, ...rest] = sources;
  expect(await renderer.store(ENTRY, [first])).toEqual([{ files: filesOf(first as StatementSources) }]);
  expect(local.requests).toHaveLength(4);
  local.faults(() => 'access_denied');
  const refused = renderer.store(ENTRY, rest);
  await expect(refused).rejects.toThrow(Unavailable);
  await expect(refused).rejects.toThrow(/^A document could not be stored in s3:\/\/issued\/documents \(AccessDenied/);
  await renderer.close();
});

test('a thread that dies is replaced, and only the document that it dies of has no files', async () => {
  const renderer = rendererWith({});
  const dying = new URL('dying-entry.ts', import.meta.url);
  const batch = sources.toSorted(
    (a, b) => (a.balance.creator_id === 'cr_ben' ? 1 : 0) - (b.balance.creator_id === 'cr_ben' ? 1 : 0),
  );
  // The second batch waits while the thread dies of the first.
  const [outcomes, later] = await Promise.all([
    renderer.store(dying, batch),
    renderer.store(ENTRY, sources.slice(0, 1)),
  ]);
  expect(later).toEqual([{ files: expect.anything() }]);
  expect(outcomes).toEqual(
    batch.map(({ balance }) =>
      balance.creator_id === 'cr_ben'
        ? { problem: expect.stringContaining('Its thread ended while it was rendered') }
        : { files: expect.anything() },
    ),
  );
  await renderer.close();
});

test('a thread that does not start leaves documents without files, and nobody waits for it', async () => {
  const thread = join(folder.path, 'thread.mjs');
  await writeFile(thread, `setImmediate(() => { throw new Error('out of memory'); }); await new Promise(() => {});`);
  const renderer = rendererWith({ threads: 2, thread: pathToFileURL(thread) });
  const outcomes = await renderer.store(ENTRY, sources);
  expect(outcomes).toEqual(sources.map(() => ({ problem: expect.stringContaining('out of memory') })));
  await renderer.close();
});

test.each([0, 1])('with %i threads, files that cannot be stored are an error of the store', async (threads) => {
  const documents = inFolder(`file-${threads}`);
  await writeFile(documents.folder, 'no folder');
  const renderer = rendererWith({ threads, documents });
  const stored = renderer.store(ENTRY, sources);
  await expect(stored).rejects.toThrow(Unavailable);
  await expect(stored).rejects.toThrow('A document could not be stored');
  await renderer.close();
});

test('a renderer that is closed ends what it renders', async () => {
  const renderer = rendererWith({ documents: inFolder('closed') });
  const left = renderer.store(ENTRY, Array.from({ length: 40 }, () => sources).flat());
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
    const { documentRenderer } = await import(${JSON.stringify(RENDERER)});
    let started = 0;
    process.on('worker', () => { started += 1; });
    const renderer = documentRenderer({ threads: 2, documents: ${JSON.stringify(inFolder())} });
    await new Promise(setImmediate);
    const before = started;
    const batch = deserialize(Buffer.from('${serialize(sources.slice(0, 1)).toString('base64')}', 'base64'));
    const [outcome] = await renderer.store(new URL(${JSON.stringify(ENTRY)}), batch);
    const files = loaded.flatMap((url) => /reports\\/.*$/.exec(url) ?? []).sort();
    console.log(JSON.stringify({ before, started, outcome: Object.keys(outcome), files }));`;
  const { stdout, status } = spawnSync(process.execPath, [...NODE_FLAGS, '--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    before: 0,
    started: 1,
    outcome: ['files'],
    files: [
      ...['reports/documents/renderer.ts', 'reports/statement/file-name.ts', 'reports/statement/read.ts'],
      'reports/statement/settings.ts',
    ],
  });
});
