import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { FIELDS } from '../../../warehouse/vocabulary/fields.ts';
import { defineTable, rowSchema, shapeOf } from '../../../warehouse/vocabulary/tables.ts';

const payments = defineTable({
  name: 'test.payments',
  meaning: 'One row per payment.',
  fields: ['sale_id', 'amount', 'amount_minor', 'occurred_at', 'is_disputed', 'reason?'],
  key: ['sale_id'],
});
const conforms = new Ajv({ strict: true, allowUnionTypes: true }).compile(rowSchema(payments));
const row = {
  sale_id: 'sale_1',
  amount: '0.000000001',
  amount_minor: 1250,
  occurred_at: '2026-01-31T23:59:59.999Z',
  is_disputed: false,
  reason: null,
};

test('a table has the type of each of its fields', () => {
  expect(payments.columns.map(({ name, type, optional }) => [name, type, optional])).toEqual([
    ['sale_id', 'string', false],
    ['amount', 'numeric', false],
    ['amount_minor', 'int64', false],
    ['occurred_at', 'timestamp', false],
    ['is_disputed', 'bool', false],
    ['reason', 'string', true],
  ]);
  expect(payments.columns[0]?.meaning).toBe(FIELDS.sale_id.meaning);
});

test('the schema of a row accepts exact text for amounts and instants, integers for minor units', () => {
  expect(conforms(row)).toBe(true);
  expect(conforms({ ...row, reason: 'bought by mistake' })).toBe(true);
});

test.each([
  ['an amount that is a number', { amount: 12.5 }],
  ['minor units with a fraction', { amount_minor: 12.5 }],
  ['null where a value is required', { sale_id: null }],
  ['a column that is not declared', { colour: 'red' }],
  ['a missing optional column, since a row has all columns', { reason: undefined }],
])('the schema of a row refuses %s', (_, change) => {
  expect(conforms(JSON.parse(JSON.stringify({ ...row, ...change })))).toBe(false);
});

test('a shape has the order of its list', () => {
  expect(shapeOf(['reason?', 'sale_id']).map(({ name }) => name)).toEqual(['reason', 'sale_id']);
});

test.each(Object.entries(FIELDS))('%s has a meaning', (name, field) => {
  expect(field.meaning).toMatch(/^\S.+\S$/);
  if (/_(minor|count|bps|ppm)$/.test(name)) expect(field.type).toBe('int64');
  if (/_at$/.test(name)) expect(field.type).toBe('timestamp');
  if (/_on$/.test(name)) expect(field.type).toBe('date');
  const isInteger = /_(minor|billionths|bps|ppm)$/.test(name);
  if (name.startsWith('is_')) expect(field.type).toBe('bool');
  else if (isInteger) expect(field.type).toBe('int64');
  else if (/(^|_)(amount|rate)(_|$)/.test(name)) expect(field.type).toBe('numeric');
});
