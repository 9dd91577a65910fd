import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { renderStatement } from '../../../reports/statement/render.ts';
import { statementRenderer } from '../../../reports/statement/renderer.ts';
import { InvariantBroken, Unavailable } from '../../../warehouse/errors.ts';
import { NODE_FLAGS } from '../../support/node-flags.ts';
import { busyMonth, statement } from './document.ts';

const bytesOf = (rendered: Readonly<Record<string, Uint8Array>>): Record<string, Buffer> =>
  Object.fromEntries(Object.entries(rendered).map(([format, bytes]) => [format, Buffer.from(bytes)]));

const RENDERER = new URL('../../../reports/statement/renderer.ts', import.meta.url).href;

test('threads and the calling thread render the same bytes; a statement that does not add up stops none', async () => {
  const [one, many] = [statement(), busyMonth(30)];
  const wrong = { ...one, summary: { ...one.summary, closing: '0.01' } };
  for (const threads of [0, 2]) {
    const renderer = statementRenderer({ threads });
    const all = [one, wrong, many].map((document) => renderer.render(document));
    await expect(all[1]).rejects.toThrow(InvariantBroken);
    await expect(all[1]).rejects.toThrow('must close at');
    for (const [at, document] of [one, many].entries()) {
      const rendered = await all[at * 2];
      expect(rendered && bytesOf(rendered)).toEqual(bytesOf(renderStatement(document)));
    }
    await renderer.close();
  }
});

test('a thread that dies is reported with its statement, and replaced', async () => {
  const renderer = statementRenderer({ threads: 1, entry: new URL('dying-thread.ts', import.meta.url) });
  const fatal = statement();
  const died = renderer.render({ ...fatal, creator: { ...fatal.creator, creator_id: 'fatal' } });
  await expect(died).rejects.toThrow(Unavailable);
  await expect(died).rejects.toThrow(
    `The statement ${fatal.statement_id} could not be rendered, because its thread ended`,
  );
  expect((await renderer.render(statement())).pdf.length).toBeGreaterThan(1000);
  await renderer.close();
});

test('a renderer that is closed ends what it renders', async () => {
  const renderer = statementRenderer({ threads: 1 });
  const left = renderer.render(busyMonth(60));
  const ended = expect(left).rejects.toThrow(Unavailable);
  await renderer.close();
  await ended;
});

test('no thread is started before the first statement, and none keeps the process alive', () => {
  const script = `
    const { statementRenderer } = await import(${JSON.stringify(RENDERER)});
    let started = 0;
    process.on('worker', () => { started += 1; });
    const renderer = statementRenderer({ threads: 2 });
    await new Promise(setImmediate);
    const before = started;
    await renderer.render(${JSON.stringify(statement())});
    console.log(before, started);`;
  const { stdout, status } = spawnSync(process.execPath, [...NODE_FLAGS, '--input-type=module', '-e', script], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect({ stdout, status }).toEqual({ stdout: '0 1\n', status: 0 });
});
