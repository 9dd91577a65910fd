import { expect, test } from 'vitest';
import { type JsonValue, jsonText } from '../../warehouse/json.ts';

test('JSON text is that of JSON.stringify', () => {
  const value = JSON.parse(
    '{"a":[],"b":{},"c":[1,[2,{"d":null}],"\\u0000\\ud800\\"€"],"":{"__proto__":-0.5e-7},"1":true,"0":false}',
  ) as JsonValue;
  expect(jsonText(value)).toBe(JSON.stringify(value));
});

test('JSON text has any depth, and numbers that are too large are read as such', () => {
  const deep = `${'{"a":['.repeat(50_000)}1e999,-1e999${']}'.repeat(50_000)}`;
  expect(jsonText(JSON.parse(deep) as JsonValue)).toBe(deep);
});
