import { verifyPeriod as compareSeals } from '../transforms/ledger/closing.ts';
import { reportBuildCost } from './build-cost.ts';
import type { Job } from './job.ts';

export const verifyPeriod: Job = {
  name: 'verify-period',
  meaning:
    'Computes a closed period anew from the raw events and says whether its seal holds; nothing is changed by it.',
  about: 'period',
  async run(run, period) {
    await reportBuildCost(run, { parts: ['books'] });
    run.progress(`computing ${period} anew`);
    return { period, ...(await compareSeals(run.warehouse, period)) };
  },
};
