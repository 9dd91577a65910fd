import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from './folder.ts';

test.skipIf(process.platform === 'win32')(
  'a folder of more files than a process may have open is made durable',
  async () => {
    await using folder = await temporaryFolder();
    for (const table of ['sales', 'balances']) {
      mkdirSync(join(folder.path, table));
      for (let month = 0; month < 60; month++) writeFileSync(join(folder.path, table, `${month}.parquet`), 'x');
    }
    const { href } = new URL('../../warehouse/sync-folder.ts', import.meta.url);
    const program = `const { syncTree } = await import(${JSON.stringify(href)}); await syncTree(${JSON.stringify(folder.path)}); console.log('durable');`;
    const limited = `ulimit -n 90 && exec "$0" --input-type=module --eval "$1"`;
    expect(execFileSync('sh', ['-c', limited, process.execPath, program], { encoding: 'utf8' })).toBe('durable\n');
  },
);
