import { composeStatement } from '../../../reports/statement/compose.ts';
import type { StatementDocument } from '../../../reports/statement/document.ts';
import { type ReadOptions, readStatements } from '../../../reports/statement/read.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';

/** The statements of a closed period, in the order of their balances. */
export async function composeStatements(
  warehouse: Pick<Warehouse, 'query' | 'stream'>,
  options: ReadOptions,
): Promise<StatementDocument[]> {
  const documents: StatementDocument[] = [];
  for await (const sources of readStatements(warehouse, options)) documents.push(composeStatement(sources));
  return documents;
}
