import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderCii } from '../../../reports/invoice/cii.ts';
import { renderInvoicePdf } from '../../../reports/invoice/pdf.ts';
import { renderUbl } from '../../../reports/invoice/ubl.ts';
import { type Check, faultsByJava, validatorsInJava } from '../../support/validators/validators.ts';
import { hasVeraPdf, verdictsOfVeraPdf } from '../../support/verapdf.ts';
import { conformancePath, faultsBySchema, hasConformance } from '../bank/outside-rules.ts';
import { invoiceOf, PAPERS } from './invoices.ts';

/** Every form of every paper by validators that are not ours; and each paper that was tampered with must fail. */

const folder = mkdtempSync(join(tmpdir(), 'tantieme-invoices-'));
afterAll(() => rmSync(folder, { recursive: true }));
const pathOf = (name: string) => join(folder, name);
const classpath = validatorsInJava();
const canRunVeraPdf = hasVeraPdf();

const SCHEMA = 'facturx/Factur-X_EN16931.xsd';
const IMPORTED = ['ReusableAggregateBusinessInformationEntity', 'UnqualifiedDataType', 'QualifiedDataType'].map(
  (name) => `facturx/Factur-X_1.09_EN16931_urn_un_unece_uncefact_data_standard_${name}_100.xsd`,
);

const papers = Object.entries(PAPERS).map(([name, invoice]) => {
  const [ubl, cii] = [renderUbl(invoice), renderCii(invoice)];
  return { name, ubl, cii, pdf: renderInvoicePdf(invoice, { ubl, cii }) };
});

function changed(bytes: Uint8Array, from: string, to: string): Buffer {
  const text = Buffer.from(bytes).toString('latin1');
  expect(text).toContain(from);
  return Buffer.from(text.replace(from, to), 'latin1');
}

/** An invoice and a credit note, which are all that differs in how a PDF holds them; `MUSTANG_ALL` has it read every paper, which takes a minute. */
const HYBRIDS = process.env.MUSTANG_ALL ? papers.map(({ name }) => name) : ['self-billed', 'usage-credit'];

const good = invoiceOf();
const [ubl, cii] = [renderUbl(good), renderCii(good)];
const pdf = renderInvoicePdf(good, { ubl, cii });
/** A payable amount that does not follow, an element too many, another profile than the metadata says, and a paper that is not tagged. */
const TAMPERED = {
  'sum.ubl.xml': changed(
    ubl,
    'currencyID="EUR">120.00</cbc:PayableAmount>',
    'currencyID="EUR">120.01</cbc:PayableAmount>',
  ),
  'sum.cii.xml': changed(cii, '>120.00</ram:GrandTotalAmount>', '>120.01</ram:GrandTotalAmount>'),
  'odd.ubl.xml': changed(ubl, '<cbc:IssueDate>', '<cbc:Oddity>1</cbc:Oddity><cbc:IssueDate>'),
  'odd.cii.xml': changed(cii, '<ram:TypeCode>', '<ram:Oddity>1</ram:Oddity><ram:TypeCode>'),
  'sum.pdf': renderInvoicePdf(good, {
    ubl,
    cii: changed(cii, '>120.00</ram:GrandTotalAmount>', '>120.01</ram:GrandTotalAmount>'),
  }),
  'level.pdf': changed(pdf, '<fx:ConformanceLevel>EN 16931', '<fx:ConformanceLevel>EN 99999'),
  'not-marked.pdf': changed(pdf, '/Marked true', '/Marked null'),
} as const;

beforeAll(() => {
  for (const each of papers) {
    writeFileSync(pathOf(`${each.name}.ubl.xml`), each.ubl);
    writeFileSync(pathOf(`${each.name}.cii.xml`), each.cii);
    writeFileSync(pathOf(`${each.name}.pdf`), each.pdf);
  }
  for (const [name, bytes] of Object.entries(TAMPERED)) writeFileSync(pathOf(name), bytes);
});

const expected = (names: readonly string[], faults: readonly string[]) =>
  Object.fromEntries(names.map((name, at) => [name, faults[at]]));

describe.skipIf(!hasConformance)('the schema of Factur-X', () => {
  it('takes the CII of every paper, and no element that it does not have', async () => {
    expect(
      await faultsBySchema(
        SCHEMA,
        papers.map((each) => each.cii),
        IMPORTED,
      ),
    ).toEqual([]);
    expect(await faultsBySchema(SCHEMA, [TAMPERED['odd.cii.xml']], IMPORTED)).toEqual([
      expect.stringContaining('Oddity'),
    ]);
  });
});

describe.skipIf(classpath === undefined)('validators in Java', () => {
  const names = papers.map(({ name }) => name);
  const none = names.map(() => '');
  const xslt = (syntax: string) => conformancePath(`en16931/EN16931-${syntax}-validation.xslt`);
  const rules = (syntax: string, end: string) =>
    [...names, 'sum'].map((name): Check => ({ by: 'rules', xslt: xslt(syntax), file: pathOf(`${name}.${end}.xml`) }));
  const groups = {
    ubl: hasConformance ? rules('UBL', 'ubl') : [],
    cii: hasConformance ? rules('CII', 'cii') : [],
    schema: [...names, 'odd'].map((name): Check => ({ by: 'ubl', file: pathOf(`${name}.ubl.xml`) })),
    // It reads its rules anew for each file, two seconds of CPU, and their CII is checked above.
    mustang: [...HYBRIDS, 'sum', 'level'].map((name): Check => ({ by: 'mustang', file: pathOf(`${name}.pdf`) })),
  };
  const said: Partial<Record<keyof typeof groups, string[]>> = {};
  beforeAll(async () => {
    const faults = await faultsByJava(classpath ?? '', Object.values(groups).flat());
    for (const [group, checks] of Object.entries(groups))
      said[group as keyof typeof groups] = faults.splice(0, checks.length);
  });

  it.skipIf(!hasConformance).each([
    ['UBL', 'ubl', 'BR-CO-16'],
    ['CII', 'cii', 'BR-CO-15'],
  ] as const)('the rules of EN 16931 for %s pass every paper, and no false sum', (_, group, rule) => {
    const faults = said[group] ?? [];
    expect(expected(names, faults)).toEqual(expected(names, none));
    expect(faults.at(-1)).toContain(rule);
  });

  it('the schemas of UBL 2.1 take every paper, and no element that they do not have', () => {
    const faults = said.schema ?? [];
    expect(expected(names, faults)).toEqual(expected(names, none));
    expect(faults.at(-1)).not.toBe('');
  });

  it('Mustang passes hybrid PDFs of each kind, and neither a false sum nor another profile', () => {
    const faults = said.mustang ?? [];
    expect(expected(HYBRIDS, faults)).toEqual(
      expected(
        HYBRIDS,
        HYBRIDS.map(() => ''),
      ),
    );
    for (const why of faults.slice(-2)) expect(why).not.toBe('');
    expect(faults).toHaveLength(HYBRIDS.length + 2);
  });
});

describe.skipIf(!canRunVeraPdf)('veraPDF', () => {
  it.each(['3a', 'ua1'])('passes every paper as %s, and not one without marks', (flavour) => {
    const names = [...papers.map(({ name }) => `${name}.pdf`), 'not-marked.pdf'];
    const verdicts = verdictsOfVeraPdf(flavour, names.map(pathOf));
    expect(verdicts).toEqual(
      Object.fromEntries(names.map((name) => [name, name === 'not-marked.pdf' ? 'FAIL' : 'PASS'])),
    );
  });
});
