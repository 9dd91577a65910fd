import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { afterAll, describe, expect, it, test } from 'vitest';
import { statementConfig } from '../../../api/boot/statement-config.ts';
import { imageFileOf } from '../../../reports/render/pdf/image-file.ts';
import { LOGO_BYTES } from '../../../reports/statement/issuer.ts';
import { readIssuerFile } from '../../../reports/statement/issuer-file.ts';
import { renderJson } from '../../../reports/statement/json.ts';
import { renderPdf } from '../../../reports/statement/pdf.ts';
import { renderXlsx } from '../../../reports/statement/xlsx.ts';
import { messageOf } from '../../../warehouse/errors.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { SettingsReader } from '../../../warehouse/settings.ts';
import { hasPoppler } from '../../support/poppler.ts';
import { statement } from './document.ts';
import { png, TRANSPARENT_COLOUR } from './png.ts';

const folder = mkdtempSync(join(tmpdir(), 'tantieme-issuer-'));
afterAll(() => rmSync(folder, { recursive: true }));
const inFolder = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const LOGO = png();
const ISSUER = {
  name: 'Nordlicht GmbH',
  address: ['Speicherstraße 12', '20457 Hamburg'],
  tax_id: '22/123/45678',
  vat_id: 'DE123456789',
  registration: 'HRB 12345, Amtsgericht Hamburg',
  contact: 'royalties@nordlicht.example',
  logo: 'logo.png',
};
inFolder('logo.png', LOGO);
const path = inFolder('issuer.json', JSON.stringify(ISSUER));

function faultsOf(content: object | string, logo?: Buffer): string {
  if (logo) inFolder('other.png', logo);
  const file = inFolder('faulty.json', typeof content === 'string' ? content : JSON.stringify(content));
  try {
    readIssuerFile(file);
  } catch (error) {
    return messageOf(error);
  }
  return '';
}

describe('the issuer file', () => {
  it('has what statements show, with the logo as it is', () => {
    const { logo: _, name, ...texts } = ISSUER;
    const logo = { media_type: 'image/png', sha256: sha256Hex(LOGO), base64: LOGO.toString('base64') };
    expect(readIssuerFile(path)).toEqual({ name, details: { ...texts, logo } });
  });

  it('has another issuer for each other payer, with a logo of its own', () => {
    const ireland = { name: 'Northlight Ltd', logo: 'logo.png' };
    const file = inFolder('payers.json', JSON.stringify({ name: 'Nordlicht GmbH', other_payers: { ireland } }));
    expect(readIssuerFile(file)).toEqual({
      ...{ name: 'Nordlicht GmbH', details: {} },
      others: { ireland: { name: 'Northlight Ltd', logo: expect.objectContaining({ sha256: sha256Hex(LOGO) }) } },
    });
    const faults = faultsOf({
      name: 'A',
      other_payers: { main: { name: 'B' }, malta: { name: 'C', logo: 'none.png' } },
    });
    expect(faults).toMatch(/none\.png cannot be read.*other_payers: main is the issuer of the file/s);
  });

  it('is refused with all its faults at once', () => {
    const faults = faultsOf({ address: [], vat_id: 'DE\n1', phone: '1' });
    for (const fault of [
      "must have required property 'name'",
      'address must NOT have fewer',
      'vat_id must be one line of text',
      'phone',
    ])
      expect(faults).toContain(fault);
    expect(faultsOf('{')).toContain('is not JSON');
  });

  it.each([
    ['is too large', Buffer.concat([LOGO, Buffer.alloc(LOGO_BYTES)]), `at most ${LOGO_BYTES}`],
    ['is another file', Buffer.from('<svg/>'), 'neither PNG nor JPEG'],
    ['is cut off', LOGO.subarray(0, -20), 'damaged or not whole'],
  ])('is refused if the logo %s', (_, logo, fault) =>
    expect(faultsOf({ ...ISSUER, logo: 'other.png' }, logo)).toContain(fault),
  );

  it('is refused if the logo cannot be read', () =>
    expect(faultsOf({ ...ISSUER, logo: 'none.png' })).toMatch(/none\.png cannot be read/));
});

/** A JPEG of 2 × 1 pixels, up to its frame, and the end. */
const jpeg = (channels: number): Buffer =>
  Buffer.from(`ffd8ffe000041234ffc0000b08000100020${channels}011100ffd9`, 'hex');

