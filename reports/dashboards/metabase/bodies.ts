import { createHash } from 'node:crypto';
import { type PublishedEngine, publishedSql } from '../../../transforms/metrics/published-sql.ts';
import { derivedUuid } from '../../../warehouse/ids.ts';
import { filtersOfCard, templateOf } from '../card-sql.ts';
import { type Card, type FilterName, orderOf, PUBLICATION_CARD } from '../cards.ts';
import { cardsOf, type Dashboard, filtersOf } from '../dashboards.ts';

/**
 * Cards and dashboards as bodies of Metabase's REST API. Source of the shapes: Metabase's API documentation, and the schemas of
 * `@metabase/representations` 1.2.0. Metabase refuses keys that it does not know.
 */

/** Where the marts are published, as Metabase has it. */
export interface PublishedAt {
  /** Metabase's number of the database. */
  readonly databaseId: number;
  readonly engine: PublishedEngine;
  /** The schema or dataset of the marts; without one they are where the role of the connection finds them. */
  readonly schema: string | undefined;
  /** The address of our pages, to which cards link; without it they link to none. */
  readonly pagesUrl: string | undefined;
}

/** The id by which a card is found again: 21 characters, as Metabase requires. */
export const entityIdOf = (key: string): string =>
  createHash('sha256').update(key).digest('base64url').slice(0, ENTITY_ID_LENGTH);
const ENTITY_ID_LENGTH = 21;

/** The cards of a dashboard in Metabase, in reading order. */
export const placedCards = (dashboard: Dashboard): readonly Card[] => [...cardsOf(dashboard), PUBLICATION_CARD];

/** A card belongs to a dashboard, so that a group that may see one collection sees all that its dashboard needs. */
export const cardKeyOf = (dashboard: Dashboard, card: Card): string => `tantieme/${dashboard.name}/${card.name}`;

const FILTER_TITLES: Readonly<Record<FilterName, string>> = {
  from: 'From month',
  to: 'To month',
  currency: 'Currency',
  creator_id: 'Creator',
};

/** The body of a card, without its `entity_id`. */
export function cardBody(card: Card, at: PublishedAt & { readonly collectionId: number }): Record<string, unknown> {
  const tags = filtersOfCard(card).map((name) => [
    name,
    {
      ...{ id: derivedUuid(`${card.name}/${name}`), name, 'display-name': FILTER_TITLES[name], type: 'text' },
      required: card.locked.includes(name),
    },
  ]);
  return {
    name: card.title,
    description: card.meaning,
    display: card.chart,
    dataset_query: {
      type: 'native',
      database: at.databaseId,
      native: { query: publishedSql(templateOf(card), at), 'template-tags': Object.fromEntries(tags) },
    },
    visualization_settings: settingsOf(card),
    collection_id: at.collectionId,
  };
}

function settingsOf(card: Card): Record<string, unknown> {
  const scale = 0.000001;
  const figure =
    card.unit === 'ppm'
      ? { number_style: 'percent', scale }
      : /millionths$/.test(card.unit)
        ? { scale, decimals: 2 }
        : {};
  const columns = {
    column_settings: { [columnKey(card.value)]: { column_title: card.title, ...figure } },
  };
  if (card.chart === 'table') return columns;
  const series = orderOf(card).filter((name) => name === 'currency');
  return { ...columns, 'graph.dimensions': [card.along, ...series], 'graph.metrics': [card.value] };
}

const columnKey = (name: string): string => JSON.stringify(['name', name]);

/** A card in its place on a dashboard; `id` is negative for one that is new there. */
export interface Dashcard {
  readonly id: number;
  readonly card_id: number;
  readonly row: number;
  readonly col: number;
  readonly size_x: number;
  readonly size_y: number;
  readonly parameter_mappings: readonly object[];
  readonly visualization_settings: Readonly<Record<string, unknown>>;
}

/** The body with which a dashboard is changed. `numbers` has Metabase's number of each card, by its name, and that of its place, if it has one. */
export function dashboardBody(
  dashboard: Dashboard,
  numbers: ReadonlyMap<string, { readonly cardId: number; readonly dashcardId: number | undefined }>,
  at: Pick<PublishedAt, 'pagesUrl'>,
): Record<string, unknown> {
  const places = placesOf(placedCards(dashboard));
  const dashcards = placedCards(dashboard).map((card, index): Dashcard => {
    const { cardId, dashcardId } = numbers.get(card.name) ?? { cardId: 0, dashcardId: undefined };
    return {
      ...{ id: dashcardId ?? -(index + 1), card_id: cardId, ...(places[index] as Place) },
      parameter_mappings: filtersOfCard(card).map((name) => ({
        ...{ parameter_id: parameterIdOf(dashboard, name), card_id: cardId },
        target: ['variable', ['template-tag', name]],
      })),
      visualization_settings: linkOf(card, at.pagesUrl),
    };
  });
  const isEmbedded = dashboard.locked.length > 0;
  return {
    ...{ name: dashboard.title, description: dashboard.meaning, dashcards, enable_embedding: isEmbedded },
    parameters: filtersOf(dashboard).map((name) => ({
      ...{ id: parameterIdOf(dashboard, name), name: FILTER_TITLES[name], slug: name },
      ...{ type: 'string/=', sectionId: 'string' },
    })),
    ...(isEmbedded && { embedding_params: embeddingOf(dashboard) }),
  };
}

const embeddingOf = (dashboard: Dashboard): Readonly<Record<string, 'locked' | 'enabled'>> =>
  Object.fromEntries(
    filtersOf(dashboard).map((name) => [name, dashboard.locked.includes(name) ? 'locked' : 'enabled']),
  );

const parameterIdOf = ({ name }: Dashboard, filter: FilterName): string => derivedUuid(`${name}/${filter}`).slice(0, 8);

/** Where a click leads: to the page of ours behind the row. */
function linkOf({ link, chart, along }: Card, pagesUrl: string | undefined): Readonly<Record<string, unknown>> {
  if (link === undefined || pagesUrl === undefined) return {};
  const linkTemplate = pagesUrl + link.replace(/\{(\w+)\}/g, '{{$1}}');
  const click_behavior = { type: 'link', linkType: 'url', linkTemplate };
  return chart === 'table' ? { column_settings: { [columnKey(along)]: { click_behavior } } } : { click_behavior };
}

type Place = Pick<Dashcard, 'row' | 'col' | 'size_x' | 'size_y'>;
/** Metabase's grid has 24 columns: two charts beside each other, a table over the whole width. */
const GRID = { columns: 24, chartHeight: 6, tableHeight: 8, rowHeight: 3 };

function placesOf(cards: readonly Card[]): readonly Place[] {
  let [row, col] = [0, 0];
  return cards.map((card) => {
    const isTable = card.chart === 'table';
    if (isTable && col > 0) [row, col] = [row + GRID.chartHeight, 0];
    const size_x = isTable ? GRID.columns : GRID.columns / 2;
    const size_y = card === PUBLICATION_CARD ? GRID.rowHeight : isTable ? GRID.tableHeight : GRID.chartHeight;
    const place = { row, col, size_x, size_y };
    if (col + size_x >= GRID.columns) [row, col] = [row + size_y, 0];
    else col += size_x;
    return place;
  });
}
