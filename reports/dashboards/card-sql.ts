import { Rejected } from '../../warehouse/errors.ts';
import type { BoundQuery } from '../../warehouse/named-queries.ts';
import type { FieldName } from '../../warehouse/vocabulary/fields.ts';
import { type Card, FILTERS, type FilterName, orderOf } from './cards.ts';
import { LABELS } from './labels.ts';

/** The values of filters; one that is missing restricts nothing. */
export type FilterValues = { readonly [N in FilterName]?: string | undefined };

/** A card with the values of its filters, ordered, as the warehouse runs it. Throws `Rejected` if a locked filter has no value. */
export function bindCard(card: Card, values: FilterValues): BoundQuery {
  const parameters: string[] = [];
  const conditions = filtersOfCard(card).flatMap((filter) => {
    const value = values[filter];
    if (value !== undefined) return [`${conditionOf(filter)} $${parameters.push(value)}`];
    if (card.locked.includes(filter)) throw new Rejected(`The card ${card.name} cannot be shown without ${filter}.`);
    return [];
  });
  const where = conditions.length > 0 ? [`where ${conditions.join(' and ')}`] : [];
  return [[selectOf(card), ...where, orderBy(card)].join('\n'), parameters];
}

/**
 * A card as a template of Metabase, with words in English for codes: an optional filter is in double square brackets, which drop out with it. A locked one is not, so that
 * without a value the query is an error rather than a query of all creators.
 */
export function templateOf(card: Card): string {
  const conditions = filtersOfCard(card).map((filter) => {
    const condition = `and ${conditionOf(filter)} {{${filter}}}`;
    return card.locked.includes(filter) ? condition : `[[${condition}]]`;
  });
  // By the code, not by its word: steps are in their order.
  const order = orderOf(card).map((name) => `figures.${name}`);
  return [selectOf(card, labelled), 'where 1 = 1', ...conditions, `order by ${order.join(', ')}`].join('\n');
}

/** The filters of a card, with those that are locked. */
export const filtersOfCard = ({ filters, locked }: Card): readonly FilterName[] => [...filters, ...locked];

const conditionOf = (filter: FilterName): string => `${FILTERS[filter].column} ${FILTERS[filter].comparison}`;

const selectOf = ({ columns, sql }: Card, written = (name: string): string => name): string =>
  `select ${columns.map(({ name }) => written(name)).join(', ')}\nfrom (\n${sql}\n) as figures`;

function labelled(name: string): string {
  const labels = Object.entries(LABELS[name as FieldName] ?? {});
  if (labels.length === 0) return name;
  const cases = labels.map(([code, { en }]) => `when '${code}' then '${en}'`);
  return `case ${name} ${cases.join(' ')} else ${name} end as ${name}`;
}

const orderBy = (card: Card): string => `order by ${orderOf(card).join(', ')}`;
