import { type ChildProcess, fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { invariant, requirePresent } from '../../../warehouse/invariant.ts';
import type { Order, Plan, Report } from './crash-cycle.ts';

/** A life that has begun, seen from outside. */
export interface Life {
  /** Where its gateway listens; undefined where it died before. */
  readonly url: string | undefined;
  /** Resolves with what it reports, or with undefined where it died before that. Throws where it failed. */
  order(order: Order): Promise<Report | undefined>;
  isOver(): boolean;
  /** Ends it from outside where it has not died yet; gives whether it had died by its own hand. */
  kill(): Promise<boolean>;
}

/** Begins a life; resolves once it listens or is dead. */
export async function startLife(plan: Plan): Promise<Life> {
  const child = fork(join(import.meta.dirname, 'life.ts'), [JSON.stringify(plan)], {
    // Starting is most of a life, and reading the code most of starting: one life leaves it compiled for the next.
    env: { TMPDIR: plan.folder, NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const said = text(requirePresent(child.stderr, 'A child that is piped has an output.'));
  let over = false;
  const gone = new Promise<NodeJS.Signals | null>((resolve) => child.once('close', (_code, signal) => resolve(signal)));
  const died = gone.then(async (signal) => {
    over = true;
    invariant(signal === 'SIGKILL', `The life ${plan.life} ended by itself: ${await said}`);
    return undefined;
  });
  const listening = await Promise.race([reportOf(child, 'listen'), died]);
  return {
    url: listening?.url,
    async order(order) {
      const report = reportOf(child, order);
      // What is sent to a process that is dying has no receiver; that it died is heard anyway.
      if (!over && child.connected) child.send(order, () => undefined);
      const heard = await Promise.race([report, died]);
      invariant(heard?.error === undefined, `The life ${plan.life} failed to ${order}: ${heard?.error}`);
      return heard;
    },
    isOver: () => over,
    async kill() {
      const byItself = over || !child.kill('SIGKILL');
      await died;
      return byItself;
    },
  };
}

function reportOf(child: ChildProcess, order: Report['order']): Promise<Report> {
  return new Promise((resolve) => {
    const hear = (report: Report): void => {
      if (report.order !== order) return;
      child.off('message', hear);
      resolve(report);
    };
    child.on('message', hear);
  });
}
