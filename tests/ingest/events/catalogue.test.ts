import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../ingest/events/catalogue.ts';
import { propertiesSchema } from '../../../ingest/events/event.ts';
import { trackingPlanText } from '../../../ingest/events/tracking-plan.ts';
import { RAW_TABLES } from '../../../ingest/load/raw-tables.ts';
import { columnName, tableName } from '../../../ingest/rudder/names.ts';
import { parseDecimal } from '../../../warehouse/money.ts';
import { AMOUNT_PATTERN } from '../../../warehouse/vocabulary/field.ts';
import { columnOf } from '../../../warehouse/vocabulary/fields.ts';

describe('the catalogue', () => {
  test('has unique names, also as tables', () => {
    expect(new Set(CATALOGUE.map(({ name }) => name)).size).toBe(CATALOGUE.length);
    expect(new Set(RAW_TABLES.map(({ name }) => name)).size).toBe(CATALOGUE.length + 1);
  });

  test.each(CATALOGUE.map((event) => ({ ...event })))('$name follows the conventions', (event) => {
    expect(event.name).toMatch(/^([A-Z][A-Za-z]*)( [A-Z][A-Za-z]*)+$/);
    expect(event.name.split(' ').at(-1)).toMatch(/(ed|Up|Sent|Withdrawn)$/);
    expect(event.meaning).toMatch(/^[A-Z].+\.$/);
    expect(event.version).toBeGreaterThanOrEqual(1);
    expect(event.properties).toContain(event.subject);
    new Ajv({ strict: true, allowUnionTypes: true }).compile(propertiesSchema(event));
  });

  test.each(CATALOGUE.map((event) => ({ ...event })))('$name is stored under its declared names', (event) => {
    const names = event.properties.map((property) => columnOf(property).name);
    expect(names.map((name) => columnName(name))).toEqual(names);
    const table = RAW_TABLES.find(({ name }) => name === `raw.${tableName(event.name)}`);
    expect(table?.columns.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['id', 'timestamp', 'event_version', ...names]),
    );
  });

  test.each(CATALOGUE.map((event) => ({ ...event })))(
    '$name has a currency with its amounts, and no number',
    (event) => {
      const fields = event.properties.map(columnOf);
      const types = fields.map(({ field }) => field.type);
      expect(types).not.toContain('int64');
      const amounts = fields.filter(({ name }) => /(^|_)(amount|rate)$/.test(name));
      if (amounts.length > 0) expect(fields.map(({ name }) => name)).toContain('currency');
    },
  );

  test('accepts exactly the amounts that can be parsed', () => {
    const pattern = new RegExp(AMOUNT_PATTERN);
    for (const text of ['0', '0.000000001', '12.50', `${'9'.repeat(18)}.999999999`]) {
      expect(pattern.test(text)).toBe(true);
      parseDecimal(text);
    }
    for (const text of ['-1', '1e3', '01', '.5', '5.', '1.0000000001', '9'.repeat(19), '', ' 1', '1\n']) {
      expect(pattern.test(text)).toBe(false);
    }
  });
});

test('the tracking plan for RudderStack equals the catalogue', () => {
  const written = readFileSync(new URL('../../../ingest/events/tracking-plan.json', import.meta.url), 'utf8');
  const message =
    'The catalogue has changed; regenerate its plan: node ingest/events/tracking-plan.ts > ingest/events/tracking-plan.json';
  expect(written === trackingPlanText(), message).toBe(true);
  expect(JSON.parse(written).events).toHaveLength(CATALOGUE.length);
});
