import { describe, expect, test } from 'vitest';
import type { TaxProfile, W9Profile } from '../../../ingest/tax/forms.ts';
import { maskOf } from '../../../ingest/tax/masked-profile.ts';
import { composeForm } from '../../../reports/tax/compose.ts';
import type { CreatorYear } from '../../../reports/tax/document.ts';
import { HEADERS_1099_MISC } from '../../../reports/tax/form-data.ts';
import { composeFiling, filesOfFiling } from '../../../reports/tax/render.ts';
import { partsOfName } from '../../../reports/tax/us-1099-misc.ts';
import { PROFILES } from '../../ingest/tax/profiles.ts';
import { conformanceFile, hasConformance } from '../bank/outside-rules.ts';
import { type Example, taxFile } from './example.ts';
import { creatorYear, factsBy, taxYearOf } from './tax-years.ts';

function exported(
  creators: readonly CreatorYear[],
  given: Readonly<Record<string, TaxProfile>>,
  change?: (example: Example) => void,
) {
  const file = taxFile(change);
  const facts = factsBy(Object.fromEntries(Object.entries(given).map(([id, profile]) => [id, [profile]])));
  const year = composeForm(taxYearOf(...creators), { form: 'us_1099_misc', file, facts });
  return filesOfFiling(year, { file, filing: composeFiling(year, { file, profiles: new Map(Object.entries(given)) }) });
}

const earning = (id: string, minor: bigint, more: object = {}) =>
  creatorYear(id, 'USD', [{ credited_minor: minor, fee_minor: 250n, ...more }]);
const w9 = (more: Partial<W9Profile> = {}): W9Profile => ({ ...PROFILES.w9, ...more });
const corporation = w9({
  classification: 'c_corporation',
  name: 'Acme Corp',
  tin: { type: 'ein', value: '91-1144442' },
});
const withoutTin = (({ tin: _, ...rest }: W9Profile): W9Profile => ({ ...rest, is_tin_applied_for: true }))(
  PROFILES.w9,
);
const expired = { ...PROFILES.w8ben, signature: { ...PROFILES.w8ben.signature, signed_at: '2021-01-15T10:00:00Z' } };

test.each<[string, bigint, TaxProfile, object, string | undefined]>([
  ['$9.99', 999n, w9(), {}, 'below_threshold'],
  ['$10.00', 1_000n, w9(), {}, undefined],
  ['$1.00 of which tax was withheld', 100n, w9(), { withheld_minor: 24n }, undefined],
  ['a corporation', 100_000n, corporation, {}, 'corporation'],
  ['a corporation from which tax was withheld', 100_000n, corporation, { withheld_minor: 24n }, undefined],
  ['an exempt payee', 100_000n, w9({ exempt_payee_code: '5' }), {}, 'exempt_payee'],
  ['a W-8', 100_000n, PROFILES.w8ben, {}, 'foreign_documented'],
  ['a W-8 that had expired', 100_000n, expired, {}, 'form_expired'],
  ['a number that is applied for', 100_000n, withoutTin, {}, 'missing_tin'],
])('%s: on the form or left out for a reason', (_, minor, profile, more, reason) => {
  const manifest = JSON.parse(exported([earning('cr_a', minor, more)], { cr_a: profile })[1]?.bytes.toString() ?? '');
  expect([manifest.included_count, manifest.left_out[0]?.reason]).toEqual([reason ? 0 : 1, reason]);
});

test('a file has at most 100 returns, and box 2 the platform fee if the operator has decided so', () => {
  const ids = Array.from({ length: 101 }, (_, index) => `cr_${String(index).padStart(3, '0')}`);
  const files = exported(
    ids.map((id) => earning(id, 1_000n)),
    Object.fromEntries(ids.map((id) => [id, w9()])),
    ({ us_1099_misc }) => Object.assign(us_1099_misc, { gross: 'before_platform_fee' }),
  ).filter(({ name }) => name.endsWith('.csv'));
  const lines = files.map(({ bytes }) => bytes.toString().trimEnd().split('\r\n'));
  expect(lines.map((each) => each.length - 1)).toEqual([100, 1]);
  expect(lines[1]?.[1]).toMatch(/,cr_100,N,N,,12\.50,,/);
});

test('every field that the CSV cannot hold is named with its creator, and nothing is exported', () => {
  const abroad = w9({ address: { ...PROFILES.w9.address, country: 'DE' } });
  const odd = w9({ name: '王', address: { ...PROFILES.w9.address, region: 'Illinois', postal_code: '6270' } });
  expect(() => exported([earning('cr_a', 5_000n), earning('cr_b', 5_000n)], { cr_a: abroad, cr_b: odd })).toThrow(
    /nothing was:\n {2}cr_a: address\.country of the W-9 is DE[^\n]*\n {2}cr_b: address\.region[^\n]*\n {2}cr_b: address\.postal_code[^\n]*\n {2}cr_b: name of the W-9 is one word[^\n]*\n {2}cr_b: name of the W-9 has characters/,
  );
  const negative = creatorYear('cr_a', 'USD', [{ taken_back_minor: -500n, withheld_minor: 1n }]);
  expect(() => exported([negative], { cr_a: w9() })).toThrow(/cr_a: the gross amount of the year is negative/);
});

describe('a header of another year', () => {
  const withColumns = (columns: unknown[]) => (example: Example) => {
    Object.assign(example.us_1099_misc.headers['2026'], { columns });
  };
  const columns = HEADERS_1099_MISC['2023']?.columns ?? [];
  const renamed = columns.map((column) => (column === 'Box 2 - Royalties' ? { title: 'Box 2', as: column } : column));

  test('may rename a heading, and have one that stays blank', () => {
    const change = withColumns([...renamed, { title: 'New', as: null }]);
    const csv = exported([earning('cr_a', 5_000n)], { cr_a: w9() }, change)[2]?.bytes.toString() ?? '';
    expect(csv.split('\r\n')[0]).toMatch(/,Box 2,.*,New$/);
    expect(csv.split('\r\n')[1]).toMatch(/,50\.00,.*,$/);
  });

  test('must take what the form needs, and have no heading that is not known', () => {
    const year = [earning('cr_a', 5_000n)];
    expect(() => exported(year, { cr_a: w9() }, withColumns([...columns, 'New']))).toThrow(
      /headings "New" are not known/,
    );
    expect(() => exported(year, { cr_a: w9() }, withColumns(['Tax Year']))).toThrow(/no heading takes "Payer Taxpayer/);
  });
});

test.skipIf(!hasConformance)('the headings of 2023 are those of the template', () => {
  expect(HEADERS_1099_MISC['2023']?.columns.join(',')).toBe(
    String(conformanceFile('iris/1099-misc-header-ty2023.csv')).trim(),
  );
});

test('a name is divided, and a number truncated', () => {
  expect(partsOfName('Ada B. C. Example Jr.')).toEqual({
    first: 'Ada',
    middle: 'B. C.',
    last: 'Example',
    suffix: 'Jr.',
  });
  expect(partsOfName('Ada')).toBeUndefined();
  const truncated = (type: string, value: string) => maskOf(value, { isDate: false, type });
  expect([truncated('ssn', '536-90-4399'), truncated('ein', '911144442')]).toEqual(['XXX-XX-4399', 'XX-XXX4442']);
});
