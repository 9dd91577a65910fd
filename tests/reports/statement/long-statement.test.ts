import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { StatementDocument } from '../../../reports/statement/document.ts';
import { groupsOf } from '../../../reports/statement/pdf/line-rows.ts';
import { renderPdf } from '../../../reports/statement/pdf.ts';
import { decimalToMinor } from '../../../warehouse/money.ts';
import { hasPoppler } from '../../support/poppler.ts';
import { busyMonth, statement } from './document.ts';

const folder = mkdtempSync(join(tmpdir(), 'tantieme-long-'));
afterAll(() => rmSync(folder, { recursive: true }));

function pagesOf(doc: StatementDocument): string[] {
  const path = join(folder, 'statement.pdf');
  writeFileSync(path, renderPdf(doc));
  return execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' }).split('\f').slice(0, -1);
}

const minor = (text: string): bigint => decimalToMinor(text.replaceAll(',', '').replace('−', '-'), 'USD');
const hasLines = (page: string): boolean => / gross, less|^ *\d+ more lines?|^ *Total (earn|ref|adj)/m.test(page);

describe.skipIf(!hasPoppler)('the lines of a long statement', () => {
  it.each([
    [2, 60],
    [3, 200],
    [12, 100],
  ])('take at most %i pages, and each kind adds up to its total: %i lines', (detailPages, count) => {
    const doc = busyMonth(count, { detailPages });
    const pages = pagesOf(doc);
    expect(pages.filter(hasLines).length).toBeLessThanOrEqual(detailPages);
    const text = pages.join('\n');
    const drawn = (text.match(/ gross, less/g) ?? []).length;
    const more = [...text.matchAll(/^ *(\d+) more lines? +(\S+)$/gm)];
    expect(drawn + more.reduce((sum, [, lines]) => sum + Number(lines), 0)).toBe(count);
    for (const [name, kind] of [
      ['Earnings', 'earning'],
      ['Refunds', 'refund'],
      ['Adjustments', 'adjustment'],
    ] as const) {
      const lines = doc.lines.filter((line) => line.kind === kind);
      const [, part = ''] = new RegExp(`^ *${name}$(.*?)Total ${name.toLowerCase()}`, 'ms').exec(text) ?? [];
      const shown = (part.match(/ gross, less/g) ?? []).length;
      // Each kind keeps some lines, the first ones.
      expect(shown).toBeGreaterThanOrEqual(Math.min(lines.length, kind === 'earning' ? 1 : 2 * detailPages));
      const [, left = '0', sum = '0'] = /^ *(\d+) more lines? +(\S+)$/m.exec(part) ?? [];
      expect(Number(left)).toBe(lines.length - shown);
      expect(minor(sum)).toBe(lines.slice(shown).reduce((all, { amount }) => all + minor(amount), 0n));
    }
    expect(more.length > 0).toBe(count !== 100);
  });
});

const nothing = Array.from({ length: 3 }, (_, i) => ({
  minor: 0n,
  beyond: 1_500_000n + BigInt(i),
  title: `Tiny ${i}`,
}));

describe('lines that come to nothing', () => {
  it.skipIf(!hasPoppler)('are one row with their number and their exact sum', () => {
    const [page = '', ...others] = pagesOf(statement({ lines: [{ minor: 1250n }, ...nothing] }));
    const text = [page, ...others].join('\n');
    expect(text).toMatch(/^ *3 lines that come to 0\.00 +0\.00$/m);
    expect(text).toContain('together they are exactly USD 0.004500003.');
    expect(text).not.toContain('Tiny');
    expect(text).toMatch(/^ *Total earnings +12\.50$/m);
  });

  it('have a row each if there is only one, or if a correction has a reason', () => {
    const correction = { correction_id: 'cor_1', correction_reason: 'Reported twice.' };
    const groups = groupsOf(
      statement({
        lines: [
          ...nothing,
          { kind: 'refund', minor: 0n },
          { kind: 'adjustment', minor: 0n, correction },
          { kind: 'adjustment', minor: 0n, correction },
        ],
      }),
    );
    expect(groups.map(({ kind, booked, nothing: none }) => [kind, booked.length, none.length])).toEqual([
      ['earning', 0, 3],
      ['refund', 1, 0],
      ['adjustment', 2, 0],
    ]);
  });
});
