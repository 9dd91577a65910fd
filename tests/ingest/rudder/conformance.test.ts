import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { discards } from '../../../ingest/load/landing-tables.ts';
import { RawRows } from '../../../ingest/load/raw-rows.ts';
import { rawTable, rudderType } from '../../../ingest/load/raw-tables.ts';
import { type MapInput, type Mapped, mapMessage, type Row } from '../../../ingest/rudder/map.ts';
import { type NamingOptions, safeName, spellColumn, spellTable } from '../../../ingest/rudder/names.ts';
import { normalTimestamp } from '../../../ingest/rudder/timestamps.ts';
import { type ColumnType, coerce } from '../../../ingest/rudder/types.ts';
import type { JsonObject, JsonValue } from '../../../warehouse/json.ts';
import { warnSkipped } from '../../support/skipped-tests.ts';
import { rawWarehouse } from '../load/receipts.ts';

/**
 * RudderStack's own test cases. Their licence does not allow them in this repository: they are in a folder next to it; if
 * that is missing, this suite is skipped with a warning.
 */
const FOLDER = join(import.meta.dirname, '../../../../shared/conformance/rudderstack');
const isThere = existsSync(FOLDER);
if (!isThere) warnSkipped(`RudderStack's conformance cases are not here (${FOLDER}).`);

const casesOf = <Case>(file: string): Case[] => (isThere ? JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) : []);
const suite = describe.skipIf(!isThere);

interface MappingCase extends MapInput {
  readonly name: string;
  readonly expected: Mapped;
}

suite('mapping', () => {
  const options = {
    now: () => Date.parse('2023-01-01T01:00:00Z'),
    uuid: () => '00000000-0000-4000-8000-000000000000',
  };
  /** Compares table, columns and data; the full event as a value, independent of the order of keys. */
  const compared = (rows: readonly Row[]): readonly Row[] =>
    rows.map(({ table, columns, data: { rudder_event: full, ...data } }) => ({
      table,
      columns,
      data: full === undefined ? data : { ...data, rudder_event: JSON.parse(String(full)) },
    }));

  test.each(casesOf<MappingCase>('mapping.json'))('$name', ({ expected, ...input }) => {
    const { rows, failed } = mapMessage(input, options);
    expect({ rows: compared(rows), failed }).toEqual({ rows: compared(expected.rows), failed: expected.failed });
  });
});

interface NameCase extends NamingOptions {
  readonly name: string;
  readonly fn: 'safeTableName' | 'safeColumnName' | 'transformTableName' | 'transformColumnName';
  readonly destType: string;
  readonly input: string;
  readonly expected: string;
}

suite('names', () => {
  const functions = {
    safeTableName: safeName,
    safeColumnName: safeName,
    transformTableName: spellTable,
    transformColumnName: spellColumn,
  };

  test.each(casesOf<NameCase>('names.json'))('$fn $input: $name', ({ fn, input, destType, expected, ...options }) => {
    expect(functions[fn](input, { ...options, destination: destType })).toBe(expected);
  });
});

interface TimestampCase {
  readonly name: string;
  readonly fn: 'validTimestamp' | 'toTimestamp';
  readonly input: string;
  readonly expected: boolean | string;
}

suite('timestamps', () => {
  test.each(casesOf<TimestampCase>('timestamps.json'))('$fn $input: $name', ({ fn, input, expected }) => {
    const normal = normalTimestamp(input);
    expect(fn === 'toTimestamp' ? normal : normal !== undefined).toBe(expected);
  });
});

interface LoadCase {
  readonly name: string;
  readonly existing: ColumnType | 'json';
  readonly inferred: ColumnType | 'json' | 'array';
  readonly value: JsonValue;
  readonly expected: JsonValue;
  readonly error: string | null;
}

suite('schema changes at load', () => {
  test.each(casesOf<LoadCase>('load-schema-change.json'))('$name', ({ existing, inferred, value, expected, error }) => {
    const coerced = coerce(existing, inferred, value);
    if (error === null) expect(coerced).toEqual({ stored: expected });
    else expect(coerced).toMatchObject({ reason: error });
  });
});

interface LoadScenario {
  readonly name: string;
  readonly destConfig: JsonObject;
  readonly warehouseSchemaBefore: Readonly<Record<string, Readonly<Record<string, ColumnType>>>>;
  readonly syncs: readonly {
    readonly uuidTs: string;
    readonly stagingFilesOfMessages: readonly (readonly JsonObject[])[];
    readonly expected: {
      readonly loadRows: Readonly<Record<string, readonly JsonObject[]>>;
      readonly warehouseSchemaAfter: Readonly<Record<string, Readonly<Record<string, ColumnType>>>>;
    };
  }[];
}

suite('loads, sync by sync', () => {
  const metadata = { sourceId: 'src1', sourceType: 'HTTP', destinationId: 'dst1', destinationType: 'BQ' };

  test.each(casesOf<LoadScenario>('load-scenarios.json'))(
    '$name',
    async ({ destConfig, warehouseSchemaBefore, syncs }) => {
      const warehouse = await rawWarehouse([
        discards,
        ...Object.entries(warehouseSchemaBefore).map(([table, columns]) => rawTable(table, columns)),
      ]);
      const counts = new Map<string, number>();
      for (const { uuidTs, stagingFilesOfMessages, expected } of syncs) {
        await warehouse.transaction(async (writer) => {
          const raw = await RawRows.open(writer, { loadedAt: uuidTs, engine: warehouse.engine });
          for (const message of stagingFilesOfMessages.flat()) raw.add({ message, metadata, destConfig });
          await raw.flush(raw.take({ all: true }));
        });
        const described = await warehouse.withRollback((writer) => writer.describe('raw'));
        for (const [table, columns] of Object.entries(expected.warehouseSchemaAfter)) {
          const types = described.get(table)?.map(({ name, type }) => [name, rudderType(type)]) ?? [];
          expect(Object.fromEntries(types), table).toEqual(columns);
        }
        for (const [table, rows] of Object.entries(expected.loadRows)) {
          const stored = (await warehouse.query(`select * from raw.${table} order by rowid`)).slice(-rows.length);
          const before = counts.get(table) ?? 0;
          expect((await warehouse.query(`select 1 as one from raw.${table}`)).length, table).toBe(before + rows.length);
          counts.set(table, before + rows.length);
          const textColumns = new Set(
            described.get(table)?.flatMap(({ name, type }) => (type === 'string' ? [name] : [])),
          );
          expect(
            stored.map((row) => comparable(row, textColumns)),
            table,
          ).toEqual(rows.map((row) => comparable(row, textColumns)));
        }
      }
      await warehouse.close();
    },
  );

  /** Text is compared exactly, integers and instants by value; a missing column is NULL. */
  function comparable(row: Readonly<Record<string, unknown>>, textColumns: ReadonlySet<string>): object {
    const cells = Object.entries(row).flatMap(([name, value]) => {
      if (value === null) return [];
      if (textColumns.has(name)) return [[name, value]];
      if (typeof value === 'string') return [[name, new Date(value.replace(/ Z$/, 'Z')).toISOString()]];
      return [[name, typeof value === 'bigint' ? Number(value) : value]];
    });
    return Object.fromEntries(cells);
  }
});
