import { expect, test } from 'vitest';
import { type JsonValue, jsonFault, jsonText } from '../../warehouse/json.ts';

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

test.each([
  ['secret\n', "Unexpected token 's'"],
  ['{ "iban":\n\nDE89370400440532013000, "name": "Ada" }', "Unexpected token 'D'"],
  ['[1,\n2', "Expected ',' or ']' after array element in JSON at position 5 (line 2 column 2)"],
])('why %j is no JSON is one line without a part of it', (text, reason) => {
  try {
    JSON.parse(text);
    expect.unreachable();
  } catch (error) {
    expect(jsonFault(error)).toBe(reason);
  }
});
