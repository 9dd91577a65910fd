import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSpool } from '../../../ingest/spool/open-spool.ts';
import type { Spool } from '../../../ingest/spool/spool.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { FailingDisk, type Step } from './failing-disk.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tantieme-spool-'));
});
afterEach(() => rm(folder, { recursive: true }));

type Act = { readonly append: number } | 'seal' | 'load' | 'crash' | 'settle' | { readonly fail: Step } | 'recover';

const act = fc.oneof(
  { weight: 6, arbitrary: fc.record({ append: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.constantFrom<Act>('seal', 'load', 'settle', 'crash', 'recover') },
  {
    weight: 1,
    arbitrary: fc.record({ fail: fc.constantFrom<Step>('write', 'sync', 'truncate', 'rename', 'syncFolder') }),
  },
);

test('Concurrent appends, seals, loads, failures and crashes lose nothing, preserve the order, and load nothing twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array<Act>(act, { maxLength: 30 }), async (acts) => {
      const own = await mkdtemp(join(folder, 'run-'));
      const world = new World(own);
      await world.start();
      for (const step of acts) await world.act(step);
      await world.finish();
      expect(world.loaded.filter((line) => world.acknowledged.has(line))).toEqual(
        world.sent.filter((line) => world.acknowledged.has(line)),
      );
      expect(new Set(world.loaded).size).toBe(world.loaded.length);
    }),
    { numRuns: 60, seed: 20260131 },
  );
});

class World {
  readonly sent: string[] = [];
  readonly acknowledged = new Set<string>();
  readonly loaded: string[] = [];
  readonly #folder: string;
  readonly #known = new Set<string>();
  #disk = new FailingDisk();
  #pending: Promise<unknown>[] = [];
  #spool: Spool | undefined;

  constructor(own: string) {
    this.#folder = own;
  }

  async start(): Promise<void> {
    this.#disk = new FailingDisk();
    this.#spool = await openSpool({ folder: this.#folder, disk: this.#disk, maxSegmentBytes: 60 });
  }

  async act(step: Act): Promise<void> {
    const spool = this.#spool;
    if (!spool) throw new Error('The spool is not open.');
    if (typeof step === 'object' && 'append' in step) {
      const lines = Array.from({ length: step.append }, (_, index) => `{"n":${this.sent.length + index}}`);
      this.sent.push(...lines);
      const acknowledge = () => {
        for (const line of lines) this.acknowledged.add(line);
      };
      this.#pending.push(spool.append(lines).then(acknowledge, () => {}));
    } else if (typeof step === 'object') this.#disk.failing.add(step.fail);
    else if (step === 'seal') this.#pending.push(spool.seal().catch(() => {}));
    else if (step === 'recover') this.#disk.failing.clear();
    else if (step === 'settle') await Promise.all(this.#pending);
    else if (step === 'load') await this.#load(spool);
    else {
      this.#disk.die();
      await Promise.all(this.#pending);
      await this.#disk.closeAll();
      await this.start();
    }
  }

  async finish(): Promise<void> {
    await Promise.all(this.#pending);
    this.#disk.failing.clear();
    const spool = this.#spool;
    await spool?.seal();
    if (spool) await this.#load(spool);
    await spool?.close();
    await this.#disk.closeAll();
  }

  async #load(spool: Spool): Promise<void> {
    for (const segment of await spool.segments()) {
      if (!this.#known.has(segment.segment_id)) {
        const text = await readFile(segment.path, 'utf8');
        expect(sha256Hex(text)).toBe(segment.sha256);
        this.loaded.push(...text.split('\n').slice(0, -1));
      }
      this.#known.add(segment.segment_id);
      await spool.remove(segment.segment_id);
    }
  }
}
