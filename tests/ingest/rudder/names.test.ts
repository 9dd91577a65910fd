import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnName, type NamingOptions, namingOf, spellTable, tableName } from '../../../ingest/rudder/names.ts';

describe('columns', () => {
  test.each([
    ['words', 'creatorShare', 'creator_share'],
    ['words', 'Creator Share', 'creator_share'],
    ['capitals before a word', 'PDFStatement', 'pdf_statement'],
    ['capitals at the end', 'creatorID', 'creator_id'],
    ['digits stay with the letters before', 'share2Go', 'share2_go'],
    ['digits at the start stay with the letters after', '3rdParty', '_3rd_party'],
    ['digits between letters', 'a1b2', 'a1_b2'],
    ['capitals with digits', 'SHA256Hex', 'sha256_hex'],
    ['digits, capitals, a small letter', '2ABc', '_2ab_c'],
    ['other characters separate words', 'price (in €)', 'price_in'],
    ['other characters within a word', 'naïve', 'na_ve'],
    ['several underscores become one', 'a___b', 'a_b'],
    ['leading underscores stay', '__private', '__private'],
    ['trailing underscores are removed', 'private__', 'private'],
    ['another character before an underscore', '-_x', 'x'],
    ['a digit gets an underscore', '7', '_7'],
    ['a reserved word gets an underscore', 'Interval', '_interval'],
    ['a word that only contains one does not', 'intervals', 'intervals'],
    ['nothing left', '€', ''],
    ['too long', 'x'.repeat(130), 'x'.repeat(127)],
    ['too long with an underscore before it', `9${'x'.repeat(130)}`, `_9${'x'.repeat(125)}`],
  ])('%s: %s', (_, key, expected) => {
    expect(columnName(key)).toBe(expected);
  });
});

describe('tables', () => {
  test.each([
    ['License Purchased', 'license_purchased'],
    ['license.purchased', 'license_purchased'],
    ['LicensePurchased', 'license_purchased'],
    ['Merge', '_merge'],
    ['Tracks', '_tracks'],
    ['screens', '_screens'],
    ['Aliases', '_aliases'],
    ['accounts', '_accounts'],
    ['identifies', '_identifies'],
    // Reserved and RudderStack's own: one underscore is enough.
    ['Groups', '_groups'],
    ['?!', ''],
    ['e'.repeat(140), 'e'.repeat(127)],
  ])('%s', (event, expected) => {
    expect(tableName(event)).toBe(expected);
  });

  test('the event column is neither truncated nor escaped', () => {
    expect(spellTable('e'.repeat(140))).toHaveLength(140);
    expect(spellTable('Merge')).toBe('merge');
  });

  test('spelling is idempotent', () => {
    const options = fc.record({ underscoreDivideNumbers: fc.boolean() });
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abAB12_- é') }), options, (name, naming) => {
        const once = spellTable(name, naming);
        expect(spellTable(once, naming)).toBe(once);
      }),
    );
  });
});

describe('options', () => {
  test.each<[string, NamingOptions, string, string]>([
    ['letters separate from digits', { underscoreDivideNumbers: true }, 'share2Go', 'share_2_go'],
    ['except ordinals', { underscoreDivideNumbers: true }, 'the 4th wave', 'the_4th_wave'],
    ['only real ordinals', { underscoreDivideNumbers: true }, 'the 1th wave', 'the_1_th_wave'],
    ['reserved words not escaped', { skipReservedKeywordsEscaping: true }, 'Interval', 'interval'],
    ['Blendo: words stay together', { useBlendoCasing: true }, 'creatorShare%', 'creatorshare_'],
    ['Blendo: dollar and backslash stay', { useBlendoCasing: true }, '1$\\', '_1$\\'],
    ['upper case', { destination: 'SNOWFLAKE' }, 'creatorShare', 'CREATOR_SHARE'],
    ['63 bytes', { destination: 'POSTGRES' }, 'x'.repeat(70), 'x'.repeat(63)],
    ['no limit', { destination: 'S3_DATALAKE' }, 'x'.repeat(130), 'x'.repeat(130)],
  ])('%s', (_, options, key, expected) => {
    expect(columnName(key, options)).toBe(expected);
  });

  test.each([
    ['tracks', 'tracks'],
    ['users', '_users'],
  ])('an event %s without escaping', (event, expected) => {
    expect(tableName(event, { skipReservedKeywordsEscaping: true })).toBe(expected);
  });

  test('the cache of one option is not used for another', () => {
    expect(namingOf({}).column('v2')).toBe('v2');
    expect(namingOf({ underscoreDivideNumbers: true }).column('v2')).toBe('v_2');
    expect(namingOf({}).column('v2')).toBe('v2');
  });
});
