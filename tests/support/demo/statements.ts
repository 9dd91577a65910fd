import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Api } from './client.ts';

const FORMATS = ['pdf', 'xlsx', 'csv', 'json'] as const;

interface Listed {
  readonly statement_id: string;
  readonly creator_id: string;
  readonly currency: string;
}

/** Downloads four statements: of the creator with the largest earnings, of one who is not paid, of one with a refund, of one with corrections. */
export async function saveStatements({
  api,
  folder,
  period,
}: {
  api: Api;
  folder: string;
  period: string;
}): Promise<string[]> {
  const documents: { listed: Listed; document: StatementLike }[] = [];
  let cursor: string | undefined;
  do {
    const page = (await api.get(`/v1/statements?period=${period}&limit=500${cursor ? `&cursor=${cursor}` : ''}`)) as {
      data: Listed[];
      next_cursor: string | null;
    };
    for (const listed of page.data)
      documents.push({ listed, document: (await api.get(`/v1/statements/${listed.statement_id}`)) as StatementLike });
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  const largest = documents.toSorted(
    (a, b) => Number(b.document.summary.earnings) - Number(a.document.summary.earnings),
  );
  const chosen = [
    largest[0],
    largest.find(({ document }) => document.payout_decision.reason !== 'payable'),
    largest.slice(1).find(({ document }) => Number(document.summary.refunds) > 0),
    largest.find(({ document }) => document.lines.some(({ correction_id }) => correction_id !== null)),
  ];
  await mkdir(join(folder, 'statements'), { recursive: true });
  const saved: string[] = [];
  for (const statement of new Set(chosen)) {
    if (!statement) continue;
    const { statement_id, creator_id, currency } = statement.listed;
    for (const format of FORMATS) {
      const path = join(folder, 'statements', `statement-${period}-${currency.toLowerCase()}-${creator_id}.${format}`);
      await writeFile(path, await api.download(`/v1/statements/${statement_id}/${format}`));
      if (format === 'pdf') saved.push(path);
    }
  }
  return saved;
}

interface StatementLike {
  readonly lines: readonly { readonly correction_id: string | null }[];
  readonly summary: { readonly earnings: string; readonly refunds: string };
  readonly payout_decision: { readonly reason: string };
}
