import { afterEach, describe, expect, it, vi } from 'vitest';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { busyMonth, statement } from './document.ts';

/** The hashes of a statement in its four formats, from freshly loaded modules that have only rendered `before`. */
async function freshHashes(doc: ReturnType<typeof statement>, before: readonly ReturnType<typeof statement>[] = []) {
  vi.resetModules();
  const { renderCsv } = await import('../../../reports/statement/csv.ts');
  const { renderJson } = await import('../../../reports/statement/json.ts');
  const { renderPdf } = await import('../../../reports/statement/pdf.ts');
  const { renderXlsx } = await import('../../../reports/statement/xlsx.ts');
  for (const other of before) for (const render of [renderPdf, renderXlsx]) render(other);
  const formats = {
    json: renderJson(doc),
    csv: renderCsv(doc),
    xlsx: renderXlsx(doc),
    pdf: renderPdf(doc),
  };
  return Object.fromEntries(Object.entries(formats).map(([name, bytes]) => [name, sha256Hex(bytes)]));
}

afterEach(() => {
  vi.useRealTimers();
});

describe('a statement is rendered to the same bytes', () => {
  const doc = busyMonth(25, { name: 'Žofie O\u2019Brien שם 王 🎧' });

  it('at any time', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 1, 3) });
    const first = await freshHashes(doc);
    vi.setSystemTime(Date.UTC(2031, 7, 9, 17, 4, 9));
    expect(await freshHashes(doc)).toEqual(first);
  });

  it('after any other statements', async () => {
    const others = [
      // The typeface has the same glyph for this apostrophe and for the one in the name.
      statement({ name: 'Žofie O\u02bcBrien' }),
      statement({ lines: [{ minor: 1n, title: 'fi ffi -> 2x2 日本のモ 王🎧 שלום' }] }),
      busyMonth(3, { currency: 'JPY' }),
    ];
    expect(await freshHashes(doc, others)).toEqual(await freshHashes(doc));
  });

  it('but different statements are not', async () => {
    const [one, two] = [await freshHashes(doc), await freshHashes({ ...doc, seal: '0'.repeat(64) })];
    for (const format of ['json', 'xlsx', 'pdf']) expect(one[format]).not.toBe(two[format]);
  });
});
