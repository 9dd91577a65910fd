import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { ThreadPool } from '../../warehouse/thread-pool.ts';
import { temporaryFolder } from './folder.ts';

/** A task is to die when it is done, or to wait until a thread has died. */
const THREAD = `
  import { workerData } from 'node:worker_threads';
  const dead = new Int32Array(workerData);
  export default (task) => {
    if (task === 'die') setImmediate(() => { throw new Error('out of memory'); });
    else Atomics.wait(dead, 0, 0);
    return task;
  };`;

test('a thread that dies while idle ends no task of another one', async () => {
  await using folder = await temporaryFolder();
  const entry = join(folder.path, 'thread.mjs');
  await writeFile(entry, THREAD);
  const workerData = new SharedArrayBuffer(4);
  const dead = new Int32Array(workerData);
  const noteDeath = (worker: Worker): unknown =>
    worker.once('exit', () => {
      Atomics.store(dead, 0, 1);
      Atomics.notify(dead, 0);
    });
  process.on('worker', noteDeath);
  onTestFinished(() => void process.off('worker', noteDeath));
  const pool = new ThreadPool<string, string>({ entry: pathToFileURL(entry), threads: 2, idleMs: 1_000, workerData });
  expect(await Promise.all(['wait', 'die'].map((task) => pool.run(task)))).toEqual(['wait', 'die']);
  await pool.close();
  await expect(pool.run('die')).rejects.toThrow('The threads have ended.');
});

test('what waits is run by another thread if one dies of its task', async () => {
  await using folder = await temporaryFolder();
  const entry = join(folder.path, 'thread.mjs');
  await writeFile(
    entry,
    `export default (task) => {
      if (task !== 'die') return task;
      setImmediate(() => { throw new Error('out of memory'); });
      return new Promise(() => undefined);
    };`,
  );
  const pool = new ThreadPool<string, string>({ entry: pathToFileURL(entry), threads: 1, idleMs: 1_000 });
  const [died, waited] = [pool.run('die'), pool.run('wait')];
  await expect(died).rejects.toThrow('out of memory');
  expect(await waited).toBe('wait');
  await pool.close();
});
