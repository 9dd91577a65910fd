import { Rejected } from '../../warehouse/errors.ts';
import type { BoundQuery } from '../../warehouse/named-queries.ts';
import { type Card, FILTERS, type FilterName, orderOf } from './cards.ts';

/** The values of filters; one that is missing restricts nothing. */
export type FilterValues = { readonly [N in FilterName]?: string | undefined };

/** A card with the values of its filters, ordered, as the warehouse runs it. Throws `Rejected` if a locked filter has no value. */
export function boundCard(card: Card, values: FilterValues): BoundQuery {
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
 * A card as a template of Metabase: an optional filter is in double square brackets, which drop out with it. A locked one is not, so that
 * without a value the query is an error rather than a query of all creators.
 */
export function templateOf(card: Card): string {
  const conditions = filtersOfCard(card).map((filter) => {
    const condition = `and ${conditionOf(filter)} {{${filter}}}`;
    return card.locked.includes(filter) ? condition : `[[${condition}]]`;
  });
  return [selectOf(card), 'where 1 = 1', ...conditions, orderBy(card)].join('\n');
}

/** The filters of a card, with those that are locked. */
export const filtersOfCard = ({ filters, locked }: Card): readonly FilterName[] => [...filters, ...locked];

const conditionOf = (filter: FilterName): string => `${FILTERS[filter].column} ${FILTERS[filter].comparison}`;

const selectOf = ({ columns, sql }: Card): string =>
  `select ${columns.map(({ name }) => name).join(', ')}\nfrom (\n${sql}\n) as figures`;

const orderBy = (card: Card): string => `order by ${orderOf(card).join(', ')}`;
