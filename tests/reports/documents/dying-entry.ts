/** Renders statements, but ends its thread for those of the creator `cr_ben`. */
import type { StatementSources } from '../../../reports/statement/read.ts';
import render from '../../../reports/statement/render-entry.ts';

export default function renderOrDie(sources: StatementSources) {
  if (sources.balance.creator_id === 'cr_ben') process.exit(3);
  return render(sources);
}
