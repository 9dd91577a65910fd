import type { Transaction } from 'kysely';
import type { DocumentOutcome, StoredFile } from '../reports/documents/store.ts';
import { instant } from '../warehouse/clock.ts';
import { countOf } from '../warehouse/count-of.ts';
import { InvariantBroken } from '../warehouse/errors.ts';
import { requirePresent } from '../warehouse/invariant.ts';
import type { OperationalTables } from '../warehouse/operational/schema.ts';
import type { DocumentFormat, DocumentKind } from '../warehouse/vocabulary/documents.ts';
import { assertBytesAreThere, documentRows } from './document-rows.ts';
import { batchesOf, inOrder } from './in-order.ts';
import type { Run } from './job.ts';

/** How many documents are rendered by one thread, stored and recorded together. */
const BATCH = 25;
/** How many documents that were not issued are named in the error of the run. */
const NAMED = 5;

/** What a document is, besides its kind and period. */
interface DocumentIdentity {
  /** Derived from what it is about, so that a run that is repeated finds it issued: the statement_id of a statement. */
  readonly content_id: string;
  /** The id of a creator or developer, or `platform`. */
  readonly subject: string;
  readonly currency?: string;
  /** The content_id in whose place it is issued, in the same formats. */
  readonly supersedes?: string;
}

export interface IssuedDocument extends DocumentIdentity {
  readonly period: string;
  readonly issued_at: string;
  readonly files: Readonly<Partial<Record<DocumentFormat, StoredFile>>>;
}

/** All that a kind of document is issued by. */
export interface IssuableKind<S> {
  readonly kind: DocumentKind;
  /** One of them in a sentence: `statement`. */
  readonly noun: string;
  /** The module whose default export composes and renders one from its sources: a `Render`. */
  readonly entry: URL;
  /** What each document of the period is composed from: plain values, which can be sent to a thread. */
  readonly read: (run: Run, period: string) => AsyncIterable<S>;
  readonly identify: (sources: S) => DocumentIdentity;
  /** The name under which it is downloaded, of letters, digits, `.`, `_` and `-`: unique among the documents of its kind in force. */
  readonly fileName: (document: IssuedDocument, format: string) => string;
  /** What else is written in the transaction that records the documents: its events. */
  readonly record?: (transaction: Transaction<OperationalTables>, issued: readonly IssuedDocument[]) => Promise<void>;
}

interface Rendered {
  readonly identity: DocumentIdentity;
  readonly outcome: DocumentOutcome;
}

/** How many documents were issued now, how many are issued in all, and why others are not, a sentence each. */
export interface Issued {
  readonly issued: number;
  readonly total: number;
  readonly problems: readonly string[];
}

/**
 * Issues the documents of a kind for a period, a month or a year: each is rendered by a pool of threads, stored, and recorded with its
 * events in one transaction. What is issued is not rendered again; a run that ends between storing and recording leaves files that
 * nothing refers to, and the next one stores the same bytes. A document that cannot be rendered does not stop the others.
 */
export async function issueDocuments<S>(
  run: Run,
  { period, of }: { readonly period: string; readonly of: IssuableKind<S> },
): Promise<Issued> {
  const before = await issuedIn(run, { kind: of.kind, period });
  let issued = 0;
  const problems: string[] = [];
  // While a batch is recorded, the next ones are rendered.
  let recording: Promise<void> = Promise.resolve();
  try {
    for await (const batch of renderedBatches(run, { period, of, issued: before })) {
      await recording;
      recording = record(run, { period, of, batch });
      // Its error is thrown where it is awaited.
      recording.catch(() => undefined);
      if (issued > 0) run.progress(countOf(issued, of.noun));
      const found = batch.flatMap(problemOf);
      problems.push(...found);
      issued += batch.length - found.length;
    }
  } finally {
    await recording;
  }
  return { issued, total: before.size + issued, problems };
}

/** Throws `InvariantBroken` if some documents could not be issued. */
export function assertAllIssued({ problems }: Issued, { noun, period }: { noun: string; period: string }): void {
  if (problems.length === 0) return;
  const named = problems.slice(0, NAMED).join(' ');
  const rest = problems.length > NAMED ? ` And ${problems.length - NAMED} more.` : '';
  throw new InvariantBroken(
    `${countOf(problems.length, noun)} of ${period} could not be issued; all others are. ${named}${rest}`,
  );
}

async function issuedIn(
  { operational }: Run,
  { kind, period }: { kind: DocumentKind; period: string },
): Promise<Set<string>> {
  const rows = await operational
    .selectFrom('documents')
    .select('content_id')
    .distinct()
    .where('kind', '=', kind)
    .where('period', '=', period)
    .execute();
  return new Set(rows.map((row) => row.content_id));
}

interface Work<S> {
  readonly period: string;
  readonly of: IssuableKind<S>;
}

/** The documents that are not issued yet, rendered and stored. A safe point before each is read. */
function renderedBatches<S>(
  run: Run,
  { period, of, issued }: Work<S> & { issued: ReadonlySet<string> },
): AsyncGenerator<Rendered[]> {
  async function* missing(): AsyncGenerator<{ sources: S; identity: DocumentIdentity }> {
    for await (const sources of of.read(run, period)) {
      run.interruption.throwIfAborted();
      const identity = of.identify(sources);
      if (!issued.has(identity.content_id)) yield { sources, identity };
    }
  }
  return inOrder(batchesOf(missing(), BATCH), {
    atOnce: run.renderer.atOnce,
    work: async (batch) => {
      const outcomes = await run.renderer.store(
        of.entry,
        batch.map(({ sources }) => sources),
      );
      return batch.map(({ identity }, index) => ({
        identity,
        outcome: requirePresent(outcomes[index], 'Each document has an outcome.'),
      }));
    },
  });
}

/** The files are durable already; what else is written refers to them. */
async function record<S>(
  run: Run,
  { period, of, batch }: Work<S> & { readonly batch: readonly Rendered[] },
): Promise<void> {
  const issued_at = instant(run.clock.now());
  const issued = batch.flatMap(({ identity, outcome }) =>
    'files' in outcome ? [{ ...identity, period, issued_at, files: outcome.files }] : [],
  );
  const rows = issued.flatMap((document) => {
    const { issued_at: _, ...each } = document;
    const fileName = (format: string): string => of.fileName(document, format);
    return documentRows({ ...each, kind: of.kind, issued_by: run.startedBy, fileName }, issued_at);
  });
  if (rows.length === 0) return;
  await run.operational.transaction().execute(async (transaction) => {
    await transaction.insertInto('documents').values(rows).execute();
    await assertBytesAreThere({ transaction, documents: run.documents }, rows);
    await of.record?.(transaction, issued);
  });
}

function problemOf({ identity: { content_id, subject, currency }, outcome }: Rendered): string[] {
  if ('files' in outcome) return [];
  return [`${content_id} of ${subject}${currency === undefined ? '' : ` in ${currency}`}: ${outcome.problem}`];
}
