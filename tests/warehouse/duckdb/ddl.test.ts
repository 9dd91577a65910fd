import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { builtTableOf } from '../../../transforms/engine/model.ts';
import { royalties } from '../../../transforms/marts/royalties.ts';
import { createTable, literal } from '../../../warehouse/duckdb/ddl.ts';
import { temporaryFolder } from '../folder.ts';

const BUILT = builtTableOf(royalties);
/** The texts of royalties, of which the ids of movements and events are different in each row. */
const TABLE = { ...BUILT, name: 'published.royalties', columns: BUILT.columns.filter(({ type }) => type === 'string') };

test('a published table is as small as with the compressions that the engine chooses by trying all', async () => {
  await using folder = await temporaryFolder();
  const sizeOf = async (name: string, ddl: string): Promise<number> => {
    const file = join(folder.path, name);
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    await connection.run(`attach ${literal(file)} as published (storage_version 'v1.0.0')`);
    await connection.run(ddl);
    const values = TABLE.columns.map(({ name }) =>
      ['movement_id', 'revenue_event_id'].includes(name) ? 'md5(n::varchar)' : `'${name}_' || n // 100`,
    );
    await connection.run(`insert into published.royalties select ${values.join(', ')} from range(20000) as rows (n)`);
    await connection.run('detach published');
    instance.closeSync();
    return (await stat(file)).size;
  };
  const ddl = createTable(TABLE, { isPublished: true });
  const chosen = await sizeOf('chosen', ddl.replaceAll(/ using compression \w+/g, ''));
  expect(await sizeOf('declared', ddl)).toBeLessThan(1.1 * chosen);
});
