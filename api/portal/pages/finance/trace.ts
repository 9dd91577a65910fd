import type { VNode } from 'preact';
import type { TracedRecord } from '../../../../jobs/trace/trace-record.ts';
import { type Column, grid } from '../../components/grid.ts';
import { creatorLink, traceLink } from '../../components/links.ts';
import { breakMeaning } from '../../components/meaning.ts';
import { notice } from '../../components/notice.ts';
import { type Formats, formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { nameOf } from '../../month/name-of.ts';
import type { Page, PageRequest } from '../../page.ts';
import { orNothing } from '../../page-reads.ts';

/** Follows any id from the event to the payout, the creator's bank and Stripe's balance. */
export const trace: Page = {
  path: '/trace',
  permission: 'traces:read',
  async show(request) {
    const { api, words, locale, query } = request;
    const texts = words.books.trace;
    const id = (query.id ?? '').trim();
    const found = id === '' ? undefined : await orNothing(api.get<TracedRecord>(`/traces/${encodeURIComponent(id)}`));
    const body = [
      html`<p>${texts.explain}</p>
        <form class="row" method="get" role="search">
          <label>${texts.id}<input name="id" required maxlength="1000" value=${id} /></label><button>${texts.go}</button>
        </form>`,
      ...(id !== '' && !found ? [notice('warn', texts.nothing)] : []),
      ...(found ? sectionsOf(request, { found, format: formats(locale) }) : []),
    ];
    return { title: texts.title, body };
  },
};

function sectionsOf(
  request: Pick<PageRequest, 'words' | 'locale'>,
  { found, format }: { found: TracedRecord; format: Formats },
): readonly VNode[] {
  const { words } = request;
  const { trace: texts } = words.books;
  const section = <T>(caption: string, rows: readonly T[], columns: readonly Column<T>[]): readonly VNode[] =>
    rows.length === 0
      ? []
      : [html`<h2>${caption}</h2>`, grid({ caption, isCaptionHidden: true, none: '', rows, columns })];
  return [
    ...(found.things_with_id.length < 2
      ? []
      : [notice('warn', `${texts.severalThings} ${found.things_with_id.join(', ')}`)]),
    ...(found.linked_ids.length === 0
      ? []
      : [html`<h2>${texts.linked}</h2><p class="row">${found.linked_ids.slice(0, 100).map(traceLink)}</p>`]),
    ...section(texts.events, found.events, eventColumns(words, format)),
    ...section(texts.postings, found.postings, postingColumns(words, format)),
    ...section(texts.allocations, found.allocations, allocationColumns(words, format)),
    ...section(texts.lines, found.statement_lines, lineColumns(words, format)),
    ...section(texts.sources, found.sources, sourceColumns(words, format)),
    ...section(texts.statements, found.statements, statementColumns(words, format)),
    ...section(texts.payouts, found.payouts, payoutColumns(words, format)),
    ...section(texts.objects, found.stripe_objects, objectColumns(words, format)),
    ...section(texts.transactions, found.balance_transactions, transactionColumns(words, format)),
    ...section(texts.bankPayouts, found.bank_payouts, bankPayoutColumns(words, format)),
    ...section(texts.breaks, found.breaks, breakColumns(request, format)),
    ...leftOut(found, { texts, format }),
  ];
}

/** What the lists leave out, by the captions above. */
function leftOut(
  { left_out }: TracedRecord,
  { texts, format }: { texts: PageRequest['words']['books']['trace']; format: Formats },
): readonly VNode[] {
  const captions: Readonly<Record<string, string>> = {
    ...{ linked_ids: texts.linked, events: texts.events, postings: texts.postings, allocations: texts.allocations },
    ...{ statement_lines: texts.lines, sources: texts.sources, statements: texts.statements, payouts: texts.payouts },
    ...{ stripe_objects: texts.objects, balance_transactions: texts.transactions, bank_payouts: texts.bankPayouts },
    breaks: texts.breaks,
  };
  const counts = Object.entries(left_out).map(([list, count]) => `${captions[list] ?? list}: ${format.count(count)}`);
  return counts.length === 0 ? [] : [notice('warn', `${texts.leftOut} ${counts.join('; ')}`)];
}

type Columns<Name extends keyof TracedRecord> = readonly Column<
  Extract<TracedRecord[Name], readonly object[]>[number]
>[];
type Words = PageRequest['words'];

function eventColumns({ books, finance }: Words, format: Formats): Columns<'events'> {
  return [
    { label: books.trace.event, cell: ({ event }) => event },
    { label: books.trace.id, cell: ({ fact_id }) => traceLink(fact_id) },
    {
      label: finance.common.amount,
      isNumber: true,
      cell: ({ amount, currency }) => (amount !== null && currency !== null ? format.amount(amount, currency) : '–'),
    },
    { label: books.trace.occurred, cell: ({ occurred_at }) => format.dateTime(occurred_at) },
    { label: books.trace.recorded, cell: ({ recorded_at }) => format.dateTime(recorded_at) },
  ];
}

function postingColumns({ books, finance }: Words, format: Formats): Columns<'postings'> {
  return [
    { label: finance.common.month, cell: ({ period }) => format.period(period) },
    { label: books.trace.id, cell: ({ journal_id }) => traceLink(journal_id) },
    { label: books.trace.event, cell: ({ journal_kind }) => journal_kind },
    {
      label: books.trace.account,
      cell: ({ account, account_owner_id }) => [account, account_owner_id].filter(Boolean).join(' '),
    },
    { label: finance.common.amount, isNumber: true, cell: (row) => format.amount(row.posting_amount, row.currency) },
  ];
}

function allocationColumns({ books, finance }: Words, format: Formats): Columns<'allocations'> {
  return [
    { label: finance.common.month, cell: ({ period }) => format.period(period) },
    { label: finance.common.creator, cell: ({ creator_id }) => creatorLink(creator_id) },
    { label: books.trace.event, cell: ({ movement_kind }) => movement_kind },
    {
      label: books.trace.share,
      isNumber: true,
      cell: ({ share_bps }) => `${format.count(share_bps)} / ${format.count(10_000)}`,
    },
    { label: finance.common.amount, isNumber: true, cell: (row) => format.amount(row.royalty_amount, row.currency) },
  ];
}

function lineColumns({ books, finance }: Words, format: Formats): Columns<'statement_lines'> {
  return [
    { label: finance.common.month, cell: ({ period }) => format.period(period) },
    { label: finance.common.creator, cell: ({ creator_id }) => creatorLink(creator_id) },
    { label: books.trace.line, cell: ({ line_id }) => traceLink(line_id) },
    { label: finance.common.amount, isNumber: true, cell: (row) => format.minor(row.line_amount_minor, row.currency) },
  ];
}

function sourceColumns({ books, finance }: Words, format: Formats): Columns<'sources'> {
  return [
    { label: finance.common.month, cell: ({ period }) => format.period(period) },
    { label: books.trace.line, cell: ({ line_id }) => traceLink(line_id) },
    { label: books.trace.count, isNumber: true, cell: ({ event_count }) => format.count(event_count) },
    { label: books.trace.units, isNumber: true, cell: ({ units }) => format.decimal(units) },
    {
      label: books.trace.first,
      cell: ({ first_event_ids, left_out_count }) =>
        html`${list(first_event_ids)}${left_out_count > 0 ? ` + ${format.count(left_out_count)}` : ''}`,
    },
    { label: books.trace.charges, cell: ({ charge_ids_stripe }) => list(charge_ids_stripe) },
    {
      label: books.trace.digest,
      cell: ({ digest }) => (digest === null ? books.trace.noDigest : html`<code>${digest}</code>`),
    },
  ];
}

/** Ids with a space between. */
const list = (ids: readonly string[]): VNode => html`${ids.map((id) => html`${traceLink(id)} `)}`;

function statementColumns({ books, finance }: Words, format: Formats): Columns<'statements'> {
  return [
    { label: books.trace.id, cell: ({ statement_id }) => traceLink(statement_id) },
    { label: finance.common.month, cell: ({ period }) => format.period(period) },
    { label: finance.common.creator, cell: ({ creator_id }) => creatorLink(creator_id) },
    { label: finance.common.at, cell: ({ issued_at }) => format.dateTime(issued_at) },
  ];
}

function bankPayoutColumns({ books, finance }: Words, format: Formats): Columns<'bank_payouts'> {
  return [
    { label: books.trace.id, cell: ({ id_stripe }) => traceLink(id_stripe) },
    {
      label: finance.common.creator,
      cell: ({ creator_id, account_id_stripe }) => (creator_id === null ? account_id_stripe : creatorLink(creator_id)),
    },
    { label: finance.common.amount, isNumber: true, cell: (row) => format.minor(row.amount_minor, row.currency) },
    { label: finance.common.state, cell: ({ bank_result }) => books.trace.bankResults[bank_result] ?? bank_result },
    { label: finance.common.at, cell: ({ created_at }) => format.dateTime(created_at) },
    {
      label: books.trace.transfer,
      cell: ({ transfer_id_stripe, is_attributed }) =>
        html`${traceLink(transfer_id_stripe)}${transfer_id_stripe === null || is_attributed ? '' : ` ${books.trace.byTime}`}`,
    },
  ];
}

function payoutColumns({ books, finance }: Words, format: Formats): Columns<'payouts'> {
  return [
    { label: books.trace.id, cell: ({ payout_id }) => traceLink(payout_id) },
    {
      label: finance.common.month,
      cell: ({ period }) => html`<a href=${`/months/${period}/payouts`}>${format.period(period)}</a>`,
    },
    { label: finance.common.creator, cell: ({ creator_id }) => creatorLink(creator_id) },
    { label: finance.common.amount, isNumber: true, cell: (row) => format.minor(row.amount_minor, row.currency) },
    {
      label: finance.common.by,
      cell: (row) => [row.planned_by, row.approved_by].flatMap((each) => (each ? [nameOf(each)] : [])).join(', '),
    },
    {
      label: books.trace.steps,
      cell: ({ log }) =>
        log
          .map(({ state, logged_at }) => `${finance.payouts.lineStates[state] ?? state} ${format.dateTime(logged_at)}`)
          .join('; '),
    },
  ];
}

function objectColumns({ books, finance }: Words, format: Formats): Columns<'stripe_objects'> {
  return [
    { label: books.trace.object, cell: ({ object_kind }) => object_kind },
    { label: books.trace.id, cell: ({ id_stripe }) => traceLink(id_stripe) },
    { label: finance.common.amount, isNumber: true, cell: (row) => format.minor(row.amount_minor, row.currency) },
    { label: finance.common.state, cell: ({ status_stripe }) => status_stripe ?? '–' },
  ];
}

function transactionColumns({ books, finance }: Words, format: Formats): Columns<'balance_transactions'> {
  return [
    { label: books.trace.id, cell: ({ id_stripe }) => traceLink(id_stripe) },
    { label: books.trace.movement, cell: ({ cash_movement }) => cash_movement },
    {
      label: finance.common.amount,
      isNumber: true,
      cell: (row) => format.minor(row.settled_minor, row.settled_currency),
    },
    { label: books.trace.fee, isNumber: true, cell: (row) => format.minor(row.fee_minor, row.settled_currency) },
    { label: books.trace.net, isNumber: true, cell: (row) => format.minor(row.net_minor, row.settled_currency) },
    { label: books.trace.carriedBy, cell: ({ payout_id_stripe }) => traceLink(payout_id_stripe) },
    { label: finance.common.at, cell: ({ created_at }) => format.dateTime(created_at) },
  ];
}

function breakColumns(request: Pick<PageRequest, 'words' | 'locale'>, format: Formats): Columns<'breaks'> {
  const { finance } = request.words;
  return [
    { label: finance.common.month, cell: ({ period }) => format.period(period) },
    {
      label: finance.breaks.what,
      cell: (row) =>
        html`<a href=${`/months/${row.period}/breaks/${encodeURIComponent(row.break_id)}`}>${breakMeaning(request, row)}</a>`,
    },
  ];
}
