import type { Period } from '../../../../warehouse/period.ts';
import type { Run } from '../../../job.ts';
import type { CurrentFacts } from '../../current-facts.ts';
import type { PayoutLife } from '../../payout-life.ts';
import { type LogStep, takeStep } from '../../payout-log.ts';
import type { PlannedLine } from '../../planned-lines.ts';
import { stopOf } from '../../stop-of.ts';
import { endsByItself } from '../../stop-reasons.ts';

/** What is checked of each payout right before it comes into a file: the same as before a request to Stripe, but for Stripe's own account. */
export class LastCheck {
  readonly #run: Run;
  readonly #facts: CurrentFacts;
  readonly #period: Period;

  constructor(run: Run, { facts, period }: { facts: CurrentFacts; period: Period }) {
    this.#run = run;
    this.#facts = facts;
    this.#period = period;
  }

  /** Whether nothing is against it: a hold that ends by itself is then released, and what is against it holds it. */
  async isReady(line: PlannedLine, life: PayoutLife): Promise<boolean> {
    if (life.hold?.isOfPerson || (life.hold && !endsByItself(life.hold.reason))) return false;
    const stop = stopOf(this.#run, { line, life, facts: this.#facts });
    if (stop === undefined) {
      if (life.hold) await this.#write(line, { state: 'released' });
      return true;
    }
    const { lastStop } = life;
    if (!(life.hold && lastStop?.reason === stop.reason && lastStop.detail === stop.detail))
      await this.#write(line, { state: 'held', ...stop });
    return false;
  }

  #write(line: PlannedLine, step: LogStep): Promise<void> {
    const author = { changed_by: this.#run.startedBy, run_id: this.#run.runId };
    return takeStep(this.#run, { line, period: this.#period, author, step });
  }
}
