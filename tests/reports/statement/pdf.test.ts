import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { renderCsv } from '../../../reports/statement/csv.ts';
import type { StatementDocument } from '../../../reports/statement/document.ts';
import { renderJson } from '../../../reports/statement/json.ts';
import { renderPdf } from '../../../reports/statement/pdf.ts';
import { InvariantBroken } from '../../../warehouse/errors.ts';
import { hasPoppler } from '../../support/poppler.ts';
import { busyMonth, statement } from './document.ts';

const folder = mkdtempSync(join(tmpdir(), 'tantieme-pdf-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function tool(
  name: string,
  doc: StatementDocument,
  options: { before?: string[]; after?: string[] } = {},
): Promise<string> {
  const path = join(folder, 'statement.pdf');
  writeFileSync(path, renderPdf(doc));
  return execFileSync(name, [...(options.before ?? []), path, ...(options.after ?? [])], { encoding: 'utf8' });
}

/** Names in the scripts of the world; the last one is the name of a studio that has a letter in two fonts. */
const SCRIPTS = [
  ...['Zoë Müller-Đặng', 'Ελένη Παππά', 'Олена Шевченко', 'נועה לוי', 'شیرین فرهادی', 'علاء السلام', 'مُحَمَّد', '王小明'],
  ...['山田 花子', '김민지', 'สมชาย น้ำใจ', 'प्रिया शर्मा', 'অনিতা', 'ნინო', 'Անի', 'አበበ', 'தமிழ்', 'အောင်ဆန်းစုကြည်', 'សុខា ស្រី'],
  ...['శ్రీనివాస్', 'ശ്രീകുമാർ', 'Sam 🎧🧑🏽‍🎤 ❤️ 🇩🇪', 'Club 王 김'],
];

const DOCUMENTS: Readonly<Record<string, StatementDocument>> = {
  'one line': statement(),
  'no line': statement({ lines: [], opening: 420n }),
  'sixty lines': busyMonth(60),
  'no decimals': busyMonth(9, { currency: 'JPY' }),
  'a negative balance': statement({ lines: [{ minor: 1250n }, { kind: 'refund', minor: -250_000n }] }),
  'long words and large sums': statement({
    name: 'Maximiliane-Theodora Freifrau von Hohenlohe-Schillingsfürst-Waldenburg-Oehringen & Partners Estate GmbH',
    issuer: 'The International Cooperative Society for the Licensing of Photographic and Literary Works to Machines',
    opening: 123_456_789_012_345n,
    lines: [
      {
        minor: 123_456_789_012_345_678n,
        beyond: 1_456_788n,
        title: 'A very long title '.repeat(20),
        license: 'metered',
      },
      {
        minor: 5n,
        title: 'Unbreakable'.repeat(30),
        formula: 'Because of a long formula, '.repeat(80),
        earned: '2025-09',
      },
    ],
    payouts: Array.from({ length: 30 }, (_, i) => 12_345_678_901n + BigInt(i)),
    held: 990_000n,
    explanation: 'A long explanation of what happens to the balance. '.repeat(14),
  }),
  'many scripts': statement({
    name: '山田 太郎',
    lines: [
      { minor: 300n, title: 'مرحبا بالعالم' },
      { minor: 1n, title: '\0👩‍👩‍👧' },
      { minor: 1n, title: 'ᏣᎳᎩ \u202egnp.exe' },
    ],
  }),
};

describe('the PDF of a statement', () => {
  it.each(Object.entries(DOCUMENTS))('is rendered for %s', async (_name, doc) => {
    const pdf = renderPdf(doc);
    expect(pdf.subarray(0, 8).toString()).toBe('%PDF-1.7');
    expect(pdf.subarray(-6).toString()).toBe('%%EOF\n');
    expect(pdf.includes('<pdfaid:part>3</pdfaid:part>')).toBe(true);
    expect(pdf.includes('<pdfaid:conformance>A</pdfaid:conformance>')).toBe(true);
  });

  it('is refused for a statement that does not add up', () => {
    const doc = statement();
    const changed = { ...doc, summary: { ...doc.summary, earnings: '12.51' } };
    expect(() => renderPdf(changed)).toThrow(InvariantBroken);
  });
});

describe.skipIf(!hasPoppler)('the contents of the PDF', () => {
  it('are tagged, dated with the closing of the period, and have embedded fonts', async () => {
    const info = await tool('pdfinfo', statement(), { before: ['-isodates'] });
    expect(info).toMatch(/^Tagged: +yes$/m);
    expect(info).toMatch(/^CreationDate: +2026-02-03T08:15:30Z?/m);
    expect(info).toMatch(/^Title: +Royalty statement for January 2026/m);
    const fonts = (await tool('pdffonts', statement())).trim().split('\n').slice(2);
    expect(fonts).toHaveLength(2);
    for (const font of fonts) expect(font).toMatch(/Inter-(Regular|SemiBold) +CID TrueType +Identity-H +yes yes yes/);
  });

  it('have their tags in reading order', async () => {
    const doc = busyMonth(14, { held: 1200n });
    const structure = await tool('pdfinfo', doc, { before: ['-struct-text'] });
    const texts = Array.from(structure.matchAll(/^ *"(.*)"$/gm), ([, text = '']) => text.trim());
    const order = [
      'Northlight Data Market',
      'Royalty statement',
      'Amara Okafor',
      '1–31 January 2026',
      'Summary in USD',
      'Opening balance',
      '84.20',
      '= Closing balance',
      doc.summary.closing,
      'Your payout',
      doc.payout_decision.explanation,
      'Earnings by asset in USD',
      'Line by line',
      'Platform fee',
      'Earnings',
      doc.lines[0]?.asset_title ?? '',
      doc.lines[0]?.formula ?? '',
      'Total earnings',
      doc.summary.earnings,
      'Refunds',
      'Total refunds',
      'Payouts in USD during the period',
      doc.payouts[0]?.transfer_id_stripe ?? '',
      'How to read this statement',
    ];
    let at = -1;
    for (const text of order) {
      const next = texts.indexOf(text, at + 1);
      expect(next, `${JSON.stringify(text)} after ${JSON.stringify(texts[at])}`).toBeGreaterThan(at);
      at = next;
    }
    expect(texts.filter((text) => text === 'Platform fee')).toHaveLength(1);
    expect(texts.at(-1)).toContain(doc.seal);
  });

  it('include the calculation of every line and the figures of the summary', async () => {
    const doc = busyMonth(60);
    const words = (await tool('pdftotext', doc, { before: ['-raw'], after: ['-'] })).replace(/\s+/g, ' ');
    for (const line of doc.lines) expect(words).toContain(line.formula);
    for (const amount of Object.values(doc.summary))
      expect(words).toContain(Number(amount).toLocaleString('en', { minimumFractionDigits: 2 }));
    expect(words).toContain('earned in December 2025');
  });

  it('include the CSV and the JSON as attachments, byte for byte', async () => {
    const doc = statement();
    const listed = await tool('pdfdetach', doc, { before: ['-list'] });
    expect(listed).toMatch(/^2 embedded files$/m);
    for (const [ending, bytes] of [
      ['csv', renderCsv(doc)],
      ['json', renderJson(doc)],
    ] as const) {
      const name = `royalty-statement-${doc.statement_id}.${ending}`;
      await tool('pdfdetach', doc, { before: ['-savefile', name, '-o', join(folder, name)] });
      expect(readFileSync(join(folder, name)).equals(bytes)).toBe(true);
    }
    const pdf = renderPdf(doc);
    for (const relationship of ['Alternative', 'Data'])
      expect(pdf.includes(`/AFRelationship /${relationship}`)).toBe(true);
  });

  it('repeat the table head, the page number and the seal on every page', async () => {
    const doc = busyMonth(60);
    const pages = (await tool('pdftotext', doc, { after: ['-'] })).split('\f').slice(0, -1);
    expect(pages.length).toBeGreaterThan(3);
    pages.forEach((page, i) => {
      expect(page).toMatch(new RegExp(`^${i + 1} ?/ ?${pages.length}$`, 'm'));
      expect(page).toContain(`Ledger seal: ${doc.seal.slice(0, 16)}…`);
      if (/ gross, less/.test(page)) expect(page).toContain('Platform fee');
    });
  });

  it('have no head alone at the bottom of a page and no total alone at the top', async () => {
    for (let count = 3; count <= 30; count += 1) {
      const text = await tool('pdftotext', busyMonth(count), { before: ['-raw'], after: ['-'] });
      for (const page of text.split('\f').slice(0, -1)) {
        const body = page
          .split('\n')
          .filter((row) => !/^(Ledger seal|Royalty statement for|stmt_|\d+ ?\/ ?\d+$|$)/.test(row));
        expect(body.at(-1), `${count} lines`).not.toMatch(
          /^(Earnings|Refunds|Line by line|Payouts in|Asset|Amount|Sent on)/,
        );
        const first = body.find(
          (row) => !/^(Asset|Units|Gross|Platform fee|Your share|Amount|Sent on|Balance of)/.test(row),
        );
        expect(first, `${count} lines`).not.toMatch(/^Total/);
      }
    }
  });

  it.each(Object.entries(DOCUMENTS))('are neither clipped nor overlapping for %s', async (_name, doc) => {
    const boxes = await tool('pdftotext', doc, { before: ['-bbox'], after: ['-'] });
    for (const page of boxes.split('<page ').slice(1)) {
      const words = Array.from(
        page.matchAll(/xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</g),
        (word) => {
          const [left = 0, top = 0, right = 0, bottom = 0] = word.slice(1, 5).map(Number);
          // The box of a word includes space for accents and descenders; only its middle must not overlap.
          const inset = (bottom - top) * 0.25;
          return { text: word[5], left: left + 0.3, right: right - 0.3, top: top + inset, bottom: bottom - inset };
        },
      );
      expect(words.length).toBeGreaterThan(10);
      for (const [i, a] of words.entries()) {
        expect(a.left >= 49 && a.right <= 546.5 && a.top >= 25 && a.bottom <= 815, `${a.text} is on the page`).toBe(
          true,
        );
        const over = words
          .slice(i + 1)
          .find((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom);
        expect(over?.text, `over ${a.text}`).toBeUndefined();
      }
    }
  });

  it('name the sales of a refund, and show only the amount of an adjustment of the balance', async () => {
    const refunded = { sale_id: 'sale_7', movement_id: 'refund:ref_7', occurred_at: '2026-01-09T00:00:00.000Z' };
    const movements = [{ ...refunded, gross_exact: '-2', amount_exact: '-1' }];
    const balance = { correction_id: 'cor_1', corrected_kind: 'balance', corrected_id: 'creator_0042', asset_id: null };
    const doc = statement({
      lines: [
        { kind: 'refund', minor: -100n, earned: '2025-11', formula: 'Taken back.', correction: { movements } },
        { kind: 'adjustment', minor: 1250n, license: null, title: 'Adjustment of your balance', correction: balance },
      ],
    });
    const text = await tool('pdftotext', doc, { before: ['-layout'], after: ['-'] });
    expect(text).toMatch(/1 refund · earned in November 2025/);
    expect(text).toContain('Taken back. Sale sale_7 (refund ref_7).');
    expect(text).toMatch(/^ *Adjustment of your balance +12\.50$/m);
  });

  it('include each name as it is written, in any script', async () => {
    const lines = SCRIPTS.map((title) => ({ minor: 1n, title }));
    const text = await tool('pdftotext', statement({ name: SCRIPTS[0] ?? '', lines }), { after: ['-'] });
    // Around what runs from right to left, the tool writes marks of its own.
    const found = text.replace(/[\u202a-\u202c]/g, '').split('\n');
    for (const name of SCRIPTS) expect(found.map((line) => line.trim())).toContain(name);
    expect(text).not.toContain('□');
  });

  it('include the whole name at its tag where directions are mixed, and what turns the order around as a code', async () => {
    const name = 'ליאור Studio 2 (שם)';
    const actual = Buffer.from(`\ufeff${name}`, 'utf16le')
      .swap16()
      .toString('latin1')
      .replace(/[()\\]/g, '\\$&');
    expect(renderPdf(statement({ name })).includes(`/ActualText (${actual})`, 0, 'latin1')).toBe(true);
    const text = await tool('pdftotext', statement({ name: 'Ada \u202egnp.exe', lines: [] }), { after: ['-'] });
    expect(text.replace(/[\u202b\u202c]/g, '')).toContain('Ada \u202egnp.exe (creator_0042)');
  });

  it('explain the replacement character only where it is used', async () => {
    const text = (doc: StatementDocument) => tool('pdftotext', doc, { after: ['-'] });
    expect(await text(statement({ lines: [{ minor: 1n, title: 'ᏣᎳᎩ' }] }))).toContain('□ stands for characters');
    expect(await text(statement())).not.toContain('□');
  });
});
