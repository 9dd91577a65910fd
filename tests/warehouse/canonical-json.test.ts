import { describe, expect, it } from 'vitest';
import { renderJson } from '../../reports/statement/json.ts';
import { canonicalJson } from '../../warehouse/canonical-json.ts';
import { InvariantBroken } from '../../warehouse/errors.ts';
import { statement } from '../reports/statement/document.ts';

describe('canonical JSON', () => {
  it('orders keys by UTF-16 code units, as in the example of RFC 8785 section 3.2.3', () => {
    const keys = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const text = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])));
    expect(Object.keys(JSON.parse(text)).filter((key) => key !== '1')).toEqual([
      '\r',
      '\u0080',
      '\u00f6',
      '\u20ac',
      '\ud83d\ude00',
      '\ufb33',
    ]);
    expect(text.indexOf('"1"')).toBeGreaterThan(text.indexOf('"\\r"'));
  });

  it('is the same for equal values, however they were built', () => {
    expect(canonicalJson({ b: [1, { d: null, c: true }], a: 'x' })).toBe('{"a":"x","b":[1,{"c":true,"d":null}]}');
    expect(canonicalJson({ a: 'x', b: [1, { c: true, d: null }] })).toBe('{"a":"x","b":[1,{"c":true,"d":null}]}');
  });

  it('escapes only what is necessary', () => {
    expect(canonicalJson('"\\\n\u0007é日/')).toBe('"\\"\\\\\\n\\u0007é日/"');
  });

  it('keeps integers exact', () => {
    expect(canonicalJson([-0, 9007199254740991, 123456789012345678901234567890n])).toBe(
      '[0,9007199254740991,123456789012345678901234567890]',
    );
  });

  it.each([
    ['a fraction', { amount: 0.1 }],
    ['an integer that may be inexact as a double', 2 ** 53],
    ['NaN', Number.NaN],
    ['nothing', { amount: undefined }],
    ['a gap', new Array(1)],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['bytes', Buffer.from('x')],
    ['a lone surrogate', '\ud83d'],
    ['a lone surrogate in a key', { '\ud83d': 1 }],
    ['a function', () => 1],
  ])('refuses %s', (_what, value) => {
    expect(() => canonicalJson(value)).toThrow(InvariantBroken);
  });

  it('names the path of an invalid value', () => {
    expect(() => canonicalJson({ lines: [{ amount: 1.5 }] })).toThrow('$.lines[0].amount is 1.5');
  });

  it('renders a statement that can be parsed again, with one newline at the end', () => {
    const doc = statement({ lines: [{ minor: 5n, title: 'Žluťoučký 日本語' }] });
    const text = renderJson(doc).toString('utf8');
    expect(text).toMatch(/^\{"closed_at":.*[^\n]\n$/);
    expect(JSON.parse(text)).toEqual(doc);
  });
});