test.each([
  ['a PNG in RGB', png(), { media_type: 'image/png', width: 8, height: 4 }],
  ['a PNG in grey', png({ colourType: 0, channels: 1 }), { media_type: 'image/png' }],
  [
    'a PNG with an alpha channel',
    png({ colourType: 6, channels: 4 }),
    { fault: expect.stringContaining('transparent') },
  ],
  [
    'a PNG with a transparent colour',
    png({ extra: [TRANSPARENT_COLOUR] }),
    { fault: expect.stringContaining('transparent') },
  ],
  ['an interlaced PNG', png({ interlace: 1 }), { fault: expect.stringContaining('interlaced') }],
  ['a PNG with too few rows', png({ channels: 2 }), { fault: expect.stringContaining('damaged') }],
  ['a JPEG', jpeg(3), { media_type: 'image/jpeg', width: 2, height: 1 }],
  ['a JPEG in CMYK', jpeg(4), { fault: expect.stringContaining('CMYK') }],
  ['nothing', Buffer.alloc(0), { fault: expect.stringContaining('damaged') }],
])('%s is recognised', (_, bytes, image) => expect(imageFileOf(bytes)).toMatchObject(image));

describe('the settings of statements', () => {
  const read = (environment: Record<string, string>) => {
    const settings = new SettingsReader(environment);
    const config = statementConfig(settings);
    settings.finish();
    return config;
  };

  it('are those of the file, or the name alone', () => {
    expect(read({ TANTIEME_ISSUER_NAME: 'Acme' })).toMatchObject({ issuerName: 'Acme', statements: { issuer: {} } });
    const all = { TANTIEME_ISSUER_FILE: path, TANTIEME_LOCALE: 'de', TANTIEME_STATEMENT_DETAIL_PAGES: '3' };
    expect(read(all)).toMatchObject({
      issuerName: 'Nordlicht GmbH',
      statements: { locale: 'de', detailPages: 3, issuer: { vat_id: 'DE123456789' } },
    });
  });

  it('are refused all at once', () => {
    const wrong = { TANTIEME_LOCALE: 'fr', TANTIEME_STATEMENT_DETAIL_PAGES: '1', TANTIEME_ISSUER_NAME: 'Acme' };
    expect(() => read({ ...wrong, TANTIEME_ISSUER_FILE: path })).toThrow(
      /TANTIEME_ISSUER_NAME is set too.*\n.*"fr" is not en or de.*\n.*"1" is not a whole number from 2 to 1000/,
    );
  });
});

describe('the issuer on a statement', () => {
  const { name, details } = readIssuerFile(path);
  const doc = statement({ issuer: name, issuerDetails: details });

  it('is in the JSON, from which the PDF is rendered again to the same bytes', () => {
    expect(renderPdf(JSON.parse(renderJson(doc).toString())).equals(renderPdf(doc))).toBe(true);
  });

  it('is in the workbook', async () => {
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load(Uint8Array.from(renderXlsx(doc)).buffer as ExcelJS.Buffer);
    const items = new Map<unknown, unknown>();
    workbook.getWorksheet('Summary')?.eachRow((row) => items.set(row.getCell(1).value, row.getCell(3).value));
    expect(items.get('Issuer, address')).toBe('Speicherstraße 12, 20457 Hamburg');
    expect(items.get('Issuer, VAT id')).toBe('DE123456789');
  });

  it.skipIf(!hasPoppler)('is at the top of the PDF, with a text for its logo', () => {
    const file = inFolder('statement.pdf', renderPdf(doc));
    const structure = execFileSync('pdfinfo', ['-struct-text', file], { encoding: 'utf8' });
    const texts = Array.from(structure.matchAll(/^ *"(.*)"$/gm), ([, text = '']) => text.trim()).filter(
      (text) => text !== '',
    );
    expect(texts.join(' ')).toMatch(
      /^Nordlicht GmbH Speicherstraße 12 · 20457 Hamburg Tax id 22\/123\/45678 · VAT id DE123456789 · HRB 12345, Amtsgericht Hamburg · royalties@/,
    );
    expect(structure.trim().split('\n').slice(0, 3).join(' ')).toMatch(/Document.*Figure/s);
    expect(renderPdf(doc).includes('/Alt (Logo of Nordlicht GmbH)')).toBe(true);
  });
});
