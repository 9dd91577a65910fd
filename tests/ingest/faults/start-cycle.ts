import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { invariant, requirePresent } from '../../../warehouse/invariant.ts';
import { COMPILE_CACHE, NODE_FLAGS } from '../../support/node-flags.ts';
import type { Command, CyclePlan, Report } from './crash-cycle.ts';

/** A running crash cycle, seen from outside. */
interface CrashCycle {
  /** Where its gateway listens; undefined where it crashed before. */
  readonly url: string | undefined;
  /** Resolves with its report, or with undefined where it crashed before that. Throws where the command failed. */
  send(command: Command): Promise<Report | undefined>;
  hasEnded(): boolean;
  /** Kills it from outside unless it has crashed already; returns whether it had. */
  kill(): Promise<boolean>;
}

/** Starts a process; resolves once it listens or has crashed. */
export async function startCycle(plan: CyclePlan): Promise<CrashCycle> {
  const child = fork(join(import.meta.dirname, 'crash-cycle.ts'), [JSON.stringify(plan)], {
    env: { TMPDIR: plan.folder, ...COMPILE_CACHE },
    execArgv: [...NODE_FLAGS],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const output = text(requirePresent(child.stderr, 'A child with a pipe has an output.'));
  let ended = false;
  const closed = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('close', (_code, signal) => resolve(signal)),
  );
  const crashed = closed.then(async (signal) => {
    ended = true;
    invariant(signal === 'SIGKILL', `Cycle ${plan.cycle} ended without being killed: ${await output}`);
    return undefined;
  });
  const started = await Promise.race([reportOf(child, 'start'), crashed]);
  return {
    url: started?.url,
    async send(command) {
      const report = reportOf(child, command);
      // A process that is crashing receives nothing; that it crashed is seen anyway.
      if (!ended && child.connected) child.send(command, () => undefined);
      const received = await Promise.race([report, crashed]);
      invariant(received?.error === undefined, `Cycle ${plan.cycle} failed to ${command}: ${received?.error}`);
      return received;
    },
    hasEnded: () => ended,
    async kill() {
      const hadCrashed = ended || !child.kill('SIGKILL');
      await crashed;
      return hadCrashed;
    },
  };
}

function reportOf(child: ChildProcess, command: Report['command']): Promise<Report> {
  return new Promise((resolve) => {
    const receive = (report: Report): void => {
      if (report.command !== command) return;
      child.off('message', receive);
      resolve(report);
    };
    child.on('message', receive);
  });
}
