import { verifyPeriod as compareSeals } from '../transforms/ledger/verify.ts';
import { reportBuildCost } from './build-cost.ts';
import type { Job } from './job.ts';

export const verifyPeriod: Job = {
  name: 'verify-period',
  meaning: 'Recomputes a closed period from the raw events and compares its seal; changes nothing.',
  about: 'period',
  async run(run, period) {
    await reportBuildCost(run, { period, parts: ['books'] });
    run.progress(`recomputing ${period}`);
    return { period, ...(await compareSeals(run.warehouse, period)) };
  },
};
