import { beforeEach, describe, expect, test } from 'vitest';
import { openPacer, type PacerOptions } from '../../../jobs/payouts/pacing.ts';
import { type VirtualTime, virtualTime } from './virtual-time.ts';

class TooFast extends Error {
  readonly afterMs: number | undefined;
  constructor(afterMs?: number) {
    super('Too fast.');
    this.afterMs = afterMs;
  }
}

let time: VirtualTime;
let began: number;
beforeEach(() => {
  time = virtualTime();
  began = time.now();
});

const passed = () => time.now() - began;
const open = (options: Partial<PacerOptions> = {}) => openPacer({ clock: time, wait: time.wait, ...options });
const times = (count: number) => Array.from({ length: count }, (_, nth) => nth);

/** The most of some instants in any span of one second. */
function mostInASecond(starts: readonly number[]): number {
  return Math.max(...starts.map((from) => starts.filter((at) => at >= from && at < from + 1000).length));
}

describe('a pacer', () => {
  test('starts 10,000 requests in at most 1.05 times the time that the limit takes, and 25 in any second', async () => {
    const pacer = open();
    const starts: number[] = [];
    const request = async () => {
      starts.push(passed());
      await time.wait(300);
    };
    await time.run(Promise.all(times(10_000).map(() => pacer.run('create', request))));
    expect(starts).toHaveLength(10_000);
    expect(passed()).toBeLessThanOrEqual(420_000);
    expect(starts.every((at, nth) => at >= (starts[nth - 25] ?? -1000) + 1000)).toBe(true);
  });

  test('keeps the limit for each operation, whatever the answers take, and the order in which requests came', async () => {
    const pacer = open({ perSecond: 3 });
    const starts: Record<string, number[]> = { create: [], read: [] };
    const order: number[] = [];
    const requests = times(20).flatMap((nth) =>
      ['create', 'read'].map((operation) =>
        pacer.run(operation, async () => {
          starts[operation]?.push(passed());
          if (operation === 'create') order.push(nth);
          await time.wait((nth * 377) % 1500);
        }),
      ),
    );
    await time.run(Promise.all(requests));
    expect([mostInASecond(starts.create ?? []), mostInASecond(starts.read ?? [])]).toEqual([3, 3]);
    expect(starts.read).toEqual(starts.create);
    expect(order).toEqual(times(20));
  });

  test('has at most so many requests in flight, and no operation keeps the others waiting', async () => {
    const pacer = open({ perSecond: 1000, inFlight: 4 });
    let inFlight = 0;
    let most = 0;
    const ends: string[] = [];
    const request = (operation: string) =>
      pacer.run(operation, async () => {
        most = Math.max(most, ++inFlight);
        await time.wait(100);
        inFlight--;
        ends.push(operation);
      });
    const slow = times(40).map(() => request('create'));
    await time.run(Promise.all([...slow, request('read')]));
    expect(most).toBe(4);
    expect(ends.indexOf('read')).toBeLessThan(8);
  });

  test('gives back a result or an error, and goes on after it', async () => {
    const pacer = open({ inFlight: 1 });
    await expect(pacer.run('create', () => Promise.reject(new Error('No.')))).rejects.toThrow('No.');
    expect(await pacer.run('create', async () => 7)).toBe(7);
  });

  test('rejects with the reason of an abort what waits, and starts nothing more', async () => {
    const stop = new AbortController();
    const pacer = open({ perSecond: 2, signal: stop.signal });
    let started = 0;
    const request = async () => {
      started++;
      await time.wait(10);
      return 'made';
    };
    const outcomes = Promise.allSettled(times(5).map(() => pacer.run('create', request)));
    const stopped = time.wait(5).then(() => stop.abort(new Error('Stopped.')));
    const settled = await time.run(Promise.all([outcomes, stopped]).then(([all]) => all));
    expect(settled.map((each) => (each.status === 'fulfilled' ? each.value : each.reason.message))).toEqual([
      'made',
      'made',
      'Stopped.',
      'Stopped.',
      'Stopped.',
    ]);
    await expect(pacer.run('create', request)).rejects.toThrow('Stopped.');
    expect(started).toBe(2);
  });

  test('starts requests too while its clock stands still or is set back', async () => {
    let now = 0;
    const waits: number[] = [];
    const wait = async (ms: number) => void waits.push(ms);
    const pacer = open({ perSecond: 2, clock: { now: () => (now -= 86_400_000) }, wait });
    await Promise.all(times(6).map(() => pacer.run('create', async () => undefined)));
    expect(waits).toEqual([1005, 1005]);
  });
});

describe('after an answer that requests come too fast', () => {
  const tooFast = (error: unknown) => (error instanceof TooFast ? error : undefined);

  /** When each of some requests was started, the first ones of which are answered so. */
  async function startsOf(refusals: readonly (TooFast | undefined)[], options: Partial<PacerOptions> = {}) {
    const pacer = open({ tooFast, ...options });
    const starts: number[] = [];
    for (const refusal of [...refusals, undefined]) {
      const request = async () => {
        starts.push(passed());
        if (refusal) throw refusal;
      };
      await time.run(pacer.run('create', request).catch(() => undefined));
    }
    return starts;
  }

  test('its operation pauses for twice as long each time, up to some seconds', async () => {
    const starts = await startsOf(times(7).map(() => new TooFast()));
    const pauses = starts.slice(1).map((at, nth) => at - (starts[nth] ?? 0));
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
  });

  test('a success makes the next pause short again', async () => {
    expect(await startsOf([new TooFast(), new TooFast(), undefined, new TooFast()])).toEqual([
      0, 500, 1500, 1500, 2000,
    ]);
  });

  test('a time that the answer names counts, up to a minute', async () => {
    expect(await startsOf([new TooFast(3000), new TooFast(7_200_000)])).toEqual([0, 3000, 63_000]);
  });

  test('those that were in flight together pause it once, and not the other operations', async () => {
    const pacer = open({ tooFast });
    const starts: [string, number][] = [];
    const request = (operation: string, refusal?: TooFast) =>
      pacer
        .run(operation, async () => {
          starts.push([operation, passed()]);
          await time.wait(50);
          if (refusal) throw refusal;
        })
        .catch(() => undefined);
    const burst = times(25).map(() => request('create', new TooFast()));
    await time.run(Promise.all(burst));
    await time.run(Promise.all([request('create'), request('read')]));
    expect(starts.slice(25)).toEqual([
      ['read', 50],
      ['create', 1005],
    ]);
  });
});
