import { afterEach, describe, expect, it, vi } from 'vitest';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { busyMonth, statement } from './document.ts';

/** The hashes of a statement's four forms, from modules that have rendered nothing yet but `before`. */
async function freshHashes(doc: ReturnType<typeof statement>, before: readonly ReturnType<typeof statement>[] = []) {
  vi.resetModules();
  const { renderCsv } = await import('../../../reports/statement/csv.ts');
  const { renderJson } = await import('../../../reports/statement/json.ts');
  const { renderPdf } = await import('../../../reports/statement/pdf.ts');
  const { renderXlsx } = await import('../../../reports/statement/xlsx.ts');
  for (const other of before) await Promise.all([renderPdf(other), renderXlsx(other)]);
  const forms = { json: renderJson(doc), csv: renderCsv(doc), xlsx: await renderXlsx(doc), pdf: await renderPdf(doc) };
  return Object.fromEntries(Object.entries(forms).map(([name, bytes]) => [name, sha256Hex(bytes)]));
}

afterEach(() => {
  vi.useRealTimers();
});

describe('a statement has the same bytes', () => {
  const doc = busyMonth(25, { name: 'Žofie O\u2019Brien' });

  it('whenever it is rendered', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 1, 3) });
    const first = await freshHashes(doc);
    vi.setSystemTime(Date.UTC(2031, 7, 9, 17, 4, 9));
    expect(await freshHashes(doc)).toEqual(first);
  });

  it('whatever was rendered before it', async () => {
    const others = [
      // The typeface draws this apostrophe with the same glyph as the other one.
      statement({ name: 'Žofie O\u02bcBrien' }),
      statement({ lines: [{ minor: 1n, title: 'fi ffi -> 2x2 日本' }] }),
      busyMonth(3, { currency: 'JPY' }),
    ];
    expect(await freshHashes(doc, others)).toEqual(await freshHashes(doc));
  });

  it('but no two statements have the same', async () => {
    const [one, two] = [await freshHashes(doc), await freshHashes({ ...doc, seal: '0'.repeat(64) })];
    for (const form of ['json', 'xlsx', 'pdf']) expect(one[form]).not.toBe(two[form]);
  });
});
