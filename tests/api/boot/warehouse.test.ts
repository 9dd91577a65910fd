import { readdir, readFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inAnotherProcess } from '../../warehouse/child.ts';

test.runIf(process.platform === 'linux')('statements yield to the thread that answers requests', async () => {
  const module = join(import.meta.dirname, '../../../api/boot/warehouse.ts');
  const argument = JSON.stringify({ kind: 'duckdb', path: ':memory:', threads: 3 });
  await using child = inAnotherProcess({ module, name: 'openWarehouse', argument });
  expect(await child.line()).toBe('held');
  const own = getPriority();
  const others: number[] = [];
  for (const thread of await readdir(`/proc/${child.pid}/task`)) {
    const name = (await readFile(`/proc/${child.pid}/task/${thread}/comm`, 'utf8')).trim();
    if (name === 'libuv-worker') others.push(getPriority(Number(thread)));
  }
  expect(getPriority(child.pid)).toBe(own);
  // Four of libuv, and two that the engine has started beside the one that waits for its statement.
  expect(others).toEqual(Array(6).fill(Math.min(own + 5, 19)));
});
