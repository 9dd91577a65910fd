import { composeReport } from '../reports/finance/compose.ts';
import type { FinanceReport } from '../reports/finance/document.ts';
import { readBankPayouts, readNegativeBalances, readReturnedPayouts } from '../reports/finance/read.ts';
import { instant } from '../warehouse/clock.ts';
import type { Period } from '../warehouse/period.ts';
import type { Services } from './job.ts';
import { overridesOf } from './payouts/last-comparison.ts';
import { reconciliationOf } from './reconcile-stripe.ts';

/** The report for finance about a period: the last comparison with Stripe, and what people have decided about its breaks by now. */
export async function reportOf(services: Services, period: Period): Promise<FinanceReport> {
  const { warehouse, clock, issuerName } = services;
  return composeReport({
    ...(await reconciliationOf(services, period)),
    period,
    composedAt: instant(clock.now()),
    issuerName,
    payouts: await readBankPayouts(warehouse, period),
    returned: await readReturnedPayouts(warehouse, period),
    negative: await readNegativeBalances(warehouse),
    comparison_overrides: await overridesOf(services, period),
  });
}
