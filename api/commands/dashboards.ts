import { oneOf } from './acts.ts';
import type { Act } from './command.ts';

interface Shown {
  readonly cards: readonly { readonly card: string; readonly rows: readonly object[] }[];
}

const list: Act = async (args, { open }) => {
  args.require();
  const { data } = await (await open()).requestJson<{ data: object[] }>('/v1/dashboards');
  return { value: { dashboards: data } };
};

const show: Act = async (args, { open, isJson }) => {
  const [name] = args.require('The dashboard');
  const filters = ['from', 'to', 'currency'].flatMap((filter) => {
    const value = args.option(filter);
    return value === undefined ? [] : [[filter, value]];
  });
  const path = `/v1/dashboards/${encodeURIComponent(name)}?${new URLSearchParams(filters)}`;
  const { cards, ...shown } = await (await open()).requestJson<Shown>(path);
  if (isJson) return { value: { ...shown, cards } };
  return { value: Object.fromEntries(cards.map(({ card, rows }) => [card, rows])) };
};

/** Lists the dashboards, or shows the figures of one. */
export const dashboards = oneOf({ list, show });
