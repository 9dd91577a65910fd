import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import type { Scheduler } from './scheduler.ts';

/**
 * Makes the timers of the processes of a scheduler virtual: those of code that it does not run stay real. Returns how to undo it.
 * The lease of a run is renewed by an interval, and the client of Stripe waits before its own retry. The store reads the time by `Date.now`.
 */
export function installTimers(current: () => Scheduler | undefined): () => void {
  const real = { setTimeout, setInterval, clearTimeout, clearInterval };
  const wait = timers.setTimeout;
  const now = Date.now;
  const inside = (): Scheduler | undefined => (current()?.context.getStore() ? current() : undefined);
  const later = (scheduler: Scheduler, ms = 0, cancelled?: AbortSignal): Promise<void> =>
    scheduler.gate(`waits ${Math.round(ms)} ms`, {
      kind: 'timer',
      due: scheduler.now() + ms,
      ...(cancelled && { cancelled }),
    });

  const timeout = (call: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): unknown => {
    const scheduler = inside();
    if (!scheduler) return real.setTimeout(call, ms, ...args);
    const cancel = new AbortController();
    later(scheduler, ms, cancel.signal).then(
      () => call(...args),
      () => undefined,
    );
    return handleOf(() => cancel.abort());
  };
  const interval = (call: (...args: unknown[]) => void, everyMs = 0, ...args: unknown[]): unknown => {
    const scheduler = inside();
    const process = scheduler?.context.getStore();
    if (!scheduler || !process) return real.setInterval(call, everyMs, ...args);
    const repeated = { everyMs, due: scheduler.now() + everyMs, call: () => call(...args) };
    process.intervals.add(repeated);
    return handleOf(() => process.intervals.delete(repeated));
  };
  const clear = (undo: (handle: never) => void) => (handle: unknown) => {
    if (isHandle(handle)) handle.cancel();
    else undo(handle as never);
  };
  Object.assign(globalThis, {
    setTimeout: Object.assign(timeout, real.setTimeout),
    setInterval: interval,
    clearTimeout: clear(real.clearTimeout),
    clearInterval: clear(real.clearInterval),
  });
  Object.assign(timers, {
    setTimeout: <T>(ms?: number, value?: T, options?: object) => {
      const scheduler = inside();
      return scheduler ? later(scheduler, ms).then(() => value) : wait(ms, value, options);
    },
  });
  Date.now = () => (current()?.inStore.getStore() ? current()?.now() : undefined) ?? now();
  syncBuiltinESMExports();
  return () => {
    Object.assign(globalThis, real);
    Date.now = now;
    Object.assign(timers, { setTimeout: wait });
    syncBuiltinESMExports();
  };
}

interface Handle {
  readonly cancel: () => void;
  unref(): Handle;
  ref(): Handle;
}

function handleOf(cancel: () => void): Handle {
  const handle: Handle = { cancel, unref: () => handle, ref: () => handle };
  return handle;
}

function isHandle(handle: unknown): handle is Handle {
  return typeof handle === 'object' && handle !== null && 'cancel' in handle;
}
