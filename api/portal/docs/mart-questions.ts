import { readQueries } from '../../../warehouse/named-queries.ts';

/** Queries that answer example questions of marts; what each asks is in the words of the pages. */
const QUERIES = readQueries(import.meta.url, 'mart-questions.queries.sql', {
  royalties__by_asset: [],
  royalties__by_license: [],
  balances__unpaid: [],
  statement_lines__of_creator: [],
  period_totals__shares: [],
  sale_allocations__by_holder: [],
  payouts__by_month: [],
  payout_states__open: [],
  exceptions__by_reason: [],
  postings__by_account: [],
  withholdings__by_rule: [],
  breaks__open: [],
  reconciliations__matched: [],
  stripe_bridge__lines: [],
  connected_accounts__blocked: [],
  quarantined_events__most: [],
});

type QuestionName = keyof typeof QUERIES;

/** The example questions of a mart, each with a query. The name of a query begins with that of its mart. */
export function questionsOf(mart: string): readonly { readonly name: QuestionName; readonly sql: string }[] {
  const names = (Object.keys(QUERIES) as QuestionName[]).filter((name) => name.startsWith(`${mart}__`));
  return names.map((name) => ({ name, sql: QUERIES[name]()[0] }));
}
