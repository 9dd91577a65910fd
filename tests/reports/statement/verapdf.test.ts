import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IssuerDetails } from '../../../reports/statement/issuer.ts';
import { renderPdf } from '../../../reports/statement/pdf.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { hasVeraPdf, verdictsOfVeraPdf } from '../../support/verapdf.ts';
import { busyMonth, statement } from './document.ts';
import { png } from './png.ts';

const canRun = hasVeraPdf();
const folder = mkdtempSync(join(tmpdir(), 'tantieme-verapdf-'));
afterAll(() => rmSync(folder, { recursive: true }));

const names = {
  name: 'شیرین Studio 2 (王小明)',
  lines: ['نועה', 'مُحَمَّد', 'น้ำใจ', 'प्रिया', 'အောင်', '김민지', '🧑🏽‍🎤 ❤️', 'ᏣᎳᎩ \u202egnp.exe'].map((title) => ({
    minor: 1n,
    title,
  })),
};
const logo = png();
const ISSUER: IssuerDetails = {
  address: ['Speicherstraße 12', '20457 Hamburg'],
  vat_id: 'DE123456789',
  logo: { media_type: 'image/png', sha256: sha256Hex(logo), base64: logo.toString('base64') },
};
const PAPERS: Readonly<Record<string, Buffer>> = {
  'busy.pdf': renderPdf(busyMonth(40, { held: 1200n, reversals: [100n], notices: [['failed', 'account_closed']] })),
  'empty.pdf': renderPdf(statement({ lines: [] })),
  'names.pdf': renderPdf(statement(names)),
  'german.pdf': renderPdf(busyMonth(40, { locale: 'de', detailPages: 2, issuerDetails: ISSUER })),
  'not-marked.pdf': changed(renderPdf(statement()), '/Marked true', '/Marked null'),
  'other-part.pdf': changed(renderPdf(statement()), '<pdfuaid:part>1', '<pdfuaid:part>2'),
};

function changed(pdf: Buffer, from: string, to: string): Buffer {
  expect(pdf.includes(from)).toBe(true);
  return Buffer.from(pdf.toString('latin1').replace(from, to), 'latin1');
}

describe.skipIf(!canRun)('veraPDF', () => {
  beforeAll(() => {
    for (const [name, bytes] of Object.entries(PAPERS)) writeFileSync(join(folder, name), bytes);
  });

  it.each([
    ['3a', ['not-marked.pdf']],
    ['ua1', ['not-marked.pdf', 'other-part.pdf']],
  ])('passes every statement as %s, and fails %j, which were tampered with', (flavour, tampered) => {
    const files = Object.keys(PAPERS).map((name) => join(folder, name));
    const expected = Object.keys(PAPERS).map((name) => [name, tampered.includes(name) ? 'FAIL' : 'PASS']);
    expect(verdictsOfVeraPdf(flavour, files)).toEqual(Object.fromEntries(expected));
  });
});
