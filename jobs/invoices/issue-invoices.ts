import { INVOICE_KINDS } from '../../reports/invoice/invoice.ts';
import { readInvoiceFile } from '../../reports/invoice/invoice-file.ts';
import { Conflict, InvariantBroken, Rejected } from '../../warehouse/errors.ts';
import { type Period, parsePeriod } from '../../warehouse/period.ts';
import { assertAllIssued, type IssuableKind, issueDocuments } from '../issue-documents.ts';
import type { Job, Run } from '../job.ts';
import { areDrawn, drawInvoices, INVOICE_DOCUMENTS, type InvoiceDocument } from './draw-invoice.ts';
import { openParty } from './parties.ts';
import { type NotReady, planInvoices, type Ready } from './plan-invoices.ts';

/** How many of those who are not invoiced, and of the amounts that are left out, are named in the outcome; the status names all. */
const NAMED = 50;

const NOUNS: Readonly<Record<InvoiceDocument, string>> = {
  self_billed_invoice: 'self-billing invoice',
  self_billed_credit_note: 'self-billing credit note',
  invoice: 'invoice',
  credit_note: 'credit note',
};

interface Stored {
  readonly invoice_id: string;
  readonly subject: string;
  readonly currency: string;
  readonly content: string;
  /** The cancelled invoice in whose place it is issued. */
  readonly supersedes?: string;
}

/** The invoices of a kind that were drawn for a period, rendered from their stored text. */
function issuable(kind: InvoiceDocument): IssuableKind<Stored> {
  return {
    kind,
    noun: NOUNS[kind],
    entry: new URL('../../reports/invoice/render-entry.ts', import.meta.url),
    read: (run, period) => stored(run, { kind, period }),
    identify: ({ invoice_id, subject, currency, supersedes }) => ({
      ...{ content_id: invoice_id, subject, currency },
      ...(supersedes !== undefined && { supersedes }),
    }),
    fileName: ({ subject, period, currency = '', content_id, supersedes }, format) => {
      const isFirst = !INVOICE_KINDS[kind].isCredit && supersedes === undefined;
      const stem = `${kind.replaceAll('_', '-')}-${period}-${currency.toLowerCase()}-${subject.replace(/[^A-Za-z0-9._-]/g, '_')}`;
      return `${stem}${isFirst ? '' : `-${content_id.slice(-8)}`}.${format}`;
    },
  };
}

async function* stored(
  { operational }: Run,
  { kind, period }: { kind: InvoiceDocument; period: string },
): AsyncGenerator<Stored> {
  const rows = await operational
    .selectFrom('invoices')
    .select(['invoice_id', 'subject', 'currency', 'content'])
    .where('period', '=', period)
    .where('document_kind', '=', kind)
    .orderBy('entry')
    .execute();
  const last = new Map<string, string>();
  for (const row of rows) {
    const key = JSON.stringify([row.subject, row.currency]);
    const supersedes = INVOICE_KINDS[kind].isCredit ? undefined : last.get(key);
    last.set(key, row.invoice_id);
    yield { ...row, ...(supersedes !== undefined && { supersedes }) };
  }
}

export const issueInvoices: Job = {
  name: 'issue-invoices',
  meaning:
    'Draws the self-billing invoices, credit notes and invoices for metered use of a closed period, each with the next number of its supplier, and renders them as PDF with CII and as UBL. What is drawn never changes.',
  about: 'period',
  async run(run, period) {
    await run.assertDiskSpace('Issuing the invoices');
    const { not, left_out } = await drawAll(run, parsePeriod(period));
    const results = [];
    for (const kind of INVOICE_DOCUMENTS)
      results.push([kind, await issueDocuments(run, { period, of: issuable(kind) })] as const);
    for (const [kind, result] of results) assertAllIssued(result, { noun: NOUNS[kind], period });
    const broken = not.filter(({ outcome }) => outcome === 'broken');
    if (broken.length > 0) {
      const said = broken.slice(0, 5).map(({ subject, because }) => `${subject}: ${because}`);
      throw new InvariantBroken(
        `${broken.length} in ${period} could not be invoiced; all others are. ${said.join(' ')}`,
      );
    }
    const missing = not.filter(({ outcome }) => outcome === 'missing');
    return {
      period,
      issued: Object.fromEntries(results.map(([kind, { issued }]) => [kind, issued])),
      invoices: Object.fromEntries(results.map(([kind, { total }]) => [kind, total])),
      private_count: not.length - missing.length,
      missing_count: missing.length,
      missing: missing.slice(0, NAMED).map(({ outcome: _, ...each }) => each),
      left_out_count: left_out.length,
      left_out: left_out.slice(0, NAMED),
    };
  },
};

/** Draws what can be drawn; one party that cannot be invoiced does not stop the others. */
async function drawAll(run: Run, period: Period): Promise<{ not: NotReady[]; left_out: string[] }> {
  const file = await readInvoiceFile(run.invoiceFile);
  const not: NotReady[] = [];
  const left_out: string[] = [];
  for await (const planned of planInvoices(run, { period, file })) {
    run.interruption.throwIfAborted();
    if (planned.outcome !== 'ready') not.push(planned);
    else {
      not.push(...(await draw(run, { planned, period })));
      left_out.push(...planned.left_out);
    }
  }
  return { not, left_out };
}

async function draw(run: Run, { planned, period }: { planned: Ready; period: Period }): Promise<NotReady[]> {
  const { subject, currency, known, prefix, invoice_ids, compose } = planned;
  try {
    // What is drawn needs no profile to be opened again.
    if (await areDrawn(run, invoice_ids)) return [];
    const because = `Invoice of ${period}`;
    const party = await openParty(run, known, { because, by: run.startedBy });
    await drawInvoices(run, { drafts: compose(party), prefix, subject });
    return [];
  } catch (error) {
    const outcome = outcomeOf(error);
    if (!outcome) throw error;
    return [{ outcome, subject, currency, because: (error as Error).message }];
  }
}

/** What is unavailable is nobody's fault: the run fails and is tried again. */
function outcomeOf(error: unknown): NotReady['outcome'] | undefined {
  if (error instanceof InvariantBroken) return 'broken';
  return error instanceof Rejected || error instanceof Conflict ? 'missing' : undefined;
}
